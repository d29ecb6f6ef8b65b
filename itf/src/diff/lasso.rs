//! Lassos: traces whose last states repeat for ever, as the infinite words they stand for.

/// The word `prefix cycle cycle cycle …` in its one shortest form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) prefix: Vec<u32>,
    pub(super) cycle: Vec<u32>,
}

impl Word {
    /// The word of a trace with these states that goes on with the state at `back` after its last one; `None` if there
    /// is no such state.
    pub(super) fn new(states: &[u32], back: u64) -> Option<Self> {
        let back = usize::try_from(back).ok().filter(|back| *back < states.len())?;
        let (before, turn) = crate::lasso::normal_form(states, back);
        let (prefix, cycle) = (states[..before].to_vec(), states[before..before + turn].to_vec());
        Some(Self { prefix, cycle })
    }

    /// Whether both words end in the same repetition, entered anywhere.
    pub(super) fn has_cycle_of(&self, other: &Self) -> bool {
        self.cycle.len() == other.cycle.len() && {
            let twice = [&self.cycle[..], &self.cycle[..]].concat();
            twice.windows(other.cycle.len()).any(|window| window == other.cycle)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Word;

    proptest! {
        #[test]
        fn words_are_equal_exactly_when_they_go_on_alike(
            a in proptest::collection::vec(0_u32..2, 1..7),
            b in proptest::collection::vec(0_u32..2, 1..7),
            backs in (0_usize..7, 0_usize..7),
        ) {
            let (i, j) = (backs.0 % a.len(), backs.1 % b.len());
            let at = |states: &[u32], back: usize, n: usize| {
                if n < states.len() { states[n] } else { states[back + (n - back) % (states.len() - back)] }
            };
            // Two words that agree on both prefixes and both cycles' common multiple agree for ever.
            let same = (0..6 + 36).all(|n| at(&a, i, n) == at(&b, j, n));
            let words = (Word::new(&a, i as u64).expect("a lasso"), Word::new(&b, j as u64).expect("a lasso"));
            prop_assert_eq!(words.0 == words.1, same);
        }
    }
}
