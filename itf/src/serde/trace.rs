//! Traces and states as serde sees them.

use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::error::{DecodeError, Error};
use super::exact::RAW;
use super::form::KEPT;
use crate::path::Segment;
use crate::trace::{Json, Meta, State, Trace};
use crate::value::{Record, Str, Value};

impl Trace {
    /// This trace with its states decoded.
    ///
    /// # Errors
    ///
    /// A state that does not fit `S`, with the path to what does not.
    ///
    /// ```
    /// #[derive(Debug, serde::Deserialize)]
    /// struct Counter { n: u64 }
    /// let trace = itf::read(br##"{"states":[{"n":{"#bigint":"-3"}}]}"##)?.remove(0);
    /// let error = trace.decode::<Counter>().unwrap_err();
    /// assert_eq!(error.to_string(), "decoding error: -3 does not fit u64 (at states[0].n)");
    /// # Ok::<(), itf::ReadError>(())
    /// ```
    pub fn decode<S: DeserializeOwned>(self) -> Result<Trace<S>, Error> {
        decode(self, |state| S::deserialize(&Value::Record(state)))
    }
}

impl Trace<Value> {
    /// This trace with its states decoded.
    ///
    /// # Errors
    ///
    /// A state that does not fit `S`, with the path to what does not.
    ///
    /// ```
    /// #[derive(serde::Deserialize)]
    /// struct Counter { n: u64 }
    /// let trace = itf::trace_from_str::<itf::Value>(r##"{"states":[{"n":{"#bigint":"3"}}]}"##)?;
    /// assert_eq!(trace.decode::<Counter>()?.states[0].value.n, 3);
    /// # Ok::<(), itf::Error>(())
    /// ```
    pub fn decode<S: DeserializeOwned>(self) -> Result<Trace<S>, Error> {
        decode(self, |state| S::deserialize(&state))
    }
}

impl Trace<serde_json::Value> {
    /// This trace with its states decoded, from what they are in JSON.
    ///
    /// # Errors
    ///
    /// A state that is not ITF or does not fit `S`, with the path to what does not.
    ///
    /// ```
    /// #[derive(serde::Deserialize)]
    /// struct Counter { n: u64 }
    /// let json = itf::State { meta: itf::Meta::default(), value: serde_json::json!({"n": {"#bigint": "3"}}) };
    /// let trace = itf::Trace { states: vec![json], ..itf::Trace::default() };
    /// assert_eq!(trace.decode::<Counter>()?.states[0].value.n, 3);
    /// # Ok::<(), itf::Error>(())
    /// ```
    pub fn decode<S: DeserializeOwned>(self) -> Result<Trace<S>, Error> {
        decode(self, from_json)
    }
}

impl State<serde_json::Value> {
    /// This state decoded, from what it is in JSON.
    ///
    /// # Errors
    ///
    /// What is not ITF or does not fit `S`, with the path to it.
    ///
    /// ```
    /// #[derive(serde::Deserialize)]
    /// struct Counter { n: u64 }
    /// let json = itf::State { meta: itf::Meta::default(), value: serde_json::json!({"n": {"#bigint": "3"}}) };
    /// assert_eq!(json.decode::<Counter>()?.value.n, 3);
    /// # Ok::<(), itf::Error>(())
    /// ```
    pub fn decode<S: DeserializeOwned>(self) -> Result<State<S>, Error> {
        Ok(State { meta: self.meta, value: from_json(self.value)? })
    }
}

fn from_json<S: DeserializeOwned>(json: serde_json::Value) -> Result<S, DecodeError> {
    use serde::de::Error as _;
    let value = Value::deserialize(json).map_err(DecodeError::custom)?;
    S::deserialize(&value)
}

impl<S: Serialize> Trace<S> {
    /// This trace with its states as records: what is written as ITF. The other way round is [`Trace::decode`].
    ///
    /// # Errors
    ///
    /// A state that is no struct or map of names, or has no value of ITF, with the path to it.
    ///
    /// ```
    /// #[derive(serde::Serialize)]
    /// struct Counter { n: u64 }
    /// let counted = itf::State { meta: itf::Meta::default(), value: Counter { n: 3 } };
    /// let trace = itf::Trace { vars: vec!["n".into()], states: vec![counted], ..itf::Trace::default() };
    /// let text = itf::to_string(&trace.encode()?, itf::Layout::Compact);
    /// assert_eq!(itf::read(text.as_bytes())?[0].states[0].get("n"), Some(&itf::Value::from(3)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn encode(&self) -> Result<Trace, Error> {
        let mut states = Vec::with_capacity(self.states.len());
        for (at, State { meta, value }) in self.states.iter().enumerate() {
            let record = encode_state(value)
                .map_err(|e| e.within(Segment::Index(at)).within(Segment::Field(Str::from("states"))))?;
            states.push(State { meta: meta.clone(), value: record });
        }
        let (meta, params, vars) = (self.meta.clone(), self.params.clone(), self.vars.clone());
        Ok(Trace { meta, params, vars, loop_index: self.loop_index, states, extra: self.extra.clone() })
    }
}

fn encode_state(state: &impl Serialize) -> Result<Record, DecodeError> {
    let value = match super::to_value(state) {
        Ok(value) => value,
        Err(Error::Decode(error)) => return Err(error),
        Err(error @ Error::Json(_)) => return Err(DecodeError::Custom(error.to_string())),
    };
    match &value {
        Value::Map(map) if map.iter().all(|(name, _)| name.as_str().is_some()) => {
            Ok(map.iter().map(|(name, value)| (name.as_str().unwrap_or_default(), value)).collect())
        }
        Value::Record(_) | Value::Variant(_) => Record::deserialize(&value),
        other => {
            Err(DecodeError::Custom(format!("a state is a record of variables, found {}", other.kind())))
        }
    }
}

