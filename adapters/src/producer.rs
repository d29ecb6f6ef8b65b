//! Executable specs.

use std::ops::ControlFlow;

use itf::{Label, Labels, State, Trace};

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

/// What to search for by random walks, and how far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The property to find; without one every walk is a finding.
    pub property: Option<String>,
    /// The longest walk, in steps.
    pub max_steps: usize,
    /// The most walks.
    pub max_samples: u64,
    /// How many findings are enough.
    pub max_findings: usize,
    /// The same seed gives the same walks.
    pub seed: u64,
}

/// What a search came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchReport {
    /// How many traces were found.
    pub found: usize,
    /// Walks made; 0 where nobody counted them.
    pub walks: u64,
    /// Steps made in all of them.
    pub steps: u64,
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
    },
    /// No trace of up to `len` states finds the property.
    NoneUpTo {
        /// The bound, in states.
        len: usize,
        /// Distinct states visited.
        states: usize,
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

    /// The calls that have a successor here, with picks, as far as the spec can list them.
    ///
    /// # Errors
    ///
    /// No such capability, or trouble within the spec.
    fn enabled(&mut self) -> Result<Vec<Action>, Fault> {
        Err(Fault::new(FaultKind::Unsupported, format!("{} does not list its enabled calls", self.name())))
    }

    /// Makes random walks, and gives every finding to `found`, which may break off.
    ///
    /// # Errors
    ///
    /// An unknown property, or no such capability.
    fn search(
        &mut self,
        search: &Search,
        found: &mut dyn FnMut(Trace) -> ControlFlow<()>,
    ) -> Result<SearchReport, Fault> {
        let _ = (search, found);
        Err(Fault::new(FaultKind::Unsupported, format!("{} makes no random walks", self.name())))
    }

    /// Looks for a shortest trace of at most `max_states` states that finds the property, by exhaustive search.
    ///
    /// # Errors
    ///
    /// An unknown property, no such capability, or a search beyond its bounds of memory.
    fn shortest(&mut self, property: &str, max_states: usize) -> Result<Shortest, Fault> {
        let _ = (property, max_states);
        Err(Fault::new(FaultKind::Unsupported, format!("{} makes no exhaustive searches", self.name())))
    }
}
