//! Records of the zone, and the parts of a state that stand for records.

use crate::id::{Deployer, PlanId, Weights};
use crate::name;

/// The type of a DNS record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordKind {
    /// An address.
    A,
    /// A canonical name.
    Cname,
    /// A text: here always the lock.
    Txt,
}

impl RecordKind {
    /// The kind as the model writes it.
    ///
    /// ```
    /// assert_eq!(itf_dns_spec::RecordKind::Cname.name(), "CNAME");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            RecordKind::A => "A",
            RecordKind::Cname => "CNAME",
            RecordKind::Txt => "TXT",
        }
    }
}

/// One record of the zone, in the vocabulary of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Record {
    /// The name that is looked up.
    pub name: &'static str,
    /// The type of the record.
    pub kind: RecordKind,
    /// For TXT host name and epoch, for A ip and 1, for CNAME canonical name and weight.
    pub value: (&'static str, i64),
}

impl Record {
    pub(crate) const fn cname(name: &'static str, target: &'static str, weight: i64) -> Record {
        Record { name, kind: RecordKind::Cname, value: (target, weight) }
    }
}

/// A value of the lock record: who wrote it, and the epoch, which goes up by one with every deploy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lock {
    /// Who took the lock; `None` for the lock that the zone starts with.
    pub holder: Option<Deployer>,
    /// The number of deploys up to this one.
    pub epoch: u8,
}

impl Lock {
    /// The lock that the zone starts with.
    pub const GENESIS: Lock = Lock { holder: None, epoch: 0 };

    /// The lock with that host name and epoch as its record's value; `None` when no state of this spec has such a lock.
    ///
    /// ```
    /// use itf_dns_spec::{Deployer, Lock};
    ///
    /// assert_eq!(Lock::valued("genesis", 0), Some(Lock::GENESIS));
    /// assert_eq!(Lock::valued("deployer-a", 3), Some(Lock { holder: Some(Deployer::A), epoch: 3 }));
    /// assert_eq!(Lock::valued("nobody", 3), None);
    /// assert_eq!(Lock::valued("deployer-a", -1), None);
    /// ```
    pub fn valued(host: &str, epoch: i64) -> Option<Lock> {
        let holder = if host == name::GENESIS { None } else { Some(Deployer::named(host)?) };
        Some(Lock { holder, epoch: u8::try_from(epoch).ok()? })
    }

    /// The record that this lock is in the zone.
    ///
    /// ```
    /// use itf_dns_spec::{Lock, RecordKind};
    ///
    /// let record = Lock::GENESIS.record();
    /// assert_eq!(record.name, "lock.example.com");
    /// assert_eq!((record.kind, record.value), (RecordKind::Txt, ("genesis", 0)));
    /// ```
    pub fn record(self) -> Record {
        let host = self.holder.map_or(name::GENESIS, Deployer::name);
        Record { name: name::LOCK, kind: RecordKind::Txt, value: (host, i64::from(self.epoch)) }
    }
}

/// The lock, the root and the rollback: what a deployer has seen, and likewise what the zone says now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct View {
    /// The lock record.
    pub lock: Lock,
    /// The canonical name of the zone's CNAME.
    pub root: PlanId,
    /// The canonical name of the rollback CNAME.
    pub rollback: PlanId,
}

impl View {
    pub(crate) const INITIAL: View =
        View { lock: Lock::GENESIS, root: PlanId::INITIAL, rollback: PlanId::INITIAL };
}

/// A plan as the planner published it: an element of `planner_updates`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PublishedPlan {
    /// The name of the plan.
    pub plan_id: PlanId,
    /// The weight of each of its ips.
    pub weights: Weights,
}

impl PublishedPlan {
    /// The records the plan creates, each once and in ascending order: for each ip an A record from the plan to the
    /// ip and a CNAME from the plan to its balancer. The initial plan creates none.
    ///
    /// ```
    /// use itf_dns_spec::{IpSet, PlanId, PublishedPlan, Record, RecordKind, Weights};
    ///
    /// let plan_id = PlanId::numbered(1).ok_or("too many")?;
    /// let plan = PublishedPlan { plan_id, weights: Weights::even(IpSet::first(1), 100) };
    /// let name = "plan1.db.example.com";
    /// assert_eq!(
    ///     plan.creates(),
    ///     [
    ///         Record { name, kind: RecordKind::A, value: ("192.0.2.1", 1) },
    ///         Record { name, kind: RecordKind::Cname, value: ("lb-1-1.db.example.com", 100) },
    ///     ]
    /// );
    /// # Ok::<(), &str>(())
    /// ```
    pub fn creates(&self) -> Vec<Record> {
        let name = self.plan_id.name();
        if self.plan_id == PlanId::INITIAL {
            return Vec::new();
        }
        let addresses =
            self.weights.iter().map(|(ip, _)| Record { name, kind: RecordKind::A, value: (ip.name(), 1) });
        let balancers = self.weights.iter().map(|(ip, weight)| {
            let balancer = name::balancer(self.plan_id.index(), ip.index());
            Record::cname(name, balancer, i64::from(weight))
        });
        addresses.chain(balancers).collect()
    }
}
