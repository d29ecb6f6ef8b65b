//! The JSON document of a difference of traces, `schemas/diff-1.schema.json`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::patch::Patch;
use super::report::{Divergence, TraceDiff};
use crate::serde::exact::guarded;

/// The version of the document that is written, and the only one that is read.
pub const VERSION: u32 = 1;

const FORMAT: &str = "itf-diff";

/// A difference of two traces as a document: what other programs, and [`Patch`]es, rely on.
///
/// ```
/// use itf::diff::{DiffDocument, Options, Patch, diff_traces};
/// let t = itf::read(br#"[{"vars":["x"],"states":[{"x":1}]},{"vars":["x"],"states":[{"x":2}]}]"#)?;
/// let diff = diff_traces(&t[0], &t[1], &Options::default());
/// let patch = Patch::between(&t[0], &t[1], &diff.pairs);
/// let document = DiffDocument { names: ["a".into(), "b".into()], diff, patch: Some(patch), traces: None };
/// let again = DiffDocument::parse(&document.to_json()).unwrap();
/// assert_eq!(again, document);
/// assert_eq!(again.patch.unwrap().apply(&t[0]).unwrap(), t[1]);
/// # Ok::<(), itf::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffDocument {
    /// What the two traces are called.
    pub names: [String; 2],
    /// What differs.
    pub diff: TraceDiff,
    /// How to make one trace of the other; not there where the traces were compared under rules.
    pub patch: Option<Patch>,
    /// How many traces there are on each side, of which these are a pair, if that was known. Where the numbers differ, one
    /// side has traces that no document is about.
    pub traces: Option<[usize; 2]>,
}

/// A text that is no such document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentError {
    message: String,
}

impl std::error::Error for DocumentError {}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// What is written of the document; what can be told from the rest is there for those who read it with other tools.
#[derive(Serialize)]
struct Written<'a> {
    format: &'a str,
    version: u32,
    left: &'a str,
    right: &'a str,
    same: bool,
    first_divergence: Option<Divergence>,
    #[serde(flatten)]
    diff: &'a TraceDiff,
    #[serde(skip_serializing_if = "Option::is_none")]
    traces: Option<[usize; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    patch: Option<&'a Patch>,
}

#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    format: Option<String>,
    #[serde(default)]
    version: Option<u32>,
}

#[derive(Deserialize)]
struct Read {
    left: String,
    right: String,
    #[serde(flatten)]
    diff: TraceDiff,
    #[serde(default)]
    patch: Option<Patch>,
    #[serde(default)]
    traces: Option<[usize; 2]>,
}

impl DiffDocument {
    /// The document as JSON, on one line.
    ///
    /// ```
    /// use itf::diff::{DiffDocument, Options, diff_traces};
    /// let t = &itf::read(br#"{"vars":["x"],"states":[{"x":1}]}"#)?[0];
    /// let diff = diff_traces(t, t, &Options::default());
    /// let json = DiffDocument { names: ["a".into(), "b".into()], diff, patch: None, traces: None }.to_json();
    /// assert!(json.starts_with(r#"{"format":"itf-diff","version":1,"left":"a","right":"b","same":true"#));
    /// # Ok::<(), itf::ReadError>(())
    /// ```
    pub fn to_json(&self) -> String {
        let written = Written {
            format: FORMAT,
            version: VERSION,
            left: &self.names[0],
            right: &self.names[1],
            same: self.diff.is_same(),
            first_divergence: self.diff.first_divergence(),
            diff: &self.diff,
            traces: self.traces,
            patch: self.patch.as_ref(),
        };
        // Writing to a string fails for nothing that is in it: names are strings, and values write themselves.
        serde_json::to_string(&written).unwrap_or_default()
    }

    /// Reads a document.
    ///
    /// # Errors
    ///
    /// What is wrong: not JSON, not this format, another version, or a part that is not as it should be, with line and
    /// column where these are known.
    ///
    /// ```
    /// use itf::diff::DiffDocument;
    /// let error = DiffDocument::parse(r#"{"format":"itf-diff","version":7}"#).unwrap_err();
    /// assert_eq!(error.to_string(), "the document has version 7; this program reads version 1");
    /// ```
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        let fails = |message: String| DocumentError { message };
        let head: Head = serde_json::from_str(text).map_err(|e| fails(format!("no diff document: {e}")))?;
        if head.format.as_deref() != Some(FORMAT) {
            return Err(fails(format!("no diff document: `format` is not \"{FORMAT}\"")));
        }
        match head.version {
            Some(VERSION) => {}
            Some(other) => {
                return Err(fails(format!(
                    "the document has version {other}; this program reads version {VERSION}"
                )));
            }
            None => {
                return Err(fails(format!(
                    "the document says no version; this program reads version {VERSION}"
                )));
            }
        }
        let read: Read = serde_json::from_str(&guarded(text)).map_err(|error| {
            // Where it is broken is counted in the text as it is.
            let plain =
                serde_json::from_str::<Read>(text).err().filter(|plain| !plain.is_eof() || error.is_eof());
            fails(format!("a broken diff document: {}", plain.unwrap_or(error)))
        })?;
        Ok(Self { names: [read.left, read.right], diff: read.diff, patch: read.patch, traces: read.traces })
    }
}
