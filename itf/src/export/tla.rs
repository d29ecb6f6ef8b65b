//! A trace as a module of TLA+ that TLC can run.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::words::{TLA_OPERATORS, words};
use super::{Exported, Names, left_out};
use crate::action::Labels;
use crate::tla::{KEYWORDS, is_identifier, is_unwritable, to_tla};
use crate::trace::Trace;
use crate::value::Value;

/// What TLC counts with.
const LARGEST: i64 = i32::MAX as i64;

/// A trace as a TLA+ module: `Trace` is the sequence of its states, `Init` the first of them, and `Next` has a disjunct
/// for each action that `labels` find, which says in which states it was taken. TLC can run it (`SPECIFICATION Spec`), to evaluate what somebody wants to know of the trace, and
/// [`tla::read`](crate::tla::read) reads it back (tuples as lists, and unit as `"U_OF_UNIT"`).
///
/// The variable `itf_step` counts the states, from 1, so that a state may be there twice. `Unfinished` is an invariant that
/// the last state violates, and `NoLoop` of a lasso a property that it violates: TLC answers each with the whole trace.
///
/// ```
/// let trace = &itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":2}],"loop":0}"#)?[0];
/// let module = itf::export::to_tla_module(trace, "Counter", None);
/// assert!(module.text.contains("Trace == <<\n  [x |-> 1],\n  [x |-> 2]\n>>"));
/// assert!(module.text.contains("TraceLoop == 1"));
/// let back = itf::tla::read(module.text.as_bytes())?;
/// assert_eq!(back.traces[0].loop_index, Some(0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn to_tla_module(trace: &Trace, name: &str, labels: Option<&Labels>) -> Exported {
    let mut notes = Vec::new();
    let own = ["Trace", "TraceLoop", "TraceParams", "Init", "Follow", "Next", "Spec", "Unfinished", "NoLoop"];
    let own = own.into_iter().chain(["itf_step", "itf_vars"]);
    let mut names = Names::new(words(KEYWORDS).chain(words(TLA_OPERATORS)).chain(own).chain([name]));
    let mut named = |name: &str| {
        // TLA+ takes these for fairness.
        let is_fairness = name.starts_with("WF_") || name.starts_with("SF_");
        if is_fairness { names.identifier(&format!("v_{name}")) } else { names.identifier(name) }
    };
    let variables: Vec<(&str, String)> =
        trace.variables().into_iter().map(|variable| (variable, named(variable))).collect();
    // Constants would have to be given in a configuration, too: definitions are what they are here.
    let constant = |param: &str| trace.states.iter().find_map(|state| state.get(param));
    let params: Vec<(&str, String, &Value)> =
        trace.params.iter().filter_map(|param| Some((&**param, named(param), constant(param)?))).collect();
    for (variable, own) in variables.iter().filter(|(variable, own)| variable != own) {
        notes.push(format!("the variable {variable} is called {own}"));
    }
    for (param, own, _) in params.iter().filter(|(param, own, _)| param != own) {
        notes.push(format!("the parameter {param} is called {own}"));
    }
    let (mut lost, mut has_large) = (BTreeSet::new(), false);
    for value in trace.states.iter().flat_map(|state| state.value.values()) {
        each(value, &mut |part| {
            lost.extend(Loss::of(part));
            // Besides: what names such a field may be lost, too.
            if let Value::Record(fields) = part
                && !fields.names().iter().all(|name| is_identifier(name))
            {
                lost.insert(Loss::Field);
            }
            has_large |= is_large(part);
        });
    }
    if has_large {
        notes.push("there are integers beyond 32 bits, with which TLC does not count".into());
    }
    notes.extend(lost.into_iter().map(|loss| loss.said().to_owned()));
    notes.extend(left_out(trace));
    let mut text = format!(
        "---- MODULE {name} ----\n\\* tlc2.TLC {name}, with {name}.cfg: SPECIFICATION Spec, and INVARIANT Unfinished{} for the whole trace.\n\
         EXTENDS Integers, Sequences, TLC\n\nVARIABLES itf_step",
        if trace.loop_index.is_some() { " or PROPERTY NoLoop" } else { "" }
    );
    let all: String = variables.iter().flat_map(|(_, own)| [", ", own]).collect();
    text.extend([&all, "\n"]);
    if !params.is_empty() {
        let fields: Vec<String> =
            params.iter().map(|(_, own, value)| format!("{own} |-> {}", to_tla(value))).collect();
        let _ = writeln!(text, "\nTraceParams == [{}]", fields.join(", "));
        for (_, own, _) in &params {
            let _ = writeln!(text, "{own} == TraceParams.{own}");
        }
    }
    text.push_str("\nTrace == <<\n");
    for (at, state) in trace.states.iter().enumerate() {
        let fields = variables.iter().map(|(variable, own)| {
            let value = state.get(variable).map_or_else(|| "\"absent\"".to_owned(), to_tla);
            format!("{own} |-> {value}")
        });
        let fields: Vec<String> = fields.collect();
        let (open, close) = if fields.is_empty() { ("<<", ">>") } else { ("[", "]") };
        let comma = if at + 1 < trace.states.len() { "," } else { "" };
        let _ = write!(text, "  {open}{}{close}{comma}", fields.join(", "));
        if let Some(label) = labels.and_then(|labels| labels.label(state, at).ok()) {
            // A comment ends with its line, and a label may hold anything.
            let label = crate::render::escape(&label.to_string()).replace(is_unwritable, "?");
            let _ = write!(text, " \\* {label}");
        }
        text.push('\n');
    }
    text.push_str(">>\n");
    if let Some(index) = trace.loop_index {
        let _ = writeln!(text, "\nTraceLoop == {}", index + 1);
    }
    text.push_str("\nInit ==\n  /\\ itf_step = 1\n");
    // An empty sequence has no first state.
    if trace.states.is_empty() {
        text.push_str("  /\\ FALSE\n");
    }
    for (_, own) in variables.iter().filter(|_| !trace.states.is_empty()) {
        let _ = writeln!(text, "  /\\ {own} = Trace[1].{own}");
    }
    let count = trace.states.len();
    let back = trace.loop_index.and_then(|index| usize::try_from(index).ok()).filter(|index| *index < count);
    let following = match back {
        Some(index) => format!("IF itf_step = {count} THEN {} ELSE itf_step + 1", index + 1),
        None => "itf_step + 1".to_owned(),
    };
    let _ = writeln!(text, "\nFollow ==\n  /\\ itf_step' = {following}");
    for (_, own) in &variables {
        let _ = writeln!(text, "  /\\ {own}' = Trace[itf_step'].{own}");
    }
    // TLC calls a step by the definition it is in.
    let mut actions: Vec<(String, Option<String>, Vec<String>)> = Vec::new();
    let last = if back.is_some() { count } else { count.saturating_sub(1) };
    for from in 1..=last {
        let label = labels.filter(|_| from < count);
        let label = label.and_then(|labels| labels.label(&trace.states[from], from).ok());
        let called = label.map(|label| label.name.to_string());
        if let Some((_, _, steps)) = actions.iter_mut().find(|(_, known, _)| *known == called) {
            steps.push(from.to_string());
        } else {
            let own = named(called.as_deref().unwrap_or("Unnamed"));
            actions.push((own, called, vec![from.to_string()]));
        }
    }
    for (own, called, steps) in &actions {
        if let Some(called) = called.as_ref().filter(|called| *called != own) {
            notes.push(format!("the action {} is called {own}", crate::render::escape(called)));
        }
        let _ = writeln!(text, "\n{own} ==\n  /\\ itf_step \\in {{{}}}\n  /\\ Follow", steps.join(", "));
    }
    text.push_str("\nNext ==\n");
    for (own, ..) in &actions {
        let _ = writeln!(text, "  \\/ {own}");
    }
    if actions.is_empty() {
        text.push_str("  FALSE\n");
    }
    let _ = write!(
        text,
        "\nitf_vars == <<itf_step{all}>>\n\nSpec == Init /\\ [][Next]_itf_vars /\\ WF_itf_vars(Next)\n\n\
         Unfinished == itf_step < {}\n",
        trace.states.len()
    );
    if trace.loop_index.is_some() {
        text.push_str("\nNoLoop == <>(itf_step = 0)\n");
    }
    text.push_str("\n====\n");
    Exported { text, notes }
}

