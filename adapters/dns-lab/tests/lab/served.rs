//! The lab as a service: routes, refusals, persistence, and who may ask.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use itf_dns_lab::server::{BODY_LIMIT, Background, Running, ServeOptions, Server};
use serde_json::{Value as Json, json};

use crate::doors::served;

/// Sends bytes as they are; the status, the head and the body of the answer.
fn raw(running: &Running, request: &[u8]) -> (u16, String, String) {
    let address = running.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout");
    // A server that has seen enough closes its end while we still write.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
    (status, head.to_owned(), body.to_owned())
}

/// Asks as a program does.
fn ask(running: &Running, method: &str, path: &str, body: &str) -> (u16, String) {
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let (status, _, body) = raw(running, request.as_bytes());
    (status, body)
}

fn asked(running: &Running, method: &str, path: &str, body: &str) -> Json {
    let (status, text) = ask(running, method, path, body);
    assert_eq!(status, 200, "{method} {path}: {text}");
    serde_json::from_str(&text).expect("JSON")
}

const ROOT: &str = "clouddb.us-east-1.api.acme";

#[test]
fn every_route_answers_as_the_table_says() {
    let (_folder, lab) = served();
    assert_eq!(asked(&lab, "GET", "/health", ""), json!({"ok": false, "name": ROOT, "ips": []}));
    assert_eq!(asked(&lab, "POST", "/mbt/reset", ""), json!({"ok": true}));
    let plan =
        asked(&lab, "POST", "/mbt/planner/generate", r#"[{"id": 2, "weight": 0}, {"id": 1, "weight": 7}]"#);
    let targets =
        json!([{"name": "lb-001-1.cdb.acme", "weight": 7}, {"name": "lb-001-2.cdb.acme", "weight": 0}]);
    let records = json!([
        {"name": "plan-001.cdb.acme", "type": "ALIAS", "value": targets},
        {"name": "lb-001-1.cdb.acme", "type": "A", "value": "192.0.1.1"},
        {"name": "lb-001-2.cdb.acme", "type": "A", "value": "192.0.1.2"},
    ]);
    let expected = json!({"version": 1, "root": ROOT, "plan_name": "plan-001.cdb.acme", "records": records});
    assert_eq!(plan, expected);
    assert_eq!(asked(&lab, "POST", "/mbt/planner/generate", "")["version"], 2);
    assert_eq!(asked(&lab, "POST", "/mbt/planner/generate", "null")["version"], 3);
    let a = |what: &str| format!("/mbt/deployers/deployer-a/{what}");
    assert_eq!(asked(&lab, "POST", &a("sync"), ""), json!({"ok": true, "lock": null, "root": null}));
    let installed = json!({"ok": true, "message": "installed", "version": 1});
    assert_eq!(asked(&lab, "POST", &a("deploy"), ""), installed);
    let stale = json!({"ok": false, "message": format!("record already exists: _lock.{ROOT}|TXT")});
    assert_eq!(asked(&lab, "POST", &a("deploy"), ""), stale);
    let synced = asked(&lab, "POST", &a("sync"), "");
    assert_eq!(
        synced["lock"],
        json!({"name": format!("_lock.{ROOT}"), "type": "TXT", "value": "deployer-a 1"})
    );
    assert_eq!(synced["root"]["value"], "plan-001.cdb.acme");
    assert_eq!(
        asked(&lab, "GET", "/health", ""),
        json!({"ok": true, "name": ROOT, "ips": ["192.0.1.1", "192.0.1.2"]})
    );
    let resolved = asked(&lab, "GET", "/wormhole53/resolve/lb-001-2.cdb.acme", "");
    assert_eq!(resolved, json!({"name": "lb-001-2.cdb.acme", "ips": ["192.0.1.2"]}));
    let cleaned = asked(&lab, "POST", &a("cleanup"), r#"{"keep_last_n": 0}"#);
    assert_eq!(cleaned, json!({"ok": true, "deleted_versions": [1]}));
    asked(&lab, "POST", "/mbt/reset", "");
    assert_eq!(asked(&lab, "POST", "/mbt/planner/generate", "[]")["version"], 1);
}

#[test]
fn what_is_wrong_is_said_with_its_status() {
    let (_folder, lab) = served();
    let long = format!("[{}]", "1,".repeat(BODY_LIMIT));
    let cases: &[(&str, &str, &str, u16)] = &[
        ("GET", "/nothing", "", 404),
        ("GET", "/mbt/deployers/deployer-a", "", 404),
        ("GET", "/wormhole53/resolve/a/../../etc", "", 404),
        ("GET", "/../../etc/passwd", "", 404),
        ("POST", "/health", "", 405),
        ("DELETE", "/mbt/reset", "", 405),
        ("GET", "/mbt/planner/generate", "", 405),
        ("BREW", "/health", "", 405),
        ("POST", "/mbt/deployers/deployer-z/sync", "", 404),
        ("POST", "/mbt/deployers/deployer-z/cleanup", "{}", 404),
        ("POST", "/mbt/deployers/..%2F..%2Fetc/deploy", "", 404),
        ("POST", "/mbt/deployers/%00/deploy", "", 404),
        ("POST", "/mbt/deployers/%FF/deploy", "", 422),
        ("POST", "/mbt/deployers/deployer-a/cleanup", "", 422),
        ("POST", "/mbt/deployers/deployer-a/cleanup", "{}", 422),
        ("POST", "/mbt/deployers/deployer-a/cleanup", r#"{"keep_last_n": -1}"#, 422),
        ("POST", "/mbt/planner/generate", "{", 422),
        ("POST", "/mbt/planner/generate", "{}", 422),
        ("POST", "/mbt/planner/generate", r#"[{"id": 0, "weight": 1}]"#, 422),
        ("POST", "/mbt/planner/generate", r#"[{"id": 1, "weight": -1}]"#, 422),
        ("POST", "/mbt/planner/generate", r#"[{"id": 1}]"#, 422),
        ("POST", "/mbt/planner/generate", r#"[{"id": 1, "weight": 1}, {"id": 1, "weight": 1}]"#, 422),
        ("POST", "/mbt/planner/generate", &long, 413),
    ];
    for (method, path, body, expected) in cases {
        let (status, answer) = ask(&lab, method, path, body);
        let shown: String = body.chars().take(60).collect();
        assert_eq!(status, *expected, "{method} {path} {shown}: {answer}");
        let answer: Json = serde_json::from_str(&answer).expect("JSON");
        assert!(answer["detail"].is_string(), "{method} {path}: {answer}");
    }
    // Names are data: nothing was made, nothing was read.
    let passwd = asked(&lab, "GET", "/wormhole53/resolve/..%2F..%2F..%2Fetc%2Fpasswd", "");
    assert_eq!(passwd, json!({"name": "../../../etc/passwd", "ips": []}));
    let encoded = asked(&lab, "GET", "/wormhole53/resolve/%2541", "");
    assert_eq!(encoded["name"], "%41", "decoded twice");
    assert_eq!(
        asked(&lab, "POST", "/mbt/planner/generate", "")["version"],
        1,
        "something was made on the way"
    );
}

#[test]
fn nonsense_ends_its_own_connection_only() {
    let (_folder, lab) = served();
    for nonsense in [&b"\x16\x03\x01\x02\x00"[..], b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", &[0xff; 4096]] {
        let (status, ..) = raw(&lab, nonsense);
        assert!(status == 0 || status == 400 || status == 505, "{status}");
    }
    let head = format!("GET /health HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "a".repeat(1 << 20));
    let (status, ..) = raw(&lab, head.as_bytes());
    assert!(status == 0 || status == 431, "{status}");
    // A body that is longer than it said, one in pieces, and one that lies about itself.
    let smuggled = b"POST /mbt/reset HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_ne!(raw(&lab, smuggled).0, 500);
    assert_eq!(asked(&lab, "GET", "/health", "")["ok"], false);
}

#[test]
fn pages_of_others_can_do_nothing() {
    let (_folder, lab) = served();
    asked(&lab, "POST", "/mbt/planner/generate", "");
    let with = |headers: &str| {
        let request = format!(
            "POST /mbt/reset HTTP/1.1\r\nconnection: close\r\ncontent-length: 0\r\n{headers}\r\n\r\n"
        );
        raw(&lab, request.as_bytes()).0
    };
    let port = lab.url().rsplit(':').next().expect("a port").to_owned();
    assert_eq!(with("host: localhost\r\norigin: http://evil.example"), 403);
    assert_eq!(with("host: localhost\r\norigin: null"), 403);
    assert_eq!(with("host: localhost\r\nsec-fetch-site: cross-site"), 403);
    assert_eq!(with(&format!("host: rebound.example:{port}\r\norigin: http://rebound.example:{port}")), 403);
    assert_eq!(asked(&lab, "POST", "/mbt/planner/generate", "")["version"], 2, "somebody has reset the lab");
    assert_eq!(with(&format!("host: 127.0.0.1:{port}\r\norigin: http://127.0.0.1:{port}")), 200);
}

#[test]
fn a_lab_goes_on_where_it_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = "127.0.0.1:0".parse().expect("an address");
    let options = ServeOptions { address, folder: folder.path().to_owned(), background: None };
    let lab = Server::bind(&options).expect("a lab").start();
    for _ in 0..3 {
        asked(&lab, "POST", "/mbt/planner/generate", "");
    }
    for _ in 0..2 {
        asked(&lab, "POST", "/mbt/deployers/deployer-a/sync", "");
        assert_eq!(asked(&lab, "POST", "/mbt/deployers/deployer-a/deploy", "")["ok"], true);
    }
    let health = asked(&lab, "GET", "/health", "");
    drop(lab);

    let zone = fs::read_to_string(folder.path().join("current_dns_zone.json")).expect("a zone");
    let zone: Json = serde_json::from_str(&zone).expect("JSON");
    validate("lab-zone-1", &zone);
    let mut plans: Vec<String> = fs::read_dir(folder.path().join("plans"))
        .expect("plans")
        .map(|e| e.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    plans.sort();
    assert_eq!(plans, ["plan-001.json", "plan-002.json", "plan-003.json"]);

    // What a lab that was killed in the middle of a write leaves is nobody's.
    // It goes; what only looks like it stays.
    let half = |name: &str| fs::write(folder.path().join(name), "{\"half").expect("a file");
    let (gone, stays) =
        ([".new-a1B2c3", "plans/.new-XyZ123"], [".new-notes", "plans/.new-1234567", "new-a1B2c3"]);
    gone.iter().chain(&stays).for_each(|name| half(name));
    let lab = Server::bind(&options).expect("a lab").start();
    assert!(!gone.iter().any(|name| folder.path().join(name).exists()));
    assert!(stays.iter().all(|name| folder.path().join(name).exists()));
    fs::remove_file(folder.path().join("plans/.new-1234567")).expect("removed");
    assert_eq!(asked(&lab, "GET", "/health", ""), health);
    asked(&lab, "POST", "/mbt/deployers/deployer-a/sync", "");
    assert_eq!(asked(&lab, "POST", "/mbt/deployers/deployer-a/deploy", "")["version"], 3);
    assert_eq!(asked(&lab, "POST", "/mbt/planner/generate", "")["version"], 4);
    asked(&lab, "POST", "/mbt/reset", "");
    assert_eq!(fs::read_dir(folder.path().join("plans")).expect("plans").count(), 0);
    drop(lab);

    let zone = folder.path().join("current_dns_zone.json");
    for (text, word) in [("{\"version\":1,\"rec", "EOF"), (r#"{"version":2,"records":[]}"#, "version 2")] {
        fs::write(&zone, text).expect("a file");
        let error = Server::bind(&options).expect_err("a bad zone").to_string();
        assert!(error.contains("current_dns_zone.json") && error.contains(word), "{error}");
    }
}

/// What is written is as its schema says.
fn validate(schema: &str, value: &Json) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../schemas/{schema}.schema.json"));
    let schema: Json = serde_json::from_slice(&fs::read(path).expect("a schema")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let errors: Vec<String> = validator.iter_errors(value).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert!(!validator.is_valid(&json!({"version": 0})), "the schema says nothing");
}

#[test]
fn a_disk_that_refuses_is_told_and_nothing_has_happened() {
    let (folder, lab) = served();
    asked(&lab, "POST", "/mbt/planner/generate", "");
    let plans = folder.path().join("plans");
    fs::rename(&plans, folder.path().join("elsewhere")).expect("a rename");
    let (status, answer) = ask(&lab, "POST", "/mbt/planner/generate", "");
    assert!(status == 503 && answer.contains("plan-002.json"), "{status} {answer}");
    fs::rename(folder.path().join("elsewhere"), &plans).expect("a rename");
    assert_eq!(asked(&lab, "POST", "/mbt/planner/generate", "")["version"], 2);
    // A folder in the place of the zone cannot be replaced by a file.
    fs::create_dir(folder.path().join("current_dns_zone.json")).expect("a folder");
    fs::write(folder.path().join("current_dns_zone.json/x"), "").expect("a file");
    let (status, answer) = ask(&lab, "POST", "/mbt/deployers/deployer-b/deploy", "");
    assert!(status == 503 && answer.contains("current_dns_zone.json"), "{status} {answer}");
    assert_eq!(asked(&lab, "GET", "/health", "")["ok"], false);
    fs::remove_dir_all(folder.path().join("current_dns_zone.json")).expect("it is there");
    assert_eq!(asked(&lab, "POST", "/mbt/deployers/deployer-b/deploy", "")["version"], 1);
    // The attempt that could not be written does not count.
    assert_eq!(asked(&lab, "POST", "/mbt/deployers/deployer-b/sync", "")["lock"]["value"], "deployer-b 1");
}

/// A lab that runs for ever needs no more disk than one that has just begun, and after any end it goes on.
#[test]
fn plans_that_nobody_needs_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = "127.0.0.1:0".parse().expect("an address");
    let options = ServeOptions { address, folder: folder.path().to_owned(), background: None };
    let plans = || {
        let files =
            fs::read_dir(folder.path().join("plans")).expect("plans").map(|e| e.expect("a file").file_name());
        let mut names: Vec<String> = files.map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    };
    let deploy = |lab: &Running, deployer: &str| {
        let path = |what: &str| format!("/mbt/deployers/deployer-{deployer}/{what}");
        asked(lab, "POST", &path("sync"), "");
        let answer = asked(lab, "POST", &path("deploy"), "");
        assert_eq!(answer["message"], "installed", "{answer}");
        asked(lab, "POST", &path("cleanup"), r#"{"keep_last_n": 3}"#);
    };
    let lab = Server::bind(&options).expect("a lab").start();
    for _ in 0..120 {
        asked(&lab, "POST", "/mbt/planner/generate", "");
    }
    for _ in 0..120 {
        deploy(&lab, "a");
        deploy(&lab, "b");
    }
    // One deployer needs them all.
    assert_eq!(plans().len(), 120);
    for _ in 0..110 {
        deploy(&lab, "c");
    }
    // The next of c is 111: a hundred before it stay.
    assert_eq!((plans().len(), plans()[0].as_str()), (110, "plan-011.json"));
    drop(lab);
    // What a lab without that rule has left goes at the start, and the lab goes on.
    let other = |version: u32| {
        let text = fs::read_to_string(folder.path().join("plans/plan-011.json")).expect("a plan");
        let path = folder.path().join(format!("plans/plan-{version:03}.json"));
        fs::write(path, text.replace("\"version\":11", &format!("\"version\":{version}"))).expect("a plan");
    };
    other(1);
    other(10);
    let lab = Server::bind(&options).expect("a lab").start();
    assert_eq!((plans().len(), plans()[0].as_str()), (110, "plan-011.json"));
    for _ in 0..10 {
        deploy(&lab, "c");
    }
    assert_eq!((plans().len(), plans()[0].as_str()), (100, "plan-021.json"));
    assert_eq!(asked(&lab, "POST", "/mbt/planner/generate", "")["version"], 121);
    asked(&lab, "POST", "/mbt/reset", "");
    assert_eq!(plans().len(), 0);
    assert_eq!(asked(&lab, "POST", "/mbt/planner/generate", "")["version"], 1);
    deploy(&lab, "a");
}

/// What is written into the folder of a lab stays in it.
#[test]
fn a_lab_writes_through_no_link() {
    let place = tempfile::tempdir().expect("a folder");
    let lab = place.path().join("lab");
    let address = "127.0.0.1:0".parse().expect("an address");
    let options = ServeOptions { address, folder: lab.clone(), background: None };
    fs::create_dir(&lab).expect("a folder");
    fs::create_dir(place.path().join("elsewhere")).expect("a folder");
    for (name, to) in [("plans", "../elsewhere"), (".lock", "../new")] {
        std::os::unix::fs::symlink(to, lab.join(name)).expect("a link");
        let refused = Server::bind(&options).expect_err("a link").to_string();
        assert!(refused.contains(name), "{refused}");
        fs::remove_file(lab.join(name)).expect("removed");
    }
    assert!(!place.path().join("new").exists());
    fs::write(place.path().join("precious"), "as it was").expect("a file");
    let served = Server::bind(&options).expect("a lab").start();
    for name in ["current_dns_zone.json", "plans/plan-001.json"] {
        std::os::unix::fs::symlink(place.path().join("precious"), lab.join(name)).expect("a link");
    }
    asked(&served, "POST", "/mbt/planner/generate", "");
    asked(&served, "POST", "/mbt/deployers/deployer-a/deploy", "");
    assert_eq!(fs::read_to_string(place.path().join("precious")).expect("a file"), "as it was");
    assert!(fs::symlink_metadata(lab.join("plans/plan-001.json")).expect("a file").is_file());
}

#[test]
fn plans_have_an_end() {
    let (_folder, lab) = served();
    let most: Vec<Json> = (1..=255).map(|id| json!({"id": id, "weight": 1})).collect();
    let most = Json::from(most).to_string();
    let mut made = 0;
    let refused = loop {
        match ask(&lab, "POST", "/mbt/planner/generate", &most) {
            (200, _) => made += 1,
            (status, answer) => break (status, answer),
        }
        assert!(made < 400, "there is no end of plans");
    };
    assert!(refused.0 == 503 && refused.1.contains("100000"), "{refused:?}");
    assert_eq!(made, 392);
}

#[test]
fn a_zone_that_nobody_cleans_has_an_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = "127.0.0.1:0".parse().expect("an address");
    let options = ServeOptions { address, folder: folder.path().to_owned(), background: None };
    let records: Vec<String> = (0..199_998)
        .map(|n| format!(r#"{{"name":"lb-001-{n}.cdb.acme","type":"A","value":"192.0.1.1"}}"#))
        .collect();
    let zone = format!(r#"{{"version":1,"records":[{}]}}"#, records.join(","));
    fs::write(folder.path().join("current_dns_zone.json"), zone).expect("a zone");
    let lab = Server::bind(&options).expect("a lab").start();
    let deploy = || ask(&lab, "POST", "/mbt/deployers/deployer-a/deploy", "");
    // Nothing is asked for that needs room.
    assert_eq!(deploy().0, 200);
    asked(&lab, "POST", "/mbt/planner/generate", r#"[{"id": 1, "weight": 1}, {"id": 2, "weight": 1}]"#);
    let (status, answer) = deploy();
    assert!(status == 503 && answer.contains("200000"), "{status} {answer}");
    asked(&lab, "POST", "/mbt/reset", "");
    asked(&lab, "POST", "/mbt/planner/generate", "");
    assert_eq!(deploy().0, 200);
}

#[test]
fn loops_do_what_they_should_by_themselves() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = "127.0.0.1:0".parse().expect("an address");
    let fast = |name: &str| name.ends_with("INTERVAL_SECONDS").then(|| "0.005".to_owned());
    let background = Background::from_environment(fast).expect("an environment");
    let options = ServeOptions { address, folder: folder.path().to_owned(), background };
    let lab = Server::bind(&options).expect("a lab").start();
    let started = Instant::now();
    while asked(&lab, "GET", "/health", "")["ok"] == false {
        assert!(started.elapsed() < Duration::from_secs(60), "nothing is installed");
        std::thread::sleep(Duration::from_millis(5));
    }
    for (name, text) in [
        ("DNS_LAB_PLANNER_INTERVAL_SECONDS", "soon"),
        ("DNS_LAB_DEPLOYER_INTERVAL_SECONDS", "0"),
        ("DNS_LAB_DEPLOYER_JITTER_SECONDS", "-1"),
        ("DNS_LAB_DISABLE_BACKGROUND", "yes"),
    ] {
        let error = Background::from_environment(|n| (n == name).then(|| text.to_owned())).expect_err(name);
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn the_page_says_what_is_broken_and_why() {
    let (_folder, lab) = served();
    let page = || {
        let request = b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        let (status, head, body) = raw(&lab, request);
        assert_eq!(status, 200);
        assert!(head.contains("content-security-policy: default-src 'none';"), "{head}");
        assert!(
            !body.contains("http://") && !body.contains("https://"),
            "something is loaded from elsewhere"
        );
        body
    };
    assert!(page().contains("Nothing is installed yet"));
    for _ in 0..4 {
        asked(&lab, "POST", "/mbt/planner/generate", "");
    }
    let act = |deployer: &str, what: &str, body: &str| {
        asked(&lab, "POST", &format!("/mbt/deployers/deployer-{deployer}/{what}"), body)
    };
    for _ in 0..4 {
        act("a", "sync", "");
        act("a", "deploy", "");
    }
    assert!(page().contains("Healthy: clouddb.us-east-1.api.acme has 1 address"));
    act("b", "deploy", "");
    assert!(page().contains("refused</span> record already exists: _lock.clouddb"));
    act("b", "sync", "");
    act("b", "deploy", "");
    act("a", "cleanup", r#"{"keep_last_n": 3}"#);
    let broken = page();
    assert!(broken.contains("Outage: clouddb.us-east-1.api.acme resolves to no address"));
    assert!(broken.contains("points at plan-001.cdb.acme, for which there is no record: the cleanup keeping 3 by deployer-a removed it"));
    assert!(broken.contains("no such record"));
}
