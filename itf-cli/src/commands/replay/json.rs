//! Replays as JSON: schemas/replay-report-1.schema.json.

use itf_adapters::{Discrepancy, End, Fault, Replay as Run, ReplayedStep};
use itf_shrink::Failure;
use serde_json::{Map, Value, json};

use super::Told;
use crate::cli::Replay;
use crate::commands::observed::{action, difference};

pub(super) fn report(args: &Replay, told: &[Told<'_>]) -> Value {
    let mut report = json!({
        "version": 1,
        "system": args.on,
        "traces": told.iter().map(trace).collect::<Vec<_>>(),
    });
    if let (Some(with), Some(map)) = (&args.with, report.as_object_mut()) {
        map.insert("with".to_owned(), json!(with));
    }
    report
}

fn trace(told: &Told<'_>) -> Value {
    let mut map = Map::new();
    let mut set = |key: &str, value: Value| drop(map.insert(key.to_owned(), value));
    set("name", told.name.into());
    set("steps", told.trace.states.len().saturating_sub(1).into());
    match &told.run {
        Err(fault) => {
            set("verdict", "inconclusive".into());
            set("fault", self::fault(fault, 0));
            set("run", json!([]));
        }
        Ok(run) => {
            match &run.end {
                End::Agreed => set("verdict", "agrees".into()),
                End::Failed(failure) => {
                    set("verdict", "fails".into());
                    set(
                        "failure",
                        json!({
                            "kind": failure.kind,
                            "site": failure.site,
                            "message": failure.message,
                            "step": run.steps.len(),
                        }),
                    );
                    set("differences", differences(&run.divergence.discrepancies));
                }
                End::Broken(at, trouble) => {
                    set("verdict", "inconclusive".into());
                    set("fault", fault(trouble, *at));
                }
            }
            rest(run, &mut set);
        }
    }
    Value::Object(map)
}

fn rest(run: &Run, set: &mut impl FnMut(&str, Value)) {
    if let Some(nearest) = &run.divergence.nearest {
        let (action, differences) = (action(&nearest.label), differences(&nearest.discrepancies));
        set("nearest", json!({"action": action, "differences": differences, "allowed": nearest.allowed}));
    }
    if run.same_views > 0 {
        set("same_views", run.same_views.into());
    }
    if !run.at_reset.is_empty() {
        set("differences_at_reset", differences(&run.at_reset));
    }
    if !run.left_out.is_empty() {
        let one = |f: &Failure| json!({"kind": f.kind, "site": f.site, "message": f.message});
        set("not_counted", run.left_out.iter().map(one).collect());
    }
    if let Some(at) = run.edited_at {
        set("edited_at", at.into());
    }
    set("run", run.steps.iter().map(step).collect());
    let pairs = run.bindings.pairs().iter();
    set("bindings", pairs.map(|(model, system)| json!([model, system])).collect());
}

fn step(step: &ReplayedStep) -> Value {
    let mut map = Map::new();
    let mut set = |key: &str, value: Value| drop(map.insert(key.to_owned(), value));
    set("step", step.index.into());
    set("action", action(&step.label));
    if let Some(why) = &step.skipped {
        set("left_out", why.as_str().into());
    } else {
        set("outcome", step.reply.outcome.as_str().into());
    }
    if let Some(detail) = &step.reply.detail {
        set("detail", detail.as_str().into());
    }
    if let Some(why) = &step.unknown {
        set("not_judged", why.as_str().into());
    }
    if let Some(did) = &step.followed {
        set("followed", action(did));
    }
    Value::Object(map)
}

fn differences(all: &[Discrepancy]) -> Value {
    let one = |one: &Discrepancy| {
        difference(&one.path, one.kind.word(), [one.expected.as_ref(), one.observed.as_ref()])
    };
    all.iter().map(one).collect()
}

fn fault(fault: &Fault, step: usize) -> Value {
    json!({"kind": fault.kind.word(), "message": fault.message, "step": step})
}
