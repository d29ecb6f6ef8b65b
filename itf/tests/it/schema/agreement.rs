//! The native check and the published schemas agree: on real traces, and on ten thousand broken ones.
//!
//! Intended differences, all of them:
//!
//! 1. What a schema cannot say: codes in [`BEYOND`]. A trace in which nothing else is an error is valid by the schema.
//! 2. Objects with one of ITF's `#` keys and others beside it have no meaning and are kept as they are; the reader, which
//!    reads once, knows that only if no `#` key that it can read comes first, and demands the form of that key. The schema,
//!    to which the order of keys is unknown, does not ([`is_mixed`]).
//! 3. A `loop` such as `2.0` is an integer to JSON Schema, and none to the reader ([`has_odd_loop`]).
//! 4. `"loop": null` is worth a warning to `--strict`, for all tools write it; to the strict schema it is no integer.
//! 5. A key that is there twice in an object, and nesting beyond the limit, are errors of the reader; JSON values that a
//!    validator sees have no key twice.
#![expect(clippy::print_stderr, reason = "says what was not run")]

use std::path::Path;

use itf::check::{Code, Severity, check};
use itf::{ErrorKind, Reader};
use jsonschema::Validator;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value as Json, json};

use super::published;

/// What a schema cannot say.
const BEYOND: &[Code] = &[
    Code::ByteOrderMark,
    Code::LeakedInteger,
    Code::RepeatedKey,
    Code::MissingVariable,
    Code::UndeclaredVariable,
    Code::MissingParameter,
    Code::ChangingParameter,
    Code::LoopOutOfRange,
    Code::EmptyLastState,
    Code::TypeMismatch,
    Code::BadTypeAnnotation,
    Code::UndeclaredTag,
];

const KEYS: [&str; 5] = ["#bigint", "#tup", "#set", "#map", "#unserializable"];

struct Schemas {
    lenient: Validator,
    strict: Validator,
}

impl Schemas {
    fn new() -> Self {
        Self { lenient: published("itf"), strict: published("itf-strict") }
    }

    /// How the two disagree about a trace, if they do; `None` for what differs by intent.
    fn disagreement(&self, text: &str) -> Option<Result<(), String>> {
        let json: Json = serde_json::from_str(text).ok()?;
        if is_mixed(&json) || has_odd_loop(&json) {
            return None;
        }
        let mut reader = Reader::new();
        let document = match reader.documents(text.as_bytes()).next()? {
            Err(error) if matches!(error.kind(), ErrorKind::DuplicateField(_) | ErrorKind::TooDeep(_)) => {
                return None;
            }
            Err(error) => {
                let agrees = !self.lenient.is_valid(&json) && !self.strict.is_valid(&json);
                return Some(if agrees {
                    Ok(())
                } else {
                    Err(format!("native: {error}; a schema accepts {text}"))
                });
            }
            Ok(document) => document,
        };
        if let Some(error) = self.lenient.iter_errors(&json).next() {
            return Some(Err(format!(
                "native reads what the schema refuses: {error} at {} of {text}",
                error.instance_path()
            )));
        }
        let errors: Vec<Code> = check(&document, true)
            .into_iter()
            .filter(|f| f.severity == Severity::Error && !BEYOND.contains(&f.code))
            // That no name is both a variable and a parameter is beyond a schema, too.
            .filter(|f| {
                f.code != Code::RepeatedName
                    || is_repeated(&document.trace.vars)
                    || is_repeated(&document.trace.params)
            })
            .map(|f| f.code)
            .collect();
        let mut by_schema = json.clone();
        if json.get("loop") == Some(&Json::Null) {
            by_schema.as_object_mut()?.remove("loop");
        }
        let refused = self.strict.iter_errors(&by_schema).next();
        Some(match (errors.is_empty(), refused) {
            (true, Some(error)) => Err(format!(
                "strict: the schema alone refuses: {error} at {} of {text}",
                error.instance_path()
            )),
            (false, None) => Err(format!("strict: the schema does not see {errors:?} in {text}")),
            _ => Ok(()),
        })
    }
}

fn is_repeated(names: &[String]) -> bool {
    names.iter().enumerate().any(|(at, name)| names[..at].contains(name))
}

