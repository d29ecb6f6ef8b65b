//! Findings that come to the same trace are one bug.

use itf::{Record, Trace};

use crate::output::{Terminal, counted};

/// The bugs so far: what identifies each, and the names of its findings.
#[derive(Default)]
pub(super) struct Groups(Vec<(String, Vec<Record>, Vec<String>)>);

impl Groups {
    /// Adds a finding; whether its bug is a new one.
    pub(super) fn add(&mut self, name: &str, failure: &itf_shrink::Failure, trace: &Trace) -> bool {
        let identity = format!("{} at {}", failure.kind, failure.site);
        let states: Vec<Record> = trace.states.iter().map(|state| state.value.clone()).collect();
        let known = self.0.iter_mut().find(|(known, form, _)| *known == identity && *form == states);
        if let Some((_, _, names)) = known {
            names.push(name.to_owned());
            return false;
        }
        self.0.push((identity, states, vec![name.to_owned()]));
        true
    }

    /// Tells them, if there were several findings.
    pub(super) fn tell(&self, terminal: &Terminal) {
        let findings = self.0.iter().map(|(_, _, names)| names.len()).sum();
        if findings < 2 {
            return;
        }
        terminal.note(&format!("{}, {}", counted(findings, "finding"), counted(self.0.len(), "bug")));
        for (number, (identity, states, names)) in (1..).zip(&self.0) {
            terminal.note(&format!(
                "bug {number}: {identity}, {}: {}",
                counted(states.len(), "state"),
                names.join(", ")
            ));
        }
    }
}
