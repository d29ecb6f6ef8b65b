//! The last lines of a stream of free text.

use std::collections::VecDeque;

/// How many lines are kept.
const LINES: usize = 32;
/// How much of a line is kept, in bytes.
const WIDTH: usize = 1_000;

/// The last lines that were written to a stream; the rest is forgotten at once.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    lines: VecDeque<Vec<u8>>,
    open: Vec<u8>,
}

impl Tail {
    /// Takes what was written next.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            self.extend(&rest[..end]);
            let line = std::mem::take(&mut self.open);
            if self.lines.len() == LINES {
                self.lines.pop_front();
            }
            self.lines.push_back(line);
            rest = &rest[end + 1..];
        }
        self.extend(rest);
    }

    fn extend(&mut self, bytes: &[u8]) {
        let room = WIDTH.saturating_sub(self.open.len());
        self.open.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// The lines as text; empty if nothing was written.
    pub(crate) fn text(&self) -> String {
        let open = (!self.open.is_empty()).then_some(&self.open);
        let lines: Vec<_> = self.lines.iter().chain(open).map(|line| String::from_utf8_lossy(line)).collect();
        lines[lines.len().saturating_sub(LINES)..].join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_last_lines_and_cuts_long_ones() {
        let mut tail = Tail::default();
        for number in 0..100 {
            tail.push(format!("line {number}\n").as_bytes());
        }
        tail.push(&[b'x'; 5_000]);
        let text = tail.text();
        assert_eq!(text.lines().count(), LINES);
        assert!(text.starts_with("line 69\n"), "{text}");
        assert!(text.ends_with('x') && text.lines().last().map(str::len) == Some(WIDTH));
    }
}
