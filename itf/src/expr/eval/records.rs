//! Records, tuples and elements of sum types.

use crate::expr::builtin::Builtin as B;
use crate::expr::error::{Error, ErrorKind};
use crate::expr::names::nearest;
use crate::value::{Record, Tuple, Value, Variant};

use super::{Arguments, Evaluated, Machine, Val, wrong};

impl<'p> Machine<'p, '_> {
    pub(super) fn records(&mut self, builtin: B, a: &Arguments<'p>) -> Evaluated<'p> {
        match builtin {
            B::Rec => {
                let values = self.forced(a, 0)?;
                let mut fields = Vec::with_capacity(values.len() / 2);
                for at in (0..values.len()).step_by(2) {
                    fields.push((a.string(at)?, values[at + 1].clone()));
                }
                let record = if fields.is_empty() {
                    Value::unit()
                } else {
                    Value::Record(fields.into_iter().collect())
                };
                self.made(record, values.len(), a.span)
            }
            B::Tup => {
                let items = self.forced(a, 0)?;
                let count = items.len();
                self.made(items.into_iter().collect::<Tuple>(), count, a.span)
            }
            B::Variant => {
                let payload = self.forced_at(a, 1)?;
                self.made(Variant::new(a.string(0)?, payload), 1, a.span)
            }
            B::Item => item(a).map(Val::Data),
            B::Field => {
                let (record, name) = (record(a)?, a.string(1)?);
                record.get(name).cloned().map(Val::Data).ok_or_else(|| no_field(record, name, a))
            }
            B::FieldNames => {
                let record = record(a)?;
                self.made(Value::set(record.names().iter().cloned()), record.len(), a.span)
            }
            _ => {
                let (record, name) = (record(a)?, a.string(1)?);
                if record.get(name).is_none() {
                    return Err(no_field(record, name, a));
                }
                let value = self.forced_at(a, 2)?;
                let with = record.map_values(|n, old| if n == name { value.clone() } else { old.clone() });
                self.made(with, record.len(), a.span)
            }
        }
    }
}

/// The record, with advice where something else has its parts by name, too.
fn record<'a>(a: &'a Arguments<'_>) -> Result<&'a Record, Error> {
    a.record(0).map_err(|error| match &a.values[0] {
        Val::Data(Value::Map(_)) => error.hint("the value of a map is `m.get(k)`"),
        Val::Data(Value::Variant(_)) => error.hint("`match e { Tag(x) => … }` gives what is in it"),
        _ => error,
    })
}

fn no_field(record: &Record, name: &str, a: &Arguments<'_>) -> Error {
    let message = format!("the record has no field `{name}`");
    let error = Error::new(ErrorKind::Missing, a.nodes[1].span.clone(), message);
    if let Some(near) = nearest(name, record.names().iter().map(crate::Str::as_str)) {
        return error.hint(format!("did you mean `{near}`?"));
    }
    if B::named(name).is_some() {
        return error.hint(format!("to call the operator, write `.{name}()`"));
    }
    let names: Vec<&str> = record.names().iter().take(12).map(crate::Str::as_str).collect();
    error.hint(format!("its fields are {}", names.join(", ")))
}

/// `t._1`, counted from 1.
fn item(a: &Arguments<'_>) -> Result<Value, Error> {
    let tuple = match &a.values[0] {
        Val::Data(Value::Tuple(tuple)) => tuple,
        other => {
            let error = wrong("a tuple", other, &a.nodes[0].span);
            let list = matches!(other, Val::Data(Value::List(_)));
            return Err(if list { error.hint("an item of a list is `l[0]`, counted from 0") } else { error });
        }
    };
    let n = a.int(1)?;
    let at = n.as_i64().and_then(|n| usize::try_from(n).ok()).and_then(|n| n.checked_sub(1));
    at.and_then(|at| tuple.get(at)).cloned().ok_or_else(|| {
        let message = format!("no item _{n} in a tuple of {}", tuple.len());
        Error::new(ErrorKind::Missing, a.nodes[1].span.clone(), message)
    })
}
