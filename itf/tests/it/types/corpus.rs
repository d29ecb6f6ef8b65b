//! Every file of a folder of real traces: declared types hold, inferred types hold, and both are written and read.
#![expect(clippy::print_stderr, reason = "says what was not run, and what has no type")]

use std::path::Path;

use itf::Reader;
use itf::check::{Code, Severity};
use itf::types::{Type, Types, infer};

#[test]
fn types_of_real_traces_hold() {
    let Some(dir) = std::env::var_os("ITF_CORPUS") else {
        eprintln!("NOT RUN: set ITF_CORPUS to a folder of traces to infer their types");
        return;
    };
    let mut found = Vec::new();
    crate::corpus::files(Path::new(&dir), &mut found);
    let (mut failed, mut conflicting, mut declared, mut typed_traces) = (Vec::new(), Vec::new(), 0, 0);
    for path in &found {
        let bytes = std::fs::read(path).expect("a readable file");
        let mut reader = Reader::new();
        for document in reader.documents(&bytes) {
            let document = document.expect("ITF");
            let trace = &document.trace;
            declared += usize::from(!Types::declared(trace).0.is_empty());
            for finding in itf::check::check(&document, false) {
                let is_type = (Code::TypeMismatch..=Code::PartlyTyped).contains(&finding.code);
                if is_type && finding.severity != Severity::Note {
                    failed.push(format!("{}: {}", path.display(), finding.message));
                }
            }
            let inferred = infer([trace]);
            for (name, t) in inferred.types.iter() {
                if t.to_string().parse::<Type>().as_ref() != Ok(t) {
                    failed.push(format!("{}: {name}: {t} is not parsed", path.display()));
                }
            }
            if let Some(conflict) = inferred.conflicts.first() {
                conflicting.push(format!("{}: {}: {conflict}", path.display(), conflict.variable));
            }
            let typed = trace.with_types(&inferred.types);
            let (types, bad) = Types::declared(&typed);
            typed_traces += 1;
            failed.extend(bad.iter().map(|bad| format!("{}: with types: {}", path.display(), bad.message)));
            failed.extend(
                types.check(&typed).iter().map(|told| format!("{}: with types: {told}", path.display())),
            );
        }
    }
    assert!(failed.is_empty(), "{} failures:\n{}", failed.len(), failed.join("\n"));
    eprintln!(
        "{declared} traces declare types, {typed_traces} were given types, {} have conflicts",
        conflicting.len()
    );
    for conflict in conflicting {
        eprintln!("  {conflict}");
    }
}
