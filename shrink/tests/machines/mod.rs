//! Small state machines with a bug, to shrink: the tests and the benchmark share them.

pub(crate) mod diehard;
pub(crate) mod dns;
pub(crate) mod hanoi;
pub(crate) mod noisy;
pub(crate) mod tables;

use std::collections::HashSet;
use std::fmt::Debug;
use std::hash::Hash;

use itf_shrink::{Oracle, Run, Semantics, Verdict};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

/// A machine: deterministic, with calls that may be disabled and states that may be bad.
pub(crate) trait Machine {
    type Call: Copy + Eq + Hash + Debug;
    type State: Clone + Eq + Hash + Debug;

    fn init(&self) -> Self::State;
    /// The successor, or `None` where the call is disabled.
    fn step(&self, state: &Self::State, call: Self::Call) -> Option<Self::State>;
    fn bad(&self, state: &Self::State) -> bool;
    /// Every call there is, with a weight for random walks.
    fn pool(&self) -> Vec<(Self::Call, u32)>;
    /// What a caller would name as classes.
    fn classes(call: &Self::Call) -> Vec<String>;
}

/// Runs candidates on a machine, counts what it does, and can keep its states to itself.
pub(crate) struct Exec<'m, M> {
    pub(crate) machine: &'m M,
    pub(crate) semantics: Semantics,
    pub(crate) tells_states: bool,
    pub(crate) calls: usize,
}

impl<'m, M: Machine> Exec<'m, M> {
    pub(crate) fn new(machine: &'m M, semantics: Semantics) -> Self {
        Exec { machine, semantics, tells_states: true, calls: 0 }
    }
}

impl<M: Machine> Oracle<M::Call> for Exec<'_, M> {
    type State = M::State;

    fn run(&mut self, candidate: &[M::Call]) -> Run<M::Call, M::State> {
        self.calls += 1;
        let mut executed = Vec::new();
        let mut states = vec![self.machine.init()];
        let mut verdict = Verdict::Passes;
        for &call in candidate {
            let state = states.last().expect("there is an initial state");
            match self.machine.step(state, call) {
                None if self.semantics == Semantics::Skip => {}
                None => {
                    verdict = Verdict::invalid(format!("{call:?} is disabled"));
                    break;
                }
                Some(next) => {
                    let bad = self.machine.bad(&next);
                    executed.push(call);
                    states.push(next);
                    if bad {
                        verdict = Verdict::fails("invariant", "bad", format!("after {call:?}"));
                        break;
                    }
                }
            }
        }
        Run { verdict, executed, states: self.tells_states.then_some(states) }
    }
}

/// Whether these calls show the bug, by the machine alone.
fn shows<M: Machine>(machine: &M, semantics: Semantics, calls: &[M::Call]) -> bool {
    let mut state = machine.init();
    for &call in calls {
        match machine.step(&state, call) {
            Some(next) => state = next,
            None if semantics == Semantics::Skip => {}
            None => return false,
        }
        if machine.bad(&state) {
            return true;
        }
    }
    false
}

/// Asserts without the shrinker that these calls show the bug and that no single one can be left out.
pub(crate) fn assert_one_minimal<M: Machine>(machine: &M, semantics: Semantics, calls: &[M::Call]) {
    assert!(shows(machine, semantics, calls));
    for at in 0..calls.len() {
        let rest = [&calls[..at], &calls[at + 1..]].concat();
        assert!(!shows(machine, semantics, &rest), "{:?} can go, at {at} of {calls:?}", calls[at]);
    }
}

/// The length of the shortest sequence of calls that shows the bug, by breadth-first search.
pub(crate) fn shortest<M: Machine>(machine: &M, longest: usize) -> Option<usize> {
    let calls = machine.pool();
    let mut seen = HashSet::from([machine.init()]);
    let mut level = vec![machine.init()];
    for length in 1..=longest {
        let mut next = Vec::new();
        for state in &level {
            for successor in calls.iter().filter_map(|(call, _)| machine.step(state, *call)) {
                if machine.bad(&successor) {
                    return Some(length);
                }
                if seen.insert(successor.clone()) {
                    next.push(successor);
                }
            }
        }
        level = next;
    }
    None
}

/// Walks at random until the bug shows, at most `longest` steps.
pub(crate) fn walk<M: Machine>(machine: &M, seed: u64, longest: usize) -> Option<Vec<M::Call>> {
    let pool = machine.pool();
    let total: u32 = pool.iter().map(|(_, weight)| weight).sum();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut state = machine.init();
    let mut calls = Vec::new();
    while calls.len() < longest {
        let mut at = random.random_range(0..total);
        let call = pool
            .iter()
            .find_map(|&(call, weight)| {
                let hit = at < weight;
                at = at.saturating_sub(weight);
                hit.then_some(call)
            })
            .expect("a number below the sum of the weights");
        if let Some(next) = machine.step(&state, call) {
            state = next;
            calls.push(call);
            if machine.bad(&state) {
                return Some(calls);
            }
        }
    }
    None
}

/// The first `count` walks of `shortest` to `longest` steps that show the bug.
pub(crate) fn walks<M: Machine>(
    machine: &M,
    count: usize,
    shortest: usize,
    longest: usize,
) -> Vec<Vec<M::Call>> {
    (0..)
        .filter_map(|seed| walk(machine, seed, longest))
        .filter(|w| w.len() >= shortest)
        .take(count)
        .collect()
}
