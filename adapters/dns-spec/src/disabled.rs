//! Why a call has no successor.

use std::{error, fmt};

use crate::id::{Deployer, PlanId};
use crate::record::Lock;

/// The name of a nondeterministic choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PickName {
    /// `plan_id` of `planner_generate`.
    PlanId,
    /// `ips` of `planner_generate`.
    Ips,
    /// `weights` of `planner_generate`.
    Weights,
    /// `lock` of `deployer_query`.
    Lock,
    /// `root` of `deployer_query`.
    Root,
    /// `rollback` of `deployer_query`.
    Rollback,
}

impl PickName {
    /// The name as the spec writes it.
    ///
    /// ```
    /// assert_eq!(itf_dns_spec::PickName::PlanId.name(), "plan_id");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            PickName::PlanId => "plan_id",
            PickName::Ips => "ips",
            PickName::Weights => "weights",
            PickName::Lock => "lock",
            PickName::Root => "root",
            PickName::Rollback => "rollback",
        }
    }
}

/// The state has no successor for a call, and why: an answer, not an error. `Display` says it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Disabled {
    /// `planner_generate`: every plan is published.
    NoPlanLeft,
    /// A pick was not given, and there is more than one choice.
    PickMissing {
        /// Which pick.
        pick: PickName,
        /// The number of choices, at least 2.
        choices: u32,
    },
    /// A pick is not in its set of choices, which has more than one.
    PickStale {
        /// Which pick.
        pick: PickName,
        /// The number of choices, at least 2.
        choices: u32,
    },
    /// `deployer_backoff`: the zone still contains the lock that the deployer has seen.
    LockHeld {
        /// Who.
        deployer: Deployer,
        /// The lock.
        lock: Lock,
    },
    /// `deployer_apply`: the deployer's next plan is not published.
    NoNextPlan {
        /// Who.
        deployer: Deployer,
        /// The index of its next plan.
        next_plan: u8,
    },
    /// `deployer_apply`: the zone does not contain the lock that the deployer has seen.
    LockLost {
        /// Who.
        deployer: Deployer,
        /// The lock it has seen.
        lock: Lock,
    },
    /// `deployer_apply`: no CNAME of the zone has the root that the deployer has seen as its canonical name.
    RootLost {
        /// Who.
        deployer: Deployer,
        /// The root it has seen.
        root: PlanId,
    },
    /// `deployer_gc`: no record of an old plan is in the zone.
    NothingOld {
        /// Who.
        deployer: Deployer,
        /// The index of its next plan, which decides what is old.
        next_plan: u8,
    },
}

impl fmt::Display for Disabled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Disabled::NoPlanLeft => f.write_str("every plan is published"),
            Disabled::PickMissing { pick, choices } => {
                write!(f, "no pick for `{}`, which has {choices} choices", pick.name())
            }
            Disabled::PickStale { pick, choices } => {
                write!(f, "the pick for `{}` is not among its {choices} choices", pick.name())
            }
            Disabled::LockHeld { deployer, lock } => {
                let (host, epoch) = lock.record().value;
                write!(f, "the zone still has the lock that {deployer} has seen ({host}, epoch {epoch})")
            }
            Disabled::NoNextPlan { deployer, next_plan } => {
                write!(f, "the next plan of {deployer} (index {next_plan}) is not published")
            }
            Disabled::LockLost { deployer, lock } => {
                let (host, epoch) = lock.record().value;
                write!(f, "the zone no longer has the lock that {deployer} has seen ({host}, epoch {epoch})")
            }
            Disabled::RootLost { deployer, root } => {
                write!(f, "nothing in the zone points to {root}, the root that {deployer} has seen")
            }
            Disabled::NothingOld { deployer, next_plan } => {
                write!(
                    f,
                    "the zone has no record of a plan that is old for {deployer} (next plan {next_plan})"
                )
            }
        }
    }
}

impl error::Error for Disabled {}
