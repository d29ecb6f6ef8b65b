//! What is told apart in traces when names are not: every distinct value once, with colours that only depend on structure.

use std::collections::BTreeSet;

use super::super::quick::{QuickMap, QuickSet};
use super::super::unify::Unifier;
use crate::trace::Trace;
use crate::value::{Record, Str, Value};

/// What a value has inside.
#[derive(Debug, Clone, Copy)]
enum Inside {
    Node(usize),
    Name(usize),
    /// Nothing to rename: the hash of its content.
    Fixed(u64),
}

struct Node {
    /// What it is, without what is inside.
    kind: u64,
    /// With the role that each has: a position, a field, or that of all elements of a set.
    inside: Vec<(u64, Inside)>,
}

/// The values of a trace. Nodes stand after those that are inside them.
pub(super) struct Graph {
    nodes: Vec<Node>,
    /// The nodes of the states, in their order.
    states: Vec<usize>,
    /// The strings that may be renamed, ascending.
    pub(super) names: Vec<Str>,
    /// The fields and variables by their roles.
    fields: QuickMap<u64, Str>,
}

/// A hash that is the same in every process: the order of canonical names depends on it. Every bit of both counts.
pub(super) fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ 0x9e37_79b9_7f4a_7c15) * u128::from(b ^ 0xd1b5_4a32_d192_ed03);
    let half = |half: u128| u64::try_from(half & u128::from(u64::MAX)).unwrap_or_default();
    let [low, high] = [half(product), half(product >> 64)];
    (low ^ high).wrapping_add(a.rotate_left(23)).wrapping_mul(0x94d0_49bb_1331_11eb)
}

pub(super) fn hash_text(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| mix(hash, u64::from(byte)))
}

/// The kinds of nodes, and the role of elements.
mod kind {
    pub(super) const TUPLE: u64 = 1;
    pub(super) const LIST: u64 = 2;
    pub(super) const SET: u64 = 3;
    pub(super) const MAP: u64 = 4;
    pub(super) const ENTRY: u64 = 5;
    pub(super) const RECORD: u64 = 6;
    pub(super) const VARIANT: u64 = 7;
    pub(super) const OTHER: u64 = 8;
    pub(super) const ELEMENT: u64 = 9;
}

struct Builder<'a> {
    fixed: &'a BTreeSet<Str>,
    graph: Graph,
    known: QuickMap<Value, Inside>,
    names: QuickMap<Str, usize>,
}

impl Graph {
    /// The graph of `trace`; strings that are `fixed` are not renamed.
    pub(super) fn new(trace: &Trace, fixed: &BTreeSet<Str>, unifier: &mut Unifier) -> Self {
        let mut names: BTreeSet<Str> = BTreeSet::new();
        let states: Vec<Value> =
            trace.states.iter().map(|state| unifier.unify(&Value::Record(state.value.clone()))).collect();
        let mut seen = QuickSet::default();
        for state in &states {
            strings(state, &mut seen, &mut names);
        }
        let names: Vec<Str> = names.difference(fixed).cloned().collect();
        let mut builder = Builder {
            fixed,
            names: names.iter().cloned().enumerate().map(|(at, name)| (name, at)).collect(),
            graph: Self { nodes: Vec::new(), states: Vec::new(), names, fields: QuickMap::default() },
            known: QuickMap::default(),
        };
        for state in &states {
            let state = match builder.inside(state) {
                Inside::Node(at) => at,
                // A state without variables.
                _ => builder.push(kind::RECORD, Vec::new()),
            };
            builder.graph.states.push(state);
        }
        builder.graph
    }

    /// The colours of names after refinement, starting with `colours`; of the first `states` states only.
    pub(super) fn refine(&self, colours: &[u64], states: usize) -> Vec<u64> {
        let mut colours = colours.to_vec();
        let mut classes = 0;
        loop {
            let refined = self.round(&colours, states);
            let different: std::collections::HashSet<u64> = refined.iter().copied().collect();
            if different.len() <= classes {
                return colours;
            }
            (colours, classes) = (refined, different.len());
        }
    }

