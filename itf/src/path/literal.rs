//! Values in paths: Quint's notation, as values are shown.

use super::cursor::{Cursor, Parsed};
use crate::value::{Map, Record, Value};

/// How deep a value in a path may nest.
const DEPTH: usize = 64;

/// A value.
pub(super) fn value(cursor: &mut Cursor<'_>) -> Parsed<Value> {
    nested(cursor, DEPTH)
}

fn nested(cursor: &mut Cursor<'_>, depth: usize) -> Parsed<Value> {
    let Some(depth) = depth.checked_sub(1) else {
        return cursor.fail("a value that nests less deep");
    };
    match cursor.peek() {
        Some('"') => cursor.string().and_then(|text| called(cursor, text, depth)),
        Some('[') => {
            cursor.take("[");
            let items = joined(cursor, "]", "`,` or `]`", |cursor| nested(cursor, depth))?;
            Ok(Value::list(items))
        }
        Some('(') => {
            cursor.take("(");
            let items = joined(cursor, ")", "`,` or `)`", |cursor| nested(cursor, depth))?;
            Ok(Value::tuple(items))
        }
        Some('{') => {
            cursor.take("{");
            let fields = joined(cursor, "}", "`,` or `}`", |cursor| field(cursor, depth))?;
            Ok(Value::Record(fields.into_iter().collect::<Record>()))
        }
        Some('-' | '0'..='9') => number(cursor),
        _ => word(cursor, depth),
    }
}

/// A field: its name, a colon, its value.
pub(super) fn field(cursor: &mut Cursor<'_>, depth: usize) -> Parsed<(String, Value)> {
    let Some(name) = cursor.field() else {
        return cursor.fail("the name of a field and `:`");
    };
    cursor.space();
    Ok((name, nested(cursor, depth)?))
}

/// The fields up to `}`, of which the first is not there yet.
pub(super) fn fields(cursor: &mut Cursor<'_>) -> Parsed<Record> {
    let fields = joined(cursor, "}", "`,` or `}`", |cursor| field(cursor, DEPTH))?;
    Ok(fields.into_iter().collect())
}

/// A string, or the payload of a variant with a name that is no plain name.
fn called(cursor: &mut Cursor<'_>, text: String, depth: usize) -> Parsed<Value> {
    if cursor.take("(") {
        let payload = nested(cursor, depth)?;
        cursor.expect(")", "`)`")?;
        return Ok(Value::variant(text, payload));
    }
    Ok(Value::from(text))
}

fn number(cursor: &mut Cursor<'_>) -> Parsed<Value> {
    let start = cursor.pos;
    cursor.take("-");
    let digits = cursor.word();
    // Beyond this an integer is the work of somebody who wants to keep the machine busy.
    let is_integer = (1..=10_000).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let text = &cursor.text[start..cursor.pos];
    let number = if is_integer { text.parse::<crate::Int>().ok() } else { None };
    number.map(Value::from).map_or_else(|| cursor.fail_at(start, "an integer"), Ok)
}

/// What begins with a word.
fn word(cursor: &mut Cursor<'_>, depth: usize) -> Parsed<Value> {
    let start = cursor.pos;
    let word = cursor.word();
    match word {
        "" => cursor.fail("a value"),
        "null" => Ok(Value::Null),
        "true" => Ok(Value::Bool(true)),
        "false" => Ok(Value::Bool(false)),
        "Set" if cursor.take("(") => {
            Ok(Value::set(joined(cursor, ")", "`,` or `)`", |cursor| nested(cursor, depth))?))
        }
        "Map" if cursor.take("(") => {
            let entries = joined(cursor, ")", "`,` or `)`", |cursor| {
                let key = nested(cursor, depth)?;
                cursor.space();
                cursor.expect("->", "`->`")?;
                cursor.space();
                Ok((key, nested(cursor, depth)?))
            })?;
            Ok(Value::Map(entries.into_iter().collect::<Map>()))
        }
        "unserializable" if cursor.take("(") => {
            let text = cursor.string()?;
            cursor.expect(")", "`)`")?;
            Ok(Value::Unserializable(text.into()))
        }
        "json" if cursor.take("(") => {
            let at = cursor.pos;
            let text = cursor.string()?;
            cursor.expect(")", "`)`")?;
            match crate::Reader::new().value(text.as_bytes()) {
                Ok(opaque @ Value::Opaque(_)) => Ok(opaque),
                _ => cursor.fail_at(at, "JSON that has no meaning in ITF"),
            }
        }
        tag if cursor.take("(") => {
            let payload = nested(cursor, depth)?;
            cursor.expect(")", "`)`")?;
            Ok(Value::variant(tag, payload))
        }
        tag if tag.starts_with(|c: char| c.is_ascii_digit()) => cursor.fail_at(start, "a value"),
        tag => Ok(Value::variant(tag, Value::unit())),
    }
}

/// Items with commas between them, and perhaps after them, up to `close`.
fn joined<T>(
    cursor: &mut Cursor<'_>,
    close: &'static str,
    expected: &'static str,
    item: impl Fn(&mut Cursor<'_>) -> Parsed<T>,
) -> Parsed<Vec<T>> {
    let mut items = Vec::new();
    loop {
        cursor.space();
        if cursor.take(close) {
            return Ok(items);
        }
        items.push(item(cursor)?);
        cursor.space();
        if !cursor.take(",") {
            cursor.expect(close, expected)?;
            return Ok(items);
        }
    }
}