/// Whether an object has a known `#` key and another key. `#meta` is not looked at, for nobody demands anything there.
fn is_mixed(json: &Json) -> bool {
    match json {
        Json::Array(items) => items.iter().any(is_mixed),
        Json::Object(fields) => {
            (fields.len() > 1 && KEYS.iter().any(|key| fields.contains_key(*key)))
                || fields.iter().any(|(key, value)| key != "#meta" && is_mixed(value))
        }
        _ => false,
    }
}

fn has_odd_loop(json: &Json) -> bool {
    json.get("loop").is_some_and(Json::is_f64)
}

/// Small real traces of both tools, cut after three states, and one that has everything.
fn seeds() -> Vec<Json> {
    let everything = json!({
        "#meta": { "varTypes": { "x": "Int" } },
        "params": ["P"],
        "vars": ["x", "y"],
        "loop": 0,
        "states": [
            { "#meta": { "index": 0 }, "P": true, "x": { "#bigint": "-7" },
              "y": { "#map": [[{ "#tup": ["a", { "#bigint": "1" }] }, { "#set": [["b"], []] }]] } },
            { "x": { "#bigint": "12" }, "y": { "tag": "Some", "value": { "f": { "#unserializable": "Int" } } } },
        ],
    });
    let as_map = json!({ "vars": ["x"], "states": [{ "#map": [["x", { "#bigint": "1" }]] }] });
    let mut seeds = vec![everything, as_map];
    for name in [
        "quint/counter.itf.json",
        "quint/values.itf.json",
        "wunderspec/shelves.ndjson",
        "wunderspec/relay.ndjson",
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(name);
        let text = std::fs::read_to_string(path).expect("a fixture");
        let mut json: Json = serde_json::from_str(text.lines().next().unwrap_or_default()).expect("JSON");
        if let Some(Json::Array(states)) = json.get_mut("states") {
            states.truncate(3);
        }
        seeds.push(json);
    }
    seeds
}

/// Wrong kinds, bad digits, bad forms.
fn odd(choice: usize) -> Json {
    let odd = [
        json!(null),
        json!(true),
        json!(7),
        json!(-1),
        json!(1.5),
        json!("x"),
        json!([]),
        json!({}),
        json!({ "#bigint": "7" }),
        json!({ "#bigint": "1O" }),
        json!({ "#bigint": "" }),
        json!({ "#bigint": "+1" }),
        json!({ "#bigint": "-" }),
        json!({ "#bigint": " 1" }),
        json!({ "#bigint": "٣" }),
        json!({ "#bigint": "1\n" }),
        json!({ "#bigint": "007" }),
        json!({ "#bigint": 7 }),
        json!({ "#set": {} }),
        json!({ "#set": ["a", "a"] }),
        json!({ "#map": [["k"]] }),
        json!({ "#map": [["k", 1, 2]] }),
        json!({ "#map": ["kv"] }),
        json!({ "#map": [] }),
        json!({ "#tup": "t" }),
        json!({ "#tup": [null] }),
        json!({ "#seq": [{ "#bigint": [] }] }),
        json!({ "#unserializable": 1 }),
        json!({ "#": 0 }),
        json!({ "": 0 }),
        json!(["x", "x"]),
        json!({ "tag": 1, "value": 1 }),
    ];
    odd[choice % odd.len()].clone()
}

/// Breaks the node number `at` (counted along the tree) in one way.
fn mutate(json: &mut Json, at: usize, way: usize, choice: usize) {
    let count = count(json);
    let mut left = at % count;
    let Some(node) = find(json, &mut left) else { return };
    let keys = ["extra", "#extra", "#meta", "#set", "#bigint", "loop", "params", "vars", "x", "tag"];
    match (way % 6, &mut *node) {
        (0, Json::Object(fields)) if !fields.is_empty() => {
            let key = fields.keys().nth(choice % fields.len()).cloned().unwrap_or_default();
            fields.remove(&key);
        }
        (0, Json::Array(items)) if !items.is_empty() => {
            items.remove(choice % items.len());
        }
        (1, Json::Object(fields)) => {
            fields.insert(keys[choice % keys.len()].to_owned(), odd(choice / keys.len()));
        }
        (1, Json::Array(items)) => items.push(odd(choice)),
        (2, Json::Array(items)) if !items.is_empty() => items.push(items[choice % items.len()].clone()),
        (3, Json::Object(fields)) if !fields.is_empty() => {
            let key = fields.keys().nth(choice % fields.len()).cloned().unwrap_or_default();
            let value = fields.remove(&key).unwrap_or_default();
            fields.insert(keys[choice % keys.len()].to_owned(), value);
        }
        (4, Json::String(text)) => text.push_str(["O", "0", "#", "-", "\n"][choice % 5]),
        _ => *node = odd(choice),
    }
}

