//! The types that values have, found by looking at all of them.
//!
//! What is seen is only ever added: that a variable was an integer here, a list there, a record with these fields. The
//! types are made at the end. So the order of states and of traces cannot matter, and a conflict knows both of its
//! places.

mod finish;
mod graph;

pub(super) use finish::quoted;
pub(super) use graph::{Graph, Node, Site};

use std::collections::BTreeMap;

use super::Types;
use crate::chunk::Chunk;
use crate::path::{Path, Step};
use crate::quick::QuickSet;
use crate::trace::Trace;

/// The types of the variables and parameters of traces, all together.
///
/// The type of a variable is the smallest that has all of its values, in all states of all traces: tags of variants are
/// put together, and what an empty set, list or map would hold is a type variable. Where there is no such type there is
/// a [`Conflict`]: for records with different fields the type has those that all of them have and a row variable, for
/// strings that look like values of an uninterpreted type beside others it is `Str`, for all else a type variable.
///
/// ```
/// use itf::types::infer;
/// let traces = itf::read(br##"
///     {"vars":["x","y"],"states":[{"x":{"#set":[]},"y":{"tag":"Some","value":"a"}}]}
///     {"vars":["x","y"],"states":[{"x":{"#set":[{"#tup":[1,true]}]},"y":{"tag":"None","value":null}}]}
/// "##)?;
/// let inferred = infer(&traces);
/// assert_eq!(inferred.types.get("x").unwrap().to_string(), "Set(<<Int, Bool>>)");
/// assert_eq!(inferred.types.get("y").unwrap().to_string(), "None(UNIT) | Some(Str)");
/// assert!(inferred.conflicts.is_empty());
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn infer<'a>(traces: impl IntoIterator<Item = &'a Trace>) -> Inferred {
    let mut inference = Inference::default();
    for trace in traces {
        inference.add(trace);
    }
    inference.finish()
}

/// Inference over traces that come one after another.
///
/// ```
/// use itf::types::Inference;
/// let mut inference = Inference::default();
/// for trace in &itf::read(br#"{"vars":["x"],"states":[{"x":true}]}"#)? {
///     inference.add(trace);
/// }
/// assert_eq!(inference.finish().types.get("x").unwrap().to_string(), "Bool");
/// # Ok::<(), itf::ReadError>(())
/// ```
#[derive(Default)]
pub struct Inference {
    graph: Graph,
    variables: BTreeMap<String, Node>,
    traces: usize,
}

/// What was inferred.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inferred {
    /// The type of each variable and parameter that has a value.
    pub types: Types,
    /// Where values have no type together, by variable.
    pub conflicts: Vec<Conflict>,
}

/// Values that have no type together.
///
/// ```
/// let traces = itf::read(br#"{"vars":["x"],"states":[{"x":[1]},{"x":["a"]}]}"#)?;
/// let conflict = &itf::types::infer(&traces).conflicts[0];
/// assert_eq!(conflict.to_string(), "`Int` at states[0].x[0] and `Str` at states[1].x[0]");
/// assert_eq!(conflict.sides[1].path.to_string(), "states[1].x[0]");
/// # Ok::<(), itf::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conflict {
    /// What kind of conflict it is.
    pub kind: ConflictKind,
    /// The variable.
    pub variable: String,
    /// The types or kinds of record that were found, at least two.
    pub sides: Vec<Side>,
}

/// What kind of conflict it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConflictKind {
    /// Values of different types.
    Types,
    /// Records with different fields: Type System 1 had a type for them, and Apalache wrote such traces until 2022.
    Fields,
}

/// One side of a [`Conflict`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Side {
    /// What is there: a type, or a record with or without some fields.
    pub what: String,
    /// In which of the traces, counted from 0 in the order in which they were added, it was first.
    pub trace: usize,
    /// Where it was first.
    pub path: Path,
}

impl std::fmt::Display for Conflict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let several = self.sides.iter().any(|side| side.trace != self.sides[0].trace);
        for (at, side) in self.sides.iter().enumerate() {
            let before = if at == 0 { "" } else { " and " };
            write!(f, "{before}{} at {}", side.what, side.path)?;
            if several {
                write!(f, " of trace {}", side.trace + 1)?;
            }
        }
        Ok(())
    }
}

impl Inference {
    /// Looks at all values of a trace.
    ///
    /// ```
    /// itf::types::Inference::default().add(&itf::Trace::default());
    /// ```
    pub fn add(&mut self, trace: &Trace) {
        self.add_others(Chunk::whole(&trace.states), &Types::default());
        self.traces += 1;
    }

    /// Looks at all values of the next states of a trace but those of the variables in `known`.
    pub(crate) fn add_others(&mut self, chunk: Chunk<'_>, known: &Types) {
        let mut site = Site { seen: QuickSet::default(), path: Vec::new(), trace: self.traces };
        site.path.push(Step::Name("states"));
        chunk.for_each_change(|at, name, value| {
            if known.get(name).is_some() {
                return;
            }
            let node = match self.variables.get(name.as_str()) {
                Some(node) => *node,
                None => *self.variables.entry(name.to_string()).or_insert(self.graph.node()),
            };
            site.path.truncate(1);
            site.path.extend([Step::Index(at), Step::Field(name)]);
            self.graph.add(node, value, &mut site);
        });
    }

    /// The types of what was seen.
    ///
    /// ```
    /// assert!(itf::types::Inference::default().finish().types.is_empty());
    /// ```
    pub fn finish(&self) -> Inferred {
        let mut inferred = Inferred::default();
        for (name, node) in &self.variables {
            let t = self.graph.finish(*node, name, &mut inferred.conflicts);
            inferred.types.insert(name, t);
        }
        inferred
    }
}

/// The name of the uninterpreted type of a string that has the suffix of one: `PERSON` of `c1_OF_PERSON`.
pub(super) fn uninterpreted(text: &str) -> Option<&str> {
    const MARK: &str = "_OF_";
    // Most strings have none.
    memchr::memchr(b'_', text.as_bytes())?;
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let mut end = text.len();
    // What is before the mark may have one, too.
    while let Some(at) = text[..end].rfind(MARK) {
        let (before, name) = (&text[..at], &text[at + MARK.len()..]);
        if super::parse::is_constant(name) && plain(before) {
            return Some(name);
        }
        // Two marks may share a character.
        end = at + MARK.len() - 1;
    }
    None
}
