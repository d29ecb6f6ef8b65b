//! What is wrong with an expression, and at which of its characters.

use std::fmt;
use std::ops::Range;

use crate::render::excerpt;

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

    /// This error with advice, unless it has some that is nearer to it.
    pub(super) fn advice(mut self, hint: &str) -> Self {
        self.0.hint.get_or_insert_with(|| hint.to_owned());
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
        format!("{self}\n{}", excerpt(text, &self.0.span, self.hint_text(), None))
    }

    /// [`Error::report`] for a terminal of so many columns; the advice may be longer.
    ///
    /// ```
    /// let text = format!("{} + ", vec!["x"; 100].join(" + "));
    /// let report = itf::expr::Expr::parse(&text).unwrap_err().report_within(&text, 50);
    /// assert!(report.lines().all(|line| line.chars().count() <= 50));
    /// ```
    pub fn report_within(&self, text: &str, columns: usize) -> String {
        format!("{self}\n{}", excerpt(text, &self.0.span, self.hint_text(), Some(columns)))
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
