//! What a difference of traces means for behaviour: steps and actions, before any data.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::table::Table;
use crate::action::Label;
use crate::value::Str;

/// A summary of a comparison by what the steps did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Behaviour {
    /// How many steps only the right trace takes.
    pub added: usize,
    /// How many steps only the left trace takes.
    pub removed: usize,
    /// How many corresponding steps did something else: another action, or one with other arguments.
    pub replaced: usize,
    /// The actions that were not taken equally often, by name; empty where the traces do not say what their steps did.
    pub actions: Vec<ActionCount>,
    /// The variables that differ in some pair of corresponding states, in the order of the traces.
    pub differing: Vec<String>,
    /// The variables that differ in no pair of corresponding states.
    pub agreeing: Vec<String>,
}

/// How often an action was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionCount {
    /// The name of the action.
    pub name: String,
    /// How many steps of the left trace took it.
    pub left: usize,
    /// How many steps of the right trace took it.
    pub right: usize,
}

impl Behaviour {
    /// The summary of states that correspond as `pairs` say; `differs` tells of each column whether it ever does.
    pub(super) fn new(
        table: &Table,
        labels: &[Vec<Option<Label>>; 2],
        pairs: &[(usize, usize)],
        differs: &[bool],
    ) -> Self {
        let mut counts: BTreeMap<&Str, [usize; 2]> = BTreeMap::new();
        for (side, labels) in labels.iter().enumerate() {
            for label in labels.iter().flatten() {
                counts.entry(&label.name).or_default()[side] += 1;
            }
        }
        let unequal = counts.into_iter().filter(|(_, [left, right])| left != right);
        let actions =
            unequal.map(|(name, [left, right])| ActionCount { name: name.to_string(), left, right });
        let one_sided: HashSet<&Str> = table.one_sided.iter().map(|(name, _)| name).collect();
        let columns = table.columns.iter().zip(differs).filter(|(name, _)| !one_sided.contains(name));
        let named = |wanted: bool| {
            columns
                .clone()
                .filter(|(_, differs)| **differs == wanted)
                .map(|(name, _)| name.to_string())
                .collect()
        };
        let replaced = pairs.iter().filter(|(i, j)| labels[0][*i] != labels[1][*j]).count();
        Self {
            added: labels[1].len() - pairs.len(),
            removed: labels[0].len() - pairs.len(),
            replaced,
            actions: actions.collect(),
            differing: named(true),
            agreeing: if pairs.is_empty() { Vec::new() } else { named(false) },
        }
    }
}
