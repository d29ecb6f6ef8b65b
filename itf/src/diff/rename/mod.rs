//! Comparing modulo renaming: is there a bijection of names that makes one trace the other?
//!
//! Colour refinement over the places in which names occur tells names apart (B. Weisfeiler and A. Leman, 1968); where
//! some are alike, one is singled out and the search tries its possible partners (B. D. `McKay`, "Practical graph
//! isomorphism", 1981), up to a limit. No answer is given that was not verified by applying it.

mod apply;
mod canonical;
mod graph;
mod search;

pub use canonical::{CanonicalNames, canonical_names};

pub(super) use apply::Renamer;

use std::collections::{BTreeMap, BTreeSet};

use super::report::Renaming;
use super::rules::{Rules, kept};
use super::unify::Unifier;
use crate::action::Labels;
use crate::pattern::Pattern;
use crate::trace::Trace;
use crate::value::{Str, Value};
use graph::Graph;
use search::Search;

/// The bijection of strings that makes `right` of `left`, found by what they stand for; if there is none, that which
/// explains the most states from the first on, with the first state that it leaves unexplained.
///
/// Strings at places that [`Rules::fixed`] names are not renamed, nor are the names of actions.
///
/// ```
/// use itf::diff::{Rules, find_renaming};
/// let t = itf::read(br##"[{"vars":["at"],"states":[{"at":{"#map":[["ann",1],["bob",2]]}}]},
///                          {"vars":["at"],"states":[{"at":{"#map":[["x",2],["y",1]]}}]}]"##)?;
/// let renaming = find_renaming(&t[0], &t[1], &Rules::default());
/// assert_eq!(renaming.names, [("ann".to_owned(), "y".to_owned()), ("bob".to_owned(), "x".to_owned())]);
/// assert_eq!(renaming.unexplained, None);
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn find_renaming(left: &Trace, right: &Trace, rules: &Rules) -> Renaming {
    let mut fixed = fixed_strings(left, &rules.fixed);
    fixed.extend(fixed_strings(right, &rules.fixed));
    let mut unifier = Unifier::default();
    let graphs = [left, right].map(|trace| Graph::new(trace, &fixed, &mut unifier));
    let states = [left, right].map(|trace| {
        let states = trace.states.iter().map(|state| unifier.unify(&Value::Record(state.value.clone())));
        states.collect::<Vec<Value>>()
    });
    let mut search = Search::new(&graphs, &states);
    let common = left.states.len().min(right.states.len());
    let (names, unexplained) = if let Some(names) = search.explain(common) {
        (names, (left.states.len() != right.states.len()).then_some(common))
    } else {
        // What explains a prefix explains every shorter one.
        let (mut good, mut bad) = (0, common);
        let mut best = Vec::new();
        while bad - good > 1 {
            let middle = usize::midpoint(good, bad);
            match search.explain(middle) {
                Some(names) => (good, best) = (middle, names),
                None => bad = middle,
            }
        }
        (best, Some(good))
    };
    let text = |(old, new): (Str, Str)| (old.to_string(), new.to_string());
    let mut names: Vec<(String, String)> =
        closed(names, &graphs[0].names).into_iter().filter(|(old, new)| old != new).map(text).collect();
    names.sort_unstable();
    Renaming { names, unexplained, gave_up: search.gave_up }
}

/// What explains only the first states says nothing of strings that come later. One that is the new name of another string
/// cannot keep it, or two strings would become one: it gets the name that nobody has any more.
fn closed(mut names: Vec<(Str, Str)>, all: &[Str]) -> Vec<(Str, Str)> {
    let new_of: BTreeMap<&Str, &Str> = names.iter().map(|(old, new)| (old, new)).collect();
    let old_of: BTreeMap<&Str, &Str> = names.iter().map(|(old, new)| (new, old)).collect();
    let is_taken = |name: &&Str| old_of.contains_key(*name) && !new_of.contains_key(*name);
    let freed = |name: &Str| {
        let mut first = name;
        while let Some(old) = old_of.get(first) {
            first = old;
        }
        first.clone()
    };
    let more: Vec<(Str, Str)> = all.iter().filter(is_taken).map(|name| (name.clone(), freed(name))).collect();
    names.extend(more);
    names
}

/// The strings that stand for themselves: at the places that are named, and where the trace says what a step did.
fn fixed_strings(trace: &Trace, fixed: &[Pattern]) -> BTreeSet<Str> {
    let mut strings = BTreeSet::new();
    for state in &trace.states {
        if !fixed.is_empty() {
            strings.extend(graph::strings_of(&Value::Record(kept(&state.value, fixed))));
        }
    }
    if let Some(labels) = Labels::candidates(trace).into_iter().next() {
        let labels = trace.states.iter().enumerate().filter_map(|(at, state)| labels.label(state, at).ok());
        strings.extend(labels.map(|label| label.name));
    }
    strings
}
