//! What a comparison says at each step, in lines.

use unicode_width::UnicodeWidthStr;

use super::super::changes::{Noted, changes};
use super::super::line::{Line, Role, in_role};
use super::super::lines::Lines;
use super::super::value::escape;
use super::DiffOptions;
use crate::action::Label;
use crate::diff::{Entry, Lasts, New, Only, Pair, Side, TraceDiff};

/// What a comparison says, in lines: every format is made of this.
pub(super) struct Account<'a> {
    pub(super) diff: &'a TraceDiff,
    pub(super) options: &'a DiffOptions,
}

impl Account<'_> {
    pub(super) fn name(&self, side: Side) -> String {
        escape(&self.options.names[usize::from(side == Side::Right)])
    }

    /// The blocks of lines of an entry, which may be told one by one.
    pub(super) fn entry(&self, entry: &Entry) -> Vec<Vec<Line>> {
        match entry {
            Entry::Pair(pair) => self.pair(pair),
            Entry::Only(only) => self.only(only),
        }
    }

    /// What is shown of a pair: not what its labels say.
    pub(super) fn shown<'p>(&'p self, pair: &'p Pair) -> impl Iterator<Item = &'p New> {
        let relabelled = relabelled(pair);
        pair.new.iter().filter(move |new| !(relabelled && self.is_label(&new.difference.path)))
    }

    /// Which step of either trace it is.
    pub(super) fn step(&self, pair: &Pair) -> String {
        if pair.left == pair.right {
            format!("step {}", pair.left)
        } else {
            format!("step {} (step {} of {})", pair.left, pair.right, self.name(Side::Right))
        }
    }

    fn pair(&self, pair: &Pair) -> Vec<Vec<Line>> {
        let note = |new: &New| {
            let is_label = self.is_label(&new.difference.path);
            if is_label { String::new() } else { self.lasts(new.lasts, pair) }
        };
        let shown: Vec<Noted<'_>> =
            self.shown(pair).map(|new| Noted { difference: &new.difference, note: note(new) }).collect();
        if shown.is_empty() && !relabelled(pair) {
            // What healed was said where it arose.
            return Vec::new();
        }
        let step = format!("  {}", self.step(pair));
        let mut blocks = vec![self.pair_title(&step, &pair.labels)];
        blocks.extend(changes(&self.options.page, &shown, 4));
        blocks
    }

    fn pair_title(&self, step: &str, labels: &[Option<Label>; 2]) -> Vec<Line> {
        let [left, right] = match labels {
            [Some(left), Some(right)] if left != right => [left, right],
            [label, _] => return vec![self.title(step, label.as_ref())],
        };
        let mut title = vec![self.title(step, None)];
        for (mark, label, role) in [("- ", left, Role::Removed), ("+ ", right, Role::Added)] {
            let mut lines = Lines::new(&self.options.page, 4);
            lines.text(mark).label(label);
            title.extend(in_role(role, &lines.finish()));
        }
        title
    }

    pub(super) fn is_label(&self, path: &crate::Path) -> bool {
        self.diff.labels.as_ref().is_some_and(|labels| labels.covers(path))
    }

    pub(super) fn lasts(&self, lasts: Lasts, pair: &Pair) -> String {
        let at_end = pair.left + 1 >= self.diff.counts.left || pair.right + 1 >= self.diff.counts.right;
        match lasts {
            Lasts { until: None, .. } if at_end => String::new(),
            Lasts { until: None, .. } => "(and in all that follow)".to_owned(),
            Lasts { pairs: 1, .. } => "(only here)".to_owned(),
            Lasts { until: Some((left, _)), .. } => format!("(until step {left})"),
        }
    }

    fn only(&self, only: &Only) -> Vec<Vec<Line>> {
        let (mark, role) = match only.side {
            Side::Left => ("- ", Role::Removed),
            Side::Right => ("+ ", Role::Added),
        };
        let step = match only.side {
            Side::Left => format!("{mark}step {}", only.at),
            Side::Right => format!("{mark}step {} of {}", only.at, self.name(Side::Right)),
        };
        let line = match &only.label {
            Some(label) => format!("{step}  {}", short(label, self.room(&step))),
            None => step,
        };
        let mut lines = vec![Line::new(role, &line)];
        if let Some(moved) = only.moved {
            let other = if only.side == Side::Left { Side::Right } else { Side::Left };
            let note = format!("    (moved: it is step {moved} of {})", self.name(other));
            lines.push(Line::new(Role::Note, &note));
        }
        let mut blocks = vec![lines];
        if only.moved.is_none() {
            // What the step did is said by its label.
            let data = only.changes.iter().filter(|difference| !self.is_label(&difference.path));
            let noted: Vec<Noted<'_>> =
                data.map(|difference| Noted { difference, note: String::new() }).collect();
            blocks.extend(changes(&self.options.page, &noted, 4));
        }
        blocks
    }

    /// A line that says where we are; what the step did is only there for orientation, and may be cut.
    fn title(&self, step: &str, label: Option<&Label>) -> Line {
        let mut line = Line::new(Role::Heading, step);
        if let Some(label) = label {
            line.push(Role::Plain, "  ");
            line.push(Role::Label, &short(label, self.room(step)));
        }
        line
    }

    /// How many columns are left behind `step` and a gap.
    fn room(&self, step: &str) -> usize {
        self.options.page.width.saturating_sub(step.width() + 2)
    }
}

/// `label` in one line of `width`, cut where it says so.
pub(super) fn short(label: &Label, width: usize) -> String {
    cut(&label.to_string(), width)
}

/// `text` in `width` columns, cut where it says so.
pub(super) fn cut(text: &str, width: usize) -> String {
    // The bytes first: a long text is not measured whole.
    if text.len() <= 4 * width && text.width() <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        cut.push(c);
        if cut.width() >= width {
            cut.pop();
            break;
        }
    }
    cut.push('…');
    cut
}

/// Whether the two steps did something else.
pub(super) fn relabelled(pair: &Pair) -> bool {
    pair.labels[0] != pair.labels[1] && pair.labels.iter().all(Option::is_some)
}

/// `1 state`, `2 states`.
pub(super) fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

/// What is left out at the end of a report.
pub(super) fn rest(parts: usize, entries: usize) -> Option<Line> {
    let more = |count: usize, word: &str| match count {
        0 => None,
        _ => Some(counted(count, &format!("more {word}"))),
    };
    let here = more(parts, "difference").map(|text| format!("{text} at this step"));
    let later = more(entries, "step").map(|text| format!("news at {text}"));
    let what: Vec<String> = [here, later].into_iter().flatten().collect();
    (!what.is_empty()).then(|| Line::new(Role::Note, &format!("… and {}: --all shows all", what.join(", "))))
}
