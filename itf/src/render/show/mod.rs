//! A trace as people read it: the initial state, then what each step did and changed.

mod html;
mod markdown;
pub(super) mod shower;
mod steps;

pub use html::show_html;
pub use markdown::{show_markdown, show_markdown_parts};
pub use steps::{steps_view, steps_view_parts};

use std::ops::RangeInclusive;

use shower::Shower;

use super::line::painted;
use super::page::{Page, Palette};
use crate::action::Labels;
use crate::trace::Trace;

/// What is shown of a trace.
///
/// ```
/// use itf::render::{ShowOptions, show};
/// let trace = &itf::read(br#"{"vars":["x","y"],"states":[{"x":1,"y":1},{"x":2,"y":2}]}"#)?[0];
/// let options = ShowOptions { hide: vec!["y".into()], ..ShowOptions::default() };
/// assert!(!show(trace, &options).contains('y'));
/// # Ok::<(), itf::ReadError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct ShowOptions {
    /// Width and colours.
    pub page: Page,
    /// Every state with all its variables, rather than what changes.
    pub full: bool,
    /// The variables and parameters to show, in this order; all if empty.
    pub only: Vec<String>,
    /// Variables and parameters not to show.
    pub hide: Vec<String>,
    /// The steps to show: step *i* makes the state *i*. All if not given.
    pub steps: Option<RangeInclusive<usize>>,
    /// How the trace says what its steps did; if not given, the likeliest convention.
    pub labels: Option<Labels>,
}

/// `trace` as text: a heading, the parameters, the initial state, and then for each step what it did and what it
/// changed. Nothing is left out but what `options` say and variables that stay as they are.
///
/// ```
/// use itf::render::{ShowOptions, show};
/// let trace = &itf::read(br#"{"vars":["action","x"],"states":[
///     {"action":"init","x":{"a":1,"b":1}},
///     {"action":"send","x":{"a":1,"b":2}}]}"#)?[0];
/// assert_eq!(
///     show(trace, &ShowOptions::default()),
///     "2 states\n\nstate 0  init\n  x = { a: 1, b: 1 }\n\nstep 1  send\n    x.b: 1 → 2\n"
/// );
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn show(trace: &Trace, options: &ShowOptions) -> String {
    show_parts(trace, options).collect()
}

/// The text of [`show`] in parts, a few for each state, which are made one after another: the text of a long trace is
/// many times larger than the trace.
///
/// ```
/// use itf::render::{ShowOptions, show_parts};
/// let trace = &itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":2}]}"#)?[0];
/// let options = ShowOptions::default();
/// assert_eq!(show_parts(trace, &options).last().as_deref(), Some("\nstep 1\n    x: 1 → 2\n"));
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn show_parts<'a>(trace: &'a Trace, options: &'a ShowOptions) -> impl Iterator<Item = String> + 'a {
    texts(Shower::new(trace, options), &options.page.palette)
}

/// The blocks as text, with an empty line between them.
fn texts<'a>(shower: Shower<'a>, palette: &'a Palette) -> impl Iterator<Item = String> + 'a {
    shower.blocks().enumerate().map(|(at, block)| {
        let text = painted(block.title.iter().chain(&block.body), palette);
        if at > 0 { format!("\n{text}") } else { text }
    })
}
