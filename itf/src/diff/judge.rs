//! Which differences between two traces count.

use super::difference::{Change, Difference};
use super::rules::{Rule, Rules};
use crate::path::{Path, Segment};
use crate::pattern::Pattern;
use crate::value::{Int, Str, Value};

/// The rules that are about two values, not one.
#[derive(Default)]
pub(super) struct Judge {
    tolerances: Vec<(Pattern, Int)>,
    partial: bool,
    pub(super) keys: Vec<(Pattern, Vec<Str>)>,
}

/// By which rule a difference does not count, as it would be typed.
pub(super) const PARTIAL: &str = "--partial";

impl Judge {
    pub(super) fn new(rules: &Rules) -> Self {
        let mut judge = Self { partial: rules.partial, ..Self::default() };
        for rule in &rules.rules {
            match rule {
                Rule::Tolerance(at, by) => judge.tolerances.push((at.clone(), by.clone())),
                Rule::Key(at, fields) => judge.keys.push((at.clone(), fields.clone())),
                _ => {}
            }
        }
        judge
    }

    /// Whether every difference counts.
    pub(super) fn is_strict(&self) -> bool {
        self.tolerances.is_empty() && !self.partial
    }

    /// The rule by which the difference does not count, if there is one.
    pub(super) fn excuse(&self, difference: &Difference) -> Option<String> {
        let Difference { path, change } = difference;
        match change {
            Change::Removed { .. }
                if self.partial && matches!(path.segments().last(), Some(Segment::Field(_))) =>
            {
                Some(PARTIAL.to_owned())
            }
            Change::Replaced { old, new } => self.tolerated(path, old, new),
            _ => None,
        }
    }

    fn tolerated(&self, path: &Path, old: &Value, new: &Value) -> Option<String> {
        match (old, new) {
            (Value::Int(a), Value::Int(b)) => {
                let apart = a.to_big() - b.to_big();
                let near = |by: &Int| apart <= by.to_big() && apart >= -by.to_big();
                let (at, by) = self.tolerances.iter().find(|(at, by)| at.covers(path) && near(by))?;
                Some(Rule::Tolerance(at.clone(), by.clone()).to_string())
            }
            // Tuples of which nothing stays are told as a whole.
            (Value::Tuple(a), Value::Tuple(b)) if a.len() == b.len() => {
                let unequal = a.iter().zip(b.iter()).enumerate().filter(|(_, (a, b))| a != b);
                let mut rule = None;
                for (at, (a, b)) in unequal {
                    rule = Some(self.tolerated(&path.clone().index(at), a, b)?);
                }
                rule
            }
            _ => None,
        }
    }
}
