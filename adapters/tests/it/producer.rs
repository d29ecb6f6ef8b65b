//! Schedules, re-execution, and what judges candidates by it.

use itf::{Labels, Record, State, Trace, Value};
use itf_adapters::{
    Action, End, Fault, FaultKind, Next, Picks, Producer, ProducerOracle, Property, PropertyKind, Search,
    Shortest, Starts, execute, schedule_of, trace_of,
};
use itf_shrink::{Claim, Oracle, ShrinkError, Unresolved, Verdict, shrink};

use crate::toy::{Tank, empty, fill, real_tank};

fn recorded(calls: &[Action]) -> Trace {
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
    assert_eq!(execution.states.last().and_then(|s| s.get("level")), Some(&Value::from(5)));
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

/// Counts up from one of five numbers.
struct Wells {
    start: Option<Picks>,
    level: i64,
    more: Option<String>,
}

impl Wells {
    const COUNT: i64 = 5;

    fn new(more: Option<&str>) -> Self {
        Self { start: None, level: 0, more: more.map(str::to_owned) }
    }

    fn state(&self) -> State {
        State::from(Record::from_iter([("level", Value::from(self.level))]))
    }
}

impl Producer for Wells {
    fn name(&self) -> String {
        "wells".into()
    }

    fn header(&self) -> Trace {
        Trace::new(["level"], [])
    }

    fn labels(&self) -> Labels {
        Labels::Meta
    }

    fn properties(&self) -> Vec<Property> {
        ["low", "lower", "any"]
            .map(|name| Property { name: name.into(), kind: PropertyKind::Invariant })
            .into()
    }

    fn reset(&mut self) -> Result<State, Fault> {
        self.level = match &self.start {
            Some(Picks::InOrder(picks)) => picks[0].as_i64().unwrap_or(0),
            _ => 0,
        };
        Ok(self.state())
    }

    fn starts(&mut self) -> Result<Starts, Fault> {
        let picks = (0..Self::COUNT).map(|level| Some(Picks::InOrder(vec![level.into()]))).collect();
        Ok(Starts { picks, more: self.more.clone() })
    }

    fn start_at(&mut self, start: Option<Picks>) -> Option<Picks> {
        std::mem::replace(&mut self.start, start)
    }

    fn execute(&mut self, _: &Action) -> Result<Next, Fault> {
        self.level += 1;
        Ok(Next::State { state: self.state(), picks: None })
    }

    fn holds(&mut self, property: &str) -> Result<bool, Fault> {
        Ok(match property {
            "low" => self.level < 7,
            "lower" => self.level < 3,
            _ => true,
        })
    }

    fn enabled(&mut self) -> Result<Vec<Action>, Fault> {
        Ok(vec![Action::new("up")])
    }

    fn call(&self, label: &itf::Label) -> Result<Action, Fault> {
        Ok(Action::new(&label.name))
    }
}

#[test]
fn a_shortest_trace_may_begin_in_any_initial_state() {
    let mut wells = Wells::new(None);
    let mut shortest = |property: &str, most: usize| {
        let found = wells.shortest(property, most).expect("an answer");
        (found, wells.reset().expect("a state").get("level").and_then(Value::as_i64))
    };
    // From 4 on, three steps; and there the calls that were found begin.
    let (found, begins) = shortest("low", 10);
    assert!(matches!(found, Shortest::Found { calls, .. } if calls.len() == 3));
    assert_eq!(begins, Some(4));
    // Where the search finds nothing, all is as it was before.
    let (found, begins) = shortest("any", 3);
    assert!(matches!(found, Shortest::NoneUpTo { len: 3, states: 7, .. }), "{found:?}");
    assert_eq!(begins, Some(4));
    // An initial state may be what is looked for, and it need not be the first.
    let (found, begins) = shortest("lower", 10);
    assert!(matches!(found, Shortest::Found { calls, .. } if calls.is_empty()));
    assert_eq!(begins, Some(3));
}

#[test]
fn initial_states_that_are_not_all_listed_are_no_ground_for_a_proof() {
    let fault = Wells::new(Some("there are too many")).shortest("low", 10).expect_err("no answer");
    assert_eq!(fault.kind, FaultKind::Unsupported);
    assert!(fault.message.contains("does not list all its initial states: there are too many"), "{fault}");
}

#[test]
fn walks_begin_in_all_initial_states() {
    for more in [None, Some("there are too many")] {
        let search = Search { max_samples: 60, max_findings: 60, max_steps: 2, ..Search::default() };
        let mut begun = std::collections::BTreeSet::new();
        let mut wells = Wells::new(more);
        wells.start_at(Some(Picks::InOrder(vec![2.into()])));
        let report = wells.search(&search, &mut |trace| {
            begun.insert(trace.states[0].get("level").and_then(Value::as_i64));
            std::ops::ControlFlow::Continue(())
        });
        assert_eq!(report.expect("walks").found, 60);
        assert_eq!(begun.len(), 5, "{begun:?}");
        // What was learned of a trace before is as it was.
        assert_eq!(wells.reset().expect("a state").get("level"), Some(&2.into()));
    }
}
