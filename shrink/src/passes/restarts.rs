//! Random sequences of the same items, to learn steps that deletion never takes.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

use crate::intern::Id;
use crate::report::Stop;
use crate::session::Session;

/// Of the steps of the original that changed the state, this share (in percent) has to lead back to a state it
/// had been in. Otherwise there are so many states that a random sequence meets only new ones, and nothing it
/// learns can shorten anything.
const RECURRENT: usize = 20;
/// Items in a random sequence for every pair of state and item not yet seen. About half of them are disabled.
const ITEMS_PER_UNKNOWN: usize = 8;
/// A random sequence is at most this many times as long as the original …
const TIMES_ORIGINAL: usize = 4;
/// … or as this many items, if the original is shorter.
const SHORT: usize = 64;

/// Runs random sequences where that pays: where states are known, few, and come again.
pub(crate) struct Restarts {
    items: Vec<Id>,
    longest: usize,
    random: Xoshiro256PlusPlus,
    pays: bool,
}

impl Restarts {
    /// To be made while the best sequence is still the original.
    pub(crate) fn new(s: &Session<'_>) -> Self {
        let mut items = s.best.items.clone();
        items.sort_unstable();
        items.dedup();
        Restarts {
            items,
            longest: s.len().max(SHORT) * TIMES_ORIGINAL,
            random: Xoshiro256PlusPlus::seed_from_u64(s.options.seed),
            pays: s.skips() && s.best.states.as_ref().is_some_and(|states| recurrence(states) >= RECURRENT),
        }
    }

    /// Runs random sequences until a few in a row have shortened nothing. What they teach, also by passing, may
    /// show a shortcut.
    pub(crate) fn run(&mut self, s: &mut Session<'_>) -> Result<bool, Stop> {
        let mut changed = false;
        let mut left = if self.pays { s.options.restarts } else { 0 };
        while left > 0 {
            let length = self.longest.min(s.graph.unknown(self.items.len()) * ITEMS_PER_UNKNOWN);
            let candidate: Vec<Id> =
                (0..length).map(|_| self.items[self.random.random_range(0..self.items.len())]).collect();
            if s.explore(&candidate)? {
                changed = true;
                left = s.options.restarts;
            } else {
                left -= 1;
            }
        }
        Ok(changed)
    }
}

/// How many in a hundred changes of state lead to a state that was there before.
fn recurrence(states: &[Id]) -> usize {
    let moves = states.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let mut distinct = states.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    // Every state but the first is new at one of the moves.
    100 * (moves + 1).saturating_sub(distinct.len()) / moves.max(1)
}

#[cfg(test)]
mod tests {
    use super::recurrence;

    #[test]
    fn recurrence_counts_returns_and_not_stutters() {
        assert_eq!(recurrence(&[0]), 0);
        assert_eq!(recurrence(&[0, 0, 0, 1, 1, 2]), 0);
        assert_eq!(recurrence(&[0, 1, 0, 1, 0]), 75);
    }
}
