//! Documents of every versioned format, as a command of that version wrote them (`fixtures/formats`): what could be read
//! once can be read for ever, and schemas never refuse what they accepted.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use serde_json::Value as Json;

use crate::common::{ROOT, itf, stderr, stdout};
use crate::lab::Served;
use crate::schema::validator;

fn fixture(name: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join("fixtures/formats").join(name)).expect("a fixture")
}

/// Each document and its schema; of `.ndjson` each line is a document.
const DOCUMENTS: [(&str, &str); 14] = [
    ("adapter-protocol-1.requests.ndjson", "adapter-protocol-1"),
    ("adapter-protocol-1.answers.ndjson", "adapter-protocol-1"),
    ("allowed-1.json", "allowed-1"),
    ("check-report-1.json", "check-report-1"),
    ("diff-1.json", "diff-1"),
    ("findings-1.json", "findings-1"),
    ("generate-report-1.json", "generate-report-1"),
    ("info-1.json", "info-1"),
    ("lab-1/current_dns_zone.json", "lab-zone-1"),
    ("lab-drive-1.ndjson", "lab-drive-1"),
    ("replay-report-1.json", "replay-report-1"),
    ("shrink-events-1.ndjson", "shrink-events-1"),
    ("../journal/version-1.journal", "shrink-journal-1"),
    ("../journal/version-2.journal", "shrink-journal-2"),
];

#[test]
fn schemas_accept_what_they_accepted() {
    for (name, schema) in DOCUMENTS {
        let text = fixture(name);
        let validator = validator(schema);
        let is_lines = Path::new(name).extension().is_none_or(|extension| extension != "json");
        let documents: Vec<&str> = if is_lines { text.lines().collect() } else { vec![&text] };
        assert!(!documents.is_empty(), "{name}");
        for document in documents {
            let json: Json = serde_json::from_str(document).expect("JSON");
            let errors: Vec<String> =
                validator.iter_errors(&json).map(|e| format!("{e} at {}", e.instance_path())).collect();
            assert_eq!(errors, [""; 0], "{name}: {document}");
        }
    }
}

#[test]
fn every_versioned_schema_has_a_document() {
    let listed = stdout(&itf(["schema"]));
    for name in listed.lines().filter_map(|line| line.split_whitespace().next()) {
        let is_versioned = name.ends_with(|c: char| c.is_ascii_digit());
        assert_eq!(DOCUMENTS.iter().any(|(_, schema)| *schema == name), is_versioned, "{name}");
    }
}

#[test]
fn a_diff_of_version_1_is_applied() {
    let [before, after, diff] =
        ["before.itf.json", "after.itf.json", "diff-1.json"].map(|name| format!("fixtures/formats/{name}"));
    let there = itf(["patch", &before, &diff]);
    assert_eq!(there.status.code(), Some(0), "{}", stderr(&there));
    let traces = |text: &[u8]| itf::read(text).expect("ITF");
    assert_eq!(traces(&there.stdout), traces(fixture("after.itf.json").as_bytes()));
    let back = itf(["patch", "--reverse", &after, &diff]);
    assert_eq!(back.status.code(), Some(0), "{}", stderr(&back));
    assert_eq!(traces(&back.stdout), traces(fixture("before.itf.json").as_bytes()));
    // And what is of a version that nobody knows yet is refused, by a message that names both.
    let folder = tempfile::tempdir().expect("a folder");
    let newer = folder.path().join("diff.json");
    let text = fixture("diff-1.json");
    let changed =
        text.replacen("\"version\": 1", "\"version\": 2", 1).replacen("\"version\":1", "\"version\":2", 1);
    assert_ne!(changed, text);
    fs::write(&newer, changed).expect("a file");
    let refused = itf(["patch", &before, newer.to_str().expect("a name")]);
    assert_eq!((refused.status.code(), stdout(&refused).as_str()), (Some(2), ""));
    assert!(stderr(&refused).contains("version 2") && stderr(&refused).contains('1'), "{}", stderr(&refused));
}

#[test]
fn events_of_version_1_are_in_a_report() {
    // Journals are read by a test of `itf shrink`.
    let told = "fixtures/formats/shrink-events-1.ndjson";
    let output = itf(["report", "--format", "json", "fixtures/wunderspec/root-3.ndjson", told]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let report: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let points = report["bugs"][0]["shrink"].as_array().expect("the way down");
    assert!(points.len() > 3, "{points:?}");
}

/// An adapter that says, for each line it hears, the next line of what one said once.
const PLAYER: &str = "exec 3<\"$1\"\nwhile IFS= read -r line; do\n  IFS= read -r answer <&3 || exit 0\n  printf '%s\\n' \"$answer\"\ndone\n";

#[test]
fn an_adapter_of_protocol_1_is_understood() {
    let folder = tempfile::tempdir().expect("a folder");
    let player = folder.path().join("player.sh");
    fs::write(&player, PLAYER).expect("a script");
    let adapter =
        format!("jsonl:sh '{}' fixtures/formats/adapter-protocol-1.answers.ndjson", player.display());
    let replayed = itf(["replay", "--on", &adapter, "fixtures/formats/schedule.itf.json"]);
    assert_eq!(replayed.status.code(), Some(0), "{}{}", stdout(&replayed), stderr(&replayed));
    assert!(stdout(&replayed).contains("agrees, 5 steps"), "{}", stdout(&replayed));
}

#[test]
fn a_host_of_protocol_1_is_answered() {
    let requests = fixture("adapter-protocol-1.requests.ndjson");
    let answers = crate::common::itf_with(&["adapter", "serve", "dns-lab"], requests.as_bytes());
    assert_eq!(answers.status.code(), Some(0), "{}", stderr(&answers));
    let said = |text: &str| -> Vec<(Json, Json, Json)> {
        let lines = text.lines().map(|line| serde_json::from_str::<Json>(line).expect("JSON"));
        lines
            .map(|answer| (answer["id"].clone(), answer["status"].clone(), answer["outcome"].clone()))
            .collect()
    };
    // More may be said than was; of what was said nothing is missing.
    assert_eq!(said(&stdout(&answers)), said(&fixture("adapter-protocol-1.answers.ndjson")));
}

#[test]
fn a_lab_goes_on_with_the_zone_of_version_1() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("plans")).expect("a folder");
    let from = Path::new(ROOT).join("fixtures/formats/lab-1");
    for name in ["current_dns_zone.json", "plans/plan-001.json", "plans/plan-004.json"] {
        fs::copy(from.join(name), folder.path().join(name)).expect("a file");
    }
    for name in ["plans/plan-002.json", "plans/plan-003.json"] {
        fs::copy(from.join(name), folder.path().join(name)).expect("a file");
    }
    let served = Served::start(folder.path());
    let host = served.url.strip_prefix("http://").expect("a URL");
    let mut stream = TcpStream::connect(host).expect("it listens");
    let request = "GET /wormhole53/resolve/clouddb.us-east-1.api.acme HTTP/1.0\r\n";
    write!(stream, "{request}Host: {host}\r\n\r\n").expect("it listens");
    let mut root = String::new();
    stream.read_to_string(&mut root).expect("an answer");
    assert!(root.contains("192.0.1.1"), "{root}");
}
