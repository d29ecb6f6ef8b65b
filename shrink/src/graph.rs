//! The learned graph: every state and every step seen in any run so far.
//!
//! Every candidate that runs adds to it, also those that pass. It gives two things: the shortest way from the
//! initial state to a state in which the failure showed, of which loop erasure is the special case of one run;
//! and a forecast of what a candidate would do, which saves runs that could teach nothing. Neither is ever
//! believed: a run confirms the first, and no claim rests on the second.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::Semantics;
use crate::intern::Id;

/// What an item does in a state, as far as seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    To(Id),
    Disabled,
    /// Seen doing different things: the states say less than what matters.
    Unsure,
}

/// What a candidate would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Forecast {
    /// It meets a state or a step at which the failure showed.
    Fails,
    /// Every step of it was seen before, and none failed.
    Harmless,
    /// It does something never seen.
    Unknown,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// There was nothing left to do.
    Finished,
    /// In the failure that is kept.
    Failed,
    /// In another failure.
    FailedOtherwise,
    /// The next item was disabled, under strict semantics.
    Disabled,
}

#[derive(Debug, Default)]
pub(crate) struct Graph {
    initial: Option<Id>,
    next: HashMap<(Id, Id), Next>,
    /// Outgoing steps in the order of their discovery, so that a search is deterministic.
    steps: HashMap<Id, Vec<(Id, Id)>>,
    /// States at which a run failed the same way, and through which none passed.
    bad_states: HashSet<Id>,
    /// Steps (state, item) with which a run failed the same way.
    bad_steps: HashSet<(Id, Id)>,
    states: HashSet<Id>,
    /// Whether a search may find more than the last one.
    grew: bool,
}

impl Graph {
    /// Adds a run: what was asked, what executed, and the states, one more than that.
    pub(crate) fn learn(&mut self, asked: &[Id], executed: &[Id], states: &[Id], end: End) {
        let Some(&initial) = states.first() else { return };
        self.initial.get_or_insert(initial);
        let steps = executed.len();
        for (i, &item) in executed.iter().enumerate() {
            let (from, to) = (states[i], states[i + 1]);
            let last = end == End::Failed && i + 1 == steps;
            self.add(from, item, to);
            if last {
                self.grew |= self.bad_states.insert(to);
                self.grew |= self.bad_steps.insert((from, item));
            } else {
                // A run went on from here, so the state alone (or the step alone) is not what failed.
                self.bad_states.remove(&to);
                self.bad_steps.remove(&(from, item));
            }
        }
        self.states.extend(states);
        self.learn_disabled(asked, executed, states, end);
    }

    fn add(&mut self, from: Id, item: Id, to: Id) {
        let seen = self.next.get(&(from, item)).copied();
        if seen == Some(Next::To(to)) {
            return;
        }
        self.next.insert((from, item), if seen.is_none() { Next::To(to) } else { Next::Unsure });
        let steps = self.steps.entry(from).or_default();
        if !steps.contains(&(item, to)) {
            steps.push((item, to));
            self.grew = true;
        }
    }

    /// An item that is missing in what executed was disabled where it stood. Matching what was asked with what
    /// executed from the left is exact: a disabled item leaves the state as it is, so if the first of two equal
    /// items is disabled, the second is too, unless something executed between them.
    fn learn_disabled(&mut self, asked: &[Id], executed: &[Id], states: &[Id], end: End) {
        let mut at = 0;
        let mut missing = Vec::new();
        for item in asked {
            if executed.get(at) == Some(item) {
                at += 1;
            } else if at < executed.len() || end == End::Finished {
                missing.push((states[at], *item));
            } else {
                if end == End::Disabled {
                    missing.push((states[at], *item));
                }
                break;
            }
        }
        if at == executed.len() {
            for key in missing {
                self.next
                    .entry(key)
                    .and_modify(|n| {
                        if *n != Next::Disabled {
                            *n = Next::Unsure;
                        }
                    })
                    .or_insert(Next::Disabled);
            }
        }
    }

    /// Whether something was added since this was asked last.
    pub(crate) fn take_grew(&mut self) -> bool {
        std::mem::take(&mut self.grew)
    }

    /// The shortest known way from the initial state to the failure, found breadth first.
    pub(crate) fn shortest(&self) -> Option<Vec<Id>> {
        let initial = self.initial?;
        let mut came: HashMap<Id, (Id, Id)> = HashMap::new();
        let mut queue = VecDeque::from([initial]);
        while let Some(from) = queue.pop_front() {
            for &(item, to) in self.steps.get(&from).into_iter().flatten() {
                let bad = self.bad_states.contains(&to) || self.bad_steps.contains(&(from, item));
                if bad {
                    let mut way = vec![item];
                    let mut at = from;
                    while at != initial {
                        let (before, by) = came[&at];
                        way.push(by);
                        at = before;
                    }
                    way.reverse();
                    return Some(way);
                }
                if to != initial && !came.contains_key(&to) {
                    came.insert(to, (from, item));
                    queue.push_back(to);
                }
            }
        }
        None
    }

