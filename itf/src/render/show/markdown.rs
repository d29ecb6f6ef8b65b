//! A trace as a document in Markdown.

use super::super::line::{Line, Role};
use super::super::markdown::{code, diff_block, fenced};
use super::super::value::escape;
use super::ShowOptions;
use super::shower::{About, Block, Shower};
use crate::trace::Trace;

/// `trace` in Markdown, under the heading `title`: what [`show`](super::show) says, a section for each step. Text of the
/// trace is in code spans and fences, so that it is never markup, whatever it contains.
///
/// ```
/// use itf::render::{ShowOptions, show_markdown};
/// let trace = &itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":2}]}"#)?[0];
/// assert_eq!(
///     show_markdown(trace, "counter", &ShowOptions::default()),
///     "# `counter`\n\n2 states\n\n## state 0\n\n```text\n  x = 1\n```\n\n## step 1\n\n```diff\n!   x: 1 → 2\n```\n"
/// );
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn show_markdown(trace: &Trace, title: &str, options: &ShowOptions) -> String {
    show_markdown_parts(trace, title, options).collect()
}

/// The text of [`show_markdown`] in parts, as [`show_parts`](super::show_parts) has them.
///
/// ```
/// use itf::render::{ShowOptions, show_markdown_parts};
/// let trace = &itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":2}]}"#)?[0];
/// let options = ShowOptions::default();
/// assert_eq!(show_markdown_parts(trace, "counter", &options).next().as_deref(), Some("# `counter`\n"));
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn show_markdown_parts<'a>(
    trace: &'a Trace,
    title: &str,
    options: &'a ShowOptions,
) -> impl Iterator<Item = String> + use<'a> {
    let title = format!("# {}\n", code(&escape(title)));
    [title].into_iter().chain(Shower::new(trace, options).blocks().map(|block| section(&block)))
}

fn section(block: &Block) -> String {
    let text = |lines: &[Line]| lines.iter().map(|line| line.text() + "\n").collect::<String>();
    if block.about == About::Trace {
        let mut items = String::new();
        items.extend(block.body.iter().map(|line| format!("- {}\n", code(line.text().trim()))));
        let between = if items.is_empty() { "" } else { "\n" };
        return ["\n", &text(&block.title), between, &items].concat();
    }
    let is_change = block.body.iter().any(|line| line.role() != Role::Plain);
    let body = if is_change { diff_block(&block.body) } else { fenced("text", &text(&block.body)) };
    ["\n", &heading(block), "\n", &body].concat()
}

/// Where we are as text, what the step did as code, what is said about it as text.
fn heading(block: &Block) -> String {
    let [head, label, note] = block.heading();
    let label = if label.is_empty() { String::new() } else { format!(": {}", code(&label)) };
    let note = if note.is_empty() { String::new() } else { format!(" {note}") };
    format!("## {head}{label}{note}\n")
}
