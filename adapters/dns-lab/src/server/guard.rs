//! Who may ask: programs, and the lab's own page. A page from elsewhere, open in the browser of somebody who runs a lab,
//! must be able to do nothing with it.
//!
//! A browser says where a page is from (`Origin`, `Sec-Fetch-Site`), so that of another is refused. A page whose own host
//! name was made to lead here (DNS rebinding) is of the same origin for the browser, but its name is in `Host`; only names
//! that lead nowhere else are taken there.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::routes::detail;

/// Whether only this machine may ask: the lab listens on a loopback address.
pub(super) async fn guard(State(loopback): State<bool>, request: Request, next: Next) -> Response {
    match verdict(request.method(), request.headers(), loopback) {
        Ok(()) => next.run(request).await,
        Err(why) => detail(StatusCode::FORBIDDEN, why),
    }
}

fn verdict(method: &Method, headers: &HeaderMap, loopback: bool) -> Result<(), &'static str> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Err("the request must name one host");
    };
    let host = host.to_str().map_err(|_| "the host is no name")?;
    if !is_ours(host, loopback) {
        return Err("this host name is not the lab's: ask by its address, or by localhost");
    }
    for origin in headers.get_all(header::ORIGIN) {
        let same = origin.to_str().ok().and_then(|o| o.strip_prefix("http://")).is_some_and(|o| o == host);
        if !same {
            return Err("pages of other origins may not use the lab");
        }
    }
    // A link from elsewhere may lead a person to the page; it does nothing.
    if method != Method::GET && method != Method::HEAD {
        for site in headers.get_all("sec-fetch-site") {
            if site != "same-origin" && site != "none" {
                return Err("pages of other sites may not use the lab");
            }
        }
    }
    Ok(())
}

/// Whether a host, with or without port, is an address or `localhost`: nobody else can make these lead here.
fn is_ours(host: &str, loopback: bool) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((name, port)) if port.is_empty() || is_port(port) => name,
            _ => return false,
        },
        None => match host.find(':') {
            Some(at) if is_port(&host[at..]) => &host[..at],
            Some(_) => return false,
            None => host,
        },
    };
    match name.parse::<IpAddr>() {
        Ok(address) => !loopback || address.is_loopback(),
        Err(_) => name.eq_ignore_ascii_case("localhost"),
    }
}

fn is_port(text: &str) -> bool {
    text.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &Method, headers: &[(&'static str, &str)], loopback: bool) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().expect("a header"));
        }
        verdict(method, &map, loopback).is_ok()
    }

    #[test]
    fn programs_and_the_own_page_may_ask() {
        for host in ["localhost", "LOCALHOST:80", "127.0.0.1:8000", "127.1.2.3", "[::1]:8000", "[::1]"] {
            assert!(asked(&Method::POST, &[("host", host)], true), "{host}");
            assert!(
                asked(&Method::POST, &[("host", host), ("origin", &format!("http://{host}"))], true),
                "{host}"
            );
        }
        assert!(asked(&Method::POST, &[("host", "192.168.0.7:8000")], false));
    }

    #[test]
    fn names_that_may_lead_anywhere_are_refused() {
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "localhost:",
            "localhost:x",
            "[::1",
            "[::1]x",
            "",
            "192.168.0.7",
        ] {
            assert!(!asked(&Method::GET, &[("host", host)], true), "{host}");
        }
        assert!(!asked(&Method::GET, &[("host", "evil.example")], false));
        assert!(!asked(&Method::GET, &[], true));
        assert!(!asked(&Method::GET, &[("host", "localhost"), ("host", "localhost")], true));
    }

    #[test]
    fn pages_of_others_are_refused() {
        let host = ("host", "localhost:8000");
        for origin in [
            "null",
            "http://evil.example",
            "https://localhost:8000",
            "http://localhost:8001",
            "http://localhost:8000.evil.example",
        ] {
            assert!(!asked(&Method::POST, &[host, ("origin", origin)], true), "{origin}");
            assert!(!asked(&Method::GET, &[host, ("origin", origin)], true), "{origin}");
        }
        for site in ["cross-site", "same-site"] {
            assert!(!asked(&Method::POST, &[host, ("sec-fetch-site", site)], true), "{site}");
            assert!(asked(&Method::GET, &[host, ("sec-fetch-site", site)], true), "{site}");
        }
    }
}
