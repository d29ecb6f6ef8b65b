//! With a producer: candidates are re-executed.

use std::cell::RefCell;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use itf::Trace;
use itf::expr::Expr;
use itf_adapters::{
    Action, Classes, Execution, Producer, ProducerOracle, PropertyKind, Shortest, Simplest, System,
    conventions, execute, schedule_of, trace_of,
};
use itf_shrink::{FlakyOptions, Normalise, Options, Semantics};

use super::best::{Best, BestFile};
use super::bounded::Bounded;
use super::engine::{self, Knowledge, engine, told};
use super::{NotShrunk, Shrunk, Watch, dry};
use crate::cli::{Runs, Shrink};
use crate::input::Source;
use crate::output::Terminal;
use crate::plugs;
use crate::trouble::Trouble;

/// What has to fail, all of it.
#[derive(Default)]
pub(crate) struct Goal {
    /// A property of the model is found.
    pub(crate) property: Option<String>,
    /// An expression is false.
    pub(crate) invariant: Option<Expr>,
    /// The system does something wrong.
    pub(crate) system: Option<Box<System>>,
}

pub(super) fn with_producer(
    args: &Shrink,
    producer: &mut dyn Producer,
    source: &Source,
    stop: &AtomicBool,
    best: &RefCell<BestFile>,
    terminal: &Terminal,
) -> Result<Shrunk, NotShrunk> {
    let trace = &source.document.trace;
    let goal = goal(args, producer, trace, terminal)?;
    let property = goal.property.clone();
    let labels = args.action.labels()?;
    let calls = schedule(producer, trace, labels.as_ref(), &source.name, terminal)?;
    let semantics = if args.goal.strict { Semantics::Strict } else { Semantics::Skip };
    let options = engine::options(&args.limits, semantics)?;
    let flaky = match args.rates.runs()? {
        Runs::Many(flaky) => Some(flaky),
        Runs::Once | Runs::OnceAndChecked => None,
    };
    let how = How {
        options,
        flaky,
        dry_run: args.dry_run,
        normalise: !args.limits.no_normalize,
        stop,
        watch: &Watch::new(terminal, &source.name, trace.states.len()),
        best,
    };
    let mut shrunk = shrink(producer, goal, trace, &calls, &how)?;
    if let (true, Some(property)) = (args.goal.prove, property) {
        prove(producer, &property, &mut shrunk, &how);
    }
    Ok(shrunk)
}

/// What was asked for; the property that the trace itself names, if nothing was.
fn goal(args: &Shrink, producer: &dyn Producer, trace: &Trace, terminal: &Terminal) -> Result<Goal, Trouble> {
    let asked = &args.goal;
    let mut goal =
        Goal { property: asked.violates.clone().or_else(|| asked.reaches.clone()), ..Goal::default() };
    if let Some(text) = &asked.invariant {
        let parsed = crate::commands::eval::parse(text, terminal);
        goal.invariant =
            Some(parsed.ok_or_else(|| Trouble::new(format!("--invariant {text}: no expression")))?);
    }
    if let Some(system) = &asked.on {
        goal.system = Some(Box::new(plugs::system(system)?));
    }
    if let Some(reached) = &asked.reaches
        && producer.property(reached).is_some_and(|p| p.kind == PropertyKind::Invariant)
    {
        let message =
            format!("--reaches {reached}: for {} that is an invariant; say --violates", producer.name());
        return Err(Trouble::new(message));
    }
    if goal.property.is_none() && goal.invariant.is_none() && goal.system.is_none() {
        goal.property = Some(recorded_property(trace, producer)?);
    }
    Ok(goal)
}

/// The property that the trace itself says it violates or reaches.
fn recorded_property(trace: &Trace, producer: &dyn Producer) -> Result<String, Trouble> {
    let recorded = trace.meta.get("predicate_name");
    let recorded = recorded.as_ref().and_then(|name| name.as_str());
    let known: Vec<String> = producer.properties().into_iter().map(|p| p.name).collect();
    match recorded {
        Some(name) if known.iter().any(|k| k == name) => Ok(name.to_owned()),
        _ => Err(Trouble::new(format!(
            "say what fails: --violates or --reaches one of {}, --invariant an expression, or --on a system",
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

/// How to shrink.
pub(crate) struct How<'a> {
    pub(crate) options: Options,
    /// If the failure does not show every time.
    pub(crate) flaky: Option<FlakyOptions>,
    /// Only run the original.
    pub(crate) dry_run: bool,
    /// Whether parameters, names and order are made simpler, too.
    pub(crate) normalise: bool,
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
        Self { options, flaky: None, dry_run: false, normalise: true, stop, watch, best }
    }
}

/// Shrinks a schedule with a producer.
pub(crate) fn shrink(
    producer: &mut dyn Producer,
    mut goal: Goal,
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
    let mut header = producer.header();
    if let Some(property) = &goal.property {
        header.meta.set("predicate_name", property.as_str().into());
    }
    let strict = how.options.semantics == Semantics::Strict;
    let last = RefCell::new(Execution::default());
    let mut oracle = ProducerOracle::new(producer, strict).tell(&last);
    if let Some(property) = &goal.property {
        oracle = oracle.property(property)?;
    }
    if let Some(invariant) = goal.invariant {
        oracle = oracle.invariant(invariant);
    }
    if let Some(system) = &mut goal.system {
        oracle = oracle.system(system);
    }
    if how.dry_run {
        return Err(dry::run(&mut oracle, calls, how.flaky.is_some(), "step"));
    }
    let known = |calls: &[Action]| {
        let last = last.borrow();
        (last.calls == calls).then(|| trace_of(&header, last.states.clone()))
    };
    let mut observer = Best { watch: how.watch, trace: &known, original: calls.len(), file: how.best };
    let options = (how.options.clone(), how.flaky.clone());
    let found = engine(&mut oracle, calls, options, &knowledge, how.stop, &mut observer);
    how.watch.clear();
    let found = found?;
    let execution = execute(producer, &found.report.items)?;
    let mut also = |calls: &[Action]| {
        let execution = execute(producer, calls).ok()?;
        let mut header = producer.header();
        header.meta.set("source", producer.name().into());
        Some(trace_of(&header, execution.states))
    };
    let shrunk = trace_of(&header, execution.states);
    Ok(told(shrunk, found, trace.states.len(), &ToString::to_string, &mut also))
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
