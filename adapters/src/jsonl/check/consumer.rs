//! The items for consumers.

use itf::{Label, Labels, Record, State};

use super::{List, NO_SUCH_ACTION, Trial, conversation, ending, refuses};
use crate::jsonl::JsonlConsumer;
use crate::{Bindings, Consumer, Fault, FaultKind, discrepancies};

pub(super) fn run(mut consumer: JsonlConsumer, trial: &Trial, list: &mut List<'_>) {
    let some = if consumer.actions().is_empty() {
        Err("the answer to hello names no actions: without them no trace can be replayed".into())
    } else {
        Ok(())
    };
    list.say("names its actions", some);
    let initial = trial.trace.as_ref().and_then(|trace| trace.states.first()).cloned();
    let is_real = initial.is_some();
    let initial = initial.unwrap_or_default();
    match consumer.reset(&initial) {
        Ok(_) => list.say("resets", Ok(())),
        // It may well want variables that only a real state has.
        Err(fault) if !is_real && fault.kind == FaultKind::Invalid => {
            list.skip("resets", &format!("it wants more than the empty state; give a trace. {fault}"));
            conversation(consumer.peer(), list);
            return ending(consumer.peer(), list);
        }
        Err(fault) => {
            list.say("resets", Err(fault.to_string()));
            return;
        }
    };
    conversation(consumer.peer(), list);
    let unknown = consumer.execute(&Label::new(NO_SUCH_ACTION, Record::default()));
    list.say("refuses unknown actions", refuses(unknown, "an unknown action"));
    let again = consumer.reset(&initial).map(drop);
    list.say("resets in the middle of a run", again.map_err(|fault| fault.to_string()));
    if consumer.can().observe {
        let seen = consumer.observe().map(drop);
        list.say("can be observed", seen.map_err(|fault| fault.to_string()));
    } else {
        list.skip("can be observed", "no capability `observe`");
    }
    let begun = view_of(&mut consumer);
    trace(&mut consumer, trial, &initial, list);
    same_start(&mut consumer, trial, &initial, begun, list);
    ending(consumer.peer(), list);
}

/// What the system shows of the view that it declares.
fn view_of(consumer: &mut JsonlConsumer) -> Option<Record> {
    let view = consumer.view()?;
    // Whoever cannot be seen yet says so elsewhere.
    let seen = consumer.observe().ok()??;
    Some(view.of_system(&seen, &Bindings::default()))
}

/// After a run the system begins where it began before it: what is left of one run would be blamed on the next.
fn same_start(
    consumer: &mut JsonlConsumer,
    trial: &Trial,
    initial: &State,
    begun: Option<Record>,
    list: &mut List<'_>,
) {
    const ITEM: &str = "begins again where it began";
    let Some(begun) = begun.filter(|begun| !begun.is_empty()) else {
        return list.skip(ITEM, "after reset nothing of a `view` was in `observed`");
    };
    if trial.trace.is_none() {
        return list.skip(ITEM, "no trace was given");
    }
    let again = consumer.reset(initial).map(|_| view_of(consumer).unwrap_or_default());
    list.say(
        ITEM,
        match again {
            Err(fault) => Err(fault.to_string()),
            Ok(again) if again == begun => Ok(()),
            Ok(again) => {
                let differs = discrepancies(&begun, &again, false);
                let first = differs.first().map(ToString::to_string).unwrap_or_default();
                Err(format!("reset does not bring it back: after a run, {first}"))
            }
        },
    );
}

fn trace(consumer: &mut JsonlConsumer, trial: &Trial, initial: &State, list: &mut List<'_>) {
    const ITEM: &str = "executes the trace";
    let Some(trace) = &trial.trace else { return list.skip(ITEM, "no trace was given") };
    let given = trial.labels.clone().map(|labels| vec![labels]);
    let mut why = crate::unlabelled(trace);
    for labels in given.unwrap_or_else(|| Labels::candidates(trace)) {
        let mut tried = || -> Result<(), Fault> {
            consumer.reset(initial)?;
            let view = consumer.view();
            let lacking = view.as_ref().and_then(|view| view.lacks(initial));
            if let Some(name) = lacking {
                let what = format!(
                    "`{name}` is in the view that hello declares, and the trace has no such variable"
                );
                return Err(Fault::new(FaultKind::Invalid, what));
            }
            if let (Some(view), Some(seen)) = (&view, consumer.shown()) {
                let seen = view.of_system(&seen, &Bindings::default());
                let differs = discrepancies(&view.of_model(initial), &seen, true);
                if let Some(first) = differs.first() {
                    let what = format!("after reset it does not look like state 0 of the trace: {first}");
                    return Err(Fault::new(FaultKind::Invalid, what));
                }
            }
            for (at, state) in trace.states.iter().enumerate().skip(1) {
                let label = labels.label(state, at);
                let label = label.map_err(|e| Fault::new(FaultKind::Invalid, e.to_string()))?;
                consumer.execute(&label)?;
                let seen = consumer.observe()?;
                if let (Some(view), Some(seen)) = (&view, &seen) {
                    let (model, system) = (view.of_model(state), view.of_system(seen, &Bindings::default()));
                    if let Some(name) = model.names().iter().find(|name| system.get(name.as_str()).is_none())
                    {
                        let what =
                            format!("`{name}` is in the view that hello declares, and not in `observed`");
                        return Err(Fault::new(FaultKind::Invalid, what));
                    }
                }
            }
            Ok(())
        };
        match tried() {
            Ok(()) => {
                list.say(ITEM, Ok(()));
                return;
            }
            Err(fault) => why = format!("by {labels}: {fault}"),
        }
    }
    list.say(ITEM, Err(why));
}
