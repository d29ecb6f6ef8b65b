//! Plain JSON, for `jq` and for people: without `#` keys, with the types beside the states.

use std::collections::BTreeMap;

use serde_json::{Map as Object, Value as Json, json};

use super::from_plain::is_kept;
use super::{Exported, left_out};
use crate::serde::exact::{RAW, Restored};
use crate::trace::{State, Trace};
use crate::types::{Type, Types, infer};
use crate::value::{Map, Record, Value};

/// The integers that every reader of JSON holds exactly end here.
const SAFE: i64 = 1 << 53;

/// A trace as plain JSON: `{"vars", "params"?, "loop"?, "types", "states": [{x: …}]}`.
///
/// Sets, lists and tuples are arrays; maps with strings as keys, each once, are objects, others arrays of pairs; integers are numbers
/// up to 2^53, beyond that strings of digits; unit is `null`. In `types`, in the notation of Apalache, stands what the
/// arrays and objects are, so that [`from_plain`](super::from_plain) gives the trace back. Where values have no type together there is a
/// type variable, or no type at all: there, values are written as in ITF (`{"#set": …}`, `{"#tup": …}`, `{"#map": …}`, and
/// `{"#bigint": …}` beyond 2^53), so that nothing is lost.
///
/// ```
/// let trace = &itf::read(br##"{"vars":["x"],"states":[{"x":{"#set":[{"#bigint":"1"}]}}]}"##)?[0];
/// let plain = itf::export::to_plain(trace);
/// assert_eq!(plain.text, "{\"vars\":[\"x\"],\"types\":{\"x\":\"Set(Int)\"},\"states\":[{\"x\":[1]}]}\n");
/// assert_eq!(itf::export::from_plain(&plain.text)?.states, trace.states);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn to_plain(trace: &Trace) -> Exported {
    let inferred = infer([trace]);
    let (declared, _) = Types::declared(trace);
    let mut types = BTreeMap::new();
    let mut notes = Vec::new();
    let mut names: Vec<&str> = trace.params.iter().map(String::as_str).collect();
    names.extend(trace.variables());
    for name in names {
        // A type that does not fit would not let the values come back.
        let fits = |t: Option<&Type>| {
            let mut last = None;
            let is_read = |t: &Type| t.to_string().parse::<Type>().is_ok_and(|back| back == *t);
            t.is_none_or(is_read)
                && trace.states.iter().filter_map(|s| s.get(name)).all(|value| {
                    // In most steps most variables stay what they are.
                    last.replace(value) == Some(value) || is_kept(value, t)
                })
        };
        let said = declared.get(name);
        let t = said.filter(|t| fits(Some(t)));
        if let (Some(said), None) = (said, t) {
            notes.push(format!(
                "{name} has values that are not of its declared type `{said}`: that is left out"
            ));
        }
        let t = t.or_else(|| inferred.types.get(name).filter(|t| fits(Some(t))));
        if let Some(t) = t {
            types.insert(name, t);
        } else if !fits(None) {
            notes.push(format!(
                "{name} has values that JSON cannot tell from others: they come back as those"
            ));
        }
    }
    notes.extend(left_out(trace));
    let state = |state: &State| {
        let values = state.value.iter();
        let values =
            values.map(|(name, value)| (name.to_string(), by_type(value, types.get(&**name).copied())));
        text(&Json::Object(values.collect()))
    };
    let states: Vec<String> = trace.states.iter().map(state).collect();
    let types: Object<String, Json> =
        types.iter().map(|(name, t)| ((*name).to_owned(), t.to_string().into())).collect();
    let list = |names: &[String]| json!(names).to_string();
    let mut whole = format!("{{\"vars\":{}", list(&trace.vars));
    if !trace.params.is_empty() {
        whole.extend([",\"params\":", &list(&trace.params)]);
    }
    if let Some(index) = trace.loop_index {
        whole.extend([",\"loop\":", &index.to_string()]);
    }
    whole.extend([
        ",\"types\":",
        &Json::Object(types).to_string(),
        ",\"states\":[",
        &states.join(","),
        "]}\n",
    ]);
    Exported { text: whole, notes }
}

/// The values of a state as plain JSON: as [`to_plain`] writes them, but everywhere as if it had a type.
///
/// ```
/// use itf::{Record, State, Value};
/// let state = State::from(Record::from_iter([("m", Value::map([("a", 1)]))]));
/// assert_eq!(itf::export::plain_state(&state).to_string(), r#"{"m":{"a":1}}"#);
/// ```
pub fn plain_state(state: &State) -> Json {
    object(&state.value)
}

fn object(record: &Record) -> Json {
    Json::Object(record.iter().map(|(name, value)| (name.to_string(), plain(value))).collect())
}

