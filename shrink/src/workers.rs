//! Several runs at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crate::{Oracle, Run, Verdict};

/// Runs candidates, several at once.
pub trait Pool<T, S> {
    /// How many may be under way.
    fn width(&self) -> usize;

    /// Begins to run a candidate. The engine never has more than [`width`](Self::width) under way.
    fn submit(&mut self, ticket: u64, candidate: Vec<T>);

    /// Waits for any of those under way to end. The ticket [`u64::MAX`] comes with the answer that there is nobody left to
    /// answer.
    fn wait(&mut self) -> (u64, Run<T, S>);
}

/// The ticket of a candidate that is run alone.
const ASKED: u64 = u64::MAX - 1;
/// The ticket of the answer that there is nobody to answer.
const NOBODY: u64 = u64::MAX;

/// A candidate with its ticket.
type Job<T> = (u64, Vec<T>);

/// Threads with an oracle each. The engine keeps them busy with the candidates it will probably ask for next, and the
/// result does not depend on how many there are, nor on how fast they are.
///
/// ```
/// use itf_shrink::{Predicate, Shrinker, Verdict, Workers};
/// let mut workers = Workers::start(4, |_slot| {
///     Predicate(|c: &[u32]| match c.contains(&3) && c.contains(&7) {
///         true => Verdict::fails("has", "3 and 7", ""),
///         false => Verdict::Passes,
///     })
/// });
/// let report = Shrinker::new(&mut workers).shrink(&[1, 7, 2, 2, 3, 9])?;
/// assert_eq!(report.items, [7, 3]);
/// # Ok::<(), itf_shrink::ShrinkError>(())
/// ```
#[derive(Debug)]
pub struct Workers<T, S> {
    jobs: Option<Sender<Job<T>>>,
    results: Receiver<(u64, Run<T, S>)>,
    threads: Vec<JoinHandle<()>>,
}

impl<T: Send + 'static, S: Send + 'static> Workers<T, S> {
    /// Starts `count` workers (at least one). Each makes its own oracle in its own thread, and is told its slot, from 0.
    ///
    /// ```
    /// use itf_shrink::{Pool, Predicate, Verdict, Workers};
    /// let workers = Workers::<u8, _>::start(2, |_| Predicate(|_: &[u8]| Verdict::Passes));
    /// assert_eq!(workers.width(), 2);
    /// ```
    pub fn start<O>(count: usize, make: impl Fn(usize) -> O + Send + Sync + 'static) -> Self
    where
        O: Oracle<T, State = S>,
    {
        let (jobs, queue) = channel::<Job<T>>();
        let (done, results) = channel();
        let (queue, make) = (Arc::new(Mutex::new(queue)), Arc::new(make));
        let threads = (0..count.max(1))
            .map(|slot| {
                let (queue, done, make) = (Arc::clone(&queue), done.clone(), Arc::clone(&make));
                thread::spawn(move || {
                    let mut oracle = make(slot);
                    loop {
                        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        let Ok((ticket, candidate)) = next else { return };
                        // A worker that panics must not leave the others waiting for its answer.
                        let ran = catch_unwind(AssertUnwindSafe(|| oracle.run(&candidate)));
                        let run = ran.unwrap_or_else(|_| {
                            oracle = make(slot);
                            broken("the oracle panicked")
                        });
                        if done.send((ticket, run)).is_err() {
                            return;
                        }
                    }
                })
            })
            .collect();
        Workers { jobs: Some(jobs), results, threads }
    }
}

impl<T, S> Pool<T, S> for Workers<T, S> {
    fn width(&self) -> usize {
        self.threads.len()
    }

    fn submit(&mut self, ticket: u64, candidate: Vec<T>) {
        if let Some(jobs) = &self.jobs {
            // It fails when no worker is left, and then waiting says so.
            let _ = jobs.send((ticket, candidate));
        }
    }

    fn wait(&mut self) -> (u64, Run<T, S>) {
        self.results.recv().unwrap_or_else(|_| (NOBODY, broken("every worker has ended")))
    }
}

impl<T: Clone, S: Clone + Eq + std::hash::Hash> Oracle<T> for Workers<T, S> {
    type State = S;

    fn run(&mut self, candidate: &[T]) -> Run<T, S> {
        self.submit(ASKED, candidate.to_vec());
        loop {
            // Others were begun by guess, and nobody waits for them.
            if let (ASKED | NOBODY, run) = self.wait() {
                return run;
            }
        }
    }

    fn pool(&mut self) -> Option<&mut dyn Pool<T, S>> {
        Some(self)
    }
}

/// A run that came to nothing.
fn broken<T, S>(why: &str) -> Run<T, S> {
    Run { verdict: Verdict::fault(why), executed: Vec::new(), states: None }
}

impl<T, S> Drop for Workers<T, S> {
    /// Waits for the runs under way.
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
