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
pub mod render;

mod action;
mod path;
mod read;
mod trace;
mod value;
mod write;

pub use action::{Label, LabelError, Labels};
pub use path::{Path, Segment};
pub use read::{
    Document, Documents, ErrorKind, Event, Events, Limits, Place, ReadError, Reader, Warning, WarningKind, read,
};
pub use trace::{Json, Meta, State, Trace};
pub use value::{Int, List, Map, ParseIntError, Record, Set, Store, Str, Tuple, Value, Variant};
pub use write::{Layout, to_string, write};
