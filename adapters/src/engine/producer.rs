//! A producer as a space to explore.

use std::ops::DerefMut;
use std::sync::Arc;

use itf::{Record, State, Trace};

use crate::engine::{Random, Space};
use crate::schedule::essence;
use crate::{Action, Fault, FaultKind, Next, Picks, Producer, PropertyKind, Starts};

/// A state of a producer, and how it was reached.
#[derive(Debug, Clone)]
pub struct Place(Arc<Node>);

#[derive(Debug)]
struct Node {
    number: u64,
    state: State,
    /// Where it came from, by which call.
    before: Option<(Place, Action)>,
    depth: usize,
    /// The index of the initial state from which it was reached.
    start: usize,
}

impl Place {
    /// The state.
    ///
    /// ```
    /// use itf_adapters::engine::{ProducerSpace, Space};
    /// # use itf_adapters::{Fault, Spec, StateMachine};
    /// # struct Clock;
    /// # impl StateMachine for Clock {
    /// #     type State = u32;
    /// #     type Action = String;
    /// #     fn init(&self) -> u32 { 0 }
    /// #     fn step(&self, _: &u32, _: &String) -> Option<u32> { None }
    /// # }
    /// # let mut producer = Spec::new("clock", Clock);
    /// let mut space = ProducerSpace::new(&mut producer, None)?;
    /// assert_eq!(space.start()?.state().get("state"), Some(&0.into()));
    /// # Ok::<(), Fault>(())
    /// ```
    pub fn state(&self) -> &State {
        &self.0.state
    }

    /// What identifies the state: its values without the labels.
    pub(crate) fn essence(&self, hidden: &[String]) -> Record {
        let hidden: Vec<&str> = hidden.iter().map(String::as_str).collect();
        essence(self.state(), &hidden)
    }

    /// The calls that lead here from the initial state.
    ///
    /// ```
    /// # use itf_adapters::engine::Place;
    /// # use itf_adapters::Action;
    /// fn last(place: &Place) -> Option<Action> { place.calls().pop() }
    /// ```
    pub fn calls(&self) -> Vec<Action> {
        let mut calls: Vec<Action> =
            self.back().filter_map(|p| Some(p.0.before.as_ref()?.1.clone())).collect();
        calls.reverse();
        calls
    }

    /// The states from the initial one to this.
    ///
    /// ```
    /// # use itf_adapters::engine::Place;
    /// fn steps(place: &Place) -> usize { place.states().len() - 1 }
    /// ```
    pub fn states(&self) -> Vec<State> {
        let mut states: Vec<State> = self.back().map(|place| place.0.state.clone()).collect();
        states.reverse();
        states
    }

    /// This place, and those before it, back to the initial one.
    fn back(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |place| place.0.before.as_ref().map(|(before, _)| before))
    }
}

/// A long way is taken apart step by step: dropped in one piece it would overflow the stack.
impl Drop for Place {
    fn drop(&mut self) {
        let mut next = Arc::get_mut(&mut self.0).and_then(|node| node.before.take());
        while let Some((mut place, _)) = next {
            next = Arc::get_mut(&mut place.0).and_then(|node| node.before.take());
        }
    }
}

/// The initial state to which a producer went.
struct Began(Option<Picks>);

/// What a [`Producer`] can do, as a space. A state that the producer is not in is reached by going back to a snapshot, or
/// by re-executing the way to it.
pub struct ProducerSpace<D> {
    producer: D,
    property: Option<(String, PropertyKind)>,
    names: Vec<String>,
    /// The number of the place where the producer is.
    at: Option<u64>,
    made: u64,
    /// The last place that was left by more than one call, and its snapshot.
    snapshot: Option<(u64, u64)>,
    can_snapshot: bool,
    /// The initial states, once they were asked for.
    starts: Option<Starts>,
    /// Where the producer began before.
    began: Option<Began>,
}

