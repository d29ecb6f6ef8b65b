//! The sequential test of one candidate.
//!
//! A. Wald, *Sequential Tests of Statistical Hypotheses*, Annals of Mathematical Statistics 16(2), 1945. The ratio of the
//! likelihoods at the two rates is a supermartingale wherever the true rate is at most the lower one, so by Ville's
//! inequality it exceeds 1/α with probability at most α, *whenever* one stops looking.

use super::rate::float;

/// A test of "fails at least at the rate `high`" against "at most at `low`".
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sprt {
    pub(super) low: f64,
    pub(super) high: f64,
    hit: f64,
    miss: f64,
}

/// What is known about one candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    Accept,
    Reject,
    Undecided,
}

impl Sprt {
    /// Both rates inside 0..1, the first below the second.
    pub(super) fn new(low: f64, high: f64) -> Self {
        let high = high.clamp(1e-6, 0.999);
        let low = low.clamp(1e-7, high * 0.99);
        Sprt { low, high, hit: (high / low).ln(), miss: ((1.0 - high) / (1.0 - low)).ln() }
    }

    /// The logarithm of the ratio of likelihoods after so many hits and misses.
    pub(super) fn evidence(&self, hits: usize, misses: usize) -> f64 {
        float(hits) * self.hit + float(misses) * self.miss
    }

    /// The decision at error rates `alpha` (accepting what fails too seldom) and `beta` (rejecting what fails often).
    pub(super) fn decide(&self, hits: usize, misses: usize, alpha: f64, beta: f64) -> Decision {
        let evidence = self.evidence(hits, misses);
        if evidence >= -alpha.ln() {
            Decision::Accept
        } else if evidence <= beta.ln() || hits + misses >= self.most(alpha, beta) {
            Decision::Reject
        } else {
            Decision::Undecided
        }
    }

    /// The share of hypothesis `number`, counted from 1, in an error rate `delta` for all of them: δ/(j(j+1)), which
    /// sums up to δ.
    ///
    /// Hypotheses are counted at their first hit, for what never hits needs no share. So the number is not chosen
    /// beforehand, and the ratio of likelihoods, whose mean is 1 at the outset, has some other mean at the first hit.
    /// The mean over all ways to hit before rejection is at most 1, hence that over those that do hit at most 1/P(hit); it
    /// is greatest at the lower rate. The share is divided by that.
    pub(super) fn share(&self, delta: f64, number: usize, beta: f64) -> f64 {
        let j = float(number.max(1));
        let misses = (beta.ln() / self.miss).ceil();
        let hits_at_all = 1.0 - (1.0 - self.low).powf(misses);
        delta * hits_at_all / (j * (j + 1.0))
    }

    /// After so many runs what is not accepted is rejected: four times what acceptance takes on average at `high`.
    pub(super) fn most(&self, alpha: f64, beta: f64) -> usize {
        let most = 4.0 * self.expected(self.high, alpha, beta);
        // A float beyond all integers becomes the greatest of them.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "positive, and saturating is right"
        )]
        let most = most.ceil() as usize;
        most.max(1)
    }

    /// Runs until a decision at the rate `p`, on average; Wald's approximation.
    pub(super) fn expected(&self, p: f64, alpha: f64, beta: f64) -> f64 {
        let (accept, reject) = (-alpha.ln(), beta.ln());
        let drift = p * self.hit + (1.0 - p) * self.miss;
        // At the ends of the two hypotheses the error rates are known; in between, the line between them is near enough.
        let accepted = if p >= self.high {
            1.0 - beta
        } else if p <= self.low {
            alpha
        } else {
            alpha + (1.0 - beta - alpha) * (p - self.low) / (self.high - self.low)
        };
        ((accepted * accept + (1.0 - accepted) * reject) / drift).abs()
    }

    /// As many hits in `runs` as make the evidence positive: from there on the higher rate is the more likely one.
    pub(super) fn needed(&self, runs: usize) -> usize {
        (0..=runs).find(|&hits| self.evidence(hits, runs - hits) > 0.0).unwrap_or(runs)
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::Xoshiro256PlusPlus;
    use rand::{RngExt, SeedableRng};

    use super::*;

    /// How often the test accepts at the rate `p`, and its mean number of runs.
    fn simulate(test: Sprt, p: f64, alpha: f64, beta: f64, times: usize) -> (f64, f64) {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
        let (mut accepted, mut runs) = (0, 0);
        for _ in 0..times {
            let (mut hits, mut misses) = (0, 0);
            loop {
                if random.random_bool(p) {
                    hits += 1;
                } else {
                    misses += 1;
                }
                match test.decide(hits, misses, alpha, beta) {
                    Decision::Undecided => {}
                    decision => {
                        accepted += usize::from(decision == Decision::Accept);
                        runs += hits + misses;
                        break;
                    }
                }
            }
        }
        (float(accepted) / float(times), float(runs) / float(times))
    }

    #[test]
    fn errors_stay_below_what_was_asked() {
        for (p0, alpha) in [(0.9, 0.025), (0.5, 0.025), (0.2, 0.025), (0.5, 0.005)] {
            let test = Sprt::new(p0 / 4.0, 0.8 * p0);
            let (wrong, _) = simulate(test, test.low, alpha, 0.1, 10_000);
            // Three standard deviations of the simulation itself are allowed for.
            assert!(
                wrong <= alpha + 3.0 * (alpha / 10_000.0).sqrt(),
                "{p0}: {wrong} accepted at the lower rate"
            );
            let (right, _) = simulate(test, test.high, alpha, 0.1, 10_000);
            assert!(right >= 0.88, "{p0}: only {right} accepted at the higher rate");
        }
    }

    #[test]
    fn runs_to_accept_are_those_of_the_literature() {
        for (p, expected) in [(0.9, 4.0), (0.5, 9.0), (0.2, 27.0)] {
            let test = Sprt::new(p / 4.0, 0.8 * p);
            let alone = -(0.025_f64.ln()) / (p * test.hit + (1.0 - p) * test.miss);
            assert!((alone - expected).abs() < 0.6, "{p}: {alone}");
            let (_, runs) = simulate(test, p, 0.025, 0.1, 5_000);
            assert!(runs < 1.4 * expected && runs > 0.8 * expected, "{p}: {runs} runs");
        }
    }

    #[test]
    fn the_number_of_runs_is_bounded() {
        let test = Sprt::new(0.2, 0.3);
        let most = test.most(0.01, 0.1);
        // As hits come at the rate between the two, neither bound is ever met.
        let hits = most / 4;
        assert_eq!(test.decide(hits, most - hits - 1, 0.01, 1e-9), Decision::Undecided);
        assert_eq!(test.decide(hits, most - hits, 0.01, 0.1), Decision::Reject);
    }

    #[test]
    fn rates_out_of_order_do_not_break_it() {
        for (low, high) in [(0.0, 0.0), (1.0, 1.0), (0.9, 0.1), (f64::MIN_POSITIVE, 2.0)] {
            let test = Sprt::new(low, high);
            assert!(test.low < test.high && test.hit > 0.0 && test.miss < 0.0, "{low} {high}");
        }
    }
}
