//! Random numbers that are the same on every platform and with every version of the `rand` crate.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

/// Xoshiro256++ seeded by `SplitMix64`, as its authors specify both. How numbers are drawn from its output is written
/// out here, because the distributions of `rand` may change from one release to the next.
///
/// ```
/// use itf_adapters::engine::Random;
/// assert_eq!(Random::seeded(7).below(1000), Random::seeded(7).below(1000));
/// ```
#[derive(Debug, Clone)]
pub struct Random(Xoshiro256PlusPlus);

impl Random {
    /// The generator with this seed.
    ///
    /// ```
    /// assert!(itf_adapters::engine::Random::seeded(1).below(6) < 6);
    /// ```
    pub fn seeded(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// A number below `bound`, every one of them equally likely; 0 if there is none.
    ///
    /// ```
    /// assert_eq!(itf_adapters::engine::Random::seeded(1).below(1), 0);
    /// ```
    pub fn below(&mut self, bound: u32) -> u32 {
        if bound == 0 {
            return 0;
        }
        loop {
            let (word, _) = halves(self.0.next_u64());
            if let Some(number) = scale(word, bound) {
                return number;
            }
        }
    }

    /// The position of an element of a list of this length; `None` if it is empty.
    pub(crate) fn position(&mut self, len: usize) -> Option<usize> {
        let bound = u32::try_from(len).unwrap_or(u32::MAX);
        (bound > 0).then(|| self.below(bound) as usize)
    }
}

/// Lemire's method: the high half of a product, but `None` for the few words that would favour some numbers.
fn scale(word: u32, bound: u32) -> Option<u32> {
    let unfair = bound.wrapping_neg() % bound;
    let (high, low) = halves(u64::from(word) * u64::from(bound));
    (low >= unfair).then_some(high)
}

#[expect(clippy::cast_possible_truncation, reason = "it splits the number into its halves")]
const fn halves(number: u64) -> (u32, u32) {
    ((number >> 32) as u32, number as u32)
}

/// The finaliser of `SplitMix64`, which turns consecutive numbers into unrelated ones.
const fn mix(number: u64) -> u64 {
    let z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// The seed of the walk number `index` (from 0) of a search with that seed.
///
/// ```
/// use itf_adapters::engine::walk_seed;
/// assert_ne!(walk_seed(1, 0), walk_seed(1, 1));
/// ```
pub const fn walk_seed(seed: u64, index: u64) -> u64 {
    // Mixed twice, so that neighbouring seeds do not share their walks.
    mix(mix(seed).wrapping_add(index))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_the_published_one() {
        // First outputs of the reference implementations of SplitMix64 and Xoshiro256++ for the seed 0.
        assert_eq!(mix(0), 0xe220_a839_7b1d_cdaf);
        assert_eq!(Random::seeded(0).0.next_u64(), 5_987_356_902_031_041_503);
    }

    #[test]
    fn words_that_favour_a_number_are_drawn_again() {
        // 2^32 is 1 more than a multiple of 3, and a multiple of 4: for 3 one word must go, for 4 none.
        assert_eq!([0, 1, u32::MAX].map(|word| scale(word, 3)), [None, Some(0), Some(2)]);
        assert_eq!([0, 1, u32::MAX].map(|word| scale(word, 4)), [Some(0), Some(0), Some(3)]);
        assert_eq!(scale(u32::MAX, 1), Some(0));
    }

    #[test]
    fn every_number_below_the_bound_is_equally_likely() {
        let mut random = Random::seeded(1);
        let mut counts = [0_u32; 7];
        for _ in 0..70_000 {
            counts[random.below(7) as usize] += 1;
        }
        // Six standard deviations around 10,000.
        assert!(counts.iter().all(|count| (9_440..=10_560).contains(count)), "{counts:?}");
    }
}
