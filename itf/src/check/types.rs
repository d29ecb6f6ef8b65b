//! Checks of types: values against what the trace declares, and against each other where it declares nothing.

use super::Code;
use super::findings::Findings;
use crate::path::Path;
use crate::trace::Trace;
use crate::types::{ConflictKind, MismatchKind, Types, examine};

pub(super) fn types(trace: &Trace, findings: &mut Findings) {
    let (types, bad) = Types::declared(trace);
    coverage(trace, &types, findings);
    for bad in &bad {
        findings.named(Code::BadTypeAnnotation, &bad.message, || bad.path.clone());
    }
    let (mismatches, inferred) = examine(trace, &types);
    for mismatch in mismatches {
        let told = format!("{} instead of {}", mismatch.found, mismatch.expected);
        let code = match mismatch.kind {
            MismatchKind::Type => Code::TypeMismatch,
            MismatchKind::Tag => Code::UndeclaredTag,
        };
        findings.named(code, &told, || mismatch.path);
    }
    for conflict in inferred.conflicts {
        let told = conflict.to_string();
        let code = match conflict.kind {
            ConflictKind::Types => Code::TypeConflict,
            ConflictKind::Fields => Code::UnevenRecords,
        };
        findings.conflict(code, &told, conflict.sides.into_iter().map(|side| side.path));
    }
}

/// Whether exactly the variables have types, if any have: Apalache wants that.
fn coverage(trace: &Trace, types: &Types, findings: &mut Findings) {
    if types.is_empty() {
        return;
    }
    let path = |name: &str| Path::root().field("#meta").field("varTypes").field(name);
    let names = trace.variables();
    for name in &names {
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
