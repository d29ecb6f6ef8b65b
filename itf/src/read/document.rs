//! Documents: traces and states, one after the other.

use super::error::{ErrorKind, Fail, Scanned, Warning, WarningKind, fail};
use super::locate::place;
use super::scan::compact;
use super::value::Values;
use super::{Document, Limits, ReadError};
use crate::trace::{Json, Meta, State, Trace};
use crate::value::{Record, Store, Str, Value};

/// How many earlier texts of a variable are kept for comparison.
const REMEMBERED: usize = 4;

pub(super) struct Documents<'a> {
    input: &'a [u8],
    values: Values<'a>,
    /// Where the input stops being UTF-8, if it does.
    invalid_at: Option<usize>,
    in_array: bool,
    done: bool,
}

/// The texts a variable had lately, and the values they mean: in most steps most variables do not change, and to find a
/// text again is one comparison of memory.
#[derive(Default)]
struct Memory<'a> {
    /// The key as written, with its quotes.
    key: &'a str,
    name: Option<Str>,
    /// Latest first.
    texts: Vec<(&'a str, Value)>,
}

impl<'a> Documents<'a> {
    pub(super) fn new(input: &'a [u8], store: &'a mut Store, mut limits: Limits) -> Self {
        limits.depth = limits.depth.min(Limits::MAX_DEPTH);
        let (text, invalid_at) = valid_prefix(input);
        let mut values = Values::new(text, store, limits);
        if text.starts_with('\u{feff}') {
            values.scan.pos = '\u{feff}'.len_utf8();
            values.note(WarningKind::ByteOrderMark, 0);
        }
        Self { input, values, invalid_at, in_array: false, done: false }
    }

    pub(super) fn next(&mut self) -> Option<Result<Document, ReadError>> {
        if self.done {
            return None;
        }
        match self.advance() {
            Ok(document) => {
                self.done = document.is_none();
                document.map(Ok)
            }
            Err(fail) => {
                let error = self.error(&fail);
                self.recover();
                Some(Err(error))
            }
        }
    }

    fn advance(&mut self) -> Scanned<Option<Document>> {
        let scan = &mut self.values.scan;
        if !self.in_array && scan.take(b'[') {
            self.in_array = true;
            if scan.take(b']') {
                self.in_array = false;
                return self.advance();
            }
        }
        match scan.token() {
            Some(b'{') => {}
            None if !self.in_array && self.invalid_at.is_none() => return Ok(None),
            None => return scan.unexpected("a trace"),
            Some(_) => return fail(ErrorKind::NotATrace("it does not begin with `{`"), scan.pos),
        }
        let start = scan.pos;
        let trace = self.trace()?;
        let document = Document { trace, warnings: self.warnings(), line: self.line(start) };
        if self.in_array {
            self.in_array = self.values.scan.another(b']', "`,` or `]` after a trace")?;
        }
        Ok(Some(document))
    }

    fn line(&self, offset: usize) -> usize {
        1 + memchr::memchr_iter(b'\n', &self.input[..offset]).count()
    }

    /// The trace that begins at the next byte.
    fn trace(&mut self) -> Scanned<Trace> {
        let start = self.values.scan.pos;
        let mut trace = Trace::new::<String>([], []);
        let (mut has_states, mut has_vars) = (false, false);
        let mut seen: Vec<String> = Vec::new();
        self.values.scan.expect(b'{', "`{`")?;
        if self.values.scan.take(b'}') {
            return fail(ErrorKind::NotATrace("it has no key `states`"), start);
        }
        loop {
            self.values.scan.token();
            let at = self.values.scan.pos;
            let key = self.values.scan.string()?.into_owned();
            self.values.scan.expect(b':', "`:`")?;
            match key.as_str() {
                "#meta" => trace.meta = Meta::from(self.json()?),
                "params" => trace.params = self.names()?,
                "vars" => {
                    has_vars = true;
                    trace.vars = self.names()?;
                }
                "loop" => trace.loop_index = self.loop_index()?,
                "states" => {
                    has_states = true;
                    trace.states = self.states()?;
                }
                _ => {
                    let json = self.json()?;
                    trace.extra.push((key.clone(), json));
                }
            }
            if seen.contains(&key) {
                return fail(ErrorKind::DuplicateField(key), at);
            }
            seen.push(key);
            if !self.values.scan.another(b'}', "`,` or `}`")? {
                break;
            }
        }
        if !has_states {
            return fail(ErrorKind::NotATrace("it has no key `states`"), start);
        }
        if !has_vars {
            self.values.note(WarningKind::NoVars, start);
        }
        Ok(trace)
    }

