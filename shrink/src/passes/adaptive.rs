//! Runs of neighbouring items, from the back.

use crate::report::Stop;
use crate::session::Session;

/// Deletes from the back: after two successes in a row twice as many items are tried, and so on; where a run
/// cannot go, half of it is tried. (`find_integer` of the Hypothesis shrinker grows and bisects like this. To
/// double after one success only costs a run for every dispensable item that stands alone, and after the other
/// passes most do.) Deletions whose outcome is foreseeable are left to the proof.
pub(crate) fn run(s: &mut Session<'_>) -> Result<bool, Stop> {
    let mut changed = false;
    let mut end = s.len();
    while end > 0 {
        let (mut size, mut wins, mut grows) = (1, 0, true);
        loop {
            let from = end.saturating_sub(size);
            if from < end && s.explore(&s.without(from, end))? {
                changed = true;
                wins += 1;
                end = from.min(s.len());
                if grows && wins > 1 {
                    size *= 2;
                }
            } else if size > 1 {
                grows = false;
                size /= 2;
            } else {
                break;
            }
        }
        end = end.saturating_sub(1);
    }
    Ok(changed)
}
