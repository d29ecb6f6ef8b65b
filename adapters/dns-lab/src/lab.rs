//! The lab as a whole: one planner, three deployers, one zone.

#[cfg(feature = "server")]
mod restore;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use crate::answer::{CleanupAnswer, DeployAnswer, Health, Resolution, SyncAnswer};
use crate::deployer::Deployer;
use crate::names;
use crate::planner::{Balancer, GenerateError, Plan, Planner};
use crate::record::{Record, Target};
use crate::wormhole53::Wormhole53;

/// The names of the lab's deployers.
pub const DEPLOYERS: [&str; 3] = ["deployer-a", "deployer-b", "deployer-c"];

/// The control plane. Each method is one thing that can happen; nothing happens by itself.
///
/// A lab is a value: a clone is a snapshot, and two labs that are equal behave the same from then on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lab {
    zone: Wormhole53,
    planner: Planner,
    deployers: BTreeMap<&'static str, Deployer>,
}

/// The lab has no deployer of this name; see [`DEPLOYERS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownDeployer(pub String);

impl Lab {
    /// An empty lab: no records, no plans, deployers that have seen nothing.
    ///
    /// ```
    /// let lab = itf_dns_lab::Lab::new();
    /// assert_eq!(lab.zone().records().count(), 0);
    /// ```
    pub fn new() -> Self {
        let deployers = DEPLOYERS.map(|name| (name, Deployer::new(name))).into();
        Self { zone: Wormhole53::new(), planner: Planner::new(), deployers }
    }

    /// Forgets everything: the lab is as [`new`](Self::new) makes it.
    ///
    /// ```
    /// use itf_dns_lab::Lab;
    /// let mut lab = Lab::new();
    /// lab.generate(&[])?;
    /// lab.reset();
    /// assert_eq!(lab, Lab::new());
    /// # Ok::<(), itf_dns_lab::GenerateError>(())
    /// ```
    pub fn reset(&mut self) {
        *self = Self::new();
    }

    /// Resets the lab to the spec's initial state: a lock `genesis 0`, root and rollback pointing at an initial
    /// plan whose balancer has no address, and deployers that have all seen them.
    ///
    /// In process only; no route does this. Until the first deploy the root resolves to nothing.
    ///
    /// ```
    /// use itf_dns_lab::{Lab, Record, names};
    /// let mut lab = Lab::new();
    /// lab.seed();
    /// assert_eq!(lab.deployer("deployer-c")?.lock(), Some(&Record::txt(names::LOCK, "genesis 0")));
    /// assert!(!lab.health().ok);
    /// # Ok::<(), itf_dns_lab::UnknownDeployer>(())
    /// ```
    pub fn seed(&mut self) {
        self.reset();
        let balancer = Target { name: names::INITIAL_BALANCER.to_owned(), weight: 100 };
        let records = [
            Record::txt(names::LOCK, names::GENESIS),
            Record::alias(names::ROOT, names::INITIAL_PLAN),
            Record::alias(names::ROLLBACK, names::INITIAL_PLAN),
            Record::weighted(names::INITIAL_PLAN, [balancer]),
        ];
        self.zone = records.into_iter().collect();
        for deployer in self.deployers.values_mut() {
            deployer.sync(&self.zone);
        }
    }

    /// Publishes the next plan and returns it, see [`Planner::generate`].
    ///
    /// # Errors
    ///
    /// A balancer id that is not from 1 to 255, an id given twice, or no version left.
    ///
    /// ```
    /// let mut lab = itf_dns_lab::Lab::new();
    /// assert_eq!(lab.generate(&[])?.version, 1);
    /// assert_eq!(lab.generate(&[])?.version, 2);
    /// # Ok::<(), itf_dns_lab::GenerateError>(())
    /// ```
    pub fn generate(&mut self, balancers: &[Balancer]) -> Result<&Plan, GenerateError> {
        self.planner.generate(balancers)
    }

