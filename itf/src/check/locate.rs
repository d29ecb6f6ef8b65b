//! From a path to a place in the text: the way back of what the reader does for its errors.

use std::io::{self, Read, Seek, SeekFrom};

use crate::path::{Path, Segment};
use crate::read::{Document, Place, Reader, is_packed};
use crate::value::Value;

/// The place of `path` in the input from which `document` was read, as far as the path can be followed: `{}` does not
/// say which element of a set is meant, and of a value that is missing the place is where it should be. `None` where the
/// document is not in the input as text, because the input is packed.
///
/// ```
/// use itf::{Path, Reader, check};
/// let input = b"{\"vars\":[\"x\"],\n \"states\":[{\"x\":{\"#tup\":[1,2]}}]}";
/// let document = Reader::new().documents(input).next().unwrap()?;
/// let place = check::locate(input, &document, &Path::root().field("states").index(0).field("x").index(1)).unwrap();
/// assert_eq!((place.line, place.column), (2, 28));
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn locate(input: &[u8], document: &Document, path: &Path) -> Option<Place> {
    let start = document.offset;
    if input.get(start) != Some(&b'{') {
        return None;
    }
    let mut text = Text { bytes: input, pos: start };
    let offset = text.follow(path.segments());
    Some(place_at(input, document, offset, path))
}

/// The same for the keys and indices of JSON as it is written.
pub(crate) fn locate_json(input: &[u8], document: &Document, pointer: &[&str], path: &Path) -> Option<Place> {
    let start = document.offset;
    if input.get(start) != Some(&b'{') {
        return None;
    }
    let mut text = Text { bytes: input, pos: start };
    let mut offset = text.value();
    for step in pointer {
        text.value();
        let found = match text.peek() {
            Some(b'[') => step.parse().ok().and_then(|at| text.item(at)),
            _ => text.field(step),
        };
        match found {
            Some(()) => offset = text.value(),
            None => break,
        }
    }
    Some(place_at(input, document, offset, path))
}

fn place_at(input: &[u8], document: &Document, offset: usize, path: &Path) -> Place {
    let line_start = memchr::memrchr(b'\n', &input[..offset]).map_or(0, |at| at + 1);
    Place {
        line: document.line + memchr::memchr_iter(b'\n', &input[document.offset..offset]).count(),
        column: 1 + characters(&input[line_start..offset]),
        offset,
        path: path.clone(),
    }
}

/// How many offsets of states are kept.
const MOST: usize = 1 << 14;

/// Where states are in a text: of every state, of every second, of every fourth, so that there are never too many.
#[derive(Debug, Default)]
pub(super) struct Offsets {
    kept: Vec<usize>,
    /// Of `2^every` states one is kept.
    every: u32,
    count: usize,
    /// Where the document ends.
    pub(super) end: usize,
}

impl Offsets {
    pub(super) fn add(&mut self, offset: usize) {
        if self.kept.len() == MOST {
            let mut keep = [true, false].into_iter().cycle();
            self.kept.retain(|_| keep.next() == Some(true));
            self.every += 1;
        }
        if self.count.trailing_zeros() >= self.every {
            self.kept.push(offset);
        }
        self.count += 1;
    }

    /// Goes to `path` in `input`, of which no more is read at once than the states between two that are known. How many
    /// bytes are before it.
    fn find(&self, input: &mut (impl Read + Seek), start: usize, path: &Path) -> io::Result<usize> {
        let is_states =
            |segment: &Segment| matches!(segment, Segment::Field(name) if name.as_str() == "states");
        if let [states, Segment::Index(at), rest @ ..] = path.segments()
            && is_states(states)
            && *at < self.count
        {
            let (from, text) = self.state(input, *at)?;
            return Ok(from + Text { bytes: &text, pos: 0 }.at(at % (1 << self.every), rest));
        }
        let head = window(input, start, self.kept.first().copied().unwrap_or(self.end))?;
        let offset = Text { bytes: &head, pos: 0 }.follow(path.segments());
        if let ([Segment::Field(name), ..], 0, Some(last)) =
            (path.segments(), offset, self.count.checked_sub(1))
        {
            // Keys may come after the states.
            let (from, text) = self.state(input, last)?;
            let mut text = Text { bytes: &text, pos: 0 };
            text.at(last % (1 << self.every), &[]);
            text.skip();
            let found = text.take(b']').and_then(|()| text.take(b',')).and_then(|()| text.find_key(name));
            if found.is_some() {
                return Ok(from + text.follow(&path.segments()[1..]));
            }
        }
        Ok(start + offset)
    }