fn plain(value: &Value) -> Json {
    match value {
        Value::Tuple(items) if !value.is_unit() => items.iter().map(plain).collect(),
        Value::List(items) => items.iter().map(plain).collect(),
        Value::Set(items) => items.iter().map(plain).collect(),
        Value::Map(map) if has_names(map) => {
            let entries =
                map.iter().filter_map(|(key, value)| Some((key.as_str()?.to_owned(), plain(value))));
            Json::Object(entries.collect())
        }
        Value::Map(map) => map.iter().map(|(key, value)| json!([plain(key), plain(value)])).collect(),
        Value::Record(fields) if !value.is_unit() => object(fields),
        Value::Variant(v) if !value.is_unit() => json!({"tag": &**v.tag(), "value": plain(v.payload())}),
        Value::Opaque(text) => serde_json::from_str(text).unwrap_or(Json::Null),
        other => leaf(other).unwrap_or_else(|| json!(other.as_int().map(ToString::to_string))),
    }
}

/// What is written the same whatever is known of it.
fn leaf(value: &Value) -> Option<Json> {
    Some(match value {
        unit if unit.is_unit() => Json::Null,
        Value::Null => Json::Null,
        Value::Bool(b) => json!(b),
        Value::Int(n) => json!(n.as_i64().filter(|n| (-SAFE..=SAFE).contains(n))?),
        Value::Str(text) => json!(&**text),
        Value::Unserializable(text) => json!({"#unserializable": &**text}),
        _ => return None,
    })
}

/// Whether a map can be an object: its keys are names, and none is there twice, which would be lost.
fn has_names(map: &Map) -> bool {
    // Entries are sorted, so equal keys are neighbours.
    map.iter().all(|(key, _)| key.as_str().is_some())
        && !map.iter().zip(map.iter().skip(1)).any(|((a, _), (b, _))| a == b)
}

/// A value of which the reader knows the type; as in ITF, where there is none, or the value is not of it.
pub(super) fn by_type(value: &Value, t: Option<&Type>) -> Json {
    if let Some(leaf) = leaf(value) {
        return leaf;
    }
    let all = |items: &[Value], t: &Type| items.iter().map(|item| by_type(item, Some(t))).collect();
    match (value, t) {
        (Value::Int(n), Some(Type::Int)) => json!(n.to_string()),
        (Value::List(items), Some(Type::Seq(t))) => all(items, t),
        (Value::Set(items), Some(Type::Set(t))) => all(items, t),
        (Value::Tuple(items), Some(Type::Tuple(parts))) if items.len() == parts.len() => {
            items.iter().zip(parts).map(|(item, t)| by_type(item, Some(t))).collect()
        }
        (Value::Map(map), Some(Type::Fun(_, to))) if has_names(map) => {
            let entries = map.iter();
            let entries =
                entries.filter_map(|(key, value)| Some((key.as_str()?.to_owned(), by_type(value, Some(to)))));
            Json::Object(entries.collect())
        }
        (Value::Map(map), Some(Type::Fun(from, to))) => map
            .iter()
            .map(|(key, value)| json!([by_type(key, Some(from)), by_type(value, Some(to))]))
            .collect(),
        (Value::Record(fields), Some(Type::Record(row))) => {
            let fields = fields.iter();
            let fields =
                fields.map(|(name, value)| (name.to_string(), by_type(value, row.fields.get(&**name))));
            Json::Object(fields.collect())
        }
        (Value::Variant(v), Some(Type::Variant(row))) => {
            json!({"tag": &**v.tag(), "value": by_type(v.payload(), row.fields.get(&**v.tag()))})
        }
        _ => as_itf(value),
    }
}

/// A value of which nothing is known.
fn as_itf(value: &Value) -> Json {
    let all = |items: &[Value]| items.iter().map(as_itf).collect::<Json>();
    match value {
        Value::List(items) => all(items),
        Value::Set(items) => json!({"#set": all(items)}),
        Value::Tuple(items) if !value.is_unit() => json!({"#tup": all(items)}),
        Value::Map(map) => {
            let pairs: Json = map.iter().map(|(key, value)| json!([as_itf(key), as_itf(value)])).collect();
            json!({"#map": pairs})
        }
        Value::Record(fields) if !value.is_unit() => {
            Json::Object(fields.iter().map(|(name, value)| (name.to_string(), as_itf(value))).collect())
        }
        Value::Variant(v) if !value.is_unit() => json!({"tag": &**v.tag(), "value": as_itf(v.payload())}),
        Value::Opaque(text) => json!({RAW: &**text}),
        other => leaf(other).unwrap_or_else(|| json!({"#bigint": other.as_int().map(ToString::to_string)})),
    }
}

/// The text of JSON in which parts are kept as text.
fn text(json: &Json) -> String {
    // Only what is called like our own mark and is no JSON cannot be restored.
    serde_json::to_string(&Restored(json)).unwrap_or_else(|_| json.to_string())
}
