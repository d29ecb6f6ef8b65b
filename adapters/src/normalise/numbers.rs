//! Numbers towards the least.

use std::collections::BTreeMap;

use itf::Value;
use itf_shrink::Stop;

use super::fields::{Field, fields, map_fields};
use super::{Place, Work};
use crate::Action;

/// A number within the values of a field, by where it is in them: elements of a set are all in one place.
type Within = (Place, String);

/// The least number in every place; least is what is closest to zero.
pub(super) fn least(calls: &[Action], free: &dyn Fn(&Action, &Field) -> bool) -> BTreeMap<Within, i64> {
    let mut least: BTreeMap<Within, i64> = BTreeMap::new();
    for call in calls {
        for field in fields(call).iter().filter(|field| free(call, field)) {
            let place = (call.name.to_string(), field.name.clone());
            at_paths(&field.value, String::new(), &mut |path, n| {
                let known = least.entry((place.clone(), path)).or_insert(n);
                if (n.unsigned_abs(), n < 0) < (known.unsigned_abs(), *known < 0) {
                    *known = n;
                }
            });
        }
    }
    least
}

/// Every number of a value, with its path.
fn at_paths(value: &Value, path: String, f: &mut dyn FnMut(String, i64)) {
    let mut each = |step: &str, value: &Value| at_paths(value, format!("{path}{step}"), f);
    match value {
        Value::Int(int) => {
            if let Some(n) = int.as_i64() {
                f(path, n);
            }
        }
        Value::Set(set) => set.iter().for_each(|v| each("{}", v)),
        Value::Map(map) => map.iter().for_each(|(_, v)| each("[]", v)),
        Value::Record(record) => record.iter().for_each(|(name, v)| each(&format!(".{name}"), v)),
        Value::Variant(variant) => each(variant.tag(), variant.payload()),
        Value::Tuple(items) => items.iter().enumerate().for_each(|(at, v)| each(&format!("[{at}]"), v)),
        other => other.items().into_iter().flatten().for_each(|v| each("[]", v)),
    }
}

/// The value with other numbers where there are any for their paths.
pub(super) fn towards(value: &Value, to: &dyn Fn(&str) -> Option<i64>) -> Value {
    change(value, "", to)
}

fn change(value: &Value, path: &str, to: &dyn Fn(&str) -> Option<i64>) -> Value {
    let each = |step: &str, value: &Value| change(value, &format!("{path}{step}"), to);
    match value {
        Value::Int(_) => to(path).map_or_else(|| value.clone(), Value::from),
        Value::Set(set) => Value::set(set.iter().map(|v| each("{}", v))),
        Value::Map(map) => Value::map(map.iter().map(|(k, v)| (k.clone(), each("[]", v)))),
        Value::Record(record) => Value::Record(record.map_values(|name, v| each(&format!(".{name}"), v))),
        Value::Variant(variant) => Value::variant(variant.tag(), each(variant.tag(), variant.payload())),
        Value::Tuple(items) => {
            Value::tuple(items.iter().enumerate().map(|(at, v)| each(&format!("[{at}]"), v)))
        }
        Value::List(items) => Value::list(items.iter().map(|v| each("[]", v))),
        other => other.clone(),
    }
}

/// Every place's numbers, all of a place at once, towards zero: zero itself, else in steps that double until one is too many,
/// and then by halves.
pub(super) fn run(work: &mut Work<'_>) -> Result<(), Stop> {
    let places: Vec<Within> = least(&work.attempts.best(), &work.free()).into_keys().collect();
    for within in places {
        let now = |work: &Work<'_>| least(&work.attempts.best(), &work.free()).get(&within).copied();
        let Some(start) = now(work).filter(|n| *n != 0) else { continue };
        let sign = start.signum();
        // A number is refused at this distance from zero, and taken at that one.
        let (mut refused, mut step) = (0_u64, 1_u64);
        if set(work, &within, 0)? {
            continue;
        }
        while let Some(taken) = now(work).map(i64::unsigned_abs).filter(|taken| *taken > refused + 1) {
            let target = taken.saturating_sub(step).max(refused + 1);
            let number = i64::try_from(target).unwrap_or(i64::MAX).saturating_mul(sign);
            if set(work, &within, number)? {
                step = step.saturating_mul(2);
            } else if work.forced.borrow().contains(&within.0) {
                break;
            } else {
                refused = target;
                step = ((taken - target) / 2).max(1);
            }
        }
    }
    Ok(())
}

/// All numbers of one place to one number.
fn set(work: &mut Work<'_>, within: &Within, number: i64) -> Result<bool, Stop> {
    if work.forced.borrow().contains(&within.0) {
        return Ok(false);
    }
    let (place, path) = within;
    let change = |call: &Action| {
        map_fields(call, |field| {
            if *place != (call.name.to_string(), field.name.clone()) {
                return field.value.clone();
            }
            towards(&field.value, &|at| (at == path).then_some(number))
        })
    };
    let candidate: Vec<Action> = work.attempts.best().iter().map(change).collect();
    work.attempt(&candidate)
}
