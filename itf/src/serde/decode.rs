//! Values to Rust types.

use serde::Deserialize as _;
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};

use super::error::DecodeError as Error;
use super::form::{Form, NAME};
use crate::path::Segment;
use crate::value::{Int, Str, Value};

fn invalid<T>(value: &Value, expected: &dyn Expected) -> Result<T, Error> {
    Err(Error::invalid_type(
        match value {
            Value::Bool(b) => Unexpected::Bool(*b),
            Value::Str(s) => Unexpected::Str(s),
            Value::List(_) => Unexpected::Seq,
            Value::Map(_) => Unexpected::Map,
            Value::Int(n) => match n.as_i64() {
                Some(n) => Unexpected::Signed(n),
                None => Unexpected::Other("big integer"),
            },
            other => Unexpected::Other(other.kind()),
        },
        expected,
    ))
}

macro_rules! numbers {
    ($($method:ident $visit:ident $number:ty),* $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let Value::Int(n) = self else { return invalid(self, &visitor) };
            let fits = match n.as_i64() {
                Some(n) => <$number>::try_from(n).ok(),
                None => <$number>::try_from(n.to_big()).ok(),
            };
            match fits {
                Some(n) => visitor.$visit(n),
                None => Err(Error::custom(format_args!("{n} does not fit {}", stringify!($number)))),
            }
        }
    )*};
}

/// A value is decoded by reference: what is shared stays shared.
impl<'de> Deserializer<'de> for &Value {
    type Error = Error;

    numbers! {
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64, deserialize_i128 visit_i128 i128, deserialize_u8 visit_u8 u8,
        deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64,
        deserialize_u128 visit_u128 u128,
    }

