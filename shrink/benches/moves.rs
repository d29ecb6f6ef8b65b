//! The table of moves: mean final steps and mean distinct oracle calls, by input, semantics and algorithm.
//!
//!     cargo bench -p itf-shrink --bench moves [-- --json FILE]
//!
//! Tools of others are in `five` (`cargo bench -p itf-dns-spec`), by processes and on real traces.
//! The last column counts the inputs on which the first algorithm ends longer than the best of the others.
#![expect(clippy::print_stdout, reason = "a table is what this program is for")]

#[path = "../tests/machines/mod.rs"]
#[expect(dead_code, reason = "shared with the tests; not all of it is needed here")]
mod machines;

use std::fmt::Write as _;

use itf_shrink::{Algorithm, Effort, Normalise, Options, Oracle, Pool, Run, Semantics, Shrinker};
use machines::diehard::DieHard;
use machines::dns::{ControlPlane, Simplest};
use machines::hanoi::{HANOI, Rings};
use machines::tables::Tables;
use machines::{Exec, Machine, walks};

const PEERS: [Algorithm; 4] =
    [Algorithm::Ddmin, Algorithm::OneBackwardPass, Algorithm::ProbDd, Algorithm::Cdd];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let json = arguments.iter().position(|a| a == "--json").and_then(|at| arguments.get(at + 1));
    let mut rows: Vec<String> = Vec::new();
    print!("{:24}{:8}{:>6}{:>7} |{:>14} |{:>14}", "input", "", "walks", "steps", "ours", "thorough");
    for peer in PEERS {
        print!(" |{:>18}", peer.to_string());
    }
    println!(" | longer");

    let five = short_walks();
    let medium = ControlPlane { plans: 30, age: 20, choices: 1, walk: [2, 3, 3, 2, 2] };
    let long = ControlPlane { plans: 30, age: 20, choices: 1, walk: [1, 13, 13, 1, 1] };
    let with_weights = ControlPlane { plans: 5, age: 3, choices: 3, walk: [1; 5] };
    let medium_with_weights = ControlPlane { plans: 30, age: 20, choices: 3, walk: [2, 3, 3, 2, 2] };

    compare("dns n3_5_3", &five, &walks(&five, 40, 27, 36), true, None, &mut rows);
    compare("dns n3_30_20", &medium, &walks(&medium, 20, 100, 2_000), true, None, &mut rows);
    compare("dns n3_30_20, idle", &long, &walks(&long, 20, 100, 5_000), true, None, &mut rows);
    compare("hanoi", &HANOI, &walks(&HANOI, 100, 20, 2_000), true, None, &mut rows);
    compare("hanoi 4", &Rings::<4>, &walks(&Rings::<4>, 20, 60, 5_000), true, None, &mut rows);
    compare("tables", &Tables, &walks(&Tables, 40, 20, 2_000), true, None, &mut rows);
    compare("die hard", &DieHard, &walks(&DieHard, 40, 7, 2_000), true, None, &mut rows);

    println!("\nwith parameters, normalised");
    let inputs = walks(&with_weights, 40, 27, 36);
    compare("dns n3_5_3", &with_weights, &inputs, true, None, &mut rows);
    compare("dns n3_5_3 normalised", &with_weights, &inputs, true, Some(&Simplest), &mut rows);
    let inputs = walks(&medium_with_weights, 20, 100, 2_000);
    compare("dns n3_30_20", &medium_with_weights, &inputs, true, None, &mut rows);
    compare("dns n3_30_20 normalised", &medium_with_weights, &inputs, true, Some(&Simplest), &mut rows);

    println!("\nno states known");
    compare("dns n3_5_3", &five, &walks(&five, 40, 27, 36), false, None, &mut rows);
    compare("hanoi", &HANOI, &walks(&HANOI, 100, 20, 2_000), false, None, &mut rows);
    compare("tables", &Tables, &walks(&Tables, 40, 20, 2_000), false, None, &mut rows);
    compare("die hard", &DieHard, &walks(&DieHard, 40, 7, 2_000), false, None, &mut rows);

    println!("\nseveral workers, no states known, every run as long as every other");
    workers(&five, &walks(&five, 20, 27, 36));
    workers(&long, &walks(&long, 2, 100, 2_000));

    if let Some(file) = json {
        let table = format!("{{\"version\":1,\"rows\":[\n{}\n]}}\n", rows.join(",\n"));
        std::fs::write(file, table).expect("the file can be written");
    }
}

/// The machine of the short walks.
fn short_walks() -> ControlPlane {
    ControlPlane { plans: 5, age: 3, choices: 1, walk: [1; 5] }
}

/// A run that ended, with its ticket.
type Ended<M> = (u64, Run<<M as Machine>::Call, <M as Machine>::State>);

/// Workers in step: all that is under way ends at once, so that time is counted in runs.
struct InStep<'m, M: Machine> {
    exec: Exec<'m, M>,
    width: usize,
    flying: Vec<(u64, Vec<M::Call>)>,
    ready: Vec<Ended<M>>,
    time: usize,
}

