//! Serving a spec.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

use itf::State;

use super::{Said, action_name, expect_role, invalid, serve, unsupported};
use crate::jsonl::message::{
    Answer, Call, Capabilities, Hello, Kind, NamedProperty, PROTOCOL, Request, Role, Signature, Status,
};
use crate::jsonl::wire::{Wire, raw_call, raw_picks, raw_state};
use crate::{Action, Fault, FaultKind, Next, Producer, PropertyKind};

/// Answers the requests of `input` for a producer, until `shutdown` or the end of the input.
///
/// # Errors
///
/// Those of `input` and `output`. What is wrong with a request is an answer.
///
/// ```
/// # use itf::{Label, Labels, Path, Record, State, Trace};
/// # use itf_adapters::{Action, Fault, Next, Producer, Property};
/// # struct Clock(i64);
/// # impl Producer for Clock {
/// #     fn name(&self) -> String { "clock".into() }
/// #     fn header(&self) -> Trace { Trace::new(["hour"], []) }
/// #     fn labels(&self) -> Labels { Labels::Variant(Path::root().field("action")) }
/// #     fn properties(&self) -> Vec<Property> { Vec::new() }
/// #     fn reset(&mut self) -> Result<State, Fault> {
/// #         self.0 = 0;
/// #         Ok(State::from(Record::from_iter([("hour", self.0)])))
/// #     }
/// #     fn execute(&mut self, _: &Action) -> Result<Next, Fault> { Ok(Next::Disabled("it stands".into())) }
/// #     fn holds(&mut self, _: &str) -> Result<bool, Fault> { Ok(true) }
/// #     fn call(&self, label: &Label) -> Result<Action, Fault> { Ok(Action::new(&label.name)) }
/// # }
/// let requests = br#"{"id":1,"op":"reset"}
/// {"id":2,"op":"execute","action":"tick"}
/// "#;
/// let mut answers = Vec::new();
/// itf_adapters::jsonl::serve_producer(&mut Clock(0), &mut &requests[..], &mut answers)?;
/// assert_eq!(
///     String::from_utf8(answers)?,
///     r##"{"id":1,"status":"ok","state":{"hour":{"#bigint":"0"}}}
/// {"id":2,"status":"disabled","reason":"it stands"}
/// "##
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn serve_producer(
    producer: &mut dyn Producer,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> io::Result<()> {
    let mut begun = false;
    serve(input, output, &mut |request, wire| answer(producer, &mut begun, request, wire))
}

/// How many calls one answer lists.
const LISTED: usize = 4096;

fn answer(
    producer: &mut dyn Producer,
    begun: &mut bool,
    request: &Request,
    wire: &mut Wire,
) -> Result<Said, Fault> {
    let needs_run = matches!(
        request.op.as_str(),
        "execute" | "check" | "enabled" | "successors" | "snapshot" | "restore"
    );
    if needs_run && !*begun {
        return Err(invalid(format!("{} before the first reset", request.op)));
    }
    let mut answer = Answer::default();
    match request.op.as_str() {
        "hello" => {
            expect_role(request, Role::Producer)?;
            *begun = false;
            return Ok(Said::Hello(Box::new(hello(producer)?)));
        }
        "reset" => {
            *begun = true;
            answer.state = Some(raw_state(&producer.reset()?));
        }
        "execute" => {
            let name = action_name(request)?;
            let action =
                wire.action(name, request.args.as_ref(), request.picks.as_ref(), request.trail.as_ref());
            match producer.execute(&action.map_err(invalid)?)? {
                Next::State { state, picks } => {
                    answer.state = Some(raw_state(&state));
                    if let Some(picks) = picks {
                        (answer.picks, answer.trail) = raw_picks(&picks);
                    }
                }
                Next::Disabled(why) => {
                    answer.status = Status::Disabled;
                    answer.reason = Some(why);
                }
            }
        }
        "call" => {
            let label = wire.label(action_name(request)?, request.args.as_ref()).map_err(invalid)?;
            answer.call = Some(raw_call(&producer.call(&label)?));
        }
        "check" => {
            let mut holds = BTreeMap::new();
            for property in request.properties.iter().flatten() {
                holds.insert(property.clone(), producer.holds(property)?);
            }
            answer.holds = Some(holds);
        }
        "enabled" => (answer.calls, answer.partial) = listed(producer, request.seed)?,
        "successors" => {
            let with_state = |(action, state): (Action, State)| Call {
                state: Some(raw_state(&state)),
                ..raw_call(&action)
            };
            answer.calls = Some(producer.successors()?.into_iter().map(with_state).collect());
        }
        "snapshot" => answer.snapshot = Some(producer.snapshot()?),
        "restore" => {
            let snapshot = request.snapshot.ok_or_else(|| invalid("restore without a snapshot".into()))?;
            answer.state = Some(raw_state(&producer.restore(snapshot)?));
        }
        other => return Err(unsupported(other)),
    }
    Ok(answer.into())
}

/// The calls that are enabled: all, where they are few enough for a line, and some for a seed; and whether there are more.
fn listed(producer: &mut dyn Producer, seed: Option<u64>) -> Result<(Option<Vec<Call>>, bool), Fault> {
    let fewer =
        |seed: u64| u32::try_from(seed).map_err(|_| invalid(format!("the seed {seed} is beyond 32 bits")));
    let (mut calls, mut partial) = match seed {
        Some(seed) => (producer.sample(fewer(seed)?)?, false),
        None => (producer.enabled()?, false),
    };
    if calls.len() > LISTED {
        // Some of each action, where the producer can choose.
        (calls, partial) = (producer.sample(1)?, true);
        calls.truncate(LISTED);
    }
    Ok((Some(calls.iter().map(raw_call).collect()), partial))
}

/// What the producer can do besides what all can, by trying.
fn offered(producer: &mut dyn Producer) -> Result<Capabilities, Fault> {
    let has = |tried: Result<(), Fault>| !tried.is_err_and(|fault| fault.kind == FaultKind::Unsupported);
    producer.reset()?;
    let enabled = has(producer.sample(1).map(drop));
    let snapshot = has(producer.snapshot().map(drop));
    // Of states, even fewer fit into a line.
    let few = enabled && producer.enabled().is_ok_and(|calls| calls.len() <= LISTED);
    let successors = few && has(producer.successors().map(drop));
    Ok(Capabilities { call: true, check: true, enabled, snapshot, successors, ..Capabilities::default() })
}

fn hello(producer: &mut dyn Producer) -> Result<Hello, Fault> {
    let capabilities = offered(producer)?;
    let header = producer.header();
    let kind = |kind| match kind {
        PropertyKind::Invariant => Kind::Invariant,
        PropertyKind::Example => Kind::Example,
    };
    let properties = producer.properties().into_iter();
    let actions = producer.actions().into_iter();
    Ok(Hello {
        protocol: Some(PROTOCOL),
        name: producer.name(),
        version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        capabilities,
        actions: actions.map(|name| (name, Signature::default())).collect(),
        vars: header.vars,
        params: header.params,
        labels: Some(producer.labels().to_string()),
        properties: properties.map(|p| NamedProperty { name: p.name, kind: kind(p.kind) }).collect(),
        ..Hello::default()
    })
}
