//! SARIF against the schema of the standard.
//!
//! Needs `ITF_SARIF_SCHEMA`, the path of `sarif-2.1.0-rtm.5.json`, which is in the npm package `@microsoft/jest-sarif`; see
//! `interop` for what happens without.

use std::fs;
use std::path::Path;

use serde_json::Value as Json;

use crate::common::{ROOT, itf};
use crate::interop::tool;

#[test]
fn all_logs_are_as_the_standard_says() {
    let Some(schema) = tool("ITF_SARIF_SCHEMA") else { return };
    // One of its patterns, that of a language, has a bracket too many, and validators differ on what that means.
    let text = fs::read_to_string(schema).expect("the schema").replace("{2}]?$", "{2}$");
    let schema: Json = serde_json::from_str(&text).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let mut files: Vec<String> = fs::read_dir(Path::new(ROOT).join("fixtures/check"))
        .expect("a folder")
        .map(|entry| entry.expect("a file").path().display().to_string())
        .filter(|name| name.ends_with(".itf.json"))
        .collect();
    files.sort();
    files.push("missing.itf.json".into());
    let many = ["check", "--notes", "--format", "sarif", "--invariant", "x == 1"].map(String::from);
    let traces = ["fixtures/wunderspec/root-4.ndjson", "fixtures/wunderspec/root-5.ndjson"].map(String::from);
    let diff = ["diff", "--format", "sarif"].map(String::from);
    let none = ["check", "--format", "sarif", "fixtures/wunderspec/root-4.ndjson"].map(String::from);
    for args in [[&many[..], &files].concat(), [&diff[..], &traces].concat(), none.to_vec()] {
        let mut log: Json = serde_json::from_slice(&itf(&args).stdout).expect("JSON");
        let errors: Vec<String> =
            schema.iter_errors(&log).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert_eq!(errors, [""; 0], "{args:?}");
        // The schema is one that can say no.
        log["runs"][0]["tool"] = Json::Null;
        assert!(!schema.is_valid(&log));
    }
}
