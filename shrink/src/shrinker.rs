//! The way in: types of items and states on the outside, numbers on the inside.

use std::cell::RefCell;
use std::collections::HashSet;
use std::hash::Hash;

use crate::ahead::Ahead;
use crate::intern::{Id, Interner};
use crate::session::{Host, Judged, Ran, Session, Simplify};
use crate::{
    Also, Attempt, Claim, Failure, Flaky, FlakyOptions, Needed, Observer, Options, Oracle, Progress, Report,
    ShrinkError, Simpler, Stop, Tried, Unproven, Without, schedule,
};

/// The name of a class of items that may all be dispensable at once: an action, an actor, a key.
pub type ClassKey = String;

/// The classes an item belongs to.
pub(crate) type Classes<'a, T> = &'a dyn Fn(&T) -> Vec<ClassKey>;

/// What a candidate is remembered by.
pub(crate) type Canonical<'a, T> = &'a dyn Fn(&[T]) -> Vec<T>;

/// Proposes simpler items. See [`Shrinker::normalise`].
pub trait Normalise<T> {
    /// What to try instead of this item, the simplest first; empty if it is as simple as can be. Every proposal
    /// has to be simpler than the item in one fixed order, or the work need not end. By default there is none.
    fn simpler(&self, item: &T) -> Vec<T> {
        let _ = item;
        Vec::new()
    }

    /// What to try instead of the whole sequence, the simplest first: actors renamed, items reordered. Every
    /// proposal has to be simpler than the sequence, in the same sense. By default there is none.
    fn rewrites(&self, items: &[T]) -> Vec<Vec<T>> {
        let _ = items;
        Vec::new()
    }

    /// Makes the sequence simpler by any means: it is told what came of every attempt. It must depend on nothing else, since
    /// with [`Workers`](crate::Workers) it is also called to find out what it would try next. By default it does nothing.
    ///
    /// # Errors
    ///
    /// What [`Attempt::attempt`] returned.
    fn simplify(&self, work: &mut dyn Attempt<T>) -> Result<(), Stop> {
        let _ = work;
        Ok(())
    }
}

/// Shrinks with default options. See [`Shrinker::shrink`].
///
/// # Errors
///
/// As [`Shrinker::shrink`].
///
/// ```
/// use itf_shrink::{Claim, Predicate, Verdict, shrink};
/// let mut oracle = Predicate(|c: &[i32]| {
///     if c.iter().any(|n| c.contains(&-n)) { Verdict::fails("sum", "zero", "") } else { Verdict::Passes }
/// });
/// let report = shrink(&[1, 4, -3, 5, -4, 6], &mut oracle).unwrap();
/// assert_eq!(report.items, [4, -4]);
/// assert_eq!(report.claim, Claim::OneMinimal);
/// ```
pub fn shrink<T, O>(original: &[T], oracle: &mut O) -> Result<Report<T, O::State>, ShrinkError>
where
    T: Clone + Eq + Hash,
    O: Oracle<T> + ?Sized,
{
    Shrinker::new(oracle).shrink(original)
}

/// A shrinker, to be told about classes, simpler items, observers and limits before it begins.
///
/// ```
/// use itf_shrink::{Options, Predicate, Shrinker, Stop, Verdict};
/// let mut oracle = Predicate(|c: &[u32]| {
///     if c.len() >= 3 { Verdict::fails("length", "c", "") } else { Verdict::Passes }
/// });
/// let report = Shrinker::new(&mut oracle)
///     .options(Options { max_calls: Some(4), ..Options::default() })
///     .shrink(&(0..100).collect::<Vec<_>>())
///     .unwrap();
/// assert_eq!(report.stopped, Some(Stop::Calls));
/// assert_eq!(report.calls, 4);
/// ```
pub struct Shrinker<'a, T, O: ?Sized> {
    pub(crate) oracle: &'a mut O,
    pub(crate) options: Options,
    pub(crate) classes: Option<Classes<'a, T>>,
    pub(crate) normalise: Option<&'a dyn Normalise<T>>,
    pub(crate) observer: Option<&'a mut dyn Observer<T>>,
    pub(crate) stop: Option<&'a dyn Fn() -> bool>,
    pub(crate) canonical: Option<Canonical<'a, T>>,
}

