//! `itf shrink`: the shortest trace that still fails the same way.

use std::cell::Cell;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use itf::{Reader, Trace};
use itf_adapters::{
    Action, Classes, CommandOracle, ModelOracle, Producer, PropertyKind, Shortest, System, SystemOracle,
    candidate_trace, conventions, execute, schedule_of, trace_of,
};
use itf_shrink::{
    Claim, Failure, Observer, Options, Oracle, Progress, Report, Semantics, ShrinkError, Shrinker, Stop,
    Unproven,
};

use crate::cli::Shrink;
use crate::exit::Answer;
use crate::input::{self, Source};
use crate::output::{Output, Terminal, write_traces};
use crate::plugs;
use crate::trouble::Trouble;

/// What decides whether a candidate still fails.
pub(crate) enum Goal {
    /// A property of the model is found.
    Property(String),
    /// The system does something wrong.
    System(Box<System>),
}

/// A trace that was shrunk, and what can be said of it.
pub(crate) struct Shrunk {
    pub(crate) trace: Trace,
    pub(crate) failure: Failure,
    pub(crate) calls: usize,
    pub(crate) claim: Claim,
    pub(crate) also: Vec<Failure>,
    /// States before.
    pub(crate) original: usize,
    /// The states visited by an exhaustive search that found nothing shorter.
    pub(crate) proved: Option<usize>,
}

pub(crate) fn run(args: &Shrink, terminal: &Terminal) -> Result<Answer, Trouble> {
    if args.with.is_none() && args.command.is_empty() {
        return Err(Trouble::new(
            "say what decides: --with SPEC and --violates, --reaches or --on; or a command after `--`",
        ));
    }
    let stop = interrupted()?;
    let mut reader = Reader::new();
    let (sources, mut answer) = input::traces(&args.files, &mut reader, terminal);
    let mut out = Output::open(args.out.file.as_deref())?;
    for source in &sources {
        let shrunk = match &args.with {
            Some(spec) => with_producer(args, spec, source, &stop, terminal),
            None => with_command(args, source, &stop, terminal),
        };
        match shrunk {
            Ok(shrunk) => {
                write_traces(&mut out, [&shrunk.trace])?;
                out.flush()?;
                report(&source.name, &shrunk, terminal);
            }
            Err(NotShrunk::Passes) => {
                terminal.complain(&format!("{}: the original does not fail", source.name));
                answer = answer.and(Answer::No);
            }
            Err(NotShrunk::Trouble(Trouble::ReaderGone)) => return Err(Trouble::ReaderGone),
            Err(NotShrunk::Trouble(trouble)) => {
                terminal.complain(&format!("{}: {trouble}", source.name));
                answer = Answer::Trouble;
            }
        }
        if stop.load(Ordering::Relaxed) {
            break;
        }
    }
    // A file with nothing in it would look like a result.
    if answer == Answer::Yes || args.out.file.is_none() {
        out.finish()?;
    }
    Ok(answer)
}

/// Why there is no result for a trace.
pub(crate) enum NotShrunk {
    /// It does not fail.
    Passes,
    /// Nobody could tell.
    Trouble(Trouble),
}

impl<T: Into<Trouble>> From<T> for NotShrunk {
    fn from(trouble: T) -> Self {
        Self::Trouble(trouble.into())
    }
}

impl From<ShrinkError> for NotShrunk {
    fn from(error: ShrinkError) -> Self {
        match error {
            ShrinkError::DoesNotFail => Self::Passes,
            other => Self::Trouble(Trouble::new(other.to_string())),
        }
    }
}

/// A flag that Ctrl-C sets: the best so far is written, and that is the end.
fn interrupted() -> Result<Arc<AtomicBool>, Trouble> {
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    ctrlc::set_handler(move || set.store(true, Ordering::Relaxed))
        .map_err(|e| Trouble::new(format!("cannot watch for Ctrl-C: {e}")))?;
    Ok(flag)
}

