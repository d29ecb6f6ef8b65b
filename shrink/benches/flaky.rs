//! Failures that show in some runs only, simulated: five inputs of 27 to 36 steps, whose shortest form has 11.
//!
//!     cargo bench -p itf-shrink --bench flaky [-- SESSIONS [FILE]]
//!
//! Prints a table, and writes the same as JSON into FILE. `lost`: the result does not have the bug at all; `below`: it
//! fails less often than the floor, a quarter of the original's rate; `covered`: the rate that is reported is really
//! reached. Everything is seeded: the same table every time.
#![expect(clippy::print_stdout, reason = "a table is what this program is for")]
#![expect(clippy::cast_precision_loss, reason = "counts of sessions are small")]

#[path = "../tests/machines/mod.rs"]
#[expect(dead_code, reason = "shared with the tests; not all of it is needed here")]
mod machines;

use std::fmt::Write as _;

use itf_shrink::{FlakyOptions, Normalise, Options, Oracle, Run, ShrinkError, Shrinker, Verdict};
use machines::Machine;
use machines::diehard::DieHard;
use machines::dns::{ControlPlane, Simplest};
use machines::hanoi::HANOI;
use machines::noisy::{Ended, Noisy, RateOf, SCENARIOS, simulate, simulate_normalised};
use machines::tables::Tables;
use machines::walks;

/// One session, by its number.
type Session<'a> = &'a dyn Fn(usize) -> Result<Ended, ShrinkError>;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let sessions = arguments.first().and_then(|a| a.parse().ok()).unwrap_or(2_000);
    let machine = ControlPlane { plans: 5, age: 3, choices: 1, walk: [1; 5] };
    let inputs = walks(&machine, 5, 27, 36);
    println!(
        "{sessions} sessions\n{:26}{:12}{:>8}{:>8}{:>9}{:>9}{:>10}{:>8}{:>12}",
        "scenario", "method", "runs", "steps", "lost", "below", "covered", "failed", "backtracked"
    );
    let mut json = String::new();
    for (name, rate, false_hits) in SCENARIOS {
        let trust = FlakyOptions { trust_hits: true, ..FlakyOptions::default() };
        let ours = FlakyOptions { false_hits, ..FlakyOptions::default() };
        let methods: [(&str, Session<'_>); 4] = [
            ("one run", &|i| plain(&machine, (rate, false_hits), &inputs[i % 5], 1, i as u64)),
            ("any of 12", &|i| plain(&machine, (rate, false_hits), &inputs[i % 5], 12, i as u64)),
            ("trust hits", &|i| {
                simulate(&machine, (rate, false_hits), &inputs[i % 5], trust.clone(), i as u64)
            }),
            ("ours", &|i| simulate(&machine, (rate, false_hits), &inputs[i % 5], ours.clone(), i as u64)),
        ];
        for (method, run) in methods {
            let row = Row::of((0..sessions).map(run));
            row.print(name, method);
            row.write(&mut json, name, method, sessions);
        }
    }
    other_machines(sessions / 10, &mut json);
    if let Some(file) = arguments.get(1) {
        let json = format!("{{\"itf-bench-flaky\": 1, \"rows\": [\n{}\n]}}\n", json.trim_end_matches(",\n"));
        std::fs::write(file, json).expect("the file can be written");
    }
}

/// The other machines, where a failure shows in every second run.
fn other_machines(sessions: usize, json: &mut String) {
    let with_weights = ControlPlane { plans: 5, age: 3, choices: 3, walk: [1; 5] };
    on("hanoi", &HANOI, (20, 2_000), None, sessions, json);
    on("tables", &Tables, (20, 2_000), None, sessions, json);
    on("die hard", &DieHard, (7, 2_000), None, sessions, json);
    on("dns, normalised", &with_weights, (27, 36), Some(&Simplest), sessions, json);
}

fn on<M: Machine>(
    name: &str,
    machine: &M,
    (shortest, longest): (usize, usize),
    normalise: Option<&dyn Normalise<M::Call>>,
    sessions: usize,
    json: &mut String,
) {
    let (rate_name, rate, false_hits) = SCENARIOS[1];
    let inputs = walks(machine, 5, shortest, longest);
    let options = FlakyOptions::default();
    let row = Row::of((0..sessions).map(|i| {
        simulate_normalised(machine, (rate, false_hits), &inputs[i % 5], options.clone(), i as u64, normalise)
    }));
    let name = format!("{name}, {rate_name}");
    row.print(&name, "ours");
    row.write(json, &name, "ours", sessions);
}

