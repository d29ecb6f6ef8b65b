//! Rust types to values.

use serde::ser::{self, Serialize, Serializer};

use super::error::{DecodeError, Error};
use super::form::{KEPT, NAME, from_fields};
use crate::value::{Int, Map, Value, Variant};

/// The ITF value of `data`: integers become integers of any size, structs records, maps maps, tuples tuples, sequences
/// lists, enums and options variants, unit the empty tuple. What it gives, [`from_value`](crate::from_value) and
/// [`Trace::decode`](crate::Trace::decode) take back.
///
/// serde does not tell a set from a list: a `BTreeSet` becomes a list, and a field that must be a set is a
/// [`Value`] or [`Set`](crate::Set). Big integers of `dashu-int` become strings, as they do in JSON; use
/// [`Int`]. A struct with `#[serde(flatten)]`, which is a map of unknown length to serde, becomes a record.
///
/// # Errors
///
/// What the `Serialize` of `data` says; a float that is no number.
///
/// ```
/// #[derive(serde::Serialize)]
/// struct Lock { epoch: u64, holder: Option<String> }
/// let lock = itf::to_value(&Lock { epoch: 5, holder: Some("a".into()) })?;
/// assert_eq!(lock.to_string(), r#"{ epoch: 5, holder: Some("a") }"#);
/// # Ok::<(), itf::Error>(())
/// ```
pub fn to_value<T: Serialize + ?Sized>(data: &T) -> Result<Value, Error> {
    data.serialize(Encoder { is_form: false }).map_err(Error::from)
}

type Encoded = Result<Value, DecodeError>;

#[derive(Clone, Copy)]
struct Encoder {
    /// Whether what comes is the JSON form of a value, as our own types give it.
    is_form: bool,
}

macro_rules! integers {
    ($($method:ident $number:ty),* $(,)?) => {$(
        fn $method(self, n: $number) -> Encoded {
            // Decoded again where the type is not known beforehand, it is a number.
            Ok(Value::Int(Int::from(n).into_plain()))
        }
    )*};
}

impl Serializer for Encoder {
    type Ok = Value;
    type Error = DecodeError;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = Items;
    type SerializeMap = Entries;
    type SerializeStruct = Fields;
    type SerializeStructVariant = Fields;

    integers! {
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_i128 i128,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_u128 u128,
    }

    fn serialize_bool(self, b: bool) -> Encoded {
        Ok(Value::Bool(b))
    }

    fn serialize_f32(self, n: f32) -> Encoded {
        self.serialize_f64(n.into())
    }

    fn serialize_f64(self, n: f64) -> Encoded {
        match serde_json::Number::from_f64(n) {
            Some(n) => Ok(Value::Opaque(n.to_string().into())),
            None => Err(ser::Error::custom(format_args!("{n} is no number of JSON"))),
        }
    }

    fn serialize_char(self, c: char) -> Encoded {
        Ok(Value::from(c.to_string()))
    }

