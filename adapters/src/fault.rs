//! Trouble that says nothing about the bug.

use std::fmt;

/// What kind of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultKind {
    /// The adapter does not know the action, label or operation: a mistake of configuration.
    Unsupported,
    /// The request is ill typed, or has picks left over.
    Invalid,
    /// The spec or the system raised an error of its own.
    Failed,
    /// No answer in time.
    Timeout,
    /// The process ended.
    Crash,
    /// The answer cannot be understood.
    Protocol,
}

/// Whether the action happened, as far as anybody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It did not.
    None,
    /// Nobody knows: the run cannot go on.
    Unknown,
}

/// Something broke that says nothing about the bug. It makes a run inconclusive; it is never a counterexample.
///
/// ```
/// use itf_adapters::{Fault, FaultKind};
/// let fault = Fault::new(FaultKind::Timeout, "no answer in 5 s");
/// assert_eq!(fault.to_string(), "timeout: no answer in 5 s");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What kind of trouble.
    pub kind: FaultKind,
    /// Whether the action happened.
    pub effect: Effect,
    /// What a person should read.
    pub message: String,
}

impl FaultKind {
    /// The word for it: `timeout`.
    ///
    /// ```
    /// assert_eq!(itf_adapters::FaultKind::Crash.word(), "crash");
    /// ```
    pub fn word(self) -> &'static str {
        match self {
            Self::Unsupported => "unsupported",
            Self::Invalid => "invalid",
            Self::Failed => "failed",
            Self::Timeout => "timeout",
            Self::Crash => "crash",
            Self::Protocol => "protocol",
        }
    }
}

impl Fault {
    /// A fault of this kind, with the effect that follows from it.
    ///
    /// ```
    /// use itf_adapters::{Effect, Fault, FaultKind};
    /// assert_eq!(Fault::new(FaultKind::Unsupported, "?").effect, Effect::None);
    /// assert_eq!(Fault::new(FaultKind::Crash, "exit 139").effect, Effect::Unknown);
    /// ```
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        let effect = match kind {
            FaultKind::Unsupported | FaultKind::Invalid => Effect::None,
            _ => Effect::Unknown,
        };
        Self { kind, effect, message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.word(), self.message)
    }
}

impl std::error::Error for Fault {}
