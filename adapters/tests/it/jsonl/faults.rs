//! Every way to break the protocol is one clear fault.

use std::time::{Duration, Instant};

use itf::State;
use itf_adapters::jsonl::{JsonlConsumer, Limits};
use itf_adapters::{Action, Consumer, Effect, Fault, FaultKind, Next, Producer};

use super::{consumer, hasty, label, limits, misbehaving, producer, tick};

fn expect(fault: &Fault, kind: FaultKind, words: &[&str]) {
    assert_eq!(fault.kind, kind, "{fault}");
    for word in words {
        assert!(fault.message.contains(word), "no `{word}` in: {fault}");
    }
    let definite = matches!(kind, FaultKind::Unsupported | FaultKind::Invalid);
    assert_eq!(fault.effect, if definite { Effect::None } else { Effect::Unknown }, "{fault}");
}

#[test]
fn who_does_not_answer_in_time() {
    expect(
        &tick("hangs", hasty()),
        FaultKind::Timeout,
        &["no answer to execute within 0.4 s", "misbehaving.sh hangs"],
    );
    let half = tick("hangs-in-half-a-line", hasty());
    expect(&half, FaultKind::Timeout, &["half a line", r#"{"id":3,"sta"#]);
    expect(&tick("late", hasty()), FaultKind::Timeout, &["no answer to execute"]);
}

#[test]
fn who_does_not_even_listen_to_term() {
    let started = Instant::now();
    expect(&tick("hangs-for-good", hasty()), FaultKind::Timeout, &["no answer"]);
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[test]
fn who_ends() {
    expect(
        &tick("dies", limits()),
        FaultKind::Crash,
        &["ended before it answered execute", "exit status: 3", "first words\nlast words"],
    );
    expect(&tick("dies-by-signal", limits()), FaultKind::Crash, &["signal: 9"]);
    expect(
        &tick("dies-in-half-a-line", limits()),
        FaultKind::Crash,
        &["half a line", r#"{"id":3,"sta"#, "exit status: 0"],
    );
    expect(&tick("closes", limits()), FaultKind::Crash, &["closed its standard output"]);
}

#[test]
fn of_what_it_said_the_last_32_lines_are_quoted() {
    let fault = tick("dies-talking", limits());
    expect(&fault, FaultKind::Crash, &["\nline 68\n", "line 99"]);
    assert!(!fault.message.contains("line 67"), "{fault}");
}

#[test]
fn who_answers_what_is_no_answer() {
    for (mode, words) in [
        ("not-json", &["is not JSON", "`Traceback (most recent call last):`"][..]),
        ("not-an-answer", &["no answer of the protocol", "`[1,2]`"]),
        ("not-utf8", &["not UTF-8", "\u{fffd}"]),
        ("wrong-id", &["id 10 instead of 3", r#"{"id":10"#]),
        ("old-id", &["id 2 instead of 3"]),
        ("text-id", &["no answer of the protocol", r#""id":"3""#]),
        ("no-id", &["no id instead of 3"]),
        ("no-status", &["missing field `status`"]),
        ("strange-status", &["unknown variant `fine`", "fine"]),
        ("nothing-in-it", &["has no outcome"]),
        ("bad-value", &["what was observed", "#bigint"]),
        ("disabled", &["`disabled` is no answer of a system"]),
        ("floods", &["is not JSON", "`y`"]),
        ("talks-before", &["is not JSON", "DEBUG: ticking"]),
    ] {
        expect(&tick(mode, limits()), FaultKind::Protocol, words);
    }
}

#[test]
fn a_line_has_an_end() {
    let small = Limits { line: 1 << 20, ..limits() };
    for mode in ["huge", "endless"] {
        expect(
            &tick(mode, small.clone()),
            FaultKind::Protocol,
            &["longer than 1048576 bytes", "begins `xxx"],
        );
    }
}

#[test]
fn what_nobody_asked_for_is_found_at_the_next_question() {
    for (mode, line) in [("talks-after", "DEBUG: ticked"), ("answers-twice", r#"{"id":3"#)] {
        let mut consumer = consumer(mode, limits());
        consumer.reset(&State::default()).expect("it resets");
        consumer.execute(&label("Tick")).expect("the answer itself is good");
        std::thread::sleep(Duration::from_millis(100));
        let fault = consumer.execute(&label("Back")).map(drop).expect_err(mode);
        expect(&fault, FaultKind::Protocol, &["no answer to anything", line]);
    }
}

#[test]
fn errors_may_be_written_without_end() {
    let mut consumer = consumer("floods-errors", limits());
    consumer.reset(&State::default()).expect("it resets");
    for _ in 0..20 {
        consumer.execute(&label("Tick")).expect("errors are free text");
    }
}

#[test]
fn who_does_not_read_cannot_block_the_harness() {
    let mut consumer = consumer("deaf", hasty());
    consumer.reset(&State::default()).expect("it resets");
    let long = itf::Label::new("Tick", itf::Record::from_iter([("text", "x".repeat(1 << 20))]));
    let fault = consumer.execute(&long).map(drop).expect_err("it sleeps");
    expect(&fault, FaultKind::Timeout, &["no answer to execute"]);
}

#[test]
fn who_cannot_be_greeted() {
    let start = |mode: &str, limits: Limits| {
        JsonlConsumer::start(&misbehaving(mode), limits).map(drop).expect_err(mode)
    };
    let soon = Limits { start: Duration::from_millis(400), ..hasty() };
    expect(&start("hello-hangs", soon), FaultKind::Timeout, &["no answer to hello within 0.4 s"]);
    expect(&start("hello-dies", limits()), FaultKind::Crash, &["exit status: 4", "no such spec"]);
    expect(&start("hello-version", limits()), FaultKind::Protocol, &["speaks protocol 2", "1 is"]);
    expect(&start("hello-without-version", limits()), FaultKind::Protocol, &["which protocol"]);
    expect(&start("hello-refuses", limits()), FaultKind::Unsupported, &["tool 0.9 was found, 1.0 is needed"]);
    let missing = JsonlConsumer::start(&["./no-such-file".into()], limits()).map(drop).expect_err("missing");
    expect(&missing, FaultKind::Crash, &["cannot start `./no-such-file`"]);
}

#[test]
fn what_the_child_says_of_itself_is_a_fault_and_no_end_of_the_run() {
    for (mode, kind, word) in [
        ("failed", FaultKind::Failed, "the database is gone"),
        ("invalid", FaultKind::Invalid, "no such deployer"),
    ] {
        let mut consumer = consumer(mode, limits());
        consumer.reset(&State::default()).expect("it resets");
        let fault = consumer.execute(&label("Tick")).map(drop).expect_err(mode);
        expect(&fault, kind, &[word]);
        let fault = consumer.execute(&label("Jump")).map(drop).expect_err("unknown");
        expect(&fault, FaultKind::Unsupported, &["Tick and Back"]);
        assert_eq!(consumer.observe().expect("it is still there"), Some(itf::Value::record([("n", 0)])));
    }
}

#[test]
fn disabled_is_an_answer_of_a_producer() {
    let mut producer = producer("good", limits());
    producer.reset().expect("it resets");
    let next = producer.execute(&Action::new("Back")).expect("an answer");
    assert_eq!(next, Next::Disabled("it is at zero".into()));
    let next = producer.execute(&Action::new("Tick")).expect("an answer");
    assert!(
        matches!(&next, Next::State { state, picks: None } if state.get("n") == Some(&1.into())),
        "{next:?}"
    );
    assert_eq!(producer.holds("small"), Ok(true));
    let fault = producer.holds("large").expect_err("unknown");
    expect(&fault, FaultKind::Unsupported, &["there is small"]);
}

#[test]
fn a_producer_owes_states_that_are_itf() {
    for (mode, word) in [("nothing-in-it", "the answer to execute has no state"), ("bad-value", "#bigint")] {
        let mut producer = producer(mode, limits());
        producer.reset().expect("it resets");
        expect(
            &producer.execute(&Action::new("Tick")).map(drop).expect_err(mode),
            FaultKind::Protocol,
            &[word],
        );
    }
}
