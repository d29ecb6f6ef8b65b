//! Checking in one pass, with no more in memory than some states.

use std::collections::HashSet;
use std::io::{self, Read, Seek};

use super::locate::{Offsets, locate_in};
use super::{Finding, Levels, Running};
use crate::chunk::Chunk;
use crate::path::Path;
use crate::read::{Document, Event, Events, Place, ReadError};
use crate::trace::{State, Trace};

/// States are looked at together when there are so many, or so many bytes of text: values that they share are looked at
/// once.
const STATES: usize = 4096;
const BYTES: usize = 4 << 20;

/// What came of a trace that was checked while it was read.
#[derive(Debug)]
#[non_exhaustive]
pub struct Streamed {
    /// All that is said of the trace, without its states.
    pub document: Document,
    /// How many states there are.
    pub states: usize,
    /// What was found: what [`check_with`](super::check_with) finds, with another [`count`](Finding::count), and perhaps
    /// other further places, where a value is there many times. `None` if the text says after the states which variables
    /// and types they should have, so that they could not be checked: then the trace must be read whole.
    pub findings: Option<Vec<Finding>>,
    offsets: Offsets,
}

impl Streamed {
    /// The place of `path` in `input`, the text that was read: as [`locate`](super::locate) says it, with no more of the
    /// text in memory than some states. `None` where the trace is not in `input` as text, because that is packed.
    ///
    /// # Errors
    ///
    /// What the input says when it is read again.
    ///
    /// ```
    /// use itf::{Reader, check::{Levels, check_next}};
    /// let input: &[u8] = b"{\"vars\":[\"x\"],\n\"states\":[{\"x\":1},\n {\"x\":[2,true]}]}";
    /// let checked = check_next(&mut Reader::new().events(input), &Levels::new(false)).unwrap()?;
    /// let path = "states[1].x[1]".parse()?;
    /// let place = checked.locate(&mut std::io::Cursor::new(input), &path)?.unwrap();
    /// assert_eq!((place.line, place.column), (3, 10));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn locate(&self, input: &mut (impl Read + Seek), path: &Path) -> io::Result<Option<Place>> {
        locate_in(input, &self.document, &self.offsets, path)
    }
}

/// Reads the next trace of `events` and checks it at once; it may be larger than the memory. `None` when there is no other
/// trace.
///
/// # Errors
///
/// What is not ITF. The next call goes on with the next trace, if there is one.
///
/// ```
/// use itf::{Reader, check::{Code, Levels, check_next}};
/// let input: &[u8] = br#"{"vars":["x","y"],"states":[{"x":true,"y":true},{"x":false}]}"#;
/// let mut reader = Reader::new();
/// let checked = check_next(&mut reader.events(input), &Levels::new(false)).unwrap()?;
/// let finding = &checked.findings.unwrap()[0];
/// assert_eq!((finding.code, finding.path.to_string()), (Code::MissingVariable, "states[1].y".into()));
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn check_next(events: &mut Events<'_>, levels: &Levels) -> Option<Result<Streamed, ReadError>> {
    let mut held: Option<Held> = None;
    loop {
        match events.next()? {
            Ok(Event::State(state)) => {
                let offset = events.offset();
                held.get_or_insert_with(|| Held::new(events.trace(), offset)).add(state, offset);
            }
            Ok(Event::End(document)) => {
                let held = held.unwrap_or_else(|| Held::new(&document.trace, document.offset));
                return Some(Ok(held.finish(*document, events.end(), levels)));
            }
            Err(error) => return Some(Err(error)),
        }
    }
}

/// A trace that is being read.
struct Held {
    running: Running,
    /// What stood before the states; the states that are looked at next; and of those before only the last.
    trace: Trace,
    before: Option<State>,
    first: usize,
    /// Where the text of the states that are held begins.
    from: usize,
    /// The variables that were seen, as [`Trace::variables`] has them.
    names: Vec<String>,
    seen: HashSet<String>,
    offsets: Offsets,
}

impl Held {
    fn new(trace: &Trace, offset: usize) -> Self {
        Self {
            running: Running::new(trace),
            trace: trace.clone(),
            before: None,
            first: 0,
            from: offset,
            names: Vec::new(),
            seen: HashSet::new(),
            offsets: Offsets::default(),
        }
    }

    fn add(&mut self, state: State, offset: usize) {
        // Before the state is held: that the last one is the last is known at the end only.
        if self.trace.states.len() >= STATES || offset - self.from >= BYTES {
            self.check(false);
            self.from = offset;
        }
        self.offsets.add(offset);
        self.trace.states.push(state);
    }

    /// Looks at what is held, but for one state if there may be more.
    fn check(&mut self, is_last: bool) {
        let states = std::mem::take(&mut self.trace.states);
        let chunk = Chunk { first: self.first, before: self.before.as_ref(), states: &states };
        self.running.check(&self.trace, chunk, is_last);
        self.trace.states = states;
        for name in self.trace.variables() {
            if !self.seen.contains(name) {
                self.seen.insert(name.to_owned());
                self.names.push(name.to_owned());
            }
        }
        self.first += self.trace.states.len();
        self.before = self.trace.states.pop().or(self.before.take());
        self.trace.states.clear();
    }

    fn finish(mut self, document: Document, end: usize, levels: &Levels) -> Streamed {
        self.check(true);
        self.offsets.end = end;
        let (head, known) = (&document.trace, &self.trace);
        // What comes later was not there for the states.
        let is_known = head.vars == known.vars
            && head.params == known.params
            && head.meta.get("varTypes") == known.meta.get("varTypes");
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let states = self.first;
        let findings = is_known.then(|| self.running.finish(&document, &names, states).finish(levels));
        Streamed { document, states, findings, offsets: self.offsets }
    }
}
