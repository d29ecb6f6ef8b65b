//! Values: JSON to nodes of the store.

use super::Limits;
use super::error::{ErrorKind, Scanned, WarningKind, fail};
use super::hints::{Hints, Siblings};
use super::scan::{Number, Scanner, respelled};
use crate::value::{Int, Layout, Record, Store, Value};

/// Reads values. Items of unfinished containers lie on one stack, so that a node is made once, when it is complete.
pub(super) struct Values<'a> {
    pub(super) scan: Scanner<'a>,
    pub(super) store: &'a mut Store,
    pub(super) limits: &'a Limits,
    pub(super) work: &'a mut Work,
    /// Whether there may be more text than is known.
    pub(super) is_open: bool,
}

/// What outlives the text that is read.
#[derive(Default)]
pub(super) struct Work {
    pub(super) stack: Vec<Value>,
    pub(super) noted: Noted,
    pub(super) hints: Hints,
}

/// How often each kind of warning was noted since it was last asked, and where first.
#[derive(Default)]
pub(super) struct Noted {
    counts: [(usize, usize); WarningKind::ALL.len()],
    any: bool,
}

impl Noted {
    pub(super) fn add(&mut self, kind: WarningKind, offset: usize) {
        let (count, first) = &mut self.counts[kind as usize];
        if *count == 0 {
            *first = offset;
        }
        *count += 1;
        self.any = true;
    }

    /// What was noted (kind, count, first offset), which is forgotten.
    pub(super) fn take(&mut self) -> Vec<(WarningKind, usize, usize)> {
        if !std::mem::take(&mut self.any) {
            return Vec::new();
        }
        let counts = std::mem::take(&mut self.counts);
        let noted = WarningKind::ALL.iter().zip(counts).filter(|(_, (count, _))| *count > 0);
        noted.map(|(kind, (count, first))| (*kind, count, first)).collect()
    }
}

impl Work {
    /// Forgets what was left unfinished by an error.
    pub(super) fn reset(&mut self) {
        self.stack.clear();
        self.noted = Noted::default();
        self.hints.reset();
    }
}

impl<'a> Values<'a> {
    pub(super) fn new(
        text: &'a str,
        pos: usize,
        store: &'a mut Store,
        limits: &'a Limits,
        work: &'a mut Work,
    ) -> Self {
        Self { scan: Scanner { text, pos }, store, limits, work, is_open: false }
    }

    pub(super) fn note(&mut self, kind: WarningKind, offset: usize) {
        self.work.noted.add(kind, offset);
    }

