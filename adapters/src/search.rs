//! Random walks of a producer: what is asked for, and what came of it.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use itf::{State, Trace};

use crate::engine::{
    Event, Place, ProducerSpace, Profile, Space, Walk, WalkReport, Walks, parallel_watched, watched,
};
use crate::schedule::trace_of;
use crate::{Fault, FaultKind, Producer};

/// What to search for by random walks, and how far.
///
/// ```
/// let search = itf_adapters::Search { property: Some("no_overflow".into()), seed: 7, ..Default::default() };
/// assert_eq!(search.max_findings, 1);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The property to find; without one every walk is a finding.
    pub property: Option<String>,
    /// The longest walk, in steps.
    pub max_steps: usize,
    /// The most walks.
    pub max_samples: u64,
    /// How many findings are enough.
    pub max_findings: usize,
    /// The same seed gives the same walks.
    pub seed: u64,
    /// Workers. The result does not depend on their number.
    pub jobs: usize,
    /// How often actions are taken compared with each other; those not named as often as the spec has it.
    pub weights: Vec<(String, u32)>,
    /// Who is told how far the search is.
    pub watch: Watch,
}

/// 20,000 walks of up to 40 steps until the first finding, seed 1, one worker.
impl Default for Search {
    fn default() -> Self {
        let Walks { seed, max_walks, max_steps, max_findings, .. } = Walks::default();
        Self {
            property: None,
            max_steps,
            max_samples: max_walks,
            max_findings,
            seed,
            jobs: 1,
            weights: Vec::new(),
            watch: Watch::default(),
        }
    }
}

impl Search {
    /// The walks that the engine makes for this search.
    ///
    /// ```
    /// assert!(!itf_adapters::Search::default().walks().until_found);
    /// ```
    pub fn walks(&self) -> Walks {
        Walks {
            seed: self.seed,
            max_walks: self.max_samples,
            max_steps: self.max_steps,
            max_findings: self.max_findings,
            until_found: self.property.is_some(),
            weights: self.weights.clone(),
        }
    }
}

/// Who is told, now and then, how far a search is; and may break it off.
///
/// ```
/// use std::ops::ControlFlow;
/// use itf_adapters::Watch;
/// let watch = Watch::new(|report| if report.walks > 1000 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) });
/// assert!(watch.tell(&Default::default()).is_continue());
/// ```
#[derive(Clone, Default)]
pub struct Watch(Option<Arc<Told>>);

type Told = dyn Fn(&SearchReport) -> ControlFlow<()> + Send + Sync;

impl Watch {
    /// Tells this function.
    ///
    /// ```
    /// # use std::ops::ControlFlow;
    /// assert_ne!(itf_adapters::Watch::new(|_| ControlFlow::Continue(())), itf_adapters::Watch::default());
    /// ```
    pub fn new(told: impl Fn(&SearchReport) -> ControlFlow<()> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(told)))
    }

    /// Tells how far the search is.
    ///
    /// ```
    /// assert!(itf_adapters::Watch::default().tell(&Default::default()).is_continue());
    /// ```
    pub fn tell(&self, report: &SearchReport) -> ControlFlow<()> {
        self.0.as_ref().map_or(ControlFlow::Continue(()), |told| told(report))
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Watch(…)" } else { "Watch" })
    }
}

/// Watches are equal if they tell the same function.
impl PartialEq for Watch {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        }
    }
}

impl Eq for Watch {}

/// What a search came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchReport {
    /// How many traces were found.
    pub found: usize,
    /// Walks made; 0 where nobody counted them.
    pub walks: u64,
    /// Steps made in all of them.
    pub steps: u64,
    /// Walks that ended early because nothing was enabled.
    pub stuck: u64,
    /// Which actions were taken; empty where nobody counted them.
    pub profile: Profile,
}

impl From<&WalkReport> for SearchReport {
    fn from(report: &WalkReport) -> Self {
        let WalkReport { found, walks, steps, stuck, profile } = report.clone();
        Self { found, walks, steps, stuck, profile }
    }
}

