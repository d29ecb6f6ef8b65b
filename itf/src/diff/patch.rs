//! A difference of traces that can be applied: one trace made of the other, exactly.

use serde::{Deserialize, Serialize};

use super::apply::ApplyError;
use super::difference::{Difference, ValueDiff};
use super::quick::QuickMap;
use crate::trace::{State, Trace};

/// How to make the right trace of the left one, or the left one of the right one: see [`Patch::between`].
///
/// Unlike a comparison it leaves nothing out: encodings of unit, `#meta` and what the trace says of itself are in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patch {
    /// What the traces say of themselves, without their states, if it is not the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    head: Option<Box<[Trace; 2]>>,
    steps: Vec<Step>,
}

/// What to do next with the states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Step {
    /// The next so many states of the left trace become those of the right one by the differences that are in force.
    Pairs(usize),
    /// These differences are in force no longer, by their number, counted from 0 as they came.
    End(Vec<usize>),
    /// These differences are in force from now on.
    Begin(Vec<Difference>),
    /// `#meta` of the next state is this on the left, and that on the right.
    Meta([State; 2]),
    /// The next state of the left trace, which the right one does not have.
    Remove(State),
    /// The next state of the right trace, which the left one does not have.
    Add(State),
}

/// A patch does not fit the trace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatchError {
    /// A state is not the one the patch was made from.
    #[error("state {state}: {error}")]
    State {
        /// The index of the state.
        state: usize,
        /// Where in the state.
        error: ApplyError,
    },
    /// A state is not the one that the patch takes out, or has other `#meta`.
    #[error("state {0} is not the one the patch was made from")]
    OtherState(usize),
    /// The trace says something else of itself than that from which the patch was made.
    #[error(
        "`vars`, `params`, `loop`, `#meta` or another key of the trace is not what the patch was made from"
    )]
    OtherHead,
    /// The trace has another number of states.
    #[error("the trace has {found} states, the one the patch was made from has {expected}")]
    Length {
        /// How many it should have.
        expected: usize,
        /// How many it has.
        found: usize,
    },
    /// The patch is not made by this program: it speaks of a difference that it does not hold.
    #[error("the patch speaks of difference {0}, which it does not hold")]
    NoDifference(usize),
}

fn head(trace: &Trace) -> Trace {
    Trace { states: Vec::new(), ..trace.clone() }
}

fn only_meta(state: &State) -> State {
    State { meta: state.meta.clone(), ..State::default() }
}

impl Patch {
    /// How to make `right` of `left`, where the states correspond as `pairs` say: ascending indices on both sides, as
    /// [`TraceDiff::pairs`](super::TraceDiff::pairs) gives them.
    ///
    /// ```
    /// use itf::diff::{Options, Patch, diff_traces};
    /// let t = itf::read(br#"[{"vars":["x"],"states":[{"x":1},{"x":2},{"x":3}]},{"vars":["x"],"states":[{"x":1},{"x":3}]}]"#)?;
    /// let patch = Patch::between(&t[0], &t[1], &diff_traces(&t[0], &t[1], &Options::default()).pairs);
    /// assert_eq!(patch.apply(&t[0]).unwrap(), t[1]);
    /// assert_eq!(patch.reversed().apply(&t[1]).unwrap(), t[0]);
    /// # Ok::<(), itf::ReadError>(())
    /// ```
    pub fn between(left: &Trace, right: &Trace, pairs: &[(usize, usize)]) -> Self {
        let heads = [head(left), head(right)];
        let mut maker = Maker::default();
        let (mut i, mut j) = (0, 0);
        let ends = std::iter::once((left.states.len(), right.states.len()));
        for (at, (a, b)) in pairs.iter().copied().chain(ends).enumerate() {
            maker.steps.extend(left.states[i..a].iter().cloned().map(Step::Remove));
            maker.steps.extend(right.states[j..b].iter().cloned().map(Step::Add));
            (i, j) = (a + 1, b + 1);
            if at < pairs.len() {
                maker.pair(&left.states[a], &right.states[b]);
            }
        }
        let head = (heads[0] != heads[1]).then(|| Box::new(heads));
        Self { head, steps: maker.steps }
    }

