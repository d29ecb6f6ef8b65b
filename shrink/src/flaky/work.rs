//! The order of things: calibration, passes, backtracking, the last two batches.

use std::cell::Cell;
use std::collections::VecDeque;
use std::hash::Hash;
use std::time::Instant;

use super::repeated::{FIRST_TICKET, Mode, Repeated, Signals, several};
use super::report::{percent, percent_down};
use super::sprt::Sprt;
use super::{Certificate, FlakyOptions, FlakyReport, Rate, Reliability};
use crate::{
    Claim, Failure, Observer, Options, Oracle, Pass, Passes, Progress, Report, Run, ShrinkError, Shrinker,
    Stop, Unproven, Verdict,
};

/// The original is run until it has failed this often …
const HITS: usize = 8;
/// … unless it failed in each of its first runs, this many.
const ALWAYS: usize = 5;
/// Where it may fail too seldom, until it has failed this often.
const SURELY: usize = 32;
/// The rate of wrong rejections in the first sweep, which is fast: what it rejects is asked for again …
const FAST: f64 = 0.25;
/// … by the one that confirms, on top of the evidence that is there. (A first sweep that rejects at the first miss takes
/// half as many runs again altogether: it leaves too much to the second.)
const CONFIRM: f64 = 0.15;

/// How often the best sequence may turn out too rare before the last one that held is the result.
const ROUNDS: usize = 8;
/// The last two batches have so many runs, divided by the rate that is wanted.
const BATCH: f64 = 12.0;
/// Runs of the result where everything failed every time.
const REPLAYS: usize = 3;

/// A shrinker for failures that do not show in every run. Made by [`Shrinker::flaky`].
pub struct Flaky<'a, T, O: ?Sized> {
    pub(crate) with: Shrinker<'a, T, O>,
    pub(crate) options: FlakyOptions,
}

/// What the first runs of the original showed.
struct Calibration<T, S> {
    rate: Rate,
    failure: Failure,
    run: Run<T, S>,
    first_miss: bool,
    /// Runs that were made at the same time, and not looked at.
    unused: VecDeque<Run<T, S>>,
    /// The first ticket that was not used.
    tickets: u64,
}

