//! What changed inside of a long string, word by word.

use similar::{ChangeTag, TextDiff};
use unicode_width::UnicodeWidthStr;

use super::line::{Line, Role};
use super::value::write_escaped;

/// Below this length, before and after are read at a glance.
const SHORT: usize = 32;
/// Longer strings are not compared: it would take too long.
const LONG: usize = 20_000;
/// So many columns are kept of what is equal around a change.
const AROUND: usize = 24;

/// The lines, of `width` and indented, of a string in which words changed: `"to [-be-]{+do+} or not"`. What is equal is
/// left out where it is long. `None` if that would not be easier to read than both strings.
pub(super) fn changed_words(old: &str, new: &str, width: usize, indent: usize) -> Option<Vec<Line>> {
    let lengths = [old.len(), new.len()];
    if lengths.iter().any(|len| *len > LONG) || lengths.iter().all(|len| *len < SHORT) {
        return None;
    }
    let diff = TextDiff::from_words(old, new);
    if diff.ratio() < 0.5 {
        return None;
    }
    let mut runs: Vec<(ChangeTag, String)> = Vec::new();
    for change in diff.iter_all_changes() {
        match runs.last_mut() {
            Some((tag, text)) if *tag == change.tag() => text.push_str(change.value()),
            _ => runs.push((change.tag(), change.value().to_owned())),
        }
    }
    let last = runs.len() - 1;
    let mut pieces = vec![(Role::Changed, "\"".to_owned())];
    for (at, (tag, text)) in runs.iter().enumerate() {
        pieces.extend(match tag {
            ChangeTag::Equal => words(&shortened(text, at == 0, at == last), Role::Changed),
            ChangeTag::Delete => words(&format!("[-{}-]", quoted(text)), Role::Removed),
            ChangeTag::Insert => words(&format!("{{+{}+}}", quoted(text)), Role::Added),
        });
    }
    pieces.push((Role::Changed, "\"".to_owned()));
    let mut lines = Vec::new();
    let mut line = Line::new(Role::Plain, &" ".repeat(indent));
    for (role, piece) in pieces {
        if line.width() > indent && line.width() + piece.trim_end().width() > width {
            lines.push(std::mem::replace(&mut line, Line::new(Role::Plain, &" ".repeat(indent))));
        }
        line.push(role, &piece);
    }
    lines.push(line);
    Some(lines)
}

/// `text` as it is within quotes.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_escaped(&mut out, text, true);
    out
}

/// `text` in pieces that end where a line may end.
fn words(text: &str, role: Role) -> Vec<(Role, String)> {
    text.split_inclusive(' ').map(|word| (role, word.to_owned())).collect()
}

/// What is equal, without its middle where that is long; at the ends of the string only one side is near a change.
fn shortened(text: &str, first: bool, last: bool) -> String {
    let chars: Vec<char> = text.chars().collect();
    let (head, tail) = (if first { 0 } else { AROUND }, if last { 0 } else { AROUND });
    if chars.len() <= head + tail + AROUND {
        return quoted(text);
    }
    let side = |chars: &[char]| quoted(&chars.iter().collect::<String>());
    format!("{}…{}", side(&chars[..head]), side(&chars[chars.len() - tail..]))
}
