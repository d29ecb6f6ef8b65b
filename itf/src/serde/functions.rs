//! From text and from JSON values, in one call.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::{DecodeError, Error};
use super::tree::{LOST_DIGITS, has_lost_digits};
use crate::read::Reader;
use crate::trace::Trace;
use crate::value::Value;

/// The `T` that the ITF expression `text` stands for. One trace is such an expression: [`trace_from_str`] reads it without
/// holding it as a value.
///
/// # Errors
///
/// Text that is not ITF, with its place, or a value that does not fit `T`, with the path to it.
///
/// ```
/// use std::collections::{BTreeMap, BTreeSet};
/// let set: BTreeSet<u8> = itf::from_str(r##"{"#set": [{"#bigint": "1"}, 2]}"##)?;
/// assert_eq!(set, BTreeSet::from([1, 2]));
/// let map: BTreeMap<(i64, i64), bool> = itf::from_str(r##"{"#map": [[{"#tup": [1, 2]}, true]]}"##)?;
/// assert!(map[&(1, 2)]);
/// assert!(itf::from_str::<u8>(r##"{"#bigint": "256"}"##).is_err());
/// # Ok::<(), itf::Error>(())
/// ```
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let value = Reader::new().value(text.as_bytes())?;
    Ok(T::deserialize(&value)?)
}

/// The `T` that the ITF expression `json` stands for.
///
/// # Errors
///
/// JSON that is not ITF, a number in which digits were lost, or a value that does not fit `T`, with the path to it.
///
/// ```
/// let n: u64 = itf::from_value(serde_json::json!({"#bigint": "7"}))?;
/// assert_eq!(n, 7);
/// # Ok::<(), itf::Error>(())
/// ```
pub fn from_value<T: DeserializeOwned>(json: serde_json::Value) -> Result<T, Error> {
    Ok(T::deserialize(&Value::deserialize(json)?)?)
}

/// The one trace in `text`, its states decoded.
///
/// # Errors
///
/// Text that is not ITF, with its place, or a value that does not fit `S`, with the path to it.
///
/// No trace, and more than one, are errors too.
///
/// ```
/// #[derive(Debug, PartialEq, serde::Deserialize)]
/// struct Counter { n: u64 }
/// let trace = itf::trace_from_str::<Counter>(r##"{"vars":["n"],"states":[{"n":{"#bigint":"3"}}]}"##)?;
/// assert_eq!(trace.states[0].value, Counter { n: 3 });
/// # Ok::<(), itf::Error>(())
/// ```
pub fn trace_from_str<S: DeserializeOwned>(text: &str) -> Result<Trace<S>, Error> {
    let mut reader = Reader::new();
    let mut documents = reader.documents(text.as_bytes());
    let document = documents.next().transpose()?;
    if let Some(second) = documents.next() {
        second?;
        let message = "more than one trace: use `itf::read` and `Trace::decode`";
        return Err(Error::Json(serde::de::Error::custom(message)));
    }
    match document {
        Some(document) => document.trace.decode(),
        None => Err(Error::Json(serde::de::Error::custom("no trace: the text is empty"))),
    }
}

/// The trace `json`, its states decoded.
///
/// # Errors
///
/// As of [`trace_from_str`]; and a number among the values in which digits were lost.
///
/// ```
/// #[derive(serde::Deserialize)]
/// struct Counter { n: u64 }
/// let json = serde_json::json!({"vars": ["n"], "states": [{"n": {"#bigint": "3"}}]});
/// assert_eq!(itf::trace_from_value::<Counter>(json)?.states[0].value.n, 3);
/// # Ok::<(), itf::Error>(())
/// ```
#[expect(clippy::needless_pass_by_value, reason = "as in the crate `itf` 0.4.0")]
pub fn trace_from_value<S: DeserializeOwned>(json: serde_json::Value) -> Result<Trace<S>, Error> {
    if holds_lost_digits(&json) {
        return Err(Error::Json(serde::de::Error::custom(LOST_DIGITS)));
    }
    trace_from_str(&json.to_string())
}

/// Whether there is a number among the values that may have been an integer with more digits.
fn holds_lost_digits(json: &serde_json::Value) -> bool {
    match json {
        serde_json::Value::Number(n) if n.is_f64() => n.as_f64().is_some_and(has_lost_digits),
        serde_json::Value::Array(items) => items.iter().any(holds_lost_digits),
        serde_json::Value::Object(fields) => fields.iter().any(|(k, v)| k != "#meta" && holds_lost_digits(v)),
        _ => false,
    }
}

/// The `T` that a value stands for, by the path that this function has in the crate `itf` 0.4.0.
///
/// # Errors
///
/// A value that does not fit, with the path to what does not.
///
/// ```
/// let n: u8 = itf::de::decode_value(itf::Value::from(7))?;
/// assert_eq!(n, 7);
/// # Ok::<(), itf::de::Error>(())
/// ```
#[expect(clippy::needless_pass_by_value, reason = "as in the crate `itf` 0.4.0")]
pub fn decode_value<T: DeserializeOwned>(value: Value) -> Result<T, DecodeError> {
    T::deserialize(&value)
}
