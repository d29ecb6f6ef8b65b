//! The Rust spec against the same spec written in Wunderspec and in Quint: every state of every real trace, as it is.

use std::fs;
use std::path::{Path, PathBuf};

use itf::{Labels, Reader, Trace};
use itf_adapters::{Next, Producer, schedule_of};
use itf_dns_spec::{DnsSpec, Instance};

fn fixtures(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(folder)
}

/// The traces of the DNS machine in a folder, each with the name of its file.
fn traces(folder: &str) -> Vec<(String, Trace)> {
    let mut files: Vec<PathBuf> = fs::read_dir(fixtures(folder))
        .expect("the fixtures are there")
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    files.sort();
    let mut found = Vec::new();
    for file in files {
        let name = file.display().to_string();
        let bytes = fs::read(&file).expect("a readable fixture");
        let traces = Reader::new().read(&bytes).expect("a fixture is ITF");
        let dns = traces.into_iter().filter(|t| t.vars.iter().any(|v| v == "zone_records"));
        found.extend(dns.map(|trace| (name.clone(), trace)));
    }
    found
}

/// Re-executes a trace by its labels and compares every variable of every state, the label included.
fn assert_same_states(name: &str, trace: &Trace) {
    let labels = Labels::parse("variant:ghost_action").expect("a convention");
    let mut spec = DnsSpec::new(Instance::named("n3_5_3").expect("an instance"));
    let mut ours = spec.reset().expect("the spec starts");
    for (index, theirs) in trace.states.iter().enumerate() {
        if index > 0 {
            let label = labels.label(theirs, index).expect("a label");
            let call = spec.call(&label).expect("a known label");
            ours = match spec.execute(&call).expect("an answer") {
                Next::State { state, picks } => {
                    assert_eq!(picks, None, "{name}: step {index}: other picks were used than were recorded");
                    state
                }
                Next::Disabled(why) => panic!("{name}: step {index} ({label}) is disabled: {why}"),
            };
        }
        for variable in spec.header().vars.iter().chain(trace.params.iter().filter(|_| index == 0)) {
            let (a, b) = (ours.get(variable), theirs.get(variable));
            let same = a.zip(b).is_some_and(|(a, b)| a.unified() == b.unified());
            assert!(same, "{name}: state {index}: {variable} is {a:?} here and {b:?} there");
        }
    }
}

#[test]
fn every_state_of_the_wunderspec_traces_is_reached() {
    let traces = traces("wunderspec");
    assert!(traces.len() >= 12, "only {} traces", traces.len());
    for (name, trace) in &traces {
        assert_same_states(name, trace);
    }
}

#[test]
fn every_state_of_the_quint_traces_is_reached() {
    let traces = traces("quint");
    assert!(traces.len() >= 7, "only {} traces", traces.len());
    for (name, trace) in &traces {
        assert_same_states(name, trace);
    }
}

#[test]
fn a_trace_that_was_tampered_with_is_noticed_at_the_right_state() {
    let (_, mut trace) = traces("wunderspec").swap_remove(0);
    let labels = Labels::parse("variant:ghost_action").expect("a convention");
    let mut spec = DnsSpec::new(Instance::named("n3_5_3").expect("an instance"));
    let honest = schedule_of(&mut spec, &trace, &labels).expect("a schedule");
    assert_eq!((honest.differs_at, honest.calls.len()), (None, trace.states.len() - 1));
    trace.states[7].value = trace.states[7].value.with("deployer_next_plan", itf::Value::from(0));
    let tampered = schedule_of(&mut spec, &trace, &labels).expect("a schedule");
    assert_eq!(tampered.differs_at, Some(7));
}
