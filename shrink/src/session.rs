//! The work in hand: the best sequence so far, what is known about candidates, and what it cost.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::graph::{End, Forecast, Graph};
use crate::intern::Id;
use crate::origin::{self, Origin};
use crate::report::{Record, Stop};
use crate::{Failure, Options, Pass, Progress, Semantics, ShrinkError, Unresolved, Verdict};

/// How many wrong shortcuts are forgiven before the states are taken to say too little.
const WRONG_SHORTCUTS: usize = 3;

/// A run in terms of [`Id`]s.
#[derive(Debug, Clone)]
pub(crate) struct Ran {
    pub(crate) verdict: Verdict,
    pub(crate) executed: Vec<Id>,
    pub(crate) states: Option<Vec<Id>>,
    /// Whether it was made before, and cost nothing now.
    pub(crate) free: bool,
}

/// Everything outside that the passes need, without its types.
pub(crate) trait Host {
    fn run(&mut self, candidate: &[Id]) -> Ran;
    fn asked_to_stop(&self) -> bool;
    fn classes(&self, item: Id) -> Vec<String>;
    fn simpler(&mut self, item: Id) -> Vec<Id>;
    fn rewrites(&mut self, items: &[Id]) -> Vec<Vec<Id>>;
    /// What the candidate is remembered by, where that is not the candidate itself.
    fn canonical(&mut self, candidate: &[Id]) -> Option<Vec<Id>>;
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

/// Makes a sequence simpler, in terms of [`Id`]s.
pub(crate) trait Simplify {
    fn simplify(&self, session: &mut Session<'_>) -> Result<(), Stop>;
}

/// Whether the first sequence is simpler than the second.
type SimplerIds<'a> = &'a dyn Fn(&[Id], &[Id]) -> bool;

#[derive(Debug)]
pub(crate) struct Best {
    pub(crate) items: Vec<Id>,
    pub(crate) states: Option<Vec<Id>>,
    pub(crate) failure: Failure,
    /// Where each item stood in the original.
    pub(crate) origins: Vec<Origin>,
}

/// What is remembered of a run.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) judged: Judged,
    /// The number of the run.
    pub(crate) call: usize,
    /// What executed, where that is not what was asked for.
    pub(crate) executed: Option<Vec<Id>>,
    /// The failure, or why there is no verdict.
    pub(crate) failure: Option<Failure>,
    pub(crate) why: Option<Unresolved>,
    /// The states, if it failed the same way: it may yet become the best.
    states: Option<Vec<Id>>,
}

/// When a longer or equal sequence is taken, too.
#[derive(Clone, Copy)]
enum Take<'a> {
    Shorter,
    /// As long, and executed exactly as asked.
    Exact,
    /// As long, and simpler.
    Simpler(SimplerIds<'a>),
}

pub(crate) struct Session<'h> {
    pub(crate) host: &'h mut dyn Host,
    pub(crate) simplify: Option<&'h dyn Simplify>,
    pub(crate) options: Options,
    pub(crate) best: Best,
    pub(crate) graph: Graph,
    pub(crate) pass: Pass,
    pub(crate) detail: Option<String>,
    pub(crate) calls: usize,
    /// Those of them that cost something.
    paid: usize,
    pub(crate) cached: usize,
    pub(crate) history: Vec<Record>,
    pub(crate) also: Vec<(Failure, Vec<Id>)>,
    pub(crate) original: usize,
    cache: HashMap<Vec<Id>, Known>,
    deadline: Option<Instant>,
    wrong_shortcuts: usize,
}