    /// What the candidate would do, if items always do what they did.
    pub(crate) fn forecast(&self, candidate: &[Id], semantics: Semantics) -> Forecast {
        let Some(mut at) = self.initial else { return Forecast::Unknown };
        for &item in candidate {
            match self.next.get(&(at, item)) {
                Some(Next::To(to)) => {
                    if self.bad_steps.contains(&(at, item)) || self.bad_states.contains(to) {
                        return Forecast::Fails;
                    }
                    at = *to;
                }
                Some(Next::Disabled) if semantics == Semantics::Skip => {}
                Some(Next::Disabled) => return Forecast::Harmless,
                Some(Next::Unsure) | None => return Forecast::Unknown,
            }
        }
        Forecast::Harmless
    }

    /// Where the candidate first meets an item known to be disabled.
    pub(crate) fn blocked_at(&self, candidate: &[Id]) -> Option<usize> {
        let mut at = self.initial?;
        for (place, &item) in candidate.iter().enumerate() {
            match self.next.get(&(at, item)) {
                Some(Next::To(to)) => at = *to,
                Some(Next::Disabled) => return Some(place),
                Some(Next::Unsure) | None => return None,
            }
        }
        None
    }

    /// How many pairs of a known state and one of so many items have not been seen.
    pub(crate) fn unknown(&self, items: usize) -> usize {
        (self.states.len() * items).saturating_sub(self.next.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was asked, what executed, the states, and the end.
    type Seen<'a> = (&'a [Id], &'a [Id], &'a [Id], End);

    fn graph(runs: &[Seen<'_>]) -> Graph {
        let mut graph = Graph::default();
        for (asked, executed, states, end) in runs {
            graph.learn(asked, executed, states, *end);
        }
        graph
    }

    #[test]
    fn loops_are_erased_and_runs_are_combined() {
        let one = graph(&[(&[0, 1, 0, 0], &[0, 1, 0, 0], &[0, 1, 0, 1, 2], End::Failed)]);
        assert_eq!(one.shortest(), Some(vec![0, 0]));
        // The second run passes, and shows a step past the middle of the first.
        let two = graph(&[
            (&[0, 0, 0], &[0, 0, 0], &[0, 1, 2, 3], End::Failed),
            (&[1], &[1], &[0, 2], End::Finished),
        ]);
        assert_eq!(two.shortest(), Some(vec![1, 0]));
    }

    #[test]
    fn a_state_that_a_run_survives_is_not_the_failure() {
        let mut g = graph(&[(&[0, 0], &[0, 0], &[0, 1, 2], End::Failed)]);
        g.learn(&[1], &[1], &[0, 2], End::Finished);
        // The step 0 in state 1 is still bad, state 2 alone is not.
        assert_eq!(g.shortest(), Some(vec![0, 0]));
        g.learn(&[0, 0], &[0, 0], &[0, 1, 2], End::Finished);
        assert_eq!(g.shortest(), None);
    }

    #[test]
    fn forecasts_follow_what_was_seen() {
        let g = graph(&[(&[1, 0, 1, 0], &[0, 0], &[0, 1, 2], End::Failed)]);
        let skip = |c: &[Id]| g.forecast(c, Semantics::Skip);
        assert_eq!(skip(&[1, 0]), Forecast::Harmless);
        assert_eq!(skip(&[1, 0, 1, 0]), Forecast::Fails);
        assert_eq!(skip(&[0, 2]), Forecast::Unknown);
        assert_eq!(g.forecast(&[1, 0], Semantics::Strict), Forecast::Harmless);
        assert_eq!(g.blocked_at(&[0, 1]), Some(1));
        assert_eq!(g.unknown(2), 2); // Both items in state 2.
    }

    #[test]
    fn what_follows_the_end_of_a_run_is_unknown() {
        for end in [End::Failed, End::FailedOtherwise] {
            let g = graph(&[(&[0, 1], &[0], &[0, 1], end)]);
            assert_eq!(g.blocked_at(&[0, 1]), None, "{end:?}");
        }
        let g = graph(&[(&[0, 1, 0], &[0], &[0, 1], End::Disabled)]);
        assert_eq!(g.blocked_at(&[0, 1]), Some(1));
        assert_eq!(g.blocked_at(&[0, 0]), None);
    }

    #[test]
    fn an_item_that_does_different_things_forecasts_nothing() {
        let g = graph(&[(&[0], &[0], &[0, 1], End::Finished), (&[0], &[0], &[0, 2], End::Finished)]);
        assert_eq!(g.forecast(&[0], Semantics::Skip), Forecast::Unknown);
    }
}
