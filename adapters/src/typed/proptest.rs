//! Reference state machines of proptest.

use std::marker::PhantomData;

use ::proptest::strategy::{Strategy, ValueTree};
use ::proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use proptest_state_machine::ReferenceStateMachine;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::machine::StateMachine;
use crate::engine::Random;

/// Transitions that are tried in one state of a walk: a strategy cannot be listed, only asked again.
const TRIES: usize = 16;

/// A `proptest_state_machine::ReferenceStateMachine` as a [`StateMachine`]: a trace re-executes its transitions, and random
/// walks draw them from its strategy, reproducible by their seed. Its strategies cannot be listed, so there are no
/// exhaustive searches.
///
/// ```
/// use itf_adapters::{Producer, Reference, Search, Spec};
/// use proptest::prelude::*;
/// use proptest_state_machine::ReferenceStateMachine;
///
/// struct Counter;
/// impl ReferenceStateMachine for Counter {
///     type State = u32;
///     type Transition = u32;
///     fn init_state() -> BoxedStrategy<u32> { Just(0).boxed() }
///     fn transitions(_: &u32) -> BoxedStrategy<u32> { (1..=3_u32).boxed() }
///     fn apply(count: u32, add: &u32) -> u32 { count + add }
/// }
/// let mut traces = Vec::new();
/// Spec::new("counter", Reference::<Counter>::new()).search(&Search { max_steps: 5, ..Search::default() }, &mut |trace| {
///     traces.push(trace);
///     std::ops::ControlFlow::Continue(())
/// })?;
/// assert_eq!(traces[0].states.len(), 6);
/// # Ok::<(), itf_adapters::Fault>(())
/// ```
pub struct Reference<M> {
    of: PhantomData<fn() -> M>,
}

impl<M> Reference<M> {
    /// This machine, in the first state that its strategy gives.
    ///
    /// See [`Reference`] for an example.
    pub fn new() -> Self {
        Self { of: PhantomData }
    }
}

impl<M> Default for Reference<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M> StateMachine for Reference<M>
where
    M: ReferenceStateMachine,
    M::State: Send + Serialize,
    M::Transition: Send + Serialize + DeserializeOwned,
{
    type State = M::State;
    type Action = M::Transition;

    /// # Panics
    ///
    /// The strategy of the initial state rejects everything.
    fn init(&self) -> M::State {
        let mut runner = runner(&mut Random::seeded(0));
        let mut tree = M::init_state().new_tree(&mut runner);
        for _ in 0..TRIES {
            if tree.is_ok() {
                break;
            }
            tree = M::init_state().new_tree(&mut runner);
        }
        tree.expect("the strategy of the initial state rejects everything").current()
    }

    fn step(&self, state: &M::State, action: &M::Transition) -> Option<M::State> {
        M::preconditions(state, action).then(|| M::apply(state.clone(), action))
    }

    fn sample(&self, state: &M::State, random: &mut Random) -> Vec<M::Transition> {
        let mut runner = runner(random);
        let strategy = M::transitions(state);
        let draws = (0..TRIES).filter_map(|_| strategy.new_tree(&mut runner).ok());
        draws.map(|tree| tree.current()).filter(|action| M::preconditions(state, action)).collect()
    }
}

/// The generator of proptest, seeded by ours.
fn runner(random: &mut Random) -> TestRunner {
    let mut seed = [0; 32];
    for byte in &mut seed {
        *byte = u8::try_from(random.below(256)).unwrap_or(0);
    }
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}
