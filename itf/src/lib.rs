//! The Informal Trace Format (ITF, Apalache ADR-015): executions of state machines as model checkers and simulators
//! write them, to read, write, check, compare and show.
//!
//! Data flows one way: bytes → [`Trace`] → answer → text.
//!
//! ```
//! let traces = itf::read(br##"{"vars":["x"],"states":[{"x":{"#bigint":"1"}},{"x":{"#bigint":"2"}}]}"##)?;
//! let last = &traces[0].states[1];
//! assert_eq!(last.get("x"), Some(&itf::Value::from(2)));
//! # Ok::<(), itf::ReadError>(())
//! ```

pub mod check;
pub mod diff;
pub mod export;
pub mod expr;
pub mod render;

mod action;
mod chunk;
mod lasso;
mod path;
mod pattern;
mod quick;
mod read;
mod repair;
pub mod runner;
pub mod schema;
mod serde;
pub mod tla;
pub mod trace;
pub mod types;
/// Values, by the path they have in the crate `itf` 0.4.0.
#[doc(hidden)]
pub mod value;
mod write;

pub use action::{Label, LabelError, Labels};
pub use path::{Path, PathError, Segment};
pub use pattern::{Pattern, PatternError};
pub use read::{
    Document, Documents, ErrorKind, Event, Events, Limits, Place, ReadError, Reader, Warning, WarningKind,
    is_packed, read,
};
pub use repair::leaked_integer;
pub use runner::Runner;
pub use serde::{Error, de, from_str, from_value, to_value, trace_from_str, trace_from_value};
pub use trace::{Json, Known, Meta, State, Trace};
pub use value::{Int, List, Map, ParseIntError, Record, Set, Store, Str, Tuple, Value, Variant};
pub use write::{Layout, TraceWriter, to_string, write};

/// The error of decoding, by the path it has in the crate `itf` 0.4.0.
pub mod error {
    pub use crate::serde::Error;
}

/// States, by the path they have in the crate `itf` 0.4.0.
pub mod state {
    pub use crate::trace::{Meta, State};
}

/// The manual's pages, whose examples run with the tests of the documentation.
#[cfg(doctest)]
mod manual {
    #[doc = include_str!("../../docs/migrating-from-itf-0.4.md")]
    struct MigratingFromItf04;
    #[doc = include_str!("../../README.md")]
    struct Readme;
}
