//! Maps.

use std::collections::BTreeMap;

use crate::expr::builtin::Builtin as B;
use crate::expr::error::{Error, ErrorKind, Span};
use crate::value::{Map, Value};

use super::{Arguments, Evaluated, Machine, Val, brief, wrong};

impl<'p> Machine<'p, '_> {
    pub(super) fn maps(&mut self, builtin: B, a: &Arguments<'p>) -> Evaluated<'p> {
        match builtin {
            B::MapOf => {
                let mut entries = BTreeMap::new();
                for (at, pair) in self.forced(a, 0)?.into_iter().enumerate() {
                    let (key, value) = entry(&pair, &a.nodes[at].span)?;
                    // As in Quint, of a key that is there twice the last entry counts.
                    entries.insert(key, value);
                }
                let count = entries.len();
                self.made(entries.into_iter().collect::<Map>(), count, a.span)
            }
            B::MapBy => {
                let set = a.set(0)?;
                let set = self.list(&set, &a.nodes[0].span)?;
                let operator = a.operator(1)?.clone();
                let mut entries = Vec::with_capacity(set.len());
                for key in &set {
                    let value = self.apply(&operator, vec![Val::Data(key.clone())], &a.nodes[1].span)?;
                    entries.push((key.clone(), self.force(value, &a.nodes[1].span)?));
                }
                self.made(entries.into_iter().collect::<Map>(), set.len(), a.span)
            }
            B::SetToMap => {
                let set = a.set(0)?;
                let set = self.list(&set, &a.nodes[0].span)?;
                let mut entries = BTreeMap::new();
                for pair in &set {
                    let (key, value) = entry(pair, &a.nodes[0].span)?;
                    // As in Quint, of a key that is there twice the last entry counts; a set has no order but its own.
                    entries.insert(key, value);
                }
                self.made(entries.into_iter().collect::<Map>(), set.len(), a.span)
            }
            _ => self.of_map(builtin, a),
        }
    }

    /// The operators whose first argument is a map.
    fn of_map(&mut self, builtin: B, a: &Arguments<'p>) -> Evaluated<'p> {
        let map = a.map(0)?;
        if builtin == B::Keys {
            return self.made(map.keys(), map.len(), a.span);
        }
        let key = self.forced_at(a, 1)?;
        if builtin == B::Put {
            let value = self.forced_at(a, 2)?;
            return self.made(map.with(key, value), map.len(), a.span);
        }
        let Some(old) = map.get(&key) else { return Err(missing(map, &key, &a.nodes[1].span)) };
        let value = match builtin {
            B::Get => return Ok(old.clone().into()),
            B::SetBy => {
                let operator = a.operator(2)?.clone();
                let value = self.apply(&operator, vec![Val::Data(old.clone())], &a.nodes[2].span)?;
                self.force(value, &a.nodes[2].span)?
            }
            _ => self.forced_at(a, 2)?,
        };
        self.made(map.with(key, value), map.len(), a.span)
    }
}

/// A pair as an entry of a map.
fn entry(pair: &Value, span: &Span) -> Result<(Value, Value), Error> {
    match pair {
        Value::Tuple(t) if t.len() == 2 => Ok((t[0].clone(), t[1].clone())),
        other => {
            let error = wrong("a pair of key and value", &Val::Data(other.clone()), span);
            Err(error.hint("such as `k -> v`"))
        }
    }
}

fn missing(map: &Map, key: &Value, span: &Span) -> Error {
    let error =
        Error::new(ErrorKind::Missing, span.clone(), format!("the map has no key {}", brief(key, 48)));
    let other = map.iter().next().map(|(key, _)| key);
    error.hint(match other {
        None => "it is empty".to_owned(),
        Some(other) if other.kind() != key.kind() => {
            format!("its keys are of another kind, such as {}", brief(other, 48))
        }
        Some(_) => format!("its keys are {}", brief(&Value::Set(map.keys()), 80)),
    })
}
