//! Changes values at the places that a pattern means.

use super::super::quick::QuickMap;
use super::Rule;
use crate::pattern::{Part, has_fields};
use crate::value::{Record, Str, Value};

/// What stands in the place of an item that is left out, so that those behind it stay where they are.
const LEFT_OUT: &str = "[left out]";

/// Takes from the end what only keeps a place.
fn trimmed(mut items: Vec<Value>) -> Vec<Value> {
    while items.last().is_some_and(|last| last.as_str() == Some(LEFT_OUT)) {
        items.pop();
    }
    items
}

/// What happens to a value at a place that is meant.
#[derive(Debug, Clone)]
pub(super) enum Act {
    /// It goes; the payload of a variant becomes unit.
    Remove,
    /// It becomes this.
    Put(Value),
    /// A list becomes a set.
    ToSet,
    /// The field, or variable, gets another name.
    Rename(Str),
    /// Nothing: whether there is something that the rule can be about is to be found out.
    Look(Rule),
}

/// Does one thing at all places that a pattern means. Every distinct value is looked at once.
pub(super) struct Rewriter<'a> {
    parts: &'a [Part],
    act: Act,
    known: QuickMap<(usize, Value), Option<Value>>,
    /// Whether there was a place to look for.
    pub(super) met: bool,
}

impl<'a> Rewriter<'a> {
    pub(super) fn new(parts: &'a [Part], act: Act) -> Self {
        Self { parts, act, known: QuickMap::default(), met: false }
    }

    /// What becomes of a state.
    pub(super) fn record(&mut self, record: &Record) -> Record {
        match self.at(&Value::Record(record.clone()), 0) {
            Some(Value::Record(record)) => record,
            _ => Record::default(),
        }
    }

    /// What becomes of a value at which the parts from `from` on are still to be matched; `None` if it goes.
    fn at(&mut self, value: &Value, from: usize) -> Option<Value> {
        let Some(part) = self.parts.get(from) else { return self.act(value) };
        if super::super::walk::is_scalar(value) && *part != Part::Deep {
            return Some(value.clone());
        }
        let key = (from, value.clone());
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let changed = if *part == Part::Deep {
            // Either nothing lies between, or anything.
            let here = self.at(value, from + 1);
            here.map(|here| self.children(&here, from, &Part::Deep))
        } else {
            Some(self.children(value, from, &part.clone()))
        };
        self.known.insert(key, changed.clone());
        changed
    }

    fn act(&mut self, value: &Value) -> Option<Value> {
        match (&self.act, value) {
            (Act::Remove, _) => None,
            (Act::Put(other), _) => Some(other.clone()),
            (Act::ToSet, Value::List(items)) => Some(Value::set(items)),
            (Act::Look(rule), _) => {
                self.met |= rule.can_be_about(value);
                Some(value.clone())
            }
            (Act::ToSet | Act::Rename(_), _) => Some(value.clone()),
        }
    }

    fn children(&mut self, value: &Value, from: usize, part: &Part) -> Value {
        let next = if *part == Part::Deep { from } else { from + 1 };
        let deep = *part == Part::Deep;
        match value {
            Value::Record(record) => self.fields(record, next, part),
            Value::Tuple(items) if deep || matches!(part, Part::At(_) | Part::AnyAt) => {
                Value::tuple(self.items(items, next, part))
            }
            Value::List(items) if deep || matches!(part, Part::At(_) | Part::AnyAt) => {
                Value::list(self.items(items, next, part))
            }
            Value::Map(map) if deep || matches!(part, Part::At(_) | Part::AnyAt) => {
                let meant =
                    |key: &Value| deep || *part == Part::AnyAt || matches!(part, Part::At(at) if at == key);
                Value::map(map.iter().filter_map(|(key, value)| {
                    let value = if meant(key) { self.at(value, next)? } else { value.clone() };
                    Some((key.clone(), value))
                }))
            }
            Value::Set(set) if deep || matches!(part, Part::Element(_)) => {
                let meant =
                    |v: &Value| deep || matches!(part, Part::Element(fields) if has_fields(v, fields));
                Value::set(
                    set.iter().filter_map(|v| if meant(v) { self.at(v, next) } else { Some(v.clone()) }),
                )
            }
            Value::Variant(v) => {
                let meant =
                    deep || *part == Part::AnyPayload || matches!(part, Part::Payload(tag) if tag == v.tag());
                if !meant {
                    return value.clone();
                }
                let payload = self.at(v.payload(), next).unwrap_or_else(Value::unit);
                Value::variant(v.tag(), payload)
            }
            other => other.clone(),
        }
    }

    fn items(&mut self, items: &[Value], next: usize, part: &Part) -> Vec<Value> {
        let meant = |at: usize| match part {
            Part::At(wanted) => *wanted == Value::from(at),
            _ => true,
        };
        let in_place = || matches!(part, Part::At(_)).then(|| Value::from(LEFT_OUT));
        let items = items.iter().enumerate();
        let left =
            items.filter_map(
                |(at, v)| {
                    if meant(at) { self.at(v, next).or_else(in_place) } else { Some(v.clone()) }
                },
            );
        let left = left.collect();
        if matches!(part, Part::At(_)) { trimmed(left) } else { left }
    }

