//! The way in: types of items and states on the outside, numbers on the inside.

use std::collections::HashSet;
use std::hash::Hash;

use crate::intern::{Id, Interner};
use crate::session::{Host, Judged, Ran, Session};
use crate::{
    Also, Claim, Failure, Flaky, FlakyOptions, Observer, Options, Oracle, Progress, Report, ShrinkError,
    Stop, Unproven, schedule,
};

/// The name of a class of items that may all be dispensable at once: an action, an actor, a key.
pub type ClassKey = String;

/// The classes an item belongs to.
pub(crate) type Classes<'a, T> = &'a dyn Fn(&T) -> Vec<ClassKey>;

/// Proposes simpler items. See [`Shrinker::normalise`].
pub trait Normalise<T> {
    /// What to try instead of this item, the simplest first; empty if it is as simple as can be. Every proposal
    /// has to be simpler than the item in one fixed order, or the work need not end.
    fn simpler(&self, item: &T) -> Vec<T>;

    /// What to try instead of the whole sequence, the simplest first: actors renamed, items reordered. Every
    /// proposal has to be simpler than the sequence, in the same sense. By default there is none.
    fn rewrites(&self, items: &[T]) -> Vec<Vec<T>> {
        let _ = items;
        Vec::new()
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
        let mut host = Outside { items: Interner::new(), states: Interner::new(), with: self };
        let ids = host.items.ids(original);
        let mut session = Session::begin(&mut host, options, &ids)?;
        let stopped = match session.check_initial() {
            Ok(Some(failure)) => return Err(ShrinkError::InitialFails(failure)),
            Ok(None) => schedule::run(&mut session).err(),
            Err(stop) => Some(stop),
        };
        if session.best.items.is_empty() {
            return Err(ShrinkError::InitialFails(session.best.failure));
        }
        let claim = claim(&session, stopped);
        let Session { best, calls, cached, history, also, original, .. } = session;
        Ok(Report {
            items: host.items.values(&best.items),
            states: best.states.map(|states| host.states.values(&states)),
            failure: best.failure,
            claim,
            original,
            calls,
            cached,
            history,
            also: also
                .into_iter()
                .map(|(failure, items)| Also { failure, items: host.items.values(&items) })
                .collect(),
            stopped,
        })
    }
}

/// What the runs that were made show about the best sequence, whichever algorithm made them.
fn claim(s: &Session<'_>, stopped: Option<Stop>) -> Claim {
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

/// The outside as the passes see it.
struct Outside<'a, T, O: Oracle<T> + ?Sized> {
    items: Interner<T>,
    states: Interner<O::State>,
    with: Shrinker<'a, T, O>,
}

impl<T, O> Host for Outside<'_, T, O>
where
    T: Clone + Eq + Hash,
    O: Oracle<T> + ?Sized,
{
    fn run(&mut self, candidate: &[Id]) -> Ran {
        let run = self.with.oracle.run(&self.items.values(candidate));
        let states = run.states.filter(|states| states.len() == run.executed.len() + 1);
        Ran {
            verdict: run.verdict,
            executed: self.items.ids(&run.executed),
            states: states.map(|states| self.states.ids(&states)),
        }
    }

    fn asked_to_stop(&self) -> bool {
        self.with.stop.is_some_and(|stop| stop())
    }

    fn classes(&self, item: Id) -> Vec<ClassKey> {
        self.with.classes.map_or_else(Vec::new, |classes| classes(self.items.value(item)))
    }

    fn simpler(&mut self, item: Id) -> Vec<Id> {
        let Some(normalise) = self.with.normalise else { return Vec::new() };
        let simpler = normalise.simpler(self.items.value(item));
        self.items.ids(&simpler)
    }

    fn rewrites(&mut self, items: &[Id]) -> Vec<Vec<Id>> {
        let Some(normalise) = self.with.normalise else { return Vec::new() };
        let rewrites = normalise.rewrites(&self.items.values(items));
        rewrites.iter().map(|rewrite| self.items.ids(rewrite)).collect()
    }

    fn tested(&mut self, progress: &Progress) {
        if let Some(observer) = &mut self.with.observer {
            observer.tested(progress);
        }
    }

    fn improved(&mut self, progress: &Progress, items: &[Id], failure: &Failure) {
        if let Some(observer) = &mut self.with.observer {
            observer.improved(progress, &self.items.values(items), failure);
        }
    }

    fn other(&mut self, progress: &Progress, items: &[Id], failure: &Failure) {
        if let Some(observer) = &mut self.with.observer {
            observer.other(progress, &self.items.values(items), failure);
        }
    }
}
