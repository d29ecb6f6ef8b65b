//! Real output of TLC reads as the traces it stands for.
//!
//! `ITF_TLC_SAMPLES=DIR cargo test -p itf-toolkit --test it tlc_samples`, where the folder holds, for each spec, what TLC
//! printed and dumped (`SPEC.text.txt`, `SPEC.tool.txt`, `SPEC.dump-tla.tla`, …) and the trace as ITF
//! (`SPEC.expected.itf.json`).
#![expect(clippy::print_stderr, reason = "says what was not run")]

use std::fs;
use std::path::Path;

use itf::tla::Import;
use itf::{Trace, Value};

/// What a kind of file can tell of a trace.
#[derive(Clone, Copy, PartialEq)]
enum Tells {
    /// All, names of parameters included.
    All,
    /// Values of parameters, without names.
    Values,
    /// The names of actions.
    Actions,
    /// States only.
    States,
}

fn meta(trace: &Trace, key: &str) -> Vec<serde_json::Value> {
    trace.states.iter().map(|state| state.meta.get(key).unwrap_or_default()).collect()
}

/// The values of the parameters, without their names.
fn params(trace: &Trace) -> Vec<Vec<Value>> {
    let of = |params: &serde_json::Value| -> Vec<Value> {
        let pairs = params.as_array().into_iter().flatten();
        pairs.map(|pair| itf::from_value::<Value>(pair[1].clone()).expect("a value")).collect()
    };
    meta(trace, "params").iter().map(of).collect()
}

fn names(trace: &Trace) -> Vec<Vec<serde_json::Value>> {
    let of = |params: &serde_json::Value| {
        params.as_array().into_iter().flatten().map(|pair| pair[0].clone()).collect()
    };
    meta(trace, "params").iter().map(of).collect()
}

/// What of a value is left in the JSON of TLC.
fn as_json(value: &Value) -> Value {
    match value {
        Value::Set(items) => Value::list(items.iter().map(as_json)),
        Value::List(items) => Value::list(items.iter().map(as_json)),
        Value::Map(entries) if entries.is_empty() => Value::list::<Value>([]),
        Value::Map(entries) => Value::record(entries.iter().map(|(key, value)| {
            let key = key.as_str().map_or_else(|| itf::tla::to_tla(key), str::to_owned);
            (key, as_json(value))
        })),
        Value::Record(fields) => Value::Record(fields.map_values(|_, v| as_json(v))),
        Value::Variant(v) => Value::variant(&**v.tag(), as_json(v.payload())),
        other => other.clone(),
    }
}

/// Lists in an order of their own, since sets have none in JSON.
fn sorted(value: &Value) -> Value {
    match value {
        Value::List(items) => {
            let mut items: Vec<Value> = items.iter().map(sorted).collect();
            items.sort();
            Value::list(items)
        }
        // Keys that are values of TLA+ have their fields in the order of TLC.
        Value::Record(fields) => Value::record(fields.iter().map(|(name, value)| {
            let key = itf::tla::parse_value(name).ok().filter(|_| name.contains("|->"));
            (key.map_or_else(|| name.to_string(), |key| itf::tla::to_tla(&key)), sorted(value))
        })),
        Value::Variant(v) => Value::variant(&**v.tag(), sorted(v.payload())),
        other => other.clone(),
    }
}

fn differences(expected: &Trace, import: &Import, tells: Tells, is_json: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    let [trace] = &import.traces[..] else { return vec![format!("{} traces", import.traces.len())] };
    let states = |trace: &Trace| -> Vec<Value> {
        let states = trace.states.iter().map(|state| Value::Record(state.value.clone()));
        if is_json { states.map(|s| sorted(&as_json(&s))).collect() } else { states.collect() }
    };
    for (at, (a, b)) in states(expected).iter().zip(&states(trace)).enumerate() {
        let (Value::Record(a), Value::Record(b)) = (a, b) else { panic!("states are records") };
        for (name, value) in a.iter().filter(|(name, value)| b.get(name) != Some(value)) {
            wrong.push(format!("state {at}, {name}: {value} and {:?}", b.get(name)));
        }
        if a.len() != b.len() {
            wrong.push(format!("state {at}: {} variables", b.len()));
        }
    }
    if expected.states.len() != trace.states.len() {
        wrong.push(format!("{} states", trace.states.len()));
    }
    if tells != Tells::States && expected.loop_index != trace.loop_index {
        wrong.push(format!("loop {:?}", trace.loop_index));
    }
    if tells != Tells::States && meta(expected, "action") != meta(trace, "action") {
        wrong.push(format!("actions {:?}", meta(trace, "action")));
    }
    if matches!(tells, Tells::All | Tells::Values) && !is_json && params(expected) != params(trace) {
        wrong.push(format!("parameters {:?}", params(trace)));
    }
    if tells == Tells::All && names(expected) != names(trace) {
        wrong.push(format!("names {:?}", names(trace)));
    }
    wrong
}

