//! Breadth-first search for a shortest trace.

use std::hash::Hash;

use rapidhash::RapidHashSet;

use crate::action::Call;
use crate::instance::Instance;
use crate::machine::{Choices, enabled, init, step};
use crate::property::Property;
use crate::search::reduction::{Reduction, essence, representative};
use crate::state::State;

/// How a breadth-first search goes, and how far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreadthFirst {
    /// Which states count as one.
    pub reduction: Reduction,
    /// The longest traces to consider, in states (the initial one included).
    pub max_len: usize,
    /// The most distinct states to visit, which bounds memory: about 100 bytes each with a reduction, plus 250 for
    /// those of the newest length.
    pub max_states: usize,
}

/// All reductions, any length, four million states.
impl Default for BreadthFirst {
    fn default() -> BreadthFirst {
        BreadthFirst { reduction: Reduction::Views, max_len: usize::MAX, max_states: 4_000_000 }
    }
}

/// What a breadth-first search came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A shortest trace to a state in which the property is found.
    Found {
        /// Its calls, with all their picks. The trace has one more state than calls.
        calls: Vec<Call>,
    },
    /// No trace of up to [`BreadthFirst::max_len`] states finds the property; longer ones were not considered.
    NoneUpTo {
        /// That bound, in states.
        len: usize,
    },
    /// No trace of any length finds the property: all reachable states were visited.
    Unreachable,
    /// [`BreadthFirst::max_states`] was hit before the traces of the next length were all considered.
    BoundHit {
        /// No trace of up to so many states finds the property.
        complete_len: usize,
    },
}

/// The result of a breadth-first search, with its size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreadthReport {
    /// What it came to.
    pub outcome: Outcome,
    /// The distinct states visited, under the reduction.
    pub states: usize,
    /// The calls executed.
    pub steps: u64,
}

impl BreadthReport {
    /// The length in states below which it is proved that no trace finds the property; `None` when that holds for any
    /// length. For a trace that was found this is its own length.
    ///
    /// ```
    /// use itf_dns_spec::{BreadthFirst, Instance, Property, breadth_first};
    ///
    /// let instance = Instance::named("n3_5_3").ok_or("no such instance")?;
    /// let search = BreadthFirst { max_len: 6, ..BreadthFirst::default() };
    /// let report = breadth_first(&instance, Property::NoInconsistentRoot, &search);
    /// assert_eq!(report.none_shorter_than(), Some(7));
    /// # Ok::<(), &str>(())
    /// ```
    pub fn none_shorter_than(&self) -> Option<usize> {
        match &self.outcome {
            Outcome::Found { calls } => Some(calls.len() + 1),
            Outcome::NoneUpTo { len } | Outcome::BoundHit { complete_len: len } => {
                Some(len.saturating_add(1))
            }
            Outcome::Unreachable => None,
        }
    }
}

/// Searches for a shortest trace to a state in which the property is found ([`Property::is_found_in`]).
///
/// The result depends on nothing but the arguments.
///
/// ```
/// use itf_dns_spec::{BreadthFirst, Instance, Outcome, Property, breadth_first};
///
/// let instance = Instance::named("n3_5_3").ok_or("no such instance")?;
/// let report = breadth_first(&instance, Property::Plans3, &BreadthFirst::default());
/// assert!(matches!(report.outcome, Outcome::Found { calls } if calls.len() == 3));
/// # Ok::<(), &str>(())
/// ```
pub fn breadth_first(instance: &Instance, property: Property, search: &BreadthFirst) -> BreadthReport {
    match search.reduction {
        Reduction::None => {
            explore(instance, property, search, Choices::All, |state| (state.core, state.plans.clone()))
        }
        Reduction::Picks => explore(instance, property, search, Choices::Least, |state| state.core),
        Reduction::Deployers => {
            explore(instance, property, search, Choices::Least, |state| representative(&state.core))
        }
        Reduction::Views => explore(instance, property, search, Choices::Least, |state| essence(&state.core)),
    }
}

/// How a state was first reached: from the state with that number, by that call.
struct Arrival {
    parent: usize,
    call: Call,
}

fn explore<K: Eq + Hash>(
    instance: &Instance,
    property: Property,
    search: &BreadthFirst,
    choices: Choices,
    key: impl Fn(&State) -> K,
) -> BreadthReport {
    let start = init(instance);
    let mut visited = RapidHashSet::default();
    visited.insert(key(&start));
    // The state with number 0 is the initial one; the others arrived in the order of their numbers.
    let mut arrivals: Vec<Arrival> = Vec::new();
    let mut steps = 0;
    let report = |outcome, states, steps| BreadthReport { outcome, states, steps };

    if search.max_len == 0 {
        return report(Outcome::NoneUpTo { len: 0 }, 0, 0);
    }
    if property.is_found_in(&start) {
        return report(Outcome::Found { calls: Vec::new() }, 1, 0);
    }
    let mut newest = vec![(start, 0)];
    let mut len = 1;
    while !newest.is_empty() {
        if len == search.max_len {
            return report(Outcome::NoneUpTo { len }, visited.len(), steps);
        }
        let mut next = Vec::new();
        for (state, number) in &newest {
            for call in enabled(instance, state, choices) {
                steps += 1;
                // Disabled does not happen: the call is one of the enabled ones.
                let Ok((successor, _)) = step(instance, state, &call) else { continue };
                if !visited.insert(key(&successor)) {
                    continue;
                }
                arrivals.push(Arrival { parent: *number, call });
                if property.is_found_in(&successor) {
                    let calls = path(&arrivals);
                    return report(Outcome::Found { calls }, visited.len(), steps);
                }
                if visited.len() >= search.max_states {
                    return report(Outcome::BoundHit { complete_len: len }, visited.len(), steps);
                }
                next.push((successor, arrivals.len()));
            }
        }
        newest = next;
        len += 1;
    }
    report(Outcome::Unreachable, visited.len(), steps)
}

/// The calls that lead to the state that arrived last.
fn path(arrivals: &[Arrival]) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut number = arrivals.len();
    while let Some(arrival) = number.checked_sub(1).and_then(|index| arrivals.get(index)) {
        calls.push(arrival.call);
        number = arrival.parent;
    }
    calls.reverse();
    calls
}
