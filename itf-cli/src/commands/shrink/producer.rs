//! With a producer: candidates are re-executed.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use itf::{Record, Trace};
use itf_adapters::{
    Action, Classes, Execution, Journal, Learned, Producer, ProducerOracle, PropertyKind, Shortest, Simplest,
    StateId, conventions, execute, schedule_of, trace_of,
};
use itf_shrink::{Normalise, Options, Semantics, Workers};

use super::best::{Best, BestFile};
use super::bounded::Bounded;
use super::engine::{self, Knowledge, told};
use super::judge::{Goal, Here, Jobs, Known, Questions, There};
use super::plan::Planned;
use super::{NotShrunk, Shrunk, Watch, command, dry, journal};
use crate::cli::{Runs, Shrink};
use crate::input::Source;
use crate::output::Terminal;
use crate::plugs;
use crate::trouble::Trouble;

pub(super) fn with_producer(
    args: &Shrink,
    producer: &mut dyn Producer,
    (source, planned): (&Source, Planned),
    stop: &Arc<AtomicBool>,
    best: &RefCell<BestFile>,
    terminal: &Terminal,
) -> Result<Shrunk, NotShrunk> {
    let trace = &source.document.trace;
    let mut goal = goal(args, producer, trace, terminal)?;
    let folder = command::folder()?;
    if !args.command.command.is_empty() {
        goal.command = Some(command::oracle(args, trace, folder.path(), stop)?);
    }
    let property = goal.property.clone();
    let labels = args.action.labels()?;
    let learned = match planned.learned {
        Some(learned) => learned,
        None => learned(producer, trace, labels.as_ref())?,
    };
    tell_learned(producer, &learned, &source.name, terminal);
    let calls = learned.calls;
    let semantics = if args.goal.strict { Semantics::Strict } else { Semantics::Skip };
    let in_process = is_in_process(args, producer);
    let journal = planned.journal.map(|place| place.open(args, &source.name, terminal)).transpose()?;
    let jobs = args.command.jobs.get();
    if jobs > 1 && in_process {
        terminal.note(&format!(
            "{}: --jobs {jobs}: {} runs in this process, faster than candidates could be handed to others; one is at work",
            source.name,
            producer.name()
        ));
    }
    let how = How {
        options: engine::options(&args.limits, semantics)?,
        runs: args.rates.runs()?,
        dry_run: args.dry_run,
        normalise: !args.limits.no_normalize,
        jobs: (jobs > 1 && !in_process).then(|| self::jobs(args, trace, &goal, labels)).transpose()?,
        journal: RefCell::new(journal),
        stop,
        watch: &Watch::new(terminal, &source.name, trace.states.len()),
        best,
    };
    let shrunk = shrink(producer, goal, trace, &calls, &how);
    if let Some(journal) = &mut *how.journal.borrow_mut() {
        let is_over = shrunk.is_ok() && !stop.load(Ordering::Relaxed);
        journal::tell(&source.name, journal, is_over, terminal);
        if matches!(shrunk, Err(NotShrunk::Passes(_))) {
            journal::leave(args, journal);
        }
    }
    let mut shrunk = shrunk?;
    if let (true, Some(property)) = (args.goal.prove, property) {
        prove(producer, &property, &mut shrunk, &how);
    }
    if let Some(journal) = how.journal.take() {
        best.borrow_mut().hold(journal);
    }
    Ok(shrunk)
}

/// Whether all that decides is in this process.
fn is_in_process(args: &Shrink, producer: &dyn Producer) -> bool {
    let system_is_here = args.goal.on.as_deref().is_none_or(plugs::is_here);
    producer.fork().is_some() && system_is_here && args.command.command.is_empty()
}

/// Whether there is to be a journal: in this process it takes milliseconds to do all of it again.
pub(super) fn has_journal(args: &Shrink, producer: &dyn Producer) -> bool {
    !is_in_process(args, producer) || args.journal.is_asked_for()
}

