//! Replaying: a trace against a system, step by step, to the first failure.

mod divergence;
mod explain;
mod model;
mod replayer;
mod run;

use itf::{Label, Labels, Trace, Value};
use itf_shrink::Failure;

use crate::{Bindings, Consumer, Fault, FaultKind, Oracle, Reply, View};

pub use divergence::{Discrepancy, DiscrepancyKind, Divergence, Nearest, discrepancies};
pub use explain::{Explain, explain};
pub use replayer::Replayer;
pub(crate) use run::{Judges, Run};

/// The kinds of failure that replays find by themselves: an outcome that is not the expected one, a view that differs, a step
/// that the model does not allow, a property of the view or of the model.
///
/// ```
/// assert!(itf_adapters::KINDS.contains(&"outcome"));
/// ```
pub const KINDS: [&str; 5] = ["outcome", "view", "not allowed", "invariant", "example"];

/// A system under test with what judges it.
pub struct System {
    /// Its driver.
    pub consumer: Box<dyn Consumer>,
    /// What judges its steps, asked in this order.
    pub oracles: Vec<Box<dyn Oracle>>,
    /// How it is compared with a model, if it can be.
    pub view: Option<Box<dyn View>>,
    /// Whether whole views are compared, too.
    pub compare_views: bool,
    /// The kinds of failure that it has by its own account; `None` if nobody has said which.
    pub kinds: Option<Vec<String>>,
}

/// One step of a replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayedStep {
    /// The index of the state that the step made.
    pub index: usize,
    /// What was done.
    pub label: Label,
    /// What the system answered.
    pub reply: Reply,
    /// Why an oracle did not know, if one did not.
    pub unknown: Option<String>,
    /// Why the step was left out, on both sides: the model, which went along, has no successor for it here.
    pub skipped: Option<String>,
    /// What the model did instead of what the trace says, because the system did it and the model allows it.
    pub followed: Option<Label>,
}

/// How a replay ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The system did everything right.
    Agreed,
    /// The system did something wrong in the last step.
    Failed(Failure),
    /// Trouble that says nothing about the system, in the step with this index.
    Broken(usize, Fault),
}

/// A replay: the steps up to the one that ended it, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// The steps, without the initial one.
    pub steps: Vec<ReplayedStep>,
    /// How it ended.
    pub end: End,
    /// What stood for what in the end.
    pub bindings: Bindings,
    /// Where the system went wrong, what it looked like.
    pub divergence: Divergence,
    /// The first recorded state, by index, that the model, which went along, did not reach: the trace was edited, or is of
    /// another spec.
    pub edited_at: Option<usize>,
    /// What went wrong and does not count, because of its kind: each identity once.
    pub left_out: Vec<Failure>,
    /// In how many steps the views of model and system were compared, and were the same.
    pub same_views: usize,
    /// What the system, that went wrong later, looked like otherwise than the model right after it was reset.
    pub at_reset: Vec<Discrepancy>,
}

impl Replay {
    /// The failure, if the system did something wrong.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.end {
            End::Failed(failure) => Some(failure),
            _ => None,
        }
    }
}

impl System {
    /// A system that nothing judges yet.
    ///
    /// ```
    /// # use itf::{Label, State, Value};
    /// # use itf_adapters::{Consumer, Fault, Reply, System};
    /// # struct Lamp;
    /// # impl Consumer for Lamp {
    /// #     fn name(&self) -> String { "lamp".into() }
    /// #     fn actions(&self) -> Vec<String> { vec!["Toggle".into()] }
    /// #     fn reset(&mut self, _: &State) -> Result<Reply, Fault> { Ok(Reply::new("reset")) }
    /// #     fn execute(&mut self, _: &Label) -> Result<Reply, Fault> { Ok(Reply::new("lit")) }
    /// #     fn observe(&mut self) -> Result<Option<Value>, Fault> { Ok(None) }
    /// # }
    /// assert!(System::new(Box::new(Lamp)).oracles.is_empty());
    /// ```
    pub fn new(consumer: Box<dyn Consumer>) -> Self {
        Self { consumer, oracles: Vec::new(), view: None, compare_views: false, kinds: None }
    }