    fn json(&mut self) -> Scanned<Json> {
        self.values.scan.token();
        let start = self.values.scan.pos;
        self.values.scan.skip_value(self.values.limits.depth)?;
        Ok(Json::from_compact(&compact(&self.values.scan.text[start..self.values.scan.pos])))
    }

    fn names(&mut self) -> Scanned<Vec<String>> {
        let scan = &mut self.values.scan;
        let mut names = Vec::new();
        scan.expect(b'[', "an array of names")?;
        if scan.take(b']') {
            return Ok(names);
        }
        loop {
            scan.token();
            names.push(scan.string()?.into_owned());
            if !scan.another(b']', "`,` or `]`")? {
                return Ok(names);
            }
        }
    }

    fn loop_index(&mut self) -> Scanned<Option<u64>> {
        let scan = &mut self.values.scan;
        if scan.token() == Some(b'n') {
            let at = scan.pos;
            scan.word("null")?;
            self.values.note(WarningKind::NullLoop, at);
            return Ok(None);
        }
        let start = scan.pos;
        if !matches!(scan.peek(), Some(b'-' | b'0'..=b'9')) {
            return scan.unexpected("the index of a state");
        }
        scan.number()?;
        match scan.text[start..scan.pos].parse() {
            Ok(index) => Ok(Some(index)),
            Err(_) => fail(ErrorKind::NotATrace("`loop` is not the index of a state"), start),
        }
    }

    fn states(&mut self) -> Scanned<Vec<State>> {
        let mut states = Vec::new();
        self.values.scan.expect(b'[', "an array of states")?;
        if self.values.scan.take(b']') {
            return Ok(states);
        }
        let mut memory: Vec<Memory<'a>> = Vec::new();
        loop {
            states.push(self.state(&mut memory)?);
            if !self.values.scan.another(b']', "`,` or `]` after a state")? {
                return Ok(states);
            }
        }
    }

    fn state(&mut self, memory: &mut Vec<Memory<'a>>) -> Scanned<State> {
        self.values.scan.expect(b'{', "a state")?;
        let mut meta = Meta::default();
        if self.values.scan.take(b'}') {
            return Ok(State { meta, value: Record::default() });
        }
        let mut names: Vec<Str> = Vec::with_capacity(memory.len());
        let mut offsets: Vec<usize> = Vec::with_capacity(memory.len());
        loop {
            self.values.scan.token();
            let at = self.values.scan.pos;
            let rest = &self.values.scan.text[at..];
            if rest.starts_with("\"#") {
                let key = self.values.scan.string()?;
                if key == "#map" && names.is_empty() {
                    self.values.scan.pos = at;
                    return self.state_as_map(meta);
                }
                if key != "#meta" {
                    return fail(ErrorKind::NotATrace("a variable cannot begin with `#`"), at);
                }
                self.values.scan.expect(b':', "`:`")?;
                if meta.text().is_some() {
                    return fail(ErrorKind::DuplicateField("#meta".into()), at);
                }
                meta = Meta::from(self.json()?);
            } else {
                let slot = names.len();
                if slot == memory.len() {
                    memory.push(Memory::default());
                }
                let name = self.variable_name(&mut memory[slot])?;
                names.push(name);
                offsets.push(at);
                let value = self.variable(&mut memory[slot])?;
                self.values.stack.push(value);
            }
            if !self.values.scan.another(b'}', "`,` or `}`")? {
                break;
            }
        }
        match self.values.store.record(&names, &mut self.values.stack, 0) {
            Ok(value) => Ok(State { meta, value }),
            Err(at) => fail(ErrorKind::DuplicateField(names[at].to_string()), offsets[at]),
        }
    }

    /// The key that is next, and its colon.
    fn variable_name(&mut self, memory: &mut Memory<'a>) -> Scanned<Str> {
        let at = self.values.scan.pos;
        let rest = &self.values.scan.text[at..];
        let known = memory.name.as_ref().filter(|_| rest.starts_with(memory.key));
        let name = if let Some(name) = known {
            self.values.scan.pos += memory.key.len();
            name.clone()
        } else {
            let name = self.values.scan.string()?;
            let name = self.values.store.str(&name);
            let key = &self.values.scan.text[at..self.values.scan.pos];
            *memory = Memory { key, name: Some(name.clone()), texts: Vec::new() };
            name
        };
        self.values.scan.expect(b':', "`:`")?;
        Ok(name)
    }

