//! `itf schema`: what is printed is in `schemas/`, and what is inferred serves `itf check`.

use std::fs;
use std::path::Path;

use jsonschema::Validator;
use serde_json::{Value as Json, json};

use crate::common::{ROOT, itf, itf_with, stderr, stdout};

const COUNTER: &str = "fixtures/quint/counter.itf.json";

/// The schema that the command prints.
pub(crate) fn validator(name: &str) -> Validator {
    jsonschema::validator_for(&printed(name)).expect("a JSON Schema")
}

fn printed(name: &str) -> Json {
    let output = itf(["schema", name]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn every_schema_of_the_project_is_listed_and_valid() {
    let mut names: Vec<String> = fs::read_dir(Path::new(ROOT).join("schemas"))
        .expect("a folder")
        .map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned())
        .filter_map(|name| name.strip_suffix(".schema.json").map(str::to_owned))
        .collect();
    names.sort();
    let list = stdout(&itf(["schema"]));
    let listed: Vec<&str> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(listed, names);
    for name in &names {
        let schema = printed(name);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        assert!(schema["title"].is_string() && schema["description"].is_string(), "{name}");
        jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|e| panic!("{name}: {e}"));
        let mut examples = 0;
        valid_examples(&schema, &schema, name, &mut examples);
        assert!(examples >= 10 || !name.starts_with("itf"), "{name} has only {examples} examples");
    }
}

/// All examples in a schema are valid by the part of it that has them.
fn valid_examples(part: &Json, whole: &Json, at: &str, seen: &mut usize) {
    if let Json::Array(items) = part {
        for item in items {
            valid_examples(item, whole, at, seen);
        }
    }
    let Json::Object(fields) = part else { return };
    if let Some(examples) = fields.get("examples").and_then(Json::as_array) {
        let mut schema = part.clone();
        schema["$defs"] = whole["$defs"].clone();
        let validator = jsonschema::validator_for(&schema).expect("a JSON Schema");
        for example in examples {
            *seen += 1;
            assert!(validator.is_valid(example), "{at}: {example}");
        }
    }
    for (key, value) in fields {
        if key != "examples" {
            valid_examples(value, whole, &format!("{at}/{key}"), seen);
        }
    }
}

#[test]
fn an_unknown_schema_lists_those_there_are() {
    let output = itf(["schema", "itff"]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""));
    assert!(
        stderr(&output).contains("there is no schema `itff` (a schema of traces is made with --infer); there are:\nadapter-protocol-1 "),
        "{}",
        stderr(&output)
    );
}

#[test]
fn the_fixtures_are_valid_by_the_schema_of_itf() {
    let (lenient, strict) = (validator("itf"), validator("itf-strict"));
    let mut by_the_letter = 0;
    for folder in ["fixtures/quint", "fixtures/wunderspec"] {
        for entry in fs::read_dir(Path::new(ROOT).join(folder)).expect("a folder") {
            let path = entry.expect("a file").path();
            for line in fs::read_to_string(&path).expect("text").lines() {
                let json: Json = serde_json::from_str(line).expect("JSON");
                if let Err(error) = lenient.validate(&json) {
                    panic!("{}: {error} at {}", path.display(), error.instance_path());
                }
                by_the_letter += usize::from(strict.is_valid(&json));
            }
        }
    }
    assert!(by_the_letter >= 5, "only {by_the_letter} traces to the letter");
}

