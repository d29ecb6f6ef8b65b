//! What was seen at one place of a state: a lattice in which everything only grows.

use std::collections::{BTreeMap, BTreeSet};

use super::Options;
use crate::value::{Int, Record, Value};

/// All kinds of values that were seen at one place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "kinds that have no parts were seen, or not")]
pub(super) struct Shape {
    /// The value with nothing in it, in whichever of its spellings: they mean one thing.
    pub(super) unit: bool,
    pub(super) boolean: bool,
    /// Integers, however they are written: equal ones may be one value.
    pub(super) integer: Option<Range>,
    pub(super) string: Option<Strings>,
    pub(super) list: Option<Box<Shape>>,
    pub(super) set: Option<Box<Shape>>,
    pub(super) map: Option<Box<(Shape, Shape)>>,
    /// Tuples by length.
    pub(super) tuples: BTreeMap<usize, Vec<Shape>>,
    pub(super) record: Option<Fields>,
    /// Payloads by tag.
    pub(super) variants: BTreeMap<String, Shape>,
    pub(super) unserializable: bool,
    /// JSON without a meaning in ITF.
    pub(super) opaque: bool,
}

/// The smallest and the largest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Range(pub(super) Int, pub(super) Int);

/// The strings, as long as they are few: `None` are many. A union is never smaller than its parts, so the order in which
/// it is made does not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Strings(pub(super) Option<BTreeSet<String>>);

/// The fields of records, or the variables of states.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) all: BTreeMap<String, Shape>,
    /// The fields that every record has; `None` before the first.
    pub(super) always: Option<BTreeSet<String>>,
}

impl Fields {
    pub(super) fn add(&mut self, record: &Record) {
        self.has(record);
        for (name, value) in record.iter() {
            match self.all.get_mut(name.as_str()) {
                Some(shape) => shape.add(value),
                None => self.all.entry(name.to_string()).or_default().add(value),
            }
        }
    }

    /// Notes which fields a record has, and not what is in them.
    pub(super) fn has(&mut self, record: &Record) {
        let names = record.names();
        match &mut self.always {
            Some(always) => always.retain(|name| names.binary_search_by(|n| n.as_str().cmp(name)).is_ok()),
            none => *none = Some(names.iter().map(ToString::to_string).collect()),
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        match (&mut self.always, other.always) {
            (Some(mine), Some(others)) => mine.retain(|name| others.contains(name)),
            (mine @ None, others) => *mine = others,
            (Some(_), None) => {}
        }
        for (name, shape) in other.all {
            self.all.entry(name).or_default().merge(shape);
        }
    }
}

impl Range {
    fn merge(&mut self, other: Self) {
        if other.0 < self.0 {
            self.0 = other.0;
        }
        if other.1 > self.1 {
            self.1 = other.1;
        }
    }
}

impl Strings {
    fn add(&mut self, text: &str) {
        let Some(known) = &mut self.0 else { return };
        if !known.contains(text) {
            known.insert(text.to_owned());
        }
        if known.len() > Options::MAX_ENUM {
            self.0 = None;
        }
    }

    fn merge(&mut self, other: Self) {
        match other.0 {
            Some(texts) => texts.iter().for_each(|text| self.add(text)),
            None => self.0 = None,
        }
    }
}

impl Shape {
    /// Adds a value. Values nest no deeper than the reader allows.
    pub(super) fn add(&mut self, value: &Value) {
        match value {
            unit if unit.is_unit() => self.unit = true,
            // It is a unit.
            Value::Null => {}
            Value::Bool(_) => self.boolean = true,
            Value::Int(n) => merge(&mut self.integer, Some(Range(n.clone(), n.clone())), Range::merge),
            Value::Str(text) => self.string.get_or_insert(Strings(Some(BTreeSet::new()))).add(text),
            Value::List(items) => add_all(&mut self.list, items),
            Value::Set(items) => add_all(&mut self.set, items),
            Value::Tuple(items) => {
                let slots = self.tuples.entry(items.len()).or_default();
                slots.resize_with(items.len(), Self::default);
                for (slot, item) in slots.iter_mut().zip(items) {
                    slot.add(item);
                }
            }
            Value::Map(map) => {
                let (keys, values) = &mut **self.map.get_or_insert_default();
                for (key, value) in map.iter() {
                    keys.add(key);
                    values.add(value);
                }
            }
            Value::Record(record) => self.record.get_or_insert_default().add(record),
            Value::Variant(variant) => {
                self.variants.entry(variant.tag().to_string()).or_default().add(variant.payload());
            }
            Value::Unserializable(_) => self.unserializable = true,
            Value::Opaque(_) => self.opaque = true,
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.unit |= other.unit;
        self.boolean |= other.boolean;
        self.unserializable |= other.unserializable;
        self.opaque |= other.opaque;
        merge(&mut self.integer, other.integer, Range::merge);
        merge(&mut self.string, other.string, Strings::merge);
        merge(&mut self.list, other.list, |mine, other| mine.merge(*other));
        merge(&mut self.set, other.set, |mine, other| mine.merge(*other));
        merge(&mut self.map, other.map, |mine, other| {
            mine.0.merge(other.0);
            mine.1.merge(other.1);
        });
        merge(&mut self.record, other.record, Fields::merge);
        for (length, slots) in other.tuples {
            let mine = self.tuples.entry(length).or_default();
            mine.resize_with(length, Self::default);
            for (slot, shape) in mine.iter_mut().zip(slots) {
                slot.merge(shape);
            }
        }
        for (tag, payload) in other.variants {
            self.variants.entry(tag).or_default().merge(payload);
        }
    }
}

fn add_all(place: &mut Option<Box<Shape>>, items: &[Value]) {
    let shape = place.get_or_insert_default();
    for item in items {
        shape.add(item);
    }
}

fn merge<T>(mine: &mut Option<T>, other: Option<T>, both: impl FnOnce(&mut T, T)) {
    match (mine, other) {
        (Some(mine), Some(other)) => both(mine, other),
        (mine @ None, other) => *mine = other,
        (Some(_), None) => {}
    }
}
