//! How often something happens, as far as a number of runs can tell.

use std::fmt;

/// Hits among runs, and what they say about the rate behind them.
///
/// ```
/// use itf_shrink::Rate;
/// let rate = Rate::new(9, 30);
/// assert!((rate.estimate() - 0.3).abs() < 1e-9);
/// assert_eq!(rate.to_string(), "9 of 30");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Rate {
    /// Runs that showed the failure.
    pub hits: usize,
    /// Runs that had a verdict: a run without one says nothing about the rate.
    pub runs: usize,
}

impl Rate {
    /// So many hits in so many runs; more hits than runs are taken for as many.
    ///
    /// ```
    /// assert_eq!(itf_shrink::Rate::new(3, 2).hits, 2);
    /// ```
    pub fn new(hits: usize, runs: usize) -> Self {
        Rate { hits: hits.min(runs), runs }
    }

    /// Hits divided by runs; 0 without runs.
    ///
    /// ```
    /// assert_eq!(itf_shrink::Rate::default().estimate(), 0.0);
    /// ```
    pub fn estimate(self) -> f64 {
        if self.runs == 0 { 0.0 } else { float(self.hits) / float(self.runs) }
    }

    /// The rate behind these runs is at least this, with the given confidence (for example 0.95). One-sided, exact:
    /// C. J. Clopper and E. S. Pearson, *The use of confidence or fiducial limits illustrated in the case of the
    /// binomial*, Biometrika 26(4), 1934. The number of runs has to be fixed beforehand, and the runs must not have
    /// been used to choose what they measure.
    ///
    /// ```
    /// // Ten of ten: 0.05 to the power of a tenth.
    /// assert!((itf_shrink::Rate::new(10, 10).at_least(0.95) - 0.7411).abs() < 1e-4);
    /// ```
    pub fn at_least(self, confidence: f64) -> f64 {
        if self.hits == 0 {
            return 0.0;
        }
        bisect(|p| upper_tail(self.hits, self.runs, p) > 1.0 - confidence)
    }

    /// The rate behind these runs is at most this, with the given confidence. One-sided, as [`at_least`](Self::at_least).
    ///
    /// ```
    /// // The rule of three: nothing in 58 runs means less than about 3/58.
    /// assert!((itf_shrink::Rate::new(0, 58).at_most(0.95) - 0.0503).abs() < 1e-4);
    /// ```
    pub fn at_most(self, confidence: f64) -> f64 {
        if self.hits >= self.runs {
            return 1.0;
        }
        bisect(|p| upper_tail(self.hits + 1, self.runs, p) > confidence)
    }

    /// The two-sided interval with the given confidence.
    ///
    /// ```
    /// let (low, high) = itf_shrink::Rate::new(5, 10).interval(0.95);
    /// assert!((low - 0.1871).abs() < 1e-4 && (high - 0.8129).abs() < 1e-4);
    /// ```
    pub fn interval(self, confidence: f64) -> (f64, f64) {
        let one_sided = f64::midpoint(1.0, confidence);
        (self.at_least(one_sided), self.at_most(one_sided))
    }

    /// The two-sided interval where runs were made *until* there were so many hits, so that the last run is a hit by
    /// construction: the upper end leaves it out.
    ///
    /// ```
    /// let (low, high) = itf_shrink::Rate::new(8, 16).interval_of_wait(0.95);
    /// assert!(low > 0.24 && low < 0.25 && high > 0.73 && high < 0.74);
    /// ```
    pub fn interval_of_wait(self, confidence: f64) -> (f64, f64) {
        let one_sided = f64::midpoint(1.0, confidence);
        let before = Rate { hits: self.hits.saturating_sub(1), runs: self.runs.saturating_sub(1) };
        (self.at_least(one_sided), before.at_most(one_sided))
    }

    pub(super) fn count(&mut self, hit: bool) {
        self.runs += 1;
        self.hits += usize::from(hit);
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.hits, self.runs)
    }
}

/// Exact far beyond any number of runs that somebody waits for.
#[expect(clippy::cast_precision_loss, reason = "counts of runs are far below 2^53")]
pub(super) fn float(count: usize) -> f64 {
    count as f64
}

/// Where in 0..1 an increasing condition becomes true.
fn bisect(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    // Each round is one bit; a double has no more between 0 and 1.
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if holds(middle) { high = middle } else { low = middle }
    }
    f64::midpoint(low, high)
}

/// The probability of at least `hits` hits in `runs` runs at rate `p`.
///
/// The terms are summed from their own ratio in logarithms, so nothing under- or overflows; the time is that of as many
/// terms as there are runs.
fn upper_tail(hits: usize, runs: usize, p: f64) -> f64 {
    if hits == 0 || p >= 1.0 {
        return 1.0;
    }
    if p <= 0.0 {
        return 0.0;
    }
    let odds = (p / (1.0 - p)).ln();
    let mut term = float(runs) * (1.0 - p).ln();
    let mut sum = 0.0;
    for k in 0..=runs {
        if k >= hits {
            sum += term.exp();
        }
        term += (float(runs - k) / float(k + 1)).ln() + odds;
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values from tables of the Clopper-Pearson interval.
    #[test]
    fn intervals_are_those_of_the_tables() {
        for (hits, runs, low, high) in [
            (0, 10, 0.0, 0.3085),
            (1, 10, 0.0025, 0.4450),
            (10, 10, 0.6915, 1.0),
            (3, 20, 0.0321, 0.3789),
            (50, 100, 0.3983, 0.6017),
        ] {
            let (l, h) = Rate::new(hits, runs).interval(0.95);
            assert!((l - low).abs() < 1e-4, "{hits}/{runs}: {l}");
            assert!((h - high).abs() < 1e-4, "{hits}/{runs}: {h}");
        }
    }

    /// The bound covers by definition: with the rate at the bound, as many hits or more have probability 5 %.
    #[test]
    fn the_bound_is_the_rate_at_which_the_hits_are_unlikely() {
        for (hits, runs) in [(1, 1), (4, 37), (600, 1000), (9_999, 10_000), (3, 20_000)] {
            let bound = Rate::new(hits, runs).at_least(0.95);
            assert!((upper_tail(hits, runs, bound) - 0.05).abs() < 1e-6, "{hits}/{runs}: {bound}");
        }
    }

    #[test]
    fn nothing_is_claimed_from_nothing() {
        let (low, high) = Rate::default().interval(0.95);
        assert!(low < 1e-12 && high > 1.0 - 1e-12);
    }
}
