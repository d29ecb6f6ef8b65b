//! Which elements of two sets correspond.

use std::cmp::Reverse;
use std::rc::Rc;

use super::assign::assign;
use super::quick::{QuickMap, QuickSet, hash_of};
use super::walk::{Walker, is_scalar};
use crate::value::{Record, Set, Str, Value};

/// The elements that are not in both sets, told apart into those that changed and those that came or went.
#[derive(Debug, Default)]
pub(super) struct Matching {
    /// Before and after, ascending by the element before.
    pub(super) pairs: Vec<(Value, Value)>,
    pub(super) removed: Vec<Value>,
    pub(super) added: Vec<Value>,
    pub(super) approximate: bool,
}

/// Where the sides are of very different size, each is compared with each up to this many times as many comparisons as
/// two sides of the size of the limit make.
const UNEVEN: usize = 2;
/// How many elements may have a leaf in common that an element is looked up by, where each cannot be compared with each.
const COMMON: usize = 32;

impl Walker {
    /// The matching of `old` with `new`, which are the sets `a` and `b`.
    pub(super) fn matching(&mut self, old: &Value, new: &Value, [a, b]: [&Set; 2]) -> Rc<Matching> {
        let named = self.key_here();
        let key = (named, old.clone(), new.clone());
        if let Some(known) = self.matchings.get(&key) {
            return Rc::clone(known);
        }
        let (removed, added) = unequal(a, b);
        if let Some(fields) = named.and_then(|at| self.keys.get(at)).map(|(_, fields)| fields) {
            let matching = Rc::new(by_key(fields, &removed, &added));
            self.matchings.insert(key, Rc::clone(&matching));
            return matching;
        }
        // One way for both directions, so that the diff of (b, a) mirrors that of (a, b).
        let mirrored = (removed.len(), &removed) > (added.len(), &added);
        let mut matching = if mirrored {
            let back = self.pair(added, removed);
            Matching {
                pairs: back.pairs.into_iter().map(|(new, old)| (old, new)).collect(),
                removed: back.added,
                added: back.removed,
                approximate: back.approximate,
            }
        } else {
            self.pair(removed, added)
        };
        matching.pairs.sort_unstable();
        let matching = Rc::new(matching);
        self.matchings.insert(key, Rc::clone(&matching));
        matching
    }

    /// Pairs elements so that the sum of what changed, came and went is least.
    fn pair(&mut self, rows: Vec<&Value>, columns: Vec<&Value>) -> Matching {
        let (scalar_rows, rows): (Vec<&Value>, Vec<&Value>) = rows.into_iter().partition(|v| is_scalar(v));
        let (scalar_columns, columns): (Vec<&Value>, Vec<&Value>) =
            columns.into_iter().partition(|v| is_scalar(v));
        // Taking the scalars off may have left more rows than columns.
        let is_wide = rows.len() <= columns.len();
        let (few, many) = if is_wide { (&rows, &columns) } else { (&columns, &rows) };
        let limit = self.limits.elements;
        let exact = few.len() <= limit
            && few.len().saturating_mul(many.len()) <= limit.saturating_mul(limit).saturating_mul(UNEVEN);
        let found = if exact { self.best_pairs(few, many) } else { self.likely_pairs(few, many) };
        let mut matching = Matching { approximate: !exact, ..Matching::default() };
        let (mut few_left, mut many_left) = (vec![true; few.len()], vec![true; many.len()]);
        for (f, m) in found {
            (few_left[f], many_left[m]) = (false, false);
            let (f, m) = (few[f].clone(), many[m].clone());
            matching.pairs.push(if is_wide { (f, m) } else { (m, f) });
        }
        let (row_left, column_left) = if is_wide { (few_left, many_left) } else { (many_left, few_left) };
        matching.removed = left_over(scalar_rows, rows, &row_left);
        matching.added = left_over(scalar_columns, columns, &column_left);
        matching
    }