    /// The next value, which may nest `depth` deep; `siblings` were in its place before.
    pub(super) fn value(&mut self, depth: usize, siblings: &mut Siblings) -> Scanned<Value> {
        match self.scan.token() {
            Some(b'"' | b'{' | b'[') => {
                if let Some(value) = self.small_integer() {
                    return Ok(value);
                }
                let text = self.scan.text.as_bytes();
                if let Some((value, length)) = self.work.hints.find(text, self.scan.pos, siblings) {
                    self.scan.pos += length;
                    return Ok(value);
                }
                let start = self.scan.pos;
                let mark = self.work.hints.open(start);
                let mut inner = self.work.hints.descend(siblings);
                let value = match self.scan.peek() {
                    Some(b'{') => self.object(self.deeper(depth)?, &mut inner)?,
                    Some(b'[') => {
                        let depth = self.deeper(depth)?;
                        let first = self.work.stack.len();
                        self.items(depth, &mut inner)?;
                        self.store.list(&mut self.work.stack, first)
                    }
                    _ => {
                        let text = self.scan.string()?;
                        Value::Str(self.store.str(&text))
                    }
                };
                self.work.hints.close(mark, self.scan.pos, &value);
                Ok(value)
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.scan.word("true").map(|()| Value::Bool(true)),
            Some(b'f') => self.scan.word("false").map(|()| Value::Bool(false)),
            Some(b'n') => {
                let at = self.scan.pos;
                self.scan.word("null")?;
                self.note(WarningKind::Null, at);
                Ok(Value::Null)
            }
            _ => self.scan.unexpected("a value"),
        }
    }

    fn deeper(&self, depth: usize) -> Scanned<usize> {
        if depth == 0 {
            return fail(ErrorKind::TooDeep(self.limits.depth), self.scan.pos);
        }
        if self.store.len().saturating_add(self.store.layouts()) > self.limits.distinct {
            return fail(ErrorKind::TooManyValues(self.limits.distinct), self.scan.pos);
        }
        Ok(depth - 1)
    }

    /// Looks after a state whether there are too many nodes now: those without others in them were not looked at before.
    pub(super) fn bounded(&self) -> Scanned<()> {
        if self.store.len() > self.limits.distinct {
            return fail(ErrorKind::TooManyValues(self.limits.distinct), self.scan.pos);
        }
        Ok(())
    }

    /// Puts a value on the stack. What is small is not in the store, and takes memory where it stands.
    fn push(&mut self, value: Value) -> Scanned<()> {
        self.work.stack.push(value);
        if self.work.stack.len() > self.limits.distinct {
            return fail(ErrorKind::TooManyValues(self.limits.distinct), self.scan.pos);
        }
        Ok(())
    }

    /// Puts the items of an array on the stack; the bracket is next.
    fn items(&mut self, depth: usize, siblings: &mut Siblings) -> Scanned<()> {
        self.scan.expect(b'[', "`[`")?;
        if self.scan.take(b']') {
            return Ok(());
        }
        loop {
            let item = self.value(depth, siblings)?;
            self.push(item)?;
            if !self.scan.another(b']', "`,` or `]`")? {
                return Ok(());
            }
        }
    }

    fn number(&mut self) -> Scanned<Value> {
        let start = self.scan.pos;
        let kind = self.scan.number()?;
        let text = &self.scan.text[start..self.scan.pos];
        if kind == Number::Float {
            self.note(WarningKind::Float, start);
            return Ok(Value::Opaque(self.store.str(text)));
        }
        self.note(WarningKind::PlainInteger, start);
        if self.is_open && self.scan.pos == self.scan.text.len() {
            // Where it ends is not known yet, nor how long it is.
            return fail(ErrorKind::UnexpectedEnd, self.scan.pos);
        }
        match self.integer(text, start)? {
            Value::Int(n) => Ok(Value::Int(n.into_plain())),
            other => Ok(other),
        }
    }

    /// The integer written as `text` at `offset`.
    fn integer(&mut self, text: &str, offset: usize) -> Scanned<Value> {
        if text.len() > self.limits.digits {
            let found = text.trim_start_matches('-').len();
            if found > self.limits.digits {
                return fail(ErrorKind::TooManyDigits { found, limit: self.limits.digits }, offset);
            }
        }
        match text.parse::<Int>() {
            Ok(n) => Ok(Value::Int(self.store.int(n))),
            Err(_) => fail(ErrorKind::InvalidBigint, offset),
        }
    }

    /// The integer that is next, if it is a `#bigint` of at most 18 digits in its shortest spelling: the most frequent
    /// value of all.
    fn small_integer(&mut self) -> Option<Value> {
        let rest = self.scan.rest();
        let after = rest.strip_prefix(b"{\"#bigint\":")?;
        let after = after.strip_prefix(b" ").unwrap_or(after).strip_prefix(b"\"")?;
        let digits = after.strip_prefix(b"-").unwrap_or(after);
        let is_negative = digits.len() < after.len();
        let mut number: i64 = 0;
        let mut length = 0;
        while let Some(digit) = digits.get(length).map(|b| b.wrapping_sub(b'0')).filter(|d| *d <= 9) {
            if length == self.limits.digits.min(18) {
                return None;
            }
            number = number * 10 + i64::from(digit);
            length += 1;
        }
        let is_wasteful = digits.first() == Some(&b'0') && (length > 1 || is_negative);
        if length == 0 || is_wasteful || !digits[length..].starts_with(b"\"}") {
            return None;
        }
        self.scan.pos += rest.len() - digits.len() + length + 2;
        Some(Value::Int(Int::from(if is_negative { -number } else { number })))
    }

    /// An object: the brace is next.
    fn object(&mut self, depth: usize, siblings: &mut Siblings) -> Scanned<Value> {
        let start = self.scan.pos;
        self.scan.pos += 1;
        let first = self.work.stack.len();
        if self.scan.take(b'}') {
            return Ok(Value::Record(self.record(Layout::EMPTY, start, first)?));
        }
        let mut layout = Layout::EMPTY;
        loop {
            self.scan.token();
            if self.scan.is_hash_key() {
                if layout == Layout::EMPTY {
                    return self.tagged(start, depth, siblings);
                }
                self.work.stack.truncate(first);
                return self.opaque(start, depth);
            }
            layout = self.key(layout)?;
            let value = self.value(depth, siblings)?;
            self.push(value)?;
            if !self.scan.another(b'}', "`,` or `}`")? {
                break;
            }
        }
        // A variant has exactly the keys `tag`, a string, and `value`.
        if let Some(tag) = self.store.variant_tag(layout)
            && matches!(self.work.stack[first + tag], Value::Str(_))
        {
            self.work.stack.swap(first, first + tag);
            return Ok(self.store.variant(&mut self.work.stack, first));
        }
        Ok(Value::Record(self.record(layout, start, first)?))
    }

    /// Takes a key, which is next, and its colon: the layout with that field.
    pub(super) fn key(&mut self, layout: Layout) -> Scanned<Layout> {
        let next = match self.store.usual_layout(layout) {
            Some((name, next)) if is_key(self.scan.rest(), name) => {
                self.scan.pos += name.len() + 2;
                next
            }
            _ => {
                let name = self.scan.string()?;
                self.store.layout(layout, &name)
            }
        };
        self.scan.expect(b':', "`:`")?;
        Ok(next)
    }

    /// The record, written from `start` on, of the values from `first` on.
    pub(super) fn record(&mut self, layout: Layout, start: usize, first: usize) -> Scanned<Record> {
        self.store.record(layout, &mut self.work.stack, first).or_else(|(at, name)| {
            let offset = self.scan.key_offset(start, at);
            fail(ErrorKind::DuplicateField(name.to_string()), offset)
        })
    }

    /// An object whose first key, which is next, begins with `#`; the object begins at `start`.
    fn tagged(&mut self, start: usize, depth: usize, siblings: &mut Siblings) -> Scanned<Value> {
        let key = self.scan.string()?;
        let known = matches!(&*key, "#bigint" | "#set" | "#map" | "#tup" | "#unserializable");
        if !known {
            return self.opaque(start, depth);
        }
        self.scan.expect(b':', "`:`")?;
        let next = self.scan.token();
        let at = self.scan.pos;
        let first = self.work.stack.len();
        let wanted = |key, wanted| match next {
            Some(_) => fail(ErrorKind::InvalidForm { key, wanted }, at),
            None => fail(ErrorKind::UnexpectedEnd, at),
        };
        let value = match &*key {
            "#bigint" if next == Some(b'"') => {
                let text = self.scan.string()?;
                let value = self.integer(&text, at)?;
                if is_wasteful(&text) {
                    self.note(WarningKind::NonCanonicalInteger, at);
                }
                value
            }
            "#bigint" if next.is_some() => return fail(ErrorKind::InvalidBigint, at),
            "#bigint" => return wanted("#bigint", ""),
            "#unserializable" if next == Some(b'"') => {
                let text = self.scan.string()?;
                Value::Unserializable(self.store.str(&text))
            }
            "#unserializable" => return wanted("#unserializable", "a string"),
            "#tup" if next == Some(b'[') => {
                self.items(depth, siblings)?;
                self.store.tuple(&mut self.work.stack, first)
            }
            "#tup" => return wanted("#tup", "an array of values"),
            "#set" if next == Some(b'[') => {
                self.items(depth, siblings)?;
                let (set, repeated) = self.store.set(&mut self.work.stack, first);
                if repeated > 0 {
                    self.repeated(WarningKind::RepeatedElement, at);
                }
                set
            }
            "#set" => return wanted("#set", "an array of values"),
            _ if next == Some(b'[') => {
                self.pairs(depth, siblings)?;
                let (map, repeated) = self.store.map(&mut self.work.stack, first);
                if repeated > 0 {
                    self.repeated(WarningKind::RepeatedKey, at);
                }
                map
            }
            _ => return wanted("#map", "an array of [key, value] pairs"),
        };
        if self.scan.take(b'}') {
            return Ok(value);
        }
        if self.scan.peek() == Some(b',') {
            return self.opaque(start, depth);
        }
        self.scan.unexpected("`}`")
    }

    /// Puts the keys and values of a map on the stack, alternating; the outer bracket is next.
    fn pairs(&mut self, depth: usize, siblings: &mut Siblings) -> Scanned<()> {
        self.scan.expect(b'[', "`[`")?;
        if self.scan.take(b']') {
            return Ok(());
        }
        loop {
            let first = self.work.stack.len();
            let next = self.scan.token();
            let at = self.scan.pos;
            if next == Some(b'[') {
                self.items(depth, siblings)?;
            } else if next.is_none() {
                return self.scan.unexpected("a pair");
            }
            if self.work.stack.len() != first + 2 {
                return fail(
                    ErrorKind::InvalidForm { key: "#map", wanted: "an array of [key, value] pairs" },
                    at,
                );
            }
            if !self.scan.another(b']', "`,` or `]`")? {
                return Ok(());
            }
        }
    }

    /// Notes what is there twice in the array that begins at `start`: the place is that of the second one.
    #[cold]
    fn repeated(&mut self, kind: WarningKind, start: usize) {
        // Where another one is does not matter if one is known.
        let is_first = self.work.noted.counts[kind as usize].0 == 0;
        let found = if is_first { self.second(kind, start) } else { None };
        self.note(kind, found.unwrap_or(start));
    }

    /// Where the first element, or key, is that equals one before it; the array was read.
    fn second(&self, kind: WarningKind, start: usize) -> Option<usize> {
        let mut scan = Scanner { text: self.scan.text, pos: start + 1 };
        let (mut seen, mut store) = (std::collections::HashSet::new(), Store::new());
        loop {
            scan.token();
            let item = scan.pos;
            if kind == WarningKind::RepeatedKey {
                scan.expect(b'[', "").ok()?;
                scan.token();
            }
            let at = scan.pos;
            scan.skip_value(usize::MAX).ok()?;
            let text = &scan.text.as_bytes()[at..scan.pos];
            if !seen.insert(super::feed::expression(text, &mut store, self.limits).ok()?) {
                return Some(at);
            }
            scan.pos = item;
            scan.skip_value(usize::MAX).ok()?;
            if !scan.another(b']', "").ok()? {
                return None;
            }
        }
    }

    /// The object that begins at `start`, kept as it is.
    #[cold]
    fn opaque(&mut self, start: usize, depth: usize) -> Scanned<Value> {
        self.scan.pos = start;
        self.scan.skip_value(depth + 1)?;
        self.note(WarningKind::UnknownHashKey, start);
        let text = respelled(&self.scan.text[start..self.scan.pos]);
        Ok(Value::Opaque(self.store.str(&text)))
    }
}

/// Whether `rest` begins with the string `name`, which is written as it is.
fn is_key(rest: &[u8], name: &str) -> bool {
    let end = name.len() + 1;
    rest.len() > end && rest[0] == b'"' && rest[end] == b'"' && rest[1..end] == *name.as_bytes()
}

/// Whether an integer has another, shorter spelling.
fn is_wasteful(text: &str) -> bool {
    text == "-0" || (text.len() > 1 && text.trim_start_matches('-').starts_with('0'))
}
