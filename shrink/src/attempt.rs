//! Replacing a sequence by a simpler one of the same length.

use crate::report::Stop;

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried<T> {
    /// Whether the best sequence is another one now.
    pub taken: bool,
    /// What executed; nothing where the run was not made or broke.
    pub executed: Option<Vec<T>>,
}

/// Whether the first sequence is simpler than the second, which is as long. It has to be an order, or the work need not
/// end.
pub type Simpler<'a, T> = &'a dyn Fn(&[T], &[T]) -> bool;

/// The work in hand, as [`Normalise::simplify`](crate::Normalise::simplify) sees it.
pub trait Attempt<T> {
    /// The best sequence so far.
    fn best(&self) -> Vec<T>;

    /// Runs the candidate. If it fails the same way and what executed is shorter than the best sequence, or as long and
    /// simpler, that becomes the best.
    ///
    /// # Errors
    ///
    /// When work has to end; it is to be passed on.
    fn attempt(&mut self, candidate: &[T], simpler: Simpler<'_, T>) -> Result<Tried<T>, Stop>;
}

/// Moves items of one actor together, for as long as that makes fewer switches between actors: the first actor's items to
/// the front, then the second's behind them, each as many as can go. `actor` names who does an item.
///
/// An attempt for each actor where all its items can go together, a few more where some cannot.
///
/// # Errors
///
/// When work has to end.
///
/// ```
/// use itf_shrink::{Attempt, Normalise, Predicate, Shrinker, Stop, Verdict, fewer_switches};
/// struct Together;
/// impl Normalise<(char, u8)> for Together {
///     fn simplify(&self, work: &mut dyn Attempt<(char, u8)>) -> Result<(), Stop> {
///         fewer_switches(work, &|item| item.0.to_string())
///     }
/// }
/// // Each of the four is needed; b's 2 has to come after a's 2.
/// let mut oracle = Predicate(|c: &[(char, u8)]| {
///     let at = |item| c.iter().position(|i| *i == item);
///     match (at(('a', 1)), at(('b', 1)), at(('a', 2)), at(('b', 2))) {
///         (Some(_), Some(_), Some(a), Some(b)) if a < b => Verdict::fails("all", "four", ""),
///         _ => Verdict::Passes,
///     }
/// });
/// let found = [('a', 1), ('b', 1), ('a', 2), ('b', 2)];
/// let report = Shrinker::new(&mut oracle).normalise(&Together).shrink(&found)?;
/// assert_eq!(report.items, [('a', 1), ('a', 2), ('b', 1), ('b', 2)]);
/// # Ok::<(), itf_shrink::ShrinkError>(())
/// ```
pub fn fewer_switches<T: Clone>(work: &mut dyn Attempt<T>, actor: &dyn Fn(&T) -> String) -> Result<(), Stop> {
    let simpler = |new: &[T], old: &[T]| switches(new, actor) < switches(old, actor);
    let mut from = 0;
    loop {
        let best = work.best();
        let Some(first) = best.get(from) else { return Ok(()) };
        let who = actor(first);
        let block = from + best[from..].iter().take_while(|item| actor(item) == who).count();
        let later: Vec<usize> = (block..best.len()).filter(|&at| actor(&best[at]) == who).collect();
        // All of the actor's later items, else half of them, and so on.
        let mut count = later.len();
        let mut moved = false;
        while count > 0 && !moved {
            let here = &later[..count];
            let mut candidate = best[..block].to_vec();
            candidate.extend(here.iter().map(|&at| best[at].clone()));
            candidate.extend((block..best.len()).filter(|at| !here.contains(at)).map(|at| best[at].clone()));
            if switches(&candidate, actor) < switches(&best, actor) {
                moved = work.attempt(&candidate, &simpler)?.taken;
            }
            count /= 2;
        }
        if !moved {
            from = block;
        }
    }
}

/// How often one item is of another actor than the one before it.
fn switches<T>(items: &[T], actor: &dyn Fn(&T) -> String) -> usize {
    items.windows(2).filter(|pair| actor(&pair[0]) != actor(&pair[1])).count()
}
