//! The table of moves: mean final steps and mean distinct oracle calls, by input, semantics and algorithm.
//!
//!     cargo bench -p itf-shrink
//!
//! The last column counts the inputs on which the first algorithm ends longer than the best of the others.
#![expect(clippy::print_stdout, reason = "a table is what this program is for")]

#[path = "../tests/machines/mod.rs"]
#[expect(dead_code, reason = "shared with the tests; not all of it is needed here")]
mod machines;

use itf_shrink::{Algorithm, Effort, Normalise, Options, Semantics, Shrinker};
use machines::diehard::DieHard;
use machines::dns::{ControlPlane, Simplest};
use machines::hanoi::Hanoi;
use machines::tables::Tables;
use machines::{Exec, Machine, walks};

const PEERS: [Algorithm; 4] =
    [Algorithm::Ddmin, Algorithm::OneBackwardPass, Algorithm::ProbDd, Algorithm::Cdd];

fn main() {
    print!("{:24}{:8}{:>6}{:>7} |{:>14} |{:>14}", "input", "", "walks", "steps", "ours", "thorough");
    for peer in PEERS {
        print!(" |{:>18}", peer.to_string());
    }
    println!(" | longer");

    let five = ControlPlane { plans: 5, age: 3, choices: 1, walk: [1; 5] };
    let medium = ControlPlane { plans: 30, age: 20, choices: 1, walk: [2, 3, 3, 2, 2] };
    let long = ControlPlane { plans: 30, age: 20, choices: 1, walk: [1, 13, 13, 1, 1] };
    let with_weights = ControlPlane { plans: 5, age: 3, choices: 3, walk: [1; 5] };
    let medium_with_weights = ControlPlane { plans: 30, age: 20, choices: 3, walk: [2, 3, 3, 2, 2] };

    compare("dns n3_5_3", &five, &walks(&five, 40, 27, 36), true, None);
    compare("dns n3_30_20", &medium, &walks(&medium, 20, 100, 2_000), true, None);
    compare("dns n3_30_20, idle", &long, &walks(&long, 20, 100, 5_000), true, None);
    compare("hanoi", &Hanoi, &walks(&Hanoi, 100, 20, 2_000), true, None);
    compare("tables", &Tables, &walks(&Tables, 40, 20, 2_000), true, None);
    compare("die hard", &DieHard, &walks(&DieHard, 40, 7, 2_000), true, None);

    println!("\nwith parameters, normalised");
    let inputs = walks(&with_weights, 40, 27, 36);
    compare("dns n3_5_3", &with_weights, &inputs, true, None);
    compare("dns n3_5_3 normalised", &with_weights, &inputs, true, Some(&Simplest));
    let inputs = walks(&medium_with_weights, 20, 100, 2_000);
    compare("dns n3_30_20", &medium_with_weights, &inputs, true, None);
    compare("dns n3_30_20 normalised", &medium_with_weights, &inputs, true, Some(&Simplest));

    println!("\nno states known");
    compare("dns n3_5_3", &five, &walks(&five, 40, 27, 36), false, None);
    compare("hanoi", &Hanoi, &walks(&Hanoi, 100, 20, 2_000), false, None);
    compare("tables", &Tables, &walks(&Tables, 40, 20, 2_000), false, None);
    compare("die hard", &DieHard, &walks(&DieHard, 40, 7, 2_000), false, None);
}

fn compare<M: Machine>(
    name: &str,
    machine: &M,
    inputs: &[Vec<M::Call>],
    tells_states: bool,
    normalise: Option<&dyn Normalise<M::Call>>,
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
        }
        println!(" | {longer}");
    }
}

/// A quotient with one digit after the point.
fn tenths(sum: usize, count: usize) -> String {
    let tenths = (10 * sum + count / 2) / count;
    format!("{}.{}", tenths / 10, tenths % 10)
}
