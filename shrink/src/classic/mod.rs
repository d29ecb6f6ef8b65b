//! The algorithms everybody knows, as published, to compare with.
//!
//! They decide by yes or no which items of the sequence they start from stay, and know nothing of what executed;
//! only the result is, as always, what executed in the best run.

pub(crate) mod backward;
pub(crate) mod cdd;
pub(crate) mod ddmin;
pub(crate) mod probdd;

use crate::intern::Id;
use crate::report::Stop;
use crate::session::{Judged, Session};

/// Whether the candidate fails the same way.
fn fails(s: &mut Session<'_>, candidate: &[Id]) -> Result<bool, Stop> {
    Ok(s.test(candidate)? == Judged::Same)
}

/// Which items of the original are still there.
struct Kept {
    items: Vec<Id>,
    here: Vec<bool>,
}

impl Kept {
    fn all(start: &[Id]) -> Self {
        Kept { items: start.to_vec(), here: vec![true; start.len()] }
    }

    fn count(&self) -> usize {
        self.here.iter().filter(|here| **here).count()
    }

    /// Deletes the items at these places of the original, if what is left still fails.
    fn delete(&mut self, s: &mut Session<'_>, places: &[usize]) -> Result<bool, Stop> {
        let mut here = self.here.clone();
        for &place in places {
            here[place] = false;
        }
        let rest: Vec<Id> =
            self.items.iter().zip(&here).filter(|(_, here)| **here).map(|(&item, _)| item).collect();
        let fails = fails(s, &rest)?;
        if fails {
            self.here = here;
        }
        Ok(fails)
    }
}
