//! serde, both ways: values of a trace to values of Rust types and back.

mod decode;
mod encode;
mod error;
pub(crate) mod exact;
mod form;
mod functions;
mod helpers;
mod trace;
mod tree;

pub use encode::to_value;
pub use error::Error;
pub use functions::{from_str, from_value, trace_from_str, trace_from_value};

/// Decoding: what to write at a field whose Rust type and ITF value do not go together by themselves.
pub mod de {
    pub use super::error::DecodeError as Error;
    pub use super::functions::decode_value;
    pub use super::helpers::{Integer, Option, QuintOption, QuintResult, Result};
    pub use serde_with::{As, Same};
}
