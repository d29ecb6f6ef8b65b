//! Requests, and what comes back.

use std::io::{ErrorKind, Read};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value as Json;
use ureq::Agent;
use ureq::config::Config;
use ureq::http::{StatusCode, Uri};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use super::declaration::{Limits, Request};
use super::template::{Scope, quote};
use crate::{Fault, FaultKind};

/// What an argument may be in a path without being encoded.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// One connection to a service, which is kept open.
#[derive(Debug)]
pub(super) struct Client {
    agent: Agent,
    base: String,
    body: u64,
}

impl Client {
    pub(super) fn new(base: &str, limits: Limits) -> Self {
        let agent = agent(Some(limits.connect), None);
        Self { agent, base: base.to_owned(), body: limits.body }
    }

    /// Asks; the status, and the body.
    pub(super) fn ask(
        &self,
        request: &Request,
        scope: Scope<'_>,
        within: Duration,
    ) -> Result<(u16, Vec<u8>), Fault> {
        let what = &request.text;
        let invalid = |why: String| Fault::new(FaultKind::Invalid, format!("{what}: {why}"));
        let path = request.path.path(scope, &segment).map_err(invalid)?;
        let uri: Uri = format!("{}{path}", self.base).parse().map_err(|e| invalid(format!("{e}")))?;
        let body = request.body.as_ref().map(|body| body.value(scope)).transpose().map_err(invalid)?;
        let mut asked = http::Request::builder().method(request.method.clone()).uri(uri);
        let text = body.map(|json| json.to_string()).unwrap_or_default();
        if !text.is_empty() {
            asked = asked.header("content-type", "application/json");
        }
        let asked = asked.body(text.clone()).map_err(|e| invalid(e.to_string()))?;
        let fault = |error: &ureq::Error| self.broken(what, error, within);
        let answered = if text.is_empty() && request.method == http::Method::GET {
            let (head, _) = asked.into_parts();
            let asked = self.agent.configure_request(http::Request::from_parts(head, ()));
            self.agent.run(asked.timeout_global(Some(within)).build())
        } else {
            let asked = self.agent.configure_request(asked);
            self.agent.run(asked.timeout_global(Some(within)).build())
        };
        let mut answered = answered.map_err(|e| fault(&e))?;
        let status = answered.status();
        let mut body = Vec::new();
        let read = answered.body_mut().as_reader().take(self.body.saturating_add(1)).read_to_end(&mut body);
        read.map_err(|e| fault(&ureq::Error::from(e)))?;
        if body.len() as u64 > self.body {
            let message =
                format!("{what}: the answer is longer than {} bytes (limits.body_bytes)", self.body);
            return Err(Fault::new(FaultKind::Protocol, message));
        }
        Ok((status.as_u16(), body))
    }

    /// What it means that no answer came.
    fn broken(&self, what: &str, error: &ureq::Error, within: Duration) -> Fault {
        let base = &self.base;
        let (kind, why) = match error {
            ureq::Error::Timeout(ureq::Timeout::Connect) => {
                (FaultKind::Timeout, format!("no connection to {base} in time"))
            }
            ureq::Error::Timeout(_) => {
                (FaultKind::Timeout, format!("no answer of {base} in {} ms", within.as_millis()))
            }
            ureq::Error::Io(e) if matches!(e.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock) => {
                (FaultKind::Timeout, format!("no answer of {base} in {} ms", within.as_millis()))
            }
            ureq::Error::Io(e) if e.kind() == ErrorKind::ConnectionRefused => {
                (FaultKind::Crash, format!("nothing listens at {base}: is the service running?"))
            }
            ureq::Error::Io(_) | ureq::Error::ConnectionFailed | ureq::Error::HostNotFound => {
                (FaultKind::Crash, format!("the connection to {base} broke: {error}"))
            }
            _ => (FaultKind::Protocol, format!("{base} does not speak HTTP as it should: {error}")),
        };
        Fault::new(kind, format!("{what}: {why}"))
    }
}

/// Who asks what is told and nothing else: no redirect is followed, and no proxy of the environment is used.
#[doc(hidden)] // for the lab's own client
pub fn agent(connect: Option<Duration>, within: Option<Duration>) -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .timeout_connect(connect)
        .timeout_global(within)
        // A server may close what is idle at any time; what is fresh is safe.
        .max_idle_age(Duration::from_secs(5))
        .user_agent(concat!("itf/", env!("CARGO_PKG_VERSION")))
        .accept("application/json")
        .build();
    Agent::with_parts(config, DefaultConnector::new(), Addresses::default())
}

/// What finds the address of a service. Asking the system for a name within a time limit takes a thread each time, also
/// where a connection is open already; an address needs no asking.
#[derive(Debug, Default)]
struct Addresses(DefaultResolver);

impl Resolver for Addresses {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let host = uri.host().unwrap_or_default();
        match (host.trim_matches(['[', ']']).parse::<IpAddr>(), uri.port_u16()) {
            (Ok(address), Some(port)) => {
                let mut found = self.empty();
                found.push(SocketAddr::new(address, port));
                Ok(found)
            }
            _ => self.0.resolve(uri, config, timeout),
        }
    }
}

/// An argument as a part of a path: one segment, whatever is in it.
fn segment(text: &str) -> Result<String, String> {
    // Encoded or not, some servers and proxies take these for steps to another path.
    if matches!(text, "" | "." | "..") {
        return Err(format!("\"{text}\" cannot be a part of a path"));
    }
    Ok(utf8_percent_encode(text, PLAIN).to_string())
}

/// What a status says by itself, if it is no 2xx.
pub(super) fn refuse(request: &Request, status: u16, body: &[u8]) -> Result<(), Fault> {
    let kind = match status {
        200..=299 => return Ok(()),
        404 | 405 => FaultKind::Unsupported,
        400 | 422 => FaultKind::Invalid,
        500..=599 => FaultKind::Failed,
        _ => FaultKind::Protocol,
    };
    let reason = StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or_default();
    let note = if (300..400).contains(&status) { "; redirects are not followed" } else { "" };
    let said = String::from_utf8_lossy(body);
    let said = if said.trim().is_empty() { String::new() } else { format!(": `{}`", quote(said.trim())) };
    Err(Fault::new(kind, format!("{} was answered with {status} {reason}{note}{said}", request.text)))
}

/// The JSON that an answer is; of an empty one `null`.
pub(super) fn json(what: &str, body: &[u8]) -> Result<Json, Fault> {
    if body.trim_ascii().is_empty() {
        return Ok(Json::Null);
    }
    serde_json::from_slice(body).map_err(|e| {
        let said = String::from_utf8_lossy(body);
        Fault::new(FaultKind::Protocol, format!("{what}: the answer is no JSON ({e}): `{}`", quote(&said)))
    })
}
