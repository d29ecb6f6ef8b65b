//! Plain JSON as a trace, by the types that stand beside the states.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::plain::plain;
use crate::path::{Path, Segment};
use crate::trace::{State, Trace};
use crate::types::{Row, Type};
use crate::value::{Int, Record, Str, Value};

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

    /// Looks the place up in the text.
    fn placed(mut self, text: &str) -> Self {
        let place = || {
            let before = text.get(..offset(text, &self.path))?;
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            Some((1 + before.matches('\n').count(), 1 + before[line_start..].chars().count()))
        };
        self.place = self.place.or_else(place);
        self
    }

    /// The error of a text that comes after `lines` others.
    ///
    /// ```
    /// let error = itf::export::from_plain("{}").unwrap_err().after_lines(2);
    /// assert_eq!(error.to_string(), "3:1: there is no array `states`");
    /// ```
    #[must_use]
    pub fn after_lines(mut self, lines: usize) -> Self {
        self.place = self.place.map(|(line, column)| (line + lines, column));
        self
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

/// The trace that [`to_plain`](super::to_plain) wrote; or one that anybody wrote in the same form. Without `types`, arrays are lists,
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
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    parsed(text).map_err(|error| error.placed(text))
}

fn parsed(text: &str) -> Result<Trace, PlainError> {
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

/// Where the value at a path begins; where the path goes on but the text does not, what was found last.
fn offset(text: &str, path: &Path) -> usize {
    let start = text.len() - text.trim_start().len();
    let mut rest = &text[start..];
    for segment in path.segments() {
        let member = |name: &str| {
            let fields: BTreeMap<String, &RawValue> = serde_json::from_str(rest).ok()?;
            fields.get(name).map(|raw| raw.get())
        };
        let next = match segment {
            Segment::Field(name) => member(name),
            Segment::Payload(_) => member("value"),
            Segment::Key(key) => key.as_str().and_then(member),
            Segment::Index(at) => serde_json::from_str::<Vec<&RawValue>>(rest)
                .ok()
                .and_then(|items| Some(items.get(*at)?.get())),
            _ => None,
        };
        let Some(next) = next else { break };
        rest = next;
    }
    // All of these are parts of the text.
    (rest.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

/// Whether a value that is written plain comes back by this type.
pub(super) fn is_kept(value: &Value, t: &Type) -> bool {
    typed(&plain(value), t, &Path::root()).is_ok_and(|back| back.unified() == value.unified())
}

/// Whether a value that is written plain can be read by this type, be it as another value.
pub(super) fn is_readable(value: &Value, t: &Type) -> bool {
    typed(&plain(value), t, &Path::root()).is_ok()
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
