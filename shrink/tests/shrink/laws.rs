//! Laws on random machines and random predicates. What a result must be is computed here, by brute force and
//! without the engine.

use std::collections::BTreeSet;

use itf_shrink::{
    Algorithm, Claim, Effort, Observer, Options, Oracle, Predicate, Progress, Report, Run, Semantics,
    Shrinker, Verdict,
};
use proptest::prelude::*;

/// A machine with a few states and three items: where each item leads from each state, if it is enabled, and
/// which failure each state is.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    next: Vec<[Option<usize>; 3]>,
    failures: Vec<Option<u8>>,
    pub(crate) semantics: Semantics,
    tells_states: bool,
}

impl Machine {
    /// What executes, the states, and the failure, or `None` where strict semantics forbid the candidate.
    fn execute(&self, candidate: &[u8]) -> Option<(Vec<u8>, Vec<usize>, Option<u8>)> {
        let (mut executed, mut states) = (Vec::new(), vec![0]);
        for &item in candidate {
            let state = states[states.len() - 1];
            match self.next[state][usize::from(item)] {
                Some(next) => {
                    executed.push(item);
                    states.push(next);
                    if self.failures[next].is_some() {
                        return Some((executed, states, self.failures[next]));
                    }
                }
                None if self.semantics == Semantics::Strict => return None,
                None => {}
            }
        }
        Some((executed, states, None))
    }

    fn failure(&self, candidate: &[u8]) -> Option<u8> {
        self.execute(candidate).and_then(|(_, _, failure)| failure)
    }
}

impl Oracle<u8> for Machine {
    type State = usize;

    fn run(&mut self, candidate: &[u8]) -> Run<u8, usize> {
        let Some((executed, states, failure)) = self.execute(candidate) else {
            return Run::of(candidate, Verdict::invalid("disabled"));
        };
        let verdict = failure.map_or(Verdict::Passes, |f| Verdict::fails("state", f.to_string(), ""));
        Run { verdict, executed, states: self.tells_states.then_some(states) }
    }
}

prop_compose! {
    fn machine()(
        size in 2_usize..9,
    )(
        next in prop::collection::vec(
            prop::array::uniform3(prop::option::weighted(0.7, 0..size)), size),
        failures in prop::collection::vec(prop::option::weighted(0.25, 0_u8..2), size - 1),
        strict in any::<bool>(),
        tells_states in any::<bool>(),
    ) -> Machine {
        // The initial state is good.
        let failures = [vec![None], failures].concat();
        let semantics = if strict { Semantics::Strict } else { Semantics::Skip };
        Machine { next, failures, semantics, tells_states }
    }
}

/// A machine and a sequence that fails on it: a random one that was made executable.
pub(crate) fn failing() -> impl Strategy<Value = (Machine, Vec<u8>)> {
    (machine(), prop::collection::vec(0_u8..3, 1..60)).prop_filter_map("fails", |(machine, items)| {
        let lenient = Machine { semantics: Semantics::Skip, ..machine.clone() };
        let (executed, _, failure) = lenient.execute(&items)?;
        failure?;
        let original = if machine.semantics == Semantics::Strict { executed } else { items };
        Some((machine, original))
    })
}

pub(crate) fn options() -> impl Strategy<Value = Options> {
    use Algorithm::{Cdd, Ddmin, OneBackwardPass, Ours, ProbDd};
    (
        prop::sample::select(vec![Ours, Ours, Ours, Ddmin, ProbDd, Cdd, OneBackwardPass]),
        prop::sample::select(vec![Effort::Quick, Effort::Normal, Effort::Thorough]),
        prop::option::weighted(0.2, 1_usize..60),
        any::<u64>(),
    )
        .prop_map(|(algorithm, effort, max_calls, seed)| Options {
            algorithm,
            effort,
            max_calls,
            seed,
            ..Options::default()
        })
}

fn shrink(machine: &Machine, original: &[u8], options: &Options) -> Report<u8, usize> {
    let options = Options { semantics: machine.semantics, ..options.clone() };
    Shrinker::new(&mut machine.clone())
        .options(options)
        .classes(&|item| vec![format!("item {item}"), format!("odd {}", item % 2)])
        .shrink(original)
        .expect("the original fails and the initial state does not")
}

