//! Values on one line, and text of traces made harmless.

use std::fmt::{self, Write};

use super::notation::{Marks, Notation, write_json};
use crate::value::Value;

/// Writes `value` as Quint would: `Set(1, 2)`, `Map("a" -> 1)`, `(1, "x")`, `{ name: "lock" }`, `Some(1)`, `None`.
pub(crate) fn write_value(out: &mut impl Write, value: &Value) -> fmt::Result {
    write_in(out, value, Notation::Quint)
}

/// Writes `value` in a notation.
pub(super) fn write_in<W: Write>(out: &mut W, value: &Value, notation: Notation) -> fmt::Result {
    let inner = |out: &mut W, v: &Value| write_in(out, v, notation);
    match (value, notation) {
        (Value::Null, Notation::Tla) => out.write_str("NULL"),
        (Value::Null, _) => out.write_str("null"),
        (Value::Bool(b), Notation::Tla) => out.write_str(if *b { "TRUE" } else { "FALSE" }),
        (Value::Bool(b), _) => write!(out, "{b}"),
        (Value::Int(n), Notation::Json) => write!(out, "{{\"#bigint\": \"{n}\"}}"),
        (Value::Int(n), _) => write!(out, "{n}"),
        (Value::Str(s), _) => notation.write_text(out, s),
        (Value::Tuple(t), _) => write_joined(out, notation.tuple(t.len()), t.iter(), inner),
        (Value::List(l), _) => write_joined(out, notation.list(), l.iter(), inner),
        (Value::Set(s), _) => write_joined(out, notation.set(), s.iter(), inner),
        (Value::Map(m), _) => {
            let [before, between, after] = notation.entry();
            write_joined(out, notation.map(m.len()), m.iter(), |out, (k, v)| {
                out.write_str(before)?;
                inner(out, k)?;
                out.write_str(between)?;
                inner(out, v)?;
                out.write_str(after)
            })
        }
        (Value::Record(r), _) => write_joined(out, notation.record(r.len()), r.iter(), |out, (name, v)| {
            notation.write_field(out, name)?;
            inner(out, v)
        }),
        (Value::Variant(v), Notation::Quint) if v.payload().is_unit() => write_name(out, v.tag()),
        (Value::Variant(v), _) => {
            notation.write_variant(out, v.tag())?;
            if v.payload().is_unit() && notation == Notation::Tla {
                out.write_str("UNIT")?;
            } else {
                inner(out, v.payload())?;
            }
            out.write_str(notation.variant_end())
        }
        (Value::Unserializable(s), Notation::Json) => {
            out.write_str("{\"#unserializable\": ")?;
            notation.write_text(out, s)?;
            out.write_char('}')
        }
        // What Apalache cannot serialise it writes in TLA+.
        (Value::Unserializable(s), Notation::Tla) => write_escaped(out, s, false),
        (Value::Unserializable(s), Notation::Quint) => {
            out.write_str("unserializable(")?;
            write_string(out, s)?;
            out.write_char(')')
        }
        (Value::Opaque(json), Notation::Json) => write_json(out, json),
        (Value::Opaque(json), _) => {
            out.write_str("json(")?;
            write_string(out, json)?;
            out.write_char(')')
        }
    }
}

fn write_joined<W: Write, T>(
    out: &mut W,
    marks: Marks,
    items: impl Iterator<Item = T>,
    item: impl Fn(&mut W, T) -> fmt::Result,
) -> fmt::Result {
    out.write_str(marks.open)?;
    out.write_str(marks.pad)?;
    for (at, next) in items.enumerate() {
        if at > 0 {
            out.write_str(marks.between)?;
            out.write_char(' ')?;
        }
        item(out, next)?;
    }
    out.write_str(marks.pad)?;
    out.write_str(marks.close)
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
    // What begins with a colon may begin a line, where GitHub's runner looks for `::error::`.
    if !name.is_empty() && !name.starts_with(':') && name.chars().all(is_plain_name) {
        out.write_str(name)
    } else {
        write_string(out, name)
    }
}

/// Whether a name with this character is written as it is.
pub(crate) fn is_plain_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | ':' | '#')
}

pub(super) fn write_escaped(out: &mut impl Write, text: &str, quoted: bool) -> fmt::Result {
    for (at, c) in text.char_indices() {
        if c == '[' && commands_log(&text[..at]) {
            out.write_str("\\u{5b}")?;
            continue;
        }
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

/// Whether a `[` after this text makes a command for a runner that prints it in its log: GitHub's obeys `##[error]` and
/// `##[add-mask]`, that of Azure Pipelines `##vso[task.setvariable]`, wherever in a line they are.
///
/// ```
/// assert!(itf::render::commands_log("x ##"));
/// assert!(itf::render::commands_log("##vso"));
/// assert!(!itf::render::commands_log("#"));
/// ```
pub fn commands_log(before: &str) -> bool {
    before.trim_end_matches(|c: char| c.is_ascii_alphanumeric()).ends_with("##")
}

/// Characters that do something instead of being something.
pub(super) fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        // The mark of Arabic letters is a control as well; annotations and tags are text that nobody sees.
        || matches!(c, '\u{61c}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` with everything escaped that could act on a terminal or, where the text is a log, on GitHub's runner; for text of a trace outside of quotes.
///
/// ```
/// assert_eq!(itf::render::escape("\u{1b}[31mred"), "\\u{1b}[31mred");
/// assert_eq!(itf::render::escape("##[error]"), "##\\u{5b}error]");
/// assert_eq!(itf::render::escape(" ::error::x"), " \\u{3a}:error::x");
/// ```
pub fn escape(text: &str) -> String {
    let mut out = String::new();
    let rest = text.trim_start();
    let (space, rest) = match rest.strip_prefix(':') {
        // The runner looks for a command behind white space, too.
        Some(after) if after.starts_with(':') => (&text[..text.len() - rest.len()], Some(after)),
        _ => (text, None),
    };
    // Writing to a string cannot fail.
    let _ = write_escaped(&mut out, space, false);
    if let Some(rest) = rest {
        out.push_str("\\u{3a}");
        let _ = write_escaped(&mut out, rest, false);
    }
    out
}
