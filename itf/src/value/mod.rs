//! The values of a trace: what ADR-015 calls expressions.
//!
//! [`Value`] is an ordinary enum of 16 bytes, cheap to clone and `Send + Sync`. Booleans and integers below 2^63 live
//! inside it; everything else is a shared, immutable node that carries a structural hash. Sets, maps and records are
//! kept in one order, so that equal values have equal nodes whatever order they were written in; a [`Store`] makes them
//! the *same* node, and then equality is a comparison of two pointers.

mod int;
mod layouts;
mod map;
mod node;
mod order;
mod recent;
mod record;
mod seq;
mod store;
mod string;
mod variant;

pub use int::{Int, ParseIntError};
pub use map::Map;
pub use record::Record;
pub use seq::{List, Set, Tuple};
pub use store::Store;
pub use string::Str;
pub use variant::Variant;

pub(crate) use layouts::Layout;
pub(crate) use node::{hash_bytes, mix};
pub(crate) use record::Shape;

use std::fmt;
use std::hash::{Hash, Hasher};

/// A value of the Informal Trace Format.
///
/// Equality is exact: the three encodings of "unit" ([`Value::is_unit`]) are three values; [`Value::unified`] makes them
/// one where traces of different tools are compared. The order ([`Ord`]) is total: by kind in the order of the variants
/// below, then by content; it is the order of canonical output.
///
/// ```
/// use itf::Value;
/// let v = Value::record([("name", Value::from("lock")), ("epoch", Value::from(5))]);
/// match &v {
///     Value::Record(r) => assert_eq!(r.get("epoch"), Some(&Value::from(5))),
///     other => panic!("not a record: {other}"),
/// }
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// `null`: one of the encodings of unit, as a variant's payload.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// `{"#bigint": "…"}`, or a plain JSON integer.
    Int(Int),
    /// A JSON string.
    Str(Str),
    /// `{"#tup": […]}`.
    Tuple(Tuple),
    /// A JSON array: a list or sequence.
    List(List),
    /// `{"#set": […]}`.
    Set(Set),
    /// `{"#map": [[key, value], …]}`.
    Map(Map),
    /// A JSON object without `#` keys.
    Record(Record),
    /// `{"tag": string, "value": …}`: an element of a sum type.
    Variant(Variant),
    /// `{"#unserializable": "…"}`.
    Unserializable(Str),
    /// JSON that has no meaning in ITF (a float, an object with an unknown `#` key), kept as compact JSON text.
    Opaque(Str),
}

