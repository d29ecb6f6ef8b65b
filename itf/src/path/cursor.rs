//! The tokens of paths and of the values in them.

use super::error::PathError;
use crate::render::is_plain_name;

/// A position in a text.
pub(super) struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) pos: usize,
}

pub(super) type Parsed<T> = Result<T, PathError>;

impl<'a> Cursor<'a> {
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.pos..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Takes `sign` if it is next.
    pub(super) fn take(&mut self, sign: &str) -> bool {
        let is_next = self.rest().starts_with(sign);
        self.pos += if is_next { sign.len() } else { 0 };
        is_next
    }

    pub(super) fn expect(&mut self, sign: &str, expected: &'static str) -> Parsed<()> {
        if self.take(sign) { Ok(()) } else { self.fail(expected) }
    }

    pub(super) fn space(&mut self) {
        self.pos += self.rest().len() - self.rest().trim_start_matches(' ').len();
    }

    pub(super) fn fail<T>(&self, expected: &'static str) -> Parsed<T> {
        self.fail_at(self.pos, expected)
    }

    pub(super) fn fail_at<T>(&self, at: usize, expected: &'static str) -> Parsed<T> {
        Err(PathError::new(self.text, at, expected))
    }

    /// The characters of a plain name that are next. None begins with a colon.
    pub(super) fn word(&mut self) -> &'a str {
        let rest = self.rest();
        if rest.starts_with(':') {
            return "";
        }
        let end = rest.find(|c| !is_plain_name(c)).unwrap_or(rest.len());
        self.pos += end;
        &rest[..end]
    }

    /// A name, plain or as a string.
    pub(super) fn name(&mut self) -> Parsed<String> {
        if self.peek() == Some('"') {
            return self.string();
        }
        match self.word() {
            "" => self.fail("a name"),
            word => Ok(word.to_owned()),
        }
    }

    /// The name of a field and the colon after it, if that is what is next. A colon may be in a name, but the last is none
    /// of it.
    pub(super) fn field(&mut self) -> Option<String> {
        let start = self.pos;
        let name = self.name().ok();
        if let Some(name) = &name {
            if self.text[start..].starts_with('"') {
                if self.take(":") {
                    return Some(name.clone());
                }
            } else if let Some(name) = name.strip_suffix(':').filter(|name| !name.is_empty()) {
                return Some(name.to_owned());
            }
        }
        self.pos = start;
        None
    }

    /// Digits that count something.
    pub(super) fn count(&mut self) -> Parsed<usize> {
        let start = self.pos;
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        self.pos += digits;
        let text = &self.text[start..self.pos];
        text.parse().or_else(|_| self.fail_at(start, "an index"))
    }

    /// A string in quotes, as it is shown: with `\"`, `\\`, `\n`, `\r`, `\t` and `\u{…}`.
    pub(super) fn string(&mut self) -> Parsed<String> {
        let start = self.pos;
        self.expect("\"", "a string")?;
        let mut out = String::new();
        while let Some(c) = self.peek() {
            let at = self.pos;
            self.pos += c.len_utf8();
            match c {
                '"' => return Ok(out),
                '\\' => out.push(self.escape(at)?),
                c => out.push(c),
            }
        }
        self.fail_at(start, "the `\"` that ends this string")
    }

    fn escape(&mut self, at: usize) -> Parsed<char> {
        const EXPECTED: &str = "an escape: `\\\"`, `\\\\`, `\\n`, `\\r`, `\\t` or `\\u{…}`";
        for (sign, c) in [("\"", '"'), ("\\", '\\'), ("n", '\n'), ("r", '\r'), ("t", '\t')] {
            if self.take(sign) {
                return Ok(c);
            }
        }
        let code = self.rest().strip_prefix("u{").and_then(|rest| rest.split_once('}'));
        let read = code.and_then(|(code, _)| Some((code, u32::from_str_radix(code, 16).ok()?)));
        match read.and_then(|(code, number)| Some((code, char::from_u32(number)?))) {
            Some((code, c)) => {
                self.pos += code.len() + "u{}".len();
                Ok(c)
            }
            None => self.fail_at(at, EXPECTED),
        }
    }
}

/// The string that is shown by `text`, quotes included.
pub(crate) fn shown_string(text: &str) -> Option<String> {
    let mut cursor = Cursor { text, pos: 0 };
    let string = cursor.string().ok()?;
    cursor.rest().is_empty().then_some(string)
}
