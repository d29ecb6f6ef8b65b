//! Maps with any value as key.

use std::fmt;

use super::node::{Node, hash_items, kind};
use super::{Set, Value};

/// A map; its entries ascend by key.
///
/// A trace may repeat a key (one converter of a lossy format does): both entries are kept, [`Map::get`] gives the first.
#[derive(Clone, PartialEq)]
pub struct Map(Node);

impl Map {
    /// The hash of entries laid out as key, value, key, value, …
    pub(super) fn hash_of(flat: &[Value]) -> u64 {
        hash_items(kind::MAP, flat)
    }

    pub(super) fn with_hash(hash: u64, flat: impl ExactSizeIterator<Item = Value>) -> Self {
        Self(Node::new(hash, flat))
    }

    pub(crate) fn flat(&self) -> &[Value] {
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

    /// The number of entries.
    ///
    /// ```
    /// # use itf::{Map, Value};
    /// assert_eq!(Map::from_iter([(Value::from(1), Value::from(2))]).len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.flat().len() / 2
    }

    /// Whether there is no entry.
    ///
    /// ```
    /// # use itf::Map;
    /// assert!(Map::from_iter([]).is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.flat().is_empty()
    }

    /// The entries, ascending by key.
    ///
    /// ```
    /// # use itf::Value;
    /// let m = Value::map([(2, "b"), (1, "a")]);
    /// let keys: Vec<_> = m.as_map().unwrap().iter().map(|(k, _)| k.as_i64()).collect();
    /// assert_eq!(keys, [Some(1), Some(2)]);
    /// ```
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Value, &Value)> + Clone {
        self.flat().chunks_exact(2).map(|pair| (&pair[0], &pair[1]))
    }

    /// The value at `key`; takes O(log n) comparisons.
    ///
    /// ```
    /// # use itf::Value;
    /// let m = Value::map([("a", 1)]);
    /// assert_eq!(m.as_map().unwrap().get(&Value::from("a")), Some(&Value::from(1)));
    /// ```
    pub fn get(&self, key: &Value) -> Option<&Value> {
        let (pairs, _) = self.flat().as_chunks::<2>();
        let at = pairs.partition_point(|pair| pair[0] < *key);
        pairs.get(at).filter(|pair| pair[0] == *key).map(|pair| &pair[1])
    }

    /// The set of keys: the map's domain.
    ///
    /// ```
    /// # use itf::Value;
    /// assert_eq!(Value::from(Value::map([(1, 2)]).as_map().unwrap().keys()), Value::set([1]));
    /// ```
    pub fn keys(&self) -> Set {
        self.iter().map(|(k, _)| k.clone()).collect()
    }

    /// Whether there is an entry at `key`.
    ///
    /// ```
    /// # use itf::Value;
    /// assert!(Value::map([("a", 1)]).as_map().unwrap().has(&Value::from("a")));
    /// ```
    pub fn has(&self, key: &Value) -> bool {
        self.get(key).is_some()
    }

    /// The set of values: the map's range.
    ///
    /// ```
    /// # use itf::Value;
    /// assert_eq!(Value::from(Value::map([(1, 2), (3, 2)]).as_map().unwrap().values()), Value::set([2]));
    /// ```
    pub fn values(&self) -> Set {
        self.iter().map(|(_, v)| v.clone()).collect()
    }

    /// This map without what it has at `key`.
    ///
    /// ```
    /// # use itf::Value;
    /// assert!(Value::map([("a", 1)]).as_map().unwrap().without(&Value::from("a")).is_empty());
    /// ```
    #[must_use]
    pub fn without(&self, key: &Value) -> Self {
        self.iter().filter(|(k, _)| *k != key).map(|(k, v)| (k.clone(), v.clone())).collect()
    }

    /// This map with `value` at `key`.
    ///
    /// ```
    /// # use itf::Value;
    /// let m = Value::map([("a", 1)]);
    /// let m = m.as_map().unwrap().with(Value::from("a"), Value::from(2));
    /// assert_eq!(Value::from(m), Value::map([("a", 2)]));
    /// ```
    #[must_use]
    pub fn with(&self, key: Value, value: Value) -> Self {
        let rest = self.iter().filter(|(k, _)| **k != key).map(|(k, v)| (k.clone(), v.clone()));
        let mut entries: Vec<(Value, Value)> = rest.collect();
        entries.push((key, value));
        entries.into_iter().collect()
    }
}

impl Eq for Map {}

impl FromIterator<(Value, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (Value, Value)>>(entries: I) -> Self {
        let mut entries: Vec<(Value, Value)> = entries.into_iter().collect();
        entries.sort();
        entries.dedup();
        let flat: Vec<Value> = entries.into_iter().flat_map(|(k, v)| [k, v]).collect();
        Self::with_hash(Self::hash_of(&flat), flat.into_iter())
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Value::Map(self.clone()), f)
    }
}

impl std::hash::Hash for Map {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_u64(self.structural_hash());
    }
}

/// Without entries.
impl Default for Map {
    fn default() -> Self {
        [].into_iter().collect()
    }
}

/// The entries, ascending by key.
///
/// ```
/// # use itf::{Map, Value};
/// for (key, value) in &Map::from_iter([(Value::from(1), Value::from(2))]) {
///     assert!(key < value);
/// }
/// ```
impl<'a> IntoIterator for &'a Map {
    type Item = (&'a Value, &'a Value);
    type IntoIter = std::iter::Map<std::slice::Iter<'a, [Value; 2]>, fn(&'a [Value; 2]) -> Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.flat().as_chunks::<2>().0.iter().map(|[key, value]| (key, value))
    }
}
