//! What shrinking found, and what it may claim.

use crate::{Failure, Pass, Unresolved};

/// Why work ended before it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stop {
    /// [`max_calls`](crate::Options::max_calls) runs were made.
    Calls,
    /// [`max_time`](crate::Options::max_time) is over.
    Time,
    /// The best sequence is as short as [`stop_at`](crate::Options::stop_at) asks for.
    Length,
    /// The stop function said so: an interrupt, an oracle that found itself misconfigured.
    Asked,
}

/// Why a result is not known to be one-minimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unproven {
    /// Work ended early; this many single deletions were never tried.
    Stopped {
        /// What ended it.
        why: Stop,
        /// Distinct single deletions without a verdict.
        untested: usize,
    },
    /// The passes that were asked for do not try every single deletion; this many were never tried.
    Untested(usize),
    /// Every single deletion was tried, but this many ended in a fault, twice: they might fail the same way.
    Faults(usize),
    /// A sequence with one item less is known to fail the same way (by an algorithm that did not follow it).
    Reducible,
}

/// What was shown about the result, never more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Claim {
    /// Every single deletion from the result was run: it passed, failed in another way, or cannot be executed
    /// at all ([`Invalid`](crate::Unresolved::Invalid)). A [`Fault`](crate::Unresolved::Fault) shows nothing,
    /// so one deletion that only ever ended in a fault is enough to lose this claim.
    ///
    /// A run shows the verdict of the candidate asked for and, since what executed is a sequence of its own
    /// whose items all executed, of that sequence too.
    OneMinimal,
    /// The result fails the same way as the original; that it cannot be made smaller by one item is not shown.
    Reduced(Unproven),
}

/// One success: a pass made the sequence shorter or simpler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Which pass.
    pub pass: Pass,
    /// What the pass was doing, where that is worth saying: the class that went.
    pub detail: Option<String>,
    /// The number of runs made so far, this one included.
    pub call: usize,
    /// Items before.
    pub before: usize,
    /// Items after.
    pub after: usize,
    /// The positions in the original of the items that went.
    pub removed: Vec<usize>,
}

/// What the run without one item of the result showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Without {
    /// There was no failure.
    Passes,
    /// There was another failure.
    FailsOtherwise(Failure),
    /// There was no verdict; [`Unresolved::Invalid`] shows as much as a pass.
    Unresolved(Unresolved),
    /// It still failed the same way: an algorithm did not follow what it had seen.
    Fails,
    /// It was never run.
    Untested,
}

/// Why an item of the result is there: the run without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needed {
    /// Where the item stood in the original; nothing if it came from another run.
    pub origin: Option<usize>,
    /// What the run without it showed.
    pub without: Without,
    /// The number of that run, the first being 1.
    pub call: Option<usize>,
    /// How many of the other items did not execute in that run, because they were disabled or came after its end.
    pub lost: usize,
}

/// The first sequence seen that fails in another way; kept beside, never followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Also<T> {
    /// How it fails.
    pub failure: Failure,
    /// What executed.
    pub items: Vec<T>,
}

/// What shrinking found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report<T, S> {
    /// The result: what really executed in the run that showed the failure.
    pub items: Vec<T>,
    /// The states of that run, if the oracle knows them: one more than `items`.
    pub states: Option<Vec<S>>,
    /// The failure of that run; kind and site are those of the original.
    pub failure: Failure,
    /// What was shown about the result.
    pub claim: Claim,
    /// The length of the original as it was given.
    pub original: usize,
    /// Runs of the oracle.
    pub calls: usize,
    /// Runs made ahead by [`Workers`](crate::Workers) whose result was never asked for. They come on top of `calls`.
    pub ahead: usize,
    /// Candidates answered from the cache instead.
    pub cached: usize,
    /// For every item of the result, why it is there.
    pub needed: Vec<Needed>,
    /// Every success, in order. The first is the run of the original.
    pub history: Vec<Record>,
    /// One sequence for every other failure that was met, in the order they were met.
    pub also: Vec<Also<T>>,
    /// Why work ended early, if it did.
    pub stopped: Option<Stop>,
}
