//! What two traces differ in: the types of the answer.

use serde::{Deserialize, Serialize};

use crate::action::{Label, Labels};
use crate::path::Path;

use super::behaviour::Behaviour;
use super::difference::Difference;

/// One of the two traces of a diff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The first one, which is there before, or expected.
    Left,
    /// The second one, which is there after, or observed.
    Right,
}

/// What two traces differ in: made by [`diff_traces`](super::diff_traces).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceDiff {
    /// What differs beside the states.
    pub header: Vec<HeaderDifference>,
    /// The states with news, in their order: see [`Entry`].
    pub entries: Vec<Entry>,
    /// What there was to compare.
    pub counts: Counts,
    /// How both traces say what their steps did.
    #[serde(with = "super::written::convention")]
    pub labels: Option<Labels>,
    /// What is worth knowing although it makes no difference, or makes this one less exact.
    pub remarks: Vec<Remark>,
    /// How corresponding states were looked for.
    pub mode: Mode,
    /// Which states correspond, by their indices in the left and in the right trace, ascending.
    pub pairs: Vec<(usize, usize)>,
    /// What it means for behaviour: say this first.
    pub behaviour: Behaviour,
    /// What would differ if it had not been asked to be left out, by rule: say it, or a reader is misled.
    pub tolerated: Vec<Tolerated>,
    /// The renaming under which the traces were compared, if one was asked for.
    pub renaming: Option<Renaming>,
}

/// How corresponding states are looked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// By what they have in common: states that came or went do not make all that follow differ. Steps of different
    /// actions correspond only where hardly more differs than what they did.
    #[default]
    Auto,
    /// By their indices: state 5 is compared with state 5.
    Index,
    /// By their indices, up to the first that differ.
    Prefix,
    /// By what the steps did, in their order: those with equal labels first, and never steps of different actions.
    /// Where only one of two steps says what it did, the states decide.
    Action,
}

/// What a rule hid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Tolerated {
    /// The rule as it would be typed: `--ignore clock`.
    pub rule: String,
    /// In how many pairs of states (or how many states, where a rule is about states) it hid something; 0 for a rule that
    /// was never needed.
    pub states: usize,
    /// One thing that it hid, where that can be shown.
    pub example: Option<Difference>,
}

/// A bijection of names under which traces were compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Renaming {
    /// What the names of the left trace are called in the right one, ascending; the names that are the same in both
    /// are left out.
    pub names: Vec<(String, String)>,
    /// The index of the first state that no renaming explains together with those before it; `None` if all are.
    pub unexplained: Option<usize>,
    /// Whether the search was given up: then there may be a renaming that explains more.
    pub gave_up: bool,
}

/// How many states there were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// The number of states of the left trace.
    pub left: usize,
    /// The number of states of the right trace.
    pub right: usize,
    /// How many states of one correspond to one of the other.
    pub paired: usize,
    /// How many of those pairs are equal.
    pub equal: usize,
}

/// A difference beside the states.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HeaderDifference {
    /// Only one trace has a parameter of this name.
    Parameter {
        /// The name.
        name: String,
        /// Which trace has it.
        side: Side,
    },
    /// Only one trace declares a variable of this name.
    Variable {
        /// The name.
        name: String,
        /// Which trace declares it.
        side: Side,
    },
    /// The traces go on differently after their last states.
    Loop {
        /// The state to which the left trace returns.
        left: Option<u64>,
        /// The state to which the right trace returns.
        right: Option<u64>,
    },
    /// `#meta` of the traces differs; only when asked for.
    Meta(Difference),
}

/// Something to know that is no difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Remark {
    /// The traces are lassos that stand for the same infinite execution and are written differently.
    SameWord,
    /// Both traces end in the same repetition, and enter it at different steps.
    SameCycle {
        /// How many steps the left trace takes before it repeats itself.
        left: usize,
        /// How many steps the right trace takes before it repeats itself.
        right: usize,
    },
    /// So many states are without a partner that not each was compared with each: states may be paired that are not the
    /// likest.
    TooManyStates,
    /// So many elements of a set or items of a list are without a partner that not each was compared with each.
    TooManyElements {
        /// Where.
        #[serde(with = "super::written::path")]
        path: Path,
    },
    /// Values nest so deep that they were not compared further down: they differ as a whole.
    TooDeep {
        /// Where.
        #[serde(with = "super::written::path")]
        path: Path,
    },
    /// States that repeat the state before them were left out.
    Stuttering {
        /// In which trace.
        side: Side,
        /// How many.
        states: usize,
    },
    /// The comparison stopped at the first difference: nothing is known of what follows.
    Stopped,
    /// A rule found nothing to be about in any state: it did nothing.
    Unmet {
        /// The rule as it would be typed.
        rule: String,
        /// Whether it says what alone is compared: then too little was, and the answer is none.
        selects: bool,
    },
    /// Only what these rules keep was looked at.
    Kept {
        /// The rules as they would be typed.
        rules: Vec<String>,
    },
    /// What these rules drop was not looked at.
    Dropped {
        /// The rules as they would be typed.
        rules: Vec<String>,
    },
    /// The loop of one trace was followed beyond its last state, as far as it takes to see where the traces part.
    Unrolled {
        /// Which trace.
        side: Side,
        /// How many states of it there are.
        states: usize,
    },
}

