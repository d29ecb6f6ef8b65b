//! What the lab keeps on disk: the zone in one file, each plan in one. Every file is written under another name and then
//! renamed, so that whoever looks, at whatever moment, sees a whole one.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, OFlags, flock};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::ServeError;
use crate::lab::Lab;
use crate::planner::Plan;
use crate::record::Record;

/// The version of the zone's file that this program writes and reads.
const VERSION: u32 = 1;
/// The zone, and beside it how far each deployer is: one file, so that one rename changes both.
const ZONE: &str = "current_dns_zone.json";
const PLANS: &str = "plans";
/// How many plans that every deployer has behind it stay for whoever wants to look at them.
const KEPT_PLANS: u64 = 100;
/// What the names of files begin with that are not whole yet.
const UNFINISHED: &str = ".new-";
/// Held by the lab that uses the folder; the system lets go of it however that lab ends.
const LOCK: &str = ".lock";

/// The folder of a lab.
#[derive(Debug)]
pub(super) struct Disk {
    folder: PathBuf,
    /// No plan before this one is there.
    oldest: u64,
    _lock: File,
}

/// The zone's file.
#[derive(Debug, Serialize, Deserialize)]
struct ZoneFile {
    version: u32,
    records: Vec<Record>,
    #[serde(default)]
    deployers: Vec<Progress>,
}

/// How far a deployer is. What it remembers of the zone is not kept: a deployer that starts has seen nothing.
#[derive(Debug, Serialize, Deserialize)]
struct Progress {
    name: String,
    next_version: u64,
    epoch: u64,
}

