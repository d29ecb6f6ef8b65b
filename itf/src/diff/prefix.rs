//! The comparison that stops at the first difference, of traces that are still being read.

use super::compare::Comparer;
use super::prepare::Prepared;
use super::report::{Entry, Mode, Remark, Side, TraceDiff};
use super::rules::Unmet;
use super::table::Table;
use super::trace::{Options, diff_traces};
use crate::read::{Event, Events, ReadError};
use crate::trace::{State, Trace};

/// Where the next traces of `left` and `right` part: both are read in step, and no further than the first difference.
/// Nothing is held but the last states, so the traces may be larger than the memory, or not at their end yet. `None`
/// when neither has another trace.
///
/// A lasso that says before its states where it goes on is followed in its loop. States are compared by their indices
/// whatever [`Options::mode`] says; a renaming is not looked for, and repeated states are not left out.
///
/// # Errors
///
/// What could not be read, and of which trace.
///
/// ```
/// use itf::{Reader, diff::{Options, diff_prefix}};
/// let left: &[u8] = br#"{"vars":["x"],"states":[{"x":0},{"x":1},{"x":2}]}"#;
/// let right: &[u8] = br#"{"vars":["x"],"states":[{"x":0},{"x":5},{"x":6}]}"#;
/// let (mut a, mut b) = (Reader::new(), Reader::new());
/// let diff = diff_prefix(&mut a.events(left), &mut b.events(right), &Options::default()).unwrap().unwrap();
/// assert_eq!(diff.first_divergence().unwrap().left, Some(1));
/// ```
pub fn diff_prefix<'a>(
    left: &mut Events<'a>,
    right: &mut Events<'a>,
    options: &Options,
) -> Result<Option<TraceDiff>, (Side, ReadError)> {
    let options = Options { mode: Mode::Prefix, rename: false, stutter: false, ..options.clone() };
    let mut sides = [Reading::new(left, Side::Left), Reading::new(right, Side::Right)];
    let mut last: [Option<State>; 2] = [None, None];
    let mut unmet = Unmet::new(&options.rules);
    // How many states were the same.
    let mut same = 0;
    let (states, verdict) = loop {
        let [left, right] = &mut sides;
        let mut states = [left.next()?, right.next()?];
        if same == 0 && sides.iter().all(|side| side.is_missing) {
            return Ok(None);
        }
        let lassos = sides.iter().all(|side| side.ended && !side.turn.is_empty());
        let alike = sides[0].read == sides[1].read && sides[0].head.loop_index == sides[1].head.loop_index;
        let turns: usize = sides.iter().map(|side| side.turn.len()).sum();
        let longest = sides[0].read.max(sides[1].read);
        // Two lassos that were the same for so long go on alike for ever.
        if lassos && (alike || same >= longest + turns) {
            break ([None, None], if alike { Verdict::AsWritten } else { Verdict::SameWord });
        }
        if let [Some(a), Some(b)] = &states {
            for state in [a, b] {
                unmet.look(&state.value);
            }
            let agree = a.value == b.value && !options.meta || {
                let one = |head: &Trace, state: &State| Trace {
                    states: vec![state.clone()],
                    loop_index: None,
                    ..head.clone()
                };
                agree(&one(sides[0].head(), a), &one(sides[1].head(), b), &options)
            };
            if !agree {
                break (states, Verdict::Differs);
            }
            last = states;
            same += 1;
        } else {
            // What is at its end is compared with a lasso as it is written.
            for (state, side) in states.iter_mut().zip(&sides) {
                *state = state.take().filter(|_| !side.is_beyond());
            }
            let ended = sides.iter().all(|side| side.ended);
            break (states, if ended { Verdict::AsWritten } else { Verdict::Differs });
        }
    };
    let before = usize::from(same > 0);
    let heads = [0, 1].map(|side: usize| {
        let states = last[side].clone().into_iter().chain(states[side].clone()).collect();
        let head = sides[side].head().clone();
        // Only at their ends it is known how both go on.
        Trace { states, loop_index: head.loop_index.filter(|_| verdict == Verdict::AsWritten), ..head }
    });
    let mut diff = diff_traces(&heads[0], &heads[1], &options);
    shift(&mut diff, same - before);
    diff.remarks.retain(|remark| !matches!(remark, Remark::Unmet { .. }));
    if verdict == Verdict::Differs {
        if states.iter().all(Option::is_some) {
            let unrolled = sides.iter().filter(|side| side.is_beyond());
            diff.remarks.extend(unrolled.map(|s| Remark::Unrolled { side: s.side, states: s.read }));
        }
        if !diff.remarks.contains(&Remark::Stopped) {
            diff.remarks.push(Remark::Stopped);
        }
        return Ok(Some(diff));
    }
    if verdict == Verdict::SameWord {
        let counts = &mut diff.counts;
        (counts.left, counts.right) = (sides[0].read, sides[1].read);
        counts.paired = counts.left.min(counts.right);
        counts.equal = counts.paired;
        diff.pairs.truncate(counts.paired);
        diff.remarks.push(Remark::SameWord);
    }
    diff.remarks.extend(unmet.remarks());
    Ok(Some(diff))
}

