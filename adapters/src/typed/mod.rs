//! Rust types on both sides: state machines as specs, drivers as systems.

mod driver;
mod machine;
mod panics;
#[cfg(feature = "proptest")]
mod proptest;
mod space;
mod spec;
#[cfg(feature = "stateright")]
mod stateright;
mod variants;

pub use driver::{Driver, driven};
pub use machine::{Holds, StateMachine, TypedProperty};
#[cfg(feature = "proptest")]
pub use proptest::Reference;
pub use spec::Spec;
#[cfg(feature = "stateright")]
pub use stateright::Stateright;
