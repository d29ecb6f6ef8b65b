//! Reading: bytes to traces.
//!
//! The reader accepts what the world writes (see `FORMAT.md` of the manual): one trace, an array of traces, or one trace
//! a line, told apart by content. What is inconsistent is reported as a [`Warning`] with its place and read all the
//! same; what is not ITF is a [`ReadError`].

mod document;
mod error;
mod feed;
mod hints;
mod locate;
mod packed;
mod scan;
mod value;

pub use error::{ErrorKind, Place, ReadError, Warning, WarningKind};
pub use packed::is_packed;

use std::io::Read;

use crate::trace::{State, Trace};
use crate::value::{Store, Value};
use document::Step;
use feed::Feed;

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
    /// How many bytes an input may have, after unpacking.
    pub bytes: u64,
    /// How many bytes of text one part of a trace may have: a state, or the value of another key. So much of an input is
    /// in memory at most, at least [`Limits::MIN_PART`].
    pub part: usize,
}

impl Limits {
    /// The largest depth that can be asked for; beyond it the stack of a thread of 8 MiB would not be safe. On one of 2 MiB,
    /// as threads have unless told otherwise, an unoptimised program decodes (serde) what is half as deep.
    pub const MAX_DEPTH: usize = 1_000;
    /// The smallest part that can be asked for.
    pub const MIN_PART: usize = 64;
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 256, digits: 100_000, distinct: 50_000_000, bytes: 1 << 40, part: 512 << 20 }
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
    /// line that begins a document, if there is one; after bytes that are not UTF-8, or too many, nothing more is read.
    ///
    /// A memory-mapped file is such a slice (`reader.documents(&map)` with the crate `memmap2`); it is read once, from front
    /// to back, and nothing of it is kept.
    ///
    /// ```
    /// let mut reader = itf::Reader::new();
    /// let read: Vec<bool> = reader.documents(b"{\"states\":[]}\n{oops}\n{\"states\":[]}\n").map(|d| d.is_ok()).collect();
    /// assert_eq!(read, [true, false, true]);
    /// ```
    pub fn documents<'a>(&'a mut self, input: &'a [u8]) -> Documents<'a> {
        Documents {
            feed: Feed::of_bytes(input, &mut self.store, &self.limits),
            states: Vec::new(),
            done: false,
        }
    }

    /// The traces that `input` yields, one by one, as [`Reader::documents`] does; of the input itself no more is held
    /// than some megabytes. What is packed by gzip or zstd is unpacked. There is no need to buffer `input`.
    ///
    /// ```
    /// let input: &[u8] = b"{\"states\":[]}\n{\"states\":[]}\n";
    /// assert_eq!(itf::Reader::new().documents_from(input).count(), 2);
    /// ```
    pub fn documents_from<'a>(&'a mut self, input: impl Read + 'a) -> Documents<'a> {
        Documents {
            feed: Feed::of_reader(input, &mut self.store, &self.limits),
            states: Vec::new(),
            done: false,
        }
    }

    /// The states that `input` yields, one by one, and the traces they belong to, after them. Nothing is held but what
    /// the caller holds: a trace may be larger than the memory.
    ///
    /// ```
    /// use itf::{Event, Reader};
    /// let input: &[u8] = br#"{"vars":["x"],"states":[{"x":1},{"x":2}]}"#;
    /// let mut last = None;
    /// for event in Reader::new().events(input) {
    ///     match event? {
    ///         Event::State(state) => last = state.get("x").cloned(),
    ///         Event::End(document) => assert_eq!(document.trace.vars, ["x"]),
    ///     }
    /// }
    /// assert_eq!(last, Some(itf::Value::from(2)));
    /// # Ok::<(), itf::ReadError>(())
    /// ```
    pub fn events<'a>(&'a mut self, input: impl Read + 'a) -> Events<'a> {
        let mut feed = Feed::of_reader(input, &mut self.store, &self.limits);
        feed.sweep_at = Some(SWEEP);
        Events { feed, done: false }
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
        feed::expression(input, &mut self.store, &self.limits)
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

/// How many nodes [`Reader::events`] lets gather before it looks for those that nobody holds.
const SWEEP: usize = 1 << 16;

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
    /// Bytes of the input before the trace.
    pub offset: usize,
}

impl Document {
    fn empty() -> Self {
        let trace = Trace::new::<String>([], []);
        Self { trace, warnings: Vec::new(), line: 1, offset: 0 }
    }
}

/// The iterator of [`Reader::documents`] and [`Reader::documents_from`].
pub struct Documents<'a> {
    feed: Feed<'a>,
    states: Vec<State>,
    done: bool,
}

impl Iterator for Documents<'_> {
    type Item = Result<Document, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            match self.feed.step() {
                Ok(Step::State(state)) => self.states.push(state),
                Ok(Step::Document(mut document)) => {
                    document.trace.states = std::mem::take(&mut self.states);
                    return Some(Ok(*document));
                }
                Ok(Step::End) => self.done = true,
                Err(error) => {
                    self.states.clear();
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

/// What [`Reader::events`] finds.
#[derive(Debug, Clone)]
pub enum Event {
    /// The next state.
    State(State),
    /// The end of a trace: all that is said of it but its states.
    End(Box<Document>),
}

/// The iterator of [`Reader::events`].
pub struct Events<'a> {
    feed: Feed<'a>,
    done: bool,
}

impl Events<'_> {
    /// What is known so far of the trace whose states are being read: what stands before them, as the variables usually
    /// do.
    ///
    /// ```
    /// let input: &[u8] = br#"{"vars":["x"],"states":[{"x":1}],"loop":0}"#;
    /// let mut reader = itf::Reader::new();
    /// let mut events = reader.events(input);
    /// events.next();
    /// assert_eq!(events.trace().vars, ["x"]);
    /// ```
    pub fn trace(&self) -> &Trace {
        &self.feed.machine().document().trace
    }

    /// Bytes of the input (after unpacking) before the state that came last.
    ///
    /// ```
    /// let input: &[u8] = br#"{"vars":["x"],"states":[{"x":1},{"x":2}]}"#;
    /// let mut reader = itf::Reader::new();
    /// let mut events = reader.events(input);
    /// events.next();
    /// events.next();
    /// assert_eq!(&input[events.offset()..], br#"{"x":2}]}"#);
    /// ```
    pub fn offset(&self) -> usize {
        self.feed.machine().span().0
    }

    /// Bytes of the input before what comes next.
    pub(crate) fn end(&self) -> usize {
        self.feed.machine().span().1
    }
}

impl Iterator for Events<'_> {
    type Item = Result<Event, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        match self.feed.step() {
            Ok(Step::State(state)) => Some(Ok(Event::State(state))),
            Ok(Step::Document(document)) => Some(Ok(Event::End(document))),
            Ok(Step::End) => {
                self.done = true;
                None
            }
            Err(error) => Some(Err(error)),
        }
    }
}