impl<D: DerefMut<Target: Producer>> ProducerSpace<D> {
    /// The space of a producer, in which `property` is looked for.
    ///
    /// # Errors
    ///
    /// `unsupported`, if the producer does not know the property; with those it knows.
    ///
    /// ```
    /// # use itf_adapters::engine::ProducerSpace;
    /// # use itf_adapters::Producer;
    /// fn knows(producer: &mut dyn Producer, property: &str) -> bool {
    ///     ProducerSpace::new(producer, Some(property)).is_ok()
    /// }
    /// ```
    pub fn new(producer: D, property: Option<&str>) -> Result<Self, Fault> {
        let property = match property {
            None => None,
            Some(name) => match producer.property(name) {
                Some(found) => Some((found.name, found.kind)),
                None => return Err(crate::producer::no_property(&*producer, name)),
            },
        };
        let names = producer.actions();
        Ok(Self {
            producer,
            property,
            names,
            at: None,
            made: 0,
            snapshot: None,
            can_snapshot: true,
            starts: None,
            began: None,
        })
    }

    /// What all traces have in common, and what is looked for, in `#meta`.
    pub(crate) fn header(&self) -> Trace {
        let mut header = self.producer.header();
        if let Some((name, kind)) = &self.property {
            kind.record(name, &mut header.meta);
        }
        header
    }

    /// The place of a state that the producer is in now.
    fn place(&mut self, state: State, start: usize, before: Option<(Place, Action)>) -> Place {
        self.made += 1;
        self.at = Some(self.made);
        let depth = before.as_ref().map_or(0, |(place, _)| place.0.depth + 1);
        Place(Arc::new(Node { number: self.made, state, before, depth, start }))
    }

    /// The initial states, as far as the producer lists them.
    fn listed(&mut self) -> Result<&Starts, Fault> {
        if self.starts.is_none() {
            self.at = None;
            self.starts = Some(self.producer.starts()?);
        }
        Ok(self.starts.get_or_insert_default())
    }

    /// Goes to the initial state with this index.
    fn begin(&mut self, start: usize) -> Result<State, Fault> {
        let picks = self.starts.as_ref().and_then(|starts| starts.picks.get(start).cloned());
        if let Some(picks) = picks {
            let before = self.producer.start_at(picks);
            self.began.get_or_insert(Began(before));
        }
        self.producer.reset()
    }

    /// Leaves the producer: it begins where it began before, or at the initial state with this index.
    pub(crate) fn leave(mut self, start: Option<usize>) {
        let picks =
            self.starts.take().zip(start).and_then(|(starts, start)| starts.picks.into_iter().nth(start));
        if let Some(picks) = picks.or(self.began.map(|Began(before)| before)) {
            self.producer.start_at(picks);
        }
    }

    /// Brings the producer to a place.
    fn go(&mut self, place: &Place) -> Result<(), Fault> {
        let number = place.0.number;
        if self.at == Some(number) {
            return Ok(());
        }
        self.at = None;
        match self.snapshot {
            Some((of, snapshot)) if of == number => {
                self.producer.restore(snapshot)?;
            }
            _ => {
                self.begin(place.0.start)?;
                for call in place.calls() {
                    if let Next::Disabled(why) = self.producer.execute(&call)? {
                        let message = format!("{call} was enabled before and is not now: {why}");
                        return Err(Fault::new(FaultKind::Failed, message));
                    }
                }
            }
        }
        self.at = Some(number);
        Ok(())
    }
}

impl<D: DerefMut<Target: Producer>> Space for ProducerSpace<D> {
    type State = Place;
    type Call = Action;

    fn actions(&self) -> Vec<String> {
        self.names.clone()
    }

    fn action(&mut self, call: &Action) -> usize {
        self.names.iter().position(|name| **name == *call.name).unwrap_or_else(|| {
            self.names.push(call.name.to_string());
            self.names.len() - 1
        })
    }

