//! Lines of text: values are written flat where they fit and broken at their parts where they do not.

use std::fmt::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::notation::{Marks, Notation};
use super::page::Page;
use super::value::{write_in, write_name};
use crate::action::Label;
use crate::value::Value;

/// How far the parts of a broken value are indented.
const INDENT: usize = 2;

/// Lines that grow at their end.
pub(super) struct Lines {
    width: usize,
    notation: Notation,
    done: Vec<String>,
    last: String,
}

/// Takes text up to a width and then fails.
struct Fitting {
    text: String,
    left: usize,
}

impl Write for Fitting {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.left = self.left.checked_sub(text.width()).ok_or(fmt::Error)?;
        self.text.push_str(text);
        Ok(())
    }
}

impl Lines {
    /// An empty line with `indent` spaces at its start, to which lines of a page are added.
    pub(super) fn new(page: &Page, indent: usize) -> Self {
        Self { width: page.width, notation: page.notation, done: Vec::new(), last: " ".repeat(indent) }
    }

    /// Writes to the end of the last line, whether there is room or not.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.last.push_str(text);
        self
    }

    fn line(&mut self, indent: usize) {
        let line = std::mem::replace(&mut self.last, " ".repeat(indent));
        self.done.push(line.trim_end().to_owned());
    }

    /// What `write` writes, if it fits on the last line and leaves `after` columns free.
    fn fitting(&self, after: usize, write: impl FnOnce(&mut Fitting) -> fmt::Result) -> Option<String> {
        let left = self.width.checked_sub(self.last.width() + after)?;
        let mut fitting = Fitting { text: String::new(), left };
        write(&mut fitting).ok().map(|()| fitting.text)
    }

    /// Writes `values`, with `between` them, if all of it fits.
    pub(super) fn flat(&mut self, values: &[&Value], between: &str, after: usize) -> bool {
        let notation = self.notation;
        let text = self.fitting(after, |out| {
            values.iter().enumerate().try_for_each(|(at, value)| {
                out.write_str(if at > 0 { between } else { "" })?;
                write_in(out, value, notation)
            })
        });
        text.map(|text| self.last.push_str(&text)).is_some()
    }

    /// Writes `value`; its parts, if it does not fit, at `indent` and a little more. `after` columns are left free
    /// behind it.
    pub(super) fn value(&mut self, value: &Value, indent: usize, after: usize) {
        if self.flat(&[value], "", after) {
            return;
        }
        let notation = self.notation;
        match value {
            Value::Tuple(t) => self.parts(notation.tuple(t.len()), true, t.iter().map(Part::Item), indent),
            Value::List(l) => {
                self.parts(notation.list(), l.iter().all(is_leaf), l.iter().map(Part::Item), indent);
            }
            Value::Set(s) => {
                self.parts(notation.set(), s.iter().all(is_leaf), s.iter().map(Part::Item), indent);
            }
            Value::Map(m) => {
                self.parts(notation.map(m.len()), false, m.iter().map(|(k, v)| Part::Entry(k, v)), indent);
            }
            Value::Record(r) => {
                self.parts(notation.record(r.len()), true, r.iter().map(|(k, v)| Part::Field(k, v)), indent);
            }
            Value::Variant(v) if !v.payload().is_unit() => {
                // Writing to a string cannot fail, here and below.
                let _ = notation.write_variant(&mut self.last, v.tag());
                self.value(v.payload(), indent, after + 1);
                self.last.push_str(notation.variant_end());
            }
            scalar => {
                let _ = write_in(&mut self.last, scalar, notation);
            }
        }
    }

    /// Writes `parts` between `brackets`. What is one thing (a record), or small, `runs` on like text; elements of a
    /// collection have a line each.
    fn parts<'a>(
        &mut self,
        marks: Marks,
        runs: bool,
        parts: impl ExactSizeIterator<Item = Part<'a>>,
        indent: usize,
    ) {
        self.last.push_str(marks.open);
        let inner = indent + INDENT;
        let last = parts.len().saturating_sub(1);
        // Nothing follows on the line of an opening bracket, nor on that of a part that took several lines.
        let mut is_open = false;
        for (at, part) in parts.enumerate() {
            let comma = if at < last { marks.between } else { "" };
            let notation = self.notation;
            match self.fitting(1 + comma.len(), |out| part.write(out, notation)) {
                Some(text) if runs && is_open => {
                    self.last.push(' ');
                    self.last.push_str(&text);
                }
                _ => {
                    self.line(inner);
                    let before = self.done.len();
                    self.part(part, inner, comma.len());
                    is_open = self.done.len() == before;
                }
            }
            self.last.push_str(comma);
        }
        self.line(indent);
        self.last.push_str(marks.close);
    }

    fn part(&mut self, part: Part<'_>, indent: usize, after: usize) {
        let [before, between, behind] = self.notation.entry();
        match part {
            Part::Field(name, value) => {
                let _ = self.notation.write_field(&mut self.last, name);
                self.value(value, indent, after);
            }
            Part::Entry(key, value) => {
                self.last.push_str(before);
                self.value(key, indent, between.len());
                self.last.push_str(between);
                self.value(value, indent, after + behind.len());
                self.last.push_str(behind);
            }
            Part::Argument(name, value) => {
                let _ = write_name(&mut self.last, name);
                self.last.push_str(": ");
                self.value(value, indent, after);
            }
            Part::Item(value) => self.value(value, indent, after),
        }
    }

    /// Writes `label`; what does not fit goes on under its first argument.
    pub(super) fn label(&mut self, label: &Label) {
        let _ = write_name(&mut self.last, &label.name);
        if label.args.is_empty() {
            return;
        }
        self.last.push('(');
        let notation = self.notation;
        let indent = self.last.width().min(self.width / 3);
        let last = label.args.len() - 1;
        for (at, (name, value)) in label.args.iter().enumerate() {
            let comma = usize::from(at < last);
            let part = Part::Argument(name, value);
            let space = if at > 0 { " " } else { "" };
            if let Some(text) = self.fitting(space.len() + comma + 1, |out| part.write(out, notation)) {
                self.last.push_str(space);
                self.last.push_str(&text);
            } else {
                if at > 0 {
                    self.line(indent);
                }
                self.part(part, indent, comma + 1);
            }
            if comma > 0 {
                self.last.push(',');
            }
        }
        self.last.push(')');
    }

    /// Begins a line.
    pub(super) fn next(&mut self, indent: usize) -> &mut Self {
        self.line(indent);
        self
    }

    pub(super) fn finish(mut self) -> Vec<String> {
        self.line(0);
        self.done
    }
}

/// A part of a value.
#[derive(Clone, Copy)]
enum Part<'a> {
    Item(&'a Value),
    Field(&'a str, &'a Value),
    Argument(&'a str, &'a Value),
    Entry(&'a Value, &'a Value),
}

impl Part<'_> {
    fn write(self, out: &mut impl Write, notation: Notation) -> fmt::Result {
        match self {
            Self::Item(value) => write_in(out, value, notation),
            Self::Field(name, value) => {
                notation.write_field(out, name)?;
                write_in(out, value, notation)
            }
            Self::Argument(name, value) => {
                write_name(out, name)?;
                out.write_str(": ")?;
                write_in(out, value, notation)
            }
            Self::Entry(key, value) => {
                let [before, between, behind] = notation.entry();
                out.write_str(before)?;
                write_in(out, key, notation)?;
                out.write_str(between)?;
                write_in(out, value, notation)?;
                out.write_str(behind)
            }
        }
    }
}

fn is_leaf(value: &Value) -> bool {
    !matches!(
        value,
        Value::Tuple(_)
            | Value::List(_)
            | Value::Set(_)
            | Value::Map(_)
            | Value::Record(_)
            | Value::Variant(_)
    ) || matches!(value, Value::Variant(v) if v.payload().is_unit())
}