    /// A hash of the first `states` states where names have these colours.
    pub(super) fn certificate(&self, colours: &[u64], states: usize) -> u64 {
        let up = self.up(colours);
        self.states.iter().take(states).fold(0, |hash, state| mix(hash, up[*state]))
    }

    /// For each name the least name of a field or variable in which it stands: what it may be called.
    pub(super) fn hints(&self) -> Vec<Str> {
        let mut around: Vec<Option<&Str>> = vec![None; self.nodes.len()];
        let mut found: Vec<Option<&Str>> = vec![None; self.names.len()];
        for (at, node) in self.nodes.iter().enumerate().rev() {
            for (role, inside) in &node.inside {
                let hint = self.fields.get(role).or(around[at]);
                let known = match inside {
                    Inside::Node(inner) => &mut around[*inner],
                    Inside::Name(name) => &mut found[*name],
                    Inside::Fixed(_) => continue,
                };
                *known = [*known, hint].into_iter().flatten().min();
            }
        }
        found.into_iter().map(|hint| hint.map_or_else(|| Str::from("name"), Str::clone)).collect()
    }

    /// The index of the first state in which each name stands.
    pub(super) fn first_states(&self) -> Vec<usize> {
        let mut first: Vec<usize> = vec![usize::MAX; self.nodes.len()];
        let mut found: Vec<usize> = vec![usize::MAX; self.names.len()];
        for (at, state) in self.states.iter().enumerate() {
            first[*state] = first[*state].min(at);
        }
        for (at, node) in self.nodes.iter().enumerate().rev() {
            for (_, inside) in &node.inside {
                match inside {
                    Inside::Node(inner) => first[*inner] = first[*inner].min(first[at]),
                    Inside::Name(name) => found[*name] = found[*name].min(first[at]),
                    Inside::Fixed(_) => {}
                }
            }
        }
        found
    }

    fn up(&self, colours: &[u64]) -> Vec<u64> {
        let mut up: Vec<u64> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let inside = node.inside.iter().map(|(role, inside)| {
                let colour = match inside {
                    Inside::Node(at) => up[*at],
                    Inside::Name(at) => colours[*at],
                    Inside::Fixed(hash) => *hash,
                };
                mix(*role, colour)
            });
            let sum = inside.fold(0_u64, u64::wrapping_add);
            up.push(mix(node.kind, sum));
        }
        up
    }

    /// One round: what a name is depends on where it stands. Names that stand nowhere keep the colour 0.
    fn round(&self, colours: &[u64], states: usize) -> Vec<u64> {
        let up = self.up(colours);
        let mut around: Vec<u64> = vec![0; self.nodes.len()];
        let mut found: Vec<u64> = vec![0; self.names.len()];
        for (at, state) in self.states.iter().take(states).enumerate() {
            around[*state] = around[*state].wrapping_add(mix(kind::RECORD, at as u64));
        }
        for (at, node) in self.nodes.iter().enumerate().rev() {
            if around[at] == 0 {
                continue;
            }
            let here = mix(around[at], up[at]);
            for (role, inside) in &node.inside {
                let given = mix(here, *role);
                match inside {
                    Inside::Node(inner) => around[*inner] = around[*inner].wrapping_add(given),
                    Inside::Name(name) => found[*name] = found[*name].wrapping_add(given),
                    Inside::Fixed(_) => {}
                }
            }
        }
        found
            .iter()
            .zip(colours)
            .map(|(found, colour)| if *found == 0 { 0 } else { mix(*colour, *found) })
            .collect()
    }
}

