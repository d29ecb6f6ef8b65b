//! Small numbers for items and states, so that the passes compare and hash numbers only.

use std::collections::HashMap;
use std::hash::Hash;

/// Stands for an item or a state; equal exactly when what it stands for is equal.
pub(crate) type Id = u32;

/// Gives out [`Id`]s in the order in which values are first seen.
#[derive(Debug)]
pub(crate) struct Interner<T> {
    ids: HashMap<T, Id>,
    values: Vec<T>,
}

impl<T: Clone + Eq + Hash> Interner<T> {
    pub(crate) fn new() -> Self {
        Interner { ids: HashMap::new(), values: Vec::new() }
    }

    pub(crate) fn id(&mut self, value: &T) -> Id {
        if let Some(&id) = self.ids.get(value) {
            return id;
        }
        let id = Id::try_from(self.values.len()).expect("fewer than 2^32 distinct values");
        self.ids.insert(value.clone(), id);
        self.values.push(value.clone());
        id
    }

    pub(crate) fn ids(&mut self, values: &[T]) -> Vec<Id> {
        values.iter().map(|v| self.id(v)).collect()
    }

    pub(crate) fn values(&self, ids: &[Id]) -> Vec<T> {
        ids.iter().map(|&id| self.value(id).clone()).collect()
    }

    pub(crate) fn value(&self, id: Id) -> &T {
        &self.values[id as usize]
    }
}
