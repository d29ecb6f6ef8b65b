//! What was seen at each place of a type.

use std::collections::BTreeMap;

use super::uninterpreted;
use crate::path::{Path, Step, path_of};
use crate::quick::QuickSet;
use crate::types::UNIT;
use crate::value::{Record, Shape, Str, Value};

/// A place in a type: of a variable, of the elements of a set, of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::types) struct Node(u32);

/// Where values come from, and which of them were seen already, each at its place of the type.
pub(in crate::types) struct Site<'a> {
    pub(in crate::types) seen: QuickSet<(Node, &'a Value)>,
    pub(in crate::types) path: Vec<Step<'a>>,
    pub(in crate::types) trace: usize,
}

/// The places of types and what is at each of them.
#[derive(Default)]
pub(in crate::types) struct Graph(Vec<Vec<Part>>);

/// One kind of value at a place, and where it was first.
pub(super) struct Part {
    pub(super) kind: Kind,
    pub(super) first: Place,
}

#[derive(Clone)]
pub(super) struct Place {
    pub(super) trace: usize,
    pub(super) path: Path,
}

/// A kind of value. Two tuples of different length are of different kinds, and so are two uninterpreted types.
pub(super) enum Kind {
    Bool,
    Int,
    Str,
    Const(String),
    Set(Node),
    Seq(Node),
    Fun(Node, Node),
    Tuple(Vec<Node>),
    Record(Fields),
    Variant(BTreeMap<Str, Node>),
}

/// The fields of the records at a place.
pub(super) struct Fields {
    /// How many records were seen.
    pub(super) count: usize,
    /// Each field, and how many records have it.
    pub(super) slots: BTreeMap<Str, (Node, usize)>,
    /// The names in the first record, and the first record with other names.
    pub(super) shape: Shape,
    pub(super) other: Option<(Shape, Place)>,
}

impl Graph {
    pub(in crate::types) fn node(&mut self) -> Node {
        self.0.push(Vec::new());
        Node(
            u32::try_from(self.0.len() - 1).expect("there are no more places in types than values in memory"),
        )
    }

    pub(super) fn parts(&self, node: Node) -> &[Part] {
        &self.0[node.0 as usize]
    }

