//! What a lab that is kept on disk needs besides: to be put together from its parts, and to take back what could not be
//! written.

use super::Lab;
use crate::deployer::Deployer;
use crate::planner::Plan;
use crate::record::Record;
use crate::wormhole53::Wormhole53;

impl Lab {
    /// All deployers, by name.
    pub(crate) fn deployers(&self) -> impl Iterator<Item = &Deployer> {
        self.deployers.values()
    }

    /// The zone as it was written.
    pub(crate) fn restore_zone(&mut self, records: Vec<Record>) {
        self.zone = records.into_iter().collect();
    }

    /// How far a deployer was; a deployer that there is no more is forgotten.
    pub(crate) fn restore_deployer(&mut self, name: &str, next_version: u64, epoch: u64) {
        if let Some(deployer) = self.deployers.get_mut(name) {
            *deployer = Deployer::restored(name, next_version, epoch);
        }
    }

    /// A plan that was published.
    pub(crate) fn restore_plan(&mut self, plan: Plan) {
        self.planner.restore(plan);
    }

    /// The version of the first plan that some deployer has still to install.
    pub(crate) fn first_needed_version(&self) -> u64 {
        self.deployers.values().map(Deployer::next_version).min().unwrap_or(1)
    }

    /// Forgets the plans that no deployer will ask for again.
    pub(crate) fn forget_plans(&mut self) {
        self.planner.forget_before(self.first_needed_version());
    }

    /// Takes back a plan that was made but could not be published.
    pub(crate) fn unpublish(&mut self, version: u64) {
        self.planner.unpublish(version);
    }

    /// Takes back a batch that could not be written: the zone and the deployer are as they were.
    pub(crate) fn put_back(&mut self, zone: Wormhole53, deployer: Deployer) {
        self.zone = zone;
        if let Some(place) = self.deployers.get_mut(deployer.name()) {
            *place = deployer;
        }
    }
}
