//! A spec that is asked nothing more when the time is up.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use itf::{Label, Labels, State, Trace};
use itf_adapters::{Action, Fault, FaultKind, Next, Picks, Producer, Property, Starts};

/// Passes on what a search asks, until Ctrl-C or the deadline.
pub(super) struct Bounded<'a> {
    pub(super) spec: &'a mut dyn Producer,
    pub(super) stop: &'a AtomicBool,
    pub(super) deadline: Option<Instant>,
}

impl Bounded<'_> {
    fn spec(&mut self) -> Result<&mut dyn Producer, Fault> {
        let why = if self.stop.load(Ordering::Relaxed) {
            "the search was interrupted"
        } else if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            "the time for the search was up"
        } else {
            return Ok(self.spec);
        };
        Err(Fault::new(FaultKind::Failed, why))
    }
}

impl Producer for Bounded<'_> {
    fn name(&self) -> String {
        self.spec.name()
    }

    fn header(&self) -> Trace {
        self.spec.header()
    }

    fn labels(&self) -> Labels {
        self.spec.labels()
    }

    fn properties(&self) -> Vec<Property> {
        self.spec.properties()
    }

    fn property(&self, name: &str) -> Option<Property> {
        self.spec.property(name)
    }

    fn call(&self, label: &Label) -> Result<Action, Fault> {
        self.spec.call(label)
    }

    fn reset(&mut self) -> Result<State, Fault> {
        self.spec()?.reset()
    }

    fn starts(&mut self) -> Result<Starts, Fault> {
        self.spec()?.starts()
    }

    fn start_at(&mut self, start: Option<Picks>) -> Option<Picks> {
        self.spec.start_at(start)
    }

    fn execute(&mut self, action: &Action) -> Result<Next, Fault> {
        self.spec()?.execute(action)
    }

    fn holds(&mut self, property: &str) -> Result<bool, Fault> {
        self.spec()?.holds(property)
    }

    fn enabled(&mut self) -> Result<Vec<Action>, Fault> {
        self.spec()?.enabled()
    }

    fn snapshot(&mut self) -> Result<u64, Fault> {
        self.spec()?.snapshot()
    }

    fn restore(&mut self, snapshot: u64) -> Result<State, Fault> {
        self.spec()?.restore(snapshot)
    }

    fn successors(&mut self) -> Result<Vec<(Action, State)>, Fault> {
        self.spec()?.successors()
    }
}
