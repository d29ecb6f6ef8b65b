//! Values: JSON to nodes of the store.

use super::Limits;
use super::error::{ErrorKind, Scanned, WarningKind, fail};
use super::scan::{Number, Scanner, compact};
use crate::value::{Int, Store, Str, Value};

/// Reads values. Items of unfinished containers lie on one stack, so that a node is made once, when it is complete.
pub(super) struct Values<'a> {
    pub(super) scan: Scanner<'a>,
    pub(super) store: &'a mut Store,
    pub(super) limits: Limits,
    pub(super) noted: Vec<(WarningKind, usize)>,
    pub(super) stack: Vec<Value>,
    names: Vec<Str>,
    key_offsets: Vec<usize>,
}

impl<'a> Values<'a> {
    pub(super) fn new(text: &'a str, store: &'a mut Store, limits: Limits) -> Self {
        let scan = Scanner { text, pos: 0 };
        let (noted, stack, names, key_offsets) = Default::default();
        Self { scan, store, limits, noted, stack, names, key_offsets }
    }

    pub(super) fn note(&mut self, kind: WarningKind, offset: usize) {
        self.noted.push((kind, offset));
    }

    /// Forgets what was left unfinished by an error.
    pub(super) fn reset(&mut self) {
        self.stack.clear();
        self.names.clear();
        self.key_offsets.clear();
    }

