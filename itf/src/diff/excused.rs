//! What differed and did not count, by rule.

use std::collections::BTreeMap;

use super::difference::Difference;
use super::report::Tolerated;

/// The rule by which states of the observed trace are left out.
pub(super) const INTERMEDIATE: &str = "--intermediate";

#[derive(Default)]
pub(super) struct Excused(BTreeMap<String, Tolerated>);

impl Excused {
    /// Takes what was excused in a pair of states.
    pub(super) fn add<'a>(&mut self, excused: impl Iterator<Item = &'a (String, Difference)>) {
        let mut here: BTreeMap<&str, &Difference> = BTreeMap::new();
        for (rule, difference) in excused {
            here.entry(rule).or_insert(difference);
        }
        for (rule, difference) in here {
            let tolerated = self.of(rule);
            tolerated.states += 1;
            tolerated.example.get_or_insert_with(|| difference.clone());
        }
    }

    /// A state that a rule leaves out.
    pub(super) fn state(&mut self, rule: &str) {
        self.of(rule).states += 1;
    }

    fn of(&mut self, rule: &str) -> &mut Tolerated {
        let new = || Tolerated { rule: rule.to_owned(), states: 0, example: None };
        self.0.entry(rule.to_owned()).or_insert_with(new)
    }

    pub(super) fn finish(&mut self) -> Vec<Tolerated> {
        std::mem::take(&mut self.0).into_values().collect()
    }
}
