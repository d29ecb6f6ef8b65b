//! The same machine once more, on plain sets of records and text, as the table of the design has it. It shares no code
//! with the machine under test, which describes a zone by a few bytes, and the two must agree step by step.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use itf_dns_spec::{
    Call, Choices, Deployer, Disabled, Instance, Label, Parameters, Pick, Property, Record, State, Weights,
    enabled, init, step,
};

use crate::common::{generate, instance, ip, one, plan};

const ZONE: &str = "db.us-east-1.example.com";
const ROLLBACK: &str = "rollback.db.example.com";
const LOCK: &str = "lock.example.com";

type Rec = (String, String, (String, i64));

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Seen {
    lock: Rec,
    root: String,
    rollback: String,
}

/// The variables, under their names in the model. The label is text in the form of [`label_of`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Model {
    zone_records: BTreeSet<Rec>,
    planner_updates: Vec<(String, BTreeSet<Rec>)>,
    deployer_next_plan: BTreeMap<String, i64>,
    deployer_view: BTreeMap<String, Seen>,
    ghost_action: String,
}

fn record(name: &str, kind: &str, text: &str, number: i64) -> Rec {
    (name.to_owned(), kind.to_owned(), (text.to_owned(), number))
}

fn pairs(weights: Weights) -> Vec<(&'static str, i64)> {
    weights.iter().map(|(ip, weight)| (ip.name(), i64::from(weight))).collect()
}

impl Model {
    pub(crate) fn init(parameters: &Parameters) -> Model {
        let lock = record(LOCK, "TXT", "genesis", 0);
        let initial = "plan-init.db.example.com".to_owned();
        let seen = Seen { lock: lock.clone(), root: initial.clone(), rollback: initial.clone() };
        let deployers = || parameters.deployers.iter().map(|&name| name.to_owned());
        Model {
            zone_records: BTreeSet::from([
                lock,
                record(ZONE, "CNAME", &initial, 1),
                record(&initial, "CNAME", "lb-1-init.db.example.com", 100),
                record(ROLLBACK, "CNAME", &initial, 1),
            ]),
            planner_updates: Vec::new(),
            deployer_next_plan: deployers().map(|name| (name, 0)).collect(),
            deployer_view: deployers().map(|name| (name, seen.clone())).collect(),
            ghost_action: "Init".to_owned(),
        }
    }

    fn targets(&self, name: &str) -> BTreeSet<&String> {
        self.zone_records.iter().filter(|r| r.0 == name && r.1 == "CNAME").map(|r| &r.2.0).collect()
    }

