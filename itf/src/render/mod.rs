//! Rendering: values, states and answers as text.

mod value;

pub use value::escape;
pub(crate) use value::{write_name, write_value};
