//! Known edits in real traces, in which states and steps repeat: those are found, and no state comes or goes.

use std::collections::BTreeSet;

use itf::diff::{Difference, Entry, Options, TraceDiff, diff_traces};
use itf::{State, Trace, Value};

use super::machine::Random;

const FIXTURES: [&str; 27] = [
    "quint/auction.itf.json",
    "quint/clocks.itf.json",
    "quint/counter.itf.json",
    "quint/election.itf.json",
    "quint/herd.itf.json",
    "quint/junction.itf.json",
    "quint/kitchen.itf.json",
    "quint/ledger.itf.json",
    "quint/lift.itf.json",
    "quint/mailbox.itf.json",
    "quint/puzzle.itf.json",
    "quint/relay.itf.json",
    "quint/root-1.itf.json",
    "quint/root-2.itf.json",
    "quint/root-3.itf.json",
    "quint/root-4.itf.json",
    "quint/shelves.itf.json",
    "quint/turnstile.itf.json",
    "wunderspec/epoch5.ndjson",
    "wunderspec/relay.ndjson",
    "wunderspec/rollback.ndjson",
    "wunderspec/root-1.ndjson",
    "wunderspec/root-2.ndjson",
    "wunderspec/root-3.ndjson",
    "wunderspec/root-4.ndjson",
    "wunderspec/root-5.ndjson",
    "wunderspec/shelves.ndjson",
];
const TRIALS: u64 = 12;

/// The value with the integer at `at`, counted over all leaves, put elsewhere; `at` is counted down. Integers that are
/// elements of sets or keys stay: another one there is one gone and one come.
fn altered(value: &Value, at: &mut usize, by: i64) -> Value {
    let mut all = |values: &[Value]| -> Vec<Value> { values.iter().map(|v| altered(v, at, by)).collect() };
    match value {
        Value::Tuple(items) => Value::tuple(all(items)),
        Value::List(items) => Value::list(all(items)),
        Value::Record(record) => {
            let values = all(record.values());
            let mut values = values.into_iter();
            Value::Record(record.map_values(|_, old| values.next().unwrap_or_else(|| old.clone())))
        }
        Value::Set(set) => {
            let change = |v: &Value| if is_one_leaf(v) { v.clone() } else { altered(v, at, by) };
            Value::set(set.iter().map(change))
        }
        Value::Map(map) => Value::map(map.iter().map(|(key, v)| (key.clone(), altered(v, at, by)))),
        Value::Variant(v) => Value::variant(v.tag(), altered(v.payload(), at, by)),
        Value::Int(n) => {
            let here = *at == 0;
            *at = at.wrapping_sub(1);
            if here { Value::Int((n.to_big() + by).into()) } else { value.clone() }
        }
        other => other.clone(),
    }
}

fn is_one_leaf(value: &Value) -> bool {
    match value {
        Value::Variant(v) => is_one_leaf(v.payload()),
        Value::Tuple(_) | Value::List(_) | Value::Record(_) | Value::Set(_) | Value::Map(_) => false,
        _ => true,
    }
}

/// The state with one integer of one variable put elsewhere, if it has one.
fn edited(random: &mut Random, state: &State, by: i64) -> Option<State> {
    let says_what_was_done = |name: &str| name.starts_with("mbt") || name.contains("ction");
    let names: Vec<&str> =
        state.value.iter().map(|(name, _)| name.as_str()).filter(|name| !says_what_was_done(name)).collect();
    let name = names.get(random.below(names.len().max(1)))?;
    let old = state.get(name)?;
    let new = altered(old, &mut random.below(6), by);
    (new != *old).then(|| State { value: state.value.with(name, new), ..state.clone() })
}

/// The trace with two to five edits apart from each other, and where.
fn edits(random: &mut Random, trace: &Trace) -> (Trace, BTreeSet<usize>) {
    let mut other = trace.clone();
    let mut places: BTreeSet<usize> = BTreeSet::new();
    let wanted = 2 + random.below(4);
    for number in 0..50 {
        let place = 1 + random.below(trace.states.len() - 2);
        if places.len() < wanted
            && places.iter().all(|p| p.abs_diff(place) > 1)
            && let Some(state) = edited(random, &trace.states[place], 1_000_003 + number)
        {
            other.states[place] = state;
            places.insert(place);
        }
    }
    (other, places)
}

/// Whether the diff tells of one difference in each of these states, gone in the next, and of nothing else.
fn is_at(diff: &TraceDiff, places: &BTreeSet<usize>) -> bool {
    let mut told = BTreeSet::new();
    let right = diff.entries.iter().all(|entry| match entry {
        Entry::Pair(pair) if pair.new.is_empty() => true,
        Entry::Pair(pair) => {
            told.insert(pair.left);
            pair.left == pair.right && pair.new.len() == 1 && pair.new[0].lasts.pairs == 1
        }
        _ => false,
    });
    right && told == *places
}

#[test]
fn edits_in_traces_that_repeat_themselves_are_found_and_nothing_else() {
    let (mut trials, mut wrong) = (0, Vec::new());
    for fixture in FIXTURES {
        let trace = crate::render::fixture(fixture);
        if trace.states.len() < 8 {
            continue;
        }
        for seed in 0..TRIALS {
            let (other, places) = edits(&mut Random(seed), &trace);
            if places.len() < 2 {
                continue;
            }
            trials += 1;
            let diff = diff_traces(&trace, &other, &Options::default());
            if !is_at(&diff, &places) {
                let entries: Vec<String> = diff.entries.iter().map(told).collect();
                wrong.push(format!("{fixture} {seed}: {places:?}\n  {}", entries.join("\n  ")));
            }
        }
    }
    assert!(trials > 150, "{trials} trials");
    assert!(wrong.len() * 100 <= trials, "{} of {trials} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn told(entry: &Entry) -> String {
    let all = |differences: &mut dyn Iterator<Item = &Difference>| {
        differences.map(ToString::to_string).collect::<Vec<_>>().join("; ")
    };
    match entry {
        Entry::Pair(pair) => {
            format!("{} {} {}", pair.left, pair.right, all(&mut pair.new.iter().map(|new| &new.difference)))
        }
        Entry::Only(only) => format!("only {:?} {}: {}", only.side, only.at, all(&mut only.changes.iter())),
        _ => String::new(),
    }
}

#[test]
fn two_edits_in_a_trace_that_stutters() {
    let trace = |ys: [i64; 9]| {
        let states: Vec<String> = ys
            .iter()
            .enumerate()
            .map(|(at, y)| format!(r#"{{"x":{},"y":{y}}}"#, if at < 2 { 1 } else { 5 }))
            .collect();
        itf::read(format!(r#"{{"vars":["x","y"],"states":[{}]}}"#, states.join(",")).as_bytes())
            .expect("ITF")
            .remove(0)
    };
    let (left, right) = (trace([0; 9]), trace([0, 9, 0, 0, 7, 0, 0, 0, 0]));
    let diff = diff_traces(&left, &right, &Options::default());
    assert!(is_at(&diff, &BTreeSet::from([1, 4])), "{:?}", diff.entries);
    // What came and went for good still does.
    let mut shorter = right;
    shorter.states.remove(7);
    let diff = diff_traces(&left, &shorter, &Options::default());
    let told: Vec<String> = diff.entries.iter().map(told).collect();
    assert_eq!(diff.pairs.len(), 8, "{told:?}");
    assert_eq!(told.iter().filter(|entry| entry.starts_with("only Left")).count(), 1, "{told:?}");
}
