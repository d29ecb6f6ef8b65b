//! The lab as a consumer: labels of the spec become calls on the lab.

use std::collections::BTreeMap;

use itf::{Label, Record as Fields, State, Value};
use itf_adapters::{Consumer, Fault, FaultKind, Judgement, Oracle, Outcomes, Reply, Step, System};
use itf_shrink::Failure;

use crate::door::{Cleaned, Deployed, Door};
use crate::lab::Lab;
use crate::planner::Balancer;
use crate::record::{Alias, Data, Record};
use crate::view::ZoneView;
use crate::{KEPT_PLANS, names};

/// The lab in process, with the oracles that judge it: the outcome that each label should have, and the property of the
/// system. Whole zones are compared only if [`System::compare_views`] is set.
///
/// ```
/// let lab = itf_dns_lab::system();
/// assert_eq!(lab.consumer.name(), "dns-lab");
/// ```
pub fn system() -> System {
    System { view: Some(Box::new(ZoneView)), ..behind(Lab::new()) }
}

/// The lab that is served at `base`, judged as [`system`] is: the same code behind another door. Its zone cannot be seen,
/// only whether the root resolves; and it begins empty, because no route seeds a lab.
///
/// # Errors
///
/// `base` is no address.
///
/// ```
/// assert!(itf_dns_lab::remote("http://127.0.0.1:8000")?.view.is_none());
/// # Ok::<(), itf_adapters::Fault>(())
/// ```
#[cfg(feature = "server")]
pub fn remote(base: &str) -> Result<System, Fault> {
    crate::remote::RemoteLab::new(base).map(behind)
}

fn behind(door: impl Door + 'static) -> System {
    let outcomes = Outcomes::new([
        ("GeneratePlan", &["generated"][..]),
        ("Sync", &["synced"]),
        ("Backoff", &["refused"]),
        ("Deploy", &["installed"]),
        ("Cleanup", &["cleaned"]),
    ]);
    System {
        consumer: Box::new(LabConsumer { lab: door, versions: BTreeMap::new(), installed: false }),
        oracles: vec![Box::new(outcomes), Box::new(RootResolves)],
        view: None,
        compare_views: false,
        kinds: Some(vec!["outage".to_owned()]),
    }
}

/// The driver. It remembers which version the lab chose for which plan of the model.
#[derive(Debug)]
struct LabConsumer<D> {
    lab: D,
    versions: BTreeMap<String, u64>,
    installed: bool,
}

impl<D: Door> Consumer for LabConsumer<D> {
    fn name(&self) -> String {
        "dns-lab".into()
    }

    fn actions(&self) -> Vec<String> {
        ["Init", "GeneratePlan", "Sync", "Backoff", "Deploy", "Cleanup"].map(str::to_owned).into()
    }

    fn reset(&mut self, _initial: &State) -> Result<Reply, Fault> {
        self.versions.clear();
        self.installed = false;
        let reply = Reply::new("reset");
        Ok(match self.lab.reset()? {
            Some(plan) => reply.binding(crate::view::MODEL_INITIAL_PLAN, plan),
            None => reply,
        })
    }

    fn execute(&mut self, label: &Label) -> Result<Reply, Fault> {
        match &*label.name {
            "GeneratePlan" => self.generate(label),
            "Sync" => {
                self.lab.sync(text(label, "deployer")?)?;
                Ok(Reply::new("synced"))
            }
            "Deploy" => self.deploy(text(label, "deployer")?, Some(text(label, "plan_id")?)),
            "Backoff" => self.deploy(text(label, "deployer")?, None),
            "Cleanup" => Ok(match self.lab.cleanup(text(label, "deployer")?, KEPT_PLANS)? {
                Cleaned::Deleted(versions) => {
                    let versions: Vec<String> = versions.iter().map(u64::to_string).collect();
                    let versions = if versions.is_empty() { "nothing".into() } else { versions.join(", ") };
                    Reply::new("cleaned").saying(format!("deleted {versions}"))
                }
                Cleaned::Refused(why) => Reply::new("refused").saying(why),
            }),
            "Init" => Err(Fault::new(FaultKind::Invalid, "`Init` is the initial step and no other")),
            other => Err(Fault::new(FaultKind::Unsupported, format!("the lab knows no action `{other}`"))),
        }
    }

