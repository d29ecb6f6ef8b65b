//! The search for a bijection.

use std::collections::BTreeMap;

use super::super::quick::QuickMap;
use super::apply::Renamer;
use super::graph::{Graph, mix};
use crate::value::{Str, Value};

/// How many times a name may be singled out before the search gives up, and how many names may be looked at for that.
const GUESSES: usize = 2_000;
const LOOKS: usize = 2_000_000;

pub(super) struct Search<'a> {
    graphs: &'a [Graph; 2],
    states: &'a [Vec<Value>; 2],
    guesses: usize,
    /// Whether some search was given up.
    pub(super) gave_up: bool,
}

/// The names of each colour, on both sides.
type Classes = BTreeMap<u64, [Vec<usize>; 2]>;

impl<'a> Search<'a> {
    pub(super) fn new(graphs: &'a [Graph; 2], states: &'a [Vec<Value>; 2]) -> Self {
        Self { graphs, states, guesses: 0, gave_up: false }
    }

    /// A bijection that makes the first `states` states of the left trace those of the right one.
    pub(super) fn explain(&mut self, states: usize) -> Option<Vec<(Str, Str)>> {
        self.guesses = 0;
        let colours = [0, 1].map(|side: usize| vec![1; self.graphs[side].names.len()]);
        self.guess(&colours, states, 0)
    }

    fn guess(&mut self, colours: &[Vec<u64>; 2], states: usize, depth: u64) -> Option<Vec<(Str, Str)>> {
        let [left, right] = &self.graphs;
        let colours = [left.refine(&colours[0], states), right.refine(&colours[1], states)];
        let mut classes: Classes = BTreeMap::new();
        for (side, colours) in colours.iter().enumerate() {
            for (at, colour) in colours.iter().enumerate().filter(|(_, colour)| **colour != 0) {
                classes.entry(*colour).or_default()[side].push(at);
            }
        }
        if classes.values().any(|[a, b]| a.len() != b.len()) {
            return None;
        }
        let alike = classes.values().filter(|[a, _]| a.len() > 1).min_by_key(|[a, _]| a.len());
        let Some([ours, theirs]) = alike else {
            let names = classes.values().map(|[a, b]| (left.names[a[0]].clone(), right.names[b[0]].clone()));
            return self.verified(names.collect(), states);
        };
        // A name that is in both traces is most likely the same.
        let known: QuickMap<&Str, usize> =
            theirs.iter().enumerate().map(|(at, other)| (&right.names[*other], at)).collect();
        let same = |at: usize| known.get(&left.names[at]).copied();
        let (one, first) = ours.iter().find_map(|at| Some((*at, same(*at)?))).unwrap_or_else(|| (ours[0], 0));
        let order = std::iter::once(first).chain((0..theirs.len()).filter(|at| *at != first));
        for other in order {
            self.guesses += 1;
            if self.guesses > GUESSES.min(LOOKS / left.names.len().max(1)) {
                self.gave_up = true;
                return None;
            }
            let mut next = colours.clone();
            let mark = mix(u64::MAX, depth);
            (next[0][one], next[1][theirs[other]]) = (mark, mark);
            if let Some(names) = self.guess(&next, states, depth + 1) {
                return Some(names);
            }
        }
        None
    }

    fn verified(&self, names: Vec<(Str, Str)>, states: usize) -> Option<Vec<(Str, Str)>> {
        let mut renamer = Renamer::new(names.iter().cloned());
        let [left, right] = self.states;
        let holds = left.iter().zip(right).take(states).all(|(old, new)| renamer.value(old) == *new);
        holds.then_some(names)
    }
}
