//! Why the root resolves to nothing.

use super::super::journal::Outcome;
use super::super::state::State;
use super::{DEEP, SHOWN, clock};
use crate::names;
use crate::record::RecordType;

/// What is wrong on the way from the root, first thing first, and who did it, as far as that is remembered.
pub(super) fn reasons(state: &State) -> Vec<String> {
    let zone = state.lab.zone();
    let mut reasons = Vec::new();
    let mut seen = vec![names::ROOT];
    let mut waiting = vec![(names::ROOT, 0)];
    while let Some((name, depth)) = waiting.pop() {
        let Some(alias) = zone.get(name, RecordType::Alias) else { continue };
        if alias.targets().next().is_none() {
            reasons.push(format!("{name} has no target."));
        }
        for target in alias.targets().take(SHOWN) {
            if seen.contains(&target) {
                reasons.push(format!("{target} leads back to itself."));
            } else if super::is_missing(zone, target) {
                let culprit = culprit(state, target).unwrap_or_default();
                reasons.push(format!("{name} points at {target}, for which there is no record{culprit}."));
            } else if depth < DEEP && seen.len() < SHOWN {
                seen.push(target);
                waiting.push((target, depth + 1));
            }
        }
    }
    reasons.truncate(4);
    let stuck = state.lab.deployers().all(|deployer| {
        let mut fresh = deployer.clone();
        fresh.sync(zone);
        let answer = fresh.deploy(state.lab.planner(), &mut zone.clone());
        !matches!(answer, crate::DeployAnswer::Installed { .. })
    });
    reasons.push(if stuck {
        "It does not heal by itself: even after a sync no deployer could install a plan.".to_owned()
    } else {
        "A deployer that looks at the zone and deploys could heal it.".to_owned()
    });
    reasons
}

/// Who removed the record, if it was in one of the last batches.
fn culprit(state: &State, name: &str) -> Option<String> {
    state.batches.iter().find_map(|batch| match &batch.outcome {
        Outcome::Done(changes) if changes.iter().any(|c| c.sign == '−' && c.name == name) => {
            Some(format!(": the {} by {} removed it at {} UTC", batch.what, batch.who, clock(batch.at)))
        }
        _ => None,
    })
}