/// Workers, each with a producer, a system and a command of its own.
fn jobs(args: &Shrink, trace: &Trace, goal: &Goal, labels: Option<itf::Labels>) -> Result<Jobs, Trouble> {
    let Some(spec) = args.goal.with.clone() else { return Err(Trouble::new("there is no spec")) };
    let on = args.goal.on.clone();
    if let Some(on) = on.as_ref().filter(|on| on.starts_with("http:")) {
        return Err(Trouble::new(format!(
            "--jobs {}: {on} is one service, and cannot be in several runs at once",
            args.command.jobs
        )));
    }
    let (trace, property, invariant) = (trace.clone(), goal.property.clone(), goal.invariant.clone());
    let only = goal.only.clone();
    let command = goal.command.clone();
    let equip = move |slot| {
        let said = |trouble: Trouble| trouble.to_string();
        let mut producer = plugs::producer(&spec, None).map_err(said)?;
        learned(producer.as_mut(), &trace, labels.as_ref()).map_err(said)?;
        let system = on.as_deref().map(plugs::system).transpose().map_err(said)?.map(Box::new);
        let command = command.as_ref().map(|command| command.slot(slot));
        let (property, invariant, only) = (property.clone(), invariant.clone(), only.clone());
        let goal = Goal { property, invariant, system, only, command };
        Ok((producer, goal))
    };
    Ok(Jobs { count: args.command.jobs.get(), equip: Arc::new(equip) })
}

/// What was asked for; the property that the trace itself names, if nothing was.
fn goal(args: &Shrink, producer: &dyn Producer, trace: &Trace, terminal: &Terminal) -> Result<Goal, Trouble> {
    let asked = &args.goal;
    let property = property(args, producer, trace)?;
    let mut goal = Goal { property, only: asked.only.clone(), ..Goal::default() };
    if let Some(text) = &asked.invariant {
        let parsed = crate::commands::eval::parse(text, terminal);
        goal.invariant =
            Some(parsed.ok_or_else(|| Trouble::new(format!("--invariant {text}: no expression")))?);
    }
    if let Some(system) = &asked.on {
        let plugged = plugs::system(system)?;
        crate::commands::replay::has_kinds(&plugged, system, &asked.only)?;
        goal.system = Some(Box::new(plugged));
    }
    Ok(goal)
}

/// The property that was asked for, or the one that the trace itself names, if nothing was.
pub(super) fn property(
    args: &Shrink,
    producer: &dyn Producer,
    trace: &Trace,
) -> Result<Option<String>, Trouble> {
    let asked = &args.goal;
    is_of_its_kind(args, producer)?;
    let named = asked.violates.clone().or_else(|| asked.reaches.clone());
    let is_nothing = named.is_none() && asked.invariant.is_none() && asked.on.is_none();
    if is_nothing && args.command.command.is_empty() {
        return recorded_property(trace, producer).map(Some);
    }
    Ok(named)
}

/// Whether what is to be violated is an invariant, and what is to be reached an example.
fn is_of_its_kind(args: &Shrink, producer: &dyn Producer) -> Result<(), Trouble> {
    let asked = &args.goal;
    let kind = |name: &str| producer.property(name).map(|property| property.kind);
    let spec = producer.name();
    let why = match (&asked.violates, &asked.reaches) {
        (Some(name), _) if kind(name) == Some(PropertyKind::Example) => {
            format!("--violates {name}: for {spec} that is an example; say --reaches")
        }
        (Some(name), _)
            if kind(name).is_none() && name.contains(|c: char| !c.is_alphanumeric() && c != '_') =>
        {
            let known: Vec<String> =
                producer.properties().into_iter().map(|property| property.name).collect();
            format!(
                "--violates {name}: {spec} has {}; an expression over states is --invariant",
                known.join(", ")
            )
        }
        (_, Some(name)) if kind(name) == Some(PropertyKind::Invariant) => {
            let is_listed = producer.properties().iter().any(|property| property.name == *name);
            let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ':');
            if is_listed || is_name {
                format!("--reaches {name}: for {spec} that is an invariant; say --violates")
            } else {
                format!(
                    "--reaches {name}: {spec} has no examples, and an expression is violated: --violates 'not({name})'"
                )
            }
        }
        _ => return Ok(()),
    };
    Err(Trouble::new(why))
}

