//! Writing: traces to bytes.
//!
//! Sets, maps, record fields and integers have one spelling, so that equal traces give equal bytes in each layout.
//! `#meta` and keys the standard does not know are written as they were read.

mod indent;
mod layout;
mod stream;

pub use stream::TraceWriter;

use std::io::{self, Write};

use crate::trace::Trace;
use crate::value::Value;

/// How a trace is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Layout {
    /// One line, no white space: for pipes and NDJSON.
    Compact,
    /// The canonical form, for files under version control: each set element, map entry and list item has a line of its
    /// own, and no line says at which position it is.
    Canonical,
    /// Indented JSON as other tools print it: everything on a line of its own, `#meta` included.
    Pretty,
}

/// Writes `trace` as one document and a newline.
///
/// # Errors
///
/// Those of `out`.
///
/// ```
/// use itf::{Layout, write};
/// let trace = &itf::read(br##"{ "states": [{"x": {"#set": [2, 1, 2]}}], "vars": ["x"] }"##)?[0];
/// let mut out = Vec::new();
/// write(&mut out, trace, Layout::Compact)?;
/// let text = String::from_utf8(out)?;
/// assert_eq!(text, r##"{"vars":["x"],"states":[{"x":{"#set":[{"#bigint":"1"},{"#bigint":"2"}]}}]}
/// "##);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(out: &mut impl Write, trace: &Trace, layout: Layout) -> io::Result<()> {
    let mut writer = TraceWriter::new(out, layout);
    writer.trace(trace)
}

/// The trace as text: [`write()`] into a string.
///
/// ```
/// let trace = itf::Trace::new(["x"], []);
/// assert_eq!(itf::to_string(&trace, itf::Layout::Compact), "{\"vars\":[\"x\"],\"states\":[]}\n");
/// ```
pub fn to_string(trace: &Trace, layout: Layout) -> String {
    let mut out = Vec::new();
    // Writing to memory cannot fail, and what is written is UTF-8.
    let _ = write(&mut out, trace, layout);
    String::from_utf8(out).unwrap_or_default()
}

impl Value {
    /// The value as compact ITF JSON.
    ///
    /// ```
    /// use itf::Value;
    /// assert_eq!(Value::tuple([Value::from("a")]).to_json(), r##"{"#tup":["a"]}"##);
    /// ```
    pub fn to_json(&self) -> String {
        let mut writer = layout::Writer::new(Layout::Compact);
        writer.value(self);
        String::from_utf8(writer.out).unwrap_or_default()
    }
}
