//! Failures that do not show in every run.

use clap::Args;
use itf_shrink::FlakyOptions;

use crate::Trouble;

#[derive(Debug, Args)]
#[command(next_help_heading = "Failures that do not show every time")]
pub(crate) struct RateOptions {
    /// The failure shows in some runs only: measure how often, keep that, and report it. So does each of the next three.
    #[arg(long)]
    flaky: bool,
    /// The result should fail in at least this share of its runs, from 0 to 1 [default: a quarter of the original's].
    #[arg(long, value_name = "RATE")]
    min_rate: Option<f64>,
    /// How sure to be, in the decisions and in the rate that is reported [default: 0.95].
    #[arg(long, value_name = "SHARE")]
    confidence: Option<f64>,
    /// What fails never fails by mistake: the first time it does decides. Fewer runs.
    #[arg(long)]
    trust_hits: bool,
    /// Run one candidate so many times at most. 1: take the first answer, and do not look whether it changes.
    #[arg(long, value_name = "N")]
    runs: Option<usize>,
}

/// How often a candidate is run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Runs {
    /// Once.
    Once,
    /// Once; and the result a few times more, to see that it fails every time.
    OnceAndChecked,
    /// As often as it takes to tell rates apart.
    Many(FlakyOptions),
}

impl RateOptions {
    /// What was asked for.
    pub(crate) fn runs(&self) -> Result<Runs, Trouble> {
        let inside = |name: &str, value: f64| {
            let is = value > 0.0 && value < 1.0;
            if is { Ok(value) } else { Err(Trouble::new(format!("{name} {value}: not between 0 and 1"))) }
        };
        if self.runs == Some(0) {
            return Err(Trouble::new("--runs 0: nothing can be found out without a run"));
        }
        let plain = FlakyOptions::default();
        let options = FlakyOptions {
            min_rate: self.min_rate.map(|rate| inside("--min-rate", rate)).transpose()?,
            confidence: self.confidence.map_or(Ok(plain.confidence), |c| inside("--confidence", c))?,
            trust_hits: self.trust_hits,
            max_runs: self.runs,
            ..plain
        };
        let more_than_once = self.runs.is_some_and(|runs| runs > 1);
        let rates = self.flaky || self.min_rate.is_some() || self.confidence.is_some() || self.trust_hits;
        Ok(match (self.runs, rates || more_than_once) {
            (Some(1), true) => return Err(Trouble::new("--runs 1 says nothing about rates; leave it out")),
            (Some(1), false) => Runs::Once,
            (_, false) => Runs::OnceAndChecked,
            (_, true) => Runs::Many(options),
        })
    }
}