/// The property that the trace itself says it violates or reaches.
fn recorded_property(trace: &Trace, producer: &dyn Producer) -> Result<String, Trouble> {
    let recorded = trace.meta.get("predicate_name");
    let recorded = recorded.as_ref().and_then(|name| name.as_str());
    match recorded {
        Some(name) if producer.property(name).is_some() => Ok(name.to_owned()),
        _ => {
            let known: Vec<String> = producer.properties().into_iter().map(|p| p.name).collect();
            let one = if known.is_empty() {
                "--violates an invariant of the spec".to_owned()
            } else {
                format!("--violates or --reaches one of {}", known.join(", "))
            };
            Err(Trouble::new(format!(
                "say what fails: {one}, --invariant an expression, --on a system, or a command after `--`"
            )))
        }
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
    let learned = learned(producer, trace, given)?;
    tell_learned(producer, &learned, name, terminal);
    Ok(learned.calls)
}

/// Says where a spec goes other ways than the trace.
fn tell_learned(producer: &dyn Producer, learned: &Learned, name: &str, terminal: &Terminal) {
    if let Some(at) = learned.differs_at {
        let spec = producer.name();
        // Specs of ours, and those of the bridges, name all that they take.
        let not_sent = match learned.not_sent.as_slice() {
            [_, ..] if spec.starts_with('`') => {
                let names = learned.not_sent.join(", ");
                format!("; its label has {names}, which `actions` in the answer to hello does not name")
            }
            _ => String::new(),
        };
        terminal.note(&format!(
            "{name}: from state {at} on, {spec} reaches other states than were recorded{not_sent}; what it reaches counts"
        ));
    }
}

/// The same, with what there is to tell of it.
pub(super) fn learned(
    producer: &mut dyn Producer,
    trace: &Trace,
    given: Option<&itf::Labels>,
) -> Result<Learned, Trouble> {
    let mut tried = Vec::new();
    for labels in conventions(producer, trace, given) {
        match schedule_of(producer, trace, &labels) {
            Ok(learned) => return Ok(learned),
            Err(fault) => tried.push(format!("{labels}: {}", fault.message)),
        }
    }
    Err(Trouble::new(if tried.is_empty() {
        itf_adapters::unlabelled(trace)
    } else {
        format!("{} cannot re-execute the trace: {}", producer.name(), tried.join("; "))
    }))
}

/// How to shrink.
pub(crate) struct How<'a> {
    pub(crate) options: Options,
    /// How often a candidate is run.
    pub(crate) runs: Runs,
    /// Only run the original.
    pub(crate) dry_run: bool,
    /// Whether parameters, names and order are made simpler, too.
    pub(crate) normalise: bool,
    /// If there are to be several at once.
    pub(crate) jobs: Option<Jobs>,
    /// What is known already, and is written down.
    pub(crate) journal: RefCell<Option<Journal>>,
    pub(crate) stop: &'a AtomicBool,
    pub(crate) watch: &'a Watch<'a>,
    pub(crate) best: &'a RefCell<BestFile>,
}

impl<'a> How<'a> {
    /// Every candidate once, disabled calls skipped, the result in its simplest form.
    pub(crate) fn new(
        options: Options,
        stop: &'a AtomicBool,
        watch: &'a Watch<'a>,
        best: &'a RefCell<BestFile>,
    ) -> Self {
        let (jobs, journal) = (None, RefCell::new(None));
        Self { options, runs: Runs::Once, dry_run: false, normalise: true, jobs, journal, stop, watch, best }
    }
}

/// Shrinks a schedule with a producer.
pub(crate) fn shrink(
    producer: &mut dyn Producer,
    goal: Goal,
    trace: &Trace,
    calls: &[Action],
    how: &How<'_>,
) -> Result<Shrunk, NotShrunk> {
    if let Some(property) = &goal.property {
        // A name that nobody knows is said at once, and not as what a run came to.
        ProducerOracle::new(producer, false).property(property)?;
        if !producer.properties().iter().any(|known| known.name == *property) {
            // An expression of the spec's language: the spec tells whether it is one.
            producer.reset()?;
            producer.holds(property)?;
        }
    }
    if how.journal.borrow().is_some() {
        work::<StateId>(producer, goal, trace, calls, how)
    } else {
        work::<Record>(producer, goal, trace, calls, how)
    }
}

