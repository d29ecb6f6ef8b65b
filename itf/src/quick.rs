//! A hasher for keys made of values: they bring a good, seeded hash of their own, which only has to be passed on.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hash, Hasher};

#[derive(Default, Clone, Copy)]
pub(crate) struct Quick(u64);

pub(crate) type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;

pub(crate) type QuickSet<K> = HashSet<K, BuildHasherDefault<Quick>>;

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.write_u64(crate::value::hash_bytes(bytes));
    }

    fn write_u8(&mut self, n: u8) {
        self.write_u64(u64::from(n));
    }

    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = crate::value::mix(self.0, n);
    }

    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }
}

/// Gives equal keys the same small number, new ones the next.
pub(crate) struct Numbering<K>(QuickMap<K, u32>);

impl<K: Hash + Eq> Numbering<K> {
    pub(crate) fn new() -> Self {
        Self(QuickMap::default())
    }

    pub(crate) fn number(&mut self, key: K) -> u32 {
        // More than 2^32 different keys do not fit into memory.
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        *self.0.entry(key).or_insert(next)
    }
}

pub(crate) fn hash_of(key: &impl Hash) -> u64 {
    let mut hasher = Quick::default();
    key.hash(&mut hasher);
    hasher.finish()
}
