//! Without a producer: states are left out, and a command decides.

use std::cell::RefCell;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use itf::{Record, Trace};
use itf_adapters::{Journal, Journaled, candidate_trace, fingerprint};
use itf_shrink::{Options, Oracle, Run, Semantics, ShrinkError, Verdict, Workers};

use super::best::{Best, BestFile, text};
use super::engine::{self, Knowledge, told};
use super::once::Judged;
use super::{NotShrunk, Shrunk, Watch, command, dry, journal, once};
use crate::cli::{Runs, Shrink};
use crate::input::Source;
use crate::output::Terminal;
use crate::trouble::Trouble;

pub(super) fn with_command(
    args: &Shrink,
    source: &Source,
    place: Option<&journal::Place>,
    stop: &Arc<AtomicBool>,
    best_file: &RefCell<BestFile>,
    terminal: &Terminal,
) -> Result<Shrunk, NotShrunk> {
    let trace = &source.document.trace;
    if trace.states.is_empty() {
        return Err(NotShrunk::Trouble(Trouble::new("the trace has no states")));
    }
    let folder = command::folder()?;
    let runs = args.rates.runs()?;
    let command = command::oracle(args, trace, folder.path(), stop)?;
    let said = command.clone();
    let explained = |error| command::explained(error, &said.last_output(), &runs);
    let units = command.units();
    let lasso = trace.loop_index;
    if args.dry_run {
        let mut oracle = StemAndLoop { oracle: command, lasso };
        let came_to = dry::run(&mut oracle, &units, matches!(runs, Runs::Many(_)), "state");
        return Err(command::dry(came_to, &said.last_output(), &runs));
    }
    let print = |kept: &[usize]| print(trace, kept);
    let mut journal = place.map(|place| place.open(args, &source.name, terminal)).transpose()?;
    let watch = Watch::new(terminal, &source.name, trace.states.len());
    let known = |kept: &[usize]| Some(candidate_trace(trace, kept));
    let mut best = Best { watch: &watch, trace: &known, original: units.len(), file: best_file };
    let work = Work {
        trace,
        units: &units,
        // States are no calls that can be skipped: a candidate is what it is.
        options: engine::options(&args.limits, Semantics::Strict)?,
        runs: &runs,
        stop,
    };
    let found = if args.command.jobs.get() > 1 {
        let make = move |slot| StemAndLoop { oracle: command.slot(slot), lasso };
        work.judged(Workers::start(args.command.jobs.get(), make), journal.as_mut(), &print, &mut best)
    } else {
        work.judged(StemAndLoop { oracle: command, lasso }, journal.as_mut(), &print, &mut best)
    };
    watch.clear();
    if let Some(mut journal) = journal {
        let is_over = found.is_ok() && !stop.load(Ordering::Relaxed);
        journal::tell(&source.name, &mut journal, is_over, terminal);
        if found.is_err() {
            journal::leave(args, &journal);
        } else {
            best_file.borrow_mut().hold(journal);
        }
    }
    let is_written = best_file.borrow().is_written();
    let found = found.map_err(explained)?.believed("the command", is_written)?;
    let mut also = |kept: &[usize]| Some(candidate_trace(trace, kept));
    let small = candidate_trace(trace, &found.report.items);
    Ok(told(small, found, trace.states.len(), &|at| format!("state {at}"), &mut also))
}

/// The fingerprint of what is shrunk.
pub(super) fn original(trace: &Trace) -> String {
    print(trace, &(1..trace.states.len()).collect::<Vec<_>>())
}

fn print(trace: &Trace, kept: &[usize]) -> String {
    if trace.states.is_empty() {
        return String::new();
    }
    text(&candidate_trace(trace, kept)).map_or_else(|_| String::new(), |text| fingerprint(&text))
}

/// What is to be done, whoever judges.
struct Work<'a> {
    trace: &'a Trace,
    units: &'a [usize],
    options: Options,
    runs: &'a Runs,
    stop: &'a AtomicBool,
}

impl Work<'_> {
    fn judged(
        &self,
        mut oracle: impl Oracle<usize, State = Infallible>,
        journal: Option<&mut Journal>,
        print: &dyn Fn(&[usize]) -> String,
        best: &mut Best<'_, usize>,
    ) -> Result<Judged<usize, Infallible>, ShrinkError> {
        match journal {
            Some(journal) => self.by(&mut Journaled::new(oracle, journal, print), best),
            None => self.by(&mut oracle, best),
        }
    }

    fn by(
        &self,
        oracle: &mut impl Oracle<usize, State = Infallible>,
        best: &mut Best<'_, usize>,
    ) -> Result<Judged<usize, Infallible>, ShrinkError> {
        let same = same_states(self.trace);
        let canonical = |kept: &[usize]| kept.iter().map(|at| same[*at]).collect();
        // In a lasso a state means something else in the stem than in the loop.
        let equal_states =
            self.trace.loop_index.is_none().then_some(&canonical as &dyn Fn(&[usize]) -> Vec<usize>);
        let knowledge = Knowledge { canonical: equal_states, ..Knowledge::default() };
        once::judged(oracle, self.units, (self.options.clone(), self.runs), &knowledge, self.stop, best)
    }
}

/// For every state the first one with the same values: candidates that differ in nothing else are one.
fn same_states(trace: &Trace) -> Vec<usize> {
    let mut first: HashMap<&Record, usize> = HashMap::new();
    trace.states.iter().enumerate().map(|(at, state)| *first.entry(&state.value).or_insert(at)).collect()
}

/// A lasso stays one: stem and loop get shorter apart from each other, and something of the loop stays.
struct StemAndLoop<O> {
    oracle: O,
    /// Where the loop begins.
    lasso: Option<u64>,
}

impl<O: Oracle<usize>> Oracle<usize> for StemAndLoop<O> {
    type State = O::State;

    fn run(&mut self, candidate: &[usize]) -> Run<usize, O::State> {
        // The initial state always stays; a loop that begins with it has it.
        if self.lasso.is_some_and(|start| start > 0 && !candidate.iter().any(|&at| at as u64 >= start)) {
            return Run::of(candidate, Verdict::invalid("nothing of the loop is left"));
        }
        self.oracle.run(candidate)
    }
}
