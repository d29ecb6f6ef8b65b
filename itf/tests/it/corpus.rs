//! Every file of a folder of real traces reads, and reading what was written gives the same trace.
//!
//! `ITF_CORPUS=DIR cargo test -p itf-toolkit --test it corpus`
#![expect(clippy::print_stderr, reason = "says what was not run")]

use std::path::{Path, PathBuf};

use itf::{Layout, Reader};

pub(crate) fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("the corpus is a folder") {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "json" || e == "ndjson") {
            found.push(path);
        }
    }
}

#[test]
fn reads_and_gives_back() {
    let Some(dir) = std::env::var_os("ITF_CORPUS") else {
        eprintln!("NOT RUN: set ITF_CORPUS to a folder of traces to read them all");
        return;
    };
    let mut found = Vec::new();
    files(Path::new(&dir), &mut found);
    assert!(found.len() >= 100, "only {} traces in {}", found.len(), Path::new(&dir).display());
    let mut failed = Vec::new();
    for path in &found {
        let bytes = std::fs::read(path).expect("a readable file");
        let mut reader = Reader::new();
        let traces = match reader.read(&bytes) {
            Ok(traces) => traces,
            Err(error) => {
                failed.push(format!("{}:{error}", path.display()));
                continue;
            }
        };
        for layout in [Layout::Compact, Layout::Canonical] {
            let written: String = traces.iter().map(|t| itf::to_string(t, layout)).collect();
            match reader.read(written.as_bytes()) {
                Ok(again) if again == traces => {}
                Ok(_) => failed.push(format!("{}: {layout:?} gives another trace", path.display())),
                Err(error) => failed.push(format!("{}: {layout:?} does not read: {error}", path.display())),
            }
        }
    }
    assert!(failed.is_empty(), "{} of {} files:\n{}", failed.len(), found.len(), failed.join("\n"));
    eprintln!("{} files of the corpus read and given back", found.len());
}

/// As plain JSON, every trace comes back: nothing of its states is lost, and nothing is told to be.
#[test]
fn is_plain_json_and_comes_back() {
    let Some(dir) = std::env::var_os("ITF_CORPUS") else {
        eprintln!("NOT RUN: set ITF_CORPUS to a folder of traces to take them through plain JSON");
        return;
    };
    let mut found = Vec::new();
    files(Path::new(&dir), &mut found);
    let mut failed = Vec::new();
    for path in &found {
        let bytes = std::fs::read(path).expect("a readable file");
        for trace in Reader::new().read(&bytes).unwrap_or_default() {
            let plain = itf::export::to_plain(&trace);
            let states = |trace: &itf::Trace| -> Vec<itf::Value> {
                trace.states.iter().map(|state| itf::Value::Record(state.value.clone()).unified()).collect()
            };
            match itf::export::from_plain(&plain.text) {
                Ok(back) if states(&back) == states(&trace) && back.loop_index == trace.loop_index => {}
                Ok(_) => failed.push(format!("{}: another trace comes back", path.display())),
                Err(error) => failed.push(format!("{}: {error}", path.display())),
            }
            failed.extend(plain.notes.iter().filter(|note| note.contains("come back as")).cloned());
        }
    }
    assert!(failed.is_empty(), "{} of {} files:\n{}", failed.len(), found.len(), failed.join("\n"));
    eprintln!("{} files of the corpus were plain JSON in between", found.len());
}
