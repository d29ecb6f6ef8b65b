//! What a call consists of: arguments and picks, by name.

use itf::{Record, Value};

use crate::{Action, Picks};

/// An argument or a pick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    /// Its name; its position, where picks have no names.
    pub(super) name: String,
    /// Its value.
    pub(super) value: Value,
}

/// The fields of a call, arguments first. Of a trail those are the named choices; which alternative was taken is none.
pub(super) fn fields(call: &Action) -> Vec<Field> {
    let mut fields = Vec::new();
    map_fields(call, |field| {
        fields.push(field.clone());
        field.value.clone()
    });
    fields
}

/// The call with other values of its fields.
pub(super) fn map_fields(call: &Action, mut f: impl FnMut(&Field) -> Value) -> Action {
    let mut named = |name: &str, value: &Value| f(&Field { name: name.to_owned(), value: value.clone() });
    let args = call.args.map_values(|name, value| named(name, value));
    let picks = match &call.picks {
        Picks::InOrder(values) => {
            let values = values.iter().enumerate();
            Picks::InOrder(values.map(|(at, value)| named(&at.to_string(), value)).collect())
        }
        Picks::ByName(values) => Picks::ByName(values.map_values(|name, value| named(name, value))),
        Picks::Trail(trail) => Picks::Trail(match trail.items() {
            Some(choices) => Value::list(choices.iter().map(|choice| {
                let parts = choice
                    .as_record()
                    .and_then(|r: &Record| Some((r, r.get("nondet")?.as_str()?, r.get("value")?)));
                match parts {
                    Some((record, name, value)) => Value::Record(record.with("value", named(name, value))),
                    None => choice.clone(),
                }
            })),
            None => trail.clone(),
        }),
    };
    Action { name: call.name.clone(), args, picks }
}