impl<T, O> Flaky<'_, T, O>
where
    T: Clone + Eq + Hash,
    O: Oracle<T> + ?Sized,
{
    /// Shrinks the sequence, keeping the failure and a rate of it.
    ///
    /// The original is run until it has failed eight times. If the first five runs all fail, one run decides about a
    /// candidate, and the best sequence is replayed now and then; the first replay that does not fail ends this mode.
    ///
    /// # Errors
    ///
    /// As [`Shrinker::shrink`]. That the original does not fail is said after
    /// [`patience`](FlakyOptions::patience) runs.
    ///
    /// ```
    /// use itf_shrink::{FlakyOptions, Predicate, Reliability, Shrinker, Verdict};
    /// // Fails in every second run, if 3 and 7 are there.
    /// let mut runs = 0;
    /// let mut oracle = Predicate(|c: &[u8]| {
    ///     runs += 1;
    ///     if c.contains(&3) && c.contains(&7) && runs % 2 == 0 {
    ///         Verdict::fails("has", "3 and 7", "")
    ///     } else {
    ///         Verdict::Passes
    ///     }
    /// });
    /// let found = Shrinker::new(&mut oracle).flaky(FlakyOptions::default()).shrink(&[1, 7, 2, 2, 3, 9])?;
    /// assert_eq!(found.report.items, [7, 3]);
    /// assert_eq!(found.reliability, Reliability::Sometimes);
    /// assert!(found.certificate.is_some_and(|c| c.at_least() > 0.25));
    /// # Ok::<(), itf_shrink::ShrinkError>(())
    /// ```
    pub fn shrink(self, original: &[T]) -> Result<FlakyReport<T, O::State>, ShrinkError> {
        let Flaky { with, options } = self;
        let Shrinker { oracle, options: engine, classes, normalise, mut observer, stop, canonical } = with;
        let signals = Signals::default();
        let asked = || stop.is_some_and(|stop| stop());
        let spent = || engine.max_calls.is_some_and(|most| signals.paid() >= most);
        let started = Instant::now();
        let late = || engine.max_time.is_some_and(|most| started.elapsed() >= most);
        let stopped = || asked() || spent() || late();
        let why = || match (asked(), late()) {
            (true, _) => Stop::Asked,
            (_, true) => Stop::Time,
            _ => Stop::Calls,
        };
        let calibration = calibrate(oracle, &signals, &stopped, &why, original, &options)?;
        let Calibration { rate: mut before, failure, run, first_miss, unused, tickets } = calibration;

        let mut repeated = Repeated::new(oracle, &signals, &stopped, failure, (run, tickets));
        repeated.keep(original, unused);
        repeated.delta = 1.0 - options.confidence;
        repeated.max_runs = options.max_runs;
        let always = options.max_runs == Some(1) || !first_miss;
        if !always {
            before = often_enough(&mut repeated, original, before, &options)?;
        }
        let mut plan = Plan::new(before, &options);
        let mut confirms = false;
        let mut reliability = if always { Reliability::EveryTime } else { Reliability::Sometimes };
        repeated.mode = if always { Mode::Once } else { plan.mode(&options, confirms) };

        let mut total: Option<Report<T, O::State>> = None;
        let mut backtracked = 0;
        let certificate = loop {
            let start = repeated.chain.last().map(|run| run.executed.clone()).unwrap_or_default();
            let halt = || stopped() || signals.turned.get();
            let round = Options {
                max_calls: None,
                max_time: None,
                passes: passes(&engine, reliability, confirms),
                ..engine.clone()
            };
            let mut counting =
                observer.as_mut().map(|observer| Counting { observer: &mut **observer, runs: &signals.runs });
            let report = {
                let mut shrinker = Shrinker::new(&mut repeated).options(round).stop(&halt);
                if let Some(classes) = classes {
                    shrinker = shrinker.classes(classes);
                }
                if let Some(normalise) = normalise {
                    shrinker = shrinker.normalise(normalise);
                }
                if let Some(canonical) = canonical {
                    shrinker = shrinker.canonical(canonical);
                }
                if let Some(counting) = &mut counting {
                    shrinker = shrinker.observer(counting);
                }
                shrinker.shrink(&start).map_err(|error| match error {
                    ShrinkError::Stopped(_) => ShrinkError::Stopped(why()),
                    other => other,
                })?
            };
            total = Some(joined(total, report, original.len()));
            if stopped() {
                break None;
            }
            if options.max_runs == Some(1) {
                break None;
            }
            if reliability == Reliability::EveryTime {
                let replays = if signals.turned.get() {
                    Rate::new(0, 1)
                } else {
                    repeated.batch(REPLAYS, |r| r.hits < r.runs)
                };
                if replays.hits == replays.runs {
                    break (replays.runs == REPLAYS).then_some(replays);
                }
                // It does not fail every time after all. Nothing adopted is trusted unchecked.
                reliability = Reliability::Sometimes;
                let more = repeated.sample(original, usize::MAX, |more| {
                    before.hits + more.hits >= HITS && before.runs + more.runs >= 2 * HITS
                });
                before = Rate::new(before.hits + more.hits, before.runs + more.runs);
                before = often_enough(&mut repeated, original, before, &options)?;
                plan = Plan::new(before, &options);
                repeated.mode = plan.mode(&options, confirms);
                repeated.reconsider();
                backtracked += usize::from(to_the_last_that_holds(&mut repeated, &plan));
                continue;
            }
            if !signals.turned.get() && !confirms {
                confirms = true;
                repeated.mode = plan.mode(&options, confirms);
                repeated.reconsider();
                continue;
            }
            let first = repeated.chain.len() == 1;
            if !signals.turned.get() && (first || plan.decides(&mut repeated)) {
                if stopped() {
                    break None;
                }
                let rate = repeated.batch(plan.batch, |_| false);
                break (rate.runs == plan.batch).then_some(rate);
            }
            if stopped() || backtracked == ROUNDS {
                break None;
            }
            backtracked += 1;
            repeated.delta /= 10.0;
            to_the_last_that_holds(&mut repeated, &plan);
        };
        let Some(mut report) = total else { return Err(ShrinkError::DoesNotFail) };
        report.calls = signals.runs.get();
        report.ahead = repeated.unused();
        if report.stopped == Some(Stop::Asked) && !asked() {
            report.stopped = stopped().then(why);
        }
        if let (Claim::Reduced(Unproven::Stopped { untested, .. }), Some(why)) =
            (report.claim, report.stopped)
        {
            report.claim = Claim::Reduced(Unproven::Stopped { why, untested });
        }
        let confidence = options.confidence;
        Ok(FlakyReport {
            report,
            reliability,
            before,
            before_interval: before.interval_of_wait(confidence),
            floor: plan.test.low,
            wanted: plan.test.high,
            backtracked,
            certificate: certificate.map(|rate| Certificate { rate, confidence }),
        })
    }
}

