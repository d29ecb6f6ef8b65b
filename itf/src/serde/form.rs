//! The JSON form of ADR-015 as serde sees it: how values go to and come from `serde_json` and formats like it, with
//! nothing lost.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserialize, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::error::DecodeError as Error;
use super::exact::guarded;
use super::tree::Tree;
use crate::value::{Int, List, Map, Record, Set, Tuple, Value, Variant};

/// By this name our own types ask a deserializer of values for the JSON form.
pub(super) const NAME: &str = "\0itf::Value";
/// By this name JSON that is kept as it is tells the serializer of values that it is.
pub(super) const KEPT: &str = "\0itf::Json";

/// A value, decoded as the JSON that is written for it.
pub(super) struct Form<'a>(pub(super) &'a Value);

/// `{key: content}`
fn wrapped<'de, V, C>(key: &'static str, content: C, visitor: V) -> Result<V::Value, Error>
where
    V: Visitor<'de>,
    C: IntoDeserializer<'de, Error>,
{
    visitor.visit_map(MapDeserializer::new(std::iter::once((key, content))))
}

fn items(items: &[Value]) -> SeqDeserializer<impl Iterator<Item = Form<'_>>, Error> {
    SeqDeserializer::new(items.iter().map(Form))
}

impl<'de> Deserializer<'de> for Form<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(b) => visitor.visit_bool(*b),
            Value::Int(n) => match n.as_i64().filter(|_| n.is_plain()) {
                Some(n) => visitor.visit_i64(n),
                None => wrapped("#bigint", n.to_string(), visitor),
            },
            Value::Str(s) => visitor.visit_str(s),
            Value::Unserializable(s) => wrapped("#unserializable", s.as_str(), visitor),
            Value::Opaque(json) => serde_json::Deserializer::from_reader(guarded(json).as_bytes())
                .deserialize_any(visitor)
                .map_err(Error::custom),
            Value::List(l) => visitor.visit_seq(items(l)),
            Value::Tuple(t) => wrapped("#tup", Content::Items(t), visitor),
            Value::Set(s) => wrapped("#set", Content::Items(s), visitor),
            Value::Map(m) => wrapped("#map", Content::Pairs(m.flat()), visitor),
            Value::Record(r) => {
                visitor.visit_map(MapDeserializer::new(r.iter().map(|(name, v)| (name.as_str(), Form(v)))))
            }
            Value::Variant(v) => {
                let tag = Content::Text(v.tag());
                let payload = Content::Value(v.payload());
                visitor.visit_map(MapDeserializer::new([("tag", tag), ("value", payload)].into_iter()))
            }
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'a> IntoDeserializer<'_, Error> for Form<'a> {
    type Deserializer = Form<'a>;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// What stands behind a key.
enum Content<'a> {
    Items(&'a [Value]),
    Pairs(&'a [Value]),
    Text(&'a str),
    Value(&'a Value),
}

impl<'de> Deserializer<'de> for Content<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Items(all) => visitor.visit_seq(items(all)),
            Self::Pairs(flat) => visitor.visit_seq(SeqDeserializer::new(flat.chunks(2).map(Content::Items))),
            Self::Text(text) => visitor.visit_str(text),
            Self::Value(value) => Form(value).deserialize_any(visitor),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'a> IntoDeserializer<'_, Error> for Content<'a> {
    type Deserializer = Content<'a>;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// From the JSON form, in any format that describes itself.
///
/// ```
/// let set: itf::Value = serde_json::from_str(r##"{"#set": [2, 1]}"##)?;
/// assert_eq!(set, itf::Value::set([1, 2]));
/// # Ok::<(), serde_json::Error>(())
/// ```
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Tree::deserialize(deserializer)?.value().map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Record(record) => Ok(record),
            Value::Variant(v) => Ok([("tag", Value::from(v.tag().clone())), ("value", v.payload().clone())]
                .into_iter()
                .collect()),
            other => Err(D::Error::custom(format_args!("expected a record, found a {}", other.kind()))),
        }
    }
}

