//! Elements of sum types.

use std::fmt;

use super::node::{Node, hash_items, kind};
use super::{Str, Value};

/// An element of a sum type: a tag and a payload.
#[derive(Clone, PartialEq)]
pub struct Variant(Node);

impl Variant {
    /// The element `tag(payload)`.
    ///
    /// ```
    /// # use itf::{Value, Variant};
    /// assert_eq!(Variant::new("Some", Value::from(1)).tag(), "Some");
    /// ```
    pub fn new(tag: &str, payload: Value) -> Self {
        let items = [Value::from(tag), payload];
        Self::with_hash(Self::hash_of(&items), items.into_iter())
    }

    /// The hash of the tag (a string) and the payload.
    pub(super) fn hash_of(items: &[Value]) -> u64 {
        hash_items(kind::VARIANT, items)
    }

    pub(super) fn with_hash(hash: u64, items: impl ExactSizeIterator<Item = Value>) -> Self {
        Self(Node::new(hash, items))
    }

    pub(super) fn items(&self) -> &[Value] {
        self.0.items()
    }

    pub(super) fn structural_hash(&self) -> u64 {
        self.0.hash()
    }

    pub(super) fn is_alone(&self) -> bool {
        self.0.is_alone()
    }

    pub(super) fn same(&self, other: &Self) -> bool {
        self.0.same(&other.0)
    }

    /// The tag.
    ///
    /// ```
    /// # use itf::{Value, Variant};
    /// assert_eq!(Variant::new("None", Value::unit()).tag(), "None");
    /// ```
    pub fn tag(&self) -> &Str {
        match &self.items()[0] {
            Value::Str(tag) => tag,
            _ => unreachable!("a variant is built from a string and a payload"),
        }
    }

    /// The payload; unit where the tag has none.
    ///
    /// ```
    /// # use itf::{Value, Variant};
    /// assert_eq!(Variant::new("Some", Value::from(1)).payload(), &Value::from(1));
    /// ```
    pub fn payload(&self) -> &Value {
        &self.items()[1]
    }
}

impl Eq for Variant {}

impl fmt::Debug for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Value::Variant(self.clone()), f)
    }
}
