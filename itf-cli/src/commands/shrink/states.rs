//! Without a producer: states are left out, and a command decides.

use std::cell::RefCell;
use std::collections::HashMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use itf::{Record, Trace};
use itf_adapters::{CommandOracle, Journal, Journaled, Limits, candidate_trace, fingerprint};
use itf_shrink::{
    Failure, FlakyOptions, Options, Oracle, Run, Semantics, ShrinkError, Unresolved, Verdict, Workers,
};

use super::best::{Best, BestFile, text};
use super::engine::{self, Found, Knowledge, engine, told};
use super::{NotShrunk, Shrunk, Watch, dry};
use crate::cli::{Runs, Shrink};
use crate::input::Source;
use crate::output::Terminal;
use crate::trouble::Trouble;

/// Fresh runs of a result, where one run decided about everything.
const REPLAYS: usize = 3;
/// How many characters of its last line are told.
const LAST_WORDS: usize = 160;

/// `number` is that of the trace, if it is one of several.
pub(super) fn with_command(
    args: &Shrink,
    source: &Source,
    number: Option<usize>,
    stop: &Arc<AtomicBool>,
    best_file: &RefCell<BestFile>,
    terminal: &Terminal,
) -> Result<Shrunk, NotShrunk> {
    let trace = &source.document.trace;
    if trace.states.is_empty() {
        return Err(NotShrunk::Trouble(Trouble::new("the trace has no states")));
    }
    let folder = tempfile::Builder::new().prefix("itf-shrink-").tempdir();
    let folder = folder.map_err(|e| Trouble::new(format!("cannot make a folder for candidates: {e}")))?;
    let runs = args.rates.runs()?;
    let command = command(args, trace, folder.path(), stop)?;
    let said = command.clone();
    let explained = |error| explained(error, &said.last_output(), &runs);
    let units = command.units();
    let lasso = trace.loop_index;
    if args.dry_run {
        let mut oracle = StemAndLoop { oracle: command, lasso };
        return Err(match dry::run(&mut oracle, &units, matches!(runs, Runs::Many(_)), "state") {
            NotShrunk::DryRun(words) => NotShrunk::DryRun(words),
            NotShrunk::Passes(words) if !words.is_empty() => NotShrunk::Passes(words),
            NotShrunk::Passes(_) => explained(ShrinkError::DoesNotFail),
            trouble @ NotShrunk::Trouble(_) => trouble,
        });
    }
    let print = |kept: &[usize]| {
        text(&candidate_trace(trace, kept)).map_or_else(|_| String::new(), |text| fingerprint(&text))
    };
    let file = args.out.file.clone().filter(|file| file.as_os_str() != crate::input::STDIN);
    let mut journal = journal(args, file.as_deref(), number, &print(&units))?;
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
    if let Some(journal) = &journal {
        tell(&source.name, journal, terminal);
        // Such an error is about the original: there is nothing to go on with.
        if found.is_err() && !args.journal.resume {
            // It is in nobody's way if it stays.
            let _ = std::fs::remove_file(journal.path());
        }
    }
    let found = match found.map_err(explained)? {
        Judged::Holds(found) => *found,
        Judged::FailsAlways => {
            let beside =
                if best_file.borrow().is_written() { "; do not trust what the file has so far" } else { "" };
            return Err(NotShrunk::Trouble(Trouble::new(format!(
                "the command changes its mind: now the initial state alone fails, which did not when work began, so                  nothing can be said of what was left out. Does something stay broken from one run to the next?{beside}"
            ))));
        }
        Judged::Changes(hits, runs) => {
            let beside =
                if best_file.borrow().is_written() { "; do not trust what the file has so far" } else { "" };
            return Err(NotShrunk::Trouble(Trouble::new(format!(
                "the command changes its mind: of {runs} more runs of the same trace {hits} failed, so nothing can be said \
                 of what was left out. If the failure shows in some runs only, say --flaky{beside}"
            ))));
        }
    };
    let mut also = |kept: &[usize]| Some(candidate_trace(trace, kept));
    let small = candidate_trace(trace, &found.report.items);
    Ok(told(small, found, trace.states.len(), &|at| format!("state {at}"), &mut also))
}

