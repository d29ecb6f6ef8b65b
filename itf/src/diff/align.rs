//! Which states of two traces correspond.
//!
//! Several levels, each inside the gaps of the one before: equal states; equal steps (a step that changes the same still
//! matches when something earlier persists, like the patch id of a commit), first to the letter, then in essence; equal
//! labels. What is left is aligned so that the fewest *new* differences arise; steps of different actions correspond only
//! where little else differs, and never where steps are aligned by what they did.

use std::cmp::Ordering;
use std::ops::Range;
use std::rc::Rc;

use super::compare::{Between, Comparer, Sameness};
use super::lists::gaps;
use super::quick::{Numbering, QuickMap, QuickSet};
use super::report::Mode;
use super::table::Table;
use super::trace::Options;
use crate::action::Label;

pub(super) struct Aligned {
    /// Corresponding states, ascending on both sides.
    pub(super) pairs: Vec<(usize, usize)>,
    /// Whether a gap was too large to compare each state in it with each.
    pub(super) limited: bool,
}

/// Aligns the states of `table`; `labels` are those of its states.
pub(super) fn align(
    table: &Table,
    comparer: &mut Comparer,
    labels: &[Vec<Option<Label>>; 2],
    options: &Options,
) -> Aligned {
    let mode = options.mode;
    let same_index = || table.rows[0].iter().zip(&table.rows[1]).enumerate();
    match mode {
        Mode::Auto | Mode::Action => {}
        Mode::Index => {
            return Aligned { pairs: same_index().map(|(at, _)| (at, at)).collect(), limited: false };
        }
        Mode::Prefix => {
            let equal =
                same_index().take_while(|(_, (left, right))| comparer.agree(table, left, right)).count();
            let pairs = same_index().take(equal + 1).map(|(at, _)| (at, at)).collect();
            return Aligned { pairs, limited: false };
        }
    }
    // One way for both directions, so that the diff of (b, a) mirrors that of (a, b).
    let [left, right] = &table.rows;
    let mirrored = (left.len(), left) > (right.len(), right);
    let mut actions = actions(labels);
    let mut levels = match mode {
        Mode::Action => vec![names(labels), states_of_actions(table, &actions)],
        _ => vec![
            table.ids.clone(),
            steps(table, comparer, Sameness::Exact),
            steps(table, comparer, Sameness::Essence),
            names(labels),
        ],
    };
    if mirrored {
        for sides in &mut levels {
            sides.reverse();
        }
    }
    let [rows, columns] = [&levels[0][0], &levels[0][1]].map(Vec::len);
    let mut ids = table.ids.clone();
    if mirrored {
        ids.reverse();
        actions.reverse();
    }
    let mut aligner = Aligner {
        table,
        comparer,
        mirrored,
        levels,
        ids,
        actions,
        by_state: mode != Mode::Action,
        budget: options.limits.states,
        left: options.limits.states.saturating_mul(GAPS),
        thoughts: options.limits.states.saturating_mul(GAPS),
        // Rows are of the left trace, unless mirrored.
        alone: match (options.intermediate, mirrored) {
            (false, _) => [ALONE, ALONE],
            (true, false) => [ALONE, 0],
            (true, true) => [0, ALONE],
        },
        unequal: [QuickSet::default(), QuickSet::default()],
        keys: QuickMap::default(),
        aligned: Aligned { pairs: Vec::new(), limited: false },
    };
    aligner.level(0, 0..rows, 0..columns);
    if mode == Mode::Auto {
        aligner.straighten([rows, columns]);
    }
    let mut aligned = aligner.aligned;
    if mirrored {
        for (a, b) in &mut aligned.pairs {
            std::mem::swap(a, b);
        }
    }
    aligned
}

/// A number for what each step changed. The first state is made by a step of its own.
fn steps(table: &Table, comparer: &mut Comparer, sameness: Sameness) -> [Vec<u32>; 2] {
    let mut numbers = Numbering::new();
    [0, 1].map(|side: usize| {
        let rows = &table.rows[side];
        let changes = rows
            .windows(2)
            .map(|step| Some(comparer.keys(table, [&step[0], &step[1]], Between::Steps, sameness)));
        // A first state equals the other first state as a state, or not at all.
        let first = rows.first().map(|_| None).into_iter();
        first.chain(changes).map(|step| numbers.number(step.ok_or(side))).collect()
    })
}

/// A number for each label; a state without one corresponds to none by it.
fn names(labels: &[Vec<Option<Label>>; 2]) -> [Vec<u32>; 2] {
    let mut numbers = Numbering::new();
    [0, 1].map(|side: usize| {
        let labels = labels[side].iter().enumerate();
        labels.map(|(at, label)| numbers.number(label.as_ref().ok_or((side, at)))).collect()
    })
}