impl<'h> Session<'h> {
    /// Runs the original, fixes the failure's identity, and cuts what follows the failure.
    pub(crate) fn begin(
        host: &'h mut dyn Host,
        simplify: Option<&'h dyn Simplify>,
        options: Options,
        original: &[Id],
    ) -> Result<Session<'h>, ShrinkError> {
        if host.asked_to_stop() {
            return Err(ShrinkError::Stopped(Stop::Asked));
        }
        if options.max_calls == Some(0) {
            return Err(ShrinkError::Stopped(Stop::Calls));
        }
        // A limit beyond what the clock can tell is none.
        let deadline = options.max_time.and_then(|time: Duration| Instant::now().checked_add(time));
        let ran = host.run(original);
        let failure = match ran.verdict {
            Verdict::Fails(failure) => failure,
            Verdict::Passes => return Err(ShrinkError::DoesNotFail),
            Verdict::Unresolved(why) => return Err(ShrinkError::Unresolved(why)),
        };
        if ran.executed.is_empty() {
            return Err(ShrinkError::InitialFails(failure));
        }
        let known = Known {
            judged: Judged::Same,
            call: 1,
            executed: (ran.executed != original).then(|| ran.executed.clone()),
            failure: None,
            why: None,
            states: None,
        };
        let mut session = Session {
            host,
            simplify,
            options,
            best: Best {
                origins: origin::of_original(original, &ran.executed),
                items: ran.executed,
                states: ran.states,
                failure,
            },
            graph: Graph::default(),
            pass: Pass::Original,
            detail: None,
            calls: 1,
            paid: usize::from(!ran.free),
            cached: 0,
            history: Vec::new(),
            also: Vec::new(),
            original: original.len(),
            cache: HashMap::new(),
            deadline,
            wrong_shortcuts: 0,
        };
        let executed = session.best.items.clone();
        if let Some(states) = session.best.states.clone() {
            session.graph.learn(original, &executed, &states, End::Failed);
        }
        session.remember(original.to_vec(), known.clone());
        session.remember(executed, Known { executed: None, ..known });
        let all: Vec<Origin> = (0..original.len()).map(Some).collect();
        session.record(original.len(), &all);
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
        self.judge(candidate, Take::Shorter)
    }

    /// The same, and a sequence as long as the best is taken too, if it executed exactly as asked.
    pub(crate) fn test_replacement(&mut self, candidate: &[Id]) -> Result<Judged, Stop> {
        self.judge(candidate, Take::Exact)
    }

    /// The same, and a sequence as long as the best is taken too, if it is simpler.
    pub(crate) fn test_simpler(&mut self, candidate: &[Id], simpler: SimplerIds<'_>) -> Result<Judged, Stop> {
        self.judge(candidate, Take::Simpler(simpler))
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
        let known = self.known(candidate).is_some()
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
    pub(crate) fn known(&mut self, candidate: &[Id]) -> Option<Judged> {
        self.remembered(candidate).map(|known| known.judged)
    }

    /// All that is known about the candidate.
    pub(crate) fn remembered(&mut self, candidate: &[Id]) -> Option<&Known> {
        match self.host.canonical(candidate) {
            Some(key) => self.cache.get(&key),
            None => self.cache.get(candidate),
        }
    }

    fn remember(&mut self, candidate: Vec<Id>, known: Known) {
        let key = self.host.canonical(&candidate).unwrap_or(candidate);
        self.cache.insert(key, known);
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

    /// Why there can be no further run.
    fn over(&self) -> Option<Stop> {
        if self.host.asked_to_stop() {
            Some(Stop::Asked)
        } else if self.options.max_calls.is_some_and(|most| self.paid >= most) {
            Some(Stop::Calls)
        } else if self.options.stop_at.is_some_and(|length| self.len() <= length) {
            Some(Stop::Length)
        } else if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            Some(Stop::Time)
        } else {
            None
        }
    }

    fn judge(&mut self, candidate: &[Id], take: Take<'_>) -> Result<Judged, Stop> {
        let faults = match self.remembered(candidate) {
            // What broke once may work now; but only the pass that proves something insists.
            Some(Known { judged: Judged::Fault(n), .. }) if *n < 2 => *n,
            Some(_) => 2,
            None => 0,
        };
        if faults == 2 || faults == 1 && self.pass != Pass::Singles {
            return Ok(self.recall(candidate, take));
        }
        if let Some(stop) = self.over() {
            return Err(stop);
        }
        let Ran { verdict, executed, states, free } = self.host.run(candidate);
        self.calls += 1;
        self.paid += usize::from(!free);
        let judged = match &verdict {
            Verdict::Fails(f) if f.is_same_as(&self.best.failure) => Judged::Same,
            Verdict::Fails(_) => Judged::Other,
            Verdict::Passes => Judged::Passes,
            Verdict::Unresolved(Unresolved::Invalid(_)) => Judged::Invalid,
            Verdict::Unresolved(Unresolved::Fault(_)) => Judged::Fault(faults + 1),
        };
        let (failure, why) = match verdict {
            Verdict::Fails(failure) => (Some(failure), None),
            Verdict::Passes => (None, None),
            Verdict::Unresolved(why) => (None, Some(why)),
        };
        let known = Known {
            judged,
            call: self.calls,
            executed: (executed != candidate).then(|| executed.clone()),
            failure: failure.clone(),
            why,
            states: if judged == Judged::Same { states.clone() } else { None },
        };
        if matches!(judged, Judged::Same | Judged::Other | Judged::Passes) && known.executed.is_some() {
            // What executed is a sequence of its own, and running it would be this very run.
            self.remember(executed.clone(), Known { executed: None, ..known.clone() });
        }
        self.remember(candidate.to_vec(), known);
        let end = match judged {
            Judged::Same => Some(End::Failed),
            Judged::Other => Some(End::FailedOtherwise),
            Judged::Passes => Some(End::Finished),
            Judged::Invalid => Some(End::Disabled),
            Judged::Fault(_) => None,
        };
        if let (Some(states), Some(end)) = (&states, end) {
            self.graph.learn(candidate, &executed, states, end);
        }
        self.host.tested(&self.progress());
        match failure {
            Some(failure) if judged == Judged::Same => {
                self.consider(candidate, take, executed, states, failure);
            }
            Some(failure) if !self.also.iter().any(|(f, _)| f.is_same_as(&failure)) => {
                self.host.other(&self.progress(), &executed, &failure);
                self.also.push((failure, executed));
            }
            _ => {}
        }
        Ok(judged)
    }

    /// What a run made before has shown. It may be taken now where it was not then.
    fn recall(&mut self, candidate: &[Id], take: Take<'_>) -> Judged {
        self.cached += 1;
        let Some(known) = self.remembered(candidate).cloned() else { return Judged::Fault(2) };
        if known.judged == Judged::Same
            && !matches!(take, Take::Shorter)
            && let Some(failure) = known.failure
        {
            let executed = known.executed.unwrap_or_else(|| candidate.to_vec());
            self.consider(candidate, take, executed, known.states, failure);
        }
        known.judged
    }

    /// Takes what executed for the best sequence, if it is better.
    fn consider(
        &mut self,
        candidate: &[Id],
        take: Take<'_>,
        executed: Vec<Id>,
        states: Option<Vec<Id>>,
        failure: Failure,
    ) {
        let as_long = executed.len() == self.len() && executed != self.best.items;
        let better = executed.len() < self.len()
            || as_long
                && match take {
                    Take::Shorter => false,
                    Take::Exact => executed == candidate,
                    Take::Simpler(simpler) => simpler(&executed, &self.best.items),
                };
        if better {
            let before = std::mem::take(&mut self.best.origins);
            let origins = origin::follow(&self.best.items, &before, &executed);
            let length = self.len();
            self.best = Best { items: executed, states, failure, origins };
            self.record(length, &before);
            self.announce();
        }
    }

    fn record(&mut self, length: usize, origins: &[Origin]) {
        let removed = origin::missing(origins, &self.best.origins);
        self.history.push(Record {
            pass: self.pass,
            detail: self.detail.clone(),
            call: self.calls,
            before: length,
            after: self.len(),
            removed,
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
