//! Running ahead: what several workers do while one candidate is asked for.
//!
//! The work is a function of what the runs show. So what it will ask for next is found by doing it again, from its
//! beginning, with what is known and a guess in the place of every run not yet made. Guesses decide what is run early and
//! nothing else: the result is that of the work done one run at a time, however many workers there are and however fast
//! they are.
//!
//! The guess is that of merging patches: a candidate is the best sequence without some items. If other runs have shown that
//! these items can go, each part by itself, the guess is that they can go together; else that they cannot.

use std::collections::{HashMap, HashSet};

use crate::intern::Id;
use crate::schedule;
use crate::session::{Host, Ran, Session, Simplify};
use crate::shrinker::Lookup;
use crate::{Failure, Options, Progress, Verdict};

/// A candidate, and how often it was run before.
type Key = (Vec<Id>, u32);

/// How many successes, the last ones, are looked at to make a guess.
const PATCHES: usize = 64;

pub(crate) struct Ahead {
    original: Vec<Id>,
    options: Options,
    known: HashMap<Key, Ran>,
    /// Under way, by ticket.
    flying: HashMap<u64, Key>,
    asked: HashMap<Vec<Id>, u32>,
    submitted: u64,
    used: u64,
    broken: Option<Ran>,
}

impl Ahead {
    pub(crate) fn new(original: Vec<Id>, options: &Options) -> Self {
        // Time passes no differently for who looks ahead, and what is asked for is asked for within all other limits.
        let options = Options { max_time: None, ..options.clone() };
        let (known, flying, asked) = (HashMap::new(), HashMap::new(), HashMap::new());
        Ahead { original, options, known, flying, asked, submitted: 0, used: 0, broken: None }
    }

    /// Notes that the candidate is asked for.
    pub(crate) fn ask(&mut self, candidate: &[Id]) -> Key {
        let asked = self.asked.entry(candidate.to_vec()).or_default();
        let key = (candidate.to_vec(), *asked);
        *asked += 1;
        key
    }

    /// What it showed, once that is known.
    pub(crate) fn answer(&mut self, key: &Key) -> Option<Ran> {
        let ran = self.known.get(key).or(self.broken.as_ref()).cloned();
        self.used += u64::from(ran.is_some());
        ran
    }

    pub(crate) fn flying(&self) -> usize {
        self.flying.len()
    }

    /// Runs that nobody asked for.
    pub(crate) fn unused(&self) -> usize {
        usize::try_from(self.submitted.saturating_sub(self.used)).unwrap_or(usize::MAX)
    }

    pub(crate) fn done(&mut self, ticket: u64, ran: Ran) {
        match self.flying.remove(&ticket) {
            Some(key) => {
                self.known.insert(key, ran);
            }
            None => self.broken = Some(ran),
        }
    }

    /// What to run now: the one asked for, if it is not under way, and those that come next by guess.
    pub(crate) fn next(
        &mut self,
        wanted: &Key,
        room: usize,
        outside: &dyn Lookup,
        simplify: Option<&dyn Simplify>,
    ) -> Vec<(u64, Vec<Id>)> {
        if room == 0 {
            return Vec::new();
        }
        let mut next: Vec<Key> = Vec::new();
        if !self.flying.values().any(|key| key == wanted) {
            next.push(wanted.clone());
        }
        if next.len() < room {
            let mut shadow = Shadow {
                ahead: self,
                outside,
                asked: HashMap::new(),
                flying: self.flying.values().collect(),
                successes: Vec::new(),
                room: room - next.len(),
                skip: wanted,
                found: Vec::new(),
                identity: None,
                unknown: 0,
            };
            if let Ok(mut session) =
                Session::begin(&mut shadow, simplify, self.options.clone(), &self.original)
            {
                // It ends when enough was found.
                let _ = session.check_initial().map(|_| schedule::run(&mut session));
            }
            next.append(&mut shadow.found);
        }
        next.into_iter()
            .map(|key| {
                self.submitted += 1;
                let candidate = key.0.clone();
                self.flying.insert(self.submitted, key);
                (self.submitted, candidate)
            })
            .collect()
    }
}