/// A number for the name of the action of each step, where it is known.
fn actions(labels: &[Vec<Option<Label>>; 2]) -> [Vec<Option<u32>>; 2] {
    let mut numbers = Numbering::new();
    [0, 1].map(|side: usize| {
        let names = labels[side].iter().map(|label| label.as_ref().map(|label| &label.name));
        names.map(|name| name.map(|name| numbers.number(name))).collect()
    })
}

/// A number for each state together with the action that made it.
fn states_of_actions(table: &Table, actions: &[Vec<Option<u32>>; 2]) -> [Vec<u32>; 2] {
    let mut numbers = Numbering::new();
    [0, 1].map(|side: usize| {
        let states = table.ids[side].iter().zip(&actions[side]);
        states.map(|(id, action)| numbers.number((*id, *action))).collect()
    })
}

pub(super) struct Aligner<'a> {
    table: &'a Table,
    comparer: &'a mut Comparer,
    mirrored: bool,
    levels: Vec<[Vec<u32>; 2]>,
    /// The numbers of equal states.
    ids: [Vec<u32>; 2],
    /// The numbers of the actions.
    actions: [Vec<Option<u32>>; 2],
    /// Whether the first level is that of equal states; else steps are aligned by what they did.
    by_state: bool,
    /// How many pairs of states a gap may make to be compared.
    budget: usize,
    /// How many of all gaps may still be.
    left: usize,
    /// How many may still be looked at a second time.
    pub(super) thoughts: usize,
    /// What it costs to leave a row, or a column, alone.
    pub(super) alone: [usize; 2],
    /// The states that have no equal one in the right place on the other side.
    unequal: [QuickSet<u32>; 2],
    keys: QuickMap<(usize, usize), Rc<[u64]>>,
    pub(super) aligned: Aligned,
}

/// So many gaps of the largest size are compared, each state with each.
const GAPS: usize = 25;
/// How many results of comparisons are kept, of which most are never asked for again.
pub(super) const KEPT: usize = 1 << 18;
/// What it costs to leave a state alone, in thousandths of a new difference.
const ALONE: usize = 3_000;
/// Beyond this many new differences a pair of states costs hardly more: two states that are nowhere else are shown as a
/// pair rather than as one that went and one that came.
const MANY: usize = 5;
/// What it costs beside that if the two steps did different things: then hardly more may differ than what they did.
const OTHER: usize = 4_000;
/// What it costs to pair what is no pair.
const NEVER: usize = 1_000_000;
/// From this level on equal numbers may be a coincidence. Gaps that make few pairs of states are better aligned by these.
const LIKENESS: usize = 2;
const SMALL: usize = 1_024;

#[derive(Clone, Copy)]
struct Cell {
    cost: usize,
    step: Step,
    /// The last pair on the best way here.
    last: Option<(usize, usize)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Pair,
    Row,
    Column,
}