impl<M: Machine> Pool<M::Call, M::State> for InStep<'_, M> {
    fn width(&self) -> usize {
        self.width
    }

    fn submit(&mut self, ticket: u64, candidate: Vec<M::Call>) {
        self.flying.push((ticket, candidate));
    }

    fn wait(&mut self) -> (u64, Run<M::Call, M::State>) {
        if self.ready.is_empty() {
            self.time += 1;
            for (ticket, candidate) in self.flying.drain(..) {
                self.ready.push((ticket, self.exec.run(&candidate)));
            }
        }
        self.ready.pop().expect("something was under way")
    }
}

impl<M: Machine> Oracle<M::Call> for InStep<'_, M> {
    type State = M::State;

    fn run(&mut self, candidate: &[M::Call]) -> Run<M::Call, M::State> {
        self.exec.run(candidate)
    }

    fn pool(&mut self) -> Option<&mut dyn Pool<M::Call, M::State>> {
        Some(self)
    }
}

/// How much faster several workers are, and for how many more runs.
fn workers<M: Machine>(machine: &M, inputs: &[Vec<M::Call>]) {
    let mut alone = (0, 0);
    for width in [1, 2, 4, 8, 16] {
        let (mut time, mut runs) = (0, 0);
        for input in inputs {
            let mut exec = Exec::new(machine, Semantics::Skip);
            exec.tells_states = false;
            let (flying, ready) = (Vec::new(), Vec::new());
            let mut pool = InStep { exec, width, flying, ready, time: 0 };
            Shrinker::new(&mut pool).classes(&M::classes).shrink(input).expect("the walk shows the bug");
            (time, runs) = (time + pool.time, runs + pool.exec.calls);
        }
        if width == 1 {
            alone = (time, runs);
        }
        println!(
            "{width:>3} workers: {:>5} times as fast, {:>5} times as many runs",
            tenths(alone.0, time),
            tenths(runs, alone.1)
        );
    }
}

fn compare<M: Machine>(
    name: &str,
    machine: &M,
    inputs: &[Vec<M::Call>],
    tells_states: bool,
    normalise: Option<&dyn Normalise<M::Call>>,
    rows: &mut Vec<String>,
) {
    let mean = inputs.iter().map(Vec::len).sum::<usize>() / inputs.len();
    for semantics in [Semantics::Strict, Semantics::Skip] {
        let run = |algorithm: Algorithm, effort: Effort, input: &[M::Call]| {
            let mut exec = Exec::new(machine, semantics);
            exec.tells_states = tells_states;
            let mut shrinker = Shrinker::new(&mut exec)
                .options(Options { algorithm, semantics, effort, ..Options::default() })
                .classes(&M::classes);
            if let Some(normalise) = normalise {
                shrinker = shrinker.normalise(normalise);
            }
            let report = shrinker.shrink(input).expect("the walk shows the bug");
            assert_eq!(report.calls, exec.calls);
            (report.items.len(), report.calls)
        };
        let mut columns = vec![Vec::new(); 2 + PEERS.len()];
        let mut longer = 0;
        for input in inputs {
            columns[0].push(run(Algorithm::Ours, Effort::Normal, input));
            columns[1].push(run(Algorithm::Ours, Effort::Thorough, input));
            for (column, peer) in columns[2..].iter_mut().zip(PEERS) {
                column.push(run(peer, Effort::Normal, input));
            }
            let last = columns[0].len() - 1;
            let best = columns[2..].iter().map(|column| column[last].0).min();
            longer += usize::from(Some(columns[0][last].0) > best);
        }
        print!("{name:24}{:8}{:>6}{mean:>7}", format!("{semantics:?}").to_lowercase(), inputs.len());
        for (i, column) in columns.iter().enumerate() {
            let steps = tenths(column.iter().map(|c| c.0).sum(), column.len());
            let calls = tenths(column.iter().map(|c| c.1).sum(), column.len());
            let width = if i < 2 { 7 } else { 11 };
            print!(" |{steps:>6}{calls:>width$} ");
            let algorithm = match i {
                0 => "ours".to_owned(),
                1 => "ours, thorough".to_owned(),
                _ => PEERS[i - 2].to_string(),
            };
            let mut row = String::new();
            let _ = write!(
                row,
                "{{\"input\":\"{name}\",\"states\":{tells_states},\"semantics\":\"{semantics:?}\","
            );
            let _ = write!(row, "\"walks\":{},\"before\":{mean},", inputs.len());
            let _ = write!(row, "\"algorithm\":\"{algorithm}\",\"after\":{steps},\"calls\":{calls}}}");
            rows.push(row);
        }
        println!(" | {longer}");
    }
}

/// A quotient with one digit after the point.
fn tenths(sum: usize, count: usize) -> String {
    let tenths = (10 * sum + count / 2) / count;
    format!("{}.{}", tenths / 10, tenths % 10)
}
