//! Rendering: values, states and answers as text.

mod changes;
mod diff;
mod excerpt;
mod followed;
mod html;
mod line;
mod lines;
mod markdown;
mod notation;
mod observed;
mod page;
mod show;
mod value;
mod viewer;
mod words;

pub use diff::{
    DiffOptions, Places, diff_github, diff_html, diff_markdown, diff_sarif, diff_side_by_side, json_patch,
    show_diff, unified_steps, unified_text,
};
pub(crate) use excerpt::excerpt;
pub use excerpt::{source_line, source_line_within};
pub use followed::show_followed;
pub use html::{document_page, escape_html};
pub use notation::Notation;
pub use observed::show_observed;
pub use page::{Page, Palette};
pub use show::{
    ShowOptions, show, show_html, show_markdown, show_markdown_parts, show_parts, steps_view,
    steps_view_parts,
};
pub use value::{commands_log, escape};
pub(crate) use value::{is_plain_name, write_name, write_value};
pub use viewer::{View, ViewError, Viewer};
