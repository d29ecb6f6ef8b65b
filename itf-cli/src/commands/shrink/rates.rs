//! How often something fails, before and after.

use itf_shrink::{FlakyReport, Reliability};
use serde::Serialize;

/// What was measured.
#[derive(Serialize)]
pub(crate) struct Rates {
    every_time: bool,
    before: Measured,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Certified>,
    /// Single deletions fail less often than this.
    one_minimal_at: f64,
    /// In words.
    pub(super) words: String,
    /// In words, instead of what can be said where the failure shows every time.
    #[serde(skip)]
    pub(super) claim: Option<String>,
}

#[derive(Serialize)]
struct Measured {
    hits: usize,
    runs: usize,
    low: f64,
    high: f64,
}

#[derive(Serialize)]
struct Certified {
    hits: usize,
    runs: usize,
    at_least: f64,
    confidence: f64,
}

impl Rates {
    pub(super) fn of<T, S>(found: &FlakyReport<T, S>) -> Self {
        let (low, high) = found.before_interval;
        let before = Measured { hits: found.before.hits, runs: found.before.runs, low, high };
        let after = found.certificate.map(|c| Certified {
            hits: c.rate.hits,
            runs: c.rate.runs,
            at_least: c.at_least(),
            confidence: c.confidence,
        });
        Rates {
            every_time: found.reliability == Reliability::EveryTime,
            before,
            after,
            one_minimal_at: found.wanted,
            words: found.to_string(),
            claim: found.claim_at_rate(),
        }
    }
}
