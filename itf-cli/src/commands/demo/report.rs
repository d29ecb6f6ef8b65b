//! The report of the demo: that of `itf report`, of the one bug.

use itf_adapters::report::{Bug, Checked, Finding, Report};

use super::{PROPERTY, SEED, SPEC, SYSTEM, Story};
use crate::commands::report::{covered, ending, points};
use crate::commands::shrink::claim;

/// The story as a report.
pub(super) fn report(story: &Story) -> Report {
    let Story { found, replayed, shrunk, again } = story;
    let checked = Checked { property: PROPERTY.to_owned(), kind: "invariant".to_owned(), findings: 1 };
    let states = found.states.len();
    let bug = Bug {
        kind: shrunk.failure.kind.clone(),
        site: shrunk.failure.site.clone(),
        grouped_by: "It is the only finding".to_owned(),
        findings: vec![Finding {
            name: "found.itf.json".to_owned(),
            states,
            shrunk: Some(shrunk.trace.states.len()),
        }],
        shortest: shrunk.trace.clone(),
        claim: claim(shrunk),
        shrink: points(shrunk),
        replays: vec![
            ending("small.itf.json", &shrunk.trace, again),
            ending("found.itf.json", found, replayed),
        ],
        rates: None,
        page: Some("small.html".to_owned()),
        reproduce: vec![
            format!("itf generate {SPEC} --property {PROPERTY} --seed {SEED} -o found.itf.json"),
            format!(
                "itf shrink --with {SPEC} --violates {PROPERTY} --prove found.itf.json -o small.itf.json"
            ),
            format!("itf replay --on {SYSTEM} small.itf.json"),
            "itf diff found.itf.json small.itf.json".to_owned(),
            "itf show small.itf.json".to_owned(),
        ],
    };
    Report {
        title: "Outage of the example DNS control plane".to_owned(),
        spec: Some(SPEC.to_owned()),
        system: Some(SYSTEM.to_owned()),
        traces: 1,
        states,
        checked: vec![checked],
        actions: covered(std::iter::once(found), None, Vec::new()),
        bugs: vec![bug],
        ..Report::default()
    }
}
