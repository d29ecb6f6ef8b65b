//! What a trace says of a violation, and whether that can still be true of it.
//!
//! Wunderspec names the property and the number of the state that shows it, TLC and Quint say it of the last state. Who takes
//! states away has to keep such words true: a report of findings believes them.

use itf::{Meta, Trace};

/// The keys of `#meta` that say which property is violated or shown, and where.
const KEYS: [&str; 4] = ["predicate_kind", "predicate_name", "violation", STEP];
/// The number of the state that shows it.
const STEP: &str = "violation_step";

/// Whether the trace speaks of a state that it has not: states were taken away by somebody who did not know what it says.
pub(crate) fn are_stale(trace: &Trace) -> bool {
    step(&trace.meta).is_some_and(|step| step >= trace.states.len())
}

/// Makes what `meta` says true of the states with these numbers, ascending, of `count` there were: the number of the state is
/// its new one, and where the state is gone, so are the words. Whether they are.
pub(crate) fn follow(meta: &mut Meta, numbers: &[usize], count: usize) -> bool {
    let shown = step(meta).or(count.checked_sub(1));
    match shown.and_then(|shown| numbers.binary_search(&shown).ok()) {
        Some(at) => {
            if step(meta).is_some() {
                meta.set(STEP, at.into());
            }
            false
        }
        None => withdraw(meta),
    }
}

/// Takes the words away; whether there were any.
pub(crate) fn withdraw(meta: &mut Meta) -> bool {
    let mut gone = KEYS.iter().filter(|key| meta.remove(key)).count();
    if meta.get("status").is_some_and(|status| status == "violation") {
        gone += usize::from(meta.remove("status"));
    }
    gone > 0
}

fn step(meta: &Meta) -> Option<usize> {
    meta.get(STEP)?.as_u64().and_then(|step| usize::try_from(step).ok())
}
