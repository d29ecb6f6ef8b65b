//! Searching the example spec, and replaying on the example system, in process.
//!
//!     ITF_WUNDERSPEC=path/to/wunderspec cargo bench -p itf-cli --bench engine
//!
//! Random walks run against `wunderspec run` on the same instance with the same property, both in this run: each does two
//! searches of different size, and the difference counts, so that the start of an interpreter does not. Without
//! `ITF_WUNDERSPEC` that comparison is left out, and said so.

#![expect(clippy::print_stdout, reason = "this is what a benchmark is for")]

#[path = "../../benches/figure.rs"]
mod figure;

use std::error::Error;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use figure::Figure;
use itf::Labels;
use itf_adapters::engine::{Breadth, Reached, Walks, random_walks};
use itf_adapters::{Producer, Search, schedule_of};
use itf_dns_spec::{DnsSpace, DnsSpec, Instance, Property, Reduction, shortest};

type Answer<T> = Result<T, Box<dyn Error>>;

fn main() -> Answer<()> {
    // `cargo test --benches` only wants to see that it runs.
    let short = std::env::args().any(|argument| argument == "--test");
    let ours = walks(if short { 100 } else { 200_000 })?;
    println!("random walks in process: {ours:.0} steps/s");
    if !short {
        match std::env::var_os("ITF_WUNDERSPEC") {
            None => println!("wunderspec run: LEFT OUT, ITF_WUNDERSPEC does not say where it is"),
            Some(tool) => {
                let theirs = wunderspec(tool.as_ref())?;
                println!("wunderspec run: {theirs:.0} steps/s");
                println!("ratio: {:.0} (aim: 500)", ours / theirs);
                let peer = Some(("wunderspec run", theirs));
                speed("random walks in process", ours, peer, 500.0);
            }
        }
        let started = Instant::now();
        let report =
            shortest(&instance()?, Property::NoInconsistentRoot, Reduction::Picks, &Breadth::default())?;
        let Reached::Found { calls, .. } = report.reached else { return Err("the bug is gone".into()) };
        let seconds = started.elapsed().as_secs_f64();
        let name = "breadth-first search for the shortest violation";
        Figure { name, unit: "s", more_is_better: false, ours: seconds, peer: None, target: Some(5.0) }
            .write();
        println!(
            "breadth-first, weights and ips abstracted to one: {} states in {:.2} s, {} visited (aim: 12 in 5 s)",
            calls.len() + 1,
            seconds,
            report.states
        );
    }
    replays(if short { 2 } else { 200 })
}

fn instance() -> Answer<Instance> {
    Ok(Instance::named("n3_5_3").ok_or("no such instance")?)
}

/// Steps a second of random walks that look for the violation, as `itf generate` makes them.
fn walks(count: u64) -> Answer<f64> {
    let mut space = DnsSpace::new(instance()?, Some(Property::NoInconsistentRoot));
    let walks = Walks { max_walks: count, max_findings: usize::MAX, ..Walks::default() };
    let started = Instant::now();
    let report = random_walks(&mut space, &walks, &mut |_| ControlFlow::Continue(()))?;
    Ok(per_second(report.steps, started.elapsed()))
}

/// The most steps a second that `wunderspec run` can have made: a walk that finds something is shorter than 40 steps, and
/// is counted as if it were not.
fn wunderspec(tool: &Path) -> Answer<f64> {
    const STEPS: u64 = 40;
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../adapters/wunderspec/dns_balancer.py");
    let time = |samples: u64| -> Answer<Duration> {
        let started = Instant::now();
        let mut command = Command::new(tool);
        command.args(["run", spec, "--instance", "n3_5_3", "--property", "no_inconsistent_root"]);
        command.args(["--max-steps", &STEPS.to_string(), "--max-samples", &samples.to_string()]);
        command.args(["--max-findings", "1000000", "--seed", "1", "--no-print-trace", "--no-progress"]);
        let output = command.args(["--no-color", "--best-trace", "0"]).output()?;
        // 1 is "found", 0 "not found": anything else did not walk.
        if !matches!(output.status.code(), Some(0 | 1 | 12 | 13)) {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        Ok(started.elapsed())
    };
    let (few, many) = (20, 220);
    let (short, long) = (time(few)?, time(many)?);
    Ok(per_second((many - few) * STEPS, long.saturating_sub(short)))
}

/// Steps a second of replaying found traces on the lab: with outcomes and the property of the system, and with whole views.
fn replays(rounds: u64) -> Answer<()> {
    let mut spec = DnsSpec::new(instance()?);
    let mut traces = Vec::new();
    let search = Search { max_findings: 50, max_steps: 40, ..Search::default() };
    spec.search(&search, &mut |trace| {
        traces.push(trace);
        ControlFlow::Continue(())
    })?;
    let labels: Labels = spec.labels();
    for trace in &traces {
        schedule_of(&mut spec, trace, &labels)?;
    }
    for views in [false, true] {
        let mut system = itf_dns_lab::system();
        system.compare_views = views;
        let mut steps = 0;
        let started = Instant::now();
        for _ in 0..rounds {
            for trace in &traces {
                steps += system.replay(trace, &labels, &mut |_| {})?.steps.len() as u64;
            }
        }
        let per_second = per_second(steps, started.elapsed());
        let what = if views { "with whole views" } else { "outcomes and property" };
        println!("replay in process, {what}: {per_second:.0} steps/s (aim: 50000)");
        speed(&format!("replay in process, {what}"), per_second, None, 50_000.0);
    }
    Ok(())
}

fn speed(name: &str, ours: f64, peer: Option<(&str, f64)>, target: f64) {
    Figure { name, unit: "steps/s", more_is_better: true, ours, peer, target: Some(target) }.write();
}

fn per_second(count: u64, time: Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "these counts are far from 2^52")]
    let count = count as f64;
    count / time.as_secs_f64().max(1e-9)
}
