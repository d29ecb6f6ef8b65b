//! The five fixtures, which are real traces, re-executed in process by the spec.
//!
//!     cargo bench -p itf-dns-spec [-- --json FILE]
//!
//! First every algorithm, strict and skip: mean final steps and mean runs. Then ours with the way to the simplest form: runs and
//! time of each. Last tools of others, where they are installed: picire (`pip install picire`; `ITF_PICIRE` names it elsewhere)
//! and treereduce (`cargo install treereduce-javascript`; `ITF_TREEREDUCE`) get the calls as lines or as statements, and this program as
//! the command that decides.
#![expect(clippy::print_stdout, reason = "a table is what this program is for")]

mod peers;

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use itf::Trace;
use itf_adapters::{Action, Classes, ProducerOracle, Simplest, conventions, schedule_of};
use itf_dns_spec::{DnsSpec, Instance};
use itf_shrink::{Algorithm, Options, Oracle, Semantics, Shrinker, Verdict};

/// The best of so many.
const REPEATS: usize = 50;
const PROPERTY: &str = "no_inconsistent_root";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|a| a == "--oracle") {
        // As the command of another tool: exit status 0 where the calls in the file still fail.
        let (number, file) = (&arguments[at + 1], &arguments[at + 2]);
        let fails = peers::kept(file).is_some_and(|kept| fails(number.parse().expect("a number"), &kept));
        return if fails { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let mut rows = Vec::new();
    algorithms(&mut rows);
    each(&mut rows);
    println!("\ntools of others, by processes: mean steps, mean runs, time altogether");
    peers::picire(&mut rows);
    peers::treereduce(&mut rows);
    if let Some(file) = arguments.iter().position(|a| a == "--json").and_then(|at| arguments.get(at + 1)) {
        let table = format!("{{\"version\":1,\"rows\":[\n{}\n]}}\n", rows.join(",\n"));
        fs::write(file, table).expect("the file can be written");
    }
    ExitCode::SUCCESS
}

fn algorithms(rows: &mut Vec<String>) {
    println!("{:28}{:>8}{:>8}{:>10}{:>8}", "algorithm", "strict", "runs", "skip", "runs");
    let traces: Vec<Trace> = (1..=5).map(fixture).collect();
    let peers = [Algorithm::Ddmin, Algorithm::OneBackwardPass, Algorithm::ProbDd, Algorithm::Cdd];
    for algorithm in peers.into_iter().chain([Algorithm::Ours]) {
        let mut line = Vec::new();
        for semantics in [Semantics::Strict, Semantics::Skip] {
            let (mut steps, mut runs) = (0, 0);
            for trace in &traces {
                let (length, calls, _) = shrink(trace, algorithm, semantics, false);
                (steps, runs) = (steps + length, runs + calls);
            }
            let (steps, runs) = (tenths(steps, 5), tenths(runs, 5));
            rows.push(format!(
                "{{\"input\":\"five fixtures\",\"algorithm\":\"{algorithm}\",\"semantics\":\"{semantics:?}\",\"after\":{steps},\"calls\":{runs}}}"
            ));
            line.extend([steps, runs]);
        }
        println!("{:28}{:>8}{:>8}{:>10}{:>8}", algorithm.to_string(), line[0], line[1], line[2], line[3]);
    }
}

fn each(rows: &mut Vec<String>) {
    println!(
        "\n{:12}{:>8}{:>8}{:>14}{:>10}{:>10}",
        "input", "steps", "result", "of which runs", "runs", "time"
    );
    let (ours, skip) = (Algorithm::Ours, Semantics::Skip);
    for number in 1..=5 {
        let trace = fixture(number);
        let (steps, plain, _) = shrink(&trace, ours, skip, false);
        let (_, runs, _) = shrink(&trace, ours, skip, true);
        let best = (0..REPEATS).map(|_| shrink(&trace, ours, skip, true).2).min().unwrap_or_default();
        let ms = best.as_secs_f64() * 1e3;
        println!(
            "{:12}{:>8}{steps:>8}{:>14}{runs:>10}{ms:>7.2} ms",
            format!("root-{number}"),
            trace.states.len() - 1,
            format!("{plain} + {}", runs - plain),
        );
        assert_eq!(steps, 11, "the shortest there is");
        rows.push(format!(
            "{{\"input\":\"root-{number}\",\"algorithm\":\"ours\",\"semantics\":\"Skip\",\"before\":{},\"after\":{steps},\"calls\":{plain},\"normalising\":{},\"ms\":{ms:.2}}}",
            trace.states.len() - 1,
            runs - plain
        ));
    }
}

fn fixture(number: usize) -> Trace {
    let name = format!("../../fixtures/wunderspec/root-{number}.ndjson");
    let text = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("the fixture is there");
    itf::read(&text).expect("ITF").remove(0)
}

fn calls_of(spec: &mut DnsSpec, trace: &Trace) -> Vec<Action> {
    let labels = conventions(spec, trace, None).remove(0);
    schedule_of(spec, trace, &labels).expect("a schedule").calls
}

fn spec() -> DnsSpec {
    DnsSpec::new(Instance::named("n3_5_3").expect("an instance"))
}

/// Whether these calls of a fixture fail, the disabled ones skipped.
fn fails(number: usize, kept: &[usize]) -> bool {
    let mut spec = spec();
    let calls = calls_of(&mut spec, &fixture(number));
    let kept: Vec<Action> = kept.iter().filter_map(|at| calls.get(*at).cloned()).collect();
    let mut oracle = ProducerOracle::new(&mut spec, false).property(PROPERTY).expect("a property");
    matches!(oracle.run(&kept).verdict, Verdict::Fails(_))
}

/// Steps, runs and time from the trace in memory to the result.
fn shrink(
    trace: &Trace,
    algorithm: Algorithm,
    semantics: Semantics,
    normalise: bool,
) -> (usize, usize, Duration) {
    let start = Instant::now();
    let mut spec = spec();
    let calls = calls_of(&mut spec, trace);
    let simplest = Simplest::of(trace, &calls);
    let oracle = ProducerOracle::new(&mut spec, semantics == Semantics::Strict).property(PROPERTY);
    let mut oracle = oracle.expect("a property");
    let classes = |call: &Action| Classes::of(call);
    let options = Options { algorithm, semantics, ..Options::default() };
    let shrinker = Shrinker::new(&mut oracle).options(options).classes(&classes);
    let shrinker = if normalise { shrinker.normalise(&simplest) } else { shrinker };
    let report = shrinker.shrink(&calls).expect("it fails");
    (report.items.len(), report.calls, start.elapsed())
}

/// A quotient with one digit after the point.
fn tenths(sum: usize, count: usize) -> String {
    let tenths = (10 * sum + count / 2) / count;
    format!("{}.{}", tenths / 10, tenths % 10)
}
