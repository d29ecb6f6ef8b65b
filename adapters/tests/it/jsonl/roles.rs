//! What the two roles make of the answers.

use itf::{Labels, State, Value};
use itf_adapters::jsonl::split;
use itf_adapters::{
    Action, Consumer, FaultKind, Next, Producer, ProducerOracle, PropertyKind, execute, schedule_of, trace_of,
};
use itf_shrink::shrink;

use super::{consumer, label, limits, producer};

#[test]
fn command_lines_are_split_and_no_shell_is_asked() {
    assert_eq!(split("a 'b c' \"d $HOME\" e\\ f").expect("words"), ["a", "b c", "d $HOME", "e f"]);
    assert_eq!(split("a; rm *").expect("words"), ["a;", "rm", "*"]);
    assert_eq!(split("  ").map(drop).expect_err("nothing").kind, FaultKind::Invalid);
    assert!(split("'").map(drop).expect_err("open").message.contains("not closed"));
}

#[test]
fn a_consumer_is_what_it_says() {
    let mut consumer = consumer("good", limits());
    assert_eq!(
        (consumer.name().as_str(), consumer.actions()),
        ("counter", vec!["Back".into(), "Tick".into()])
    );
    assert_eq!(consumer.reset(&State::default()).expect("a reply").outcome, "reset");
    let reply = consumer.execute(&label("Tick")).expect("a reply");
    assert_eq!((reply.outcome.as_str(), reply.binds.len()), ("ticked", 0));
    assert_eq!(consumer.observe().expect("seen"), Some(Value::record([("n", 1)])));
}

#[test]
fn a_producer_is_what_it_says() {
    let mut producer = producer("good", limits());
    assert!(producer.name().contains("misbehaving.sh good"), "{}", producer.name());
    assert_eq!(producer.header().vars, ["n", "action"]);
    assert_eq!(producer.labels().to_string(), "variant:action");
    let properties = producer.properties();
    assert_eq!((properties.len(), properties[0].name.as_str()), (1, "small"));
    assert_eq!(properties[0].kind, PropertyKind::Invariant);
    let call = producer.call(&label("Tick")).expect("a call");
    assert_eq!(call, Action::new("Tick"));
    let unknown = producer.call(&label("Jump")).map(drop).expect_err("unknown");
    assert!(unknown.kind == FaultKind::Unsupported && unknown.message.contains("Back, Tick"), "{unknown}");
    assert!(matches!(producer.reset().map(|s| s.get("n").cloned()), Ok(Some(n)) if n == 0.into()));
    assert!(matches!(producer.execute(&Action::new("Tick")), Ok(Next::State { .. })));
}

#[test]
fn a_trace_shrinks_with_a_spec_at_the_other_end() {
    let mut producer = producer("good", limits());
    let calls = ["Tick", "Back", "Back", "Tick", "Tick", "Back", "Tick", "Tick", "Tick"].map(Action::new);
    let execution = execute(&mut producer, &calls).expect("no trouble");
    assert_eq!((execution.states.len(), execution.disabled.as_ref().map(|(at, _)| *at)), (9, Some(2)));
    let trace = trace_of(&producer.header(), execution.states);
    let labels = Labels::parse("variant:action").expect("a convention");
    let learned = schedule_of(&mut producer, &trace, &labels).expect("a schedule");
    assert_eq!(learned.differs_at, None);
    let mut oracle = ProducerOracle::new(&mut producer, false).property("small").expect("a property");
    let report = shrink(&learned.calls, &mut oracle).expect("it fails");
    assert_eq!(report.items, ["Tick", "Tick", "Tick"].map(Action::new));
}