    /// The successor, or `None` when the call is disabled. Picks must be given.
    pub(crate) fn step(&self, parameters: &Parameters, call: &Call) -> Option<Model> {
        let mut next = self.clone();
        if let Call::PlannerGenerate {
            plan_id: Pick::Of(plan),
            ips: Pick::Of(ips),
            weights: Pick::Of(weights),
        } = *call
        {
            let plan = plan.name();
            let names: BTreeSet<&str> = ips.iter().map(itf_dns_spec::Ip::name).collect();
            let domain: BTreeSet<&str> = pairs(weights).iter().map(|pair| pair.0).collect();
            let enabled = parameters.plan_ids.contains(&plan)
                && self.planner_updates.iter().all(|update| update.0 != plan)
                && !names.is_empty()
                && names.iter().all(|ip| parameters.ips.contains(ip))
                && domain == names
                && pairs(weights).iter().all(|pair| parameters.weights.contains(&pair.1));
            if !enabled {
                return None;
            }
            let mut creates = BTreeSet::new();
            for (ip, weight) in pairs(weights) {
                creates.insert(record(plan, "CNAME", parameters.balancer_names[&(plan, ip)], weight));
                creates.insert(record(plan, "A", ip, 1));
            }
            next.planner_updates.push((plan.to_owned(), creates));
            next.ghost_action = format!("GeneratePlan {plan} {names:?} {:?}", pairs(weights));
            return Some(next);
        }
        let d = call.deployer()?.name();
        let seen = &self.deployer_view[d];
        let next_plan = self.deployer_next_plan[d];
        match call {
            Call::PlannerGenerate { .. } => return None,
            Call::DeployerQuery { .. } => {
                let lock = self.zone_records.iter().find(|r| r.0 == LOCK && r.1 == "TXT")?.clone();
                let root = (*self.targets(ZONE).first()?).clone();
                let rollback = (*self.targets(ROLLBACK).first()?).clone();
                next.ghost_action = format!("Sync {d} {lock:?} {root} {rollback}");
                next.deployer_view.insert(d.to_owned(), Seen { lock, root, rollback });
            }
            Call::DeployerBackoff { .. } => {
                if self.zone_records.contains(&seen.lock) {
                    return None;
                }
                next.ghost_action = format!("Backoff {d} {:?}", seen.lock);
            }
            Call::DeployerApply { .. } => {
                let (plan, creates) = self.planner_updates.get(usize::try_from(next_plan).ok()?)?;
                let bears_root = |r: &Rec| r.1 == "CNAME" && r.2.0 == seen.root;
                if !self.zone_records.contains(&seen.lock) || !self.zone_records.iter().any(bears_root) {
                    return None;
                }
                let epoch = seen.lock.2.1 + 1;
                let lock = record(LOCK, "TXT", d, epoch);
                let replaced =
                    |r: &Rec| r.1 == "CNAME" && (r.0 == ZONE || r.0 == ROLLBACK) || *r == seen.lock;
                next.zone_records.retain(|r| !replaced(r));
                next.zone_records.extend(creates.iter().cloned());
                next.zone_records.insert(record(ZONE, "CNAME", plan, 100));
                next.zone_records.insert(record(ROLLBACK, "CNAME", &seen.root, 1));
                next.zone_records.insert(lock.clone());
                next.ghost_action = format!("Deploy {d} {plan} {} {plan} {} {epoch}", seen.root, seen.root);
                let written = Seen { lock, root: plan.clone(), rollback: seen.root.clone() };
                next.deployer_view.insert(d.to_owned(), written);
                next.deployer_next_plan.insert(d.to_owned(), next_plan + 1);
            }
            Call::DeployerGc { .. } => {
                let old: BTreeSet<usize> = (0..self.planner_updates.len())
                    .filter(|&i| next_plan > i64::try_from(i).unwrap_or(i64::MAX) + parameters.max_plan_age)
                    .collect();
                let created: BTreeSet<&Rec> = old.iter().flat_map(|&i| &self.planner_updates[i].1).collect();
                if !self.zone_records.iter().any(|r| created.contains(r)) {
                    return None;
                }
                next.zone_records.retain(|r| !created.contains(r));
                next.ghost_action = format!("Cleanup {d} {next_plan} {old:?}");
            }
        }
        Some(next)
    }

    pub(crate) fn holds(&self, property: Property) -> bool {
        let leads_somewhere = |name| {
            let targets = self.targets(name);
            targets.len() == 1 && self.zone_records.iter().any(|r| r.1 == "CNAME" && targets.contains(&r.0))
        };
        match property {
            Property::NoInconsistentRoot => leads_somewhere(ZONE),
            Property::NoInconsistentRollback => leads_somewhere(ROLLBACK),
            Property::Epoch5 => self.deployer_view.values().any(|seen| seen.lock.2.1 >= 5),
            Property::Plans3 => self.planner_updates.len() >= 3,
        }
    }

    /// Breadth-first over all models that differ in more than the label, until `stop`; with the least picks only.
    /// Returns the models seen, and the number of states of a shortest trace to where it stopped.
    fn explore(instance: &Instance, stop: impl Fn(&Model) -> bool) -> (HashSet<Model>, Option<usize>) {
        let parameters = instance.parameters();
        let mut start = Model::init(&parameters);
        start.ghost_action.clear();
        let mut seen = HashSet::from([start.clone()]);
        let mut queue = VecDeque::from([(start, 1)]);
        while let Some((model, len)) = queue.pop_front() {
            if stop(&model) {
                return (seen, Some(len));
            }
            let first_unpublished = model.planner_updates.len();
            let generate = (first_unpublished < parameters.plan_ids.len()).then(|| {
                let weight = *instance.weights().start();
                Call::generate(plan(first_unpublished), Weights::even([ip(1)].into_iter().collect(), weight))
            });
            for call in deployer_calls().chain(generate) {
                if let Some(mut next) = model.step(&parameters, &call) {
                    next.ghost_action.clear();
                    if seen.insert(next.clone()) {
                        queue.push_back((next, len + 1));
                    }
                }
            }
        }
        (seen, None)
    }

