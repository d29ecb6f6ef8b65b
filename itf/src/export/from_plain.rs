//! Plain JSON as a trace, by the types that stand beside the states.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::plain::by_type;
use crate::path::{Path, Segment};
use crate::serde::exact::{Restored, guarded, held};
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
/// objects records, and `null` is unit; all else can be written as in ITF, such as `{"#set": [1, 2]}`.
///
/// # Errors
///
/// What is no JSON, has another form, is not of the type that stands beside it, or nests deeper than 256 values.
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
    let json: Json = serde_json::from_str(&guarded(text)).map_err(|error| {
        // The place is that in the text as it was.
        let error = serde_json::from_str::<&RawValue>(text).err().unwrap_or(error);
        PlainError {
            place: Some((error.line(), error.column())),
            path: Path::root(),
            message: error.to_string().split(" at line ").next().unwrap_or_default().to_owned(),
        }
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
    let state = |(at, state): (usize, &Json)| {
        let path = root.clone().field("states").index(at);
        let Json::Object(values) = state else {
            return Err(PlainError::new(&path, "a state is an object".into()));
        };
        let values = values.iter().map(|(name, json)| {
            let t = types.get(name.as_str());
            Ok((name.as_str(), value(json, t, &path.clone().field(name), 0)?))
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

/// Whether a value that is written plain comes back by this type, or without one.
pub(super) fn is_kept(original: &Value, t: Option<&Type>) -> bool {
    let back = value(&by_type(original, t), t, &Path::root(), 0);
    back.is_ok_and(|back| back == *original || back.unified() == original.unified())
}

/// How deep values nest, as in ITF.
const DEPTH: usize = 256;

/// A value, of a type if there is one.
fn value(json: &Json, t: Option<&Type>, path: &Path, depth: usize) -> Result<Value, PlainError> {
    if depth > DEPTH {
        return Err(PlainError::new(path, format!("this nests deeper than {DEPTH} values")));
    }
    // What was kept as text is deep, or a number or an object that means nothing.
    let opened;
    let json = match held(json) {
        None => json,
        Some(text) => match serde_json::from_str(&guarded(text)) {
            Ok(inner) if held(&inner).is_none() => {
                opened = inner;
                &opened
            }
            _ => return number(text, t).ok_or_else(|| mismatch(path, t)),
        },
    };
    // Unit has no type of its own: it may stand beside values of any.
    if json.is_null() {
        return Ok(Value::unit());
    }
    if let Some(text) = json.get("#unserializable").and_then(Json::as_str) {
        return Ok(Value::Unserializable(text.into()));
    }
    match t {
        Some(Type::Bool) => json.as_bool().map(Value::from),
        Some(Type::Int) => match json {
            Json::Number(n) => integer(&n.to_string()),
            Json::String(digits) => integer(digits),
            _ => None,
        },
        Some(Type::Str | Type::Const(_)) => json.as_str().map(Value::from),
        Some(Type::Set(_) | Type::Seq(_) | Type::Tuple(_)) => return items(json, t, path, depth),
        Some(Type::Fun(from, to)) => return map(json, [from, to], path, depth),
        Some(Type::Record(row)) => return record(json, Some(row), path, depth),
        Some(Type::Variant(row)) => return element(json, Some(row), path, depth),
        _ => return as_itf(json, path, depth),
    }
    .ok_or_else(|| mismatch(path, t))
}

fn mismatch(path: &Path, t: Option<&Type>) -> PlainError {
    let message = match t {
        Some(Type::Int) => {
            format!("this is no integer of at most {} digits", crate::Limits::default().digits)
        }
        Some(t) => format!("this is not of type `{t}`"),
        None => "this is no value".into(),
    };
    PlainError::new(path, message)
}

/// What JSON has more digits or other forms for than ours, by its text.
fn number(text: &str, t: Option<&Type>) -> Option<Value> {
    let is_number = text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    match t {
        Some(Type::Int) => integer(text).filter(|_| is_number),
        Some(
            Type::Bool
            | Type::Str
            | Type::Const(_)
            | Type::Set(_)
            | Type::Seq(_)
            | Type::Tuple(_)
            | Type::Fun(..)
            | Type::Record(_)
            | Type::Variant(_),
        ) => None,
        _ => Some(integer(text).filter(|_| is_number).unwrap_or_else(|| Value::Opaque(text.into()))),
    }
}

/// The elements of a collection.
fn items(json: &Json, t: Option<&Type>, path: &Path, depth: usize) -> Result<Value, PlainError> {
    let found = json.as_array().ok_or_else(|| mismatch(path, t))?;
    let part = |at: usize| match t {
        Some(Type::Set(t) | Type::Seq(t)) => Some(&**t),
        Some(Type::Tuple(parts)) => parts.get(at),
        _ => None,
    };
    if matches!(t, Some(Type::Tuple(parts)) if parts.len() != found.len()) {
        return Err(mismatch(path, t));
    }
    let mut items = Vec::with_capacity(found.len());
    for (at, item) in found.iter().enumerate() {
        items.push(value(item, part(at), &path.clone().index(at), depth + 1)?);
    }
    Ok(match t {
        Some(Type::Set(_)) => Value::set(items),
        Some(Type::Tuple(_)) => Value::tuple(items),
        _ => Value::list(items),
    })
}

/// A map: an object, or pairs.
fn map(json: &Json, [from, to]: [&Type; 2], path: &Path, depth: usize) -> Result<Value, PlainError> {
    let wrong = || {
        let t = Type::Fun(Box::new(from.clone()), Box::new(to.clone()));
        mismatch(path, Some(&t))
    };
    if let Json::Object(entries) = json {
        let mut found = Vec::with_capacity(entries.len());
        for (key, of) in entries {
            let key = Value::from(key.as_str());
            let of = value(of, Some(to), &path.clone().key(key.clone()), depth + 1)?;
            found.push((key, of));
        }
        return Ok(Value::map(found));
    }
    let entries = pairs(json, Some((from, to)), path, depth)?;
    Ok(Value::map(entries.ok_or_else(wrong)?))
}

/// Pairs of a key and a value, if that is what it is.
fn pairs(
    json: &Json,
    types: Option<(&Type, &Type)>,
    path: &Path,
    depth: usize,
) -> Result<Option<Vec<(Value, Value)>>, PlainError> {
    let Json::Array(found) = json else { return Ok(None) };
    let mut entries = Vec::with_capacity(found.len());
    for pair in found {
        let Some([key, of]) = pair.as_array().map(Vec::as_slice) else { return Ok(None) };
        let key = value(key, types.map(|(from, _)| from), path, depth + 1)?;
        let of = value(of, types.map(|(_, to)| to), &path.clone().key(key.clone()), depth + 1)?;
        entries.push((key, of));
    }
    Ok(Some(entries))
}

fn record(json: &Json, row: Option<&Row>, path: &Path, depth: usize) -> Result<Value, PlainError> {
    let wrong = || mismatch(path, row.cloned().map(Type::Record).as_ref());
    let mut fields = Vec::new();
    for (name, of) in json.as_object().ok_or_else(wrong)? {
        let t = row.and_then(|row| row.fields.get(name));
        fields.push((name.as_str(), value(of, t, &path.clone().field(name), depth + 1)?));
    }
    Ok(Value::Record(fields.into_iter().collect()))
}

/// An element of a sum type.
fn element(json: &Json, row: Option<&Row>, path: &Path, depth: usize) -> Result<Value, PlainError> {
    let parts = || Some((json.get("tag")?.as_str()?, json.get("value")?));
    let (tag, payload) = parts().ok_or_else(|| mismatch(path, row.cloned().map(Type::Variant).as_ref()))?;
    let t = row.and_then(|row| row.fields.get(tag));
    let at = path.clone().join(Segment::Payload(Str::from(tag)));
    Ok(Value::variant(tag, value(payload, t, &at, depth + 1)?))
}

/// None if it is longer than the reader takes one.
fn integer(digits: &str) -> Option<Value> {
    let fits = digits.trim_start_matches('-').len() <= crate::Limits::default().digits;
    fits.then_some(())?;
    digits.parse::<Int>().ok().map(Value::Int)
}

/// A value of which nothing is known: as in ITF.
fn as_itf(json: &Json, path: &Path, depth: usize) -> Result<Value, PlainError> {
    let fields = match json {
        Json::Null => return Ok(Value::unit()),
        Json::Bool(b) => return Ok(Value::from(*b)),
        Json::Number(n) => {
            let text = n.to_string();
            return Ok(integer(&text).unwrap_or_else(|| Value::Opaque(text.as_str().into())));
        }
        Json::String(text) => return Ok(Value::from(text.as_str())),
        Json::Array(_) => return items(json, None, path, depth),
        Json::Object(fields) => fields,
    };
    if let (1, Some((key, of))) = (fields.len(), fields.iter().next()) {
        let known = match key.as_str() {
            "#bigint" => of.as_str().and_then(integer),
            "#set" | "#tup" if of.is_array() => {
                let all = items(of, None, path, depth)?;
                let all = all.items().unwrap_or_default().to_vec();
                Some(if key == "#set" { Value::set(all) } else { Value::tuple(all) })
            }
            "#map" => pairs(of, None, path, depth)?.map(Value::map),
            _ => None,
        };
        if let Some(known) = known {
            return Ok(known);
        }
    }
    if fields.keys().any(|key| key.starts_with('#')) {
        let text = serde_json::to_string(&Restored(json)).unwrap_or_else(|_| json.to_string());
        return Ok(Value::Opaque(text.as_str().into()));
    }
    match (fields.len(), fields.get("tag"), fields.get("value")) {
        (2, Some(Json::String(_)), Some(_)) => element(json, None, path, depth),
        _ => record(json, None, path, depth),
    }
}
