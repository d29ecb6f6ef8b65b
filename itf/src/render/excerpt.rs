//! The line of a text with carets under a place in it.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

/// The columns of a line that are shown around a place.
const WINDOW: usize = 90;

/// The line of `text` in which `span` (of bytes) begins, with its number, and in the next line carets under the span and
/// the hint.
pub(crate) fn excerpt(text: &str, span: &Range<usize>, hint: Option<&str>) -> String {
    let start = span.start.min(text.len());
    let from = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let to = text[from..].find('\n').map_or(text.len(), |at| from + at);
    // What is to the right of a span that ends in another line is not marked.
    let end = span.end.clamp(start, to.max(start));
    let number = (1 + text[..from].matches('\n').count()).to_string();
    let (mut before, whole) = (columns(&text[from..start]), columns(&text[from..to]));
    let mut marked = columns(&text[start..end]).max(1);
    let skip = if whole > WINDOW && before > WINDOW / 2 { before - WINDOW / 2 } else { 0 };
    let mut line = String::new();
    let mut column = 0;
    for (c, width) in text[from..to].chars().map(shown) {
        if column >= skip && column + width <= skip + WINDOW {
            line.push(c);
        }
        column += width;
    }
    if whole > skip + WINDOW {
        line.push_str(" …");
        marked = marked.min((skip + WINDOW).saturating_sub(before).max(1));
    }
    if skip > 0 {
        line.insert_str(0, "… ");
        before = before - skip + 2;
    }
    let (carets, margin) = ("^".repeat(marked), number.len());
    let line = format!(" {number} | {line}");
    let hint = hint.map(|hint| format!(" {hint}")).unwrap_or_default();
    format!("{}\n {:margin$} | {:before$}{carets}{hint}\n", line.trim_end(), "", "")
}

fn columns(text: &str) -> usize {
    text.chars().map(|c| shown(c).1).sum()
}

/// A character as it is shown, and its columns: nothing in a text acts on a terminal.
fn shown(c: char) -> (char, usize) {
    match (c, c.width()) {
        ('\t', _) => (' ', 1),
        (_, Some(0) | None) => ('\u{fffd}', 1),
        (c, Some(width)) => (c, width),
    }
}
