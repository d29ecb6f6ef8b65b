//! `ddmin`, after Zeller and Hildebrandt, *Simplifying and isolating failure-inducing input*, 2002.

use super::fails;
use crate::intern::Id;
use crate::report::Stop;
use crate::session::Session;

/// Splits into `n` parts; goes on with a part that fails (`n` = 2), else with the complement of a part that
/// fails (`n` less one), else with twice as many parts, until the parts are single items.
pub(crate) fn run(s: &mut Session<'_>, start: &[Id]) -> Result<(), Stop> {
    let mut current = start.to_vec();
    let mut n = 2;
    // Complements are tried round and round: after a success, on from where it was, as implementations do.
    let mut first = 0;
    while current.len() >= 2 {
        let bounds: Vec<usize> = (0..=n).map(|i| i * current.len() / n).collect();
        let mut next = None;
        for part in bounds.windows(2) {
            let subset = &current[part[0]..part[1]];
            if fails(s, subset)? {
                next = Some((subset.to_vec(), 2));
                break;
            }
        }
        // With two parts the complements are the parts, which were just tried.
        if next.is_none() && n > 2 {
            for i in (first..n).chain(0..first) {
                let complement = [&current[..bounds[i]], &current[bounds[i + 1]..]].concat();
                if fails(s, &complement)? {
                    first = i;
                    next = Some((complement, (n - 1).max(2)));
                    break;
                }
            }
        }
        match next {
            Some((smaller, parts)) => {
                n = parts.min(smaller.len());
                first %= n.max(1);
                current = smaller;
            }
            None if n < current.len() => (n, first) = ((2 * n).min(current.len()), 0),
            None => break,
        }
    }
    Ok(())
}
