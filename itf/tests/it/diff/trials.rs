//! Random runs with known differences: the diff finds those and nothing else, and other laws of diffs of traces.

use std::collections::{BTreeMap, BTreeSet};

use itf::diff::{Difference, Entry, Options, Patch, Side, TraceDiff, diff_traces};
use itf::render::{DiffOptions, show_diff};
use itf::{State, Trace, Value};

use super::cases::shuffled;
use super::machine::{Random, run, with};

const TRIALS: u64 = 1000;

/// What there is to find: at a state of the left trace, for each new difference whether it lasts to the end; and the states
/// that only one trace has.
#[derive(Debug, Default, PartialEq, Eq)]
struct Truth {
    new: BTreeMap<usize, Vec<bool>>,
    only_left: Vec<usize>,
    only_right: Vec<usize>,
}

fn found(diff: &TraceDiff) -> Truth {
    let mut truth = Truth::default();
    for entry in &diff.entries {
        match entry {
            Entry::Pair(pair) if !pair.new.is_empty() => {
                let mut lasting: Vec<bool> = pair.new.iter().map(|new| new.lasts.until.is_none()).collect();
                lasting.sort_unstable();
                truth.new.insert(pair.left, lasting);
            }
            Entry::Only(only) if only.side == Side::Left => truth.only_left.push(only.at),
            Entry::Only(only) => truth.only_right.push(only.at),
            _ => {}
        }
    }
    truth
}

/// The state with a message that nobody sent; its number tells it from others.
fn with_stray(state: &State, number: usize) -> State {
    let id = -1 - i64::try_from(number).expect("small");
    let stray =
        [("id", Value::from(id)), ("to", "zoe".into()), ("kind", "stray".into()), ("hops", 99.into())];
    with(state, "messages", |messages| {
        let messages = messages.as_set().expect("a set");
        Value::set(messages.iter().chain([&Value::record(stray)]))
    })
}

/// The state in which the term of a node is off by a hundred.
fn off_by_a_hundred(state: &State, name: &str) -> State {
    with(state, "nodes", |nodes| {
        let nodes = nodes.as_map().expect("a map");
        let node = nodes.get(&Value::from(name)).and_then(Value::as_record).expect("a record");
        let term = node.get("term").and_then(Value::as_i64).expect("a number");
        nodes.with(name.into(), node.with("term", Value::from(term + 100)).into()).into()
    })
}

/// The trace with one to five edits at different states, and what they are.
fn edited(random: &mut Random, trace: &Trace) -> (Trace, Truth) {
    let length = trace.states.len();
    let count = 1 + random.below(5);
    let mut places: Vec<usize> = Vec::new();
    while places.len() < count {
        // Apart from each other, so that two edits are not one difference.
        let place = 1 + random.below(length - 1);
        if places.iter().all(|p| p.abs_diff(place) > 1) {
            places.push(place);
        }
    }
    let mut truth = Truth::default();
    // Each state of the left trace, as it is in the right one, and what comes after it there.
    let mut states: Vec<Vec<State>> = trace.states.iter().cloned().map(|state| vec![state]).collect();
    let mut names = vec!["ann", "bob", "cleo"];
    let (mut removed, mut inserted) = (Vec::new(), Vec::new());
    for (number, place) in places.into_iter().enumerate() {
        let kind = random.below(6);
        match (kind, names.len()) {
            (0, _) => removed.push(place),
            (1, _) => inserted.push((place, with_stray(&trace.states[place], 100 + number))),
            (2 | 3, 1..) => {
                let name = names.remove(random.below(names.len()));
                let end = if kind == 2 { length } else { place + 1 };
                states[place..end].iter_mut().for_each(|s| s[0] = off_by_a_hundred(&s[0], name));
                truth.new.insert(place, vec![end == length]);
            }
            _ => {
                let end = if kind == 4 { length } else { place + 1 };
                states[place..end].iter_mut().for_each(|s| s[0] = with_stray(&s[0], number));
                truth.new.insert(place, vec![end == length]);
            }
        }
    }
    // What lasts is in the states that are put in, too.
    for (place, state) in inserted {
        let before = states[place][0].clone();
        let stray = state.get("messages").and_then(Value::as_set).expect("a set");
        let here = before.get("messages").and_then(Value::as_set).expect("a set");
        let both = Value::set(here.iter().chain(stray.iter()));
        states[place].push(with(&before, "messages", |_| both));
    }
    for place in removed {
        states[place].clear();
        truth.only_left.push(place);
    }
    truth.only_left.sort_unstable();
    let mut right = Vec::new();
    for mut group in states {
        if group.len() > 1 {
            truth.only_right.push(right.len() + 1);
        }
        right.append(&mut group);
    }
    (Trace { states: right, ..trace.clone() }, truth)
}

