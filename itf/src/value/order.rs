//! The total order of values, in which canonical output is written. A node is never compared with itself.

use std::cmp::Ordering;

use super::{List, Map, Record, Set, Tuple, Variant};

macro_rules! ordered {
    ($($name:ident: $by:expr),* $(,)?) => {$(
        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                if self.same(other) {
                    return Ordering::Equal;
                }
                let by: fn(&Self, &Self) -> Ordering = $by;
                by(self, other)
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }
    )*};
}

ordered! {
    List: |a, b| a.iter().cmp(b.iter()),
    Tuple: |a, b| a.iter().cmp(b.iter()),
    Set: |a, b| a.iter().cmp(b.iter()),
    Map: |a, b| a.flat().cmp(b.flat()),
    // Records of one shape are compared by content; of different shapes, by their names first.
    Record: |a, b| {
        let names = if a.shape() == b.shape() { Ordering::Equal } else { a.names().cmp(b.names()) };
        names.then_with(|| a.values().cmp(b.values()))
    },
    Variant: |a, b| a.items().cmp(b.items()),
}
