//! Values in Quint's notation, on one line.

use std::fmt::{self, Write};

use crate::value::Value;

/// Writes `value` as Quint would: `Set(1, 2)`, `Map("a" -> 1)`, `(1, "x")`, `{ name: "lock" }`, `Some(1)`, `None`.
pub(crate) fn write_value(out: &mut impl Write, value: &Value) -> fmt::Result {
    match value {
        Value::Null => out.write_str("null"),
        Value::Bool(b) => write!(out, "{b}"),
        Value::Int(n) => write!(out, "{n}"),
        Value::Str(s) => write_string(out, s),
        Value::Tuple(t) => write_joined(
            out,
            "(",
            t.iter(),
            |out, v| write_value(out, v),
            if t.len() == 1 { ",)" } else { ")" },
        ),
        Value::List(l) => write_joined(out, "[", l.iter(), |out, v| write_value(out, v), "]"),
        Value::Set(s) => write_joined(out, "Set(", s.iter(), |out, v| write_value(out, v), ")"),
        Value::Map(m) => write_joined(
            out,
            "Map(",
            m.iter(),
            |out, (k, v)| {
                write_value(out, k)?;
                out.write_str(" -> ")?;
                write_value(out, v)
            },
            ")",
        ),
        Value::Record(r) if r.is_empty() => out.write_str("{}"),
        Value::Record(r) => write_joined(
            out,
            "{ ",
            r.iter(),
            |out, (name, v)| {
                write_name(out, name)?;
                out.write_str(": ")?;
                write_value(out, v)
            },
            " }",
        ),
        Value::Variant(v) => {
            write_name(out, v.tag())?;
            if v.payload().is_unit() {
                return Ok(());
            }
            out.write_char('(')?;
            write_value(out, v.payload())?;
            out.write_char(')')
        }
        Value::Unserializable(s) => {
            out.write_str("unserializable(")?;
            write_string(out, s)?;
            out.write_char(')')
        }
        Value::Opaque(json) => {
            out.write_str("json(")?;
            write_string(out, json)?;
            out.write_char(')')
        }
    }
}

fn write_joined<W: Write, T>(
    out: &mut W,
    open: &str,
    items: impl Iterator<Item = T>,
    item: impl Fn(&mut W, T) -> fmt::Result,
    close: &str,
) -> fmt::Result {
    out.write_str(open)?;
    for (at, next) in items.enumerate() {
        if at > 0 {
            out.write_str(", ")?;
        }
        item(out, next)?;
    }
    out.write_str(close)
}

/// Writes `text` in quotes, with everything escaped that could act on a terminal or hide (control characters,
/// directional overrides).
pub(crate) fn write_string(out: &mut impl Write, text: &str) -> fmt::Result {
    out.write_char('"')?;
    write_escaped(out, text, true)?;
    out.write_char('"')
}

/// Writes a name as it is if it looks like one, else as a string.
pub(crate) fn write_name(out: &mut impl Write, name: &str) -> fmt::Result {
    if !name.is_empty() && name.chars().all(is_plain_name) {
        out.write_str(name)
    } else {
        write_string(out, name)
    }
}

/// Whether a name with this character is written as it is.
pub(crate) fn is_plain_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | ':' | '#')
}

fn write_escaped(out: &mut impl Write, text: &str, quoted: bool) -> fmt::Result {
    for c in text.chars() {
        match c {
            '"' | '\\' if quoted => write!(out, "\\{c}")?,
            '\n' => out.write_str("\\n")?,
            '\t' => out.write_str("\\t")?,
            '\r' => out.write_str("\\r")?,
            c if acts(c) => write!(out, "\\u{{{:x}}}", u32::from(c))?,
            c => out.write_char(c)?,
        }
    }
    Ok(())
}

/// Characters that do something instead of being something.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// `text` with everything escaped that could act on a terminal; for text of a trace outside of quotes.
///
/// ```
/// assert_eq!(itf::render::escape("\u{1b}[31mred"), "\\u{1b}[31mred");
/// ```
pub fn escape(text: &str) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_escaped(&mut out, text, false);
    out
}
