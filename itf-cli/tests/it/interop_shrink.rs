//! Findings of one bug come to one trace through the real tools, too. As in `interop_bridges`: a missing tool is said loudly,
//! and with `ITF_INTEROP=required` it is a failure.

use crate::common::{ROOT, stderr};
use crate::interop_bridges::{Tool, quint, wunderspec};
use crate::shrink_both::{Bench, survives};

/// Shrinks the fixtures, and compares what they come to.
fn come_to_one(tool: &Tool, with: &str, fixtures: impl Iterator<Item = String>) {
    let files: Vec<String> = fixtures.collect();
    let args = ["shrink", "--with", with, "--violates", "no_inconsistent_root"];
    let output = tool.itf(args.into_iter().chain(files.iter().map(String::as_str)));
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains(&format!("{} findings, 1 bug", files.len())), "{said}");
    let traces = itf::read(&output.stdout).expect("ITF");
    assert!(traces.iter().all(|trace| trace.states.len() == 12), "{said}");
}

#[test]
fn wunderspec_findings_of_one_bug() {
    let Some(tool) = wunderspec() else { return };
    let fixtures = (1..=5).map(|n| format!("fixtures/wunderspec/root-{n}.ndjson"));
    let spec = "wunderspec:adapters/wunderspec/dns_balancer.py::n3_5_3";
    come_to_one(&tool, spec, fixtures);
}

/// `ITF_KILLS=50 cargo test -p itf-cli --test it interop_shrink` is the long form.
#[test]
fn a_kill_loses_nothing_with_wunderspec() {
    let Some(tool) = wunderspec() else { return };
    let kills = std::env::var("ITF_KILLS").ok().map_or(2, |n| n.parse::<u64>().expect("a number"));
    let spec = format!("wunderspec:{ROOT}/adapters/wunderspec/dns_balancer.py::n3_5_3");
    // Three for one piece of work, while it starts or is at work: after more of them it is done.
    for round in 0..kills.div_ceil(3) {
        let bench = Bench::new("");
        let shrink = |options: &[&str]| {
            let mut shrink = bench.with(&spec, options);
            shrink.env(tool.variable, &tool.value);
            shrink
        };
        survives(&bench, &shrink, kills.min(3), 400..2_500, (round, if round % 2 == 0 { "1" } else { "2" }));
    }
}

#[test]
fn quint_findings_of_one_bug() {
    let Some(tool) = quint() else { return };
    let fixtures = (1..=4).map(|n| format!("fixtures/quint/root-{n}.itf.json"));
    come_to_one(&tool, "quint:adapters/quint/dns_balancer.qnt::main", fixtures);
}
