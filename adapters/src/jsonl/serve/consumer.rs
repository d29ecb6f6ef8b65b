//! Serving a system.

use std::io::{self, BufRead, Write};

use itf::{Label, Record, State};

use super::{Said, action_name, expect_role, invalid, serve, unsupported};
use crate::jsonl::message::{
    Answer, Capabilities, FailureText, Hello, PROTOCOL, Request, Role, Signature, raw,
};
use crate::jsonl::wire::Wire;
use crate::{Bindings, Fault, Judgement, Reply, Step, System};

/// Answers the requests of `input` for a system, until `shutdown` or the end of the input.
///
/// Those of its oracles that look at the system alone judge here, and what they find goes with the answer; there is no
/// model here for the others.
///
/// # Errors
///
/// Those of `input` and `output`. What is wrong with a request is an answer.
///
/// ```
/// # use itf::{Label, State, Value};
/// # use itf_adapters::{Consumer, Fault, Reply, System};
/// # struct Lamp;
/// # impl Consumer for Lamp {
/// #     fn name(&self) -> String { "lamp".into() }
/// #     fn actions(&self) -> Vec<String> { vec!["Toggle".into()] }
/// #     fn reset(&mut self, _: &State) -> Result<Reply, Fault> { Ok(Reply::new("reset")) }
/// #     fn execute(&mut self, _: &Label) -> Result<Reply, Fault> { Ok(Reply::new("lit")) }
/// #     fn observe(&mut self) -> Result<Option<Value>, Fault> { Ok(None) }
/// # }
/// let requests = br#"{"id":1,"op":"reset","state":{}}
/// {"id":2,"op":"execute","action":"Toggle"}
/// "#;
/// let mut answers = Vec::new();
/// let mut system = System::new(Box::new(Lamp));
/// itf_adapters::jsonl::serve_consumer(&mut system, &mut &requests[..], &mut answers)?;
/// assert!(String::from_utf8(answers)?.contains(r#""outcome":"lit""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn serve_consumer(
    system: &mut System,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> io::Result<()> {
    let mut run = None;
    serve(input, output, &mut |request, wire| answer(system, &mut run, request, wire))
}

/// A run in progress.
#[derive(Default)]
struct Run {
    steps: usize,
    bindings: Bindings,
}

fn answer(
    system: &mut System,
    run: &mut Option<Run>,
    request: &Request,
    wire: &mut Wire,
) -> Result<Said, Fault> {
    match (request.op.as_str(), run) {
        ("hello", _) => {
            expect_role(request, Role::Consumer)?;
            Ok(Said::Hello(Box::new(hello(system))))
        }
        ("reset", run) => {
            let Some(state) = &request.state else { return Err(invalid("reset without a state".into())) };
            let state = wire.state(state).map_err(invalid)?;
            for oracle in &mut system.oracles {
                oracle.reset();
            }
            let reply = system.consumer.reset(&state)?;
            let run = run.insert(Run::default());
            told(system, run, &Label::new("reset", Record::default()), reply)
        }
        ("execute", Some(run)) => {
            let label = wire.label(action_name(request)?, request.args.as_ref()).map_err(invalid)?;
            let reply = system.consumer.execute(&label)?;
            run.steps += 1;
            told(system, run, &label, reply)
        }
        ("observe", Some(_)) => {
            let observed = system.consumer.observe()?;
            Ok(Answer { observed: observed.as_ref().map(raw), ..Answer::default() }.into())
        }
        ("execute" | "observe", None) => Err(invalid(format!("{} before the first reset", request.op))),
        (other, _) => Err(unsupported(other)),
    }
}

/// The answer to a reply, with what can be seen, and what is wrong.
fn told(system: &mut System, run: &mut Run, label: &Label, reply: Reply) -> Result<Said, Fault> {
    for (model, theirs) in &reply.binds {
        run.bindings.bind(model.clone(), theirs.clone());
    }
    let observed = system.consumer.observe()?;
    let nothing = State::default();
    let step = Step {
        index: run.steps,
        before: &nothing,
        after: &nothing,
        label,
        reply: &reply,
        observed: observed.as_ref(),
        bindings: &run.bindings,
    };
    let mut failure = None;
    // The initial step is not judged, here as in process.
    let of_system = system.oracles.iter_mut().filter(|oracle| run.steps > 0 && oracle.is_of_system());
    for judged in of_system.map(|oracle| oracle.judge(&step)) {
        if let Judgement::Fail(found) = judged {
            failure = Some(FailureText { kind: found.kind, site: found.site, message: found.message });
            break;
        }
    }
    let binds: Vec<_> = reply.binds.iter().map(|(model, theirs)| (raw(model), raw(theirs))).collect();
    Ok(Answer {
        outcome: Some(reply.outcome),
        detail: reply.detail,
        observed: observed.as_ref().map(raw),
        binds: (!binds.is_empty()).then_some(binds),
        failure,
        ..Answer::default()
    }
    .into())
}

fn hello(system: &System) -> Hello {
    let actions = system.consumer.actions().into_iter();
    Hello {
        protocol: Some(PROTOCOL),
        name: system.consumer.name(),
        version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        capabilities: Capabilities { observe: true, binds: true, ..Capabilities::default() },
        actions: actions.map(|name| (name, Signature::default())).collect(),
        failures: system.kinds.clone(),
        ..Hello::default()
    }
}