    /// The next value, which may nest `depth` deep.
    pub(super) fn value(&mut self, depth: usize) -> Scanned<Value> {
        match self.scan.token() {
            Some(b'"') => {
                let text = self.scan.string()?;
                Ok(Value::Str(self.store.str(&text)))
            }
            Some(b'{') => self.object(self.deeper(depth)?),
            Some(b'[') => {
                let depth = self.deeper(depth)?;
                let start = self.stack.len();
                self.items(depth)?;
                Ok(self.store.list(&mut self.stack, start))
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.scan.word("true").map(|()| Value::Bool(true)),
            Some(b'f') => self.scan.word("false").map(|()| Value::Bool(false)),
            Some(b'n') => {
                self.note(WarningKind::Null, self.scan.pos);
                self.scan.word("null").map(|()| Value::Null)
            }
            _ => self.scan.unexpected("a value"),
        }
    }

    fn deeper(&self, depth: usize) -> Scanned<usize> {
        if depth == 0 {
            return fail(ErrorKind::TooDeep(self.limits.depth), self.scan.pos);
        }
        if self.store.len() > self.limits.distinct {
            return fail(ErrorKind::TooManyValues(self.limits.distinct), self.scan.pos);
        }
        Ok(depth - 1)
    }

    /// Puts the items of an array on the stack; the bracket is next.
    fn items(&mut self, depth: usize) -> Scanned<()> {
        self.scan.expect(b'[', "`[`")?;
        if self.scan.take(b']') {
            return Ok(());
        }
        loop {
            let item = self.value(depth)?;
            self.stack.push(item);
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
        self.integer(text, start)
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

    /// An object: the brace is next.
    fn object(&mut self, depth: usize) -> Scanned<Value> {
        let start = self.scan.pos;
        self.scan.pos += 1;
        if self.scan.take(b'}') {
            return Ok(Value::Record(self.record(self.names.len(), self.stack.len())?));
        }
        self.scan.token();
        if self.scan.rest().starts_with(b"\"#") {
            return self.tagged(start, depth);
        }
        let (first_name, first_value) = (self.names.len(), self.stack.len());
        loop {
            self.scan.token();
            if self.scan.rest().starts_with(b"\"#") {
                self.names.truncate(first_name);
                self.key_offsets.truncate(first_name);
                self.stack.truncate(first_value);
                return self.opaque(start, depth);
            }
            self.key_offsets.push(self.scan.pos);
            let name = self.scan.string()?;
            let name = self.store.str(&name);
            self.names.push(name);
            self.scan.expect(b':', "`:`")?;
            let value = self.value(depth)?;
            self.stack.push(value);
            if !self.scan.another(b'}', "`,` or `}`")? {
                break;
            }
        }
        if let Some(variant) = self.variant(first_name, first_value) {
            return Ok(variant);
        }
        Ok(Value::Record(self.record(first_name, first_value)?))
    }

    /// A variant has exactly the keys `tag`, a string, and `value`.
    fn variant(&mut self, first_name: usize, first_value: usize) -> Option<Value> {
        let [a, b] = &self.names[first_name..] else { return None };
        let swapped = match (a.as_str(), b.as_str()) {
            ("tag", "value") => false,
            ("value", "tag") => true,
            _ => return None,
        };
        let tag = &self.stack[first_value + usize::from(swapped)];
        if !matches!(tag, Value::Str(_)) {
            return None;
        }
        if swapped {
            self.stack.swap(first_value, first_value + 1);
        }
        self.names.truncate(first_name);
        self.key_offsets.truncate(first_name);
        Some(self.store.variant(&mut self.stack, first_value))
    }

    fn record(&mut self, first_name: usize, first_value: usize) -> Scanned<crate::value::Record> {
        match self.store.record(&self.names[first_name..], &mut self.stack, first_value) {
            Ok(record) => {
                self.names.truncate(first_name);
                self.key_offsets.truncate(first_name);
                Ok(record)
            }
            Err(at) => {
                let name = self.names[first_name + at].to_string();
                fail(ErrorKind::DuplicateField(name), self.key_offsets[first_name + at])
            }
        }
    }

    /// An object whose first key, which is next, begins with `#`; the object begins at `start`.
    fn tagged(&mut self, start: usize, depth: usize) -> Scanned<Value> {
        let key = self.scan.string()?;
        let known = matches!(&*key, "#bigint" | "#set" | "#map" | "#tup" | "#unserializable");
        if !known {
            return self.opaque(start, depth);
        }
        self.scan.expect(b':', "`:`")?;
        let next = self.scan.token();
        let at = self.scan.pos;
        let first = self.stack.len();
        let wanted = |key, wanted| fail(ErrorKind::InvalidForm { key, wanted }, at);
        let value = match &*key {
            "#bigint" if next == Some(b'"') => {
                let text = self.scan.string()?;
                let value = self.integer(&text, at)?;
                if is_wasteful(&text) {
                    self.note(WarningKind::NonCanonicalInteger, at);
                }
                value
            }
            "#bigint" => return fail(ErrorKind::InvalidBigint, at),
            "#unserializable" if next == Some(b'"') => {
                let text = self.scan.string()?;
                Value::Unserializable(self.store.str(&text))
            }
            "#unserializable" => return wanted("#unserializable", "a string"),
            "#tup" if next == Some(b'[') => {
                self.items(depth)?;
                self.store.tuple(&mut self.stack, first)
            }
            "#tup" => return wanted("#tup", "an array of values"),
            "#set" if next == Some(b'[') => {
                self.items(depth)?;
                let (set, repeated) = self.store.set(&mut self.stack, first);
                if repeated > 0 {
                    self.note(WarningKind::RepeatedElement, at);
                }
                set
            }
            "#set" => return wanted("#set", "an array of values"),
            _ if next == Some(b'[') => {
                self.pairs(depth)?;
                let (map, repeated) = self.store.map(&mut self.stack, first);
                if repeated > 0 {
                    self.note(WarningKind::RepeatedKey, at);
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
    fn pairs(&mut self, depth: usize) -> Scanned<()> {
        self.scan.expect(b'[', "`[`")?;
        if self.scan.take(b']') {
            return Ok(());
        }
        loop {
            let first = self.stack.len();
            self.scan.token();
            let at = self.scan.pos;
            if self.scan.peek() == Some(b'[') {
                self.items(depth)?;
            } else if self.scan.peek().is_none() {
                return self.scan.unexpected("a pair");
            }
            if self.stack.len() != first + 2 {
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

    /// The object that begins at `start`, kept as it is.
    #[cold]
    fn opaque(&mut self, start: usize, depth: usize) -> Scanned<Value> {
        self.note(WarningKind::UnknownHashKey, start);
        self.scan.pos = start;
        self.scan.skip_value(depth + 1)?;
        let text = compact(&self.scan.text[start..self.scan.pos]);
        Ok(Value::Opaque(self.store.str(&text)))
    }
}

/// Whether an integer has another, shorter spelling.
fn is_wasteful(text: &str) -> bool {
    text == "-0" || (text.len() > 1 && text.trim_start_matches('-').starts_with('0'))
}
