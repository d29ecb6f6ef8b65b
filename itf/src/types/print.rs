//! Types as text, the way Apalache writes them.

use std::fmt;

use super::parse::{is_identifier, is_keyword};
use super::{Row, Type};

/// The notation of ADR-002; parsed again it gives the same type.
///
/// ```
/// use itf::types::Type;
/// let t: Type = "(A({f:Int,r})|B(UNIT)) -> <<Int,(Str)>>  // a comment".parse()?;
/// assert_eq!(t.to_string(), "(A({ f: Int, r }) | B(UNIT)) -> <<Int, Str>>");
/// # Ok::<(), itf::types::TypeError>(())
/// ```
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("Bool"),
            Self::Int => f.write_str("Int"),
            Self::Str => f.write_str("Str"),
            Self::Real => f.write_str("Real"),
            Self::Const(name) | Self::Var(name) => f.write_str(name),
            Self::Alias(name) => write!(f, "${name}"),
            Self::Set(t) => write!(f, "Set({t})"),
            Self::Seq(t) => write!(f, "Seq({t})"),
            Self::Fun(from, to) => {
                side(f, from, true)?;
                f.write_str(" -> ")?;
                side(f, to, false)
            }
            Self::Tuple(parts) => {
                f.write_str("<<")?;
                listed(f, parts, ", ", |f, t| write!(f, "{t}"))?;
                f.write_str(">>")
            }
            Self::SparseTuple(parts) if parts.is_empty() => f.write_str("<| |>"),
            Self::SparseTuple(parts) => {
                f.write_str("<| ")?;
                listed(f, parts, ", ", |f, (at, t)| write!(f, "{at}: {t}"))?;
                f.write_str(" |>")
            }
            Self::Record(row) => record(f, None, row),
            Self::OldRecord(fields) => {
                f.write_str("[")?;
                listed(f, fields, ", ", |f, (name, t)| field(f, name, t))?;
                f.write_str("]")
            }
            Self::Variant(row) if row.fields.is_empty() => {
                write!(f, "Variant({})", row.rest.as_deref().unwrap_or_default())
            }
            Self::Variant(row) => {
                listed(f, &row.fields, " | ", |f, (tag, t)| {
                    name(f, tag, is_plain_tag(tag))?;
                    write!(f, "({t})")
                })?;
                rest(f, row, " | ")
            }
            Self::OldVariant(row) => {
                listed(f, &row.fields, " | ", |f, (tag, t)| match t {
                    Self::Record(fields) => record(f, Some(tag), fields),
                    // Nothing else can be parsed; what somebody built by hand is shown all the same.
                    other => write!(f, "{{ tag: {tag:?}, {other} }}"),
                })?;
                rest(f, row, " | ")
            }
            Self::Row(row) if row.fields.is_empty() => match &row.rest {
                Some(rest) => write!(f, "(| {rest} |)"),
                None => f.write_str("(||)"),
            },
            Self::Row(row) => {
                f.write_str("(| ")?;
                listed(f, &row.fields, " | ", |f, (key, t)| {
                    name(f, key, is_identifier(key))?;
                    f.write_str(": ")?;
                    // The bar of a variant would be taken for that of the row.
                    grouped(f, t, matches!(t, Self::Variant(_) | Self::OldVariant(_)))
                })?;
                rest(f, row, " | ")?;
                f.write_str(" |)")
            }
            Self::Operator(args, to) => {
                f.write_str("(")?;
                listed(f, args, ", ", |f, t| write!(f, "{t}"))?;
                f.write_str(") => ")?;
                side(f, to, false)
            }
        }
    }
}

/// A side of an arrow, in parentheses where it would be read as something else, or only by somebody who knows the rules.
fn side(f: &mut fmt::Formatter<'_>, t: &Type, left: bool) -> fmt::Result {
    let is_arrow = matches!(t, Type::Fun(..) | Type::Operator(..));
    grouped(
        f,
        t,
        matches!(t, Type::Variant(_) | Type::OldVariant(_) | Type::Operator(..)) || (left && is_arrow),
    )
}

fn grouped(f: &mut fmt::Formatter<'_>, t: &Type, parentheses: bool) -> fmt::Result {
    if parentheses { write!(f, "({t})") } else { write!(f, "{t}") }
}

/// `{ f: T, r }`, and with a tag `{ tag: "A", f: T, r }`.
fn record(f: &mut fmt::Formatter<'_>, tag: Option<&str>, row: &Row) -> fmt::Result {
    f.write_str("{ ")?;
    if let Some(tag) = tag {
        f.write_str("tag: ")?;
        name(f, tag, false)?;
        f.write_str(if row.fields.is_empty() { "" } else { ", " })?;
    }
    listed(f, &row.fields, ", ", |f, (key, t)| {
        // A string after `tag:` would be the tag of a variant in the notation of 2022.
        if key == "tag" && begins_with_string(t) { write!(f, "tag: ({t})") } else { field(f, key, t) }
    })?;
    match &row.rest {
        Some(rest) if tag.is_none() && row.fields.is_empty() => f.write_str(rest)?,
        Some(rest) => write!(f, ", {rest}")?,
        None => {}
    }
    // `{ }`, with one space.
    let is_empty = tag.is_none() && row.fields.is_empty() && row.rest.is_none();
    f.write_str(if is_empty { "}" } else { " }" })
}

fn field(f: &mut fmt::Formatter<'_>, key: &str, t: &Type) -> fmt::Result {
    name(f, key, is_identifier(key))?;
    write!(f, ": {t}")
}

/// Whether the text of a type begins with a name in quotes: that of its first tag.
fn begins_with_string(t: &Type) -> bool {
    matches!(t, Type::Variant(row) if row.fields.keys().next().is_some_and(|tag| !is_plain_tag(tag)))
}

/// Whether a tag is written without quotes.
fn is_plain_tag(tag: &str) -> bool {
    is_identifier(tag) && !is_keyword(tag)
}

/// A name as it is, or as a JSON string.
fn name(f: &mut fmt::Formatter<'_>, name: &str, plain: bool) -> fmt::Result {
    if plain { f.write_str(name) } else { write!(f, "{}", serde_json::Value::from(name)) }
}

/// The row variable of a variant or row, after its fields.
fn rest(f: &mut fmt::Formatter<'_>, row: &Row, separator: &str) -> fmt::Result {
    row.rest.iter().try_for_each(|rest| write!(f, "{separator}{rest}"))
}

fn listed<T>(
    f: &mut fmt::Formatter<'_>,
    items: impl IntoIterator<Item = T>,
    separator: &str,
    mut one: impl FnMut(&mut fmt::Formatter<'_>, T) -> fmt::Result,
) -> fmt::Result {
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            f.write_str(separator)?;
        }
        one(f, item)?;
    }
    Ok(())
}
