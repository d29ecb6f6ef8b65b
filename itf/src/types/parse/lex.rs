//! Words, signs and what is between them; and how it is told that another one should have been there.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_while};
use nom::character::complete::{char, multispace1, satisfy};
use nom::combinator::{not, peek, recognize, value};
use nom::error::{ErrorKind, ParseError};
use nom::multi::many0_count;
use nom::sequence::{pair, terminated};
use nom::{Err, IResult, Parser};

use crate::types::TypeError;

pub(in crate::types) type Parsed<'a, T> = IResult<&'a str, T, Fail<'a>>;

/// What went wrong, before the place is counted in bytes of the whole text.
#[derive(Debug)]
pub(in crate::types) struct Fail<'a> {
    rest: &'a str,
    message: String,
    hint: Option<&'static str>,
}

impl<'a> ParseError<&'a str> for Fail<'a> {
    fn from_error_kind(rest: &'a str, _: ErrorKind) -> Self {
        Self { rest, message: expected("a type", rest), hint: None }
    }

    fn append(_: &'a str, _: ErrorKind, other: Self) -> Self {
        other
    }
}

impl<'a> Fail<'a> {
    pub(in crate::types) fn new(rest: &'a str, message: String, hint: Option<&'static str>) -> Self {
        Self { rest, message, hint }
    }

    /// The same for who does not hold the text: `rest` is its end.
    pub(in crate::types) fn explain(self, text: &str) -> TypeError {
        let start = text.len() - self.rest.len();
        let span = start..start + next(self.rest).len();
        TypeError::new(text, span, self.message, self.hint.map(str::to_owned))
    }
}

/// Whether Apalache can read this as the name of a field.
pub(in crate::types) fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether this word has a meaning of its own and so cannot be a tag.
pub(in crate::types) fn is_keyword(name: &str) -> bool {
    matches!(name, "Bool" | "Int" | "Str" | "Real" | "Set" | "Seq" | "Variant")
}

/// Whether this is a name of uninterpreted types.
pub(in crate::types) fn is_constant(name: &str) -> bool {
    is_identifier(name) && !name.contains(|c: char| c.is_ascii_lowercase())
}

/// Whether this is a name of variables: a letter, or `a` and a number where letters are used up.
pub(super) fn is_variable(name: &str) -> bool {
    let mut chars = name.chars();
    let first = chars.next();
    let digits = chars.as_str();
    first.is_some_and(|c| c.is_ascii_lowercase())
        && (digits.is_empty() || (first == Some('a') && digits.bytes().all(|b| b.is_ascii_digit())))
}

/// White space and comments.
pub(in crate::types) fn blank(text: &str) -> Parsed<'_, ()> {
    let comment = recognize(pair(tag("//"), take_till(|c| c == '\n')));
    value((), many0_count(alt((multispace1, comment)))).parse(text)
}

/// A sign, if it is there.
pub(super) fn sign<'a>(sign: &'static str) -> impl Parser<&'a str, Output = (), Error = Fail<'a>> {
    value((), terminated(tag(sign), blank))
}

/// A sign that must be there.
pub(in crate::types) fn need<'a>(
    wanted: &'static str,
) -> impl Parser<&'a str, Output = (), Error = Fail<'a>> {
    move |text: &'a str| {
        let mut parser = sign(wanted);
        let parsed: Parsed<'a, ()> = parser.parse(text);
        parsed.map_err(|_| Err::Failure(Fail::new(text, expected(&format!("`{wanted}`"), text), None)))
    }
}

/// The bar between options, which is not the end of a row or of a sparse tuple.
pub(super) fn bar(text: &str) -> Parsed<'_, ()> {
    let closing = alt((char(')'), char('>')));
    value((), terminated(terminated(char('|'), not(closing)), blank)).parse(text)
}

/// A word, with what is blank behind it.
pub(in crate::types) fn word(text: &str) -> Parsed<'_, &str> {
    let first = satisfy(|c| c.is_ascii_alphabetic() || c == '_');
    let others = take_while(|c: char| c.is_ascii_alphanumeric() || c == '_');
    terminated(recognize(pair(first, others)), blank).parse(text)
}

/// A name in quotes, as JSON has them.
pub(super) fn quoted(text: &str) -> Parsed<'_, String> {
    let (inside, _) = char('"').parse(text)?;
    let mut escaped = false;
    let length = inside.find(|c| {
        let closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    });
    let literal = length.map(|length| text.split_at(length + 2));
    let name = literal.and_then(|(literal, rest)| Some((serde_json::from_str(literal).ok()?, rest)));
    let message = || "a name in quotes must end, and be written as in JSON".into();
    let (name, rest) = name.ok_or_else(|| Err::Failure(Fail::new(text, message(), None)))?;
    Ok((blank(rest)?.0, name))
}

/// The name of a field or tag.
pub(super) fn name(text: &str) -> Parsed<'_, String> {
    alt((quoted, word.map(str::to_owned))).parse(text)
}

/// A row variable, unless it is the name of a field or a tag.
pub(super) fn variable(text: &str) -> Parsed<'_, String> {
    let (rest, found) = word(text)?;
    peek(not(alt((char(':'), char('('))))).parse(rest)?;
    if is_variable(found) {
        return Ok((rest, found.to_owned()));
    }
    let message = format!("`{found}` is no row variable");
    Err(Err::Failure(Fail::new(text, message, Some("row variables are single small letters"))))
}

/// The sign before the name of an alias, which must follow at once.
pub(super) fn alias_sign(text: &str) -> Parsed<'_, char> {
    char('$').parse(text)
}

/// `expected …, found …`.
pub(in crate::types) fn expected(what: &str, rest: &str) -> String {
    match next(rest) {
        "" => format!("expected {what}, found the end"),
        found => format!("expected {what}, found `{found}`"),
    }
}

/// The word, number or sign with which a text begins.
pub(in crate::types) fn next(text: &str) -> &str {
    let word = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let signs = ["(|", "|)", "<<", ">>", "<|", "|>", "->", "=>"];
    let sign = signs.iter().find(|sign| text.starts_with(**sign)).map(|sign| sign.len());
    let one = text.chars().next().map_or(0, char::len_utf8);
    &text[..if word > 0 { word } else { sign.unwrap_or(one) }]
}
