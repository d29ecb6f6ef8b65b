//! Three clients that deploy, each with a deployer of its own, and remember what was acknowledged and when. What is on disk
//! after a kill must be what some order of their installs gives, in which none that was acknowledged is missing.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use super::Trouble;
use super::client::{World, ask};

/// How many plans a lab keeps that nobody needs (docs/limits.md).
const KEPT_PLANS: u64 = 100;
const NAMES: [&str; 3] = ["deployer-a", "deployer-b", "deployer-c"];

/// An install that happened, or may have.
struct Install {
    deployer: usize,
    version: u64,
    sent: Instant,
    /// When it was known to be over: acknowledged, or the lab killed.
    over: Option<Instant>,
    acknowledged: bool,
}

#[derive(Clone, Default)]
pub(crate) struct Witnesses(Arc<Mutex<Vec<Install>>>);

impl Witnesses {
    fn lock(&self) -> MutexGuard<'_, Vec<Install>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was under way may have happened, but will not any more.
    pub(crate) fn killed(&self) {
        let now = Instant::now();
        for install in self.lock().iter_mut() {
            install.over.get_or_insert(now);
        }
    }

    /// Looks at the folder of a lab that is dead; how many plans and installs were acknowledged.
    pub(crate) fn check(&self, folder: &Path, world: &World) -> Result<(usize, usize), Trouble> {
        let zone = fs::read(folder.join("current_dns_zone.json"))?;
        let zone: Json = serde_json::from_slice(&zone).map_err(|e| format!("a half-written zone: {e}"))?;
        let installs = self.lock();
        let acknowledged = || installs.iter().filter(|i| i.acknowledged);
        for (number, name) in NAMES.iter().enumerate() {
            let deployers = zone["deployers"].as_array().ok_or("no deployers")?;
            let next = deployers.iter().find(|d| d["name"] == *name).and_then(|d| d["next_version"].as_u64());
            let last = acknowledged().filter(|i| i.deployer == number).map(|i| i.version).max();
            if next <= last {
                return Err(
                    format!("lost: {name} has installed {last:?}, and on disk its next is {next:?}").into()
                );
            }
        }
        let records = zone["records"].as_array().ok_or("no records")?;
        let names: BTreeSet<String> =
            records.iter().map(|r| format!("{}|{}", r["name"], r["type"])).collect();
        if names.len() != records.len() {
            return Err("a record is there twice".into());
        }
        let root = records.iter().find(|r| r["name"] == "clouddb.us-east-1.api.acme");
        let version =
            root.and_then(|r| r["value"].as_str()?.strip_prefix("plan-")?.split('.').next()?.parse().ok());
        if let Some(version) = version.or_else(|| acknowledged().next().map(|_| 0_u64)) {
            // The last write is one that no acknowledged write came wholly after.
            let after = |last: &Install| acknowledged().any(|i| last.over.is_some_and(|over| i.sent > over));
            let mut candidates = installs.iter().filter(|i| i.version == version);
            if !candidates.any(|last| !after(last)) {
                return Err(
                    format!("lost: the root is at plan {version}, and another was installed later").into()
                );
            }
        }
        let plans = world.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let distinct: BTreeSet<&u64> = plans.iter().collect();
        if distinct.len() != plans.len() {
            return Err("two clients were given the same plan".into());
        }
        // Those that every deployer has long behind it are forgotten.
        let next = zone["deployers"].as_array().into_iter().flatten();
        let needed = next.filter_map(|d| d["next_version"].as_u64()).min().unwrap_or(0);
        for version in distinct.into_iter().filter(|version| **version + KEPT_PLANS >= needed) {
            let text = fs::read(folder.join(format!("plans/plan-{version:03}.json")));
            let text = text.map_err(|e| format!("lost: plan {version}: {e}"))?;
            let plan: Json =
                serde_json::from_slice(&text).map_err(|e| format!("half-written: plan {version}: {e}"))?;
            if plan["version"] != *version {
                return Err(format!("plan {version} is another").into());
            }
        }
        Ok((plans.len(), acknowledged().count()))
    }
}

/// Syncs, deploys and cleans up, until it is over.
pub(crate) fn run(world: &World, log: &Witnesses, number: usize) {
    let name = NAMES[number];
    // The version of the next install, and how many more there may have been since.
    let (mut next, mut uncertain) = (1, 0);
    while !world.over.load(Ordering::Relaxed) {
        let Ok(mut stream) = world.connect() else {
            thread::sleep(Duration::from_millis(50));
            continue;
        };
        let mut post =
            |what: &str, body: &str| ask(&mut stream, "POST", &format!("/mbt/deployers/{name}/{what}"), body);
        while !world.over.load(Ordering::Relaxed) {
            if post("sync", "").is_err() {
                break;
            }
            let sent = Instant::now();
            let at = log.lock().len();
            let mut possible: Vec<usize> = Vec::new();
            {
                // Before it is known what came of it: the lab may be killed at any moment.
                let mut log = log.lock();
                for version in next..=next + uncertain {
                    possible.push(log.len());
                    log.push(Install { deployer: number, version, sent, over: None, acknowledged: false });
                }
            }
            debug_assert!(possible.iter().all(|p| *p >= at));
            let answer = post("deploy", "");
            let over = Some(Instant::now());
            let Ok((status, body)) = answer else {
                uncertain += 1;
                break;
            };
            world.answers.fetch_add(1, Ordering::Relaxed);
            let answer: Json = serde_json::from_str(&body).unwrap_or_default();
            if status != 200 {
                world.surprised(format!("deploy: {status} {body}"));
            }
            let mut log = log.lock();
            let installed = answer["version"].as_u64().filter(|_| answer["message"] == "installed");
            for place in possible {
                let install = &mut log[place];
                install.over = over;
                if Some(install.version) == installed {
                    install.acknowledged = true;
                } else {
                    // This one did not happen.
                    install.version = 0;
                }
            }
            drop(log);
            if let Some(version) = installed {
                if version < next || version > next + uncertain {
                    world.surprised(format!("{name} installs {version}, and {next} was its turn"));
                }
                (next, uncertain) = (version + 1, 0);
                if post("cleanup", "{\"keep_last_n\":3}").is_err() {
                    break;
                }
            }
        }
    }
}
