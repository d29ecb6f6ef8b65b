//! What each verdict does to the work and to the claim.

use std::collections::HashMap;

use itf_shrink::{
    Claim, Failure, Observer, Options, Oracle, Pass, Passes, Predicate, Progress, Run, ShrinkError, Shrinker,
    Unproven, Unresolved, Verdict, shrink,
};

use crate::{bug, bug_if};

#[test]
fn there_has_to_be_something_to_shrink() {
    let error = shrink(&[1, 2], &mut Predicate(|_: &[u8]| Verdict::Passes)).expect_err("nothing to shrink");
    assert_eq!(error, ShrinkError::DoesNotFail);
    let error =
        shrink(&[1, 2], &mut Predicate(|_: &[u8]| Verdict::fault("timeout"))).expect_err("nothing to shrink");
    assert_eq!(error, ShrinkError::Unresolved(Unresolved::Fault("timeout".into())));
    let error = shrink(&[1, 2], &mut Predicate(|_: &[u8]| bug())).expect_err("nothing to shrink");
    assert!(matches!(error, ShrinkError::InitialFails(f) if f.site == "site"));
}

#[test]
fn an_empty_sequence_passes_or_its_initial_state_fails() {
    let error = shrink(&[], &mut Predicate(|_: &[u8]| Verdict::Passes)).expect_err("nothing to shrink");
    assert_eq!(error, ShrinkError::DoesNotFail);
    let error = shrink(&[], &mut Predicate(|_: &[u8]| bug())).expect_err("nothing to shrink");
    assert!(matches!(error, ShrinkError::InitialFails(_)));
}

#[test]
fn an_initial_state_that_fails_in_another_way_is_no_obstacle() {
    let mut oracle = Predicate(|c: &[u8]| match c {
        [] => Verdict::fails("kind", "empty", ""),
        _ => bug_if(c.contains(&2)),
    });
    let report = shrink(&[1, 2], &mut oracle).expect("it fails");
    assert_eq!(report.items, [2]);
    assert_eq!(report.also[0].failure.site, "empty");
}

/// An oracle with states whose run stops in the initial state.
struct BadFromTheStart;

impl Oracle<u8> for BadFromTheStart {
    type State = u8;
    fn run(&mut self, _: &[u8]) -> Run<u8, u8> {
        Run { verdict: bug(), executed: Vec::new(), states: Some(vec![0]) }
    }
}

#[test]
fn a_run_that_stops_before_the_first_item_is_an_initial_failure() {
    assert!(matches!(shrink(&[1, 2], &mut BadFromTheStart), Err(ShrinkError::InitialFails(_))));
}

/// Bug A needs 1 and 2; bug B needs 3 alone and hides A: the shorter one, and easier to slip into.
fn two_bugs(c: &[u8]) -> Verdict {
    let has = |item| c.contains(&item);
    match (has(1) && has(2), has(3)) {
        (true, _) => Verdict::fails("invariant", "a", format!("{c:?}")),
        (false, true) => Verdict::fails("invariant", "b", format!("{c:?}")),
        _ => Verdict::Passes,
    }
}

#[test]
fn the_failure_never_slips_and_the_other_is_kept_beside() {
    struct Others(Vec<Failure>);
    impl Observer<u8> for Others {
        fn other(&mut self, _: &Progress, _: &[u8], failure: &Failure) {
            self.0.push(failure.clone());
        }
    }
    let mut others = Others(Vec::new());
    let report = Shrinker::new(&mut Predicate(two_bugs))
        .observer(&mut others)
        .shrink(&[3, 4, 1, 5, 3, 2, 3])
        .expect("it fails");
    assert_eq!(report.items, [1, 2]);
    assert_eq!(report.failure.message, "[1, 2]", "the message is that of the last run");
    assert_eq!(report.also.len(), 1);
    assert_eq!(report.also[0].failure.site, "b");
    assert!(matches!(two_bugs(&report.also[0].items), Verdict::Fails(f) if f.site == "b"));
    assert_eq!(others.0, [report.also[0].failure.clone()]);
}

#[test]
fn a_kind_is_part_of_the_identity() {
    let mut oracle = Predicate(|c: &[u8]| match c {
        [] => Verdict::Passes,
        [_] => Verdict::fails("panic", "here", ""),
        _ => Verdict::fails("invariant", "here", ""),
    });
    assert_eq!(shrink(&[1, 2, 3], &mut oracle).expect("it fails").items.len(), 2);
}