    /// For a type that is not known beforehand. A `#bigint` is a string here, for the type may be a big integer, which
    /// is decoded from one.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            unit if unit.is_unit() => visitor.visit_unit(),
            Value::Bool(b) => visitor.visit_bool(*b),
            Value::Int(n) => match n.as_i64().filter(|_| n.is_plain()) {
                Some(n) => visitor.visit_i64(n),
                None => visitor.visit_string(n.to_string()),
            },
            Value::Str(s) => visitor.visit_str(s),
            Value::Unserializable(_) => Err(Error::UnsupportedType("unserializable")),
            Value::Opaque(json) => json_value(json)?.deserialize_any(visitor).map_err(Error::custom),
            Value::List(_) | Value::Tuple(_) | Value::Set(_) => self.deserialize_seq(visitor),
            _ => self.deserialize_map(visitor),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Value::Opaque(json) => json_value(json)?.deserialize_f64(visitor).map_err(Error::custom),
            _ => invalid(self, &visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Value::Bool(b) => visitor.visit_bool(*b),
            _ => invalid(self, &visitor),
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Value::Str(s) | Value::Unserializable(s) => visitor.visit_str(s),
            Value::Int(n) => visitor.visit_string(n.to_string()),
            _ => invalid(self, &visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Value::List(_) => self.deserialize_seq(visitor),
            _ => self.deserialize_str(visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_bytes(visitor)
    }

    /// `Some` and `None` of a specification are those of Rust; `null` is none, and anything else is there.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Value::Null => visitor.visit_none(),
            Value::Variant(v) if v.tag() == "None" && v.payload().is_unit() => visitor.visit_none(),
            Value::Variant(v) if v.tag() == "Some" => visitor.visit_some(v.payload()),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.is_unit() { visitor.visit_unit() } else { invalid(self, &visitor) }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        // Our own types lose nothing on the way.
        if name == NAME {
            visitor.visit_newtype_struct(Form(self))
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let (items, is_set) = match self {
            Value::List(items) => (&**items, false),
            Value::Tuple(items) => (&**items, false),
            Value::Set(items) => (&**items, true),
            _ => return invalid(self, &visitor),
        };
        let mut access = Items { left: items.iter(), next: 0, is_set };
        let decoded = visitor.visit_seq(&mut access)?;
        match access.left.len() {
            0 => Ok(decoded),
            left => Err(Error::invalid_length(items.len(), &&*format!("{} items", items.len() - left))),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        match self {
            Value::Int(n) => visitor.visit_string(n.to_string()),
            _ => self.deserialize_seq(visitor),
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Value::Map(map) => visitor.visit_map(Entries { left: map.iter(), value: None, next: 0 }),
            Value::Record(record) => {
                let values = record.values().iter();
                visitor.visit_map(Fields { names: record.names().iter(), values })
            }
            Value::Variant(v) => visitor.visit_map(Tagged { tag: v.tag(), payload: v.payload(), read: 0 }),
            // In its order, and to the digit.
            Value::Opaque(json) => {
                serde_json::Deserializer::from_reader(super::exact::guarded(json).as_bytes())
                    .deserialize_map(visitor)
                    .map_err(Error::custom)
            }
            _ => invalid(self, &visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    /// A variant, a string for one without payload, or a record of one field.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Value::Str(tag) => visitor.visit_enum(Choice { tag, payload: None }),
            Value::Variant(v) => visitor.visit_enum(Choice { tag: v.tag(), payload: Some(v.payload()) }),
            Value::Record(r) if r.len() == 1 => {
                visitor.visit_enum(Choice { tag: &r.names()[0], payload: Some(&r.values()[0]) })
            }
            _ => invalid(self, &"a variant, a string, or a record of one field"),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

fn json_value(json: &str) -> Result<serde_json::Value, Error> {
    serde_json::from_str(json).map_err(Error::custom)
}

macro_rules! forward {
    ($($method:ident($($arg:ident: $type:ty),*))*) => {$(
        fn $method<V: Visitor<'de>>(self, $($arg: $type,)* visitor: V) -> Result<V::Value, Error> {
            (&self).$method($($arg,)* visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Value {
    type Error = Error;

    forward! {
        deserialize_any() deserialize_bool() deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64()
        deserialize_i128() deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128()
        deserialize_f32() deserialize_f64() deserialize_char() deserialize_str() deserialize_string()
        deserialize_bytes() deserialize_byte_buf() deserialize_option() deserialize_unit()
        deserialize_unit_struct(name: &'static str) deserialize_newtype_struct(name: &'static str)
        deserialize_seq() deserialize_tuple(length: usize)
        deserialize_tuple_struct(name: &'static str, length: usize) deserialize_map()
        deserialize_struct(name: &'static str, fields: &'static [&'static str])
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
        deserialize_identifier() deserialize_ignored_any()
    }
}

impl IntoDeserializer<'_, Error> for Value {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'a> IntoDeserializer<'_, Error> for &'a Value {
    type Deserializer = &'a Value;

    fn into_deserializer(self) -> Self {
        self
    }
}

struct Items<'a> {
    left: std::slice::Iter<'a, Value>,
    next: usize,
    is_set: bool,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(item) = self.left.next() else { return Ok(None) };
        let at = if self.is_set { Segment::Element } else { Segment::Index(self.next) };
        self.next += 1;
        seed.deserialize(item).map(Some).map_err(|error| error.within(at))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.len())
    }
}

struct Fields<'a> {
    names: std::slice::Iter<'a, Str>,
    values: std::slice::Iter<'a, Value>,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some(name) = self.names.as_slice().first() else { return Ok(None) };
        seed.deserialize(StrDeserializer::<Error>::new(name)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        match (self.names.next(), self.values.next()) {
            (Some(name), Some(value)) => {
                seed.deserialize(value).map_err(|error| error.within(Segment::Field(name.clone())))
            }
            _ => Err(Error::custom("a value was asked for before its key")),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.names.len())
    }
}

struct Entries<'a, I> {
    left: I,
    value: Option<(&'a Value, &'a Value)>,
    next: usize,
}

impl<'de, 'a, I: ExactSizeIterator<Item = (&'a Value, &'a Value)>> MapAccess<'de> for Entries<'a, I> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((key, value)) = self.left.next() else { return Ok(None) };
        self.value = Some((key, value));
        let at = Segment::MapKey(self.next);
        self.next += 1;
        seed.deserialize(key).map(Some).map_err(|error| error.within(at))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        let Some((key, value)) = self.value.take() else {
            return Err(Error::custom("a value was asked for before its key"));
        };
        seed.deserialize(value).map_err(|error| error.within(Segment::Key(key.clone())))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.len())
    }
}

/// A variant as a map of `tag` and `value`, as serde's adjacently tagged enums want it.
struct Tagged<'a> {
    tag: &'a Str,
    payload: &'a Value,
    read: u8,
}

impl<'de> MapAccess<'de> for Tagged<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let key = match self.read {
            0 => "tag",
            1 => "value",
            _ => return Ok(None),
        };
        seed.deserialize(StrDeserializer::<Error>::new(key)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        self.read += 1;
        if self.read == 1 {
            return seed.deserialize(StrDeserializer::<Error>::new(self.tag));
        }
        seed.deserialize(self.payload).map_err(|error| error.within(Segment::Payload(self.tag.clone())))
    }
}

struct Choice<'a> {
    tag: &'a Str,
    payload: Option<&'a Value>,
}

impl<'de, 'a> EnumAccess<'de> for Choice<'a> {
    type Error = Error;
    type Variant = Payload<'a>;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Payload<'a>), Error> {
        let variant = seed.deserialize(StrDeserializer::<Error>::new(self.tag))?;
        Ok((variant, Payload { tag: self.tag, payload: self.payload }))
    }
}

struct Payload<'a> {
    tag: &'a Str,
    payload: Option<&'a Value>,
}

impl Payload<'_> {
    fn with<T>(&self, expected: &str, f: impl FnOnce(&Value) -> Result<T, Error>) -> Result<T, Error> {
        match self.payload {
            Some(value) => f(value).map_err(|error| error.within(Segment::Payload(self.tag.clone()))),
            None => Err(Error::invalid_type(Unexpected::UnitVariant, &expected)),
        }
    }
}

impl<'de> VariantAccess<'de> for Payload<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        match self.payload {
            Some(_) => self.with("unit", |value| <()>::deserialize(value)),
            None => Ok(()),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        self.with("newtype variant", |value| seed.deserialize(value))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.with("tuple variant", |value| value.deserialize_seq(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.with("struct variant", |value| value.deserialize_map(visitor))
    }
}

impl<'de> serde::Deserialize<'de> for Int {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Int(n) => Ok(n),
            Value::Str(digits) => digits.parse().map_err(D::Error::custom),
            other => Err(D::Error::custom(format_args!("expected an integer, found a {}", other.kind()))),
        }
    }
}