#[test]
fn an_inferred_schema_accepts_its_traces_and_says_where_others_differ() {
    let folder = tempfile::tempdir().expect("a folder");
    let schema = folder.path().join("counter.schema.json");
    let schema = schema.to_str().expect("a name");
    let output = itf(["schema", "--infer", COUNTER, "--ranges", "--enums", "-o", schema]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let output = itf(["check", "--schema", schema, COUNTER]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    // Another trace: one value is of another kind.
    let text = fs::read_to_string(Path::new(ROOT).join(COUNTER)).expect("text");
    let mut trace: Json = serde_json::from_str(&text).expect("JSON");
    let variable = trace["vars"][0].as_str().expect("a name").to_owned();
    trace["states"][1][&variable] = json!({ "#set": [true] });
    let broken = folder.path().join("broken.json");
    fs::write(&broken, trace.to_string()).expect("a file");
    let output = itf(["check", "--schema", schema, broken.to_str().expect("a name")]);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    assert!(text.contains(": error ITF035 schema-violation: not as the schema wants it: "), "{text}");
    assert!(text.contains(&format!("(at states[1].{variable}")), "{text}");
    let line = text.lines().find(|line| line.contains("ITF035")).expect("a line");
    let place: Vec<&str> = line.split(':').take(3).collect();
    let column: usize = place[2].parse().expect("a column");
    assert_eq!(place[1], "1");
    assert!(trace.to_string()[column - 1..].starts_with(r##"{"#set":[true]}"##), "{text}");
}

#[test]
fn a_schema_comes_through_a_pipe_and_sees_every_trace_of_a_file() {
    let inferred = itf_with(&["schema", "--infer"], br#"{"states":[{"x":true}]}"#);
    assert_eq!(inferred.status.code(), Some(0), "{}", stderr(&inferred));
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.ndjson");
    let (good, bad) = (r#"{"vars":["x"],"states":[{"x":false}]}"#, r#"{"vars":["x"],"states":[{"x":"no"}]}"#);
    fs::write(&file, format!("{good}\n{bad}\n{good}\n{bad}\n")).expect("a file");
    let output = itf_with(&["check", "--schema", "-", file.to_str().expect("a name")], &inferred.stdout);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    assert!(text.contains(":2:30: error ITF035 ") && text.contains(":4:30: error ITF035 "), "{text}");
    assert!(text.ends_with("4 traces in 1 file: 2 not valid, 2 errors\n"), "{text}");
}

#[test]
fn what_is_no_schema_is_trouble() {
    for text in ["{", r#"{"type": 7}"#] {
        let output = itf_with(&["check", "--schema", "-", COUNTER], text.as_bytes());
        assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""), "{text}");
        assert!(stderr(&output).contains("<stdin>: not a JSON Schema: "), "{}", stderr(&output));
    }
    let output = itf_with(&["schema", "--infer"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("there are no traces to infer a schema from"), "{}", stderr(&output));
}

#[test]
fn a_trace_is_no_schema() {
    for input in [
        &b"{\"vars\":[\"x\"],\"states\":[{\"x\":true}]}"[..],
        b"{\"vars\":[],\"states\":[]}\n{\"vars\":[],\"states\":[]}\n",
    ] {
        let output = itf_with(&["check", "--schema", "-", COUNTER], input);
        assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
        let said = "<stdin> is a trace, not a JSON Schema; `itf schema --infer";
        assert!(stderr(&output).contains(said), "{}", stderr(&output));
    }
}

#[test]
fn of_alternatives_the_nearest_is_told_and_units_are_one() {
    let seen = br##"{"vars":["x","u"],"states":[{"x":1,"u":{"#tup":[]}},{"x":{"#set":["a"]},"u":{"#tup":[]}},
        {"x":{"tag":"A","value":{"n":1}},"u":{"#tup":[]}}]}"##;
    let inferred = itf_with(&["schema", "--infer", "--enums"], seen);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("s.json");
    fs::write(&file, &inferred.stdout).expect("a file");
    let schema = file.to_str().expect("a name");
    let check = |states: &str| {
        let input = format!("{{\"vars\":[\"x\",\"u\"],\"states\":[{states}]}}");
        stdout(&itf_with(&["check", "--allow", "warnings,notes", "--schema", schema], input.as_bytes()))
    };
    // Another tool writes the same unit in another way.
    for unit in [r##"{"#tup":[]}"##, "{}", "null"] {
        assert_eq!(check(&format!("{{\"x\":1,\"u\":{unit}}}")), "1 trace in 1 file: valid\n", "{unit}");
    }
    for (state, said) in [
        (
            r##"{"x":1,"u":{"#tup":[1]}}"##,
            r##"the value is not one of {"#tup":[]}, {} or null (at states[0].u)"##,
        ),
        (
            r#"{"x":"no","u":{}}"#,
            "the value fits none of 3 alternatives: it is not of types \"integer\", \"object\"; it is not",
        ),
        (
            r##"{"x":{"#set":["b"]},"u":{}}"##,
            "the value is not one of \"a\", in the nearest of 3 alternatives (at states[0].x{})",
        ),
        (
            r#"{"x":{"tag":"A","value":{"n":true}},"u":{}}"#,
            ", in the nearest of 3 alternatives (at states[0].x~A.n)",
        ),
    ] {
        let text = check(state);
        assert!(text.contains(said), "{text}");
    }
}
