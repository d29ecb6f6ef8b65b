//! Text to types, with nom.
//!
//! The grammar is that of ADR-002 with one choice at each place, so that nothing is tried twice: a parenthesis may begin
//! a type in parentheses or the arguments of an operator, which is told by what follows it.

mod lex;
mod rows;

use std::str::FromStr;

use nom::branch::alt;
use nom::combinator::{cut, map, opt, value};
use nom::multi::many0;
use nom::sequence::{delimited, preceded, terminated};
use nom::{Err, Parser};

pub(super) use lex::{Fail, Parsed, blank, is_constant, is_identifier, is_keyword, need, word};
use lex::{expected, is_variable, next, sign};

use super::{Type, TypeError};

/// How deep types may nest: as deep as the values a reader takes, without harm to the stack of a thread.
const DEPTH: usize = 256;

/// What people write who come from another language, and what it is here.
const FOREIGN: [(&str, &str); 10] = [
    ("int", "write `Int`"),
    ("Integer", "write `Int`"),
    ("bool", "write `Bool`"),
    ("Boolean", "write `Bool`"),
    ("BOOLEAN", "write `Bool`"),
    ("str", "write `Str`"),
    ("string", "write `Str`"),
    ("String", "write `Str`"),
    ("STRING", "write `Str`"),
    ("List", "write `Seq(…)`"),
];

/// The result of a parser that must take the whole of `text`.
pub(super) fn whole<'a, T>(
    text: &'a str,
    parser: impl Parser<&'a str, Output = T, Error = Fail<'a>>,
) -> Result<T, TypeError> {
    let mut all = delimited(blank, parser, end);
    match all.parse(text) {
        Ok((_, value)) => Ok(value),
        Err(Err::Error(fail) | Err::Failure(fail)) => Err(fail.explain(text)),
        // Only parsers of streams ask for more.
        Err(Err::Incomplete(_)) => Err(Fail::new(text, "more text is needed".into(), None).explain(text)),
    }
}

/// The notation of ADR-002, with comments (`// …`) anywhere between words.
///
/// ```
/// use itf::types::Type;
/// let error = "{ f: Int, f: Bool }".parse::<Type>().unwrap_err();
/// assert_eq!(error.report(), "\
/// `f` is there twice
///  1 | { f: Int, f: Bool }
///    |           ^
/// ");
/// ```
impl FromStr for Type {
    type Err = TypeError;

    fn from_str(text: &str) -> Result<Self, TypeError> {
        whole(text, type_at(0))
    }
}

fn end(text: &str) -> Parsed<'_, ()> {
    let hint = match next(text) {
        "" => return Ok((text, ())),
        "=" => Some("an alias is declared outside of a type"),
        "," => Some("a tuple is written `<<…, …>>`"),
        "[" => Some("elements are in parentheses: `Set(…)`"),
        _ => None,
    };
    Err(Err::Failure(Fail::new(text, expected("the end", text), hint)))
}

/// What may be on the left of an arrow.
enum Operand {
    One(Type),
    /// `()` or `(T, U)`: arguments of an operator.
    Many(Vec<Type>),
}

/// A type: an operand, or an arrow and what is on its right.
pub(super) fn type_at<'a>(depth: usize) -> impl Parser<&'a str, Output = Type, Error = Fail<'a>> {
    move |text: &'a str| -> Parsed<'a, Type> {
        let fail = |at, message: String, hint| Err(Err::Failure(Fail::new(at, message, hint)));
        if depth > DEPTH {
            return fail(text, format!("a type cannot nest deeper than {DEPTH} levels"), None);
        }
        let (rest, left) = operand(text, depth + 1)?;
        let (right, arrow) = opt(alt((value(true, sign("=>")), value(false, sign("->"))))).parse(rest)?;
        match (left, arrow) {
            (Operand::One(t), None) => Ok((rest, t)),
            (Operand::One(from), Some(false)) => {
                let (rest, to) = cut(type_at(depth + 1)).parse(right)?;
                Ok((rest, Type::fun(from, to)))
            }
            (left, Some(true)) => {
                let (rest, to) = cut(type_at(depth + 1)).parse(right)?;
                let args = match left {
                    Operand::One(t) => vec![t],
                    Operand::Many(args) => args,
                };
                Ok((rest, Type::Operator(args, Box::new(to))))
            }
            (Operand::Many(_), Some(false)) => {
                let message = "a function has one argument, and several are in the parentheses".into();
                fail(text, message, Some("write `<<…, …>> -> …`"))
            }
            (Operand::Many(args), None) if args.is_empty() => {
                fail(text, "`()` is no type".into(), Some("write `UNIT`"))
            }
            (Operand::Many(_), None) => {
                let message = expected("`=>` after the arguments of an operator", rest);
                fail(rest, message, Some("a tuple is written `<<…, …>>`"))
            }
        }
    }
}

