//! The real TLC: it runs what we write, and what it prints of that is the trace it was written from.
//!
//! Needs Java, and `ITF_TLA2TOOLS`, the path of `tla2tools.jar`.

use std::path::Path;
use std::process::Command;

use itf::{State, Trace, Value};

use crate::common::{ROOT, itf, itf_with, stderr};
use crate::interop::tool;

/// What TLC prints, and its exit status, when it checks the module `Found` in a folder.
fn tlc(jar: &Path, folder: &Path, checks: &str, options: &[&str]) -> (Vec<u8>, Option<i32>) {
    std::fs::write(folder.join("Found.cfg"), format!("SPECIFICATION Spec\n{checks}\n")).expect("a file");
    let mut java = Command::new("java");
    java.arg("-XX:+UseParallelGC").arg(format!("-Djava.io.tmpdir={}", folder.display()));
    java.arg("-cp").arg(jar).args(["tlc2.TLC", "-deadlock"]).args(options).arg("Found.tla");
    let output = java.current_dir(folder).output().expect("Java starts");
    (output.stdout, output.status.code())
}

/// A value as TLA+ has it: no tuples beside sequences, and a function is told by its domain.
fn in_tla(value: &Value) -> Value {
    let all = |items: &[Value]| items.iter().map(in_tla).collect::<Vec<_>>();
    match value {
        unit if unit.is_unit() => Value::from("U_OF_UNIT"),
        Value::Null => Value::from("U_OF_UNIT"),
        Value::Unserializable(text) | Value::Opaque(text) => Value::Str(text.clone()),
        Value::Tuple(items) => Value::list(all(items)),
        Value::List(items) => Value::list(all(items)),
        Value::Set(items) => Value::set(items.iter().map(in_tla)),
        Value::Record(fields) => Value::map(fields.iter().map(|(name, v)| (Value::from(&**name), in_tla(v)))),
        Value::Variant(v) => {
            Value::map([("tag", Value::Str(v.tag().clone())), ("value", in_tla(v.payload()))])
        }
        Value::Map(map) => {
            let entries: Vec<(Value, Value)> = map.iter().map(|(k, v)| (in_tla(k), in_tla(v))).collect();
            let is_sequence = (1..).zip(&entries).all(|(n, (key, _))| *key == Value::from(n));
            if is_sequence { Value::list(entries.into_iter().map(|(_, v)| v)) } else { Value::map(entries) }
        }
        other => other.clone(),
    }
}