    fn best_pairs(&mut self, few: &[&Value], many: &[&Value]) -> Vec<(usize, usize)> {
        // A pair costs what changes, less what it would cost to remove the one and add the other: never more than 0,
        // and 0 stands for "not a pair".
        let many_sizes: Vec<usize> = many.iter().map(|v| self.size(v)).collect();
        let mut costs = Vec::with_capacity(few.len() * many.len());
        for row in few {
            let size = self.size(row);
            for (column, other) in many.iter().zip(&many_sizes) {
                let saved = self.likeness(row, column).map_or(0, |distance| size + other - distance);
                costs.push(-i32::try_from(saved).unwrap_or(i32::MAX));
            }
        }
        let assigned = assign(few.len(), many.len(), &costs);
        assigned.into_iter().enumerate().filter(|(f, m)| costs[f * many.len() + m] < 0).collect()
    }

    /// Pairs each element with the likest of those that share a rare leaf with it, first come first served.
    fn likely_pairs(&mut self, few: &[&Value], many: &[&Value]) -> Vec<(usize, usize)> {
        let mut by_leaf: QuickMap<u64, Vec<usize>> = QuickMap::default();
        for (at, value) in many.iter().enumerate() {
            leaves(value, 0, &mut |leaf| {
                let sharing = by_leaf.entry(leaf).or_default();
                if sharing.len() <= COMMON {
                    sharing.push(at);
                }
            });
        }
        let mut taken = vec![false; many.len()];
        let mut found = Vec::new();
        for (at, value) in few.iter().enumerate() {
            let mut candidates: Vec<usize> = Vec::new();
            leaves(value, 0, &mut |leaf| {
                let sharing = by_leaf.get(&leaf).filter(|sharing| sharing.len() <= COMMON);
                candidates.extend(sharing.into_iter().flatten().copied().filter(|m| !taken[*m]));
            });
            candidates.sort_unstable();
            candidates.dedup();
            let likest = candidates
                .into_iter()
                .filter_map(|m| self.likeness(value, many[m]).map(|distance| (distance, m)))
                .min();
            if let Some((_, m)) = likest {
                taken[m] = true;
                found.push((at, m));
            }
        }
        found
    }
}

/// Pairs the elements that alone have the values of `fields`. Without all of these fields an element has no partner.
fn by_key(fields: &[Str], removed: &[&Value], added: &[&Value]) -> Matching {
    let key_of = |element: &Value| -> Option<Vec<Value>> {
        let record = fields_of(element)?;
        fields.iter().map(|name| record.get(name).cloned()).collect()
    };
    let mut places: QuickMap<Vec<Value>, [Vec<usize>; 2]> = QuickMap::default();
    for (side, elements) in [removed, added].into_iter().enumerate() {
        for (at, element) in elements.iter().enumerate() {
            if let Some(key) = key_of(element) {
                places.entry(key).or_default()[side].push(at);
            }
        }
    }
    let mut matching = Matching::default();
    let mut left = [vec![true; removed.len()], vec![true; added.len()]];
    for [from, to] in places.values() {
        if let ([from], [to]) = (&from[..], &to[..]) {
            (left[0][*from], left[1][*to]) = (false, false);
            matching.pairs.push((removed[*from].clone(), added[*to].clone()));
        }
    }
    matching.pairs.sort_unstable();
    matching.removed = left_over(Vec::new(), removed.to_vec(), &left[0]);
    matching.added = left_over(Vec::new(), added.to_vec(), &left[1]);
    matching
}

/// The elements of one set that are not in the other. Walks both in their order: almost all elements are the same
/// nodes, and only where they are not is it asked which comes first.
fn unequal<'a>(a: &'a Set, b: &'a Set) -> (Vec<&'a Value>, Vec<&'a Value>) {
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    let (mut left, mut right) = (a.iter().peekable(), b.iter().peekable());
    loop {
        match (left.peek(), right.peek()) {
            (Some(x), Some(y)) if x == y => {
                left.next();
                right.next();
            }
            (Some(x), Some(y)) if x > y => added.extend(right.next()),
            (Some(_), _) => removed.extend(left.next()),
            (None, Some(_)) => added.extend(right.next()),
            (None, None) => return (removed, added),
        }
    }
}

