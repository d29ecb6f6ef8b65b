//! Applies a diff of values.

use super::difference::{Change, ValueDiff};
use super::quick::QuickMap;
use crate::path::{Path, Segment};
use crate::value::{List, Map, Record, Set, Value};

/// A diff does not apply: at some place the value is not the one it was made from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the diff does not apply at `{path}`: {reason}")]
pub struct ApplyError {
    path: Path,
    reason: &'static str,
}

impl ApplyError {
    /// The place in the value.
    ///
    /// ```
    /// use itf::{Value, diff::diff_values};
    /// let diff = diff_values(&Value::list([1]), &Value::list([2]));
    /// assert_eq!(diff.apply(&Value::list([3])).unwrap_err().path().to_string(), "[0]");
    /// ```
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// A difference and how many segments of its path lie behind.
type Edit<'a> = (&'a [Segment], &'a Change);

type Patched<T> = Result<T, (Vec<Segment>, &'static str)>;

impl ValueDiff {
    /// The other value: `diff_values(a, b).apply(a)` is `b`.
    ///
    /// # Errors
    ///
    /// The first place at which `value` is not what the diff was made from.
    ///
    /// ```
    /// use itf::{Value, diff::diff_values};
    /// let (a, b) = (Value::map([("x", 1)]), Value::map([("x", 2), ("y", 0)]));
    /// assert_eq!(diff_values(&a, &b).apply(&a), Ok(b));
    /// ```
    pub fn apply(&self, value: &Value) -> Result<Value, ApplyError> {
        let edits: Vec<Edit<'_>> = self.differences.iter().map(|d| (d.path.segments(), &d.change)).collect();
        patch(value, &edits).map_err(|(mut path, reason)| {
            path.reverse();
            ApplyError { path: path.into_iter().collect(), reason }
        })
    }
}

impl ValueDiff {
    /// As [`ValueDiff::apply`], of a state.
    pub(super) fn apply_to_record(&self, state: &Record) -> Result<Record, ApplyError> {
        if self.differences.is_empty() {
            return Ok(state.clone());
        }
        match self.apply(&Value::Record(state.clone()))? {
            Value::Record(record) => Ok(record),
            // A state is replaced field by field, never as a whole.
            _ => Err(ApplyError { path: Path::root(), reason: "the diff is not of states" }),
        }
    }
}

fn patch(value: &Value, edits: &[Edit<'_>]) -> Patched<Value> {
    match edits {
        [] => return Ok(value.clone()),
        [([], Change::Replaced { old, new })] => {
            return if old == value {
                Ok(new.clone())
            } else {
                Err((Vec::new(), "the value is another one"))
            };
        }
        _ => {}
    }
    match value {
        Value::Record(r) => record(r, edits).map(Value::Record),
        Value::Tuple(t) => {
            let mut items = t.to_vec();
            each(edits, |segment, inner| match segment {
                Segment::Index(at) => inside(segment, items.get_mut(*at), inner),
                _ => Err(unfit(segment)),
            })?;
            Ok(Value::tuple(items))
        }
        Value::List(l) => list(l, edits).map(Value::List),
        Value::Set(s) => set(s, edits).map(Value::Set),
        Value::Map(m) => map(m, edits).map(Value::Map),
        Value::Variant(v) => {
            let mut payload = v.payload().clone();
            each(edits, |segment, inner| match segment {
                Segment::Payload(tag) if tag == v.tag() => inside(segment, Some(&mut payload), inner),
                _ => Err(unfit(segment)),
            })?;
            Ok(Value::variant(v.tag(), payload))
        }
        _ => Err((Vec::new(), "there is nothing inside a scalar")),
    }
}

fn unfit(segment: &Segment) -> (Vec<Segment>, &'static str) {
    (vec![segment.clone()], "there is no such place")
}

/// Calls `act` once for each first segment with the edits below it, their paths shortened.
fn each<'a>(edits: &[Edit<'a>], mut act: impl FnMut(&'a Segment, &[Edit<'a>]) -> Patched<()>) -> Patched<()> {
    let mut order: Vec<&Segment> = Vec::new();
    let mut below: QuickMap<&Segment, Vec<Edit<'a>>> = QuickMap::default();
    for (path, change) in edits {
        let Some((first, rest)) = path.split_first() else {
            return Err((Vec::new(), "more than one thing happens to the value"));
        };
        let found = below.entry(first).or_default();
        if found.is_empty() {
            order.push(first);
        }
        found.push((rest, change));
    }
    order.into_iter().try_for_each(|first| act(first, &below[first]))
}

/// Patches the value at `segment` in its place.
fn inside(segment: &Segment, place: Option<&mut Value>, edits: &[Edit<'_>]) -> Patched<()> {
    let place = place.ok_or_else(|| unfit(segment))?;
    *place = patch(place, edits).map_err(|(mut path, reason)| {
        path.push(segment.clone());
        (path, reason)
    })?;
    Ok(())
}

/// The value that is removed (`old`) or added at the place itself, if the edit is one of those.
fn own<'a>(edits: &[Edit<'a>]) -> Option<&'a Change> {
    match edits {
        [([], change @ (Change::Removed { .. } | Change::Added { .. }))] => Some(change),
        _ => None,
    }
}

