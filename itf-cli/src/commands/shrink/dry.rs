//! What would happen.

use std::hash::Hash;
use std::time::Instant;

use itf_shrink::{Oracle, ShrinkError, Verdict};

use super::NotShrunk;
use crate::output::counted;

/// How often the original is run where it is said not to fail every time.
const FLAKY_RUNS: u32 = 5;

/// Runs the original and the initial state alone, and says what came of it; [`NotShrunk::DryRun`] if it could be shrunk.
pub(super) fn run<T: Clone + Eq + Hash, O: Oracle<T>>(
    oracle: &mut O,
    items: &[T],
    flaky: bool,
    unit: &str,
) -> NotShrunk {
    let runs = if flaky { FLAKY_RUNS } else { 1 };
    let (mut failure, mut hits) = (None, 0);
    let started = Instant::now();
    for _ in 0..runs {
        match oracle.run(items).verdict {
            Verdict::Fails(found) => {
                hits += 1;
                failure = failure.or(Some(found));
            }
            Verdict::Passes => {}
            Verdict::Unresolved(why) => return ShrinkError::Unresolved(why).into(),
        }
    }
    let took = started.elapsed().as_secs_f64() / f64::from(runs);
    let Some(failure) = failure else {
        if flaky {
            let words = format!(" in {FLAKY_RUNS} runs; it takes 58 without a failure to give up");
            return NotShrunk::Passes(words);
        }
        return ShrinkError::DoesNotFail.into();
    };
    if let Verdict::Fails(initial) = oracle.run(&[]).verdict
        && initial.is_same_as(&failure)
    {
        return ShrinkError::InitialFails(initial).into();
    }
    let often =
        if flaky { format!("in {hits} of {runs} runs") } else { "in the one run that was made".to_owned() };
    NotShrunk::DryRun(format!(
        "would keep {failure}; the original fails {often}, which took {took:.2} s each; the initial state alone does not \
         fail; {} may be left out, and to show that none of the last ones can takes a run for each; nothing was written",
        counted(items.len(), unit)
    ))
}
