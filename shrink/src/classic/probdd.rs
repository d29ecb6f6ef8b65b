//! Probabilistic delta debugging, after Wang, Shen, Chen, Xiong and Zhang, *Probabilistic Delta Debugging*, 2021.

use super::Kept;
use crate::intern::Id;
use crate::report::Stop;
use crate::session::Session;

/// How likely an item is to be needed before anything is known.
const INITIAL: f64 = 0.1;
/// An item this likely to be needed is not tried any more.
const CERTAIN: f64 = 0.8;

/// Keeps for every item the probability that it is needed. Deletes the items least likely to be needed, as many
/// as promise the greatest gain; when that does not work, their probabilities grow by Bayes' rule.
pub(crate) fn run(s: &mut Session<'_>, start: &[Id]) -> Result<(), Stop> {
    let mut kept = Kept::all(start);
    // `None`: decided, deleted or needed.
    let mut needed: Vec<Option<f64>> = vec![Some(INITIAL); kept.items.len()];
    loop {
        let mut open: Vec<(usize, f64)> =
            needed.iter().enumerate().filter_map(|(place, p)| p.map(|p| (place, p))).collect();
        if open.is_empty() {
            return Ok(());
        }
        open.sort_by(|a, b| a.1.total_cmp(&b.1));
        let chosen = &open[..most_gain(&open)];
        let places: Vec<usize> = chosen.iter().map(|&(place, _)| place).collect();
        let whole = places.len() == kept.count();
        if !whole && kept.delete(s, &places)? {
            for place in places {
                needed[place] = None;
            }
        } else {
            let none_needed: f64 = chosen.iter().map(|(_, p)| 1.0 - p).product();
            for &(place, p) in chosen {
                let p = p / (1.0 - none_needed);
                needed[place] = (chosen.len() > 1 && p <= CERTAIN).then_some(p);
            }
        }
    }
}

/// How many of the items, in this order, to delete for the greatest expected gain: their number times the
/// probability that none of them is needed.
fn most_gain(open: &[(usize, f64)]) -> usize {
    let (mut best, mut best_gain, mut none_needed) = (1, 0.0, 1.0);
    let mut size = 0.0;
    for (count, (_, p)) in open.iter().enumerate() {
        none_needed *= 1.0 - p;
        size += 1.0;
        if size * none_needed <= best_gain {
            break;
        }
        (best, best_gain) = (count + 1, size * none_needed);
    }
    best
}

#[cfg(test)]
mod tests {
    use super::most_gain;

    #[test]
    fn the_greatest_gain_is_found() {
        let even = |p: f64| (0..50).map(|place| (place, p)).collect::<Vec<_>>();
        // n (1 − p)^n is greatest at −1 / ln(1 − p): 9.49 for 0.1 (9 and 10 gain the same), 1.44 for 0.5.
        assert!((9..=10).contains(&most_gain(&even(0.1))));
        assert_eq!(most_gain(&even(0.5)), 1);
        assert_eq!(most_gain(&[(0, 0.0), (1, 0.0), (2, 0.9)]), 2);
    }
}
