//! What becomes of the differences that a walk finds: they are counted or collected.

use super::difference::{Change, Difference, ValueDiff};
use super::walk::Walker;
use crate::path::{Path, Segment};
use crate::value::Value;

/// A difference at the place where the sink is.
#[derive(Clone, Copy)]
pub(super) enum Found<'a> {
    Replaced(&'a Value, &'a Value),
    Removed(&'a Value),
    Added(&'a Value),
    Renamed(&'a Value, &'a Value),
}

/// What becomes of the differences: they are counted or collected.
pub(super) trait Sink {
    fn enter(&mut self, segment: impl FnOnce() -> Segment);
    fn leave(&mut self);
    fn found(&mut self, walker: &mut Walker, found: Found<'_>);
    /// Here elements were paired without comparing each with each.
    fn approximate(&mut self);
    /// Here values nest too deep to be compared further down.
    fn too_deep(&mut self);
    /// Whether the answer is known already.
    fn is_full(&self) -> bool;
}

/// Counts leaves, up to a limit.
pub(super) struct Count {
    sum: usize,
    limit: usize,
}

impl Count {
    pub(super) fn up_to(limit: usize) -> Self {
        Self { sum: 0, limit }
    }

    pub(super) fn sum(&self) -> usize {
        self.sum
    }
}

impl Sink for Count {
    fn enter(&mut self, _: impl FnOnce() -> Segment) {}

    fn leave(&mut self) {}

    fn found(&mut self, walker: &mut Walker, found: Found<'_>) {
        self.sum += match found {
            Found::Replaced(old, new) | Found::Renamed(old, new) => walker.size(old) + walker.size(new),
            Found::Removed(value) | Found::Added(value) => walker.size(value),
        };
    }

    fn approximate(&mut self) {}

    fn too_deep(&mut self) {}

    fn is_full(&self) -> bool {
        self.sum > self.limit
    }
}

/// Collects differences with their paths.
#[derive(Default)]
pub(super) struct Collect {
    at: Vec<Segment>,
    pub(super) diff: ValueDiff,
}

impl Collect {
    pub(super) fn starting_at(segment: Segment) -> Self {
        Self { at: vec![segment], ..Self::default() }
    }

    /// What became of the place itself.
    pub(super) fn push(&mut self, change: Change) {
        let path: Path = self.at.iter().cloned().collect();
        self.diff.differences.push(Difference { path, change });
    }
}

impl Sink for Collect {
    fn enter(&mut self, segment: impl FnOnce() -> Segment) {
        self.at.push(segment());
    }

    fn leave(&mut self) {
        self.at.pop();
    }

    fn found(&mut self, _: &mut Walker, found: Found<'_>) {
        self.push(match found {
            Found::Replaced(old, new) => Change::Replaced { old: old.clone(), new: new.clone() },
            Found::Removed(old) => Change::Removed { old: old.clone() },
            Found::Added(new) => Change::Added { new: new.clone() },
            Found::Renamed(old, new) => Change::Renamed { old: old.clone(), new: new.clone() },
        });
    }

    fn approximate(&mut self) {
        self.diff.approximate.push(self.at.iter().cloned().collect());
    }

    fn too_deep(&mut self) {
        self.diff.too_deep.push(self.at.iter().cloned().collect());
    }

    fn is_full(&self) -> bool {
        false
    }
}
