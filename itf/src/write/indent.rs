//! Indented JSON, made of compact JSON as it goes by.

/// Where in the text the indenter is, between two pieces of it.
#[derive(Debug, Default)]
pub(super) struct Indenter {
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// A bracket was opened, and nothing came after it yet.
    opened: bool,
}

impl Indenter {
    /// The next piece of compact JSON, indented; a piece may end anywhere, even in a string.
    pub(super) fn indent(&mut self, compact: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(compact.len() * 2);
        for &byte in compact {
            if self.in_string {
                out.push(byte);
                self.in_string = self.escaped || byte != b'"';
                self.escaped = !self.escaped && byte == b'\\';
                continue;
            }
            let closes = matches!(byte, b'}' | b']');
            if closes {
                self.depth = self.depth.saturating_sub(1);
            }
            if self.opened != closes && (self.opened || closes) {
                self.line_break(&mut out);
            }
            self.opened = matches!(byte, b'{' | b'[');
            self.depth += usize::from(self.opened);
            self.in_string = byte == b'"';
            out.push(byte);
            match byte {
                b',' => self.line_break(&mut out),
                b':' => out.push(b' '),
                _ => {}
            }
        }
        out
    }

    fn line_break(&self, out: &mut Vec<u8>) {
        out.push(b'\n');
        out.extend(std::iter::repeat_n(b' ', 2 * self.depth));
    }
}

#[cfg(test)]
mod tests {
    use super::Indenter;

    const COMPACT: &str = r##"{"a":[],"b":{"#set":[1,"x,:{\"\\"]},"c":{}}"##;

    #[test]
    fn it_is_the_layout_of_serde_json() {
        let value: serde_json::Value = serde_json::from_str(COMPACT).expect("JSON");
        let expected = serde_json::to_string_pretty(&value).expect("JSON");
        assert_eq!(String::from_utf8(Indenter::default().indent(COMPACT.as_bytes())), Ok(expected));
    }

    #[test]
    fn pieces_may_end_anywhere() {
        let whole = Indenter::default().indent(COMPACT.as_bytes());
        for at in 0..COMPACT.len() {
            let mut indenter = Indenter::default();
            let (a, b) = COMPACT.as_bytes().split_at(at);
            assert_eq!([indenter.indent(a), indenter.indent(b)].concat(), whole, "cut at {at}");
        }
    }
}
