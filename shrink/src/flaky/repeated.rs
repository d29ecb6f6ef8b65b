//! One verdict out of many runs.

use std::cell::Cell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::Hash;

use super::sprt::{Decision, Sprt};
use crate::{Failure, Oracle, Run, Unresolved, Verdict};

/// Runs between two replays of the best sequence.
const REPLAY_EVERY: usize = 32;
/// The best turned out to fail too seldom when the odds against it are a hundred to one.
const AGAINST: f64 = 0.01;
/// After so many runs in a row without a verdict a candidate has none.
const FAULTS: usize = 3;
/// With so many more faults than answers, a sequence is not sampled further.
const LOST: usize = 64;
/// Tickets of runs from here on are ours: others count theirs from 0.
pub(super) const FIRST_TICKET: u64 = 1 << 48;

/// How a candidate is judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Mode {
    /// By one run.
    Once,
    /// By the sequential test, at this rate of wrong rejections.
    Test { test: Sprt, beta: f64 },
    /// The first hit accepts; so many misses reject.
    FirstHit { most: usize },
}

/// What is known about one candidate.
pub(super) struct Evidence<T, S> {
    pub(super) hits: usize,
    pub(super) misses: usize,
    faults: usize,
    /// Which of the hypotheses this is: counted from 1 in the order of first hits.
    number: usize,
    decision: Option<Decision>,
    /// It was rejected for good: nobody can execute it, or it was accepted once and given up.
    barred: bool,
    /// The longest execution that failed, if all are beginnings of it.
    hit: Option<Run<T, S>>,
    /// The last one that did not.
    miss: Option<Run<T, S>>,
}

impl<T, S> Default for Evidence<T, S> {
    fn default() -> Self {
        Evidence {
            hits: 0,
            misses: 0,
            faults: 0,
            number: 0,
            decision: None,
            barred: false,
            hit: None,
            miss: None,
        }
    }
}

/// What the stop function of a shrinker can see while the oracle is lent to it.
#[derive(Debug, Default)]
pub(super) struct Signals {
    /// All runs so far.
    pub(super) runs: Cell<usize>,
    /// Those of them that were made before, and cost nothing now.
    pub(super) recalled: Cell<usize>,
    /// The best sequence turned out to fail too seldom.
    pub(super) turned: Cell<bool>,
}

impl Signals {
    /// The runs that cost something.
    pub(super) fn paid(&self) -> usize {
        self.runs.get().saturating_sub(self.recalled.get())
    }
}

/// Runs a candidate as often as it takes.
pub(super) struct Repeated<'a, T, O: Oracle<T> + ?Sized> {
    oracle: &'a mut O,
    signals: &'a Signals,
    /// Whether work has to end now.
    stopped: &'a dyn Fn() -> bool,
    /// The failure that counts.
    failure: Failure,
    pub(super) mode: Mode,
    /// The chance of a wrong acceptance that all candidates share.
    pub(super) delta: f64,
    pub(super) max_runs: Option<usize>,
    evidence: HashMap<Vec<T>, Evidence<T, O::State>>,
    hypotheses: usize,
    /// Every sequence that was accepted, in order; the first is the original.
    pub(super) chain: Vec<Run<T, O::State>>,
    failing: HashSet<O::State>,
    replayed_at: usize,
    /// The fresh evidence for the best sequence, since it is the best.
    watch: f64,
    /// Runs that were made at the same time as another of the same candidate, and not looked at yet.
    ready: HashMap<Vec<T>, VecDeque<Run<T, O::State>>>,
    tickets: u64,
}

