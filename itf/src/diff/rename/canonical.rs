//! Names that only depend on what they stand for.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::super::rules::Rules;
use super::super::unify::Unifier;
use super::apply::Renamer;
use super::fixed_strings;
use super::graph::{Graph, mix};
use crate::trace::Trace;
use crate::value::Str;

/// How many ways to single out alike names are tried.
const LEAVES: usize = 500;
/// Of more names, those that are alike are not singled out, one by one: that takes memory with the square of their number.
const MOST: usize = 2_000;

/// A trace with canonical names: made by [`canonical_names`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CanonicalNames {
    /// The trace, with the new names.
    pub trace: Trace,
    /// What each name is called now, ascending by the old name.
    pub names: Vec<(String, String)>,
    /// Whether so many names are alike that not all ways were tried: then another trace that is the same modulo renaming
    /// may get other names.
    pub gave_up: bool,
}

/// `trace` with names that only depend on what they stand for, so that traces that differ in names alone become the same:
/// `plan1`, `plan2` for strings that stand in a field or variable `plan`, in the order of their first states.
///
/// Strings at places that [`Rules::fixed`] names keep their names, and so do actions.
///
/// ```
/// use itf::diff::{Rules, canonical_names};
/// let t = itf::read(br##"[{"vars":["owner"],"states":[{"owner":"x-17"},{"owner":"x-4"}]},
///                          {"vars":["owner"],"states":[{"owner":"y-2"},{"owner":"y-3"}]}]"##)?;
/// let [a, b] = [0, 1].map(|at| canonical_names(&t[at], &Rules::default()).trace);
/// assert_eq!(a, b);
/// assert_eq!(a.states[0].get("owner"), Some(&itf::Value::from("owner1")));
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn canonical_names(trace: &Trace, rules: &Rules) -> CanonicalNames {
    let fixed = fixed_strings(trace, &rules.fixed);
    let graph = Graph::new(trace, &fixed, &mut Unifier::default());
    let mut search = Search { graph: &graph, states: trace.states.len(), leaves: 0, gave_up: false };
    let (_, colours) = search.discrete(&vec![1; graph.names.len()], 0);
    let (first, hints) = (graph.first_states(), graph.hints());
    let mut order: Vec<usize> = (0..graph.names.len()).collect();
    // Where those that are alike were not singled out, their names decide.
    order.sort_by_key(|at| (first[*at], colours[*at], &graph.names[*at]));
    let taken: BTreeSet<&str> = fixed.iter().map(Str::as_str).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut names: Vec<(String, String)> = Vec::new();
    let mut given: HashSet<String> = HashSet::new();
    for at in order {
        let hint = hints[at].as_str();
        let count = counts.entry(hint).or_default();
        let name = loop {
            *count += 1;
            let name = format!("{hint}{count}");
            if !taken.contains(name.as_str()) && given.insert(name.clone()) {
                break name;
            }
        };
        names.push((graph.names[at].to_string(), name));
    }
    names.sort_unstable();
    let mut renamed = trace.clone();
    Renamer::of_texts(&names).trace(&mut renamed);
    CanonicalNames { trace: renamed, names, gave_up: search.gave_up }
}

struct Search<'a> {
    graph: &'a Graph,
    states: usize,
    leaves: usize,
    gave_up: bool,
}

impl Search<'_> {
    /// Colours that are all different, and the certificate of the trace under them: the least of those that were tried.
    fn discrete(&mut self, colours: &[u64], depth: u64) -> (u64, Vec<u64>) {
        let colours = self.graph.refine(colours, self.states);
        let mut classes: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (at, colour) in colours.iter().enumerate() {
            classes.entry(*colour).or_default().push(at);
        }
        let Some(alike) = classes.values().filter(|class| class.len() > 1).min_by_key(|class| class.len())
        else {
            self.leaves += 1;
            return (self.graph.certificate(&colours, self.states), colours);
        };
        if colours.len() > MOST {
            self.gave_up = true;
            return (0, colours);
        }
        let mut best: Option<(u64, Vec<u64>)> = None;
        for one in alike {
            if best.is_some() && self.leaves >= LEAVES {
                self.gave_up = true;
                break;
            }
            let mut next = colours.clone();
            next[*one] = mix(u64::MAX, depth);
            let found = self.discrete(&next, depth + 1);
            if best.as_ref().is_none_or(|best| found.0 < best.0) {
                best = Some(found);
            }
        }
        best.unwrap_or_default()
    }
}
