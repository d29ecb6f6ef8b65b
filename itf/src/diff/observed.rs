//! Expected against observed: what a system should look like, and what it looks like.

use std::fmt;

use super::difference::{Change, Difference};
use super::judge::{Judge, PARTIAL};
use super::rules::Rules;
use super::sink::Collect;
use super::walk::Walker;
use crate::action::Label;
use crate::value::{Record, Value};

/// What a difference between expected and observed is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Word {
    /// It is expected and not there.
    Missing,
    /// It is there and not expected.
    Unexpected,
    /// Something else is there.
    WrongValue,
    /// Nobody looked: no difference.
    NotObserved,
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "missing",
            Self::Unexpected => "unexpected",
            Self::WrongValue => "wrong value",
            Self::NotObserved => "not observed",
        })
    }
}

/// One thing in which what was observed is not what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What it is called.
    pub word: Word,
    /// Where, and what: what is before is expected, what is after observed.
    pub difference: Difference,
}

/// `missing       packets{}: { id: 1 }`; for a wrong value both sides, a line each.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.difference.path;
        write!(f, "{:<12}  {path}", self.word.to_string())?;
        match (&self.difference.change, self.word) {
            (_, Word::NotObserved) => Ok(()),
            (Change::Replaced { old, new }, _) => {
                write!(f, ": expected {old}, observed {new}")
            }
            (Change::Renamed { old, new }, _) => write!(f, ": expected key {old}, observed key {new}"),
            (Change::Removed { old: value } | Change::Added { new: value }, _) => write!(f, ": {value}"),
        }
    }
}

impl Difference {
    /// What this is called where the value before is expected and the value after observed.
    ///
    /// ```
    /// use itf::{Value, diff::{Word, diff_values}};
    /// let diff = diff_values(&Value::set([1]), &Value::set::<Value>([]));
    /// assert_eq!(diff.differences[0].word(), Word::Missing);
    /// ```
    pub fn word(&self) -> Word {
        match self.change {
            Change::Removed { .. } => Word::Missing,
            Change::Added { .. } => Word::Unexpected,
            Change::Replaced { .. } | Change::Renamed { .. } => Word::WrongValue,
        }
    }
}

/// How what was observed compares with what was expected: made by [`observe`].
///
/// ```
/// use itf::{Record, diff::{Rules, observe}};
/// let expected = Record::from_iter([("root", 1), ("epoch", 5)]);
/// let observed = Record::from_iter([("root", 2)]);
/// let rules = Rules { partial: true, ..Rules::default() };
/// assert_eq!(observe(&expected, &observed, &rules).to_string(), "\
/// wrong value   root: expected 1, observed 2
/// not observed  epoch
/// ");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Observation {
    /// What is wrong, in the order of the paths.
    pub findings: Vec<Finding>,
    /// What was expected and nobody looked at.
    pub not_observed: Vec<Finding>,
    /// What differs and counts as near enough, with the rule that says so.
    pub tolerated: Vec<(String, Difference)>,
    /// How much is wrong, in leaves of values: to tell the nearer of two states.
    pub distance: usize,
}

impl Observation {
    /// Whether nothing is wrong.
    ///
    /// ```
    /// use itf::{Record, diff::{Rules, observe}};
    /// let state = Record::from_iter([("x", 1)]);
    /// assert!(observe(&state, &state, &Rules::default()).agrees());
    /// ```
    pub fn agrees(&self) -> bool {
        self.findings.is_empty()
    }

    /// `agrees`, `differs in one place`, `differs in 3 places`.
    ///
    /// ```
    /// use itf::{Record, diff::{Rules, observe}};
    /// let state = |x: i32| Record::from_iter([("x", x)]);
    /// assert_eq!(observe(&state(1), &state(2), &Rules::default()).summary(), "differs in one place");
    /// ```
    pub fn summary(&self) -> String {
        match self.findings.len() {
            0 => "agrees".to_owned(),
            1 => "differs in one place".to_owned(),
            n => format!("differs in {n} places"),
        }
    }
}

/// One line for each thing, what was not observed and what was tolerated last.
impl fmt::Display for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in self.findings.iter().chain(&self.not_observed) {
            writeln!(f, "{finding}")?;
        }
        for (rule, difference) in &self.tolerated {
            writeln!(f, "{:<12}  {difference} ({rule})", "tolerated")?;
        }
        Ok(())
    }
}

/// Compares what was `observed` with what was `expected`, under `rules`: both are states, or views. Encodings of unit are
/// compared by what they mean.
///
/// ```
/// use itf::{Record, Value, diff::{Rules, Word, observe}};
/// let zone = |names: &[&str]| Record::from_iter([("zone", Value::set(names.iter().copied()))]);
/// let observation = observe(&zone(&["a", "b"]), &zone(&["b", "c"]), &Rules::default());
/// let words: Vec<Word> = observation.findings.iter().map(|finding| finding.word).collect();
/// assert_eq!(words, [Word::Missing, Word::Unexpected]);
/// ```
pub fn observe(expected: &Record, observed: &Record, rules: &Rules) -> Observation {
    let judge = Judge::new(rules);
    let meant = |record: &Record| match Value::Record(rules.project_record(record)).unified() {
        Value::Record(record) => record,
        // Unit, where no field is left.
        _ => Record::default(),
    };
    let mut walker = Walker::with_keys(&judge);
    let mut collect = Collect::default();
    walker.records(&meant(expected), &meant(observed), &mut collect);
    let mut observation = Observation::default();
    for difference in collect.diff.differences {
        let word = difference.word();
        match judge.excuse(&difference) {
            None => {
                observation.distance += walker.weight(&difference);
                observation.findings.push(Finding { word, difference });
            }
            Some(rule) if rule == PARTIAL => {
                observation.not_observed.push(Finding { word: Word::NotObserved, difference });
            }
            Some(rule) => observation.tolerated.push((rule, difference)),
        }
    }
    observation
}

/// A state that would have been right: what [`nearest`] ranks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Candidate {
    /// The place of the state among those that were allowed.
    pub index: usize,
    /// What leads to it.
    pub label: Option<Label>,
    /// How what was observed compares with it.
    pub observation: Observation,
}

/// `action Sync(deployer: "a"), differs in one place`
impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.label {
            Some(label) => write!(f, "action {label}, {}", self.observation.summary()),
            None => write!(f, "successor {}, {}", self.index, self.observation.summary()),
        }
    }
}

/// The successors that were `allowed`, the one that comes nearest to what was `observed` first: that which differs in the
/// fewest places, and of those the one that differs least.
///
/// ```
/// use itf::{Label, Record, diff::{Rules, nearest}};
/// let state = |x: i32, y: i32| Record::from_iter([("x", x), ("y", y)]);
/// let label = |name: &str| Some(Label::new(name, Record::default()));
/// let allowed = [(label("Reset"), state(0, 0)), (label("Incr"), state(2, 5))];
/// let ranked = nearest(&allowed, &state(3, 5), &Rules::default());
/// assert_eq!(ranked[0].to_string(), "action Incr, differs in one place");
/// ```
pub fn nearest(allowed: &[(Option<Label>, Record)], observed: &Record, rules: &Rules) -> Vec<Candidate> {
    let mut ranked: Vec<Candidate> = allowed
        .iter()
        .enumerate()
        .map(|(index, (label, expected))| Candidate {
            index,
            label: label.clone(),
            observation: observe(expected, observed, rules),
        })
        .collect();
    ranked.sort_by_key(|candidate| {
        let observation = &candidate.observation;
        (observation.findings.len(), observation.distance, candidate.index)
    });
    ranked
}
