//! The published schemas with another validator: `jsonschema` of Python.
//!
//! Needs `ITF_PYTHON`, a Python that has the package of `schemas/requirements.txt`; see `interop` for what happens
//! without.

use std::fs;
use std::path::Path;
use std::process::Command;

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
            match serde_json::from_str::<serde_json::Value>(&text) {
                Ok(one) => lines.push(one.to_string()),
                Err(_) => lines.extend(text.lines().map(str::to_owned)),
            }
        }
    }
    // Python takes its time with the long ones, which are of the same kinds.
    lines.retain(|line| line.len() < 100_000);
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
        assert!(
            ours.len() >= 50 && ours.contains(&true) && ours.contains(&false)
                || schema.ends_with("itf.schema.json")
        );
        assert_eq!(ours, theirs, "{}", schema.display());
    }
}
