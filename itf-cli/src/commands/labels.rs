//! Where a trace says what its steps did: as `--action` says, or as is found out.

use itf::render::escape;
use itf::{Labels, Trace};

use crate::output::Terminal;

/// The convention that was given, and else the likeliest of those that fit the trace.
pub(super) fn given_or_found(given: Option<&Labels>, trace: &Trace) -> Option<Labels> {
    given.cloned().or_else(|| Labels::candidates(trace).into_iter().next())
}

/// Says that the given convention finds nothing in any of the traces: a misspelt name should not look like steps without one.
pub(super) fn note_if_unused<'a>(
    given: Option<&Labels>,
    traces: impl Iterator<Item = &'a Trace>,
    terminal: &Terminal,
) {
    let Some(labels) = given else { return };
    let has = |trace: &&Trace| {
        (1..).zip(trace.states.iter().skip(1)).any(|(at, state)| labels.label(state, at).is_ok())
    };
    let mut with_steps = traces.filter(|trace| trace.states.len() > 1).peekable();
    if with_steps.peek().is_some() && with_steps.find(has).is_none() {
        terminal.note(&format!("no step has a label by `{}`", escape(&labels.to_string())));
    }
}
