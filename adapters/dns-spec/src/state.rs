//! States of the machine.
//!
//! Every reachable zone has exactly one lock, one zone CNAME and one rollback CNAME, because only `deployer_apply`
//! touches them and it replaces all three; the initial plan's record stays for good; and the records of a plan come
//! and go together. So a zone is fully described by a [`View`] and the set of plans whose records are in it, and a
//! state fits a few machine words. The tests hold this against a machine on plain sets of records.

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::id::{Deployer, MAX_PLANS, PlanId, PlanSet};
use crate::label::Label;
use crate::name;
use crate::record::{PublishedPlan, Record, View};

/// A state: the values of all variables. Cheap to clone, compare and hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    pub(crate) core: Core,
    pub(crate) plans: Plans,
    pub(crate) label: Label,
}

/// All of a state that decides what is enabled and what holds, but for the order and the contents of the plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Core {
    /// The plans in `planner_updates`.
    pub(crate) published: PlanSet,
    /// The plans whose records are in the zone, the initial one included.
    pub(crate) installed: PlanSet,
    /// What the zone says now.
    pub(crate) zone: View,
    /// What each deployer has seen.
    pub(crate) views: [View; 3],
    pub(crate) next_plan: [u8; 3],
}

/// `planner_updates`.
#[derive(Clone)]
pub(crate) struct Plans {
    len: u8,
    slots: [PublishedPlan; MAX_PLANS],
}

impl Plans {
    pub(crate) fn new() -> Plans {
        Plans { len: 0, slots: [PublishedPlan::default(); MAX_PLANS] }
    }

    pub(crate) fn as_slice(&self) -> &[PublishedPlan] {
        &self.slots[..usize::from(self.len)]
    }

    /// A plan has an id of its own, and there are no more ids than slots.
    pub(crate) fn push(&mut self, plan: PublishedPlan) {
        self.slots[usize::from(self.len)] = plan;
        self.len += 1;
    }
}

impl PartialEq for Plans {
    fn eq(&self, other: &Plans) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Plans {}

impl Hash for Plans {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.as_slice().hash(hasher);
    }
}

impl fmt::Debug for Plans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_slice().fmt(f)
    }
}

impl State {
    pub(crate) fn initial() -> State {
        State {
            core: Core {
                published: 0,
                installed: PlanId::INITIAL.bit(),
                zone: View::INITIAL,
                views: [View::INITIAL; 3],
                next_plan: [0; 3],
            },
            plans: Plans::new(),
            label: Label::Init,
        }
    }

    /// `zone_records`: each record once, in ascending order.
    ///
    /// ```
    /// use itf_dns_spec::{Instance, init};
    ///
    /// let instance = Instance::named("n3_5_3").ok_or("no such instance")?;
    /// let names: Vec<&str> = init(&instance).zone_records().iter().map(|record| record.name).collect();
    /// assert_eq!(
    ///     names,
    ///     ["db.us-east-1.example.com", "lock.example.com", "plan-init.db.example.com", "rollback.db.example.com"]
    /// );
    /// # Ok::<(), &str>(())
    /// ```
    pub fn zone_records(&self) -> Vec<Record> {
        let View { lock, root, rollback } = self.core.zone;
        // The weight of the zone's CNAME is 1 until the first deploy, which writes 100.
        let root_weight = if lock.epoch == 0 { 1 } else { 100 };
        let mut records = vec![
            Record::cname(name::ZONE, root.name(), root_weight),
            lock.record(),
            Record::cname(name::INITIAL_PLAN, name::INITIAL_BALANCER, 100),
            Record::cname(name::ROLLBACK, rollback.name(), 1),
        ];
        let installed = self.planner_updates().iter().filter(|plan| self.is_installed(plan.plan_id));
        records.extend(installed.flat_map(PublishedPlan::creates));
        records.sort_unstable();
        records
    }

    /// `planner_updates`: the plans in the order in which they were published, counted from 0.
    ///
    /// ```
    /// use itf_dns_spec::{Instance, init};
    ///
    /// let instance = Instance::named("n3_5_3").ok_or("no such instance")?;
    /// assert!(init(&instance).planner_updates().is_empty());
    /// # Ok::<(), &str>(())
    /// ```
    pub fn planner_updates(&self) -> &[PublishedPlan] {
        self.plans.as_slice()
    }

    /// `deployer_next_plan`: the index in `planner_updates` of the plan that the deployer installs next.
    ///
    /// ```
    /// use itf_dns_spec::{Deployer, Instance, init};
    ///
    /// let instance = Instance::named("n3_5_3").ok_or("no such instance")?;
    /// assert_eq!(init(&instance).next_plan(Deployer::A), 0);
    /// # Ok::<(), &str>(())
    /// ```
    pub const fn next_plan(&self, deployer: Deployer) -> u8 {
        self.core.next_plan[deployer.index()]
    }

    /// `deployer_view`: what the deployer saw when it looked at the zone, or wrote, for the last time.
    ///
    /// ```
    /// use itf_dns_spec::{Deployer, Instance, Lock, init};
    ///
    /// let instance = Instance::named("n3_5_3").ok_or("no such instance")?;
    /// assert_eq!(init(&instance).view(Deployer::B).lock, Lock::GENESIS);
    /// # Ok::<(), &str>(())
    /// ```
    pub const fn view(&self, deployer: Deployer) -> View {
        self.core.views[deployer.index()]
    }

    /// `ghost_action`: what the step into this state did.
    ///
    /// ```
    /// use itf_dns_spec::{Instance, Label, init};
    ///
    /// let instance = Instance::named("n3_5_3").ok_or("no such instance")?;
    /// assert_eq!(init(&instance).ghost_action(), Label::Init);
    /// # Ok::<(), &str>(())
    /// ```
    pub const fn ghost_action(&self) -> Label {
        self.label
    }

    /// What a deployer would see if it looked at the zone now.
    ///
    /// ```
    /// use itf_dns_spec::{Instance, PlanId, init};
    ///
    /// let instance = Instance::named("n3_5_3").ok_or("no such instance")?;
    /// assert_eq!(init(&instance).zone().root, PlanId::INITIAL);
    /// # Ok::<(), &str>(())
    /// ```
    pub const fn zone(&self) -> View {
        self.core.zone
    }

    /// Whether the records of the plan are in the zone.
    ///
    /// ```
    /// use itf_dns_spec::{Instance, PlanId, init};
    ///
    /// let instance = Instance::named("n3_5_3").ok_or("no such instance")?;
    /// assert!(init(&instance).is_installed(PlanId::INITIAL));
    /// # Ok::<(), &str>(())
    /// ```
    pub const fn is_installed(&self, plan: PlanId) -> bool {
        self.core.installed & plan.bit() != 0
    }
}