fn trial(seed: u64) -> (Trace, Trace, Truth) {
    let mut random = Random(seed);
    let length = 12 + random.below(60);
    let trace = run(&mut random, length);
    let (other, truth) = edited(&mut random, &trace);
    (trace, other, truth)
}

#[test]
fn known_edits_are_found_and_nothing_else() {
    let mut wrong = Vec::new();
    for seed in 0..TRIALS {
        let (trace, other, truth) = trial(seed);
        let found = found(&diff_traces(&trace, &other, &Options::default()));
        if found != truth {
            wrong.push(format!("seed {seed}: {found:?} instead of {truth:?}"));
        }
    }
    // Of the five edits of one trace in a hundred, two may have another account that is as short.
    assert!(wrong.len() as u64 * 100 <= TRIALS, "{} of {TRIALS} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// All that a diff tells of states, the sides exchanged if it `leads_back`.
pub(crate) fn told(diff: &TraceDiff, leads_back: bool) -> BTreeSet<String> {
    let both = |(a, b): (usize, usize)| if leads_back { (b, a) } else { (a, b) };
    let side = |side: Side| (side == Side::Left) != leads_back;
    let all = |differences: &mut dyn Iterator<Item = &Difference>| {
        let mut all: Vec<Difference> =
            differences.map(|d| if leads_back { d.reversed() } else { d.clone() }).collect();
        all.sort();
        format!("{all:?}")
    };
    let entry = |entry: &Entry| match entry {
        Entry::Pair(pair) => {
            let new = all(&mut pair.new.iter().map(|new| &new.difference));
            let healed = all(&mut pair.healed.iter());
            format!("{:?} {new} {} {healed}", both((pair.left, pair.right)), pair.carried)
        }
        Entry::Only(only) => format!("only {} {} {:?}", side(only.side), only.at, only.moved),
        _ => panic!("{entry:?}"),
    };
    diff.entries.iter().map(entry).collect()
}

#[test]
fn the_diff_back_mirrors_the_diff() {
    for seed in 0..TRIALS {
        let (trace, other, _) = trial(seed);
        let diff = diff_traces(&trace, &other, &Options::default());
        let back = diff_traces(&other, &trace, &Options::default());
        assert_eq!(told(&back, true), told(&diff, false), "seed {seed}");
        assert_eq!(back.counts.equal, diff.counts.equal, "seed {seed}");
        let pairs: Vec<(usize, usize)> = back.pairs.iter().map(|(a, b)| (*b, *a)).collect();
        assert_eq!(pairs, diff.pairs, "seed {seed}");
    }
}

#[test]
fn a_patch_makes_one_trace_of_the_other_and_leads_back() {
    for seed in 0..TRIALS {
        let (trace, other, _) = trial(seed);
        let diff = diff_traces(&trace, &other, &Options::default());
        let patch = Patch::between(&trace, &other, &diff.pairs);
        assert_eq!(patch.apply(&trace).as_ref(), Ok(&other), "seed {seed}");
        assert_eq!(patch.reversed().apply(&other).as_ref(), Ok(&trace), "seed {seed}");
    }
}

#[test]
fn the_order_in_a_file_does_not_matter() {
    for seed in 0..100 {
        let (trace, other, _) = trial(seed);
        let mut random = Random(seed);
        let [again, shuffled] = [&trace, &other]
            .map(|trace| itf::read(shuffled(trace, &mut random).as_bytes()).expect("ITF").remove(0));
        assert!(diff_traces(&trace, &trace, &Options::default()).is_same(), "seed {seed}");
        assert!(diff_traces(&trace, &again, &Options::default()).is_same(), "seed {seed}");
        let text = |a: &Trace, b: &Trace| {
            show_diff(&diff_traces(a, b, &Options::default()), &DiffOptions::default())
        };
        assert_eq!(text(&again, &shuffled), text(&trace, &other), "seed {seed}");
    }
}

#[test]
fn a_persistent_edit_lasts() {
    let trace = run(&mut Random(7), 40);
    let mut other = trace.clone();
    other.states[10..].iter_mut().for_each(|state| *state = with_stray(state, 0));
    let diff = diff_traces(&trace, &other, &Options::default());
    let [Entry::Pair(pair)] = &diff.entries[..] else { panic!("one cause: {:?}", diff.entries) };
    assert_eq!((pair.left, pair.new[0].lasts.pairs, pair.new[0].lasts.until), (10, 30, None));
}
