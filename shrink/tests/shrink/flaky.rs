//! Failures that show in some runs only: a small version of the simulation in `benches/flaky.rs`, and the corners.

use std::cell::Cell;

use itf_shrink::{
    Claim, FlakyOptions, Options, Predicate, Reliability, ShrinkError, Shrinker, Stop, Unproven, Verdict,
};

use crate::machines::dns::ControlPlane;
use crate::machines::noisy::{SCENARIOS, simulate};
use crate::machines::walks;
use crate::{bug, bug_if};

const SESSIONS: usize = 60;

/// The most runs on average, of the table that is to be beaten, with room for so few sessions.
fn most(name: &str) -> usize {
    match name {
        "p = 0.9" => 120,
        "p = 0.5" => 360,
        "p = 0.2" => 1_400,
        _ => 2_000,
    }
}

#[test]
fn no_bug_is_lost_and_the_rates_that_are_reported_are_reached() {
    let machine = ControlPlane { plans: 5, age: 3, choices: 1, walk: [1; 5] };
    let inputs = walks(&machine, 5, 27, 36);
    let (mut certificates, mut covered, mut backtracked) = (0, 0, 0);
    for (name, rate, false_hits) in SCENARIOS {
        let (mut runs, mut steps) = (0, 0);
        for seed in 0..SESSIONS {
            let options = FlakyOptions { false_hits, ..FlakyOptions::default() };
            let ended = simulate(&machine, (rate, false_hits), &inputs[seed % 5], options, seed as u64)
                .unwrap_or_else(|error| panic!("{name}, seed {seed}: {error}"));
            assert!(!ended.lost && !ended.below, "{name}, seed {seed}: {ended:?}");
            runs += ended.runs;
            steps += ended.steps;
            backtracked += ended.backtracked;
            certificates += usize::from(ended.covered.is_some());
            covered += usize::from(ended.covered == Some(true));
        }
        assert!(runs < most(name) * SESSIONS, "{name}: {runs} runs in {SESSIONS} sessions");
        if !name.contains("erodes") {
            assert!(10 * steps < 130 * SESSIONS, "{name}: {steps} steps in {SESSIONS} sessions");
        }
    }
    // A rate that erodes is found out only by going back.
    assert!(backtracked > 0);
    assert!(certificates > 4 * SESSIONS, "{certificates}");
    // 95 % of 300 with three standard deviations of room.
    assert!(1000 * covered >= 912 * certificates, "{covered} of {certificates}");
}

/// Heads or tails, the same every time (xorshift).
fn coin(seed: u64) -> impl FnMut() -> bool {
    let mut state = seed;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.is_multiple_of(2)
    }
}

/// Fails if 3 and 7 are there and `shows` says so, of the number of the run.
fn three_and_seven(shows: impl Fn(usize) -> bool) -> Predicate<impl FnMut(&[u8]) -> Verdict> {
    let mut run = 0;
    Predicate(move |c: &[u8]| {
        run += 1;
        bug_if(c.contains(&3) && c.contains(&7) && shows(run))
    })
}

const ITEMS: [u8; 8] = [1, 7, 2, 2, 3, 9, 4, 5];

#[test]
fn what_fails_every_time_costs_a_few_runs_more() {
    let plain = Shrinker::new(&mut three_and_seven(|_| true)).shrink(&ITEMS).expect("it fails");
    let mut oracle = three_and_seven(|_| true);
    let found = Shrinker::new(&mut oracle).flaky(FlakyOptions::default()).shrink(&ITEMS).expect("it fails");
    assert_eq!(found.report.items, plain.items);
    assert_eq!(found.report.claim, Claim::OneMinimal);
    assert_eq!(found.reliability, Reliability::EveryTime);
    assert!(found.report.calls <= plain.calls + 5 + 3 + plain.calls / 32, "{} runs", found.report.calls);
}

#[test]
fn an_oracle_that_begins_to_change_its_mind_is_found_out() {
    // Deterministic for the first runs, then every second run says no.
    let mut oracle = three_and_seven(|run| run < 12 || run % 2 == 0);
    let found = Shrinker::new(&mut oracle).flaky(FlakyOptions::default()).shrink(&ITEMS).expect("it fails");
    assert_eq!(found.reliability, Reliability::Sometimes);
    assert_eq!(found.report.items, [7, 3]);
    let bound = found.certificate.expect("nothing stopped it").at_least();
    assert!(bound > 0.2 && bound < 0.5, "{bound}");
}

