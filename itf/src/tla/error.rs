//! What is wrong with a text in the notation of TLA+, and what should be known of one that is right.

use std::fmt;

use super::place;
use crate::path::Path;
use crate::read::Place;
use crate::render::escape;

/// Why a text has no trace that could be read: a message and a place.
///
/// ```
/// let error = itf::tla::parse_value("[a |-> ]").unwrap_err();
/// assert_eq!(error.to_string(), "1:8: expected a value, found `]`");
/// assert_eq!(error.place().offset, 7);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportError(Box<Remark>);

impl ImportError {
    pub(super) fn at(text: &str, offset: usize, message: String) -> Self {
        Self(Box::new(Remark { place: place(text, offset), message }))
    }

    /// The same, known to be about this part of a trace.
    pub(super) fn about(mut self, path: Path) -> Self {
        self.0.place.path = path;
        self
    }

    /// Where it is; [`Place::path`] tells the state and the variable, where they are known.
    ///
    /// ```
    /// assert_eq!(itf::tla::parse_value("{").unwrap_err().place().line, 1);
    /// ```
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    /// What is wrong.
    ///
    /// ```
    /// assert_eq!(itf::tla::parse_value("").unwrap_err().message(), "expected a value, found the end");
    /// ```
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

/// `line:column: message (at path)`.
impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for ImportError {}

/// Something that should be known of a trace that was read: what was lost, what may be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Remark {
    /// Where it is.
    pub place: Place,
    /// What it is.
    pub message: String,
}

impl Remark {
    pub(super) fn new(place: Place, message: String) -> Self {
        Self { place, message }
    }
}

/// `line:column: message (at path)`.
impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, escape(&self.message))?;
        match self.place.path.segments() {
            [] => Ok(()),
            _ => write!(f, " (at {})", escape(&self.place.path.to_string())),
        }
    }
}
