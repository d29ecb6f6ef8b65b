//! What shrinking found, and what it may claim.

use crate::{Failure, Pass};

/// Why work ended before it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stop {
    /// [`max_calls`](crate::Options::max_calls) runs were made.
    Calls,
    /// The stop function said so: a deadline, an interrupt.
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
    /// Candidates answered from the cache instead.
    pub cached: usize,
    /// Every success, in order. The first is the run of the original.
    pub history: Vec<Record>,
    /// One sequence for every other failure that was met, in the order they were met.
    pub also: Vec<Also<T>>,
    /// Why work ended early, if it did.
    pub stopped: Option<Stop>,
}
