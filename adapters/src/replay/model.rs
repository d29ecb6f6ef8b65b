//! The model that goes along with a replay.

use itf::{Label, Labels, State, Trace};

use crate::schedule::is_recorded;
use crate::{Action, Fault, FaultKind, Next, Producer, PropertyKind};

/// A producer that re-executes the trace while the system does.
pub(super) struct Model<'a> {
    producer: &'a mut dyn Producer,
    /// The convention of the producer's own states.
    labels: Labels,
    vars: Vec<String>,
    /// The calls of the trace, where they follow from its states.
    learned: Option<std::vec::IntoIter<Action>>,
    /// What was executed.
    way: Vec<Action>,
    pub(super) state: State,
    property: Option<(String, PropertyKind)>,
}

/// What the model did.
pub(super) enum Moved {
    To {
        before: State,
        label: Label,
    },
    /// It has no successor here.
    Disabled(String),
}

impl<'a> Model<'a> {
    /// The model in the initial state of `trace`.
    pub(super) fn new(
        producer: &'a mut dyn Producer,
        trace: &Trace,
        labels: &Labels,
        property: Option<&str>,
    ) -> Result<Self, Fault> {
        let property = match property {
            None => None,
            Some(name) => match producer.property(name) {
                Some(known) => Some((known.name, known.kind)),
                None => return Err(crate::producer::no_property(producer, name)),
            },
        };
        let learned = producer.learn(trace, labels).transpose()?.map(Vec::into_iter);
        let (own, vars) = (producer.labels(), producer.header().vars);
        let state = producer.reset()?;
        Ok(Self { producer, labels: own, vars, learned, way: Vec::new(), state, property })
    }

    /// Whether the model is in the recorded state, as far as that says.
    pub(super) fn is_at(&self, recorded: &State, labels: &Labels) -> bool {
        let hidden = [labels.variables(), self.labels.variables()].concat();
        is_recorded(&self.vars, &hidden, &self.state, recorded)
    }

    /// Takes the step of a label.
    pub(super) fn step(&mut self, label: &Label, index: usize) -> Result<Moved, Fault> {
        let call = match &mut self.learned {
            None => self.producer.call(label)?,
            Some(learned) => learned.next().ok_or_else(|| {
                let message = format!("{} found no call for state {index}", self.producer.name());
                Fault::new(FaultKind::Invalid, message)
            })?,
        };
        match self.producer.execute(&call)? {
            Next::Disabled(why) => Ok(Moved::Disabled(why)),
            Next::State { state, picks } => {
                let mut call = call;
                if let Some(picks) = picks {
                    call.picks = picks;
                }
                self.way.push(call);
                // What the trace recorded may be stale: what is done follows from the model's own state.
                let label = self.labels.label(&state, index).unwrap_or_else(|_| label.clone());
                let before = std::mem::replace(&mut self.state, state);
                Ok(Moved::To { before, label })
            }
        }
    }

    /// The property that is found in this state.
    pub(super) fn found(&mut self) -> Result<Option<(String, PropertyKind)>, Fault> {
        let Some((name, kind)) = &self.property else { return Ok(None) };
        Ok(kind.is_found(self.producer.holds(name)?).then(|| (name.clone(), *kind)))
    }

    /// What the model allows instead of its last step: the successors of the state before, at most so many, and whether
    /// these are all.
    pub(super) fn allowed(&mut self, most: usize) -> Result<(Vec<(Action, State)>, bool), Fault> {
        let last = self.way.pop();
        self.again()?;
        let allowed = crate::engine::successors(self.producer, &self.way, most);
        self.way.extend(last);
        let allowed = allowed?;
        self.again()?;
        Ok(allowed)
    }

    /// Takes another step instead of the last one.
    pub(super) fn follow(&mut self, call: Action, state: State) -> Result<(), Fault> {
        self.way.pop();
        self.way.push(call);
        self.state = state;
        self.again()
    }

    /// The label of a state that the model allows.
    pub(super) fn label(&self, call: &Action, state: &State) -> Label {
        let named = || Label { name: call.name.clone(), args: call.args.clone() };
        self.labels.label(state, self.way.len()).unwrap_or_else(|_| named())
    }

    /// Goes the way again, from the beginning.
    fn again(&mut self) -> Result<(), Fault> {
        self.producer.reset()?;
        for call in &self.way {
            self.producer.execute(call)?;
        }
        Ok(())
    }
}
