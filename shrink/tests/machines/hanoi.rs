//! The towers of Hanoi, walked at random; the "bug" is the solution (`HypothesisWorks/hypothesis` issue 1857).
//! With three rings the shortest way has seven moves.

use super::Machine;

pub(crate) struct Hanoi;

impl Machine for Hanoi {
    /// From one tower to another.
    type Call = (u8, u8);
    /// The tower of each ring, the smallest first.
    type State = [u8; 3];

    fn init(&self) -> Self::State {
        [0; 3]
    }

    fn step(&self, state: &Self::State, (from, to): Self::Call) -> Option<Self::State> {
        let ring = state.iter().position(|&tower| tower == from || tower == to)?;
        (state[ring] == from).then(|| {
            let mut next = *state;
            next[ring] = to;
            next
        })
    }

    fn bad(&self, state: &Self::State) -> bool {
        *state == [2; 3]
    }

    fn pool(&self) -> Vec<(Self::Call, u32)> {
        (0..3).flat_map(|a| (0..3).filter(move |&b| a != b).map(move |b| ((a, b), 1))).collect()
    }

    fn classes(&(from, to): &Self::Call) -> Vec<String> {
        vec![format!("from {from}"), format!("to {to}")]
    }
}
