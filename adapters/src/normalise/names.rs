//! Which strings may stand for each other.

use std::collections::{BTreeSet, HashMap};

use itf::{Trace, Value};

use super::fields::{Field, fields, map_fields};
use crate::Action;

/// The names there are, in kinds: those of one kind may stand for each other.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    kinds: Vec<Vec<Value>>,
    kind_of: HashMap<Value, usize>,
}

impl Names {
    /// The strings that are together in a set, or as keys of a map, in a parameter or a variable of the initial state; for
    /// others, those that are in the same place of calls.
    pub(super) fn of(trace: &Trace, calls: &[Action]) -> Self {
        let mut groups: Vec<BTreeSet<Value>> = Vec::new();
        for value in trace.states.first().into_iter().flat_map(|state| state.value.values()) {
            together(value, &mut groups);
        }
        let mut known: BTreeSet<Value> = groups.iter().flatten().cloned().collect();
        // What the initial state names by itself is one of a kind.
        for value in trace.states.first().into_iter().flat_map(|state| state.value.values()) {
            strings(value, &mut |name| {
                known.insert(name.clone());
            });
        }
        let mut places: Vec<(String, BTreeSet<Value>)> = Vec::new();
        for field in calls.iter().flat_map(fields) {
            let mut found = Vec::new();
            match &field.value {
                Value::Str(_) => found.push(field.value.clone()),
                other => sets(other, &mut |set| found.extend(set.iter().cloned())),
            }
            found.retain(|name| !known.contains(name));
            if found.is_empty() {
                continue;
            }
            match places.iter_mut().find(|(name, _)| *name == field.name) {
                Some((_, names)) => names.extend(found),
                None => places.push((field.name, found.into_iter().collect())),
            }
        }
        groups.extend(places.into_iter().map(|(_, names)| names));
        Self::from_groups(groups)
    }

    /// Groups that share a name are one.
    fn from_groups(groups: Vec<BTreeSet<Value>>) -> Self {
        let mut kinds: Vec<BTreeSet<Value>> = Vec::new();
        for mut group in groups {
            let (same, rest): (Vec<_>, Vec<_>) =
                kinds.into_iter().partition(|kind| !kind.is_disjoint(&group));
            for kind in same {
                group.extend(kind);
            }
            kinds = rest;
            kinds.push(group);
        }
        let kinds: Vec<Vec<Value>> = kinds.into_iter().map(|kind| kind.into_iter().collect()).collect();
        let kind_of =
            kinds.iter().enumerate().flat_map(|(at, kind)| kind.iter().map(move |name| (name.clone(), at)));
        Self { kind_of: kind_of.collect(), kinds }
    }

    /// The value with one element in every set and map: the first of its kind, or the least.
    pub(super) fn one_element(&self, value: &Value) -> Value {
        let first = |element: &Value| {
            self.kind_of.get(element).and_then(|&kind| self.kinds[kind].first()).unwrap_or(element).clone()
        };
        match value {
            Value::Set(set) => match set.iter().next() {
                Some(least) => Value::set([first(least)]),
                None => value.clone(),
            },
            Value::Map(map) => match map.iter().next() {
                Some((key, value)) => Value::map([(first(key), self.one_element(value))]),
                None => value.clone(),
            },
            other => other.clone(),
        }
    }

    /// How many kinds there are.
    pub(super) fn kinds(&self) -> usize {
        self.kinds.len()
    }

    /// The schedule with the names of each kind, or of one, in the order in which chosen fields first use them.
    pub(super) fn in_order(
        &self,
        calls: &[Action],
        free: &dyn Fn(&Action, &Field) -> bool,
        only: Option<usize>,
    ) -> Vec<Action> {
        let used = self.first_uses(calls, free);
        let mut new: HashMap<Value, Value> = HashMap::new();
        for (at, (kind, used)) in self.kinds.iter().zip(&used).enumerate() {
            if only.is_some_and(|only| only != at) {
                continue;
            }
            // The names in use take the first places, the others those that are left: nothing is lost.
            let rest = kind.iter().filter(|name| !used.contains(name));
            let renamed = used.iter().chain(rest).cloned();
            new.extend(renamed.zip(kind.iter().cloned()));
        }
        let with = |value: &Value| new.get(value).unwrap_or(value).clone();
        calls.iter().map(|call| rename(call, &with)).collect()
    }

