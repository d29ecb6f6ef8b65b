//! A state machine as a producer.

use std::ops::ControlFlow;

use itf::{Label, Labels, Path, Record, State, Trace, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::machine::StateMachine;
use super::space::MachineSpace;
use super::variants::variants_of;
use crate::engine::{Breadth, breadth_first};
use crate::producer::no_property;
use crate::{
    Action, Fault, FaultKind, Next, Producer, Property, Search, SearchReport, Shortest, search_space, walked,
};

/// The variable that says what a step did.
const ACTION: &str = "action";

/// A [`StateMachine`] as a [`Producer`]: its traces have the variable `action`, a variant, beside those of its states.
///
/// ```
/// # use itf_adapters::{Producer, Spec, StateMachine};
/// # struct Clock;
/// # impl StateMachine for Clock {
/// #     type State = u32;
/// #     type Action = String;
/// #     fn init(&self) -> u32 { 0 }
/// #     fn step(&self, hour: &u32, _: &String) -> Option<u32> { Some((hour + 1) % 12) }
/// # }
/// let mut clock = Spec::new("clock", Clock);
/// assert_eq!(clock.reset()?.get("state"), Some(&0.into()));
/// # Ok::<(), itf_adapters::Fault>(())
/// ```
pub struct Spec<M: StateMachine> {
    name: String,
    machine: M,
    state: M::State,
    /// The initial state of the trace that was learned last.
    start: M::State,
    snapshots: Vec<M::State>,
}

impl<M: StateMachine> Spec<M> {
    /// The machine, in its initial state.
    ///
    /// ```
    /// # use itf_adapters::{Producer, Spec, StateMachine};
    /// fn named<M: StateMachine>(machine: M) -> String { Spec::new("mine", machine).name() }
    /// ```
    pub fn new(name: &str, machine: M) -> Self {
        let state = machine.init();
        Self { name: name.to_owned(), start: state.clone(), state, machine, snapshots: Vec::new() }
    }

    fn holds_in(&self, property: &str, state: &M::State) -> Result<bool, Fault> {
        let properties = self.machine.properties();
        let found = properties.iter().find(|known| known.name == property);
        found.map(|p| (p.holds)(&self.machine, state)).ok_or_else(|| no_property(self, property))
    }

    /// The states that actions lead to, from the initial one.
    fn states(&self, actions: &[M::Action]) -> Result<Vec<State>, Fault> {
        let mut state = self.machine.init();
        let mut states = vec![shown(&state, &Label::new("init", Record::default()))?];
        for action in actions {
            state = self.machine.step(&state, action).ok_or_else(|| {
                Fault::new(FaultKind::Failed, "an action that was enabled before is not now")
            })?;
            states.push(shown(&state, &label_of(action)?)?);
        }
        Ok(states)
    }
}

impl<M: StateMachine> Producer for Spec<M> {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn header(&self) -> Trace {
        let fields = record_of(&self.machine.init()).unwrap_or_default();
        let vars = fields.names().iter().map(itf::Str::as_str).chain([ACTION]);
        let mut header = Trace::new(vars, []);
        header.meta.set("format", "ITF".into());
        header.meta.set("source", self.name.as_str().into());
        header
    }

    fn labels(&self) -> Labels {
        Labels::Variant(Path::root().field(ACTION))
    }

    fn properties(&self) -> Vec<Property> {
        let properties = self.machine.properties().into_iter();
        properties.map(|p| Property { name: p.name, kind: p.kind }).collect()
    }

    fn actions(&self) -> Vec<String> {
        variants_of::<M::Action>()
    }

    fn reset(&mut self) -> Result<State, Fault> {
        self.state = self.start.clone();
        shown(&self.state, &Label::new("init", Record::default()))
    }

    fn execute(&mut self, action: &Action) -> Result<Next, Fault> {
        let typed: M::Action = action_of(&Label { name: action.name.clone(), args: action.args.clone() })?;
        match self.machine.step(&self.state, &typed) {
            None => Ok(Next::Disabled(format!("{action} has no successor here"))),
            Some(next) => {
                self.state = next;
                Ok(Next::State { state: shown(&self.state, &label_of(&typed)?)?, picks: None })
            }
        }
    }

    fn holds(&mut self, property: &str) -> Result<bool, Fault> {
        self.holds_in(property, &self.state)
    }

    fn call(&self, label: &Label) -> Result<Action, Fault> {
        // Whether it is an action is seen here, and not in the middle of a run.
        action_of::<M::Action>(label)?;
        let mut call = Action::new(&label.name);
        call.args = label.args.clone();
        Ok(call)
    }

    fn learn(&mut self, trace: &Trace, labels: &Labels) -> Option<Result<Vec<Action>, Fault>> {
        let _ = labels;
        self.start = self.machine.init();
        let recorded = &trace.states.first()?.value;
        let same = |state: &M::State| {
            record_of(state).is_ok_and(|ours| {
                ours.iter().all(|(name, value)| {
                    recorded.get(name).is_some_and(|v| v == value || v.unified() == value.unified())
                })
            })
        };
        if let Some(start) = self.machine.initial_states().into_iter().find(|state| same(state)) {
            self.start = start;
        }
        None
    }

    fn enabled(&mut self) -> Result<Vec<Action>, Fault> {
        Ok(self.successors()?.into_iter().map(|(action, _)| action).collect())
    }

    fn successors(&mut self) -> Result<Vec<(Action, State)>, Fault> {
        let mut found = Vec::new();
        for action in self.machine.actions(&self.state) {
            if let Some(next) = self.machine.step(&self.state, &action) {
                let label = label_of(&action)?;
                let state = shown(&next, &label)?;
                let mut call = Action::new(&label.name);
                call.args = label.args;
                found.push((call, state));
            }
        }
        Ok(found)
    }

    fn snapshot(&mut self) -> Result<u64, Fault> {
        self.snapshots.push(self.state.clone());
        Ok(self.snapshots.len() as u64 - 1)
    }

    fn restore(&mut self, snapshot: u64) -> Result<State, Fault> {
        let found = usize::try_from(snapshot).ok().and_then(|number| self.snapshots.get(number));
        let found = found.ok_or_else(|| Fault::new(FaultKind::Invalid, format!("no snapshot {snapshot}")))?;
        self.state = found.clone();
        // What led here is not remembered.
        shown(&self.state, &Label::new("restored", Record::default()))
    }

    fn search(
        &mut self,
        search: &Search,
        found: &mut dyn FnMut(Trace) -> ControlFlow<()>,
    ) -> Result<SearchReport, Fault> {
        let mut header = self.header();
        if let Some(name) = &search.property {
            let property = self.property(name).ok_or_else(|| no_property(self, name))?;
            property.kind.record(&property.name, &mut header.meta);
        }
        let make = || MachineSpace::new(&self.machine, search.property.as_deref());
        search_space(
            &make,
            search,
            &mut |walk| Ok(walked(&header, search.seed, walk.number, self.states(&walk.calls)?)),
            found,
        )
    }

    fn shortest(&mut self, property: &str, max_states: usize) -> Result<Shortest, Fault> {
        if self.property(property).is_none() {
            return Err(no_property(self, property));
        }
        if self.machine.actions(&self.state).is_empty()
            && self.machine.actions(&self.machine.init()).is_empty()
        {
            let message = format!("{} does not list the actions of a state", self.name);
            return Err(Fault::new(FaultKind::Unsupported, message));
        }
        let mut space = MachineSpace::new(&self.machine, Some(property))?;
        let bounds = Breadth { max_len: max_states, ..Breadth::default() };
        let report = breadth_first(&mut space, &bounds, |state| record_of(state).unwrap_or_default())?;
        let mut trouble = None;
        let shortest = Shortest::of(report, max_states, |actions| {
            let calls = actions.iter().map(|action| {
                let label = label_of(action)?;
                let mut call = Action::new(&label.name);
                call.args = label.args;
                Ok(call)
            });
            calls.collect::<Result<_, Fault>>().unwrap_or_else(|fault| {
                trouble = Some(fault);
                Vec::new()
            })
        });
        trouble.map_or(shortest, Err)
    }
}

/// The variables of a state.
pub(super) fn record_of(state: &impl Serialize) -> Result<Record, Fault> {
    let value = itf::to_value(state);
    Ok(match value.map_err(|e| Fault::new(FaultKind::Failed, format!("a state is no ITF: {e}")))? {
        Value::Record(record) => record,
        other => Record::from_iter([("state", other)]),
    })
}

/// A state as it is shown, with what led to it.
fn shown(state: &impl Serialize, label: &Label) -> Result<State, Fault> {
    Ok(State::from(record_of(state)?.with(ACTION, label.to_variant())))
}

/// The label of an action: an enum's variant with its fields; of a string its text; of anything else `step`.
pub(super) fn label_of(action: &impl Serialize) -> Result<Label, Fault> {
    let value = itf::to_value(action);
    Ok(match value.map_err(|e| Fault::new(FaultKind::Failed, format!("an action is no ITF: {e}")))? {
        Value::Variant(variant) => Label::from_variant(&variant),
        Value::Str(name) => Label { name, args: Record::default() },
        Value::Record(args) => Label::new("step", args),
        other => Label::new("step", Record::from_iter([("value", other)])),
    })
}

/// The action of a label: the other way round.
pub(super) fn action_of<A: DeserializeOwned>(label: &Label) -> Result<A, Fault> {
    let mut forms = vec![label.to_variant()];
    // A payload that is no record is the argument `value`.
    if let (1, Some(payload)) = (label.args.len(), label.args.get("value")) {
        forms.push(Value::variant(&label.name, payload.clone()));
        forms.push(payload.clone());
    }
    forms.push(if label.args.is_empty() {
        Value::Str(label.name.clone())
    } else {
        Value::Record(label.args.clone())
    });
    let mut why = None;
    for form in &forms {
        match A::deserialize(form) {
            Ok(action) => return Ok(action),
            Err(error) => why = why.or(Some(error)),
        }
    }
    let names = variants_of::<A>();
    let why = why.map_or(String::new(), |why| why.to_string());
    if !names.is_empty() && !names.iter().any(|name| **name == *label.name) {
        let message = format!("no action `{}`; there are {}", label.name, names.join(", "));
        return Err(Fault::new(FaultKind::Unsupported, message));
    }
    Err(Fault::new(FaultKind::Invalid, format!("{label}: {why}")))
}
