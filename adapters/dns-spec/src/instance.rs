//! The parameters of the spec, and the instances that give them values.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::{error, fmt};

use crate::id::{Deployer, Ip, IpSet, MAX_IPS, MAX_PLANS, PlanId, PlanSet, Weights, plans_in};
use crate::name;

/// Values for the parameters of the spec. The deployers are always all of [`Deployer::ALL`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    name: String,
    plans: u8,
    ips: IpSet,
    weights: (u8, u8),
    max_plan_age: u8,
}

/// The parameters of an instance by the names and in the vocabulary of the model. Lists are in ascending order of
/// number and hold every element once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// `DEPLOYERS`.
    pub deployers: Vec<&'static str>,
    /// `PLAN_IDS`.
    pub plan_ids: Vec<&'static str>,
    /// `IPS`.
    pub ips: Vec<&'static str>,
    /// `BALANCER_NAMES`, from pairs of plan id and ip.
    pub balancer_names: BTreeMap<(&'static str, &'static str), &'static str>,
    /// `WEIGHTS`.
    pub weights: Vec<i64>,
    /// `MAX_PLAN_AGE`, in plans.
    pub max_plan_age: i64,
}

/// Parameters that no instance can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadInstance {
    /// The number of plans is not in `1..=`[`MAX_PLANS`].
    Plans(usize),
    /// The number of ips is not in `1..=`[`MAX_IPS`].
    Ips(usize),
    /// The range of weights is empty.
    NoWeights,
}

impl fmt::Display for BadInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadInstance::Plans(plans) => write!(f, "{plans} plans, expected 1 to {MAX_PLANS}"),
            BadInstance::Ips(ips) => write!(f, "{ips} ips, expected 1 to {MAX_IPS}"),
            BadInstance::NoWeights => f.write_str("no weights, expected at least one"),
        }
    }
}

impl error::Error for BadInstance {}

