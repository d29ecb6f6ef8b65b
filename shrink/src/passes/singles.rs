//! Single items: the proof.

use crate::report::Stop;
use crate::session::{Judged, Session};

/// Deletes single items until every single deletion from the best sequence was tried on just that sequence.
/// That no deletion fails the same way is what one-minimal means. A deletion that ended in a fault is tried once
/// more.
pub(crate) fn run(s: &mut Session<'_>) -> Result<bool, Stop> {
    let before = s.len();
    loop {
        let mut again = false;
        let mut at = s.len();
        while at > 0 {
            at -= 1;
            let candidate = s.without(at, at + 1);
            if s.step(&candidate)? {
                again = true;
                at = at.min(s.len());
            } else if s.known(&candidate) == Some(Judged::Fault(1)) {
                again = true;
            }
        }
        if !again {
            return Ok(s.len() < before);
        }
    }
}
