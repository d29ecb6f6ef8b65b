//! Executable specs.

use std::ops::ControlFlow;

use itf::{Label, Labels, Meta, State, Trace};

use crate::engine::{Breadth, BreadthReport, Place, ProducerSpace, Profile, Reached, breadth_first};
use crate::search::{Search, SearchReport, walks_of};
use crate::{Action, Fault, FaultKind, Picks};

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The action happened.
    State {
        /// The state after it.
        state: State,
        /// The picks that were used, where they are not the ones that were asked for.
        picks: Option<Picks>,
    },
    /// The action has no successor here: an answer, not an error.
    Disabled(String),
}

/// The initial states of a spec, as far as it lists them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starts {
    /// For each the picks with which [`Producer::start_at`] goes to it; none for that of a spec that has no choice.
    pub picks: Vec<Option<Picks>>,
    /// Why these are not all, if they are not.
    pub more: Option<String>,
}

/// One initial state, without a choice.
impl Default for Starts {
    fn default() -> Self {
        Self { picks: vec![None], more: None }
    }
}

/// A property of states that a producer knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// What finding it means.
    pub kind: PropertyKind,
}

/// What finding a property means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PropertyKind {
    /// It should hold in every state: a search looks for a violation.
    Invariant,
    /// A goal: a search looks for a state in which it holds.
    Example,
}

impl PropertyKind {
    /// Whether a state is what a search looks for, if the property `holds` in it.
    ///
    /// ```
    /// use itf_adapters::PropertyKind;
    /// assert!(PropertyKind::Invariant.is_found(false) && PropertyKind::Example.is_found(true));
    /// ```
    pub fn is_found(self, holds: bool) -> bool {
        holds == (self == Self::Example)
    }

    /// Says in `meta` that a trace was kept for the property of this kind and name, by the keys that Wunderspec uses.
    ///
    /// ```
    /// let mut meta = itf::Meta::default();
    /// itf_adapters::PropertyKind::Example.record("reached", &mut meta);
    /// assert_eq!(meta.text(), Some(r#"{"predicate_kind":"example","predicate_name":"reached"}"#));
    /// ```
    pub fn record(self, name: &str, meta: &mut Meta) {
        meta.set("predicate_kind", self.word().into());
        meta.set("predicate_name", name.into());
    }

    /// The word for what is found: `invariant` or `example`; the kind of the failure's identity.
    ///
    /// ```
    /// assert_eq!(itf_adapters::PropertyKind::Invariant.word(), "invariant");
    /// ```
    pub fn word(self) -> &'static str {
        match self {
            Self::Invariant => "invariant",
            Self::Example => "example",
        }
    }
}

/// What an exhaustive search for a short trace came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shortest {
    /// A shortest trace.
    Found {
        /// Its calls; the trace has one more state.
        calls: Vec<Action>,
        /// Distinct states visited.
        states: usize,
        /// Which actions were taken on the way.
        profile: Profile,
    },
    /// No trace of up to `len` states finds the property.
    NoneUpTo {
        /// The bound, in states.
        len: usize,
        /// Distinct states visited.
        states: usize,
        /// Which actions were taken.
        profile: Profile,
    },
}

/// An executable spec: it yields traces and re-executes schedules.
pub trait Producer {
    /// What it is, as one writes it: `dns-spec:n3_5_3`.
    fn name(&self) -> String;

    /// A trace with no states, in which everything is said that all its traces have in common: variables, parameters,
    /// `#meta`.
    fn header(&self) -> Trace;

    /// Where its traces say what their steps did.
    fn labels(&self) -> Labels;

    /// The properties it knows.
    fn properties(&self) -> Vec<Property>;

    /// The property of this name, if it knows one.
    fn property(&self, name: &str) -> Option<Property> {
        self.properties().into_iter().find(|property| property.name == name)
    }

    /// Goes to the initial state.
    ///
    /// # Errors
    ///
    /// Trouble with the spec, not with the trace.
    fn reset(&mut self) -> Result<State, Fault>;

    /// Executes a call in the current state. A pick from a set of one element is no choice: that element is taken,
    /// whatever was asked for. Of the arguments and picks only those count that the action asks for.
    ///
    /// # Errors
    ///
    /// An unknown action, ill-typed arguments, or trouble within the spec. That the action is disabled is no error.
    fn execute(&mut self, action: &Action) -> Result<Next, Fault>;

