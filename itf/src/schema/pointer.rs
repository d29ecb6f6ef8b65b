//! From a place in JSON, as validators of schemas tell it, to a place in the trace.

use serde_json::Value as Json;

use crate::path::{Path, Segment};
use crate::read::{Document, Place, Reader};
use crate::value::Str;

/// The place of a part of a document that a validator names by keys and indices (a JSON pointer, split at its slashes and
/// unescaped). `json` is the document as JSON, `input` the text it is in.
///
/// ```
/// let input = br##"{"vars":["x"],"states":[{"x":{"#set":[true]}}]}"##;
/// let document = itf::Reader::new().documents(input).next().unwrap()?;
/// let json = serde_json::from_slice(input).unwrap();
/// let place = itf::schema::place(input, &document, &json, &["states", "0", "x", "#set", "0"]);
/// assert_eq!(place.path.to_string(), "states[0].x{}");
/// assert_eq!((place.line, place.column), (1, 39));
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn place(input: &[u8], document: &Document, json: &Json, pointer: &[&str]) -> Place {
    let path = path(json, pointer);
    crate::check::locate_json(input, document, pointer, &path)
        .unwrap_or_else(|| Place { path, ..Place::default() })
}

/// The path in the words of the trace: forms with a `#` key are one step with what is in them.
fn path(json: &Json, pointer: &[&str]) -> Path {
    let mut path = Vec::new();
    let mut at = json;
    let mut steps = pointer.iter().peekable();
    while let Some(step) = steps.next() {
        let Some(next) = child(at, step) else { break };
        match (at, *step) {
            (Json::Array(_), index) => path.extend(index.parse().ok().map(Segment::Index)),
            (_, "#set") => path.extend(steps.next().map(|_| Segment::Element)),
            (_, "#tup") => {
                path.extend(steps.next().and_then(|index| index.parse().ok()).map(Segment::Index));
            }
            (_, "#map") => {
                let pair = steps.next().and_then(|index| index.parse::<usize>().ok());
                if let Some(pair) = pair {
                    let is_value = steps.next_if(|half| **half == "1").is_some();
                    if !is_value {
                        steps.next();
                    }
                    let key = next.get(pair).and_then(|pair| pair.get(0)).map(Json::to_string);
                    let key = key.and_then(|text| Reader::new().value(text.as_bytes()).ok());
                    path.push(key.filter(|_| is_value).map_or(Segment::MapKey(pair), Segment::Key));
                }
            }
            (object, "value") if object.get("tag").is_some_and(Json::is_string) => {
                path.push(Segment::Payload(Str::from(object["tag"].as_str().unwrap_or_default())));
            }
            (_, "#bigint" | "#unserializable") => {}
            (_, name) => path.push(Segment::Field(Str::from(name))),
        }
        // Steps that were taken together are found again from the root.
        let taken = pointer.len() - steps.len();
        match pointer[..taken].iter().try_fold(json, |at, step| child(at, step)) {
            Some(value) => at = value,
            None => break,
        }
    }
    path.into_iter().collect()
}

fn child<'a>(value: &'a Json, step: &str) -> Option<&'a Json> {
    match value {
        Json::Array(items) => items.get(step.parse::<usize>().ok()?),
        Json::Object(fields) => fields.get(step),
        _ => None,
    }
}
