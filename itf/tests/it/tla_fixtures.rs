//! What TLC really printed (`fixtures/tlc`, made by `fixtures/make-tlc`) of one spec, in each way it has to print it.

use std::fs;

use itf::Trace;
use itf::tla::{Import, read};

fn import(name: &str) -> Import {
    let path = format!("{}/../fixtures/tlc/{name}", env!("CARGO_MANIFEST_DIR"));
    let bytes = fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    read(&bytes).unwrap_or_else(|e| panic!("{name}:{e}"))
}

fn trace(name: &str) -> Trace {
    let mut traces = import(name).traces;
    assert_eq!(traces.len(), 1, "{name}");
    traces.remove(0)
}

/// The actions of a trace, and what `of` shows of its states.
fn told(trace: &Trace, of: &str) -> Vec<String> {
    let states = trace.states.iter().map(|state| {
        let action = state.meta.get("action").and_then(|action| action.as_str().map(str::to_owned));
        let action = action.unwrap_or_else(|| "-".to_owned());
        format!("{action} {}", state.get(of).expect("the variable is there"))
    });
    states.collect()
}

fn meta(trace: &Trace, key: &str) -> String {
    trace.meta.get(key).and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

#[test]
fn an_invariant_that_is_violated() {
    let trace = trace("early.txt");
    assert_eq!((meta(&trace, "source"), meta(&trace, "violation")), ("depot.tla".into(), "TwoFirst".into()));
    assert_eq!(trace.loop_index, None);
    let lockers = r#"Map(0 -> "nobody", 1 -> "nobody", 2 -> "nobody")"#;
    assert_eq!(
        told(&trace, "lockers"),
        [
            format!("- {lockers}"),
            format!("Arrive {lockers}"),
            format!("Store {}", lockers.replacen("nobody", "big", 1)),
            format!("Fetch {lockers}"),
        ]
    );
    let last = &trace.states[3];
    assert_eq!(last.get("out").expect("it is there").to_string(), r#"Set("big")"#);
    assert_eq!(
        last.get("log").expect("it is there").to_string(),
        r#"[{ of: "big", what: "arrive" }, { in: 0, of: "big", what: "store" }, { in: 0, of: "big", what: "fetch" }]"#
    );
    assert_eq!(
        last.get("desk").expect("it is there").to_string(),
        r#"{ limits: Map(-1 -> Set(), 7 -> Set(Set(), Set(1, 2, 3))), note: "line 1\nsays \"hi\" \\ /\\ x = 1", open: true }"#
    );
}

#[test]
fn a_lasso() {
    let trace = trace("round.txt");
    assert_eq!(meta(&trace, "violation"), "temporal");
    assert_eq!((trace.states.len(), trace.loop_index), (8, Some(6)));
    let desk = |at: usize| trace.states[at].get("desk").expect("it is there").to_string();
    assert!(desk(6).contains("open: false") && desk(7).contains("open: true"));
    assert!(told(&trace, "out")[6..].iter().all(|said| said == r#"Bell Set("big")"#));
}

#[test]
fn the_ways_to_print_it_say_the_same() {
    for name in ["early", "round", "stuck"] {
        assert_eq!(trace(&format!("{name}.txt")), trace(&format!("{name}.tool.txt")), "{name}");
    }
    let differences = import("stuck.difftrace.txt");
    assert!(!differences.remarks.is_empty(), "what -difftrace leaves out is told");
    assert_eq!(differences.traces, [trace("stuck.txt")]);
    assert_eq!(meta(&differences.traces[0], "violation"), "deadlock");
}
