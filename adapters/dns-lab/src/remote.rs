//! The door over HTTP: any server with the lab's routes.

use std::io::ErrorKind;
use std::time::Duration;

use itf_adapters::http::agent;
use itf_adapters::{Fault, FaultKind};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use ureq::Agent;

use crate::answer::Health;
use crate::door::{Cleaned, Deployed, Door};
use crate::planner::{Balancer, Plan};

/// How long a lab may take for one answer.
const WITHIN: Duration = Duration::from_secs(10);
/// The longest answer that is read, in bytes.
const LONGEST: u64 = 8 << 20;

/// A lab somewhere else.
#[derive(Debug)]
pub(crate) struct RemoteLab {
    agent: Agent,
    base: String,
}

#[derive(Deserialize)]
struct Said {
    ok: bool,
    message: Option<String>,
    version: Option<u64>,
    #[serde(default)]
    deleted_versions: Vec<u64>,
}

impl RemoteLab {
    pub(crate) fn new(base: &str) -> Result<Self, Fault> {
        if !base.starts_with("http://") {
            let message = format!("`{base}` is no address of a lab; one is http://127.0.0.1:8000");
            return Err(Fault::new(FaultKind::Invalid, message));
        }
        Ok(Self { agent: agent(None, Some(WITHIN)), base: base.trim_end_matches('/').to_owned() })
    }

    fn ask<T: DeserializeOwned>(&self, path: &str, body: Option<&str>) -> Result<T, Fault> {
        let url = format!("{}{path}", self.base);
        let answered = match body {
            None => self.agent.get(&url).call(),
            Some(body) => self.agent.post(&url).header("content-type", "application/json").send(body),
        };
        let mut answered = answered.map_err(|error| match &error {
            ureq::Error::Timeout(_) => {
                Fault::new(FaultKind::Timeout, format!("{url}: {error}; is the lab running?"))
            }
            ureq::Error::Io(e) if e.kind() == ErrorKind::ConnectionRefused => {
                let base = &self.base;
                let message = format!("nothing listens at {base}: is the lab running (itf lab serve)?");
                Fault::new(FaultKind::Crash, message)
            }
            _ => Fault::new(FaultKind::Crash, format!("{url}: {error}; is the lab running?")),
        })?;
        let status = answered.status().as_u16();
        let text = answered.body_mut().with_config().limit(LONGEST).read_to_string();
        let text = text.map_err(|e| Fault::new(FaultKind::Protocol, format!("{url}: {e}")))?;
        let kind = match status {
            200..=299 => {
                return serde_json::from_str(&text).map_err(|e| {
                    Fault::new(FaultKind::Protocol, format!("{url}: the answer is not a lab's: {e}"))
                });
            }
            404 | 405 => FaultKind::Unsupported,
            400 | 422 => FaultKind::Invalid,
            500..=599 => FaultKind::Failed,
            _ => FaultKind::Protocol,
        };
        let said: String = text.chars().take(200).collect();
        Err(Fault::new(kind, format!("{url} was answered with {status}: {said}")))
    }

    fn of_deployer(&self, deployer: &str, what: &str, body: &str) -> Result<Said, Fault> {
        let deployer = utf8_percent_encode(deployer, NON_ALPHANUMERIC);
        self.ask(&format!("/mbt/deployers/{deployer}/{what}"), Some(body))
    }
}

impl Door for RemoteLab {
    fn reset(&mut self) -> Result<Option<&'static str>, Fault> {
        // No route seeds an initial plan: there is none.
        self.ask::<Said>("/mbt/reset", Some("")).map(|_| None)
    }

    fn generate(&mut self, balancers: &[Balancer]) -> Result<Plan, Fault> {
        let body = serde_json::to_string(balancers);
        let body = body.map_err(|e| Fault::new(FaultKind::Invalid, e.to_string()))?;
        self.ask("/mbt/planner/generate", Some(&body))
    }

    fn sync(&mut self, deployer: &str) -> Result<(), Fault> {
        self.of_deployer(deployer, "sync", "").map(drop)
    }

    fn deploy(&mut self, deployer: &str) -> Result<Deployed, Fault> {
        let said = self.of_deployer(deployer, "deploy", "")?;
        match (said.ok, said.message.as_deref(), said.version) {
            (true, Some("installed"), Some(version)) => Ok(Deployed::Installed(version)),
            (true, Some("idle"), _) => Ok(Deployed::Idle),
            (false, message, _) => Ok(Deployed::Refused(message.unwrap_or_default().to_owned())),
            _ => Err(Fault::new(FaultKind::Protocol, "the answer to a deploy is not a lab's")),
        }
    }

    fn cleanup(&mut self, deployer: &str, keep_last_n: u64) -> Result<Cleaned, Fault> {
        let said = self.of_deployer(deployer, "cleanup", &format!("{{\"keep_last_n\":{keep_last_n}}}"))?;
        Ok(if said.ok {
            Cleaned::Deleted(said.deleted_versions)
        } else {
            Cleaned::Refused(said.message.unwrap_or_default())
        })
    }

    fn health(&mut self) -> Result<Health, Fault> {
        self.ask("/health", None)
    }
}
