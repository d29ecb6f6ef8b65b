//! Replaying: a trace against a system, step by step, to the first failure.

use itf::{Label, Labels, State, Trace, Value};
use itf_shrink::Failure;

use crate::{Bindings, Consumer, Fault, FaultKind, Judgement, Oracle, Reply, Step, View};

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
        Self { consumer, oracles: Vec::new(), view: None, compare_views: false }
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
            "the trace does not say what its steps did; name the variable with --action".to_owned()
        } else {
            format!(
                "{} does not know every action of the trace: {}; it knows {}",
                self.consumer.name(),
                tried.join(", "),
                known.join(", ")
            )
        };
        Err(Fault::new(FaultKind::Unsupported, message))
    }

    /// Replays a trace, and tells `on_step` of every step.
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
        let Some(initial) = trace.states.first() else {
            return Err(Fault::new(FaultKind::Invalid, "the trace has no states"));
        };
        let mut run = match self.begin(initial) {
            Ok(run) => run,
            Err(fault) => {
                let end = End::Broken(0, fault);
                return Ok(Replay { steps: Vec::new(), end, bindings: Bindings::default() });
            }
        };
        let mut steps = Vec::new();
        for (index, pair) in (1..).zip(trace.states.windows(2)) {
            let label = labels.label(&pair[1], index);
            let label = label.map_err(|e| Fault::new(FaultKind::Invalid, e.to_string()))?;
            let outcome = run.step(self, index, &pair[0], &pair[1], &label);
            let (reply, judged) = match outcome {
                Ok(done) => done,
                Err(fault) => {
                    return Ok(Replay { steps, end: End::Broken(index, fault), bindings: run.bindings });
                }
            };
            let unknown = if let Judgement::Unknown(why) = &judged { Some(why.clone()) } else { None };
            let step = ReplayedStep { index, label, reply, unknown };
            on_step(&step);
            steps.push(step);
            if let Judgement::Fail(failure) = judged {
                return Ok(Replay { steps, end: End::Failed(failure), bindings: run.bindings });
            }
        }
        Ok(Replay { steps, end: End::Agreed, bindings: run.bindings })
    }

    /// Brings the system into the initial state, and forgets the run before.
    pub(crate) fn begin(&mut self, initial: &State) -> Result<Run, Fault> {
        for oracle in &mut self.oracles {
            oracle.reset();
        }
        let reply = self.consumer.reset(initial)?;
        let mut run = Run { bindings: Bindings::default() };
        run.bind(&reply);
        Ok(run)
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

/// A run in progress.
pub(crate) struct Run {
    bindings: Bindings,
}

impl Run {
    fn bind(&mut self, reply: &Reply) {
        for (model, system) in &reply.binds {
            self.bindings.bind(model.clone(), system.clone());
        }
    }

    /// Executes one step and asks every oracle; the first failure counts.
    pub(crate) fn step(
        &mut self,
        system: &mut System,
        index: usize,
        before: &State,
        after: &State,
        label: &Label,
    ) -> Result<(Reply, Judgement), Fault> {
        let reply = system.consumer.execute(label)?;
        self.bind(&reply);
        let observed: Option<Value> = system.consumer.observe()?;
        let step = Step {
            index,
            before,
            after,
            label,
            reply: &reply,
            observed: observed.as_ref(),
            bindings: &self.bindings,
        };
        let mut judged = Judgement::Agree;
        let views = system.view.as_deref().filter(|_| system.compare_views).map(crate::SameView::new);
        let mut views = views.into_iter();
        let oracles = system.oracles.iter_mut().map(|o| o.judge(&step));
        for next in oracles.chain(views.by_ref().map(|mut view| view.judge(&step))) {
            match next {
                Judgement::Agree => {}
                Judgement::Unknown(_) => judged = next,
                Judgement::Fail(_) => return Ok((reply, next)),
            }
        }
        Ok((reply, judged))
    }
}
