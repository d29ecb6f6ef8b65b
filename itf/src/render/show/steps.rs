//! A trace as text that line-based tools compare well.

use std::sync::LazyLock;

use super::shower::Shower;
use super::{ShowOptions, texts};
use crate::trace::Trace;

/// The steps view of `trace`: parameters, initial state, and what each step did and changed. What follows a difference
/// does not differ because of it: no line says its position, and a value is written where it arises and not in each state
/// that still has it. `#meta` is left out. It is what `git log -p` compares (`textconv`), and `itf diff --format unified`.
///
/// ```
/// use itf::render::steps_view;
/// let trace = &itf::read(br#"{"vars":["x","y"],"states":[{"x":1,"y":1},{"x":2,"y":1}]}"#)?[0];
/// assert_eq!(steps_view(trace), "initial state\n  x = 1\n  y = 1\n\nstep\n    x: 1 → 2\n");
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn steps_view(trace: &Trace) -> String {
    steps_view_parts(trace).collect()
}

/// The text of [`steps_view`] in parts, as [`show_parts`](super::show_parts) has them.
///
/// ```
/// use itf::render::{steps_view, steps_view_parts};
/// let trace = &itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":2}]}"#)?[0];
/// assert_eq!(steps_view_parts(trace).collect::<String>(), steps_view(trace));
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn steps_view_parts(trace: &Trace) -> impl Iterator<Item = String> + '_ {
    static PLAIN: LazyLock<ShowOptions> = LazyLock::new(ShowOptions::default);
    texts(Shower::unnumbered(trace, &PLAIN), &PLAIN.page.palette)
}
