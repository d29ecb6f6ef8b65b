//! Several runs at once: the result is that of one after the other.

use std::time::Duration;

use itf_shrink::{
    FlakyOptions, Options, Oracle, Pool, Predicate, Report, Run, Semantics, ShrinkError, Shrinker, Stop,
    Unresolved, Verdict, Workers, shrink,
};
use proptest::prelude::*;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

use crate::bug_if;
use crate::laws::{Machine, failing, options};
use crate::machines::dns::{ControlPlane, Simplest};
use crate::machines::{Exec, Machine as _, walks};

/// Workers whose runs end in any order.
struct AnyOrder<O, T> {
    oracle: O,
    width: usize,
    flying: Vec<(u64, Vec<T>)>,
    random: Xoshiro256PlusPlus,
    /// Runs made, and the most under way.
    runs: usize,
    most: usize,
    /// Runs that were made one by one.
    alone: usize,
}

impl<O: Oracle<T>, T: Clone> AnyOrder<O, T> {
    fn new(oracle: O, width: usize, seed: u64) -> Self {
        let random = Xoshiro256PlusPlus::seed_from_u64(seed);
        AnyOrder { oracle, width, flying: Vec::new(), random, runs: 0, most: 0, alone: 0 }
    }
}

impl<O: Oracle<T>, T: Clone> Pool<T, O::State> for AnyOrder<O, T> {
    fn width(&self) -> usize {
        self.width
    }

    fn submit(&mut self, ticket: u64, candidate: Vec<T>) {
        self.flying.push((ticket, candidate));
        self.most = self.most.max(self.flying.len());
    }

    fn wait(&mut self) -> (u64, Run<T, O::State>) {
        let (ticket, candidate) = self.flying.swap_remove(self.random.random_range(0..self.flying.len()));
        self.runs += 1;
        (ticket, self.oracle.run(&candidate))
    }
}

impl<O: Oracle<T>, T: Clone> Oracle<T> for AnyOrder<O, T> {
    type State = O::State;

    fn run(&mut self, candidate: &[T]) -> Run<T, O::State> {
        self.alone += 1;
        self.oracle.run(candidate)
    }

    fn pool(&mut self) -> Option<&mut dyn Pool<T, O::State>> {
        Some(self)
    }
}

fn one_after_the_other<T, S>(report: Report<T, S>) -> Report<T, S> {
    Report { ahead: 0, ..report }
}

fn run<O: Oracle<u8, State = usize>>(
    machine: &Machine,
    oracle: &mut O,
    original: &[u8],
    options: &Options,
) -> Report<u8, usize> {
    Shrinker::new(oracle)
        .options(Options { semantics: machine.semantics, ..options.clone() })
        .classes(&|item| vec![format!("item {item}")])
        .shrink(original)
        .expect("it fails")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_number_of_workers_and_their_order_change_nothing(
        (machine, original) in failing(),
        options in options(),
        width in 1_usize..9,
        seed in any::<u64>(),
    ) {
        let alone = run(&machine, &mut machine.clone(), &original, &options);
        let mut pool = AnyOrder::new(machine.clone(), width, seed);
        let together = run(&machine, &mut pool, &original, &options);
        prop_assert!(pool.most <= width && pool.alone == 0);
        prop_assert_eq!(pool.runs + pool.flying.len(), together.calls + together.ahead);
        prop_assert_eq!(one_after_the_other(together), alone);
    }

    /// Every item of the original is in the result or was removed by one success.
    #[test]
    fn explanations_are_complete((machine, original) in failing(), options in options()) {
        let report = run(&machine, &mut machine.clone(), &original, &options);
        prop_assert_eq!(report.needed.len(), report.items.len());
        let mut places: Vec<usize> = report.history.iter().flat_map(|r| r.removed.clone()).collect();
        for (needed, item) in report.needed.iter().zip(&report.items) {
            if let Some(origin) = needed.origin {
                prop_assert_eq!(original[origin], *item);
                places.push(origin);
            }
        }
        places.sort_unstable();
        prop_assert_eq!(places, (0..original.len()).collect::<Vec<_>>());
    }
}

#[test]
fn normalising_is_the_same_with_workers() {
    let machine = ControlPlane { plans: 5, age: 3, choices: 3, walk: [1; 5] };
    for input in walks(&machine, 4, 27, 36) {
        let mut exec = Exec::new(&machine, Semantics::Skip);
        let alone =
            Shrinker::new(&mut exec).classes(&ControlPlane::classes).normalise(&Simplest).shrink(&input);
        let alone = alone.expect("it fails");
        for width in [2, 7] {
            let mut pool = AnyOrder::new(Exec::new(&machine, Semantics::Skip), width, 1);
            let shrinker = Shrinker::new(&mut pool).classes(&ControlPlane::classes).normalise(&Simplest);
            assert_eq!(one_after_the_other(shrinker.shrink(&input).expect("it fails")), alone);
        }
    }
}

#[test]
fn threads_give_what_one_thread_gives() {
    let judge = |c: &[u32]| bug_if([3, 40, 41, 77].iter().all(|n| c.contains(n)));
    let original: Vec<u32> = (0..100).collect();
    let alone = shrink(&original, &mut Predicate(judge)).expect("it fails");
    let slow = move |_| {
        Predicate(move |c: &[u32]| {
            std::thread::sleep(Duration::from_micros(u64::from(c.iter().sum::<u32>() % 7) * 50));
            judge(c)
        })
    };
    let together = shrink(&original, &mut Workers::start(5, slow)).expect("it fails");
    assert!(together.ahead > 0);
    assert_eq!(one_after_the_other(together), alone);
}

#[test]
fn a_worker_that_panics_is_a_fault() {
    let panics = |_| Predicate(|c: &[u32]| -> Verdict { panic!("on purpose: {c:?}") });
    let error = shrink(&[1, 2], &mut Workers::start(2, panics)).expect_err("no verdict");
    assert_eq!(error, ShrinkError::Unresolved(Unresolved::Fault("the oracle panicked".into())));
}

#[test]
fn the_rate_of_the_original_is_measured_by_several_runs_at_once() {
    let mut runs = 0;
    let half = Predicate(|_: &[u8]| {
        runs += 1;
        bug_if(runs % 2 == 0)
    });
    let mut pool = AnyOrder::new(half, 3, 1);
    // It takes 16 runs to see eight failures.
    let options = Options { max_calls: Some(12), ..Options::default() };
    let shrinker = Shrinker::new(&mut pool).options(options).flaky(FlakyOptions::default());
    let error = shrinker.shrink(&[1, 2, 3]).expect_err("there were too few runs");
    assert_eq!(error, ShrinkError::Stopped(Stop::Calls));
    assert_eq!((pool.runs, pool.most, pool.alone), (12, 3, 0));
}
