//! The DNS lab: a small control plane with a latent outage, the example system under test.
//!
//! A [`Planner`] publishes numbered plans for one stable root name. Three [`Deployer`]s, each at its own pace,
//! install them into [`Wormhole53`], a transactional record store, and clean up old ones. [`Lab`] holds them all
//! and is what a test, an adapter or a server talks to.
//!
//! # The latent bug
//!
//! A deploy is guarded against *concurrent* writes: it replaces the lock record the deployer remembers, so it is
//! refused when somebody else wrote in between. It is not guarded against *old* plans: a deployer that has fallen
//! behind and then looks at the zone holds the current lock, and may point the root back at plan 1. Cleanup, for
//! its part, decides by age alone, counting from the plan its own deployer installs next, and never asks whether
//! the root still uses what it deletes. One slow deployer followed by one cleanup therefore leaves the root naming
//! a plan that no longer exists. It does not heal either: a deployer that then looks at the zone would have to roll
//! back to a record that is gone, and refuses to deploy, unless its next plan happens to be that very plan.
//!
//! **The bug stays.** Each rule is reasonable alone, and the outage takes twelve states to reach; finding,
//! replaying, explaining and shrinking it is what the lab is for.
//!
//! ```
//! use itf_dns_lab::{KEPT_PLANS, Lab, names};
//!
//! let mut lab = Lab::new();
//! lab.seed();
//! for _ in 0..4 {
//!     lab.generate(&[])?;
//! }
//! for _ in 0..4 {
//!     lab.deploy("deployer-a")?;
//!     lab.sync("deployer-a")?;
//! }
//! lab.sync("deployer-b")?;
//! lab.deploy("deployer-b")?; // the root goes back to plan 1 …
//! assert!(lab.health().ok);
//! lab.cleanup("deployer-a", KEPT_PLANS)?; // … which deployer-a considers old
//! assert!(!lab.health().ok);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Everything here is deterministic, in memory and without locks: whoever serves the lab to several callers puts
//! it behind a mutex, and whoever keeps it on disk writes the records and plans, which are `serde` types.

mod answer;
mod consumer;
mod deployer;
mod door;
mod lab;
pub mod names;
mod planner;
mod record;
#[cfg(feature = "server")]
mod remote;
#[cfg(feature = "server")]
pub mod server;
mod view;
mod wormhole53;

pub use answer::{CleanupAnswer, DeployAnswer, DeployError, Health, Resolution, SyncAnswer};
#[cfg(feature = "server")]
pub use consumer::remote;
pub use consumer::system;
pub use deployer::{Deployer, KEPT_PLANS};
pub use lab::{DEPLOYERS, Lab, UnknownDeployer};
pub use planner::{Balancer, GenerateError, Plan, Planner};
pub use record::{Alias, Data, Identity, Record, RecordType, Target};
pub use wormhole53::{BatchError, BatchErrorKind, Change, Wormhole53};
