//! Where the text comes from: all of it at once, or piece by piece.

use std::io::{self, Read};

use super::Limits;
use super::document::{Machine, Step};
use super::error::{ErrorKind, Fail, ReadError};
use super::hints::Siblings;
use super::locate::{Origin, Unit, place};
use super::value::{Values, Work};
use crate::value::{Store, Value};

/// How much is asked for at once.
const PIECE: usize = 1 << 20;
/// How much of what was read is kept for comparison.
const KEPT: usize = 4 << 20;

/// How many layouts of records may gather where nothing is to be kept.
const LAYOUTS: usize = 1 << 16;

enum Source<'a> {
    Whole(&'a str),
    Pieces { input: Box<dyn Read + 'a>, text: String, buffer: Vec<u8>, filled: usize },
}

/// Steps of the machine over a source.
pub(super) struct Feed<'a> {
    source: Source<'a>,
    /// Whether the text is all there will be.
    is_complete: bool,
    /// What comes after the text, if it is not the end.
    then: Option<ErrorKind>,
    machine: Machine,
    store: &'a mut Store,
    limits: Limits,
    bytes: u64,
    /// The size of the store at which it is swept next; none if it is to keep all.
    pub(super) sweep_at: Option<usize>,
}

impl<'a> Feed<'a> {
    pub(super) fn of_bytes(input: &'a [u8], store: &'a mut Store, limits: &Limits) -> Self {
        if super::packed::is_packed(input) {
            return Self::of_reader(input, store, limits);
        }
        let too_many = usize::try_from(limits.bytes).ok().filter(|limit| input.len() > *limit);
        let (text, mut then) = valid_prefix(&input[..too_many.unwrap_or(input.len())]);
        if too_many.is_some() {
            then = Some(ErrorKind::TooManyBytes(limits.bytes));
        }
        let source = Source::Whole(text);
        Self { source, is_complete: true, then, ..Self::empty(store, limits) }
    }

    pub(super) fn of_reader(input: impl Read + 'a, store: &'a mut Store, limits: &Limits) -> Self {
        let mut feed = Self::empty(store, limits);
        match super::packed::unpacked(input) {
            Ok(input) => {
                feed.source =
                    Source::Pieces { input, text: String::new(), buffer: vec![0; PIECE], filled: 0 };
            }
            Err(error) => feed.fails(&error),
        }
        feed
    }

    fn empty(store: &'a mut Store, limits: &Limits) -> Self {
        let mut limits = limits.clone();
        limits.depth = limits.depth.min(Limits::MAX_DEPTH);
        // After an error there is always something to go on with.
        limits.part = limits.part.max(Limits::MIN_PART);
        let machine = Machine::default();
        let source = Source::Whole("");
        Self { source, is_complete: false, then: None, machine, store, limits, bytes: 0, sweep_at: None }
    }

    pub(super) fn machine(&self) -> &Machine {
        &self.machine
    }

    fn fails(&mut self, error: &io::Error) {
        self.is_complete = true;
        self.then = Some(ErrorKind::Io { kind: error.kind(), message: error.to_string() });
    }

    /// The next step; after an error the next one that can be made sense of.
    pub(super) fn step(&mut self) -> Result<Step, ReadError> {
        if let Some(size) = self.sweep_at.filter(|size| self.store.len() > *size) {
            self.store.sweep();
            self.sweep_at = Some(size.max(2 * self.store.len()));
        }
        if self.sweep_at.is_some() && self.store.layouts() > LAYOUTS {
            self.machine.forget_layouts();
            self.store.forget_layouts();
        }
        loop {
            let text = match &self.source {
                Source::Whole(text) => *text,
                Source::Pieces { text, .. } => text.as_str(),
            };
            let before = self.machine.pos;
            let text = within(text, before.saturating_add(self.limits.part));
            let is_cut = text.len() < self.held();
            let is_all = self.is_complete && self.then.is_none() && !is_cut;
            match self.machine.step(text, is_all, self.store, &self.limits) {
                Ok(step) => return Ok(step),
                Err(fail) if fail.kind != ErrorKind::UnexpectedEnd => {
                    return Err(self.machine.error(text, &fail));
                }
                Err(_) if is_cut && self.machine.pos > before => {}
                Err(_) if is_cut => {
                    let kind = ErrorKind::PartTooLong(self.limits.part);
                    return Err(self.machine.error(text, &Fail { kind, offset: text.len() }));
                }
                Err(fail) if self.is_complete => {
                    let Some(kind) = self.then.take() else { return Err(self.machine.error(text, &fail)) };
                    let error = self.machine.error(text, &Fail { kind, offset: text.len() });
                    self.machine.stop();
                    return Err(error);
                }
                Err(_) => self.more(),
            }
        }
    }

