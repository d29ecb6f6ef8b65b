//! Applies a renaming of strings.

use super::super::quick::QuickMap;
use crate::trace::Trace;
use crate::value::{Str, Value};

/// Renames strings wherever they stand in values. Every distinct value is looked at once.
pub(in crate::diff) struct Renamer {
    names: QuickMap<Str, Str>,
    known: QuickMap<Value, Value>,
}

impl Renamer {
    pub(in crate::diff) fn new(names: impl IntoIterator<Item = (Str, Str)>) -> Self {
        Self { names: names.into_iter().collect(), known: QuickMap::default() }
    }

    pub(in crate::diff) fn of_texts(names: &[(String, String)]) -> Self {
        Self::new(names.iter().map(|(old, new)| (Str::from(old.as_str()), Str::from(new.as_str()))))
    }

    pub(in crate::diff) fn trace(&mut self, trace: &mut Trace) {
        for state in &mut trace.states {
            state.value = state.value.map_values(|_, value| self.value(value));
        }
    }

    pub(in crate::diff) fn value(&mut self, value: &Value) -> Value {
        match value {
            Value::Str(text) => {
                return self.names.get(text).map_or_else(|| value.clone(), |name| Value::Str(name.clone()));
            }
            scalar if super::super::walk::is_scalar(scalar) => return value.clone(),
            _ => {}
        }
        if let Some(known) = self.known.get(value) {
            return known.clone();
        }
        let mut all = |items: &[Value]| -> Vec<Value> { items.iter().map(|v| self.value(v)).collect() };
        let renamed = match value {
            Value::Tuple(items) => Value::tuple(all(items)),
            Value::List(items) => Value::list(all(items)),
            Value::Set(items) => Value::set(all(items)),
            Value::Record(record) => Value::Record(record.map_values(|_, v| self.value(v))),
            Value::Variant(v) => Value::variant(v.tag(), self.value(v.payload())),
            Value::Map(map) => Value::map(
                map.iter().map(|(key, v)| (self.value(key), self.value(v))).collect::<Vec<(Value, Value)>>(),
            ),
            other => other.clone(),
        };
        self.known.insert(value.clone(), renamed.clone());
        renamed
    }
}
