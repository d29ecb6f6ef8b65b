//! What is known of the types of variables.

use std::collections::{BTreeMap, HashSet};

use crate::chunk::Chunk;
use crate::path::Segment;
use crate::trace::{State, Trace};
use crate::types::{Inference, Type as Declared, Types};

use super::store::{Form, Id, Store, Type};

/// What is known of a variable.
pub(in crate::expr) enum Known {
    /// A type, of which parts may not be known.
    Typed(Declared),
    /// It has no values: of one type, whichever that is.
    Fresh,
    /// Its values have no type together, or are not known.
    Unknown,
}

/// Where there is no trace yet: what is taken for a variable may be a tag, or of no type.
pub(in crate::expr) fn of_nothing(names: &[String]) -> Vec<Known> {
    names.iter().map(|_| Known::Unknown).collect()
}

/// What a trace declares of these variables and parameters, and what its values say where it declares nothing.
pub(in crate::expr) fn of_trace(names: &[String], trace: &Trace) -> Vec<Known> {
    if names.is_empty() {
        return Vec::new();
    }
    let (declared, _) = Types::declared(trace);
    let mut wanted = Types::default();
    for name in names {
        if let Some(t) = declared.get(name) {
            wanted.insert(name, t.clone());
        }
    }
    // A declaration that the values do not keep to is worth nothing.
    let variable = |path: &crate::Path| match path.segments() {
        [_, _, Segment::Field(name), ..] => Some(name.to_string()),
        _ => None,
    };
    let broken: HashSet<String> = wanted.check(trace).iter().filter_map(|m| variable(&m.path)).collect();
    inferred(names, &trace.states, &wanted, &broken)
}

/// What the values in some states say of these variables.
pub(in crate::expr) fn of_states(names: &[String], states: &[State]) -> Vec<Known> {
    inferred(names, states, &Types::default(), &HashSet::new())
}

fn inferred(names: &[String], states: &[State], declared: &Types, broken: &HashSet<String>) -> Vec<Known> {
    let mut skipped = declared.clone();
    let used: HashSet<&str> = names.iter().map(String::as_str).collect();
    for name in states.iter().flat_map(|state| state.value.names()) {
        if !used.contains(name.as_str()) && skipped.get(name).is_none() {
            skipped.insert(name, Declared::Bool);
        }
    }
    let mut inference = Inference::default();
    inference.add_others(Chunk::whole(states), &skipped);
    let inferred = inference.finish();
    let conflicts: HashSet<&str> = inferred.conflicts.iter().map(|c| c.variable.as_str()).collect();
    let known = |name: &String| match (declared.get(name), inferred.types.get(name)) {
        _ if broken.contains(name) || conflicts.contains(name.as_str()) => Known::Unknown,
        (Some(t), _) | (None, Some(t)) => Known::Typed(t.clone()),
        (None, None) => Known::Fresh,
    };
    names.iter().map(known).collect()
}

impl Known {
    pub(super) fn in_store(&self, store: &mut Store) -> Id {
        match self {
            Self::Typed(t) => typed(t, store, &mut BTreeMap::new()),
            Self::Fresh => store.fresh(),
            Self::Unknown => store.unknown(),
        }
    }
}

/// A type of Apalache as one of Quint. Strings of an uninterpreted type are strings.
fn typed<'t>(t: &'t Declared, store: &mut Store, variables: &mut BTreeMap<&'t str, Id>) -> Id {
    match t {
        Declared::Bool => store.bool(),
        Declared::Int => store.int(),
        Declared::Const(name) if name == crate::types::UNIT => store.unit(),
        Declared::Str | Declared::Const(_) => store.str(),
        Declared::Var(name) => *variables.entry(name).or_insert_with(|| store.fresh()),
        Declared::Set(of) => {
            let of = typed(of, store, variables);
            store.set(of)
        }
        Declared::Seq(of) => {
            let of = typed(of, store, variables);
            store.list(of)
        }
        Declared::Fun(from, to) => {
            let (from, to) = (typed(from, store, variables), typed(to, store, variables));
            store.map(from, to)
        }
        Declared::Tuple(items) if items.is_empty() => store.unit(),
        Declared::Tuple(items) => {
            let items: Vec<Id> = items.iter().map(|t| typed(t, store, variables)).collect();
            store.tuple(&items)
        }
        Declared::Record(row) if row.fields.is_empty() && row.rest.is_none() => store.unit(),
        Declared::Record(row) | Declared::Variant(row) => {
            let form = if matches!(t, Declared::Record(_)) { Form::Record } else { Form::Sum };
            let fields = row.fields.iter().map(|(name, t)| (name.clone(), typed(t, store, variables)));
            let fields = fields.collect();
            // Other traces may have other tags.
            let is_open = row.rest.is_some() || form == Form::Sum;
            let rest = is_open.then(|| store.fresh());
            store.add(Type::Row(form, fields, rest))
        }
        _ => store.unknown(),
    }
}
