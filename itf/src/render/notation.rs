//! How values are spelled: the brackets and separators of each notation.

use std::fmt::{self, Write};

use super::value::{write_name, write_string};

/// The language in which values are written.
///
/// ```
/// use itf::{Trace, State, Record, Value};
/// use itf::render::{Notation, Page, ShowOptions, show};
/// let trace = Trace::new(["x"], [State::from(Record::from_iter([("x", Value::set([1, 2]))]))]);
/// let text = |notation| show(&trace, &ShowOptions { page: Page { notation, ..Page::default() }, ..Default::default() });
/// assert!(text(Notation::Quint).contains("x = Set(1, 2)"));
/// assert!(text(Notation::Tla).contains("x = {1, 2}"));
/// assert!(text(Notation::Json).contains(r##"x = {"#set": [{"#bigint": "1"}, {"#bigint": "2"}]}"##));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notation {
    /// Quint's: `Set(1, 2)`, `Map("a" -> 1)`, `{ name: "lock" }`, `Some(1)`.
    #[default]
    Quint,
    /// That of TLA+, with Apalache's variants: `{1, 2}`, `("a" :> 1)`, `[name |-> "lock"]`, `Variant("Some", 1)`.
    Tla,
    /// ITF itself: `{"#set": [{"#bigint": "1"}]}`.
    Json,
}

/// The marks around and between the parts of a value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    /// What is inside of the brackets where all is on one line.
    pub(super) pad: &'static str,
    /// What is between two parts, a space or an end of line aside.
    pub(super) between: &'static str,
}

const fn marks(open: &'static str, close: &'static str) -> Marks {
    Marks { open, close, pad: "", between: "," }
}

impl Notation {
    pub(super) fn tuple(self, len: usize) -> Marks {
        match self {
            Self::Quint => marks("(", if len == 1 { ",)" } else { ")" }),
            Self::Tla => marks("<<", ">>"),
            Self::Json => marks("{\"#tup\": [", "]}"),
        }
    }

    pub(super) fn list(self) -> Marks {
        match self {
            Self::Tla => marks("<<", ">>"),
            Self::Quint | Self::Json => marks("[", "]"),
        }
    }

    pub(super) fn set(self) -> Marks {
        match self {
            Self::Quint => marks("Set(", ")"),
            Self::Tla => marks("{", "}"),
            Self::Json => marks("{\"#set\": [", "]}"),
        }
    }

    pub(super) fn map(self, len: usize) -> Marks {
        match self {
            Self::Quint => marks("Map(", ")"),
            // The empty function is the empty sequence.
            Self::Tla if len == 0 => marks("<<", ">>"),
            Self::Tla => Marks { between: " @@", ..marks("(", ")") },
            Self::Json => marks("{\"#map\": [", "]}"),
        }
    }

    pub(super) fn record(self, len: usize) -> Marks {
        match self {
            Self::Quint if len > 0 => Marks { pad: " ", ..marks("{", "}") },
            Self::Quint | Self::Json => marks("{", "}"),
            Self::Tla => marks("[", "]"),
        }
    }

    /// What is before the key, between key and value, and behind the value of an entry of a map.
    pub(super) fn entry(self) -> [&'static str; 3] {
        match self {
            Self::Quint => ["", " -> ", ""],
            Self::Tla => ["", " :> ", ""],
            Self::Json => ["[", ", ", "]"],
        }
    }

    /// Writes the name of a field, up to its value.
    pub(super) fn write_field(self, out: &mut impl Write, name: &str) -> fmt::Result {
        match self {
            Self::Quint => {
                write_name(out, name)?;
                out.write_str(": ")
            }
            Self::Tla => {
                write_name(out, name)?;
                out.write_str(" |-> ")
            }
            Self::Json => {
                self.write_text(out, name)?;
                out.write_str(": ")
            }
        }
    }

    /// Writes a variant up to its payload; behind that is [`Notation::variant_end`].
    pub(super) fn write_variant(self, out: &mut impl Write, tag: &str) -> fmt::Result {
        match self {
            Self::Quint => {
                write_name(out, tag)?;
                out.write_str("(")
            }
            Self::Tla => {
                out.write_str("Variant(")?;
                write_string(out, tag)?;
                out.write_str(", ")
            }
            Self::Json => {
                out.write_str("{\"tag\": ")?;
                self.write_text(out, tag)?;
                out.write_str(", \"value\": ")
            }
        }
    }

    pub(super) fn variant_end(self) -> &'static str {
        if self == Self::Json { "}" } else { ")" }
    }

    /// Writes a string in quotes.
    pub(super) fn write_text(self, out: &mut impl Write, text: &str) -> fmt::Result {
        if self != Self::Json {
            return write_string(out, text);
        }
        write_json(out, &serde_json::Value::from(text).to_string())
    }
}

/// Writes JSON that says what `json` says, with everything escaped that could act on a terminal. In JSON such characters
/// are in strings only.
pub(super) fn write_json(out: &mut impl Write, json: &str) -> fmt::Result {
    for c in json.chars() {
        if super::value::acts(c) {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}"))?;
        } else {
            out.write_char(c)?;
        }
    }
    Ok(())
}
