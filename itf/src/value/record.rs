//! Records: values by field name.

use std::fmt;

use triomphe::{Arc, ThinArc};

use super::node::{fold, kind, mix};
use super::{Str, Value};

/// A record; its fields ascend by name. Records with the same field names share the list of names.
#[derive(Clone)]
pub struct Record(ThinArc<RecordHeader, Value>);

struct RecordHeader {
    hash: u64,
    shape: Shape,
}

/// The field names of a record, ascending.
#[derive(Clone)]
pub(crate) struct Shape(Arc<ShapeNode>);

struct ShapeNode {
    hash: u64,
    names: Box<[Str]>,
}

/// Up to how many names each is looked at.
const FEW: usize = 16;

impl Shape {
    /// The shape of `names`, which are different and ascend.
    pub(super) fn new(names: Vec<Str>) -> Self {
        let start = mix(kind::RECORD, names.len() as u64);
        let hash = names.iter().fold(start, |h, n| mix(h, n.structural_hash()));
        Self(Arc::new(ShapeNode { hash, names: names.into() }))
    }

    pub(crate) fn names(&self) -> &[Str] {
        &self.0.names
    }

    fn position(&self, name: &str) -> Option<usize> {
        // Most records have few fields: looking at each is faster than halving.
        match self.names() {
            few if few.len() <= FEW => few.iter().position(|n| n.as_str() == name),
            many => many.binary_search_by(|n| n.as_str().cmp(name)).ok(),
        }
    }
}

impl PartialEq for Shape {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || (self.0.hash == other.0.hash && self.0.names == other.0.names)
    }
}

impl Record {
    pub(super) fn hash_of(shape: &Shape, values: &[Value]) -> u64 {
        fold(shape.0.hash, values)
    }

    pub(super) fn with_hash(hash: u64, shape: Shape, values: impl ExactSizeIterator<Item = Value>) -> Self {
        Self(ThinArc::from_header_and_iter(RecordHeader { hash, shape }, values))
    }

    pub(super) fn structural_hash(&self) -> u64 {
        self.0.header.header.hash
    }

    pub(super) fn is_alone(&self) -> bool {
        ThinArc::strong_count(&self.0) == 1
    }

    pub(super) fn same(&self, other: &Self) -> bool {
        self.0.ptr() == other.0.ptr()
    }

    pub(crate) fn shape(&self) -> &Shape {
        &self.0.header.header.shape
    }

    /// The values, in the order of [`Record::names`].
    ///
    /// ```
    /// # use itf::{Record, Value};
    /// let r = Record::from_iter([("b", 2), ("a", 1)]);
    /// assert_eq!(r.values(), [Value::from(1), Value::from(2)]);
    /// ```
    pub fn values(&self) -> &[Value] {
        &self.0.slice
    }

    /// The field names, ascending.
    ///
    /// ```
    /// # use itf::Record;
    /// assert_eq!(Record::from_iter([("b", 2), ("a", 1)]).names(), ["a", "b"]);
    /// ```
    pub fn names(&self) -> &[Str] {
        self.shape().names()
    }

