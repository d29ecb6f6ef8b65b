//! TLA+: values in its notation, and traces that TLC and Apalache write in it.
//!
//! TLC has no ITF. [`read`] takes what it does write and makes traces of it: its report (as text, or with `-tool`), its
//! dumps (`-dumpTrace tla`, `tlcplain`, `json`; the files of `-simulate`), and the counterexamples that Apalache writes as
//! TLA+ modules. Best is `-dumpTrace tla`, which loses nothing.
//!
//! What TLA+ does not tell apart is one thing here, too: `<<…>>` is a list, be it a tuple, a sequence or a function with
//! the domain 1..n; `[a |-> 1]` is a record; model values are strings. What a step did stands in `#meta` of the state into
//! which it leads: `action`, and `params`, pairs of a name (`null` where the tool gives none) and a value.

mod build;
mod error;
mod json;
mod lex;
mod module;
mod print;
mod report;
mod value;

pub use error::{ImportError, Remark};
pub use print::to_tla;
pub(crate) use print::{KEYWORDS, is_identifier, is_unwritable};

use crate::read::Place;
use crate::trace::Trace;
use crate::value::Value;
use build::Importer;

/// What was read: the traces, and what should be known about them.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Import {
    /// The traces, in their order.
    pub traces: Vec<Trace>,
    /// What was lost or may be wrong, with its place.
    pub remarks: Vec<Remark>,
}

/// Notations of traces besides ITF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notation {
    /// What TLC prints, as text or with `-tool`.
    Report,
    /// The file of `-dumpTrace json`.
    Json,
    /// A TLA+ module: the other dumps of TLC, a counterexample of Apalache, or what [`itf::tla`](crate::tla) wrote.
    Module,
}

impl Notation {
    /// The notation in which `text` seems to be written, by its content.
    ///
    /// ```
    /// use itf::tla::Notation;
    /// assert_eq!(Notation::of("TLC2 Version 2.18\n"), Some(Notation::Report));
    /// assert_eq!(Notation::of("{\"vars\": [], \"states\": []}"), None);
    /// ```
    pub fn of(text: &str) -> Option<Self> {
        let text = without_mark(text);
        let start = text.trim_start_matches([' ', '\t', '\r', '\n']);
        if start.starts_with('{') {
            let head: String = start.chars().filter(|c| !c.is_whitespace()).take(17).collect();
            return (head == "{\"counterexample\"").then_some(Self::Json);
        }
        if start.starts_with('[') {
            return None;
        }
        if module::is_module(text) {
            return Some(Self::Module);
        }
        report::is_report(text).then_some(Self::Report)
    }
}

/// The traces in the output of TLC or Apalache; the notation is told by the content.
///
/// Takes `O(n log n)` time in the size of the text, and nesting of values to 256.
///
/// # Errors
///
/// What is in none of the notations, or wrong in the one it is in, with its place.
///
/// ```
/// let report = "Error: Invariant Small is violated.
/// Error: The behavior up to this point is:
/// State 1: <Initial predicate>
/// x = 0
///
/// State 2: <Inc line 6, col 8 to line 6, col 17 of module Counter>
/// x = 1
/// ";
/// let import = itf::tla::read(report.as_bytes())?;
/// assert_eq!(import.traces[0].states[1].get("x"), Some(&itf::Value::from(1)));
/// assert_eq!(import.traces[0].states[1].meta.get("action"), Some("Inc".into()));
/// # Ok::<(), itf::tla::ImportError>(())
/// ```
pub fn read(bytes: &[u8]) -> Result<Import, ImportError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
        ImportError::at(valid, valid.len(), "not UTF-8 text".into())
    })?;
    let notation = Notation::of(text).ok_or_else(|| {
        let message = "neither a report of TLC, nor one of its dumps, nor a TLA+ module with a trace";
        ImportError::at(text, 0, message.into())
    })?;
    read_as(text, notation)
}

/// As [`read`], in a notation that is known.
///
/// # Errors
///
/// As [`read`].
///
/// ```
/// use itf::tla::{Notation, read_as};
/// let module = "---- MODULE T ----\nTrace == <<[x |-> 0], [x |-> 1]>>\n====";
/// assert_eq!(read_as(module, Notation::Module)?.traces[0].states.len(), 2);
/// # Ok::<(), itf::tla::ImportError>(())
/// ```
pub fn read_as(text: &str, notation: Notation) -> Result<Import, ImportError> {
    value::begin();
    let mut importer = Importer::new(without_mark(text));
    match notation {
        Notation::Report => report::read(&mut importer)?,
        Notation::Json => json::read(&mut importer)?,
        Notation::Module => module::read(&mut importer)?,
    }
    Ok(importer.finish())
}

/// A text without the mark that some editors and shells put at its beginning.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// A value in the notation of TLA+, as TLC and Apalache write values.
///
/// # Errors
///
/// What is no value, with its place.
///
/// ```
/// use itf::{Value, tla::parse_value};
/// assert_eq!(parse_value(r#"[a |-> {1, 2}, b |-> <<"x">>]"#)?.to_string(), r#"{ a: Set(1, 2), b: ["x"] }"#);
/// assert_eq!(parse_value("2..4")?, Value::set([2, 3, 4]));
/// assert_eq!(parse_value("{1, ").unwrap_err().to_string(), "1:5: expected a value, found the end");
/// # Ok::<(), itf::tla::ImportError>(())
/// ```
pub fn parse_value(text: &str) -> Result<Value, ImportError> {
    value::begin();
    value::whole(text).map_err(|fail| fail.explain(text, 0))
}

/// The place of an offset in a text.
fn place(text: &str, offset: usize) -> Place {
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Place {
        line: 1 + before.bytes().filter(|b| *b == b'\n').count(),
        column: 1 + before[line_start..].chars().count(),
        offset,
        path: crate::Path::root(),
    }
}