#[test]
fn what_only_the_original_shows_is_given_up_again() {
    // A single run is luck: the failure shows once for any sequence, and afterwards for long ones only.
    let seen = std::collections::HashMap::<Vec<u8>, usize>::new();
    let mut seen = seen;
    let mut oracle = Predicate(|c: &[u8]| {
        let times = seen.entry(c.to_vec()).or_default();
        *times += 1;
        bug_if(!c.is_empty() && (*times == 1 || c.len() >= 6))
    });
    let found = Shrinker::new(&mut oracle).flaky(FlakyOptions::default()).shrink(&ITEMS).expect("it fails");
    assert_eq!(found.reliability, Reliability::Sometimes);
    assert_eq!(found.report.items.len(), 6, "{found:?}");
    assert!(found.backtracked > 0);
}

#[test]
fn never_failing_is_said_after_patience() {
    let runs = Cell::new(0_usize);
    let mut oracle = Predicate(|_: &[u8]| {
        runs.set(runs.get() + 1);
        Verdict::Passes
    });
    let error =
        Shrinker::new(&mut oracle).flaky(FlakyOptions::default()).shrink(&ITEMS).expect_err("it never fails");
    assert_eq!((error, runs.get()), (ShrinkError::DoesNotFail, 58));
    runs.set(0);
    let once = FlakyOptions { max_runs: Some(1), ..FlakyOptions::default() };
    let error = Shrinker::new(&mut oracle).flaky(once).shrink(&ITEMS).expect_err("it never fails");
    assert_eq!((error, runs.get()), (ShrinkError::DoesNotFail, 1));
}

#[test]
fn one_run_each_is_what_a_shrinker_does_without_statistics() {
    let plain = Shrinker::new(&mut three_and_seven(|_| true)).shrink(&ITEMS).expect("it fails");
    let once = FlakyOptions { max_runs: Some(1), ..FlakyOptions::default() };
    let found = Shrinker::new(&mut three_and_seven(|_| true)).flaky(once).shrink(&ITEMS).expect("it fails");
    assert_eq!(found.report.items, plain.items);
    assert_eq!(found.certificate, None);
}

#[test]
fn runs_that_decide_nothing_show_nothing() {
    let mut coin = coin(7);
    for most in [2, 3] {
        let mut oracle = Predicate(|c: &[u8]| bug_if(c.len() >= 3 && coin()));
        let options = FlakyOptions { max_runs: Some(most), ..FlakyOptions::default() };
        let found = Shrinker::new(&mut oracle).flaky(options).shrink(&ITEMS).expect("it fails");
        assert_eq!(found.reliability, Reliability::Sometimes);
        // So few runs tell nothing apart: neither is anything left out, nor is it shown that nothing can be.
        assert!(found.claim_at_rate().is_none(), "{most}: {found:?}");
        assert_ne!(found.report.claim, Claim::OneMinimal);
    }
}

#[test]
fn a_rate_that_the_original_does_not_have_is_refused() {
    let mut coin = coin(7);
    let runs = Cell::new(0_usize);
    let mut oracle = Predicate(|c: &[u8]| {
        runs.set(runs.get() + 1);
        bug_if(c.len() >= 3 && coin())
    });
    let options = FlakyOptions { min_rate: Some(0.95), ..FlakyOptions::default() };
    let error = Shrinker::new(&mut oracle).flaky(options).shrink(&ITEMS).expect_err("it is too rare");
    assert!(matches!(error, ShrinkError::TooRare { .. }), "{error}");
    assert!(error.to_string().contains("less often than the rate of 0.95"), "{error}");
    assert!(runs.get() < 60, "{} runs", runs.get());
}