    /// The number of fields.
    ///
    /// ```
    /// # use itf::Record;
    /// assert_eq!(Record::from_iter([("a", 1)]).len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.values().len()
    }

    /// Whether there is no field.
    ///
    /// ```
    /// # use itf::Record;
    /// assert!(Record::default().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.values().is_empty()
    }

    /// The value of the field `name`.
    ///
    /// ```
    /// # use itf::{Record, Value};
    /// assert_eq!(Record::from_iter([("a", 1)]).get("a"), Some(&Value::from(1)));
    /// ```
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.shape().position(name).map(|at| &self.values()[at])
    }

    /// The fields, ascending by name.
    ///
    /// ```
    /// # use itf::Record;
    /// let r = Record::from_iter([("b", 2), ("a", 1)]);
    /// let text: Vec<String> = r.iter().map(|(name, value)| format!("{name}={value}")).collect();
    /// assert_eq!(text, ["a=1", "b=2"]);
    /// ```
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Str, &Value)> + Clone {
        self.names().iter().zip(self.values())
    }

    /// This record with `value` in the field `name`, which is added if there is none.
    ///
    /// ```
    /// # use itf::{Record, Value};
    /// let r = Record::from_iter([("a", 1)]).with("b", Value::from(2));
    /// assert_eq!(r, Record::from_iter([("a", 1), ("b", 2)]));
    /// ```
    #[must_use]
    pub fn with(&self, name: &str, value: Value) -> Self {
        if self.shape().position(name).is_some() {
            return self.map_values(|n, v| if n.as_str() == name { value.clone() } else { v.clone() });
        }
        self.iter().map(|(n, v)| (n.clone(), v.clone())).chain([(Str::from(name), value)]).collect()
    }

    /// This record without the field `name`.
    ///
    /// ```
    /// # use itf::Record;
    /// assert!(Record::from_iter([("a", 1)]).without("a").is_empty());
    /// ```
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        self.iter().filter(|(n, _)| n.as_str() != name).map(|(n, v)| (n.clone(), v.clone())).collect()
    }

    /// The record with the same fields and the values that `f` gives for them.
    ///
    /// ```
    /// # use itf::{Record, Value};
    /// let r = Record::from_iter([("a", 1)]).map_values(|_, _| Value::from("x"));
    /// assert_eq!(r, Record::from_iter([("a", "x")]));
    /// ```
    #[must_use]
    pub fn map_values(&self, mut f: impl FnMut(&Str, &Value) -> Value) -> Self {
        let values: Vec<Value> = self.iter().map(|(n, v)| f(n, v)).collect();
        let shape = self.shape().clone();
        Self::with_hash(Self::hash_of(&shape, &values), shape, values.into_iter())
    }
}

/// Whether every name comes before the next.
pub(super) fn ascends(names: &[Str]) -> bool {
    names.windows(2).all(|pair| pair[0] < pair[1])
}

impl<K: AsRef<str>, V: Into<Value>> FromIterator<(K, V)> for Record {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(fields: I) -> Self {
        let mut fields: Vec<(Str, Value)> =
            fields.into_iter().map(|(k, v)| (Str::from(k.as_ref()), v.into())).collect();
        fields.sort_by(|a, b| a.0.cmp(&b.0));
        // Of equal names the last counts: the sort is stable, so keep the last of each run.
        fields.dedup_by(|next, kept| {
            next.0 == kept.0 && {
                std::mem::swap(next, kept);
                true
            }
        });
        let (names, values): (Vec<Str>, Vec<Value>) = fields.into_iter().unzip();
        let shape = Shape::new(names);
        Self::with_hash(Self::hash_of(&shape, &values), shape, values.into_iter())
    }
}

impl Default for Record {
    fn default() -> Self {
        Self::from_iter::<[(&str, Value); 0]>([])
    }
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.same(other)
            || (self.structural_hash() == other.structural_hash()
                && self.shape() == other.shape()
                && self.values() == other.values())
    }
}

impl Eq for Record {}

impl std::hash::Hash for Record {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_u64(self.structural_hash());
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Value::Record(self.clone()), f)
    }
}

/// The fields, ascending by name.
///
/// ```
/// # use itf::Record;
/// for (name, value) in &Record::from_iter([("a", 1)]) {
///     assert_eq!(format!("{name}={value}"), "a=1");
/// }
/// ```
impl<'a> IntoIterator for &'a Record {
    type Item = (&'a Str, &'a Value);
    type IntoIter = std::iter::Zip<std::slice::Iter<'a, Str>, std::slice::Iter<'a, Value>>;

    fn into_iter(self) -> Self::IntoIter {
        self.names().iter().zip(self.values())
    }
}
