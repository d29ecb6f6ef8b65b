//! What is exchanged is what the schema says.

use std::path::Path;
use std::sync::{Arc, Mutex};

use itf::{Labels, State};
use itf_adapters::jsonl::{JsonlConsumer, JsonlProducer, Tap, Way, serve_consumer, serve_producer};
use itf_adapters::{Action, Consumer, Producer};
use jsonschema::Validator;
use serde_json::{Value, json};

use super::{hasty, label, limits, misbehaving};
use crate::toy::{Tank, real_tank};

/// The schema of requests and of answers.
fn schemas() -> (Validator, Validator) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/adapter-protocol-1.schema.json");
    let text = std::fs::read_to_string(path).expect("the schema");
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    jsonschema::meta::validate(&schema).expect("it is a schema itself");
    let part = |name: &str| {
        let mut part = schema.clone();
        part.as_object_mut().expect("an object").remove("anyOf");
        part["$ref"] = json!(format!("#/$defs/{name}"));
        jsonschema::validator_for(&part).expect("a schema")
    };
    (part("request"), part("answer"))
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<(Way, String)>>>);

impl Lines {
    fn tap(&self) -> Tap {
        let lines = self.clone();
        Box::new(move |way, line| lines.0.lock().expect("no panic").push((way, line.to_owned())))
    }

    fn assert_valid(&self, at_least: usize) {
        let (request, answer) = schemas();
        let lines = self.0.lock().expect("no panic");
        assert!(lines.len() >= at_least, "{lines:#?}");
        for (way, line) in lines.iter() {
            let schema = if *way == Way::Asked { &request } else { &answer };
            let value: Value = serde_json::from_str(line).expect("JSON");
            let errors: Vec<String> = schema.iter_errors(&value).map(|e| e.to_string()).collect();
            assert!(errors.is_empty(), "{line}\n{errors:#?}");
        }
    }
}

#[test]
fn a_conversation_with_a_consumer_is_valid() {
    let lines = Lines::default();
    for mode in ["good", "failed"] {
        let mut consumer =
            JsonlConsumer::start_tapped(&misbehaving(mode), limits(), lines.tap()).expect("it answers hello");
        consumer.reset(&State::default()).expect("it resets");
        let _ = consumer.execute(&label("Tick"));
        let _ = consumer.execute(&label("Jump"));
        let _ = consumer.observe();
    }
    lines.assert_valid(22);
}

#[test]
fn a_conversation_with_a_producer_is_valid() {
    let lines = Lines::default();
    {
        let command = misbehaving("good");
        let mut producer =
            JsonlProducer::start_tapped(&command, limits(), lines.tap()).expect("it answers hello");
        let trace = itf::Trace::new(["n"], [producer.reset().expect("it resets")]);
        producer.execute(&Action::new("Back")).expect("an answer");
        producer.execute(&Action::new("Tick").arg("by", 1)).expect("an answer");
        producer.holds("small").expect("an answer");
        assert!(producer.learn(&trace, &Labels::QuintMbt).is_none());
    }
    lines.assert_valid(14);
}

/// What the serving side answers to these requests.
fn served(requests: &[Value], serve: impl FnOnce(&mut &[u8], &mut Vec<u8>)) -> Vec<Value> {
    let input: Vec<u8> = requests.iter().flat_map(|r| format!("{r}\n").into_bytes()).collect();
    let mut answers = Vec::new();
    serve(&mut input.as_slice(), &mut answers);
    let text = String::from_utf8(answers).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn what_is_served_is_valid() {
    let (request, answer) = schemas();
    let requests = [
        json!({"id": 1, "op": "hello", "protocol": 1, "role": "producer"}),
        json!({"id": 2, "op": "reset"}),
        json!({"id": 3, "op": "execute", "action": "fill", "picks": [{"#bigint": "2"}]}),
        json!({"id": 4, "op": "execute", "action": "fill", "picks": [{"#bigint": "9"}]}),
        json!({"id": 5, "op": "call", "action": "Fill", "args": {"amount": {"#bigint": "2"}}}),
        json!({"id": 6, "op": "check", "properties": ["not_full"]}),
        json!({"id": 7, "op": "shutdown"}),
    ];
    let produced = served(&requests, |input, output| {
        serve_producer(&mut Tank::default(), input, output).expect("no trouble with memory");
    });
    let statuses: Vec<&str> = produced.iter().filter_map(|a| a["status"].as_str()).collect();
    assert_eq!(statuses, ["ok", "ok", "ok", "disabled", "ok", "ok", "ok"]);
    let consumer_requests = [
        json!({"id": 1, "op": "hello", "protocol": 1, "role": "consumer"}),
        json!({"id": 2, "op": "reset", "state": {}}),
        json!({"id": 3, "op": "execute", "action": "Fill", "args": {"amount": {"#bigint": "4"}}}),
        json!({"id": 4, "op": "observe"}),
    ];
    let consumed = served(&consumer_requests, |input, output| {
        serve_consumer(&mut real_tank(), input, output).expect("no trouble with memory");
    });
    assert_eq!(consumed[2]["failure"]["site"], "Fill: filled -> leaks");
    for (schema, value) in requests.iter().chain(&consumer_requests).map(|r| (&request, r)) {
        assert!(schema.is_valid(value), "{value}");
    }
    for value in produced.iter().chain(&consumed) {
        let errors: Vec<String> = answer.iter_errors(value).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{value}\n{errors:#?}");
    }
}

#[test]
fn the_schema_refuses_what_the_harness_refuses() {
    let (request, answer) = schemas();
    for bad in [json!({"op": "reset"}), json!({"id": 1}), json!({"id": 1, "op": "execute"}), json!([])] {
        assert!(!request.is_valid(&bad), "{bad}");
    }
    for bad in [
        json!({"status": "ok"}),
        json!({"id": 1}),
        json!({"id": "1", "status": "ok"}),
        json!({"id": 1, "status": "fine"}),
        json!({"id": 1, "status": "ok", "protocol": 2, "name": "x"}),
        json!({"id": 1, "status": "ok", "binds": [["a"]]}),
        json!({"id": 1, "status": "ok", "holds": {"p": 1}}),
    ] {
        assert!(!answer.is_valid(&bad), "{bad}");
    }
    // A bad line is told with what is wrong; that it is told is the fault, see `faults`.
    let consumer = JsonlConsumer::start(&misbehaving("hello-version"), hasty());
    assert!(consumer.is_err());
}
