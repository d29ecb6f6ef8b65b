//! The comparison that stops at the first difference, of traces that are still being read.

use super::compare::Comparer;
use super::prepare::Prepared;
use super::report::{Entry, Mode, Remark, Side, TraceDiff};
use super::table::Table;
use super::trace::{Options, diff_traces};
use crate::read::{Event, Events, ReadError};
use crate::trace::{State, Trace};

/// Where the next traces of `left` and `right` part: both are read in step, and no further than the first difference.
/// Nothing is held but the last states, so the traces may be larger than the memory, or not at their end yet. `None`
/// when neither has another trace.
///
/// States are compared by their indices whatever [`Options::mode`] says; a renaming is not looked for, and repeated states
/// are not left out.
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
pub fn diff_prefix(
    left: &mut Events<'_>,
    right: &mut Events<'_>,
    options: &Options,
) -> Result<Option<TraceDiff>, (Side, ReadError)> {
    let options = Options { mode: Mode::Prefix, rename: false, stutter: false, ..options.clone() };
    let mut last: [Option<State>; 2] = [None, None];
    // How many states were the same.
    let mut same = 0;
    loop {
        let next = [step(left, Side::Left)?, step(right, Side::Right)?];
        if same == 0 && next.iter().all(Option::is_none) {
            return Ok(None);
        }
        let mut heads = [left.trace().clone(), right.trace().clone()];
        let mut states: [Option<State>; 2] = [None, None];
        let mut ended = 0;
        for (side, event) in next.into_iter().enumerate() {
            match event {
                Some(Event::State(state)) => states[side] = Some(state),
                Some(Event::End(document)) => {
                    heads[side] = document.trace;
                    ended += 1;
                }
                None => ended += 1,
            }
        }
        if let [Some(a), Some(b)] = &states {
            let agree = a.value == b.value && !options.meta || {
                let one = |head: &Trace, state: &State| Trace {
                    states: vec![state.clone()],
                    loop_index: None,
                    ..head.clone()
                };
                agree(&one(&heads[0], a), &one(&heads[1], b), &options)
            };
            if agree {
                last = states;
                same += 1;
                continue;
            }
        }
        let before = usize::from(same > 0);
        for (head, (last, state)) in heads.iter_mut().zip(last.into_iter().zip(states)) {
            head.states = last.into_iter().chain(state).collect();
            if ended < 2 {
                // Only at their ends it is known how both go on.
                head.loop_index = None;
            }
        }
        let mut diff = diff_traces(&heads[0], &heads[1], &options);
        shift(&mut diff, same - before);
        if ended < 2 && !diff.remarks.contains(&Remark::Stopped) {
            diff.remarks.push(Remark::Stopped);
        }
        return Ok(Some(diff));
    }
}

fn step(events: &mut Events<'_>, side: Side) -> Result<Option<Event>, (Side, ReadError)> {
    events.next().transpose().map_err(|error| (side, error))
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
