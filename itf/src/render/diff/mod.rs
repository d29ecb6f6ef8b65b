//! A comparison of traces, in every format.

mod account;
mod annotate;
mod budget;
mod html;
mod items;
mod markdown;
mod patch;
mod side;
mod unified;
mod verdict;

pub use annotate::{Places, diff_github, diff_sarif};
pub use html::diff_html;
pub use markdown::diff_markdown;
pub use patch::json_patch;
pub use side::diff_side_by_side;
pub use unified::{unified_steps, unified_text};

use super::line::painted;
use super::page::Page;
use crate::diff::TraceDiff;
use account::{Account, rest};

/// How a comparison is shown.
///
/// ```
/// let options = itf::render::DiffOptions { limit: 0, ..Default::default() };
/// assert_eq!(options.names, ["left", "right"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffOptions {
    /// Width and colours.
    pub page: Page,
    /// What the two traces are called.
    pub names: [String; 2],
    /// After how many lines the rest is only counted, in what is written for terminals; 0 for never.
    pub limit: usize,
    /// How many bytes a document may have: a comment on GitHub 65,536, a job summary 1,048,576. What is longer tells less.
    pub max_bytes: Option<usize>,
    /// The command that shows the comparison again, to be named in documents.
    pub command: Option<String>,
}

impl Default for DiffOptions {
    fn default() -> Self {
        Self {
            page: Page::default(),
            names: ["left".into(), "right".into()],
            limit: 60,
            max_bytes: None,
            command: None,
        }
    }
}

/// `diff` as text: the verdict, then what is new at each step.
///
/// ```
/// use itf::diff::{Options, diff_traces};
/// use itf::render::{DiffOptions, show_diff};
/// let a = &itf::read(br#"{"vars":["x","y"],"states":[{"x":0,"y":1},{"x":1,"y":1},{"x":2,"y":1}]}"#)?[0];
/// let b = &itf::read(br#"{"vars":["x","y"],"states":[{"x":0,"y":1},{"x":1,"y":5},{"x":2,"y":5}]}"#)?[0];
/// assert_eq!(show_diff(&diff_traces(a, b, &Options::default()), &DiffOptions::default()), "\
/// different: first at step 1
/// 3 states each: 1 equal, 2 differ
///
///   step 1
///       y: 1 → 5  (and in all that follow)
/// ");
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn show_diff(diff: &TraceDiff, options: &DiffOptions) -> String {
    let account = Account { diff, options };
    let text = |limit: usize| {
        let mut lines = account.head();
        'all: for (at, entry) in diff.entries.iter().enumerate() {
            let blocks = account.entry(entry);
            let parts = blocks.len();
            for (done, block) in blocks.into_iter().enumerate() {
                lines.extend(block);
                if lines.len() >= limit {
                    lines.extend(rest(parts - done - 1, diff.entries.len() - at - 1));
                    break 'all;
                }
            }
        }
        painted(&lines, &options.page.palette)
    };
    limited(&account, text)
}

/// What `text` makes of as many lines as the options allow.
fn limited(account: &Account<'_>, text: impl Fn(usize) -> String) -> String {
    let DiffOptions { limit, max_bytes, .. } = account.options;
    let lines = if *limit == 0 { usize::MAX } else { *limit };
    let all = budget::Room { lines, items: 0, behaviour: true };
    budget::within(*max_bytes, all, &format!("{}\n", account.verdict()), |room| text(room.lines))
}