    fn observe(&mut self) -> Result<Option<Value>, Fault> {
        let health = self.lab.health()?;
        let mut seen = vec![
            ("ips", Value::list(health.ips.iter().map(ToString::to_string))),
            ("installed", Value::from(self.installed)),
        ];
        if let Some(zone) = self.lab.zone() {
            seen.push(("zone", Value::set(zone.records().map(record_value))));
        }
        Ok(Some(Value::record(seen)))
    }
}

impl<D: Door> LabConsumer<D> {
    fn generate(&mut self, label: &Label) -> Result<Reply, Fault> {
        let plan_id = text(label, "plan_id")?;
        let weights = label.args.get("weights").and_then(Value::as_map);
        let weights = weights.ok_or_else(|| wrong(label, "weights", "a map from ips to weights"))?;
        let mut balancers = Vec::with_capacity(weights.len());
        for (ip, weight) in weights.iter() {
            let id = ip.as_str().and_then(|ip| ip.rsplit('.').next()?.parse().ok());
            let weight = weight.as_i64().and_then(|weight| u64::try_from(weight).ok());
            match (id, weight) {
                (Some(id), Some(weight)) => balancers.push(Balancer { id, weight }),
                _ => return Err(wrong(label, "weights", "a map from ips to weights")),
            }
        }
        let plan = self.lab.generate(&balancers)?;
        self.versions.insert(plan_id.to_owned(), plan.version);
        let detail = format!("version {}", plan.version);
        Ok(Reply::new("generated").saying(detail).binding(plan_id, plan.plan_name.as_str()))
    }

    /// Deploys, and after an install looks at the zone again: the model's deployer sees what it wrote.
    fn deploy(&mut self, deployer: &str, plan_id: Option<&str>) -> Result<Reply, Fault> {
        Ok(match self.lab.deploy(deployer)? {
            Deployed::Installed(version) => {
                self.installed = true;
                self.lab.sync(deployer)?;
                let expected = plan_id.and_then(|plan| self.versions.get(plan));
                let same = plan_id.is_none() || expected == Some(&version);
                Reply::new(if same { "installed" } else { "installed another plan" })
                    .saying(format!("version {version}"))
            }
            Deployed::Idle => Reply::new("idle"),
            Deployed::Refused(why) => Reply::new("refused").saying(why),
        })
    }
}

/// The property of the system: once something is installed, the root resolves to at least one address.
struct RootResolves;

impl Oracle for RootResolves {
    fn is_of_system(&self) -> bool {
        true
    }

    fn judge(&mut self, step: &Step<'_>) -> Judgement {
        let observed = step.observed.and_then(Value::as_record);
        let installed = observed.and_then(|o| o.get("installed")).and_then(Value::as_bool);
        let ips = observed.and_then(|o| o.get("ips")).and_then(Value::items);
        match (installed, ips) {
            (Some(false), _) => Judgement::Agree,
            (Some(true), Some(ips)) if !ips.is_empty() => Judgement::Agree,
            (Some(true), Some(_)) => Judgement::Fail(Failure::new(
                "outage",
                "root",
                format!("{} resolves to no address", names::ROOT),
            )),
            _ => Judgement::Unknown("the lab cannot be seen".into()),
        }
    }
}

fn record_value(record: &Record) -> Value {
    let (kind, value) = match &record.data {
        Data::A(address) => ("A", Value::from(address.to_string())),
        Data::Txt(text) => ("TXT", Value::from(text)),
        Data::Alias(Alias::Name(name)) => ("ALIAS", Value::from(name)),
        Data::Alias(Alias::Weighted(targets)) => {
            let target = |t: &crate::Target| {
                Value::record([("name", Value::from(&t.name)), ("weight", Value::from(t.weight))])
            };
            ("ALIAS", Value::list(targets.iter().map(target)))
        }
    };
    Value::from(Fields::from_iter([
        ("name", Value::from(&record.name)),
        ("type", Value::from(kind)),
        ("value", value),
    ]))
}

fn text<'a>(label: &'a Label, argument: &'static str) -> Result<&'a str, Fault> {
    label.args.get(argument).and_then(Value::as_str).ok_or_else(|| wrong(label, argument, "a string"))
}

fn wrong(label: &Label, argument: &str, wanted: &str) -> Fault {
    let found = label.args.get(argument).map_or("missing", Value::kind);
    Fault::new(FaultKind::Invalid, format!("{}: `{argument}` must be {wanted}, not {found}", label.name))
}
