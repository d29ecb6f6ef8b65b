//! What nodes share: their hash, and how hashes are mixed.

use std::sync::LazyLock;

use rapidhash::v3::{RapidSecrets, rapidhash_v3_micro_inline};
use triomphe::ThinArc;

use super::Value;

/// Keeps hashes of different kinds of value apart.
pub(super) mod kind {
    pub(crate) const NULL: u64 = 1;
    pub(crate) const BOOL: u64 = 2;
    pub(crate) const INT: u64 = 3;
    pub(crate) const TUPLE: u64 = 4;
    pub(crate) const LIST: u64 = 5;
    pub(crate) const SET: u64 = 6;
    pub(crate) const MAP: u64 = 7;
    pub(crate) const RECORD: u64 = 8;
    pub(crate) const VARIANT: u64 = 9;
    pub(crate) const UNSERIALIZABLE: u64 = 10;
    pub(crate) const OPAQUE: u64 = 11;
}

/// Drawn once a process: an input cannot be built to make hashes collide.
static SECRETS: LazyLock<RapidSecrets> = LazyLock::new(RapidSecrets::random);
static SEED: LazyLock<u64> = LazyLock::new(|| hash_bytes(b"seed of mix") | 1);

/// The hash of a run of bytes.
pub(crate) fn hash_bytes(bytes: &[u8]) -> u64 {
    rapidhash_v3_micro_inline::<true, true>(bytes, &SECRETS)
}

/// Folds `x` into the hash `h` (multiply and fold, as in wyhash).
pub(crate) fn mix(h: u64, x: u64) -> u64 {
    let product = u128::from(h ^ *SEED) * u128::from(x ^ 0x9e37_79b9_7f4a_7c15);
    #[expect(clippy::cast_possible_truncation, reason = "folding the two halves is the point")]
    let folded = (product as u64) ^ ((product >> 64) as u64);
    folded.wrapping_add(h.rotate_left(23))
}

/// Bits of a structural hash in which no table looks first: the weight of the value, which is as much a function of its
/// content as the others.
const WEIGHT: u64 = 0xff << WEIGHT_SHIFT;
const WEIGHT_SHIFT: u32 = 48;
/// The weight up to which a value is small.
const SMALL: u64 = 24;

/// The structural hash of a value of this weight, which is about the number of words it takes.
pub(super) fn weighed(hash: u64, weight: u64) -> u64 {
    (hash & !WEIGHT) | (weight.min(0xff) << WEIGHT_SHIFT)
}

pub(super) fn weight(structural_hash: u64) -> u64 {
    (structural_hash & WEIGHT) >> WEIGHT_SHIFT
}

/// Whether a value is small: comparing it with an equal one takes constant time.
pub(super) fn is_small(structural_hash: u64) -> bool {
    weight(structural_hash) <= SMALL
}

/// The structural hash of a sequence of values of one kind.
pub(super) fn hash_items(kind: u64, items: &[Value]) -> u64 {
    fold(mix(kind, items.len() as u64), items)
}

/// The structural hash of what is told by `start` and `items`.
pub(super) fn fold(start: u64, items: &[Value]) -> u64 {
    let mut total = 1;
    let hash = items.iter().fold(start, |hash, value| {
        let item = value.structural_hash();
        total += weight(item);
        mix(hash, item)
    });
    weighed(hash, total)
}

/// A shared node: the structural hash, then the values it holds.
#[derive(Clone)]
pub(super) struct Node(ThinArc<u64, Value>);

impl Node {
    pub(super) fn new(hash: u64, items: impl ExactSizeIterator<Item = Value>) -> Self {
        Self(ThinArc::from_header_and_iter(hash, items))
    }

    pub(super) fn hash(&self) -> u64 {
        self.0.header.header
    }

    pub(super) fn items(&self) -> &[Value] {
        &self.0.slice
    }

    /// Whether nobody else holds the node.
    pub(super) fn is_alone(&self) -> bool {
        ThinArc::strong_count(&self.0) == 1
    }

    pub(super) fn same(&self, other: &Self) -> bool {
        self.0.ptr() == other.0.ptr()
    }
}

/// The same node, or else equal content: values read through one store never get to the second question.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.same(other) || (self.hash() == other.hash() && self.items() == other.items())
    }
}

/// Whether two values are equal, and their integers are written alike: as JSON numbers, or as `#bigint`. What such an
/// integer is decoded to where the type is not known beforehand depends on that.
pub(super) fn is_alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a == b && a.is_plain() == b.is_plain(),
        (Value::Tuple(a), Value::Tuple(b)) => a.same(b) || are_alike(a, b),
        (Value::List(a), Value::List(b)) => a.same(b) || are_alike(a, b),
        (Value::Set(a), Value::Set(b)) => a.same(b) || are_alike(a, b),
        (Value::Map(a), Value::Map(b)) => a.same(b) || are_alike(a.flat(), b.flat()),
        (Value::Record(a), Value::Record(b)) => {
            a.same(b) || (a.shape() == b.shape() && are_alike(a.values(), b.values()))
        }
        (Value::Variant(a), Value::Variant(b)) => are_alike(a.items(), b.items()),
        _ => a == b,
    }
}

/// Whether values are [alike](is_alike), one by one. Where hashes differ, none is looked into.
pub(super) fn are_alike(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| a.structural_hash() == b.structural_hash() && is_alike(a, b))
}
