//! Hints: what was read in this place before.
//!
//! When a variable changes, most of what is in it does not. The reader remembers, for each variable, the texts of the
//! containers and strings that it read last and the values they mean; where the text is the same again (one comparison
//! of memory) so is the value. What is remembered is never believed without the comparison.

use crate::value::Value;

/// One value of the last reading; the values within it follow it.
#[derive(Debug)]
struct Seen {
    start: usize,
    length: u32,
    /// The number of entries of this value, itself included.
    entries: u32,
    value: Value,
}

/// The readings of one variable.
#[derive(Debug, Default)]
pub(super) struct Reading {
    seen: Vec<Seen>,
    /// How many readings go by before hints are tried again.
    rest: u8,
    /// How many readings in a row found little.
    failures: u8,
}

/// What the reader remembers while it reads a variable.
#[derive(Debug, Default)]
pub(super) struct Hints {
    old: Vec<Seen>,
    new: Vec<Seen>,
    /// Whether anything is written down, and looked up.
    active: bool,
    found_bytes: usize,
}

/// The values that were in a container before, and which of them is likely to be next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Siblings {
    next: usize,
    end: usize,
    /// The first of those that were expected and did not come: perhaps something was put before it.
    missed: usize,
}

impl Siblings {
    /// No values.
    pub(super) fn none() -> Self {
        Self { next: 0, end: 0, missed: 0 }
    }

    fn of(next: usize, end: usize) -> Self {
        Self { next, end, missed: end }
    }
}

/// Hints that find little are left alone for a while, twice as long each time, up to two to this many readings.
const PATIENCE: u8 = 6;

impl Hints {
    /// Begins to read a variable whose last reading was `reading`.
    pub(super) fn begin(&mut self, reading: &mut Reading) -> Siblings {
        self.new.clear();
        self.old.clear();
        self.found_bytes = 0;
        self.active = reading.rest == 0;
        if !self.active {
            reading.rest -= 1;
            return Siblings::none();
        }
        std::mem::swap(&mut self.old, &mut reading.seen);
        Siblings::of(0, self.old.len())
    }

    /// Ends it: the next reading is compared with this one, whose text has `length` bytes.
    pub(super) fn end(&mut self, reading: &mut Reading, length: usize) {
        if !std::mem::take(&mut self.active) {
            return;
        }
        // What finds less than an eighth costs more than it saves.
        if !self.old.is_empty() && self.found_bytes < length / 8 {
            reading.failures = PATIENCE.min(reading.failures + 1);
            reading.rest = (1 << reading.failures) - 2;
        } else if !self.old.is_empty() {
            reading.failures = 0;
        }
        std::mem::swap(&mut reading.seen, &mut self.new);
    }

    /// The value that is written at `pos` of `text`, and the length of its text, if it is one of the next of `siblings`
    /// or the one that was missed.
    pub(super) fn find(
        &mut self,
        text: &[u8],
        pos: usize,
        siblings: &mut Siblings,
    ) -> Option<(Value, usize)> {
        let rest = &text[pos..];
        let is_at = |at: usize| {
            at < siblings.end && {
                let seen = &self.old[at];
                rest.starts_with(&text[seen.start..seen.start + seen.length as usize])
            }
        };
        let after = |at: usize| self.old.get(at).map_or(at, |seen| at + seen.entries as usize);
        let next = siblings.next;
        let found = if is_at(next) {
            next
        } else {
            let (second, third) = (after(next), after(after(next)));
            [second, third, siblings.missed].into_iter().find(|&at| is_at(at))?
        };
        let seen = &self.old[found];
        let (value, length) = (seen.value.clone(), seen.length);
        *siblings = Siblings::of(after(found), siblings.end);
        self.found_bytes += length as usize;
        self.new.push(Seen { start: pos, length, entries: 1, value: value.clone() });
        Some((value, length as usize))
    }

    /// The values within the one that was expected next and did not come.
    pub(super) fn descend(&self, siblings: &mut Siblings) -> Siblings {
        if siblings.next >= siblings.end {
            return Siblings::none();
        }
        let at = siblings.next;
        let after = at + self.old[at].entries as usize;
        siblings.next = after;
        siblings.missed = siblings.missed.min(at);
        Siblings::of(at + 1, after)
    }

    /// Writes down that a value begins at `start`.
    pub(super) fn open(&mut self, start: usize) -> usize {
        if self.active {
            self.new.push(Seen { start, length: 0, entries: 1, value: Value::Null });
        }
        self.new.len()
    }

    /// Writes down that the value that was [opened](Self::open) ends before `end`.
    pub(super) fn close(&mut self, opened: usize, end: usize, value: &Value) {
        if !self.active {
            return;
        }
        let entries = 1 + self.new.len() - opened;
        if let Some(seen) = self.new.get_mut(opened.wrapping_sub(1)) {
            seen.value = value.clone();
            // A text that is too long to be counted is not worth to be remembered.
            match (u32::try_from(end - seen.start), u32::try_from(entries)) {
                (Ok(length), Ok(entries)) => (seen.length, seen.entries) = (length, entries),
                _ => self.active = false,
            }
        }
    }

    /// Forgets what was begun and not ended.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }
}
