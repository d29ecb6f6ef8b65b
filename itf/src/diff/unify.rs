//! One node for one meaning: equal values of both sides become the same node, and every unit the same unit. As Apalache
//! has none, it writes a string instead ([`UNIT_VALUE`]).

use super::quick::QuickMap;
use crate::types::UNIT_VALUE;
use crate::value::{Value, Variant};

/// Remembers the node of every container it has seen, so that nothing is looked at twice, and nothing is built where
/// there is nothing to unify.
#[derive(Default)]
pub(super) struct Unifier {
    known: QuickMap<Value, Value>,
    unit: Option<Value>,
}

impl Unifier {
    /// As [`Value::unified`], and Apalache's unit, too; equal values come out as the same node.
    pub(super) fn unify(&mut self, value: &Value) -> Value {
        if value.is_unit() || value.as_str() == Some(UNIT_VALUE) {
            return self.unit.get_or_insert_with(Value::unit).clone();
        }
        if super::walk::is_scalar(value) {
            return value.clone();
        }
        if let Some(known) = self.known.get(value) {
            return known.clone();
        }
        let unified = self.inside(value).map_or_else(
            || value.clone(),
            |unified| self.known.entry(unified.clone()).or_insert(unified).clone(),
        );
        self.known.insert(value.clone(), unified.clone());
        unified
    }

    /// The value with its children unified; `None` if none of them changes.
    fn inside(&mut self, value: &Value) -> Option<Value> {
        match value {
            Value::List(l) => self.all(l).map(Value::list),
            Value::Tuple(t) => self.all(t).map(Value::tuple),
            Value::Set(s) => self.all(s).map(Value::set),
            Value::Record(r) => {
                let mut values = self.all(r.values())?.into_iter();
                Some(Value::Record(r.map_values(|_, old| values.next().unwrap_or_else(|| old.clone()))))
            }
            Value::Variant(v) => {
                let payload = self.unify(v.payload());
                (payload != *v.payload()).then(|| Value::Variant(Variant::new(v.tag(), payload)))
            }
            Value::Map(m) => {
                let flat: Vec<Value> = m.iter().flat_map(|(k, v)| [k.clone(), v.clone()]).collect();
                let unified = self.all(&flat)?;
                Some(Value::map(unified.as_chunks::<2>().0.iter().map(|[k, v]| (k, v))))
            }
            _ => None,
        }
    }

    fn all(&mut self, values: &[Value]) -> Option<Vec<Value>> {
        let unified: Vec<Value> = values.iter().map(|v| self.unify(v)).collect();
        (unified != values).then_some(unified)
    }
}
