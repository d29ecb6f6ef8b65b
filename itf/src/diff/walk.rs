//! Walks two values side by side and tells a [`Sink`] what differs.
//!
//! What is equal is skipped, and a value is only compared with the value in the corresponding place: field with field,
//! key with key, payload under the same tag, item with aligned item, element with matched element.

use std::cell::OnceCell;
use std::rc::Rc;

use super::difference::{Change, Difference};
use super::judge::Judge;
use super::lists::{Alignment, Pairing};
use super::quick::QuickMap;
use super::sets::{Matching, Names, fields_named};
use super::sink::{Count, Found, Sink};
use crate::path::{Path, Segment};
use crate::pattern::Pattern;
use crate::value::{List, Map, Record, Set, Str, Value};

/// Remembers what is asked again and again: sizes, and which elements and items correspond.
#[derive(Default)]
pub(super) struct Walker {
    sizes: QuickMap<Value, usize>,
    /// By the key that the elements have, if one was given.
    pub(super) matchings: QuickMap<(Option<usize>, Value, Value), Rc<Matching>>,
    pub(super) alignments: QuickMap<(Value, Value), Rc<Alignment>>,
    pub(super) limits: Limits,
    /// Which fields name the elements of which sets.
    pub(super) keys: Vec<(Pattern, Vec<Str>)>,
    /// Where the walk is; kept only if there are keys.
    at: Vec<Segment>,
    /// How deep the walk is.
    depth: usize,
    /// Whether tuples of scalars are told part by part even if no part stays: one part may go on differing when another
    /// one no longer does.
    pub(super) by_part: bool,
    /// Whether something was not looked into, even if only to see how alike two values are.
    pub(super) was_too_deep: bool,
}

/// How much a comparison does. Where a limit is reached, it goes on in a simpler way, and says so in a
/// [`Remark`](super::Remark).
///
/// ```
/// use itf::diff::{Limits, Options};
/// let options = Options { limits: Limits { elements: 100, ..Limits::default() }, ..Options::default() };
/// assert_eq!(options.limits.depth, 256);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many pairs of states without an equal partner are compared in one place.
    pub states: usize,
    /// How many unequal elements of a set are compared each with each.
    pub elements: usize,
    /// How many pairs of unequal items of a list are compared.
    pub items: usize,
    /// How deep values are compared; further down they differ as a whole.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { states: 20_000, elements: 1_000, items: 1_000_000, depth: 256 }
    }
}

impl Walker {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    pub(super) fn with_keys(judge: &Judge) -> Self {
        Self { keys: judge.keys.clone(), ..Self::default() }
    }

    /// How many leaves the difference is about.
    pub(super) fn weight(&mut self, difference: &Difference) -> usize {
        match &difference.change {
            Change::Replaced { old, new } | Change::Renamed { old, new } => self.size(old) + self.size(new),
            Change::Removed { old: value } | Change::Added { new: value } => self.size(value),
        }
    }

    /// The key given for the elements of the set where the walk is.
    pub(super) fn key_here(&self) -> Option<usize> {
        if self.keys.is_empty() {
            return None;
        }
        let path: Path = self.at.iter().cloned().collect();
        self.keys.iter().position(|(pattern, _)| pattern.matches(&path))
    }

    /// The number of leaves.
    pub(super) fn size(&mut self, value: &Value) -> usize {
        let children: &[Value] = match value {
            Value::Tuple(t) => t,
            Value::List(l) => l,
            Value::Set(s) => s,
            Value::Record(r) => r.values(),
            // A tag weighs nothing: Some(1) and Some(2) are as different as 1 and 2.
            Value::Variant(v) => return self.size(v.payload()),
            Value::Map(m) => {
                if let Some(size) = self.sizes.get(value) {
                    return *size;
                }
                let size = m.iter().map(|(k, v)| self.size(k) + self.size(v)).sum::<usize>().max(1);
                self.sizes.insert(value.clone(), size);
                return size;
            }
            _ => return 1,
        };
        if let Some(size) = self.sizes.get(value) {
            return *size;
        }
        let size = children.iter().map(|v| self.size(v)).sum::<usize>().max(1);
        self.sizes.insert(value.clone(), size);
        size
    }

    /// How many leaves would be written anew to make one value of the other, both sides counted; something above
    /// `limit` once it is known to be above.
    pub(super) fn distance(&mut self, old: &Value, new: &Value, limit: usize) -> usize {
        let mut count = Count::up_to(limit);
        self.walk(old, new, &mut count);
        count.sum()
    }