    /// Whether there is a failure of this kind: one of those that replays know, or of the system's own; `None` if the
    /// system has not said which it has.
    ///
    /// ```
    /// # use itf::{Label, State, Value};
    /// # use itf_adapters::{Consumer, Fault, Reply, System};
    /// # struct Lamp;
    /// # impl Consumer for Lamp {
    /// #     fn name(&self) -> String { "lamp".into() }
    /// #     fn actions(&self) -> Vec<String> { vec!["Toggle".into()] }
    /// #     fn reset(&mut self, _: &State) -> Result<Reply, Fault> { Ok(Reply::new("reset")) }
    /// #     fn execute(&mut self, _: &Label) -> Result<Reply, Fault> { Ok(Reply::new("lit")) }
    /// #     fn observe(&mut self) -> Result<Option<Value>, Fault> { Ok(None) }
    /// # }
    /// let mut lamp = System::new(Box::new(Lamp));
    /// assert_eq!((lamp.has_kind("view"), lamp.has_kind("outage")), (Some(true), None));
    /// lamp.kinds = Some(vec!["outage".into()]);
    /// assert_eq!((lamp.has_kind("outage"), lamp.has_kind("outge")), (Some(true), Some(false)));
    /// ```
    pub fn has_kind(&self, kind: &str) -> Option<bool> {
        if KINDS.contains(&kind) {
            return Some(true);
        }
        self.kinds.as_ref().map(|own| own.iter().any(|known| known == kind))
    }

    /// The convention by which `trace` says what its steps did, such that the system knows every label; `given` is the
    /// one the user named.
    ///
    /// # Errors
    ///
    /// `unsupported`, if the trace has no labels, or labels the system does not know; with what was tried.
    pub fn labels(&self, trace: &Trace, given: Option<&Labels>) -> Result<Labels, Fault> {
        let known = self.consumer.actions();
        let candidates = given.map_or_else(|| Labels::candidates(trace), |labels| vec![labels.clone()]);
        let mut tried = Vec::new();
        for labels in candidates {
            match unknown_label(trace, &labels, &known)? {
                None => return Ok(labels),
                Some(name) => tried.push(format!("{labels} has `{name}`")),
            }
        }
        let message = if tried.is_empty() {
            unlabelled(trace)
        } else {
            let knows = if known.is_empty() {
                "it names none".to_owned()
            } else {
                format!("it knows {}", known.join(", "))
            };
            format!(
                "{} does not know every action of the trace: {}; {knows}",
                self.consumer.name(),
                tried.join(", ")
            )
        };
        Err(Fault::new(FaultKind::Unsupported, message))
    }

    /// Replays a trace, and tells `on_step` of every step. [`Replayer`] knows more ways to judge.
    ///
    /// # Errors
    ///
    /// A trace without states, or with a step that has no label. Trouble with the system is an [`End`], not an error.
    pub fn replay(
        &mut self,
        trace: &Trace,
        labels: &Labels,
        on_step: &mut dyn FnMut(&ReplayedStep),
    ) -> Result<Replay, Fault> {
        Replayer::new(self).replay(trace, labels, on_step)
    }
}

/// The trace does not say what its steps did; the variables that look as if they did are named.
///
/// ```
/// let trace = &itf::read(br#"{"vars":["did"],"states":[{"did":{"tag":"Tick","value":{}}}]}"#)?[0];
/// assert!(itf_adapters::unlabelled(trace).ends_with("`did` looks like it: --action variant:did"));
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn unlabelled(trace: &Trace) -> String {
    const WHAT: &str = "the trace does not say what its steps did; name the variable with --action";
    let always = |name: &String| {
        let values = trace.states.iter().map(|state| state.get(name));
        !trace.states.is_empty() && values.clone().all(|v| matches!(v, Some(Value::Variant(_))))
    };
    match trace.vars.iter().find(|name| always(name)) {
        Some(name) => format!("{WHAT}; `{name}` looks like it: --action variant:{name}"),
        None => WHAT.to_owned(),
    }
}

/// The first label that is not among the known.
fn unknown_label(trace: &Trace, labels: &Labels, known: &[String]) -> Result<Option<String>, Fault> {
    for (index, state) in trace.states.iter().enumerate().skip(1) {
        let label = labels.label(state, index);
        let label = label.map_err(|e| Fault::new(FaultKind::Invalid, e.to_string()))?;
        if !known.iter().any(|name| *name == *label.name) {
            return Ok(Some(label.name.to_string()));
        }
    }
    Ok(None)
}
