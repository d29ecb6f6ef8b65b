//! What a path leads to.

use super::{Path, Segment};
use crate::trace::Trace;
use crate::value::{Record, Set, Value};

impl Path {
    /// The value at this path in `value`. `None` where there is none, and for a step into a set that does not say which
    /// element is meant ([`Path::all`] follows each). Of a path with two sides, the side before the change counts.
    ///
    /// ```
    /// use itf::{Path, Value};
    /// assert_eq!(Path::root().index(1).get(&Value::list([5, 6])), Some(&Value::from(6)));
    /// assert_eq!(Path::root().field("x").get(&Value::from(1)), None);
    /// let plans = Value::map([(7, Value::set([Value::record([("id", 1), ("age", 9)])]))]);
    /// assert_eq!("[7]{id: 1}.age".parse::<Path>()?.get(&plans), Some(&Value::from(9)));
    /// # Ok::<(), itf::PathError>(())
    /// ```
    pub fn get<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        follow(&self.0, value)
    }

    /// The values this path may lead to: a step `{}` leads to every element of a set.
    ///
    /// ```
    /// use itf::{Path, Value};
    /// let records = Value::set([Value::record([("value", 1)]), Value::record([("value", 2)])]);
    /// assert_eq!("{}.value".parse::<Path>()?.all(&records), [&Value::from(1), &Value::from(2)]);
    /// # Ok::<(), itf::PathError>(())
    /// ```
    pub fn all<'a>(&self, value: &'a Value) -> Vec<&'a Value> {
        every(&self.0, value)
    }

    /// The state in which this path is, and the rest of it: what comes after `states[3]`.
    fn in_state<'t, 'p>(&'p self, trace: &'t Trace) -> Option<(&'t Record, &'p [Segment])> {
        match self.segments() {
            [Segment::Field(key), Segment::Index(at), rest @ ..] if key == "states" => {
                Some((&trace.states.get(*at)?.value, rest))
            }
            _ => None,
        }
    }
}

impl Trace {
    /// The value at `path`, which begins with a state and a variable: `states[3].zone_records`. `None` where there is
    /// none; see [`Path::get`].
    ///
    /// ```
    /// let trace = itf::read(br#"{"vars":["x"],"states":[{"x":{"y":"a"}}]}"#)?.remove(0);
    /// assert_eq!(trace.get(&"states[0].x.y".parse()?), Some(&itf::Value::from("a")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn get(&self, path: &Path) -> Option<&Value> {
        match path.in_state(self)? {
            (state, [Segment::Field(variable), rest @ ..]) => follow(rest, state.get(variable)?),
            _ => None,
        }
    }

    /// The values `path` may lead to: a step `{}` leads to every element of a set; see [`Trace::get`].
    ///
    /// ```
    /// let trace = itf::read(br##"{"vars":["x"],"states":[{"x":{"#set":["a","b"]}}]}"##)?.remove(0);
    /// assert_eq!(trace.get_all(&"states[0].x{}".parse()?).len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn get_all(&self, path: &Path) -> Vec<&Value> {
        match path.in_state(self) {
            Some((state, [Segment::Field(variable), rest @ ..])) => {
                state.get(variable).map(|value| every(rest, value)).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }
}

fn follow<'a>(segments: &[Segment], value: &'a Value) -> Option<&'a Value> {
    segments.iter().try_fold(value, |at, segment| step(segment, at))
}

fn every<'a>(segments: &[Segment], value: &'a Value) -> Vec<&'a Value> {
    segments.iter().fold(vec![value], |found, segment| {
        let next = found.into_iter().flat_map(|at| match (segment, at) {
            (Segment::Element, Value::Set(set)) => set.iter().collect(),
            _ => Vec::from_iter(step(segment, at)),
        });
        next.collect()
    })
}

fn step<'a>(segment: &Segment, at: &'a Value) -> Option<&'a Value> {
    match (segment, at) {
        (Segment::Field(name), Value::Record(r)) => r.get(name),
        (Segment::Index(i) | Segment::Item { old: i, .. }, Value::List(l)) => l.get(*i),
        (Segment::Index(i) | Segment::Item { old: i, .. }, Value::Tuple(t)) => t.get(*i),
        (Segment::Index(i), Value::Map(m)) => m.get(&Value::from(*i)),
        (Segment::Key(k), Value::Map(m)) => m.get(k),
        (Segment::Member { old, by, .. }, Value::Set(s)) => match s.binary_search(old) {
            Ok(at) => Some(&s[at]),
            Err(_) => only(s, by.as_ref()?),
        },
        (Segment::Payload(tag), Value::Variant(v)) if v.tag() == tag => Some(v.payload()),
        _ => None,
    }
}

/// The element that has these fields, if there is exactly one.
fn only<'a>(set: &'a Set, by: &Record) -> Option<&'a Value> {
    let has = |value: &&Value| {
        value.as_record().is_some_and(|r| by.iter().all(|(name, field)| r.get(name) == Some(field)))
    };
    let mut found = set.iter().filter(has);
    found.next().filter(|_| found.next().is_none())
}
