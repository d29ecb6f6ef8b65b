//! What judges a schedule: a producer re-executes it, here or in workers, and all that has to fail is looked at.

use std::cell::RefCell;
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use itf::expr::Expr;
use itf::{Record, Trace};
use itf_adapters::{
    Action, CommandOracle, Execution, Fault, Journal, Journaled, Producer, ProducerOracle, StateId, System,
};
use itf_shrink::{Observer, Options, Oracle, Run, ShrinkError, Verdict};

use super::engine::Knowledge;
use super::once::{self, Judged};
use crate::cli::Runs;

/// What has to fail, all of it.
#[derive(Default)]
pub(crate) struct Goal {
    /// A property of the model is found.
    pub(crate) property: Option<String>,
    /// An expression is false.
    pub(crate) invariant: Option<Expr>,
    /// The system does something wrong.
    pub(crate) system: Option<Box<System>>,
    /// Of what the system does wrong, only failures of these kinds count; all if there are none.
    pub(crate) only: Vec<String>,
    /// A command says so of the trace.
    pub(crate) command: Option<CommandOracle>,
}

impl Goal {
    /// The header of the traces: what the producer says, and which property they are about.
    pub(super) fn header(&self, producer: &dyn Producer) -> Trace {
        let mut header = producer.header();
        if let Some(property) = &self.property {
            // As the trace that was found says it: a reader takes both for one bug, and opens it where it fails.
            if let Some(known) = producer.property(property) {
                known.kind.record(property, &mut header.meta);
            }
        }
        header
    }

    fn oracle<'a>(
        &'a mut self,
        producer: &'a mut dyn Producer,
        header: &'a Trace,
        strict: bool,
    ) -> Result<ProducerOracle<'a>, Fault> {
        let mut oracle = ProducerOracle::new(producer, strict);
        if let Some(property) = &self.property {
            oracle = oracle.property(property)?;
        }
        if let Some(invariant) = &self.invariant {
            oracle = oracle.invariant(invariant.clone());
        }
        if let Some(system) = &mut self.system {
            oracle = oracle.system(system).only(&self.only);
        }
        if let Some(command) = &self.command {
            oracle = oracle.command(command, header);
        }
        Ok(oracle)
    }
}

/// What is to be found out, whoever judges.
pub(super) struct Questions<'a> {
    pub(super) items: &'a [Action],
    pub(super) options: (Options, &'a Runs),
    pub(super) knowledge: &'a Knowledge<'a, Action>,
    pub(super) stop: &'a AtomicBool,
}

/// What a shrinker knows a state by: the state itself, or its name, which can be written down.
pub(super) trait Known: Clone + Eq + Hash + Send + From<Record> + 'static {
    /// Shrinks; with a journal where states can be written down.
    fn judged(
        oracle: impl Oracle<Action, State = Self>,
        _: Option<&mut Journal>,
        questions: Questions<'_>,
        observer: &mut dyn Observer<Action>,
    ) -> Result<Judged<Action, Self>, ShrinkError> {
        asked(oracle, questions, observer)
    }
}

impl Known for Record {}

impl Known for StateId {
    fn judged(
        oracle: impl Oracle<Action, State = Self>,
        journal: Option<&mut Journal>,
        questions: Questions<'_>,
        observer: &mut dyn Observer<Action>,
    ) -> Result<Judged<Action, Self>, ShrinkError> {
        match journal {
            Some(journal) => asked(Journaled::of_calls(oracle, journal), questions, observer),
            None => asked(oracle, questions, observer),
        }
    }
}

fn asked<S: Known>(
    mut oracle: impl Oracle<Action, State = S>,
    Questions { items, options, knowledge, stop }: Questions<'_>,
    observer: &mut dyn Observer<Action>,
) -> Result<Judged<Action, S>, ShrinkError> {
    once::judged(&mut oracle, items, options, knowledge, stop, observer)
}

fn known<S: Known>(run: Run<Action, Record>) -> Run<Action, S> {
    let states = run.states.map(|states| states.into_iter().map(S::from).collect());
    Run { verdict: run.verdict, executed: run.executed, states }
}

fn broken<S>(why: String) -> Run<Action, S> {
    Run { verdict: Verdict::fault(why), executed: Vec::new(), states: None }
}

/// Judges with the producer that others use as well, between the runs.
pub(super) struct Here<'a, 'p, S> {
    pub(super) producer: &'a RefCell<&'p mut dyn Producer>,
    pub(super) goal: Goal,
    pub(super) header: &'a Trace,
    pub(super) strict: bool,
    /// What executed last.
    pub(super) last: &'a RefCell<Execution>,
    pub(super) states: PhantomData<S>,
}

impl<S: Known> Oracle<Action> for Here<'_, '_, S> {
    type State = S;

    fn run(&mut self, candidate: &[Action]) -> Run<Action, S> {
        let mut producer = self.producer.borrow_mut();
        match self.goal.oracle(&mut **producer, self.header, self.strict) {
            Ok(oracle) => known(oracle.tell(self.last).run(candidate)),
            Err(fault) => broken(fault.to_string()),
        }
    }
}

/// What a worker needs, in its own thread.
pub(super) type Equipment = Result<(Box<dyn Producer>, Goal), String>;

/// Several at once.
#[derive(Clone)]
pub(crate) struct Jobs {
    pub(super) count: usize,
    /// Equips a worker; it is told its slot.
    pub(super) equip: Arc<dyn Fn(usize) -> Equipment + Send + Sync>,
}

/// Judges with a producer, a system and a command of its own.
pub(super) struct There<S> {
    equipment: Equipment,
    header: Trace,
    strict: bool,
    states: PhantomData<S>,
}

impl<S> There<S> {
    pub(super) fn new(equipment: Equipment, strict: bool) -> Self {
        let header = match &equipment {
            Ok((producer, goal)) => goal.header(producer.as_ref()),
            Err(_) => Trace::default(),
        };
        Self { equipment, header, strict, states: PhantomData }
    }
}

impl<S: Known> Oracle<Action> for There<S> {
    type State = S;

    fn run(&mut self, candidate: &[Action]) -> Run<Action, S> {
        match &mut self.equipment {
            Ok((producer, goal)) => match goal.oracle(producer.as_mut(), &self.header, self.strict) {
                Ok(mut oracle) => known(oracle.run(candidate)),
                Err(fault) => broken(fault.to_string()),
            },
            Err(why) => broken(format!("a worker cannot start: {why}")),
        }
    }
}
