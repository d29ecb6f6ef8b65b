//! The towers of Hanoi, walked at random; the "bug" is the solution (`HypothesisWorks/hypothesis` issue 1857).
//! With three rings the shortest way has seven moves.

use super::Machine;

/// With this many rings; the shortest way has one move less than two to that power.
pub(crate) struct Rings<const N: usize>;

/// The usual three.
pub(crate) const HANOI: Rings<3> = Rings;

impl<const N: usize> Machine for Rings<N> {
    /// From one tower to another.
    type Call = (u8, u8);
    /// The tower of each ring, the smallest first.
    type State = [u8; N];

    fn init(&self) -> Self::State {
        [0; N]
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
        *state == [2; N]
    }

    fn pool(&self) -> Vec<(Self::Call, u32)> {
        (0..3).flat_map(|a| (0..3).filter(move |&b| a != b).map(move |b| ((a, b), 1))).collect()
    }

    fn classes(&(from, to): &Self::Call) -> Vec<String> {
        vec![format!("from {from}"), format!("to {to}")]
    }
}