    fn serialize_str(self, text: &str) -> Encoded {
        Ok(Value::from(text))
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Encoded {
        Ok(Value::list(bytes.iter().map(|b| u32::from(*b))))
    }

    fn serialize_none(self) -> Encoded {
        Ok(Value::variant("None", Value::unit()))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Encoded {
        Ok(Value::variant("Some", value.serialize(self)?))
    }

    fn serialize_unit(self) -> Encoded {
        Ok(if self.is_form { Value::Null } else { Value::unit() })
    }

    fn serialize_unit_struct(self, _: &'static str) -> Encoded {
        Ok(Value::unit())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, tag: &'static str) -> Encoded {
        Ok(Value::variant(tag, Value::unit()))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Encoded {
        if name == KEPT {
            return serde_json::to_string(value)
                .map(|text| Value::Opaque(text.into()))
                .map_err(ser::Error::custom);
        }
        value.serialize(Self { is_form: name == NAME })
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        tag: &'static str,
        value: &T,
    ) -> Encoded {
        Ok(Value::variant(tag, value.serialize(self)?))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Items, DecodeError> {
        Ok(Items {
            values: Vec::with_capacity(length.unwrap_or(0).min(1024)),
            kind: Kind::List,
            encoder: self,
        })
    }

    fn serialize_tuple(self, _: usize) -> Result<Items, DecodeError> {
        Ok(Items { values: Vec::new(), kind: Kind::Tuple, encoder: self })
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Items, DecodeError> {
        self.serialize_tuple(length)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        tag: &'static str,
        _: usize,
    ) -> Result<Items, DecodeError> {
        Ok(Items { values: Vec::new(), kind: Kind::Variant(tag), encoder: self })
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Entries, DecodeError> {
        Ok(Entries { pairs: Vec::new(), key: None, is_flat: length.is_none(), encoder: self })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields, DecodeError> {
        Ok(Fields { named: Vec::new(), tag: None, encoder: self })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        tag: &'static str,
        _: usize,
    ) -> Result<Fields, DecodeError> {
        Ok(Fields { named: Vec::new(), tag: Some(tag), encoder: self })
    }
}

enum Kind {
    List,
    Tuple,
    Variant(&'static str),
}

struct Items {
    values: Vec<Value>,
    kind: Kind,
    encoder: Encoder,
}

impl Items {
    fn push<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), DecodeError> {
        self.values.push(item.serialize(self.encoder)?);
        Ok(())
    }

    fn finish(self) -> Value {
        match self.kind {
            Kind::List => Value::List(self.values.into_iter().collect()),
            Kind::Tuple => Value::tuple(self.values),
            Kind::Variant(tag) => Value::variant(tag, Value::tuple(self.values)),
        }
    }
}

macro_rules! items {
    ($($trait:ident $method:ident),*) => {$(
        impl ser::$trait for Items {
            type Ok = Value;
            type Error = DecodeError;

            fn $method<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), DecodeError> {
                self.push(item)
            }

            fn end(self) -> Encoded {
                Ok(self.finish())
            }
        }
    )*};
}

items! {
    SerializeSeq serialize_element, SerializeTuple serialize_element, SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
}

struct Entries {
    pairs: Vec<(Value, Value)>,
    key: Option<Value>,
    /// Whether it is probably a struct: serde does not know how long one with `flatten` is.
    is_flat: bool,
    encoder: Encoder,
}

impl ser::SerializeMap for Entries {
    type Ok = Value;
    type Error = DecodeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), DecodeError> {
        self.key = Some(key.serialize(self.encoder)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), DecodeError> {
        let Some(key) = self.key.take() else {
            return Err(ser::Error::custom("a value was given before its key"));
        };
        self.pairs.push((key, value.serialize(self.encoder)?));
        Ok(())
    }

    fn end(self) -> Encoded {
        if !self.encoder.is_form {
            let is_record = self.is_flat && self.pairs.iter().all(|(key, _)| key.as_str().is_some());
            if !is_record {
                return Ok(Value::Map(self.pairs.into_iter().collect::<Map>()));
            }
            let fields = self.pairs.iter().map(|(key, value)| (key.as_str().unwrap_or_default(), value));
            return Ok(Value::record(fields));
        }
        let fields = self.pairs.into_iter().map(|(key, v)| (key.as_str().unwrap_or_default().into(), v));
        from_fields(fields.collect()).map_err(ser::Error::custom)
    }
}

struct Fields {
    named: Vec<(&'static str, Value)>,
    tag: Option<&'static str>,
    encoder: Encoder,
}

impl Fields {
    fn push<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), DecodeError> {
        self.named.push((name, value.serialize(self.encoder)?));
        Ok(())
    }

    fn finish(self) -> Value {
        match (self.tag, self.named.as_slice()) {
            (Some(tag), _) => Value::variant(tag, Value::record(self.named)),
            // What serde writes for an adjacently tagged enum; a unit variant of one has no content.
            (None, [("tag", tag @ (Value::Str(_) | Value::Variant(_))), rest @ ..])
                if matches!(rest, [] | [("value", _)]) =>
            {
                let payload = rest.first().map_or_else(Value::unit, |(_, value)| value.clone());
                match tag {
                    Value::Variant(tag) => Value::Variant(Variant::new(tag.tag(), payload)),
                    Value::Str(tag) if !rest.is_empty() => Value::Variant(Variant::new(tag, payload)),
                    _ => Value::record(self.named),
                }
            }
            _ => Value::record(self.named),
        }
    }
}

macro_rules! fields {
    ($($trait:ident),*) => {$(
        impl ser::$trait for Fields {
            type Ok = Value;
            type Error = DecodeError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), DecodeError> {
                self.push(name, value)
            }

            fn end(self) -> Encoded {
                Ok(self.finish())
            }
        }
    )*};
}

fields! { SerializeStruct, SerializeStructVariant }
