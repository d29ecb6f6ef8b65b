//! Expected against observed, as text.

use anstyle::Style;

use super::page::Page;
use super::value::escape;
use crate::diff::{Change, Difference, Entry, Side, TraceDiff, Word};

/// `diff` in the words of a model, which is the left trace, and a system, which is the right one: what is missing,
/// unexpected or of a wrong value at each step, and what nobody looked at.
///
/// ```
/// use itf::diff::{Mode, Options, diff_traces};
/// use itf::render::{Page, show_observed};
/// let a = &itf::read(br#"{"vars":["root"],"states":[{"root":0},{"root":1}]}"#)?[0];
/// let b = &itf::read(br#"{"vars":["root"],"states":[{"root":0},{"root":2}]}"#)?[0];
/// let options = Options { mode: Mode::Index, ..Options::default() };
/// assert_eq!(show_observed(&diff_traces(a, b, &options), &Page::default()), "\
/// the system is not as expected, first at step 1
///
///   step 1
///     wrong value   root
///                     expected  1
///                     observed  2
/// ");
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn show_observed(diff: &TraceDiff, page: &Page) -> String {
    let mut lines = vec![paint(page.palette.heading, &verdict(diff))];
    lines.extend(diff.header.iter().map(|difference| match difference {
        crate::diff::HeaderDifference::Variable { name, side }
        | crate::diff::HeaderDifference::Parameter { name, side } => {
            let word = if *side == Side::Left { Word::Missing } else { Word::Unexpected };
            format!("  {:<12}  {}, in every state", word.to_string(), escape(name))
        }
        crate::diff::HeaderDifference::Loop { left, right } => {
            let end = |back: &Option<u64>| back.map_or("none".to_owned(), |back| format!("to state {back}"));
            format!("  {:<12}  loop: expected {}, observed {}", "wrong value", end(left), end(right))
        }
        crate::diff::HeaderDifference::Meta(difference) => format!("  {}", escape(&difference.to_string())),
    }));
    for entry in &diff.entries {
        match entry {
            Entry::Pair(pair) if pair.new.is_empty() => {}
            Entry::Pair(pair) => {
                lines.push(String::new());
                let label = pair.labels[0].as_ref().map_or(String::new(), |label| format!("  {label}"));
                let at = if pair.left == pair.right {
                    format!("  step {}", pair.left)
                } else {
                    format!("  step {} (observed {})", pair.left, pair.right)
                };
                lines.push(format!("{}{}", paint(page.palette.heading, &at), escape(&label)));
                for new in &pair.new {
                    lines.extend(finding(&new.difference, page));
                }
            }
            Entry::Only(only) => {
                lines.push(String::new());
                let (word, style) = match only.side {
                    Side::Left => (Word::Missing, page.palette.removed),
                    Side::Right => (Word::Unexpected, page.palette.added),
                };
                let label = only.label.as_ref().map_or(String::new(), |label| format!("  {label}"));
                lines.push(paint(style, &format!("  step {}  {word}{}", only.at, escape(&label))));
            }
        }
    }
    for tolerated in &diff.tolerated {
        let note = match &tolerated.example {
            Some(difference) => format!(
                "  not counted   {} in {} states ({})",
                difference.path, tolerated.states, tolerated.rule
            ),
            None => format!("  not counted   {} in {} states", tolerated.rule, tolerated.states),
        };
        lines.push(paint(page.palette.note, &escape(&note)));
    }
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

fn verdict(diff: &TraceDiff) -> String {
    match diff.first_divergence() {
        None if diff.header.is_empty() => "the system is as expected".to_owned(),
        None => "the system is not as expected, but in no state".to_owned(),
        Some(at) => {
            let step = at.left.or(at.right).unwrap_or_default();
            format!("the system is not as expected, first at step {step}")
        }
    }
}

/// A word, the place, and both sides below each other where there are two.
pub(super) fn finding(difference: &Difference, page: &Page) -> Vec<String> {
    let word = difference.word();
    let style = match word {
        Word::Missing => page.palette.removed,
        Word::Unexpected => page.palette.added,
        Word::WrongValue | Word::NotObserved => page.palette.changed,
    };
    let head = format!("    {:<12}  {}", word.to_string(), difference.path);
    let side = |name: &str, value: &crate::Value| format!("                    {name}  {value}");
    let lines = match &difference.change {
        Change::Removed { old: value } | Change::Added { new: value } => vec![format!("{head}: {value}")],
        Change::Replaced { old, new } => vec![head, side("expected", old), side("observed", new)],
        Change::Renamed { old, new } => {
            vec![format!("{head}, key"), side("expected", old), side("observed", new)]
        }
    };
    lines.iter().map(|line| paint(style, &escape(line))).collect()
}

/// `text` in `style`; the indentation is left as it is, so that nothing is painted where nothing is.
pub(super) fn paint(style: Style, text: &str) -> String {
    let body = text.trim_start_matches(' ');
    if style.is_plain() || body.is_empty() {
        return text.to_owned();
    }
    format!("{}{style}{body}{style:#}", &text[..text.len() - body.len()])
}