impl<'a, T, O> Shrinker<'a, T, O>
where
    T: Clone + Eq + Hash,
    O: Oracle<T> + ?Sized,
{
    /// A shrinker with default options that asks this oracle.
    ///
    /// ```
    /// use itf_shrink::{Predicate, ShrinkError, Shrinker, Verdict};
    /// let mut oracle = Predicate(|_: &[u8]| Verdict::Passes);
    /// assert_eq!(Shrinker::new(&mut oracle).shrink(&[1]).unwrap_err(), ShrinkError::DoesNotFail);
    /// ```
    pub fn new(oracle: &'a mut O) -> Self {
        Shrinker {
            oracle,
            options: Options::default(),
            classes: None,
            normalise: None,
            observer: None,
            stop: None,
            canonical: None,
        }
    }

    /// Uses these options.
    ///
    /// ```
    /// use itf_shrink::{Algorithm, Options, Predicate, Shrinker, Verdict};
    /// let mut oracle = Predicate(|c: &[u8]| match c {
    ///     [] => Verdict::Passes,
    ///     _ => Verdict::fails("not", "empty", ""),
    /// });
    /// let options = Options { algorithm: Algorithm::Ddmin, ..Options::default() };
    /// assert_eq!(Shrinker::new(&mut oracle).options(options).shrink(&[1, 2, 3]).unwrap().items.len(), 1);
    /// ```
    #[must_use]
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Tries to delete whole classes of items, where `classes` names all classes an item belongs to.
    ///
    /// ```
    /// use itf_shrink::{Pass, Predicate, Shrinker, Verdict};
    /// let mut oracle = Predicate(|c: &[&str]| match c.last() {
    ///     Some(&"drop b") => Verdict::fails("dropped", "b", ""),
    ///     _ => Verdict::Passes,
    /// });
    /// let steps = ["add a", "add c", "drop a", "drop c", "add b", "drop b"];
    /// let report = Shrinker::new(&mut oracle)
    ///     .classes(&|step| step.split(' ').map(String::from).collect())
    ///     .shrink(&steps)
    ///     .unwrap();
    /// assert_eq!(report.items, ["drop b"]);
    /// assert_eq!(report.history[1].pass, Pass::Classes);
    /// assert_eq!(report.history[1].detail.as_deref(), Some("add"));
    /// ```
    #[must_use]
    pub fn classes(mut self, classes: &'a dyn Fn(&T) -> Vec<ClassKey>) -> Self {
        self.classes = Some(classes);
        self
    }

    /// Replaces items by simpler ones: all at once first, then by halves, down to one by one.
    ///
    /// ```
    /// use itf_shrink::{Normalise, Predicate, Shrinker, Verdict};
    /// struct TowardsZero;
    /// impl Normalise<u32> for TowardsZero {
    ///     fn simpler(&self, item: &u32) -> Vec<u32> {
    ///         (0..*item).collect()
    ///     }
    /// }
    /// let mut oracle = Predicate(|c: &[u32]| {
    ///     if c.len() > 1 && c[0] >= 3 { Verdict::fails("big", "first", "") } else { Verdict::Passes }
    /// });
    /// let report = Shrinker::new(&mut oracle).normalise(&TowardsZero).shrink(&[7, 8, 9]).unwrap();
    /// assert_eq!(report.items, [3, 0]);
    /// ```
    #[must_use]
    pub fn normalise(mut self, normalise: &'a dyn Normalise<T>) -> Self {
        self.normalise = Some(normalise);
        self
    }

    /// Tells the observer what happens.
    ///
    /// ```
    /// use itf_shrink::{Observer, Predicate, Progress, Shrinker, Verdict};
    /// struct Count(usize);
    /// impl Observer<u8> for Count {
    ///     fn tested(&mut self, progress: &Progress) {
    ///         self.0 = progress.calls;
    ///     }
    /// }
    /// let mut oracle = Predicate(|c: &[u8]| match c {
    ///     [] => Verdict::Passes,
    ///     _ => Verdict::fails("not", "empty", ""),
    /// });
    /// let mut count = Count(0);
    /// let report = Shrinker::new(&mut oracle).observer(&mut count).shrink(&[1, 2, 3]).unwrap();
    /// assert_eq!(count.0, report.calls);
    /// ```
    #[must_use]
    pub fn observer(mut self, observer: &'a mut dyn Observer<T>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Asks this function before every run, and ends with the best so far when it says yes: a deadline, an
    /// interrupt, an oracle that found itself misconfigured.
    ///
    /// ```
    /// use std::cell::Cell;
    /// use itf_shrink::{Predicate, Shrinker, Stop, Verdict};
    /// let left = Cell::new(5);
    /// let mut oracle = Predicate(|c: &[u8]| {
    ///     left.set(left.get() - 1);
    ///     if c.len() > 1 { Verdict::fails("long", "c", "") } else { Verdict::Passes }
    /// });
    /// let report = Shrinker::new(&mut oracle).stop(&|| left.get() == 0).shrink(&[0; 64]).unwrap();
    /// assert_eq!((report.calls, report.stopped), (5, Some(Stop::Asked)));
    /// ```
    #[must_use]
    pub fn stop(mut self, stop: &'a dyn Fn() -> bool) -> Self {
        self.stop = Some(stop);
        self
    }

    /// Expects the failure to show in some runs only: candidates are run until their rate can be told.
    ///
    /// ```
    /// use itf_shrink::{FlakyOptions, Predicate, Shrinker, Verdict};
    /// let mut oracle = Predicate(|c: &[u8]| match c {
    ///     [] => Verdict::Passes,
    ///     _ => Verdict::fails("not", "empty", ""),
    /// });
    /// let found = Shrinker::new(&mut oracle).flaky(FlakyOptions::default()).shrink(&[1, 2, 3])?;
    /// assert_eq!(found.to_string(), "fails every time: the original 5 of 5, the result 3 of 3");
    /// # Ok::<(), itf_shrink::ShrinkError>(())
    /// ```
    pub fn flaky(self, options: FlakyOptions) -> Flaky<'a, T, O> {
        Flaky { with: self, options }
    }

    /// Remembers candidates by this form of them: two with the same form have the same verdict, and only one is run.
    /// For items that are told apart and mean the same, such as equal states at different positions.
    ///
    /// ```
    /// use itf_shrink::{Predicate, Shrinker, Verdict};
    /// // Only the letters count, not their numbers.
    /// let mut oracle = Predicate(|c: &[(char, u8)]| {
    ///     if c.iter().any(|i| i.0 == 'x') { Verdict::fails("has", "x", "") } else { Verdict::Passes }
    /// });
    /// let steps = [('a', 1), ('a', 2), ('x', 3), ('a', 4)];
    /// let plain = Shrinker::new(&mut oracle).shrink(&steps)?.calls;
    /// let letters = |c: &[(char, u8)]| c.iter().map(|i| (i.0, 0)).collect();
    /// assert!(Shrinker::new(&mut oracle).canonical(&letters).shrink(&steps)?.calls <= plain);
    /// # Ok::<(), itf_shrink::ShrinkError>(())
    /// ```
    #[must_use]
    pub fn canonical(mut self, canonical: &'a dyn Fn(&[T]) -> Vec<T>) -> Self {
        self.canonical = Some(canonical);
        self
    }

    /// Shrinks the sequence, keeping the failure that its first run shows.
    ///
    /// # Errors
    ///
    /// When the original passes or has no verdict, when the initial state alone fails, or when not even the
    /// first run was allowed. See [`ShrinkError`].
    ///
    /// ```
    /// use itf_shrink::{Predicate, ShrinkError, Shrinker, Verdict};
    /// let mut oracle = Predicate(|_: &[u8]| Verdict::fails("always", "here", ""));
    /// let error = Shrinker::new(&mut oracle).shrink(&[1, 2]).unwrap_err();
    /// assert!(matches!(error, ShrinkError::InitialFails(_)));
    /// ```
    pub fn shrink(self, original: &[T]) -> Result<Report<T, O::State>, ShrinkError> {
        let options = self.options.clone();
        let items = RefCell::new(Interner::new());
        let ids = items.borrow_mut().ids(original);
        let simplify = self.normalise.map(|normalise| Ids { items: &items, normalise });
        let simplify = simplify.as_ref().map(|s| s as &dyn Simplify);
        let ahead = Ahead::new(ids.clone(), &options);
        let mut host = Outside { items: &items, states: Interner::new(), ahead, simplify, with: self };
        let mut session = Session::begin(&mut host, simplify, options, &ids)?;
        let stopped = match session.check_initial() {
            Ok(Some(failure)) => return Err(ShrinkError::InitialFails(failure)),
            Ok(None) => schedule::run(&mut session).err(),
            Err(stop) => Some(stop),
        };
        if session.best.items.is_empty() {
            return Err(ShrinkError::InitialFails(session.best.failure));
        }
        let claim = claim(&mut session, stopped);
        let needed = needed(&mut session);
        let Session { best, calls, cached, history, also, original, .. } = session;
        let items = items.borrow();
        Ok(Report {
            items: items.values(&best.items),
            states: best.states.map(|states| host.states.values(&states)),
            failure: best.failure,
            claim,
            original,
            calls,
            ahead: host.ahead.unused(),
            cached,
            needed,
            history,
            also: also
                .into_iter()
                .map(|(failure, ids)| Also { failure, items: items.values(&ids) })
                .collect(),
            stopped,
        })
    }
}

