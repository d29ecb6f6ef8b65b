//! What two traces differ in.

use std::collections::HashSet;

use super::align::align;
use super::behaviour::Behaviour;
use super::compare::{Between, Comparer};
use super::difference::{Change, Difference};
use super::excused::{Excused, INTERMEDIATE};
use super::fold::Fold;
use super::lasso::Word;
use super::prepare::Prepared;
use super::quick::QuickMap;
use super::report::{Counts, Entry, HeaderDifference, Mode, New, Only, Pair, Remark, Side, TraceDiff};
use super::rules::Rules;
use super::table::Table;
use super::walk::{Limits, is_scalar};
use crate::action::{Label, Labels};
use crate::trace::Trace;
use crate::value::Value;

/// How traces are compared.
///
/// ```
/// use itf::{Labels, diff::Options};
/// let options = Options { labels: Labels::parse("variant:last").ok(), ..Options::default() };
/// ```
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Options {
    /// How both traces say what their steps did; if not given, the likeliest convention that fits both.
    pub labels: Option<Labels>,
    /// How corresponding states are looked for.
    pub mode: Mode,
    /// What makes no difference.
    pub rules: Rules,
    /// How much is compared.
    pub limits: Limits,
    /// Whether `#meta` is compared, of the traces and of their states.
    pub meta: bool,
    /// Whether states that repeat the state before them are left out.
    pub stutter: bool,
    /// Whether the right trace, the observed one, may have states between those of the left one.
    pub intermediate: bool,
    /// Whether the traces are compared up to a renaming of strings, which is looked for: see
    /// [`find_renaming`](super::find_renaming).
    pub rename: bool,
}

/// What the traces `left` and `right` differ in. Read both through one [`Reader`](crate::Reader): then it takes time
/// for what differs, not for what they have in common.
///
/// States that correspond are found first, so that a state that came or went does not make all that follow differ; and
/// at each pair of states only what is new there is told, with how long it lasts. Sets and maps are compared as what
/// they are, encodings of unit by what they mean. `#meta` is no part of the comparison.
///
/// ```
/// use itf::diff::{Entry, Options, diff_traces};
/// let mut reader = itf::Reader::new();
/// let a = reader.read(br#"{"vars":["x","y"],"states":[{"x":0,"y":0},{"x":1,"y":0},{"x":2,"y":0},{"x":3,"y":1}]}"#)?;
/// let b = reader.read(br#"{"vars":["x","y"],"states":[{"x":0,"y":0},{"x":1,"y":7},{"x":2,"y":7},{"x":3,"y":8}]}"#)?;
/// let diff = diff_traces(&a[0], &b[0], &Options::default());
/// let [Entry::Pair(pair)] = &diff.entries[..] else { panic!("one step with news") };
/// assert_eq!(pair.left, 1);
/// assert_eq!(pair.new[0].difference.to_string(), "y: 0 → 7");
/// assert_eq!(pair.new[0].lasts.pairs, 3);
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn diff_traces(left: &Trace, right: &Trace, options: &Options) -> TraceDiff {
    let mut prepared = Prepared::new(left, right, options);
    let mut table = Table::new([&prepared.traces[0], &prepared.traces[1]]);
    let loops = prepared.traces.each_ref().map(|trace| trace.loop_index);
    if let Some(length) = unrolled(&prepared, &table, options) {
        prepared.unroll(length);
        table = Table::new([&prepared.traces[0], &prepared.traces[1]]);
    }
    let [left, right] = [&prepared.traces[0], &prepared.traces[1]].map(|trace| &**trace);
    let labels = options.labels.clone().or_else(|| common_labels(left, right));
    let mut diff = TraceDiff {
        header: header(left, right, &table),
        entries: Vec::new(),
        counts: Counts { left: left.states.len(), right: right.states.len(), paired: 0, equal: 0 },
        labels,
        remarks: Vec::new(),
        mode: options.mode,
        pairs: Vec::new(),
        behaviour: Behaviour::default(),
        tolerated: Vec::new(),
        renaming: prepared.renaming.clone(),
    };
    let labels_of = |trace: &Trace| -> Vec<Option<Label>> {
        let states = trace.states.iter().enumerate();
        states.map(|(at, state)| diff.labels.as_ref().and_then(|l| l.label(state, at).ok())).collect()
    };
    let labels = [labels_of(left), labels_of(right)];
    let mut differs = vec![false; table.columns.len()];
    if same_word(left, right, &table, &mut diff) {
        diff.pairs = (0..diff.counts.paired).map(|at| (at, at)).collect();
        let none = [Vec::new(), Vec::new()];
        diff.behaviour = Behaviour::new(&table, &none, &[], &differs);
        diff.behaviour.agreeing = std::mem::take(&mut diff.behaviour.differing);
        return prepared.finish(diff, options);
    }
    let mut comparer = Comparer::new(&options.rules, options.limits);
    let aligned = align(&table, &mut comparer, &labels, options);
    if aligned.limited {
        diff.remarks.push(Remark::TooManyStates);
    }
    compare_loops([left, right], loops, &table, &aligned.pairs, &mut diff);
    let reporter = Reporter {
        table: &table,
        labels: &labels,
        comparer,
        diff,
        fold: Fold::default(),
        differs: &mut differs,
        excused: Excused::default(),
        intermediate: options.intermediate,
    };
    let mut diff = reporter.report(&aligned.pairs);
    diff.behaviour = Behaviour::new(&table, &labels, &aligned.pairs, &differs);
    diff.pairs = aligned.pairs;
    prepared.finish(diff, options)
}

