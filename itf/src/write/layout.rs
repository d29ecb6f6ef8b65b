//! The layouts, one writer: where it breaks lines the layout is the canonical one.
//!
//! Text gathers in memory and goes out state by state. A variable that has the value it had in the state before is
//! copied from there.

use std::io::Write as _;

use super::Layout;
use crate::trace::{State, Trace};
use crate::value::Value;

pub(super) struct Writer {
    pub(super) out: Vec<u8>,
    /// The indentation of the current line, where lines are broken.
    indent: Option<usize>,
    /// Whether a trace that names no variables has no `vars` at all.
    pub(super) no_vars: bool,
    /// For each position in a state: the value that was there last, and its text.
    last: Vec<(Value, Vec<u8>)>,
}

impl Writer {
    pub(super) fn new(layout: Layout) -> Self {
        let indent = match layout {
            // The pretty layout is made of the compact one when it goes out.
            Layout::Compact | Layout::Pretty => None,
            Layout::Canonical => Some(0),
        };
        Self { out: Vec::new(), indent, no_vars: false, last: Vec::new() }
    }

    /// All of a trace up to its first state.
    pub(super) fn begin<S>(&mut self, trace: &Trace<S>) {
        self.last.clear();
        self.out.push(b'{');
        self.deeper();
        if let Some(json) = trace.meta.text() {
            self.key("#meta");
            self.out.extend_from_slice(json.as_bytes());
            self.out.push(b',');
        }
        if !trace.params.is_empty() {
            self.names("params", &trace.params);
        }
        if !(self.no_vars && trace.vars.is_empty()) {
            self.names("vars", &trace.vars);
        }
        for (key, json) in &trace.extra {
            self.key(key);
            self.out.extend_from_slice(json.text().as_bytes());
            self.out.push(b',');
        }
        if let Some(index) = trace.loop_index {
            self.key("loop");
            // Writing to memory cannot fail, here and below.
            let _ = write!(self.out, "{index},");
        }
        self.key("states");
        self.out.push(b'[');
        self.deeper();
    }

    /// A state; `number` of them came before.
    pub(super) fn state(&mut self, state: &State, number: usize) {
        if number > 0 {
            self.out.push(b',');
        }
        self.line_break();
        self.out.push(b'{');
        let is_empty = state.meta.text().is_none() && state.value.is_empty();
        self.deeper();
        let mut comma = false;
        if let Some(json) = state.meta.text() {
            self.key("#meta");
            self.out.extend_from_slice(json.as_bytes());
            comma = true;
        }
        for (at, (name, value)) in state.value.iter().enumerate() {
            if comma {
                self.out.push(b',');
            }
            comma = true;
            self.key(name);
            if let Some((_, text)) = self.last.get(at).filter(|(last, _)| last == value) {
                self.out.extend_from_slice(text);
                continue;
            }
            let start = self.out.len();
            self.value(value);
            let text = &self.out[start..];
            match self.last.get_mut(at) {
                Some(last) => {
                    last.0 = value.clone();
                    last.1.clear();
                    last.1.extend_from_slice(text);
                }
                None => self.last.push((value.clone(), text.to_vec())),
            }
        }
        self.higher(is_empty);
        self.out.push(b'}');
    }

    /// The end of a trace of `number` states.
    pub(super) fn end(&mut self, number: usize) {
        self.higher(number == 0);
        self.out.push(b']');
        self.higher(false);
        self.out.extend_from_slice(b"}\n");
    }

    fn deeper(&mut self) {
        self.indent = self.indent.map(|n| n + 1);
    }

    /// Ends an indented block, with a line break if there was anything in it.
    fn higher(&mut self, was_empty: bool) {
        self.indent = self.indent.map(|n| n - 1);
        if !was_empty {
            self.line_break();
        }
    }

    /// A list of names and a comma.
    fn names(&mut self, key: &str, names: &[String]) {
        self.key(key);
        self.flat(|w| w.block(b'[', names.iter(), b']', |w, n| w.string(n)));
        self.out.push(b',');
    }

