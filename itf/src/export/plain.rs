//! Plain JSON, for `jq` and for people: without `#` keys; and back, by the types that stand beside the states.

use std::collections::BTreeMap;

use serde_json::{Map as Object, Value as Json, json};

use super::Exported;
use crate::path::{Path, Segment};
use crate::trace::{State, Trace};
use crate::types::{Row, Type, Types, infer};
use crate::value::{Int, Record, Str, Value};

/// The integers that every reader of JSON holds exactly end here.
const SAFE: i64 = 1 << 53;

/// A trace as plain JSON: `{"vars", "params"?, "loop"?, "types", "states": [{x: …}]}`.
///
/// Sets, lists and tuples are arrays; maps with strings as keys, each once, are objects, others arrays of pairs; integers are numbers
/// up to 2^53, beyond that strings of digits; unit is `null`. In `types`, in the notation of Apalache, stands what the
/// arrays and objects are, so that [`from_plain`] gives the trace back; where values have no type together there is a type
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
        if let Some(t) = declared.get(name).or_else(|| inferred.types.get(name)) {
            types.insert(name.to_owned(), t.to_string().into());
        }
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

fn plain(value: &Value) -> Json {
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

/// Why plain JSON is no trace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}{}", .place.map(|(line, column)| format!("{line}:{column}: ")).unwrap_or_default(), at(.path))]
pub struct PlainError {
    place: Option<(usize, usize)>,
    path: Path,
    message: String,
}

fn at(path: &Path) -> String {
    if path.segments().is_empty() { String::new() } else { format!(" (at {path})") }
}

impl PlainError {
    fn new(path: &Path, message: String) -> Self {
        Self { place: None, path: path.clone(), message }
    }

    /// Where in the trace.
    ///
    /// ```
    /// let wrong = r#"{"vars":["x"],"types":{"x":"Int"},"states":[{"x":"a"}]}"#;
    /// assert_eq!(itf::export::from_plain(wrong).unwrap_err().path().to_string(), "states[0].x");
    /// ```
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// The trace that [`to_plain`] wrote; or one that anybody wrote in the same form. Without `types`, arrays are lists,
/// objects records, and `null` is unit.
///
/// # Errors
///
/// What is no JSON, has another form, or is not of the type that stands beside it.
///
/// ```
/// let trace = itf::export::from_plain(r#"{"vars":["x"],"states":[{"x":[1,2]}]}"#)?;
/// assert_eq!(trace.states[0].get("x"), Some(&itf::Value::list([1, 2])));
/// # Ok::<(), itf::export::PlainError>(())
/// ```
pub fn from_plain(text: &str) -> Result<Trace, PlainError> {
    let json: Json = serde_json::from_str(text).map_err(|error| PlainError {
        place: Some((error.line(), error.column())),
        path: Path::root(),
        message: error.to_string().split(" at line ").next().unwrap_or_default().to_owned(),
    })?;
    let root = Path::root();
    let Json::Object(document) = json else {
        return Err(PlainError::new(&root, "a trace is an object".into()));
    };
    let names = |key: &str| -> Result<Vec<String>, PlainError> {
        let wrong = || PlainError::new(&root.clone().field(key), "expected an array of names".into());
        let Some(names) = document.get(key) else { return Ok(Vec::new()) };
        let names = names.as_array().ok_or_else(wrong)?.iter();
        names.map(|name| name.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
    };
    let mut types = BTreeMap::new();
    for (name, t) in document.get("types").and_then(Json::as_object).into_iter().flatten() {
        let path = root.clone().field("types").field(name);
        let text = t.as_str().ok_or_else(|| PlainError::new(&path, "a type is a string".into()))?;
        let parsed = text.parse::<Type>().map_err(|error| PlainError::new(&path, error.to_string()))?;
        types.insert(name.as_str(), parsed);
    }
    let Some(states) = document.get("states").and_then(Json::as_array) else {
        return Err(PlainError::new(&root, "there is no array `states`".into()));
    };
    let unknown = Type::Var("a".into());
    let state = |(at, state): (usize, &Json)| {
        let path = root.clone().field("states").index(at);
        let Json::Object(values) = state else {
            return Err(PlainError::new(&path, "a state is an object".into()));
        };
        let values = values.iter().map(|(name, json)| {
            let t = types.get(name.as_str()).unwrap_or(&unknown);
            Ok((name.as_str(), typed(json, t, &path.clone().field(name))?))
        });
        Ok(State::from(values.collect::<Result<Record, _>>()?))
    };
    let states = states.iter().enumerate().map(state).collect::<Result<Vec<_>, _>>()?;
    let mut trace = Trace::new(names("vars")?, states);
    trace.params = names("params")?;
    trace.loop_index = match document.get("loop") {
        None | Some(Json::Null) => None,
        Some(index) => Some(index.as_u64().ok_or_else(|| {
            PlainError::new(&root.clone().field("loop"), "expected the number of a state".into())
        })?),
    };
    Ok(trace)
}

/// A value of a type.
fn typed(json: &Json, t: &Type, path: &Path) -> Result<Value, PlainError> {
    let wrong = || PlainError::new(path, format!("this is not of type `{t}`"));
    let items = |json: &Json, t: &Type| -> Result<Vec<Value>, PlainError> {
        let items = json.as_array().ok_or_else(wrong)?.iter().enumerate();
        items.map(|(at, item)| typed(item, t, &path.clone().index(at))).collect()
    };
    // Unit has no type of its own: it may stand beside values of any.
    if json.is_null() {
        return Ok(Value::unit());
    }
    if let Some(text) = json.get("#unserializable").and_then(Json::as_str) {
        return Ok(Value::Unserializable(text.into()));
    }
    Ok(match t {
        Type::Bool => Value::from(json.as_bool().ok_or_else(wrong)?),
        Type::Int => match json {
            Json::Number(n) if n.is_i64() || n.is_u64() => integer(&n.to_string()).ok_or_else(wrong)?,
            Json::String(digits) => integer(digits).ok_or_else(wrong)?,
            _ => return Err(wrong()),
        },
        Type::Str | Type::Const(_) => Value::from(json.as_str().ok_or_else(wrong)?),
        Type::Set(element) => Value::set(items(json, element)?),
        Type::Seq(item) => Value::list(items(json, item)?),
        Type::Tuple(parts) => {
            let found = json.as_array().filter(|found| found.len() == parts.len()).ok_or_else(wrong)?;
            let parts = found.iter().zip(parts).enumerate();
            let parts = parts.map(|(at, (part, t))| typed(part, t, &path.clone().index(at)));
            Value::tuple(parts.collect::<Result<Vec<_>, _>>()?)
        }
        Type::Fun(from, to) => match json {
            Json::Object(entries) => {
                let entries = entries.iter().map(|(key, value)| {
                    let key = Value::from(key.as_str());
                    Ok((key.clone(), typed(value, to, &path.clone().key(key))?))
                });
                Value::map(entries.collect::<Result<Vec<_>, _>>()?)
            }
            Json::Array(pairs) => {
                let pairs = pairs.iter().map(|pair| {
                    let [key, value] = pair.as_array().map(Vec::as_slice).unwrap_or_default() else {
                        return Err(wrong());
                    };
                    let key = typed(key, from, path)?;
                    Ok((key.clone(), typed(value, to, &path.clone().key(key))?))
                });
                Value::map(pairs.collect::<Result<Vec<_>, _>>()?)
            }
            _ => return Err(wrong()),
        },
        Type::Record(row) => {
            let fields = json.as_object().ok_or_else(wrong)?;
            let unknown = Type::Var("a".into());
            let fields = fields.iter().map(|(name, value)| {
                let t = row.fields.get(name).unwrap_or(&unknown);
                Ok((name.as_str(), typed(value, t, &path.clone().field(name))?))
            });
            Value::Record(fields.collect::<Result<Record, _>>()?)
        }
        Type::Variant(row) => element(json, row, path).unwrap_or_else(|| Err(wrong()))?,
        _ => untyped(json),
    })
}

/// An element of a sum type.
fn element(json: &Json, row: &Row, path: &Path) -> Option<Result<Value, PlainError>> {
    let (tag, payload) = (json.get("tag")?.as_str()?, json.get("value")?);
    let unknown = Type::Var("a".into());
    let t = row.fields.get(tag).unwrap_or(&unknown);
    let at = path.clone().join(Segment::Payload(Str::from(tag)));
    Some(typed(payload, t, &at).map(|payload| Value::variant(tag, payload)))
}

fn integer(digits: &str) -> Option<Value> {
    digits.parse::<Int>().ok().map(Value::Int)
}

/// A value of which nothing is known.
fn untyped(json: &Json) -> Value {
    match json {
        Json::Null => Value::unit(),
        Json::Bool(b) => Value::from(*b),
        Json::Number(n) => {
            integer(&n.to_string()).unwrap_or_else(|| Value::Opaque(n.to_string().as_str().into()))
        }
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::list(items.iter().map(untyped)),
        Json::Object(fields) => match (fields.len(), fields.get("tag"), fields.get("value")) {
            (2, Some(Json::String(tag)), Some(payload)) => Value::variant(tag.as_str(), untyped(payload)),
            _ => Value::record(fields.iter().map(|(name, value)| (name.as_str(), untyped(value)))),
        },
    }
}
