//! Findings while they are counted: one tally for each code.

use std::collections::{BTreeMap, HashSet};

use super::{Code, Finding};
use crate::path::Path;
use crate::read::{Place, Warning};

/// Further places that are kept.
const MORE: usize = 3;

/// Names that are said in a message before it says how many others there are.
const NAMES: usize = 4;

#[derive(Default)]
pub(super) struct Findings(BTreeMap<Code, Tally>);

#[derive(Default)]
struct Tally {
    place: Option<Place>,
    /// The first places, at most one and [`MORE`].
    paths: Vec<Path>,
    count: usize,
    names: HashSet<String>,
    /// The first names, at most one more than are said.
    first_names: Vec<String>,
}

impl Findings {
    /// Counts one more place. The path is made only if it is one of the first.
    pub(super) fn add(&mut self, code: Code, path: impl FnOnce() -> Path) {
        self.0.entry(code).or_default().count(path);
    }

    /// Counts one more place, and says the name in the message.
    pub(super) fn named(&mut self, code: Code, name: &str, path: impl FnOnce() -> Path) {
        let tally = self.0.entry(code).or_default();
        if !tally.names.contains(name) {
            tally.names.insert(name.to_owned());
            if tally.first_names.len() <= NAMES {
                tally.first_names.push(name.to_owned());
            }
        }
        tally.count(path);
    }

    /// Counts what the reader noticed; it knows the first place only.
    pub(super) fn warned(&mut self, code: Code, warning: &Warning) {
        let tally = Tally {
            place: Some(warning.place.clone()),
            paths: vec![warning.place.path.clone()],
            count: warning.count,
            ..Tally::default()
        };
        self.0.insert(code, tally);
    }

    pub(super) fn has(&self, code: Code) -> bool {
        self.0.contains_key(&code)
    }

    pub(super) fn finish(self, strict: bool) -> Vec<Finding> {
        let finding = |(code, tally): (Code, Tally)| {
            let rule = code.rule();
            let mut paths = tally.paths.into_iter();
            let names = listed(&tally.first_names, tally.names.len());
            Finding {
                code,
                severity: if strict { rule.strict } else { rule.severity },
                message: if names.is_empty() { rule.text.into() } else { format!("{}: {names}", rule.text) },
                place: tally.place,
                path: paths.next().unwrap_or_default(),
                more: paths.collect(),
                count: tally.count,
            }
        };
        let mut findings: Vec<Finding> = self.0.into_iter().map(finding).collect();
        // By code they are already, and the sort is stable.
        findings.sort_by_key(|finding| finding.severity);
        findings
    }
}

impl Tally {
    fn count(&mut self, path: impl FnOnce() -> Path) {
        self.count += 1;
        if self.paths.len() <= MORE {
            self.paths.push(path());
        }
    }
}

/// `a, b, c, d and 3 others`; `first` are the first of `count` names.
fn listed(first: &[String], count: usize) -> String {
    // Nobody is helped by "and 1 other".
    if count <= first.len() {
        return first.join(", ");
    }
    format!("{} and {} others", first[..NAMES].join(", "), count - NAMES)
}