    /// The right trace, made of the left one.
    ///
    /// # Errors
    ///
    /// The first place at which `left` is not what the patch was made from.
    ///
    /// ```
    /// use itf::diff::Patch;
    /// let t = &itf::read(br#"{"vars":["x"],"states":[{"x":1}]}"#)?[0];
    /// assert_eq!(Patch::between(t, t, &[(0, 0)]).apply(t).as_ref(), Ok(t));
    /// # Ok::<(), itf::ReadError>(())
    /// ```
    pub fn apply(&self, left: &Trace) -> Result<Trace, PatchError> {
        let mut trace = match &self.head {
            Some(heads) if heads[0] == head(left) => heads[1].clone(),
            Some(_) => return Err(PatchError::OtherHead),
            None => head(left),
        };
        let mut at = 0;
        let too_short = |at: usize| PatchError::Length { expected: self.left_states(), found: at };
        let mut all: Vec<Option<&Difference>> = Vec::new();
        let mut meta: Option<&[State; 2]> = None;
        for step in &self.steps {
            match step {
                Step::Begin(differences) => all.extend(differences.iter().map(Some)),
                Step::End(gone) => {
                    for gone in gone {
                        *all.get_mut(*gone).ok_or(PatchError::NoDifference(*gone))? = None;
                    }
                }
                Step::Meta(both) => meta = Some(both),
                Step::Add(state) => trace.states.push(state.clone()),
                Step::Remove(state) => match left.states.get(at) {
                    Some(other) if other == state => at += 1,
                    Some(_) => return Err(PatchError::OtherState(at)),
                    None => return Err(too_short(at)),
                },
                Step::Pairs(count) => {
                    let differences: Vec<Difference> = all.iter().flatten().copied().cloned().collect();
                    let diff = ValueDiff { differences, ..ValueDiff::default() };
                    for _ in 0..*count {
                        let old = left.states.get(at).ok_or_else(|| too_short(at))?;
                        let value = diff.apply_to_record(&old.value);
                        let value = value.map_err(|error| PatchError::State { state: at, error })?;
                        let meta = match meta.take() {
                            Some([before, after]) if before.meta == old.meta => after.meta.clone(),
                            Some(_) => return Err(PatchError::OtherState(at)),
                            None => old.meta.clone(),
                        };
                        trace.states.push(State { meta, value });
                        at += 1;
                    }
                }
            }
        }
        if at < left.states.len() {
            return Err(PatchError::Length { expected: at, found: left.states.len() });
        }
        Ok(trace)
    }

    /// How to make the left trace of the right one.
    ///
    /// ```
    /// use itf::diff::Patch;
    /// let t = itf::read(br#"[{"vars":["x"],"states":[{"x":1}]},{"vars":["x"],"states":[{"x":2}]}]"#)?;
    /// let patch = Patch::between(&t[0], &t[1], &[(0, 0)]);
    /// assert_eq!(patch.reversed(), Patch::between(&t[1], &t[0], &[(0, 0)]));
    /// # Ok::<(), itf::ReadError>(())
    /// ```
    #[must_use]
    pub fn reversed(&self) -> Self {
        let head = self.head.as_ref().map(|heads| {
            let [left, right] = (**heads).clone();
            Box::new([right, left])
        });
        let mut steps: Vec<Step> = self.steps.iter().map(Step::reversed).collect();
        // What goes stands before what comes.
        for run in steps.chunk_by_mut(|a, b| a.is_alone() && b.is_alone()) {
            run.sort_by_key(|step| matches!(step, Step::Add(_)));
        }
        Self { head, steps }
    }

    fn left_states(&self) -> usize {
        let count = |step: &Step| match step {
            Step::Pairs(count) => *count,
            Step::Remove(_) => 1,
            _ => 0,
        };
        self.steps.iter().map(count).fold(0, usize::saturating_add)
    }
}

impl Step {
    fn is_alone(&self) -> bool {
        matches!(self, Self::Add(_) | Self::Remove(_))
    }

    fn reversed(&self) -> Self {
        match self.clone() {
            Self::Begin(differences) => Self::Begin(differences.iter().map(Difference::reversed).collect()),
            Self::Meta([left, right]) => Self::Meta([right, left]),
            Self::Remove(state) => Self::Add(state),
            Self::Add(state) => Self::Remove(state),
            same @ (Self::Pairs(_) | Self::End(_)) => same,
        }
    }
}

#[derive(Default)]
struct Maker {
    steps: Vec<Step>,
    /// The differences in force, with their numbers.
    open: QuickMap<Difference, usize>,
    count: usize,
}

impl Maker {
    fn pair(&mut self, left: &State, right: &State) {
        let now = super::diff_states(left, right).differences;
        let mut ended: Vec<usize> = Vec::new();
        let open: super::quick::QuickSet<&Difference> = now.iter().collect();
        self.open.retain(|difference, number| {
            let stays = open.contains(difference);
            if !stays {
                ended.push(*number);
            }
            stays
        });
        ended.sort_unstable();
        let mut begun: Vec<Difference> = Vec::new();
        for difference in now {
            if !self.open.contains_key(&difference) {
                self.open.insert(difference.clone(), self.count);
                self.count += 1;
                begun.push(difference);
            }
        }
        if !ended.is_empty() {
            self.steps.push(Step::End(ended));
        }
        if !begun.is_empty() {
            self.steps.push(Step::Begin(begun));
        }
        if left.meta != right.meta {
            self.steps.push(Step::Meta([only_meta(left), only_meta(right)]));
        }
        match self.steps.last_mut() {
            Some(Step::Pairs(count)) => *count += 1,
            _ => self.steps.push(Step::Pairs(1)),
        }
    }
}