/// The outside of work that is done again with guesses.
struct Shadow<'a> {
    ahead: &'a Ahead,
    outside: &'a dyn Lookup,
    asked: HashMap<Vec<Id>, u32>,
    flying: HashSet<&'a Key>,
    /// What executed in the runs that failed the same way.
    successes: Vec<Vec<Id>>,
    room: usize,
    skip: &'a Key,
    found: Vec<Key>,
    identity: Option<Failure>,
    /// Guesses made so far.
    unknown: usize,
}

/// Guesses in a row after which nothing sensible can be foreseen.
const HORIZON: usize = 512;

impl Shadow<'_> {
    fn guess(&mut self, candidate: &[Id]) -> Ran {
        let fails = self.may_go_together(candidate);
        let verdict = match &self.identity {
            Some(failure) if fails => Verdict::Fails(failure.clone()),
            _ => Verdict::Passes,
        };
        Ran { verdict, executed: candidate.to_vec(), states: None, free: false }
    }

    /// Whether what is missing in the candidate is what is missing in several runs that failed, taken together.
    fn may_go_together(&self, candidate: &[Id]) -> bool {
        let Some(missing) = missing(&self.ahead.original, candidate) else { return false };
        let mut covered: HashSet<usize> = HashSet::new();
        let known = self.ahead.known.iter().filter(|(_, ran)| matches!(ran.verdict, Verdict::Fails(_)));
        let known = known.map(|((asked, _), _)| asked);
        for success in known.chain(self.successes.iter().rev().take(PATCHES)) {
            if let Some(patch) = self::missing(&self.ahead.original, success)
                && patch.is_subset(&missing)
            {
                covered.extend(patch);
                if covered.len() == missing.len() {
                    return true;
                }
            }
        }
        false
    }
}

/// The positions of `whole` that are not in `part`, if the rest is.
fn missing(whole: &[Id], part: &[Id]) -> Option<HashSet<usize>> {
    let mut rest = part.iter().peekable();
    let mut missing = HashSet::new();
    for (at, item) in whole.iter().enumerate() {
        if rest.peek() == Some(&item) {
            rest.next();
        } else {
            missing.insert(at);
        }
    }
    rest.peek().is_none().then_some(missing)
}

impl Host for Shadow<'_> {
    fn run(&mut self, candidate: &[Id]) -> Ran {
        let asked = self.asked.entry(candidate.to_vec()).or_default();
        let key = (candidate.to_vec(), *asked);
        *asked += 1;
        if let Some(ran) = self.ahead.known.get(&key) {
            if let (None, Verdict::Fails(failure)) = (&self.identity, &ran.verdict) {
                self.identity = Some(failure.clone());
            }
            return ran.clone();
        }
        let ran = self.guess(candidate);
        if matches!(ran.verdict, Verdict::Fails(_)) {
            self.successes.push(candidate.to_vec());
        }
        self.unknown += 1;
        if key != *self.skip && !self.flying.contains(&key) && !self.found.contains(&key) {
            self.found.push(key);
        }
        ran
    }

    fn asked_to_stop(&self) -> bool {
        self.found.len() >= self.room || self.unknown > HORIZON
    }

    fn classes(&self, item: Id) -> Vec<String> {
        self.outside.classes(item)
    }

    fn simpler(&mut self, item: Id) -> Vec<Id> {
        self.outside.simpler(item)
    }

    fn rewrites(&mut self, items: &[Id]) -> Vec<Vec<Id>> {
        self.outside.rewrites(items)
    }

    fn canonical(&mut self, candidate: &[Id]) -> Option<Vec<Id>> {
        self.outside.canonical(candidate)
    }

    fn tested(&mut self, _: &Progress) {}

    fn improved(&mut self, _: &Progress, _: &[Id], _: &Failure) {}

    fn other(&mut self, _: &Progress, _: &[Id], _: &Failure) {}
}