impl Aligner<'_> {
    fn level(&mut self, level: usize, rows: Range<usize>, columns: Range<usize>) {
        if rows.is_empty() || columns.is_empty() {
            return;
        }
        let small = level >= LIKENESS && rows.len() * columns.len() <= SMALL;
        let Some([left, right]) = self.levels.get(level).filter(|_| !small) else {
            return self.fewest_new(rows, columns);
        };
        let gaps = gaps(&left[rows.clone()], &right[columns.clone()]);
        if level == 0 && self.by_state {
            self.unequal[0].extend(gaps.iter().flat_map(|(a, _)| &left[a.clone()]));
            self.unequal[1].extend(gaps.iter().flat_map(|(_, b)| &right[b.clone()]));
        }
        let (mut row, mut column) = (rows.start, columns.start);
        for (a, b) in gaps {
            let (a, b) =
                (a.start + rows.start..a.end + rows.start, b.start + columns.start..b.end + columns.start);
            self.aligned.pairs.extend((row..a.start).zip(column..b.start));
            (row, column) = (a.end, b.end);
            self.level(level + 1, a, b);
        }
        self.aligned.pairs.extend((row..rows.end).zip(column..columns.end));
    }

    /// Needleman and Wunsch in a band, on the number of differences that come or go from one pair to the next.
    fn fewest_new(&mut self, rows: Range<usize>, columns: Range<usize>) {
        let (height, width) = (rows.len(), columns.len());
        let budget = self.budget.min(self.left);
        let reach = if height.saturating_mul(width) <= budget {
            width
        } else {
            self.aligned.limited = true;
            (budget / height / 2).max(width / height + 2)
        };
        self.left = self.left.saturating_sub(height.saturating_mul(width.min(2 * reach)));
        let band = |row: usize| {
            let middle = row * width / height;
            middle.saturating_sub(reach)..(middle + reach).min(width) + 1
        };
        let [row_alone, column_alone] = self.alone;
        let start = Cell { cost: 0, step: Step::Pair, last: self.aligned.pairs.last().copied() };
        let mut cells: Vec<(usize, Vec<Cell>)> = Vec::with_capacity(height + 1);
        for row in 0..=height {
            let range = band(row);
            let mut line: Vec<Cell> = Vec::with_capacity(range.len());
            for column in range.clone() {
                let above = |column: usize| {
                    let (first, line) = row.checked_sub(1).map(|above| &cells[above])?;
                    line.get(column.checked_sub(*first)?).copied()
                };
                let mut best: Option<Cell> = (row == 0 && column == 0).then_some(start);
                let mut offer = |cell: Cell| {
                    if best.is_none_or(|best| cell.cost < best.cost) {
                        best = Some(cell);
                    }
                };
                if let Some(before) = column.checked_sub(1).and_then(above) {
                    let pair = (rows.start + row - 1, columns.start + column - 1);
                    let cost = before.cost + self.new_differences(pair, before.last);
                    offer(Cell { cost, step: Step::Pair, last: Some(pair) });
                }
                if let Some(before) = above(column) {
                    offer(Cell { cost: before.cost + row_alone, step: Step::Row, ..before });
                }
                if let Some(before) = line.last() {
                    offer(Cell { cost: before.cost + column_alone, step: Step::Column, ..*before });
                }
                // The band is connected: every cell but the first has a neighbour before it.
                line.extend(best);
            }
            cells.push((range.start, line));
        }
        self.trace_back(&cells, rows.start, columns.start, (height, width));
    }

    fn trace_back(&mut self, cells: &[(usize, Vec<Cell>)], row: usize, column: usize, end: (usize, usize)) {
        let first = self.aligned.pairs.len();
        let (mut i, mut j) = end;
        while i > 0 || j > 0 {
            let (start, line) = &cells[i];
            match line[j - start].step {
                Step::Pair => {
                    (i, j) = (i - 1, j - 1);
                    let pair = (row + i, column + j);
                    // In a band there may be no other way.
                    if self.by_state || !self.of_other_actions(pair) {
                        self.aligned.pairs.push(pair);
                    }
                }
                Step::Row => i -= 1,
                Step::Column => j -= 1,
            }
        }
        self.aligned.pairs[first..].reverse();
    }

    pub(super) fn new_differences(&mut self, pair: (usize, usize), last: Option<(usize, usize)>) -> usize {
        let here = self.keys_of(pair);
        let before = last.map(|last| self.keys_of(last));
        let new = symmetric_difference(&here, before.as_deref().unwrap_or(&[]));
        // A state that is elsewhere on the other side has moved: it is no partner for another one.
        let [left, right] = &self.ids;
        let (left, right) = (left[pair.0], right[pair.1]);
        let moved = left != right && (self.unequal[1].contains(&left) || self.unequal[0].contains(&right));
        match new {
            _ if !self.by_state && self.of_other_actions(pair) => NEVER,
            _ if moved => (new * 1_000).max(2 * ALONE + 1),
            // One step that does something else now, if little else differs; or else one that went and one that came.
            _ if self.of_other_actions(pair) => new * 1_000 + OTHER,
            0..=MANY => new * 1_000,
            _ => MANY * 1_000 + new.min(900),
        }
    }

    /// Whether it is known what both steps did, and that is not the same action.
    fn of_other_actions(&self, (row, column): (usize, usize)) -> bool {
        let [rows, columns] = &self.actions;
        rows[row].zip(columns[column]).is_some_and(|(left, right)| left != right)
    }

    fn keys_of(&mut self, pair: (usize, usize)) -> Rc<[u64]> {
        if let Some(known) = self.keys.get(&pair) {
            return Rc::clone(known);
        }
        let (left, right) = if self.mirrored { (pair.1, pair.0) } else { pair };
        let [lefts, rights] = &self.table.rows;
        let keys: Rc<[u64]> = self
            .comparer
            .keys(self.table, [&lefts[left], &rights[right]], Between::Traces, Sameness::Essence)
            .into();
        if self.keys.len() >= KEPT {
            self.keys.clear();
        }
        self.keys.insert(pair, Rc::clone(&keys));
        keys
    }
}

/// How many items only one of two ascending sequences has.
fn symmetric_difference(a: &[u64], b: &[u64]) -> usize {
    let (mut i, mut j, mut common) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            Ordering::Less => i += 1,
            Ordering::Greater => j += 1,
            Ordering::Equal => (i, j, common) = (i + 1, j + 1, common + 1),
        }
    }
    a.len() + b.len() - 2 * common
}
