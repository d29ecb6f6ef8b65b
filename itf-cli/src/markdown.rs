//! Text from a trace within Markdown.

use std::fmt::Write;

/// The longest comment that GitHub takes; its characters are bytes at least.
pub(crate) const COMMENT: usize = 65_536;

/// Text as code in a table: a bar would end the cell, a backtick the code.
pub(crate) fn cell(text: &str) -> String {
    format!("`{}`", itf::render::escape(text).replace('`', "'").replace('|', "\\|"))
}

/// Text in a fence that is longer than any in it.
pub(crate) fn fenced(out: &mut String, text: &str) -> std::fmt::Result {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    writeln!(out, "{fence}text\n{text}{fence}")
}
