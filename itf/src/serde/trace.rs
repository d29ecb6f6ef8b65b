//! Traces and states as serde sees them.

use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};

use super::error::{DecodeError, Error};
use super::exact::RAW;
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

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // `serde_json` writes it as it is, other formats what it means.
        let raw = serde_json::from_str::<Box<serde_json::value::RawValue>>(self.text());
        raw.map_err(S::Error::custom)?.serialize(serializer)
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
