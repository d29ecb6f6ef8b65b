//! One form for all findings of one bug: parameters at their minimum, names in the order in which they are first used, and
//! as few switches between actors as can be.
//!
//! `fields` is what calls consist of, `names` which strings may stand for each other, `measure` the order in which one
//! schedule is simpler than another.

mod fields;
mod measure;
mod names;
mod numbers;

use std::cell::RefCell;
use std::collections::HashSet;

use itf::{Trace, Value};
use itf_shrink::{Attempt, Normalise, Stop, fewer_switches};

use crate::Action;
use fields::{Field, fields, map_fields};
use measure::Measure;
use names::Names;

/// Makes schedules of one spec simpler: what a shrinker does after it has made them short.
///
/// What is simpler, in this order: fewer actors, fewer switches between them, smaller sets and numbers, names in the order in
/// which they are first used. So different findings of one bug come to one trace. The names are those of the trace that is
/// shrunk: of the sets and maps in its parameters and its initial state, and of its calls.
///
/// ```
/// use itf::{Trace, Value};
/// use itf_adapters::{Action, Simplest};
/// use itf_shrink::{Predicate, Shrinker, Verdict};
/// let trace = &itf::read(br##"{"vars":["on"],"states":[{"on":{"#map":[["a",false],["b",false],["c",false]]}}]}"##)?[0];
/// let call = |who: &str, n: i64| Action::new("add").arg("who", who).arg("n", n);
/// let calls = [call("c", 40), call("b", 17), call("c", 3)];
/// let mut oracle = Predicate(|calls: &[Action]| match calls {
///     [first, second, ..] if first.args.get("who") != second.args.get("who") => Verdict::fails("two", "actors", ""),
///     _ => Verdict::Passes,
/// });
/// let simplest = Simplest::of(trace, &calls);
/// let report = Shrinker::new(&mut oracle).normalise(&simplest).shrink(&calls)?;
/// assert_eq!(report.items, [call("a", 0), call("b", 0)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Simplest {
    names: Names,
    /// The field that says who acts.
    actor: Option<String>,
}

impl Simplest {
    /// For the schedule of this trace.
    ///
    /// ```
    /// use itf::Trace;
    /// let simplest = itf_adapters::Simplest::of(&Trace::new(["x"], []), &[]);
    /// assert_eq!(simplest.actor(&itf_adapters::Action::new("tick")), "tick");
    /// ```
    pub fn of(trace: &Trace, calls: &[Action]) -> Self {
        Self { names: Names::of(trace, calls), actor: actor_field(calls) }
    }

    /// Who acts in a call; the action's name where nobody does.
    ///
    /// ```
    /// use itf::Trace;
    /// use itf_adapters::{Action, Simplest};
    /// let sync = |who: &str| Action::new("sync").arg("deployer", who);
    /// let simplest = Simplest::of(&Trace::new(["x"], []), &[sync("a"), sync("b"), sync("a")]);
    /// assert_eq!(simplest.actor(&sync("b")), "b");
    /// ```
    pub fn actor(&self, call: &Action) -> String {
        let found = self.actor.as_ref().and_then(|actor| {
            fields(call)
                .into_iter()
                .find(|f| f.name == *actor)
                .and_then(|f| Some(f.value.as_str()?.to_owned()))
        });
        found.unwrap_or_else(|| call.name.to_string())
    }
}

impl Normalise<Action> for Simplest {
    fn simplify(&self, work: &mut dyn Attempt<Action>) -> Result<(), Stop> {
        Work { simplest: self, attempts: work, forced: RefCell::default() }.run()
    }
}

/// The field that says who acts: a string that most calls have, and several calls have in common.
fn actor_field(calls: &[Action]) -> Option<String> {
    let mut found: Vec<(String, Vec<Value>)> = Vec::new();
    for call in calls {
        let mut seen = HashSet::new();
        for Field { name, value, .. } in fields(call) {
            if value.as_str().is_none() || !seen.insert(name.clone()) {
                continue;
            }
            match found.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => values.push(value),
                None => found.push((name, vec![value])),
            }
        }
    }
    // Of two that are as frequent, the one with fewer values, then the first.
    let distinct = |values: &[Value]| values.iter().collect::<std::collections::BTreeSet<_>>().len();
    found.retain(|(_, values)| distinct(values) < values.len());
    found.sort_by_key(|(_, values)| (std::cmp::Reverse(values.len()), distinct(values)));
    found.into_iter().next().map(|(name, _)| name)
}

/// The name of a field of an action.
type Place = (String, String);

/// A schedule while it is made simpler.
struct Work<'a> {
    simplest: &'a Simplest,
    attempts: &'a mut dyn Attempt<Action>,
    /// Fields whose value follows from the rest, as a run has shown: the producer takes its own whatever is asked for.
    forced: RefCell<HashSet<Place>>,
}

