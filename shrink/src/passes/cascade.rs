//! An item together with those that cannot execute without it.

use crate::report::Stop;
use crate::session::Session;

/// How many items may go because of one.
const MOST: usize = 8;

/// Under strict semantics the deletion of a `drop` is spoilt by the `create` that it made possible. The run said
/// which item was disabled, so that one goes too, and so on: skip semantics, where they are needed. Does
/// nothing under skip semantics, or when states are not known.
pub(crate) fn run(s: &mut Session<'_>) -> Result<bool, Stop> {
    if s.skips() {
        return Ok(false);
    }
    for at in (0..s.len()).rev() {
        let mut candidate = s.without(at, at + 1);
        for _ in 0..MOST {
            let Some(disabled) = s.graph.blocked_at(&candidate) else { break };
            candidate.remove(disabled);
            if s.explore(&candidate)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
