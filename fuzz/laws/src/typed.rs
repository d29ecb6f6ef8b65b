use std::collections::{BTreeMap, BTreeSet};

use itf::{Reader, Value};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[expect(dead_code)]
enum Choice {
    A,
    Some(u8),
    None(i128, String),
    Init { x: Option<Box<Choice>> },
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
#[expect(dead_code)]
enum Any {
    Int(i64),
    Text(String),
    Set(BTreeSet<String>),
    Map(BTreeMap<String, Any>),
}

/// Typed decoding never panics, and values go through serde with nothing lost: they come back, or are refused.
pub fn law(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let _ = itf::from_str::<Choice>(text);
    let _ = itf::from_str::<Any>(text);
    let _ = itf::from_str::<BTreeMap<(i64, Option<bool>), Vec<Choice>>>(text);
    let _ = itf::trace_from_str::<BTreeMap<String, Any>>(text);
    let Ok(value) = Reader::new().value(input) else { return };
    // Floats are kept as text, and serde_json may spell them otherwise.
    let has_floats = value.to_json().contains(['.', 'e', 'E']);
    if let Some(json) = serde_json::to_string(&value).ok().filter(|_| !has_floats) {
        match serde_json::from_str::<Value>(&json) {
            Ok(back) => assert_eq!(back, value, "{json}"),
            // What stands in JSON without a meaning is written as it is, and `serde_json` makes floats of such integers.
            Err(error) => assert!(error.to_string().contains("more than 64 bits"), "{error}: {json}"),
        }
    }
    assert_eq!(Value::deserialize(&value).expect("a value is one"), value);
}
