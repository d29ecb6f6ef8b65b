//! Paths from text.

use std::str::FromStr;

use super::cursor::{Cursor, Parsed};
use super::error::PathError;
use super::{Path, Segment, literal};
use crate::value::Value;

/// What [`Display`](std::fmt::Display) writes, and what people type: `states[3].zone_records{}.value`,
/// `view["deployer-a"]~Some.root`, `locks{name: "lock"}.holder`.
///
/// An integer in brackets is read as an index; where it leads into a map, it is a key.
///
/// ```
/// use itf::{Path, Value};
/// let path: Path = "states[3].zone_records{}.value".parse()?;
/// assert_eq!(path, Path::root().field("states").index(3).field("zone_records").join(itf::Segment::Element).field("value"));
/// # Ok::<(), itf::PathError>(())
/// ```
impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let mut cursor = Cursor { text, pos: 0 };
        let mut segments = Vec::new();
        if cursor.peek().is_some_and(|c| c == '"' || crate::render::is_plain_name(c)) {
            segments.push(Segment::Field(cursor.name()?.into()));
        }
        while cursor.peek().is_some() {
            segments.push(segment(&mut cursor)?);
        }
        Ok(Self(segments))
    }
}

fn segment(cursor: &mut Cursor<'_>) -> Parsed<Segment> {
    if cursor.take(".") {
        return Ok(Segment::Field(cursor.name()?.into()));
    }
    if cursor.take("~") {
        return Ok(Segment::Payload(cursor.name()?.into()));
    }
    if cursor.take("<key ") {
        let at = cursor.count()?;
        cursor.expect(">", "`>`")?;
        return Ok(Segment::MapKey(at));
    }
    if cursor.take("[") {
        return bracket(cursor);
    }
    if cursor.take("{") {
        return element(cursor);
    }
    cursor.fail("`.`, `[`, `{`, `~` or the end")
}

/// What is in brackets: an index, two, or a key.
fn bracket(cursor: &mut Cursor<'_>) -> Parsed<Segment> {
    let digits = cursor.rest().bytes().take_while(u8::is_ascii_digit).count();
    let segment = match &cursor.rest()[digits..] {
        after if digits > 0 && after.starts_with('→') => {
            let old = cursor.count()?;
            cursor.take("→");
            // One place on both sides is written as an index.
            let new = cursor.count()?;
            if new == old { Segment::Index(old) } else { Segment::Item { old, new } }
        }
        _ => match literal::value(cursor)? {
            Value::Int(n) => match n.to_string().parse() {
                Ok(index) => Segment::Index(index),
                Err(_) => Segment::Key(Value::Int(n)),
            },
            key => Segment::Key(key),
        },
    };
    cursor.expect("]", "`]`")?;
    Ok(segment)
}

/// What is in braces: nothing, the element, or fields that tell it from others.
fn element(cursor: &mut Cursor<'_>) -> Parsed<Segment> {
    if cursor.take("}") {
        return Ok(Segment::Element);
    }
    let start = cursor.pos;
    let is_field = cursor.field().is_some();
    cursor.pos = start;
    if is_field {
        let by = literal::fields(cursor)?;
        let element = Value::Record(by.clone());
        return Ok(Segment::Member { old: element.clone(), new: element, by: Some(by) });
    }
    let element = literal::value(cursor)?;
    cursor.expect("}", "`}`")?;
    Ok(Segment::Member { old: element.clone(), new: element, by: None })
}