/// Why each item of the best sequence is there: what the run without it showed.
fn needed(s: &mut Session<'_>) -> Vec<Needed> {
    let length = s.len();
    (0..length)
        .map(|at| {
            let deletion = s.without(at, at + 1);
            let origin = s.best.origins.get(at).copied().flatten();
            let Some(known) = s.remembered(&deletion) else {
                return Needed { origin, without: Without::Untested, call: None, lost: 0 };
            };
            let executed = known.executed.as_ref().map_or(deletion.len(), Vec::len);
            let without = match (known.judged, &known.failure, &known.why) {
                (Judged::Same, ..) => Without::Fails,
                (Judged::Other, Some(failure), _) => Without::FailsOtherwise(failure.clone()),
                (_, _, Some(why)) => Without::Unresolved(why.clone()),
                _ => Without::Passes,
            };
            let lost = deletion.len().saturating_sub(executed);
            Needed { origin, without, call: Some(known.call), lost }
        })
        .collect()
}

/// What the runs that were made show about the best sequence, whichever algorithm made them.
fn claim(s: &mut Session<'_>, stopped: Option<Stop>) -> Claim {
    let (mut untested, mut faults) = (0, 0);
    let deletions: HashSet<Vec<Id>> = (0..s.len()).map(|i| s.without(i, i + 1)).collect();
    for deletion in &deletions {
        match s.known(deletion) {
            None => untested += 1,
            Some(Judged::Fault(_)) => faults += 1,
            Some(Judged::Same) => return Claim::Reduced(Unproven::Reducible),
            Some(Judged::Other | Judged::Passes | Judged::Invalid) => {}
        }
    }
    match (untested, stopped) {
        (0, _) if faults == 0 => Claim::OneMinimal,
        (0, _) => Claim::Reduced(Unproven::Faults(faults)),
        (_, Some(why)) => Claim::Reduced(Unproven::Stopped { why, untested }),
        (_, None) => Claim::Reduced(Unproven::Untested(untested)),
    }
}

