//! Findings while they are counted: one tally for each code.

use std::collections::{BTreeMap, HashSet};

use super::{Code, Finding, Levels};
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
    /// The other sides of the first.
    related: Vec<Path>,
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

    /// Counts a conflict of several places.
    pub(super) fn conflict(&mut self, code: Code, told: &str, sides: impl Iterator<Item = Path>) {
        let mut sides = sides;
        let first = sides.next().unwrap_or_default();
        self.named(code, told, || first);
        let tally = self.0.entry(code).or_default();
        if tally.count == 1 {
            tally.related = sides.collect();
        }
    }

    pub(super) fn has(&self, code: Code) -> bool {
        self.0.contains_key(&code)
    }

    pub(super) fn finish(self, levels: &Levels) -> Vec<Finding> {
        let finding = |(code, tally): (Code, Tally)| {
            let severity = levels.get(code)?;
            let text = code.rule().text;
            let mut paths = tally.paths.into_iter();
            let names = listed(&tally.first_names, tally.names.len());
            Some(Finding {
                code,
                severity,
                message: if names.is_empty() { text.into() } else { format!("{text}: {names}") },
                place: tally.place,
                path: paths.next().unwrap_or_default(),
                more: paths.collect(),
                related: tally.related,
                count: tally.count,
            })
        };
        let mut findings: Vec<Finding> = self.0.into_iter().filter_map(finding).collect();
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
