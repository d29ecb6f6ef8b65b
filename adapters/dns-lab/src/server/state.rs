//! The lab that is served: the lab itself, its folder, and what it remembers for the page.

use std::collections::VecDeque;
use std::time::SystemTime;

use super::disk::Disk;
use super::journal::{Batch, Outcome, changes};
use crate::answer::{CleanupAnswer, DeployAnswer, SyncAnswer};
use crate::lab::{Lab, UnknownDeployer};
use crate::planner::{Balancer, GenerateError, Plan};

/// How many balancers all plans that are held may have together: what bounds the memory of a lab that everybody may ask
/// for plans. A balancer takes about 300 bytes, in plan and zone together.
pub(super) const MAX_BALANCERS: usize = 100_000;

/// How many records the zone may have. A deployer that never cleans up would let it grow without end, and every batch
/// writes all of it.
const MAX_RECORDS: usize = 2 * MAX_BALANCERS;

/// How many batches are remembered.
const BATCHES: usize = 12;

/// The lab and all that belongs to it. Whatever it answers is on disk before.
pub(super) struct State {
    pub(super) lab: Lab,
    disk: Disk,
    pub(super) batches: VecDeque<Batch>,
    /// Balancers in the plans that are held.
    balancers: usize,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Refusal {
    /// There is no such deployer.
    Unknown(UnknownDeployer),
    /// The plan that was asked for cannot be.
    Plan(GenerateError),
    /// No room, or no disk: the lab is as it was.
    Failed(String),
}

impl State {
    pub(super) fn new(disk: Disk, lab: Lab) -> Self {
        let balancers = lab.planner().plans().map(balancers).sum();
        Self { lab, disk, batches: VecDeque::new(), balancers }
    }

    pub(super) fn reset(&mut self) -> Result<(), Refusal> {
        let empty = Lab::new();
        self.disk.write_zone(&empty).and_then(|()| self.disk.remove_plans()).map_err(Refusal::Failed)?;
        self.lab = empty;
        self.batches.clear();
        self.balancers = 0;
        Ok(())
    }

    pub(super) fn generate(&mut self, wanted: &[Balancer]) -> Result<Plan, Refusal> {
        let count = wanted.len().max(1);
        if self.balancers.saturating_add(count) > MAX_BALANCERS {
            self.forget();
            if self.balancers.saturating_add(count) > MAX_BALANCERS {
                let message = format!(
                    "the plans that some deployer has still to install have {} balancers together, and may have \
                     {MAX_BALANCERS}: let the deployers deploy, or reset the lab",
                    self.balancers
                );
                return Err(Refusal::Failed(message));
            }
        }
        let plan = self.lab.generate(wanted).map_err(Refusal::Plan)?.clone();
        if let Err(message) = self.disk.write_plan(&plan) {
            self.lab.unpublish(plan.version);
            return Err(Refusal::Failed(message));
        }
        self.balancers += count;
        Ok(plan)
    }

    /// Forgets the plans that every deployer has behind it.
    fn forget(&mut self) {
        self.lab.forget_plans();
        self.balancers = self.lab.planner().plans().map(balancers).sum();
    }

    pub(super) fn sync(&mut self, deployer: &str) -> Result<SyncAnswer, Refusal> {
        self.lab.sync(deployer).map_err(Refusal::Unknown)
    }

    pub(super) fn deploy(&mut self, deployer: &str) -> Result<DeployAnswer, Refusal> {
        let before = self.lab.deployer(deployer).map_err(Refusal::Unknown)?.clone();
        let zone = self.lab.zone().clone();
        let plan = self.lab.planner().plan(before.next_version());
        let more = plan.map_or(0, |plan| plan.records.len());
        let records = zone.records().count();
        if more > 0 && records + more > MAX_RECORDS {
            let message = format!(
                "the zone has {records} records, and may have {MAX_RECORDS}: let the deployers clean up, or reset the lab"
            );
            return Err(Refusal::Failed(message));
        }
        let answer = self.lab.deploy(deployer).map_err(Refusal::Unknown)?;
        let outcome = match &answer {
            DeployAnswer::Idle => return Ok(answer),
            DeployAnswer::Refused(why) => Outcome::Refused(why.to_string()),
            DeployAnswer::Installed { .. } => {
                if let Err(message) = self.disk.write_zone(&self.lab) {
                    self.lab.put_back(zone, before);
                    return Err(Refusal::Failed(message));
                }
                self.disk.forget_plans(self.lab.first_needed_version());
                Outcome::Done(changes(&zone, self.lab.zone()))
            }
        };
        let what = format!("deploy of plan {}", before.next_version());
        self.remember(deployer, what, outcome);
        Ok(answer)
    }

    pub(super) fn cleanup(&mut self, deployer: &str, keep_last_n: u64) -> Result<CleanupAnswer, Refusal> {
        let before = self.lab.deployer(deployer).map_err(Refusal::Unknown)?.clone();
        let zone = self.lab.zone().clone();
        let answer = self.lab.cleanup(deployer, keep_last_n).map_err(Refusal::Unknown)?;
        let outcome = match &answer {
            CleanupAnswer::Cleaned { deleted_versions } if deleted_versions.is_empty() => return Ok(answer),
            CleanupAnswer::Refused(why) => Outcome::Refused(why.to_string()),
            CleanupAnswer::Cleaned { .. } => {
                if let Err(message) = self.disk.write_zone(&self.lab) {
                    self.lab.put_back(zone, before);
                    return Err(Refusal::Failed(message));
                }
                Outcome::Done(changes(&zone, self.lab.zone()))
            }
        };
        self.remember(deployer, format!("cleanup keeping {keep_last_n}"), outcome);
        Ok(answer)
    }

    fn remember(&mut self, deployer: &str, what: String, outcome: Outcome) {
        self.batches.truncate(BATCHES - 1);
        let who = deployer.to_owned();
        self.batches.push_front(Batch { at: SystemTime::now(), who, what, outcome });
    }
}

/// The balancers of a plan: each has an address, and the plan itself one record more.
fn balancers(plan: &Plan) -> usize {
    plan.records.len().saturating_sub(1)
}