fn decode<T, S>(trace: Trace<T>, state: impl Fn(T) -> Result<S, DecodeError>) -> Result<Trace<S>, Error> {
    let Trace { meta, params, vars, loop_index, states, extra } = trace;
    let mut decoded = Vec::with_capacity(states.len());
    for (at, State { meta, value }) in states.into_iter().enumerate() {
        let value = state(value)
            .map_err(|error| error.within(Segment::Index(at)).within(Segment::Field(Str::from("states"))))?;
        decoded.push(State { meta, value });
    }
    Ok(Trace { meta, params, vars, loop_index, states: decoded, extra })
}

/// JSON that `serde_json` writes as it is, other formats what it means.
pub(super) fn raw<E: serde::ser::Error>(text: &str) -> Result<Box<serde_json::value::RawValue>, E> {
    serde_json::from_str(text).map_err(E::custom)
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(KEPT, &raw::<S::Error>(self.text())?)
    }
}

impl<'de> Deserialize<'de> for Meta {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Json::deserialize(deserializer).map(Self::from)
    }
}

impl Serialize for Meta {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.json() {
            Some(json) => json.serialize(serializer),
            None => serializer.serialize_map(Some(0))?.end(),
        }
    }
}

impl<T: Serialize> Serialize for State<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        /// serde knows how to put the fields of one into another.
        #[derive(serde::Serialize)]
        struct Flat<'a, T> {
            #[serde(rename = "#meta", skip_serializing_if = "Meta::is_missing")]
            meta: &'a Meta,
            #[serde(flatten)]
            value: &'a T,
        }
        Flat { meta: &self.meta, value: &self.value }.serialize(serializer)
    }
}

impl<T: Serialize> Serialize for Trace<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if !self.meta.is_missing() {
            map.serialize_entry("#meta", &self.meta)?;
        }
        if !self.params.is_empty() {
            map.serialize_entry("params", &self.params)?;
        }
        map.serialize_entry("vars", &self.vars)?;
        for (key, json) in &self.extra {
            map.serialize_entry(key, json)?;
        }
        if let Some(index) = self.loop_index {
            map.serialize_entry("loop", &index)?;
        }
        map.serialize_entry("states", &self.states)?;
        map.end()
    }
}

/// Keys stay in their order.
impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, b: bool) -> Result<Json, E> {
        Ok(Json::from(serde_json::Value::from(b)))
    }

    fn visit_i64<E>(self, n: i64) -> Result<Json, E> {
        Ok(Json::from(serde_json::Value::from(n)))
    }

    fn visit_u64<E>(self, n: u64) -> Result<Json, E> {
        Ok(Json::from(serde_json::Value::from(n)))
    }

    fn visit_f64<E>(self, n: f64) -> Result<Json, E> {
        Ok(Json::from(serde_json::Value::from(n)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::from(serde_json::Value::from(text)))
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::from(serde_json::Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<Json>()? {
            items.push(item.text().to_owned());
        }
        Ok(Json::from_compact(&format!("[{}]", items.join(","))))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == RAW {
                let text = map.next_value::<String>()?;
                let is_json = serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok();
                return if is_json {
                    Ok(Json::from_compact(&text))
                } else {
                    Err(A::Error::custom("no JSON"))
                };
            }
            let value = map.next_value::<Json>()?;
            entries.push(format!("{}:{}", serde_json::Value::from(key), value.text()));
        }
        Ok(Json::from_compact(&format!("{{{}}}", entries.join(","))))
    }
}

/// A state in the JSON form. `#meta` comes through a JSON value here, which holds no number beyond 64 bits exactly; the
/// [`Reader`](crate::Reader) keeps every digit.
impl<'de, S: DeserializeOwned> Deserialize<'de> for State<S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct StateVisitor;
        impl<'de> Visitor<'de> for StateVisitor {
            type Value = State<Record>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a state")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<State<Record>, A::Error> {
                let mut meta = Meta::default();
                let mut fields: Vec<(String, Value)> = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    if key == "#meta" {
                        meta = Meta::from(map.next_value::<Json>()?);
                    } else {
                        fields.push((key, map.next_value()?));
                    }
                }
                Ok(State { meta, value: fields.into_iter().collect() })
            }
        }
        let State { meta, value } = deserializer.deserialize_map(StateVisitor)?;
        let value = S::deserialize(&Value::Record(value)).map_err(D::Error::custom)?;
        Ok(State { meta, value })
    }
}

/// A trace in the JSON form; see [`State`] about `#meta`.
impl<'de, S: DeserializeOwned> Deserialize<'de> for Trace<S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TraceVisitor<S>(std::marker::PhantomData<S>);
        impl<'de, S: DeserializeOwned> Visitor<'de> for TraceVisitor<S> {
            type Value = Trace<S>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a trace")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Trace<S>, A::Error> {
                let (mut meta, mut params, mut vars) = (Meta::default(), Vec::new(), Vec::new());
                let (mut loop_index, mut states, mut extra) = (None, None, Vec::new());
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "#meta" => meta = Meta::from(map.next_value::<Json>()?),
                        "params" => params = map.next_value()?,
                        "vars" => vars = map.next_value()?,
                        "loop" => loop_index = map.next_value()?,
                        "states" => states = Some(map.next_value()?),
                        _ => extra.push((key, map.next_value()?)),
                    }
                }
                let states = states.ok_or_else(|| A::Error::missing_field("states"))?;
                Ok(Trace { meta, params, vars, loop_index, states, extra })
            }
        }
        deserializer.deserialize_map(TraceVisitor(std::marker::PhantomData))
    }
}
