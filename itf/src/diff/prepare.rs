//! What becomes of traces before they are compared, and of the answer after that: rules, names, `#meta`, repeated states.

use std::borrow::Cow;

use super::compare::{Between, Comparer};
use super::judge::PARTIAL;
use super::lasso::unroll;
use super::rename::{Renamer, find_renaming};
use super::report::{Entry, HeaderDifference, Remark, Renaming, Side, Tolerated, TraceDiff};
use super::rules::{Rules, Unmet};
use super::table::Table;
use super::trace::Options;
use crate::path::{Path, Segment};
use crate::read::Reader;
use crate::trace::{Meta, State, Trace};
use crate::value::{Record, Str, Value};

/// The column, and the path, of `#meta`.
const META: &str = "#meta";

pub(super) struct Prepared<'a> {
    originals: [&'a Trace; 2],
    pub(super) traces: [Cow<'a, Trace>; 2],
    pub(super) renaming: Option<Renaming>,
    /// The indices of the states that are left, in the original traces, if some are not.
    indices: [Option<Vec<usize>>; 2],
}

impl<'a> Prepared<'a> {
    pub(super) fn new(left: &'a Trace, right: &'a Trace, options: &Options) -> Self {
        let rules = &options.rules;
        let originals = [left, right];
        let mut traces = originals.map(|trace| rules.project_but(trace, None));
        let mut renaming = None;
        if options.rename {
            let found = find_renaming(&traces[0], &traces[1], rules);
            Renamer::of_texts(&found.names).trace(traces[0].to_mut());
            renaming = Some(found);
        } else if !rules.names.is_empty() {
            Renamer::of_texts(&rules.names).trace(traces[0].to_mut());
            renaming = Some(Renaming { names: rules.names.clone(), ..Renaming::default() });
        }
        if options.meta {
            for trace in &mut traces {
                for state in &mut trace.to_mut().states {
                    if let Some(value) = meta_value(&state.meta) {
                        state.value = state.value.with(META, value);
                    }
                }
            }
        }
        let indices = if options.stutter { traces.each_mut().map(without_repeats) } else { [None, None] };
        Self { originals, traces, renaming, indices }
    }

    /// Follows the loops until the traces have as many states.
    pub(super) fn unroll(&mut self, length: usize) {
        for (trace, original) in self.traces.iter_mut().zip(self.originals) {
            if original.states.len() < length {
                unroll(trace.to_mut(), length);
            }
        }
    }

    /// The answer, in the indices of the traces as they were, with what rules hid.
    pub(super) fn finish(&self, mut diff: TraceDiff, options: &Options) -> TraceDiff {
        if options.meta {
            let [left, right] =
                self.originals.map(|trace| meta_value(&trace.meta).unwrap_or_else(Value::unit));
            for mut difference in super::diff_values(&left, &right).differences {
                let own = difference.path.segments().iter().cloned();
                let path: Path = std::iter::once(Segment::Field(Str::from(META))).chain(own).collect();
                difference.path = path;
                diff.header.push(HeaderDifference::Meta(difference));
            }
            // Keys of the trace that mean nothing to us.
            let [left, right] = self.originals.map(|trace| {
                let extra = trace.extra.iter().map(|(key, json)| (key.as_str(), json_value(json.text())));
                State::from(extra.collect::<Record>())
            });
            let extra = super::diff_states(&left, &right).differences;
            diff.header.extend(extra.into_iter().map(HeaderDifference::Meta));
        }
        if options.rules.partial {
            excuse_columns(&mut diff);
        }
        for (side, which) in [Side::Left, Side::Right].into_iter().zip(0..) {
            let states = self.originals[which].states.len();
            if self.traces[which].states.len() > states {
                diff.remarks.push(Remark::Unrolled { side, states });
            }
        }
        // Pairs are of states that are there.
        let [lefts, rights] = self.originals.map(|trace| trace.states.len());
        diff.pairs.retain(|(left, right)| *left < lefts && *right < rights);
        diff.tolerated.extend(self.hidden(&diff, &options.rules));
        diff.remarks.extend(options.rules.unseen());
        let mut unmet = Unmet::new(&options.rules);
        unmet.look_through(self.originals, [&self.traces[0], &self.traces[1]]);
        diff.remarks.extend(unmet.remarks());
        for (side, indices) in [Side::Left, Side::Right].into_iter().zip(&self.indices) {
            if let Some(indices) = indices {
                let states = self.originals[usize::from(side == Side::Right)].states.len() - indices.len();
                diff.remarks.push(Remark::Stuttering { side, states });
            }
        }
        self.restore_indices(&mut diff);
        diff
    }

    /// What each rule that hides something hid: what differs without it and not with it.
    fn hidden(&self, diff: &TraceDiff, rules: &Rules) -> Vec<Tolerated> {
        let hiding = rules.rules.iter().enumerate().filter(|(_, rule)| rule.hides());
        let hidden = hiding.map(|(at, rule)| {
            let but = self.originals.map(|trace| rules.project_but(trace, Some(at)));
            let mut but: [Trace; 2] = but.map(Cow::into_owned);
            if let Some(renaming) = &self.renaming {
                Renamer::of_texts(&renaming.names).trace(&mut but[0]);
            }
            let tables = [Table::new([&but[0], &but[1]]), Table::new([&self.traces[0], &self.traces[1]])];
            let mut comparers = [0, 1].map(|_: i32| Comparer::new(rules, super::Limits::default()));
            let mut tolerated = Tolerated { rule: rule.to_string(), states: 0, example: None };
            for (left, right) in &diff.pairs {
                let [without, with] = [0, 1].map(|which: usize| {
                    let table = &tables[which];
                    let [i, j] =
                        if which == 0 { self.original_indices(*left, *right) } else { [*left, *right] };
                    let [lefts, rights] = &table.rows;
                    let facts = comparers[which].rows(table, &lefts[i], &rights[j], Between::Traces);
                    facts.iter().flat_map(|(_, facts)| facts.differences.clone()).collect::<Vec<_>>()
                });
                if without.len() > with.len() {
                    tolerated.states += 1;
                    if tolerated.example.is_none() {
                        tolerated.example = without.into_iter().find(|difference| !with.contains(difference));
                    }
                }
            }
            tolerated
        });
        hidden.collect()
    }

    fn original_indices(&self, left: usize, right: usize) -> [usize; 2] {
        let original = |side: usize, at: usize| {
            self.indices[side].as_ref().and_then(|indices| indices.get(at).copied()).unwrap_or(at)
        };
        [original(0, left), original(1, right)]
    }

    fn restore_indices(&self, diff: &mut TraceDiff) {
        if self.indices.iter().all(Option::is_none) {
            return;
        }
        let both = |pair: &mut (usize, usize)| {
            let [left, right] = self.original_indices(pair.0, pair.1);
            *pair = (left, right);
        };
        diff.pairs.iter_mut().for_each(both);
        for entry in &mut diff.entries {
            match entry {
                Entry::Pair(pair) => {
                    let [left, right] = self.original_indices(pair.left, pair.right);
                    (pair.left, pair.right) = (left, right);
                    pair.new.iter_mut().filter_map(|new| new.lasts.until.as_mut()).for_each(both);
                }
                Entry::Only(only) => {
                    let [left, right] = self.original_indices(only.at, only.at);
                    only.at = if only.side == Side::Left { left } else { right };
                    if let Some(moved) = &mut only.moved {
                        let [left, right] = self.original_indices(*moved, *moved);
                        *moved = if only.side == Side::Left { right } else { left };
                    }
                }
            }
        }
    }
}

/// Leaves out the states that repeat the state before them; the indices of those that stay, if some do not.
fn without_repeats(trace: &mut Cow<'_, Trace>) -> Option<Vec<usize>> {
    let states = &trace.states;
    let stays = |at: &usize| *at == 0 || states[*at].value != states[*at - 1].value;
    let indices: Vec<usize> = (0..states.len()).filter(stays).collect();
    if indices.len() == states.len() {
        return None;
    }
    let trace = trace.to_mut();
    trace.states = indices.iter().map(|at| trace.states[*at].clone()).collect();
    trace.loop_index = trace.loop_index.map(|back| {
        // The state that stands for the one to which the trace returns.
        indices.iter().filter(|at| **at as u64 <= back).count().saturating_sub(1) as u64
    });
    Some(indices)
}

/// `#meta` as a value, as far as it is one.
fn meta_value(meta: &Meta) -> Option<Value> {
    meta.text().map(json_value)
}

fn json_value(text: &str) -> Value {
    Reader::new().value(text.as_bytes()).unwrap_or_else(|_| Value::from(text))
}

/// Variables that the observed trace never has are not observed.
fn excuse_columns(diff: &mut TraceDiff) {
    let (missing, header) =
        std::mem::take(&mut diff.header).into_iter().partition::<Vec<_>, _>(|difference| {
            matches!(
                difference,
                HeaderDifference::Variable { side: Side::Left, .. }
                    | HeaderDifference::Parameter { side: Side::Left, .. }
            )
        });
    diff.header = header;
    for difference in missing {
        if let HeaderDifference::Variable { name, .. } | HeaderDifference::Parameter { name, .. } = difference
        {
            let rule = format!("{PARTIAL} ({name} is not observed)");
            diff.tolerated.push(Tolerated { rule, states: diff.counts.paired, example: None });
        }
    }
}
