//! What people and programs are told while it goes on.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use itf_shrink::{Failure, Observer, Progress};
use serde::Serialize;

use super::rates::Rates;
use crate::output::Terminal;

/// The version of what `--events` writes.
const VERSION: u32 = 1;

/// One line of `--events`; `schemas/shrink-events-1.schema.json` has the form. Notes and errors are events, too.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub(super) enum Event<'a> {
    Begin {
        version: u32,
        trace: &'a str,
        states: usize,
    },
    /// The oracle ran once more.
    Run {
        trace: &'a str,
        states: usize,
        runs: usize,
        cached: usize,
        successes: usize,
        pass: String,
    },
    /// There is a new best trace.
    Success {
        trace: &'a str,
        states: usize,
        runs: usize,
        pass: String,
        seconds: f64,
    },
    /// Something failed in another way.
    Other {
        trace: &'a str,
        states: usize,
        kind: &'a str,
        site: &'a str,
    },
    End {
        trace: &'a str,
        original: usize,
        states: usize,
        runs: usize,
        claim: &'a str,
        one_minimal: bool,
        kind: &'a str,
        site: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        rates: Option<&'a Rates>,
    },
}

/// Tells how it goes: a line on a terminal, or events.
pub(crate) struct Watch<'a> {
    terminal: &'a Terminal,
    name: String,
    states: usize,
    started: Instant,
    last_success: Arc<Mutex<Instant>>,
    bar: ProgressBar,
}

impl<'a> Watch<'a> {
    /// `states` of the original.
    pub(crate) fn new(terminal: &'a Terminal, name: &str, states: usize) -> Self {
        let started = Instant::now();
        let last_success = Arc::new(Mutex::new(started));
        let bar = bar(terminal, &last_success);
        terminal.event(&Event::Begin { version: VERSION, trace: name, states });
        Self { terminal, name: name.to_owned(), states, started, last_success, bar }
    }

    /// Takes the line away.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

/// The line. It is drawn again while a run takes its time, so that the time since the last success goes on.
fn bar(terminal: &Terminal, last_success: &Arc<Mutex<Instant>>) -> ProgressBar {
    if terminal.tells_events() || !Terminal::shows_progress() {
        return ProgressBar::hidden();
    }
    let last = Arc::clone(last_success);
    let since = move |_: &ProgressState, out: &mut dyn fmt::Write| {
        let seconds = last.lock().unwrap_or_else(PoisonError::into_inner).elapsed().as_secs();
        // There is nobody to tell that a line cannot be drawn.
        let _ = write!(out, "{seconds} s");
    };
    let style = ProgressStyle::with_template("{spinner} {msg}, {since} since the last success");
    let bar = ProgressBar::new_spinner();
    let bar = style.map(|style| bar.clone().with_style(style.with_key("since", since))).unwrap_or(bar);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

impl<T> Observer<T> for &Watch<'_> {
    fn tested(&mut self, p: &Progress) {
        let states = p.length + 1;
        let rate = 100 * p.successes / p.calls.max(1);
        self.bar.set_message(format!(
            "{} → {states} states, {} runs, {rate} % of them successes, {}",
            self.states, p.calls, p.pass
        ));
        self.terminal.event(&Event::Run {
            trace: &self.name,
            states,
            runs: p.calls,
            cached: p.cached,
            successes: p.successes,
            pass: p.pass.to_string(),
        });
    }

    fn improved(&mut self, p: &Progress, items: &[T], _: &Failure) {
        *self.last_success.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.terminal.event(&Event::Success {
            trace: &self.name,
            states: items.len() + 1,
            runs: p.calls,
            pass: p.pass.to_string(),
            seconds: self.started.elapsed().as_secs_f64(),
        });
    }

    fn other(&mut self, _: &Progress, items: &[T], failure: &Failure) {
        self.terminal.event(&Event::Other {
            trace: &self.name,
            states: items.len() + 1,
            kind: &failure.kind,
            site: &failure.site,
        });
    }
}