    /// The text of some states up to one that is known, and where it begins.
    fn state(&self, input: &mut (impl Read + Seek), at: usize) -> io::Result<(usize, Vec<u8>)> {
        let known = at >> self.every;
        let from = self.kept.get(known).copied().unwrap_or_default();
        let to = self.kept.get(known + 1).copied().unwrap_or(self.end);
        Ok((from, window(input, from, to)?))
    }
}

/// The place of `path` in `input`, where the document was checked while it was read: as [`locate`] says it, with no more of
/// the input in memory than some states.
pub(super) fn locate_in(
    input: &mut (impl Read + Seek),
    document: &Document,
    offsets: &Offsets,
    path: &Path,
) -> io::Result<Option<Place>> {
    let is_text = !is_packed(&window(input, 0, 4)?);
    if !is_text || window(input, document.offset, document.offset + 1)? != b"{" {
        return Ok(None);
    }
    let offset = offsets.find(input, document.offset, path)?;
    let (mut line, mut column, mut at) = (1, 1, 0);
    while at < offset {
        let text = window(input, at, offset.min(at + PIECE))?;
        if text.is_empty() {
            break;
        }
        let last = memchr::memrchr(b'\n', &text);
        if let Some(last) = last {
            line += memchr::memchr_iter(b'\n', &text[..=last]).count();
            column = 1;
        }
        column += characters(&text[last.map_or(0, |last| last + 1)..]);
        at += text.len();
    }
    Ok(Some(Place { line, column, offset, path: path.clone() }))
}

/// How much is read at once to count lines.
const PIECE: usize = 1 << 20;

