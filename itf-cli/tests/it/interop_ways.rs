//! The machine in Rust and the same in the tools, both ways: each re-executes what the other did, every state equal.
//!
//! Needs `ITF_WUNDERSPEC` and `ITF_QUINT`, as `interop_bridges`.

use std::path::Path;

use itf::{Labels, Trace};
use itf_adapters::schedule_of;
use itf_dns_spec::{DnsSpec, Instance};

use crate::common::{ROOT, itf, stderr};
use crate::interop_bridges::{quint, wunderspec};
use crate::interop_shapes::{bridge, re_executes, started};

/// Random walks of the machine in Rust, as the command writes them.
fn walks(more: &[&str]) -> Vec<Trace> {
    let walks = ["generate", "dns-spec:n3_5_3", "--samples", "12", "--max-steps", "40", "--seed", "5"];
    let output = itf([&walks[..], more].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let traces = itf::read(&output.stdout).expect("ITF");
    assert_eq!(traces.len(), 12);
    assert!(traces.iter().all(|trace| trace.states.len() == 41));
    traces
}

#[test]
fn wunderspec_does_what_the_machine_in_rust_did() {
    let Some(tool) = wunderspec() else { return };
    let there = |path: &str| Path::new(ROOT).join(path).to_string_lossy().into_owned();
    let python = tool.value.to_string_lossy().into_owned();
    let spec = there("adapters/wunderspec/dns_balancer.py");
    let command = [python, there("adapters/wunderspec/bridge.py"), spec, "n3_5_3".to_owned()];
    let mut machine = started(&command);
    for (number, trace) in walks(&[]).iter().enumerate() {
        re_executes(&mut machine, trace, &format!("walk {number}"), &|_| true);
    }
}

#[test]
fn quint_does_what_the_machine_in_rust_did() {
    let Some(tool) = quint() else { return };
    let command = bridge(&tool, "adapters/quint/dns_balancer", &["main"]);
    let mut machine = started(&command);
    for (number, trace) in walks(&["--labels", "quint"]).iter().enumerate() {
        // Quint has no parameters in its traces, and says of every choice of the spec that it was not made.
        let is_own = |name: &str| !trace.params.iter().any(|param| **param == *name);
        re_executes(&mut machine, trace, &format!("walk {number}"), &|name| is_own(name) && name != PICKS);
    }
}

const PICKS: &str = "mbt::nondetPicks";

/// Fresh traces of the tools, by the labels and by what Quint records of a step.
#[test]
fn the_machine_in_rust_does_what_the_tools_did() {
    let tries = [
        (
            wunderspec(),
            "wunderspec:adapters/wunderspec/dns_balancer.py::n3_5_3",
            &["variant:ghost_action"][..],
        ),
        (quint(), "quint:adapters/quint/dns_balancer.qnt::main", &["variant:ghost_action", "quint-mbt"][..]),
    ];
    for (tool, spec, rules) in tries {
        let Some(tool) = tool else { continue };
        let found =
            ["generate", spec, "--property", "no_inconsistent_root", "--seed", "23", "--max-findings", "2"];
        let output = tool.itf(found);
        assert_eq!(output.status.code(), Some(0), "{spec}: {}", stderr(&output));
        let traces = itf::read(&output.stdout).expect("ITF");
        assert_eq!(traces.len(), 2, "{spec}");
        for (trace, rule) in traces.iter().flat_map(|trace| rules.iter().map(move |rule| (trace, rule))) {
            let mut machine = DnsSpec::new(Instance::named("n3_5_3").expect("it is there"));
            let labels = Labels::parse(rule).expect("a rule");
            let learned = schedule_of(&mut machine, trace, &labels).unwrap_or_else(|e| panic!("{spec}: {e}"));
            assert_eq!(learned.differs_at, None, "{spec} by {rule}");
            assert_eq!(learned.calls.len() + 1, trace.states.len());
        }
    }
}
