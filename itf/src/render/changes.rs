//! Differences as lines.

use std::fmt::Write;

use super::lines::{Lines, paint};
use super::page::Page;
use crate::diff::{Change, Difference};
use crate::path::{Path, Segment};
use crate::value::Value;

/// A difference, and what is said about it.
pub(super) struct Noted<'a> {
    pub(super) difference: &'a Difference,
    pub(super) note: String,
}

/// The lines of `differences`, those of one variable under what their paths have in common. Each inner vector belongs
/// together: a difference, with the heading above it if it is the first.
pub(super) fn changes(page: &Page, differences: &[Noted<'_>], indent: usize) -> Vec<Vec<String>> {
    let mut blocks = Vec::new();
    let variable = |noted: &Noted<'_>| noted.difference.path.segments().first().cloned();
    for group in differences.chunk_by(|a, b| variable(a) == variable(b)) {
        let common = match group {
            [_] => 0,
            _ => common_segments(group),
        };
        let mut lines = Vec::new();
        if common > 0 {
            let path: Path = group[0].difference.path.segments()[..common].iter().cloned().collect();
            lines.push(format!("{}{path}", " ".repeat(indent + MARK)));
        }
        let inner = if common > 0 { indent + MARK } else { indent };
        for noted in group {
            lines.extend(change(page, noted, common, inner));
            blocks.push(std::mem::take(&mut lines));
        }
    }
    blocks
}

/// The columns of a mark: `+ `, `- ` or blank.
const MARK: usize = 2;

/// How many segments all paths begin with, such that each has something left to say.
fn common_segments(group: &[Noted<'_>]) -> usize {
    let first = group[0].difference.path.segments();
    let shared = |path: &Path| first.iter().zip(path.segments()).take_while(|(a, b)| a == b).count();
    let longest = |noted: &Noted<'_>| {
        let path = &noted.difference.path;
        let own = match noted.difference.change {
            Change::Renamed { .. } => 0,
            _ => 1,
        };
        shared(path).min(path.segments().len().saturating_sub(own))
    };
    group.iter().map(longest).min().unwrap_or(0)
}

fn change(page: &Page, noted: &Noted<'_>, skip: usize, indent: usize) -> Vec<String> {
    let Difference { path, change } = noted.difference;
    let rest: Path = path.segments()[skip..].iter().cloned().collect();
    let place = match rest.segments() {
        // Below its set an element needs no place.
        [Segment::Element] | [] => String::new(),
        _ => format!("{rest}: "),
    };
    let (mark, style) = match change {
        Change::Added { .. } => ("+ ", page.palette.added),
        Change::Removed { .. } => ("- ", page.palette.removed),
        _ => ("  ", page.palette.changed),
    };
    let mut lines = Lines::new(page.width, indent);
    lines.text(mark).text(&place);
    let inner = indent + MARK;
    let note = noted.note.as_str();
    match change {
        Change::Added { new: value } | Change::Removed { old: value } => lines.value(value, inner, 0),
        Change::Renamed { old, new } => {
            lines.text("key ").value(old, inner, 0);
            lines.text(" → key ").value(new, inner, 0);
        }
        Change::Replaced { old, new } => {
            if !lines.flat(&[old, new], " → ", 0) {
                lines = Lines::new(page.width, inner);
                lines.text(place.trim_end()).next(inner + MARK);
                if !lines.flat(&[old, new], " → ", 0) {
                    return replaced(page, [old, new], place.trim_end(), note, inner);
                }
            }
        }
    }
    let mut lines = lines.finish();
    for line in &mut lines {
        *line = paint(style, line);
    }
    add_note(page, &mut lines, note, inner);
    lines
}

/// Values that are too long to be on one line: before, after.
fn replaced(page: &Page, values: [&Value; 2], place: &str, note: &str, indent: usize) -> Vec<String> {
    let mut all = vec![paint(page.palette.changed, &format!("{}{place}", " ".repeat(indent)))];
    let marks = [("- ", page.palette.removed), ("+ ", page.palette.added)];
    for (value, (mark, style)) in values.into_iter().zip(marks) {
        let mut lines = Lines::new(page.width, indent + MARK);
        lines.text(mark).value(value, indent + 2 * MARK, 0);
        all.extend(lines.finish().iter().map(|line| paint(style, line)));
    }
    add_note(page, &mut all, note, indent + MARK);
    all
}

fn add_note(page: &Page, lines: &mut Vec<String>, note: &str, indent: usize) {
    if note.is_empty() {
        return;
    }
    let note = paint(page.palette.note, note);
    match lines.last_mut() {
        Some(last) if lines_width(last) + 2 + lines_width(&note) <= page.width => {
            let _ = write!(last, "  {note}");
        }
        _ => lines.push(format!("{}{note}", " ".repeat(indent))),
    }
}

/// The columns that a line takes, escape codes not counted.
pub(super) fn lines_width(line: &str) -> usize {
    let mut width = 0;
    for (at, piece) in line.split('\u{1b}').enumerate() {
        // Codes of a palette end in `m`; an escape character of a trace has been escaped itself.
        let text = if at == 0 { piece } else { piece.split_once('m').map_or("", |(_, text)| text) };
        width += unicode_width::UnicodeWidthStr::width(text);
    }
    width
}
