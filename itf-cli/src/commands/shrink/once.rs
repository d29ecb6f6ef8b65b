//! Where one run decides about a candidate: whether what decides can be believed.

use std::hash::Hash;
use std::sync::atomic::AtomicBool;

use itf_shrink::{Failure, FlakyOptions, Observer, Options, Oracle, ShrinkError, Verdict};

use super::NotShrunk;
use super::engine::{Found, Knowledge, engine};
use crate::cli::Runs;
use crate::trouble::Trouble;

/// Fresh runs of a result, where one run decided about everything.
const REPLAYS: usize = 3;

/// What was said of a trace, in the end.
pub(super) enum Judged<T, S> {
    Holds(Box<Found<T, S>>),
    /// So many hits in so many fresh runs.
    Changes(usize, usize),
    /// What passed before fails now, too.
    FailsAlways,
}

/// Shrinks, and looks at the end whether the answers are still the same.
pub(super) fn judged<T, O>(
    oracle: &mut O,
    items: &[T],
    (options, runs): (Options, &Runs),
    knowledge: &Knowledge<'_, T>,
    stop: &AtomicBool,
    observer: &mut dyn Observer<T>,
) -> Result<Judged<T, O::State>, ShrinkError>
where
    T: Clone + Eq + Hash,
    O: Oracle<T>,
{
    let flaky: Option<FlakyOptions> = match runs {
        Runs::Many(flaky) => Some(flaky.clone()),
        Runs::Once | Runs::OnceAndChecked => None,
    };
    let mut found = engine(oracle, items, (options, flaky), knowledge, stop, observer)?;
    let report = &mut found.report;
    if *runs == Runs::OnceAndChecked && report.stopped.is_none() {
        let (hits, runs) = replayed(oracle, &report.items, &report.failure);
        report.calls += REPLAYS;
        if hits < runs {
            return Ok(Judged::Changes(hits, runs));
        }
        // What says of everything that it fails would agree to the result as well. The initial state alone did not fail
        // when work began.
        report.calls += 1;
        if matches!(oracle.run(&[]).verdict, Verdict::Fails(found) if found.is_same_as(&report.failure)) {
            return Ok(Judged::FailsAlways);
        }
    }
    Ok(Judged::Holds(Box::new(found)))
}

/// How many of some fresh runs fail in this way, and how many had a verdict.
fn replayed<T: Clone>(oracle: &mut impl Oracle<T>, items: &[T], failure: &Failure) -> (usize, usize) {
    let (mut hits, mut runs) = (0, 0);
    for _ in 0..REPLAYS {
        match oracle.run(items).verdict {
            Verdict::Fails(found) => {
                hits += usize::from(found.is_same_as(failure));
                runs += 1;
            }
            Verdict::Passes => runs += 1,
            Verdict::Unresolved(_) => {}
        }
    }
    (hits, runs)
}

impl<T, S> Judged<T, S> {
    /// What was found; trouble, if `what` decides cannot be believed. `is_written`: whether there is a file with a result.
    pub(super) fn believed(self, what: &str, is_written: bool) -> Result<Found<T, S>, NotShrunk> {
        let beside = if is_written { "; do not trust what the file has so far" } else { "" };
        Err(NotShrunk::Trouble(Trouble::new(match self {
            Self::Holds(found) => return Ok(*found),
            Self::FailsAlways => format!(
                "{what} changes its mind: now the initial state alone fails, which did not when work began, so nothing \
                 can be said of what was left out. Does something stay broken from one run to the next?{beside}"
            ),
            Self::Changes(hits, runs) => format!(
                "{what} changes its mind: of {runs} more runs of the same trace {hits} failed, so nothing can be said of \
                 what was left out. If the failure shows in some runs only, say --flaky{beside}"
            ),
        })))
    }
}
