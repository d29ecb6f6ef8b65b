//! Why a command could not do what it was asked to.

use std::fmt;
use std::io;

use itf_adapters::Fault;

/// Why a command could not answer. Everything but [`Trouble::ReaderGone`] is told to the user.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Whoever reads our output has seen enough: the end of a pipe such as `| head`. No trouble at all.
    ReaderGone,
    /// A message for the user: what is wrong, and what to do next.
    Message(String),
}

impl Trouble {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::Message(message.into())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReaderGone => f.write_str("the reader is gone"),
            Self::Message(message) => f.write_str(message),
        }
    }
}

/// An error of our own output; errors of files are given their names where they happen.
impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ReaderGone,
            _ => Self::Message(format!("cannot write the output: {error}")),
        }
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Message(fault.message)
    }
}
