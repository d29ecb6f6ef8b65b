//! Text to tokens, with nom.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_until, take_while, take_while1};
use nom::character::complete::{multispace1, satisfy};
use nom::combinator::{map, opt, recognize, value};
use nom::multi::{many0, many0_count};
use nom::sequence::{delimited, pair, preceded};
use nom::{IResult, Parser};

use super::super::error::{Error, ErrorKind, Span};

/// A token; names include the keywords, which only the grammar tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Digits as they are written, with `_` and `0x`.
    Int(&'a str),
    /// What is between the quotes. Quint knows no escapes.
    Str(&'a str),
    Name(&'a str),
    Sign(&'a str),
    End,
}

impl Token<'_> {
    /// The token as a message names it.
    pub(super) fn describe(self) -> String {
        match self {
            Self::Int(text) | Self::Name(text) | Self::Sign(text) => format!("`{text}`"),
            Self::Str(text) => format!("\"{text}\""),
            Self::End => "the end".to_owned(),
        }
    }
}

type Lexed<'a, T> = IResult<&'a str, T>;

/// The longer signs first: `..` must not hide `...`.
const SIGNS: [&str; 30] = [
    "...", "::", "->", "=>", "==", "!=", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "%", "^", "(", ")",
    "[", "]", "{", "}", ",", ";", ":", ".", "'", "|", "_",
];

/// What people write who come from another language, and what it is here.
const FOREIGN: [(&str, &str); 12] = [
    ("&&", "write `and`"),
    ("||", "write `or`"),
    ("!", "write `not(…)`"),
    ("/\\", "write `and`"),
    ("\\/", "write `or`"),
    ("=<", "write `<=`"),
    ("~", "write `not(…)`"),
    ("<>", "write `!=`"),
    ("\\in", "write `in(x, S)` or `x.in(S)`"),
    ("\\A", "write `S.forall(x => …)`"),
    ("\\E", "write `S.exists(x => …)`"),
    ("&", "write `and`"),
];

/// The tokens of `text`, each with its place; the last is [`Token::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<(Token<'_>, Span)>, Error> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        // Both parts accept the empty text: they do not fail.
        rest = blank(rest).map_or(rest, |(rest, ())| rest);
        let start = text.len() - rest.len();
        if rest.is_empty() {
            tokens.push((Token::End, start..start));
            return Ok(tokens);
        }
        if let Some((foreign, hint)) = FOREIGN.iter().find(|(sign, _)| is_foreign(rest, sign)) {
            let error = unexpected(start..start + foreign.len(), &format!("`{foreign}`"));
            return Err(error.hint(*hint));
        }
        match token(rest) {
            Ok((after, token)) => {
                tokens.push((token, start..text.len() - after.len()));
                rest = after;
            }
            Err(_) => return Err(no_token(rest, start)),
        }
    }
}

fn is_foreign(rest: &str, sign: &str) -> bool {
    let after = rest.strip_prefix(sign);
    after.is_some_and(|after| sign != "!" || !after.starts_with('='))
}

fn unexpected(span: Span, what: &str) -> Error {
    Error::new(ErrorKind::Syntax, span, format!("unexpected {what}"))
}

fn no_token(rest: &str, start: usize) -> Error {
    if rest.starts_with('"') {
        return Error::new(ErrorKind::Syntax, start..start + 1, "this string does not end");
    }
    if rest.starts_with("/*") {
        return Error::new(ErrorKind::Syntax, start..start + 2, "this comment does not end");
    }
    let c = rest.chars().next().unwrap_or(' ');
    unexpected(start..start + c.len_utf8(), &format!("character `{}`", c.escape_default()))
}

/// White space and comments.
fn blank(text: &str) -> Lexed<'_, ()> {
    let line = pair(tag("//"), take_till(|c| c == '\n'));
    let block = delimited(tag("/*"), take_until("*/"), tag("*/"));
    value((), many0_count(alt((value((), multispace1), value((), line), value((), block))))).parse(text)
}

fn token(text: &str) -> Lexed<'_, Token<'_>> {
    alt((name, map(integer, Token::Int), map(string, Token::Str), sign)).parse(text)
}

fn name(text: &str) -> Lexed<'_, Token<'_>> {
    let rest = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let lettered = recognize(pair(satisfy(|c| c.is_ascii_alphabetic()), take_while(rest)));
    let underlined = recognize(pair(tag("_"), take_while1(rest)));
    map(alt((lettered, underlined)), Token::Name).parse(text)
}

/// Decimal or hexadecimal digits; `_` stands between digits only, and `007` is three integers.
fn integer(text: &str) -> Lexed<'_, &str> {
    fn digits<'a>(
        of: fn(char) -> bool,
    ) -> impl Parser<&'a str, Output = &'a str, Error = nom::error::Error<&'a str>> {
        recognize(many0(pair(opt(tag("_")), satisfy(of))))
    }
    let hexadecimal = preceded(
        tag("0x"),
        recognize(pair(satisfy(|c| c.is_ascii_hexdigit()), digits(|c| c.is_ascii_hexdigit()))),
    );
    let decimal = pair(satisfy(|c| matches!(c, '1'..='9')), digits(|c| c.is_ascii_digit()));
    recognize(alt((recognize(hexadecimal), recognize(decimal), tag("0")))).parse(text)
}

fn string(text: &str) -> Lexed<'_, &str> {
    delimited(tag("\""), take_until("\""), tag("\"")).parse(text)
}

fn sign(text: &str) -> Lexed<'_, Token<'_>> {
    let found = SIGNS.iter().find(|sign| text.starts_with(**sign));
    // A comment that does not end is no division.
    match found.filter(|_| !text.starts_with("/*")) {
        Some(sign) => map(tag(*sign), Token::Sign).parse(text),
        None => Err(nom::Err::Error(nom::error::make_error(text, nom::error::ErrorKind::Tag))),
    }
}
