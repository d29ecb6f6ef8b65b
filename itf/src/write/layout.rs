//! The two layouts, one writer: in the canonical one it breaks lines.

use std::io::{self, Write};

use crate::trace::{State, Trace};
use crate::value::Value;

pub(super) struct Writer<'a, W> {
    out: &'a mut W,
    /// The indentation of the current line, where lines are broken.
    indent: Option<usize>,
}

impl<'a, W: Write> Writer<'a, W> {
    pub(super) fn compact(out: &'a mut W) -> Self {
        Self { out, indent: None }
    }

    pub(super) fn canonical(out: &'a mut W) -> Self {
        Self { out, indent: Some(0) }
    }

    pub(super) fn trace(&mut self, trace: &Trace) -> io::Result<()> {
        let mut entries: Vec<Entry<'_>> = Vec::new();
        entries.extend(trace.meta.text().map(|json| ("#meta", Part::Json(json))));
        if !trace.params.is_empty() {
            entries.push(("params", Part::Names(&trace.params)));
        }
        entries.push(("vars", Part::Names(&trace.vars)));
        entries.extend(trace.extra.iter().map(|(key, json)| (key.as_str(), Part::Json(json.text()))));
        if let Some(index) = trace.loop_index {
            entries.push(("loop", Part::Loop(index)));
        }
        entries.push(("states", Part::States(&trace.states)));
        self.block(b'{', entries.into_iter(), b'}', |w, (key, part)| {
            w.key(key)?;
            w.part(part)
        })?;
        self.out.write_all(b"\n")
    }

    fn part(&mut self, part: Part<'_>) -> io::Result<()> {
        match part {
            Part::Json(json) => self.json(json),
            Part::Loop(index) => write!(self.out, "{index}"),
            Part::States(states) => self.block(b'[', states.iter(), b']', Self::state),
            Part::Names(names) => self.flat(|w| w.block(b'[', names.iter(), b']', |w, n| w.string(n))),
            Part::Value(value) => self.value(value),
        }
    }

    fn state(&mut self, state: &State) -> io::Result<()> {
        let meta = state.meta.text().map(|json| ("#meta", Part::Json(json)));
        let vars = state.value.iter().map(|(name, value)| (name.as_str(), Part::Value(value)));
        let entries: Vec<Entry<'_>> = meta.into_iter().chain(vars).collect();
        self.block(b'{', entries.into_iter(), b'}', |w, (key, part)| {
            w.key(key)?;
            w.part(part)
        })
    }

    pub(super) fn value(&mut self, value: &Value) -> io::Result<()> {
        match value {
            Value::Null => self.out.write_all(b"null"),
            Value::Bool(b) => write!(self.out, "{b}"),
            Value::Int(n) => write!(self.out, "{{\"#bigint\":\"{n}\"}}"),
            Value::Str(s) => self.string(s),
            Value::Opaque(json) => self.out.write_all(json.as_bytes()),
            Value::Unserializable(s) => self.wrapped(b"#unserializable", |w| w.string(s)),
            Value::List(l) => self.block(b'[', l.iter(), b']', Self::value),
            Value::Set(s) => self.wrapped(b"#set", |w| w.block(b'[', s.iter(), b']', Self::value)),
            Value::Map(m) => self.wrapped(b"#map", |w| w.block(b'[', m.iter(), b']', Self::entry)),
            Value::Tuple(t) => {
                let is_flat = t.iter().all(is_flat);
                self.wrapped(b"#tup", |w| {
                    w.maybe_flat(is_flat, |w| w.block(b'[', t.iter(), b']', Self::value))
                })
            }
            Value::Record(r) => self.maybe_flat(is_flat(value), |w| {
                w.block(b'{', r.iter(), b'}', |w, (name, v)| {
                    w.key(name)?;
                    w.value(v)
                })
            }),
            Value::Variant(v) => {
                self.out.write_all(b"{\"tag\":")?;
                self.string(v.tag())?;
                self.out.write_all(b",\"value\":")?;
                self.value(v.payload())?;
                self.out.write_all(b"}")
            }
        }
    }

    fn entry(&mut self, (key, value): (&Value, &Value)) -> io::Result<()> {
        self.out.write_all(b"[")?;
        self.flat(|w| w.value(key))?;
        self.out.write_all(b",")?;
        self.value(value)?;
        self.out.write_all(b"]")
    }

    /// `{"key":…}`
    fn wrapped(&mut self, key: &[u8], inside: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        self.out.write_all(b"{\"")?;
        self.out.write_all(key)?;
        self.out.write_all(b"\":")?;
        inside(self)?;
        self.out.write_all(b"}")
    }

    fn key(&mut self, key: &str) -> io::Result<()> {
        self.string(key)?;
        self.out.write_all(if self.indent.is_some() { b": " } else { b":" })
    }

    fn string(&mut self, text: &str) -> io::Result<()> {
        serde_json::to_writer(&mut *self.out, text).map_err(io::Error::from)
    }

    /// JSON as it was read. It has no line breaks of its own in either layout: where it changes, its line changes.
    fn json(&mut self, json: &str) -> io::Result<()> {
        self.out.write_all(json.as_bytes())
    }

    fn maybe_flat(
        &mut self,
        is_flat: bool,
        inside: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        if is_flat { self.flat(inside) } else { inside(self) }
    }

    /// Without line breaks.
    fn flat(&mut self, inside: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        let indent = self.indent.take();
        let result = inside(self);
        self.indent = indent;
        result
    }

    /// Items between brackets; each on a line of its own where lines are broken.
    fn block<T>(
        &mut self,
        open: u8,
        items: impl ExactSizeIterator<Item = T>,
        close: u8,
        item: impl Fn(&mut Self, T) -> io::Result<()>,
    ) -> io::Result<()> {
        self.out.write_all(&[open])?;
        if items.len() == 0 {
            return self.out.write_all(&[close]);
        }
        self.indent = self.indent.map(|n| n + 1);
        for (at, next) in items.enumerate() {
            if at > 0 {
                self.out.write_all(b",")?;
            }
            self.line_break()?;
            item(self, next)?;
        }
        self.indent = self.indent.map(|n| n - 1);
        self.line_break()?;
        self.out.write_all(&[close])
    }

    fn line_break(&mut self) -> io::Result<()> {
        const SPACES: &[u8] = b"\n                                                                ";
        let Some(indent) = self.indent else { return Ok(()) };
        self.out.write_all(&SPACES[..SPACES.len().min(1 + indent)])
    }
}

type Entry<'a> = (&'a str, Part<'a>);

enum Part<'a> {
    Json(&'a str),
    Names(&'a [String]),
    Loop(u64),
    States(&'a [State]),
    Value(&'a Value),
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