impl Instance {
    /// The names of the instances that come with the spec.
    pub const NAMES: [&'static str; 3] = ["n3_5_3", "n3_20_3", "n3_30_20"];

    /// One of the instances that come with the spec, or `None` when the name is not in [`Instance::NAMES`].
    ///
    /// ```
    /// use itf_dns_spec::Instance;
    ///
    /// assert_eq!(Instance::named("n3_20_3").map(|i| i.plan_ids().count()), Some(20));
    /// assert_eq!(Instance::named("n4_4_4"), None);
    /// ```
    pub fn named(name: &str) -> Option<Instance> {
        let (plans, max_plan_age) = match name {
            "n3_5_3" => (5, 3),
            "n3_20_3" => (20, 3),
            "n3_30_20" => (30, 20),
            _ => return None,
        };
        Instance::new(name, plans, MAX_IPS, 100..=120, max_plan_age).ok()
    }

    /// An instance of one's own, with that many plans and ips.
    ///
    /// # Errors
    ///
    /// [`BadInstance`] when there are no plans, ips or weights, or more plans or ips than ids can stand for.
    ///
    /// ```
    /// use itf_dns_spec::{BadInstance, Instance};
    ///
    /// let tiny = Instance::new("tiny", 2, 1, 100..=100, 1)?;
    /// assert_eq!(tiny.name(), "tiny");
    /// assert_eq!(Instance::new("huge", 32, 1, 100..=100, 1), Err(BadInstance::Plans(32)));
    /// # Ok::<(), BadInstance>(())
    /// ```
    pub fn new(
        name: &str,
        plans: usize,
        ips: usize,
        weights: RangeInclusive<u8>,
        max_plan_age: u8,
    ) -> Result<Instance, BadInstance> {
        let bad_plans = BadInstance::Plans(plans);
        let plan_count = u8::try_from(plans).map_err(|_| bad_plans)?;
        if !(1..=MAX_PLANS).contains(&plans) {
            return Err(bad_plans);
        }
        if !(1..=MAX_IPS).contains(&ips) {
            return Err(BadInstance::Ips(ips));
        }
        if weights.is_empty() {
            return Err(BadInstance::NoWeights);
        }
        Ok(Instance {
            name: name.to_owned(),
            plans: plan_count,
            ips: IpSet::first(ips),
            weights: weights.into_inner(),
            max_plan_age,
        })
    }

    /// The name of the instance.
    ///
    /// ```
    /// use itf_dns_spec::Instance;
    ///
    /// assert!(Instance::NAMES.iter().all(|&name| Instance::named(name).is_some_and(|i| i.name() == name)));
    /// ```
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `PLAN_IDS`, in ascending order.
    ///
    /// ```
    /// use itf_dns_spec::{Instance, PlanId};
    ///
    /// let instance = Instance::new("two", 2, 1, 1..=1, 0)?;
    /// assert_eq!(instance.plan_ids().next().map(PlanId::name), Some("plan0.db.example.com"));
    /// assert_eq!(instance.plan_ids().count(), 2);
    /// # Ok::<(), itf_dns_spec::BadInstance>(())
    /// ```
    pub fn plan_ids(&self) -> impl Iterator<Item = PlanId> {
        plans_in(self.plan_set())
    }

    /// `IPS`.
    ///
    /// ```
    /// use itf_dns_spec::{Instance, IpSet};
    ///
    /// assert_eq!(Instance::named("n3_5_3").map(|i| i.ips()), Some(IpSet::first(3)));
    /// ```
    pub const fn ips(&self) -> IpSet {
        self.ips
    }

    /// `WEIGHTS`.
    ///
    /// ```
    /// use itf_dns_spec::Instance;
    ///
    /// assert_eq!(Instance::named("n3_5_3").map(|i| i.weights()), Some(100..=120));
    /// ```
    pub const fn weights(&self) -> RangeInclusive<u8> {
        self.weights.0..=self.weights.1
    }

    /// `MAX_PLAN_AGE`, in plans.
    ///
    /// ```
    /// use itf_dns_spec::Instance;
    ///
    /// assert_eq!(Instance::named("n3_30_20").map(|i| i.max_plan_age()), Some(20));
    /// ```
    pub const fn max_plan_age(&self) -> u8 {
        self.max_plan_age
    }

    /// The parameters in the vocabulary of the model.
    ///
    /// ```
    /// use itf_dns_spec::Instance;
    ///
    /// let parameters = Instance::new("one", 1, 1, 7..=8, 4)?.parameters();
    /// assert_eq!(parameters.deployers, ["deployer-a", "deployer-b", "deployer-c"]);
    /// assert_eq!(parameters.weights, [7, 8]);
    /// # Ok::<(), itf_dns_spec::BadInstance>(())
    /// ```
    pub fn parameters(&self) -> Parameters {
        let balancer_names = self
            .plan_ids()
            .flat_map(|plan| self.ips.iter().map(move |ip| (plan, ip)))
            .map(|(plan, ip)| ((plan.name(), ip.name()), name::balancer(plan.index(), ip.index())))
            .collect();
        Parameters {
            deployers: Deployer::ALL.map(Deployer::name).to_vec(),
            plan_ids: self.plan_ids().map(PlanId::name).collect(),
            ips: self.ips.iter().map(Ip::name).collect(),
            balancer_names,
            weights: self.weights().map(i64::from).collect(),
            max_plan_age: i64::from(self.max_plan_age),
        }
    }

    pub(crate) fn plan_set(&self) -> PlanSet {
        // One bit a plan, from bit 1 up: bit 0 is the initial plan, which is not one of PLAN_IDS.
        PlanSet::MAX >> (31 - u32::from(self.plans)) & !PlanId::INITIAL.bit()
    }

    /// How many weights there are to choose from.
    pub(crate) fn weight_count(&self) -> u32 {
        u32::from(self.weights.1 - self.weights.0) + 1
    }

    /// Whether all weights of the map are in `WEIGHTS`.
    pub(crate) fn allows(&self, weights: Weights) -> bool {
        weights.iter().all(|(_, weight)| self.weights().contains(&weight))
    }
}
