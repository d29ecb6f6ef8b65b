//! A terminal shows what a trace holds, and obeys none of it.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use crate::patience::{AT_ONCE, writing};

/// Text for a terminal, in which what it would obey (escapes and other control characters, marks that turn the direction
/// of writing) is written as `\u001b`. In JSON that is the same text: there it can only be in strings.
pub(crate) struct Quiet<W> {
    inner: W,
    is_terminal: bool,
    /// Whether escapes are ours: colours.
    has_colours: bool,
    /// The beginning of a character of which the rest was not written yet.
    rest: Vec<u8>,
}

impl<W: Write> Quiet<W> {
    /// Text in which everything is of the trace.
    pub(crate) fn new(inner: W, is_terminal: bool) -> Self {
        Self { inner, is_terminal, has_colours: false, rest: Vec::new() }
    }

    /// Text in which control characters are ours, and only others can be of the trace.
    pub(crate) fn with_colours(inner: W, is_terminal: bool) -> Self {
        Self { has_colours: true, ..Self::new(inner, is_terminal) }
    }

    fn acts(&self, c: char) -> bool {
        match c {
            '\n' | '\t' => false,
            c if c.is_ascii() => !self.has_colours && c.is_ascii_control(),
            c => itf::render::escape(c.encode_utf8(&mut [0; 4])).starts_with('\\'),
        }
    }

    fn text(&mut self, text: &str) -> io::Result<()> {
        let mut written = 0;
        for (at, c) in text.char_indices().filter(|(_, c)| self.acts(*c)).collect::<Vec<_>>() {
            self.inner.write_all(&text.as_bytes()[written..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(self.inner, "\\u{unit:04x}")?;
            }
            written = at + c.len_utf8();
        }
        self.inner.write_all(&text.as_bytes()[written..])
    }
}

impl<W: Write> Write for Quiet<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let bytes = &bytes[..bytes.len().min(AT_ONCE)];
        if !self.is_terminal {
            return writing(|| self.inner.write(bytes));
        }
        writing(|| self.quietly(bytes))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        writing(|| self.inner.flush())
    }
}

impl<W: Write> Quiet<W> {
    fn quietly(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut whole = std::mem::take(&mut self.rest);
        whole.extend(bytes);
        let mut chunks = whole.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            self.text(chunk.valid())?;
            let begins = chunks.peek().is_none() && chunk.invalid().len() < 4 && is_begun(chunk.invalid());
            if begins {
                self.rest = chunk.invalid().to_vec();
            } else if !chunk.invalid().is_empty() {
                self.inner.write_all("\u{fffd}".as_bytes())?;
            }
        }
        Ok(())
    }
}

/// The same JSON, in which nothing of a trace acts, wherever it is printed: not only on a terminal, but in the log of a
/// build as well, whose runner obeys `##[error]` in the middle of a line. In JSON all of this can only be in strings.
pub(crate) fn json(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut written = 0;
    for (at, c) in text.char_indices() {
        let acts = match c {
            '[' => itf::render::commands_log(&text[..at]),
            c if c.is_ascii() => c == '\u{7f}',
            c => itf::render::escape(c.encode_utf8(&mut [0; 4])).starts_with('\\'),
        };
        if acts {
            out.push_str(&text[written..at]);
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
            written = at + c.len_utf8();
        }
    }
    if written == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[written..]);
    Cow::Owned(out)
}

/// Whether bytes are the beginning of a character.
fn is_begun(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, step: usize, has_colours: bool) -> String {
        let mut out = Vec::new();
        let mut quiet = Quiet { has_colours, ..Quiet::new(&mut out, true) };
        for part in text.as_bytes().chunks(step) {
            quiet.write_all(part).expect("memory");
        }
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn nothing_acts_however_it_is_cut() {
        let text = "a\u{1b}[31mé\u{9b}1m\u{202e}\u{2066}\t😀\u{e0041}\r\n";
        let expected = "a\\u001b[31mé\\u009b1m\\u202e\\u2066\t😀\\udb40\\udc41\\u000d\n";
        for step in 1..=text.len() {
            assert_eq!(shown(text, step, false), expected, "{step}");
        }
        let json = serde_json::json!({ "a\u{202e}": text }).to_string();
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&shown(&json, 5, false)).ok(),
            serde_json::from_str(&json).ok()
        );
    }

    #[test]
    fn a_document_is_the_same_and_does_nothing() {
        let texts = [
            "##[error]x",
            "###[a",
            "##vso[task.setvariable variable=x]",
            "\u{7f}\u{9b}31m",
            "\u{202e}\u{e0041}",
            "#[#[",
            "é",
        ];
        let document = serde_json::json!({ "##[group]": texts, "nested": [["##", "[\"##"]] });
        for text in [document.to_string(), format!("{document:#}")] {
            let told = json(&text);
            assert_eq!(serde_json::from_str::<serde_json::Value>(&told).ok(), Some(document.clone()));
            assert!(!told.contains("##[") && !told.contains("##vso["), "{told}");
            assert!(
                told.chars().all(|c| c == '\n' || c == 'é' || (c.is_ascii() && !c.is_control())),
                "{told}"
            );
        }
        assert!(matches!(json("{\"é\": [1, \"#[\"]}"), Cow::Borrowed(_)));
    }

    #[test]
    fn colours_are_ours_and_files_are_as_they_are() {
        assert_eq!(shown("\u{1b}[31m\u{9b}\u{202e}", 3, true), "\u{1b}[31m\\u009b\\u202e");
        let mut out = Vec::new();
        Quiet::new(&mut out, false).write_all("\u{1b}\u{9b}".as_bytes()).expect("memory");
        assert_eq!(out, "\u{1b}\u{9b}".as_bytes());
    }
}