/// A session without statistics.
fn plain<M: Machine>(
    machine: &M,
    (rate, false_hits): (RateOf, f64),
    input: &[M::Call],
    most: usize,
    seed: u64,
) -> Result<Ended, ShrinkError> {
    let mut noisy = Noisy::new(machine, rate, false_hits, seed);
    let mut any = AnyOf { oracle: &mut noisy, most, runs: 0 };
    // The first run has to show something, or there is no session.
    let report = loop {
        match Shrinker::new(&mut any).options(Options::default()).classes(&M::classes).shrink(input) {
            Err(ShrinkError::DoesNotFail) => {}
            other => break other?,
        }
    };
    let runs = any.runs;
    let (original, _) = noisy.truth(input);
    let (truth, real) = noisy.truth(&report.items);
    let (steps, below) = (report.items.len(), truth < original / 4.0);
    Ok(Ended { runs, steps, lost: !real, below, covered: None, backtracked: 0 })
}

#[derive(Default)]
struct Row {
    sessions: usize,
    failed: usize,
    runs: usize,
    steps: usize,
    lost: usize,
    below: usize,
    certificates: usize,
    covered: usize,
    backtracked: usize,
}

impl Row {
    fn of(sessions: impl Iterator<Item = Result<Ended, ShrinkError>>) -> Self {
        let mut row = Row::default();
        for ended in sessions {
            let Ok(ended) = ended else {
                row.failed += 1;
                continue;
            };
            row.sessions += 1;
            row.runs += ended.runs;
            row.steps += ended.steps;
            row.lost += usize::from(ended.lost);
            row.below += usize::from(ended.below);
            row.certificates += usize::from(ended.covered.is_some());
            row.covered += usize::from(ended.covered == Some(true));
            row.backtracked += ended.backtracked;
        }
        row
    }

    fn mean(&self, sum: usize) -> f64 {
        sum as f64 / self.sessions.max(1) as f64
    }

    fn coverage(&self) -> f64 {
        100.0 * self.covered as f64 / self.certificates.max(1) as f64
    }

    fn print(&self, name: &str, method: &str) {
        let covered =
            if self.certificates == 0 { "-".to_owned() } else { format!("{:.1} %", self.coverage()) };
        println!(
            "{name:26}{method:12}{:>8.0}{:>8.1}{:>7.1} %{:>7.1} %{covered:>10}{:>8}{:>12.2}",
            self.mean(self.runs),
            self.mean(self.steps),
            100.0 * self.mean(self.lost),
            100.0 * self.mean(self.below),
            self.failed,
            self.mean(self.backtracked),
        );
    }

    fn write(&self, json: &mut String, name: &str, method: &str, sessions: usize) {
        let _ = writeln!(
            json,
            "{{\"scenario\": \"{name}\", \"method\": \"{method}\", \"sessions\": {sessions}, \"errors\": {}, \"mean_runs\": {:.1}, \
             \"mean_steps\": {:.2}, \"lost\": {}, \"below_floor\": {}, \"certificates\": {}, \"covered\": {}}},",
            self.failed,
            self.mean(self.runs),
            self.mean(self.steps),
            self.lost,
            self.below,
            self.certificates,
            self.covered
        );
    }
}

/// What most tools do: a candidate fails if one of `most` runs does.
struct AnyOf<'a, O> {
    oracle: &'a mut O,
    most: usize,
    runs: usize,
}

impl<T, O: Oracle<T>> Oracle<T> for AnyOf<'_, O> {
    type State = O::State;

    fn run(&mut self, candidate: &[T]) -> Run<T, O::State> {
        for _ in 1..self.most {
            self.runs += 1;
            let run = self.oracle.run(candidate);
            if matches!(run.verdict, Verdict::Fails(_)) {
                return run;
            }
        }
        self.runs += 1;
        self.oracle.run(candidate)
    }
}
