//! What to do, and how much of it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// What a disabled item does to a candidate. The oracle implements it; the engine has to know which it is.
/// Where it is not clear (a command that is handed the states that are left), say strict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Semantics {
    /// A disabled item is dropped and the rest goes on; what really executed is adopted.
    #[default]
    Skip,
    /// A disabled item makes the candidate [`Invalid`](crate::Unresolved::Invalid).
    Strict,
}

/// Which algorithm reduces. The classic ones are here to compare with, and for a second opinion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Algorithm {
    /// The passes of this crate: learned graph, whole classes, adaptive deletion, single deletions, and what
    /// escapes one-minimality.
    #[default]
    Ours,
    /// `ddmin`: A. Zeller and R. Hildebrandt, *Simplifying and isolating failure-inducing input*, IEEE
    /// Transactions on Software Engineering 28(2), 2002.
    Ddmin,
    /// Probabilistic delta debugging: G. Wang, R. Shen, J. Chen, Y. Xiong and L. Zhang, *Probabilistic Delta
    /// Debugging*, ESEC/FSE 2021. Initial probability 0.1.
    ProbDd,
    /// Counter-based delta debugging: M. Zhang, Z. Xu, Y. Tian, X. Cheng and C. Sun, *Toward a Better
    /// Understanding of Probabilistic Delta Debugging*, arXiv 2408.04735 (2024), ICSE 2025; followed by one
    /// pass of single deletions.
    Cdd,
    /// Every item once, from the last to the first: what property-based testing of state machines usually does.
    OneBackwardPass,
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Algorithm::Ours => "ours",
            Algorithm::Ddmin => "ddmin",
            Algorithm::ProbDd => "ProbDD",
            Algorithm::Cdd => "CDD + single pass",
            Algorithm::OneBackwardPass => "one backward pass",
        })
    }
}

impl Algorithm {
    /// All of them, each with the word for it.
    pub const ALL: [(&'static str, Algorithm); 5] = [
        ("ours", Algorithm::Ours),
        ("ddmin", Algorithm::Ddmin),
        ("probdd", Algorithm::ProbDd),
        ("cdd", Algorithm::Cdd),
        ("backward", Algorithm::OneBackwardPass),
    ];
}

/// A word that is no algorithm's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownAlgorithm(String);

impl fmt::Display for UnknownAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = Algorithm::ALL.map(|(word, _)| word).join(", ");
        write!(f, "no algorithm `{}`; there are {known}", self.0)
    }
}

impl std::error::Error for UnknownAlgorithm {}

/// By the words of [`Algorithm::ALL`].
///
/// ```
/// use itf_shrink::Algorithm;
/// assert_eq!("probdd".parse(), Ok(Algorithm::ProbDd));
/// assert!("magic".parse::<Algorithm>().is_err());
/// ```
impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let found = Algorithm::ALL.into_iter().find(|(known, _)| *known == word);
        found.map(|(_, algorithm)| algorithm).ok_or_else(|| UnknownAlgorithm(word.to_owned()))
    }
}

/// One way of making a sequence smaller; also where in the work a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum Pass {
    /// The run of the original: what follows the failure, and what did not execute, goes.
    Original = 1,
    /// The shortest way to the failure through all states seen so far, loop erasure included.
    Shortcut = 1 << 1,
    /// Deletion of large parts, coarse to fine, as `ddmin` does it: under strict semantics when no states are
    /// known.
    Chunks = 1 << 11,
    /// Deletion of whole classes of items.
    Classes = 1 << 2,
    /// Deletion of runs of items from the back, growing by doubling.
    Adaptive = 1 << 3,
    /// Replacement of items by simpler ones.
    Normalise = 1 << 4,
    /// Deletion of single items: this proves one-minimality.
    Singles = 1 << 5,
    /// Deletion of an item together with those that cannot execute without it (strict semantics only).
    Cascade = 1 << 6,
    /// Deletion of two to five neighbours.
    Windows = 1 << 7,
    /// Deletion of two items at a distance of two to eight.
    Pairs = 1 << 8,
    /// Random sequences of the same items, to learn steps that deletion never takes, where states are few and
    /// come again; with [`Effort::Thorough`] and no states, the classic algorithms on the original.
    Restarts = 1 << 9,
    /// One of the classic algorithms.
    Classic = 1 << 10,
}