/// The value that an object of these fields stands for.
pub(super) fn from_fields(fields: Vec<(String, Value)>) -> Result<Value, String> {
    match fields.as_slice() {
        [(key, content)] if key.starts_with('#') => match (key.as_str(), content) {
            ("#bigint", Value::Str(digits)) => {
                digits.parse().map(Value::Int).map_err(|e| format!("`#bigint`: {e}"))
            }
            ("#unserializable", Value::Str(s)) => Ok(Value::Unserializable(s.clone())),
            ("#tup", Value::List(items)) => Ok(Value::tuple(items)),
            ("#set", Value::List(items)) => Ok(Value::set(items)),
            ("#map", Value::List(pairs)) => {
                let pair = |pair: &Value| match pair.items() {
                    Some([key, value]) => Ok((key.clone(), value.clone())),
                    _ => Err("`#map` must be an array of [key, value] pairs".to_owned()),
                };
                Ok(Value::Map(pairs.iter().map(pair).collect::<Result<_, _>>()?))
            }
            ("#bigint" | "#unserializable", _) => Err(format!("`{key}` must be a string")),
            ("#tup" | "#set" | "#map", _) => Err(format!("`{key}` must be an array")),
            _ => Ok(opaque(&fields)),
        },
        [(a, Value::Str(tag)), (b, payload)] if a == "tag" && b == "value" => {
            Ok(Value::Variant(Variant::new(tag, payload.clone())))
        }
        [(b, payload), (a, Value::Str(tag))] if a == "tag" && b == "value" => {
            Ok(Value::Variant(Variant::new(tag, payload.clone())))
        }
        _ if fields.iter().any(|(name, _)| name.starts_with('#')) => Ok(opaque(&fields)),
        _ => Ok(Value::Record(fields.into_iter().collect())),
    }
}

/// An object with a `#` key that means nothing.
fn opaque(fields: &[(String, Value)]) -> Value {
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}:{}", serde_json::Value::from(name.as_str()), value.to_json()))
        .collect();
    Value::Opaque(format!("{{{}}}", fields.join(",")).into())
}

fn pair<S: Serializer>(
    serializer: S,
    key: &str,
    content: &(impl Serialize + ?Sized),
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(key, content)?;
    map.end()
}

/// The JSON form, to any format.
///
/// ```
/// let json = serde_json::to_string(&itf::Value::set([2, 1]))?;
/// assert_eq!(json, r##"{"#set":[{"#bigint":"1"},{"#bigint":"2"}]}"##);
/// # Ok::<(), serde_json::Error>(())
/// ```
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(NAME, &Written(self))
    }
}

/// The JSON form itself.
struct Written<'a>(&'a Value);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(b) => serializer.serialize_bool(*b),
            Value::Int(n) => number(n, serializer),
            Value::Str(s) => serializer.serialize_str(s),
            Value::Tuple(t) => pair(serializer, "#tup", &**t),
            Value::List(l) => serializer.collect_seq(l),
            Value::Set(s) => pair(serializer, "#set", &**s),
            Value::Map(m) => pair(serializer, "#map", m.flat().as_chunks::<2>().0),
            Value::Record(r) => fields(r, serializer),
            Value::Variant(v) => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("tag", v.tag().as_str())?;
                map.serialize_entry("value", v.payload())?;
                map.end()
            }
            Value::Unserializable(s) => pair(serializer, "#unserializable", s.as_str()),
            Value::Opaque(json) => serializer.serialize_newtype_struct(KEPT, &Kept(json)),
        }
    }
}

/// JSON that is kept as it is.
struct Kept<'a>(&'a str);

impl Serialize for Kept<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match serde_json::from_str::<Tree>(self.0) {
            Ok(tree) if tree.text() == self.0 => tree.serialize(serializer),
            // Numbers and depths that only the text keeps.
            _ => super::trace::raw(self.0)?.serialize(serializer),
        }
    }
}

fn number<S: Serializer>(n: &Int, serializer: S) -> Result<S::Ok, S::Error> {
    pair(serializer, "#bigint", &n.to_string())
}

fn fields<S: Serializer>(record: &Record, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(record.iter().map(|(name, value)| (name.as_str(), value)))
}

impl Serialize for Int {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Value::Int(self.clone()).serialize(serializer)
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Value::Record(self.clone()).serialize(serializer)
    }
}

macro_rules! kinds {
    ($($kind:ident $name:literal),*) => {$(
        impl Serialize for $kind {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Value::$kind(self.clone()).serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $kind {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                match Value::deserialize(deserializer)? {
                    Value::$kind(it) => Ok(it),
                    other => {
                        Err(D::Error::custom(format_args!(concat!("expected a ", $name, ", found a {}"), other.kind())))
                    }
                }
            }
        }
    )*};
}

kinds! { Tuple "tuple", List "list", Set "set", Map "map", Variant "variant" }
