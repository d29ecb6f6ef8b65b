//! Checking: what is wrong with a trace, how severe it is, and where.
//!
//! [`check()`] puts what the reader noticed and what the trace says about itself into one list of [`Finding`]s: one for
//! each [`Code`], with the first places and how many there are. What real tools write is at most a warning, unless
//! ADR-015 is wanted to the letter (`strict`).

mod findings;
mod integer;
mod levels;
mod locate;
mod rule;
mod states;
mod stream;
mod types;
mod values;

use std::fmt;

pub use levels::{Levels, UnknownLevel};
pub use locate::locate;
pub(crate) use locate::locate_json;
pub use rule::{Code, Rule, UnknownCode};
pub use stream::{Streamed, check_next};

use crate::chunk::Chunk;
use crate::path::Path;
use crate::read::{Document, Place, ReadError, WarningKind};
use crate::trace::Trace;
use findings::Findings;
use states::States;
use types::Typing;

/// How severe a finding is; most severe first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The trace is not valid.
    Error,
    /// The trace is valid, and something in it should be mended.
    Warning,
    /// Harmless, and worth knowing once.
    Note,
}

/// `error`, `warning` or `note`.
impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// One thing that was found in a trace, in one or many places.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What it is about.
    pub code: Code,
    /// How severe it is, in the mode that was asked for.
    pub severity: Severity,
    /// What was found, with names, in one line.
    pub message: String,
    /// The first place in the text, if it is known; [`locate`] finds it by the path.
    pub place: Option<Place>,
    /// The first place in the trace.
    pub path: Path,
    /// Up to three further places.
    pub more: Vec<Path>,
    /// Where the other side of it is, if it is a conflict of two places.
    pub related: Vec<Path>,
    /// In how many places. A value that is there again unchanged may be counted once.
    pub count: usize,
}

/// An input that cannot be read is a finding, too: [`Code::Malformed`]. Of one that is beyond a limit of the reader
/// ([`ErrorKind::is_limit`](crate::ErrorKind::is_limit)) nothing is known; whoever does not want it among the findings asks
/// before.
///
/// ```
/// use itf::check::{Code, Finding};
/// let error = itf::read(b"{").unwrap_err();
/// assert_eq!(Finding::from(&error).code, Code::Malformed);
/// ```
impl From<&ReadError> for Finding {
    fn from(error: &ReadError) -> Self {
        Self {
            code: Code::Malformed,
            severity: Code::Malformed.rule().severity,
            message: error.message(),
            place: Some(error.place().clone()),
            path: error.place().path.clone(),
            more: Vec::new(),
            related: Vec::new(),
            count: 1,
        }
    }
}

/// All that is found in a document: the most severe first, then by code.
///
/// ```
/// use itf::check::{Code, Severity, check};
/// let mut reader = itf::Reader::new();
/// let document = reader.documents(br#"{"vars":["x","y"],"states":[{"x":true}]}"#).next().unwrap()?;
/// let findings = check(&document, false);
/// assert_eq!((findings[0].code, findings[0].severity), (Code::MissingVariable, Severity::Warning));
/// assert_eq!(findings[0].path.to_string(), "states[0].y");
/// assert_eq!(check(&document, true)[0].severity, Severity::Error);
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn check(document: &Document, strict: bool) -> Vec<Finding> {
    check_with(document, &Levels::new(strict))
}

/// The same with severities of your own; what is allowed is not there.
///
/// ```
/// use itf::check::{Levels, Severity, check_with};
/// let mut levels = Levels::new(false);
/// levels.set("plain-integer".parse()?, None);
/// let document = itf::Reader::new().documents(br#"{"vars":["x"],"states":[{"x":7}]}"#).next().unwrap()?;
/// assert!(check_with(&document, &levels).is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check_with(document: &Document, levels: &Levels) -> Vec<Finding> {
    let trace = &document.trace;
    let mut running = Running::new(trace);
    running.check(trace, Chunk::whole(&trace.states), true);
    running.finish(document, &trace.variables(), trace.states.len()).finish(levels)
}

/// A check of a trace whose states come one after another. What it takes for the trace is all but the states.
struct Running {
    findings: Findings,
    states: States,
    typing: Typing,
}

impl Running {
    fn new(trace: &Trace) -> Self {
        Self { findings: Findings::default(), states: States::default(), typing: Typing::new(trace) }
    }

    fn check(&mut self, trace: &Trace, chunk: Chunk<'_>, is_last: bool) {
        self.states.check(trace, chunk, is_last, &mut self.findings);
        values::values(chunk, &mut self.findings);
        self.typing.check(chunk, &mut self.findings);
    }

    /// What only the end tells: there are so many states, with variables of these names.
    fn finish(mut self, document: &Document, names: &[&str], states: usize) -> Findings {
        for warning in &document.warnings {
            self.findings.warned(code_of(warning.kind), warning);
        }
        states::header(&document.trace, states, &mut self.findings);
        self.typing.finish(&document.trace, names, &mut self.findings);
        self.findings
    }
}

/// The code of what the reader noticed.
fn code_of(kind: WarningKind) -> Code {
    match kind {
        WarningKind::ByteOrderMark => Code::ByteOrderMark,
        WarningKind::PlainInteger => Code::PlainInteger,
        WarningKind::NonCanonicalInteger => Code::PaddedInteger,
        WarningKind::Float => Code::Float,
        WarningKind::UnknownHashKey => Code::UnknownHashKey,
        WarningKind::Null => Code::Null,
        WarningKind::RepeatedElement => Code::RepeatedElement,
        WarningKind::RepeatedKey => Code::RepeatedKey,
        WarningKind::NullLoop => Code::NullLoop,
        WarningKind::NoVars => Code::NoVars,
        WarningKind::StateAsMap => Code::StateAsMap,
        WarningKind::RepeatedMetaKey => Code::RepeatedMetaKey,
    }
}
