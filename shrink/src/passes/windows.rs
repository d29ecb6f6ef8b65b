//! Two to five neighbours.

use std::ops::RangeInclusive;

use crate::report::Stop;
use crate::session::Session;

const SIZES: RangeInclusive<usize> = 2..=5;

/// Deletes neighbours that can only go together, until the first success.
pub(crate) fn run(s: &mut Session<'_>) -> Result<bool, Stop> {
    for size in SIZES {
        for end in (size..=s.len()).rev() {
            if s.explore(&s.without(end - size, end))? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