fn count(json: &Json) -> usize {
    1 + match json {
        Json::Array(items) => items.iter().map(count).sum(),
        Json::Object(fields) => fields.values().map(count).sum(),
        _ => 0_usize,
    }
}

fn find<'a>(json: &'a mut Json, left: &mut usize) -> Option<&'a mut Json> {
    if *left == 0 {
        return Some(json);
    }
    *left -= 1;
    match json {
        Json::Array(items) => items.iter_mut().find_map(|item| find(item, left)),
        Json::Object(fields) => fields.values_mut().find_map(|value| find(value, left)),
        _ => None,
    }
}

#[test]
fn on_ten_thousand_broken_traces() {
    let (schemas, seeds) = (Schemas::new(), seeds());
    for seed in &seeds {
        assert_eq!(schemas.disagreement(&seed.to_string()), Some(Ok(())), "{seed}");
    }
    let (mut refused, mut by_intent) = (0, 0);
    let mutation = (any::<usize>(), any::<usize>(), any::<usize>());
    let strategy = (0..seeds.len(), proptest::collection::vec(mutation, 1..4));
    let config = Config { cases: 10_000, failure_persistence: None, ..Config::default() };
    let counts = std::cell::RefCell::new((&mut refused, &mut by_intent));
    let result = TestRunner::new(config).run(&strategy, |(seed, mutations)| {
        let mut json = seeds[seed].clone();
        for (at, way, choice) in mutations {
            mutate(&mut json, at, way, choice);
        }
        let text = json.to_string();
        let mut counts = counts.borrow_mut();
        match schemas.disagreement(&text) {
            None => *counts.1 += 1,
            Some(verdict) => {
                *counts.0 += usize::from(!schemas.lenient.is_valid(&json));
                prop_assert_eq!(verdict, Ok(()));
            }
        }
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.expect_err("a disagreement"));
    // Neither side would be tested if nearly all were broken, or nearly none; and what is left out must be little.
    assert!((1_500..8_500).contains(&refused), "{refused} of 10,000 are refused");
    assert!(by_intent < 2_500, "{by_intent} of 10,000 differ by intent");
}

#[test]
fn on_the_corpus() {
    let Some(dir) = std::env::var_os("ITF_CORPUS") else {
        eprintln!("NOT RUN: set ITF_CORPUS to a folder of traces to compare check and schema on them all");
        return;
    };
    let (schemas, mut files) = (Schemas::new(), Vec::new());
    crate::corpus::files(Path::new(&dir), &mut files);
    let (mut compared, mut wrong) = (0, Vec::new());
    for path in files {
        let text = std::fs::read_to_string(&path).expect("a readable file");
        // One trace, an array of traces, or one trace a line.
        let whole = serde_json::from_str::<Json>(&text);
        let documents: Vec<String> = match whole {
            Ok(Json::Array(traces)) => traces.iter().map(ToString::to_string).collect(),
            Ok(_) => vec![text],
            Err(_) => text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect(),
        };
        for document in documents {
            match schemas.disagreement(&document) {
                Some(Ok(())) => compared += 1,
                Some(Err(error)) => {
                    wrong.push(format!("{}: {}", path.display(), &error[..error.len().min(300)]));
                }
                None => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{} disagreements:\n{}", wrong.len(), wrong.join("\n"));
    assert!(compared >= 100, "only {compared} traces compared");
    eprintln!("check and schemas agree on {compared} traces of the corpus");
}
