//! Many random walks, by one worker or several, with the same result.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::Fault;
use crate::engine::walk::Walker;
use crate::engine::{Profile, Space, Walk, Walks};

/// How long a worker walks before it reports.
const REPORT_AFTER: Duration = Duration::from_millis(20);
/// The most walks in one report.
const MOST: u64 = 1 << 12;

/// What random walks came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WalkReport {
    /// How many of them found something.
    pub found: usize,
    /// Walks made.
    pub walks: u64,
    /// Steps made in all of them.
    pub steps: u64,
    /// Walks that ended early because nothing could be done.
    pub stuck: u64,
    /// Which actions were taken.
    pub profile: Profile,
}

impl WalkReport {
    fn add(&mut self, other: &Self) {
        self.walks += other.walks;
        self.steps += other.steps;
        self.stuck += other.stuck;
        self.profile.merge(&other.profile);
    }
}

/// Some consecutive walks; only the last may have found something.
struct Stretch<S, C> {
    counts: WalkReport,
    finding: Option<Walk<S, C>>,
}

type Stretches<S> = Vec<Stretch<<S as Space>::State, <S as Space>::Call>>;

/// What the caller is told: findings in the order of their numbers, and how far the search is. It may break off.
pub(crate) enum Event<'a, S, C> {
    Found(Walk<S, C>),
    Progress(&'a WalkReport),
}

type Watch<'a, S> = dyn FnMut(Event<'_, <S as Space>::State, <S as Space>::Call>) -> ControlFlow<()> + 'a;

/// Makes random walks, and gives every finding to `found`, which may break off.
///
/// # Errors
///
/// Weights of unknown actions, or trouble with the spec.
///
/// ```
/// use std::ops::ControlFlow;
/// use itf_adapters::engine::{Space, Walks, random_walks};
/// # use itf_adapters::Fault;
/// # struct Coin;
/// # impl Space for Coin {
/// #     type State = u32;
/// #     type Call = u32;
/// #     fn actions(&self) -> Vec<String> { vec!["toss".into()] }
/// #     fn action(&mut self, _: &u32) -> usize { 0 }
/// #     fn start(&mut self) -> Result<u32, Fault> { Ok(0) }
/// #     fn enabled(&mut self, _: &u32) -> Result<Vec<u32>, Fault> { Ok(vec![0, 1]) }
/// #     fn step(&mut self, heads: &mut u32, side: &u32) -> Result<Option<u32>, Fault> { *heads += side; Ok(Some(*side)) }
/// #     fn is_found(&mut self, heads: &u32) -> Result<bool, Fault> { Ok(*heads == 3) }
/// # }
/// let walks = Walks { max_findings: 5, ..Walks::default() };
/// let report = random_walks(&mut Coin, &walks, &mut |_| ControlFlow::Continue(()))?;
/// assert_eq!((report.found, report.walks), (5, 5));
/// # Ok::<(), Fault>(())
/// ```
pub fn random_walks<S: Space>(
    space: &mut S,
    walks: &Walks,
    found: &mut dyn FnMut(Walk<S::State, S::Call>) -> ControlFlow<()>,
) -> Result<WalkReport, Fault> {
    watched(space, walks, &mut |event| match event {
        Event::Found(walk) => found(walk),
        Event::Progress(_) => ControlFlow::Continue(()),
    })
}

/// Makes random walks by so many workers, each in a space of its own. The result is that of one worker.
///
/// # Errors
///
/// As [`random_walks`]; the first in the order of the walks.
///
/// ```
/// use std::ops::ControlFlow;
/// use itf_adapters::engine::{Space, Walks, parallel_walks, random_walks};
/// # use itf_adapters::Fault;
/// # struct Coin;
/// # impl Space for Coin {
/// #     type State = u32;
/// #     type Call = u32;
/// #     fn actions(&self) -> Vec<String> { vec!["toss".into()] }
/// #     fn action(&mut self, _: &u32) -> usize { 0 }
/// #     fn start(&mut self) -> Result<u32, Fault> { Ok(0) }
/// #     fn enabled(&mut self, _: &u32) -> Result<Vec<u32>, Fault> { Ok(vec![0, 1]) }
/// #     fn step(&mut self, heads: &mut u32, side: &u32) -> Result<Option<u32>, Fault> { *heads += side; Ok(Some(*side)) }
/// #     fn is_found(&mut self, heads: &u32) -> Result<bool, Fault> { Ok(*heads == 20) }
/// # }
/// let walks = Walks { max_findings: 10, ..Walks::default() };
/// let two = parallel_walks(&|| Ok(Coin), &walks, 2, &mut |_| ControlFlow::Continue(()))?;
/// assert_eq!(two, random_walks(&mut Coin, &walks, &mut |_| ControlFlow::Continue(()))?);
/// # Ok::<(), Fault>(())
/// ```
pub fn parallel_walks<S: Space>(
    space: &(dyn Fn() -> Result<S, Fault> + Sync),
    walks: &Walks,
    jobs: usize,
    found: &mut dyn FnMut(Walk<S::State, S::Call>) -> ControlFlow<()>,
) -> Result<WalkReport, Fault>
where
    S::State: Send,
    S::Call: Send,
{
    parallel_watched(space, walks, jobs, &mut |event| match event {
        Event::Found(walk) => found(walk),
        Event::Progress(_) => ControlFlow::Continue(()),
    })
}

