//! The line of a text with carets under a place in it.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::value::commands_log;

/// The columns of a line that are shown around a place, where nobody says how many there are.
const WINDOW: usize = 90;

/// The fewest columns that show anything.
const NARROW: usize = 16;

/// The columns of a line that are shown in so many columns in all: the number, the margin, and what says that there is more
/// take some.
fn window(columns: Option<usize>, number: usize) -> usize {
    columns.map_or(WINDOW, |columns| {
        columns.saturating_sub(number + "  ".len() * 2 + " | ".len() + 2).max(NARROW)
    })
}

/// The line of `text` in which `span` (of bytes) begins, with its number, and in the next line carets under the span and
/// the hint; of the line no more than fits into so many columns.
pub(crate) fn excerpt(text: &str, span: &Range<usize>, hint: Option<&str>, columns: Option<usize>) -> String {
    let start = span.start.min(text.len());
    let from = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let to = text[from..].find('\n').map_or(text.len(), |at| from + at);
    // What is to the right of a span that ends in another line is not marked.
    let end = span.end.clamp(start, to.max(start));
    let number = (1 + text[..from].matches('\n').count()).to_string();
    marked(&text[from..to], &(start - from..end - from), &number, hint, [false; 2], columns)
}

/// A line with its number and carets under a span of it. `is_cut` says whether there is more of the line on either side.
fn marked(
    text: &str,
    span: &Range<usize>,
    number: &str,
    hint: Option<&str>,
    is_cut: [bool; 2],
    within: Option<usize>,
) -> String {
    let window = window(within, number.len());
    let (mut before, whole) = (columns(&text[..span.start]), columns(text));
    let mut marked = columns(&text[span.clone()]).max(1);
    let skip = if whole > window && before > window / 2 { before - window / 2 } else { 0 };
    let mut line = String::new();
    let mut column = 0;
    for (c, width) in text.chars().map(shown) {
        if column >= skip && column + width <= skip + window {
            // Nor in a log.
            line.push(if c == '[' && commands_log(&line) { '\u{fffd}' } else { c });
        } else if column < skip {
            // Of a wide character at the edge, the half that would be shown keeps its room: else all carets are off by one.
            line.extend(std::iter::repeat_n(' ', (column + width).saturating_sub(skip)));
        }
        column += width;
    }
    if whole > skip + window || is_cut[1] {
        line.push_str(" …");
        marked = marked.min((skip + window).saturating_sub(before).max(1));
    }
    if skip > 0 || is_cut[0] {
        line.insert_str(0, "… ");
        before = before - skip + 2;
    }
    let (carets, margin) = ("^".repeat(marked), number.len());
    let line = format!(" {number} | {line}");
    let hint = hint.map(|hint| format!(" {hint}")).unwrap_or_default();
    format!("{}\n {:margin$} | {:before$}{carets}{hint}\n", line.trim_end(), "", "")
}

/// The bytes of a text around a place that are looked at; more are not shown.
const AROUND: usize = 400;

/// The line around the byte `at` of `text`, with its number and carets under the word that begins there: no more than fits
/// on a terminal, and nothing that acts on one. `text` need not be all of the input, only what is around the place.
///
/// ```
/// let text = b"{\"vars\":[\"x\"],\n \"states\":[{\"x\":17}]}";
/// assert_eq!(itf::render::source_line(text, 31, 2), "  2 |  \"states\":[{\"x\":17}]}\n    |                 ^^\n");
/// ```
pub fn source_line(text: &[u8], at: usize, line: usize) -> String {
    source(text, at, line, None)
}

/// [`source_line`] for a terminal of so many columns.
///
/// ```
/// let text = format!("{{\"vars\":[{}]}}", vec!["\"x\""; 50].join(","));
/// let shown = itf::render::source_line_within(text.as_bytes(), 100, 1, 40);
/// assert!(shown.lines().all(|line| line.chars().count() <= 40));
/// ```
pub fn source_line_within(text: &[u8], at: usize, line: usize, columns: usize) -> String {
    source(text, at, line, Some(columns))
}

fn source(text: &[u8], at: usize, line: usize, columns: Option<usize>) -> String {
    let at = at.min(text.len());
    let is_start = |at: &usize| text.get(*at).is_none_or(|b| *b & 0xc0 != 0x80);
    let from = (at.saturating_sub(AROUND)..=at).find(is_start).unwrap_or(at);
    let to = (at..=text.len().min(at + AROUND)).rev().find(is_start).unwrap_or(at);
    let line_from = memchr::memrchr(b'\n', &text[from..at]).map_or(from, |found| from + found + 1);
    let line_to = memchr::memchr(b'\n', &text[at..to]).map_or(to, |found| at + found);
    // What is not UTF-8 is an error that is shown, too.
    let before = String::from_utf8_lossy(&text[line_from..at]);
    let after = String::from_utf8_lossy(&text[at..line_to]);
    let after = after.trim_end_matches('\r');
    let is_cut = [
        line_from > 0 && line_from == from && text.get(from - 1) != Some(&b'\n'),
        line_to == to && to < text.len(),
    ];
    let whole = format!("{before}{after}");
    let span = before.len()..before.len() + word(after);
    let shown = marked(&whole, &span, &line.to_string(), None, is_cut, columns);
    shown.lines().fold(String::new(), |all, line| all + " " + line + "\n")
}

/// The bytes of the string, number or word that `text` begins with; of something else, none.
fn word(text: &str) -> usize {
    if let Some(inside) = text.strip_prefix('"') {
        let mut is_escaped = false;
        let end = inside.find(|c| {
            let ends = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            ends
        });
        return end.map_or(text.len(), |end| end + 2);
    }
    text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '+' | '.')).unwrap_or(text.len())
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
