//! What the engine has to reach on the toy machines: lengths and runs. The benchmark prints more of it.

use itf_shrink::{Algorithm, Claim, Options, Semantics, Shrinker};

use crate::machines::diehard::DieHard;
use crate::machines::dns::{ControlPlane, Dns, Simplest};
use crate::machines::hanoi::HANOI;
use crate::machines::tables::Tables;
use crate::machines::{Exec, Machine, assert_one_minimal, shortest, walks};

/// Sums of final lengths and of runs, and the longest result.
fn sums<M: Machine>(machine: &M, semantics: Semantics, inputs: &[Vec<M::Call>]) -> (usize, usize, usize) {
    let (mut lengths, mut calls, mut longest) = (0, 0, 0);
    for input in inputs {
        let run = |algorithm| {
            let mut exec = Exec::new(machine, semantics);
            let options = Options { semantics, algorithm, ..Options::default() };
            let report = Shrinker::new(&mut exec)
                .options(options)
                .classes(&M::classes)
                .shrink(input)
                .expect("the walk shows the bug");
            assert_eq!(report.calls, exec.calls);
            report
        };
        let ours = run(Algorithm::Ours);
        assert_eq!(ours.claim, Claim::OneMinimal);
        assert_one_minimal(machine, semantics, &ours.items);
        for peer in [Algorithm::OneBackwardPass, Algorithm::ProbDd, Algorithm::Cdd] {
            assert!(ours.items.len() <= run(peer).items.len(), "longer than {peer} on {input:?}");
        }
        lengths += ours.items.len();
        calls += ours.calls;
        longest = longest.max(ours.items.len());
    }
    (lengths, calls, longest)
}

#[test]
fn short_dns_walks() {
    let machine = ControlPlane { plans: 5, age: 3, choices: 1, walk: [1; 5] };
    let inputs = walks(&machine, 30, 27, 36);
    for semantics in [Semantics::Strict, Semantics::Skip] {
        let (_, calls, longest) = sums(&machine, semantics, &inputs);
        assert_eq!(longest, 11);
        assert!(calls <= 30 * 30, "{semantics:?}: {calls}");
    }
}

#[test]
fn long_dns_walks() {
    for (walk, most) in [([2, 3, 3, 2, 2], 81), ([1, 13, 13, 1, 1], 101)] {
        let machine = ControlPlane { plans: 30, age: 20, choices: 1, walk };
        let inputs = walks(&machine, 3, 100, 5_000);
        let (_, calls, longest) = sums(&machine, Semantics::Skip, &inputs);
        assert_eq!(longest, 45);
        assert!(calls <= 3 * most, "{walk:?}: {calls}");
    }
}

#[test]
fn hanoi() {
    let inputs = walks(&HANOI, 100, 20, 2_000);
    let (lengths, calls, _) = sums(&HANOI, Semantics::Skip, &inputs);
    assert!(lengths <= 750 && calls <= 1_600, "{lengths} steps, {calls} calls");
    let (lengths, ..) = sums(&HANOI, Semantics::Strict, &inputs);
    assert!(lengths <= 980, "{lengths} steps");
}

#[test]
fn tables_under_both_semantics() {
    let inputs = walks(&Tables, 40, 20, 2_000);
    for semantics in [Semantics::Strict, Semantics::Skip] {
        let (_, calls, longest) = sums(&Tables, semantics, &inputs);
        assert_eq!(longest, 7);
        assert!(calls <= 40 * 40, "{semantics:?}: {calls}");
    }
}

#[test]
fn die_hard() {
    let inputs = walks(&DieHard, 15, 7, 600);
    for semantics in [Semantics::Strict, Semantics::Skip] {
        let (lengths, calls, _) = sums(&DieHard, semantics, &inputs);
        assert!(lengths <= 15 * 13 / 2 && calls <= 15 * 13, "{semantics:?}: {lengths} steps, {calls} calls");
    }
}

#[test]
fn normalised_walks_come_to_few_sequences() {
    let machine = ControlPlane { plans: 5, age: 3, choices: 3, walk: [1; 5] };
    for semantics in [Semantics::Strict, Semantics::Skip] {
        let (mut plain, mut normalised) = (0, 0);
        let inputs = walks(&machine, 30, 27, 36);
        for input in &inputs {
            let run = |normalise, input: &[Dns]| {
                let mut exec = Exec::new(&machine, semantics);
                let shrinker = Shrinker::new(&mut exec)
                    .options(Options { semantics, ..Options::default() })
                    .classes(&ControlPlane::classes);
                let shrinker = if normalise { shrinker.normalise(&Simplest) } else { shrinker };
                shrinker.shrink(input).expect("the walk shows the bug")
            };
            plain += run(false, input).calls;
            let report = run(true, input);
            assert_eq!(run(true, &report.items).items, report.items, "what is normalised stays as it is");
            normalised += report.calls;
            assert_eq!(report.items.len(), 11);
            assert_eq!(report.claim, Claim::OneMinimal);
            assert_one_minimal(&machine, semantics, &report.items);
            assert_eq!(report.items.iter().filter(|c| **c == Dns::Generate(0)).count(), 4);
            assert!(
                !report.items.iter().any(|c| matches!(c, Dns::Apply(2) | Dns::Query(2) | Dns::Collect(2)))
            );
        }
        assert!(normalised <= plain + 17 * inputs.len(), "{semantics:?}: {normalised} against {plain}");
    }
}

/// That the lengths above are floors is not the shrinker's word.
#[test]
fn nothing_is_shorter_than_the_floors() {
    let short = ControlPlane { plans: 5, age: 3, choices: 1, walk: [1; 5] };
    assert_eq!(shortest(&short, 12), Some(11));
    assert_eq!(shortest(&Tables, 8), Some(7));
    assert_eq!(shortest(&HANOI, 8), Some(7));
    assert_eq!(shortest(&DieHard, 8), Some(6));
}
