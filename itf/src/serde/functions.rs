//! From text and from JSON values, in one call.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::Error;
use crate::read::Reader;
use crate::trace::Trace;
use crate::value::Value;

/// The `T` that the ITF expression `text` stands for.
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
/// ```
/// #[derive(serde::Deserialize)]
/// struct Counter { n: u64 }
/// let json = serde_json::json!({"vars": ["n"], "states": [{"n": {"#bigint": "3"}}]});
/// assert_eq!(itf::trace_from_value::<Counter>(json)?.states[0].value.n, 3);
/// # Ok::<(), itf::Error>(())
/// ```
#[expect(clippy::needless_pass_by_value, reason = "as in the crate `itf` 0.4.0")]
pub fn trace_from_value<S: DeserializeOwned>(json: serde_json::Value) -> Result<Trace<S>, Error> {
    trace_from_str(&json.to_string())
}