    /// How much of the text is in memory.
    fn held(&self) -> usize {
        match &self.source {
            Source::Whole(text) => text.len(),
            Source::Pieces { text, .. } => text.len(),
        }
    }

    /// Reads another piece.
    fn more(&mut self) {
        let Source::Pieces { input, text, buffer, filled } = &mut self.source else { return };
        if self.machine.pos > KEPT {
            let by = self.machine.pos;
            self.machine.shift(text, by);
            text.drain(..by);
        }
        // A part that is longer than a piece: read as much again as there is of it, so that what is read again stays in
        // proportion, but never much more than a part may have.
        let begun = text.len() - self.machine.pos;
        let wanted = PIECE.max(begun.min(self.limits.part.saturating_sub(begun).saturating_add(1)));
        // What comes from a pipe comes when it comes, and a decoder gives what it has; but a large part is read again only
        // when it has grown by a quarter, or else many small pieces would cost the square of their number.
        let enough = if begun > PIECE { (begun / 4).min(wanted) } else { 1 };
        let mut got = 0;
        if begun > PIECE {
            text.reserve_exact(wanted);
        }
        while got < wanted {
            let room = &mut buffer[*filled..];
            let asked = room.len();
            match input.read(room) {
                Ok(0) => {
                    self.is_complete = true;
                    if *filled > 0 {
                        self.then = Some(ErrorKind::InvalidUtf8);
                    }
                    return;
                }
                Ok(n) => {
                    let left = self.limits.bytes.saturating_sub(self.bytes);
                    *filled += usize::try_from(left).map_or(n, |left| n.min(left));
                    self.bytes += n as u64;
                    got += n;
                    if let Err(kind) = take_text(text, buffer, filled) {
                        (self.is_complete, self.then) = (true, Some(kind));
                        return;
                    }
                    if self.bytes > self.limits.bytes {
                        let kind = ErrorKind::TooManyBytes(self.limits.bytes);
                        (self.is_complete, self.then) = (true, Some(kind));
                        return;
                    }
                    if n < asked && got >= enough {
                        return;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return self.fails(&error),
            }
        }
    }
}

/// The beginning of `text`, of at most `length` bytes.
fn within(text: &str, length: usize) -> &str {
    let end = (0..=length.min(text.len())).rev().find(|&at| text.is_char_boundary(at));
    &text[..end.unwrap_or(0)]
}

/// Moves what is UTF-8 of the `filled` bytes of `buffer` to `text`; the beginning of a character stays.
fn take_text(text: &mut String, buffer: &mut [u8], filled: &mut usize) -> Result<(), ErrorKind> {
    let (valid, is_broken) = match std::str::from_utf8(&buffer[..*filled]) {
        Ok(all) => {
            text.push_str(all);
            *filled = 0;
            return Ok(());
        }
        Err(error) => (error.valid_up_to(), error.error_len().is_some()),
    };
    text.push_str(std::str::from_utf8(&buffer[..valid]).unwrap_or_default());
    buffer.copy_within(valid..*filled, 0);
    *filled -= valid;
    if is_broken { Err(ErrorKind::InvalidUtf8) } else { Ok(()) }
}

/// The part of the input that is UTF-8, and what follows if that is not all.
fn valid_prefix(input: &[u8]) -> (&str, Option<ErrorKind>) {
    match std::str::from_utf8(input) {
        Ok(text) => (text, None),
        Err(error) => {
            let valid = &input[..error.valid_up_to()];
            (std::str::from_utf8(valid).unwrap_or_default(), Some(ErrorKind::InvalidUtf8))
        }
    }
}

/// The one value that is all of `input`.
pub(super) fn expression(input: &[u8], store: &mut Store, limits: &Limits) -> Result<Value, ReadError> {
    let limit = limits.bytes.min(limits.part as u64);
    let too_many = usize::try_from(limit).ok().filter(|limit| input.len() > *limit);
    let (text, mut then) = valid_prefix(&input[..too_many.unwrap_or(input.len())]);
    if too_many.is_some() {
        let is_part = limit == limits.part as u64;
        then =
            Some(if is_part { ErrorKind::PartTooLong(limits.part) } else { ErrorKind::TooManyBytes(limit) });
    }
    let depth = limits.depth.min(Limits::MAX_DEPTH);
    let mut work = Work::default();
    let mut values = Values::new(text, 0, store, limits, &mut work);
    let read = values.value(depth, &mut Siblings::none()).and_then(|value| match values.scan.token() {
        None if then.is_none() => Ok(value),
        _ => values.scan.unexpected("the end of the value"),
    });
    read.map_err(|fail| {
        let is_cut = fail.kind == ErrorKind::UnexpectedEnd || fail.offset >= text.len();
        let kind = then.filter(|_| is_cut).unwrap_or(fail.kind);
        ReadError::new(kind, place(text, &Origin::default(), &Unit::default(), fail.offset))
    })
}