impl Work<'_> {
    fn run(mut self) -> Result<(), Stop> {
        let simplest = self.simplest;
        // All at once, and if that is too much, one after the other.
        let best = self.attempts.best();
        let smallest = self.smallest(&best, None);
        let renamed = simplest.names.in_order(&smallest, &self.free(), None);
        if !self.attempt(&renamed)? && !self.attempt(&smallest)? {
            for at in (0..best.len()).rev() {
                let best = self.attempts.best();
                if at < best.len() {
                    let one = self.smallest(&best, Some(at));
                    self.attempt(&one)?;
                }
            }
        }
        self.fewer_actors()?;
        fewer_switches(self.attempts, &|call| simplest.actor(call))?;
        self.empty_sets()?;
        numbers::run(&mut self)?;
        self.names_in_order()
    }

    /// Names in the order of their first use: of all kinds at once, else of one kind after the other.
    fn names_in_order(&mut self) -> Result<(), Stop> {
        let names = &self.simplest.names;
        let best = self.attempts.best();
        let all = names.in_order(&best, &self.free(), None);
        if all == best || self.attempt(&all)? {
            return Ok(());
        }
        for kind in 0..names.kinds() {
            let one = names.in_order(&self.attempts.best(), &self.free(), Some(kind));
            self.attempt(&one)?;
        }
        Ok(())
    }

    /// Whether a field is chosen, as far as is known.
    fn free(&self) -> impl Fn(&Action, &Field) -> bool + use<> {
        let forced = self.forced.borrow().clone();
        move |call, field| !forced.contains(&(call.name.to_string(), field.name.clone()))
    }

    /// Runs the candidate; whether there is a new best.
    fn attempt(&mut self, candidate: &[Action]) -> Result<bool, Stop> {
        if candidate == self.attempts.best() {
            return Ok(false);
        }
        let simplest = self.simplest;
        let free = self.free();
        let measure = |calls: &[Action]| Measure::of(calls, simplest, &free);
        let tried = self.attempts.attempt(candidate, &|new, old| measure(new) < measure(old))?;
        if let Some(executed) = tried.executed.filter(|executed| executed.len() == candidate.len()) {
            let mut forced = self.forced.borrow_mut();
            for (asked, executed) in candidate.iter().zip(&executed) {
                for (a, b) in fields(asked).into_iter().zip(fields(executed)) {
                    if a.name == b.name && a.value != b.value {
                        forced.insert((asked.name.to_string(), a.name));
                    }
                }
            }
        }
        Ok(tried.taken)
    }

    /// The schedule with one element in every set and map, and the least number seen in every place; of one call only, if one
    /// is given.
    fn smallest(&self, calls: &[Action], only: Option<usize>) -> Vec<Action> {
        let free = self.free();
        let least = numbers::least(calls, &free);
        let names = &self.simplest.names;
        let change = |(at, call): (usize, &Action)| {
            if only.is_some_and(|only| only != at) {
                return call.clone();
            }
            map_fields(call, |field| {
                if !free(call, field) {
                    return field.value.clone();
                }
                let place = (call.name.to_string(), field.name.clone());
                numbers::towards(&names.one_element(&field.value), &|path| {
                    least.get(&(place.clone(), path.to_owned())).copied()
                })
            })
        };
        calls.iter().enumerate().map(change).collect()
    }

    /// Lets one actor do what two did.
    fn fewer_actors(&mut self) -> Result<(), Stop> {
        let simplest = self.simplest;
        let Some(field) = &simplest.actor else { return Ok(()) };
        let mut from = 1;
        loop {
            let best = self.attempts.best();
            let mut actors: Vec<Value> = Vec::new();
            for f in best.iter().flat_map(fields).filter(|f| f.name == *field) {
                if !actors.contains(&f.value) {
                    actors.push(f.value);
                }
            }
            let Some(actor) = actors.get(from) else { return Ok(()) };
            let mut taken = false;
            for other in &actors[..from] {
                let with = |v: &Value| if v == actor { other.clone() } else { v.clone() };
                let merged: Vec<Action> = best.iter().map(|call| names::rename(call, &with)).collect();
                if self.attempt(&merged)? {
                    taken = true;
                    break;
                }
            }
            if !taken {
                from += 1;
            }
        }
    }

    /// No element is simpler than one, where that is allowed.
    fn empty_sets(&mut self) -> Result<(), Stop> {
        let best = self.attempts.best();
        let free = self.free();
        let empty = |call: &Action| {
            map_fields(call, |field| match &field.value {
                Value::Set(set) if !set.is_empty() && free(call, field) => {
                    Value::set(std::iter::empty::<Value>())
                }
                Value::Map(map) if !map.is_empty() && free(call, field) => {
                    Value::map(std::iter::empty::<(Value, Value)>())
                }
                other => other.clone(),
            })
        };
        let empty: Vec<Action> = best.iter().map(empty).collect();
        drop(free);
        self.attempt(&empty).map(|_| ())
    }
}
