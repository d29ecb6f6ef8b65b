//! Checks of values: each distinct one is looked at once, however often it is in the trace.

use super::Code;
use super::findings::Findings;
use super::integer::is_leaked;
use crate::chunk::Chunk;
use crate::path::{Step, path_of};
use crate::quick::QuickSet;
use crate::value::Value;

struct Walk<'a> {
    /// Large values that were looked at, and small ones in which something was found.
    seen: QuickSet<&'a Value>,
    path: Vec<Step<'a>>,
    findings: &'a mut Findings,
}

pub(super) fn values(chunk: Chunk<'_>, findings: &mut Findings) {
    let mut walk = Walk { seen: QuickSet::default(), path: vec![Step::Name("states")], findings };
    chunk.for_each_change(|at, name, value| {
        if !is_leaf(value) {
            walk.path.truncate(1);
            walk.path.extend([Step::Index(at), Step::Field(name)]);
            walk.value(value);
        }
    });
}

/// Whether there is nothing in a value, and nothing to say of it.
fn is_leaf(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Bool(_) | Value::Int(_) | Value::Str(_) | Value::Opaque(_))
}

impl<'a> Walk<'a> {
    /// Looks at a value and all in it. Values nest no deeper than the reader allows.
    fn value(&mut self, value: &'a Value) {
        // To look at a small value again is less than to look for it among all.
        if !value.is_small() && !self.seen.insert(value) {
            return;
        }
        match value {
            Value::Unserializable(_) => self.found(Code::Unserializable, value),
            Value::List(items) => self.items(items),
            Value::Tuple(items) => self.items(items),
            Value::Set(elements) => {
                for element in elements {
                    self.inside(Step::Element(element, elements), element);
                }
            }
            Value::Map(map) => {
                for (at, (key, value)) in map.iter().enumerate() {
                    self.inside(Step::MapKey(at), key);
                    self.inside(Step::Key(key), value);
                }
            }
            Value::Record(record) if (3..=4).contains(&record.len()) && is_leaked(record) => {
                self.found(Code::LeakedInteger, value);
            }
            Value::Record(record) => {
                for (name, value) in record.iter() {
                    self.inside(Step::Field(name), value);
                }
            }
            Value::Variant(variant) => {
                self.inside(Step::Payload(variant.tag()), variant.payload());
            }
            _ => {}
        }
    }

    fn items(&mut self, items: &'a [Value]) {
        for (at, item) in items.iter().enumerate() {
            self.inside(Step::Index(at), item);
        }
    }

    fn inside(&mut self, step: Step<'a>, value: &'a Value) {
        if is_leaf(value) {
            return;
        }
        self.path.push(step);
        self.value(value);
        self.path.pop();
    }

    fn found(&mut self, code: Code, value: &'a Value) {
        if value.is_small() && !self.seen.insert(value) {
            return;
        }
        let path = &self.path;
        self.findings.add(code, || path_of(path));
    }
}