fn work<S: Known>(
    producer: &mut dyn Producer,
    goal: Goal,
    trace: &Trace,
    calls: &[Action],
    how: &How<'_>,
) -> Result<Shrunk, NotShrunk> {
    let simplest = Simplest::of(trace, calls);
    let knowledge = Knowledge {
        classes: Some(&|call| Classes::of(call)),
        normalise: how.normalise.then_some(&simplest as &dyn Normalise<Action>),
        canonical: None,
    };
    let header = goal.header(producer);
    let strict = how.options.semantics == Semantics::Strict;
    // What judges from outside may change its mind; a spec is taken to be what it is.
    let what = match (&goal.command, &goal.system) {
        (Some(_), _) => Some("the command"),
        (None, Some(_)) => Some("the system"),
        (None, None) => None,
    };
    let said = goal.command.clone();
    let only = goal.only.clone();
    let last = RefCell::new(Execution::default());
    let producer = RefCell::new(producer);
    let mut here =
        Here { producer: &producer, goal, header: &header, strict, last: &last, states: PhantomData::<S> };
    if how.dry_run {
        let came_to = dry::run(&mut here, calls, matches!(how.runs, Runs::Many(_)), "step");
        return Err(match &said {
            Some(command) => command::dry(came_to, &command.last_output(), &how.runs),
            None => with_hint(came_to, &only),
        });
    }
    let again = |calls: &[Action]| execute(&mut **producer.borrow_mut(), calls).ok();
    let known = |calls: &[Action]| {
        if last.borrow().calls == calls {
            return Some(trace_of(&header, last.borrow().states.clone()));
        }
        // It came out of a journal, or another worker ran it.
        again(calls).map(|execution| trace_of(&header, execution.states))
    };
    let mut observer = Best { watch: how.watch, trace: &known, original: calls.len(), file: how.best };
    let runs = if what.is_none() && how.runs == Runs::OnceAndChecked { &Runs::Once } else { &how.runs };
    let options = (how.options.clone(), runs);
    let mut journal = how.journal.borrow_mut();
    let questions = Questions { items: calls, options, knowledge: &knowledge, stop: how.stop };
    let found = match &how.jobs {
        Some(Jobs { count, equip }) => {
            let equip = Arc::clone(equip);
            let workers = Workers::start(*count, move |slot| There::<S>::new(equip(slot), strict));
            S::judged(workers, journal.as_mut(), questions, &mut observer)
        }
        None => S::judged(here, journal.as_mut(), questions, &mut observer),
    };
    how.watch.clear();
    let is_written = how.best.borrow().is_written();
    let found = found.map_err(|error| match &said {
        Some(command) => command::explained(error, &command.last_output(), &how.runs),
        None => with_hint(error.into(), &only),
    });
    let found = found?.believed(what.unwrap_or("the spec"), is_written)?;
    let execution = execute(&mut **producer.borrow_mut(), &found.report.items)?;
    let mut also = |calls: &[Action]| {
        let execution = again(calls)?;
        let mut header = producer.borrow().header();
        header.meta.set("source", producer.borrow().name().into());
        Some(trace_of(&header, execution.states))
    };
    let shrunk = trace_of(&header, execution.states);
    Ok(told(shrunk, found, trace.states.len(), &ToString::to_string, &mut also))
}

/// That something else may have failed.
fn with_hint(not: NotShrunk, only: &[String]) -> NotShrunk {
    match not {
        NotShrunk::Passes(words) if !only.is_empty() => NotShrunk::Passes(format!(
            "{words}: there was no failure of the kind that counts alone (--only {})",
            only.join(",")
        )),
        other => other,
    }
}

/// How long a search below the length found takes at most, if nothing else was said.
const PROOF_TIME: Duration = Duration::from_secs(300);

/// Searches below the length found. Where something is found there, it is made simpler, too. What was shown without the
/// search is shown still, whatever becomes of it.
pub(crate) fn prove(producer: &mut dyn Producer, property: &str, shrunk: &mut Shrunk, how: &How<'_>) {
    let below = shrunk.trace.states.len().saturating_sub(1);
    // In process it takes seconds, and its memory is bounded; another process may take any time.
    let found = if producer.fork().is_some() {
        producer.shortest(property, below)
    } else {
        let deadline = Instant::now().checked_add(how.options.max_time.unwrap_or(PROOF_TIME));
        Bounded { spec: &mut *producer, stop: how.stop, deadline }.shortest(property, below)
    };
    match found {
        Ok(Shortest::NoneUpTo { states, .. }) => shrunk.proved = Some(states),
        Ok(Shortest::Found { calls, states, .. }) => {
            if let Ok(again) = simplified(producer, property, &calls, how) {
                let (original, calls) = (shrunk.original, shrunk.calls + again.calls);
                *shrunk = Shrunk { original, calls, proved: Some(states), ..again };
            } else {
                let length = calls.len() + 1;
                let what = format!("a search found one of {length} states, which could not be made simple");
                shrunk.unproved = Some(what);
            }
        }
        Err(fault) => shrunk.unproved = Some(fault.message),
    }
}

fn simplified(
    producer: &mut dyn Producer,
    property: &str,
    calls: &[Action],
    how: &How<'_>,
) -> Result<Shrunk, NotShrunk> {
    let goal = Goal { property: Some(property.to_owned()), ..Goal::default() };
    let found = execute(producer, calls)?;
    let trace = trace_of(&producer.header(), found.states);
    shrink(producer, goal, &trace, calls, how)
}
