//! Schedules, re-execution, and what judges candidates by it.

use itf::{Labels, State};
use itf_adapters::{End, Producer, ProducerOracle, execute, schedule_of, trace_of};
use itf_shrink::{Claim, Oracle, ShrinkError, Unresolved, Verdict, shrink};

use crate::toy::{Tank, empty, fill, real_tank};

fn recorded(calls: &[itf_adapters::Action]) -> itf::Trace {
    let mut tank = Tank::default();
    let execution = execute(&mut tank, calls).expect("no trouble");
    trace_of(&tank.header(), execution.states)
}

fn labels() -> Labels {
    Labels::parse("variant:action").expect("a convention")
}

#[test]
fn disabled_calls_are_skipped_and_the_first_is_told() {
    let calls = [fill(2), fill(9), empty(), empty(), fill(1)];
    let execution = execute(&mut Tank::default(), &calls).expect("no trouble");
    assert_eq!(execution.calls, [fill(2), empty(), fill(1)]);
    assert_eq!(execution.states.len(), 4);
    assert_eq!(execution.disabled, Some((1, "9 does not fit into 3".into())));
}

#[test]
fn a_pick_that_is_no_choice_is_replaced_and_adopted() {
    let execution = execute(&mut Tank::default(), &[fill(4), fill(3)]).expect("no trouble");
    assert_eq!(execution.calls, [fill(4), fill(1)]);
}

#[test]
fn a_recorded_trace_becomes_the_schedule_that_made_it() {
    let calls = [fill(2), empty(), fill(4), fill(1)];
    let learned = schedule_of(&mut Tank::default(), &recorded(&calls), &labels()).expect("a schedule");
    assert_eq!((learned.calls.as_slice(), learned.differs_at), (&calls[..], None));
}

#[test]
fn re_execution_is_a_trace_with_counted_states() {
    let trace = recorded(&[fill(2), empty()]);
    let index = |s: &State| s.meta.get("index").and_then(|i| i.as_u64());
    assert_eq!(trace.states.iter().map(index).collect::<Vec<_>>(), [Some(0), Some(1), Some(2)]);
}

#[test]
fn a_violation_shrinks_to_calls_that_really_executed() {
    let calls = [fill(1), empty(), fill(2), fill(1), empty(), fill(3), fill(1), fill(1)];
    let mut tank = Tank::default();
    let mut oracle = ProducerOracle::new(&mut tank, false).property("not_full").expect("a property");
    let report = shrink(&calls, &mut oracle).expect("it fails");
    assert_eq!(report.claim, Claim::OneMinimal);
    assert_eq!((report.failure.kind.as_str(), report.failure.site.as_str()), ("invariant", "not_full"));
    let execution = execute(&mut Tank::default(), &report.items).expect("no trouble");
    assert_eq!(execution.calls, report.items, "a call of the result is disabled, or used other picks");
    assert_eq!(execution.states.last().and_then(|s| s.get("level")), Some(&itf::Value::from(5)));
    assert!(report.items.len() <= 3, "{:?}", report.items);
}

#[test]
fn an_example_is_found_where_it_holds() {
    let mut tank = Tank::default();
    let mut oracle = ProducerOracle::new(&mut tank, false).property("at_three").expect("a property");
    let report = shrink(&[fill(1), fill(1), fill(1), fill(1)], &mut oracle).expect("it is reached");
    assert_eq!((report.items.len(), report.failure.kind.as_str()), (3, "example"));
}

#[test]
fn under_strict_semantics_a_disabled_call_says_nothing() {
    let mut tank = Tank::default();
    let mut oracle = ProducerOracle::new(&mut tank, true).property("not_full").expect("a property");
    let run = oracle.run(&[empty(), fill(5)]);
    assert!(matches!(run.verdict, Verdict::Unresolved(Unresolved::Invalid(_))), "{:?}", run.verdict);
    assert!(matches!(oracle.run(&[fill(5)]).verdict, Verdict::Fails(_)));
}

#[test]
fn an_unknown_property_is_said_with_those_there_are() {
    let fault =
        ProducerOracle::new(&mut Tank::default(), false).property("nope").map(drop).expect_err("unknown");
    assert!(fault.message.contains("not_full") && fault.message.contains("at_three"), "{fault}");
}

#[test]
fn a_failure_of_the_system_is_kept_and_no_other() {
    // The model is never wrong here; the system leaks at four, and that alone is kept.
    let calls = [fill(2), empty(), fill(2), fill(1), fill(1), empty(), fill(5)];
    let (mut tank, mut system) = (Tank::default(), real_tank());
    let report =
        shrink(&calls, &mut ProducerOracle::new(&mut tank, false).system(&mut system)).expect("it fails");
    assert_eq!(report.failure.site, "Fill: filled -> leaks");
    let trace = recorded(&report.items);
    let run = real_tank().replay(&trace, &labels(), &mut |_| {}).expect("a replay");
    assert_eq!(run.failure(), Some(&report.failure));
    assert_eq!(run.steps.len(), report.items.len());
}

#[test]
fn trouble_with_the_system_is_no_failure() {
    let calls = [fill(3), empty()];
    let run = real_tank().replay(&recorded(&calls), &labels(), &mut |_| {}).expect("a replay");
    assert!(matches!(&run.end, End::Broken(2, fault) if fault.message == "the pump broke"), "{:?}", run.end);
    let (mut tank, mut system) = (Tank::default(), real_tank());
    let error = shrink(&calls, &mut ProducerOracle::new(&mut tank, false).system(&mut system))
        .expect_err("no verdict");
    assert!(matches!(error, ShrinkError::Unresolved(_)), "{error}");
}
