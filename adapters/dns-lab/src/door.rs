//! The two doors to a lab: in process, and over HTTP. The consumer does not know through which one it goes.

use itf_adapters::{Fault, FaultKind};

use crate::answer::{CleanupAnswer, DeployAnswer, Health};
use crate::lab::Lab;
use crate::planner::{Balancer, Plan};
use crate::wormhole53::Wormhole53;

/// What came of a deploy, with a refusal in words only: that is all there is to see over HTTP.
pub(crate) enum Deployed {
    Installed(u64),
    Idle,
    Refused(String),
}

/// What came of a cleanup.
pub(crate) enum Cleaned {
    Deleted(Vec<u64>),
    Refused(String),
}

/// What can be asked of a lab.
pub(crate) trait Door {
    /// Brings the lab into its initial state; the name of the plan that is installed then, if there is one.
    fn reset(&mut self) -> Result<Option<&'static str>, Fault>;
    fn generate(&mut self, balancers: &[Balancer]) -> Result<Plan, Fault>;
    fn sync(&mut self, deployer: &str) -> Result<(), Fault>;
    fn deploy(&mut self, deployer: &str) -> Result<Deployed, Fault>;
    fn cleanup(&mut self, deployer: &str, keep_last_n: u64) -> Result<Cleaned, Fault>;
    fn health(&mut self) -> Result<Health, Fault>;

    /// The whole zone, where it can be seen.
    fn zone(&self) -> Option<&Wormhole53> {
        None
    }
}

impl Door for Lab {
    fn reset(&mut self) -> Result<Option<&'static str>, Fault> {
        self.seed();
        Ok(Some(crate::names::INITIAL_PLAN))
    }

    fn generate(&mut self, balancers: &[Balancer]) -> Result<Plan, Fault> {
        Self::generate(self, balancers).cloned().map_err(invalid)
    }

    fn sync(&mut self, deployer: &str) -> Result<(), Fault> {
        Self::sync(self, deployer).map(drop).map_err(invalid)
    }

    fn deploy(&mut self, deployer: &str) -> Result<Deployed, Fault> {
        Ok(match Self::deploy(self, deployer).map_err(invalid)? {
            DeployAnswer::Installed { version } => Deployed::Installed(version),
            DeployAnswer::Idle => Deployed::Idle,
            DeployAnswer::Refused(why) => Deployed::Refused(why.to_string()),
        })
    }

    fn cleanup(&mut self, deployer: &str, keep_last_n: u64) -> Result<Cleaned, Fault> {
        Ok(match Self::cleanup(self, deployer, keep_last_n).map_err(invalid)? {
            CleanupAnswer::Cleaned { deleted_versions } => Cleaned::Deleted(deleted_versions),
            CleanupAnswer::Refused(why) => Cleaned::Refused(why.to_string()),
        })
    }

    fn health(&mut self) -> Result<Health, Fault> {
        Ok(Self::health(self))
    }

    fn zone(&self) -> Option<&Wormhole53> {
        Some(Self::zone(self))
    }
}

fn invalid(error: impl std::error::Error) -> Fault {
    Fault::new(FaultKind::Invalid, error.to_string())
}
