//! Differences as lines.

use super::line::{Line, Role, in_role};
use super::lines::Lines;
use super::page::Page;
use super::words::changed_words;
use crate::diff::{Change, Difference};
use crate::path::{Path, Segment};
use crate::value::Value;

/// A difference, and what is said about it.
pub(super) struct Noted<'a> {
    pub(super) difference: &'a Difference,
    pub(super) note: String,
}

/// The lines of `differences`, each with its whole path: what is around a difference has no influence on its lines.
pub(super) fn single_changes(page: &Page, differences: &[Noted<'_>], indent: usize) -> Vec<Line> {
    differences.iter().flat_map(|noted| change(page, noted, 0, indent)).collect()
}

/// The lines of `differences`, those of one variable under what their paths have in common. Each inner vector belongs
/// together: a difference, with the heading above it if it is the first.
pub(super) fn changes(page: &Page, differences: &[Noted<'_>], indent: usize) -> Vec<Vec<Line>> {
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
            lines.push(Line::new(Role::Plain, &format!("{}{path}", " ".repeat(indent + MARK))));
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

fn change(page: &Page, noted: &Noted<'_>, skip: usize, indent: usize) -> Vec<Line> {
    let Difference { path, change } = noted.difference;
    let rest: Path = path.segments()[skip..].iter().cloned().collect();
    let place = match rest.segments() {
        // Below its set an element needs no place.
        [Segment::Element] | [] => String::new(),
        _ => format!("{rest}: "),
    };
    let (mark, role) = match change {
        Change::Added { .. } => ("+ ", Role::Added),
        Change::Removed { .. } => ("- ", Role::Removed),
        _ => ("  ", Role::Changed),
    };
    let mut lines = Lines::new(page, indent);
    lines.text(mark).text(&place);
    let inner = indent + MARK;
    let note = noted.note.as_str();
    match change {
        Change::Added { new: value } | Change::Removed { old: value } => lines.value(value, inner, 0),
        Change::Renamed { old, new } => {
            if !lines.text("key ").flat(&[old, new], " → key ", 0) {
                lines = Lines::new(page, inner);
                lines.text(place.trim_end()).next(inner + MARK);
                lines.text("key ").value(old, inner + MARK, 0);
                lines.text(" → key ").value(new, inner + MARK, 0);
            }
        }
        Change::Replaced { old, new } => {
            if !lines.flat(&[old, new], " → ", 0) {
                lines = Lines::new(page, inner);
                lines.text(place.trim_end()).next(inner + MARK);
                if !lines.flat(&[old, new], " → ", 0) {
                    return replaced(page, [old, new], place.trim_end(), note, inner);
                }
            }
        }
    }
    let mut lines = in_role(role, &lines.finish());
    add_note(page, &mut lines, note, inner);
    lines
}

/// Values that are too long to be on one line: what changed in a string, else before, after.
fn replaced(page: &Page, values: [&Value; 2], place: &str, note: &str, indent: usize) -> Vec<Line> {
    let mut all = vec![Line::new(Role::Changed, &format!("{}{place}", " ".repeat(indent)))];
    let words = match values {
        [Value::Str(old), Value::Str(new)] => changed_words(old, new, page.width, indent + MARK),
        _ => None,
    };
    if let Some(words) = words {
        all.extend(words);
    } else {
        for (value, (mark, role)) in values.into_iter().zip([("- ", Role::Removed), ("+ ", Role::Added)]) {
            let mut lines = Lines::new(page, indent + MARK);
            lines.text(mark).value(value, indent + 2 * MARK, 0);
            all.extend(in_role(role, &lines.finish()));
        }
    }
    add_note(page, &mut all, note, indent + MARK);
    all
}

fn add_note(page: &Page, lines: &mut Vec<Line>, note: &str, indent: usize) {
    if note.is_empty() {
        return;
    }
    let text = Line::new(Role::Note, note);
    match lines.last_mut() {
        Some(last) if last.width() + 2 + text.width() <= page.width => {
            last.push(Role::Plain, "  ");
            last.push(Role::Note, note);
        }
        _ => lines.push(Line::new(Role::Note, &format!("{}{note}", " ".repeat(indent)))),
    }
}
