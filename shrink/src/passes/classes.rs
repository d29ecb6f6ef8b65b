//! Whole classes: all items that share an action, an actor, a key.

use std::collections::HashMap;

use crate::intern::Id;
use crate::report::Stop;
use crate::session::Session;

/// Classes smaller than this are left to the deletion of runs and single items.
const LEAST: usize = 3;
/// Of classes smaller than this, parts are not tried.
const LEAST_FOR_PARTS: usize = 8;
/// The smallest part tried: one in this many of the class.
const PARTS: usize = 4;

/// Deletes whole classes, the biggest first, then parts of those that are still there: all but one, half, a
/// quarter, at the back and at the front. Only under skip semantics: under strict ones the items of a class are
/// rarely all dispensable, and one disabled item spoils the candidate.
///
/// The last item is at which the failure showed; no class contains it here.
pub(crate) fn run(s: &mut Session<'_>) -> Result<bool, Stop> {
    let mut changed = false;
    if !s.skips() {
        return Ok(false);
    }
    let mut of: HashMap<Id, Vec<String>> = HashMap::new();
    let mut sizes: HashMap<String, usize> = HashMap::new();
    for &item in &s.best.items {
        for class in of.entry(item).or_insert_with(|| s.host.classes(item)) {
            *sizes.entry(class.clone()).or_default() += 1;
        }
    }
    let mut order: Vec<(String, usize)> = sizes.into_iter().filter(|(_, size)| *size >= LEAST).collect();
    order.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let places = |s: &Session<'_>, class: &String| -> Vec<usize> {
        let candidates = 0..s.len().saturating_sub(1);
        candidates.filter(|&i| of.get(&s.best.items[i]).is_some_and(|c| c.contains(class))).collect()
    };

    for (class, _) in &order {
        let whole = places(s, class);
        if whole.len() >= LEAST {
            s.detail = Some(class.clone());
            changed |= s.explore(&without(s, &whole))?;
        }
    }
    for (class, _) in order.iter().rev() {
        let mut here = places(s, class);
        if here.len() < LEAST_FOR_PARTS {
            continue;
        }
        s.detail = Some(format!("part of {class}"));
        let least = (here.len() / PARTS).max(2);
        let mut size = here.len() - 1;
        while size >= least {
            if s.explore(&without(s, &here[here.len() - size..]))? || s.explore(&without(s, &here[..size]))? {
                changed = true;
                here = places(s, class);
                size = size.min(here.len().saturating_sub(1));
            } else {
                size /= 2;
            }
        }
    }
    s.detail = None;
    Ok(changed)
}

/// The best sequence without the items at these places, which are in order.
fn without(s: &Session<'_>, places: &[usize]) -> Vec<Id> {
    let items = s.best.items.iter().enumerate();
    items.filter(|(place, _)| places.binary_search(place).is_err()).map(|(_, &item)| item).collect()
}
