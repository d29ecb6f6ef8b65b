//! A comparison of traces as text.

use super::changes::{Noted, changes, lines_width};
use super::lines::{Lines, paint};
use super::page::Page;
use super::value::escape;
use crate::action::Label;
use crate::diff::{Entry, Lasts, Only, Pair, Side, TraceDiff};

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
    /// After how many lines the rest is only counted; 0 for never.
    pub limit: usize,
}

impl Default for DiffOptions {
    fn default() -> Self {
        Self { page: Page::default(), names: ["left".into(), "right".into()], limit: 60 }
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
    let printer = Printer { diff, options };
    let mut text = String::new();
    let mut count = 0;
    let mut print = |lines: &[String]| {
        for line in lines {
            text.push_str(line);
            text.push('\n');
        }
        count += lines.len();
        options.limit > 0 && count >= options.limit
    };
    print(&printer.head());
    for (at, entry) in diff.entries.iter().enumerate() {
        let blocks = printer.entry(entry);
        let parts = blocks.len();
        for (done, block) in blocks.iter().enumerate() {
            if print(block) {
                let rest = printer.rest(parts - done - 1, diff.entries.len() - at - 1);
                print(&rest);
                return text;
            }
        }
    }
    text
}

pub(super) struct Printer<'a> {
    pub(super) diff: &'a TraceDiff,
    pub(super) options: &'a DiffOptions,
}

impl Printer<'_> {
    pub(super) fn name(&self, side: Side) -> String {
        escape(&self.options.names[usize::from(side == Side::Right)])
    }

    /// The blocks of lines of an entry, which may be told one by one.
    fn entry(&self, entry: &Entry) -> Vec<Vec<String>> {
        match entry {
            Entry::Pair(pair) => self.pair(pair),
            Entry::Only(only) => self.only(only),
        }
    }

    fn pair(&self, pair: &Pair) -> Vec<Vec<String>> {
        let relabelled = pair.labels[0] != pair.labels[1];
        let both = pair.labels.iter().all(Option::is_some);
        let shown: Vec<Noted<'_>> = pair
            .new
            .iter()
            .filter(|new| !(both && relabelled && self.is_label(&new.difference.path)))
            .map(|new| {
                let label = self.is_label(&new.difference.path);
                let note = if label { String::new() } else { self.lasts(new.lasts, pair) };
                Noted { difference: &new.difference, note }
            })
            .collect();
        if shown.is_empty() && !(both && relabelled) {
            // What healed was said where it arose.
            return Vec::new();
        }
        let step = if pair.left == pair.right {
            format!("  step {}", pair.left)
        } else {
            format!("  step {} (step {} of {})", pair.left, pair.right, self.name(Side::Right))
        };
        let mut title = Vec::new();
        match &pair.labels {
            [Some(left), Some(right)] if relabelled => {
                title.push(self.title(&step, None));
                for (mark, label, side) in [("- ", left, Side::Left), ("+ ", right, Side::Right)] {
                    let palette = &self.options.page.palette;
                    let style = if side == Side::Left { palette.removed } else { palette.added };
                    let mut lines = Lines::new(self.options.page.width, 4);
                    lines.text(mark).label(label);
                    title.extend(lines.finish().iter().map(|line| paint(style, line)));
                }
            }
            [label, _] => title.push(self.title(&step, label.as_ref())),
        }
        let mut blocks = vec![title];
        blocks.extend(changes(&self.options.page, &shown, 4));
        blocks
    }

    fn is_label(&self, path: &crate::Path) -> bool {
        self.diff.labels.as_ref().is_some_and(|labels| labels.covers(path))
    }

    fn lasts(&self, lasts: Lasts, pair: &Pair) -> String {
        let at_end = pair.left + 1 >= self.diff.counts.left || pair.right + 1 >= self.diff.counts.right;
        match lasts {
            Lasts { until: None, .. } if at_end => String::new(),
            Lasts { until: None, .. } => "(and in all that follow)".to_owned(),
            Lasts { pairs: 1, .. } => "(only here)".to_owned(),
            Lasts { until: Some((left, _)), .. } => format!("(until step {left})"),
        }
    }

    fn only(&self, only: &Only) -> Vec<Vec<String>> {
        let palette = &self.options.page.palette;
        let (mark, style) = match only.side {
            Side::Left => ("- ", palette.removed),
            Side::Right => ("+ ", palette.added),
        };
        let step = match only.side {
            Side::Left => format!("{mark}step {}", only.at),
            Side::Right => format!("{mark}step {} of {}", only.at, self.name(Side::Right)),
        };
        let line = match &only.label {
            Some(label) => format!("{step}  {}", short(label, self.room(&step))),
            None => step,
        };
        let mut lines = vec![paint(style, &line)];
        if let Some(moved) = only.moved {
            let other = if only.side == Side::Left { Side::Right } else { Side::Left };
            let note = format!("    (moved: it is step {moved} of {})", self.name(other));
            lines.push(paint(palette.note, &note));
        }
        let mut blocks = vec![lines];
        if only.label.is_none() && only.moved.is_none() {
            let noted: Vec<Noted<'_>> =
                only.changes.iter().map(|difference| Noted { difference, note: String::new() }).collect();
            blocks.extend(changes(&self.options.page, &noted, 4));
        }
        blocks
    }

    /// A line that says where we are; what the step did is only there for orientation, and may be cut.
    fn title(&self, step: &str, label: Option<&Label>) -> String {
        let palette = &self.options.page.palette;
        let heading = paint(palette.heading, step);
        let Some(label) = label else { return heading };
        format!("{heading}  {}", paint(palette.label, &short(label, self.room(step))))
    }

    /// How many columns are left behind `step` and a gap.
    fn room(&self, step: &str) -> usize {
        self.options.page.width.saturating_sub(lines_width(step) + 2)
    }

    fn rest(&self, parts: usize, entries: usize) -> Vec<String> {
        let mut what = Vec::new();
        if parts > 0 {
            what.push(format!("{parts} more differences at this step"));
        }
        if entries > 0 {
            what.push(format!("news at {entries} more steps"));
        }
        if what.is_empty() {
            return Vec::new();
        }
        vec![paint(self.options.page.palette.note, &format!("… {}", what.join(", ")))]
    }
}

/// `label` in one line of `width`, cut where it says so.
fn short(label: &Label, width: usize) -> String {
    let text = label.to_string();
    if lines_width(&text) <= width {
        return text;
    }
    let mut cut = String::new();
    for c in text.chars() {
        cut.push(c);
        if lines_width(&cut) >= width {
            cut.pop();
            break;
        }
    }
    cut.push('…');
    cut
}