/// A state, or two corresponding states, with news.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Entry {
    /// Two corresponding states between which something differs that did not differ between the states before, or no
    /// longer differs.
    Pair(Pair),
    /// A state that only one trace has.
    Only(Only),
}

/// Two corresponding states with news.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Pair {
    /// The index of the state in the left trace.
    pub left: usize,
    /// The index of the state in the right trace.
    pub right: usize,
    /// What the steps to the two states did.
    #[serde(with = "super::written::labels")]
    pub labels: [Option<Label>; 2],
    /// What differs since this step.
    pub new: Vec<New>,
    /// What has differed before and still does.
    pub carried: usize,
    /// What differed before this step and no longer does.
    pub healed: Vec<Difference>,
    /// Values that were removed at one place and added at another: the places in `new` of the two differences.
    pub moved: Vec<(usize, usize)>,
}

/// A difference at the step where it arises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct New {
    /// The difference.
    pub difference: Difference,
    /// How long it lasts.
    pub lasts: Lasts,
}

/// How long a difference lasts. One in what a step did lasts for that step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lasts {
    /// In how many pairs of states it is, the first one included.
    pub pairs: usize,
    /// The pair of states in which it is gone; `None` if it stays to the end.
    pub until: Option<(usize, usize)>,
}

/// A state that only one trace has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Only {
    /// Which trace.
    pub side: Side,
    /// The index of the state in it.
    pub at: usize,
    /// What the step to it did.
    #[serde(with = "super::written::label")]
    pub label: Option<Label>,
    /// What the step to it changed; nothing for the initial state.
    pub changes: Vec<Difference>,
    /// The index of an equal state of the other trace that has no partner either: the state has moved.
    pub moved: Option<usize>,
}

/// Where two traces part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Divergence {
    /// The index of the state in the left trace, unless only the right one has it.
    pub left: Option<usize>,
    /// The index of the state in the right trace, unless only the left one has it.
    pub right: Option<usize>,
}

impl TraceDiff {
    /// Whether the traces are the same execution.
    ///
    /// ```
    /// use itf::diff::{Options, diff_traces};
    /// let t = &itf::read(br##"{"vars":["x"],"states":[{"#meta":{"index":0},"x":1}]}"##)?[0];
    /// let u = &itf::read(br#"{"vars":["x"],"states":[{"x":1}]}"#)?[0];
    /// assert!(diff_traces(t, u, &Options::default()).is_same());
    /// # Ok::<(), itf::ReadError>(())
    /// ```
    pub fn is_same(&self) -> bool {
        self.header.is_empty() && self.entries.is_empty()
    }

    /// The rules that say what alone is compared, as they would be typed, and of which no state has anything: they are
    /// mistyped, most likely, and that nothing differs then means nothing.
    ///
    /// ```
    /// use itf::diff::{Options, Rules, diff_traces};
    /// let t = &itf::read(br#"{"vars":["x"],"states":[{"x":1}]}"#)?[0];
    /// let options = Options { rules: Rules::parse("keep = ['y']").unwrap(), ..Options::default() };
    /// assert_eq!(diff_traces(t, t, &options).unmet(), ["--keep y"]);
    /// # Ok::<(), itf::ReadError>(())
    /// ```
    pub fn unmet(&self) -> Vec<&str> {
        let unmet = self.remarks.iter().filter_map(|remark| match remark {
            Remark::Unmet { rule, selects: true } => Some(rule.as_str()),
            _ => None,
        });
        unmet.collect()
    }

    /// The first states that differ, if any do.
    ///
    /// ```
    /// use itf::diff::{Options, diff_traces};
    /// let t = &itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":2}]}"#)?[0];
    /// let u = &itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":3}]}"#)?[0];
    /// assert_eq!(diff_traces(t, u, &Options::default()).first_divergence().unwrap().left, Some(1));
    /// # Ok::<(), itf::ReadError>(())
    /// ```
    pub fn first_divergence(&self) -> Option<Divergence> {
        self.entries.first().map(|entry| match entry {
            Entry::Pair(pair) => Divergence { left: Some(pair.left), right: Some(pair.right) },
            Entry::Only(Only { side: Side::Left, at, .. }) => Divergence { left: Some(*at), right: None },
            Entry::Only(Only { side: Side::Right, at, .. }) => Divergence { left: None, right: Some(*at) },
        })
    }
}