/// Makes the walks of a search in a space, by as many workers as it asks for, and gives the trace of each finding to
/// `found`. This is what a producer with a space of its own calls.
///
/// # Errors
///
/// Weights of unknown actions, or trouble with the spec.
///
/// ```
/// use itf::Trace;
/// use itf_adapters::engine::{Space, Walk};
/// use itf_adapters::{Fault, Search, SearchReport, search_space};
/// fn count<S: Space<State: Send, Call: Send>>(make: &(dyn Fn() -> Result<S, Fault> + Sync)) -> Result<SearchReport, Fault> {
///     let trace = &mut |_: Walk<S::State, S::Call>| Ok(Trace::default());
///     search_space(make, &Search::default(), trace, &mut |_| std::ops::ControlFlow::Continue(()))
/// }
/// ```
pub fn search_space<S: Space>(
    make: &(dyn Fn() -> Result<S, Fault> + Sync),
    search: &Search,
    trace: &mut dyn FnMut(Walk<S::State, S::Call>) -> Result<Trace, Fault>,
    found: &mut dyn FnMut(Trace) -> ControlFlow<()>,
) -> Result<SearchReport, Fault>
where
    S::State: Send,
    S::Call: Send,
{
    let mut trouble = Ok(());
    let report = parallel_watched(make, &search.walks(), search.jobs, &mut |event| match event {
        Event::Progress(report) => search.watch.tell(&report.into()),
        Event::Found(walk) => match trace(walk) {
            Ok(trace) => found(trace),
            Err(fault) => {
                trouble = Err(fault);
                ControlFlow::Break(())
            }
        },
    })?;
    trouble.map(|()| (&report).into())
}

/// Walks over the enabled calls that any producer lists.
pub(crate) fn walks_of<P: Producer + ?Sized>(
    producer: &mut P,
    search: &Search,
    found: &mut dyn FnMut(Trace) -> ControlFlow<()>,
) -> Result<SearchReport, Fault> {
    let property = search.property.as_deref();
    let header = ProducerSpace::new(&mut *producer, property)?.header();
    let trace = |number: u64, end: &Place| walked(&header, search.seed, number, end.states());
    let workers = if search.jobs > 1 { search.jobs } else { 0 };
    let forks: Vec<_> = (0..workers).map_while(|_| producer.fork()).collect();
    if forks.len() < 2 {
        let mut space = ProducerSpace::new(producer, property)?;
        let report = watched(&mut space, &search.walks(), &mut |event| match event {
            Event::Progress(report) => search.watch.tell(&report.into()),
            Event::Found(walk) => found(trace(walk.number, &walk.end)),
        });
        space.leave(None);
        return Ok((&report?).into());
    }
    let jobs = forks.len();
    let pool = Mutex::new(forks);
    let make = || {
        let fork = pool.lock().ok().and_then(|mut forks| forks.pop());
        let fork = fork.ok_or_else(|| Fault::new(FaultKind::Failed, "more workers than producers"))?;
        ProducerSpace::new(fork, property)
    };
    let report = parallel_watched(&make, &search.walks(), jobs, &mut |event| match event {
        Event::Progress(report) => search.watch.tell(&report.into()),
        Event::Found(walk) => found(trace(walk.number, &walk.end)),
    })?;
    Ok((&report).into())
}

/// The trace of a walk: `#meta` says how to make it again.
///
/// ```
/// use itf::{State, Trace};
/// let trace = itf_adapters::walked(&Trace::new(["x"], []), 7, 3, [State::default()]);
/// assert_eq!(trace.meta.text(), Some(r#"{"seed":7,"walk":3}"#));
/// ```
pub fn walked(header: &Trace, seed: u64, number: u64, states: impl IntoIterator<Item = State>) -> Trace {
    let mut trace = trace_of(header, states);
    trace.meta.set("seed", seed.into());
    trace.meta.set("walk", number.into());
    trace
}