/// How two traces were read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Up to where they differ.
    Differs,
    /// To the end of both: what is left to compare is how they go on.
    AsWritten,
    /// For so long that both are the same for ever.
    SameWord,
}

/// One of the two traces, which goes on in its loop after its end.
struct Reading<'a, 'b> {
    events: &'a mut Events<'b>,
    side: Side,
    /// What the trace says of itself, once it is at its end.
    head: Trace,
    /// How many states it has, as far as it was read.
    read: usize,
    ended: bool,
    /// Whether there is no such trace.
    is_missing: bool,
    /// The states of its loop, if it says before them where they begin.
    turn: Vec<State>,
    /// How many states of the loop were taken after the end.
    beyond: usize,
}

impl<'a, 'b> Reading<'a, 'b> {
    fn new(events: &'a mut Events<'b>, side: Side) -> Self {
        let (head, turn) = (Trace::default(), Vec::new());
        Self { events, side, head, read: 0, ended: false, is_missing: false, turn, beyond: 0 }
    }

    fn head(&self) -> &Trace {
        if self.ended { &self.head } else { self.events.trace() }
    }

    /// Whether the last state is one of another turn in the loop.
    fn is_beyond(&self) -> bool {
        self.beyond > 0
    }

    fn next(&mut self) -> Result<Option<State>, (Side, ReadError)> {
        if !self.ended {
            match self.events.next().transpose().map_err(|error| (self.side, error))? {
                Some(Event::State(state)) => {
                    let back = self.events.trace().loop_index;
                    if back.is_some_and(|back| back <= self.read as u64) {
                        self.turn.push(state.clone());
                    }
                    self.read += 1;
                    return Ok(Some(state));
                }
                Some(Event::End(document)) => self.head = document.trace,
                None => {
                    self.is_missing = self.read == 0;
                    self.head = self.events.trace().clone();
                }
            }
            self.ended = true;
            if self.head.loop_index.is_none_or(|back| back + self.turn.len() as u64 != self.read as u64) {
                self.turn.clear();
            }
        }
        let state = self.turn.get(self.beyond.checked_rem(self.turn.len()).unwrap_or_default()).cloned();
        self.beyond += usize::from(state.is_some());
        Ok(state)
    }
}

/// Whether nothing that counts differs between traces of one state each.
fn agree(left: &Trace, right: &Trace, options: &Options) -> bool {
    let prepared = Prepared::new(left, right, options);
    let table = Table::new([&prepared.traces[0], &prepared.traces[1]]);
    let [lefts, rights] = &table.rows;
    Comparer::new(&options.rules, options.limits).agree(&table, &lefts[0], &rights[0])
}

/// Counts the states that were left out because they are the same.
fn shift(diff: &mut TraceDiff, by: usize) {
    let counts = &mut diff.counts;
    for count in [&mut counts.left, &mut counts.right, &mut counts.paired, &mut counts.equal] {
        *count += by;
    }
    for (left, right) in &mut diff.pairs {
        (*left, *right) = (*left + by, *right + by);
    }
    diff.pairs.splice(0..0, (0..by).map(|at| (at, at)));
    for entry in &mut diff.entries {
        match entry {
            Entry::Pair(pair) => {
                (pair.left, pair.right) = (pair.left + by, pair.right + by);
                for (left, right) in pair.new.iter_mut().filter_map(|new| new.lasts.until.as_mut()) {
                    (*left, *right) = (*left + by, *right + by);
                }
            }
            Entry::Only(only) => only.at += by,
        }
    }
}
