//! JSON tokens: RFC 8259 to the letter, over text that is known to be UTF-8.

use std::borrow::Cow;

use super::error::{ErrorKind, Scanned, fail};

/// A position in a text.
pub(super) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) pos: usize,
}

/// Why a number is not an integer, or that it is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Integer,
    Float,
}

impl<'a> Scanner<'a> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.pos).copied()
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.pos..]
    }

    /// Whether a string that begins with `#` is next, in either of its spellings.
    pub(super) fn is_hash_key(&self) -> bool {
        let rest = self.rest();
        rest.starts_with(b"\"#") || rest.starts_with(b"\"\\u0023")
    }

    pub(super) fn skip_space(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(self.pos) {
            self.pos += 1;
        }
    }

    /// The next byte that is no white space.
    pub(super) fn token(&mut self) -> Option<u8> {
        match self.peek() {
            Some(b) if b > b' ' => Some(b),
            _ => {
                self.skip_space();
                self.peek()
            }
        }
    }

    /// Takes `byte`, after white space.
    pub(super) fn expect(&mut self, byte: u8, expected: &'static str) -> Scanned<()> {
        if self.token() == Some(byte) {
            self.pos += 1;
            return Ok(());
        }
        self.unexpected(expected)
    }

    /// Takes `byte`, after white space, if it is next.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let next = self.token() == Some(byte);
        self.pos += usize::from(next);
        next
    }

    /// Between two items: true for a comma (taken), false for `close` (taken).
    pub(super) fn another(&mut self, close: u8, expected: &'static str) -> Scanned<bool> {
        match self.token() {
            Some(b',') => {
                self.pos += 1;
                Ok(true)
            }
            Some(b) if b == close => {
                self.pos += 1;
                Ok(false)
            }
            _ => self.unexpected(expected),
        }
    }

    pub(super) fn unexpected<T>(&self, expected: &'static str) -> Scanned<T> {
        match self.text.get(self.pos..).and_then(|rest| rest.chars().next()) {
            None => fail(ErrorKind::UnexpectedEnd, self.pos),
            Some(c) => fail(ErrorKind::Unexpected { expected, found: quoted(c) }, self.pos),
        }
    }

    /// The text of a string; the opening quote is next.
    pub(super) fn string(&mut self) -> Scanned<Cow<'a, str>> {
        if self.peek() != Some(b'"') {
            return self.unexpected("a string");
        }
        let start = self.pos + 1;
        let end = self.plain_end(start);
        match self.text.as_bytes().get(end) {
            Some(b'"') => {
                self.pos = end + 1;
                Ok(Cow::Borrowed(&self.text[start..end]))
            }
            Some(b'\\') => self.escaped_string(start, end).map(Cow::Owned),
            Some(_) => fail(ErrorKind::ControlCharacter, end),
            None => fail(ErrorKind::UnexpectedEnd, end),
        }
    }

    /// Where the run of characters from `at` on ends that need no attention: at a quote, a backslash, a control
    /// character, or the end of the text.
    fn plain_end(&self, mut at: usize) -> usize {
        // Eight bytes at a time: a byte below 0x20, or equal to `"` or `\`, borrows into its top bit.
        const ONES: u64 = 0x0101_0101_0101_0101;
        const TOPS: u64 = 0x8080_8080_8080_8080;
        let bytes = self.text.as_bytes();
        while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
            let word = u64::from_le_bytes(*chunk);
            let below = word.wrapping_sub(ONES * 0x20) & !word;
            let quote = word ^ (ONES * u64::from(b'"'));
            let quote = quote.wrapping_sub(ONES) & !quote;
            let slash = word ^ (ONES * u64::from(b'\\'));
            let slash = slash.wrapping_sub(ONES) & !slash;
            let found = (below | quote | slash) & TOPS;
            if found != 0 {
                return at + (found.trailing_zeros() / 8) as usize;
            }
            at += 8;
        }
        while bytes.get(at).is_some_and(|&b| b >= 0x20 && b != b'"' && b != b'\\') {
            at += 1;
        }
        at
    }

    #[cold]
    fn escaped_string(&mut self, start: usize, mut at: usize) -> Scanned<String> {
        let mut out = String::from(&self.text[start..at]);
        loop {
            match self.text.as_bytes().get(at) {
                Some(b'"') => {
                    self.pos = at + 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    let (c, next) = self.escape(at)?;
                    out.push(c);
                    at = next;
                }
                Some(b) if *b < 0x20 => return fail(ErrorKind::ControlCharacter, at),
                Some(_) => {
                    let end = self.plain_end(at);
                    out.push_str(&self.text[at..end]);
                    at = end;
                }
                None => return fail(ErrorKind::UnexpectedEnd, at),
            }
        }
    }

    /// The character of the escape at `at`, and where the text goes on.
    fn escape(&self, at: usize) -> Scanned<(char, usize)> {
        let c = match self.text.as_bytes().get(at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(at),
            Some(_) => return fail(ErrorKind::InvalidEscape, at),
            None => return fail(ErrorKind::UnexpectedEnd, at + 1),
        };
        Ok((c, at + 2))
    }

    fn unicode_escape(&self, at: usize) -> Scanned<(char, usize)> {
        let first = self.hex4(at)?;
        if let Some(c) = char::from_u32(first) {
            return Ok((c, at + 6));
        }
        let rest = &self.text.as_bytes()[at + 6..];
        if rest.len() < 2 && b"\\u".starts_with(rest) {
            return fail(ErrorKind::UnexpectedEnd, self.text.len());
        }
        let is_pair = (0xd800..0xdc00).contains(&first) && rest.starts_with(b"\\u");
        if is_pair {
            let second = self.hex4(at + 6)?;
            if (0xdc00..0xe000).contains(&second) {
                let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                if let Some(c) = char::from_u32(code) {
                    return Ok((c, at + 12));
                }
            }
        }
        fail(ErrorKind::LoneSurrogate, at)
    }

    /// The four hexadecimal digits of the `\u` at `at`.
    fn hex4(&self, at: usize) -> Scanned<u32> {
        let digits = self.text.as_bytes().get(at + 2..at + 6);
        match digits.and_then(|d| std::str::from_utf8(d).ok()) {
            Some(d) if d.bytes().all(|b| b.is_ascii_hexdigit()) => {
                u32::from_str_radix(d, 16).or_else(|_| fail(ErrorKind::InvalidEscape, at))
            }
            None if at + 6 > self.text.len() => fail(ErrorKind::UnexpectedEnd, self.text.len()),
            _ => fail(ErrorKind::InvalidEscape, at),
        }
    }

    /// Takes a JSON number; its text is from the old position to the new.
    pub(super) fn number(&mut self) -> Scanned<Number> {
        let start = self.pos;
        let bytes = self.text.as_bytes();
        let mut at = start + usize::from(bytes.get(start) == Some(&b'-'));
        let digits = |mut at: usize| {
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        let whole = digits(at);
        if whole == at || (bytes[at] == b'0' && whole > at + 1) {
            return self.bad_number(whole);
        }
        at = whole;
        let mut kind = Number::Integer;
        if bytes.get(at) == Some(&b'.') {
            kind = Number::Float;
            let end = digits(at + 1);
            if end == at + 1 {
                return self.bad_number(end);
            }
            at = end;
        }
        if let Some(b'e' | b'E') = bytes.get(at) {
            kind = Number::Float;
            let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
            let end = digits(at + 1 + sign);
            if end == at + 1 + sign {
                return self.bad_number(end);
            }
            at = end;
        }
        self.pos = at;
        Ok(kind)
    }

    fn bad_number<T>(&self, at: usize) -> Scanned<T> {
        if at >= self.text.len() {
            return fail(ErrorKind::UnexpectedEnd, self.text.len());
        }
        fail(ErrorKind::InvalidNumber, self.pos)
    }

    /// Takes `word` if it is next.
    pub(super) fn word(&mut self, word: &str) -> Scanned<()> {
        if self.rest().starts_with(word.as_bytes()) {
            self.pos += word.len();
            return Ok(());
        }
        if word.as_bytes().starts_with(self.rest()) {
            return fail(ErrorKind::UnexpectedEnd, self.text.len());
        }
        self.unexpected("a value")
    }

    /// Takes any JSON value, without building it, on no stack but `depth` bits of its own.
    pub(super) fn skip_value(&mut self, depth: usize) -> Scanned<()> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            // A value.
            match self.token() {
                Some(b'{') => {
                    self.pos += 1;
                    if !self.take(b'}') {
                        self.push(&mut open, b'}', depth)?;
                        self.key()?;
                        continue;
                    }
                }
                Some(b'[') => {
                    self.pos += 1;
                    if !self.take(b']') {
                        self.push(&mut open, b']', depth)?;
                        continue;
                    }
                }
                Some(b'"') => drop(self.string()?),
                Some(b't') => self.word("true")?,
                Some(b'f') => self.word("false")?,
                Some(b'n') => self.word("null")?,
                Some(b'-' | b'0'..=b'9') => drop(self.number()?),
                _ => return self.unexpected("a value"),
            }
            // What follows it: the end of containers, and perhaps another item.
            loop {
                let Some(&close) = open.last() else { return Ok(()) };
                let expected = if close == b'}' { "`,` or `}`" } else { "`,` or `]`" };
                if self.another(close, expected)? {
                    if close == b'}' {
                        self.key()?;
                    }
                    break;
                }
                open.pop();
            }
        }
    }

    fn push(&self, open: &mut Vec<u8>, close: u8, depth: usize) -> Scanned<()> {
        if open.len() >= depth {
            return fail(ErrorKind::TooDeep(depth), self.pos);
        }
        open.push(close);
        Ok(())
    }

    /// Where the key number `at` of the object begins that begins at `start` and is well formed that far.
    #[cold]
    pub(super) fn key_offset(&self, start: usize, at: usize) -> usize {
        let mut scan = Scanner { text: self.text, pos: start + 1 };
        for _ in 0..at {
            let next =
                scan.key().and_then(|()| scan.skip_value(usize::MAX)).and_then(|()| scan.another(b'}', ""));
            if next.is_err() {
                break;
            }
        }
        scan.skip_space();
        scan.pos
    }

    /// Takes a key and its colon.
    fn key(&mut self) -> Scanned<()> {
        self.token();
        self.string()?;
        self.expect(b':', "`:`")
    }
}

