//! Which items of two lists correspond.

use std::ops::Range;
use std::rc::Rc;

use similar::{Algorithm, DiffOp};

use super::quick::Numbering;
use super::walk::Walker;
use crate::value::{List, Value};

/// How the items that are not equal correspond.
#[derive(Debug, Default)]
pub(super) struct Alignment {
    pub(super) pairings: Vec<Pairing>,
    pub(super) approximate: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Pairing {
    /// One item that changed.
    Alike(usize, usize),
    /// An item in the place of another.
    Replaced(usize, usize),
    Removed(usize),
    Added(usize),
}

impl Pairing {
    fn mirrored(self) -> Self {
        match self {
            Self::Alike(a, b) => Self::Alike(b, a),
            Self::Replaced(a, b) => Self::Replaced(b, a),
            Self::Removed(at) => Self::Added(at),
            Self::Added(at) => Self::Removed(at),
        }
    }
}

/// What is written anew counts first, the number of differences second.
const LEAF: usize = 1 << 20;

impl Walker {
    /// The alignment of `old` with `new`, which are the lists `a` and `b`.
    pub(super) fn alignment(&mut self, old: &Value, new: &Value, [a, b]: [&List; 2]) -> Rc<Alignment> {
        let key = (old.clone(), new.clone());
        if let Some(known) = self.alignments.get(&key) {
            return Rc::clone(known);
        }
        // One way for both directions, so that the diff of (b, a) mirrors that of (a, b).
        let alignment = if (a.len(), a) > (b.len(), b) {
            let mut back = self.align_items(b, a);
            for pairing in &mut back.pairings {
                *pairing = pairing.mirrored();
            }
            back
        } else {
            self.align_items(a, b)
        };
        let alignment = Rc::new(alignment);
        self.alignments.insert(key, Rc::clone(&alignment));
        alignment
    }

    fn align_items(&mut self, a: &[Value], b: &[Value]) -> Alignment {
        let mut numbers = Numbering::new();
        let left: Vec<u32> = a.iter().map(|v| numbers.number(v)).collect();
        let right: Vec<u32> = b.iter().map(|v| numbers.number(v)).collect();
        let mut alignment = Alignment::default();
        for (left, right) in gaps(&left, &right) {
            self.align_gap(a, b, left, right, &mut alignment);
        }
        alignment
    }

    /// Aligns items between equal ones so that the least is written anew (S. B. Needleman and C. D. Wunsch, 1970).
    fn align_gap(
        &mut self,
        a: &[Value],
        b: &[Value],
        left: Range<usize>,
        right: Range<usize>,
        alignment: &mut Alignment,
    ) {
        let (rows, columns) = (left.len(), right.len());
        if rows.saturating_mul(columns) > self.limits.items {
            alignment.approximate = true;
            let pairs = rows.min(columns);
            for at in 0..pairs {
                let (i, j) = (left.start + at, right.start + at);
                let like = self.likeness(&a[i], &b[j]).is_some();
                alignment.pairings.push(if like { Pairing::Alike(i, j) } else { Pairing::Replaced(i, j) });
            }
            alignment.pairings.extend((left.start + pairs..left.end).map(Pairing::Removed));
            alignment.pairings.extend((right.start + pairs..right.end).map(Pairing::Added));
            return;
        }
        let (a, b) = (&a[left.clone()], &b[right.clone()]);
        let removing: Vec<usize> = a.iter().map(|v| self.size(v) * LEAF + 1).collect();
        let adding: Vec<usize> = b.iter().map(|v| self.size(v) * LEAF + 1).collect();
        let width = columns + 1;
        let mut costs = vec![0_usize; (rows + 1) * width];
        let mut like = vec![false; rows * columns];
        for j in 0..columns {
            costs[j + 1] = costs[j] + adding[j];
        }
        for i in 0..rows {
            costs[(i + 1) * width] = costs[i * width] + removing[i];
            for j in 0..columns {
                let distance = self.likeness(&a[i], &b[j]);
                like[i * columns + j] = distance.is_some();
                let paired = distance.map_or(removing[i] + adding[j] - 1, |distance| distance * LEAF + 1);
                let best = (costs[i * width + j] + paired)
                    .min(costs[i * width + j + 1] + removing[i])
                    .min(costs[(i + 1) * width + j] + adding[j]);
                costs[(i + 1) * width + j + 1] = best;
            }
        }
        let (mut i, mut j) = (rows, columns);
        let first = alignment.pairings.len();
        while i > 0 || j > 0 {
            let here = costs[i * width + j];
            let (at, other) = ((left.start + i).wrapping_sub(1), (right.start + j).wrapping_sub(1));
            if i > 0 && here == costs[(i - 1) * width + j] + removing[i - 1] {
                alignment.pairings.push(Pairing::Removed(at));
                i -= 1;
            } else if j > 0 && here == costs[i * width + j - 1] + adding[j - 1] {
                alignment.pairings.push(Pairing::Added(other));
                j -= 1;
            } else {
                let like = like[(i - 1) * columns + j - 1];
                alignment.pairings.push(if like {
                    Pairing::Alike(at, other)
                } else {
                    Pairing::Replaced(at, other)
                });
                i -= 1;
                j -= 1;
            }
        }
        alignment.pairings[first..].reverse();
    }
}

/// The ranges between the equal items of two sequences. A gap may be empty on one side.
pub(super) fn gaps(left: &[u32], right: &[u32]) -> Vec<(Range<usize>, Range<usize>)> {
    let mut gaps: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for op in similar::capture_diff_slices(Algorithm::Myers, left, right) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (a, b) = (op.old_range(), op.new_range());
        // The gap between two equal blocks may come in pieces.
        match gaps.last_mut() {
            Some((x, y)) if x.end == a.start && y.end == b.start => (x.end, y.end) = (a.end, b.end),
            _ => gaps.push((a, b)),
        }
    }
    gaps
}