impl Value {
    /// The list of `items`.
    ///
    /// ```
    /// # use itf::Value;
    /// assert_eq!(Value::list([1, 2]).to_string(), "[1, 2]");
    /// ```
    pub fn list<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }

    /// The tuple of `items`.
    ///
    /// ```
    /// # use itf::Value;
    /// assert_eq!(Value::tuple([1, 2]).to_string(), "(1, 2)");
    /// ```
    pub fn tuple<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::Tuple(items.into_iter().map(Into::into).collect())
    }

    /// The set of `items`; order and repetition do not matter.
    ///
    /// ```
    /// # use itf::Value;
    /// assert_eq!(Value::set([2, 1, 2]), Value::set([1, 2]));
    /// ```
    pub fn set<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::Set(items.into_iter().map(Into::into).collect())
    }

    /// The map of `entries`; order does not matter.
    ///
    /// ```
    /// # use itf::Value;
    /// assert_eq!(Value::map([("a", 1)]).to_string(), r#"Map("a" -> 1)"#);
    /// ```
    pub fn map<K: Into<Self>, V: Into<Self>>(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        Self::Map(entries.into_iter().map(|(k, v)| (k.into(), v.into())).collect())
    }

    /// The record of `fields`; order does not matter. Of a repeated name the last field counts.
    ///
    /// ITF has no way to write every record: one of just a string `tag` and a `value` reads back as a
    /// [variant](Self::variant), and one with a name that begins with `#` as something else, or not at all.
    ///
    /// ```
    /// # use itf::Value;
    /// assert_eq!(Value::record([("x", 1)]).to_string(), "{ x: 1 }");
    /// ```
    pub fn record<K: AsRef<str>, V: Into<Self>>(fields: impl IntoIterator<Item = (K, V)>) -> Self {
        Self::Record(fields.into_iter().collect())
    }

    /// The element `tag(payload)` of a sum type.
    ///
    /// ```
    /// # use itf::Value;
    /// assert_eq!(Value::variant("Some", 1).to_string(), "Some(1)");
    /// ```
    pub fn variant(tag: impl AsRef<str>, payload: impl Into<Self>) -> Self {
        Self::Variant(Variant::new(tag.as_ref(), payload.into()))
    }

    /// The unit value in its most common encoding, the empty tuple.
    ///
    /// ```
    /// # use itf::Value;
    /// assert!(Value::unit().is_unit());
    /// ```
    pub fn unit() -> Self {
        Self::tuple::<Self>([])
    }

    /// Whether this is unit in any of its encodings: `{"#tup": []}`, `{}` or `null`.
    ///
    /// ```
    /// # use itf::Value;
    /// assert!(Value::Null.is_unit() && !Value::from(0).is_unit());
    /// ```
    pub fn is_unit(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Tuple(t) => t.is_empty(),
            Self::Record(r) => r.is_empty(),
            _ => false,
        }
    }

    /// This value with every unit in it in one encoding, so that traces of different tools compare.
    ///
    /// ```
    /// # use itf::Value;
    /// let theirs = Value::variant("None", Value::Null);
    /// assert_eq!(theirs.unified(), Value::variant("None", Value::unit()));
    /// ```
    #[must_use]
    pub fn unified(&self) -> Self {
        if self.is_unit() {
            return Self::unit();
        }
        match self {
            Self::List(l) => Self::List(l.iter().map(Self::unified).collect()),
            Self::Tuple(t) => Self::Tuple(t.iter().map(Self::unified).collect()),
            Self::Set(s) => Self::Set(s.iter().map(Self::unified).collect()),
            Self::Map(m) => Self::Map(m.iter().map(|(k, v)| (k.unified(), v.unified())).collect()),
            Self::Record(r) => Self::Record(r.map_values(|_, v| v.unified())),
            Self::Variant(v) => Self::Variant(Variant::new(v.tag(), v.payload().unified())),
            other => other.clone(),
        }
    }

    /// What kind of value this is, as one word for messages.
    ///
    /// ```
    /// # use itf::Value;
    /// assert_eq!(Value::set([1]).kind(), "set");
    /// ```
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Int(_) => "integer",
            Self::Str(_) => "string",
            Self::Tuple(_) => "tuple",
            Self::List(_) => "list",
            Self::Set(_) => "set",
            Self::Map(_) => "map",
            Self::Record(_) => "record",
            Self::Variant(_) => "variant",
            Self::Unserializable(_) => "unserializable",
            Self::Opaque(_) => "opaque JSON",
        }
    }

    /// The text of a string value.
    ///
    /// ```
    /// # use itf::Value;
    /// assert_eq!(Value::from("a").as_str(), Some("a"));
    /// ```
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(s) => Some(s),
            _ => None,
        }
    }

    /// The number, if this is an integer that fits.
    ///
    /// ```
    /// # use itf::Value;
    /// assert_eq!(Value::from(-3).as_i64(), Some(-3));
    /// ```
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(n) => n.as_i64(),
            _ => None,
        }
    }

    /// The integer, if this is one.
    ///
    /// ```
    /// # use itf::{Int, Value};
    /// assert_eq!(Value::from(-3).as_int(), Some(&Int::from(-3)));
    /// ```
    pub fn as_int(&self) -> Option<&Int> {
        match self {
            Self::Int(n) => Some(n),
            _ => None,
        }
    }

    /// The truth value of a boolean.
    ///
    /// ```
    /// # use itf::Value;
    /// assert_eq!(Value::from(true).as_bool(), Some(true));
    /// ```
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The record, if this is one.
    ///
    /// ```
    /// # use itf::Value;
    /// assert!(Value::record([("x", 1)]).as_record().is_some());
    /// ```
    pub fn as_record(&self) -> Option<&Record> {
        match self {
            Self::Record(r) => Some(r),
            _ => None,
        }
    }

    /// The set, if this is one.
    ///
    /// ```
    /// # use itf::Value;
    /// assert_eq!(Value::set([1, 2]).as_set().map(|s| s.len()), Some(2));
    /// ```
    pub fn as_set(&self) -> Option<&Set> {
        match self {
            Self::Set(s) => Some(s),
            _ => None,
        }
    }

    /// The map, if this is one.
    ///
    /// ```
    /// # use itf::Value;
    /// assert_eq!(Value::map([(1, 2)]).as_map().map(|m| m.len()), Some(1));
    /// ```
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Self::Map(m) => Some(m),
            _ => None,
        }
    }

    /// The variant, if this is one.
    ///
    /// ```
    /// # use itf::Value;
    /// assert_eq!(Value::variant("None", Value::unit()).as_variant().unwrap().tag(), "None");
    /// ```
    pub fn as_variant(&self) -> Option<&Variant> {
        match self {
            Self::Variant(v) => Some(v),
            _ => None,
        }
    }

    /// The list, if this is one.
    ///
    /// ```
    /// # use itf::Value;
    /// assert_eq!(Value::list([1, 2]).as_list().map(|l| l.len()), Some(2));
    /// ```
    pub fn as_list(&self) -> Option<&List> {
        match self {
            Self::List(l) => Some(l),
            _ => None,
        }
    }

    /// The tuple, if this is one.
    ///
    /// ```
    /// # use itf::Value;
    /// assert_eq!(Value::tuple([1, 2]).as_tuple().map(|t| t.len()), Some(2));
    /// ```
    pub fn as_tuple(&self) -> Option<&Tuple> {
        match self {
            Self::Tuple(t) => Some(t),
            _ => None,
        }
    }

    /// The items of a list or tuple, in order.
    ///
    /// ```
    /// # use itf::Value;
    /// assert_eq!(Value::tuple([1, 2]).items().map(<[_]>::len), Some(2));
    /// ```
    pub fn items(&self) -> Option<&[Self]> {
        match self {
            Self::List(l) => Some(l),
            Self::Tuple(t) => Some(t),
            _ => None,
        }
    }

    /// Whether this is a node that nobody else holds.
    fn is_alone(&self) -> bool {
        match self {
            Self::Null | Self::Bool(_) => false,
            Self::Int(n) => n.is_alone(),
            Self::Str(s) | Self::Unserializable(s) | Self::Opaque(s) => s.is_alone(),
            Self::Tuple(t) => t.is_alone(),
            Self::List(l) => l.is_alone(),
            Self::Set(s) => s.is_alone(),
            Self::Map(m) => m.is_alone(),
            Self::Record(r) => r.is_alone(),
            Self::Variant(v) => v.is_alone(),
        }
    }

    /// Whether the value is a few leaves: walking through it takes constant time.
    pub(crate) fn is_small(&self) -> bool {
        node::is_small(self.structural_hash())
    }

    /// The structural hash: equal values have equal hashes, in any order their sets were written. Different in every
    /// process, so that no input can be made to collide; never store it.
    pub(crate) fn structural_hash(&self) -> u64 {
        use node::{kind, mix, weighed, weight};
        match self {
            Self::Null => weighed(mix(kind::NULL, 0), 1),
            Self::Bool(b) => weighed(mix(kind::BOOL, u64::from(*b)), 1),
            Self::Int(n) => n.structural_hash(),
            Self::Str(s) => s.structural_hash(),
            Self::Tuple(t) => t.structural_hash(),
            Self::List(l) => l.structural_hash(),
            Self::Set(s) => s.structural_hash(),
            Self::Map(m) => m.structural_hash(),
            Self::Record(r) => r.structural_hash(),
            Self::Variant(v) => v.structural_hash(),
            Self::Unserializable(s) => {
                weighed(mix(kind::UNSERIALIZABLE, s.structural_hash()), weight(s.structural_hash()))
            }
            Self::Opaque(s) => weighed(mix(kind::OPAQUE, s.structural_hash()), weight(s.structural_hash())),
        }
    }
}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.structural_hash());
    }
}