fn left_over(scalars: Vec<&Value>, others: Vec<&Value>, left: &[bool]) -> Vec<Value> {
    let others = others.into_iter().zip(left).filter(|(_, left)| **left).map(|(v, _)| v);
    let mut all: Vec<Value> = scalars.into_iter().chain(others).cloned().collect();
    all.sort_unstable();
    all
}

/// Gives hashes of the leaves of a value together with the place they are at.
fn leaves(value: &Value, place: u64, give: &mut impl FnMut(u64)) {
    match value {
        Value::Record(r) => r.iter().for_each(|(name, v)| leaves(v, hash_of(&(place, name)), give)),
        Value::Tuple(t) => t.iter().enumerate().for_each(|(at, v)| leaves(v, hash_of(&(place, at)), give)),
        Value::Variant(v) => leaves(v.payload(), hash_of(&(place, v.tag())), give),
        Value::Map(m) => m.iter().for_each(|(k, v)| leaves(v, hash_of(&(place, k)), give)),
        other => give(hash_of(&(place, other))),
    }
}

/// The fields of a record, or of the payload of a variant.
fn fields_of(element: &Value) -> Option<&Record> {
    match element {
        Value::Variant(v) => v.payload().as_record(),
        other => other.as_record(),
    }
}

/// These fields of an element.
pub(super) fn fields_named(element: &Value, names: &[Str]) -> Option<Record> {
    let record = fields_of(element)?;
    names.iter().map(|name| Some((name, record.get(name)?))).collect()
}

/// Finds names for the elements of two sets that have fields.
pub(super) struct Names<'a> {
    records: Vec<&'a Record>,
    /// How many different values each field has, and whether no two elements of one set share one.
    fields: QuickMap<&'a str, (usize, bool)>,
}

impl<'a> Names<'a> {
    pub(super) fn new(sets: [&'a Set; 2]) -> Self {
        let mut fields: QuickMap<&str, (usize, bool)> = QuickMap::default();
        for set in sets {
            let mut values: QuickMap<&str, QuickSet<&Value>> = QuickMap::default();
            for (name, value) in set.iter().filter_map(fields_of).flat_map(Record::iter) {
                values.entry(name).or_default().insert(value);
            }
            for (name, values) in values {
                let (different, is_key) = fields.entry(name).or_insert((0, true));
                *different += values.len();
                *is_key &= values.len() == set.len();
            }
        }
        Self { records: sets.into_iter().flatten().filter_map(fields_of).collect(), fields }
    }

    /// The fewest fields, among those that did not change, that tell the element `old`, which became `new`, from all
    /// others of both sets; all of them if even they do not. Of equally good ones that which is the likeliest to be meant
    /// as a name: by what it is called, or because it has the most different values.
    pub(super) fn name(&self, old: &Value, new: &Value) -> Option<Record> {
        let (old, new) = (fields_of(old)?, fields_of(new)?);
        let mut fields: Vec<(&str, &Value, (usize, bool))> = old
            .iter()
            .filter(|(name, value)| is_scalar(value) && new.get(name) == Some(value))
            .map(|(name, value)| {
                (name.as_str(), value, self.fields.get(name.as_str()).copied().unwrap_or_default())
            })
            .collect();
        let is_usual = |name: &str| matches!(name, "id" | "name" | "key");
        fields.sort_by_key(|(name, _, (different, is_key))| (!is_key, !is_usual(name), Reverse(*different)));
        if let Some((name, value, (_, true))) = fields.first() {
            return Some([(*name, *value)].into_iter().collect());
        }
        let mut rest: Vec<&Record> =
            self.records.iter().copied().filter(|r| *r != old && *r != new).collect();
        let alike = |name: &str, value: &Value| rest.iter().filter(|r| r.get(name) == Some(value)).count();
        fields.sort_by_cached_key(|(name, value, _)| alike(name, value));
        let mut chosen: Vec<(&str, &Value)> = Vec::new();
        for (name, value, _) in fields {
            if rest.is_empty() && !chosen.is_empty() {
                break;
            }
            let before = rest.len();
            rest.retain(|other| other.get(name) == Some(value));
            if rest.len() < before || chosen.is_empty() {
                chosen.push((name, value));
            }
        }
        (!chosen.is_empty()).then(|| chosen.into_iter().collect())
    }
}
