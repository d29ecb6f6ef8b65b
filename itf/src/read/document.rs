//! Documents, part by part: what is read at once is a state, or the value of another key of a trace.
//!
//! The machine gets a text of which more may come. A part that does not end within it is read again when more is there;
//! so there is one reader for what lies in memory and for what comes in pieces.

use super::error::{ErrorKind, Fail, Open, Place, Scanned, Warning, WarningKind, fail};
use super::hints::{Reading, Siblings};
use super::locate::{Origin, Unit, What, place};
use super::scan::compact;
use super::value::{Values, Work};
use super::{Document, Limits, ReadError};
use crate::path::Path;
use crate::trace::{Json, Meta, State};
use crate::value::{Layout, Store, Value};

/// How many earlier texts of a variable are kept for comparison.
const REMEMBERED: usize = 4;

/// What a step of the machine came to.
pub(super) enum Step {
    State(State),
    /// The end of a trace; its states came before.
    Document(Box<Document>),
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Before a document, or the bracket of an array of documents.
    Between,
    FirstOfArray,
    NextOfArray,
    AfterDocument,
    FirstKey,
    Key,
    FirstState,
    State,
    AfterStates,
    /// After an error.
    Recover,
    Done,
}

pub(super) struct Machine {
    /// The position in the text of what was not read yet.
    pub(super) pos: usize,
    phase: Phase,
    in_array: bool,
    work: Work,
    memory: Vec<Memory>,
    origin: Origin,
    unit: Unit,
    document: Document,
    /// Where the document begins.
    place: Place,
    /// The keys of the document so far.
    seen: Vec<String>,
    states: usize,
    /// Where the bracket of the states is.
    bracket: Place,
}

/// What a variable was lately: in most steps most variables do not change, and to find a text again is one comparison of
/// memory.
struct Memory {
    layout: Layout,
    /// Where the texts are and the values they mean, latest first.
    texts: Vec<(usize, usize, Value)>,
    reading: Reading,
}

/// How a merge of git marks where a conflict begins.
const CONFLICT: &str = "<<<<<<< ";

impl Default for Machine {
    fn default() -> Self {
        Self {
            pos: 0,
            phase: Phase::Between,
            in_array: false,
            work: Work::default(),
            memory: Vec::new(),
            origin: Origin::default(),
            unit: Unit::default(),
            document: Document::empty(),
            place: Place::default(),
            seen: Vec::new(),
            states: 0,
            bracket: Place::default(),
        }
    }
}

impl Machine {
    /// What is known of the document that is being read, without its states.
    pub(super) fn document(&self) -> &Document {
        &self.document
    }

    /// Where in the input the part that was read last begins and ends.
    pub(super) fn span(&self) -> (usize, usize) {
        (self.origin.bytes_before(self.unit.start), self.origin.bytes_before(self.pos))
    }

    /// Goes on in `text`, which is all there will be if it `is_complete`.
    pub(super) fn step(
        &mut self,
        text: &str,
        is_complete: bool,
        store: &mut Store,
        limits: &Limits,
    ) -> Scanned<Step> {
        loop {
            self.unit = Unit { start: self.pos, what: What::Nothing };
            let mut work = std::mem::take(&mut self.work);
            let mut values = Values::new(text, self.pos, store, limits, &mut work);
            values.is_open = !is_complete;
            let step = self.part(&mut values, is_complete);
            let pos = values.scan.pos;
            self.work = work;
            match step {
                Ok(step) => {
                    self.pos = pos;
                    self.warn(text);
                    if let Some(step) = step {
                        return Ok(step);
                    }
                }
                Err(fail) => {
                    self.work.reset();
                    // What is read again must be noted again.
                    self.memory.clear();
                    // Whether it is the mark of a conflict is not known before all of that is there.
                    let rest = text.get(fail.offset..).unwrap_or_default();
                    let may_go_on = !is_complete && rest.len() < CONFLICT.len() && !rest.is_empty();
                    if may_go_on && CONFLICT.starts_with(rest) {
                        return Err(Box::new(Fail { kind: ErrorKind::UnexpectedEnd, offset: text.len() }));
                    }
                    return Err(fail);
                }
            }
        }
    }

