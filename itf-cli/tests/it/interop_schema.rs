//! The published schemas with another validator: `jsonschema` of Python.
//!
//! Needs `ITF_PYTHON`, a Python that has the package of `schemas/requirements.txt`; see `interop` for what happens
//! without.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value as Json, json};

use crate::common::{ROOT, itf};
use crate::interop::tool;

/// Prints for each file named after it whether each trace in it, one a line, is valid: `1` or `0`.
const SCRIPT: &str = r"
import json, sys
from jsonschema import Draft202012Validator
schema = json.load(open(sys.argv[1], encoding='utf-8'))
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
for name in sys.argv[2:]:
    for line in open(name, encoding='utf-8'):
        print(int(validator.is_valid(json.loads(line))))
";

#[test]
fn both_validators_say_the_same_of_every_fixture() {
    let Some(python) = tool("ITF_PYTHON") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    // One trace a line, and nothing that is no JSON.
    let mut lines: Vec<String> = Vec::new();
    for from in ["fixtures/check", "fixtures/quint", "fixtures/wunderspec"] {
        let mut paths: Vec<_> = fs::read_dir(Path::new(ROOT).join(from))
            .expect("a folder")
            .map(|e| e.expect("a file").path())
            .collect();
        paths.sort();
        for path in paths {
            let text = fs::read_to_string(&path).expect("text").trim_start_matches('\u{feff}').to_owned();
            match serde_json::from_str::<Json>(&text) {
                Ok(one) => lines.push(one.to_string()),
                Err(_) => lines.extend(text.lines().map(str::to_owned)),
            }
        }
    }
    // Of the long ones some states, for Python takes its time; and of each, versions that are broken.
    let lines: Vec<String> = lines.iter().flat_map(|line| versions(line)).collect();
    assert!(lines.len() >= 150, "only {} traces", lines.len());
    let traces = folder.path().join("traces.ndjson");
    fs::write(&traces, lines.join("\n")).expect("a file");
    let inferred = folder.path().join("inferred.json");
    let counter = Path::new(ROOT).join("fixtures/quint/counter.itf.json");
    let args = ["schema", "--infer", "--ranges", "--enums", "-o"].map(std::ffi::OsStr::new);
    itf(args.into_iter().chain([inferred.as_os_str(), counter.as_os_str()]));
    for schema in [
        Path::new(ROOT).join("schemas/itf.schema.json"),
        Path::new(ROOT).join("schemas/itf-strict.schema.json"),
        inferred,
    ] {
        let output = Command::new(&python).args(["-c", SCRIPT]).args([&schema, &traces]).output();
        let output = output.expect("Python starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let theirs: Vec<bool> =
            String::from_utf8_lossy(&output.stdout).lines().map(|line| line == "1").collect();
        let text = fs::read_to_string(&schema).expect("text");
        let ours = jsonschema::validator_for(&serde_json::from_str(&text).expect("JSON")).expect("a schema");
        let ours: Vec<bool> =
            lines.iter().map(|line| ours.is_valid(&serde_json::from_str(line).expect("JSON"))).collect();
        let refused = ours.iter().filter(|is_valid| !**is_valid).count();
        assert!((10..lines.len()).contains(&refused), "{}: {refused} refused", schema.display());
        assert_eq!(ours, theirs, "{}", schema.display());
    }
}

/// A trace with at most three states, and the same with a key that is missing, a state that is none, and bad digits.
fn versions(line: &str) -> Vec<String> {
    let Ok(mut trace) = serde_json::from_str::<Json>(line) else { return Vec::new() };
    if let Some(states) = trace["states"].as_array_mut() {
        states.truncate(3);
    }
    let mut versions = vec![trace.to_string()];
    let mut without = trace.clone();
    without.as_object_mut().and_then(|trace| trace.remove("states"));
    versions.push(without.to_string());
    let mut odd = trace.clone();
    odd["states"] = json!([7]);
    versions.push(odd.to_string());
    let broken = versions[0].replacen("{\"#bigint\":\"", "{\"#bigint\":\"O", 1);
    if broken != versions[0] {
        versions.push(broken);
    }
    versions
}
