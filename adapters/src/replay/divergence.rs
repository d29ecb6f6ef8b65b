//! Where model and system part: what was expected, what was observed, in the model's words, and only what differs.

use std::fmt;

use itf::diff::{Change, diff_states};
use itf::{Label, Path, Record, State, Value};

/// One difference between what the model expects and what was observed of the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discrepancy {
    /// Where in the view.
    pub path: Path,
    /// What is wrong.
    pub kind: DiscrepancyKind,
    /// What the model expects there, if it expects something.
    pub expected: Option<Value>,
    /// What was observed there, if something was.
    pub observed: Option<Value>,
}

/// What is wrong at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiscrepancyKind {
    /// The model has it, the system does not.
    Missing,
    /// The system has it, the model does not.
    Unexpected,
    /// They have different values.
    WrongValue,
    /// The system does not show it at all.
    NotObserved,
}

impl DiscrepancyKind {
    /// The word for it.
    ///
    /// ```
    /// assert_eq!(itf_adapters::DiscrepancyKind::WrongValue.word(), "wrong value");
    /// ```
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unexpected => "unexpected",
            Self::WrongValue => "wrong value",
            Self::NotObserved => "not observed",
        }
    }
}

impl fmt::Display for Discrepancy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, kind, expected, observed } = self;
        match (expected, observed) {
            (Some(expected), Some(observed)) => write!(f, "{path}: expected {expected}, observed {observed}"),
            (Some(value), None) | (None, Some(value)) => write!(f, "{path}: {} {value}", kind.word()),
            (None, None) => write!(f, "{path}: {}", kind.word()),
        }
    }
}

/// What an observed view has otherwise than the expected one. Fields that the system does not show are `not observed`; of
/// a system that shows what it likes (`partial`) they are no discrepancy.
///
/// ```
/// use itf::{Record, Value};
/// use itf_adapters::discrepancies;
/// let view = |plans: &[&str]| Record::from_iter([("plans", Value::set(plans.iter().copied()))]);
/// let found = discrepancies(&view(&["a", "b"]), &view(&["b", "c"]), false);
/// let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
/// assert_eq!(lines, [r#"plans{}: missing "a""#, r#"plans{}: unexpected "c""#]);
/// ```
pub fn discrepancies(expected: &Record, observed: &Record, partial: bool) -> Vec<Discrepancy> {
    let shown: Record = expected
        .iter()
        .filter(|(name, _)| !partial || observed.get(name).is_some())
        .map(|(name, value)| (name, value.clone()))
        .collect();
    let diff = diff_states(&State::from(shown), &State::from(observed.clone()));
    let each = diff.differences.into_iter().map(|difference| {
        let path = difference.path;
        let whole = path.segments().len() == 1;
        let (kind, expected, observed) = match difference.change {
            Change::Removed { old } if whole => (DiscrepancyKind::NotObserved, Some(old), None),
            Change::Removed { old } => (DiscrepancyKind::Missing, Some(old), None),
            Change::Added { new } => (DiscrepancyKind::Unexpected, None, Some(new)),
            Change::Replaced { old, new } | Change::Renamed { old, new } => {
                (DiscrepancyKind::WrongValue, Some(old), Some(new))
            }
            // A kind of change that is not known yet.
            _ => (DiscrepancyKind::WrongValue, None, None),
        };
        Discrepancy { path, kind, expected, observed }
    });
    each.collect()
}

/// What there is to say where a system went wrong, beside the failure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Divergence {
    /// What the system looked like otherwise than the model expects, in the model's words; nothing where they look the
    /// same, or the system cannot be seen.
    pub discrepancies: Vec<Discrepancy>,
    /// Of the steps that the model allows, the one that leads to what is most like the system.
    pub nearest: Option<Nearest>,
}

/// A step that the model allows, and how far from it the system is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    /// What the step does.
    pub label: Label,
    /// What the system looks like otherwise.
    pub discrepancies: Vec<Discrepancy>,
    /// How many steps the model allows.
    pub allowed: usize,
}
