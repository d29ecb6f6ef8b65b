//! An executable spec of a DNS control plane that can take itself down: the example producer of the ITF toolkit.
//!
//! A planner publishes versioned plans, three deployers install them in one zone under an optimistic lock, and each
//! deployer cleans up plans by age. A slow deployer that installs an old plan just before another one cleans up
//! leaves the root name pointing at a plan that no longer exists. That bug is latent in the spec and stays there:
//! it is what the tools must find, replay and shrink.
//!
//! The machine is pure. [`init`] makes the first state and [`step`] answers a [`Call`] either with the next state
//! and the call as it was really executed, or with [`Disabled`]. States are small values of plain bytes; names
//! appear only where a state is read ([`State::zone_records`], [`PlanId::name`] and the like).
//!
//! | module of the vocabulary | what is in it |
//! |---|---|
//! | ids | [`Deployer`], [`PlanId`], [`Ip`], [`IpSet`], [`Weights`] |
//! | records | [`Record`], [`Lock`], [`View`], [`PublishedPlan`] |
//! | instances | [`Instance`], [`Parameters`] |
//! | actions | [`Call`], [`Pick`], [`Label`], [`Disabled`] |
//! | machine | [`init`], [`step`], [`step_in_place`], [`replay`], [`enabled`] |
//! | properties | [`Property`] |
//! | searches | [`DnsSpace`], [`shortest()`] |
//!
//! ```
//! use itf_adapters::engine::{Breadth, Reached};
//! use itf_dns_spec::{Instance, Property, Reduction, replay, shortest};
//!
//! let n3_5_3 = Instance::named("n3_5_3").ok_or("no such instance")?;
//! let report = shortest(&n3_5_3, Property::NoInconsistentRoot, Reduction::Views, &Breadth::default())?;
//! let Reached::Found { calls, .. } = report.reached else { return Err("the bug is gone".into()) };
//!
//! let states = replay(&n3_5_3, &calls)?;
//! assert_eq!(states.len(), 12);
//! assert!(!Property::NoInconsistentRoot.holds(&states[11]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod action;
mod decode;
mod disabled;
mod encode;
mod id;
mod instance;
mod label;
mod machine;
mod name;
mod producer;
mod property;
mod record;
mod reduction;
mod space;
mod state;

pub use action::{Call, Pick};
pub use disabled::{Disabled, PickName};
pub use id::{Deployer, Ip, IpSet, MAX_IPS, MAX_PLANS, PlanId, Weights};
pub use instance::{BadInstance, Instance, Parameters};
pub use label::Label;
pub use machine::{Choices, DisabledAt, enabled, init, replay, step, step_in_place};
pub use producer::DnsSpec;
pub use property::{Property, PropertyKind};
pub use record::{Lock, PublishedPlan, Record, RecordKind, View};
pub use reduction::Reduction;
pub use space::{DnsSpace, shortest};
pub use state::State;

/// The script that draws a state of this spec in the page of a trace: the zone as a tree of names, with the root and the
/// rollback. It is `view.js` of this package, as [`itf::render::View`] takes it.
///
/// ```
/// let view = itf::render::View::new(itf_dns_spec::VIEW)?;
/// # Ok::<(), itf::render::ViewError>(())
/// ```
pub const VIEW: &str = include_str!("../view.js");
