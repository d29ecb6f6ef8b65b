//! Simpler items in the place of items.

use crate::intern::Id;
use crate::report::Stop;
use crate::session::Session;

/// Replaces all items by their simplest replacements, in one run. Worth trying early: items that were made equal
/// make states and candidates equal.
pub(crate) fn at_once(s: &mut Session<'_>) -> Result<bool, Stop> {
    let places: Vec<usize> = (0..s.len()).collect();
    let (candidate, open) = simplest(s, &places);
    let changed = !open.is_empty() && taken(s, &candidate)?;
    s.shortcut()?;
    Ok(changed)
}

/// Replaces all items by their simplest replacements at once; if that does not fail the same way, by halves,
/// down to one by one, and one by one the next simplest. Then offers rewritten sequences, for as long as one is
/// taken, and leaves the rest to who knows what the items mean.
pub(crate) fn run(s: &mut Session<'_>) -> Result<bool, Stop> {
    let before = s.best.items.clone();
    let places: Vec<usize> = (0..s.len()).collect();
    by_halves(s, &places)?;
    let mut again = true;
    while again {
        again = false;
        let at = s.best.items.clone();
        for rewrite in s.host.rewrites(&at) {
            if rewrite != at && taken(s, &rewrite)? {
                again = true;
                break;
            }
        }
    }
    if let Some(simplify) = s.simplify {
        simplify.simplify(s)?;
    }
    s.shortcut()?;
    Ok(s.best.items != before)
}

/// The best sequence with the simplest replacements at these places, and at which of them there is one.
fn simplest(s: &mut Session<'_>, places: &[usize]) -> (Vec<Id>, Vec<usize>) {
    let mut candidate = s.best.items.clone();
    let mut open = Vec::new();
    for &place in places {
        let Some(&item) = candidate.get(place) else { break };
        if let Some(&simpler) = s.host.simpler(item).first() {
            candidate[place] = simpler;
            open.push(place);
        }
    }
    (candidate, open)
}

fn by_halves(s: &mut Session<'_>, places: &[usize]) -> Result<(), Stop> {
    let (candidate, open) = simplest(s, places);
    if open.is_empty() || taken(s, &candidate)? {
        return Ok(());
    }
    if let [place] = open[..] {
        return next_simplest(s, place);
    }
    // The back first: if that shortens the sequence, the places in front stay what they are.
    let (front, back) = open.split_at(open.len() / 2);
    by_halves(s, back)?;
    by_halves(s, front)
}

/// Goes through the other replacements of one item, the simplest of which did not work.
fn next_simplest(s: &mut Session<'_>, place: usize) -> Result<(), Stop> {
    let mut candidate: Vec<Id> = s.best.items.clone();
    for simpler in s.host.simpler(candidate[place]).into_iter().skip(1) {
        candidate[place] = simpler;
        if taken(s, &candidate)? {
            break;
        }
    }
    Ok(())
}

/// Whether the best sequence changed by testing this one.
fn taken(s: &mut Session<'_>, candidate: &[Id]) -> Result<bool, Stop> {
    let before = s.best.items.clone();
    s.test_replacement(candidate)?;
    Ok(s.best.items != before)
}
