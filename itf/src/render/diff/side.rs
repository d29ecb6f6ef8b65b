//! A comparison in two columns.

use unicode_width::UnicodeWidthChar;

use super::super::line::{Line, Role, in_role, painted};
use super::super::lines::Lines;
use super::account::{Account, relabelled, rest, short};
use super::{DiffOptions, Page, limited};
use crate::action::Label;
use crate::diff::{Change, Difference, Entry, Only, Pair, Side, TraceDiff};
use crate::value::Value;

/// `diff` in two columns, the left trace in the left one. Between them is `|` where something differs, `<` and `>` where
/// only one has it.
///
/// ```
/// use itf::diff::{Options, diff_traces};
/// use itf::render::{DiffOptions, Page, diff_side_by_side};
/// let a = &itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":2}]}"#)?[0];
/// let b = &itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":3}]}"#)?[0];
/// let options = DiffOptions { page: Page { width: 40, ..Page::default() }, ..DiffOptions::default() };
/// let text = diff_side_by_side(&diff_traces(a, b, &Options::default()), &options);
/// assert!(text.ends_with("step 1             |  step 1\n  x\n    2              |      3\n"), "{text}");
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn diff_side_by_side(diff: &TraceDiff, options: &DiffOptions) -> String {
    let account = Account { diff, options };
    let column = (options.page.width.max(40) - GAP) / 2;
    let page = Page { width: column, ..options.page.clone() };
    let sides = Sides { account: &account, page };
    limited(&account, |limit| {
        let mut lines = account.head();
        if !diff.entries.is_empty() {
            let [left, right] =
                [Side::Left, Side::Right].map(|side| Line::new(Role::Heading, &account.name(side)));
            sides.rows(&mut lines, vec![left], ' ', vec![right]);
            lines.push(Line::default());
        }
        for (at, entry) in diff.entries.iter().enumerate() {
            match entry {
                Entry::Pair(pair) => sides.pair(&mut lines, pair),
                Entry::Only(only) => sides.only(&mut lines, only),
            }
            if lines.len() >= limit {
                lines.extend(rest(0, diff.entries.len() - at - 1));
                break;
            }
        }
        painted(&lines, &options.page.palette)
    })
}

/// The columns between the columns: a space, a mark, and two spaces.
const GAP: usize = 4;

struct Sides<'a> {
    account: &'a Account<'a>,
    /// One column.
    page: Page,
}

impl Sides<'_> {
    /// Writes `left` and `right` beside each other.
    fn rows(&self, out: &mut Vec<Line>, left: Vec<Line>, mark: char, right: Vec<Line>) {
        let fit = |lines: Vec<Line>| -> Vec<Line> {
            lines.iter().flat_map(|line| broken(line, self.page.width)).collect()
        };
        let (left, right) = (fit(left), fit(right));
        for at in 0..left.len().max(right.len()) {
            let mut row = left.get(at).cloned().unwrap_or_default();
            let used = row.width_of_row();
            let text = right.get(at).cloned().unwrap_or_default();
            let is_empty = text.pieces().is_empty();
            let mark = if at == 0 || mark != '|' { mark } else { ' ' };
            if !(is_empty && mark == ' ') {
                row.push(Role::Plain, &" ".repeat(self.page.width - used + 1));
                row.push(Role::Note, &mark.to_string());
                if !is_empty {
                    row.push(Role::Plain, &" ".repeat(2 + text.indent()));
                    text.pieces().iter().for_each(|(role, piece)| row.push(*role, piece));
                }
            }
            out.push(row);
        }
    }

    /// What a step did; in full where that differs.
    fn step(&self, at: usize, label: Option<&Label>, role: Role) -> Vec<Line> {
        let step = format!("step {at}");
        let Some(label) = label else { return vec![Line::new(role, &step)] };
        if role == Role::Heading {
            let mut line = Line::new(role, &step);
            line.push(Role::Plain, "  ");
            line.push(Role::Label, &short(label, self.page.width.saturating_sub(step.len() + 2)));
            return vec![line];
        }
        let mut lines = Lines::new(&self.page, 0);
        lines.text(&step).text("  ").label(label);
        in_role(role, &lines.finish())
    }

    fn pair(&self, out: &mut Vec<Line>, pair: &Pair) {
        let shown: Vec<&Difference> = self.account.shown(pair).map(|new| &new.difference).collect();
        let relabelled = relabelled(pair);
        if shown.is_empty() && !relabelled {
            return;
        }
        let roles = if relabelled { [Role::Removed, Role::Added] } else { [Role::Heading; 2] };
        let left = self.step(pair.left, pair.labels[0].as_ref(), roles[0]);
        let right = self.step(pair.right, pair.labels[1].as_ref(), roles[1]);
        self.rows(out, left, '|', right);
        for difference in shown {
            self.difference(out, difference);
        }
    }

    fn difference(&self, out: &mut Vec<Line>, Difference { path, change }: &Difference) {
        out.extend(broken(&Line::new(Role::Changed, &format!("  {path}")), self.account.options.page.width));
        let value = |value: &Value, before: &str, role: Role| {
            let mut lines = Lines::new(&self.page, 4);
            lines.text(before).value(value, 4, 0);
            in_role(role, &lines.finish())
        };
        match change {
            Change::Replaced { old, new } => {
                self.rows(out, value(old, "", Role::Removed), '|', value(new, "", Role::Added));
            }
            Change::Renamed { old, new } => {
                self.rows(out, value(old, "key ", Role::Removed), '|', value(new, "key ", Role::Added));
            }
            Change::Removed { old } => self.rows(out, value(old, "", Role::Removed), '<', Vec::new()),
            Change::Added { new } => self.rows(out, Vec::new(), '>', value(new, "", Role::Added)),
        }
    }

    fn only(&self, out: &mut Vec<Line>, only: &Only) {
        let role = if only.side == Side::Left { Role::Removed } else { Role::Added };
        let mut lines = self.step(only.at, only.label.as_ref(), role);
        if let Some(moved) = only.moved {
            lines.push(Line::new(Role::Note, &format!("  (moved: it is step {moved} of the other)")));
        }
        match only.side {
            Side::Left => self.rows(out, lines, '<', Vec::new()),
            Side::Right => self.rows(out, Vec::new(), '>', lines),
        }
    }
}

/// `line` in lines of at most `width` columns.
fn broken(line: &Line, width: usize) -> Vec<Line> {
    if line.width() <= width {
        return vec![line.clone()];
    }
    let indent = line.indent().min(width / 2);
    let start = || Line::new(Role::Plain, &" ".repeat(indent));
    let mut lines = vec![start()];
    let mut used = indent;
    for (role, text) in line.pieces() {
        for c in text.chars() {
            let columns = c.width().unwrap_or(0);
            if used + columns > width {
                lines.push(start());
                used = indent;
            }
            used += columns;
            if let Some(last) = lines.last_mut() {
                last.push(*role, c.encode_utf8(&mut [0; 4]));
            }
        }
    }
    lines
}
