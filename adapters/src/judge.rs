//! Oracles: what decides whether a step of the system was right.

use itf::{Label, Path, State, Value};
use itf_shrink::Failure;

use crate::replay::{Discrepancy, DiscrepancyKind, discrepancies};
use crate::{Bindings, Reply, View};

/// One step of a run, as an oracle sees it.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// The index of the state that the step made.
    pub index: usize,
    /// The model's state before the step.
    pub before: &'a State,
    /// The model's state after it.
    pub after: &'a State,
    /// What was done.
    pub label: &'a Label,
    /// What the system answered.
    pub reply: &'a Reply,
    /// What the system looks like after the step, if it can be seen.
    pub observed: Option<&'a Value>,
    /// What stands for what.
    pub bindings: &'a Bindings,
}

/// What an oracle says of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// The step was right.
    Agree,
    /// Nobody knows, and why.
    Unknown(String),
    /// The step was wrong.
    Fail(Failure),
}

/// Judges the steps of a run.
pub trait Oracle {
    /// Forgets the run before.
    fn reset(&mut self) {}

    /// Whether it looks at the reply and the observation only, so that it can judge where no model is: at the other end
    /// of the protocol.
    fn is_of_system(&self) -> bool {
        false
    }

    /// Whether it looks at what was observed, so that it may change its mind when the system is observed again.
    fn observes(&self) -> bool {
        true
    }

    /// Judges one step.
    fn judge(&mut self, step: &Step<'_>) -> Judgement;
}

/// Judges by outcome: for each label the words that are right. A label without a word may have any outcome.
///
/// The failure's kind is `outcome`, its site the label, what was expected and what came: a refusal where an install was
/// due is another failure than an idle deployer.
///
/// ```
/// use itf_adapters::Outcomes;
/// let outcomes = Outcomes::new([("Deploy", &["installed"][..]), ("Backoff", &["refused"][..])]);
/// assert_eq!(outcomes.expected("Deploy"), Some(&["installed".to_owned()][..]));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Outcomes {
    words: Vec<(String, Vec<String>)>,
}

impl Outcomes {
    /// The oracle that knows these words.
    ///
    /// ```
    /// assert!(itf_adapters::Outcomes::new([]).expected("Deploy").is_none());
    /// ```
    pub fn new<'a>(words: impl IntoIterator<Item = (&'a str, &'a [&'a str])>) -> Self {
        let owned = |(label, words): (&str, &[&str])| {
            (label.to_owned(), words.iter().map(|&word| word.to_owned()).collect())
        };
        Self { words: words.into_iter().map(owned).collect() }
    }

    /// The words that are right for a label.
    ///
    /// ```
    /// let outcomes = itf_adapters::Outcomes::new([("Sync", &["ok"][..])]);
    /// assert!(outcomes.expected("Sync").is_some());
    /// ```
    pub fn expected(&self, label: &str) -> Option<&[String]> {
        self.words.iter().find(|(name, _)| name == label).map(|(_, words)| words.as_slice())
    }
}

impl Oracle for Outcomes {
    fn is_of_system(&self) -> bool {
        true
    }

    fn observes(&self) -> bool {
        false
    }

    fn judge(&mut self, step: &Step<'_>) -> Judgement {
        let Some(words) = self.expected(&step.label.name) else { return Judgement::Agree };
        if words.contains(&step.reply.outcome) {
            return Judgement::Agree;
        }
        let expected = words.join(" or ");
        Judgement::Fail(Failure::new(
            "outcome",
            format!("{}: {expected} -> {}", step.label.name, step.reply.outcome),
            format!("expected {expected}, the system answered {}", step.reply),
        ))
    }
}

/// Judges by the system's own account: a reply with a [`failure`](Reply::failure) is one.
///
/// ```
/// assert!(itf_adapters::Oracle::is_of_system(&itf_adapters::OwnAccount));
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct OwnAccount;

impl Oracle for OwnAccount {
    fn is_of_system(&self) -> bool {
        true
    }

    fn observes(&self) -> bool {
        false
    }

    fn judge(&mut self, step: &Step<'_>) -> Judgement {
        step.reply.failure.clone().map_or(Judgement::Agree, Judgement::Fail)
    }
}

/// Judges by view: model and system must look the same.
///
/// The failure's kind is `view`, its site the fields of the view that differ.
pub struct SameView<'a> {
    view: &'a dyn View,
}

impl<'a> SameView<'a> {
    /// The oracle that compares through `view`.
    pub fn new(view: &'a dyn View) -> Self {
        Self { view }
    }
}

impl Oracle for SameView<'_> {
    fn judge(&mut self, step: &Step<'_>) -> Judgement {
        let Some(observed) = step.observed else {
            return Judgement::Unknown("the system cannot be seen".into());
        };
        if let Some(name) = self.view.lacks(step.after) {
            return Judgement::Unknown(format!("the model has no `{name}`, which is in the view"));
        }
        let expected = self.view.of_model(step.after);
        let observed = self.view.of_system(observed, step.bindings);
        if expected == observed {
            return Judgement::Agree;
        }
        let found = discrepancies(&expected, &observed, self.view.is_partial());
        let (hidden, wrong): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|one| one.kind == DiscrepancyKind::NotObserved);
        if wrong.is_empty() {
            let names: Vec<String> = hidden.iter().map(|one| one.path.to_string()).collect();
            if names.is_empty() {
                return Judgement::Agree;
            }
            return Judgement::Unknown(format!("not observed: {}", names.join(", ")));
        }
        Judgement::Fail(Failure::new("view", sites(&wrong).join(", "), told(&wrong)))
    }
}

/// The fields in which two views differ, each once.
pub(crate) fn sites(wrong: &[Discrepancy]) -> Vec<String> {
    let field = |one: &Discrepancy| one.path.segments().iter().take(1).cloned().collect::<Path>().to_string();
    let mut sites: Vec<String> = wrong.iter().map(field).collect();
    sites.sort();
    sites.dedup();
    sites
}

/// Differences in one line: all of a few, of many how many there are.
fn told(wrong: &[Discrepancy]) -> String {
    const FEW: usize = 4;
    let mut lines: Vec<String> = wrong.iter().take(FEW).map(ToString::to_string).collect();
    if wrong.len() > FEW {
        lines.push(format!("… {} more", wrong.len() - FEW));
    }
    lines.join("; ")
}
