//! Watching the work.

use crate::{Failure, Pass};

/// Where the work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The pass at work.
    pub pass: Pass,
    /// Runs of the oracle so far.
    pub calls: usize,
    /// Answers out of the cache so far.
    pub cached: usize,
    /// How many of the runs made the sequence smaller.
    pub successes: usize,
    /// The length of the original.
    pub original: usize,
    /// The length of the best sequence so far.
    pub length: usize,
}

/// Told what happens, as it happens: for a progress bar, and for writing the best so far. All methods do nothing
/// unless they are implemented.
///
/// ```
/// use itf_shrink::{Failure, Observer, Predicate, Progress, Shrinker, Verdict};
///
/// struct Lengths(Vec<usize>);
/// impl Observer<u8> for Lengths {
///     fn improved(&mut self, _: &Progress, items: &[u8], _: &Failure) {
///         self.0.push(items.len());
///     }
/// }
///
/// let mut oracle = Predicate(|c: &[u8]| {
///     if c.contains(&4) { Verdict::fails("has", "4", "") } else { Verdict::Passes }
/// });
/// let mut lengths = Lengths(Vec::new());
/// Shrinker::new(&mut oracle).observer(&mut lengths).shrink(&[1, 2, 3, 4]).unwrap();
/// assert_eq!(lengths.0.last(), Some(&1));
/// ```
pub trait Observer<T> {
    /// The oracle ran once more.
    fn tested(&mut self, progress: &Progress) {
        let _ = progress;
    }

    /// There is a new best sequence, which fails in this way. The first is the original as it executed.
    fn improved(&mut self, progress: &Progress, items: &[T], failure: &Failure) {
        let _ = (progress, items, failure);
    }

    /// A sequence was met that fails in a way not met before.
    fn other(&mut self, progress: &Progress, items: &[T], failure: &Failure) {
        let _ = (progress, items, failure);
    }
}
