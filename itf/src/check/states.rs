//! Checks of what a trace says about itself: its names, parameters, loop, and the order of its states.

use std::collections::HashSet;

use super::Code;
use super::findings::Findings;
use crate::chunk::Chunk;
use crate::path::Path;
use crate::trace::{Meta, State, Trace};
use crate::value::{Shape, Str, Value};

/// Checks everything but the states, of which there are so many.
pub(super) fn header(trace: &Trace, states: usize, findings: &mut Findings) {
    let mut declared: HashSet<&str> = HashSet::new();
    for (key, names) in [("params", &trace.params), ("vars", &trace.vars)] {
        for (at, name) in names.iter().enumerate() {
            if !declared.insert(name) {
                findings.named(Code::RepeatedName, name, || Path::root().field(key).index(at));
            }
        }
    }
    if trace.vars.is_empty() && !findings.has(Code::NoVars) {
        findings.add(Code::EmptyVars, || Path::root().field("vars"));
    }
    if trace.loop_index.is_some_and(|at| usize::try_from(at).map_or(true, |at| at >= states)) {
        findings.add(Code::LoopOutOfRange, || Path::root().field("loop"));
    }
    for (key, _) in &trace.extra {
        findings.named(Code::UnknownKey, key, || Path::root().field(key));
    }
    if !is_object(&trace.meta) {
        findings.add(Code::MetaNoObject, || Path::root().field("#meta"));
    }
    if states == 0 {
        findings.add(Code::NoStates, || Path::root().field("states"));
    }
}

/// What follows from the names a state has. Nearly all states have the names of the state before, so it is found once.
struct Names<'a> {
    shape: &'a Shape,
    missing: Vec<&'a str>,
    undeclared: Vec<&'a str>,
    /// Where the parameters are among the values, and their values in the first state.
    params: Vec<(usize, &'a str, &'a Value)>,
}

/// What is remembered of the states that were checked.
#[derive(Default)]
pub(super) struct States {
    first: Option<State>,
    index_before: Option<i64>,
    /// Whether a state had a value.
    has_values: bool,
}

impl States {
    /// Checks the next states, one by one, of a trace of which all but the states is in `trace`. The last state of the
    /// trace is the last of a chunk that `is_last`.
    pub(super) fn check(&mut self, trace: &Trace, chunk: Chunk<'_>, is_last: bool, findings: &mut Findings) {
        let Some(first) = self.first.clone().or_else(|| chunk.states.first().cloned()) else { return };
        if self.first.is_none() {
            for name in unique(&trace.params) {
                if first.get(name).is_none() {
                    findings.named(Code::MissingParameter, name, || state_path(0).field(name));
                }
            }
            self.first = Some(first.clone());
        }
        let declared: HashSet<&str> = trace.vars.iter().chain(&trace.params).map(String::as_str).collect();
        let end = chunk.first + chunk.states.len();
        let mut names: Option<Names> = None;
        for (at, before, state) in chunk.steps() {
            if !is_object(&state.meta) {
                findings.add(Code::MetaNoObject, || state_path(at).field("#meta"));
            }
            let index = index(&state.meta);
            if index.is_some() && index <= self.index_before {
                findings.add(Code::IndexOrder, || state_path(at).field("#meta").field("index"));
            }
            self.index_before = index.or(self.index_before);
            if before.is_some_and(|before| same(trace, before, state, at)) {
                findings.add(Code::Stuttering, || state_path(at));
            }
            self.has_values |= !state.value.is_empty();
            let is_end = is_last && at + 1 == end;
            // It holds nothing though there is something to hold.
            if is_end && state.value.is_empty() && (!trace.vars.is_empty() || self.has_values) {
                findings.add(Code::EmptyLastState, || state_path(at));
                continue;
            }
            let names = match &mut names {
                Some(known) if known.shape == state.value.shape() => known,
                other => other.insert(Names::new(trace, &first, &declared, state)),
            };
            for name in &names.missing {
                findings.named(Code::MissingVariable, name, || state_path(at).field(name));
            }
            for name in &names.undeclared {
                findings.named(Code::UndeclaredVariable, name, || state_path(at).field(name));
            }
            if at > 0 {
                for (slot, name, constant) in &names.params {
                    let same = state.value.values().get(*slot) == Some(constant);
                    let code = if same { Code::RepeatedParameter } else { Code::ChangingParameter };
                    findings.named(code, name, || state_path(at).field(name));
                }
            }
        }
    }
}

impl<'a> Names<'a> {
    fn new(trace: &'a Trace, first: &'a State, declared: &HashSet<&str>, state: &'a State) -> Self {
        let names = state.value.names();
        // Names ascend; to look at each of them would take long where there are very many.
        let slot = |name: &str| names.binary_search_by(|known| known.as_str().cmp(name)).ok();
        // Where nothing is declared, that is said once.
        let are_declared = !trace.vars.is_empty();
        Self {
            shape: state.value.shape(),
            missing: unique(&trace.vars).filter(|name| slot(name).is_none()).collect(),
            undeclared: names
                .iter()
                .map(Str::as_str)
                .filter(|name| are_declared && !declared.contains(name))
                .collect(),
            params: unique(&trace.params)
                .filter_map(|name| Some((slot(name)?, name, first.get(name)?)))
                .collect(),
        }
    }
}

/// The names, each once.
fn unique(names: &[String]) -> impl Iterator<Item = &str> {
    let mut seen = HashSet::new();
    names.iter().map(String::as_str).filter(move |name| seen.insert(*name))
}

/// Whether no variable changed. The first state may hold parameters that the second does not repeat.
fn same(trace: &Trace, before: &State, state: &State, at: usize) -> bool {
    if before.value == state.value {
        return true;
    }
    if at > 1 || trace.params.is_empty() {
        return false;
    }
    let variables =
        |state: &State| trace.params.iter().fold(state.value.clone(), |rest, name| rest.without(name));
    variables(before) == variables(state)
}

fn is_object(meta: &Meta) -> bool {
    meta.text().is_none_or(|text| text.starts_with('{'))
}

/// `index` in the meta of a state. Nearly all are `{"index":3}`; the others are parsed, which costs more.
fn index(meta: &Meta) -> Option<i64> {
    let text = meta.text()?;
    let key = r#"{"index":"#;
    match text.strip_prefix(key).and_then(|rest| rest.strip_suffix('}')).map(str::parse) {
        Some(Ok(index)) => Some(index),
        _ if text.contains(&key[1..]) => meta.get("index")?.as_i64(),
        _ => None,
    }
}

fn state_path(at: usize) -> Path {
    Path::root().field("states").index(at)
}
