//! A trace as a document in Markdown.

use super::super::line::Role;
use super::super::markdown::{code, diff_block, fenced};
use super::super::page::{Page, Palette};
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
    let options =
        ShowOptions { page: Page { palette: Palette::plain(), ..options.page.clone() }, ..options.clone() };
    let mut out = format!("# {}\n", code(&escape(title)));
    for block in Shower::new(trace, &options).blocks() {
        out.push('\n');
        match block.about {
            About::Trace => {
                out.push_str(&block.title.iter().map(|line| line.text() + "\n").collect::<String>());
                out.push_str(if block.body.is_empty() { "" } else { "\n" });
                let items = block.body.iter().map(|line| format!("- {}\n", code(line.text().trim())));
                out.extend(items);
                continue;
            }
            About::Parameters | About::Step(_) | About::Loop => out.push_str(&heading(&block)),
        }
        out.push('\n');
        let is_change = block.body.iter().any(|line| line.role() != Role::Plain);
        out.push_str(&if is_change {
            diff_block(&block.body)
        } else {
            fenced("text", &block.body.iter().map(|line| line.text() + "\n").collect::<String>())
        });
    }
    out
}

/// Where we are as text, what the step did as code, what is said about it as text.
fn heading(block: &Block) -> String {
    let [head, label, note] = block.heading();
    let label = if label.is_empty() { String::new() } else { format!(": {}", code(&label)) };
    let note = if note.is_empty() { String::new() } else { format!(" {note}") };
    format!("## {head}{label}{note}\n")
}
