//! States of the machine as ITF.

use std::hash::Hash;

use itf::{Record as Fields, Value};
use rapidhash::RapidHashMap;

use crate::id::{Deployer, PlanSet, Weights};
use crate::instance::{Instance, Parameters};
use crate::label::Label;
use crate::record::{Record, View};
use crate::state::{Plans, State};

/// The variables, in the order in which the spec declares them.
pub(crate) const VARS: [&str; 5] =
    ["zone_records", "planner_updates", "deployer_next_plan", "deployer_view", "ghost_action"];

/// The parameters, in the order in which the spec declares them.
pub(crate) const PARAMS: [&str; 6] =
    ["DEPLOYERS", "PLAN_IDS", "IPS", "BALANCER_NAMES", "WEIGHTS", "MAX_PLAN_AGE"];

/// Parts of states remembered at most; then they are forgotten and made again.
const REMEMBERED: usize = 1 << 14;

/// Makes ITF of states. A step changes little of a state, and a shrinker sees the same states over and over: parts that
/// were made before are the same nodes again.
#[derive(Default)]
pub(crate) struct Encoder {
    zones: RapidHashMap<(View, PlanSet, Plans), Value>,
    updates: RapidHashMap<Plans, Value>,
    next_plans: RapidHashMap<[u8; 3], Value>,
    views: RapidHashMap<[View; 3], Value>,
    template: Option<Fields>,
}

impl Encoder {
    /// The values of the variables.
    pub(crate) fn state(&mut self, state: &State) -> Fields {
        let core = &state.core;
        let zone = remember(&mut self.zones, (core.zone, core.installed, state.plans.clone()), || {
            Value::set(state.zone_records().iter().map(record))
        });
        let updates = remember(&mut self.updates, state.plans.clone(), || {
            Value::list(state.planner_updates().iter().map(|plan| {
                let creates = Value::set(plan.creates().iter().map(record));
                Value::record([("plan_id", Value::from(plan.plan_id.name())), ("creates", creates)])
            }))
        });
        let next_plans = remember(&mut self.next_plans, core.next_plan, || {
            by_deployer(|deployer| Value::from(u64::from(state.next_plan(deployer))))
        });
        let views = remember(&mut self.views, core.views, || {
            by_deployer(|deployer| {
                let View { lock, root, rollback } = state.view(deployer);
                Value::record([
                    ("lock", record(&lock.record())),
                    ("root", Value::from(root.name())),
                    ("rollback", Value::from(rollback.name())),
                ])
            })
        });
        let ghost = label(state.ghost_action()).to_variant();
        let template =
            self.template.get_or_insert_with(|| VARS.map(|name| (name, Value::Null)).into_iter().collect());
        template.map_values(|name, _| match name.as_str() {
            "zone_records" => zone.clone(),
            "planner_updates" => updates.clone(),
            "deployer_next_plan" => next_plans.clone(),
            "deployer_view" => views.clone(),
            _ => ghost.clone(),
        })
    }
}

fn remember<K: Eq + Hash>(known: &mut RapidHashMap<K, Value>, key: K, make: impl FnOnce() -> Value) -> Value {
    if known.len() >= REMEMBERED {
        known.clear();
    }
    known.entry(key).or_insert_with(make).clone()
}

fn by_deployer(value: impl Fn(Deployer) -> Value) -> Value {
    Value::map(Deployer::ALL.map(|deployer| (deployer.name(), value(deployer))))
}

pub(crate) fn record(record: &Record) -> Value {
    let (text, number) = record.value;
    Value::record([
        ("name", Value::from(record.name)),
        ("kind", Value::from(record.kind.name())),
        ("value", Value::tuple([Value::from(text), Value::from(number)])),
    ])
}

/// The values of the parameters.
pub(crate) fn parameters(instance: &Instance) -> Fields {
    let Parameters { deployers, plan_ids, ips, balancer_names, weights, max_plan_age } =
        instance.parameters();
    let balancers = balancer_names
        .into_iter()
        .map(|((plan, ip), balancer)| (Value::tuple([plan, ip]), Value::from(balancer)));
    Fields::from_iter([
        ("DEPLOYERS", Value::set(deployers)),
        ("PLAN_IDS", Value::set(plan_ids)),
        ("IPS", Value::set(ips)),
        ("BALANCER_NAMES", Value::map(balancers)),
        ("WEIGHTS", Value::set(weights)),
        ("MAX_PLAN_AGE", Value::from(max_plan_age)),
    ])
}

pub(crate) fn weights(weights: Weights) -> Value {
    Value::map(weights.iter().map(|(ip, weight)| (ip.name(), Value::from(i64::from(weight)))))
}

pub(crate) fn ips(weights: Weights) -> Value {
    Value::set(weights.iter().map(|(ip, _)| ip.name()))
}

/// The label as the trace shows it.
pub(crate) fn label(label: Label) -> itf::Label {
    let deployer = |deployer: Deployer| ("deployer", Value::from(deployer.name()));
    let args = match label {
        Label::Init => Fields::default(),
        Label::GeneratePlan { plan_id, weights: chosen } => Fields::from_iter([
            ("plan_id", Value::from(plan_id.name())),
            ("ips", ips(chosen)),
            ("weights", weights(chosen)),
        ]),
        Label::Sync { deployer: who, view } => Fields::from_iter([
            deployer(who),
            ("lock", record(&view.lock.record())),
            ("root", Value::from(view.root.name())),
            ("rollback", Value::from(view.rollback.name())),
        ]),
        Label::Backoff { deployer: who, lock } => {
            Fields::from_iter([deployer(who), ("lock", record(&lock.record()))])
        }
        Label::Deploy { deployer: who, plan_id, previous_root, new_root, rollback, new_epoch } => {
            Fields::from_iter([
                deployer(who),
                ("plan_id", Value::from(plan_id.name())),
                ("previous_root", Value::from(previous_root.name())),
                ("new_root", Value::from(new_root.name())),
                ("rollback", Value::from(rollback.name())),
                ("new_epoch", Value::from(u64::from(new_epoch))),
            ])
        }
        Label::Cleanup { deployer: who, next_plan, old_plans } => Fields::from_iter([
            deployer(who),
            ("next_plan", Value::from(u64::from(next_plan))),
            ("old_indices", Value::set((0..old_plans).map(u32::from))),
        ]),
    };
    itf::Label::new(label.name(), args)
}
