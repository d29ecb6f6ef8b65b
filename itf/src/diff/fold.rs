//! Tells what is new at a pair of states from what was there before.

use std::rc::Rc;

use super::compare::{Facts, essence};
use super::difference::Difference;
use super::quick::QuickMap;
use super::report::{Entry, Lasts, New};

/// A difference that is open: it was in the last pair of states.
struct Open {
    difference: Difference,
    /// The entry in which it is new, and its place there.
    origin: (usize, usize),
    /// In how many pairs it was.
    pairs: usize,
}

/// The open differences, in the order in which they were found.
#[derive(Default)]
pub(super) struct Fold {
    open: Vec<Open>,
    last: Vec<(usize, Rc<Facts>)>,
}

/// What happened at a pair.
#[derive(Default)]
pub(super) struct News {
    pub(super) new: Vec<New>,
    pub(super) carried: usize,
    pub(super) healed: Vec<Difference>,
}

impl Fold {
    /// Takes what differs in the next pair of states. A difference that `passes` is never carried: it is in what one
    /// step did. `entries` are those made so far: the next one is this pair's, if it has news.
    pub(super) fn step(
        &mut self,
        facts: Vec<(usize, Rc<Facts>)>,
        passes: impl Fn(&Difference) -> bool,
        pair: (usize, usize),
        entries: &mut [Entry],
    ) -> News {
        let mut news = News::default();
        let all = |facts: &[(usize, Rc<Facts>)], passing: bool| -> Vec<Difference> {
            let all = facts.iter().flat_map(|(_, facts)| &facts.differences);
            all.filter(|difference| passes(difference) == passing).cloned().collect()
        };
        let passing = all(&facts, true);
        let staying: Vec<_> =
            facts.into_iter().filter(|(_, facts)| !facts.differences.iter().all(&passes)).collect();
        let unchanged = staying.len() == self.last.len()
            && staying.iter().zip(&self.last).all(|((_, now), (_, before))| Rc::ptr_eq(now, before));
        if unchanged {
            self.open.iter_mut().for_each(|open| open.pairs += 1);
            news.carried = self.open.len();
        } else {
            self.carry(&all(&staying, false), pair, entries, &mut news);
            self.last = staying;
        }
        let once = Lasts { pairs: 1, until: Some((pair.0 + 1, pair.1 + 1)) };
        news.new.extend(passing.into_iter().map(|difference| New { difference, lasts: once }));
        news
    }

    fn carry(&mut self, now: &[Difference], pair: (usize, usize), entries: &mut [Entry], news: &mut News) {
        // The very same difference first; of what is left, one that is the same in essence.
        let mut exact: QuickMap<Difference, Vec<usize>> = QuickMap::default();
        for (at, open) in self.open.iter().enumerate().rev() {
            exact.entry(open.difference.clone()).or_default().push(at);
        }
        let now: Vec<(&Difference, Option<usize>)> =
            now.iter().map(|difference| (difference, exact.get_mut(difference).and_then(Vec::pop))).collect();
        let mut before: Vec<Option<Open>> = std::mem::take(&mut self.open).into_iter().map(Some).collect();
        let mut left: Vec<bool> = vec![true; before.len()];
        now.iter().filter_map(|(_, at)| *at).for_each(|at| left[at] = false);
        let mut alike: QuickMap<Difference, Vec<usize>> = QuickMap::default();
        for (at, open) in before.iter().enumerate().rev() {
            if let (true, Some(open)) = (left[at], open) {
                alike.entry(essence(&open.difference)).or_default().push(at);
            }
        }
        for (difference, at) in now {
            let at = at.or_else(|| alike.get_mut(&essence(difference)).and_then(Vec::pop));
            let difference = difference.clone();
            if let Some(open) = at.and_then(|at| before[at].take()) {
                news.carried += 1;
                self.open.push(Open { difference, pairs: open.pairs + 1, ..open });
            } else {
                let origin = (entries.len(), news.new.len());
                let lasts = Lasts { pairs: 1, until: None };
                news.new.push(New { difference: difference.clone(), lasts });
                self.open.push(Open { difference, origin, pairs: 1 });
            }
        }
        for gone in before.into_iter().flatten() {
            close(&gone, Some(pair), entries);
            news.healed.push(gone.difference);
        }
    }

    /// What is open now lasts to the end.
    pub(super) fn finish(self, entries: &mut [Entry]) {
        for open in &self.open {
            close(open, None, entries);
        }
    }
}

fn close(open: &Open, until: Option<(usize, usize)>, entries: &mut [Entry]) {
    if let Some(Entry::Pair(pair)) = entries.get_mut(open.origin.0)
        && let Some(new) = pair.new.get_mut(open.origin.1)
    {
        new.lasts = Lasts { pairs: open.pairs, until };
    }
}
