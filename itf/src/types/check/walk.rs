//! Going through a value and its type together.

use std::collections::BTreeMap;

use super::{Mismatch, MismatchKind};
use crate::path::{Step, path_of};
use crate::quick::QuickSet;
use crate::types::infer::{Conflict, Graph, Node, Site, quoted, uninterpreted};
use crate::types::{Row, Type, UNIT};
use crate::value::{Record, Value};

/// What was seen for type variables: all values of one must agree.
#[derive(Default)]
pub(super) struct Known {
    graph: Graph,
    /// By variable, and name of the type variable.
    nodes: BTreeMap<String, BTreeMap<String, Node>>,
}

impl Known {
    pub(super) fn conflicts(&self) -> Vec<Conflict> {
        let mut conflicts = Vec::new();
        for (variable, nodes) in &self.nodes {
            for node in nodes.values() {
                self.graph.finish(*node, variable, &mut conflicts);
            }
        }
        conflicts
    }

    fn node(&mut self, variable: &str, name: &str) -> Node {
        if let Some(known) = self.nodes.get(variable).and_then(|nodes| nodes.get(name)) {
            return *known;
        }
        let node = self.graph.node();
        self.nodes.entry(variable.to_owned()).or_default().insert(name.to_owned(), node);
        node
    }
}

/// Compares values with types, and notes what does not fit.
pub(super) struct Check<'a> {
    /// Addresses of types, and values that were compared with them: large ones, and those that do not fit.
    seen: QuickSet<(usize, &'a Value)>,
    /// The path to the value, and what was seen for type variables.
    pub(super) site: Site<'a>,
    known: &'a mut Known,
    pub(super) variable: &'a str,
    pub(super) mismatches: Vec<Mismatch>,
}

impl<'a> Check<'a> {
    pub(super) fn new(known: &'a mut Known) -> Self {
        let site = Site { seen: QuickSet::default(), path: Vec::new(), trace: 0 };
        Self { seen: QuickSet::default(), site, known, variable: "", mismatches: Vec::new() }
    }

    /// Compares a value and all in it. Types and values nest no deeper than their readers allow.
    pub(super) fn value(&mut self, t: &'a Type, value: &'a Value) {
        match (t, value) {
            (t, value) if is_leaf_of(t, value) => {}
            (Type::Var(name), value) => {
                let node = self.known.node(self.variable, name);
                self.known.graph.add(node, value, &mut self.site);
            }
            (t, value) => {
                let key = (std::ptr::from_ref(t).addr(), value);
                // To look at a small value again is less than to look for it among all; but it is told once.
                if value.is_small() {
                    let told = self.mismatches.len();
                    self.container(t, value);
                    if self.mismatches.len() > told && !self.seen.insert(key) {
                        self.mismatches.truncate(told);
                    }
                } else if self.seen.insert(key) {
                    self.container(t, value);
                }
            }
        }
    }

    fn container(&mut self, t: &'a Type, value: &'a Value) {
        match (t, value) {
            (Type::Set(part), Value::Set(elements)) => {
                for element in elements {
                    self.inside(Step::Element(element, elements), part, element);
                }
            }
            (Type::Seq(part), Value::List(items)) => {
                for (at, item) in items.iter().enumerate() {
                    self.inside(Step::Index(at), part, item);
                }
            }
            (Type::Fun(from, to), Value::Map(map)) => {
                for (at, (key, value)) in map.iter().enumerate() {
                    self.inside(Step::MapKey(at), from, key);
                    self.inside(Step::Key(key), to, value);
                }
            }
            (Type::Tuple(parts), Value::Tuple(items)) if parts.len() == items.len() => {
                for (at, (part, item)) in parts.iter().zip(items).enumerate() {
                    self.inside(Step::Index(at), part, item);
                }
            }
            (Type::Record(row), unit) if row.fields.is_empty() && unit.is_unit() => {}
            (Type::Record(row), Value::Record(record)) => self.record(t, row, record, false),
            (Type::OldRecord(fields), Value::Record(record)) => {
                match record.names().iter().find(|name| !fields.contains_key(name.as_str())) {
                    Some(extra) => self.mismatch(t, format!("a record with `{extra}`")),
                    None => self.fields(fields, record),
                }
            }
            // A record with just these two fields is written as a variant is.
            (Type::Record(Row { fields, .. }) | Type::OldRecord(fields), Value::Variant(variant))
                if fields.keys().eq(["tag", "value"]) =>
            {
                if fields["tag"] != Type::Str {
                    self.mismatch(t, found(value));
                }
                self.inside(Step::Name("value"), &fields["value"], variant.payload());
            }
            (Type::Variant(row), Value::Variant(variant)) => match row.fields.get(variant.tag().as_str()) {
                Some(payload) => {
                    self.inside(Step::Payload(variant.tag()), payload, variant.payload());
                }
                None => self.unknown_tag(row, variant.tag()),
            },
            (Type::OldVariant(row), Value::Record(record)) => match record.get("tag").and_then(Value::as_str)
            {
                Some(tag) => match row.fields.get(tag) {
                    Some(Type::Record(fields)) => self.record(t, fields, record, true),
                    _ => self.unknown_tag(row, tag),
                },
                None => self.mismatch(t, "a record without a string in `tag`".into()),
            },
            (Type::OldVariant(row), Value::Variant(variant)) => {
                match row.fields.get(variant.tag().as_str()) {
                    Some(Type::Record(Row { fields, .. })) if fields.keys().eq(["value"]) => {
                        self.inside(Step::Name("value"), &fields["value"], variant.payload());
                    }
                    Some(_) => self.mismatch(t, found(value)),
                    None => self.unknown_tag(row, variant.tag()),
                }
            }
            (t, value) => self.mismatch(t, found(value)),
        }
    }

