//! Second thoughts about states that were left alone.
//!
//! Where states repeat, equal ones can be paired in more than one way that pairs as many. Some of these ways leave a
//! state alone on one side and make up for it with one on the other side later, between which everything is paired one
//! place off. Two states that were edited look then like one that went and one that came. The straight way, which pairs
//! them with what stands in their place, is taken if it needs no more new differences.

use std::ops::Range;

use super::align::Aligner;

/// States alone on both sides before the pair `before`.
struct Gap {
    before: usize,
    alone: [Range<usize>; 2],
}

/// So many states at once are tried to be brought back.
const MOST: usize = 8;

impl Aligner<'_> {
    /// Takes back what leaves a state alone on one side only to leave one alone on the other side soon after. `ends` are
    /// the numbers of states.
    pub(super) fn straighten(&mut self, ends: [usize; 2]) {
        let mut at = 0;
        let mut gaps = self.alone(ends);
        // Where most is left alone, each thought is about many states, and there would be many.
        while at + 1 < gaps.len() && self.thoughts > 0 {
            let (first, second) = (&gaps[at], &gaps[at + 1]);
            let straight = [0, 1].into_iter().find_map(|side: usize| {
                let most = first.alone[side].len().min(second.alone[1 - side].len()).min(MOST);
                (1..=most).find_map(|by| self.straight(first, second, side, by))
            });
            match straight {
                Some(pairs) => {
                    self.aligned.pairs.splice(first.before..second.before, pairs);
                    gaps = self.alone(ends);
                    self.thoughts = self.thoughts.saturating_sub(self.aligned.pairs.len() / 16);
                    // What was done may open the way for the gap before.
                    at = at.saturating_sub(1);
                }
                None => at += 1,
            }
        }
    }

    fn alone(&self, ends: [usize; 2]) -> Vec<Gap> {
        let mut next = [0, 0];
        let mut gaps = Vec::new();
        for (before, (row, column)) in self.aligned.pairs.iter().copied().chain([ends.into()]).enumerate() {
            let alone = [next[0]..row, next[1]..column];
            if alone.iter().any(|range| !range.is_empty()) {
                gaps.push(Gap { before, alone });
            }
            next = [row + 1, column + 1];
        }
        gaps
    }

    /// The pairs between two neighbouring gaps if the last `by` states alone on `side` of the first one, and the first
    /// ones of the other side of the second one, are paired too; `None` if that costs more.
    fn straight(&mut self, first: &Gap, second: &Gap, side: usize, by: usize) -> Option<Vec<(usize, usize)>> {
        let as_is = &self.aligned.pairs[first.before..second.before];
        let (mut row, mut column) = *as_is.first()?;
        *[&mut row, &mut column][side] -= by;
        let straight: Vec<(usize, usize)> = (0..as_is.len() + by).map(|at| (row + at, column + at)).collect();
        let as_is = as_is.to_vec();
        let around = |at: Option<usize>| at.and_then(|at| self.aligned.pairs.get(at)).copied();
        let (before, after) = (around(first.before.checked_sub(1)), around(Some(second.before)));
        let alone = by * self.alone.iter().sum::<usize>();
        // Not more is looked at than it takes to know.
        let limit = alone + self.cost(before, &as_is, after, usize::MAX);
        (self.cost(before, &straight, after, limit) <= limit).then_some(straight)
    }

    /// What new differences the pairs make, up to somewhat more than `limit`.
    fn cost(
        &mut self,
        before: Option<(usize, usize)>,
        pairs: &[(usize, usize)],
        after: Option<(usize, usize)>,
        limit: usize,
    ) -> usize {
        let (mut last, mut sum) = (before, 0);
        for pair in pairs.iter().copied().chain(after) {
            sum += self.new_differences(pair, last);
            self.thoughts = self.thoughts.saturating_sub(1);
            if sum > limit {
                break;
            }
            last = Some(pair);
        }
        sum
    }
}
