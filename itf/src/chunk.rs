//! States that follow each other: all of a trace, or as many as are held at once.

use crate::trace::State;
use crate::value::{Str, Value};

/// Some states of a trace.
#[derive(Clone, Copy)]
pub(crate) struct Chunk<'a> {
    /// The index of the first of them.
    pub(crate) first: usize,
    /// The state before them.
    pub(crate) before: Option<&'a State>,
    pub(crate) states: &'a [State],
}

impl<'a> Chunk<'a> {
    /// All states of a trace.
    pub(crate) fn whole(states: &'a [State]) -> Self {
        Self { first: 0, before: None, states }
    }

    /// The states with their indices, each with the one before it.
    pub(crate) fn steps(self) -> impl Iterator<Item = (usize, Option<&'a State>, &'a State)> {
        let before = std::iter::once(self.before).chain(self.states.iter().map(Some));
        before.zip(self.states).zip(self.first..).map(|((before, state), at)| (at, before, state))
    }

    /// Goes through the values that are not what the variable was in the state before: most variables keep their value,
    /// and then there is nothing to look at.
    pub(crate) fn for_each_change(self, mut change: impl FnMut(usize, &'a Str, &'a Value)) {
        for (at, before, state) in self.steps() {
            let before = before.map(|before| &before.value);
            let before = before.filter(|before| before.shape() == state.value.shape());
            let before = before.map_or(&[][..], |before| before.values());
            for (slot, (name, value)) in state.value.iter().enumerate() {
                if before.get(slot) != Some(value) {
                    change(at, name, value);
                }
            }
        }
    }
}
