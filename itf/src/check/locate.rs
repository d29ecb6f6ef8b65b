//! From a path to a place in the text: the way back of what the reader does for its errors.

use crate::path::{Path, Segment};
use crate::read::{Document, Place, Reader};
use crate::value::Value;

/// The place of `path` in the input from which `document` was read, as far as the path can be followed: an element of a
/// set has no position, and of a value that is missing the place is where it should be. `None` where the document is not in
/// the input as text, because the input is packed.
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
    let mut offset = text.value();
    for segment in path.segments() {
        match text.step(segment) {
            Some(()) => offset = text.value(),
            None => break,
        }
    }
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
    let is_first_byte = |byte: &&u8| **byte & 0xc0 != 0x80;
    Place {
        line: document.line + memchr::memchr_iter(b'\n', &input[document.offset..offset]).count(),
        column: 1 + input[line_start..offset].iter().filter(is_first_byte).count(),
        offset,
        path: path.clone(),
    }
}

/// JSON that the reader has accepted. Nothing here fails on other text, it only finds nothing.
struct Text<'a> {
    bytes: &'a [u8],
    pos: usize,
}

impl<'a> Text<'a> {
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
