//! Traces of the spec, as Wunderspec wrote them, replayed on the lab.

use std::path::Path;

use itf::{Reader, Trace};
use itf_adapters::{End, Replay};
use itf_dns_lab::system;

fn traces(file: &str) -> Vec<Trace> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/wunderspec").join(file);
    Reader::new().read(&std::fs::read(path).expect("a readable fixture")).expect("a fixture is ITF")
}

fn replay(trace: &Trace, compare_views: bool) -> Replay {
    let mut system = system();
    system.compare_views = compare_views;
    let labels = system.labels(trace, None).expect("the lab knows the labels");
    system.replay(trace, &labels, &mut |_| {}).expect("a replay")
}

/// The step and the identity of the failure.
fn failure(trace: &Trace) -> (usize, String, String) {
    let run = replay(trace, false);
    let End::Failed(failure) = &run.end else { panic!("ends with {:?}", run.end) };
    (run.steps.len(), failure.kind.clone(), failure.site.clone())
}

#[test]
fn five_violations_are_three_outages_and_two_divergences() {
    let ends: Vec<_> = (1..=5).map(|n| failure(&traces(&format!("root-{n}.ndjson"))[0])).collect();
    let outage = |step| (step, "outage".to_owned(), "root".to_owned());
    let idle = |step| (step, "outcome".to_owned(), "Backoff: refused -> idle".to_owned());
    assert_eq!(ends, [idle(33), outage(38), outage(26), idle(29), outage(32)]);
}

#[test]
fn whole_views_show_a_third_divergence() {
    // A deployer installs the plan that is installed already. The model's rollback then is that plan itself; the lab
    // keeps the rollback it had, since it never lets a plan roll back to itself. No outcome shows this, only the zone.
    let of = |file: &str| replay(&traces(file)[0], true);
    for (file, step) in [("root-1.ndjson", 10), ("root-2.ndjson", 9), ("epoch5.ndjson", 14)] {
        let run = of(file);
        let failure = run.failure().expect("a difference");
        assert_eq!(
            (run.steps.len(), failure.kind.as_str(), failure.site.as_str()),
            (step, "view", "rollback")
        );
        let label = &run.steps[step - 1].label;
        assert_eq!(
            (label.name.as_str(), label.args.get("plan_id")),
            ("Deploy", label.args.get("previous_root"))
        );
    }
    // In the others model and lab look the same up to the very step at which they fail.
    for (file, step) in [("root-3.ndjson", 26), ("root-4.ndjson", 29), ("root-5.ndjson", 32)] {
        let run = of(file);
        assert_eq!(run.steps.len(), step, "{file}");
        assert_ne!(run.failure().expect("a failure").kind, "view");
    }
}

#[test]
fn a_view_that_differs_is_named_by_what_differs() {
    let mut trace = traces("root-3.ndjson").swap_remove(0);
    // The model forgets a record that the lab has: the lab looks wrong from there on.
    let state =
        trace.states.iter_mut().find(|s| s.get("ghost_action").is_some_and(is_deploy)).expect("a deploy");
    let records = state.get("zone_records").and_then(itf::Value::as_set).expect("a zone");
    let less =
        records.iter().filter(|r| !r.to_string().contains("kind: \"A\"")).cloned().collect::<itf::Set>();
    state.value = state.value.with("zone_records", less.into());
    let End::Failed(failure) = replay(&trace, true).end else { panic!("nothing was noticed") };
    assert_eq!((failure.kind.as_str(), failure.site.as_str()), ("view", "addresses"));
    assert_eq!(failure.message, r#"addresses["plan2.db.example.com"]: unexpected Set(1, 3)"#);
}

fn is_deploy(action: &itf::Value) -> bool {
    action.as_variant().is_some_and(|v| v.tag() == "Deploy")
}

#[test]
fn a_label_the_lab_does_not_know_is_found_before_the_run() {
    let trace =
        &itf::read(br#"{"vars":["action"],"states":[{"action":"a"},{"action":"Explode"}]}"#).expect("ITF")[0];
    let fault = system().labels(trace, None).expect_err("an unknown label");
    assert!(fault.message.contains("`Explode`") && fault.message.contains("Deploy"), "{fault}");
}

#[test]
fn labels_that_are_ill_typed_make_the_run_inconclusive() {
    let text = br#"{"vars":["action"],"states":[{"action":{"tag":"Init","value":{}}},
        {"action":{"tag":"Sync","value":{"deployer":"deployer-z"}}}]}"#;
    let run = replay(&itf::read(text).expect("ITF")[0], false);
    assert!(matches!(run.end, End::Broken(1, _)), "{:?}", run.end);
}