/// The bytes of `input` from `from` to `to`, or to its end.
fn window(input: &mut (impl Read + Seek), from: usize, to: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.seek(SeekFrom::Start(from as u64))?;
    input.take(to.saturating_sub(from) as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// How many characters begin in these bytes.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

/// JSON that the reader has accepted. Nothing here fails on other text, it only finds nothing.
struct Text<'a> {
    bytes: &'a [u8],
    pos: usize,
}

impl<'a> Text<'a> {
    /// Follows the path as far as it can be followed, and says where that is.
    fn follow(&mut self, path: &[Segment]) -> usize {
        let mut offset = self.value();
        for segment in path {
            match self.step(segment) {
                Some(()) => offset = self.value(),
                None => break,
            }
        }
        offset
    }

    /// The same in the item that comes after so many others.
    fn at(&mut self, others: usize, path: &[Segment]) -> usize {
        for _ in 0..others {
            self.skip();
            if self.take(b',').is_none() {
                break;
            }
        }
        self.follow(path)
    }

    /// Goes to the value that is next, and says where that is.
    fn value(&mut self) -> usize {
        while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
            self.pos += 1;
        }
        self.pos
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.pos).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        self.value();
        (self.peek() == Some(byte)).then(|| self.pos += 1)
    }

    /// Goes from the value that is next into the part of it that `segment` says.
    fn step(&mut self, segment: &Segment) -> Option<()> {
        let is_object = self.value() < self.bytes.len() && self.peek() == Some(b'{');
        match segment {
            Segment::Field(name) if is_object => self.field(name).or_else(|| {
                // A state that is written as a map.
                self.field("#map")?;
                self.entry(&Value::from(name.clone()))
            }),
            Segment::Index(at) => {
                if is_object {
                    self.field("#tup")?;
                }
                self.item(*at)
            }
            Segment::Key(key) if is_object => {
                self.field("#map")?;
                self.entry(key)
            }
            Segment::Payload(_) if is_object => self.field("value"),
            Segment::Member { old, .. } if is_object => {
                self.field("#set")?;
                self.element(old)
            }
            Segment::MapKey(at) if is_object => {
                self.field("#map")?;
                self.key(*at)
            }
            _ => None,
        }
    }

    /// Goes to the value of a key of the object that is next; stays there if there is no such key.
    fn field(&mut self, name: &str) -> Option<()> {
        let start = self.pos;
        let found = self.find_field(name);
        if found.is_none() {
            self.pos = start;
        }
        found
    }

    fn find_field(&mut self, name: &str) -> Option<()> {
        self.take(b'{')?;
        self.find_key(name)
    }

    /// Goes to the value of one of the keys that are next in an object.
    fn find_key(&mut self, name: &str) -> Option<()> {
        loop {
            let key = self.skip();
            self.take(b':')?;
            // Most keys are written without escapes.
            let plain = key.strip_prefix(b"\"").and_then(|key| key.strip_suffix(b"\""));
            let is_it = plain == Some(name.as_bytes())
                || (key.contains(&b'\\')
                    && serde_json::from_slice::<String>(key).is_ok_and(|key| key == name));
            if is_it {
                return Some(());
            }
            self.skip();
            self.take(b',')?;
        }
    }

    /// Goes to an item of the array that is next.
    fn item(&mut self, at: usize) -> Option<()> {
        self.take(b'[')?;
        for _ in 0..at {
            self.skip();
            self.take(b',')?;
        }
        Some(())
    }

    /// Goes to the value at `key` in the array of pairs that is next.
    fn entry(&mut self, key: &Value) -> Option<()> {
        let mut reader = Reader::new();
        self.take(b'[')?;
        loop {
            self.take(b'[')?;
            let written = self.skip();
            self.take(b',')?;
            if reader.value(written).as_ref() == Ok(key) {
                return Some(());
            }
            self.skip();
            self.take(b']')?;
            self.take(b',')?;
        }
    }

    /// Goes to the element of the array that is next which is this value.
    fn element(&mut self, element: &Value) -> Option<()> {
        let mut reader = Reader::new();
        self.take(b'[')?;
        loop {
            let start = self.value();
            let written = self.skip();
            if reader.value(written).as_ref() == Ok(element) {
                self.pos = start;
                return Some(());
            }
            self.take(b',')?;
        }
    }

    /// Goes to the key that comes after so many others in the array of pairs that is next: keys are counted in their order
    /// as values, which need not be that of the text.
    fn key(&mut self, at: usize) -> Option<()> {
        let mut reader = Reader::new();
        let mut keys = Vec::new();
        self.take(b'[')?;
        while self.take(b'[').is_some() {
            let start = self.value();
            keys.push((reader.value(self.skip()).ok()?, start));
            self.take(b',')?;
            self.skip();
            self.take(b']')?;
            if self.take(b',').is_none() {
                break;
            }
        }
        keys.sort_by(|(a, _), (b, _)| a.cmp(b));
        self.pos = keys.get(at)?.1;
        Some(())
    }

    /// Goes over the value that is next, and gives its text. Depth is counted, not climbed.
    fn skip(&mut self) -> &'a [u8] {
        let start = self.value();
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => self.string(),
                b'{' | b'[' => {
                    depth += 1;
                    self.pos += 1;
                }
                b'}' | b']' if depth > 0 => {
                    depth -= 1;
                    self.pos += 1;
                }
                b',' | b':' | b'}' | b']' if depth == 0 => break,
                _ => {
                    self.pos += 1;
                    continue;
                }
            }
            if depth == 0 {
                break;
            }
        }
        &self.bytes[start..self.pos]
    }

    fn string(&mut self) {
        self.pos += 1;
        while let Some(at) = memchr::memchr2(b'"', b'\\', &self.bytes[self.pos..]) {
            self.pos += at;
            if self.peek() == Some(b'"') {
                self.pos += 1;
                return;
            }
            self.pos = (self.pos + 2).min(self.bytes.len());
        }
        self.pos = self.bytes.len();
    }
}
