//! The order in which one schedule is simpler than another of the same length.

use std::collections::HashSet;

use itf::Value;

use super::Simplest;
use super::fields::{Field, fields};
use crate::Action;

/// Smaller is simpler; the fields count in this order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Measure {
    actors: usize,
    switches: usize,
    size: u128,
    names: Vec<usize>,
}

impl Measure {
    /// Of the fields that are chosen.
    pub(super) fn of(calls: &[Action], simplest: &Simplest, free: &dyn Fn(&Action, &Field) -> bool) -> Self {
        let actors: Vec<String> = calls.iter().map(|call| simplest.actor(call)).collect();
        let size = calls
            .iter()
            .flat_map(|call| fields(call).into_iter().filter(|field| free(call, field)))
            .fold(0_u128, |sum, field| sum.saturating_add(size(&field.value)));
        Self {
            switches: actors.windows(2).filter(|pair| pair[0] != pair[1]).count(),
            actors: actors.iter().collect::<HashSet<_>>().len(),
            size,
            names: simplest.names.ranks(calls, free),
        }
    }
}

/// Elements, and the distance of numbers from zero; of two that are as far, the positive one is smaller.
fn size(value: &Value) -> u128 {
    let sum = |sizes: &mut dyn Iterator<Item = u128>| sizes.fold(1_u128, u128::saturating_add);
    match value {
        Value::Int(int) => match int.as_i64() {
            Some(n) => 2 * u128::from(n.unsigned_abs()) + u128::from(n < 0),
            None => u128::MAX,
        },
        Value::Set(set) => sum(&mut set.iter().map(size)),
        Value::Map(map) => sum(&mut map.iter().map(|(k, v)| size(k).saturating_add(size(v)))),
        Value::Record(record) => sum(&mut record.values().iter().map(size)),
        Value::Variant(variant) => sum(&mut std::iter::once(size(variant.payload()))),
        Value::Bool(true) => 1,
        other => other.items().map_or(0, |items| sum(&mut items.iter().map(size))),
    }
}
