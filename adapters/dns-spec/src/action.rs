//! What a schedule consists of: calls with picks.

use crate::id::{Deployer, IpSet, PlanId, Weights};
use crate::record::Lock;

/// The value asked for in one nondeterministic choice.
///
/// Where the set of choices has one element the pick does not matter: that element is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pick<T> {
    /// Nothing was said.
    Missing,
    /// A value for which this spec has no id, such as an unknown name. It is in no set of choices.
    Foreign,
    /// This value.
    Of(T),
}

/// A call of an action, with its arguments and picks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// Publish a plan.
    PlannerGenerate {
        /// One of the plans not yet published.
        plan_id: Pick<PlanId>,
        /// A non-empty set of ips of the instance.
        ips: Pick<IpSet>,
        /// A map from exactly those ips to weights of the instance.
        weights: Pick<Weights>,
    },
    /// Let a deployer look at the zone. Every zone of this spec has one lock, one root and one rollback, so these
    /// picks are never a choice.
    DeployerQuery {
        /// Who.
        deployer: Deployer,
        /// A lock of the zone.
        lock: Pick<Lock>,
        /// A root of the zone.
        root: Pick<PlanId>,
        /// A rollback of the zone.
        rollback: Pick<PlanId>,
    },
    /// Let a deployer notice that its lock is gone.
    DeployerBackoff {
        /// Who.
        deployer: Deployer,
    },
    /// Let a deployer install its next plan.
    DeployerApply {
        /// Who.
        deployer: Deployer,
    },
    /// Let a deployer remove old plans.
    DeployerGc {
        /// Who.
        deployer: Deployer,
    },
}

impl Call {
    /// The call that publishes a plan, with all its picks.
    ///
    /// ```
    /// use itf_dns_spec::{Call, IpSet, PlanId, Weights};
    ///
    /// let plan = PlanId::numbered(1).ok_or("too many")?;
    /// let call = Call::generate(plan, Weights::even(IpSet::first(2), 100));
    /// assert_eq!(call.action(), "planner_generate");
    /// # Ok::<(), &str>(())
    /// ```
    pub const fn generate(plan_id: PlanId, weights: Weights) -> Call {
        Call::PlannerGenerate {
            plan_id: Pick::Of(plan_id),
            ips: Pick::Of(weights.ips()),
            weights: Pick::Of(weights),
        }
    }

    /// The call that lets a deployer look at the zone; what it sees is left to the zone.
    ///
    /// ```
    /// use itf_dns_spec::{Call, Deployer};
    ///
    /// assert_eq!(Call::query(Deployer::A).action(), "deployer_query");
    /// ```
    pub const fn query(deployer: Deployer) -> Call {
        Call::DeployerQuery { deployer, lock: Pick::Missing, root: Pick::Missing, rollback: Pick::Missing }
    }

    /// The call that lets a deployer notice that its lock is gone.
    ///
    /// ```
    /// use itf_dns_spec::{Call, Deployer};
    ///
    /// assert_eq!(Call::backoff(Deployer::A).action(), "deployer_backoff");
    /// ```
    pub const fn backoff(deployer: Deployer) -> Call {
        Call::DeployerBackoff { deployer }
    }

    /// The call that lets a deployer install its next plan.
    ///
    /// ```
    /// use itf_dns_spec::{Call, Deployer};
    ///
    /// assert_eq!(Call::apply(Deployer::A).action(), "deployer_apply");
    /// ```
    pub const fn apply(deployer: Deployer) -> Call {
        Call::DeployerApply { deployer }
    }

    /// The call that lets a deployer remove old plans.
    ///
    /// ```
    /// use itf_dns_spec::{Call, Deployer};
    ///
    /// assert_eq!(Call::gc(Deployer::A).action(), "deployer_gc");
    /// ```
    pub const fn gc(deployer: Deployer) -> Call {
        Call::DeployerGc { deployer }
    }

    /// The name of the action in the spec (not of its label in the trace).
    ///
    /// ```
    /// use itf_dns_spec::{Call, Deployer};
    ///
    /// assert_eq!(Call::gc(Deployer::B).action(), "deployer_gc");
    /// ```
    pub const fn action(&self) -> &'static str {
        match self {
            Call::PlannerGenerate { .. } => "planner_generate",
            Call::DeployerQuery { .. } => "deployer_query",
            Call::DeployerBackoff { .. } => "deployer_backoff",
            Call::DeployerApply { .. } => "deployer_apply",
            Call::DeployerGc { .. } => "deployer_gc",
        }
    }

    /// The deployer the action is called with; `None` for the planner's.
    ///
    /// ```
    /// use itf_dns_spec::{Call, Deployer};
    ///
    /// assert_eq!(Call::gc(Deployer::B).deployer(), Some(Deployer::B));
    /// ```
    pub const fn deployer(&self) -> Option<Deployer> {
        match *self {
            Call::PlannerGenerate { .. } => None,
            Call::DeployerQuery { deployer, .. }
            | Call::DeployerBackoff { deployer }
            | Call::DeployerApply { deployer }
            | Call::DeployerGc { deployer } => Some(deployer),
        }
    }
}
