//! The JSON-lines protocol, against an adapter that breaks it in every way there is.

mod conformance;
mod faults;
mod processes;
mod roles;
mod schema;
mod serving;

use std::path::Path;
use std::time::Duration;

use itf::{Label, Record, State};
use itf_adapters::jsonl::{JsonlConsumer, JsonlProducer, Limits};
use itf_adapters::{Consumer, Fault};

/// The command line of the adapter that misbehaves in this way.
fn misbehaving(mode: &str) -> Vec<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/misbehaving.sh");
    vec!["sh".into(), script.to_string_lossy().into_owned(), mode.into()]
}

/// Deadlines for machines that are busy with other tests, and yet short where a test waits for them.
fn limits() -> Limits {
    Limits { shutdown: Duration::from_millis(300), ..Limits::default() }
}

/// Deadlines that the test wants to see pass.
fn hasty() -> Limits {
    Limits { step: Duration::from_millis(400), shutdown: Duration::from_millis(200), ..Limits::default() }
}

fn consumer(mode: &str, limits: Limits) -> JsonlConsumer {
    JsonlConsumer::start(&misbehaving(mode), limits).expect("it answers hello")
}

fn producer(mode: &str, limits: Limits) -> JsonlProducer {
    JsonlProducer::start(&misbehaving(mode), limits).expect("it answers hello")
}

fn label(name: &str) -> Label {
    Label::new(name, Record::default())
}

/// What comes of the first `Tick`.
fn tick(mode: &str, limits: Limits) -> Fault {
    let mut consumer = consumer(mode, limits);
    consumer.reset(&State::default()).expect("it resets");
    consumer.execute(&label("Tick")).map(drop).expect_err(mode)
}
