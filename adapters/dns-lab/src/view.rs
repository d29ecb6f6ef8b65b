//! What the spec's zone and the lab's zone are both mapped to before they are compared.
//!
//! | field | of the model | of the lab |
//! |---|---|---|
//! | `root`, `rollback` | plans the name stands for | the same, by the plan's name in the model |
//! | `holder` | who wrote the lock | the same |
//! | `plans` | every plan in the zone, with its balancers by number and weight | the same |
//! | `addresses` | numbers of the addresses a plan leads to | the same |
//!
//! Epochs are no part of it: the model's count installs of everybody, the lab's the attempts of one deployer. Neither are
//! addresses in full: the lab puts the version of the plan into them.

use std::collections::BTreeMap;

use itf::{Record, State, Value};
use itf_adapters::{Bindings, View};

use crate::names;

/// The name of the model's initial plan.
pub(crate) const MODEL_INITIAL_PLAN: &str = "plan-init.db.example.com";

const MODEL_ROOT: &str = "db.us-east-1.example.com";
const MODEL_ROLLBACK: &str = "rollback.db.example.com";

/// The view of the zone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ZoneView;

/// The view while it is collected.
#[derive(Default)]
struct Zone {
    root: Vec<Value>,
    rollback: Vec<Value>,
    holder: Vec<Value>,
    plans: BTreeMap<Value, Vec<Value>>,
    addresses: BTreeMap<Value, Vec<Value>>,
}

impl View for ZoneView {
    fn of_model(&self, state: &State) -> Record {
        let mut zone = Zone::default();
        let records = state.get("zone_records").and_then(Value::as_set);
        for record in records.into_iter().flatten().filter_map(Value::as_record) {
            let text = |field| record.get(field).and_then(Value::as_str).unwrap_or_default();
            let pair = record.get("value").and_then(Value::items).unwrap_or_default();
            let [value, number] = pair else { continue };
            let name = Value::from(text("name"));
            match (text("kind"), text("name")) {
                ("CNAME", MODEL_ROOT) => zone.root.push(value.clone()),
                ("CNAME", MODEL_ROLLBACK) => zone.rollback.push(value.clone()),
                ("CNAME", _) => zone.balancer(name, value.as_str().unwrap_or_default(), number.clone()),
                ("A", _) => zone.address(name, value.as_str().unwrap_or_default()),
                _ => zone.holder.push(value.clone()),
            }
        }
        zone.into_record()
    }

    fn of_system(&self, observed: &Value, bindings: &Bindings) -> Record {
        let mut zone = Zone::default();
        let records = observed.as_record().and_then(|o| o.get("zone")).and_then(Value::as_set);
        for record in records.into_iter().flatten().filter_map(Value::as_record) {
            let text = |field| record.get(field).and_then(Value::as_str).unwrap_or_default();
            let Some(value) = record.get("value") else { continue };
            match (text("type"), text("name")) {
                ("TXT", _) => {
                    let holder = value.as_str().and_then(|lock| lock.split(' ').next()).unwrap_or_default();
                    zone.holder.push(holder.into());
                }
                ("ALIAS", names::ROOT) => zone.root.push(bindings.to_model(value)),
                ("ALIAS", names::ROLLBACK) => zone.rollback.push(bindings.to_model(value)),
                ("ALIAS", plan) => {
                    let plan = bindings.to_model(&plan.into());
                    for target in value.items().unwrap_or_default().iter().filter_map(Value::as_record) {
                        let name = target.get("name").and_then(Value::as_str).unwrap_or_default();
                        let weight = target.get("weight").cloned().unwrap_or(Value::Null);
                        zone.balancer(plan.clone(), name, weight);
                    }
                }
                // An address is at its balancer; the model has it at the plan.
                (_, balancer) => {
                    let plan = names::version_of(balancer).map(names::plan).unwrap_or_default();
                    zone.address(bindings.to_model(&plan.into()), value.as_str().unwrap_or_default());
                }
            }
        }
        zone.into_record()
    }
}

impl Zone {
    fn balancer(&mut self, plan: Value, balancer: &str, weight: Value) {
        // The model has lb-{number}-{plan}, the lab lb-{version}-{number}; the initial plan's has no number to compare.
        let initial = balancer.contains("init");
        let model_number = || balancer.strip_prefix("lb-")?.split('-').next()?.parse::<i64>().ok();
        let lab_number = || balancer.split('.').next()?.rsplit('-').next()?.parse::<i64>().ok();
        let number = match balancer.ends_with(".cdb.acme") {
            _ if initial => Value::from(1),
            true => lab_number().map_or(Value::Null, Value::from),
            false => model_number().map_or(Value::Null, Value::from),
        };
        self.plans.entry(plan).or_default().push(Value::tuple([number, weight]));
    }

    fn address(&mut self, plan: Value, address: &str) {
        let number = address.rsplit('.').next().and_then(|n| n.parse::<i64>().ok());
        self.addresses.entry(plan).or_default().push(number.map_or(Value::Null, Value::from));
    }

    fn into_record(self) -> Record {
        let sets =
            |map: BTreeMap<Value, Vec<Value>>| Value::map(map.into_iter().map(|(k, v)| (k, Value::set(v))));
        Record::from_iter([
            ("root", Value::set(self.root)),
            ("rollback", Value::set(self.rollback)),
            ("holder", Value::set(self.holder)),
            ("plans", sets(self.plans)),
            ("addresses", sets(self.addresses)),
        ])
    }
}
