//! `itf check` of a 200 kB trace as a whole process, against Python with itf-py: `cargo bench -p itf-cli --bench check`.
//!
//! `ITF_PYTHON` is a Python that can import `itf_py` (`pip install itf-py==0.5.0`). Both processes are run in turn, and the
//! fastest run of each counts: other work on the machine can only make a run longer.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a table is what a benchmark is for")]

#[path = "../../benches/figure.rs"]
mod figure;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use figure::Figure;
use serde_json::{Value, json};

const ROUNDS: usize = 20;
const MOST: Duration = Duration::from_millis(5);
const RATIO: f64 = 40.0;

/// The least that a person would write who has itf-py: read the trace, and see that each state has the variables.
const SCRIPT: &str = "
import json, sys
from itf_py import trace_from_json
with open(sys.argv[1]) as file:
    trace = trace_from_json(json.load(file))
for state in trace.states:
    assert set(trace.vars) <= set(state.values)
";

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("200kB.itf.json");
    let text = input(200_000);
    std::fs::write(&path, &text).expect("written");
    let python = std::env::var("ITF_PYTHON").unwrap_or_else(|_| "python3".into());
    let mut ours = command(env!("CARGO_BIN_EXE_itf"), &["check"], &path);
    let mut theirs = command(&python, &["-c", SCRIPT], &path);
    let has_peer = theirs.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
    let (mut our_time, mut their_time) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        our_time = our_time.min(time(&mut ours));
        if has_peer {
            their_time = their_time.min(time(&mut theirs));
        }
    }
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    let verdict = |is_reached: bool| if is_reached { "reached" } else { "missed" };
    println!("itf check of {} kB, whole process, the fastest of {ROUNDS} runs", text.len() / 1000);
    println!(
        "itf               {:>8.1} ms  target {:>3.0} ms  {}",
        milliseconds(our_time),
        milliseconds(MOST),
        verdict(our_time <= MOST)
    );
    let ours = milliseconds(our_time);
    let figure = Figure {
        name: "itf check of 200 kB, whole process",
        unit: "ms",
        more_is_better: false,
        ours,
        peer: None,
        target: Some(milliseconds(MOST)),
    };
    figure.write();
    if has_peer {
        let peer = Some(("Python, itf-py", milliseconds(their_time)));
        Figure { peer, target: Some(RATIO), ..figure }.write();
        let ratio = their_time.as_secs_f64() / our_time.as_secs_f64();
        println!("Python, itf-py    {:>8.1} ms", milliseconds(their_time));
        println!("ratio             {ratio:>8.1}     target {RATIO:>3.0}     {}", verdict(ratio >= RATIO));
    } else {
        eprintln!(
            "NOT COMPARED: `{python}` cannot import itf_py; set ITF_PYTHON to a Python that can (pip install itf-py==0.5.0)"
        );
    }
}

fn command(program: &str, args: &[&str], path: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(args).arg(path).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

fn time(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command.status().expect("it starts");
    let time = start.elapsed();
    assert!(status.success(), "{command:?}: {status}");
    time
}

/// A trace of about `size` bytes: the states of a real one of Quint, again and again. itf-py reads no integer in `#meta`
/// of a state but `index`, and that is all the fixture has.
fn input(size: usize) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/quint/root-4.itf.json");
    let mut trace: Value = serde_json::from_slice(&std::fs::read(path).expect("a fixture")).expect("JSON");
    let states = trace["states"].as_array().expect("states").clone();
    let one = Value::from(states.clone()).to_string().len() / states.len();
    let many = states.iter().cycle().take(size / one).enumerate().map(|(at, state)| {
        let mut state = state.clone();
        state["#meta"] = json!({ "index": at });
        state
    });
    trace["states"] = many.collect();
    trace.to_string()
}
