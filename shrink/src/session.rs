//! The work in hand: the best sequence so far, what is known about candidates, and what it cost.

use std::collections::HashMap;

use crate::graph::{End, Forecast, Graph};
use crate::intern::Id;
use crate::report::{Record, Stop};
use crate::{Failure, Options, Pass, Progress, Semantics, ShrinkError, Unresolved, Verdict};

/// How many wrong shortcuts are forgiven before the states are taken to say too little.
const WRONG_SHORTCUTS: usize = 3;

/// A run in terms of [`Id`]s.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) verdict: Verdict,
    pub(crate) executed: Vec<Id>,
    pub(crate) states: Option<Vec<Id>>,
}

/// Everything outside that the passes need, without its types.
pub(crate) trait Host {
    fn run(&mut self, candidate: &[Id]) -> Ran;
    fn asked_to_stop(&self) -> bool;
    fn classes(&self, item: Id) -> Vec<String>;
    fn simpler(&mut self, item: Id) -> Vec<Id>;
    fn rewrites(&mut self, items: &[Id]) -> Vec<Vec<Id>>;
    fn tested(&mut self, progress: &Progress);
    fn improved(&mut self, progress: &Progress, items: &[Id], failure: &Failure);
    fn other(&mut self, progress: &Progress, items: &[Id], failure: &Failure);
}

/// A verdict as the engine sees it, once the failure's identity is fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judged {
    Same,
    Other,
    Passes,
    Invalid,
    /// The number counts runs.
    Fault(u8),
}

#[derive(Debug)]
pub(crate) struct Best {
    pub(crate) items: Vec<Id>,
    pub(crate) states: Option<Vec<Id>>,
    pub(crate) failure: Failure,
}

pub(crate) struct Session<'h> {
    pub(crate) host: &'h mut dyn Host,
    pub(crate) options: Options,
    pub(crate) best: Best,
    pub(crate) graph: Graph,
    pub(crate) pass: Pass,
    pub(crate) detail: Option<String>,
    pub(crate) calls: usize,
    pub(crate) cached: usize,
    pub(crate) history: Vec<Record>,
    pub(crate) also: Vec<(Failure, Vec<Id>)>,
    pub(crate) original: usize,
    cache: HashMap<Vec<Id>, Judged>,
    wrong_shortcuts: usize,
}

