//! Comparing values with declared types: each value once for each place of a type.

mod walk;

use super::infer::{Inference, Inferred};
use super::{Type, Types};
use crate::chunk::Chunk;
use crate::path::{Path, Step};
use crate::trace::Trace;
use crate::value::Value;
use walk::{Check, Known};

/// A value that is not of its declared type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mismatch {
    /// What kind of mismatch it is.
    pub kind: MismatchKind,
    /// Where the value is first; one that is there again unchanged is not told again.
    pub path: Path,
    /// What was expected: a type, or tags.
    pub expected: String,
    /// What was found, in a few words.
    pub found: String,
}

/// What kind of mismatch it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MismatchKind {
    /// The value is not of the type.
    Type,
    /// The value is a variant with a tag that the type does not have.
    Tag,
}

/// `expected `Int`, found a string`.
impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "expected {}, found {}", self.expected, self.found)
    }
}

impl Types {
    /// The values of a trace that are not of these types. Variables without a type are passed over.
    ///
    /// ```
    /// use itf::types::Types;
    /// let types = Types::from_iter([("x", "A({ n: Int }) | B(UNIT)".parse()?)]);
    /// let trace = &itf::read(br#"{"vars":["x"],"states":[{"x":{"tag":"A","value":{"n":true}}}]}"#)?[0];
    /// let mismatch = &types.check(trace)[0];
    /// assert_eq!(mismatch.path.to_string(), "states[0].x~A.n");
    /// assert_eq!(mismatch.to_string(), "expected `Int`, found a boolean");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check(&self, trace: &Trace) -> Vec<Mismatch> {
        declared(Chunk::whole(&trace.states), self, &mut Known::default())
    }
}

impl Type {
    /// Whether a value is of this type.
    ///
    /// ```
    /// use itf::{Value, types::Type};
    /// let t: Type = "Set(PERSON)".parse()?;
    /// assert!(t.has(&Value::set(["c1_OF_PERSON"])) && !t.has(&Value::set(["c1"])));
    /// # Ok::<(), itf::types::TypeError>(())
    /// ```
    pub fn has(&self, value: &Value) -> bool {
        let mut known = Known::default();
        let mut check = Check::new(&mut known);
        check.value(self, value);
        check.mismatches.is_empty() && known.conflicts().is_empty()
    }
}

/// What values do not have their declared types, and what is inferred for the variables without one: of a trace whose
/// states come one after another.
#[derive(Default)]
pub(crate) struct Examination {
    inference: Inference,
    known: Known,
}

impl Examination {
    /// Looks at the next states: those of their values that are not of their types.
    pub(crate) fn add(&mut self, chunk: Chunk<'_>, types: &Types) -> Vec<Mismatch> {
        self.inference.add_others(chunk, types);
        declared(chunk, types, &mut self.known)
    }

    /// What came of all states together.
    pub(crate) fn finish(&self) -> Inferred {
        let mut inferred = self.inference.finish();
        inferred.conflicts.append(&mut self.known.conflicts());
        inferred
    }
}

fn declared(chunk: Chunk<'_>, types: &Types, known: &mut Known) -> Vec<Mismatch> {
    if types.is_empty() {
        return Vec::new();
    }
    let mut check = Check::new(known);
    check.site.path.push(Step::Name("states"));
    chunk.for_each_change(|at, name, value| {
        if let Some((name_of_type, t)) = types.entry(name) {
            check.variable = name_of_type;
            check.site.path.truncate(1);
            check.site.path.extend([Step::Index(at), Step::Field(name)]);
            check.value(t, value);
        }
    });
    check.mismatches
}
