//! Writing types into a trace, so that Apalache can read it back.

use std::cell::RefCell;
use std::collections::HashMap;

use super::declared::KEY;
use super::{Mismatch, Type, Types};
use crate::path::Segment;
use crate::trace::Trace;
use crate::value::Value;

/// How Apalache writes the value of type `UNIT`.
pub(crate) const UNIT_VALUE: &str = "U_OF_UNIT";

impl Trace {
    /// This trace as Apalache can read it: with the types of its variables in `#meta.varTypes`, and with unit as
    /// `"U_OF_UNIT"`, since Apalache has neither empty tuples nor empty records nor null.
    ///
    /// Types that the trace declares itself stay as they are. Of `types` those of the variables are written, without
    /// type variables ([`Type::closed`]) if the values have that type, too; parameters have no place in `varTypes`.
    ///
    /// ```
    /// use itf::types::infer;
    /// let trace = &itf::read(br##"{"vars":["x"],"states":[{"x":{"tag":"None","value":{"#tup":[]}}}]}"##)?[0];
    /// let typed = trace.with_types(&infer([trace]).types);
    /// assert_eq!(
    ///     itf::to_string(&typed, itf::Layout::Compact),
    ///     r##"{"#meta":{"varTypes":{"x":"None(UNIT)"}},"vars":["x"],"states":[{"x":{"tag":"None","value":"U_OF_UNIT"}}]}
    /// "##,
    /// );
    /// # Ok::<(), itf::ReadError>(())
    /// ```
    #[must_use]
    pub fn with_types(&self, types: &Types) -> Self {
        let mut typed = self.clone();
        let (declared, _) = Types::declared(self);
        let texts = self.meta.get(KEY);
        let closed: Types = types.iter().map(|(name, t)| (name, t.closed())).collect();
        let refused: Vec<Mismatch> = closed.check(self);
        let is_refused = |name: &str| {
            let of_it = |step: &Segment| matches!(step, Segment::Field(variable) if variable == name);
            refused.iter().any(|mismatch| mismatch.path.segments().get(2).is_some_and(of_it))
        };
        let text = |name: &str| match declared.get(name) {
            Some(_) => texts.as_ref().and_then(|texts| texts.get(name)).cloned(),
            None => if is_refused(name) { types.get(name) } else { closed.get(name) }
                .map(|t| t.to_string().into()),
        };
        let entries = self.variables().into_iter().filter_map(|name| Some((name.to_owned(), text(name)?)));
        typed.meta.set(KEY, serde_json::Value::Object(entries.collect()));
        let known = RefCell::default();
        for state in &mut typed.states {
            state.value =
                state.value.map_values(|_, value| with_units(value, &known).unwrap_or_else(|| value.clone()));
        }
        typed
    }
}

/// What values with unit in them became; equal ones are one.
type Known = RefCell<HashMap<Value, Option<Value>>>;

/// This value with unit as Apalache writes it, if there is any in it.
fn with_units(value: &Value, known: &Known) -> Option<Value> {
    if value.is_unit() {
        return Some(Value::from(UNIT_VALUE));
    }
    if matches!(
        value,
        Value::Bool(_) | Value::Int(_) | Value::Str(_) | Value::Unserializable(_) | Value::Opaque(_)
    ) {
        return None;
    }
    if let Some(done) = known.borrow().get(value) {
        return done.clone();
    }
    let new = value.rewritten(&|part| with_units(part, known));
    known.borrow_mut().insert(value.clone(), new.clone());
    new
}

impl Type {
    /// Why Apalache would not take this as the type of a variable in a trace; `None` if it would.
    ///
    /// ```
    /// # use itf::types::Type;
    /// assert_eq!("Set(Int)".parse::<Type>()?.obstacle(), None);
    /// assert!("Set(a)".parse::<Type>()?.obstacle().unwrap().contains("type variable"));
    /// # Ok::<(), itf::types::TypeError>(())
    /// ```
    pub fn obstacle(&self) -> Option<String> {
        use super::parse::{is_identifier, is_keyword};
        let names = |t: &Self| match t {
            Self::Record(row) | Self::OldVariant(row) | Self::Variant(row) => {
                row.fields.keys().cloned().collect()
            }
            Self::OldRecord(fields) => fields.keys().cloned().collect(),
            _ => Vec::new(),
        };
        let is_open = |t: &Self| match t {
            Self::Record(row) | Self::OldVariant(row) | Self::Variant(row) => row.rest.is_some(),
            _ => false,
        };
        let is_tag = matches!(self, Self::Variant(_));
        if let Some(name) =
            names(self).iter().find(|name| !is_identifier(name) || (is_tag && is_keyword(name)))
        {
            return Some(format!("`{name}` cannot be the name of a field or tag"));
        }
        if is_open(self) {
            return Some("it has a row variable".to_owned());
        }
        match self {
            Self::Var(name) => Some(format!("`{name}` is a type variable")),
            Self::Alias(name) => Some(format!("`${name}` is an alias")),
            Self::OldRecord(_) | Self::OldVariant(_) => Some("the notation is that of 2022".to_owned()),
            Self::Real | Self::SparseTuple(_) | Self::Row(_) | Self::Operator(..) => {
                Some("it has no values".to_owned())
            }
            Self::Record(row) if row.fields.is_empty() => Some("it has no empty records".to_owned()),
            other => other.map_parts(&mut |part| part.obstacle().map_or_else(|| Ok(part.clone()), Err)).err(),
        }
    }
}
