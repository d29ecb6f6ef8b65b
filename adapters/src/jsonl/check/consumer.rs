//! The items for consumers.

use itf::{Label, Labels, Record, State};

use super::{List, NO_SUCH_ACTION, Trial, conversation, ending, refuses};
use crate::jsonl::JsonlConsumer;
use crate::{Bindings, Consumer, Fault, FaultKind};

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
    trace(&mut consumer, trial, &initial, list);
    ending(consumer.peer(), list);
}

fn trace(consumer: &mut JsonlConsumer, trial: &Trial, initial: &State, list: &mut List<'_>) {
    const ITEM: &str = "executes the trace";
    let Some(trace) = &trial.trace else { return list.skip(ITEM, "no trace was given") };
    let given = trial.labels.clone().map(|labels| vec![labels]);
    let mut why = "the trace does not say what its steps did".to_owned();
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