fn with_producer(
    args: &Shrink,
    spec: &str,
    source: &Source,
    stop: &AtomicBool,
    terminal: &Terminal,
) -> Result<Shrunk, NotShrunk> {
    let mut producer = plugs::producer(spec, None)?;
    let trace = &source.document.trace;
    let goal = match (&args.violates, &args.reaches, &args.on) {
        (Some(property), ..) | (_, Some(property), _) => Goal::Property(property.clone()),
        (_, _, Some(system)) => Goal::System(Box::new(plugs::system(system)?)),
        _ => Goal::Property(recorded_property(trace, producer.as_ref())?),
    };
    if let Some(reached) = &args.reaches
        && producer.property(reached).is_some_and(|p| p.kind == PropertyKind::Invariant)
    {
        let message =
            format!("--reaches {reached}: for {} that is an invariant; say --violates", producer.name());
        return Err(Trouble::new(message).into());
    }
    let labels = args.action.labels()?;
    let calls = schedule(producer.as_mut(), trace, labels.as_ref(), &source.name, terminal)?;
    let options = Options {
        semantics: if args.strict { Semantics::Strict } else { Semantics::Skip },
        max_calls: args.max_calls,
        ..Options::default()
    };
    let watch = Watch::new(terminal, trace.states.len());
    let mut shrunk = shrink(producer.as_mut(), goal, trace, &calls, options, stop, &watch)?;
    if let (true, Some(property)) = (args.prove, args.violates.as_ref().or(args.reaches.as_ref())) {
        prove(producer.as_mut(), property, &mut shrunk)?;
    }
    Ok(shrunk)
}

/// The property that the trace itself says it violates or reaches.
fn recorded_property(trace: &Trace, producer: &dyn Producer) -> Result<String, Trouble> {
    let recorded = trace.meta.get("predicate_name");
    let recorded = recorded.as_ref().and_then(|name| name.as_str());
    let known: Vec<String> = producer.properties().into_iter().map(|p| p.name).collect();
    match recorded {
        Some(name) if known.iter().any(|k| k == name) => Ok(name.to_owned()),
        _ => Err(Trouble::new(format!(
            "say what fails: --violates or --reaches one of {}, or --on a system",
            known.join(", ")
        ))),
    }
}

/// The schedule of a trace, by the first convention all of whose labels the producer knows.
pub(crate) fn schedule(
    producer: &mut dyn Producer,
    trace: &Trace,
    given: Option<&itf::Labels>,
    name: &str,
    terminal: &Terminal,
) -> Result<Vec<Action>, Trouble> {
    let mut tried = Vec::new();
    for labels in conventions(producer, trace, given) {
        match schedule_of(producer, trace, &labels) {
            Ok(learned) => {
                if let Some(at) = learned.differs_at {
                    terminal.note(&format!(
                        "{name}: from state {at} on, {} reaches other states than were recorded; what it reaches counts",
                        producer.name()
                    ));
                }
                return Ok(learned.calls);
            }
            Err(fault) => tried.push(format!("{labels}: {}", fault.message)),
        }
    }
    Err(Trouble::new(if tried.is_empty() {
        "the trace does not say what its steps did; name the variable with --action".to_owned()
    } else {
        format!("{} cannot re-execute the trace: {}", producer.name(), tried.join("; "))
    }))
}

/// Shrinks a schedule with a producer.
pub(crate) fn shrink(
    producer: &mut dyn Producer,
    goal: Goal,
    trace: &Trace,
    calls: &[Action],
    options: Options,
    stop: &AtomicBool,
    watch: &Watch<'_>,
) -> Result<Shrunk, NotShrunk> {
    let strict = options.semantics == Semantics::Strict;
    let classes: Classify<'_, Action> = &|call| Classes::of(call);
    let (report, property) = match goal {
        Goal::Property(property) => {
            let mut oracle = ModelOracle::new(producer, &property, strict)?;
            (engine(&mut oracle, calls, options, Some(classes), stop, watch)?, Some(property))
        }
        Goal::System(mut system) => {
            let mut oracle = SystemOracle::new(producer, &mut system, strict);
            (engine(&mut oracle, calls, options, Some(classes), stop, watch)?, None)
        }
    };
    let execution = execute(producer, &report.items)?;
    let mut header = producer.header();
    if let Some(property) = property {
        header.meta.set("predicate_name", property.into());
    }
    let shrunk = trace_of(&header, execution.states);
    Ok(told(shrunk, report, trace.states.len()))
}

/// The classes an item belongs to.
type Classify<'a, T> = &'a dyn Fn(&T) -> Vec<String>;

