//! From a schedule or units to the engine and back.

use std::sync::atomic::{AtomicBool, Ordering};

use itf::Trace;
use itf_shrink::{Options, Oracle, Report, ShrinkError, Shrinker};

use super::{Shrunk, Watch};

/// The classes an item belongs to.
pub(super) type Classify<'a, T> = &'a dyn Fn(&T) -> Vec<String>;

pub(super) fn engine<T, O>(
    oracle: &mut O,
    items: &[T],
    options: Options,
    classes: Option<Classify<'_, T>>,
    stop: &AtomicBool,
    watch: &Watch<'_>,
) -> Result<Report<T, O::State>, ShrinkError>
where
    T: Clone + Eq + std::hash::Hash,
    O: Oracle<T>,
{
    let asked = || stop.load(Ordering::Relaxed);
    let mut observer = watch;
    let mut shrinker = Shrinker::new(oracle).options(options).stop(&asked).observer(&mut observer);
    if let Some(classes) = classes {
        shrinker = shrinker.classes(classes);
    }
    let report = shrinker.shrink(items);
    watch.clear();
    report
}

pub(super) fn told<T, S>(trace: Trace, report: Report<T, S>, original: usize) -> Shrunk {
    Shrunk {
        trace,
        failure: report.failure,
        calls: report.calls,
        claim: report.claim,
        also: report.also.into_iter().map(|also| also.failure).collect(),
        original,
        proved: None,
    }
}