    /// Lets a deployer look at the zone, see [`Deployer::sync`].
    ///
    /// # Errors
    ///
    /// There is no such deployer.
    ///
    /// ```
    /// let mut lab = itf_dns_lab::Lab::new();
    /// assert_eq!(lab.sync("deployer-a")?.lock, None);
    /// assert_eq!(lab.sync("d").expect_err("a stranger").to_string(), "unknown deployer: d");
    /// # Ok::<(), itf_dns_lab::UnknownDeployer>(())
    /// ```
    pub fn sync(&mut self, deployer: &str) -> Result<SyncAnswer, UnknownDeployer> {
        Ok(known(self.deployers.get_mut(deployer), deployer)?.sync(&self.zone))
    }

    /// Lets a deployer try to install its next plan, see [`Deployer::deploy`].
    ///
    /// # Errors
    ///
    /// There is no such deployer. A refused deploy is an answer, not an error.
    ///
    /// ```
    /// use itf_dns_lab::{DeployAnswer, Lab};
    /// let mut lab = Lab::new();
    /// assert_eq!(lab.deploy("deployer-a")?, DeployAnswer::Idle);
    /// # Ok::<(), itf_dns_lab::UnknownDeployer>(())
    /// ```
    pub fn deploy(&mut self, deployer: &str) -> Result<DeployAnswer, UnknownDeployer> {
        Ok(known(self.deployers.get_mut(deployer), deployer)?.deploy(&self.planner, &mut self.zone))
    }

    /// Lets a deployer delete old plans, see [`Deployer::cleanup`].
    ///
    /// # Errors
    ///
    /// There is no such deployer.
    ///
    /// ```
    /// use itf_dns_lab::{CleanupAnswer, Lab};
    /// let mut lab = Lab::new();
    /// assert_eq!(lab.cleanup("deployer-a", 3)?, CleanupAnswer::Cleaned { deleted_versions: vec![] });
    /// # Ok::<(), itf_dns_lab::UnknownDeployer>(())
    /// ```
    pub fn cleanup(&mut self, deployer: &str, keep_last_n: u64) -> Result<CleanupAnswer, UnknownDeployer> {
        Ok(known(self.deployers.get(deployer), deployer)?.cleanup(keep_last_n, &mut self.zone))
    }

    /// Where any name leads, see [`Wormhole53::resolve`].
    ///
    /// ```
    /// assert!(itf_dns_lab::Lab::new().resolve("nowhere.acme").ips.is_empty());
    /// ```
    pub fn resolve(&self, name: &str) -> Resolution {
        Resolution { name: name.to_owned(), ips: self.zone.resolve(name) }
    }

    /// Whether the root resolves to at least one address, and to which.
    ///
    /// ```
    /// let mut lab = itf_dns_lab::Lab::new();
    /// assert!(!lab.health().ok);
    /// lab.generate(&[])?;
    /// lab.deploy("deployer-a")?;
    /// assert_eq!(lab.health().ips, [std::net::Ipv4Addr::new(192, 0, 1, 1)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn health(&self) -> Health {
        let Resolution { name, ips } = self.resolve(names::ROOT);
        Health { ok: !ips.is_empty(), name, ips }
    }

    /// The zone, for looking at.
    ///
    /// ```
    /// let mut lab = itf_dns_lab::Lab::new();
    /// lab.seed();
    /// assert_eq!(lab.zone().records().count(), 4);
    /// ```
    pub fn zone(&self) -> &Wormhole53 {
        &self.zone
    }

    /// The planner, for looking at its plans.
    ///
    /// ```
    /// assert_eq!(itf_dns_lab::Lab::new().planner().plans().count(), 0);
    /// ```
    pub fn planner(&self) -> &Planner {
        &self.planner
    }

    /// One of the [`DEPLOYERS`], for looking at what it remembers.
    ///
    /// # Errors
    ///
    /// There is no such deployer.
    ///
    /// ```
    /// assert_eq!(itf_dns_lab::Lab::new().deployer("deployer-a")?.next_version(), 1);
    /// # Ok::<(), itf_dns_lab::UnknownDeployer>(())
    /// ```
    pub fn deployer(&self, name: &str) -> Result<&Deployer, UnknownDeployer> {
        known(self.deployers.get(name), name)
    }
}

fn known<D>(deployer: Option<D>, name: &str) -> Result<D, UnknownDeployer> {
    deployer.ok_or_else(|| UnknownDeployer(name.to_owned()))
}

impl Default for Lab {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for UnknownDeployer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown deployer: {}", self.0)
    }
}

impl Error for UnknownDeployer {}
