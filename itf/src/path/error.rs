//! Text that is no path.

use crate::render::{escape, excerpt};

/// Text that is no path: what was expected, and where.
///
/// ```
/// let error = "states[3.x".parse::<itf::Path>().unwrap_err();
/// assert_eq!(error.to_string(), "expected `]`, found `.` (character 9)");
/// assert_eq!(error.offset(), 8);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {} (character {})", self.found(), self.character())]
pub struct PathError {
    text: Box<str>,
    offset: usize,
    expected: &'static str,
}

impl PathError {
    pub(super) fn new(text: &str, offset: usize, expected: &'static str) -> Self {
        Self { text: text.into(), offset, expected }
    }

    /// Bytes of the text before the place.
    ///
    /// ```
    /// assert_eq!("x.".parse::<itf::Path>().unwrap_err().offset(), 2);
    /// ```
    pub fn offset(&self) -> usize {
        self.offset
    }

    fn character(&self) -> usize {
        1 + self.text[..self.offset].chars().count()
    }

    fn found(&self) -> String {
        let next = self.text[self.offset..].chars().next();
        next.map_or_else(|| "the end".into(), |c| format!("`{}`", escape(c.encode_utf8(&mut [0; 4]))))
    }

    /// The message, the text and a caret under the place, for people.
    ///
    /// ```
    /// let error = "zone[".parse::<itf::Path>().unwrap_err();
    /// assert_eq!(error.report(), "expected a value, found the end (character 6)
    ///  1 | zone[
    ///    |      ^
    /// ");
    /// ```
    pub fn report(&self) -> String {
        let next = self.text[self.offset..].chars().next().map_or(0, char::len_utf8);
        format!("{self}\n{}", excerpt(&self.text, &(self.offset..self.offset + next), None, None))
    }
}