#[test]
fn all_that_tlc_writes_of_a_trace_reads_as_that_trace() {
    let Some(dir) = std::env::var_os("ITF_TLC_SAMPLES") else {
        eprintln!("NOT RUN: set ITF_TLC_SAMPLES to a folder of real output of TLC to read it all");
        return;
    };
    let kinds = [
        ("text.txt", Tells::Values),
        ("default.txt", Tells::Values),
        ("nowrap.txt", Tells::Values),
        ("dumpall.txt", Tells::Values),
        ("tool.txt", Tells::Values),
        ("v174-text.txt", Tells::Actions),
        ("v174-tool.txt", Tells::Actions),
        ("dump-tla.tla", Tells::All),
        ("dump.json", Tells::All),
        ("dump-tlcplain.tla", Tells::States),
        ("dump-tlctespec.tla", Tells::States),
        ("ttrace.tla", Tells::States),
    ];
    let mut compared = 0;
    let mut failed = Vec::new();
    for entry in fs::read_dir(&dir).expect("a folder") {
        let path = entry.expect("a readable folder").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let Some(spec) = name.strip_suffix(".expected.itf.json") else { continue };
        let expected = itf::read(&fs::read(&path).expect("a readable file")).expect("ITF").swap_remove(0);
        for (kind, tells) in kinds {
            let file = Path::new(&dir).join(format!("{spec}.{kind}"));
            let Ok(bytes) = fs::read(&file) else { continue };
            let is_refused = String::from_utf8_lossy(&bytes).contains("Parsing or semantic analysis failed");
            // The older TLC does not know all of the specs, and the explorer has the variables behind an alias.
            if is_refused || (spec, kind) == ("Alias", "ttrace.tla") {
                continue;
            }
            compared += 1;
            match itf::tla::read(&bytes) {
                Ok(import) => {
                    let wrong = differences(&expected, &import, tells, kind == "dump.json");
                    failed.extend(wrong.into_iter().map(|what| format!("{spec}.{kind}: {what}")));
                }
                Err(error) => failed.push(format!("{spec}.{kind}:{error}")),
            }
        }
    }
    let failed: Vec<String> = failed.iter().map(|what| format!("{what:.600}")).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(compared >= 100, "only {compared} files");
    eprintln!("{compared} files of TLC compared");
}

#[test]
fn nothing_that_tlc_writes_is_refused_but_what_is_known_to_be_lost() {
    let Some(dir) = std::env::var_os("ITF_TLC_SAMPLES") else {
        eprintln!("NOT RUN: set ITF_TLC_SAMPLES to a folder of real output of TLC to read it all");
        return;
    };
    let mut refused = Vec::new();
    for entry in fs::read_dir(&dir).expect("a folder") {
        let path = entry.expect("a readable folder").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let skipped = [".cfg", ".dot", ".itf.json", "dump-tlcaction.tla"];
        let is_spec = name.split_once('.').is_some_and(|(_, end)| end == "tla");
        if is_spec || skipped.iter().any(|end| name.ends_with(end)) {
            continue;
        }
        if let Err(error) = itf::tla::read(&fs::read(&path).expect("a readable file")) {
            refused.push(format!("{name}:{error}"));
        }
    }
    refused.sort();
    eprintln!("{}", refused.join("\n"));
    assert!(refused.iter().all(|r| r.contains("-difftrace") || r.contains("neither")), "{refused:#?}");
}