impl<'h> Session<'h> {
    /// Runs the original, fixes the failure's identity, and cuts what follows the failure.
    pub(crate) fn begin(
        host: &'h mut dyn Host,
        options: Options,
        original: &[Id],
    ) -> Result<Session<'h>, ShrinkError> {
        if host.asked_to_stop() {
            return Err(ShrinkError::Stopped(Stop::Asked));
        }
        if options.max_calls == Some(0) {
            return Err(ShrinkError::Stopped(Stop::Calls));
        }
        let ran = host.run(original);
        let failure = match ran.verdict {
            Verdict::Fails(failure) => failure,
            Verdict::Passes => return Err(ShrinkError::DoesNotFail),
            Verdict::Unresolved(why) => return Err(ShrinkError::Unresolved(why)),
        };
        if ran.executed.is_empty() {
            return Err(ShrinkError::InitialFails(failure));
        }
        let mut session = Session {
            host,
            options,
            best: Best { items: ran.executed, states: ran.states, failure },
            graph: Graph::default(),
            pass: Pass::Original,
            detail: None,
            calls: 1,
            cached: 0,
            history: Vec::new(),
            also: Vec::new(),
            original: original.len(),
            cache: HashMap::from([(original.to_vec(), Judged::Same)]),
            wrong_shortcuts: 0,
        };
        let executed = session.best.items.clone();
        if let Some(states) = session.best.states.clone() {
            session.graph.learn(original, &executed, &states, End::Failed);
        }
        session.cache.insert(executed, Judged::Same);
        session.record(original.len());
        session.host.tested(&session.progress());
        session.announce();
        Ok(session)
    }

    /// Whether the initial state alone fails the same way. When states are known this costs nothing: a run ends
    /// at its first failure, so one that executed a step has shown that the initial state is good.
    pub(crate) fn check_initial(&mut self) -> Result<Option<Failure>, Stop> {
        if self.best.states.is_none() {
            self.test(&[])?;
        }
        Ok(self.best.items.is_empty().then(|| self.best.failure.clone()))
    }

    pub(crate) fn len(&self) -> usize {
        self.best.items.len()
    }

    /// The best sequence without the items from `from` up to `to`.
    pub(crate) fn without(&self, from: usize, to: usize) -> Vec<Id> {
        let mut rest = self.best.items[..from].to_vec();
        rest.extend_from_slice(&self.best.items[to..]);
        rest
    }

    /// Runs the candidate, or remembers. If it fails the same way and what executed is shorter than the best,
    /// that becomes the best.
    pub(crate) fn test(&mut self, candidate: &[Id]) -> Result<Judged, Stop> {
        self.judge(candidate, false)
    }

    /// The same, and a sequence as long as the best is taken too, if it executed exactly as asked.
    pub(crate) fn test_replacement(&mut self, candidate: &[Id]) -> Result<Judged, Stop> {
        self.judge(candidate, true)
    }

    /// Tests the candidate, then follows the shortcuts that the run may have shown. Returns whether the best
    /// sequence changed.
    pub(crate) fn step(&mut self, candidate: &[Id]) -> Result<bool, Stop> {
        let before = self.len();
        self.test(candidate)?;
        self.shortcut()?;
        Ok(self.len() < before)
    }

    /// As [`step`](Self::step), but only if the outcome is not foreseeable.
    pub(crate) fn explore(&mut self, candidate: &[Id]) -> Result<bool, Stop> {
        let known = self.cache.contains_key(candidate)
            || self.graph.forecast(candidate, self.options.semantics) == Forecast::Harmless;
        if known { Ok(false) } else { self.step(candidate) }
    }

    /// Takes the shortest known way to the failure for as long as it is shorter than the best sequence.
    pub(crate) fn shortcut(&mut self) -> Result<bool, Stop> {
        let mut changed = false;
        if !self.options.passes.has(Pass::Shortcut) {
            return Ok(false);
        }
        while self.wrong_shortcuts < WRONG_SHORTCUTS && self.graph.take_grew() {
            let Some(way) = self.graph.shortest() else { break };
            if way.len() >= self.len() {
                break;
            }
            let (pass, detail) = (std::mem::replace(&mut self.pass, Pass::Shortcut), self.detail.take());
            let before = self.len();
            let tested = self.test(&way);
            (self.pass, self.detail) = (pass, detail);
            tested?;
            if self.len() < before {
                changed = true;
            } else {
                self.wrong_shortcuts += 1;
            }
        }
        Ok(changed)
    }

    /// What is known about the candidate.
    pub(crate) fn known(&self, candidate: &[Id]) -> Option<Judged> {
        self.cache.get(candidate).copied()
    }

    pub(crate) fn progress(&self) -> Progress {
        Progress {
            pass: self.pass,
            calls: self.calls,
            cached: self.cached,
            successes: self.history.len(),
            original: self.original,
            length: self.len(),
        }
    }

    fn judge(&mut self, candidate: &[Id], replace: bool) -> Result<Judged, Stop> {
        let faults = match self.known(candidate) {
            // What broke once may work now; but only the pass that proves something insists.
            Some(Judged::Fault(n)) if n < 2 && self.pass == Pass::Singles => n,
            Some(known) => {
                self.cached += 1;
                return Ok(known);
            }
            None => 0,
        };
        if self.host.asked_to_stop() {
            return Err(Stop::Asked);
        }
        if self.options.max_calls.is_some_and(|most| self.calls >= most) {
            return Err(Stop::Calls);
        }
        let ran = self.host.run(candidate);
        self.calls += 1;
        let judged = match &ran.verdict {
            Verdict::Fails(f) if f.is_same_as(&self.best.failure) => Judged::Same,
            Verdict::Fails(_) => Judged::Other,
            Verdict::Passes => Judged::Passes,
            Verdict::Unresolved(Unresolved::Invalid(_)) => Judged::Invalid,
            Verdict::Unresolved(Unresolved::Fault(_)) => Judged::Fault(faults + 1),
        };
        self.cache.insert(candidate.to_vec(), judged);
        if matches!(judged, Judged::Same | Judged::Other | Judged::Passes) {
            // What executed is a sequence of its own, and running it would be this very run.
            self.cache.insert(ran.executed.clone(), judged);
        }
        let end = match judged {
            Judged::Same => Some(End::Failed),
            Judged::Other => Some(End::FailedOtherwise),
            Judged::Passes => Some(End::Finished),
            Judged::Invalid => Some(End::Disabled),
            Judged::Fault(_) => None,
        };
        if let (Some(states), Some(end)) = (&ran.states, end) {
            self.graph.learn(candidate, &ran.executed, states, end);
        }
        self.host.tested(&self.progress());
        match ran.verdict {
            Verdict::Fails(failure) if judged == Judged::Same => {
                let shorter = ran.executed.len() < self.len();
                if shorter || (replace && ran.executed == candidate && candidate.len() == self.len()) {
                    let before = self.len();
                    self.best = Best { items: ran.executed, states: ran.states, failure };
                    self.record(before);
                    self.announce();
                }
            }
            Verdict::Fails(failure) if !self.also.iter().any(|(f, _)| f.is_same_as(&failure)) => {
                self.host.other(&self.progress(), &ran.executed, &failure);
                self.also.push((failure, ran.executed));
            }
            _ => {}
        }
        Ok(judged)
    }

    fn record(&mut self, before: usize) {
        self.history.push(Record {
            pass: self.pass,
            detail: self.detail.clone(),
            call: self.calls,
            before,
            after: self.len(),
        });
    }

    fn announce(&mut self) {
        let progress = self.progress();
        self.host.improved(&progress, &self.best.items, &self.best.failure);
    }

    pub(crate) fn skips(&self) -> bool {
        self.options.semantics == Semantics::Skip
    }
}
