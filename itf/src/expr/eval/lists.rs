//! Lists.

use crate::expr::builtin::Builtin as B;
use crate::expr::error::{Error, ErrorKind};
use crate::value::{List, Value};

use super::val::Ruled;
use super::{Arguments, Evaluated, Machine, Val};

impl<'p> Machine<'p, '_> {
    pub(super) fn lists(&mut self, builtin: B, a: &Arguments<'p>) -> Evaluated<'p> {
        match builtin {
            B::List => {
                let items = self.forced(a, 0)?;
                let count = items.len();
                return self.made(items.into_iter().collect::<List>(), count, a.span);
            }
            B::Range => return self.range(a),
            _ => {}
        }
        let list = a.list(0)?;
        match builtin {
            B::Append => {
                let item = self.forced_at(a, 1)?;
                self.made(list.iter().cloned().chain([item]).collect::<List>(), list.len(), a.span)
            }
            B::Concat => {
                let more = a.list(1)?;
                let parts = list.len() + more.len();
                self.made(list.iter().chain(more).cloned().collect::<List>(), parts, a.span)
            }
            B::Head => list.first().cloned().map(Val::Data).ok_or_else(|| empty(a, "head")),
            B::Tail => match list.split_first() {
                Some((_, rest)) => self.made(rest.iter().cloned().collect::<List>(), rest.len(), a.span),
                None => Err(empty(a, "tail")),
            },
            B::Length => Ok(Value::from(list.len()).into()),
            B::Nth => Ok(list[index(a, 1, list.len())?].clone().into()),
            B::Indices => match list.len() {
                0 => Ok(Value::set::<Value>([]).into()),
                n => Ok(Ruled::Range(0.into(), (n - 1).into()).into()),
            },
            B::ReplaceAt => {
                let at = index(a, 1, list.len())?;
                let item = self.forced_at(a, 2)?;
                let replaced =
                    (0..).zip(list).map(|(i, old)| if i == at { item.clone() } else { old.clone() });
                self.made(replaced.collect::<List>(), list.len(), a.span)
            }
            B::Slice => {
                let ends =
                    [1, 2].map(|at| a.int(at).map(|n| n.as_i64().and_then(|n| usize::try_from(n).ok())));
                let [from, to] = ends;
                let part = from?.zip(to?).and_then(|(from, to)| list.get(from..to));
                let Some(part) = part else {
                    let (from, to) = (a.int(1)?, a.int(2)?);
                    let message = format!("no slice from {from} to {to} of a list of {}", list.len());
                    return Err(a.error(ErrorKind::Missing, message));
                };
                self.made(part.iter().cloned().collect::<List>(), part.len(), a.span)
            }
            B::Select => {
                let mut kept = Vec::new();
                for item in list {
                    if self.test(a, 1, item)? {
                        kept.push(item.clone());
                    }
                }
                let count = kept.len();
                self.made(kept.into_iter().collect::<List>(), count, a.span)
            }
            B::Foldl => self.folded(a, list.iter(), false),
            _ => self.folded(a, list.iter().rev(), true),
        }
    }

    /// The result of the operator, the third argument, for all items in turn; `swapped`: the item comes first.
    pub(super) fn folded<'v>(
        &mut self,
        a: &Arguments<'p>,
        items: impl Iterator<Item = &'v Value>,
        swapped: bool,
    ) -> Evaluated<'p> {
        let operator = a.operator(2)?.clone();
        let mut result = a.values[1].clone();
        for item in items {
            let item = Val::Data(item.clone());
            let arguments = if swapped { vec![item, result] } else { vec![result, item] };
            result = self.apply(&operator, arguments, &a.nodes[2].span)?;
        }
        Ok(result)
    }

    /// The integers from the first to before the last; downwards if that is less, as Quint does it.
    fn range(&mut self, a: &Arguments<'p>) -> Evaluated<'p> {
        let (from, to) = (a.int(0)?, a.int(1)?);
        let falls = to < from;
        let length = if falls { from.to_big() - to.to_big() } else { to.to_big() - from.to_big() };
        let count = self.countable(&length, "list", a.span)?;
        self.spend(count, a.span)?;
        let start = from.to_big();
        let items: Vec<Value> = match from.as_i64() {
            Some(from) if to.as_i64().is_some() && !falls => (from..).take(count).map(Value::from).collect(),
            _ if falls => (0..count).map(|n| Value::from(crate::Int::from(&start - n))).collect(),
            _ => (0..count).map(|n| Value::from(crate::Int::from(&start + n))).collect(),
        };
        self.made(items.into_iter().collect::<List>(), count, a.span)
    }

    /// The arguments from `start` on, as values.
    pub(super) fn forced(&mut self, a: &Arguments<'p>, start: usize) -> Result<Vec<Value>, Error> {
        (start..a.values.len()).map(|at| self.forced_at(a, at)).collect()
    }

    pub(super) fn forced_at(&mut self, a: &Arguments<'p>, at: usize) -> Result<Value, Error> {
        self.force(a.values[at].clone(), &a.nodes[at].span)
    }

    /// Whether the predicate, an argument, holds for `item`.
    pub(super) fn test(&mut self, a: &Arguments<'p>, at: usize, item: &Value) -> Result<bool, Error> {
        let operator = a.operator(at)?.clone();
        match self.apply(&operator, vec![Val::Data(item.clone())], &a.nodes[at].span)? {
            Val::Data(Value::Bool(b)) => Ok(b),
            other => Err(super::wrong("a boolean", &other, &operator.function.body.span)),
        }
    }
}

fn empty(a: &Arguments<'_>, name: &str) -> Error {
    Error::new(ErrorKind::Missing, a.nodes[0].span.clone(), format!("`{name}` of an empty list"))
}

/// The index that an argument gives into a list of `length`.
fn index(a: &Arguments<'_>, at: usize, length: usize) -> Result<usize, Error> {
    let n = a.int(at)?;
    let index = n.as_i64().and_then(|n| usize::try_from(n).ok()).filter(|n| *n < length);
    index.ok_or_else(|| {
        let message = format!("no item {n} in a list of {length}");
        let error = Error::new(ErrorKind::Missing, a.nodes[at].span.clone(), message);
        error.hint(if length == 0 {
            "it is empty".into()
        } else {
            format!("the first is 0, the last {}", length - 1)
        })
    })
}
