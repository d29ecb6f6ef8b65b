//! Small nodes that were made lately.
//!
//! A trace in which everything differs has millions of small nodes, each of which is seen once; to look each up among all
//! would be a walk through main memory for nothing (measured: more than half of the time of reading such a trace). Two
//! small values are compared by content in constant time, so that equality needs no table of them; and what repeats does
//! so soon. Hence small nodes are looked up here, where all fits into the processor's cache, and those that fall out of it
//! are made again when they come again: once for each distinct large node that holds them, at the most.

use super::Value;

/// How many are remembered at most.
const MOST: usize = 1 << 12;

/// A slot of which nothing is remembered: `null` is held in place, and never here.
const EMPTY: (u64, Value) = (0, Value::Null);

/// A table in which the last of those that fall on one slot is found.
#[derive(Default)]
pub(super) struct Recent {
    /// As many as a power of two, or none.
    slots: Vec<(u64, Value)>,
    /// How many were remembered since the table has its size.
    inserted: usize,
}

impl Recent {
    pub(super) fn find(&self, hash: u64, is_it: impl Fn(&Value) -> bool) -> Option<&Value> {
        let (h, value) = self.slots.get(self.slot(hash))?;
        (*h == hash && is_it(value)).then_some(value)
    }

    pub(super) fn insert(&mut self, hash: u64, value: Value) {
        if self.inserted >= self.slots.len() && self.slots.len() < MOST {
            self.grow();
        }
        self.inserted += 1;
        let at = self.slot(hash);
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = (hash, value);
        }
    }

    /// Forgets those that nobody else holds; the number of those that stay.
    pub(super) fn sweep(&mut self) -> usize {
        let mut kept = 0;
        for slot in &mut self.slots {
            if slot.1.is_alone() {
                *slot = EMPTY;
            }
            kept += usize::from(slot.1 != Value::Null);
        }
        kept
    }

    #[expect(clippy::cast_possible_truncation, reason = "the low bits choose the slot")]
    fn slot(&self, hash: u64) -> usize {
        hash as usize & self.slots.len().wrapping_sub(1)
    }

    #[cold]
    fn grow(&mut self) {
        let slots = vec![EMPTY; (4 * self.slots.len()).clamp(64, MOST)];
        let old = std::mem::replace(self, Self { slots, inserted: 0 });
        for slot in old.slots {
            let at = self.slot(slot.0);
            if slot.1 != Value::Null {
                self.slots[at] = slot;
            }
        }
    }
}