    /// Compares the fields of a record; one of them may have told the tag already.
    fn record(&mut self, t: &'a Type, row: &'a Row, record: &'a Record, tagged: bool) {
        let is_known = |name: &str| row.fields.contains_key(name) || (tagged && name == "tag");
        if let Some(missing) = row.fields.keys().find(|name| record.get(name).is_none()) {
            self.mismatch(t, format!("a record without `{missing}`"));
        } else if row.rest.is_none()
            && let Some(extra) = record.names().iter().find(|name| !is_known(name))
        {
            self.mismatch(t, format!("a record with `{extra}`"));
        }
        self.fields(&row.fields, record);
    }

    fn fields(&mut self, fields: &'a BTreeMap<String, Type>, record: &'a Record) {
        for (name, value) in record.iter() {
            if let Some(t) = fields.get(name.as_str()) {
                self.inside(Step::Field(name), t, value);
            }
        }
    }

    fn unknown_tag(&mut self, row: &Row, tag: &str) {
        if row.rest.is_none() {
            let tags: Vec<String> = row.fields.keys().take(4).map(|tag| format!("`{tag}`")).collect();
            let others = if row.fields.len() > 4 { " or another" } else { "" };
            let expected = match tags.as_slice() {
                [] => "no tag".to_owned(),
                tags => format!("{}{others}", tags.join(" or ")),
            };
            self.told(MismatchKind::Tag, expected, format!("`{tag}`"));
        }
    }

    fn mismatch(&mut self, t: &Type, found: String) {
        self.told(MismatchKind::Type, quoted(t), found);
    }

    fn told(&mut self, kind: MismatchKind, expected: String, found: String) {
        let path = path_of(&self.site.path);
        self.mismatches.push(Mismatch { kind, path, expected, found });
    }

    fn inside(&mut self, step: Step<'a>, t: &'a Type, value: &'a Value) {
        self.site.path.push(step);
        self.value(t, value);
        self.site.path.pop();
    }
}

/// Whether a value with nothing in it that has a type of its own is of this type.
fn is_leaf_of(t: &Type, value: &Value) -> bool {
    match (t, value) {
        (Type::Bool, Value::Bool(_))
        | (Type::Int | Type::Real, Value::Int(_))
        // Their types are not in the trace; that they are there is said elsewhere. So it is for aliases.
        | (_, Value::Unserializable(_) | Value::Opaque(_))
        | (Type::Alias(_), _) => true,
        (Type::Str, Value::Str(text)) => uninterpreted(text).is_none(),
        (Type::Const(name), Value::Str(text)) => uninterpreted(text) == Some(name),
        (Type::Const(name), unit) => name == UNIT && unit.is_unit(),
        (Type::Int, Value::Record(record)) => crate::leaked_integer(record).is_some(),
        _ => false,
    }
}

/// A value in a few words.
fn found(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Str(text) => match uninterpreted(text) {
            Some(name) => format!("a value of `{name}`"),
            None => "a string".to_owned(),
        },
        Value::Int(_) => "an integer".to_owned(),
        Value::Tuple(items) => format!("a tuple of {}", items.len()),
        other => format!("a {}", other.kind()),
    }
}
