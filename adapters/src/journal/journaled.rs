//! An oracle with a journal before it.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::time::Instant;

use itf_shrink::{Oracle, Pool, Run, Verdict};

use super::line::{Key, Known, StateId};
use super::{Journal, fingerprint_of_calls};
use crate::Action;
use crate::jsonl::{Wire, raw_call};

/// How runs are told apart and written down.
trait Notes<T, S> {
    fn fingerprint(&self, candidate: &[T]) -> String;
    fn note(&self, candidate: &[T], run: &Run<T, S>) -> Known;
    /// None if what was written cannot be read: then it is asked again.
    fn recall(&self, candidate: &[T], known: Known) -> Option<Run<T, S>>;
}

/// Of oracles that know no more than a verdict: what executed is taken to be the candidate.
struct Plain<'a, T>(&'a dyn Fn(&[T]) -> String);

impl<T: Clone, S> Notes<T, S> for Plain<'_, T> {
    fn fingerprint(&self, candidate: &[T]) -> String {
        (self.0)(candidate)
    }

    fn note(&self, _: &[T], run: &Run<T, S>) -> Known {
        Known { verdict: run.verdict.clone(), executed: None, states: None }
    }

    fn recall(&self, candidate: &[T], known: Known) -> Option<Run<T, S>> {
        Some(Run::of(candidate, known.verdict))
    }
}

/// Of calls that a producer re-executes.
#[derive(Default)]
struct Calls(RefCell<Wire>);

impl Notes<Action, StateId> for Calls {
    fn fingerprint(&self, candidate: &[Action]) -> String {
        fingerprint_of_calls(candidate)
    }

    fn note(&self, candidate: &[Action], run: &Run<Action, StateId>) -> Known {
        let executed = (run.executed != candidate).then(|| run.executed.iter().map(raw_call).collect());
        Known { verdict: run.verdict.clone(), executed, states: run.states.clone() }
    }

    fn recall(&self, candidate: &[Action], known: Known) -> Option<Run<Action, StateId>> {
        let mut wire = self.0.borrow_mut();
        let executed = match known.executed {
            None => candidate.to_vec(),
            Some(calls) => calls.iter().map(|call| wire.call(call).ok()).collect::<Option<_>>()?,
        };
        Some(Run { verdict: known.verdict, executed, states: known.states })
    }
}

/// An oracle with a memory: what the journal has is not asked again, and what is asked is written down. If the oracle can
/// make several runs at once, so can this.
pub struct Journaled<'a, T, O: Oracle<T>> {
    oracle: O,
    journal: &'a mut Journal,
    notes: Box<dyn Notes<T, O::State> + 'a>,
    width: usize,
    /// Answers out of the journal, by ticket, that were not waited for yet.
    recalled: VecDeque<(u64, Run<T, O::State>)>,
    /// Runs under way, by ticket, with what was asked.
    flying: HashMap<u64, (Key, Vec<T>, Instant)>,
    /// Answers out of the journal that were given.
    told: usize,
}

impl<'a, T: Clone, O: Oracle<T>> Journaled<'a, T, O> {
    /// Puts the journal before an oracle that knows no more than a verdict; what executed is taken to be the candidate.
    /// `fingerprint` tells candidates apart by their content.
    pub fn new(oracle: O, journal: &'a mut Journal, fingerprint: &'a dyn Fn(&[T]) -> String) -> Self
    where
        T: 'a,
    {
        Self::with(oracle, journal, Box::new(Plain(fingerprint)))
    }

    fn with(mut oracle: O, journal: &'a mut Journal, notes: Box<dyn Notes<T, O::State> + 'a>) -> Self {
        let width = oracle.pool().map_or(1, |pool| pool.width());
        let (recalled, flying) = (VecDeque::new(), HashMap::new());
        Journaled { oracle, journal, notes, width, recalled, flying, told: 0 }
    }
}

impl<'a, O: Oracle<Action, State = StateId>> Journaled<'a, Action, O> {
    /// Puts the journal before an oracle whose candidates are re-executed: what executed is written down, too, and which states
    /// were reached, so that work goes on as it would have.
    pub fn of_calls(oracle: O, journal: &'a mut Journal) -> Self {
        Self::with(oracle, journal, Box::new(Calls::default()))
    }
}

impl<T: Clone, O: Oracle<T>> Journaled<'_, T, O> {
    fn ask(&mut self, candidate: &[T]) -> (Key, Option<Run<T, O::State>>) {
        let (key, known) = self.journal.ask(self.notes.fingerprint(candidate));
        (key, known.and_then(|known| self.notes.recall(candidate, known)))
    }
}

impl<T: Clone, O: Oracle<T>> Oracle<T> for Journaled<'_, T, O> {
    type State = O::State;

    fn run(&mut self, candidate: &[T]) -> Run<T, O::State> {
        let (key, known) = self.ask(candidate);
        if let Some(run) = known {
            self.told += 1;
            return run;
        }
        let started = Instant::now();
        let run = self.oracle.run(candidate);
        self.journal.record(key, self.notes.note(candidate, &run), started.elapsed());
        run
    }

    fn recalled(&self) -> usize {
        self.told
    }

    fn pool(&mut self) -> Option<&mut dyn Pool<T, O::State>> {
        self.oracle.pool()?;
        Some(self)
    }
}

impl<T: Clone, O: Oracle<T>> Pool<T, O::State> for Journaled<'_, T, O> {
    fn width(&self) -> usize {
        self.width
    }

    fn submit(&mut self, ticket: u64, candidate: Vec<T>) {
        let (key, known) = self.ask(&candidate);
        if let Some(run) = known {
            self.recalled.push_back((ticket, run));
        } else if let Some(pool) = self.oracle.pool() {
            self.flying.insert(ticket, (key, candidate.clone(), Instant::now()));
            pool.submit(ticket, candidate);
        }
    }

    fn wait(&mut self) -> (u64, Run<T, O::State>) {
        if let Some(recalled) = self.recalled.pop_front() {
            self.told += 1;
            return recalled;
        }
        let Some(pool) = self.oracle.pool() else {
            let verdict = Verdict::fault("the workers are gone");
            return (u64::MAX, Run { verdict, executed: Vec::new(), states: None });
        };
        let (ticket, run) = pool.wait();
        if let Some((key, candidate, started)) = self.flying.remove(&ticket) {
            self.journal.record(key, self.notes.note(&candidate, &run), started.elapsed());
        }
        (ticket, run)
    }
}
