//! With a producer: candidates are re-executed.

use std::sync::atomic::AtomicBool;

use itf::Trace;
use itf_adapters::{
    Action, Classes, ModelOracle, Producer, PropertyKind, Shortest, System, SystemOracle, conventions,
    execute, schedule_of, trace_of,
};
use itf_shrink::{Options, Semantics};

use super::engine::{Classify, engine, told};
use super::{NotShrunk, Shrunk, Watch};
use crate::cli::Shrink;
use crate::input::Source;
use crate::output::Terminal;
use crate::plugs;
use crate::trouble::Trouble;

/// What decides whether a candidate still fails.
pub(crate) enum Goal {
    /// A property of the model is found.
    Property(String),
    /// The system does something wrong.
    System(Box<System>),
}

pub(super) fn with_producer(
    args: &Shrink,
    spec: &str,
    source: &Source,
    stop: &AtomicBool,
    terminal: &Terminal,
) -> Result<Shrunk, NotShrunk> {
    let mut producer = plugs::producer(spec, None)?;
    let trace = &source.document.trace;
    let goal = match (&args.goal.violates, &args.goal.reaches, &args.goal.on) {
        (Some(property), ..) | (_, Some(property), _) => Goal::Property(property.clone()),
        (_, _, Some(system)) => Goal::System(Box::new(plugs::system(system)?)),
        _ => Goal::Property(recorded_property(trace, producer.as_ref())?),
    };
    if let Some(reached) = &args.goal.reaches
        && producer.property(reached).is_some_and(|p| p.kind == PropertyKind::Invariant)
    {
        let message =
            format!("--reaches {reached}: for {} that is an invariant; say --violates", producer.name());
        return Err(Trouble::new(message).into());
    }
    let labels = args.action.labels()?;
    let calls = schedule(producer.as_mut(), trace, labels.as_ref(), &source.name, terminal)?;
    let options = Options {
        semantics: if args.goal.strict { Semantics::Strict } else { Semantics::Skip },
        max_calls: args.limits.max_calls,
        ..Options::default()
    };
    let watch = Watch::new(terminal, trace.states.len());
    let mut shrunk = shrink(producer.as_mut(), goal, trace, &calls, options, stop, &watch)?;
    if let (true, Some(property)) =
        (args.goal.prove, args.goal.violates.as_ref().or(args.goal.reaches.as_ref()))
    {
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

/// Searches below the length found.
pub(crate) fn prove(producer: &mut dyn Producer, property: &str, shrunk: &mut Shrunk) -> Result<(), Trouble> {
    let states = shrunk.trace.states.len();
    match producer.shortest(property, states.saturating_sub(1))? {
        Shortest::NoneUpTo { states: visited, .. } => shrunk.proved = Some(visited),
        Shortest::Found { calls, states: visited, .. } => {
            let execution = execute(producer, &calls)?;
            let header = Trace { states: Vec::new(), ..shrunk.trace.clone() };
            shrunk.trace = trace_of(&header, execution.states);
            shrunk.proved = Some(visited);
        }
    }
    Ok(())
}
