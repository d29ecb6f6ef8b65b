//! Two jugs of three and five gallons; the "bug" is four gallons in the big one. The shortest way has six steps.

use super::Machine;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Pour {
    FillSmall,
    FillBig,
    EmptySmall,
    EmptyBig,
    SmallToBig,
    BigToSmall,
}

pub(crate) struct DieHard;

impl Machine for DieHard {
    type Call = Pour;
    type State = (u8, u8);

    fn init(&self) -> Self::State {
        (0, 0)
    }

    fn step(&self, &(small, big): &Self::State, call: Pour) -> Option<Self::State> {
        let next = match call {
            Pour::FillSmall => (3, big),
            Pour::FillBig => (small, 5),
            Pour::EmptySmall => (0, big),
            Pour::EmptyBig => (small, 0),
            Pour::SmallToBig => {
                let poured = small.min(5 - big);
                (small - poured, big + poured)
            }
            Pour::BigToSmall => {
                let poured = big.min(3 - small);
                (small + poured, big - poured)
            }
        };
        (next != (small, big)).then_some(next)
    }

    fn bad(&self, &(_, big): &Self::State) -> bool {
        big == 4
    }

    fn pool(&self) -> Vec<(Pour, u32)> {
        use Pour::{BigToSmall, EmptyBig, EmptySmall, FillBig, FillSmall, SmallToBig};
        [FillSmall, FillBig, EmptySmall, EmptyBig, SmallToBig, BigToSmall].map(|call| (call, 1)).to_vec()
    }

    fn classes(call: &Pour) -> Vec<String> {
        vec![format!("{call:?}")]
    }
}
