//! What a format says, before it is known what it means: what stands below a `#` key without a meaning is kept as it is, and
//! may be what would be wrong elsewhere.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::exact::RAW;
use super::form::{NAME, from_fields};
use crate::value::{Int, Value};

/// A document of any format that describes itself.
pub(super) enum Tree {
    /// What holds nothing: null, a boolean, a number, a string.
    Leaf(Value),
    Items(Vec<Tree>),
    /// In the order in which they are written; a name may be there twice.
    Fields(Vec<(String, Tree)>),
}

impl Tree {
    /// The value that is written here.
    pub(super) fn value(self) -> Result<Value, String> {
        match self {
            Self::Leaf(value) => Ok(value),
            Self::Items(items) => {
                Ok(Value::List(items.into_iter().map(Self::value).collect::<Result<_, _>>()?))
            }
            Self::Fields(fields) if means_nothing(&fields) => {
                let mut text = String::new();
                write_fields(&fields, &mut text);
                Ok(Value::Opaque(text.into()))
            }
            Self::Fields(fields) => {
                let value = |(name, tree): (String, Self)| Ok((name, tree.value()?));
                from_fields(fields.into_iter().map(value).collect::<Result<_, String>>()?)
            }
        }
    }

    /// As JSON, compact.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Leaf(Value::Int(n)) => out.push_str(&n.to_string()),
            Self::Leaf(leaf) => out.push_str(&leaf.to_json()),
            Self::Items(items) => {
                for (at, item) in items.iter().enumerate() {
                    out.push(if at == 0 { '[' } else { ',' });
                    item.write(out);
                }
                out.push_str(if items.is_empty() { "[]" } else { "]" });
            }
            Self::Fields(fields) => write_fields(fields, out),
        }
    }
}

fn write_fields(fields: &[(String, Tree)], out: &mut String) {
    for (at, (name, tree)) in fields.iter().enumerate() {
        out.push(if at == 0 { '{' } else { ',' });
        out.push_str(&serde_json::Value::from(name.as_str()).to_string());
        out.push(':');
        tree.write(out);
    }
    out.push_str(if fields.is_empty() { "{}" } else { "}" });
}

/// Whether there is a `#` key that is no form of ITF, or not alone.
fn means_nothing(fields: &[(String, Tree)]) -> bool {
    let is_form = |name: &str| matches!(name, "#bigint" | "#unserializable" | "#tup" | "#set" | "#map");
    match fields {
        [(name, _)] => name.starts_with('#') && !is_form(name),
        _ => fields.iter().any(|(name, _)| name.starts_with('#')),
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(NAME, TreeVisitor)
    }
}

/// Whether a float may be what `serde_json` made of an integer that has more than 64 bits.
pub(super) fn has_lost_digits(n: f64) -> bool {
    n.fract() == 0.0 && n.abs() >= 9_223_372_036_854_775_808.0
}

pub(super) const LOST_DIGITS: &str = "a number of more than 64 bits, of which digits were lost on the way: `itf::read` and \
    `itf::trace_from_str` read it from the text";

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an ITF expression")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, b: bool) -> Result<Tree, E> {
        Ok(Tree::Leaf(Value::Bool(b)))
    }

    fn visit_i64<E>(self, n: i64) -> Result<Tree, E> {
        Ok(Tree::Leaf(Value::Int(Int::from(n).into_plain())))
    }

    fn visit_u64<E>(self, n: u64) -> Result<Tree, E> {
        Ok(Tree::Leaf(Value::Int(Int::from(n).into_plain())))
    }

    fn visit_i128<E>(self, n: i128) -> Result<Tree, E> {
        Ok(Tree::Leaf(Value::Int(Int::from(n).into_plain())))
    }

    fn visit_u128<E>(self, n: u128) -> Result<Tree, E> {
        Ok(Tree::Leaf(Value::Int(Int::from(n).into_plain())))
    }

    fn visit_f64<E: serde::de::Error>(self, n: f64) -> Result<Tree, E> {
        // What was written is not known any more: perhaps an integer.
        if has_lost_digits(n) {
            return Err(E::custom(LOST_DIGITS));
        }
        let number = serde_json::Number::from_f64(n);
        Ok(Tree::Leaf(number.map_or(Value::Null, |n| Value::Opaque(n.to_string().into()))))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Leaf(Value::from(text)))
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Leaf(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Tree, E> {
        Ok(Tree::Leaf(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Tree::Items(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        if let [(name, Tree::Leaf(Value::Str(json)))] = &fields[..]
            && name == RAW
        {
            return crate::read::Reader::new()
                .value(json.as_bytes())
                .map(Tree::Leaf)
                .map_err(A::Error::custom);
        }
        Ok(Tree::Fields(fields))
    }
}

/// As it was written.
impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Leaf(Value::Null) => serializer.serialize_unit(),
            Self::Leaf(Value::Bool(b)) => serializer.serialize_bool(*b),
            Self::Leaf(Value::Str(text)) => serializer.serialize_str(text),
            Self::Leaf(number) => {
                let text = match number {
                    Value::Int(n) => n.to_string(),
                    other => other.to_json(),
                };
                let number = serde_json::from_str::<serde_json::Number>(&text);
                number.map_err(serde::ser::Error::custom)?.serialize(serializer)
            }
            Self::Items(items) => serializer.collect_seq(items),
            Self::Fields(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, tree) in fields {
                    map.serialize_entry(name, tree)?;
                }
                map.end()
            }
        }
    }
}