fn engine<T, O>(
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

fn told<T, S>(trace: Trace, report: Report<T, S>, original: usize) -> Shrunk {
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

/// Searches below the length found.
pub(crate) fn prove(producer: &mut dyn Producer, property: &str, shrunk: &mut Shrunk) -> Result<(), Trouble> {
    let states = shrunk.trace.states.len();
    match producer.shortest(property, states.saturating_sub(1))? {
        Shortest::NoneUpTo { states: visited, .. } => shrunk.proved = Some(visited),
        Shortest::Found { calls, states: visited } => {
            let execution = execute(producer, &calls)?;
            let header = Trace { states: Vec::new(), ..shrunk.trace.clone() };
            shrunk.trace = trace_of(&header, execution.states);
            shrunk.proved = Some(visited);
        }
    }
    Ok(())
}

fn with_command(
    args: &Shrink,
    source: &Source,
    stop: &AtomicBool,
    terminal: &Terminal,
) -> Result<Shrunk, NotShrunk> {
    let trace = &source.document.trace;
    if trace.states.is_empty() {
        return Err(NotShrunk::Trouble(Trouble::new("the trace has no states")));
    }
    let folder = tempfile::Builder::new().prefix("itf-shrink-").tempdir();
    let folder = folder.map_err(|e| Trouble::new(format!("cannot make a folder for candidates: {e}")))?;
    let timeout = Duration::try_from_secs_f64(args.timeout)
        .map_err(|_| Trouble::new(format!("--timeout {}: not a time in seconds", args.timeout)))?;
    let oracle = CommandOracle::new(trace.clone(), args.command.clone(), folder.path(), timeout);
    let mut oracle = oracle.map_err(|e| Trouble::new(e.to_string()))?;
    let units = oracle.units();
    // States are no calls that can be skipped: a candidate is what it is.
    let options = Options { semantics: Semantics::Strict, max_calls: args.max_calls, ..Options::default() };
    let watch = Watch::new(terminal, trace.states.len());
    let report = engine(&mut oracle, &units, options, None, stop, &watch)?;
    Ok(told(candidate_trace(trace, &report.items), report, trace.states.len()))
}

/// Shows progress on a terminal.
pub(crate) struct Watch<'a> {
    terminal: &'a Terminal,
    states: usize,
    shown: Cell<bool>,
}

impl<'a> Watch<'a> {
    pub(crate) fn new(terminal: &'a Terminal, states: usize) -> Self {
        Self { terminal, states, shown: Cell::new(false) }
    }

    /// Takes the line away.
    fn clear(&self) {
        if self.shown.replace(false) {
            let _ = write!(self.terminal.stderr(), "\r\x1b[K");
        }
    }
}

impl<T> Observer<T> for &Watch<'_> {
    fn tested(&mut self, progress: &Progress) {
        if Terminal::shows_progress() {
            self.shown.set(true);
            let _ = write!(
                self.terminal.stderr(),
                "\r\x1b[K{} → {} states, {} runs, {}",
                self.states,
                progress.length + 1,
                progress.calls,
                progress.pass
            );
        }
    }
}

/// What was reached, in one line, with the strongest claim that holds.
fn report(name: &str, shrunk: &Shrunk, terminal: &Terminal) {
    terminal.note(&format!(
        "{name}: {} → {} states, {}, {} runs; keeps {} at {}",
        shrunk.original,
        shrunk.trace.states.len(),
        claim(shrunk),
        shrunk.calls,
        shrunk.failure.kind,
        shrunk.failure.site
    ));
    for failure in &shrunk.also {
        terminal.note(&format!(
            "{name}: on the way there was another failure, which was not followed: {failure}"
        ));
    }
}

/// The strongest claim that was shown.
pub(crate) fn claim(shrunk: &Shrunk) -> String {
    if let Some(visited) = shrunk.proved {
        return format!("the shortest there is, as a search of all shorter traces shows ({visited} states)");
    }
    match shrunk.claim {
        Claim::OneMinimal => "one-minimal".into(),
        Claim::Reduced(Unproven::Stopped { why: Stop::Calls, .. }) => {
            "not one-minimal: stopped by --max-calls".into()
        }
        Claim::Reduced(Unproven::Stopped { why: Stop::Asked, .. }) => "not one-minimal: interrupted".into(),
        Claim::Reduced(Unproven::Faults(count)) => {
            format!("not shown to be one-minimal: {count} candidates have no verdict")
        }
        Claim::Reduced(_) => "not shown to be one-minimal".into(),
    }
}