/// Whether the original fails as often as the result is to. Where its first runs say neither yes nor no, it is run
/// some more: nothing would come of all the candidates that cannot be told from one that fails too seldom.
fn often_enough<T, O>(
    repeated: &mut Repeated<'_, T, O>,
    original: &[T],
    mut before: Rate,
    options: &FlakyOptions,
) -> Result<Rate, ShrinkError>
where
    T: Clone + Eq + Hash,
    O: Oracle<T> + ?Sized,
{
    let Some(floor) = options.min_rate else { return Ok(before) };
    let interval = |rate: Rate| rate.interval_of_wait(options.confidence);
    let all = |more: Rate| Rate::new(before.hits + more.hits, before.runs + more.runs);
    let is_clear = |rate: Rate| {
        let (low, high) = interval(rate);
        low >= floor || high < floor || rate.hits >= SURELY
    };
    if !is_clear(before) {
        let more = repeated.sample(original, usize::MAX, |more| is_clear(all(more)));
        before = all(more);
    }
    if rate_of_wait(before) >= floor || repeated.is_stopped() {
        return Ok(before);
    }
    let (low, high) = interval(before);
    let measured = format!(
        "about {} ({} to {} with {} confidence)",
        percent(rate_of_wait(before)),
        percent_down(low),
        percent(high),
        percent(options.confidence)
    );
    Err(ShrinkError::TooRare { before, measured, floor: format!("{floor}") })
}

/// The last run of a wait for hits is a hit by construction: without it the estimate has no bias.
fn rate_of_wait(rate: Rate) -> f64 {
    if rate.hits > 1 && rate.hits < rate.runs {
        Rate::new(rate.hits - 1, rate.runs - 1).estimate()
    } else {
        rate.estimate()
    }
}

/// Tells an observer of runs, where the shrinker below knows candidates.
struct Counting<'a, T> {
    observer: &'a mut dyn Observer<T>,
    runs: &'a Cell<usize>,
}

impl<T> Observer<T> for Counting<'_, T> {
    fn tested(&mut self, progress: &Progress) {
        self.observer.tested(&Progress { calls: self.runs.get(), ..*progress });
    }

    fn improved(&mut self, progress: &Progress, items: &[T], failure: &Failure) {
        self.observer.improved(&Progress { calls: self.runs.get(), ..*progress }, items, failure);
    }

    fn other(&mut self, progress: &Progress, items: &[T], failure: &Failure) {
        self.observer.other(&Progress { calls: self.runs.get(), ..*progress }, items, failure);
    }
}

