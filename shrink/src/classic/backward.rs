//! One pass of single deletions from the back.

use super::Kept;
use crate::intern::Id;
use crate::report::Stop;
use crate::session::Session;

/// Tries to delete every item once, from the last to the first. As many runs as items, and nothing is proved:
/// an item that was needed at its turn may be dispensable after a later deletion.
pub(crate) fn run(s: &mut Session<'_>, start: &[Id]) -> Result<(), Stop> {
    run_on(s, &mut Kept::all(start))
}

/// The same for what an algorithm has left.
pub(super) fn run_on(s: &mut Session<'_>, kept: &mut Kept) -> Result<(), Stop> {
    for place in (0..kept.items.len()).rev() {
        if kept.here[place] {
            kept.delete(s, &[place])?;
        }
    }
    Ok(())
}