    /// The value of a variable: found again by its text, or else read.
    fn variable(&mut self, memory: &mut Memory<'a>) -> Scanned<Value> {
        self.values.scan.token();
        let start = self.values.scan.pos;
        let rest = &self.values.scan.text.as_bytes()[start..];
        let known = memory.texts.iter().position(|(text, _)| rest.starts_with(text.as_bytes()));
        if let Some(at) = known {
            memory.texts[..=at].rotate_right(1);
            let (text, value) = &memory.texts[0];
            self.values.scan.pos += text.len();
            return Ok(value.clone());
        }
        let value = self.values.value(self.values.limits.depth)?;
        let text = &self.values.scan.text[start..self.values.scan.pos];
        // Only what ends by itself is known by its beginning: `12` is no beginning of `123`.
        if text.ends_with(['}', ']', '"']) {
            memory.texts.truncate(REMEMBERED - 1);
            memory.texts.insert(0, (text, value.clone()));
        }
        Ok(value)
    }

    /// A state written as a `#map` from names to values, as early Quint did; its first key is next.
    fn state_as_map(&mut self, meta: Meta) -> Scanned<State> {
        let start = self.values.scan.pos;
        let open = self.values.scan.text[..start].rfind('{').unwrap_or(start);
        self.values.scan.pos = open;
        let value = self.values.value(self.values.limits.depth)?;
        let Value::Map(map) = &value else {
            return fail(ErrorKind::NotATrace("a state is an object of variables"), open);
        };
        if map.iter().any(|(k, _)| k.as_str().is_none()) {
            return fail(ErrorKind::NotATrace("the keys of a state are names"), open);
        }
        self.values.note(WarningKind::StateAsMap, open);
        let value = map.iter().map(|(k, v)| (k.as_str().unwrap_or_default(), v.clone())).collect();
        let value = self.values.store.intern_record(&value);
        Ok(State { meta, value })
    }

    /// What was noted, a warning for each kind, with the first place of each.
    fn warnings(&mut self) -> Vec<Warning> {
        let mut warnings: Vec<Warning> = Vec::new();
        for (kind, offset) in std::mem::take(&mut self.values.noted) {
            if let Some(known) = warnings.iter_mut().find(|w| w.kind == kind) {
                known.count += 1;
            } else {
                warnings.push(Warning { kind, place: place(self.values.scan.text, offset), count: 1 });
            }
        }
        warnings
    }

    fn error(&self, fail: &Fail) -> ReadError {
        let at_invalid = self.invalid_at.filter(|_| fail.kind == ErrorKind::UnexpectedEnd);
        let kind = if at_invalid.is_some() { ErrorKind::InvalidUtf8 } else { fail.kind.clone() };
        ReadError::new(kind, place(self.values.scan.text, at_invalid.unwrap_or(fail.offset)))
    }

    /// Goes on at the next line that begins with a brace: in a file of one trace a line that is the next trace, and in
    /// others it is not there.
    fn recover(&mut self) {
        self.values.reset();
        self.values.noted.clear();
        let text = self.values.scan.text;
        match memchr::memmem::find(&text.as_bytes()[self.values.scan.pos..], b"\n{") {
            Some(at) if !self.in_array => self.values.scan.pos += at + 1,
            _ => self.done = true,
        }
    }
}

/// The part of the input that is UTF-8, and where it ends if that is not all.
fn valid_prefix(input: &[u8]) -> (&str, Option<usize>) {
    match std::str::from_utf8(input) {
        Ok(text) => (text, None),
        Err(error) => {
            let valid = &input[..error.valid_up_to()];
            (std::str::from_utf8(valid).unwrap_or_default(), Some(error.valid_up_to()))
        }
    }
}

/// The one value that is all of `input`.
pub(super) fn expression(input: &[u8], store: &mut Store, limits: &Limits) -> Result<Value, ReadError> {
    let mut documents = Documents::new(input, store, limits.clone());
    let depth = documents.values.limits.depth;
    let read = documents.values.value(depth).and_then(|value| {
        match (documents.values.scan.token(), documents.invalid_at) {
            (None, None) => Ok(value),
            _ => documents.values.scan.unexpected("the end of the value"),
        }
    });
    read.map_err(|fail| documents.error(&fail))
}
