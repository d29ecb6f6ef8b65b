//! The inputs: made in memory from the fixtures, so that everybody measures the same bytes and none are in the repository.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

/// An input: its name, and the bytes.
pub(crate) struct Input {
    pub(crate) name: &'static str,
    pub(crate) text: String,
}

const MB: usize = 1_000_000;

/// A trace of Quint, of 41 states; from one to the next most variables keep their value.
const ORIGINAL: &str = "../fixtures/quint/root-4.itf.json";
/// Traces of Wunderspec, one a line, their sets and maps in a different order in each.
const LINES: &str = "../fixtures/wunderspec/root-many.ndjson";

pub(crate) fn fixture(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// How states follow each other in an input.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Change {
    /// As the tool wrote them, again and again: from state to state some variables change.
    Stutter,
    /// Every variable has another value in every state: one of its leaves is one that no other state has.
    Variable,
    /// Every integer and every string is one that no other state has.
    Leaf,
}

pub(crate) fn stuttering(name: &'static str, megabytes_tenths: usize) -> Input {
    Input { name, text: trace(megabytes_tenths * MB / 10, Change::Stutter) }
}

pub(crate) fn differing(name: &'static str, megabytes: usize, change: Change) -> Input {
    Input { name, text: trace(megabytes * MB, change) }
}

pub(crate) fn lines(name: &'static str, megabytes: usize) -> Input {
    let one = fixture(LINES);
    Input { name, text: one.repeat(megabytes * MB / one.len() + 1) }
}

/// A trace of about `size` bytes made of the states of a real one.
fn trace(size: usize, change: Change) -> String {
    let original: Value = serde_json::from_str(&fixture(ORIGINAL)).expect("a fixture is JSON");
    let states = original["states"].as_array().expect("a trace has states");
    let mut text = format!("{{\"#meta\":{},\"vars\":{},\"states\":[", original["#meta"], original["vars"]);
    for number in 0.. {
        if text.len() >= size {
            break;
        }
        if number > 0 {
            text.push(',');
        }
        let _ = write!(text, "{{\"#meta\":{{\"index\":{number}}}");
        for (name, value) in states[number % states.len()].as_object().expect("a state is an object") {
            if !name.starts_with('#') {
                let _ = write!(text, ",\"{name}\":");
                let mut left = match change {
                    Change::Stutter => 0,
                    Change::Variable => 1,
                    Change::Leaf => usize::MAX,
                };
                push(&mut text, value, number, &mut left);
            }
        }
        text.push('}');
    }
    text.push_str("]}");
    text
}

/// Writes `value` with its first `left` leaves made those of state `number`.
fn push(text: &mut String, value: &Value, number: usize, left: &mut usize) {
    match value {
        Value::String(s) if *left > 0 => {
            *left -= 1;
            let _ = write!(text, "\"{s}~{number}\"");
        }
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                push(text, item, number, left);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            text.push('{');
            for (at, (name, field)) in fields.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                let _ = write!(text, "\"{name}\":");
                match (name.as_str(), field) {
                    ("#bigint", Value::String(digits)) if *left > 0 => {
                        *left -= 1;
                        let _ = write!(text, "\"{digits}{number:07}\"");
                    }
                    ("tag", _) => {
                        let _ = write!(text, "{field}");
                    }
                    _ => push(text, field, number, left),
                }
            }
            text.push('}');
        }
        other => {
            let _ = write!(text, "{other}");
        }
    }
}
