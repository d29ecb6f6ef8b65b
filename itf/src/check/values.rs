//! Checks of values: each distinct one is looked at once, however often it is in the trace.

use super::Code;
use super::findings::Findings;
use super::integer::is_leaked;
use crate::path::{Path, Segment};
use crate::quick::QuickSet;
use crate::trace::Trace;
use crate::value::Value;

struct Walk<'a> {
    seen: QuickSet<&'a Value>,
    path: Vec<Segment>,
    findings: &'a mut Findings,
}

pub(super) fn values(trace: &Trace, findings: &mut Findings) {
    let mut walk = Walk { seen: QuickSet::default(), path: vec![Segment::Field("states".into())], findings };
    let mut before: &[Value] = &[];
    for (at, state) in trace.states.iter().enumerate() {
        let values = state.value.values();
        for (slot, (name, value)) in state.value.iter().enumerate() {
            // Most variables keep their value, and then there is nothing to look up.
            if before.get(slot) == Some(value) {
                continue;
            }
            walk.path.truncate(1);
            walk.path.extend([Segment::Index(at), Segment::Field(name.clone())]);
            walk.value(value);
        }
        before = values;
    }
}

/// Whether there is nothing in a value, and nothing to say of it.
fn is_leaf(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Bool(_) | Value::Int(_) | Value::Str(_) | Value::Opaque(_))
}

impl<'a> Walk<'a> {
    /// Looks at a value and all in it. Values nest no deeper than the reader allows.
    fn value(&mut self, value: &'a Value) {
        let is_new = !is_leaf(value) && self.seen.insert(value);
        if !is_new {
            return;
        }
        match value {
            Value::Unserializable(_) => self.found(Code::Unserializable),
            Value::List(items) => self.items(items),
            Value::Tuple(items) => self.items(items),
            Value::Set(elements) => {
                for element in elements {
                    self.inside(|| Segment::Element, element);
                }
            }
            Value::Map(map) => {
                for (at, (key, value)) in map.iter().enumerate() {
                    self.inside(|| Segment::MapKey(at), key);
                    self.inside(|| Segment::Key(key.clone()), value);
                }
            }
            Value::Record(record) if (3..=4).contains(&record.len()) && is_leaked(record) => {
                self.found(Code::LeakedInteger);
            }
            Value::Record(record) => {
                for (name, value) in record.iter() {
                    self.inside(|| Segment::Field(name.clone()), value);
                }
            }
            Value::Variant(variant) => {
                self.inside(|| Segment::Payload(variant.tag().clone()), variant.payload());
            }
            _ => {}
        }
    }

    fn items(&mut self, items: &'a [Value]) {
        for (at, item) in items.iter().enumerate() {
            self.inside(|| Segment::Index(at), item);
        }
    }

    fn inside(&mut self, step: impl FnOnce() -> Segment, value: &'a Value) {
        if is_leaf(value) {
            return;
        }
        self.path.push(step());
        self.value(value);
        self.path.pop();
    }

    fn found(&mut self, code: Code) {
        let path = &self.path;
        self.findings.add(code, || path.iter().cloned().collect::<Path>());
    }
}
