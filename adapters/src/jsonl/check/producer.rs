//! The items for producers.

use itf::{Record, State};

use super::{List, NO_SUCH_ACTION, Trial, conversation, ending, refuses};
use crate::jsonl::JsonlProducer;
use crate::{Action, Fault, Next, Picks, Producer, conventions, schedule_of};

/// How many of the calls that are listed as enabled are executed.
const TRIED: usize = 100;

pub(super) fn run(mut producer: JsonlProducer, trial: &Trial, list: &mut List<'_>) {
    let first = match producer.reset_with(None, None) {
        Ok((state, _)) => {
            list.say("resets", Ok(()));
            state
        }
        Err(fault) => {
            list.say("resets", Err(fault.to_string()));
            return;
        }
    };
    list.say("has all its variables, and no others", variables(&producer, &first));
    let again = producer.reset();
    list.say(
        "resets to the same state",
        match again {
            Ok(state) if state.value == first.value => Ok(()),
            Ok(state) => Err(format!("two resets gave two states: {:?} and {:?}", first.value, state.value)),
            Err(fault) => Err(fault.to_string()),
        },
    );
    conversation(producer.peer(), list);
    let unknown = producer.execute(&Action::new(NO_SUCH_ACTION));
    list.say("refuses unknown actions", refuses(unknown, "an unknown action"));
    starts(&mut producer, list);
    checks(&mut producer, list);
    snapshots(&mut producer, list);
    enabled(&mut producer, list);
    successors(&mut producer, list);
    trace(&mut producer, trial, list);
    ending(producer.peer(), list);
}

fn variables(producer: &JsonlProducer, state: &State) -> Result<(), String> {
    let hello = producer.said();
    if hello.vars.is_empty() {
        return Err("the answer to hello names no variables: `vars` is missing or empty".into());
    }
    if let Some(missing) = hello.vars.iter().find(|name| state.get(name).is_none()) {
        return Err(format!("the initial state has no `{missing}`, which `vars` of hello names"));
    }
    let known = |name: &str| hello.vars.iter().chain(&hello.params).any(|v| v == name);
    match state.value.names().iter().find(|name| !known(name)) {
        Some(name) => {
            Err(format!("the initial state has `{name}`, which neither `vars` nor `params` of hello names"))
        }
        None => Ok(()),
    }
}

fn checks(producer: &mut JsonlProducer, list: &mut List<'_>) {
    const ITEM: &str = "checks its properties";
    if !producer.can().check {
        return list.skip(ITEM, "no capability `check`");
    }
    let properties = producer.properties();
    let checked = properties.iter().try_for_each(|p| producer.holds(&p.name).map(drop));
    list.say(ITEM, checked.map_err(|fault| fault.to_string()));
    let unknown = producer.holds("itf_no_such_property");
    list.say("refuses unknown properties", refuses(unknown, "an unknown property"));
}

fn snapshots(producer: &mut JsonlProducer, list: &mut List<'_>) {
    const ITEM: &str = "goes back to a snapshot";
    if !producer.can().snapshot {
        return list.skip(ITEM, "no capability `snapshot`");
    }
    // Parameters need not be in every state.
    let vars = producer.said().vars.clone();
    let same = |a: &State, b: &State| vars.iter().all(|name| a.get(name) == b.get(name));
    let mut tried = || -> Result<bool, Fault> {
        let before = producer.reset()?;
        let snapshot = producer.snapshot()?;
        if producer.can().enabled
            && let Some(call) = producer.sample(1)?.first()
        {
            producer.execute(call)?;
        }
        Ok(same(&producer.restore(snapshot)?, &before))
    };
    list.say(
        ITEM,
        match tried() {
            Ok(true) => Ok(()),
            Ok(false) => Err("the state after restore is not the one that was remembered".into()),
            Err(fault) => Err(fault.to_string()),
        },
    );
}