    /// Reads the next part.
    fn part(&mut self, values: &mut Values<'_>, is_complete: bool) -> Scanned<Option<Step>> {
        let scan = &mut values.scan;
        match self.phase {
            Phase::Between => match scan.token() {
                None if is_complete => {
                    self.phase = Phase::Done;
                    return Ok(Some(Step::End));
                }
                Some(b'[') => {
                    scan.pos += 1;
                    self.in_array = true;
                    self.phase = Phase::FirstOfArray;
                }
                _ if scan.pos == 0 && scan.text.starts_with('\u{feff}') => {
                    scan.pos = '\u{feff}'.len_utf8();
                    values.note(WarningKind::ByteOrderMark, 0);
                }
                _ => self.begin(values)?,
            },
            Phase::FirstOfArray if scan.take(b']') => {
                self.in_array = false;
                self.phase = Phase::Between;
            }
            Phase::FirstOfArray | Phase::NextOfArray => self.begin(values)?,
            Phase::AfterDocument => {
                self.in_array = scan.another(b']', "`,` or `]` after a trace")?;
                self.phase = if self.in_array { Phase::NextOfArray } else { Phase::Between };
            }
            Phase::FirstKey if scan.take(b'}') => return self.finish(values),
            Phase::FirstKey | Phase::Key => self.entry(values)?,
            Phase::FirstState => {
                self.unit.what = What::Entry("states".into());
                if scan.take(b']') {
                    self.phase = Phase::AfterStates;
                } else {
                    // Only to see whether there is more.
                    scan.expect(b'{', "a state")?;
                    scan.pos -= 1;
                    self.phase = Phase::State;
                }
            }
            Phase::State => {
                self.unit = Unit { start: values.scan.pos, what: What::State(self.states) };
                let state = self.state(values)?;
                let start = values.scan.pos;
                let another = values.scan.another(b']', "`,` or `]` after a state").inspect_err(|_| {
                    self.unit = Unit { start, what: What::Entry("states".into()) };
                })?;
                self.states += 1;
                if !another {
                    self.phase = Phase::AfterStates;
                }
                return Ok(Some(Step::State(state)));
            }
            Phase::AfterStates => {
                if scan.another(b'}', "`,` or `}`")? {
                    self.phase = Phase::Key;
                } else {
                    return self.finish(values);
                }
            }
            Phase::Recover => match memchr::memmem::find(&scan.text.as_bytes()[scan.pos..], b"\n{") {
                Some(at) if !self.in_array => {
                    scan.pos += at + 1;
                    self.phase = Phase::Between;
                }
                None if !is_complete && !self.in_array => {
                    // The line break may be the last byte, with the brace to come.
                    let last = scan.text.len().saturating_sub(1);
                    self.pos = (self.pos..=last)
                        .rev()
                        .find(|&at| scan.text.is_char_boundary(at))
                        .unwrap_or(self.pos);
                    return fail(ErrorKind::UnexpectedEnd, scan.text.len());
                }
                _ => self.phase = Phase::Done,
            },
            Phase::Done => return Ok(Some(Step::End)),
        }
        Ok(None)
    }

    fn begin(&mut self, values: &mut Values<'_>) -> Scanned<()> {
        let scan = &mut values.scan;
        match scan.token() {
            Some(b'{') => {}
            None => return scan.unexpected("a trace"),
            Some(_) => return fail(ErrorKind::NotATrace("it does not begin with `{`"), scan.pos),
        }
        self.origin.advance(scan.text, scan.pos);
        self.place = self.origin.place(Path::root());
        // What was noticed before the trace, a byte order mark, is a warning of the first.
        let warnings = std::mem::take(&mut self.document.warnings);
        self.document =
            Document { line: self.place.line, offset: self.place.offset, warnings, ..Document::empty() };
        scan.pos += 1;
        self.seen.clear();
        self.states = 0;
        self.memory.clear();
        self.phase = Phase::FirstKey;
        Ok(())
    }

    fn finish(&mut self, values: &mut Values<'_>) -> Scanned<Option<Step>> {
        if !self.seen.iter().any(|key| key == "states") {
            return fail(ErrorKind::NotATrace("it has no key `states`"), values.scan.pos);
        }
        let mut document = std::mem::replace(&mut self.document, Document::empty());
        if !self.seen.iter().any(|key| key == "vars") {
            let place = self.place.clone();
            document.warnings.push(Warning { kind: WarningKind::NoVars, place, count: 1 });
        }
        self.phase = if self.in_array { Phase::AfterDocument } else { Phase::Between };
        Ok(Some(Step::Document(Box::new(document))))
    }

