//! What a run of a candidate showed.

use std::fmt;

/// A failure: what went wrong, where, and a text for people.
///
/// The *identity* is the pair of [`kind`](Self::kind) and [`site`](Self::site). Shrinking keeps it, so that
/// bug A never shrinks into bug B; the message may change as the sequence gets shorter. A site is a path or a
/// name, never a value: values change while a sequence shrinks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Failure {
    /// What kind of failure it is, for example `invariant` or `outcome`.
    pub kind: String,
    /// Where it showed, for example the name of the invariant.
    pub site: String,
    /// What a person should read; not part of the identity.
    pub message: String,
}

impl Failure {
    /// A failure of this kind, at this site, with this message.
    ///
    /// ```
    /// let f = itf_shrink::Failure::new("invariant", "no_inconsistent_root", "root names no plan");
    /// assert_eq!(f.site, "no_inconsistent_root");
    /// ```
    pub fn new(kind: impl Into<String>, site: impl Into<String>, message: impl Into<String>) -> Self {
        Failure { kind: kind.into(), site: site.into(), message: message.into() }
    }

    /// Whether both are the same failure: equal kind and site, whatever the messages say.
    ///
    /// ```
    /// use itf_shrink::Failure;
    /// let long = Failure::new("invariant", "root", "at step 33");
    /// assert!(long.is_same_as(&Failure::new("invariant", "root", "at step 11")));
    /// assert!(!long.is_same_as(&Failure::new("invariant", "rollback", "at step 33")));
    /// ```
    pub fn is_same_as(&self, other: &Failure) -> bool {
        self.kind == other.kind && self.site == other.site
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.kind, self.site)?;
        if self.message.is_empty() { Ok(()) } else { write!(f, ": {}", self.message) }
    }
}

/// Why a run has no verdict. The two kinds differ in what may be concluded from them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Unresolved {
    /// The candidate cannot be executed as it is written, for example because a call is disabled under strict
    /// semantics. That is definite: no execution of it exists, so it cannot show the failure either.
    Invalid(String),
    /// Something broke that says nothing about the failure: a timeout, a process that died, a bad answer.
    /// The candidate might show the failure; nobody knows.
    Fault(String),
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unresolved::Invalid(why) => write!(f, "cannot be executed: {why}"),
            Unresolved::Fault(why) => write!(f, "no verdict: {why}"),
        }
    }
}

/// What an oracle says about one candidate.
///
/// Whether a failure is *the* failure is not the oracle's business: the engine fixes the identity from the
/// first run and compares.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The candidate shows a failure.
    Fails(Failure),
    /// The candidate ran to its end and showed none.
    Passes,
    /// Nobody knows.
    Unresolved(Unresolved),
}

impl Verdict {
    /// A failing verdict.
    ///
    /// ```
    /// use itf_shrink::Verdict;
    /// assert!(matches!(Verdict::fails("panic", "src/lib.rs:7", "boom"), Verdict::Fails(f) if f.kind == "panic"));
    /// ```
    pub fn fails(kind: impl Into<String>, site: impl Into<String>, message: impl Into<String>) -> Self {
        Verdict::Fails(Failure::new(kind, site, message))
    }

    /// An unresolved verdict: the candidate cannot be executed as written.
    ///
    /// ```
    /// use itf_shrink::{Unresolved, Verdict};
    /// assert_eq!(Verdict::invalid("no"), Verdict::Unresolved(Unresolved::Invalid("no".into())));
    /// ```
    pub fn invalid(why: impl Into<String>) -> Self {
        Verdict::Unresolved(Unresolved::Invalid(why.into()))
    }

    /// An unresolved verdict: something broke that says nothing about the failure.
    ///
    /// ```
    /// use itf_shrink::{Unresolved, Verdict};
    /// assert_eq!(Verdict::fault("timeout"), Verdict::Unresolved(Unresolved::Fault("timeout".into())));
    /// ```
    pub fn fault(why: impl Into<String>) -> Self {
        Verdict::Unresolved(Unresolved::Fault(why.into()))
    }
}