impl Disk {
    /// The folder, made if it is not there, without what a lab that was killed had not finished. No other lab may use it.
    pub(super) fn open(folder: &Path) -> Result<Self, ServeError> {
        let plans = folder.join(PLANS);
        // What is written into the folder stays in it.
        if plans.is_symlink() {
            return Err(ServeError::Disk(
                plans,
                "is a link; a lab keeps its plans in its own folder".to_owned(),
            ));
        }
        fs::create_dir_all(&plans).map_err(|e| ServeError::Disk(plans.clone(), e.to_string()))?;
        let path = folder.join(LOCK);
        let no_link = OFlags::NOFOLLOW.bits().cast_signed();
        let lock = File::options().create(true).append(true).custom_flags(no_link).open(&path);
        let lock = lock.map_err(|e| ServeError::Disk(path, e.to_string()))?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive).map_err(|e| {
            let why =
                if e == rustix::io::Errno::WOULDBLOCK { "another lab uses it" } else { "cannot lock it" };
            ServeError::Disk(folder.to_owned(), why.to_owned())
        })?;
        for folder in [folder, &plans] {
            remove_unfinished(folder).map_err(|e| ServeError::Disk(folder.to_owned(), e.to_string()))?;
        }
        Ok(Self { folder: folder.to_owned(), oldest: 1, _lock: lock })
    }

    /// The lab as it was when it ended, or an empty one. Of the plans that every deployer has behind it none is read.
    pub(super) fn read(&mut self) -> Result<Lab, ServeError> {
        let path = self.folder.join(ZONE);
        let bad = |path: &Path, why: String| ServeError::Disk(path.to_owned(), why);
        let zone = match fs::read(&path) {
            Ok(bytes) => {
                let zone: ZoneFile = serde_json::from_slice(&bytes).map_err(|e| bad(&path, e.to_string()))?;
                if zone.version != VERSION {
                    let why = format!("has version {}; this program reads version {VERSION}", zone.version);
                    return Err(bad(&path, why));
                }
                zone
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                ZoneFile { version: VERSION, records: Vec::new(), deployers: Vec::new() }
            }
            Err(e) => return Err(bad(&path, e.to_string())),
        };
        let mut lab = Lab::new();
        lab.restore_zone(zone.records);
        for deployer in &zone.deployers {
            lab.restore_deployer(&deployer.name, deployer.next_version, deployer.epoch);
        }
        let mut versions = self.versions().map_err(|e| bad(&self.folder.join(PLANS), e.to_string()))?;
        versions.sort_unstable();
        let needed = lab.first_needed_version();
        let first = versions.partition_point(|v| *v < needed).min(versions.len().saturating_sub(1));
        for version in &versions[first..] {
            let path = self.plan(*version);
            let bytes = fs::read(&path).map_err(|e| bad(&path, e.to_string()))?;
            let plan: Plan = serde_json::from_slice(&bytes).map_err(|e| bad(&path, e.to_string()))?;
            if plan.version != *version {
                return Err(bad(&path, format!("holds plan {}", plan.version)));
            }
            lab.restore_plan(plan);
        }
        let kept = needed.saturating_sub(KEPT_PLANS);
        for version in versions[..first].iter().filter(|version| **version < kept) {
            let path = self.plan(*version);
            fs::remove_file(&path).map_err(|e| bad(&path, e.to_string()))?;
        }
        self.oldest = kept.max(1);
        Ok(lab)
    }

    /// Writes the zone, and how far the deployers are.
    pub(super) fn write_zone(&self, lab: &Lab) -> Result<(), String> {
        let deployers = lab.deployers().map(|d| Progress {
            name: d.name().to_owned(),
            next_version: d.next_version(),
            epoch: d.epoch(),
        });
        let zone = ZoneFile {
            version: VERSION,
            records: lab.zone().records().cloned().collect(),
            deployers: deployers.collect(),
        };
        self.replace(&self.folder.join(ZONE), &zone)
    }

    /// Publishes a plan.
    pub(super) fn write_plan(&self, plan: &Plan) -> Result<(), String> {
        self.replace(&self.plan(plan.version), plan)
    }

    /// Removes the plans that every deployer has long behind it, in which `needed` is the first that one has still to
    /// install: a lab that runs for ever needs no more disk than one that has just begun. What cannot be removed is no
    /// trouble but room.
    pub(super) fn forget_plans(&mut self, needed: u64) {
        while self.oldest < needed.saturating_sub(KEPT_PLANS) {
            let _ = fs::remove_file(self.plan(self.oldest));
            self.oldest += 1;
        }
    }

    /// Removes all plans, the last first: what is left by a lab that dies meanwhile has no gap.
    pub(super) fn remove_plans(&mut self) -> Result<(), String> {
        let mut versions = self.versions().map_err(|e| e.to_string())?;
        versions.sort_unstable();
        for version in versions.into_iter().rev() {
            fs::remove_file(self.plan(version)).map_err(|e| format!("cannot remove plan {version}: {e}"))?;
        }
        self.oldest = 1;
        Ok(())
    }

    fn plan(&self, version: u64) -> PathBuf {
        self.folder.join(PLANS).join(format!("plan-{version:03}.json"))
    }

    /// The versions of the plans that are there. Other files are somebody else's.
    fn versions(&self) -> std::io::Result<Vec<u64>> {
        let mut versions = Vec::new();
        for entry in fs::read_dir(self.folder.join(PLANS))? {
            let name = entry?.file_name();
            let version = name.to_str().and_then(|name| {
                let digits = name.strip_prefix("plan-")?.strip_suffix(".json")?;
                let version: u64 = digits.parse().ok()?;
                (format!("{version:03}") == digits).then_some(version)
            });
            versions.extend(version);
        }
        Ok(versions)
    }

    /// A process that is killed loses nothing that was written; for a machine that loses its power this is no promise. To
    /// sync file and folder before each answer was tried with the benchmark `lab_load`: it costs two of three answers,
    /// which is too much for what only plays at being a service.
    fn replace(&self, path: &Path, content: &impl Serialize) -> Result<(), String> {
        let write = || {
            let mut text = serde_json::to_vec(content)?;
            text.push(b'\n');
            let folder = path.parent().unwrap_or(&self.folder);
            let mut file = NamedTempFile::with_prefix_in(UNFINISHED, folder)?;
            file.write_all(&text)?;
            file.persist(path).map_err(|e| e.error)?;
            Ok(())
        };
        write().map_err(|e: std::io::Error| format!("cannot write {}: {e}", path.display()))
    }
}

/// Removes what a lab that was killed was about to rename.
fn remove_unfinished(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let ours = name.to_str().and_then(|name| name.strip_prefix(UNFINISHED)).is_some_and(|rest| {
            // As they are made; what only looks like it is somebody else's.
            rest.len() == 6 && rest.bytes().all(|b| b.is_ascii_alphanumeric())
        });
        if ours && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