    /// A key of the document and its value; of `states` only the bracket.
    fn entry(&mut self, values: &mut Values<'_>) -> Scanned<()> {
        values.scan.token();
        let at = values.scan.pos;
        let key = values.scan.string()?.into_owned();
        self.unit = Unit { start: at, what: What::Entry(key.clone()) };
        if self.seen.contains(&key) {
            return fail(ErrorKind::DuplicateField(key), at);
        }
        values.scan.expect(b':', "`:`")?;
        values.scan.token();
        self.unit.start = values.scan.pos;
        let trace = &mut self.document.trace;
        match key.as_str() {
            "#meta" => trace.meta = Meta::from(json(values)?),
            "params" => trace.params = names(values)?,
            "vars" => trace.vars = names(values)?,
            "loop" => trace.loop_index = loop_index(values)?,
            "states" => {
                values.scan.expect(b'[', "an array of states")?;
                self.origin.advance(values.scan.text, values.scan.pos - 1);
                self.bracket = self.origin.place(Path::root());
                self.phase = Phase::FirstState;
                self.seen.push(key);
                return Ok(());
            }
            _ => {
                let json = json(values)?;
                trace.extra.retain(|(known, _)| *known != key);
                trace.extra.push((key.clone(), json));
            }
        }
        let another = values.scan.another(b'}', "`,` or `}`")?;
        self.seen.push(key);
        // The end is a part of its own: the brace is read again there.
        self.phase = if another { Phase::Key } else { Phase::AfterStates };
        values.scan.pos -= usize::from(!another);
        Ok(())
    }

    fn state(&mut self, values: &mut Values<'_>) -> Scanned<State> {
        values.scan.token();
        let start = values.scan.pos;
        values.scan.expect(b'{', "a state")?;
        let mut meta = Meta::default();
        if values.scan.take(b'}') {
            // One for all: there may be millions of them.
            return Ok(State { meta, value: values.record(Layout::EMPTY, start, 0)? });
        }
        let mut layout = Layout::EMPTY;
        let mut slot = 0;
        loop {
            values.scan.token();
            if values.scan.is_hash_key() {
                let at = values.scan.pos;
                let key = values.scan.string()?;
                if key == "#map" && slot == 0 {
                    values.scan.pos = start;
                    return state_as_map(values, meta);
                }
                if key != "#meta" {
                    return fail(ErrorKind::NotATrace("a variable cannot begin with `#`"), at);
                }
                values.scan.expect(b':', "`:`")?;
                if meta.text().is_some() {
                    return fail(ErrorKind::DuplicateField("#meta".into()), at);
                }
                meta = Meta::from(json(values)?);
            } else {
                layout = values.key(layout)?;
                if slot == self.memory.len() {
                    self.memory.push(Memory { layout, texts: Vec::new(), reading: Reading::default() });
                } else if self.memory[slot].layout != layout {
                    self.memory[slot] = Memory { layout, texts: Vec::new(), reading: Reading::default() };
                }
                let value = variable(values, &mut self.memory[slot])?;
                values.work.stack.push(value);
                slot += 1;
            }
            if !values.scan.another(b'}', "`,` or `}`")? {
                break;
            }
        }
        let value = values.record(layout, start, 0)?;
        values.bounded()?;
        Ok(State { meta, value })
    }

    /// Makes warnings of what was noted: one for each kind, with the first place of each.
    fn warn(&mut self, text: &str) {
        for (kind, count, first) in self.work.noted.take() {
            let warnings = &mut self.document.warnings;
            if let Some(known) = warnings.iter_mut().find(|w| w.kind == kind) {
                known.count += count;
            } else {
                let mut place = place(text, &self.origin, &self.unit, first);
                if kind == WarningKind::RepeatedElement {
                    place.path = super::locate::with_element(&place.path, text, first);
                }
                warnings.push(Warning { kind, place, count });
            }
        }
    }

    /// The error that `fail` is; the machine goes on at the next line that begins with a brace: in a file of one trace a
    /// line that is the next trace, and in others it is not there.
    pub(super) fn error(&mut self, text: &str, fail: &Fail) -> ReadError {
        let (place, open) = match fail.kind {
            ErrorKind::NotATrace("it has no key `states`") => (self.place.clone(), None),
            // What is missing is missing after the last thing that is there.
            ErrorKind::UnexpectedEnd => {
                let end = text.trim_end().len().max(self.unit.start);
                (place(text, &self.origin, &self.unit, end), self.open(text, end))
            }
            _ => (place(text, &self.origin, &self.unit, fail.offset), None),
        };
        let rest = text.get(fail.offset..).unwrap_or_default();
        let is_conflict = rest.starts_with(CONFLICT) && place.column == 1;
        let start = self.pos;
        self.pos = fail.offset.clamp(start, text.len());
        self.pos = (0..=self.pos).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        // After a trace that was cut off, what is not expected is the next one.
        if self.pos > start && text.as_bytes()[self.pos - 1..].starts_with(b"\n{") {
            self.pos -= 1;
        }
        self.phase = Phase::Recover;
        self.document = Document::empty();
        ReadError::new(if is_conflict { ErrorKind::Conflict } else { fail.kind.clone() }, place)
            .with_open(open)
    }

