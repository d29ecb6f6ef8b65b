//! A trace as a page.

use super::super::viewer::Viewer;
use super::ShowOptions;
use crate::trace::Trace;

/// `trace` as a page of HTML in one file, with the heading `title`, in which one looks around: a timeline, each state with
/// what changed, search. Where no script runs, it is what [`show`](super::show) says, with a section for each step.
/// [`Viewer`] can do more.
///
/// ```
/// use itf::render::{ShowOptions, show_html};
/// let trace = &itf::read(br#"{"vars":["x"],"states":[{"x":"<script>"}]}"#)?[0];
/// let page = show_html(trace, "counter", &ShowOptions::default());
/// assert!(page.contains("&lt;script&gt;") && page.contains(r#""\u003cscript>""#));
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn show_html(trace: &Trace, title: &str, options: &ShowOptions) -> String {
    Viewer::new(title, trace, options).page()
}