    /// Where each name in use stands among those of its kind, in the order of first use.
    pub(super) fn ranks(&self, calls: &[Action], free: &dyn Fn(&Action, &Field) -> bool) -> Vec<usize> {
        let used = self.first_uses(calls, free);
        let ranked = self.kinds.iter().zip(&used);
        ranked
            .flat_map(|(kind, used)| used.iter().filter_map(|name| kind.iter().position(|k| k == name)))
            .collect()
    }

    fn first_uses(&self, calls: &[Action], free: &dyn Fn(&Action, &Field) -> bool) -> Vec<Vec<Value>> {
        let mut used: Vec<Vec<Value>> = vec![Vec::new(); self.kinds.len()];
        for call in calls {
            for field in fields(call).iter().filter(|field| free(call, field)) {
                strings(&field.value, &mut |name| {
                    if let Some(&kind) = self.kind_of.get(name)
                        && !used[kind].contains(name)
                    {
                        used[kind].push(name.clone());
                    }
                });
            }
        }
        used
    }
}

/// The call with every string replaced.
pub(super) fn rename(call: &Action, with: &dyn Fn(&Value) -> Value) -> Action {
    map_fields(call, |field| renamed(&field.value, with))
}

fn renamed(value: &Value, with: &dyn Fn(&Value) -> Value) -> Value {
    match value {
        Value::Str(_) => with(value),
        Value::Tuple(items) => Value::tuple(items.iter().map(|v| renamed(v, with))),
        Value::List(items) => Value::list(items.iter().map(|v| renamed(v, with))),
        Value::Set(items) => Value::set(items.iter().map(|v| renamed(v, with))),
        Value::Map(map) => Value::map(map.iter().map(|(k, v)| (renamed(k, with), renamed(v, with)))),
        Value::Record(record) => Value::Record(record.map_values(|_, v| renamed(v, with))),
        Value::Variant(variant) => Value::variant(variant.tag(), renamed(variant.payload(), with)),
        other => other.clone(),
    }
}

/// Calls `f` with every string in a value, from left to right.
fn strings(value: &Value, f: &mut dyn FnMut(&Value)) {
    match value {
        Value::Str(_) => f(value),
        Value::Map(map) => map.iter().for_each(|(key, value)| {
            strings(key, f);
            strings(value, f);
        }),
        Value::Set(set) => set.iter().for_each(|v| strings(v, f)),
        Value::Record(record) => record.values().iter().for_each(|v| strings(v, f)),
        Value::Variant(variant) => strings(variant.payload(), f),
        other => other.items().into_iter().flatten().for_each(|v| strings(v, f)),
    }
}

/// Calls `f` with the strings of every set of strings, and of every map's keys, in a value.
fn sets(value: &Value, f: &mut dyn FnMut(&BTreeSet<Value>)) {
    let mut all = |values: BTreeSet<Value>| {
        if !values.is_empty() && values.iter().all(|v| v.as_str().is_some()) {
            f(&values);
        }
    };
    match value {
        Value::Set(set) => {
            all(set.iter().cloned().collect());
            set.iter().for_each(|v| sets(v, f));
        }
        Value::Map(map) => {
            all(map.iter().map(|(key, _)| key.clone()).collect());
            map.iter().for_each(|(_, v)| sets(v, f));
        }
        Value::Record(record) => record.values().iter().for_each(|v| sets(v, f)),
        Value::Variant(variant) => sets(variant.payload(), f),
        other => other.items().into_iter().flatten().for_each(|v| sets(v, f)),
    }
}

fn together(value: &Value, groups: &mut Vec<BTreeSet<Value>>) {
    sets(value, &mut |set| groups.push(set.clone()));
}
