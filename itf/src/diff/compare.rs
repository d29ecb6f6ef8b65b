//! What two states differ in, column by column, each pair of values compared once.

use std::rc::Rc;

use super::align::KEPT;
use super::difference::{Change, Difference};
use super::judge::Judge;
use super::quick::{QuickMap, hash_of};
use super::rules::Rules;
use super::sink::Collect;
use super::table::{Row, Table};
use super::walk::{Limits, Walker};
use crate::path::{Path, Segment};
use crate::value::{Int, Value};

/// What the values of one column differ in.
pub(super) struct Facts {
    /// With paths that begin at the state.
    pub(super) differences: Vec<Difference>,
    pub(super) approximate: Vec<Path>,
    pub(super) too_deep: Vec<Path>,
    /// Differences that do not count, with the rule that says so.
    pub(super) excused: Vec<(String, Difference)>,
    /// Hashes of the differences, exactly and in essence ([`essence`]), each ascending.
    keys: [Vec<u64>; 2],
}

/// When two differences are the same.
#[derive(Clone, Copy)]
pub(super) enum Sameness {
    Exact = 0,
    Essence = 1,
}

type Pair = (usize, Option<Value>, Option<Value>, bool);

#[derive(Default)]
pub(super) struct Comparer {
    walker: Walker,
    judge: Judge,
    known: QuickMap<Pair, Rc<Facts>>,
}

/// Whose states are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Between {
    /// Two of one trace: what a step changed.
    Steps,
    /// One of each trace: here rules excuse what differs.
    Traces,
}

impl Comparer {
    pub(super) fn new(rules: &Rules, limits: Limits) -> Self {
        let judge = Judge::new(rules);
        let mut walker = Walker::new(limits);
        walker.keys.clone_from(&judge.keys);
        walker.by_part = true;
        Self { walker, judge, known: QuickMap::default() }
    }

    /// The columns in which the rows differ, each with what differs.
    pub(super) fn rows(
        &mut self,
        table: &Table,
        old: &Row,
        new: &Row,
        between: Between,
    ) -> Vec<(usize, Rc<Facts>)> {
        let differing = (0..table.columns.len()).filter(|at| old[*at] != new[*at]);
        differing
            .map(|at| (at, self.column(table, at, [old[at].as_ref(), new[at].as_ref()], between)))
            .collect()
    }

    /// Whether nothing that counts differs between rows of the two traces.
    pub(super) fn agree(&mut self, table: &Table, old: &Row, new: &Row) -> bool {
        old == new
            || !self.judge.is_strict()
                && self
                    .rows(table, old, new, Between::Traces)
                    .iter()
                    .all(|(_, facts)| facts.differences.is_empty())
    }

    /// Hashes of all differences between the rows, ascending: to count how many two pairs of rows have in common.
    pub(super) fn keys(
        &mut self,
        table: &Table,
        [old, new]: [&Row; 2],
        between: Between,
        sameness: Sameness,
    ) -> Vec<u64> {
        let facts = self.rows(table, old, new, between);
        let keys = facts.iter().flat_map(|(_, facts)| &facts.keys[sameness as usize]);
        let mut keys: Vec<u64> = keys.copied().collect();
        keys.sort_unstable();
        keys
    }

    fn column(
        &mut self,
        table: &Table,
        at: usize,
        [old, new]: [Option<&Value>; 2],
        between: Between,
    ) -> Rc<Facts> {
        let excuses = between == Between::Traces && !self.judge.is_strict();
        let pair = (at, old.cloned(), new.cloned(), excuses);
        if let Some(known) = self.known.get(&pair) {
            return Rc::clone(known);
        }
        let field = Segment::Field(table.columns[at].clone());
        let mut collect = Collect::starting_at(field.clone());
        self.walker.was_too_deep = false;
        match (old, new) {
            (Some(old), Some(new)) => self.walker.walk_at(field.clone(), old, new, &mut collect),
            (Some(old), None) => collect.push(Change::Removed { old: old.clone() }),
            (None, Some(new)) => collect.push(Change::Added { new: new.clone() }),
            (None, None) => {}
        }
        let mut excused = Vec::new();
        let mut differences = collect.diff.differences;
        if excuses {
            differences.retain(|difference| {
                let excuse = self.judge.excuse(difference);
                let counts = excuse.is_none();
                excused.extend(excuse.map(|rule| (rule, difference.clone())));
                counts
            });
        }
        let mut keys = [
            differences.iter().map(hash_of).collect::<Vec<u64>>(),
            differences.iter().map(|d| hash_of(&essence(d))).collect(),
        ];
        for keys in &mut keys {
            keys.sort_unstable();
        }
        let (approximate, mut too_deep) = (collect.diff.approximate, collect.diff.too_deep);
        if self.walker.was_too_deep && too_deep.is_empty() {
            too_deep.push(std::iter::once(field).collect());
        }
        let facts = Rc::new(Facts { differences, approximate, too_deep, excused, keys });
        if self.known.len() >= KEPT {
            self.known.clear();
        }
        self.known.insert(pair, Rc::clone(&facts));
        facts
    }
}

/// What makes a difference the same one in the next state: not which element of a set or item of a list it is in, which
/// may go on changing on both sides alike, nor the two integers, but how far they are apart.
pub(super) fn essence(difference: &Difference) -> Difference {
    let segments = difference.path.segments();
    let moves = matches!(difference.change, Change::Removed { .. } | Change::Added { .. });
    let path = segments.iter().enumerate().map(|(at, segment)| match segment {
        Segment::Member { .. } | Segment::Item { .. } => Segment::Element,
        Segment::Index(_) if moves && at + 1 == segments.len() => Segment::Element,
        other => other.clone(),
    });
    let change = match &difference.change {
        Change::Replaced { old: Value::Int(old), new: Value::Int(new) } => {
            let apart = Int::from(new.to_big() - old.to_big());
            Change::Replaced { old: Value::from(0), new: Value::Int(apart) }
        }
        other => other.clone(),
    };
    Difference { path: path.collect(), change }
}