/// Quint notation on one line: `Set({ name: "lock", value: ("genesis", 0) })`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::render::write_value(f, self)
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

macro_rules! value_from {
    ($($from:ty => $variant:ident($make:expr)),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from(from: $from) -> Self {
                Self::$variant($make(from))
            }
        }
    )*};
}

value_from! {
    bool => Bool(std::convert::identity),
    i8 => Int(Int::from),
    i16 => Int(Int::from),
    i32 => Int(Int::from),
    i64 => Int(Int::from),
    u8 => Int(Int::from),
    u16 => Int(Int::from),
    u32 => Int(Int::from),
    u64 => Int(Int::from),
    usize => Int(Int::from),
    i128 => Int(Int::from),
    u128 => Int(Int::from),
    Int => Int(std::convert::identity),
    &str => Str(Str::from),
    &String => Str(Str::from),
    String => Str(Str::from),
    Str => Str(std::convert::identity),
    List => List(std::convert::identity),
    Tuple => Tuple(std::convert::identity),
    Set => Set(std::convert::identity),
    Map => Map(std::convert::identity),
    Record => Record(std::convert::identity),
    Variant => Variant(std::convert::identity),
}

impl From<&Self> for Value {
    fn from(from: &Self) -> Self {
        from.clone()
    }
}

/// Auto traits and the size are part of the promise of [`Value`].
const _: () = {
    const fn send_sync<T: Send + Sync + Clone>() {}
    send_sync::<Value>();
    assert!(size_of::<Value>() == 16);
};
