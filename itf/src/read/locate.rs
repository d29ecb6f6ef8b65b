//! From an offset to a place. The reader keeps offsets only; when somebody must be told, the text is walked once more.

use super::error::Place;
use super::scan::Scanner;
use crate::path::{Path, Segment};
use crate::value::{Store, Str};

/// An open container on the way to the offset.
struct Frame {
    is_object: bool,
    /// The key that was read last, in an object.
    key: String,
    /// The item that is being read, in an array.
    index: usize,
    /// Where the container and its item or value begin.
    start: usize,
    value_start: usize,
}

/// A position in an input whose line is known: lines are counted from there, so that no part is counted twice.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// The position in the text.
    at: usize,
    /// The same, counted from the beginning of the input.
    offset: usize,
    line: usize,
    column: usize,
}

impl Default for Origin {
    fn default() -> Self {
        Self { at: 0, offset: 0, line: 1, column: 1 }
    }
}

impl Origin {
    /// Moves on to `to` of `text`.
    pub(super) fn advance(&mut self, text: &str, to: usize) {
        let Some(passed) = text.get(self.at..to) else { return };
        match memchr::memrchr(b'\n', passed.as_bytes()) {
            Some(last) => {
                self.line += memchr::memchr_iter(b'\n', passed.as_bytes()).count();
                self.column = 1 + passed[last + 1..].chars().count();
            }
            None => self.column += passed.chars().count(),
        }
        self.offset += to - self.at;
        self.at = to;
    }

    /// The text begins `by` bytes later now.
    pub(super) fn shift(&mut self, text: &str, by: usize) {
        self.advance(text, by);
        self.at -= by;
    }

    /// How many bytes of the input are before the byte `at` of the text, which comes later than this.
    pub(super) fn bytes_before(&self, at: usize) -> usize {
        self.offset + at.saturating_sub(self.at)
    }

    /// The place at this position, of which nothing is known but the path.
    pub(super) fn place(&self, path: Path) -> Place {
        Place { line: self.line, column: self.column, offset: self.offset, path }
    }
}

/// A part of a document that is read at once, and where it begins: paths are found by walking through it.
#[derive(Debug, Clone, Default)]
pub(super) struct Unit {
    pub(super) start: usize,
    pub(super) what: What,
}

/// What a unit is.
#[derive(Debug, Clone, Default)]
pub(super) enum What {
    /// A value.
    #[default]
    Value,
    /// What makes no sense.
    Nothing,
    /// What belongs to a key of the document.
    Entry(String),
    /// A state.
    State(usize),
}

