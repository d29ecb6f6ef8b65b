//! Serving a spec.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

use super::{Said, action_name, expect_role, invalid, serve, unsupported};
use crate::jsonl::message::{
    Answer, Capabilities, Hello, Kind, NamedProperty, PROTOCOL, Request, Role, Status,
};
use crate::jsonl::wire::{Wire, raw_call, raw_picks, raw_state};
use crate::{Fault, Next, Producer, PropertyKind};

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

fn answer(
    producer: &mut dyn Producer,
    begun: &mut bool,
    request: &Request,
    wire: &mut Wire,
) -> Result<Said, Fault> {
    let needs_run = matches!(request.op.as_str(), "execute" | "check");
    if needs_run && !*begun {
        return Err(invalid(format!("{} before the first reset", request.op)));
    }
    let mut answer = Answer::default();
    match request.op.as_str() {
        "hello" => {
            expect_role(request, Role::Producer)?;
            return Ok(Said::Hello(Box::new(hello(producer))));
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
        other => return Err(unsupported(other)),
    }
    Ok(answer.into())
}

fn hello(producer: &dyn Producer) -> Hello {
    let header = producer.header();
    let kind = |kind| match kind {
        PropertyKind::Invariant => Kind::Invariant,
        PropertyKind::Example => Kind::Example,
    };
    let properties = producer.properties().into_iter();
    Hello {
        protocol: Some(PROTOCOL),
        name: producer.name(),
        version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        capabilities: Capabilities { call: true, check: true, ..Capabilities::default() },
        vars: header.vars,
        params: header.params,
        labels: Some(producer.labels().to_string()),
        properties: properties.map(|p| NamedProperty { name: p.name, kind: kind(p.kind) }).collect(),
        ..Hello::default()
    }
}