/// The single deletions from a sequence.
fn deletions<T: Clone>(items: &[T]) -> impl Iterator<Item = Vec<T>> {
    (0..items.len()).map(|at| [&items[..at], &items[at + 1..]].concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn the_result_fails_the_same_way_and_is_what_executes((machine, original) in failing(), options in options()) {
        let report = shrink(&machine, &original, &options);
        let (executed, states, failure) = machine.execute(&report.items).expect("the result executes");
        prop_assert_eq!(&executed, &report.items);
        prop_assert_eq!(failure, machine.failure(&original));
        prop_assert_eq!(report.failure.site, failure.expect("it fails").to_string());
        prop_assert!(report.items.len() <= original.len());
        prop_assert!(report.items.iter().all(|item| original.contains(item)));
        prop_assert_eq!(report.states, machine.tells_states.then_some(states));
    }

    #[test]
    fn one_minimal_is_one_minimal((machine, original) in failing(), options in options()) {
        let report = shrink(&machine, &original, &options);
        let same = machine.failure(&original);
        let reducible = deletions(&report.items).any(|d| machine.failure(&d) == same);
        if report.claim == Claim::OneMinimal {
            prop_assert!(!reducible, "{:?} is claimed one-minimal", report.items);
        }
        if options.algorithm == Algorithm::Ours && report.stopped.is_none() {
            prop_assert_eq!(report.claim, Claim::OneMinimal);
        }
    }

    #[test]
    fn equal_seeds_give_equal_reports((machine, original) in failing(), options in options()) {
        prop_assert_eq!(shrink(&machine, &original, &options), shrink(&machine, &original, &options));
    }

    #[test]
    fn calls_are_counted_and_limited((machine, original) in failing(), options in options()) {
        let mut calls = 0;
        let mut asked = BTreeSet::new();
        let mut oracle = Counted { machine: machine.clone(), calls: &mut calls, asked: &mut asked };
        let options = Options { semantics: machine.semantics, ..options };
        let report = Shrinker::new(&mut oracle).options(options.clone()).shrink(&original).expect("it fails");
        prop_assert_eq!(report.calls, calls);
        prop_assert_eq!(asked.len(), calls, "no candidate is run twice");
        prop_assert!(options.max_calls.is_none_or(|most| calls <= most));
    }

    #[test]
    fn also_is_the_first_of_every_other_failure((machine, original) in failing(), options in options()) {
        let report = shrink(&machine, &original, &options);
        let same = machine.failure(&original);
        prop_assert!(report.also.len() <= 1, "there are two failures");
        for also in &report.also {
            let failure = machine.failure(&also.items);
            prop_assert!(failure.is_some() && failure != same);
        }
    }

    #[test]
    fn thorough_without_states_is_never_longer_than_the_classics((machine, original) in failing()) {
        let machine = Machine { tells_states: false, ..machine };
        let thorough = Options { effort: Effort::Thorough, ..Options::default() };
        let ours = shrink(&machine, &original, &thorough).items.len();
        for algorithm in [Algorithm::Ddmin, Algorithm::ProbDd, Algorithm::Cdd] {
            let theirs = shrink(&machine, &original, &Options { algorithm, ..Options::default() });
            prop_assert!(ours <= theirs.items.len(), "{} against {} of {}", ours, theirs.items.len(), algorithm);
        }
    }

    /// A predicate without any structure: every non-empty candidate fails one way or another, passes, cannot be
    /// executed or ends in a fault, by its hash.
    #[test]
    fn claims_hold_for_predicates_without_structure(
        original in prop::collection::vec(0_u8..6, 1..20),
        salt in any::<u64>(),
        faults in 0_u64..3,
    ) {
        let judge = |c: &[u8]| {
            let hash = c.iter().fold(salt, |h, &b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3).rotate_left(23));
            match hash % 10 {
                _ if c.is_empty() => Verdict::Passes,
                _ if c == original => Verdict::fails("a", "a", ""),
                0..3 => Verdict::fails("a", "a", ""),
                3 => Verdict::fails("b", "b", ""),
                4 => Verdict::invalid("hash"),
                n if n < 5 + faults => Verdict::fault("hash"),
                _ => Verdict::Passes,
            }
        };
        let report = Shrinker::new(&mut Predicate(judge)).shrink(&original).expect("it fails");
        let is_a = |v: &Verdict| matches!(v, Verdict::Fails(f) if f.kind == "a");
        prop_assert!(is_a(&judge(&report.items)));
        let around: Vec<Verdict> = deletions(&report.items).map(|d| judge(&d)).collect();
        prop_assert!(!around.iter().any(is_a), "the last pass leaves no single deletion");
        let unknown = around.iter().any(|v| matches!(v, Verdict::Unresolved(itf_shrink::Unresolved::Fault(_))));
        prop_assert_eq!(report.claim == Claim::OneMinimal, !unknown);
    }

    #[test]
    fn observers_see_every_success((machine, original) in failing(), options in options()) {
        struct Seen(Vec<(Progress, usize)>, usize);
        impl Observer<u8> for Seen {
            fn tested(&mut self, _: &Progress) {
                self.1 += 1;
            }
            fn improved(&mut self, progress: &Progress, items: &[u8], _: &itf_shrink::Failure) {
                self.0.push((*progress, items.len()));
            }
        }
        let mut seen = Seen(Vec::new(), 0);
        let options = Options { semantics: machine.semantics, ..options };
        let report = Shrinker::new(&mut machine.clone())
            .options(options)
            .observer(&mut seen)
            .shrink(&original)
            .expect("it fails");
        prop_assert_eq!(seen.1, report.calls);
        let told: Vec<_> = seen.0.iter().map(|(p, length)| (p.pass, p.calls, *length)).collect();
        let recorded: Vec<_> = report.history.iter().map(|r| (r.pass, r.call, r.after)).collect();
        prop_assert_eq!(told, recorded);
        prop_assert_eq!(seen.0.last().map(|(_, length)| *length), Some(report.items.len()));
        prop_assert!(report.history.windows(2).all(|w| w[1].before == w[0].after && w[1].after < w[1].before));
    }
}

struct Counted<'a> {
    machine: Machine,
    calls: &'a mut usize,
    asked: &'a mut BTreeSet<Vec<u8>>,
}

impl Oracle<u8> for Counted<'_> {
    type State = usize;

    fn run(&mut self, candidate: &[u8]) -> Run<u8, usize> {
        *self.calls += 1;
        self.asked.insert(candidate.to_vec());
        self.machine.run(candidate)
    }
}
