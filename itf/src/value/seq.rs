//! Lists, tuples and sets.

use std::fmt;
use std::ops::Deref;

use super::Value;
use super::node::{Node, hash_items, kind};

macro_rules! sequence {
    ($(#[$doc:meta])* $name:ident, $kind:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq)]
        pub struct $name(Node);

        impl $name {
            pub(super) fn structural_hash(&self) -> u64 {
                self.0.hash()
            }

            pub(super) fn hash_of(items: &[Value]) -> u64 {
                hash_items($kind, items)
            }

            /// The node of items that are already in their order, with the hash [`Self::hash_of`] them.
            pub(super) fn with_hash(hash: u64, items: impl ExactSizeIterator<Item = Value>) -> Self {
                Self(Node::new(hash, items))
            }

            pub(super) fn is_alone(&self) -> bool {
                self.0.is_alone()
            }

            pub(super) fn same(&self, other: &Self) -> bool {
                self.0.same(&other.0)
            }
        }

        impl Eq for $name {}

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                state.write_u64(self.structural_hash());
            }
        }

        /// Without items.
        impl Default for $name {
            fn default() -> Self {
                [].into_iter().collect()
            }
        }

        impl Deref for $name {
            type Target = [Value];

            fn deref(&self) -> &[Value] {
                self.0.items()
            }
        }

        impl<'a> IntoIterator for &'a $name {
            type Item = &'a Value;
            type IntoIter = std::slice::Iter<'a, Value>;

            fn into_iter(self) -> Self::IntoIter {
                self.iter()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&Value::$name(self.clone()), f)
            }
        }
    };
}

sequence! {
    /// A list; dereferences to the slice of its items.
    List, kind::LIST
}

sequence! {
    /// A tuple; dereferences to the slice of its items.
    Tuple, kind::TUPLE
}

sequence! {
    /// A set; dereferences to the slice of its elements, which are different and ascend.
    Set, kind::SET
}

impl FromIterator<Value> for List {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        let items: Vec<Value> = items.into_iter().collect();
        Self::with_hash(Self::hash_of(&items), items.into_iter())
    }
}

impl FromIterator<Value> for Tuple {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        let items: Vec<Value> = items.into_iter().collect();
        Self::with_hash(Self::hash_of(&items), items.into_iter())
    }
}

impl FromIterator<Value> for Set {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        let mut items: Vec<Value> = items.into_iter().collect();
        items.sort();
        items.dedup();
        Self::with_hash(Self::hash_of(&items), items.into_iter())
    }
}

impl Set {
    /// Whether `value` is an element; takes O(log n) comparisons.
    ///
    /// ```
    /// # use itf::{Set, Value};
    /// let s: Set = [1, 2].map(Value::from).into_iter().collect();
    /// assert!(s.has(&Value::from(2)));
    /// ```
    pub fn has(&self, value: &Value) -> bool {
        self.binary_search(value).is_ok()
    }

    /// The elements that are in this set and not in `other`, ascending.
    ///
    /// ```
    /// # use itf::Value;
    /// let (a, b) = (Value::set([1, 2, 3]), Value::set([2]));
    /// let left: Vec<_> = a.as_set().unwrap().difference(b.as_set().unwrap()).collect();
    /// assert_eq!(left, [&Value::from(1), &Value::from(3)]);
    /// ```
    pub fn difference<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a Value> {
        self.iter().filter(|v| !other.has(v))
    }

    /// The set of the elements of both.
    ///
    /// ```
    /// # use itf::Value;
    /// let (a, b) = (Value::set([1]), Value::set([2]));
    /// assert_eq!(a.as_set().unwrap().union(b.as_set().unwrap()).len(), 2);
    /// ```
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.iter().chain(other.iter()).cloned().collect()
    }

    /// The set of the elements that are in both.
    ///
    /// ```
    /// # use itf::Value;
    /// let (a, b) = (Value::set([1, 2]), Value::set([2, 3]));
    /// assert_eq!(Value::from(a.as_set().unwrap().intersection(b.as_set().unwrap())), Value::set([2]));
    /// ```
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.iter().filter(|v| other.has(v)).cloned().collect()
    }

    /// Whether no element is in both.
    ///
    /// ```
    /// # use itf::Value;
    /// assert!(Value::set([1]).as_set().unwrap().is_disjoint(Value::set([2]).as_set().unwrap()));
    /// ```
    pub fn is_disjoint(&self, other: &Self) -> bool {
        self.iter().all(|v| !other.has(v))
    }

    /// This set and `value`.
    ///
    /// ```
    /// # use itf::Value;
    /// let s = Value::set([1]).as_set().unwrap().with(Value::from(2));
    /// assert_eq!(Value::from(s), Value::set([1, 2]));
    /// ```
    #[must_use]
    pub fn with(&self, value: Value) -> Self {
        self.iter().cloned().chain([value]).collect()
    }

    /// This set without `value`.
    ///
    /// ```
    /// # use itf::Value;
    /// let s = Value::set([1, 2]).as_set().unwrap().without(&Value::from(2));
    /// assert_eq!(Value::from(s), Value::set([1]));
    /// ```
    #[must_use]
    pub fn without(&self, value: &Value) -> Self {
        self.iter().filter(|v| *v != value).cloned().collect()
    }

    /// Whether every element of this set is in `other`.
    ///
    /// ```
    /// # use itf::Value;
    /// assert!(Value::set([1]).as_set().unwrap().is_subset(Value::set([1, 2]).as_set().unwrap()));
    /// ```
    pub fn is_subset(&self, other: &Self) -> bool {
        self.iter().all(|v| other.has(v))
    }
}
