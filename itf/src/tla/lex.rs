//! Words and signs of TLA+, and how it is told that another one should have been there.

use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{digit1, multispace0};
use nom::combinator::{opt, recognize, verify};
use nom::error::{ErrorKind, ParseError};
use nom::sequence::{pair, preceded};
use nom::{Err, IResult, Parser};

use super::ImportError;

pub(super) type Parsed<'a, T> = IResult<&'a str, T, Fail<'a>>;

/// What went wrong, before its place is known.
#[derive(Debug)]
pub(super) struct Fail<'a> {
    /// The text from the place on.
    pub(super) rest: &'a str,
    message: String,
}

impl<'a> ParseError<&'a str> for Fail<'a> {
    fn from_error_kind(rest: &'a str, _: ErrorKind) -> Self {
        Self { rest, message: expected("something else", rest) }
    }

    fn append(_: &'a str, _: ErrorKind, other: Self) -> Self {
        other
    }
}

impl Fail<'_> {
    /// The error, where the text that was parsed is the end of `text`, but for `behind` bytes behind it.
    pub(super) fn explain(self, text: &str, behind: usize) -> ImportError {
        ImportError::at(text, text.len() - behind - self.rest.len(), self.message)
    }
}

/// An error that no alternative can mend.
pub(super) fn failure<T>(rest: &str, message: String) -> Parsed<'_, T> {
    Err(Err::Failure(Fail { rest, message }))
}

/// The error of a parser that met the end of its text like any other.
pub(super) fn plain(error: Err<Fail<'_>>) -> Fail<'_> {
    match error {
        Err::Error(fail) | Err::Failure(fail) => fail,
        Err::Incomplete(_) => Fail { rest: "", message: "the text ends too soon".into() },
    }
}

/// White space; comments, too, which TLC writes into its dumps.
pub(super) fn blank(text: &str) -> Parsed<'_, ()> {
    let (mut rest, _) = multispace0(text)?;
    loop {
        let after = if let Some(line) = rest.strip_prefix("\\*") {
            line.find('\n').map_or("", |end| &line[end..])
        } else if let Some(block) = rest.strip_prefix("(*") {
            match block_end(block) {
                Some(end) => &block[end..],
                None => return failure(rest, "this comment does not end".into()),
            }
        } else {
            return Ok((rest, ()));
        };
        rest = after.trim_start();
    }
}

/// How many bytes of a text that begins within a comment belong to it, its end included.
pub(super) fn block_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (1_usize, 0);
    loop {
        at += memchr::memchr2(b'(', b'*', &bytes[at..])?;
        match (bytes[at], bytes.get(at + 1)) {
            (b'(', Some(b'*')) => (depth, at) = (depth + 1, at + 2),
            (b'*', Some(b')')) if depth == 1 => return Some(at + 2),
            (b'*', Some(b')')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
}

/// A sign, if it is there, with what is blank before it.
pub(super) fn sign<'a>(wanted: &'static str) -> impl Parser<&'a str, Output = &'a str, Error = Fail<'a>> {
    preceded(blank, tag(wanted))
}

/// A sign that must be there.
pub(super) fn need<'a>(wanted: &'static str) -> impl Parser<&'a str, Output = (), Error = Fail<'a>> {
    move |text: &'a str| {
        let (rest, ()) = blank(text)?;
        match rest.strip_prefix(wanted) {
            Some(rest) => Ok((rest, ())),
            None => failure(rest, expected(&format!("`{wanted}`"), rest)),
        }
    }
}

/// A name: letters, digits and `_`, not all of them digits; `!` and `$` as tools make them.
pub(super) fn name(text: &str) -> Parsed<'_, &str> {
    let (rest, ()) = blank(text)?;
    let chars = take_while1(|c: char| c.is_alphanumeric() || matches!(c, '_' | '!' | '$'));
    verify(chars, |word: &str| !word.bytes().all(|b| b.is_ascii_digit())).parse(rest)
}

/// The digits of an integer, with a minus perhaps.
pub(super) fn integer(text: &str) -> Parsed<'_, &str> {
    let (rest, ()) = blank(text)?;
    recognize(pair(opt(tag("-")), digit1)).parse(rest)
}

/// A string, without its quotes and escapes.
pub(super) fn string(text: &str) -> Parsed<'_, String> {
    let (start, ()) = blank(text)?;
    let (inside, _) = tag("\"").parse(start)?;
    let mut out = String::new();
    let mut chars = inside.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((&inside[at + 1..], out)),
            '\\' => match chars.next().map(|(_, c)| c) {
                Some(c @ ('"' | '\\')) => out.push(c),
                Some('t') => out.push('\t'),
                Some('n') => out.push('\n'),
                Some('f') => out.push('\u{c}'),
                Some('r') => out.push('\r'),
                _ => return failure(&inside[at..], "TLA+ knows no such escape in a string".into()),
            },
            '\n' => break,
            c => out.push(c),
        }
    }
    failure(start, "this string does not end on its line".into())
}

/// One of the signs that end a list, or a comma: whether there is a further item.
pub(super) fn more<'a>(text: &'a str, close: &'static str) -> Parsed<'a, bool> {
    let (rest, ()) = blank(text)?;
    // Not by trial: of what is not there an error would be made for each item.
    if let Some(rest) = rest.strip_prefix(close) {
        return Ok((rest, false));
    }
    match rest.strip_prefix(',') {
        Some(rest) => Ok((rest, true)),
        None => failure(rest, expected(&format!("`,` or `{close}`"), rest)),
    }
}

/// `expected …, found …`.
pub(super) fn expected(what: &str, rest: &str) -> String {
    let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len()).min(40);
    let word = (0..=word).rev().find(|end| rest.is_char_boundary(*end)).unwrap_or(0);
    let found = if word > 0 { &rest[..word] } else { &rest[..rest.chars().next().map_or(0, char::len_utf8)] };
    match found {
        "" => format!("expected {what}, found the end"),
        found => format!("expected {what}, found `{}`", crate::render::escape(found)),
    }
}
