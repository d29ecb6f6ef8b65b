//! Checks of types: values against what the trace declares, and against each other where it declares nothing.

use super::Code;
use super::findings::Findings;
use crate::chunk::Chunk;
use crate::path::Path;
use crate::trace::Trace;
use crate::types::{BadType, ConflictKind, Examination, MismatchKind, Types};

/// What is remembered of the types of a trace whose states come one after another.
pub(super) struct Typing {
    types: Types,
    bad: Vec<BadType>,
    examination: Examination,
}

impl Typing {
    /// Of a trace of which all but the states is in `trace`.
    pub(super) fn new(trace: &Trace) -> Self {
        let (types, bad) = Types::declared(trace);
        Self { types, bad, examination: Examination::default() }
    }

    /// Looks at the next states.
    pub(super) fn check(&mut self, chunk: Chunk<'_>, findings: &mut Findings) {
        for mismatch in self.examination.add(chunk, &self.types) {
            let told = format!("{} instead of {}", mismatch.found, mismatch.expected);
            let code = match mismatch.kind {
                MismatchKind::Type => Code::TypeMismatch,
                MismatchKind::Tag => Code::UndeclaredTag,
            };
            findings.named(code, &told, || mismatch.path);
        }
    }

    /// What only all states together say. `names` are those of the variables.
    pub(super) fn finish(self, trace: &Trace, names: &[&str], findings: &mut Findings) {
        coverage(trace, &self.types, names, findings);
        for bad in &self.bad {
            findings.named(Code::BadTypeAnnotation, &bad.message, || bad.path.clone());
        }
        for conflict in self.examination.finish().conflicts {
            let told = conflict.to_string();
            let code = match conflict.kind {
                ConflictKind::Types => Code::TypeConflict,
                ConflictKind::Fields => Code::UnevenRecords,
            };
            findings.conflict(code, &told, conflict.sides.into_iter().map(|side| side.path));
        }
    }
}

/// Whether exactly the variables have types, if any have: Apalache wants that.
fn coverage(trace: &Trace, types: &Types, names: &[&str], findings: &mut Findings) {
    if types.is_empty() {
        return;
    }
    let path = |name: &str| Path::root().field("#meta").field("varTypes").field(name);
    for name in names {
        if types.get(name).is_none() {
            findings.named(Code::PartlyTyped, name, || path(name));
        }
    }
    for (name, _) in types.iter() {
        let is_parameter = trace.params.iter().any(|param| param == name);
        if !is_parameter && !names.contains(&name) {
            findings.named(Code::PartlyTyped, name, || path(name));
        }
    }
}