    fn start(&mut self) -> Result<Place, Fault> {
        let state = self.begin(0)?;
        Ok(self.place(state, 0, None))
    }

    fn starts(&mut self) -> Result<Vec<Place>, Fault> {
        let Starts { picks, more } = self.listed()?;
        let count = picks.len();
        if let Some(why) = more.clone() {
            let message = format!("{} does not list all its initial states: {why}", self.producer.name());
            return Err(Fault::new(FaultKind::Unsupported, message));
        }
        let mut places = Vec::with_capacity(count);
        for start in 0..count {
            let state = self.begin(start)?;
            places.push(self.place(state, start, None));
        }
        Ok(places)
    }

    fn start_of(&mut self, random: &mut Random) -> Result<Place, Fault> {
        let count = u32::try_from(self.listed()?.picks.len()).unwrap_or(u32::MAX);
        // Where there is no choice, no chance is used up.
        let start = if count > 1 { random.below(count) as usize } else { 0 };
        let state = self.begin(start)?;
        Ok(self.place(state, start, None))
    }

    fn sample(&mut self, place: &Place, random: &mut Random) -> Result<Vec<Action>, Fault> {
        self.go(place)?;
        let seed = random.below(u32::MAX);
        self.producer.sample(seed)
    }

    fn enabled(&mut self, place: &Place) -> Result<Vec<Action>, Fault> {
        self.go(place)?;
        let calls = self.producer.enabled()?;
        // Whoever tries them all comes back as often.
        if self.can_snapshot && calls.len() > 1 && place.0.depth > 0 {
            match self.producer.snapshot() {
                Ok(snapshot) => self.snapshot = Some((place.0.number, snapshot)),
                Err(fault) if fault.kind == FaultKind::Unsupported => self.can_snapshot = false,
                Err(fault) => return Err(fault),
            }
        }
        Ok(calls)
    }

    fn step(&mut self, place: &mut Place, call: &Action) -> Result<Option<Action>, Fault> {
        self.go(place)?;
        match self.producer.execute(call)? {
            Next::State { state, picks } => {
                let mut used = call.clone();
                if let Some(picks) = picks {
                    used.picks = picks;
                }
                *place = self.place(state, place.0.start, Some((place.clone(), used.clone())));
                Ok(Some(used))
            }
            Next::Disabled(_) => Ok(None),
        }
    }

    fn is_found(&mut self, place: &Place) -> Result<bool, Fault> {
        let Some((name, kind)) = self.property.clone() else { return Ok(false) };
        self.go(place)?;
        Ok(kind.is_found(self.producer.holds(&name)?))
    }
}
/// The calls that have a successor here, with those successors: found by trying, in a producer that was brought to this
/// state by `way`, and is there again in the end. With them, whether these are all.
///
/// # Errors
///
/// The producer lists neither its successors nor its enabled calls, or trouble with it.
pub(crate) fn successors<P: Producer + ?Sized>(
    producer: &mut P,
    way: &[Action],
    most: usize,
) -> Result<(Vec<(Action, State)>, bool), Fault> {
    match producer.successors() {
        Err(fault) if fault.kind == FaultKind::Unsupported => {}
        listed => return listed.map(|listed| (listed, true)),
    }
    let mut found = Vec::new();
    let back = |producer: &mut P| -> Result<(), Fault> {
        producer.reset()?;
        for call in way {
            producer.execute(call)?;
        }
        Ok(())
    };
    let (calls, mut all) = match producer.enabled() {
        Err(fault) if fault.kind == FaultKind::Unsupported => (producer.sample(1)?, false),
        listed => (listed?, true),
    };
    all &= calls.len() <= most;
    for call in calls.into_iter().take(most) {
        if let Next::State { state, picks } = producer.execute(&call)? {
            let mut call = call;
            if let Some(picks) = picks {
                call.picks = picks;
            }
            found.push((call, state));
            back(producer)?;
        }
    }
    Ok((found, all))
}
