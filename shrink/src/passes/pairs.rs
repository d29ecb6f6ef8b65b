//! Two items that are not neighbours.

use std::ops::RangeInclusive;

use crate::report::Stop;
use crate::session::Session;

const DISTANCES: RangeInclusive<usize> = 2..=8;

/// Deletes two items that can only go together, as create and drop do, until the first success.
pub(crate) fn run(s: &mut Session<'_>) -> Result<bool, Stop> {
    for distance in DISTANCES {
        for at in (0..s.len().saturating_sub(distance)).rev() {
            let mut candidate = s.without(at + distance, at + distance + 1);
            candidate.remove(at);
            if s.explore(&candidate)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
