//! What is said about the rates, before and after.

use std::fmt;

use super::Rate;
use crate::Report;

/// Whether the failure shows every time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reliability {
    /// In every run that was made of a sequence that was kept.
    EveryTime,
    /// In some runs only: every sequence that was kept was tested for its rate.
    Sometimes,
}

/// What fresh runs of the result showed. They were made after everything was decided, so the bound holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Certificate {
    /// Hits among these runs.
    pub rate: Rate,
    /// The confidence of [`at_least`](Self::at_least).
    pub confidence: f64,
}

impl Certificate {
    /// The result fails at least at this rate, with this confidence.
    ///
    /// ```
    /// use itf_shrink::{Certificate, Rate};
    /// let certificate = Certificate { rate: Rate::new(17, 30), confidence: 0.95 };
    /// assert!((certificate.at_least() - 0.4012).abs() < 1e-3);
    /// assert_eq!(certificate.to_string(), "reproduced 17 of 30; at least 40 % with 95 % confidence");
    /// ```
    pub fn at_least(&self) -> f64 {
        self.rate.at_least(self.confidence)
    }
}

impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "reproduced {}; at least {} with {} confidence",
            self.rate,
            percent_down(self.at_least()),
            percent(self.confidence)
        )
    }
}

/// What shrinking found, and how often it fails.
#[derive(Debug, Clone, PartialEq)]
pub struct FlakyReport<T, S> {
    /// The result. [`calls`](Report::calls) counts all runs, those of the calibration and the last batches included; a
    /// claim of one-minimality means that every single deletion was tested and fails less often than wanted.
    pub report: Report<T, S>,
    /// Whether the failure shows every time.
    pub reliability: Reliability,
    /// The first runs of the original.
    pub before: Rate,
    /// The interval of the original's rate, with the confidence that was asked for.
    pub before_interval: (f64, f64),
    /// A sequence whose rate is at most this was not to be accepted.
    pub floor: f64,
    /// A sequence that fails at this rate, or more often, was to be accepted: one-minimality is claimed at this rate.
    pub wanted: f64,
    /// How often accepted sequences were given up again.
    pub backtracked: usize,
    /// What fresh runs of the result showed; nothing if work was stopped before.
    pub certificate: Option<Certificate>,
}

impl<T, S> FlakyReport<T, S> {
    /// `one-minimal at rate 36 %`: what can be said of the rates at which single deletions fail. Nothing where the failure
    /// shows every time: then the claim of the report is all there is to say.
    ///
    /// ```
    /// use itf_shrink::{FlakyOptions, Predicate, Shrinker, Verdict};
    /// let mut runs = 0;
    /// let mut oracle = Predicate(|c: &[u8]| {
    ///     runs += 1;
    ///     if c.contains(&3) && runs % 2 == 0 { Verdict::fails("has", "3", "") } else { Verdict::Passes }
    /// });
    /// let found = Shrinker::new(&mut oracle).flaky(FlakyOptions::default()).shrink(&[1, 3, 9])?;
    /// assert_eq!(found.claim_at_rate().as_deref(), Some("one-minimal at rate 37 %"));
    /// # Ok::<(), itf_shrink::ShrinkError>(())
    /// ```
    pub fn claim_at_rate(&self) -> Option<String> {
        let claims =
            self.reliability == Reliability::Sometimes && self.report.claim == crate::Claim::OneMinimal;
        let rarer = self.certificate.is_some_and(|c| c.rate.estimate() < self.wanted);
        let but = if rarer { ", which the result itself does not reach" } else { "" };
        claims.then(|| format!("one-minimal at rate {}{but}", percent(self.wanted)))
    }
}

impl<T, S> fmt::Display for FlakyReport<T, S> {
    /// Both rates, for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.reliability == Reliability::EveryTime {
            return match self.certificate {
                Some(c) => write!(f, "fails every time: the original {}, the result {}", self.before, c.rate),
                None => write!(f, "the original failed every time, {}", self.before),
            };
        }
        let (low, high) = self.before_interval;
        write!(
            f,
            "flaky: the original fails in about {} of its runs ({}; {} to {})",
            percent(self.before.estimate()),
            self.before,
            percent_down(low),
            percent(high),
        )?;
        match self.certificate {
            Some(c) => write!(f, "; the result: {c}"),
            None => write!(f, "; the rate of the result was not measured, since work was stopped"),
        }
    }
}

/// `40 %`; with a digit more where that would say little.
pub(super) fn percent(rate: f64) -> String {
    let percent = 100.0 * rate;
    if (0.005..9.95).contains(&percent) { format!("{percent:.1} %") } else { format!("{percent:.0} %") }
}

/// The same, rounded down: a bound that is rounded up is none.
pub(super) fn percent_down(rate: f64) -> String {
    let percent = 100.0 * rate;
    if (0.1..10.0).contains(&percent) {
        format!("{:.1} %", (10.0 * percent).floor() / 10.0)
    } else {
        format!("{:.0} %", percent.floor())
    }
}