/// A character as people write it; one that cannot be seen by its number.
fn quoted(c: char) -> String {
    let is_seen = crate::render::escape(c.encode_utf8(&mut [0; 4])).chars().eq([c]);
    match c {
        '`' => "a backquote".to_owned(),
        _ if is_seen => format!("`{c}`"),
        _ => format!("the character U+{:04X}", u32::from(c)),
    }
}

/// Where a key begins that its object has already, in JSON that was scanned.
pub(super) fn repeated_key(json: &str) -> Option<usize> {
    // Mostly there is one key, or none: a number of the state.
    memchr::memchr_iter(b':', json.as_bytes()).nth(1)?;
    let mut scan = Scanner { text: json, pos: 0 };
    // The keys of all open objects, and where those of each begin.
    let mut keys: Vec<(Cow<'_, str>, usize)> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    while let Some(next) = scan.token() {
        match next {
            b'{' | b'[' => open.push(keys.len()),
            b'}' | b']' => {
                let from = open.pop()?;
                let second = second_of_two(&mut keys[from..]);
                if second.is_some() {
                    return second;
                }
                keys.truncate(from);
            }
            b'"' => {
                let at = scan.pos;
                let text = scan.string().ok()?;
                // Only a key has a colon after it.
                if scan.token() == Some(b':') {
                    keys.push((text, at));
                }
                continue;
            }
            _ => {}
        }
        scan.pos += 1;
    }
    None
}