/// A normaliser in terms of numbers.
struct Ids<'a, T> {
    items: &'a RefCell<Interner<T>>,
    normalise: &'a dyn Normalise<T>,
}

/// The work in hand in terms of items.
struct Items<'a, 's, 'h, T> {
    items: &'a RefCell<Interner<T>>,
    session: &'s mut Session<'h>,
}

impl<T: Clone + Eq + Hash> Simplify for Ids<'_, T> {
    fn simplify(&self, session: &mut Session<'_>) -> Result<(), Stop> {
        self.normalise.simplify(&mut Items { items: self.items, session })
    }
}

impl<T: Clone + Eq + Hash> Attempt<T> for Items<'_, '_, '_, T> {
    fn best(&self) -> Vec<T> {
        self.items.borrow().values(&self.session.best.items)
    }

    fn attempt(&mut self, candidate: &[T], simpler: Simpler<'_, T>) -> Result<Tried<T>, Stop> {
        let ids = self.items.borrow_mut().ids(candidate);
        let before = self.session.best.items.clone();
        let in_items = |new: &[Id], old: &[Id]| {
            let (new, old) = (self.items.borrow().values(new), self.items.borrow().values(old));
            simpler(&new, &old)
        };
        let judged = self.session.test_simpler(&ids, &in_items)?;
        let executed = match judged {
            Judged::Fault(_) => None,
            _ => self.session.remembered(&ids).map(|known| known.executed.clone().unwrap_or(ids.clone())),
        };
        let executed = executed.map(|executed| self.items.borrow().values(&executed));
        Ok(Tried { taken: self.session.best.items != before, executed })
    }
}

