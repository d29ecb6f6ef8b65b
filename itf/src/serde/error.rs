//! What can be wrong when types and values do not go together.

use std::fmt::{self, Display};

use crate::path::{Path, Segment};
use crate::read::ReadError;

/// Why a text or a value is not what a Rust type wants.
#[derive(Debug)]
pub enum Error {
    /// The text is not ITF. What is wrong and where is in the message.
    Json(serde_json::Error),
    /// A value does not fit the type.
    Decode(DecodeError),
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "JSON error: {error}"),
            Self::Decode(error) => write!(f, "decoding error: {error}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Json(error) => Some(error),
            Self::Decode(error) => Some(error),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}

impl From<ReadError> for Error {
    fn from(error: ReadError) -> Self {
        let place = error.place();
        let path = match place.path.segments() {
            [] => String::new(),
            _ => format!(" (at {})", place.path),
        };
        // From these words `serde_json` takes what its error says of the place.
        let told = format!("{}{path} at line {} column {}", error.message(), place.line, place.column);
        Self::Json(serde::de::Error::custom(told))
    }
}

impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

/// Why a value does not fit a type.
#[derive(Debug)]
pub enum DecodeError {
    /// In words.
    Custom(String),
    /// A kind of value for which Rust has nothing.
    UnsupportedType(&'static str),
    /// Where in the value, and why.
    At(Path, Box<Self>),
}

impl DecodeError {
    /// This error, which happened one step further in.
    pub(super) fn within(self, segment: Segment) -> Self {
        let (segments, error) = match self {
            Self::At(path, error) => (path.segments().to_vec(), error),
            error => (Vec::new(), Box::new(error)),
        };
        Self::At(std::iter::once(segment).chain(segments).collect(), error)
    }
}

impl Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Custom(message) => f.write_str(message),
            Self::UnsupportedType(kind) => write!(f, "unsupported type: {kind}"),
            Self::At(path, error) => write!(f, "{error} (at {path})"),
        }
    }
}

impl std::error::Error for DecodeError {}

impl serde::de::Error for DecodeError {
    fn custom<T: Display>(message: T) -> Self {
        Self::Custom(message.to_string())
    }
}

impl serde::ser::Error for DecodeError {
    fn custom<T: Display>(message: T) -> Self {
        Self::Custom(message.to_string())
    }
}
