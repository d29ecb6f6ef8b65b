//! Counter-based delta debugging, after Zhang, Xu, Tian, Cheng and Sun, *Toward a Better Understanding of
//! Probabilistic Delta Debugging*, 2024.

use super::{Kept, backward};
use crate::intern::Id;
use crate::report::Stop;
use crate::session::Session;

/// `round(-1 / ln(1 - p))` for the initial probability p = 0.1: the size of subsets in the first round.
const FIRST: usize = 9;

/// Probabilistic delta debugging with a counter in the place of probabilities: in every round the subsets have
/// 1 − 1/e of the size of the round before, and each subset is tried once. Then one pass of single deletions.
pub(crate) fn run(s: &mut Session<'_>, start: &[Id]) -> Result<(), Stop> {
    let mut kept = Kept::all(start);
    let mut size = FIRST;
    loop {
        let open: Vec<usize> = (0..kept.items.len()).filter(|&place| kept.here[place]).collect();
        if size < open.len() || size == 1 {
            for subset in open.chunks(size) {
                kept.delete(s, subset)?;
            }
        }
        if size == 1 {
            break;
        }
        size = smaller(size);
    }
    backward::run_on(s, &mut kept)
}

/// `floor(size · (1 − 1/e))`, at least one.
fn smaller(size: usize) -> usize {
    // 0.632 is 1 − 1/e to three digits; sizes are at most nine.
    (size * 632 / 1000).max(1)
}

#[cfg(test)]
mod tests {
    use super::{FIRST, smaller};

    #[test]
    fn sizes_are_those_of_the_paper() {
        assert_eq!(FIRST.to_string(), format!("{:.0}", -1.0 / 0.9_f64.ln()));
        let exact = |size: u8| (f64::from(size) * (1.0 - (-1.0_f64).exp())).floor().max(1.0);
        for size in 1..=9_u8 {
            assert_eq!(smaller(size.into()).to_string(), exact(size).to_string(), "{size}");
        }
    }
}
