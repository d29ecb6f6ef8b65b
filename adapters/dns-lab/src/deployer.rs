//! A deployer: installs plans one after the other, at its own pace, and cleans up behind itself.

use std::collections::BTreeSet;

use crate::answer::{CleanupAnswer, DeployAnswer, DeployError, SyncAnswer};
use crate::names;
use crate::planner::{Plan, Planner};
use crate::record::{Data, Record, RecordType};
use crate::wormhole53::{Change, Wormhole53};

/// How many plans cleanups keep in operation: the `keep_last_n` of the background loops and of replayed traces.
pub const KEPT_PLANS: u64 = 3;

/// One deployer: its counters, and what it remembers of the zone since its last [`sync`](Self::sync).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployer {
    name: String,
    next_version: u64,
    epoch: u64,
    lock: Option<Record>,
    root: Option<Record>,
}

impl Deployer {
    /// A deployer that has done and seen nothing: its next plan is version 1, its epoch 0.
    ///
    /// ```
    /// let deployer = itf_dns_lab::Deployer::new("deployer-a");
    /// assert_eq!((deployer.next_version(), deployer.epoch()), (1, 0));
    /// assert_eq!((deployer.lock(), deployer.root()), (None, None));
    /// ```
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), next_version: 1, epoch: 0, lock: None, root: None }
    }

    /// A deployer that was so far when its lab ended; it has seen nothing.
    #[cfg(feature = "server")]
    pub(crate) fn restored(name: &str, next_version: u64, epoch: u64) -> Self {
        Self { next_version: next_version.max(1), epoch, ..Self::new(name) }
    }

    /// The name it signs locks with.
    ///
    /// ```
    /// assert_eq!(itf_dns_lab::Deployer::new("deployer-a").name(), "deployer-a");
    /// ```
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version of the plan it installs next, one more than the last it installed.
    ///
    /// ```
    /// assert_eq!(itf_dns_lab::Deployer::new("deployer-a").next_version(), 1);
    /// ```
    pub fn next_version(&self) -> u64 {
        self.next_version
    }

    /// The number in the last lock it tried to write, 0 before the first.
    ///
    /// It counts attempts, not successes, so that no two of a deployer's locks are equal.
    ///
    /// ```
    /// assert_eq!(itf_dns_lab::Deployer::new("deployer-a").epoch(), 0);
    /// ```
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The lock record it remembers.
    ///
    /// ```
    /// assert_eq!(itf_dns_lab::Deployer::new("deployer-a").lock(), None);
    /// ```
    pub fn lock(&self) -> Option<&Record> {
        self.lock.as_ref()
    }

    /// The root record it remembers.
    ///
    /// ```
    /// assert_eq!(itf_dns_lab::Deployer::new("deployer-a").root(), None);
    /// ```
    pub fn root(&self) -> Option<&Record> {
        self.root.as_ref()
    }

    /// Remembers the lock and root records the zone has now, or that it has none, and returns them.
    ///
    /// ```
    /// use itf_dns_lab::{Deployer, Record, Wormhole53, names};
    /// let lock = Record::txt(names::LOCK, "genesis 0");
    /// let zone: Wormhole53 = [lock.clone()].into_iter().collect();
    /// let mut deployer = Deployer::new("deployer-a");
    /// assert_eq!(deployer.sync(&zone).lock, Some(lock.clone()));
    /// assert_eq!((deployer.lock(), deployer.root()), (Some(&lock), None));
    /// ```
    pub fn sync(&mut self, zone: &Wormhole53) -> SyncAnswer {
        self.lock = zone.get(names::LOCK, RecordType::Txt).cloned();
        self.root = zone.get(names::ROOT, RecordType::Alias).cloned();
        SyncAnswer { lock: self.lock.clone(), root: self.root.clone() }
    }

    /// Tries to install its next plan, in one batch, on the strength of what it remembers.
    ///
    /// Idle when that plan is not published. Refused when what it remembers as the root's target is gone, or when
    /// the lock is not the one it remembers. Only an installed plan moves [`next_version`](Self::next_version) on;
    /// [`epoch`](Self::epoch) goes up whenever the store was asked. What it remembers stays as it was even after
    /// its own success, so the next attempt is refused unless it syncs first.
    ///
    /// ```
    /// use itf_dns_lab::{DeployAnswer, Deployer, Planner, Wormhole53, names};
    /// let (mut planner, mut zone) = (Planner::new(), Wormhole53::new());
    /// planner.generate(&[])?;
    /// let mut deployer = Deployer::new("deployer-a");
    /// assert_eq!(deployer.deploy(&planner, &mut zone), DeployAnswer::Installed { version: 1 });
    /// assert_eq!(deployer.deploy(&planner, &mut zone), DeployAnswer::Idle);
    /// assert_eq!(zone.resolve(names::ROOT), [names::address(1, 1)]);
    /// # Ok::<(), itf_dns_lab::GenerateError>(())
    /// ```
    pub fn deploy(&mut self, planner: &Planner, zone: &mut Wormhole53) -> DeployAnswer {
        let Some(plan) = planner.plan(self.next_version) else {
            return DeployAnswer::Idle;
        };
        match self.install(plan, zone) {
            Ok(()) => {
                // Both counters saturate rather than panic; nobody lives to see it.
                self.next_version = self.next_version.saturating_add(1);
                DeployAnswer::Installed { version: plan.version }
            }
            Err(error) => DeployAnswer::Refused(error),
        }
    }

    fn install(&mut self, plan: &Plan, zone: &mut Wormhole53) -> Result<(), DeployError> {
        let new_root = Record::alias(names::ROOT, &plan.plan_name);
        // Installing the plan that is already the root leaves the rollback alone: it would come to point at the
        // very plan it is there to replace.
        let replaced_root = self.root.as_ref().filter(|root| **root != new_root);
        if let Some(root) = replaced_root {
            let gone = root.targets().find(|target| zone.get(target, RecordType::Alias).is_none());
            if let Some(target) = gone {
                return Err(DeployError::RootTargetMissing(target.to_owned()));
            }
        }

        self.epoch = self.epoch.saturating_add(1);
        let new_lock = Record::txt(names::LOCK, format!("{} {}", self.name, self.epoch));

        // Deleting the lock as remembered and creating a new one is a compare-and-swap. It comes first so that a
        // stale lock is what a refusal names.
        let mut changes: Vec<Change> = self.lock.iter().cloned().map(Change::Delete).collect();
        changes.push(Change::Create(new_lock));
        changes.extend(plan.records.iter().cloned().map(Change::Upsert));
        changes.push(Change::Upsert(new_root));
        if let Some(Record { data: Data::Alias(target), .. }) = replaced_root {
            let rollback = Record { name: names::ROLLBACK.to_owned(), data: Data::Alias(target.clone()) };
            changes.push(Change::Upsert(rollback));
        }
        Ok(zone.batch(changes)?)
    }

    /// Deletes, in one batch, every record whose name carries a version in `1 ..< next_version - keep_last_n`, and
    /// returns the versions of which there were any.
    ///
    /// This is one half of the latent bug: age is all that counts, not whether the root or the rollback still uses
    /// the plan. Names without a version are never deleted.
    ///
    /// ```
    /// use itf_dns_lab::{CleanupAnswer, Deployer, Planner, Wormhole53};
    /// let (mut planner, mut zone) = (Planner::new(), Wormhole53::new());
    /// let mut deployer = Deployer::new("deployer-a");
    /// for _ in 0..2 {
    ///     planner.generate(&[])?;
    ///     deployer.sync(&zone);
    ///     deployer.deploy(&planner, &mut zone);
    /// }
    /// let answer = deployer.cleanup(1, &mut zone);
    /// assert_eq!(answer, CleanupAnswer::Cleaned { deleted_versions: vec![1] });
    /// # Ok::<(), itf_dns_lab::GenerateError>(())
    /// ```
    pub fn cleanup(&self, keep_last_n: u64, zone: &mut Wormhole53) -> CleanupAnswer {
        // `next_version` is the plan to be installed next, not the last one installed. That makes the bound agree
        // with the spec, which removes index i when next_plan > i + MAX_PLAN_AGE: index i is version i + 1 and
        // next_plan is next_version - 1, hence version < next_version - keep_last_n.
        let first_kept = self.next_version.saturating_sub(keep_last_n);
        let old_version =
            |record: &Record| names::version_of(&record.name).filter(|v| (1..first_kept).contains(v));

        let mut deleted_versions = BTreeSet::new();
        let mut changes = Vec::new();
        for record in zone.records() {
            if let Some(version) = old_version(record) {
                deleted_versions.insert(version);
                changes.push(Change::Delete(record.clone()));
            }
        }
        match zone.batch(changes) {
            Ok(()) => CleanupAnswer::Cleaned { deleted_versions: deleted_versions.into_iter().collect() },
            Err(error) => CleanupAnswer::Refused(error),
        }
    }
}
