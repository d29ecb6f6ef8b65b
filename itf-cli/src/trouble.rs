//! Why a command could not do what it was asked to.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

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

/// An error of a file that was being written, with its name.
#[derive(Debug)]
pub(crate) struct Unwritten(PathBuf, io::Error);

impl Unwritten {
    /// The same error, naming the file.
    pub(crate) fn at(path: &Path, error: io::Error) -> io::Error {
        io::Error::new(error.kind(), Self(path.to_owned(), error))
    }
}

impl fmt::Display for Unwritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot write {}: {}", self.0.display(), self.1)
    }
}

impl std::error::Error for Unwritten {}

/// An error of our own output. That of a file says its name; what has none is standard output.
impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        let is_named = error.get_ref().and_then(|inner| inner.downcast_ref::<Unwritten>()).is_some();
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ReaderGone,
            _ if is_named => Self::Message(error.to_string()),
            _ => Self::Message(format!("cannot write standard output: {error}")),
        }
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Message(fault.message)
    }
}