/// What TLA+ does not tell apart, in the order in which it is told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Loss {
    Unit,
    Tuple,
    NoMeaning,
    Empty,
    Field,
    Control,
    Mixed,
}

impl Loss {
    fn said(self) -> &'static str {
        match self {
            Self::Unit => "unit becomes the string \"U_OF_UNIT\"",
            Self::Tuple => "tuples become sequences",
            Self::NoMeaning => "values without a meaning (#unserializable) become strings",
            Self::Empty => "maps without entries become empty sequences",
            Self::Field => "records with fields that TLA+ cannot name become functions",
            Self::Control => {
                "control characters, backticks and what is beyond Latin-1 in strings are written as \\u{…}, which TLC can read"
            }
            Self::Mixed => {
                "there are sets, or maps with keys, of different kinds of values, which TLC does not compare"
            }
        }
    }

    /// What is lost of a value, apart from its parts.
    fn of(value: &Value) -> Option<Self> {
        match value {
            unit if unit.is_unit() => Some(Self::Unit),
            Value::Null => Some(Self::Unit),
            Value::Tuple(_) => Some(Self::Tuple),
            Value::Unserializable(_) | Value::Opaque(_) => Some(Self::NoMeaning),
            Value::Map(map) if map.is_empty() => Some(Self::Empty),
            Value::Set(items) if is_mixed(items.iter()) => Some(Self::Mixed),
            Value::Map(map) if is_mixed(map.iter().map(|(key, _)| key)) => Some(Self::Mixed),
            Value::Str(text) if text.contains(is_unwritable) => Some(Self::Control),
            Value::Record(fields) if fields.names().iter().any(|name| name.contains(is_unwritable)) => {
                Some(Self::Control)
            }
            Value::Variant(variant) if variant.tag().contains(is_unwritable) => Some(Self::Control),
            _ => None,
        }
    }
}

