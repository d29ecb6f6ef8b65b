//! Writing state by state.

use std::io::{self, Write};

use super::indent::Indenter;
use super::{Layout, layout};
use crate::trace::{State, Trace};

/// Writes traces one after the other, and each state by state: nothing is held but the state that is written.
///
/// ```
/// use itf::{Layout, Record, State, Trace, TraceWriter};
/// let mut writer = TraceWriter::new(Vec::new(), Layout::Compact);
/// writer.begin(&Trace::new(["x"], []))?;
/// for x in ["a", "b"] {
///     writer.state(&State::from(Record::from_iter([("x", x)])))?;
/// }
/// writer.end()?;
/// assert_eq!(writer.finish()?, b"{\"vars\":[\"x\"],\"states\":[{\"x\":\"a\"},{\"x\":\"b\"}]}\n");
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct TraceWriter<W: Write> {
    out: W,
    writer: layout::Writer,
    indenter: Option<Indenter>,
    is_array: bool,
    traces: usize,
    /// The states of the trace that was begun and not ended.
    states: Option<usize>,
}

/// How much gathers before it is written.
const BLOCK: usize = 1 << 16;

impl<W: Write> TraceWriter<W> {
    /// A writer of one document a trace; in the compact layout that is NDJSON.
    ///
    /// ```
    /// # use itf::{Layout, Trace, TraceWriter};
    /// let mut writer = TraceWriter::new(Vec::new(), Layout::Compact);
    /// writer.trace(&Trace::new(["x"], []))?;
    /// writer.trace(&Trace::new(["y"], []))?;
    /// assert_eq!(itf::read(&writer.finish()?).unwrap().len(), 2);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn new(out: W, layout: Layout) -> Self {
        let indenter = (layout == Layout::Pretty).then(Indenter::default);
        Self { out, writer: layout::Writer::new(layout), indenter, is_array: false, traces: 0, states: None }
    }

    /// A writer of one document: an array of traces.
    ///
    /// ```
    /// # use itf::{Layout, TraceWriter};
    /// assert_eq!(TraceWriter::array(Vec::new(), Layout::Compact).finish()?, b"[]\n");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn array(out: W, layout: Layout) -> Self {
        Self { is_array: true, ..Self::new(out, layout) }
    }

    /// Whether the traces that begin from here on have no `vars` if they name no variables. The standard wants it; a trace
    /// that was read without ([`WarningKind::NoVars`](crate::WarningKind::NoVars)) is written as it was.
    ///
    /// ```
    /// # use itf::{Layout, Trace, TraceWriter};
    /// let mut writer = TraceWriter::new(Vec::new(), Layout::Compact);
    /// writer.no_vars(true);
    /// writer.trace(&Trace::default())?;
    /// assert_eq!(writer.finish()?, b"{\"states\":[]}\n");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn no_vars(&mut self, no_vars: bool) {
        self.writer.no_vars = no_vars;
    }

    /// Begins a trace that has all that `head` has but its states. A trace that was not ended is ended.
    ///
    /// # Errors
    ///
    /// Those of the output, here and below.
    ///
    /// ```
    /// # use itf::{Layout, Trace, TraceWriter};
    /// let mut writer = TraceWriter::new(Vec::new(), Layout::Compact);
    /// writer.begin(&Trace { loop_index: Some(0), ..Trace::new(["x"], []) })?;
    /// assert_eq!(writer.finish()?, b"{\"vars\":[\"x\"],\"loop\":0,\"states\":[]}\n");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn begin<S>(&mut self, head: &Trace<S>) -> io::Result<()> {
        self.end()?;
        if self.is_array {
            self.writer.out.push(if self.traces == 0 { b'[' } else { b',' });
        }
        self.traces += 1;
        self.writer.begin(head);
        self.states = Some(0);
        self.flush_from(BLOCK)
    }

    /// The next state of the trace that was begun; without one, of a trace that says nothing else.
    ///
    /// ```
    /// # use itf::{Layout, State, TraceWriter};
    /// let mut writer = TraceWriter::new(Vec::new(), Layout::Compact);
    /// writer.state(&State::default())?;
    /// assert_eq!(writer.finish()?, b"{\"vars\":[],\"states\":[{}]}\n");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn state(&mut self, state: &State) -> io::Result<()> {
        if self.states.is_none() {
            self.begin(&Trace::<()>::default())?;
        }
        let number = self.states.get_or_insert(0);
        self.writer.state(state, *number);
        *number += 1;
        self.flush_from(BLOCK)
    }

    /// Ends the trace that was begun, if there is one.
    ///
    /// ```
    /// # use itf::{Layout, TraceWriter};
    /// assert!(TraceWriter::new(Vec::new(), Layout::Compact).end().is_ok());
    /// ```
    pub fn end(&mut self) -> io::Result<()> {
        if let Some(number) = self.states.take() {
            self.writer.end(number);
            if self.is_array {
                self.writer.out.pop();
            }
            self.flush_from(0)?;
        }
        Ok(())
    }

    /// Writes a whole trace.
    ///
    /// ```
    /// # use itf::{Layout, Trace, TraceWriter};
    /// let mut writer = TraceWriter::array(Vec::new(), Layout::Compact);
    /// writer.trace(&Trace::new(["x"], []))?;
    /// assert_eq!(writer.finish()?, b"[{\"vars\":[\"x\"],\"states\":[]}]\n");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn trace(&mut self, trace: &Trace) -> io::Result<()> {
        self.begin(trace)?;
        for state in &trace.states {
            self.state(state)?;
        }
        self.end()
    }

    /// Ends what was begun, and gives the output back.
    ///
    /// ```
    /// # use itf::{Layout, TraceWriter};
    /// assert!(TraceWriter::new(Vec::new(), Layout::Compact).finish()?.is_empty());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn finish(mut self) -> io::Result<W> {
        self.end()?;
        if self.is_array {
            self.writer.out.extend_from_slice(if self.traces == 0 { b"[]\n" } else { b"]\n" });
        }
        self.flush_from(0)?;
        self.out.flush()?;
        Ok(self.out)
    }

    /// Writes what has gathered if it is more than `size`.
    fn flush_from(&mut self, size: usize) -> io::Result<()> {
        if self.writer.out.len() > size {
            match &mut self.indenter {
                Some(indenter) => self.out.write_all(&indenter.indent(&self.writer.out))?,
                None => self.out.write_all(&self.writer.out)?,
            }
            self.writer.out.clear();
        }
        Ok(())
    }
}