    fn fields(&mut self, record: &Record, next: usize, part: &Part) -> Value {
        let mut fields: Vec<(Str, Value)> = Vec::with_capacity(record.len());
        for (name, value) in record.iter() {
            let meant = match part {
                Part::Field(wanted) => wanted == name,
                Part::AnyField | Part::Deep => true,
                _ => false,
            };
            if !meant {
                fields.push((name.clone(), value.clone()));
            } else if let Some(value) = self.at(value, next) {
                // A pattern ends in the name that is changed. (`**` goes through this record twice: here, and for what
                // lies deeper.)
                let name = match &self.act {
                    Act::Rename(other) if next == self.parts.len() => other.clone(),
                    _ => name.clone(),
                };
                fields.push((name, value));
            }
        }
        Value::Record(fields.iter().map(|(name, value)| (name.as_str(), value)).collect())
    }
}

/// Keeps what the patterns mean, or what lies within or leads to it, and nothing else.
pub(super) struct Keeper<'a> {
    known: QuickMap<(Vec<&'a [Part]>, Value), Option<Value>>,
}

impl<'a> Keeper<'a> {
    pub(super) fn new() -> Self {
        Self { known: QuickMap::default() }
    }

    pub(super) fn record(&mut self, record: &Record, patterns: &[&'a [Part]]) -> Record {
        match self.at(&Value::Record(record.clone()), patterns) {
            Some(Value::Record(record)) => record,
            _ => Record::default(),
        }
    }

    /// `None` if nothing at or below the value is meant.
    fn at(&mut self, value: &Value, open: &[&'a [Part]]) -> Option<Value> {
        let mut open: Vec<&'a [Part]> = open.to_vec();
        let mut at = 0;
        while let Some(parts) = open.get(at).copied() {
            match parts.split_first() {
                None => return Some(value.clone()),
                // `**` may stand for nothing.
                Some((Part::Deep, rest)) if !open.contains(&rest) => open.push(rest),
                _ => {}
            }
            at += 1;
        }
        if open.is_empty() {
            return None;
        }
        let key = (open, value.clone());
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let kept = self.children(value, &key.0);
        self.known.insert(key, kept.clone());
        kept
    }

    /// The patterns that go on below a child, where `fits` says of a part whether it means the child.
    fn below(open: &[&'a [Part]], fits: impl Fn(&Part) -> bool) -> Vec<&'a [Part]> {
        open.iter()
            .filter_map(|parts| match parts.split_first() {
                Some((Part::Deep, _)) => Some(*parts),
                Some((part, rest)) if fits(part) => Some(rest),
                _ => None,
            })
            .collect()
    }

    fn children(&mut self, value: &Value, open: &[&'a [Part]]) -> Option<Value> {
        let at = |wanted: &Value, part: &Part| match part {
            Part::At(at) => at == wanted,
            part => *part == Part::AnyAt,
        };
        match value {
            Value::Record(record) => {
                let fields = record.iter().filter_map(|(name, value)| {
                    let field =
                        |part: &Part| matches!(part, Part::Field(n) if n == name) || *part == Part::AnyField;
                    Some((name.as_str(), self.at(value, &Self::below(open, field))?))
                });
                let kept: Record = fields.collect();
                (!kept.is_empty()).then_some(Value::Record(kept))
            }
            Value::Tuple(items) => self.items(items, open).map(Value::tuple),
            Value::List(items) => self.items(items, open).map(Value::list),
            Value::Map(map) => {
                let entries: Vec<(Value, Value)> = map
                    .iter()
                    .filter_map(|(key, value)| {
                        Some((key.clone(), self.at(value, &Self::below(open, |part| at(key, part)))?))
                    })
                    .collect();
                (!entries.is_empty()).then(|| Value::map(entries))
            }
            Value::Set(set) => {
                let kept: Vec<Value> = set
                    .iter()
                    .filter_map(|v| {
                        let fits =
                            |part: &Part| matches!(part, Part::Element(fields) if has_fields(v, fields));
                        self.at(v, &Self::below(open, fits))
                    })
                    .collect();
                (!kept.is_empty()).then(|| Value::set(kept))
            }
            Value::Variant(v) => {
                let fits = |part: &Part| {
                    *part == Part::AnyPayload || matches!(part, Part::Payload(tag) if tag == v.tag())
                };
                let payload = self.at(v.payload(), &Self::below(open, fits))?;
                Some(Value::variant(v.tag(), payload))
            }
            _ => None,
        }
    }

    fn items(&mut self, items: &[Value], open: &[&'a [Part]]) -> Option<Vec<Value>> {
        let by_place = open.iter().any(|parts| matches!(parts.first(), Some(Part::At(_))));
        let kept: Vec<Value> = items
            .iter()
            .enumerate()
            .filter_map(|(at, v)| {
                let fits = |part: &Part| match part {
                    Part::At(wanted) => *wanted == Value::from(at),
                    part => *part == Part::AnyAt,
                };
                let kept = self.at(v, &Self::below(open, fits));
                kept.or_else(|| by_place.then(|| Value::from(LEFT_OUT)))
            })
            .collect();
        let kept = if by_place { trimmed(kept) } else { kept };
        (!kept.is_empty()).then_some(kept)
    }
}
