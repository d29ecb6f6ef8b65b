//! What people are told, while it goes on and afterwards.

use std::cell::Cell;
use std::io::Write;

use itf_shrink::{Claim, Observer, Progress, Stop, Unproven};

use super::Shrunk;
use crate::output::Terminal;

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
    pub(super) fn clear(&self) {
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
pub(super) fn report(name: &str, shrunk: &Shrunk, terminal: &Terminal) {
    terminal.note(&format!(
        "{name}: {} → {} states, {}, {} runs; keeps {} at {}",
        shrunk.original,
        shrunk.trace.states.len(),
        claim(shrunk),
        shrunk.calls,
        shrunk.failure.kind,
        shrunk.failure.site
    ));
    if let Some(why) = &shrunk.unproved {
        terminal.note(&format!("{name}: whether it is the shortest is not shown: {why}"));
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
        Claim::Reduced(Unproven::Stopped { why: Stop::Time, .. }) => {
            "not one-minimal: stopped by --max-time".into()
        }
        Claim::Reduced(Unproven::Stopped { why: Stop::Length, .. }) => {
            "not shown to be one-minimal: short enough for --stop-at".into()
        }
        Claim::Reduced(Unproven::Stopped { why: Stop::Asked, .. }) => "not one-minimal: interrupted".into(),
        Claim::Reduced(Unproven::Faults(count)) => {
            format!("not shown to be one-minimal: {count} candidates have no verdict")
        }
        Claim::Reduced(_) => "not shown to be one-minimal".into(),
    }
}
