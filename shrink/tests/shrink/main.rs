//! The engine from outside: laws on random machines, verdicts and claims, limits, and what SHRINK's table asks.

#[path = "../machines/mod.rs"]
mod machines;

mod algorithms;
mod examples;
mod flaky;
mod laws;
mod limits;
mod reach;
mod verdicts;
mod workers;

use itf_shrink::Verdict;

/// The one failure of most tests.
fn bug() -> Verdict {
    Verdict::fails("kind", "site", "")
}

/// `bug()` where `shows`.
fn bug_if(shows: bool) -> Verdict {
    if shows { bug() } else { Verdict::Passes }
}