    /// Whether the property holds in the current state.
    ///
    /// # Errors
    ///
    /// An unknown property.
    fn holds(&mut self, property: &str) -> Result<bool, Fault>;

    /// The call that a label of a trace stands for, without what the label merely records.
    ///
    /// # Errors
    ///
    /// A label it does not know, or whose arguments it cannot read.
    fn call(&self, label: &Label) -> Result<Action, Fault>;

    /// What Quint's `--mbt` would record of the step of a label: the action of the spec, with what was chosen by name.
    ///
    /// # Errors
    ///
    /// As [`Producer::call`].
    ///
    /// ```
    /// # use itf::{Label, Record};
    /// # use itf_adapters::{Fault, Producer};
    /// fn taken(spec: &dyn Producer) -> Result<String, Fault> {
    ///     Ok(spec.recorded(&Label::new("Sync", Record::default()))?.to_string())
    /// }
    /// ```
    fn recorded(&self, label: &Label) -> Result<Label, Fault> {
        let call = self.call(label)?;
        let mut args = call.args;
        match call.picks {
            Picks::ByName(picks) => {
                for (name, value) in picks.iter() {
                    args = args.with(name, value.clone());
                }
            }
            // They have no names, but the label has.
            Picks::InOrder(_) => args = label.args.clone(),
            Picks::Trail(_) => {}
        }
        Ok(Label { name: call.name, args })
    }

    /// Whether it finds the calls of a recorded trace by the states, so that labels need not be there.
    fn reads_states(&self) -> bool {
        false
    }

    /// Makes itself ready to re-execute a recorded trace: from now on [`Producer::reset`] goes to its initial state, where
    /// there are several. A producer whose steps are not determined by their labels answers with the calls, found by the
    /// recorded states; `None` means that labels are enough.
    ///
    /// # Errors
    ///
    /// A trace that the spec does not have; trouble with the spec.
    fn learn(&mut self, trace: &Trace, labels: &Labels) -> Option<Result<Vec<Action>, Fault>> {
        let _ = (trace, labels);
        None
    }

    /// The initial states, for a spec that chooses among several. Where the producer is afterwards is not said:
    /// [`Producer::reset`] comes next.
    ///
    /// # Errors
    ///
    /// Trouble with the spec.
    ///
    /// ```
    /// # use itf_adapters::{Fault, Producer};
    /// fn has_a_choice(spec: &mut dyn Producer) -> Result<bool, Fault> { Ok(spec.starts()?.picks.len() > 1) }
    /// ```
    fn starts(&mut self) -> Result<Starts, Fault> {
        Ok(Starts::default())
    }

    /// From now on [`Producer::reset`] goes to this one of [the initial states](Producer::starts). Answers with that to which
    /// it went before.
    ///
    /// ```
    /// # use itf_adapters::{Fault, Producer};
    /// fn last_start(spec: &mut dyn Producer) -> Result<itf::State, Fault> {
    ///     let last = spec.starts()?.picks.pop().flatten();
    ///     spec.start_at(last);
    ///     spec.reset()
    /// }
    /// ```
    fn start_at(&mut self, start: Option<Picks>) -> Option<Picks> {
        start
    }

    /// The calls that have a successor here, with picks, as far as the spec can list them.
    ///
    /// # Errors
    ///
    /// No such capability, or trouble within the spec.
    fn enabled(&mut self) -> Result<Vec<Action>, Fault> {
        Err(Fault::new(FaultKind::Unsupported, format!("{} does not list its enabled calls", self.name())))
    }

    /// Some of the calls that have a successor here, for a random walk: all, where they are few enough to be listed, and
    /// otherwise those that the seed decides. It has 32 bits, which any language can read.
    ///
    /// # Errors
    ///
    /// As [`Producer::enabled`].
    ///
    /// ```
    /// # use itf_adapters::{Fault, Producer};
    /// fn goes_on(producer: &mut dyn Producer) -> Result<bool, Fault> { Ok(!producer.sample(7)?.is_empty()) }
    /// ```
    fn sample(&mut self, seed: u32) -> Result<Vec<Action>, Fault> {
        let _ = seed;
        self.enabled()
    }

    /// The names of its actions, as far as it can list them.
    fn actions(&self) -> Vec<String> {
        Vec::new()
    }

    /// Remembers the current state, to be [restored](Producer::restore) by the number it gets.
    ///
    /// # Errors
    ///
    /// No such capability, or trouble with the spec.
    fn snapshot(&mut self) -> Result<u64, Fault> {
        Err(Fault::new(FaultKind::Unsupported, format!("{} makes no snapshots", self.name())))
    }

