//! The values an evaluation makes: each once, with its depth and size.

use std::hash::{BuildHasherDefault, Hasher};

use hashbrown::HashMap;

use crate::value::{Value, Variant};

/// Makes equal values the same node and knows how large they are, written out.
///
/// An expression can build in a hundred steps a value that shares so much that writing it out, or comparing it with its
/// like, would take 2^100 steps. Kept here, equal parts are one node and the sizes of the parts add up to that of the
/// whole, so that such a value is refused when it is made.
#[derive(Default)]
pub(crate) struct Pool {
    kept: HashMap<Value, Measure, ByHash>,
    /// Values from outside, and what they mean: units in one encoding.
    loaded: HashMap<Value, Value, ByHash>,
}

/// How large a value is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measure {
    pub(super) depth: usize,
    /// Its parts, itself among them, each as often as it occurs.
    pub(super) size: u64,
}

type ByHash = BuildHasherDefault<Given>;

/// Values know their hash.
#[derive(Default)]
pub(super) struct Given(u64);

impl Hasher for Given {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// So many values may be held before those of evaluations past are let go.
const MANY: usize = 1 << 20;

impl Pool {
    /// The node for `value`, whose parts are kept, and its measure.
    pub(super) fn keep(&mut self, value: Value) -> (Value, Measure) {
        let parts = match &value {
            Value::Tuple(items) => self.sum(items),
            Value::List(items) => self.sum(items),
            Value::Set(items) => self.sum(items),
            Value::Map(map) => self.sum(map.iter().flat_map(|(key, value)| [key, value])),
            Value::Record(record) => self.sum(record.values()),
            Value::Variant(variant) => self.sum([variant.payload()]),
            _ => return (value, Measure { depth: 1, size: 1 }),
        };
        if let Some((known, measure)) = self.kept.get_key_value(&value) {
            return (known.clone(), *measure);
        }
        let measure = Measure { depth: parts.depth + 1, size: parts.size.saturating_add(1) };
        self.kept.insert(value.clone(), measure);
        (value, measure)
    }

    fn sum<'a>(&self, parts: impl IntoIterator<Item = &'a Value>) -> Measure {
        let mut sum = Measure { depth: 0, size: 0 };
        for part in parts {
            let part = self.kept.get(part).copied().unwrap_or(Measure { depth: 1, size: 1 });
            sum = Measure { depth: sum.depth.max(part.depth), size: sum.size.saturating_add(part.size) };
        }
        sum
    }

    /// What a value of a state means: every unit in one encoding.
    pub(super) fn load(&mut self, value: &Value) -> Value {
        if value.is_unit() {
            return self.keep(Value::unit()).0;
        }
        if matches!(
            value,
            Value::Bool(_) | Value::Int(_) | Value::Str(_) | Value::Unserializable(_) | Value::Opaque(_)
        ) {
            return value.clone();
        }
        if let Some(loaded) = self.loaded.get(value) {
            return loaded.clone();
        }
        let made = match value {
            Value::List(l) => Value::List(l.iter().map(|v| self.load(v)).collect()),
            Value::Tuple(t) => Value::Tuple(t.iter().map(|v| self.load(v)).collect()),
            Value::Set(s) => Value::Set(s.iter().map(|v| self.load(v)).collect()),
            Value::Map(m) => Value::Map(m.iter().map(|(k, v)| (self.load(k), self.load(v))).collect()),
            Value::Record(r) => Value::Record(r.map_values(|_, v| self.load(v))),
            Value::Variant(v) => Value::Variant(Variant::new(v.tag(), self.load(v.payload()))),
            atom => atom.clone(),
        };
        // Nearly always nothing was to be done: then the node of the trace is kept, not another like it.
        let made = if made == *value { value.clone() } else { made };
        let loaded = self.keep(made).0;
        self.loaded.insert(value.clone(), loaded.clone());
        loaded
    }

    /// Between two evaluations: lets go what was made, if it became much.
    pub(super) fn tidy(&mut self) {
        if self.kept.len() > MANY {
            *self = Self::default();
        }
    }
}