/// The outside as the passes see it.
struct Outside<'a, 'i, T, O: Oracle<T> + ?Sized> {
    items: &'i RefCell<Interner<T>>,
    states: Interner<O::State>,
    ahead: Ahead,
    simplify: Option<&'i dyn Simplify>,
    with: Shrinker<'a, T, O>,
}

impl<T, O> Outside<'_, '_, T, O>
where
    T: Clone + Eq + Hash,
    O: Oracle<T> + ?Sized,
{
    /// `before`: what the oracle had recalled before this run.
    fn ran(&mut self, run: crate::Run<T, O::State>, before: usize) -> Ran {
        let free = self.with.oracle.recalled() > before;
        let states = run.states.filter(|states| states.len() == run.executed.len() + 1);
        Ran {
            verdict: run.verdict,
            executed: self.items.borrow_mut().ids(&run.executed),
            states: states.map(|states| self.states.ids(&states)),
            free,
        }
    }

    /// Runs the candidate among those that will probably be asked for next.
    fn run_ahead(&mut self, candidate: &[Id]) -> Ran {
        let wanted = self.ahead.ask(candidate);
        let outside = Known {
            items: self.items,
            classes: self.with.classes,
            normalise: self.with.normalise,
            canonical: self.with.canonical,
        };
        loop {
            if let Some(ran) = self.ahead.answer(&wanted) {
                return ran;
            }
            let Some(pool) = self.with.oracle.pool() else {
                return Ran {
                    verdict: crate::Verdict::fault("the workers are gone"),
                    executed: Vec::new(),
                    states: None,
                    free: false,
                };
            };
            let room = pool.width().saturating_sub(self.ahead.flying());
            for (ticket, next) in self.ahead.next(&wanted, room, &outside, self.simplify) {
                pool.submit(ticket, self.items.borrow().values(&next));
            }
            let before = self.with.oracle.recalled();
            let Some(pool) = self.with.oracle.pool() else { continue };
            let (ticket, run) = pool.wait();
            let ran = self.ran(run, before);
            self.ahead.done(ticket, ran);
        }
    }
}