#[test]
fn a_fault_is_tried_again_and_never_taken_for_a_pass() {
    // Every candidate ends in a fault the first time. The original was run before.
    let mut runs: HashMap<Vec<u8>, usize> = HashMap::from([(vec![5, 1, 6, 2, 7], 1)]);
    let mut oracle = Predicate(|c: &[u8]| {
        let run = runs.entry(c.to_vec()).or_default();
        *run += 1;
        if *run == 1 { Verdict::fault("first time") } else { bug_if(c.contains(&1) && c.contains(&2)) }
    });
    let report = shrink(&[5, 1, 6, 2, 7], &mut oracle).expect("it fails");
    assert_eq!(report.items, [1, 2]);
    assert_eq!(report.claim, Claim::OneMinimal);
    assert!(runs.values().all(|n| *n <= 3), "{runs:?}");
}

#[test]
fn a_fault_that_stays_costs_the_claim() {
    let mut oracle = Predicate(|c: &[u8]| match c {
        [1] => Verdict::fault("always"),
        _ => bug_if(c.contains(&1) && c.contains(&2)),
    });
    let report = shrink(&[3, 1, 2, 4], &mut oracle).expect("it fails");
    assert_eq!(report.items, [1, 2]);
    assert_eq!(report.claim, Claim::Reduced(Unproven::Faults(1)));
}

#[test]
fn a_candidate_that_cannot_be_executed_keeps_the_claim() {
    let mut oracle = Predicate(|c: &[u8]| match c {
        [] => Verdict::Passes,
        [1, ..] => bug_if(c.contains(&2)),
        _ => Verdict::invalid("has to begin with 1"),
    });
    let report = shrink(&[1, 3, 2, 4], &mut oracle).expect("it fails");
    assert_eq!(report.items, [1, 2]);
    assert_eq!(report.claim, Claim::OneMinimal);
}

#[test]
fn without_the_proof_there_is_no_claim() {
    let options = Options { passes: Passes::none(), ..Options::default() };
    let mut oracle = Predicate(|c: &[u8]| bug_if(c.contains(&1)));
    let report = Shrinker::new(&mut oracle).options(options).shrink(&[1, 2, 3]).expect("it fails");
    assert_eq!(report.items, [1, 2, 3]);
    assert_eq!(report.claim, Claim::Reduced(Unproven::Untested(3)));
}

/// Drops every 0, and replaces a stale choice (anything above 9) by 9, the only one there is.
struct Stale;

impl Oracle<u8> for Stale {
    type State = std::convert::Infallible;
    fn run(&mut self, candidate: &[u8]) -> Run<u8, Self::State> {
        let executed: Vec<u8> = candidate.iter().filter(|i| **i != 0).map(|i| *i.min(&9)).collect();
        // Even the executed ones fail only together with a 9.
        let shows = executed.contains(&9) && executed.contains(&1);
        Run { verdict: bug_if(shows), executed, states: None }
    }
}

#[test]
fn what_really_executed_is_adopted() {
    let none = Options { passes: Passes::none(), ..Options::default() };
    let report = Shrinker::new(&mut Stale).options(none).shrink(&[0, 1, 0, 40, 2, 0]).expect("it fails");
    assert_eq!(report.items, [1, 9, 2]);
    assert_eq!(
        (report.history[0].pass, report.history[0].before, report.history[0].after),
        (Pass::Original, 6, 3)
    );
    assert_eq!(shrink(&[0, 1, 0, 40, 2, 0], &mut Stale).expect("it fails").items, [1, 9]);
}

/// Says it knows states, but they are all the same.
struct Liar;

impl Oracle<u32> for Liar {
    type State = ();
    fn run(&mut self, candidate: &[u32]) -> Run<u32, ()> {
        let shows = |c: &[u32]| c.iter().filter(|i| **i == 1).count() == 2 && c.last() == Some(&2);
        let end = (1..=candidate.len()).find(|end| shows(&candidate[..*end])).unwrap_or(candidate.len());
        let executed = candidate[..end].to_vec();
        Run { verdict: bug_if(shows(&executed)), states: Some(vec![(); end + 1]), executed }
    }
}

#[test]
fn states_that_say_too_little_cost_calls_and_nothing_else() {
    let report = shrink(&[1, 3, 3, 1, 4, 2, 5], &mut Liar).expect("it fails");
    assert_eq!(report.items, [1, 1, 2]);
    assert_eq!(report.claim, Claim::OneMinimal);
}

#[test]
fn an_oracle_may_be_a_trait_object() {
    let mut oracles: Vec<Box<dyn Oracle<u32, State = ()>>> = vec![Box::new(Liar)];
    let report = shrink(&[1, 1, 3, 2], &mut *oracles[0]).expect("it fails");
    assert_eq!(report.items, [1, 1, 2]);
}