/// The likeliest convention that fits both traces.
fn common_labels(left: &Trace, right: &Trace) -> Option<Labels> {
    let right = Labels::candidates(right);
    Labels::candidates(left).into_iter().find(|labels| right.contains(labels))
}

fn header<'a>(left: &'a Trace, right: &'a Trace, table: &Table) -> Vec<HeaderDifference> {
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        let those: HashSet<&String> = those.iter().collect();
        let mut names: Vec<String> = these.iter().filter(|name| !those.contains(name)).cloned().collect();
        names.dedup();
        names
    };
    let sides = [(left, right, Side::Left), (right, left, Side::Right)];
    let params = sides.iter().flat_map(|(trace, other, side)| {
        only(&trace.params, &other.params)
            .into_iter()
            .map(|name| HeaderDifference::Parameter { name, side: *side })
    });
    let vars = sides.iter().flat_map(|(trace, other, side)| {
        only(&trace.vars, &other.vars)
            .into_iter()
            .map(|name| HeaderDifference::Variable { name, side: *side })
    });
    let mut header: Vec<HeaderDifference> = params.chain(vars).collect();
    // What is not declared, and yet in the states of one trace alone.
    let declared = |trace: &'a Trace| trace.params.iter().map(String::as_str).collect::<HashSet<&str>>();
    let params = [declared(left), declared(right)];
    let mut told: HashSet<HeaderDifference> = header.iter().cloned().collect();
    for (name, at) in &table.one_sided {
        let side = if *at == 0 { Side::Left } else { Side::Right };
        let is_param = params[*at].contains(name.as_str());
        let name = name.to_string();
        let found = if is_param {
            HeaderDifference::Parameter { name, side }
        } else {
            HeaderDifference::Variable { name, side }
        };
        if told.insert(found.clone()) {
            header.push(found);
        }
    }
    header
}

fn word(trace: &Trace, states: &[u32]) -> Option<Word> {
    Word::new(states, trace.loop_index?)
}

/// Whether the states and what follows them are the same.
fn same_word(left: &Trace, right: &Trace, table: &Table, diff: &mut TraceDiff) -> bool {
    let [left_ids, right_ids] = &table.ids;
    let as_written = left_ids == right_ids && left.loop_index == right.loop_index;
    let words = (word(left, left_ids), word(right, right_ids));
    let same = as_written || words.0.is_some() && words.0 == words.1;
    if same {
        let counts = &mut diff.counts;
        counts.paired = counts.left.min(counts.right);
        counts.equal = counts.paired;
        if !as_written {
            diff.remarks.push(Remark::SameWord);
        }
    }
    same
}

/// How many states of lassos it takes to see where they part, if there are not as many.
fn unrolled(prepared: &Prepared<'_>, table: &Table, options: &Options) -> Option<usize> {
    if options.mode == Mode::Action || options.stutter {
        return None;
    }
    let [left, right] = [&prepared.traces[0], &prepared.traces[1]];
    let (a, b) = (word(left, &table.ids[0])?, word(right, &table.ids[1])?);
    // The same loop that is entered later is told as such.
    let parts = a.parts_from(&b).filter(|_| !a.has_cycle_of(&b))?;
    let shortest = left.states.len().min(right.states.len());
    (parts >= shortest).then_some(parts + 1)
}

/// `loops` are the states to which the traces return as they are written.
fn compare_loops(
    [left, right]: [&Trace; 2],
    loops: [Option<u64>; 2],
    table: &Table,
    pairs: &[(usize, usize)],
    diff: &mut TraceDiff,
) {
    let corresponds = match loops.into() {
        (None, None) => true,
        (Some(a), Some(b)) => pairs.iter().any(|(i, j)| (*i as u64, *j as u64) == (a, b)),
        _ => false,
    };
    if !corresponds {
        diff.header.push(HeaderDifference::Loop { left: loops[0], right: loops[1] });
    }
    if let (Some(a), Some(b)) = (word(left, &table.ids[0]), word(right, &table.ids[1]))
        && a.has_cycle_of(&b)
    {
        diff.remarks.push(Remark::SameCycle { left: a.prefix.len(), right: b.prefix.len() });
    }
}

struct Reporter<'a> {
    table: &'a Table,
    labels: &'a [Vec<Option<Label>>; 2],
    comparer: Comparer,
    diff: TraceDiff,
    fold: Fold,
    /// Of each column, whether it differs in some pair.
    differs: &'a mut [bool],
    excused: Excused,
    intermediate: bool,
}

