//! From a schedule or units to the engine and back.

use std::hash::Hash;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use itf::Trace;
use itf_shrink::{
    Effort, FlakyOptions, Normalise, Observer, Options, Oracle, Report, Semantics, ShrinkError, Shrinker,
};

use super::Shrunk;
use super::explain::Explanation;
use super::rates::Rates;
use crate::cli::LimitOptions;
use crate::trouble::Trouble;

/// The classes an item belongs to.
pub(super) type Classify<'a, T> = &'a dyn Fn(&T) -> Vec<String>;

/// What a candidate is remembered by.
pub(super) type Canonical<'a, T> = &'a dyn Fn(&[T]) -> Vec<T>;

/// What the engine is told of items, besides how they are judged.
pub(super) struct Knowledge<'a, T> {
    pub(super) classes: Option<Classify<'a, T>>,
    pub(super) normalise: Option<&'a dyn Normalise<T>>,
    pub(super) canonical: Option<Canonical<'a, T>>,
}

impl<T> Default for Knowledge<'_, T> {
    fn default() -> Self {
        Self { classes: None, normalise: None, canonical: None }
    }
}

/// The options that were asked for.
pub(super) fn options(limits: &LimitOptions, semantics: Semantics) -> Result<Options, Trouble> {
    let time = |seconds: f64| {
        Duration::try_from_secs_f64(seconds)
            .map_err(|_| Trouble::new(format!("--max-time {seconds}: not a time in seconds")))
    };
    Ok(Options {
        semantics,
        algorithm: limits.algorithm,
        effort: if limits.thorough { Effort::Thorough } else { Effort::Normal },
        max_calls: limits.max_calls,
        max_time: limits.max_time.map(time).transpose()?,
        // States are one more than steps.
        stop_at: limits.stop_at.map(|states| states.saturating_sub(1)),
        seed: limits.seed,
        ..Options::default()
    })
}

/// What the engine found, and how often it fails, if that was measured.
pub(super) struct Found<T, S> {
    pub(super) report: Report<T, S>,
    pub(super) rates: Option<Rates>,
}

/// Without `flaky` one run decides about a candidate.
pub(super) fn engine<T, O>(
    oracle: &mut O,
    items: &[T],
    (options, flaky): (Options, Option<FlakyOptions>),
    knowledge: &Knowledge<'_, T>,
    stop: &AtomicBool,
    observer: &mut dyn Observer<T>,
) -> Result<Found<T, O::State>, ShrinkError>
where
    T: Clone + Eq + Hash,
    O: Oracle<T>,
{
    let asked = || stop.load(Ordering::Relaxed);
    let mut shrinker = Shrinker::new(oracle).options(options).stop(&asked).observer(observer);
    if let Some(classes) = knowledge.classes {
        shrinker = shrinker.classes(classes);
    }
    if let Some(normalise) = knowledge.normalise {
        shrinker = shrinker.normalise(normalise);
    }
    if let Some(canonical) = knowledge.canonical {
        shrinker = shrinker.canonical(canonical);
    }
    match flaky {
        Some(flaky) => {
            let found = shrinker.flaky(flaky).shrink(items)?;
            let rates = Some(Rates::of(&found));
            Ok(Found { report: found.report, rates })
        }
        None => Ok(Found { report: shrinker.shrink(items)?, rates: None }),
    }
}

/// A report as something to be told. `also` makes traces of the candidates that failed in another way.
pub(super) fn told<T, S>(
    trace: Trace,
    Found { report, rates }: Found<T, S>,
    original: usize,
    names: &dyn Fn(&T) -> String,
    also: &mut dyn FnMut(&[T]) -> Option<Trace>,
) -> Shrunk {
    let explanation = Explanation::of(&report, names);
    Shrunk {
        trace,
        failure: report.failure,
        calls: report.calls,
        claim: report.claim,
        also: report.also.iter().map(|found| (found.failure.clone(), also(&found.items))).collect(),
        original,
        proved: None,
        unproved: None,
        rates,
        explanation,
    }
}
