//! The parts of the grammar with names in them: records, variants, rows, sparse tuples.

use std::collections::BTreeMap;

use nom::branch::alt;
use nom::character::complete::digit1;
use nom::combinator::{cut, map, opt};
use nom::multi::many0;
use nom::sequence::{delimited, preceded, separated_pair, terminated};
use nom::{Err, Parser};

use super::lex::{Fail, Parsed, bar, blank, expected, is_keyword, name, need, quoted, sign, variable, word};
use super::type_at;
use crate::types::{Row, Type};

/// A field or tag with its type, and where it is, for the error if it is there twice.
type Named<'a> = (&'a str, String, Type);

/// `f: T`.
fn field<'a>(depth: usize) -> impl Parser<&'a str, Output = Named<'a>, Error = Fail<'a>> {
    move |text: &'a str| {
        let (rest, name) = terminated(name, sign(":")).parse(text)?;
        let (rest, t) = cut(type_at(depth)).parse(rest)?;
        Ok((rest, (text, name, t)))
    }
}

/// `A(T)`.
fn option<'a>(depth: usize) -> impl Parser<&'a str, Output = Named<'a>, Error = Fail<'a>> {
    move |text: &'a str| {
        let tag = alt((quoted, word.map(str::to_owned)));
        let (rest, tag) = terminated(tag, sign("(")).parse(text)?;
        if text.starts_with(&tag) && is_keyword(&tag) {
            return Err(Err::Error(Fail::new(text, expected("a tag", text), None)));
        }
        let (rest, t) = cut(terminated(type_at(depth), need(")"))).parse(rest)?;
        Ok((rest, (text, tag, t)))
    }
}

/// `{ tag: "A", f: T, r }`.
fn old_option<'a>(depth: usize) -> impl Parser<&'a str, Output = Named<'a>, Error = Fail<'a>> {
    move |text: &'a str| {
        let tag = preceded((sign("{"), sign("tag"), sign(":")), quoted);
        let (rest, tag) = tag.map(Some).parse(text)?;
        let (rest, row) = cut(terminated(
            (many0(preceded(sign(","), field(depth))), opt(preceded(sign(","), variable))),
            need("}"),
        ))
        .parse(rest)?;
        let row = row_of(row.0, row.1)?;
        Ok((rest, (text, tag.unwrap_or_default(), Type::Record(row))))
    }
}

/// The row of these names, each of which may be there once.
fn row_of<'a>(
    named: impl IntoIterator<Item = Named<'a>>,
    rest: Option<String>,
) -> Result<Row, Err<Fail<'a>>> {
    let mut fields = BTreeMap::new();
    for (at, name, t) in named {
        if fields.contains_key(&name) {
            return Err(Err::Failure(Fail::new(at, format!("`{name}` is there twice"), None)));
        }
        fields.insert(name, t);
    }
    Ok(Row { fields, rest })
}

/// Options between bars, and perhaps a row variable.
fn options<'a, P>(option: impl Fn(usize) -> P, depth: usize, text: &'a str) -> Parsed<'a, Row>
where
    P: Parser<&'a str, Output = Named<'a>, Error = Fail<'a>>,
{
    let (rest, first) = option(depth).parse(text)?;
    let (rest, others) = many0(preceded(bar, option(depth))).parse(rest)?;
    let (rest, variable) = opt(preceded(bar, variable)).parse(rest)?;
    Ok((rest, row_of(std::iter::once(first).chain(others), variable)?))
}

/// `A(T) | B(U) | r`, or the same in the spelling until July 2022.
pub(super) fn variant<'a>(depth: usize) -> impl Parser<&'a str, Output = Type, Error = Fail<'a>> {
    move |text: &'a str| options(option, depth, text).map(|(rest, row)| (rest, Type::Variant(row)))
}

/// `{ f: T, g: U, r }`, or the first option of a variant in the spelling until July 2022.
pub(super) fn record<'a>(depth: usize) -> impl Parser<&'a str, Output = Type, Error = Fail<'a>> {
    move |text: &'a str| {
        let old = |text| options(old_option, depth, text).map(|(rest, row)| (rest, Type::OldVariant(row)));
        let new = |text| {
            let (rest, (named, variable)) =
                preceded(sign("{"), cut(terminated(inside(depth, ","), need("}")))).parse(text)?;
            Ok((rest, Type::Record(row_of(named, variable)?)))
        };
        alt((old, new)).parse(text)
    }
}

/// A row variable alone, or fields.
fn inside<'a>(
    depth: usize,
    separator: &'static str,
) -> impl Parser<&'a str, Output = (Vec<Named<'a>>, Option<String>), Error = Fail<'a>> {
    let alone = map(variable, |variable| (Vec::new(), Some(variable)));
    alt((alone, move |text| fields(depth, separator, text)))
}

/// Fields and perhaps a row variable behind them; nothing at all is fine.
fn fields<'a>(
    depth: usize,
    separator: &'static str,
    text: &'a str,
) -> Parsed<'a, (Vec<Named<'a>>, Option<String>)> {
    let between = move |text: &'a str| if separator == "|" { bar(text) } else { sign(separator).parse(text) };
    let (rest, first) = opt(field(depth)).parse(text)?;
    let Some(first) = first else { return Ok((rest, (Vec::new(), None))) };
    let (rest, others) = many0(preceded(between, field(depth))).parse(rest)?;
    let (rest, variable) = opt(preceded(between, variable)).parse(rest)?;
    Ok((rest, (std::iter::once(first).chain(others).collect(), variable)))
}

/// `[f: T, g: U]`.
pub(super) fn old_record<'a>(depth: usize) -> impl Parser<&'a str, Output = Type, Error = Fail<'a>> {
    move |text: &'a str| {
        let inside = |text| fields(depth, ",", text);
        let (rest, (named, variable)) =
            preceded(sign("["), cut(terminated(inside, need("]")))).parse(text)?;
        let row = row_of(named, variable)?;
        if row.rest.is_some() {
            let message = "a record in brackets has no row variable".into();
            return Err(Err::Failure(Fail::new(text, message, Some("write `{ …, r }`"))));
        }
        Ok((rest, Type::OldRecord(row.fields)))
    }
}

/// `(| f: T | g: U | r |)`.
pub(super) fn row<'a>(depth: usize) -> impl Parser<&'a str, Output = Type, Error = Fail<'a>> {
    move |text: &'a str| {
        let (rest, (named, variable)) =
            preceded(sign("(|"), cut(terminated(inside(depth, "|"), need("|)")))).parse(text)?;
        Ok((rest, Type::Row(row_of(named, variable)?)))
    }
}

/// `<| 2: T, 5: U |>`.
pub(super) fn sparse_tuple<'a>(depth: usize) -> impl Parser<&'a str, Output = Type, Error = Fail<'a>> {
    move |text: &'a str| {
        let part = separated_pair(number, need(":"), cut(type_at(depth)));
        let parts = nom::multi::separated_list0(sign(","), part);
        let (rest, parts) = delimited(sign("<|"), parts, need("|>")).parse(text)?;
        Ok((rest, Type::SparseTuple(parts.into_iter().collect())))
    }
}

fn number(text: &str) -> Parsed<'_, u32> {
    let (rest, digits) = terminated(digit1, blank).parse(text)?;
    let number = digits.parse();
    number
        .map(|number| (rest, number))
        .map_err(|_| Err::Failure(Fail::new(text, format!("`{digits}` is no position of a tuple"), None)))
}