impl Reporter<'_> {
    fn report(mut self, pairs: &[(usize, usize)]) -> TraceDiff {
        let (mut left, mut right) = (0, 0);
        for &(i, j) in pairs {
            self.alone(left..i, right..j, pairs);
            self.pair(i, j);
            (left, right) = (i + 1, j + 1);
        }
        let counts = self.diff.counts;
        if self.diff.mode == Mode::Prefix {
            self.stop(left, right, pairs);
        } else {
            self.alone(left..counts.left, right..counts.right, pairs);
        }
        self.fold.finish(&mut self.diff.entries);
        self.diff.tolerated = self.excused.finish();
        self.diff.counts.paired = pairs.len();
        self.diff
    }

    /// The end of a comparison that goes no further than the first difference.
    fn stop(&mut self, left: usize, right: usize, pairs: &[(usize, usize)]) {
        let counts = self.diff.counts;
        let (mut left, mut right) = (left..counts.left, right..counts.right);
        if self.diff.entries.is_empty() {
            // One trace is the beginning of the other.
            let next = |rest: &mut std::ops::Range<usize>| rest.next().map_or(0..0, |at| at..at + 1);
            self.alone(next(&mut left), next(&mut right), pairs);
        }
        if !(left.is_empty() && right.is_empty()) {
            self.diff.remarks.push(Remark::Stopped);
        }
    }

    fn pair(&mut self, left: usize, right: usize) {
        let [lefts, rights] = &self.table.rows;
        let mut facts = self.comparer.rows(self.table, &lefts[left], &rights[right], Between::Traces);
        self.excused.add(facts.iter().flat_map(|(_, facts)| &facts.excused));
        facts.retain(|(_, facts)| !facts.differences.is_empty());
        self.diff.counts.equal += usize::from(facts.is_empty());
        for (column, facts) in &facts {
            self.differs[*column] = true;
            let many = facts.approximate.iter().cloned().map(|path| Remark::TooManyElements { path });
            let deep = facts.too_deep.iter().cloned().map(|path| Remark::TooDeep { path });
            for remark in many.chain(deep) {
                if !self.diff.remarks.contains(&remark) {
                    self.diff.remarks.push(remark);
                }
            }
        }
        let passes = |d: &Difference| self.diff.labels.as_ref().is_some_and(|labels| labels.covers(&d.path));
        let news = self.fold.step(facts, passes, (left, right), &mut self.diff.entries);
        if news.new.is_empty() && news.healed.is_empty() {
            return;
        }
        let labels = [self.labels[0][left].clone(), self.labels[1][right].clone()];
        let (new, carried, healed) = (news.new, news.carried, news.healed);
        let moved = moved(&new);
        self.diff.entries.push(Entry::Pair(Pair { left, right, labels, new, carried, healed, moved }));
    }

    fn alone(
        &mut self,
        left: std::ops::Range<usize>,
        right: std::ops::Range<usize>,
        pairs: &[(usize, usize)],
    ) {
        let sides = [(Side::Left, left), (Side::Right, right)];
        for (side, at) in sides.into_iter().flat_map(|(side, range)| range.map(move |at| (side, at))) {
            if side == Side::Right && self.intermediate {
                self.excused.state(INTERMEDIATE);
                continue;
            }
            let (own, other) = if side == Side::Left { (0, 1) } else { (1, 0) };
            let rows = &self.table.rows[own];
            let facts = at
                .checked_sub(1)
                .map(|before| self.comparer.rows(self.table, &rows[before], &rows[at], Between::Steps))
                .unwrap_or_default();
            let id = self.table.ids[own][at];
            let mut equal = self.table.ids[other].iter().enumerate().filter(|(_, other)| **other == id);
            let is_alone = |index: usize| pairs.iter().all(|p| [p.0, p.1][other] != index);
            let moved = equal.find_map(|(index, _)| is_alone(index).then_some(index));
            self.diff.entries.push(Entry::Only(Only {
                side,
                at,
                label: self.labels[own][at].clone(),
                changes: facts.iter().flat_map(|(_, facts)| facts.differences.clone()).collect(),
                moved,
            }));
        }
    }
}

/// Which of the differences remove and add the same value: where one value alone comes and goes once each. Scalars are
/// equal too easily to say so.
fn moved(new: &[New]) -> Vec<(usize, usize)> {
    let mut places: QuickMap<&Value, [Vec<usize>; 2]> = QuickMap::default();
    for (at, new) in new.iter().enumerate() {
        let (side, value) = match &new.difference.change {
            Change::Removed { old } => (0, old),
            Change::Added { new } => (1, new),
            _ => continue,
        };
        if !is_scalar(value) {
            places.entry(value).or_default()[side].push(at);
        }
    }
    let mut moved: Vec<(usize, usize)> = places
        .values()
        .filter_map(|places| match places {
            [from, to] if from.len() == 1 && to.len() == 1 => Some((from[0], to[0])),
            _ => None,
        })
        .collect();
    moved.sort_unstable();
    moved
}
