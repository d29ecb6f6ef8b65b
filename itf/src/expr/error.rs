//! What is wrong with an expression, and at which of its characters.

use std::fmt::{self, Write};
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

/// Bytes of the text of an expression.
pub type Span = Range<usize>;

/// What kind of thing went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text is no expression.
    Syntax,
    /// A name that is no variable, definition or operator.
    Name,
    /// An operator with too many or too few arguments.
    Arity,
    /// An operator of Quint that has no meaning for a trace: of actions, of temporal formulas, nondeterministic.
    Unsupported,
    /// A prime where there is no step, or of something that no step can change.
    Prime,
    /// A value of another kind than the operator needs.
    Type,
    /// The operator has no value for these arguments: a division by zero, two values for one key of a map.
    Undefined,
    /// A key, index, field or element that is not there.
    Missing,
    /// No case of a `match` fits.
    NoMatch,
    /// More steps, a larger or a deeper value than the [limits](super::Limits) allow.
    Limit,
}

/// Why an expression could not be read or evaluated: a kind, a place in its text, a message and perhaps a hint.
///
/// ```
/// let error = itf::expr::Expr::parse("x + ").unwrap_err();
/// assert_eq!(error.kind(), itf::expr::ErrorKind::Syntax);
/// assert_eq!(error.to_string(), "expected an expression, found the end");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    span: Span,
    message: String,
    hint: Option<String>,
    state: Option<usize>,
}

impl Error {
    pub(super) fn new(kind: ErrorKind, span: Span, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, span, message: message.into(), hint: None, state: None }))
    }

    /// This error with advice.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// This error, in the state where it happened; the first one told counts.
    pub(super) fn in_state(mut self, at: usize) -> Self {
        self.0.state.get_or_insert(at);
        self
    }

    /// What kind of thing went wrong.
    ///
    /// ```
    /// use itf::expr::{ErrorKind, Expr};
    /// assert_eq!(Expr::parse("size(1, 2)").unwrap_err().kind(), ErrorKind::Arity);
    /// ```
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Where in the text, in bytes.
    ///
    /// ```
    /// assert_eq!(itf::expr::Expr::parse("1 + )").unwrap_err().span(), 4..5);
    /// ```
    pub fn span(&self) -> Span {
        self.0.span.clone()
    }

    /// Advice, where there is some.
    ///
    /// ```
    /// assert_eq!(itf::expr::Expr::parse("a && b").unwrap_err().hint_text(), Some("write `and`"));
    /// ```
    pub fn hint_text(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The state, counted from 0, in which it happened, if it was while a trace was looked at.
    ///
    /// ```
    /// # use itf::{Record, State, Trace, expr::{Expr, check_invariant}};
    /// let trace = Trace::new(["x"], [State::from(Record::from_iter([("x", 0)]))]);
    /// assert_eq!(check_invariant(&Expr::parse("1 / x > 0")?, &trace).unwrap_err().state(), Some(0));
    /// # Ok::<(), itf::expr::Error>(())
    /// ```
    pub fn state(&self) -> Option<usize> {
        self.0.state
    }

    /// The message, the line of `text` (the text of the expression) and carets under the place, for people.
    ///
    /// ```
    /// let text = "x == 1 && y == 2";
    /// let report = itf::expr::Expr::parse(text).unwrap_err().report(text);
    /// assert_eq!(report, "unexpected `&&`
    ///  1 | x == 1 && y == 2
    ///    |        ^^ write `and`
    /// ");
    /// ```
    pub fn report(&self, text: &str) -> String {
        let mut out = format!("{self}\n");
        let excerpt = Excerpt::of(text, &self.0.span);
        let margin = excerpt.line.to_string();
        // Writing to a string cannot fail.
        let _ = writeln!(out, " {margin} | {}", excerpt.text);
        let _ = write!(out, " {:margin$} | {:2$}", "", "", excerpt.before, margin = margin.len());
        out.push_str(&"^".repeat(excerpt.width));
        if let Some(hint) = &self.0.hint {
            out.push(' ');
            out.push_str(hint);
        }
        out.push('\n');
        out
    }
}

/// The message alone, with the state in which it happened.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::render::escape(&self.0.message))?;
        match self.0.state {
            Some(at) => write!(f, " (in state {at})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

/// The part of a line around a span, with everything in it one or two columns wide.
struct Excerpt {
    /// Counted from 1.
    line: usize,
    text: String,
    /// The columns before the span, and of it.
    before: usize,
    width: usize,
}

/// The columns of a line that are shown around a place.
const WINDOW: usize = 90;

impl Excerpt {
    fn of(text: &str, span: &Span) -> Self {
        let start = span.start.min(text.len());
        let from = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let to = text[from..].find('\n').map_or(text.len(), |at| from + at);
        let line = 1 + text[..from].matches('\n').count();
        let columns = |range: &str| range.chars().map(|c| shown(c).1).sum::<usize>();
        let (mut before, whole) = (columns(&text[from..start]), columns(&text[from..to]));
        // What is to the right of a span that ends in another line is not marked.
        let end = span.end.clamp(start, to.max(start));
        let mut width = columns(&text[start..end]).max(1);
        let mut skip = 0;
        if whole > WINDOW && before > WINDOW / 2 {
            skip = before - WINDOW / 2;
        }
        let mut shown_text = String::new();
        let mut column = 0;
        for (c, w) in text[from..to].chars().map(shown) {
            if column >= skip && column + w <= skip + WINDOW {
                shown_text.push(c);
            }
            column += w;
        }
        if skip > 0 {
            shown_text.insert_str(0, "… ");
            before = before - skip + 2;
        }
        if whole > skip + WINDOW {
            shown_text.push_str(" …");
            width = width.min((skip + WINDOW).saturating_sub(columns(&text[from..start])).max(1));
        }
        Self { line, text: shown_text.trim_end().to_owned(), before, width }
    }
}

/// A character as it is shown, and its columns: nothing in an expression acts on a terminal.
fn shown(c: char) -> (char, usize) {
    match c {
        '\t' => (' ', 1),
        c if c.is_control() => ('\u{fffd}', 1),
        c => match c.width() {
            Some(0) | None => ('\u{fffd}', 1),
            Some(width) => (c, width),
        },
    }
}
