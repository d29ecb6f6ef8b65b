//! What can be wrong with an input, and where.

use std::fmt;

use crate::path::Path;

/// A place in an input: in the text and in the trace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// Bytes before the place.
    pub offset: usize,
    /// Where in the trace: `states[3].zone_records{}.value`. Empty for the document itself.
    pub path: Path,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// What is not ITF.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input ends in the middle of a document.
    #[error("the input ends in the middle of a trace")]
    UnexpectedEnd,
    /// Something else was expected.
    #[error("expected {expected}, found {found}")]
    Unexpected {
        /// What the grammar wants here.
        expected: &'static str,
        /// What is there, quoted.
        found: String,
    },
    /// The bytes are not UTF-8.
    #[error("not UTF-8 text")]
    InvalidUtf8,
    /// A backslash with something JSON does not know.
    #[error("unknown escape in a string")]
    InvalidEscape,
    /// `\ud800` to `\udfff` without its other half.
    #[error("half of a surrogate pair in a string: the text has no meaning in Unicode")]
    LoneSurrogate,
    /// A mark of a merge: `<<<<<<< ours`.
    #[error("a merge left a conflict here")]
    Conflict,
    /// A control character that JSON wants escaped.
    #[error("control character in a string: JSON wants it escaped")]
    ControlCharacter,
    /// A number that JSON does not allow.
    #[error("not a JSON number")]
    InvalidNumber,
    /// `{"#bigint": …}` with something else than an optional minus and digits.
    #[error("`#bigint` must be a string of an optional '-' and decimal digits")]
    InvalidBigint,
    /// `#set`, `#map` or `#tup` with something else than what belongs there.
    #[error("`{key}` must be {wanted}")]
    InvalidForm {
        /// The key.
        key: &'static str,
        /// What belongs there.
        wanted: &'static str,
    },
    /// A record with one field twice: one of the values would be lost.
    #[error("the field `{0}` is there twice")]
    DuplicateField(String),
    /// A document that is no trace.
    #[error("not a trace: {0}")]
    NotATrace(&'static str),
    /// Nesting beyond [`Limits::depth`](crate::Limits::depth).
    #[error("nested deeper than the limit of {0} (`depth`)")]
    TooDeep(usize),
    /// An integer beyond [`Limits::digits`](crate::Limits::digits).
    #[error("an integer of {found} digits; the limit is {limit} (`digits`)")]
    TooManyDigits {
        /// The digits of this integer.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// More distinct values than [`Limits::distinct`](crate::Limits::distinct).
    #[error("more distinct values than the limit of {0} (`distinct`)")]
    TooManyValues(usize),
    /// More input than [`Limits::bytes`](crate::Limits::bytes).
    #[error("more than {0} bytes of input, the limit (`bytes`)")]
    TooManyBytes(u64),
    /// A state, or the value of another key of a trace, that is longer than [`Limits::part`](crate::Limits::part).
    #[error("more than {0} bytes of one state (or of another key of a trace), the limit (`part`)")]
    PartTooLong(usize),
    /// The input cannot be read any further, or not be unpacked.
    #[error("cannot read: {message}")]
    Io {
        /// What kind of trouble it was.
        kind: std::io::ErrorKind,
        /// What the operating system, or whoever makes the bytes, says.
        message: String,
    },
}

impl ErrorKind {
    /// Whether the input is beyond a limit of the reader: then it is not known whether it is ITF.
    ///
    /// ```
    /// let limits = itf::Limits { depth: 2, ..itf::Limits::default() };
    /// let error = itf::Reader::with_limits(limits).value(b"[[[]]]").unwrap_err();
    /// assert!(error.kind().is_limit());
    /// ```
    pub fn is_limit(&self) -> bool {
        matches!(
            self,
            Self::TooDeep(_)
                | Self::TooManyDigits { .. }
                | Self::TooManyValues(_)
                | Self::TooManyBytes(_)
                | Self::PartTooLong(_)
        )
    }
}

/// An input that is not ITF: what is wrong, and where.
///
/// ```
/// let error = itf::read(br##"{"vars":["x"],"states":[{"x":{"#bigint":"1O"}}]}"##).unwrap_err();
/// assert_eq!(error.place().path.to_string(), "states[0].x");
/// assert_eq!((error.place().line, error.place().column), (1, 41));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    place: Place,
    file: Option<String>,
    open: Option<Open>,
}

/// A bracket that is not closed where the input ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Open {
    pub(super) bracket: char,
    pub(super) line: usize,
    pub(super) column: usize,
}

impl ReadError {
    pub(super) fn new(kind: ErrorKind, place: Place) -> Self {
        Self(Box::new(Inner { kind, place, file: None, open: None }))
    }

    /// This error, with the innermost bracket that is open there.
    pub(super) fn with_open(mut self, open: Option<Open>) -> Self {
        self.0.open = open;
        self
    }

    /// What is wrong, in words: the [kind](Self::kind), and what is not closed if the input ends too early.
    ///
    /// ```
    /// let error = itf::read(b"{\"vars\":[\"x\"],\n \"states\":[{\"x\":[1,\n").unwrap_err();
    /// assert_eq!(error.message(), "the input ends in the middle of a trace: the `[` at 2:17 is not closed");
    /// ```
    pub fn message(&self) -> String {
        match &self.0.open {
            Some(Open { bracket, line, column }) => {
                format!("{}: the `{bracket}` at {line}:{column} is not closed", self.kind())
            }
            None => self.kind().to_string(),
        }
    }

