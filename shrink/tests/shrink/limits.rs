//! Budgets, the stop function, and single passes.

use std::cell::Cell;

use itf_shrink::{
    Claim, Normalise, Options, Pass, Passes, Predicate, Semantics, ShrinkError, Shrinker, Stop, Unproven,
    Verdict,
};

use crate::bug_if;
use crate::machines::hanoi::HANOI;
use crate::machines::tables::Tables;
use crate::machines::{Exec, Machine, assert_one_minimal, walks};

#[test]
fn every_budget_is_kept_and_the_best_so_far_is_returned() {
    let original: Vec<u8> = (0..40).collect();
    let needed = |c: &[u8]| c.contains(&7) && c.contains(&31);
    let mut lengths = Vec::new();
    for most in 1..60 {
        let calls = Cell::new(0);
        let mut oracle = Predicate(|c: &[u8]| {
            calls.set(calls.get() + 1);
            bug_if(needed(c))
        });
        let options = Options { max_calls: Some(most), ..Options::default() };
        let report = Shrinker::new(&mut oracle).options(options).shrink(&original).expect("it fails");
        assert!(needed(&report.items));
        assert_eq!(report.calls, calls.get());
        assert!(report.calls <= most);
        if report.stopped.is_some() {
            assert_eq!(report.calls, most);
        }
        if report.claim != Claim::OneMinimal {
            assert!(
                matches!(report.claim, Claim::Reduced(Unproven::Stopped { why: Stop::Calls, untested }) if untested > 0)
            );
        }
        lengths.push(report.items.len());
    }
    assert!(lengths.is_sorted_by(|a, b| a >= b), "more calls never give a longer result: {lengths:?}");
    assert_eq!((lengths[0], lengths.last()), (40, Some(&2)));
}

#[test]
fn nothing_runs_without_permission() {
    let mut oracle = Predicate(|_: &[u8]| -> Verdict { unreachable!("not allowed") });
    let options = Options { max_calls: Some(0), ..Options::default() };
    let error = Shrinker::new(&mut oracle).options(options).shrink(&[1]).expect_err("nothing to shrink");
    assert_eq!(error, ShrinkError::Stopped(Stop::Calls));
    let error = Shrinker::new(&mut oracle).stop(&|| true).shrink(&[1]).expect_err("nothing to shrink");
    assert_eq!(error, ShrinkError::Stopped(Stop::Asked));
}

#[test]
fn the_stop_function_is_asked_before_every_run() {
    let calls = Cell::new(0);
    let asked = Cell::new(0);
    let mut oracle = Predicate(|c: &[u8]| {
        calls.set(calls.get() + 1);
        assert_eq!(calls.get(), asked.get());
        bug_if(c.len() > 3)
    });
    let stop = || {
        asked.set(asked.get() + 1);
        calls.get() == 9
    };
    let report = Shrinker::new(&mut oracle).stop(&stop).shrink(&[0; 100]).expect("it fails");
    assert_eq!((report.calls, report.stopped), (9, Some(Stop::Asked)));
}

/// The passes that had a success, when only these may work.
fn successes<M: Machine>(machine: &M, semantics: Semantics, input: &[M::Call], passes: Passes) -> Vec<Pass> {
    let mut exec = Exec::new(machine, semantics);
    let options = Options { semantics, passes, ..Options::default() };
    let report =
        Shrinker::new(&mut exec).options(options).classes(&M::classes).shrink(input).expect("the walk fails");
    let mut passes: Vec<Pass> = report.history.iter().map(|record| record.pass).collect();
    passes.dedup();
    passes
}

#[test]
fn a_pass_works_alone_and_only_when_wanted() {
    let input = &walks(&Tables, 1, 40, 200)[0];
    for pass in [Pass::Shortcut, Pass::Classes, Pass::Adaptive, Pass::Singles] {
        let only = Passes::none().with(pass);
        assert_eq!(successes(&Tables, Semantics::Skip, input, only), [Pass::Original, pass]);
        let others = successes(&Tables, Semantics::Skip, input, Passes::all().without(pass));
        assert!(!others.contains(&pass));
    }
}

#[test]
fn windows_and_pairs_escape_what_single_deletion_cannot() {
    // An `x` shows the bug as long as every `(` is closed.
    let balanced = |c: &[char]| {
        let count = |item| c.iter().filter(|i| **i == item).count();
        bug_if(c.contains(&'x') && count('(') == count(')'))
    };
    let shrink = |items: &str, pass| {
        let items: Vec<char> = items.chars().collect();
        let options = Options { passes: Passes::none().with(Pass::Singles).with(pass), ..Options::default() };
        let report =
            Shrinker::new(&mut Predicate(balanced)).options(options).shrink(&items).expect("it fails");
        assert_eq!(report.claim, Claim::OneMinimal);
        report.items.iter().collect::<String>()
    };
    assert_eq!(shrink("((x))()", Pass::Singles), "((x))()");
    assert_eq!(shrink("((x))()", Pass::Windows), "((x))");
    assert_eq!(shrink("((x))()", Pass::Pairs), "x");
    assert_eq!(shrink("(x)", Pass::Pairs), "x");
}