pub(crate) fn watched<S: Space>(
    space: &mut S,
    walks: &Walks,
    watch: &mut Watch<'_, S>,
) -> Result<WalkReport, Fault> {
    let mut report = Committed::new(walks);
    let mut next = 0_u64;
    let mut size = 1;
    while !report.is_done() {
        let end = next.saturating_add(size).min(walks.max_walks);
        let started = Instant::now();
        report.commit(stretches(space, walks, next..end)?, watch);
        next = end;
        size = larger(size, started);
    }
    Ok(report.counts)
}

pub(crate) fn parallel_watched<S: Space>(
    space: &(dyn Fn() -> Result<S, Fault> + Sync),
    walks: &Walks,
    jobs: usize,
    watch: &mut Watch<'_, S>,
) -> Result<WalkReport, Fault>
where
    S::State: Send,
    S::Call: Send,
{
    if jobs <= 1 {
        return watched(&mut space()?, walks, watch);
    }
    let (next, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    // Workers do not run away from whoever takes the findings.
    let (sender, reports) = mpsc::sync_channel(2 * jobs);
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            let (sender, next, stop) = (sender.clone(), &next, &stop);
            scope.spawn(move || {
                let mut made = None;
                let mut size = 1;
                while !stop.load(Ordering::Relaxed) {
                    let start = next.fetch_add(size, Ordering::Relaxed);
                    if start >= walks.max_walks {
                        break;
                    }
                    let end = start.saturating_add(size).min(walks.max_walks);
                    let started = Instant::now();
                    let done = match &mut made {
                        Some(space) => stretches(space, walks, start..end),
                        None => space().and_then(|space| stretches(made.insert(space), walks, start..end)),
                    };
                    let broken = done.is_err();
                    if sender.send((start, end, done)).is_err() || broken {
                        break;
                    }
                    size = larger(size, started);
                }
            });
        }
        drop(sender);
        let mut report = Committed::new(walks);
        let mut early = BTreeMap::new();
        let mut expected = 0;
        let mut trouble = None;
        'reports: while !report.is_done() {
            let Ok((start, end, done)) = reports.recv() else { break };
            early.insert(start, (end, done));
            while let Some((end, done)) = early.remove(&expected) {
                match done {
                    Ok(done) => report.commit(done, watch),
                    Err(fault) => {
                        trouble = Some(fault);
                        break 'reports;
                    }
                }
                expected = end;
                if report.is_done() {
                    break;
                }
            }
        }
        stop.store(true, Ordering::Relaxed);
        // Whoever waits to send is told that nobody listens.
        drop(reports);
        trouble.map_or(Ok(report.counts), Err)
    })
}

fn larger(size: u64, started: Instant) -> u64 {
    if started.elapsed() < REPORT_AFTER { (size * 2).min(MOST) } else { (size / 2).max(1) }
}

fn stretches<S: Space>(
    space: &mut S,
    walks: &Walks,
    numbers: std::ops::Range<u64>,
) -> Result<Stretches<S>, Fault> {
    let mut done = Vec::new();
    let mut counts = WalkReport::default();
    let mut walker = Walker::new(space, walks)?;
    let mut close = |walker: &mut Walker<'_, S>, counts: &mut WalkReport, finding| {
        let mut counts = std::mem::take(counts);
        counts.profile = std::mem::take(&mut walker.tally).named(&walker.space.actions());
        done.push(Stretch { counts, finding });
    };
    for number in numbers {
        let walk = walker.walk(number)?;
        counts.walks += 1;
        counts.steps += walk.calls.len() as u64;
        counts.stuck += u64::from(walk.stuck);
        if walk.found || !walks.until_found {
            close(&mut walker, &mut counts, Some(walk));
        }
    }
    close(&mut walker, &mut counts, None);
    Ok(done)
}

/// What is settled: everything up to a number.
struct Committed<'a> {
    walks: &'a Walks,
    counts: WalkReport,
    broken_off: bool,
}

impl<'a> Committed<'a> {
    fn new(walks: &'a Walks) -> Self {
        Self { walks, counts: WalkReport::default(), broken_off: false }
    }

    fn is_done(&self) -> bool {
        self.broken_off
            || self.counts.found >= self.walks.max_findings
            || self.counts.walks >= self.walks.max_walks
    }

    fn commit<S, C>(
        &mut self,
        done: Vec<Stretch<S, C>>,
        watch: &mut dyn FnMut(Event<'_, S, C>) -> ControlFlow<()>,
    ) {
        for stretch in done {
            self.counts.add(&stretch.counts);
            if let Some(walk) = stretch.finding {
                self.counts.found += 1;
                self.broken_off |= watch(Event::Found(walk)).is_break();
            }
            if self.is_done() {
                return;
            }
        }
        self.broken_off |= watch(Event::Progress(&self.counts)).is_break();
    }
}