/// Whether values are of kinds that TLC does not compare: of a function with another, it does.
fn is_mixed<'a>(mut values: impl Iterator<Item = &'a Value>) -> bool {
    let kind = |value: &Value| match value {
        unit if unit.is_unit() => 's',
        Value::Bool(_) => 'b',
        Value::Int(_) => 'i',
        Value::Set(_) => '{',
        Value::Null | Value::Str(_) | Value::Unserializable(_) | Value::Opaque(_) => 's',
        _ => 'f',
    };
    let first = values.next().map(kind);
    values.any(|value| Some(kind(value)) != first)
}

fn is_large(value: &Value) -> bool {
    matches!(value, Value::Int(n) if n.as_i64().is_none_or(|n| !(-LARGEST - 1..=LARGEST).contains(&n)))
}

/// Looks at the value and at each part of it.
fn each(value: &Value, look: &mut impl FnMut(&Value)) {
    look(value);
    match value {
        // Unit is a variant or a tuple in ITF, but one thing.
        unit if unit.is_unit() => {}
        Value::Tuple(items) => items.iter().for_each(|item| each(item, look)),
        Value::List(items) => items.iter().for_each(|item| each(item, look)),
        Value::Set(items) => items.iter().for_each(|item| each(item, look)),
        Value::Map(map) => map.iter().for_each(|(key, value)| {
            each(key, look);
            each(value, look);
        }),
        Value::Record(fields) => fields.values().iter().for_each(|value| each(value, look)),
        Value::Variant(variant) => each(variant.payload(), look),
        _ => {}
    }
}