/// The place of the byte `offset` of `text`, which lies in `unit` and is well formed from its start up to there.
pub(super) fn place(text: &str, origin: &Origin, unit: &Unit, offset: usize) -> Place {
    let offset = (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let mut at = origin.clone();
    at.advance(text, offset);
    let mut segments = match &unit.what {
        What::Value | What::Nothing => Vec::new(),
        What::Entry(key) => vec![Segment::Field(Str::from(key))],
        What::State(index) => vec![Segment::Field(Str::from("states")), Segment::Index(*index)],
    };
    if !matches!(unit.what, What::Nothing) {
        let unit_text = text.get(unit.start..).unwrap_or_default();
        segments.extend(path(unit_text, offset.saturating_sub(unit.start)));
    }
    at.place(segments.into_iter().collect())
}

/// A path that ends in some element of a set, with the element that is written at the byte `at`.
pub(super) fn with_element(path: &Path, text: &str, at: usize) -> Path {
    let mut scan = Scanner { text, pos: at };
    let element = scan.skip_value(crate::Limits::MAX_DEPTH).ok().and_then(|()| {
        let limits = crate::Limits::default();
        super::feed::expression(&text.as_bytes()[at..scan.pos], &mut Store::new(), &limits).ok()
    });
    match (path.segments(), element) {
        ([before @ .., Segment::Element], Some(element)) => {
            let named = Segment::Member { old: element.clone(), new: element, by: None };
            before.iter().cloned().chain([named]).collect()
        }
        _ => path.clone(),
    }
}

/// The innermost bracket that is open at the byte `offset` of `text`, within `unit`, and where it is.
pub(super) fn open_bracket(text: &str, origin: &Origin, unit: &Unit, offset: usize) -> Option<(char, Place)> {
    let within = text.get(unit.start..).filter(|_| !matches!(unit.what, What::Nothing))?;
    let frames = open_frames(within, offset.saturating_sub(unit.start));
    let frame = frames.last()?;
    let mut at = origin.clone();
    at.advance(text, unit.start + frame.start);
    Some((if frame.is_object { '{' } else { '[' }, at.place(Path::root())))
}

/// The steps to the innermost value or key that contains the byte `offset`.
fn path(text: &str, offset: usize) -> Vec<Segment> {
    let frames = open_frames(text, offset);
    let mut path = Vec::new();
    let mut at = 0;
    while let Some(frame) = frames.get(at) {
        let next = frames.get(at + 1);
        at += 1;
        if !frame.is_object {
            path.push(Segment::Index(frame.index));
            continue;
        }
        // The frame after a `#` key is the array that belongs to it: both are one step of the path.
        match (frame.key.as_str(), next) {
            ("#set", Some(_)) => {
                path.push(Segment::Element);
                at += 1;
            }
            ("#tup", Some(items)) => {
                path.push(Segment::Index(items.index));
                at += 1;
            }
            ("#map", Some(pairs)) => {
                at += 1;
                if let Some(pair) = frames.get(at).filter(|f| !f.is_object) {
                    at += 1;
                    path.push(map_segment(text, pairs, pair));
                }
            }
            ("value", _) if variant_tag(text, frame).is_some() => {
                path.extend(variant_tag(text, frame).map(Segment::Payload));
            }
            ("" | "#bigint" | "#unserializable" | "#set" | "#tup" | "#map", _) => {}
            (key, _) => path.push(Segment::Field(Str::from(key))),
        }
    }
    path
}

/// The value at a key, or the key itself, in an entry of a map.
fn map_segment(text: &str, pairs: &Frame, pair: &Frame) -> Segment {
    if pair.index == 0 {
        return Segment::MapKey(pairs.index);
    }
    let mut scan = Scanner { text, pos: pair.start + 1 };
    scan.token();
    let start = scan.pos;
    let key = scan.skip_value(crate::Limits::MAX_DEPTH).ok().and_then(|()| {
        let limits = crate::Limits::default();
        super::feed::expression(&text.as_bytes()[start..scan.pos], &mut Store::new(), &limits).ok()
    });
    key.map_or(Segment::MapKey(pairs.index), Segment::Key)
}

/// The tag, if the frame is a variant in whose payload we are.
fn variant_tag(text: &str, frame: &Frame) -> Option<Str> {
    let mut scan = Scanner { text, pos: frame.start + 1 };
    scan.token();
    if frame.value_start <= frame.start || &*scan.string().ok()? != "tag" {
        return None;
    }
    scan.expect(b':', "").ok()?;
    scan.token();
    scan.string().ok().map(|tag| Str::from(&*tag))
}

/// The containers that are open at `offset`, outermost first.
fn open_frames(text: &str, offset: usize) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    let mut scan = Scanner { text, pos: 0 };
    let mut expects_key = false;
    loop {
        let Some(next) = scan.token() else { return frames };
        if scan.pos >= offset && !(scan.pos == offset && expects_key && next == b'"') {
            return frames;
        }
        let start = scan.pos;
        match next {
            b'{' | b'[' => {
                scan.pos += 1;
                let is_object = next == b'{';
                frames.push(Frame { is_object, key: String::new(), index: 0, start, value_start: start });
                expects_key = is_object;
            }
            b'}' | b']' => {
                scan.pos += 1;
                frames.pop();
                expects_key = false;
                if frames.is_empty() && offset <= scan.pos {
                    return frames;
                }
            }
            b',' => {
                scan.pos += 1;
                if let Some(frame) = frames.last_mut() {
                    frame.index += 1;
                    frame.value_start = scan.pos;
                    expects_key = frame.is_object;
                    if frame.is_object {
                        frame.key.clear();
                    }
                }
            }
            b':' => {
                scan.pos += 1;
                expects_key = false;
            }
            b'"' => {
                let string = scan.string();
                if let (true, Some(frame), Ok(key)) = (expects_key, frames.last_mut(), &string) {
                    frame.key = key.clone().into_owned();
                    frame.value_start = scan.pos;
                    expects_key = false;
                }
                if scan.pos >= offset || string.is_err() {
                    return frames;
                }
            }
            _ => {
                // Numbers and words: up to what ends them.
                while scan.peek().is_some_and(|b| !matches!(b, b',' | b'}' | b']' | b':' | b' ' | b'\n')) {
                    scan.pos += 1;
                }
                if scan.pos >= offset {
                    return frames;
                }
            }
        }
    }
}
