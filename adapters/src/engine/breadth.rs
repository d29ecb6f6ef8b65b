//! Breadth-first search for a shortest way.

use std::collections::HashSet;
use std::hash::Hash;

use rapidhash::fast::RandomState;

use crate::Fault;
use crate::engine::profile::Tally;
use crate::engine::{Profile, Space};

/// How far a breadth-first search goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breadth {
    /// The longest traces to consider, in states (the initial one included).
    pub max_len: usize,
    /// The most distinct states to visit, which bounds memory: those of the newest length are kept, of the others their
    /// keys and how they were reached.
    pub max_states: usize,
}

/// Any length, four million states.
impl Default for Breadth {
    fn default() -> Self {
        Self { max_len: usize::MAX, max_states: 4_000_000 }
    }
}

/// What a breadth-first search came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reached<C> {
    /// A shortest way to what was looked for.
    Found {
        /// Its calls. The trace has one more state than calls.
        calls: Vec<C>,
        /// Where it begins: the index of the initial state among those of [`Space::starts`].
        start: usize,
    },
    /// No trace of up to [`Breadth::max_len`] states finds it; longer ones were not considered.
    NoneUpTo {
        /// That bound, in states.
        len: usize,
    },
    /// No trace of any length finds it: all reachable states were visited.
    Unreachable,
    /// [`Breadth::max_states`] was hit before the traces of the next length were all considered.
    BoundHit {
        /// No trace of up to so many states finds it.
        complete_len: usize,
    },
}

/// The result of a breadth-first search, with its size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreadthReport<C> {
    /// What it came to.
    pub reached: Reached<C>,
    /// The distinct states visited.
    pub states: usize,
    /// The calls executed.
    pub steps: u64,
    /// Which actions were taken.
    pub profile: Profile,
}

impl<C> BreadthReport<C> {
    /// The length in states below which it is proved that no trace finds what was looked for; `None` when that holds for
    /// any length. For a trace that was found this is its own length.
    ///
    /// ```
    /// use itf_adapters::engine::{BreadthReport, Profile, Reached};
    /// let reached: Reached<()> = Reached::NoneUpTo { len: 6 };
    /// let report = BreadthReport { reached, states: 10, steps: 20, profile: Profile::default() };
    /// assert_eq!(report.none_shorter_than(), Some(7));
    /// ```
    pub fn none_shorter_than(&self) -> Option<usize> {
        match &self.reached {
            Reached::Found { calls, .. } => Some(calls.len() + 1),
            Reached::NoneUpTo { len } | Reached::BoundHit { complete_len: len } => {
                Some(len.saturating_add(1))
            }
            Reached::Unreachable => None,
        }
    }
}

/// How a state was first reached.
enum Arrival<C> {
    /// It is the initial state with this index.
    Start(usize),
    /// From the state with that number, by that call.
    Step { parent: usize, call: C },
}

/// Searches for a shortest way to what is looked for. States with the same `key` count as one: they must have, call by
/// call, the same future.
///
/// # Errors
///
/// Trouble with the spec.
///
/// See [`Space`] for an example.
pub fn breadth_first<S: Space, K: Eq + Hash>(
    space: &mut S,
    bounds: &Breadth,
    key: impl Fn(&S::State) -> K,
) -> Result<BreadthReport<S::Call>, Fault> {
    let mut visited = HashSet::with_hasher(RandomState::new());
    // States arrived in the order of their numbers, the initial ones first.
    let mut arrivals: Vec<Arrival<S::Call>> = Vec::new();
    let mut tally = Tally::default();
    let mut steps = 0;
    let reached = 'search: {
        if bounds.max_len == 0 {
            break 'search Reached::NoneUpTo { len: 0 };
        }
        let mut newest = Vec::new();
        for (index, start) in space.starts()?.into_iter().enumerate() {
            if !visited.insert(key(&start)) {
                continue;
            }
            if space.is_found(&start)? {
                break 'search Reached::Found { calls: Vec::new(), start: index };
            }
            newest.push((start, arrivals.len()));
            arrivals.push(Arrival::Start(index));
        }
        let mut len = 1;
        while !newest.is_empty() {
            if len == bounds.max_len {
                break 'search Reached::NoneUpTo { len };
            }
            let mut next = Vec::new();
            for (state, number) in &newest {
                for call in space.enabled(state)? {
                    let mut successor = state.clone();
                    let action = space.action(&call);
                    let Some(used) = space.step(&mut successor, &call)? else {
                        tally.refuse(action);
                        continue;
                    };
                    steps += 1;
                    tally.take(action);
                    if !visited.insert(key(&successor)) {
                        continue;
                    }
                    let arrived = arrivals.len();
                    arrivals.push(Arrival::Step { parent: *number, call: used });
                    if space.is_found(&successor)? {
                        let (start, calls) = path(&arrivals);
                        break 'search Reached::Found { calls, start };
                    }
                    if visited.len() >= bounds.max_states {
                        break 'search Reached::BoundHit { complete_len: len };
                    }
                    next.push((successor, arrived));
                }
            }
            newest = next;
            len += 1;
        }
        Reached::Unreachable
    };
    let mut profile = tally.named(&space.actions());
    profile.sort();
    Ok(BreadthReport { reached, states: visited.len(), steps, profile })
}

/// The initial state from which, and the calls by which the state was reached that arrived last.
fn path<C: Clone>(arrivals: &[Arrival<C>]) -> (usize, Vec<C>) {
    let (mut calls, mut start) = (Vec::new(), 0);
    let mut arrival = arrivals.last();
    while let Some(reached) = arrival {
        arrival = match reached {
            Arrival::Start(index) => {
                start = *index;
                None
            }
            Arrival::Step { parent, call } => {
                calls.push(call.clone());
                arrivals.get(*parent)
            }
        };
    }
    calls.reverse();
    (start, calls)
}
