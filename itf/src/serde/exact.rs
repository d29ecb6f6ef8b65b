//! JSON on its way through `serde_json` without losing a digit and however deep it nests.
//!
//! `serde_json` holds numbers as 64 bits and follows nesting on its stack. What it would change or refuse (numbers other
//! than plain integers, and what nests deep) is put into strings before it reads, as `{"\0itf::json": "1.50"}`, which
//! the types that may hold it know.

use std::fmt::Write;

use serde::ser::{Serialize, Serializer};
use serde_json::Value as Json;
use serde_json::value::RawValue;

/// The key under which JSON is a string.
pub(crate) const RAW: &str = "\0itf::json";

/// No part of a document of ours is so deep, but values are.
const DEEP: usize = 48;

/// The text with everything in strings that `serde_json` would not keep. What is no JSON stays what it is.
pub(crate) fn guarded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    // What is before `kept` is written.
    let (mut at, mut kept, mut depth) = (0, 0, 0_usize);
    while let Some(byte) = bytes.get(at) {
        let end = match byte {
            b'"' => {
                at = after_string(bytes, at);
                continue;
            }
            b'{' | b'[' if depth >= DEEP => after_nested(bytes, at),
            b'{' if means_nothing(text, at) => after_nested(bytes, at),
            b'-' | b'0'..=b'9' => after_number(bytes, at),
            _ => {
                match byte {
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                at += 1;
                continue;
            }
        };
        let piece = text.get(at..end).unwrap_or_default();
        if !is_plain(piece) && serde_json::from_str::<&RawValue>(piece).is_ok() {
            out.push_str(text.get(kept..at).unwrap_or_default());
            let held = [Json::from(RAW), Json::from(compact(piece))];
            // Writing to a string cannot fail.
            let _ = write!(out, "{{{}:{}}}", held[0], held[1]);
            kept = end;
        }
        at = end;
    }
    out.push_str(text.get(kept..).unwrap_or_default());
    out
}

/// Whether an object begins with a `#` key that means nothing: then it is kept as it is, as the reader does.
fn means_nothing(text: &str, at: usize) -> bool {
    let key = text.get(at + 1..).map(str::trim_ascii_start).and_then(|rest| rest.strip_prefix("\"#"));
    let known = ["meta\"", "bigint\"", "tup\"", "set\"", "map\"", "unserializable\""];
    key.is_some_and(|key| !known.iter().any(|known| key.starts_with(known)))
}

/// Whether `serde_json` keeps the number as it is.
fn is_plain(number: &str) -> bool {
    number.parse::<i64>().is_ok_and(|n| n != 0 || number == "0") || number.parse::<u64>().is_ok_and(|n| n > 0)
}

fn after_string(bytes: &[u8], mut at: usize) -> usize {
    at += 1;
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            b'"' => return at + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    bytes.len()
}

fn after_number(bytes: &[u8], at: usize) -> usize {
    let is_part = |byte: &&u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
    at + bytes[at..].iter().take_while(is_part).count().max(1)
}

fn after_nested(bytes: &[u8], mut at: usize) -> usize {
    let mut open = 0_usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = after_string(bytes, at);
                continue;
            }
            b'{' | b'[' => open += 1,
            b'}' | b']' => open = open.saturating_sub(1),
            _ => {}
        }
        at += 1;
        if open == 0 {
            return at;
        }
    }
    bytes.len()
}

/// Valid JSON without the white space between its tokens.
fn compact(json: &str) -> String {
    let bytes = json.as_bytes();
    let (mut out, mut at) = (String::with_capacity(json.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let end = if *byte == b'"' {
            after_string(bytes, at)
        } else {
            // Outside of strings valid JSON is ASCII.
            at + 1
        };
        if !byte.is_ascii_whitespace() {
            out.push_str(json.get(at..end).unwrap_or_default());
        }
        at = end;
    }
    out
}

/// The JSON that [`guarded`] has put into a string, if it is that.
pub(crate) fn held(json: &Json) -> Option<&str> {
    let Json::Object(fields) = json else { return None };
    match fields.iter().next() {
        Some((key, Json::String(text))) if key == RAW && fields.len() == 1 => Some(text),
        _ => None,
    }
}

/// JSON of which parts are in strings, written as it was.
pub(crate) struct Restored<'a>(pub(crate) &'a Json);

impl Serialize for Restored<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(text) = held(self.0) {
            let raw = serde_json::from_str::<&RawValue>(text);
            return raw.map_err(serde::ser::Error::custom)?.serialize(serializer);
        }
        match self.0 {
            Json::Array(items) => serializer.collect_seq(items.iter().map(Restored)),
            Json::Object(fields) => serializer.collect_map(fields.iter().map(|(key, v)| (key, Restored(v)))),
            other => other.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Restored, guarded};

    #[test]
    fn what_is_guarded_is_the_same_again() {
        let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
        for text in [
            "[1,-1,0,-0,1.10,1e2,1E400,12345678901234567890123,18446744073709551615,\"-0 1.5 \\\" 1e3\"]",
            "{\"a\":[{\"b\":-0.0}],\"c\":{\"d\":\"\\\\\"}}",
            "[]",
            &deep,
        ] {
            let json = serde_json::from_str(&guarded(text)).expect("JSON");
            assert_eq!(serde_json::to_string(&Restored(&json)).expect("JSON"), text);
        }
        for broken in ["[1.", "{\"a", "[-]", "1.5.5", "\"\\"] {
            assert!(serde_json::from_str::<serde_json::Value>(&guarded(broken)).is_err(), "{broken}");
        }
    }
}