    /// Whether values are alike enough to be one value that changed, and then their distance.
    pub(super) fn likeness(&mut self, old: &Value, new: &Value) -> Option<usize> {
        let (before, after) = (self.size(old), self.size(new));
        let limit = usize::midpoint(before, after);
        if is_scalar(old) || is_scalar(new) || before.abs_diff(after) > limit {
            return None;
        }
        if !self.keys.is_empty() {
            self.at.push(Segment::Element);
        }
        let distance = self.distance(old, new, limit);
        if !self.keys.is_empty() {
            self.at.pop();
        }
        Some(distance).filter(|distance| *distance <= limit)
    }

    /// As [`Walker::walk`], of the values of a variable.
    pub(super) fn walk_at<S: Sink>(&mut self, variable: Segment, old: &Value, new: &Value, sink: &mut S) {
        self.at.push(variable);
        self.walk(old, new, sink);
        self.at.clear();
    }

    pub(super) fn walk<S: Sink>(&mut self, old: &Value, new: &Value, sink: &mut S) {
        if sink.is_full() || old == new {
            return;
        }
        match (old, new) {
            (Value::Record(a), Value::Record(b)) if shares_a_field(a, b) => self.records(a, b, sink),
            (Value::Tuple(a), Value::Tuple(b))
                if a.len() == b.len() && (self.by_part || !all_scalars_differ(a, b)) =>
            {
                for (at, (a, b)) in a.iter().zip(b).enumerate() {
                    self.within(|| Segment::Index(at), a, b, sink);
                }
            }
            (Value::Variant(a), Value::Variant(b)) if a.tag() == b.tag() => {
                self.within(|| Segment::Payload(a.tag().clone()), a.payload(), b.payload(), sink);
            }
            (Value::List(a), Value::List(b)) => {
                let alignment = self.alignment(old, new, [a, b]);
                self.lists(&alignment, [a, b], sink);
            }
            (Value::Set(a), Value::Set(b)) => {
                let matching = self.matching(old, new, [a, b]);
                self.sets(&matching, [a, b], sink);
            }
            (Value::Map(a), Value::Map(b)) if !repeats_a_key(a) && !repeats_a_key(b) => self.maps(a, b, sink),
            _ => sink.found(self, Found::Replaced(old, new)),
        }
    }

    fn within<S: Sink>(&mut self, segment: impl FnOnce() -> Segment, old: &Value, new: &Value, sink: &mut S) {
        if old == new {
            return;
        }
        if self.keys.is_empty() {
            sink.enter(segment);
        } else {
            let segment = segment();
            self.at.push(segment.clone());
            sink.enter(|| segment);
        }
        // There is nothing to look into where one is a scalar.
        if self.depth < self.limits.depth || is_scalar(old) || is_scalar(new) {
            self.depth += 1;
            self.walk(old, new, sink);
            self.depth -= 1;
        } else {
            self.was_too_deep = true;
            sink.too_deep();
            sink.found(self, Found::Replaced(old, new));
        }
        if !self.keys.is_empty() {
            self.at.pop();
        }
        sink.leave();
    }

    fn at<S: Sink>(&mut self, segment: impl FnOnce() -> Segment, found: Found<'_>, sink: &mut S) {
        sink.enter(segment);
        sink.found(self, found);
        sink.leave();
    }

    pub(super) fn records<S: Sink>(&mut self, a: &Record, b: &Record, sink: &mut S) {
        if a.shape() == b.shape() {
            for ((name, a), b) in a.iter().zip(b.values()) {
                self.within(|| Segment::Field(name.clone()), a, b, sink);
            }
            return;
        }
        for (name, old) in a.iter() {
            match b.get(name) {
                Some(new) => self.within(|| Segment::Field(name.clone()), old, new, sink),
                None => self.at(|| Segment::Field(name.clone()), Found::Removed(old), sink),
            }
        }
        for (name, new) in b.iter().filter(|(name, _)| a.get(name).is_none()) {
            self.at(|| Segment::Field(name.clone()), Found::Added(new), sink);
        }
    }