impl Builder<'_> {
    fn push(&mut self, kind: u64, inside: Vec<(u64, Inside)>) -> usize {
        self.graph.nodes.push(Node { kind, inside });
        self.graph.nodes.len() - 1
    }

    /// What the value is inside another.
    fn inside(&mut self, value: &Value) -> Inside {
        match value {
            Value::Str(text) => {
                let name = self.names.get(text);
                debug_assert!(name.is_some() || self.fixed.contains(text));
                return name.map_or_else(|| Inside::Fixed(hash_text(text)), |at| Inside::Name(*at));
            }
            scalar if super::super::walk::is_scalar(scalar) => {
                return Inside::Fixed(mix(kind::OTHER, hash_text(&scalar.to_string())));
            }
            _ => {}
        }
        if let Some(known) = self.known.get(value) {
            return *known;
        }
        let (kind, inside) = match value {
            Value::Tuple(items) => (kind::TUPLE, self.items(items)),
            Value::List(items) => (kind::LIST, self.items(items)),
            Value::Set(set) => (kind::SET, set.iter().map(|v| (kind::ELEMENT, self.inside(v))).collect()),
            Value::Map(map) => {
                let entries = map.iter().map(|(key, value)| {
                    let entry = vec![(0, self.inside(key)), (1, self.inside(value))];
                    (kind::ELEMENT, Inside::Node(self.push(kind::ENTRY, entry)))
                });
                (kind::MAP, entries.collect())
            }
            Value::Record(record) => (kind::RECORD, self.fields(record)),
            Value::Variant(v) => {
                let tag = mix(kind::VARIANT, hash_text(v.tag()));
                (tag, vec![(0, self.inside(v.payload()))])
            }
            // Scalars have been dealt with.
            _ => (kind::OTHER, Vec::new()),
        };
        let node = Inside::Node(self.push(kind, inside));
        self.known.insert(value.clone(), node);
        node
    }

    fn items(&mut self, items: &[Value]) -> Vec<(u64, Inside)> {
        (0..).zip(items).map(|(at, v)| (at, self.inside(v))).collect()
    }

    fn fields(&mut self, record: &Record) -> Vec<(u64, Inside)> {
        let fields = record.iter().map(|(name, v)| {
            let role = hash_text(name);
            self.graph.fields.entry(role).or_insert_with(|| name.clone());
            (role, self.inside(v))
        });
        fields.collect()
    }
}

/// Collects the strings in a value; each distinct value is looked at once.
fn strings(value: &Value, seen: &mut QuickSet<Value>, found: &mut BTreeSet<Str>) {
    match value {
        Value::Str(text) => {
            if !found.contains(text) {
                found.insert(text.clone());
            }
            return;
        }
        scalar if super::super::walk::is_scalar(scalar) => return,
        _ => {}
    }
    if !seen.insert(value.clone()) {
        return;
    }
    match value {
        Value::Tuple(items) => items.iter().for_each(|v| strings(v, seen, found)),
        Value::List(items) => items.iter().for_each(|v| strings(v, seen, found)),
        Value::Set(items) => items.iter().for_each(|v| strings(v, seen, found)),
        Value::Record(record) => record.values().iter().for_each(|v| strings(v, seen, found)),
        Value::Variant(v) => strings(v.payload(), seen, found),
        Value::Map(map) => map.iter().for_each(|(key, v)| {
            strings(key, seen, found);
            strings(v, seen, found);
        }),
        _ => {}
    }
}

/// The strings in a value.
pub(super) fn strings_of(value: &Value) -> BTreeSet<Str> {
    let mut found = BTreeSet::new();
    strings(value, &mut QuickSet::default(), &mut found);
    found
}

#[cfg(test)]
mod tests {
    use super::{hash_text, mix};

    #[test]
    fn every_bit_counts() {
        for seed in 0..200_u64 {
            let (a, b) = (mix(seed, 1), mix(2, seed));
            for bit in 0..64 {
                assert_ne!(mix(a, b), mix(a ^ 1 << bit, b), "bit {bit} of the first");
                assert_ne!(mix(a, b), mix(a, b ^ 1 << bit), "bit {bit} of the second");
            }
        }
        // Texts that differ in the last bit of their last byte.
        for (one, other) in [("0", "1"), ("plan2", "plan3"), ("b", "c"), ("-4", "-5")] {
            assert_ne!(hash_text(one), hash_text(other), "{one} {other}");
        }
    }
}