#[test]
fn a_cascade_takes_along_what_cannot_execute_any_more() {
    let mut shorter = 0;
    for input in walks(&HANOI, 30, 20, 2_000) {
        let run = |passes| {
            let mut exec = Exec::new(&HANOI, Semantics::Strict);
            let options = Options { semantics: Semantics::Strict, passes, ..Options::default() };
            Shrinker::new(&mut exec).options(options).shrink(&input).expect("the walk fails").items.len()
        };
        let (with, without) = (run(Passes::all()), run(Passes::all().without(Pass::Cascade)));
        assert!(with <= without);
        shorter += usize::from(with < without);
    }
    assert!(shorter > 0, "on some input the cascade is what helps");
}

/// What is opened can be closed and locked, and time goes on: no state comes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Door {
    Open,
    Close,
    Lock,
    Unlock,
    Wait,
    Enter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
struct House {
    open: bool,
    locked: bool,
    entered: bool,
    time: u32,
}

impl Machine for House {
    type Call = Door;
    type State = House;

    fn init(&self) -> House {
        *self
    }

    fn step(&self, state: &House, call: Door) -> Option<House> {
        let House { open, locked, .. } = *state;
        let next = House { time: state.time + 1, ..*state };
        Some(match call {
            Door::Open if !open && !locked => House { open: true, ..next },
            Door::Close if open => House { open: false, ..next },
            Door::Lock if !locked => House { locked: true, ..next },
            Door::Unlock if locked => House { locked: false, ..next },
            Door::Enter if open && !locked => House { entered: true, ..next },
            Door::Wait => next,
            _ => return None,
        })
    }

    fn bad(&self, state: &House) -> bool {
        state.entered
    }

    fn pool(&self) -> Vec<(Door, u32)> {
        vec![]
    }

    fn classes(_: &Door) -> Vec<String> {
        vec![]
    }
}

#[test]
fn what_was_done_and_undone_goes_together_where_no_state_comes_again() {
    use Door::{Close, Enter, Lock, Open, Unlock, Wait};
    let (house, semantics) = (House::default(), Semantics::Strict);
    for input in [&[Open, Wait, Close, Wait, Open, Enter][..], &[Open, Wait, Lock, Wait, Unlock, Enter]] {
        let run = |passes| {
            let mut exec = Exec::new(&house, semantics);
            let options = Options { semantics, passes, ..Options::default() };
            let report = Shrinker::new(&mut exec).options(options).shrink(input).expect("it fails");
            assert_eq!(report.claim, Claim::OneMinimal);
            assert_one_minimal(&house, semantics, &report.items);
            report.items
        };
        assert_eq!(run(Passes::all()), [Open, Enter]);
        // One-minimal is less.
        assert_eq!(run(Passes::all().without(Pass::Cascade)).len(), 4);
    }
}

/// Numbers towards zero; a sequence in order is simpler than one that is not.
struct Small;

impl Normalise<u32> for Small {
    fn simpler(&self, item: &u32) -> Vec<u32> {
        (0..*item).collect()
    }

    fn rewrites(&self, items: &[u32]) -> Vec<Vec<u32>> {
        let mut sorted = items.to_vec();
        sorted.sort_unstable();
        vec![sorted]
    }
}

#[test]
fn normalising_takes_all_at_once_where_that_works() {
    let mut oracle = Predicate(|c: &[u32]| bug_if(c.len() >= 4));
    let report = Shrinker::new(&mut oracle).normalise(&Small).shrink(&[9, 7, 8, 6, 5]).expect("it fails");
    assert_eq!(report.items, [0, 0, 0, 0]);
    assert_eq!(report.history.iter().filter(|r| r.pass == Pass::Normalise).count(), 1);
}

#[test]
fn different_findings_of_one_bug_come_to_one_sequence() {
    for original in [[9, 5, 30, 12, 4], [77, 12, 3, 4, 0], [10, 11, 12, 13, 14]] {
        // Two numbers are needed, one of them at least 10, and in any order.
        let mut oracle = Predicate(|c: &[u32]| bug_if(c.len() >= 2 && c.iter().any(|n| *n >= 10)));
        let report = Shrinker::new(&mut oracle).normalise(&Small).shrink(&original).expect("it fails");
        assert_eq!(report.items, [0, 10], "from {original:?}");
        let again = Shrinker::new(&mut oracle).normalise(&Small).shrink(&report.items).expect("it fails");
        assert_eq!(again.items, report.items);
        assert_eq!(report.claim, Claim::OneMinimal);
    }
}