impl fmt::Display for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Pass::Original => "original",
            Pass::Shortcut => "shortcut",
            Pass::Chunks => "chunks",
            Pass::Classes => "classes",
            Pass::Adaptive => "adaptive",
            Pass::Normalise => "normalise",
            Pass::Singles => "singles",
            Pass::Cascade => "cascade",
            Pass::Windows => "windows",
            Pass::Pairs => "pairs",
            Pass::Restarts => "restarts",
            Pass::Classic => "classic",
        })
    }
}

/// How much to spend on what a one-minimal sequence may still hide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Effort {
    /// No [`Pass::Windows`] and [`Pass::Pairs`].
    Quick,
    /// Windows and pairs only when no states are known. Where they are, the other passes get nearly as far for
    /// a half or two thirds of the runs.
    #[default]
    Normal,
    /// Windows and pairs always, wherever the outcome is not foreseeable. Where no states are known, the
    /// original is reduced again by the classic algorithms; so the result is never longer than theirs.
    Thorough,
}

/// A set of passes. [`Pass::Original`] always happens and [`Pass::Classic`] belongs to the algorithm: neither
/// can be switched.
///
/// ```
/// use itf_shrink::{Pass, Passes};
/// let passes = Passes::all().without(Pass::Windows);
/// assert!(passes.has(Pass::Pairs) && !passes.has(Pass::Windows));
/// assert!(Passes::none().with(Pass::Singles).has(Pass::Singles));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Passes(u16);

impl Passes {
    /// Every pass.
    ///
    /// ```
    /// assert!(itf_shrink::Passes::all().has(itf_shrink::Pass::Restarts));
    /// ```
    pub const fn all() -> Self {
        Passes(u16::MAX)
    }

    /// No pass.
    ///
    /// ```
    /// assert!(!itf_shrink::Passes::none().has(itf_shrink::Pass::Singles));
    /// ```
    pub const fn none() -> Self {
        Passes(0)
    }

    /// This set and the pass.
    ///
    /// ```
    /// use itf_shrink::{Pass, Passes};
    /// assert!(Passes::none().with(Pass::Classes).has(Pass::Classes));
    /// ```
    #[must_use]
    pub const fn with(self, pass: Pass) -> Self {
        Passes(self.0 | pass as u16)
    }

    /// This set and not the pass.
    ///
    /// ```
    /// use itf_shrink::{Pass, Passes};
    /// assert!(!Passes::all().without(Pass::Classes).has(Pass::Classes));
    /// ```
    #[must_use]
    pub const fn without(self, pass: Pass) -> Self {
        Passes(self.0 & !(pass as u16))
    }

    /// Whether the pass is in the set.
    ///
    /// ```
    /// assert!(itf_shrink::Passes::all().has(itf_shrink::Pass::Singles));
    /// ```
    pub const fn has(self, pass: Pass) -> bool {
        self.0 & pass as u16 != 0
    }
}

impl Default for Passes {
    /// Every pass.
    fn default() -> Self {
        Passes::all()
    }
}

/// How to shrink. The default is every pass, skip semantics, no limit, seed 0.
///
/// ```
/// use itf_shrink::{Options, Semantics};
/// let options = Options { semantics: Semantics::Strict, max_calls: Some(500), ..Options::default() };
/// assert_eq!(options.seed, 0);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// What a disabled item does.
    pub semantics: Semantics,
    /// Which algorithm reduces.
    pub algorithm: Algorithm,
    /// How much to spend beyond one-minimality.
    pub effort: Effort,
    /// Which passes [`Algorithm::Ours`] makes.
    pub passes: Passes,
    /// The most runs of the oracle, the first one included. Answers out of the cache are free, and so is what the oracle
    /// [recalls](crate::Oracle::recalled).
    pub max_calls: Option<usize>,
    /// The longest time for all of the work; a run under way is not broken off.
    pub max_time: Option<Duration>,
    /// A result of so many items is short enough: work ends there.
    pub stop_at: Option<usize>,
    /// After how many random sequences in a row that shortened nothing [`Pass::Restarts`] gives up.
    pub restarts: usize,
    /// The seed of everything random. Equal seeds give equal results.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            semantics: Semantics::default(),
            algorithm: Algorithm::default(),
            effort: Effort::default(),
            passes: Passes::default(),
            max_calls: None,
            max_time: None,
            stop_at: None,
            restarts: 2,
            seed: 0,
        }
    }
}
