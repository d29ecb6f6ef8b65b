//! Text of traces in Markdown. Nothing of it is markup there: it is in code spans and fences that it cannot close, where
//! neither HTML nor `@mentions` nor `#123` mean anything.

use super::html::escape_html;
use super::line::{Line, Role};

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// `text`, which is one line, as a code span.
pub(super) fn code(text: &str) -> String {
    if text.trim().is_empty() {
        return "` `".to_owned();
    }
    let ticks = "`".repeat(longest_run(text) + 1);
    let touches = |c: Option<char>| matches!(c, Some('`' | ' '));
    let pad = if touches(text.chars().next()) || touches(text.chars().last()) { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// `text`, which ends with the end of a line, as a block of code.
pub(super) fn fenced(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!("{fence}{language}\n{text}{fence}\n")
}

/// The lines as a block of code in which additions and removals are coloured: the language `diff` wants the marks in the
/// first column.
pub(super) fn diff_block(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        let (mark, own) = match line.role() {
            Role::Added => ('+', "+ "),
            Role::Removed => ('-', "- "),
            Role::Changed => ('!', "! "),
            _ => (' ', "  "),
        };
        let body = line.text();
        let body = body.trim_start_matches(' ');
        // The mark has moved to the first column.
        let body = body.strip_prefix(own).map_or_else(|| body.to_owned(), |rest| format!("  {rest}"));
        text.push(mark);
        text.push_str(&" ".repeat(line.indent().saturating_sub(1)));
        text.push_str(&body);
        text.push('\n');
    }
    fenced("diff", &text)
}

/// Blocks that are read only when they are opened. `summary` is text, `code` behind it is shown as code.
pub(super) fn details(summary: &str, code: &str, content: &str) -> String {
    let code = if code.is_empty() { String::new() } else { format!(" <code>{}</code>", escape_html(code)) };
    format!("<details><summary>{summary}{code}</summary>\n\n{content}\n</details>\n")
}

/// A comment that is not shown and by which a program finds the text again.
///
/// A comment ends at `-->`, so nothing of the name may contain that.
pub(super) fn marker(name: &str) -> String {
    let safe: String =
        name.chars().map(|c| if c.is_alphanumeric() || "._/".contains(c) { c } else { '_' }).collect();
    format!("<!-- itf-diff: {safe} -->\n")
}
