//! Small state machines with a bug, to shrink: the tests and the benchmark share them.

pub(crate) mod diehard;
pub(crate) mod dns;
pub(crate) mod hanoi;
pub(crate) mod noisy;
pub(crate) mod tables;

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