    /// The number of states of a shortest trace to a state where the property differs from what it is at first.
    pub(crate) fn shortest(instance: &Instance, property: Property) -> Option<usize> {
        let at_first = Model::init(&instance.parameters()).holds(property);
        Model::explore(instance, |model| model.holds(property) != at_first).1
    }

    /// All that can be reached with the least picks, but for the label.
    pub(crate) fn reachable(instance: &Instance) -> HashSet<Model> {
        Model::explore(instance, |_| false).0
    }

    /// The model in which the deployers have exchanged their names: `names` in place of a, b and c.
    fn renamed(&self, names: [&str; 3]) -> Model {
        let rename = |text: &str| match text.strip_prefix("deployer-") {
            Some("a") => names[0].to_owned(),
            Some("b") => names[1].to_owned(),
            Some("c") => names[2].to_owned(),
            _ => text.to_owned(),
        };
        let rename_record = |r: &Rec| (r.0.clone(), r.1.clone(), (rename(&r.2.0), r.2.1));
        let rename_seen = |seen: &Seen| Seen { lock: rename_record(&seen.lock), ..seen.clone() };
        Model {
            zone_records: self.zone_records.iter().map(rename_record).collect(),
            deployer_next_plan: self.deployer_next_plan.iter().map(|(d, next)| (rename(d), *next)).collect(),
            deployer_view: self
                .deployer_view
                .iter()
                .map(|(d, seen)| (rename(d), rename_seen(seen)))
                .collect(),
            ..self.clone()
        }
    }

    /// The least of the models that differ from this one by the names of the deployers.
    pub(crate) fn without_names(&self) -> Model {
        let [a, b, c] = ["deployer-a", "deployer-b", "deployer-c"];
        let orders = [[a, b, c], [a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]];
        orders.into_iter().map(|order| self.renamed(order)).min().expect("six models")
    }

    /// Without the lock, without names of deployers, and without what they have seen but for whether it is their lock.
    pub(crate) fn without_views(&self) -> impl Eq + std::hash::Hash + use<> {
        let zone: BTreeSet<Rec> = self.zone_records.iter().filter(|r| r.0 != LOCK).cloned().collect();
        let mut deployers: Vec<(i64, bool)> = self
            .deployer_view
            .iter()
            .map(|(d, seen)| (self.deployer_next_plan[d], self.zone_records.contains(&seen.lock)))
            .collect();
        deployers.sort_unstable();
        (zone, self.planner_updates.clone(), deployers)
    }
}

fn deployer_calls() -> impl Iterator<Item = Call> {
    let kinds = [Call::query, Call::backoff, Call::apply, Call::gc];
    Deployer::ALL.into_iter().flat_map(move |deployer| kinds.map(|kind| kind(deployer)))
}

fn rec_of(record: &Record) -> Rec {
    (record.name.to_owned(), record.kind.name().to_owned(), (record.value.0.to_owned(), record.value.1))
}

fn label_of(label: Label) -> String {
    let name = label.name();
    match label {
        Label::Init => name.to_owned(),
        Label::GeneratePlan { plan_id, weights } => {
            let ips: BTreeSet<&str> = weights.ips().iter().map(itf_dns_spec::Ip::name).collect();
            format!("{name} {plan_id} {ips:?} {:?}", pairs(weights))
        }
        Label::Sync { deployer, view } => {
            format!("{name} {deployer} {:?} {} {}", rec_of(&view.lock.record()), view.root, view.rollback)
        }
        Label::Backoff { deployer, lock } => format!("{name} {deployer} {:?}", rec_of(&lock.record())),
        Label::Deploy { deployer, plan_id, previous_root, new_root, rollback, new_epoch } => {
            format!("{name} {deployer} {plan_id} {previous_root} {new_root} {rollback} {new_epoch}")
        }
        Label::Cleanup { deployer, next_plan, old_plans } => {
            let old: BTreeSet<u8> = (0..old_plans).collect();
            format!("{name} {deployer} {next_plan} {old:?}")
        }
    }
}