impl<'a, T, O> Repeated<'a, T, O>
where
    T: Clone + Eq + Hash,
    O: Oracle<T> + ?Sized,
{
    /// Whether work has to end now.
    pub(super) fn is_stopped(&self) -> bool {
        (self.stopped)()
    }

    /// `start` is the run that showed the failure; the tickets before that number were used.
    pub(super) fn new(
        oracle: &'a mut O,
        signals: &'a Signals,
        stopped: &'a dyn Fn() -> bool,
        failure: Failure,
        (start, tickets): (Run<T, O::State>, u64),
    ) -> Self {
        let mut repeated = Repeated {
            oracle,
            signals,
            stopped,
            failure,
            mode: Mode::Once,
            delta: 0.05,
            max_runs: None,
            evidence: HashMap::new(),
            hypotheses: 0,
            chain: Vec::new(),
            failing: HashSet::new(),
            replayed_at: signals.runs.get(),
            watch: 0.0,
            ready: HashMap::new(),
            tickets,
        };
        repeated.accept(start);
        repeated
    }

    /// One run, counted.
    pub(super) fn once(&mut self, candidate: &[T]) -> Run<T, O::State> {
        self.signals.runs.set(self.signals.runs.get() + 1);
        if let Some(run) = self.ready.get_mut(candidate).and_then(VecDeque::pop_front) {
            return run;
        }
        let run = if self.mode == Mode::Once { self.oracle.run(candidate) } else { self.several(candidate) };
        self.signals.recalled.set(self.oracle.recalled());
        run
    }

    fn several(&mut self, candidate: &[T]) -> Run<T, O::State> {
        let mut runs = several(self.oracle, &mut self.tickets, candidate);
        let next = runs.pop_front();
        self.keep(candidate, runs);
        next.unwrap_or_else(|| Run::of(candidate, Verdict::fault("no run was made")))
    }

    /// Takes runs of a candidate that were made and not looked at.
    pub(super) fn keep(&mut self, candidate: &[T], runs: VecDeque<Run<T, O::State>>) {
        if !runs.is_empty() {
            self.ready.entry(candidate.to_vec()).or_default().extend(runs);
        }
    }

    /// Runs that were made and not looked at.
    pub(super) fn unused(&self) -> usize {
        self.ready.values().map(VecDeque::len).sum()
    }

    /// Whether a run shows the failure; nothing if it has no verdict.
    pub(super) fn shows(&self, run: &Run<T, O::State>) -> Option<bool> {
        match &run.verdict {
            Verdict::Fails(failure) => Some(failure.is_same_as(&self.failure)),
            Verdict::Passes | Verdict::Unresolved(Unresolved::Invalid(_)) => Some(false),
            Verdict::Unresolved(Unresolved::Fault(_)) => None,
        }
    }

    /// Runs the best sequence afresh until there are so many verdicts, and counts the hits; less if it has to stop, or if
    /// `enough` says so.
    pub(super) fn batch(&mut self, runs: usize, enough: impl Fn(super::Rate) -> bool) -> super::Rate {
        let Some(best) = self.chain.last().map(|run| run.executed.clone()) else {
            return super::Rate::default();
        };
        self.sample(&best, runs, enough)
    }

    /// The same for any sequence. Evidence is neither used nor added: these runs have to be independent.
    pub(super) fn sample(
        &mut self,
        candidate: &[T],
        runs: usize,
        enough: impl Fn(super::Rate) -> bool,
    ) -> super::Rate {
        let mut rate = super::Rate::default();
        let mut faults = 0;
        // Without any limit of runs, faults have one all the same: whatever runs the oracle may be gone for good.
        while rate.runs < runs && faults <= runs.min(rate.runs + LOST) && !enough(rate) && !(self.stopped)() {
            let run = self.once(candidate);
            match self.shows(&run) {
                Some(hit) => rate.count(hit),
                None => faults += 1,
            }
        }
        rate
    }

    /// Forgets the accepted sequences after the one at `last`, and never accepts them again.
    pub(super) fn backtrack(&mut self, last: usize) {
        for rejected in self.chain.split_off(last + 1) {
            let evidence = self.evidence.entry(rejected.executed).or_default();
            (evidence.decision, evidence.barred) = (Some(Decision::Reject), true);
        }
        for evidence in self.evidence.values_mut() {
            // A candidate that executed as one of these did is not trusted either.
            if evidence.decision == Some(Decision::Accept) {
                (evidence.decision, evidence.barred) = (Some(Decision::Reject), true);
            }
        }
        for kept in &self.chain {
            let evidence = self.evidence.entry(kept.executed.clone()).or_default();
            (evidence.decision, evidence.barred) = (Some(Decision::Accept), false);
            evidence.hit = Some(kept.clone());
        }
        self.watch = 0.0;
        self.signals.turned.set(false);
    }

    /// Forgets decisions that were taken by other rules than those from now on. Evidence stays.
    pub(super) fn reconsider(&mut self) {
        for evidence in self.evidence.values_mut() {
            if evidence.decision == Some(Decision::Reject) && !evidence.barred {
                evidence.decision = None;
            }
        }
        self.watch = 0.0;
        self.signals.turned.set(false);
    }

    fn accept(&mut self, run: Run<T, O::State>) {
        if let Some(state) = run.states.as_ref().and_then(|states| states.last()) {
            self.failing.insert(state.clone());
        }
        let evidence = self.evidence.entry(run.executed.clone()).or_default();
        evidence.decision = Some(Decision::Accept);
        evidence.hit = Some(run.clone());
        self.chain.push(run);
        self.watch = 0.0;
        self.replayed_at = self.signals.runs.get();
    }

    fn decide(&self, evidence: &Evidence<T, O::State>) -> Decision {
        let runs = evidence.hits + evidence.misses;
        match self.mode {
            Mode::Once | Mode::FirstHit { .. } if evidence.hits > 0 => Decision::Accept,
            Mode::Once if runs > 0 => Decision::Reject,
            Mode::FirstHit { most } if runs >= most => Decision::Reject,
            Mode::Once | Mode::FirstHit { .. } => Decision::Undecided,
            Mode::Test { test, beta } => {
                let alpha = test.share(self.delta, evidence.number, beta);
                test.decide(evidence.hits, evidence.misses, alpha, beta)
            }
        }
    }

    /// Whether it has had all the runs that a candidate gets.
    fn is_spent(&self, evidence: &Evidence<T, O::State>) -> bool {
        self.max_runs.is_some_and(|most| evidence.hits + evidence.misses >= most)
    }

    fn judge(&mut self, candidate: &[T]) -> Run<T, O::State> {
        let mut evidence = self.evidence.remove(candidate).unwrap_or_default();
        evidence.faults = 0;
        let answer = loop {
            match evidence.decision.unwrap_or_else(|| self.decide(&evidence)) {
                Decision::Accept => {
                    let known = evidence.decision.is_some();
                    evidence.decision = Some(Decision::Accept);
                    let hit = evidence.hit.clone().unwrap_or_else(|| self.as_asked(candidate));
                    if !known {
                        self.accept(hit.clone());
                    }
                    break hit;
                }
                Decision::Reject => {
                    evidence.decision = Some(Decision::Reject);
                    break self.rejected(candidate, &evidence);
                }
                Decision::Undecided if (self.stopped)() => {
                    break Run::of(candidate, Verdict::fault("stopped"));
                }
                // That nothing was decided shows nothing: it is no pass.
                Decision::Undecided if self.is_spent(&evidence) => {
                    break Run::of(candidate, Verdict::fault("its runs did not decide"));
                }
                Decision::Undecided => {}
            }
            let run = self.once(candidate);
            match self.shows(&run) {
                None => {
                    evidence.faults += 1;
                    if evidence.faults >= FAULTS {
                        break run;
                    }
                }
                Some(true) => {
                    if evidence.hits == 0 {
                        self.hypotheses += 1;
                        evidence.number = self.hypotheses;
                    }
                    evidence.hits += 1;
                    evidence.faults = 0;
                    evidence.hit = Some(match evidence.hit.take() {
                        Some(old) if old.executed.starts_with(&run.executed) => old,
                        Some(old) if !run.executed.starts_with(&old.executed) => self.as_asked(candidate),
                        _ => run,
                    });
                }
                Some(false) => {
                    evidence.misses += 1;
                    evidence.faults = 0;
                    let invalid = matches!(run.verdict, Verdict::Unresolved(Unresolved::Invalid(_)));
                    let other = |run: &Run<T, O::State>| matches!(run.verdict, Verdict::Fails(_));
                    if !evidence.miss.as_ref().is_some_and(other) || other(&run) {
                        evidence.miss = Some(run);
                    }
                    if invalid {
                        // Nobody can execute it: no second run will.
                        (evidence.decision, evidence.barred) = (Some(Decision::Reject), true);
                    }
                }
            }
        };
        self.evidence.insert(candidate.to_vec(), evidence);
        answer
    }

    /// Executions that failed differ, so none stands for the candidate: it is taken as it was asked for.
    fn as_asked(&self, candidate: &[T]) -> Run<T, O::State> {
        Run::of(candidate, Verdict::Fails(self.failure.clone()))
    }

    /// What an engine is told about a candidate that fails too seldom: one of the runs that did not fail. Its states say
    /// that nothing fails on the way; where they lead through a state that does, they are kept back.
    fn rejected(&self, candidate: &[T], evidence: &Evidence<T, O::State>) -> Run<T, O::State> {
        let Some(miss) = &evidence.miss else { return Run::of(candidate, Verdict::Passes) };
        let mut miss = miss.clone();
        if miss.states.as_ref().is_some_and(|states| states.iter().any(|s| self.failing.contains(s))) {
            miss = Run { executed: candidate.to_vec(), states: None, ..miss };
        }
        miss
    }

    /// Runs the best sequence once more, now and then.
    fn replay(&mut self) {
        if self.signals.runs.get() < self.replayed_at + REPLAY_EVERY || (self.stopped)() {
            return;
        }
        self.replayed_at = self.signals.runs.get();
        let Some(best) = self.chain.last().map(|run| run.executed.clone()) else { return };
        let run = self.once(&best);
        let Some(hit) = self.shows(&run) else { return };
        match self.mode {
            Mode::Once => self.signals.turned.set(!hit),
            Mode::Test { test, .. } => {
                self.watch += test.evidence(usize::from(hit), usize::from(!hit));
                self.signals.turned.set(self.watch <= AGAINST.ln());
            }
            Mode::FirstHit { .. } => {}
        }
    }
}