    fn maps<S: Sink>(&mut self, a: &Map, b: &Map, sink: &mut S) {
        let mut removed: Vec<(&Value, &Value)> = Vec::new();
        let mut added: Vec<(&Value, &Value)> = Vec::new();
        let (mut left, mut right) = (a.iter().peekable(), b.iter().peekable());
        loop {
            match (left.peek(), right.peek()) {
                (Some((key, old)), Some((other, new))) if key == other => {
                    self.within(|| Segment::Key((*key).clone()), old, new, sink);
                    left.next();
                    right.next();
                }
                (Some((key, _)), Some((other, _))) if key > other => added.extend(right.next()),
                (Some(_), _) => removed.extend(left.next()),
                (None, Some(_)) => added.extend(right.next()),
                (None, None) => break,
            }
        }
        // An entry is the same under another key if no other entry that came or went has its value.
        let once =
            |side: &[(&Value, &Value)], value: &Value| side.iter().filter(|(_, v)| *v == value).count() == 1;
        let small = removed.len().saturating_mul(added.len()) <= MAP_RENAMES;
        let renamed: Vec<(&Value, &Value)> = removed
            .iter()
            .filter(|(_, v)| small && once(&removed, v) && once(&added, v))
            .filter_map(|(key, v)| added.iter().find(|(_, new)| new == v).map(|(other, _)| (*key, *other)))
            .collect();
        for (old, new) in &renamed {
            sink.found(self, Found::Renamed(old, new));
        }
        for (key, old) in removed.into_iter().filter(|(key, _)| renamed.iter().all(|(k, _)| k != key)) {
            self.at(|| Segment::Key(key.clone()), Found::Removed(old), sink);
        }
        for (key, new) in added.into_iter().filter(|(key, _)| renamed.iter().all(|(_, k)| k != key)) {
            self.at(|| Segment::Key(key.clone()), Found::Added(new), sink);
        }
    }

    fn lists<S: Sink>(&mut self, alignment: &Alignment, [a, b]: [&List; 2], sink: &mut S) {
        if alignment.approximate {
            sink.approximate();
        }
        for pairing in &alignment.pairings {
            match *pairing {
                Pairing::Alike(old, new) => {
                    self.within(|| Segment::Item { old, new }, &a[old], &b[new], sink);
                }
                Pairing::Replaced(old, new) => {
                    self.at(|| Segment::Item { old, new }, Found::Replaced(&a[old], &b[new]), sink);
                }
                Pairing::Removed(old) => self.at(|| Segment::Index(old), Found::Removed(&a[old]), sink),
                Pairing::Added(new) => self.at(|| Segment::Index(new), Found::Added(&b[new]), sink),
            }
            if sink.is_full() {
                return;
            }
        }
    }

    fn sets<S: Sink>(&mut self, matching: &Matching, sets: [&Set; 2], sink: &mut S) {
        if matching.approximate {
            sink.approximate();
        }
        let names = OnceCell::new();
        let fields = self.key_here().and_then(|at| self.keys.get(at)).map(|(_, fields)| fields.clone());
        for (old, new) in &matching.pairs {
            let by = || match &fields {
                Some(fields) => fields_named(old, fields),
                None => names.get_or_init(|| Names::new(sets)).name(old, new),
            };
            self.within(|| Segment::Member { old: old.clone(), new: new.clone(), by: by() }, old, new, sink);
            if sink.is_full() {
                return;
            }
        }
        for old in &matching.removed {
            self.at(|| Segment::Element, Found::Removed(old), sink);
        }
        for new in &matching.added {
            self.at(|| Segment::Element, Found::Added(new), sink);
        }
    }
}

/// Above this many comparisons no renamed keys are looked for.
const MAP_RENAMES: usize = 1_000_000;

fn shares_a_field(a: &Record, b: &Record) -> bool {
    a.shape() == b.shape() || a.names().iter().any(|name| b.get(name).is_some())
}

/// Two or more scalars, none of which stays, are read best as one thing that is another one.
fn all_scalars_differ(a: &[Value], b: &[Value]) -> bool {
    a.len() > 1 && a.iter().zip(b).all(|(a, b)| a != b && is_scalar(a) && is_scalar(b))
}

/// Such a map cannot be told apart by keys.
fn repeats_a_key(map: &Map) -> bool {
    map.iter().zip(map.iter().skip(1)).any(|((a, _), (b, _))| a == b)
}

/// Values that are the same or not, with nothing between.
pub(super) fn is_scalar(value: &Value) -> bool {
    matches!(
        value,
        Value::Null
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Str(_)
            | Value::Unserializable(_)
            | Value::Opaque(_)
    )
}
