//! Random runs with known differences: the diff finds those and nothing else.

use std::collections::BTreeMap;

use itf::diff::{Entry, Options, Side, TraceDiff, diff_traces};
use itf::{State, Trace, Value};

use super::machine::{Random, run, with};

/// What there is to find: at a state of the left trace, the number of new differences; or that it is not in the other.
#[derive(Debug, Default, PartialEq, Eq)]
struct Truth {
    new: BTreeMap<usize, usize>,
    only_left: Vec<usize>,
}

fn found(diff: &TraceDiff) -> Truth {
    let mut truth = Truth::default();
    for entry in &diff.entries {
        match entry {
            Entry::Pair(pair) if !pair.new.is_empty() => {
                truth.new.insert(pair.left, pair.new.len());
            }
            Entry::Only(only) if only.side == Side::Left => truth.only_left.push(only.at),
            Entry::Only(only) => {
                truth.new.insert(usize::MAX - only.at, 1);
            }
            _ => {}
        }
    }
    truth
}

fn stray() -> Value {
    Value::record([
        ("id", Value::from(-1)),
        ("to", "zoe".into()),
        ("kind", "stray".into()),
        ("hops", 99.into()),
    ])
}

fn with_stray(state: &State) -> State {
    with(state, "messages", |messages| {
        let messages = messages.as_set().expect("a set");
        Value::set(messages.iter().chain([&stray()]))
    })
}

/// One term is off by a hundred.
fn off_by_a_hundred(state: &State) -> State {
    with(state, "nodes", |nodes| {
        let nodes = nodes.as_map().expect("a map");
        let bob = nodes.get(&Value::from("bob")).and_then(Value::as_record).expect("a record");
        let term = bob.get("term").and_then(Value::as_i64).expect("a number");
        nodes.with("bob".into(), bob.with("term", Value::from(term + 100)).into()).into()
    })
}

/// The clock says something else.
fn wrong_clock(state: &State) -> State {
    with(state, "clock", |_| Value::from("noon"))
}

/// The trace with edits at different states, and what they are.
fn edited(random: &mut Random, trace: &Trace) -> (Trace, Truth) {
    let length = trace.states.len();
    let mut places: Vec<usize> = Vec::new();
    while places.len() < 4 {
        // Apart from each other, so that two edits are not one difference.
        let place = 1 + random.below(length - 1);
        if places.iter().all(|p| p.abs_diff(place) > 1) {
            places.push(place);
        }
    }
    let mut truth = Truth::default();
    let mut states: Vec<Option<State>> = trace.states.iter().cloned().map(Some).collect();
    let kinds = 1 + random.below(15);
    let mut edit = |from: usize, to: usize, change: fn(&State) -> State| {
        for state in states[from..to].iter_mut().flatten() {
            *state = change(state);
        }
        truth.new.insert(from, 1);
    };
    if kinds & 1 > 0 {
        edit(places[0], length, with_stray);
    }
    if kinds & 2 > 0 {
        edit(places[1], length, off_by_a_hundred);
    }
    if kinds & 4 > 0 {
        edit(places[2], places[2] + 1, wrong_clock);
    }
    if kinds & 8 > 0 {
        states[places[3]] = None;
        truth.only_left.push(places[3]);
    }
    (Trace { states: states.into_iter().flatten().collect(), ..trace.clone() }, truth)
}

#[test]
fn known_edits_are_found_and_nothing_else() {
    let mut wrong = Vec::new();
    let trials = 1000;
    for seed in 0..trials {
        let mut random = Random(seed);
        let length = 12 + random.below(60);
        let trace = run(&mut random, length);
        let (other, truth) = edited(&mut random, &trace);
        let diff = diff_traces(&trace, &other, &Options::default());
        if found(&diff) != truth {
            wrong.push(format!("seed {seed}: {:?} instead of {truth:?}", found(&diff)));
        }
        let back = diff_traces(&other, &trace, &Options::default());
        assert_eq!(back.counts.equal, diff.counts.equal, "seed {seed}");
        assert_eq!(back.entries.len(), diff.entries.len(), "seed {seed}: the diff back mirrors it");
        assert!(diff_traces(&trace, &trace, &Options::default()).is_same());
    }
    assert!(wrong.is_empty(), "{} of {trials} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_persistent_edit_lasts() {
    let trace = run(&mut Random(7), 40);
    let mut other = trace.clone();
    other.states[10..].iter_mut().for_each(|state| *state = with_stray(state));
    let diff = diff_traces(&trace, &other, &Options::default());
    let [Entry::Pair(pair)] = &diff.entries[..] else { panic!("one cause: {:?}", diff.entries) };
    assert_eq!((pair.left, pair.new[0].lasts.pairs, pair.new[0].lasts.until), (10, 30, None));
}