/// As many runs at once as the oracle can make, one at least. They are to be looked at one after the other in the order in
/// which they were begun: in that of their ends, a failure that shows quickly would seem to show often.
pub(super) fn several<T, O>(oracle: &mut O, tickets: &mut u64, candidate: &[T]) -> VecDeque<Run<T, O::State>>
where
    T: Clone + PartialEq,
    O: Oracle<T> + ?Sized,
{
    let Some(pool) = oracle.pool() else { return VecDeque::from([oracle.run(candidate)]) };
    let first = *tickets;
    let mut runs: Vec<Option<Run<T, O::State>>> = vec![None; pool.width().max(1)];
    for ticket in (first..).take(runs.len()) {
        pool.submit(ticket, candidate.to_vec());
        *tickets = ticket + 1;
    }
    while runs.contains(&None) {
        let (ticket, run) = pool.wait();
        let at = ticket.checked_sub(first).and_then(|at| usize::try_from(at).ok());
        match at.and_then(|at| runs.get_mut(at)) {
            Some(place) => *place = Some(run),
            // No worker is left.
            None if ticket == u64::MAX => return VecDeque::from([run]),
            // Somebody else's, who did not wait for it.
            None => {}
        }
    }
    runs.into_iter().flatten().collect()
}

impl<T, O> Oracle<T> for Repeated<'_, T, O>
where
    T: Clone + Eq + Hash,
    O: Oracle<T> + ?Sized,
{
    type State = O::State;

    fn run(&mut self, candidate: &[T]) -> Run<T, O::State> {
        let run = self.judge(candidate);
        self.replay();
        run
    }
}
