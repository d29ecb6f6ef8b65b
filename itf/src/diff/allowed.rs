//! One observed execution against all that are allowed.

use std::collections::HashSet;

use super::observed::{Candidate, nearest, observe};
use super::rules::Rules;
use crate::action::{Label, Labels};
use crate::trace::Trace;
use crate::value::Record;

/// How far an execution is one of those that are allowed, and what was allowed where it is not: made by [`follow`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Followed {
    /// How many states are as one of the allowed executions has them.
    pub states: usize,
    /// Whether that is all of them.
    pub is_allowed: bool,
    /// Each state that was allowed in place of the next one, the nearest to what was observed first. None if all
    /// executions that begin like this end here.
    pub allowed: Vec<Candidate>,
}

/// Follows `observed` through the executions that are `allowed`, as far as it is one of them. `labels` say what steps are
/// called.
///
/// ```
/// use itf::{Labels, diff::{Rules, follow}};
/// let allowed = itf::read(br#"
///     {"vars":["last","x"],"states":[{"last":"init","x":0},{"last":"reset","x":0}]}
///     {"vars":["last","x"],"states":[{"last":"init","x":0},{"last":"incr","x":1}]}
/// "#)?;
/// let observed = &itf::read(br#"{"vars":["x"],"states":[{"x":0},{"x":2}]}"#)?[0];
/// let rules = Rules { partial: true, ..Rules::default() };
/// let followed = follow(&allowed, observed, Labels::parse("fields:last").ok().as_ref(), &rules);
/// assert_eq!(followed.states, 1);
/// assert_eq!(followed.allowed[0].to_string(), "action reset, differs in one place");
/// assert_eq!(followed.allowed.len(), 2);
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn follow(allowed: &[Trace], observed: &Trace, labels: Option<&Labels>, rules: &Rules) -> Followed {
    let mut alike: Vec<&Trace> = allowed.iter().collect();
    for (at, state) in observed.states.iter().enumerate() {
        let agrees = |trace: &&Trace| {
            let expected = trace.states.get(at);
            expected.is_some_and(|expected| observe(&expected.value, &state.value, rules).agrees())
        };
        let next: Vec<&Trace> = alike.iter().copied().filter(agrees).collect();
        if next.is_empty() {
            let mut seen: HashSet<(Option<Label>, Record)> = HashSet::new();
            let mut successors = Vec::new();
            for expected in alike.iter().filter_map(|trace| trace.states.get(at)) {
                let label = labels.and_then(|labels| labels.label(expected, at).ok());
                let successor = (label, expected.value.clone());
                if seen.insert(successor.clone()) {
                    successors.push(successor);
                }
            }
            let allowed = nearest(&successors, &state.value, rules);
            return Followed { states: at, is_allowed: false, allowed };
        }
        alike = next;
    }
    Followed { states: observed.states.len(), is_allowed: true, allowed: Vec::new() }
}