    pub(super) fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.out.extend_from_slice(b"null"),
            Value::Bool(b) => self.out.extend_from_slice(if *b { b"true" } else { b"false" }),
            Value::Int(n) => {
                self.out.extend_from_slice(b"{\"#bigint\":\"");
                match n.as_i64() {
                    Some(n) => self.digits(n),
                    None => drop(write!(self.out, "{n}")),
                }
                self.out.extend_from_slice(b"\"}");
            }
            Value::Str(s) => self.string(s),
            Value::Opaque(json) => self.out.extend_from_slice(json.as_bytes()),
            Value::Unserializable(s) => self.wrapped(b"{\"#unserializable\":", |w| w.string(s)),
            Value::List(l) => self.block(b'[', l.iter(), b']', Self::value),
            Value::Set(s) => self.wrapped(b"{\"#set\":", |w| w.block(b'[', s.iter(), b']', Self::value)),
            Value::Map(m) => self.wrapped(b"{\"#map\":", |w| w.block(b'[', m.iter(), b']', Self::entry)),
            Value::Tuple(t) => self.wrapped(b"{\"#tup\":", |w| {
                w.maybe_flat(|| t.iter().all(is_flat), |w| w.block(b'[', t.iter(), b']', Self::value));
            }),
            Value::Record(r) => self.maybe_flat(
                || is_flat(value),
                |w| {
                    w.block(b'{', r.iter(), b'}', |w, (name, v)| {
                        w.string(name);
                        w.colon();
                        w.value(v);
                    });
                },
            ),
            Value::Variant(v) => {
                self.out.extend_from_slice(b"{\"tag\":");
                self.string(v.tag());
                self.out.extend_from_slice(b",\"value\":");
                self.value(v.payload());
                self.out.push(b'}');
            }
        }
    }

    fn digits(&mut self, n: i64) {
        let mut text = [0; 20];
        let mut at = text.len();
        let mut rest = n.unsigned_abs();
        loop {
            at -= 1;
            text[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if n < 0 {
            self.out.push(b'-');
        }
        self.out.extend_from_slice(&text[at..]);
    }

    fn entry(&mut self, (key, value): (&Value, &Value)) {
        self.out.push(b'[');
        self.flat(|w| w.value(key));
        self.out.push(b',');
        self.value(value);
        self.out.push(b']');
    }

    /// `{"key":…}`
    fn wrapped(&mut self, open: &[u8], inside: impl FnOnce(&mut Self)) {
        self.out.extend_from_slice(open);
        inside(self);
        self.out.push(b'}');
    }

    /// A key on a line of its own.
    fn key(&mut self, key: &str) {
        self.line_break();
        self.string(key);
        self.colon();
    }

    fn colon(&mut self) {
        self.out.extend_from_slice(if self.indent.is_some() { b": " } else { b":" });
    }

    fn string(&mut self, text: &str) {
        if text.bytes().any(|b| b < b' ' || b == b'"' || b == b'\\') {
            let _ = serde_json::to_writer(&mut self.out, text);
            return;
        }
        self.out.push(b'"');
        self.out.extend_from_slice(text.as_bytes());
        self.out.push(b'"');
    }

    fn maybe_flat(&mut self, is_flat: impl FnOnce() -> bool, inside: impl FnOnce(&mut Self)) {
        if self.indent.is_some() && is_flat() {
            self.flat(inside);
        } else {
            inside(self);
        }
    }

    /// Without line breaks.
    fn flat(&mut self, inside: impl FnOnce(&mut Self)) {
        let indent = self.indent.take();
        inside(self);
        self.indent = indent;
    }

    /// Items between brackets; each on a line of its own where lines are broken.
    fn block<T>(
        &mut self,
        open: u8,
        items: impl ExactSizeIterator<Item = T>,
        close: u8,
        item: impl Fn(&mut Self, T),
    ) {
        self.out.push(open);
        let is_empty = items.len() == 0;
        self.deeper();
        for (at, next) in items.enumerate() {
            if at > 0 {
                self.out.push(b',');
            }
            self.line_break();
            item(self, next);
        }
        self.higher(is_empty);
        self.out.push(close);
    }

    fn line_break(&mut self) {
        const SPACES: &[u8] = b"\n                                                                ";
        let Some(indent) = self.indent else { return };
        self.out.extend_from_slice(&SPACES[..SPACES.len().min(1 + indent)]);
    }
}

/// Whether a value has no set element, map entry or list item that wants a line of its own.
fn is_flat(value: &Value) -> bool {
    match value {
        Value::List(l) => l.is_empty(),
        Value::Set(s) => s.is_empty(),
        Value::Map(m) => m.is_empty(),
        Value::Tuple(t) => t.iter().all(is_flat),
        Value::Record(r) => r.values().iter().all(is_flat),
        Value::Variant(v) => is_flat(v.payload()),
        _ => true,
    }
}
