//! A state machine as a space to explore: without ITF, as far as that goes.

use super::machine::{StateMachine, TypedProperty};
use super::spec::label_of;
use super::variants::variants_of;
use crate::engine::{Random, Space};
use crate::{Fault, FaultKind};

pub(super) struct MachineSpace<'m, M: StateMachine> {
    machine: &'m M,
    property: Option<TypedProperty<M>>,
    names: Vec<String>,
}

impl<'m, M: StateMachine> MachineSpace<'m, M> {
    pub(super) fn new(machine: &'m M, property: Option<&str>) -> Result<Self, Fault> {
        let found = property.map(|name| {
            let known = machine.properties().into_iter().find(|known| known.name == name);
            known.ok_or_else(|| Fault::new(FaultKind::Unsupported, format!("no property `{name}`")))
        });
        Ok(Self { machine, property: found.transpose()?, names: variants_of::<M::Action>() })
    }
}

impl<M: StateMachine> Space for MachineSpace<'_, M> {
    type State = M::State;
    type Call = M::Action;

    fn actions(&self) -> Vec<String> {
        self.names.clone()
    }

    fn action(&mut self, call: &M::Action) -> usize {
        let name = label_of(call).map_or_else(|_| "?".to_owned(), |label| label.name.to_string());
        self.names.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.names.push(name);
            self.names.len() - 1
        })
    }

    fn start(&mut self) -> Result<M::State, Fault> {
        Ok(self.machine.init())
    }

    fn enabled(&mut self, state: &M::State) -> Result<Vec<M::Action>, Fault> {
        Ok(self.machine.actions(state))
    }

    fn sample(&mut self, state: &M::State, random: &mut Random) -> Result<Vec<M::Action>, Fault> {
        Ok(self.machine.sample(state, random))
    }

    fn step(&mut self, state: &mut M::State, call: &M::Action) -> Result<Option<M::Action>, Fault> {
        Ok(self.machine.step(state, call).map(|next| {
            *state = next;
            call.clone()
        }))
    }

    fn is_found(&mut self, state: &M::State) -> Result<bool, Fault> {
        Ok(self.property.as_ref().is_some_and(|p| p.kind.is_found((p.holds)(self.machine, state))))
    }
}