/// The rates that are told apart, and the size of the last batches.
struct Plan {
    test: Sprt,
    batch: usize,
}

impl Plan {
    fn new(before: Rate, options: &FlakyOptions) -> Self {
        let rate = rate_of_wait(before);
        let floor = options.min_rate.unwrap_or(rate / 4.0).max(2.0 * options.false_hits);
        let test = Sprt::new(floor, (0.8 * rate).max(1.5 * floor));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "positive, and saturating is right"
        )]
        let batch = (BATCH / test.high).ceil() as usize;
        Plan { test, batch }
    }

    fn mode(&self, options: &FlakyOptions, confirms: bool) -> Mode {
        if options.trust_hits {
            // So many misses in a row are as unlikely as a wrong rejection.
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "positive, and saturating is right"
            )]
            let most = (CONFIRM.ln() / (1.0 - self.test.high).ln()).ceil().max(1.0) as usize;
            Mode::FirstHit { most }
        } else {
            Mode::Test { test: self.test, beta: if confirms { CONFIRM } else { FAST } }
        }
    }

    /// The first of the last two batches: whether the best sequence still fails often enough. Ends when that is clear.
    fn decides<T, O>(&self, repeated: &mut Repeated<'_, T, O>) -> bool
    where
        T: Clone + Eq + Hash,
        O: Oracle<T> + ?Sized,
    {
        let needed = self.test.needed(self.batch);
        let misses = self.batch - needed;
        let rate = repeated.batch(self.batch, |rate| rate.hits >= needed || rate.runs - rate.hits > misses);
        rate.hits >= needed
    }
}

