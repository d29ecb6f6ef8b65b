//! Models of the model checker stateright.

use ::stateright::{Expectation, Model};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::machine::{StateMachine, TypedProperty};
use crate::{Fault, FaultKind, PropertyKind};

/// A `stateright::Model` as a [`StateMachine`]. Its `always` properties are invariants, its `sometimes` properties
/// examples; `eventually` is no property of states and is left out. Searches stay within the model's boundary.
///
/// ```
/// use itf_adapters::{Producer, Shortest, Spec, Stateright};
/// use stateright::{Model, Property};
///
/// struct Clock;
/// impl Model for Clock {
///     type State = u8;
///     type Action = String;
///     fn init_states(&self) -> Vec<u8> { vec![11] }
///     fn actions(&self, _: &u8, actions: &mut Vec<String>) { actions.push("tick".into()); }
///     fn next_state(&self, hour: &u8, _: String) -> Option<u8> { Some(hour % 12 + 1) }
///     fn properties(&self) -> Vec<Property<Self>> { vec![Property::sometimes("three", |_, hour| *hour == 3)] }
/// }
/// let shortest = Spec::new("clock", Stateright::new(Clock)?).shortest("three", 10)?;
/// assert!(matches!(shortest, Shortest::Found { calls, .. } if calls.len() == 4));
/// # Ok::<(), itf_adapters::Fault>(())
/// ```
#[derive(Debug, Clone)]
pub struct Stateright<M: Model> {
    model: M,
    start: M::State,
}

impl<M: Model> Stateright<M> {
    /// This model, to be started in its first initial state.
    ///
    /// # Errors
    ///
    /// It has no initial state.
    ///
    /// See [`Stateright`] for an example.
    pub fn new(model: M) -> Result<Self, Fault> {
        let start = model.init_states().into_iter().next();
        let start = start.ok_or_else(|| Fault::new(FaultKind::Failed, "the model has no initial state"))?;
        Ok(Self { model, start })
    }
}

impl<M> StateMachine for Stateright<M>
where
    M: Model + Sync + 'static,
    M::State: Clone + Send + Sync + Serialize,
    M::Action: Clone + Send + Serialize + DeserializeOwned,
{
    type State = M::State;
    type Action = M::Action;

    fn init(&self) -> M::State {
        self.start.clone()
    }

    fn initial_states(&self) -> Vec<M::State> {
        self.model.init_states()
    }

    fn step(&self, state: &M::State, action: &M::Action) -> Option<M::State> {
        self.model.next_state(state, action.clone()).filter(|next| self.model.within_boundary(next))
    }

    fn actions(&self, state: &M::State) -> Vec<M::Action> {
        let mut actions = Vec::new();
        self.model.actions(state, &mut actions);
        actions
    }

    fn properties(&self) -> Vec<TypedProperty<Self>> {
        let known = self.model.properties().into_iter().filter_map(|property| {
            let kind = match property.expectation {
                Expectation::Always => PropertyKind::Invariant,
                Expectation::Sometimes => PropertyKind::Example,
                Expectation::Eventually => return None,
            };
            let condition = property.condition;
            let holds = move |machine: &Self, state: &M::State| condition(&machine.model, state);
            Some(TypedProperty { name: property.name.to_owned(), kind, holds: Box::new(holds) })
        });
        known.collect()
    }
}
