//! Rendering: values, states and answers as text.

mod changes;
mod diff;
mod excerpt;
mod lines;
mod page;
mod show;
mod value;
mod verdict;

pub use diff::{DiffOptions, show_diff};
pub(crate) use excerpt::excerpt;
pub use excerpt::source_line;
pub use page::{Page, Palette};
pub use show::{ShowOptions, show};
pub use value::escape;
pub(crate) use value::{write_name, write_value};