    /// Goes back to a state that was remembered.
    ///
    /// # Errors
    ///
    /// No such snapshot, or trouble with the spec.
    fn restore(&mut self, snapshot: u64) -> Result<State, Fault> {
        let _ = snapshot;
        Err(Fault::new(FaultKind::Unsupported, format!("{} makes no snapshots", self.name())))
    }

    /// The calls that have a successor here, with those successors.
    ///
    /// # Errors
    ///
    /// No such capability, or trouble with the spec.
    fn successors(&mut self) -> Result<Vec<(Action, State)>, Fault> {
        Err(Fault::new(FaultKind::Unsupported, format!("{} does not list its successors", self.name())))
    }

    /// Another producer of the same spec, to be used by another thread; `None` if it cannot be had.
    fn fork(&self) -> Option<Box<dyn Producer + Send>> {
        None
    }

    /// Makes random walks, and gives every finding to `found`, which may break off. Unless a producer has a better way,
    /// its enabled calls are listed and one is drawn: see [`engine`](crate::engine).
    ///
    /// # Errors
    ///
    /// An unknown property, or no such capability.
    fn search(
        &mut self,
        search: &Search,
        found: &mut dyn FnMut(Trace) -> ControlFlow<()>,
    ) -> Result<SearchReport, Fault> {
        walks_of(self, search, found)
    }

    /// Looks for a shortest trace of at most `max_states` states that finds the property, by exhaustive search over the
    /// enabled calls from all initial states. Where one is found, [`Producer::reset`] goes to its initial state from now on.
    ///
    /// # Errors
    ///
    /// An unknown property, no such capability, calls or initial states that are not all listed, or a search beyond its
    /// bounds of memory.
    fn shortest(&mut self, property: &str, max_states: usize) -> Result<Shortest, Fault> {
        let hidden: Vec<String> = self.labels().variables().into_iter().map(str::to_owned).collect();
        let mut space = ProducerSpace::new(&mut *self, Some(property))?;
        let bounds = Breadth { max_len: max_states, ..Breadth::default() };
        let report = breadth_first(&mut space, &bounds, |place: &Place| place.essence(&hidden));
        space.leave(match &report {
            Ok(BreadthReport { reached: Reached::Found { start, .. }, .. }) => Some(*start),
            _ => None,
        });
        let report = report?;
        Shortest::of(report, max_states, |calls| calls)
    }
}

impl Shortest {
    /// The answer that a breadth-first search of up to `max_states` states gives.
    ///
    /// # Errors
    ///
    /// The search hit its bound of memory.
    ///
    /// ```
    /// use itf_adapters::Shortest;
    /// use itf_adapters::engine::{BreadthReport, Profile, Reached};
    /// let reached: Reached<itf_adapters::Action> = Reached::Unreachable;
    /// let report = BreadthReport { reached, states: 7, steps: 9, profile: Profile::default() };
    /// assert!(matches!(Shortest::of(report, 5, |calls| calls)?, Shortest::NoneUpTo { len: 5, .. }));
    /// # Ok::<(), itf_adapters::Fault>(())
    /// ```
    pub fn of<C>(
        report: BreadthReport<C>,
        max_states: usize,
        calls_of: impl FnOnce(Vec<C>) -> Vec<Action>,
    ) -> Result<Self, Fault> {
        let (states, profile) = (report.states, report.profile);
        match report.reached {
            Reached::Found { calls, .. } => Ok(Self::Found { calls: calls_of(calls), states, profile }),
            Reached::NoneUpTo { len } => Ok(Self::NoneUpTo { len, states, profile }),
            Reached::Unreachable => Ok(Self::NoneUpTo { len: max_states, states, profile }),
            Reached::BoundHit { complete_len } => Err(Fault::new(
                FaultKind::Failed,
                format!(
                    "the search visited {states} states and ends there; no trace of up to {complete_len} states"
                ),
            )),
        }
    }
}

/// The producer knows no such property.
pub(crate) fn no_property<P: Producer + ?Sized>(producer: &P, name: &str) -> Fault {
    let known = producer.properties();
    let names: Vec<&str> = known.iter().map(|p| p.name.as_str()).collect();
    let has = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let message = format!("{} has no property `{name}`; it has {has}", producer.name());
    Fault::new(FaultKind::Unsupported, message)
}