fn record(record: &Record, edits: &[Edit<'_>]) -> Patched<Record> {
    let mut patched = record.clone();
    each(edits, |segment, inner| {
        let Segment::Field(name) = segment else { return Err(unfit(segment)) };
        match (own(inner), patched.get(name)) {
            (Some(Change::Removed { old }), Some(value)) if old == value => patched = patched.without(name),
            (Some(Change::Added { new }), None) => patched = patched.with(name, new.clone()),
            (None, Some(value)) => {
                let mut value = value.clone();
                inside(segment, Some(&mut value), inner)?;
                patched = patched.with(name, value);
            }
            _ => return Err(unfit(segment)),
        }
        Ok(())
    })?;
    Ok(patched)
}

fn list(list: &List, edits: &[Edit<'_>]) -> Patched<List> {
    let mut kept: Vec<Option<Value>> = list.iter().cloned().map(Some).collect();
    let mut added: Vec<(usize, Value)> = Vec::new();
    // An index stands for a place before and for one after: both may occur.
    for (path, change) in edits {
        match (path, change) {
            ([segment @ Segment::Index(at)], Change::Removed { old }) => match kept.get_mut(*at) {
                Some(place) if place.as_ref() == Some(old) => *place = None,
                _ => return Err(unfit(segment)),
            },
            ([Segment::Index(at)], Change::Added { new }) => added.push((*at, new.clone())),
            ([Segment::Item { .. }, ..], _) => {}
            _ => return Err((Vec::new(), "the value is a list")),
        }
    }
    let inner: Vec<Edit<'_>> =
        edits.iter().filter(|(path, _)| matches!(path, [Segment::Item { .. }, ..])).copied().collect();
    each(&inner, |segment, inner| match segment {
        Segment::Item { old, .. } => inside(segment, kept.get_mut(*old).and_then(Option::as_mut), inner),
        _ => Err(unfit(segment)),
    })?;
    added.sort_by_key(|(at, _)| *at);
    let mut items: Vec<Value> = Vec::new();
    let mut kept = kept.into_iter().flatten();
    for (at, value) in added {
        items.extend(kept.by_ref().take(at.saturating_sub(items.len())));
        if items.len() != at {
            return Err(unfit(&Segment::Index(at)));
        }
        items.push(value);
    }
    items.extend(kept);
    Ok(items.into_iter().collect())
}

fn set(set: &Set, edits: &[Edit<'_>]) -> Patched<Set> {
    let mut gone: Vec<&Value> = Vec::new();
    let mut come: Vec<Value> = Vec::new();
    let mut inner: Vec<Edit<'_>> = Vec::new();
    for edit @ (path, change) in edits {
        match (path, change) {
            ([Segment::Element], Change::Removed { old }) if set.has(old) => gone.push(old),
            ([Segment::Element], Change::Added { new }) if !set.has(new) => come.push(new.clone()),
            ([Segment::Member { .. }, ..], _) => inner.push(*edit),
            _ => return Err((vec![Segment::Element], "the set has other elements")),
        }
    }
    each(&inner, |segment, inner| match segment {
        Segment::Member { old, .. } if set.has(old) => {
            let mut element = old.clone();
            inside(segment, Some(&mut element), inner)?;
            gone.push(old);
            come.push(element);
            Ok(())
        }
        _ => Err(unfit(segment)),
    })?;
    gone.sort_unstable();
    let kept = set.iter().filter(|v| gone.binary_search(v).is_err()).cloned();
    Ok(kept.chain(come).collect())
}

fn map(map: &Map, edits: &[Edit<'_>]) -> Patched<Map> {
    let mut entries: QuickMap<Value, Value> = map.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    if entries.len() < map.len() {
        return Err((Vec::new(), "the map repeats a key"));
    }
    let mut inner: Vec<Edit<'_>> = Vec::new();
    let mut renamed: Vec<(Value, Value)> = Vec::new();
    for edit in edits {
        match edit {
            ([], Change::Renamed { old, new }) => {
                let value = entries.remove(old).ok_or((Vec::new(), "there is no such key"))?;
                renamed.push((new.clone(), value));
            }
            edit => inner.push(*edit),
        }
    }
    each(&inner, |segment, inner| {
        let Segment::Key(key) = segment else { return Err(unfit(segment)) };
        match (own(inner), entries.get_mut(key)) {
            (Some(Change::Removed { old }), Some(value)) if old == value => {
                entries.remove(key);
            }
            (Some(Change::Added { new }), None) => {
                entries.insert(key.clone(), new.clone());
            }
            (None, Some(value)) => inside(segment, Some(value), inner)?,
            _ => return Err(unfit(segment)),
        }
        Ok(())
    })?;
    for (key, value) in renamed {
        if entries.insert(key, value).is_some() {
            return Err((Vec::new(), "the new key is there already"));
        }
    }
    Ok(entries.into_iter().collect())
}
