//! Plain JSON, for `jq` and for people: without `#` keys, with the types beside the states.

use serde_json::{Map as Object, Value as Json, json};

use super::Exported;
use super::from_plain::{is_kept, is_readable};
use crate::trace::{Meta, State, Trace};
use crate::types::{Type, Types, infer};
use crate::value::{Record, Value};

/// The integers that every reader of JSON holds exactly end here.
const SAFE: i64 = 1 << 53;

/// A trace as plain JSON: `{"vars", "params"?, "loop"?, "types", "states": [{x: …}]}`.
///
/// Sets, lists and tuples are arrays; maps with strings as keys, each once, are objects, others arrays of pairs; integers are numbers
/// up to 2^53, beyond that strings of digits; unit is `null`. In `types`, in the notation of Apalache, stands what the
/// arrays and objects are, so that [`from_plain`](super::from_plain) gives the trace back; where values have no type together there is a type
/// variable, and a note says so.
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
    let mut types = Object::new();
    let mut notes = Vec::new();
    let mut names: Vec<&str> = trace.params.iter().map(String::as_str).collect();
    names.extend(trace.variables());
    for name in names {
        if let Some(conflict) = inferred.conflicts.iter().find(|c| c.variable == name) {
            notes.push(format!(
                "{name} has values without a type together ({conflict}): there, what JSON does not tell apart is lost"
            ));
        }
        // A declared type that does not fit would not let the values come back.
        let fits = |t: &&Type| trace.states.iter().filter_map(|s| s.get(name)).all(|value| is_kept(value, t));
        let said = declared.get(name);
        let t = said.filter(fits);
        if let (Some(said), None) = (said, t) {
            notes.push(format!(
                "{name} has values that are not of its declared type `{said}`: that is left out"
            ));
        }
        let t = t.or_else(|| inferred.types.get(name));
        // Nor would an inferred one, where a value has no meaning.
        let is_read =
            |t: &&Type| trace.states.iter().filter_map(|s| s.get(name)).all(|value| is_readable(value, t));
        if t.is_some_and(|t| !is_read(&t)) {
            notes.push(format!("{name} has values without a meaning: its type is left out"));
        }
        if let Some(t) = t.filter(is_read) {
            types.insert(name.to_owned(), t.to_string().into());
        }
    }
    if has_meta(trace) {
        notes.push("what stands in #meta is left out".into());
    }
    if !trace.extra.is_empty() {
        let keys: Vec<&str> = trace.extra.iter().map(|(key, _)| key.as_str()).collect();
        notes.push(format!("what stands in {} is left out", keys.join(", ")));
    }
    let states: Vec<String> = trace.states.iter().map(|state| plain_state(state).to_string()).collect();
    let list = |names: &[String]| json!(names).to_string();
    let mut text = format!("{{\"vars\":{}", list(&trace.vars));
    if !trace.params.is_empty() {
        text.extend([",\"params\":", &list(&trace.params)]);
    }
    if let Some(index) = trace.loop_index {
        text.extend([",\"loop\":", &index.to_string()]);
    }
    text.extend([
        ",\"types\":",
        &Json::Object(types).to_string(),
        ",\"states\":[",
        &states.join(","),
        "]}\n",
    ]);
    Exported { text, notes }
}

/// Whether something stands in `#meta` of the trace or a state. Types and the numbers of states do not count: the
/// one are written, and the others are known.
fn has_meta(trace: &Trace) -> bool {
    let has_more = |meta: &Meta, known: &str| meta.entries().iter().any(|(key, _)| key != known);
    has_more(&trace.meta, "varTypes") || trace.states.iter().any(|state| has_more(&state.meta, "index"))
}

/// The values of a state as plain JSON; see [`to_plain`].
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

pub(super) fn plain(value: &Value) -> Json {
    match value {
        unit if unit.is_unit() => Json::Null,
        Value::Null => Json::Null,
        Value::Bool(b) => json!(b),
        Value::Int(n) => match n.as_i64() {
            Some(n) if (-SAFE..=SAFE).contains(&n) => json!(n),
            _ => json!(n.to_string()),
        },
        Value::Str(text) => json!(&**text),
        Value::Tuple(items) => items.iter().map(plain).collect(),
        Value::List(items) => items.iter().map(plain).collect(),
        Value::Set(items) => items.iter().map(plain).collect(),
        // A name that is there twice would be lost in an object. Entries are sorted, so equal keys are neighbours.
        Value::Map(map)
            if map.iter().all(|(key, _)| key.as_str().is_some())
                && !map.iter().zip(map.iter().skip(1)).any(|((a, _), (b, _))| a == b) =>
        {
            let entries =
                map.iter().filter_map(|(key, value)| Some((key.as_str()?.to_owned(), plain(value))));
            Json::Object(entries.collect())
        }
        Value::Map(map) => map.iter().map(|(key, value)| json!([plain(key), plain(value)])).collect(),
        Value::Record(fields) => object(fields),
        Value::Variant(v) => json!({"tag": &**v.tag(), "value": plain(v.payload())}),
        Value::Unserializable(text) => json!({"#unserializable": &**text}),
        Value::Opaque(text) => serde_json::from_str(text).unwrap_or(Json::Null),
    }
}