/// Bisects the accepted sequences for the last one that fails often enough, by fresh runs. Returns whether one was given up.
fn to_the_last_that_holds<T, O>(repeated: &mut Repeated<'_, T, O>, plan: &Plan) -> bool
where
    T: Clone + Eq + Hash,
    O: Oracle<T> + ?Sized,
{
    use super::sprt::Decision;
    let alpha = repeated.delta / 10.0;
    let (mut holds, mut not) = (0, repeated.chain.len());
    while not - holds > 1 {
        let middle = usize::midpoint(holds, not);
        let candidate = repeated.chain[middle].executed.clone();
        let decision = |rate: Rate| plan.test.decide(rate.hits, rate.runs - rate.hits, alpha, CONFIRM);
        let rate = repeated.sample(&candidate, usize::MAX, |rate| decision(rate) != Decision::Undecided);
        if decision(rate) == Decision::Accept { holds = middle } else { not = middle }
    }
    let gave_up = holds + 1 < repeated.chain.len();
    repeated.backtrack(holds);
    gave_up
}

/// Runs the original until it has failed often enough to know its rate.
fn calibrate<T, O>(
    oracle: &mut O,
    signals: &Signals,
    stopped: &dyn Fn() -> bool,
    why: &dyn Fn() -> Stop,
    original: &[T],
    options: &FlakyOptions,
) -> Result<Calibration<T, O::State>, ShrinkError>
where
    T: Clone + Eq + Hash,
    O: Oracle<T> + ?Sized,
{
    let mut rate = Rate::default();
    let mut known: Option<(Failure, Run<T, O::State>)> = None;
    let mut faults = 0;
    let (mut unused, mut tickets) = (VecDeque::new(), FIRST_TICKET);
    loop {
        if stopped() {
            match known {
                Some((failure, run)) => {
                    let first_miss = rate.hits < rate.runs;
                    return Ok(Calibration { rate, failure, run, first_miss, unused, tickets });
                }
                None => return Err(ShrinkError::Stopped(why())),
            }
        }
        signals.runs.set(signals.runs.get() + 1);
        if unused.is_empty() {
            // Where one run is enough, more would be for nothing.
            let once = options.max_runs == Some(1);
            let one = |oracle: &mut O| VecDeque::from([oracle.run(original)]);
            unused = if once { one(oracle) } else { several(oracle, &mut tickets, original) };
            signals.recalled.set(oracle.recalled());
        }
        let Some(run) = unused.pop_front() else { continue };
        match (&run.verdict, &mut known) {
            (Verdict::Unresolved(unresolved), _) => {
                faults += 1;
                if faults > rate.runs.max(2) {
                    return Err(ShrinkError::Unresolved(unresolved.clone()));
                }
            }
            (Verdict::Fails(failure), _) if run.executed.is_empty() => {
                return Err(ShrinkError::InitialFails(failure.clone()));
            }
            (Verdict::Fails(failure), None) => {
                rate.count(true);
                known = Some((failure.clone(), run));
            }
            (Verdict::Fails(failure), Some((same, longest))) => {
                let hit = failure.is_same_as(same);
                rate.count(hit);
                // Where it does not end always at the same step, the longest run has all the ways to fail.
                if hit && run.executed.len() > longest.executed.len() {
                    *longest = run;
                }
            }
            (Verdict::Passes, _) => rate.count(false),
        }
        let always = rate.hits == rate.runs;
        let enough = if always { rate.hits >= ALWAYS } else { rate.hits >= HITS };
        let once = options.max_runs == Some(1);
        match known {
            Some((failure, run)) if enough || once && rate.runs > 0 => {
                return Ok(Calibration { rate, failure, run, first_miss: !always, unused, tickets });
            }
            None if once && rate.runs > 0 || rate.runs >= options.patience => {
                return Err(ShrinkError::DoesNotFail);
            }
            other => known = other,
        }
    }
}

/// The passes of a round. Where a candidate costs many runs, random sequences that are run to learn from are not worth
/// it; and the round that confirms leaves large parts alone, which did not go before.
fn passes(engine: &Options, reliability: Reliability, confirms: bool) -> Passes {
    let passes = match reliability {
        Reliability::EveryTime => engine.passes,
        Reliability::Sometimes => engine.passes.without(Pass::Restarts),
    };
    if confirms { passes.without(Pass::Classes).without(Pass::Chunks) } else { passes }
}

/// The report of all rounds: what was done in each, and the result of the last.
fn joined<T, S>(before: Option<Report<T, S>>, mut now: Report<T, S>, original: usize) -> Report<T, S> {
    now.original = original;
    if let Some(before) = before {
        for record in &mut now.history {
            record.call += before.calls;
        }
        // The first record of a later round is where it begins.
        now.history = before.history.into_iter().chain(now.history.into_iter().skip(1)).collect();
        now.calls += before.calls;
        now.cached += before.cached;
        for also in before.also {
            if !now.also.iter().any(|known| known.failure.is_same_as(&also.failure)) {
                now.also.push(also);
            }
        }
    }
    now
}

#[cfg(test)]
mod tests {
    use super::super::rate::float;
    use super::*;

    #[test]
    fn the_floor_is_a_quarter_unless_something_is_asked_for() {
        let half = Rate::new(8, 16);
        let plan = Plan::new(half, &FlakyOptions::default());
        assert!((plan.test.low - 7.0 / 60.0).abs() < 1e-9 && (plan.test.high - 28.0 / 75.0).abs() < 1e-9);
        assert_eq!(plan.batch, 33);
        let plan = Plan::new(half, &FlakyOptions { min_rate: Some(0.3), ..FlakyOptions::default() });
        assert!((plan.test.low - 0.3).abs() < 1e-9 && (plan.test.high - 0.45).abs() < 1e-9);
        let plan = Plan::new(half, &FlakyOptions { false_hits: 0.1, ..FlakyOptions::default() });
        assert!((plan.test.low - 0.2).abs() < 1e-9);
        assert!(float(plan.test.needed(plan.batch)) / float(plan.batch) > 0.2);
    }
}
