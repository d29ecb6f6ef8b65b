//! All algorithms on predicates whose minimum is known.

use itf_shrink::{Algorithm, Claim, Options, Predicate, Report, Shrinker};
use proptest::prelude::*;

use crate::bug_if;

const ALL: [Algorithm; 5] =
    [Algorithm::Ours, Algorithm::Ddmin, Algorithm::ProbDd, Algorithm::Cdd, Algorithm::OneBackwardPass];

fn shrink(
    algorithm: Algorithm,
    original: &[usize],
    needed: &[usize],
) -> Report<usize, std::convert::Infallible> {
    let mut oracle = Predicate(|c: &[usize]| bug_if(needed.iter().all(|n| c.contains(n))));
    let options = Options { algorithm, ..Options::default() };
    Shrinker::new(&mut oracle).options(options).shrink(original).expect("it fails")
}

#[test]
fn all_reach_the_minimum_of_a_monotone_predicate() {
    let original: Vec<usize> = (0..200).collect();
    for needed in [vec![0], vec![199], vec![17, 18, 19], vec![3, 50, 120, 121, 190]] {
        for algorithm in ALL {
            let report = shrink(algorithm, &original, &needed);
            assert_eq!(report.items, needed, "{algorithm}");
            assert!(report.calls <= 202, "{algorithm} made {} runs", report.calls);
        }
    }
}

#[test]
fn ddmin_tries_parts_then_complements_then_smaller_parts() {
    let mut asked = Vec::new();
    let mut oracle = Predicate(|c: &[u8]| {
        asked.push(c.to_vec());
        bug_if([1, 7, 8].iter().all(|n| c.contains(n)))
    });
    let options = Options { algorithm: Algorithm::Ddmin, ..Options::default() };
    let report =
        Shrinker::new(&mut oracle).options(options).shrink(&[1, 2, 3, 4, 5, 6, 7, 8]).expect("it fails");
    assert_eq!(report.items, [1, 7, 8]);
    assert_eq!(report.claim, Claim::OneMinimal);
    // After the original and the empty sequence: halves, quarters, complements of quarters.
    let first: [&[u8]; 8] = [
        &[1, 2, 3, 4],
        &[5, 6, 7, 8],
        &[1, 2],
        &[3, 4],
        &[5, 6],
        &[7, 8],
        &[3, 4, 5, 6, 7, 8],
        &[1, 2, 5, 6, 7, 8],
    ];
    assert_eq!(asked[2..10], first);
}

proptest! {
    #[test]
    fn the_minimum_is_reached_from_anywhere(length in 1_usize..80, picks in prop::collection::vec(any::<usize>(), 1..8)) {
        let original: Vec<usize> = (0..length).collect();
        let mut needed: Vec<usize> = picks.iter().map(|pick| pick % length).collect();
        needed.sort_unstable();
        needed.dedup();
        for algorithm in ALL {
            let report = shrink(algorithm, &original, &needed);
            if algorithm == Algorithm::ProbDd {
                // It gives up an item as needed on evidence, not on proof.
                prop_assert!(needed.iter().all(|n| report.items.contains(n)));
            } else {
                prop_assert_eq!(&report.items, &needed, "{}", algorithm);
            }
            if matches!(algorithm, Algorithm::Ours | Algorithm::Ddmin) {
                prop_assert_eq!(report.claim, Claim::OneMinimal);
            }
        }
    }
}
