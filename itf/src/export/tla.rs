//! A trace as a module of TLA+ that TLC can run.

use std::fmt::Write as _;

use super::{Exported, Names};
use crate::action::Labels;
use crate::tla::to_tla;
use crate::trace::Trace;
use crate::value::Value;

/// What TLC counts with.
const LARGEST: i64 = i32::MAX as i64;

/// A trace as a TLA+ module: `Trace` is the sequence of its states, `Init` the first of them, and `Next` has a disjunct
/// for each step. TLC can run it, to evaluate what somebody wants to know of the trace, and [`tla::read`](crate::tla::read)
/// reads it back (tuples as lists, and unit as `"U_OF_UNIT"`).
///
/// The variable `itf_step` counts the states, from 1, so that a state may be there twice.
///
/// ```
/// let trace = &itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":2}],"loop":0}"#)?[0];
/// let module = itf::export::to_tla_module(trace, "Counter");
/// assert!(module.text.contains("Trace == <<\n  [x |-> 1],\n  [x |-> 2]\n>>"));
/// assert!(module.text.contains("TraceLoop == 1"));
/// let back = itf::tla::read(module.text.as_bytes())?;
/// assert_eq!(back.traces[0].loop_index, Some(0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn to_tla_module(trace: &Trace, name: &str) -> Exported {
    let mut notes = Vec::new();
    let mut names = Names::new(["itf_step", "Trace", "TraceLoop", "Init", "Next", "Spec"]);
    let variables: Vec<(&str, String)> =
        trace.variables().into_iter().map(|variable| (variable, names.identifier(variable))).collect();
    for (variable, own) in variables.iter().filter(|(variable, own)| variable != own) {
        notes.push(format!("the variable {variable} is called {own}"));
    }
    if trace.states.iter().flat_map(|s| s.value.values()).any(has_large) {
        notes.push("there are integers beyond 32 bits, with which TLC does not count".into());
    }
    let labels = Labels::candidates(trace).into_iter().next();
    let mut text = format!("---- MODULE {name} ----\nEXTENDS Integers, Sequences, TLC\n\nVARIABLES itf_step");
    for (_, own) in &variables {
        text.extend([", ", own]);
    }
    text.push_str("\n\nTrace == <<\n");
    for (at, state) in trace.states.iter().enumerate() {
        let fields = variables.iter().map(|(variable, own)| {
            let value = state.get(variable).map_or_else(|| "\"absent\"".to_owned(), to_tla);
            format!("{own} |-> {value}")
        });
        let fields: Vec<String> = fields.collect();
        let comma = if at + 1 < trace.states.len() { "," } else { "" };
        let _ = writeln!(text, "  [{}]{comma}", fields.join(", "));
    }
    text.push_str(">>\n");
    if let Some(index) = trace.loop_index {
        let _ = writeln!(text, "\nTraceLoop == {}", index + 1);
    }
    text.push_str("\nInit ==\n  /\\ itf_step = 1\n");
    for (_, own) in &variables {
        let _ = writeln!(text, "  /\\ {own} = Trace[1].{own}");
    }
    text.push_str("\nNext ==\n");
    let mut steps: Vec<(usize, usize)> = (1..trace.states.len()).map(|at| (at, at + 1)).collect();
    if let Some(index) = trace.loop_index.and_then(|index| usize::try_from(index).ok()) {
        steps.push((trace.states.len(), index + 1));
    }
    for (from, to) in &steps {
        let label = labels.as_ref().filter(|_| to > from);
        let label = label.and_then(|labels| labels.label(&trace.states[to - 1], to - 1).ok());
        if let Some(label) = label {
            // A comment ends with its line, and a label may hold anything.
            let _ = writeln!(text, "  \\* {}", crate::render::escape(&label.to_string()));
        }
        let _ = write!(text, "  \\/ itf_step = {from} /\\ itf_step' = {to}");
        for (_, own) in &variables {
            let _ = write!(text, " /\\ {own}' = Trace[{to}].{own}");
        }
        text.push('\n');
    }
    if steps.is_empty() {
        text.push_str("  FALSE\n");
    }
    text.push_str("\n====\n");
    Exported { text, notes }
}

fn has_large(value: &Value) -> bool {
    match value {
        Value::Int(n) => n.as_i64().is_none_or(|n| !(-LARGEST - 1..=LARGEST).contains(&n)),
        Value::Tuple(items) => items.iter().any(has_large),
        Value::List(items) => items.iter().any(has_large),
        Value::Set(items) => items.iter().any(has_large),
        Value::Map(map) => map.iter().any(|(key, value)| has_large(key) || has_large(value)),
        Value::Record(fields) => fields.values().iter().any(has_large),
        Value::Variant(v) => has_large(v.payload()),
        _ => false,
    }
}
