//! Values in the notation of TLA+.

use std::fmt::{self, Write};

use crate::value::Value;

/// A value in the notation of TLA+, on one line, as TLC reads it and [`parse_value`](super::parse_value) does.
///
/// Tuples and lists are `<<…>>`, elements of sum types records of `tag` and `value`, unit is `"U_OF_UNIT"`, as Apalache
/// has it, and what has no meaning in ITF a string.
///
/// ```
/// use itf::{Value, tla::to_tla};
/// assert_eq!(to_tla(&Value::map([(1, "a"), (2, "b")])), r#"(1 :> "a" @@ 2 :> "b")"#);
/// assert_eq!(to_tla(&Value::record([("x", Value::set([true]))])), "[x |-> {TRUE}]");
/// ```
pub fn to_tla(value: &Value) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut out, value);
    out
}

fn write(out: &mut String, value: &Value) -> fmt::Result {
    if value.is_unit() {
        return out.write_str("\"U_OF_UNIT\"");
    }
    match value {
        Value::Null => out.write_str("\"U_OF_UNIT\""),
        Value::Bool(true) => out.write_str("TRUE"),
        Value::Bool(false) => out.write_str("FALSE"),
        Value::Int(n) => write!(out, "{n}"),
        Value::Str(text) | Value::Unserializable(text) | Value::Opaque(text) => string(out, text),
        Value::Tuple(items) => joined(out, "<<", items.iter(), ">>"),
        Value::List(items) => joined(out, "<<", items.iter(), ">>"),
        Value::Set(items) => joined(out, "{", items.iter(), "}"),
        Value::Map(map) if map.is_empty() => out.write_str("<<>>"),
        Value::Map(map) => entries(out, map.iter()),
        Value::Record(fields) if fields.names().iter().all(|name| is_identifier(name)) => {
            out.write_char('[')?;
            for (at, (name, value)) in fields.iter().enumerate() {
                write!(out, "{}{} |-> ", if at > 0 { ", " } else { "" }, &**name)?;
                write(out, value)?;
            }
            out.write_char(']')
        }
        Value::Record(fields) => {
            let names: Vec<Value> = fields.names().iter().cloned().map(Value::Str).collect();
            entries(out, names.iter().zip(fields.values()))
        }
        Value::Variant(variant) => {
            out.write_str("[tag |-> ")?;
            string(out, variant.tag())?;
            out.write_str(", value |-> ")?;
            write(out, variant.payload())?;
            out.write_char(']')
        }
    }
}

fn joined<'a>(
    out: &mut String,
    open: &str,
    items: impl Iterator<Item = &'a Value>,
    close: &str,
) -> fmt::Result {
    out.write_str(open)?;
    for (at, item) in items.enumerate() {
        out.write_str(if at > 0 { ", " } else { "" })?;
        write(out, item)?;
    }
    out.write_str(close)
}

fn entries<'a>(out: &mut String, entries: impl Iterator<Item = (&'a Value, &'a Value)>) -> fmt::Result {
    out.write_char('(')?;
    for (at, (key, value)) in entries.enumerate() {
        out.write_str(if at > 0 { " @@ " } else { "" })?;
        write(out, key)?;
        out.write_str(" :> ")?;
        write(out, value)?;
    }
    out.write_char(')')
}

/// Whether TLA+ has no way to write this in a string, or its parser (SANY) does not read it: a backtick begins a quotation
/// up to the next apostrophe, over the end of the string, and characters beyond Latin-1 are errors.
pub(crate) fn is_unwritable(c: char) -> bool {
    match c {
        ' '..='_' | 'a'..='~' | '\t' | '\n' | '\u{c}' | '\r' | '\u{a0}'..='\u{ff}' => false,
        '`' | '\u{100}'.. => true,
        control => control.is_control(),
    }
}

/// A string with the escapes that TLA+ has. What has none is written as the text of an escape, so that strings that differ
/// stay different: `\u{60}`, with a backslash that is one.
fn string(out: &mut String, text: &str) -> fmt::Result {
    out.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(out, "\\{c}")?,
            '\t' => out.write_str("\\t")?,
            '\n' => out.write_str("\\n")?,
            '\u{c}' => out.write_str("\\f")?,
            '\r' => out.write_str("\\r")?,
            c if is_unwritable(c) => write!(out, "\\\\u{{{:x}}}", u32::from(c))?,
            c => out.write_char(c)?,
        }
    }
    out.write_char('"')
}

/// The reserved words of TLA+ (Lamport, "Specifying Systems", section 15.1.1, and those of TLA+2, "TLA+2: A Preliminary
/// Guide", section 7), with the names of built-in operators without arguments.
pub(crate) const KEYWORDS: &str = "ACTION ASSUME ASSUMPTION AXIOM BOOLEAN BY CASE CHOOSE CONSTANT CONSTANTS COROLLARY DEF \
    DEFINE DEFS DOMAIN ELSE ENABLED EXCEPT EXTENDS FALSE HAVE HIDE IF IN INSTANCE LAMBDA LEMMA LET LOCAL MODULE NEW OBVIOUS \
    OMITTED ONLY OTHER PICK PROOF PROPOSITION PROVE QED RECURSIVE STATE STRING SUBSET SUFFICES TAKE TEMPORAL THEN THEOREM \
    TRUE UNCHANGED UNION USE VARIABLE VARIABLES WITH WITNESS";

/// Whether TLA+ can use this as the name of a field or a variable.
pub(crate) fn is_identifier(name: &str) -> bool {
    name.chars().any(|c| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.starts_with("WF_")
        && !name.starts_with("SF_")
        // Few names are in capitals, as all of these are.
        && !(name.bytes().all(|b| b.is_ascii_uppercase()) && KEYWORDS.split_whitespace().any(|word| word == name))
}