fn enabled(producer: &mut JsonlProducer, list: &mut List<'_>) {
    const ITEM: &str = "executes what it calls enabled";
    if !producer.can().enabled {
        return list.skip(ITEM, "no capability `enabled`");
    }
    let mut tried = || -> Result<Option<String>, Fault> {
        producer.reset()?;
        // What a seed draws, and of a long list as many from all over it.
        let mut calls = producer.listed(Some(1))?.calls;
        let listed = producer.listed(None)?.calls;
        let every = listed.len().div_ceil(TRIED).max(1);
        calls.extend(listed.into_iter().step_by(every));
        for call in calls {
            if let Some(name) = unnamed(producer, &call) {
                return Ok(Some(format!(
                    "{call} is listed as enabled, and `actions` in hello does not name `{name}` for {}: it is not sent when a \
                     trace is re-executed",
                    call.name
                )));
            }
            producer.reset()?;
            if let Next::Disabled(why) = producer.execute(&call)? {
                return Ok(Some(format!("{call} is listed as enabled, and disabled when executed: {why}")));
            }
        }
        Ok(None)
    };
    list.say(ITEM, tried().map_or_else(|fault| Err(fault.to_string()), |why| why.map_or(Ok(()), Err)));
}

/// What of a call no label can give: what hello does not name is taken to be a mere record. Where the adapter itself says what
/// a label stands for, that decides.
fn unnamed(producer: &JsonlProducer, call: &Action) -> Option<String> {
    if producer.can().call || producer.can().trace {
        return None;
    }
    let signature = producer.said().actions.get(&*call.name)?;
    let has = |names: &[String], name: &str| names.iter().any(|n| n == name);
    let lost = |record: &Record, names: &[String]| {
        record.names().iter().map(ToString::to_string).find(|name: &String| !has(names, name))
    };
    lost(&call.args, &signature.args).or_else(|| match &call.picks {
        Picks::ByName(picks) => lost(picks, &signature.picks),
        _ => None,
    })
}

/// Only of those that say so: most specs have one initial state.
fn starts(producer: &mut JsonlProducer, list: &mut List<'_>) {
    if !producer.can().starts {
        return;
    }
    let mut tried = || -> Result<Option<String>, Fault> {
        let listed = producer.starts()?.picks;
        if listed.is_empty() {
            return Ok(Some("it lists none".to_owned()));
        }
        for start in listed {
            let before = producer.start_at(start);
            let reached = producer.reset();
            producer.start_at(before);
            reached?;
        }
        Ok(None)
    };
    let tried = tried().map_or_else(|fault| Err(fault.to_string()), |why| why.map_or(Ok(()), Err));
    list.say("goes to each of its initial states", tried);
}

fn successors(producer: &mut JsonlProducer, list: &mut List<'_>) {
    const ITEM: &str = "reaches its successors by their calls";
    if !producer.can().successors {
        return list.skip(ITEM, "no capability `successors`");
    }
    let vars = producer.said().vars.clone();
    let same = |a: &State, b: &State| vars.iter().all(|name| a.get(name) == b.get(name));
    let mut tried = || -> Result<Option<String>, Fault> {
        producer.reset()?;
        for (call, promised) in producer.successors()? {
            producer.reset()?;
            match producer.execute(&call)? {
                Next::State { state, .. } if same(&state, &promised) => {}
                Next::State { .. } => {
                    return Ok(Some(format!("{call} reaches another state than was listed")));
                }
                Next::Disabled(why) => return Ok(Some(format!("{call} is disabled when executed: {why}"))),
            }
        }
        Ok(None)
    };
    list.say(ITEM, tried().map_or_else(|fault| Err(fault.to_string()), |why| why.map_or(Ok(()), Err)));
}

fn trace(producer: &mut JsonlProducer, trial: &Trial, list: &mut List<'_>) {
    const ITEM: &str = "re-executes the trace";
    let Some(trace) = &trial.trace else { return list.skip(ITEM, "no trace was given") };
    let mut why = crate::unlabelled(trace);
    for labels in conventions(producer, trace, trial.labels.as_ref()) {
        match schedule_of(producer, trace, &labels) {
            Ok(learned) => {
                list.say(
                    ITEM,
                    match learned.differs_at {
                        None => Ok(()),
                        Some(at) => {
                            let not_sent = match learned.not_sent.as_slice() {
                                [] => String::new(),
                                names => format!(
                                    "; its label has `{}`, which `actions` in hello does not name, and which was not sent",
                                    names.join("`, `")
                                ),
                            };
                            Err(format!(
                                "state {at} is not reached as it was recorded (by {labels}){not_sent}"
                            ))
                        }
                    },
                );
                return;
            }
            Err(fault) => why = format!("by {labels}: {fault}"),
        }
    }
    list.say(ITEM, Err(why));
}
