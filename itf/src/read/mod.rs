//! Reading: bytes to traces.
//!
//! The reader accepts what the world writes (see `FORMAT.md` of the manual): one trace, an array of traces, or one trace
//! a line, told apart by content. What is inconsistent is reported as a [`Warning`] with its place and read all the
//! same; what is not ITF is a [`ReadError`].

mod document;
mod error;
mod locate;
mod scan;
mod value;

pub use error::{ErrorKind, Place, ReadError, Warning, WarningKind};

use crate::trace::Trace;
use crate::value::{Store, Value};

/// What a reader refuses, so that no input can exhaust the machine.
///
/// ```
/// use itf::Limits;
/// let limits = Limits { depth: 32, ..Limits::default() };
/// assert!(limits.digits >= 172);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How deep values may nest. Capped at [`Limits::MAX_DEPTH`].
    pub depth: usize,
    /// How many digits an integer may have.
    pub digits: usize,
    /// How many distinct values the traces of one reader may hold.
    pub distinct: usize,
}

impl Limits {
    /// The largest depth that can be asked for; beyond it the stack of a thread would not be safe.
    pub const MAX_DEPTH: usize = 1_000;
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 256, digits: 100_000, distinct: 50_000_000 }
    }
}

/// Reads traces into one [`Store`]: values of all traces it reads compare in constant time.
///
/// ```
/// let mut reader = itf::Reader::new();
/// let a = reader.read(br##"{"vars":["x"],"states":[{"x":{"#set":[1,2]}}]}"##)?;
/// let b = reader.read(br##"{"vars":["x"],"states":[{"x":{"#set":[2,1]}}]}"##)?;
/// assert_eq!(a, b);
/// # Ok::<(), itf::ReadError>(())
/// ```
#[derive(Default)]
pub struct Reader {
    store: Store,
    limits: Limits,
}

impl Reader {
    /// A reader with the default limits.
    ///
    /// ```
    /// assert!(itf::Reader::new().read(b"")?.is_empty());
    /// # Ok::<(), itf::ReadError>(())
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// A reader with other limits.
    ///
    /// ```
    /// use itf::{Limits, Reader};
    /// let mut reader = Reader::with_limits(Limits { depth: 1, ..Limits::default() });
    /// let error = reader.read(br#"{"vars":["x"],"states":[{"x":[[[]]]}]}"#).unwrap_err();
    /// assert_eq!(error.place().path.to_string(), "states[0].x[0]");
    /// ```
    pub fn with_limits(limits: Limits) -> Self {
        Self { store: Store::new(), limits }
    }

    /// The store into which this reader reads.
    ///
    /// ```
    /// let mut reader = itf::Reader::new();
    /// let unit = reader.store().intern(&itf::Value::unit());
    /// ```
    pub fn store(&mut self) -> &mut Store {
        &mut self.store
    }

    /// All traces in `input`, without their warnings; none if it is empty.
    ///
    /// # Errors
    ///
    /// The first place that is not ITF. [`Reader::documents`] goes on with the next line.
    ///
    /// ```
    /// let traces = itf::Reader::new().read(b"{\"states\":[]}\n{\"states\":[]}\n")?;
    /// assert_eq!(traces.len(), 2);
    /// # Ok::<(), itf::ReadError>(())
    /// ```
    pub fn read(&mut self, input: &[u8]) -> Result<Vec<Trace>, ReadError> {
        self.documents(input).map(|d| d.map(|d| d.trace)).collect()
    }

    /// The traces in `input`, one by one, each with its warnings and its place. After an error it goes on with the next
    /// line that begins a document, if there is one.
    ///
    /// ```
    /// let mut reader = itf::Reader::new();
    /// let read: Vec<bool> = reader.documents(b"{\"states\":[]}\n{oops}\n{\"states\":[]}\n").map(|d| d.is_ok()).collect();
    /// assert_eq!(read, [true, false, true]);
    /// ```
    pub fn documents<'a>(&'a mut self, input: &'a [u8]) -> Documents<'a> {
        Documents { documents: document::Documents::new(input, &mut self.store, self.limits.clone()) }
    }

    /// The value written in `input` as an ITF expression.
    ///
    /// # Errors
    ///
    /// The place that is not ITF, with a path within the value; also anything but white space after the value.
    ///
    /// ```
    /// let v = itf::Reader::new().value(br##"{"#set": [{"#bigint": "1"}]}"##)?;
    /// assert_eq!(v, itf::Value::set([1]));
    /// # Ok::<(), itf::ReadError>(())
    /// ```
    pub fn value(&mut self, input: &[u8]) -> Result<Value, ReadError> {
        document::expression(input, &mut self.store, &self.limits)
    }
}

/// All traces in `input`: [`Reader::read`] with a new reader.
///
/// # Errors
///
/// The first place that is not ITF.
///
/// ```
/// let traces = itf::read(br#"[{"vars":["x"],"states":[{"x":"a"}]}]"#)?;
/// assert_eq!(traces.len(), 1);
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn read(input: &[u8]) -> Result<Vec<Trace>, ReadError> {
    Reader::new().read(input)
}

/// A trace as it was found in its input.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Document {
    /// The trace.
    pub trace: Trace,
    /// What was read all the same.
    pub warnings: Vec<Warning>,
    /// The line of the input, counted from 1, on which the trace begins.
    pub line: usize,
}

/// The iterator of [`Reader::documents`].
pub struct Documents<'a> {
    documents: document::Documents<'a>,
}

impl Iterator for Documents<'_> {
    type Item = Result<Document, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.documents.next()
    }
}