/// The variables of a state that are not ours, under the names they have in TLA+, where parameters are definitions.
fn variables(state: &State, params: &[String]) -> Vec<(String, Value)> {
    let own = |name: &str| name.replace("::", "_");
    let is_left = |name: &str| name == "itf_step" || params.iter().any(|param| param == name);
    let all = state.value.iter().filter(|(name, _)| !is_left(name));
    let mut all: Vec<_> = all.map(|(name, value)| (own(name), in_tla(value))).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

fn traces(bytes: &[u8]) -> Vec<Trace> {
    let converted = itf_with(&["convert"], bytes);
    assert_eq!(
        converted.status.code(),
        Some(0),
        "{}\n{}",
        stderr(&converted),
        String::from_utf8_lossy(bytes)
    );
    itf::read(&converted.stdout).expect("ITF")
}

#[test]
fn tlc_runs_what_was_converted_to_its_notation() {
    let Some(jar) = tool("ITF_TLA2TOOLS") else { return };
    let mut files: Vec<_> =
        ["quint/counter", "quint/values", "quint/election", "quint/relay", "quint/root-1"]
            .map(|name| format!("{ROOT}/fixtures/{name}.itf.json"))
            .into();
    files.push(format!("{ROOT}/fixtures/wunderspec/root-3.ndjson"));
    if let Some(more) = std::env::var_os("ITF_TLC_FILES") {
        files.extend(more.into_string().expect("text").split_whitespace().map(str::to_owned));
    }
    let (mut ran, mut told) = (0, 0);
    for file in &files {
        let folder = tempfile::tempdir().expect("a folder");
        let original = itf::read(&std::fs::read(file).expect("a file")).expect("ITF").swap_remove(0);
        let module = folder.path().join("Found.tla");
        let converted = itf(["convert", "-o", module.to_str().expect("a path"), file]);
        assert_eq!(converted.status.code(), Some(0), "{file}: {}", stderr(&converted));
        // What TLC cannot do is told beforehand.
        let notes = stderr(&converted);
        if notes.contains("which TLC does not compare") || notes.contains("TLC does not count") {
            told += 1;
            continue;
        }
        let (_, code) = tlc(&jar, folder.path(), "", &[]);
        assert_eq!(code, Some(0), "{file}: TLC runs it and finds nothing");
        for options in [&[][..], &["-tool"]] {
            let (printed, code) = tlc(&jar, folder.path(), "INVARIANT Unfinished", options);
            assert_eq!(code, Some(12), "{file}: {}", String::from_utf8_lossy(&printed));
            let found = traces(&printed).swap_remove(0);
            assert_eq!(found.states.len(), original.states.len(), "{file}");
            for (ours, theirs) in original.states.iter().zip(&found.states) {
                assert_eq!(variables(ours, &original.params), variables(theirs, &[]), "{file}");
            }
            if file.ends_with("counter.itf.json") {
                let action =
                    |state: &State| state.meta.get("action").and_then(|a| a.as_str().map(str::to_owned));
                let steps: Vec<String> = found.states.iter().filter_map(action).collect();
                assert_eq!(steps, ["both", "both", "both", "swap", "Unnamed", "turn_left"]);
            }
            ran += 1;
        }
    }
    assert!(ran >= 10, "{ran} runs; of {told} it was told that TLC cannot run them");
}

/// No string ends but at its end: what TLC's parser takes for something else is written as the text of an escape.
#[test]
fn strings_that_tlc_would_misread_are_strings() {
    let Some(jar) = tool("ITF_TLA2TOOLS") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let texts = ["a", "b`", "'c", "日本", "é\"\\", "\u{1b}", "*) \\* ===="];
    let states: Vec<_> = texts.iter().map(|text| serde_json::json!({ "x": text })).collect();
    let text = serde_json::json!({ "vars": ["x"], "states": states }).to_string();
    let module = folder.path().join("Found.tla");
    let converted = itf_with(&["convert", "-o", module.to_str().expect("a path")], text.as_bytes());
    assert!(stderr(&converted).contains("are written as \\u{…}"), "{}", stderr(&converted));
    let (printed, code) = tlc(&jar, folder.path(), "INVARIANT Unfinished", &[]);
    assert_eq!(code, Some(12), "{}", String::from_utf8_lossy(&printed));
    let found = traces(&printed).swap_remove(0);
    let found: Vec<String> =
        found.states.iter().filter_map(|state| Some(state.get("x")?.to_string())).collect();
    let written = ["a", "b\\u{60}", "'c", "\\u{65e5}\\u{672c}", "é\"\\", "\\u{1b}", "*) \\* ===="];
    assert_eq!(found, written.map(|text| Value::from(text).to_string()));
}

#[test]
fn a_lasso_is_one_for_tlc() {
    let Some(jar) = tool("ITF_TLA2TOOLS") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let lasso = br##"{"vars":["x","vars"],"states":[{"x":1,"vars":{"#set":[]}},{"x":2,"vars":{"#set":[1]}},{"x":1,"vars":{"#set":[2]}}],"loop":1}"##;
    let module = folder.path().join("Found.tla");
    let converted = itf_with(&["convert", "-o", module.to_str().expect("a path")], lasso);
    assert_eq!(converted.status.code(), Some(0), "{}", stderr(&converted));
    let (printed, code) = tlc(&jar, folder.path(), "PROPERTY NoLoop", &[]);
    assert_eq!(code, Some(13), "{}", String::from_utf8_lossy(&printed));
    let found = traces(&printed).swap_remove(0);
    assert_eq!(found.loop_index, Some(1));
    let names = found.states.iter().map(|s| s.meta.get("action").and_then(|a| a.as_str().map(str::to_owned)));
    assert_eq!(names.collect::<Vec<_>>(), [None, Some("Unnamed".into()), Some("Unnamed".into())]);
    let original = itf::read(lasso).expect("ITF").swap_remove(0);
    for (ours, theirs) in original.states.iter().zip(&found.states) {
        assert_eq!(variables(ours, &[]), variables(theirs, &[]));
    }
}

/// What stands in `docs/tla.md` for those who have TLC.
#[test]
fn the_page_on_tlc_is_true() {
    let Some(jar) = tool("ITF_TLA2TOOLS") else { return };
    let page = std::fs::read_to_string(Path::new(ROOT).join("docs/tla.md")).expect("the page");
    let script = page.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a script");
    let folder = tempfile::tempdir().expect("a folder");
    let program = Path::new(env!("CARGO_BIN_EXE_itf")).parent().expect("a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").expect("a path"));
    std::fs::copy(
        Path::new(ROOT).join("fixtures/quint/counter.itf.json"),
        folder.path().join("found.itf.json"),
    )
    .expect("a copy");
    std::fs::copy(&jar, folder.path().join("tla2tools.jar")).expect("a copy");
    let output = Command::new("bash")
        .args(["-e", "-o", "pipefail", "-c", script])
        .current_dir(folder.path())
        .env("PATH", path)
        .output();
    let output = output.expect("bash starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains("7 states") && said.contains("violation: Unfinished"),
        "{said}\n{}",
        stderr(&output)
    );
}