    /// Notes what a value and all in it is. Values nest no deeper than the reader allows.
    pub(in crate::types) fn add<'a>(&mut self, node: Node, value: &'a Value, site: &mut Site<'a>) {
        match value {
            // Their types are not in the trace.
            Value::Unserializable(_) | Value::Opaque(_) => {}
            Value::Bool(_) => self.leaf(node, site, |kind| matches!(kind, Kind::Bool), || Kind::Bool),
            Value::Int(_) => self.leaf(node, site, |kind| matches!(kind, Kind::Int), || Kind::Int),
            Value::Str(text) => match uninterpreted(text) {
                Some(name) => self.constant(node, site, name),
                None => self.leaf(node, site, |kind| matches!(kind, Kind::Str), || Kind::Str),
            },
            unit if unit.is_unit() => self.constant(node, site, UNIT),
            container => {
                // To look at a small value again is less than to look for it among all; nothing comes of it.
                if container.is_small() || site.seen.insert((node, container)) {
                    self.container(node, container, site);
                }
            }
        }
    }

    fn constant(&mut self, node: Node, site: &Site<'_>, name: &str) {
        let is_it = |kind: &Kind| matches!(kind, Kind::Const(known) if known == name);
        self.leaf(node, site, is_it, || Kind::Const(name.to_owned()));
    }

    fn leaf(
        &mut self,
        node: Node,
        site: &Site<'_>,
        is_it: impl Fn(&Kind) -> bool,
        make: impl FnOnce() -> Kind,
    ) {
        if !self.parts(node).iter().any(|part| is_it(&part.kind)) {
            self.part(node, site, make());
        }
    }

    fn part(&mut self, node: Node, site: &Site<'_>, kind: Kind) {
        self.0[node.0 as usize].push(Part { kind, first: site.place() });
    }

    fn container<'a>(&mut self, node: Node, value: &'a Value, site: &mut Site<'a>) {
        match value {
            Value::Set(elements) => {
                let within = self.known(node, |kind| match kind {
                    Kind::Set(within) => Some(*within),
                    _ => None,
                });
                let within = within.unwrap_or_else(|| self.fresh(node, site, Kind::Set));
                for element in elements {
                    self.inside(within, Step::Element(element, elements), element, site);
                }
            }
            Value::List(items) => {
                let within = self.known(node, |kind| match kind {
                    Kind::Seq(within) => Some(*within),
                    _ => None,
                });
                let within = within.unwrap_or_else(|| self.fresh(node, site, Kind::Seq));
                for (at, item) in items.iter().enumerate() {
                    self.inside(within, Step::Index(at), item, site);
                }
            }
            Value::Map(map) => {
                let sides = self.known(node, |kind| match kind {
                    Kind::Fun(from, to) => Some((*from, *to)),
                    _ => None,
                });
                let (from, to) = sides.unwrap_or_else(|| {
                    let from = self.node();
                    (from, self.fresh(node, site, |to| Kind::Fun(from, to)))
                });
                for (at, (key, value)) in map.iter().enumerate() {
                    self.inside(from, Step::MapKey(at), key, site);
                    self.inside(to, Step::Key(key), value, site);
                }
            }
            Value::Tuple(items) => {
                let parts = self.known(node, |kind| match kind {
                    Kind::Tuple(parts) if parts.len() == items.len() => Some(parts.clone()),
                    _ => None,
                });
                let parts = parts.unwrap_or_else(|| {
                    let parts: Vec<Node> = items.iter().map(|_| self.node()).collect();
                    self.part(node, site, Kind::Tuple(parts.clone()));
                    parts
                });
                for (at, (item, part)) in items.iter().zip(parts).enumerate() {
                    self.inside(part, Step::Index(at), item, site);
                }
            }
            // It was an integer in the model, and that it leaked is said elsewhere.
            Value::Record(record)
                if (3..=4).contains(&record.len()) && crate::leaked_integer(record).is_some() =>
            {
                self.leaf(node, site, |kind| matches!(kind, Kind::Int), || Kind::Int);
            }
            Value::Record(record) => self.record(node, record, site),
            Value::Variant(variant) => {
                let at = self.position(node, |kind| matches!(kind, Kind::Variant(_)));
                let at = at.unwrap_or_else(|| self.push(node, site, Kind::Variant(BTreeMap::new())));
                let Kind::Variant(tags) = &self.parts(node)[at].kind else { return };
                let payload = tags.get(variant.tag()).copied().unwrap_or_else(|| {
                    let payload = self.node();
                    if let Kind::Variant(tags) = self.kind(node, at) {
                        tags.insert(variant.tag().clone(), payload);
                    }
                    payload
                });
                self.inside(payload, Step::Payload(variant.tag()), variant.payload(), site);
            }
            _ => {}
        }
    }

    fn record<'a>(&mut self, node: Node, record: &'a Record, site: &mut Site<'a>) {
        let at = self.position(node, |kind| matches!(kind, Kind::Record(_))).unwrap_or_else(|| {
            let (shape, slots) = (record.shape().clone(), BTreeMap::new());
            self.push(node, site, Kind::Record(Fields { count: 0, slots, shape, other: None }))
        });
        let Kind::Record(fields) = self.kind(node, at) else { return };
        fields.count += 1;
        if fields.other.is_none() && fields.shape != *record.shape() {
            fields.other = Some((record.shape().clone(), site.place()));
        }
        for (name, value) in record.iter() {
            let Kind::Record(fields) = self.kind(node, at) else { return };
            let field = if let Some((field, count)) = fields.slots.get_mut(name) {
                *count += 1;
                *field
            } else {
                let field = self.node();
                if let Kind::Record(fields) = self.kind(node, at) {
                    fields.slots.insert(name.clone(), (field, 1));
                }
                field
            };
            self.inside(field, Step::Field(name), value, site);
        }
    }

    fn kind(&mut self, node: Node, at: usize) -> &mut Kind {
        &mut self.0[node.0 as usize][at].kind
    }

    fn position(&self, node: Node, is_it: impl Fn(&Kind) -> bool) -> Option<usize> {
        self.parts(node).iter().position(|part| is_it(&part.kind))
    }

    fn known<T>(&self, node: Node, part: impl Fn(&Kind) -> Option<T>) -> Option<T> {
        self.parts(node).iter().find_map(|known| part(&known.kind))
    }

    /// Adds a part, and gives its position.
    fn push(&mut self, node: Node, site: &Site<'_>, kind: Kind) -> usize {
        self.part(node, site, kind);
        self.parts(node).len() - 1
    }

    /// Adds a part with a new place inside.
    fn fresh(&mut self, node: Node, site: &Site<'_>, kind: impl FnOnce(Node) -> Kind) -> Node {
        let within = self.node();
        self.part(node, site, kind(within));
        within
    }

    fn inside<'a>(&mut self, node: Node, step: Step<'a>, value: &'a Value, site: &mut Site<'a>) {
        // Most values are leaves that are what others at their place are; no path leads to them.
        let is_known = |is_it: fn(&Kind) -> bool| self.parts(node).iter().any(|part| is_it(&part.kind));
        let says_nothing = match value {
            Value::Bool(_) => is_known(|kind| matches!(kind, Kind::Bool)),
            Value::Int(_) => is_known(|kind| matches!(kind, Kind::Int)),
            Value::Str(text) => is_known(|kind| matches!(kind, Kind::Str)) && uninterpreted(text).is_none(),
            _ => false,
        };
        if says_nothing {
            return;
        }
        site.path.push(step);
        self.add(node, value, site);
        site.path.pop();
    }
}

impl Site<'_> {
    fn place(&self) -> Place {
        Place { trace: self.trace, path: path_of(&self.path) }
    }
}