    /// The innermost bracket that is open at the byte `end` of the text.
    fn open(&self, text: &str, end: usize) -> Option<Open> {
        if let Some((bracket, place)) = super::locate::open_bracket(text, &self.origin, &self.unit, end) {
            return Some(Open { bracket, line: place.line, column: place.column });
        }
        let (bracket, place) = match self.phase {
            Phase::Between | Phase::FirstOfArray | Phase::NextOfArray | Phase::AfterDocument => return None,
            Phase::FirstState | Phase::State => ('[', &self.bracket),
            _ => ('{', &self.place),
        };
        Some(Open { bracket, line: place.line, column: place.column })
    }

    /// Ends here.
    pub(super) fn stop(&mut self) {
        self.phase = Phase::Done;
    }

    /// Holds no layout any more.
    pub(super) fn forget_layouts(&mut self) {
        self.memory.clear();
    }

    /// The first `by` bytes of the text go; what was remembered of them goes too.
    pub(super) fn shift(&mut self, text: &str, by: usize) {
        self.origin.shift(text, by);
        self.pos -= by;
        self.memory.clear();
    }
}

/// The value of a variable: found again by its text, or else read.
fn variable(values: &mut Values<'_>, memory: &mut Memory) -> Scanned<Value> {
    values.scan.token();
    let start = values.scan.pos;
    let text = values.scan.text.as_bytes();
    let rest = &text[start..];
    let known = memory.texts.iter().position(|(from, to, _)| rest.starts_with(&text[*from..*to]));
    if let Some(at) = known {
        memory.texts[..=at].rotate_right(1);
        let (from, to, value) = &memory.texts[0];
        values.scan.pos += to - from;
        return Ok(value.clone());
    }
    let mut siblings = values.work.hints.begin(&mut memory.reading);
    let value = values.value(values.limits.depth, &mut siblings)?;
    let end = values.scan.pos;
    values.work.hints.end(&mut memory.reading, end - start);
    // Only what ends by itself is known by its beginning: `12` is no beginning of `123`.
    if matches!(text[end - 1], b'}' | b']' | b'"') {
        if memory.texts.len() == REMEMBERED {
            memory.texts.pop();
        }
        memory.texts.insert(0, (start, end, value.clone()));
    }
    Ok(value)
}

/// A state written as a `#map` from names to values, as early Quint did; its brace is next.
#[cold]
fn state_as_map(values: &mut Values<'_>, meta: Meta) -> Scanned<State> {
    let start = values.scan.pos;
    let value = values.value(values.limits.depth, &mut Siblings::none())?;
    let Value::Map(map) = &value else {
        return fail(ErrorKind::NotATrace("a state is an object of variables"), start);
    };
    if map.iter().any(|(k, _)| k.as_str().is_none()) {
        return fail(ErrorKind::NotATrace("the keys of a state are names"), start);
    }
    values.note(WarningKind::StateAsMap, start);
    let value = map.iter().map(|(k, v)| (k.as_str().unwrap_or_default(), v.clone())).collect();
    let value = values.store.intern_record(&value);
    values.bounded()?;
    Ok(State { meta, value })
}

fn json(values: &mut Values<'_>) -> Scanned<Json> {
    values.scan.token();
    let start = values.scan.pos;
    values.scan.skip_value(values.limits.depth)?;
    let text = &values.scan.text[start..values.scan.pos];
    if let Some(at) = super::scan::repeated_key(text) {
        values.note(WarningKind::RepeatedMetaKey, start + at);
    }
    Ok(Json::from_compact(&compact(&values.scan.text[start..values.scan.pos])))
}

fn names(values: &mut Values<'_>) -> Scanned<Vec<String>> {
    let scan = &mut values.scan;
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

fn loop_index(values: &mut Values<'_>) -> Scanned<Option<u64>> {
    let scan = &mut values.scan;
    if scan.token() == Some(b'n') {
        let at = scan.pos;
        scan.word("null")?;
        values.note(WarningKind::NullLoop, at);
        return Ok(None);
    }
    let start = scan.pos;
    if !matches!(scan.peek(), Some(b'-' | b'0'..=b'9')) {
        return scan.unexpected("the index of a state");
    }
    scan.number()?;
    // What ends with the text may go on in the next piece, and be something else then.
    if scan.pos == scan.text.len() {
        return fail(ErrorKind::UnexpectedEnd, scan.pos);
    }
    match scan.text[start..scan.pos].parse() {
        Ok(index) => Ok(Some(index)),
        Err(_) => fail(ErrorKind::NotATrace("`loop` is not the index of a state"), start),
    }
}