/// A coin that shows heads in half of its throws does not have a rate of 60 %, although its first throws may not show it.
#[test]
fn a_rate_that_the_original_hardly_has_is_refused_before_the_budget_is_spent() {
    let mut refused = 0;
    for seed in 1..=20_u64 {
        let mut coin = coin(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let runs = Cell::new(0_usize);
        let mut oracle = Predicate(|c: &[u8]| {
            runs.set(runs.get() + 1);
            bug_if(c.len() >= 3 && coin())
        });
        let options = FlakyOptions { min_rate: Some(0.6), ..FlakyOptions::default() };
        if let Err(error) = Shrinker::new(&mut oracle).flaky(options).shrink(&ITEMS) {
            assert!(matches!(error, ShrinkError::TooRare { .. }), "{error}");
            let said = error.to_string();
            assert!(
                said.contains(" %) with 95 % confidence") || said.contains(" % with 95 % confidence)"),
                "{said}"
            );
            assert!(runs.get() <= 120, "{} runs", runs.get());
            refused += 1;
        }
    }
    assert!(refused >= 17, "{refused} of 20");
    // And a rate that it has is not.
    let mut coin = coin(7);
    let mut oracle = Predicate(|c: &[u8]| bug_if(c.len() >= 3 && coin()));
    let options = FlakyOptions { min_rate: Some(0.25), ..FlakyOptions::default() };
    assert_eq!(
        Shrinker::new(&mut oracle).flaky(options).shrink(&ITEMS).expect("it fails").report.items.len(),
        3
    );
}

#[test]
fn the_limit_counts_every_run() {
    for most in [3, 20, 60, 150] {
        let runs = Cell::new(0_usize);
        let mut oracle = Predicate(|c: &[u8]| {
            runs.set(runs.get() + 1);
            bug_if(c.contains(&3) && c.contains(&7) && runs.get().is_multiple_of(3))
        });
        let options = Options { max_calls: Some(most), ..Options::default() };
        let found = Shrinker::new(&mut oracle).options(options).flaky(FlakyOptions::default()).shrink(&ITEMS);
        assert!(runs.get() <= most, "{} runs", runs.get());
        match found {
            Ok(found) => {
                assert_eq!(found.report.calls, runs.get());
                assert_eq!(found.certificate, None);
                assert_eq!(found.report.stopped, Some(Stop::Calls));
                assert!(matches!(found.report.claim, Claim::Reduced(Unproven::Stopped { .. })), "{found:?}");
            }
            // Not even the rate of the original is known.
            Err(error) => {
                assert!(error == ShrinkError::Stopped(Stop::Calls) && most <= 20, "{most}: {error}");
            }
        }
    }
}

#[test]
fn another_failure_is_not_a_hit() {
    let mut run = 0;
    let mut oracle = Predicate(|c: &[u8]| {
        run += 1;
        match (c.contains(&3) && c.contains(&7), run % 2) {
            (true, 1) => bug(),
            (_, 0) if !c.is_empty() => Verdict::fails("kind", "elsewhere", ""),
            _ => Verdict::Passes,
        }
    });
    let found = Shrinker::new(&mut oracle).flaky(FlakyOptions::default()).shrink(&ITEMS).expect("it fails");
    assert_eq!(found.report.items, [7, 3]);
    assert_eq!(found.report.also.len(), 1);
    assert_eq!(found.report.also[0].failure.site, "elsewhere");
}

#[test]
fn runs_without_a_verdict_are_neither_hits_nor_misses() {
    let mut run = 0;
    let mut oracle = Predicate(|c: &[u8]| {
        run += 1;
        if run % 3 == 0 { Verdict::fault("lost") } else { bug_if(c.contains(&3) && c.contains(&7)) }
    });
    let found = Shrinker::new(&mut oracle).flaky(FlakyOptions::default()).shrink(&ITEMS).expect("it fails");
    assert_eq!(found.report.items, [7, 3]);
    assert_eq!(found.reliability, Reliability::EveryTime);
    assert_eq!(found.before.to_string(), "5 of 5");
}

#[test]
fn an_oracle_that_is_gone_for_good_ends_the_work() {
    // It says yes so many times, once no, and nothing any more: its folder was removed, its machine is off.
    for answers in 5..40 {
        let mut run = 0;
        let mut oracle = Predicate(|c: &[u8]| {
            run += 1;
            assert!(run < 20_000, "it does not end, after {answers} answers");
            match run {
                _ if run <= answers => bug_if(c.contains(&3) && c.contains(&7)),
                _ if run == answers + 1 => Verdict::Passes,
                _ => Verdict::fault("gone"),
            }
        });
        let found = Shrinker::new(&mut oracle).flaky(FlakyOptions::default()).shrink(&ITEMS);
        // What it says rests on answers: a rate has no more runs than there were.
        let measured = found.ok().and_then(|found| found.certificate).map_or(0, |c| c.rate.runs);
        assert!(measured <= answers, "{measured} of {answers}");
    }
}
