//! Calls of the machine from ITF, and back.

use itf::{Label, Record as Fields, Value};
use itf_adapters::{Action, Fault, FaultKind, Picks};

use crate::action::{Call, Pick};
use crate::encode;
use crate::id::{Deployer, Ip, IpSet, PlanId, Weights};
use crate::record::Lock;

/// The picks of an action, by name or in the order in which the action asks.
struct Given<'a> {
    picks: &'a Picks,
    next: usize,
}

impl<'a> Given<'a> {
    fn take(&mut self, name: &str) -> Option<&'a Value> {
        let at = self.next;
        self.next += 1;
        match self.picks {
            Picks::InOrder(values) => values.get(at),
            Picks::ByName(values) => values.get(name),
            Picks::Trail(_) => None,
        }
    }

    /// The pick, read by `read`; what the machine has no id for is in no set of choices.
    fn pick<T>(&mut self, name: &str, read: impl FnOnce(&Value) -> Option<T>) -> Pick<T> {
        self.take(name).map_or(Pick::Missing, |value| read(value).map_or(Pick::Foreign, Pick::Of))
    }
}

/// The call of the machine that an action stands for.
pub(crate) fn call(action: &Action) -> Result<Call, Fault> {
    let mut given = Given { picks: &action.picks, next: 0 };
    Ok(match &*action.name {
        "planner_generate" => Call::PlannerGenerate {
            plan_id: given.pick("plan_id", plan),
            ips: given.pick("ips", ips),
            weights: given.pick("weights", weights),
        },
        "deployer_query" => Call::DeployerQuery {
            deployer: deployer(&action.args, "deployer_query")?,
            lock: given.pick("lock", lock),
            root: given.pick("root", plan),
            rollback: given.pick("rollback", plan),
        },
        "deployer_backoff" => Call::backoff(deployer(&action.args, "deployer_backoff")?),
        "deployer_apply" => Call::apply(deployer(&action.args, "deployer_apply")?),
        "deployer_gc" => Call::gc(deployer(&action.args, "deployer_gc")?),
        other => {
            let known = "planner_generate, deployer_query, deployer_backoff, deployer_apply, deployer_gc";
            return Err(Fault::new(
                FaultKind::Unsupported,
                format!("no action `{other}`; there are {known}"),
            ));
        }
    })
}

/// The call that a label stands for. What a label merely records (epochs, indices, roots that follow) is left out. What the
/// same machine in Quint records of a step, the action and what it chose, is a label too.
pub(crate) fn of_label(label: &Label) -> Result<Action, Fault> {
    let (action, picks): (_, &[&str]) = match &*label.name {
        "GeneratePlan" | "planner_generate" => ("planner_generate", &["plan_id", "ips", "weights"]),
        "Sync" | "deployer_query" => ("deployer_query", &["lock", "root", "rollback"]),
        "Backoff" | "deployer_backoff" => ("deployer_backoff", &[]),
        "Deploy" | "deployer_apply" => ("deployer_apply", &[]),
        "Cleanup" | "deployer_gc" => ("deployer_gc", &[]),
        other => {
            let known = "GeneratePlan, Sync, Backoff, Deploy, Cleanup";
            let message =
                format!("no action has the label `{other}`; the labels after the first are {known}");
            return Err(Fault::new(FaultKind::Unsupported, message));
        }
    };
    let picks = picks.iter().filter_map(|&name| Some((name, label.args.get(name)?.clone()))).collect();
    let mut call = Action::new(action).picks(Picks::ByName(picks));
    if action != "planner_generate" {
        call = call.arg("deployer", deployer(&label.args, &label.name)?.name());
    }
    Ok(call)
}

/// The action that a call of the machine is, with all its picks.
pub(crate) fn action(call: &Call) -> Action {
    let mut picks: Vec<(&str, Value)> = Vec::new();
    let mut add = |name, value: Option<Value>| picks.extend(value.map(|value| (name, value)));
    match call {
        Call::PlannerGenerate { plan_id, weights, .. } => {
            add("plan_id", of(plan_id).map(|plan| plan.name().into()));
            add("ips", of(weights).map(encode::ips));
            add("weights", of(weights).map(encode::weights));
        }
        Call::DeployerQuery { lock, root, rollback, .. } => {
            add("lock", of(lock).map(|lock| encode::record(&lock.record())));
            add("root", of(root).map(|plan| plan.name().into()));
            add("rollback", of(rollback).map(|plan| plan.name().into()));
        }
        Call::DeployerBackoff { .. } | Call::DeployerApply { .. } | Call::DeployerGc { .. } => {}
    }
    let action = Action::new(call.action()).picks(Picks::ByName(picks.into_iter().collect()));
    match call.deployer() {
        Some(deployer) => action.arg("deployer", deployer.name()),
        None => action,
    }
}

fn of<T: Copy>(pick: &Pick<T>) -> Option<T> {
    match pick {
        Pick::Of(value) => Some(*value),
        Pick::Missing | Pick::Foreign => None,
    }
}

fn deployer(args: &Fields, of: &str) -> Result<Deployer, Fault> {
    let found =
        args.get("deployer").or_else(|| args.get("d")).and_then(Value::as_str).and_then(Deployer::named);
    found.ok_or_else(|| {
        let given = args.get("deployer").map_or_else(|| "nothing".to_owned(), ToString::to_string);
        let known = Deployer::ALL.map(Deployer::name).join(", ");
        Fault::new(FaultKind::Invalid, format!("{of}: `deployer` must be one of {known}, not {given}"))
    })
}

fn plan(value: &Value) -> Option<PlanId> {
    PlanId::named(value.as_str()?)
}

fn ips(value: &Value) -> Option<IpSet> {
    value.as_set()?.iter().map(|ip| Ip::named(ip.as_str()?)).collect()
}

fn weights(value: &Value) -> Option<Weights> {
    let weight = |v: &Value| u8::try_from(v.as_i64()?).ok();
    value.as_map()?.iter().map(|(ip, w)| Some((Ip::named(ip.as_str()?)?, weight(w)?))).collect()
}

fn lock(value: &Value) -> Option<Lock> {
    let record = value.as_record()?;
    match record.get("value")?.items()? {
        [host, epoch] => {
            Lock::valued(host.as_str()?, epoch.as_i64()?).filter(|l| encode::record(&l.record()) == *value)
        }
        _ => None,
    }
}
