//! Patterns of typed paths: which places of a state are meant.

use std::fmt;
use std::str::FromStr;

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, digit1, multispace0, satisfy};
use nom::combinator::{fail, map, map_opt, opt, recognize, value};
use nom::multi::{many0, separated_list1};
use nom::sequence::{delimited, pair, preceded, separated_pair, terminated};
use nom::{IResult, Parser};

use crate::path::{Path, Segment, shown_string};
use crate::value::{Int, Record, Str, Value};

/// A typed path with wildcards, like `packets{}.payload~RRQ.*`.
///
/// | part | matches |
/// |---|---|
/// | `name`, `.name`, `."any text"` | a variable or field |
/// | `*`, `.*` | any variable or field |
/// | `[3]` | the item at a position, or the value at the key 3 |
/// | `["a"]` | the value at a key |
/// | `[*]` | any item of a list or tuple, any value of a map |
/// | `{}` | any element of a set |
/// | `{kind: "RRQ"}` | the elements with such a field |
/// | `~Tag`, `~*` | the payload of a variant |
/// | `**` | anything, however deep: `**.clock` |
///
/// ```
/// use itf::{Path, Pattern, Segment};
/// let pattern: Pattern = "packets{}.*".parse()?;
/// assert!(pattern.matches(&Path::root().field("packets").join(Segment::Element).field("payload")));
/// assert!(!pattern.matches(&Path::root().field("packets")));
/// # Ok::<(), itf::PatternError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    pub(crate) parts: Vec<Part>,
}

/// One part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Field(Str),
    AnyField,
    At(Value),
    AnyAt,
    Element(Record),
    Payload(Str),
    AnyPayload,
    Deep,
}

/// A text that is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no path: at column {column}, expected {expected}")]
pub struct PatternError {
    text: String,
    column: usize,
    expected: &'static str,
}

impl PatternError {
    /// The column, counted from 1 in characters, that could not be read.
    ///
    /// ```
    /// assert_eq!("a{".parse::<itf::Pattern>().unwrap_err().column(), 2);
    /// ```
    pub fn column(&self) -> usize {
        self.column
    }
}

impl Pattern {
    /// Whether `path` is a place that is meant.
    ///
    /// ```
    /// use itf::{Path, Pattern};
    /// assert!("**.x".parse::<Pattern>()?.matches(&Path::root().field("a").index(0).field("x")));
    /// # Ok::<(), itf::PatternError>(())
    /// ```
    pub fn matches(&self, path: &Path) -> bool {
        matching(&self.parts, path.segments(), false)
    }

    /// Whether `path` is a place that is meant, or lies within one.
    ///
    /// ```
    /// use itf::{Path, Pattern};
    /// assert!("a".parse::<Pattern>()?.covers(&Path::root().field("a").field("b")));
    /// # Ok::<(), itf::PatternError>(())
    /// ```
    pub fn covers(&self, path: &Path) -> bool {
        matching(&self.parts, path.segments(), true)
    }
}

fn matching(parts: &[Part], segments: &[Segment], within: bool) -> bool {
    match (parts.split_first(), segments.split_first()) {
        (None, None) => true,
        (None, Some(_)) => within,
        (Some((Part::Deep, rest)), None) => matching(rest, segments, within),
        (Some(_), None) => false,
        (Some((Part::Deep, rest)), Some((_, deeper))) => {
            matching(rest, segments, within) || matching(parts, deeper, within)
        }
        (Some((part, rest)), Some((segment, deeper))) => part.fits(segment) && matching(rest, deeper, within),
    }
}

impl Part {
    fn fits(&self, segment: &Segment) -> bool {
        match (self, segment) {
            (Self::Field(name), Segment::Field(other)) => name == other,
            (Self::AnyField, Segment::Field(_))
            | (Self::AnyAt, Segment::Index(_) | Segment::Item { .. } | Segment::Key(_))
            | (Self::AnyPayload, Segment::Payload(_)) => true,
            (Self::At(at), Segment::Key(key)) => at == key,
            (Self::At(at), Segment::Index(index) | Segment::Item { old: index, .. }) => {
                *at == Value::from(*index)
            }
            (Self::Element(fields), Segment::Element) => fields.is_empty(),
            (Self::Element(fields), Segment::Member { old, new, .. }) => {
                has_fields(old, fields) || has_fields(new, fields)
            }
            (Self::Payload(tag), Segment::Payload(other)) => tag == other,
            _ => false,
        }
    }
}

/// Whether a record, or the payload of a variant, has these fields.
pub(crate) fn has_fields(element: &Value, fields: &Record) -> bool {
    let record = match element {
        Value::Variant(v) => v.payload().as_record(),
        other => other.as_record(),
    };
    fields.is_empty()
        || record.is_some_and(|record| fields.iter().all(|(name, value)| record.get(name) == Some(value)))
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let fails = |rest: &str, expected| PatternError {
            text: text.to_owned(),
            column: text[..text.len() - rest.len()].chars().count() + 1,
            expected,
        };
        let (rest, first) = first(text).map_err(|_| fails(text, "a variable, `*` or `**`"))?;
        let (rest, parts) = many0(part).parse(rest).map_err(|_| fails(rest, "a path"))?;
        if !rest.is_empty() {
            return Err(fails(rest, "`.field`, `[index or key]`, `{}`, `~Tag` or the end"));
        }
        Ok(Self { parts: std::iter::once(first).chain(parts).collect() })
    }
}

