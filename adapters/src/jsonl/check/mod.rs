//! The conformance list: what an adapter must do, tried on a running one, with an explanation of each failure.

mod consumer;
mod producer;

use std::time::Duration;

use itf::{Labels, Trace};

use super::limits::Limits;
use super::message::{Hello, Request, Role};
use super::peer::Peer;
use super::{JsonlConsumer, JsonlProducer};
use crate::{Fault, FaultKind};

/// What came of one item of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is as it must be.
    Passed,
    /// It is not: what happened, and what must be.
    Failed(String),
    /// It could not be tried, and why.
    Skipped(String),
}

/// One item of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was tried.
    pub item: &'static str,
    /// What came of it.
    pub outcome: Outcome,
}

/// What the adapter is tried with.
#[derive(Debug, Clone, Default)]
pub struct Trial {
    /// What it is; found out if not given.
    pub role: Option<Role>,
    /// A trace that it must be able to re-execute (a producer) or execute (a consumer).
    pub trace: Option<Trace>,
    /// Where the trace says what its steps did; found out if not given.
    pub labels: Option<Labels>,
    /// The deadlines.
    pub limits: Limits,
}

/// An operation and an action that no adapter has.
const NO_SUCH_OPERATION: &str = "itf-no-such-operation";
const NO_SUCH_ACTION: &str = "ItfNoSuchAction";

/// Runs the adapter through the list, and tells of every item as soon as it was tried.
///
/// # Errors
///
/// There is nothing to try: the program cannot be started, or is neither producer nor consumer.
///
/// ```
/// use itf_adapters::jsonl::check::{Trial, check};
/// let nothing = check(&["no-such-adapter".into()], &Trial::default(), &mut |_| {});
/// assert!(nothing.is_err());
/// ```
pub fn check(
    command: &[String],
    trial: &Trial,
    told: &mut dyn FnMut(&Finding),
) -> Result<Vec<Finding>, Fault> {
    let mut list = List { findings: Vec::new(), told };
    match greet(command, trial, &mut list)? {
        Some(Adapter::Producer(producer)) => producer::run(*producer, trial, &mut list),
        Some(Adapter::Consumer(consumer)) => consumer::run(*consumer, trial, &mut list),
        None => return Ok(list.findings),
    }
    // One more process: what becomes of it when the harness is gone?
    let (name, launch) = super::launch(command)?;
    let mut peer = Peer::new(name, trial.role.unwrap_or(Role::Producer), launch, trial.limits.clone(), None);
    // An adapter that refuses this role must end like any other.
    let _ = peer.ready();
    let explanation = "it goes on when its standard input is closed: when the harness dies, nobody ends it";
    list.say("ends with its standard input", if peer.hang_up() { Ok(()) } else { Err(explanation.into()) });
    Ok(list.findings)
}

enum Adapter {
    Producer(Box<JsonlProducer>),
    Consumer(Box<JsonlConsumer>),
}

/// Greets the adapter as what it is.
fn greet(command: &[String], trial: &Trial, list: &mut List<'_>) -> Result<Option<Adapter>, Fault> {
    const ITEM: &str = "answers hello";
    let mut role = trial.role;
    if role != Some(Role::Producer) {
        match JsonlConsumer::start(command, trial.limits.clone()) {
            Ok(consumer) if role.is_some() || !is_producer(consumer.said()) => {
                list.say(ITEM, named(consumer.said()));
                return Ok(Some(Adapter::Consumer(Box::new(consumer))));
            }
            Ok(_) => role = Some(Role::Producer),
            Err(fault) if role.is_none() && fault.kind == FaultKind::Unsupported => {}
            Err(fault) => return cannot_greet(ITEM, fault, list),
        }
    }
    match JsonlProducer::start(command, trial.limits.clone()) {
        Ok(producer) => {
            list.say(ITEM, named(producer.said()));
            Ok(Some(Adapter::Producer(Box::new(producer))))
        }
        Err(fault) if role.is_none() && fault.kind == FaultKind::Unsupported => Err(fault),
        Err(fault) => cannot_greet(ITEM, fault, list),
    }
}

/// A program that cannot be started cannot be tried; one that answers badly fails.
fn cannot_greet(item: &'static str, fault: Fault, list: &mut List<'_>) -> Result<Option<Adapter>, Fault> {
    if fault.message.contains("cannot start") {
        return Err(fault);
    }
    list.say(item, Err(fault.to_string()));
    Ok(None)
}

/// Whoever names variables is a spec, also where it does not look at the role it is asked for.
fn is_producer(hello: &Hello) -> bool {
    !hello.vars.is_empty()
}

fn named(hello: &Hello) -> Result<(), String> {
    if hello.name.is_empty() {
        return Err("the answer to hello has no name; give one, it is in every message".into());
    }
    Ok(())
}

/// The list as far as it was tried.
struct List<'a> {
    findings: Vec<Finding>,
    told: &'a mut dyn FnMut(&Finding),
}

impl List<'_> {
    fn push(&mut self, item: &'static str, outcome: Outcome) {
        let finding = Finding { item, outcome };
        (self.told)(&finding);
        self.findings.push(finding);
    }

    /// Says what came of an item; whether it is as it must be.
    fn say(&mut self, item: &'static str, outcome: Result<(), String>) -> bool {
        let passed = outcome.is_ok();
        self.push(item, outcome.map_or_else(Outcome::Failed, |()| Outcome::Passed));
        passed
    }

    fn skip(&mut self, item: &'static str, why: &str) {
        self.push(item, Outcome::Skipped(why.to_owned()));
    }
}

/// What must be refused: as unsupported, and the conversation goes on.
fn refuses<T>(outcome: Result<T, Fault>, what: &str) -> Result<(), String> {
    match outcome {
        Err(fault) if fault.kind == FaultKind::Unsupported => Ok(()),
        Err(fault) => Err(format!("to {what} the answer must have the status `unsupported`; {fault}")),
        Ok(_) => Err(format!("to {what} the answer must have the status `unsupported`, and it was `ok`")),
    }
}

/// What is the same for both roles, in the middle of a run.
fn conversation(peer: &mut Peer, list: &mut List<'_>) {
    // Beyond 32 bits, so that an adapter that counts by itself, or in a small number, shows.
    peer.jump_to(1 << 40);
    let within = peer.limits().step;
    let unknown = peer.ask(Request::new(NO_SUCH_OPERATION), within);
    list.say("refuses unknown operations", refuses(unknown, "an unknown operation"));
    let request = Request::new(NO_SUCH_OPERATION);
    let again = peer.ask(request, within);
    let same = again.as_ref().err().is_none_or(|fault| fault.kind == FaultKind::Unsupported);
    let same = if same { Ok(()) } else { Err(again.map_or_else(|f| f.to_string(), |_| String::new())) };
    list.say("repeats the id, however great", same);
}

/// The end of a run, which is the same for both roles.
fn ending(peer: &mut Peer, list: &mut List<'_>) {
    // Who writes to standard output by accident often does so late.
    std::thread::sleep(Duration::from_millis(50));
    let unasked = match peer.unasked() {
        Some(line) => {
            Err(format!("wrote a line that nobody asked for: `{line}`; write such things to standard error"))
        }
        None => Ok(()),
    };
    if list.say("writes answers only", unasked) {
        list.say("ends after shutdown", peer.shutdown());
    } else {
        list.skip("ends after shutdown", "its output is out of step");
    }
}
