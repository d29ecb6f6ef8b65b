//! What people are told afterwards.

use itf_shrink::{Claim, Stop, Unproven};

use super::Shrunk;
use super::watch::Event;
use crate::output::{Terminal, counted};

/// What was reached, in one line, with the strongest claim that holds.
pub(super) fn report(name: &str, shrunk: &Shrunk, terminal: &Terminal) {
    if terminal.tells_events() {
        terminal.event(&Event::End {
            trace: name,
            original: shrunk.original,
            states: shrunk.trace.states.len(),
            runs: shrunk.calls,
            claim: &claim(shrunk),
            one_minimal: shrunk.claim == Claim::OneMinimal,
            kind: &shrunk.failure.kind,
            site: &shrunk.failure.site,
            rates: shrunk.rates.as_ref(),
        });
        return;
    }
    terminal.note(&format!(
        "{name}: {} → {} states, {}, {} runs; keeps {} at {}",
        shrunk.original,
        shrunk.trace.states.len(),
        claim(shrunk),
        shrunk.calls,
        shrunk.failure.kind,
        shrunk.failure.site
    ));
    if let Some(rates) = &shrunk.rates {
        terminal.note(&format!("{name}: {}", rates.words));
    }
    if let Some(why) = &shrunk.unproved {
        terminal.note(&format!("{name}: whether it is the shortest is not shown: {why}"));
    }
}

/// The strongest claim that was shown.
pub(crate) fn claim(shrunk: &Shrunk) -> String {
    if let Some(visited) = shrunk.proved {
        return format!("the shortest there is, as a search of all shorter traces shows ({visited} states)");
    }
    if let Some(claim) = shrunk.rates.as_ref().and_then(|rates| rates.claim.clone()) {
        return claim;
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
            let (of, have) = (counted(count, "candidate"), if count == 1 { "has" } else { "have" });
            format!("not shown to be one-minimal: {of} {have} no verdict")
        }
        Claim::Reduced(_) => "not shown to be one-minimal".into(),
    }
}
