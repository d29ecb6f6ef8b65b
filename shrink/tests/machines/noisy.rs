//! A machine whose bug shows in some runs only.

use itf_shrink::{
    FlakyOptions, FlakyReport, Normalise, Oracle, Run, Semantics, ShrinkError, Shrinker, Verdict,
};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

use super::{Exec, Machine};

/// How often a failing sequence of so many items shows its failure.
pub(crate) type RateOf = fn(usize) -> f64;

/// The scenarios of the simulation: a name, the rate by length, and the rate of false hits.
pub(crate) const SCENARIOS: [(&str, RateOf, f64); 5] = [
    ("p = 0.9", |_| 0.9, 0.0),
    ("p = 0.5", |_| 0.5, 0.0),
    ("p = 0.2", |_| 0.2, 0.0),
    ("p = 0.2, 2 % false hits", |_| 0.2, 0.02),
    // From 0.8 at 30 items and more down to 0.1 at 11, the shortest there is.
    (
        "0.8 erodes to 0.1",
        |items| {
            (0.1 + 0.7 * f64::from(u32::try_from(items.saturating_sub(11)).unwrap_or(u32::MAX)) / 19.0)
                .min(0.8)
        },
        0.0,
    ),
];

/// Runs candidates on a machine and hides some of the failures.
pub(crate) struct Noisy<'m, M> {
    pub(crate) exec: Exec<'m, M>,
    pub(crate) rate: RateOf,
    pub(crate) false_hits: f64,
    pub(crate) random: Xoshiro256PlusPlus,
}

impl<'m, M: Machine> Noisy<'m, M> {
    pub(crate) fn new(machine: &'m M, rate: RateOf, false_hits: f64, seed: u64) -> Self {
        let exec = Exec::new(machine, Semantics::Skip);
        Noisy { exec, rate, false_hits, random: Xoshiro256PlusPlus::seed_from_u64(seed) }
    }

    /// The rate at which the sequence fails, false hits included; and whether it really has the bug.
    pub(crate) fn truth(&mut self, items: &[M::Call]) -> (f64, bool) {
        let run = self.exec.run(items);
        let real = matches!(run.verdict, Verdict::Fails(_));
        (if real { (self.rate)(run.executed.len()) } else { self.false_hits }, real)
    }
}

impl<M: Machine> Oracle<M::Call> for Noisy<'_, M> {
    type State = M::State;

    fn run(&mut self, candidate: &[M::Call]) -> Run<M::Call, M::State> {
        let mut run = self.exec.run(candidate);
        let rate = match run.verdict {
            Verdict::Fails(_) => (self.rate)(run.executed.len()),
            _ => self.false_hits,
        };
        run.verdict = if self.random.random_bool(rate) {
            Verdict::fails("invariant", "bad", "")
        } else {
            Verdict::Passes
        };
        run
    }
}

/// How one simulated session ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) runs: usize,
    pub(crate) steps: usize,
    /// The result does not have the bug.
    pub(crate) lost: bool,
    /// The result fails less often than was asked for.
    pub(crate) below: bool,
    /// The certificate's bound holds, if there is one.
    pub(crate) covered: Option<bool>,
    pub(crate) backtracked: usize,
}

/// Simulates one session. The floor is a quarter of the original's true rate.
pub(crate) fn simulate<M: Machine>(
    machine: &M,
    (rate, false_hits): (RateOf, f64),
    input: &[M::Call],
    options: FlakyOptions,
    seed: u64,
) -> Result<Ended, ShrinkError> {
    simulate_normalised(machine, (rate, false_hits), input, options, seed, None)
}

/// The same, with simpler items.
pub(crate) fn simulate_normalised<M: Machine>(
    machine: &M,
    (rate, false_hits): (RateOf, f64),
    input: &[M::Call],
    options: FlakyOptions,
    seed: u64,
    normalise: Option<&dyn Normalise<M::Call>>,
) -> Result<Ended, ShrinkError> {
    let mut noisy = Noisy::new(machine, rate, false_hits, seed);
    let (original, _) = noisy.truth(input);
    let mut shrinker = Shrinker::new(&mut noisy).classes(&M::classes);
    if let Some(normalise) = normalise {
        shrinker = shrinker.normalise(normalise);
    }
    let found: FlakyReport<M::Call, M::State> = shrinker.flaky(options).shrink(input)?;
    let (truth, real) = noisy.truth(&found.report.items);
    Ok(Ended {
        runs: found.report.calls,
        steps: found.report.items.len(),
        lost: !real,
        below: truth < original / 4.0,
        covered: found.certificate.map(|c| c.at_least() <= truth),
        backtracked: found.backtracked,
    })
}