/// What a command said of a trace, in the end.
enum Judged {
    Holds(Box<Found<usize, Infallible>>),
    /// So many hits in so many fresh runs.
    Changes(usize, usize),
    /// What passed before fails now, too.
    FailsAlways,
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
    ) -> Result<Judged, ShrinkError> {
        match journal {
            Some(journal) => self.by(&mut Journaled::new(oracle, journal, print), best),
            None => self.by(&mut oracle, best),
        }
    }

    fn by(
        &self,
        oracle: &mut impl Oracle<usize, State = Infallible>,
        best: &mut Best<'_, usize>,
    ) -> Result<Judged, ShrinkError> {
        let same = same_states(self.trace);
        let canonical = |kept: &[usize]| kept.iter().map(|at| same[*at]).collect();
        // In a lasso a state means something else in the stem than in the loop.
        let equal_states =
            self.trace.loop_index.is_none().then_some(&canonical as &dyn Fn(&[usize]) -> Vec<usize>);
        let knowledge = Knowledge { canonical: equal_states, ..Knowledge::default() };
        let flaky: Option<FlakyOptions> = match self.runs {
            Runs::Many(flaky) => Some(flaky.clone()),
            Runs::Once | Runs::OnceAndChecked => None,
        };
        let options = (self.options.clone(), flaky);
        let mut found = engine(oracle, self.units, options, &knowledge, self.stop, best)?;
        let report = &mut found.report;
        if *self.runs == Runs::OnceAndChecked && report.stopped.is_none() {
            let (hits, runs) = replayed(oracle, &report.items, &report.failure);
            report.calls += REPLAYS;
            if hits < runs {
                return Ok(Judged::Changes(hits, runs));
            }
            // A command that says of everything that it fails would agree to the result as well. The initial state alone
            // did not fail when work began.
            report.calls += 1;
            if matches!(oracle.run(&[]).verdict, Verdict::Fails(found) if found.is_same_as(&report.failure)) {
                return Ok(Judged::FailsAlways);
            }
        }
        Ok(Judged::Holds(Box::new(found)))
    }
}

/// How many of some fresh runs fail in this way, and how many had a verdict.
fn replayed(oracle: &mut impl Oracle<usize>, items: &[usize], failure: &Failure) -> (usize, usize) {
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

fn command(
    args: &Shrink,
    trace: &Trace,
    folder: &Path,
    stop: &Arc<AtomicBool>,
) -> Result<CommandOracle, Trouble> {
    let options = &args.command;
    let timeout = Duration::try_from_secs_f64(options.timeout)
        .map_err(|_| Trouble::new(format!("--timeout {}: not a time in seconds", options.timeout)))?;
    let oracle = CommandOracle::new(trace.clone(), options.command.clone(), folder, timeout);
    Ok(oracle
        .map_err(|e| Trouble::new(e.to_string()))?
        .stop(Arc::clone(stop))
        .fails_when(options.fails_when.clone())
        .passes_when(options.passes_when.clone())
        .retries(options.retries)
        .inside(options.private)
        .limits(Limits { time: timeout, memory: options.memory, disk: options.disk, ..Limits::default() }))
}

/// The journal that was asked for, or that belongs to the file of the result.
fn journal(
    args: &Shrink,
    result: Option<&Path>,
    number: Option<usize>,
    original: &str,
) -> Result<Option<Journal>, Trouble> {
    let Some(path): Option<PathBuf> = args.journal.path(result, number)? else { return Ok(None) };
    let command = &args.command;
    let words: Vec<_> = command.command.iter().map(|word| word.to_string_lossy()).collect();
    let rules = command.fails_when.iter().map(|rule| format!("; fails when {rule}"));
    let rules = rules.chain(command.passes_when.iter().map(|rule| format!("; passes when {rule}")));
    let oracle = words.join(" ") + &rules.collect::<String>();
    let journal = if args.journal.resume {
        Journal::resume(&path, original, &oracle)
    } else {
        Journal::begin(&path, original, &oracle)
    };
    journal.map(Some).map_err(|error| Trouble::new(format!("{}: {error}", path.display())))
}

fn tell(name: &str, journal: &Journal, terminal: &Terminal) {
    let path = journal.path().display();
    if journal.recalled() > 0 {
        terminal.note(&format!("{name}: {} verdicts came out of {path}", journal.recalled()));
    }
    if let Some(trouble) = journal.trouble() {
        terminal.complain(&format!("{path}: {trouble}; the journal is not complete"));
    }
}

/// What an error means where a command decides.
fn explained(error: ShrinkError, output: &str, runs: &Runs) -> NotShrunk {
    let last = output.lines().last().unwrap_or_default();
    // A line may be as long as a command likes.
    let cut = last.char_indices().nth(LAST_WORDS).map_or(last.len(), |(at, _)| at);
    let rest = if cut < last.len() { "…" } else { "" };
    let last = &last[..cut];
    let last = if last.is_empty() { String::new() } else { format!("; its last words were: {last}{rest}") };
    match error {
        ShrinkError::DoesNotFail => NotShrunk::Passes(match runs {
            Runs::Many(options) => {
                format!(": {} runs, and the command said of none that it fails{last}", options.patience)
            }
            _ => format!(": the command says so{last}; if it fails in some runs only, say --flaky"),
        }),
        ShrinkError::InitialFails(_) => NotShrunk::Trouble(Trouble::new(
            "the initial state alone fails: the command says \"still fails\" of a trace without a step, so it would of any. \
             Exit status 0 has to mean that the failure is there; for other commands see --fails-when",
        )),
        ShrinkError::Unresolved(Unresolved::Fault(why)) => {
            NotShrunk::Trouble(Trouble::new(format!("the original has no verdict: {why}{last}")))
        }
        other => other.into(),
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
