//! From what was seen to a type, and to what has none.

use super::graph::{Fields, Graph, Kind, Node, Part, Place};
use super::{Conflict, ConflictKind, Side};
use crate::types::{Row, Type};
use crate::value::{Shape, Str};

/// The longest text of a type in a message.
const LONG: usize = 80;

/// Makes the type of one variable; its type variables have names of their own.
struct Finish<'a> {
    graph: &'a Graph,
    variable: &'a str,
    names: usize,
    conflicts: Vec<Conflict>,
}

impl Graph {
    /// The type of a variable, with its conflicts.
    pub(in crate::types) fn finish(&self, node: Node, variable: &str, conflicts: &mut Vec<Conflict>) -> Type {
        let mut finish = Finish { graph: self, variable, names: 0, conflicts: Vec::new() };
        let t = finish.of(node);
        conflicts.append(&mut finish.conflicts);
        t
    }
}

impl Finish<'_> {
    fn of(&mut self, node: Node) -> Type {
        let parts = self.graph.parts(node);
        match parts {
            [] => self.fresh(),
            [part] => self.part(part),
            several => {
                let side = |part: &Part| {
                    // Names and conflicts within a side are told with it, or not at all.
                    let mut apart = Self { names: 0, conflicts: Vec::new(), ..*self };
                    side(quoted(&apart.part(part)), &part.first)
                };
                let mut sides: Vec<Side> = several.iter().map(side).collect();
                // They were seen in some order, which does not matter.
                sides.sort();
                self.conflict(ConflictKind::Types, sides);
                let is_text = |part: &Part| matches!(part.kind, Kind::Str | Kind::Const(_));
                if several.iter().all(is_text) { Type::Str } else { self.fresh() }
            }
        }
    }

    fn part(&mut self, part: &Part) -> Type {
        match &part.kind {
            Kind::Bool => Type::Bool,
            Kind::Int => Type::Int,
            Kind::Str => Type::Str,
            Kind::Const(name) => Type::Const(name.clone()),
            Kind::Set(within) => Type::set(self.of(*within)),
            Kind::Seq(within) => Type::seq(self.of(*within)),
            Kind::Fun(from, to) => {
                let from = self.of(*from);
                Type::fun(from, self.of(*to))
            }
            Kind::Tuple(parts) => Type::Tuple(parts.iter().map(|part| self.of(*part)).collect()),
            Kind::Record(fields) => self.record(fields, &part.first),
            Kind::Variant(tags) => Type::Variant(Row::closed(
                tags.iter().map(|(tag, payload)| (tag.as_str(), self.of(*payload))),
            )),
        }
    }

    fn record(&mut self, fields: &Fields, first: &Place) -> Type {
        let mut row = Row::default();
        for (name, (node, count)) in &fields.slots {
            let names = self.names;
            let t = self.of(*node);
            if *count == fields.count {
                row.fields.insert(name.to_string(), t);
            } else {
                // It was looked at for conflicts in it.
                self.names = names;
            }
        }
        let Some((shape, place)) = &fields.other else { return Type::Record(row) };
        let sides = vec![side(apart(&fields.shape, shape), first), side(apart(shape, &fields.shape), place)];
        self.conflict(ConflictKind::Fields, sides);
        row.rest = Some(self.name());
        Type::Record(row)
    }

    fn conflict(&mut self, kind: ConflictKind, sides: Vec<Side>) {
        self.conflicts.push(Conflict { kind, variable: self.variable.to_owned(), sides });
    }

    fn fresh(&mut self) -> Type {
        Type::Var(self.name())
    }

    /// `a` to `z`, then `a26`, `a27`, …, as Apalache names them.
    fn name(&mut self) -> String {
        let at = self.names;
        self.names += 1;
        match u8::try_from(at) {
            Ok(letter @ 0..26) => char::from(b'a' + letter).to_string(),
            _ => format!("a{at}"),
        }
    }
}

fn side(what: String, place: &Place) -> Side {
    Side { what, trace: place.trace, path: place.path.clone() }
}

/// A type within a message.
pub(in crate::types) fn quoted(t: &Type) -> String {
    let text = t.to_string();
    match text.char_indices().nth(LONG) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

/// What a record of one shape has that one of the other has not.
fn apart(shape: &Shape, other: &Shape) -> String {
    let more: Vec<&Str> = shape.names().iter().filter(|name| !other.names().contains(name)).collect();
    let less: Vec<&Str> = other.names().iter().filter(|name| !shape.names().contains(name)).collect();
    let (word, names) = if more.is_empty() { ("without", less) } else { ("with", more) };
    let listed: Vec<String> = names.iter().take(3).map(|name| format!("`{name}`")).collect();
    let others = if names.len() > 3 { ", …" } else { "" };
    format!("a record {word} {}{others}", listed.join(", "))
}