/// A state in the vocabulary of the model. Fails when a list that stands for a set is out of order or repeats itself.
fn model_of(state: &State) -> Model {
    let set = |records: &[Record]| {
        assert!(records.is_sorted_by(|a, b| a < b), "{records:?}");
        records.iter().map(rec_of).collect()
    };
    let name = |deployer: Deployer| deployer.name().to_owned();
    let seen = |deployer| {
        let view = state.view(deployer);
        let (root, rollback) = (view.root.name().to_owned(), view.rollback.name().to_owned());
        Seen { lock: rec_of(&view.lock.record()), root, rollback }
    };
    let updates = state.planner_updates().iter();
    Model {
        zone_records: set(&state.zone_records()),
        planner_updates: updates.map(|p| (p.plan_id.name().to_owned(), set(&p.creates()))).collect(),
        deployer_next_plan: Deployer::ALL.map(|d| (name(d), i64::from(state.next_plan(d)))).into(),
        deployer_view: Deployer::ALL.map(|d| (name(d), seen(d))).into(),
        ghost_action: label_of(state.ghost_action()),
    }
}

/// Follows random walks with both machines; at every state asks both about every call.
fn compare(instance: &Instance, walks: u64, max_steps: usize) {
    let parameters = instance.parameters();
    let beyond = parameters.plan_ids.len();
    for index in 0..walks {
        let walk = one(instance, None, 2, index, max_steps);
        let (mut state, mut model) = (init(instance), Model::init(&parameters));
        for call in &walk.calls {
            assert_eq!(model_of(&state), model);
            for property in Property::ALL {
                assert_eq!(property.holds(&state), model.holds(property), "{property:?} {model:?}");
            }
            let mut expected = Vec::new();
            for candidate in deployer_calls().chain((0..=beyond).map(generate)) {
                let answer = step(instance, &state, &candidate);
                match model.step(&parameters, &candidate) {
                    Some(successor) => {
                        let (next, used) = answer.expect("enabled in the model");
                        assert_eq!(model_of(&next), successor);
                        assert_eq!(step(instance, &state, &used), Ok((next, used)));
                        expected.push(used);
                    }
                    // The one-element rule: a stale pick for the last plan is that plan, on purpose.
                    None if answer.is_ok() => {
                        assert_eq!(model.planner_updates.len() + 1, parameters.plan_ids.len());
                        assert_eq!(candidate.deployer(), None);
                    }
                    None => {}
                }
            }
            let listed: Vec<Call> = enabled(instance, &state, Choices::Least).collect();
            for call in &listed {
                assert!(call.deployer().is_none() || expected.contains(call), "{call:?}");
            }
            let deployers = |calls: &[Call]| calls.iter().filter(|call| call.deployer().is_some()).count();
            assert_eq!(deployers(&listed), deployers(&expected));
            assert_eq!(
                listed.len() - deployers(&listed),
                usize::from(model.planner_updates.len() < parameters.plan_ids.len())
            );

            state = step(instance, &state, call).expect("the walk is enabled").0;
            model = model.step(&parameters, call).expect("the walk is enabled in the model");
        }
        assert_eq!(model_of(&state), model);
        assert_eq!(state, walk.end);
    }
}

#[test]
fn both_machines_agree_on_n3_5_3() {
    compare(&instance("n3_5_3"), 40, 60);
}

#[test]
fn both_machines_agree_on_n3_20_3() {
    compare(&instance("n3_20_3"), 10, 120);
}

#[test]
fn both_machines_agree_on_n3_30_20_until_plans_are_cleaned_up() {
    compare(&instance("n3_30_20"), 2, 400);
}

#[test]
fn both_machines_agree_when_everything_is_old_at_once() {
    let instance = Instance::new("eager", 6, 2, 1..=3, 0).expect("within bounds");
    compare(&instance, 20, 80);
}

#[test]
fn every_call_that_is_not_enabled_says_why() {
    let instance = instance("n3_5_3");
    let mut reasons = HashSet::new();
    for index in 0..50 {
        let mut state = init(&instance);
        for call in one(&instance, None, 9, index, 40).calls {
            for candidate in deployer_calls().chain((0..5).map(generate)) {
                if let Err(disabled) = step(&instance, &state, &candidate) {
                    assert!(!disabled.to_string().is_empty());
                    reasons.insert(std::mem::discriminant(&disabled));
                    assert!(!matches!(disabled, Disabled::RootLost { .. }), "the lock implies the root");
                }
            }
            state = step(&instance, &state, &call).expect("the walk is enabled").0;
        }
    }
    // NoPlanLeft, PickStale (a plan published already), LockHeld, NoNextPlan, LockLost, NothingOld.
    assert_eq!(reasons.len(), 6);
}
