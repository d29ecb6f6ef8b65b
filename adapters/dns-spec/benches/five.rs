//! The five fixtures, shrunk and brought to their simplest form, in process: steps, runs and time of each.
//!
//!     cargo bench -p itf-dns-spec
#![expect(clippy::print_stdout, reason = "a table is what this program is for")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use itf::Trace;
use itf_adapters::{Action, Classes, ProducerOracle, Simplest, conventions, schedule_of};
use itf_dns_spec::{DnsSpec, Instance};
use itf_shrink::Shrinker;

/// The best of so many.
const REPEATS: usize = 50;

fn main() {
    println!(
        "{:12}{:>8}{:>8}{:>14}{:>10}{:>10}",
        "input", "steps", "result", "of which runs", "runs", "time"
    );
    for number in 1..=5 {
        let name = format!("wunderspec/root-{number}.ndjson");
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(&name);
        let trace = itf::read(&fs::read(file).expect("the fixture is there")).expect("ITF").remove(0);
        let (steps, plain, _) = shrink(&trace, false);
        let (_, runs, _) = shrink(&trace, true);
        let best = (0..REPEATS).map(|_| shrink(&trace, true).2).min().unwrap_or_default();
        println!(
            "{:12}{:>8}{:>8}{:>14}{:>10}{:>7.2} ms",
            format!("root-{number}"),
            trace.states.len() - 1,
            steps,
            format!("{plain} + {}", runs - plain),
            runs,
            best.as_secs_f64() * 1e3
        );
        assert_eq!(steps, 11, "the shortest there is");
    }
}

/// Steps, runs and time from the trace in memory to the result.
fn shrink(trace: &Trace, normalise: bool) -> (usize, usize, Duration) {
    let start = Instant::now();
    let mut spec = DnsSpec::new(Instance::named("n3_5_3").expect("an instance"));
    let labels = conventions(&spec, trace, None).remove(0);
    let calls = schedule_of(&mut spec, trace, &labels).expect("a schedule").calls;
    let simplest = Simplest::of(trace, &calls);
    let oracle = ProducerOracle::new(&mut spec, false).property("no_inconsistent_root");
    let mut oracle = oracle.expect("a property");
    let classes = |call: &Action| Classes::of(call);
    let shrinker = Shrinker::new(&mut oracle).classes(&classes);
    let shrinker = if normalise { shrinker.normalise(&simplest) } else { shrinker };
    let report = shrinker.shrink(&calls).expect("it fails");
    (report.items.len(), report.calls, start.elapsed())
}