/// What is known without running anything.
pub(crate) struct Known<'k, T> {
    items: &'k RefCell<Interner<T>>,
    classes: Option<Classes<'k, T>>,
    normalise: Option<&'k dyn Normalise<T>>,
    canonical: Option<Canonical<'k, T>>,
}

/// The questions of [`Host`] that need no run.
pub(crate) trait Lookup {
    fn classes(&self, item: Id) -> Vec<ClassKey>;
    fn simpler(&self, item: Id) -> Vec<Id>;
    fn rewrites(&self, items: &[Id]) -> Vec<Vec<Id>>;
    fn canonical(&self, candidate: &[Id]) -> Option<Vec<Id>>;
}

impl<T: Clone + Eq + Hash> Lookup for Known<'_, T> {
    fn classes(&self, item: Id) -> Vec<ClassKey> {
        self.classes.map_or_else(Vec::new, |classes| classes(self.items.borrow().value(item)))
    }

    fn simpler(&self, item: Id) -> Vec<Id> {
        let Some(normalise) = self.normalise else { return Vec::new() };
        let simpler = normalise.simpler(self.items.borrow().value(item));
        self.items.borrow_mut().ids(&simpler)
    }

    fn rewrites(&self, items: &[Id]) -> Vec<Vec<Id>> {
        let Some(normalise) = self.normalise else { return Vec::new() };
        let rewrites = normalise.rewrites(&self.items.borrow().values(items));
        rewrites.iter().map(|rewrite| self.items.borrow_mut().ids(rewrite)).collect()
    }

    fn canonical(&self, candidate: &[Id]) -> Option<Vec<Id>> {
        let canonical = self.canonical?;
        let form = canonical(&self.items.borrow().values(candidate));
        Some(self.items.borrow_mut().ids(&form))
    }
}

impl<T, O> Outside<'_, '_, T, O>
where
    T: Clone + Eq + Hash,
    O: Oracle<T> + ?Sized,
{
    fn known(&self) -> Known<'_, T> {
        let Shrinker { classes, normalise, canonical, .. } = &self.with;
        Known { items: self.items, classes: *classes, normalise: *normalise, canonical: *canonical }
    }
}

impl<T, O> Host for Outside<'_, '_, T, O>
where
    T: Clone + Eq + Hash,
    O: Oracle<T> + ?Sized,
{
    fn run(&mut self, candidate: &[Id]) -> Ran {
        if self.with.oracle.pool().is_some() {
            return self.run_ahead(candidate);
        }
        let candidate = self.items.borrow().values(candidate);
        let before = self.with.oracle.recalled();
        let run = self.with.oracle.run(&candidate);
        self.ran(run, before)
    }

    fn asked_to_stop(&self) -> bool {
        self.with.stop.is_some_and(|stop| stop())
    }

    fn classes(&self, item: Id) -> Vec<ClassKey> {
        self.known().classes(item)
    }

    fn simpler(&mut self, item: Id) -> Vec<Id> {
        self.known().simpler(item)
    }

    fn rewrites(&mut self, items: &[Id]) -> Vec<Vec<Id>> {
        self.known().rewrites(items)
    }

    fn canonical(&mut self, candidate: &[Id]) -> Option<Vec<Id>> {
        self.known().canonical(candidate)
    }

    fn tested(&mut self, progress: &Progress) {
        if let Some(observer) = &mut self.with.observer {
            observer.tested(progress);
        }
    }

    fn improved(&mut self, progress: &Progress, items: &[Id], failure: &Failure) {
        if let Some(observer) = &mut self.with.observer {
            observer.improved(progress, &self.items.borrow().values(items), failure);
        }
    }

    fn other(&mut self, progress: &Progress, items: &[Id], failure: &Failure) {
        if let Some(observer) = &mut self.with.observer {
            observer.other(progress, &self.items.borrow().values(items), failure);
        }
    }
}
