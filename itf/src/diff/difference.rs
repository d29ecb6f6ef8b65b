//! What two values differ in: operations, each at a typed path.

use std::fmt;

use crate::path::{Path, Segment};
use crate::value::Value;

/// One difference between two values, or two states: what became of the value at a path.
///
/// ```
/// use itf::{Value, diff::diff_values};
/// let diff = diff_values(&Value::record([("x", 1)]), &Value::record([("x", 2)]));
/// assert_eq!(diff.differences[0].to_string(), "x: 1 → 2");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Difference {
    /// Where. An element that was removed from or added to a set is at `{}` of that set, an item removed from a list at
    /// its position before, one added at its position after.
    pub path: Path,
    /// What.
    pub change: Change,
}

/// What became of a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Change {
    /// It is another one.
    Replaced {
        /// The value before.
        old: Value,
        /// The value after.
        new: Value,
    },
    /// It is gone: an element, an item, an entry, a field, a variable.
    Removed {
        /// The value before.
        old: Value,
    },
    /// It is new.
    Added {
        /// The value after.
        new: Value,
    },
    /// An entry of the map at the path has another key and the same value.
    Renamed {
        /// The key before.
        old: Value,
        /// The key after.
        new: Value,
    },
}

impl Difference {
    /// The difference that leads back.
    ///
    /// ```
    /// use itf::{Value, diff::diff_values};
    /// let (a, b) = (Value::list([1, 2]), Value::list([2]));
    /// assert_eq!(diff_values(&a, &b).differences[0].reversed(), diff_values(&b, &a).differences[0]);
    /// ```
    #[must_use]
    pub fn reversed(&self) -> Self {
        let path = self.path.segments().iter().cloned().map(|segment| match segment {
            Segment::Item { old, new } => Segment::Item { old: new, new: old },
            Segment::Member { old, new, by } => Segment::Member { old: new, new: old, by },
            other => other,
        });
        let change = match self.change.clone() {
            Change::Replaced { old, new } => Change::Replaced { old: new, new: old },
            Change::Removed { old } => Change::Added { new: old },
            Change::Added { new } => Change::Removed { old: new },
            Change::Renamed { old, new } => Change::Renamed { old: new, new: old },
        };
        Self { path: path.collect(), change }
    }
}

/// One line in Quint's notation: `+ path: value`, `- path: value`, `path: old → new`.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.change {
            Change::Replaced { old, new } => write!(f, "{path}: {old} → {new}"),
            Change::Removed { old } => write!(f, "- {path}: {old}"),
            Change::Added { new } => write!(f, "+ {path}: {new}"),
            Change::Renamed { old, new } => write!(f, "{path}: key {old} → key {new}"),
        }
    }
}

/// What two values differ in: made by [`diff_values`](super::diff_values).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ValueDiff {
    /// The differences, outermost and first fields, keys and positions first.
    pub differences: Vec<Difference>,
    /// Where there was too much to compare every element with every other, so that elements were paired by what they
    /// have in common: right, but perhaps not the shortest account.
    pub approximate: Vec<Path>,
    /// Where values nest too deep to be compared further down.
    pub too_deep: Vec<Path>,
}

impl ValueDiff {
    /// Whether the values are equal.
    ///
    /// ```
    /// use itf::{Value, diff::diff_values};
    /// assert!(diff_values(&Value::set([1, 2]), &Value::set([2, 1])).is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.differences.is_empty()
    }

    /// The differences that lead back.
    ///
    /// ```
    /// use itf::{Value, diff::diff_values};
    /// let (a, b) = (Value::set([1, 2]), Value::set([2, 3]));
    /// assert_eq!(diff_values(&a, &b).reversed().apply(&b), Ok(a));
    /// ```
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self {
            differences: self.differences.iter().map(Difference::reversed).collect(),
            approximate: self.approximate.clone(),
            too_deep: self.too_deep.clone(),
        }
    }
}