fn operand(text: &str, depth: usize) -> Parsed<'_, Operand> {
    alt((
        map(rows::row(depth), Operand::One),
        map(delimited(sign("("), list(depth, ")"), need(")")), |mut types| {
            let alone = if types.len() == 1 { types.pop() } else { None };
            alone.map_or(Operand::Many(types), Operand::One)
        }),
        map(rows::sparse_tuple(depth), Operand::One),
        map(delimited(sign("<<"), list(depth, ">>"), need(">>")), |parts| Operand::One(Type::Tuple(parts))),
        map(rows::old_record(depth), Operand::One),
        map(rows::record(depth), Operand::One),
        map(rows::variant(depth), Operand::One),
        map(preceded(lex::alias_sign, cut(word)), |name| Operand::One(Type::Alias(name.to_owned()))),
        map(|text| named(text, depth), Operand::One),
    ))
    .parse(text)
}

/// Types up to `closing`, which stays.
fn list<'a>(
    depth: usize,
    closing: &'static str,
) -> impl Parser<&'a str, Output = Vec<Type>, Error = Fail<'a>> {
    move |text: &'a str| -> Parsed<'a, Vec<Type>> {
        if text.starts_with(closing) && closing != ">>" {
            return Ok((text, Vec::new()));
        }
        let (rest, first) = cut(type_at(depth)).parse(text)?;
        let (rest, others) = many0(preceded(sign(","), cut(type_at(depth)))).parse(rest)?;
        Ok((rest, std::iter::once(first).chain(others).collect()))
    }
}

/// A type that begins with a word, but for variants.
fn named(text: &str, depth: usize) -> Parsed<'_, Type> {
    let Ok((rest, name)) = word(text) else {
        let hint = text.starts_with(">>").then_some("the type of unit is `UNIT`");
        return Err(Err::Error(Fail::new(text, expected("a type", text), hint)));
    };
    let part =
        |what: fn(Type) -> Type| map(cut(delimited(need("("), type_at(depth), need(")"))), what).parse(rest);
    match name {
        "Bool" => Ok((rest, Type::Bool)),
        "Int" => Ok((rest, Type::Int)),
        "Str" => Ok((rest, Type::Str)),
        "Real" => Ok((rest, Type::Real)),
        "Set" => part(Type::set),
        "Seq" => part(Type::seq),
        "Variant" => map(cut(delimited(need("("), opt(lex::variable), need(")"))), |row| {
            Type::Variant(super::Row { rest: row, ..super::Row::default() })
        })
        .parse(rest),
        _ => {
            let foreign = FOREIGN.iter().find(|(theirs, _)| *theirs == name).map(|(_, hint)| *hint);
            match foreign {
                None if is_constant(name) => Ok((rest, Type::Const(name.to_owned()))),
                None if is_variable(name) => Ok((rest, Type::Var(name.to_owned()))),
                hint => {
                    let is_capital = name.starts_with(|c: char| c.is_ascii_uppercase());
                    let hint = hint.unwrap_or(if is_capital {
                        "uninterpreted types are in capitals, and tags have a payload: `Tag(UNIT)`"
                    } else {
                        "type variables are single letters, and aliases are written `$alias`"
                    });
                    Err(Err::Failure(Fail::new(text, format!("`{name}` is no type"), Some(hint))))
                }
            }
        }
    }
}

/// `name = T`, the declaration of an alias; names in capitals are the spelling until September 2022.
pub(super) fn declaration(text: &str) -> Parsed<'_, (String, Type)> {
    let (rest, name) = word(text).map_err(|_| {
        Err::Failure(Fail::new(text, expected("the name of an alias", text), Some("write `name = T`")))
    })?;
    terminated(preceded(need("="), type_at(0)), opt(sign(";"))).map(|t| (name.to_owned(), t)).parse(rest)
}