    /// This error, which happened in the file `name`.
    ///
    /// ```
    /// let error = itf::read(b"{").unwrap_err().in_file("a.itf.json");
    /// assert!(error.to_string().starts_with("a.itf.json:1:2: "));
    /// ```
    #[must_use]
    pub fn in_file(mut self, name: impl Into<String>) -> Self {
        self.0.file = Some(name.into());
        self
    }

    /// The name of the file, if it [was said](Self::in_file).
    ///
    /// ```
    /// assert_eq!(itf::read(b"{").unwrap_err().file(), None);
    /// ```
    pub fn file(&self) -> Option<&str> {
        self.0.file.as_deref()
    }

    /// What is wrong.
    ///
    /// ```
    /// let error = itf::read(b"{").unwrap_err();
    /// assert_eq!(error.kind(), &itf::ErrorKind::UnexpectedEnd);
    /// ```
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Where it is wrong.
    ///
    /// ```
    /// assert_eq!(itf::read(b"\n {").unwrap_err().place().line, 2);
    /// ```
    pub fn place(&self) -> &Place {
        &self.0.place
    }
}

/// `file:line:column: what is wrong (at path)`.
impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = self.file() {
            write!(f, "{file}:")?;
        }
        write!(f, "{}: {}", self.place(), self.message())?;
        if self.place().path.segments().is_empty() {
            Ok(())
        } else {
            write!(f, " (at {})", self.place().path)
        }
    }
}

impl std::error::Error for ReadError {}

/// What a reader accepts though the standard does not have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum WarningKind {
    /// The document begins with a byte order mark.
    ByteOrderMark,
    /// An integer as a JSON number, legal until 2023-09-14.
    PlainInteger,
    /// A `#bigint` with leading zeros or as `-0`.
    NonCanonicalInteger,
    /// A number with a fraction or an exponent, kept as JSON.
    Float,
    /// An object with a `#` key that has no meaning, or with more keys beside one; kept as JSON.
    UnknownHashKey,
    /// `null`: early encodings of unit.
    Null,
    /// A set with an element twice; it is there once now.
    RepeatedElement,
    /// A map with a key twice; both entries are kept.
    RepeatedKey,
    /// `"loop": null`.
    NullLoop,
    /// No `vars`.
    NoVars,
    /// A state written as a `#map` from names of variables.
    StateAsMap,
    /// JSON that is kept as it is, as of `#meta`, with a key twice in one of its objects.
    RepeatedMetaKey,
}

impl WarningKind {
    /// All kinds, in their order.
    pub(super) const ALL: [Self; 12] = [
        Self::ByteOrderMark,
        Self::PlainInteger,
        Self::NonCanonicalInteger,
        Self::Float,
        Self::UnknownHashKey,
        Self::Null,
        Self::RepeatedElement,
        Self::RepeatedKey,
        Self::NullLoop,
        Self::NoVars,
        Self::StateAsMap,
        Self::RepeatedMetaKey,
    ];
}

/// What was found, in words.
impl fmt::Display for WarningKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ByteOrderMark => "a byte order mark",
            Self::PlainInteger => "an integer as a JSON number",
            Self::NonCanonicalInteger => "a `#bigint` with leading zeros, or `-0`",
            Self::Float => "a number with a fraction or an exponent",
            Self::UnknownHashKey => "a `#` key without a meaning",
            Self::Null => "`null`",
            Self::RepeatedElement => "an element of a set twice",
            Self::RepeatedKey => "a key of a map twice",
            Self::NullLoop => "`\"loop\": null`",
            Self::NoVars => "no `vars`",
            Self::StateAsMap => "a state as a `#map`",
            Self::RepeatedMetaKey => "a key of kept JSON twice",
        })
    }
}

/// `line:column: what was found (at path), and how often`.
///
/// ```
/// let mut reader = itf::Reader::new();
/// let document = reader.documents(br#"{"vars":["x"],"states":[{"x":1},{"x":2}]}"#).next().unwrap()?;
/// assert_eq!(document.warnings[0].to_string(), "1:30: an integer as a JSON number (at states[0].x), 2 times");
/// # Ok::<(), itf::ReadError>(())
/// ```
impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.kind)?;
        if !self.place.path.segments().is_empty() {
            write!(f, " (at {})", self.place.path)?;
        }
        if self.count > 1 { write!(f, ", {} times", self.count) } else { Ok(()) }
    }
}

/// Something read all the same: what, where first, and in how many different values.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// What.
    pub kind: WarningKind,
    /// The first place.
    pub place: Place,
    /// How often; a value that is there again letter by letter may be counted once, which depends on how the input came.
    pub count: usize,
}

/// An error within the reader: the place is an offset, and becomes a [`Place`] only when somebody is told.
#[derive(Debug)]
pub(super) struct Fail {
    pub(super) kind: ErrorKind,
    pub(super) offset: usize,
}

pub(super) type Scanned<T> = Result<T, Box<Fail>>;

pub(super) fn fail<T>(kind: ErrorKind, offset: usize) -> Scanned<T> {
    Err(Box::new(Fail { kind, offset }))
}
