//! The planner: publishes plans, numbered from 1, and never changes one.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::names;
use crate::record::{Record, Target};

/// A published plan: everything the zone must hold for the root to be able to point at it. In JSON
/// `{"version": …, "root": …, "plan_name": …, "records": […]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Consecutive number, from 1.
    pub version: u64,
    /// The name that installing the plan redirects.
    pub root: String,
    /// The name the root will point at.
    pub plan_name: String,
    /// The plan's ALIAS record, then one A record for each balancer, by balancer id.
    pub records: Vec<Record>,
}

/// A load balancer that a plan is asked for. In JSON `{"id": …, "weight": …}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balancer {
    /// Number within the plan, 1 to 255: it becomes the last part of the address.
    pub id: u64,
    /// Share of the traffic, relative to the plan's other balancers; 0 is allowed.
    pub weight: u64,
}

/// Why no plan was made. The planner is as it was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GenerateError {
    /// No address has this last part.
    BalancerId(u64),
    /// Two balancers cannot share a name.
    DuplicateBalancer(u64),
    /// The last version has been used.
    VersionsExhausted,
}

/// All plans published so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Planner {
    plans: BTreeMap<u64, Plan>,
}

/// What a plan consists of when nobody says otherwise.
const DEFAULT_BALANCER: Balancer = Balancer { id: 1, weight: 1 };

impl Planner {
    /// A planner that has published nothing.
    ///
    /// ```
    /// assert_eq!(itf_dns_lab::Planner::new().plans().count(), 0);
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Publishes the next plan and returns it. Balancers are sorted by id; without any, the plan gets one, with
    /// id 1 and weight 1.
    ///
    /// # Errors
    ///
    /// A balancer id that is not from 1 to 255, an id given twice, or no version left.
    ///
    /// ```
    /// use itf_dns_lab::{Balancer, GenerateError, Planner, Record};
    /// let mut planner = Planner::new();
    /// let plan = planner.generate(&[])?;
    /// assert_eq!((plan.version, plan.plan_name.as_str()), (1, "plan-001.cdb.acme"));
    /// assert_eq!(plan.records[1], Record::a("lb-001-1.cdb.acme", [192, 0, 1, 1]));
    ///
    /// let refused = planner.generate(&[Balancer { id: 0, weight: 1 }]);
    /// assert_eq!(refused, Err(GenerateError::BalancerId(0)));
    /// # Ok::<(), GenerateError>(())
    /// ```
    pub fn generate(&mut self, balancers: &[Balancer]) -> Result<&Plan, GenerateError> {
        let version = match self.plans.last_key_value() {
            None => 1,
            Some((last, _)) => last.checked_add(1).ok_or(GenerateError::VersionsExhausted)?,
        };
        let plan = Plan::new(version, balancers)?;
        Ok(self.plans.entry(version).or_insert(plan))
    }

    /// The plan with this version, or `None` while it is not published.
    ///
    /// ```
    /// let mut planner = itf_dns_lab::Planner::new();
    /// planner.generate(&[])?;
    /// assert!(planner.plan(1).is_some());
    /// assert!(planner.plan(2).is_none());
    /// # Ok::<(), itf_dns_lab::GenerateError>(())
    /// ```
    pub fn plan(&self, version: u64) -> Option<&Plan> {
        self.plans.get(&version)
    }

    /// All plans, by version.
    ///
    /// ```
    /// let mut planner = itf_dns_lab::Planner::new();
    /// planner.generate(&[])?;
    /// planner.generate(&[])?;
    /// let versions: Vec<u64> = planner.plans().map(|plan| plan.version).collect();
    /// assert_eq!(versions, [1, 2]);
    /// # Ok::<(), itf_dns_lab::GenerateError>(())
    /// ```
    pub fn plans(&self) -> impl Iterator<Item = &Plan> {
        self.plans.values()
    }
}

#[cfg(feature = "server")]
impl Planner {
    /// Takes in a plan that was published before.
    pub(crate) fn restore(&mut self, plan: Plan) {
        self.plans.insert(plan.version, plan);
    }

    /// Forgets the plan with this version, which is the last.
    pub(crate) fn unpublish(&mut self, version: u64) {
        self.plans.remove(&version);
    }

    /// Forgets older plans; the last one stays, because the next version follows from it.
    pub(crate) fn forget_before(&mut self, version: u64) {
        let last = self.plans.last_key_value().map_or(0, |(last, _)| *last);
        self.plans = self.plans.split_off(&version.min(last));
    }
}

impl Plan {
    fn new(version: u64, balancers: &[Balancer]) -> Result<Self, GenerateError> {
        let mut weights = BTreeMap::new();
        for balancer in if balancers.is_empty() { &[DEFAULT_BALANCER] } else { balancers } {
            let id = match u8::try_from(balancer.id) {
                Ok(id) if id > 0 => id,
                _ => return Err(GenerateError::BalancerId(balancer.id)),
            };
            if weights.insert(id, balancer.weight).is_some() {
                return Err(GenerateError::DuplicateBalancer(balancer.id));
            }
        }
        let plan_name = names::plan(version);
        let balancer_name = |id: u8| names::balancer(version, id.into());
        let targets = weights.iter().map(|(&id, &weight)| Target { name: balancer_name(id), weight });
        let mut records = vec![Record::weighted(&plan_name, targets)];
        records.extend(weights.keys().map(|&id| Record::a(balancer_name(id), names::address(version, id))));
        Ok(Self { version, root: names::ROOT.to_owned(), plan_name, records })
    }
}

impl fmt::Display for GenerateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BalancerId(id) => write!(f, "balancer id must be from 1 to 255: {id}"),
            Self::DuplicateBalancer(id) => write!(f, "balancer id given twice: {id}"),
            Self::VersionsExhausted => f.write_str("no plan version left"),
        }
    }
}

impl Error for GenerateError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_version_has_no_successor() {
        let last = Plan::new(u64::MAX, &[]).expect("the default balancer is fine");
        let mut planner = Planner { plans: BTreeMap::from([(u64::MAX, last)]) };
        let before = planner.clone();
        assert_eq!(planner.generate(&[]), Err(GenerateError::VersionsExhausted));
        assert_eq!(planner, before);
    }
}