type Parsed<'a, T> = IResult<&'a str, T>;

fn first(text: &str) -> Parsed<'_, Part> {
    alt((value(Part::Deep, tag("**")), value(Part::AnyField, char('*')), map(name, Part::Field))).parse(text)
}

fn part(text: &str) -> Parsed<'_, Part> {
    let field = preceded(char('.'), first);
    let inside =
        alt((value(Part::AnyAt, char('*')), map(literal, Part::At), value(Part::AnyAt, multispace0)));
    let at = delimited(char('['), inside, char(']'));
    let tagged = preceded(char('~'), alt((value(Part::AnyPayload, char('*')), map(name, Part::Payload))));
    alt((field, at, map(element, Part::Element), tagged)).parse(text)
}

/// `{}` or `{name: "lock", epoch: 3}`
fn element(text: &str) -> Parsed<'_, Record> {
    let comma = delimited(multispace0, char(','), multispace0);
    let colon = delimited(multispace0, char(':'), multispace0);
    let fields = opt(separated_list1(comma, separated_pair(name, colon, literal)));
    let fields = map(fields, |fields| fields.unwrap_or_default().into_iter().collect::<Record>());
    delimited(pair(char('{'), multispace0), fields, pair(multispace0, char('}'))).parse(text)
}

fn name(text: &str) -> Parsed<'_, Str> {
    // Names of tools hold `::`, which no colon before a value follows.
    let letter = |c: char| c.is_alphanumeric() || "_$@#-'".contains(c);
    let word = recognize(pair(take_while1(letter), many0(preceded(tag("::"), take_while1(letter)))));
    alt((map(word, Str::from), map(quoted, |text: String| Str::from(text.as_str())))).parse(text)
}

/// A string as JSON writes it, or as it is shown, with `\u{7f}`.
fn quoted(text: &str) -> Parsed<'_, String> {
    let escaped = preceded(char('\\'), satisfy(|_| true));
    let inside = many0(alt((recognize(escaped), recognize(satisfy(|c| c != '"' && c != '\\')))));
    let whole = recognize(delimited(char('"'), inside, char('"')));
    map_opt(whole, |text: &str| serde_json::from_str(text).ok().or_else(|| shown_string(text))).parse(text)
}

/// How deep tuples may nest in a pattern.
const DEPTH: usize = 64;

/// A scalar, or a tuple of such, as messages write it.
fn literal(text: &str) -> Parsed<'_, Value> {
    nested(text, DEPTH)
}

fn nested(text: &str, depth: usize) -> Parsed<'_, Value> {
    let Some(depth) = depth.checked_sub(1) else {
        return fail().parse(text);
    };
    let int = recognize(pair(opt(char('-')), digit1));
    let int = map_opt(int, |digits: &str| digits.parse::<Int>().ok().map(Value::Int));
    let comma = delimited(multispace0, char(','), multispace0);
    let items = separated_list1(comma, |text| nested(text, depth));
    // A tuple of one is written with a comma after it.
    let tuple = delimited(char('('), terminated(items, pair(opt(char(',')), multispace0)), char(')'));
    alt((
        int,
        map(quoted, Value::from),
        value(Value::Bool(true), tag("true")),
        value(Value::Bool(false), tag("false")),
        map(tuple, |items: Vec<Value>| Value::tuple(items)),
    ))
    .parse(text)
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, part) in self.parts.iter().enumerate() {
            if at > 0 && matches!(part, Part::Field(_) | Part::AnyField | Part::Deep) {
                f.write_str(".")?;
            }
            match part {
                Part::Field(name) => write_word(f, name)?,
                Part::AnyField => f.write_str("*")?,
                Part::At(at) => write!(f, "[{at}]")?,
                Part::AnyAt => f.write_str("[*]")?,
                Part::Element(fields) => {
                    f.write_str("{")?;
                    for (at, (name, value)) in fields.iter().enumerate() {
                        f.write_str(if at == 0 { "" } else { ", " })?;
                        write_word(f, name)?;
                        write!(f, ": {value}")?;
                    }
                    f.write_str("}")?;
                }
                Part::Payload(tag) => {
                    f.write_str("~")?;
                    write_word(f, tag)?;
                }
                Part::AnyPayload => f.write_str("~*")?,
                Part::Deep => f.write_str("**")?,
            }
        }
        Ok(())
    }
}

/// A name as [`name`] reads it.
fn write_word(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    if name(text).is_ok_and(|(rest, _)| rest.is_empty()) && !text.starts_with('"') {
        f.write_str(text)
    } else {
        write!(f, "{}", serde_json::Value::from(text))
    }
}
