//! Running a candidate.

use std::convert::Infallible;
use std::hash::Hash;

use crate::{Pool, Verdict};

/// What one run of a candidate was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run<T, S> {
    /// What the run showed.
    pub verdict: Verdict,
    /// The items that really executed, in order, as they executed. It ends with the item at which the run
    /// ended: at a failure, the items after it are not here. Under skip semantics disabled items are missing,
    /// and an item may differ from the one asked for (a stale choice that was replaced): the engine adopts
    /// what is here. For an oracle that only says yes or no it is the candidate.
    pub executed: Vec<T>,
    /// If known, the state before the first executed item and after every one: one more than `executed`.
    /// (A list of any other length is ignored.) Equal states must behave equally for the free cuts to pay;
    /// if they do not, calls are wasted, but nothing wrong is ever accepted, since a run decides.
    pub states: Option<Vec<S>>,
}

impl<T: Clone, S> Run<T, S> {
    /// A run of the whole candidate about whose states nothing is known.
    ///
    /// ```
    /// use itf_shrink::{Run, Verdict};
    /// let run: Run<u8, ()> = Run::of(&[1, 2], Verdict::Passes);
    /// assert_eq!(run.executed, [1, 2]);
    /// assert_eq!(run.states, None);
    /// ```
    pub fn of(candidate: &[T], verdict: Verdict) -> Self {
        Run { verdict, executed: candidate.to_vec(), states: None }
    }
}

/// Decides what a candidate shows, by running it. This is the only thing that costs.
///
/// An oracle has to be deterministic: results are kept, and a candidate is not run twice (except after a
/// [`Fault`](crate::Unresolved::Fault)).
///
/// ```
/// use itf_shrink::{Oracle, Run, Verdict};
///
/// /// A counter that must not reach three; `-` is disabled at zero and then dropped.
/// struct Counter;
///
/// impl Oracle<char> for Counter {
///     type State = u32;
///     fn run(&mut self, candidate: &[char]) -> Run<char, u32> {
///         let (mut executed, mut states, mut n) = (Vec::new(), vec![0], 0u32);
///         for &c in candidate {
///             n = match c {
///                 '+' => n + 1,
///                 _ if n > 0 => n - 1,
///                 _ => continue,
///             };
///             executed.push(c);
///             states.push(n);
///             if n == 3 {
///                 return Run { verdict: Verdict::fails("bound", "n", "n = 3"), executed, states: Some(states) };
///             }
///         }
///         Run { verdict: Verdict::Passes, executed, states: Some(states) }
///     }
/// }
///
/// let report = itf_shrink::shrink(&['-', '+', '+', '-', '+', '+', '-'], &mut Counter).unwrap();
/// assert_eq!(report.items, ['+', '+', '+']);
/// assert_eq!(report.states, Some(vec![0, 1, 2, 3]));
/// ```
pub trait Oracle<T> {
    /// What identifies a state. An oracle that knows none takes [`Infallible`].
    type State: Clone + Eq + Hash;

    /// Runs the candidate from the initial state, to its end or to its first failure.
    fn run(&mut self, candidate: &[T]) -> Run<T, Self::State>;

    /// How many runs, of those that were answered so far, cost nothing: they were made before, and are known from then. They
    /// do not count for [`max_calls`](crate::Options::max_calls).
    fn recalled(&self) -> usize {
        0
    }

    /// Where several runs can be under way at once: what runs them. See [`Workers`](crate::Workers).
    fn pool(&mut self) -> Option<&mut dyn Pool<T, Self::State>> {
        None
    }
}

/// A plain function as an oracle: it judges the candidate as a whole and knows neither states nor what executed.
///
/// ```
/// use itf_shrink::{Predicate, Verdict, shrink};
/// let mut both = Predicate(|c: &[u8]| {
///     if c.contains(&3) && c.contains(&7) { Verdict::fails("has", "3 and 7", "") } else { Verdict::Passes }
/// });
/// assert_eq!(shrink(&[1, 7, 2, 2, 3, 9], &mut both).unwrap().items, [7, 3]);
/// ```
#[derive(Debug, Clone)]
pub struct Predicate<F>(pub F);

impl<T: Clone, F: FnMut(&[T]) -> Verdict> Oracle<T> for Predicate<F> {
    type State = Infallible;

    fn run(&mut self, candidate: &[T]) -> Run<T, Infallible> {
        Run::of(candidate, (self.0)(candidate))
    }
}
