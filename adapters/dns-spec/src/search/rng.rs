//! Random numbers that are the same on every platform and with every version of the `rand` crate.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

/// Xoshiro256++ seeded by `SplitMix64`, as its authors specify both. How numbers are drawn from its output is written
/// out here, because the distributions of `rand` may change from one release to the next.
pub(crate) struct Random(Xoshiro256PlusPlus);

impl Random {
    pub(crate) fn seeded(seed: u64) -> Random {
        Random(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// A number below `bound`, which must not be 0, every one of them equally likely.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        loop {
            let (word, _) = halves(self.0.next_u64());
            if let Some(number) = scale(word, bound) {
                return number;
            }
        }
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
pub(crate) const fn mix(number: u64) -> u64 {
    let z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
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