/// The place of the second of two equal keys.
fn second_of_two(keys: &mut [(Cow<'_, str>, usize)]) -> Option<usize> {
    keys.sort_unstable();
    keys.windows(2).find(|pair| pair[0].0 == pair[1].0).map(|pair| pair[1].1)
}

/// JSON text without the white space between its tokens.
pub(super) fn compact(json: &str) -> String {
    tokens(json, false)
}

/// The same, with strings and zero in the one spelling that the writer has, and serde: for JSON that is compared.
pub(super) fn respelled(json: &str) -> String {
    tokens(json, true)
}

fn tokens(json: &str, is_respelled: bool) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find(['"', ' ', '\n', '\r', '\t', '-']) {
        out.push_str(&rest[..at]);
        if rest.as_bytes()[at] == b'-' {
            // `-0` is an integer, and the one that `0` is; `-0.0` and `1e-0` are not.
            let is_zero = rest[at..].starts_with("-0") && !rest[at + 2..].starts_with(['.', 'e', 'E']);
            if !is_respelled || !is_zero || out.ends_with(['e', 'E']) {
                out.push('-');
            }
            rest = &rest[at + 1..];
        } else if rest.as_bytes()[at] == b'"' {
            let mut inside = Scanner { text: rest, pos: at };
            // The text was scanned before: the string is well formed.
            match inside.string() {
                Ok(Cow::Owned(text)) if is_respelled => {
                    out.push_str(&serde_json::Value::from(text).to_string());
                }
                Ok(_) => out.push_str(&rest[at..inside.pos]),
                Err(_) => break,
            }
            rest = &rest[inside.pos..];
        } else {
            rest = &rest[at + 1..];
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(text: &str) -> Result<String, ErrorKind> {
        Scanner { text, pos: 0 }.string().map(Cow::into_owned).map_err(|f| f.kind)
    }

    #[test]
    fn strings() {
        assert_eq!(
            string(r#""plain, longer than eight bytes""#).as_deref(),
            Ok("plain, longer than eight bytes")
        );
        assert_eq!(string(r#""a\u00e9\n\ud83d\ude00z""#).as_deref(), Ok("aé\n😀z"));
        assert_eq!(string("\"é, ü and 漢字 in a row\"").as_deref(), Ok("é, ü and 漢字 in a row"));
        assert_eq!(string(r#""\ud83d""#), Err(ErrorKind::LoneSurrogate));
        assert_eq!(string(r#""\ud83d"#), Err(ErrorKind::UnexpectedEnd));
        assert_eq!(string(r#""\ud83d\"#), Err(ErrorKind::UnexpectedEnd));
        assert_eq!(string(r#""\ude00""#), Err(ErrorKind::LoneSurrogate));
        assert_eq!(string(r#""\x""#), Err(ErrorKind::InvalidEscape));
        assert_eq!(string("\"tab\there and after\""), Err(ErrorKind::ControlCharacter));
        assert_eq!(string("\"open"), Err(ErrorKind::UnexpectedEnd));
        assert_eq!(string(r#""\u12"#), Err(ErrorKind::UnexpectedEnd));
    }

    #[test]
    fn the_end_of_a_plain_run_is_found_at_every_distance() {
        for length in 0..40 {
            for stop in ['"', '\\', '\u{1f}'] {
                let text = format!("{}{stop}tail tail tail", "é".repeat(length));
                assert_eq!(Scanner { text: &text, pos: 0 }.plain_end(0), 2 * length);
            }
        }
    }

    #[test]
    fn numbers() {
        let number = |text| Scanner { text, pos: 0 }.number().map_err(|f| f.kind);
        assert_eq!(number("-0,"), Ok(Number::Integer));
        assert_eq!(number("1.5e+3 "), Ok(Number::Float));
        assert_eq!(number("01 "), Err(ErrorKind::InvalidNumber));
        assert_eq!(number("- "), Err(ErrorKind::InvalidNumber));
        assert_eq!(number("1. "), Err(ErrorKind::InvalidNumber));
        assert_eq!(number("1e"), Err(ErrorKind::UnexpectedEnd));
    }

    #[test]
    fn compact_keeps_strings() {
        assert_eq!(compact("{ \"a b\" : [ 1 , \"\\\" \" ] }"), "{\"a b\":[1,\"\\\" \"]}");
        let escaped = r#"["\u00e9 \ud83d\udd00\/", "\u001F"]"#;
        assert_eq!(compact(escaped), escaped.replace(", ", ","));
        assert_eq!(respelled(escaped), r#"["é 🔀/","\u001f"]"#);
        assert_eq!(respelled(r#"[-0, -0.0, -0e1, 1e-0, -7, "-0"]"#), r#"[0,-0.0,-0e1,1e-0,-7,"-0"]"#);
    }
}
