//! What is wrong with the text of a type, and at which of its characters.

use std::fmt;
use std::ops::Range;

use crate::render::{escape, excerpt};

/// Why a text is no type: a place in it, a message and perhaps a hint.
///
/// ```
/// use itf::types::Type;
/// let error = "Set(Int".parse::<Type>().unwrap_err();
/// assert_eq!(error.to_string(), "expected `)`, found the end");
/// assert_eq!(error.span(), 7..7);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeError(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    text: String,
    span: Range<usize>,
    message: String,
    hint: Option<String>,
}

impl TypeError {
    pub(super) fn new(text: &str, span: Range<usize>, message: String, hint: Option<String>) -> Self {
        Self(Box::new(Inner { text: text.to_owned(), span, message, hint }))
    }

    /// The text that is no type.
    ///
    /// ```
    /// # use itf::types::Type;
    /// assert_eq!("int".parse::<Type>().unwrap_err().text(), "int");
    /// ```
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Where in the text, in bytes.
    ///
    /// ```
    /// # use itf::types::Type;
    /// assert_eq!("Set(int)".parse::<Type>().unwrap_err().span(), 4..7);
    /// ```
    pub fn span(&self) -> Range<usize> {
        self.0.span.clone()
    }

    /// The column, counted in characters from 1, within its line.
    ///
    /// ```
    /// # use itf::types::Type;
    /// assert_eq!("Set(int)".parse::<Type>().unwrap_err().column(), 5);
    /// ```
    pub fn column(&self) -> usize {
        let before = &self.0.text[..self.0.span.start];
        1 + before.chars().rev().take_while(|c| *c != '\n').count()
    }

    /// Advice, where there is some.
    ///
    /// ```
    /// # use itf::types::Type;
    /// assert_eq!("Set(int)".parse::<Type>().unwrap_err().hint_text(), Some("write `Int`"));
    /// ```
    pub fn hint_text(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The message, the line of the text and carets under the place, for people.
    ///
    /// ```
    /// # use itf::types::Type;
    /// assert_eq!("Str -> int".parse::<Type>().unwrap_err().report(), "\
    /// `int` is no type
    ///  1 | Str -> int
    ///    |        ^^^ write `Int`
    /// ");
    /// ```
    pub fn report(&self) -> String {
        format!("{self}\n{}", excerpt(&self.0.text, &self.0.span, self.hint_text(), None))
    }
}

/// The message alone.
impl fmt::Display for TypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&escape(&self.0.message))
    }
}

impl std::error::Error for TypeError {}
