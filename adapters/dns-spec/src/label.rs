//! What a step did, as the trace shows it.

use crate::id::{Deployer, PlanId, Weights};
use crate::record::{Lock, View};

/// The value of `ghost_action`: the label of the step that led to a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Label {
    /// The initial step. No fields.
    Init,
    /// The planner published a plan.
    GeneratePlan {
        /// The name of the plan.
        plan_id: PlanId,
        /// The label's `weights`, and in their domain its `ips`.
        weights: Weights,
    },
    /// A deployer looked at the zone.
    Sync {
        /// Who.
        deployer: Deployer,
        /// The label's `lock`, `root` and `rollback`.
        view: View,
    },
    /// A deployer found its lock gone.
    Backoff {
        /// Who.
        deployer: Deployer,
        /// The lock it had seen.
        lock: Lock,
    },
    /// A deployer installed its next plan.
    Deploy {
        /// Who.
        deployer: Deployer,
        /// The plan.
        plan_id: PlanId,
        /// The root the deployer had seen.
        previous_root: PlanId,
        /// The root now: the plan.
        new_root: PlanId,
        /// The rollback now: the root the deployer had seen.
        rollback: PlanId,
        /// The epoch of the new lock.
        new_epoch: u8,
    },
    /// A deployer removed the records of old plans.
    Cleanup {
        /// Who.
        deployer: Deployer,
        /// The index of the deployer's next plan.
        next_plan: u8,
        /// How many plans are old: the label's `old_indices` are `0..old_plans`.
        old_plans: u8,
    },
}

impl Label {
    /// The tag of the label in a trace.
    ///
    /// ```
    /// assert_eq!(itf_dns_spec::Label::Init.name(), "Init");
    /// ```
    pub const fn name(&self) -> &'static str {
        match self {
            Label::Init => "Init",
            Label::GeneratePlan { .. } => "GeneratePlan",
            Label::Sync { .. } => "Sync",
            Label::Backoff { .. } => "Backoff",
            Label::Deploy { .. } => "Deploy",
            Label::Cleanup { .. } => "Cleanup",
        }
    }
}
