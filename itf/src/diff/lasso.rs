//! Lassos: traces whose last states repeat for ever, as the infinite words they stand for.

use crate::trace::Trace;

/// Follows the loop of a trace until it has `length` states: the same execution, written longer.
pub(super) fn unroll(trace: &mut Trace, length: usize) {
    let Some(back) = trace.loop_index.and_then(|back| usize::try_from(back).ok()) else { return };
    let turn = trace.states.len().saturating_sub(back);
    if turn == 0 {
        return;
    }
    while trace.states.len() < length {
        let next = trace.states[trace.states.len() - turn].clone();
        trace.states.push(next);
    }
    trace.loop_index = Some((trace.states.len() - turn) as u64);
}

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

    /// The letter at `at`.
    fn at(&self, at: usize) -> Option<u32> {
        match at.checked_sub(self.prefix.len()) {
            None => self.prefix.get(at).copied(),
            Some(turns) => self.cycle.get(turns.checked_rem(self.cycle.len())?).copied(),
        }
    }

    /// The first place at which the words differ, if they do.
    pub(super) fn parts_from(&self, other: &Self) -> Option<usize> {
        let prefixes = self.prefix.len().max(other.prefix.len());
        // Words that agree for so long agree for ever (N. J. Fine and H. S. Wilf, 1965).
        let enough = prefixes + self.cycle.len() + other.cycle.len();
        (0..enough).find(|at| self.at(*at) != other.at(*at))
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
            let parts = (0..6 + 36).find(|n| at(&a, i, *n) != at(&b, j, *n));
            prop_assert_eq!(words.0.parts_from(&words.1), parts);
        }
    }
}
