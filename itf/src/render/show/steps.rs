//! A trace as text that line-based tools compare well.

use super::super::line::painted;
use super::super::page::{Page, Palette};
use super::ShowOptions;
use super::shower::Shower;
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
    let options = ShowOptions { page: Page::default(), ..ShowOptions::default() };
    let blocks = Shower::unnumbered(trace, &options).blocks();
    let mut text = String::new();
    for block in &blocks {
        text.push_str(if text.is_empty() { "" } else { "\n" });
        text.push_str(&painted(block.title.iter().chain(&block.body), &Palette::plain()));
    }
    text
}
