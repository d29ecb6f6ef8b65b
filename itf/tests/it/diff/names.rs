//! Comparing modulo renaming.

use itf::diff::{Options, Rules, canonical_names, diff_traces, find_renaming};
use itf::{Record, State, Trace, Value};

use super::machine::{Random, run, with};

/// Every string of the machine but its roles and kinds under another name, and the map.
fn renamed(trace: &Trace, random: &mut Random) -> (Trace, Vec<(String, String)>) {
    let old = ["ann", "bob", "cleo"];
    let mut new = ["x-7", "bob", "aaa"];
    new.rotate_left(random.below(3));
    let names: Vec<(String, String)> =
        old.iter().zip(new).map(|(a, b)| ((*a).to_owned(), b.to_owned())).collect();
    (apply(trace, &names), names)
}

pub(crate) fn apply(trace: &Trace, names: &[(String, String)]) -> Trace {
    let states = trace.states.iter().map(|state| State::from(rename(&state.value, names)));
    Trace { states: states.collect(), ..trace.clone() }
}

fn rename(record: &Record, names: &[(String, String)]) -> Record {
    record.map_values(|_, value| rename_value(value, names))
}

fn rename_value(value: &Value, names: &[(String, String)]) -> Value {
    match value {
        Value::Str(text) => names
            .iter()
            .find(|(old, _)| old == text.as_str())
            .map_or(value.clone(), |(_, new)| Value::from(new)),
        Value::List(items) => Value::list(items.iter().map(|v| rename_value(v, names))),
        Value::Tuple(items) => Value::tuple(items.iter().map(|v| rename_value(v, names))),
        Value::Set(items) => Value::set(items.iter().map(|v| rename_value(v, names))),
        Value::Map(map) => {
            Value::map(map.iter().map(|(k, v)| (rename_value(k, names), rename_value(v, names))))
        }
        Value::Record(fields) => Value::Record(rename(fields, names)),
        other => other.clone(),
    }
}

#[test]
fn a_random_bijection_is_recovered() {
    for seed in 0..100 {
        let mut random = Random(seed);
        let left = run(&mut random, 40);
        let (right, names) = renamed(&left, &mut random);
        let found = find_renaming(&left, &right, &Rules::default());
        assert_eq!(found.unexplained, None, "seed {seed}: {found:?}");
        // Names that never stand apart may be mapped in another way that is as good.
        assert_eq!(apply(&left, &found.names), right, "seed {seed}: {found:?} instead of {names:?}");
        let diff = diff_traces(&left, &right, &Options { rename: true, ..Options::default() });
        assert!(diff.is_same(), "seed {seed}");
        assert_eq!(diff.renaming.expect("a renaming").names, found.names);
    }
}

#[test]
fn the_first_state_that_no_renaming_explains_is_found() {
    for seed in 0..40 {
        let mut random = Random(seed);
        let left = run(&mut random, 40);
        let (mut right, _) = renamed(&left, &mut random);
        let at = 1 + random.below(39);
        for state in &mut right.states[at..] {
            *state = with(state, "clock", |_| Value::from("noon"));
        }
        let found = find_renaming(&left, &right, &Rules::default());
        assert_eq!(found.unexplained, Some(at), "seed {seed}");
        let diff = diff_traces(&left, &right, &Options { rename: true, ..Options::default() });
        assert_eq!(diff.first_divergence().expect("a difference").left, Some(at), "seed {seed}");
    }
}

#[test]
fn symmetric_names_are_singled_out() {
    // Five names in a ring, twice: refinement alone tells none from another.
    let ring = |names: [&str; 5]| {
        let next = (0..5).map(|at| (names[at], names[(at + 1) % 5]));
        let state: Record = [("next", Value::map(next))].into_iter().collect();
        Trace::new(["next"], [State::from(state)])
    };
    let (left, right) = (ring(["a", "b", "c", "d", "e"]), ring(["b", "d", "a", "e", "c"]));
    let found = find_renaming(&left, &right, &Rules::default());
    assert_eq!(found.unexplained, None);
    assert_eq!(apply(&left, &found.names), right);
    let not_a_ring: Record =
        [("next", Value::map([("a", "b"), ("b", "a"), ("c", "d"), ("d", "e"), ("e", "c")]))]
            .into_iter()
            .collect();
    let other = Trace::new(["next"], [State::from(not_a_ring)]);
    assert_eq!(find_renaming(&left, &other, &Rules::default()).unexplained, Some(0));
}

#[test]
fn fixed_names_stay() {
    let left = &itf::read(br#"{"vars":["kind"],"states":[{"kind":"A"},{"kind":"B"}]}"#).expect("ITF")[0];
    let right = &itf::read(br#"{"vars":["kind"],"states":[{"kind":"B"},{"kind":"A"}]}"#).expect("ITF")[0];
    assert_eq!(find_renaming(left, right, &Rules::default()).unexplained, None);
    let fixed = Rules::parse("fixed = ['kind']").expect("rules");
    assert_eq!(find_renaming(left, right, &fixed).unexplained, Some(0));
}

#[test]
fn canonical_names_depend_on_nothing_but_what_they_stand_for() {
    for seed in 0..50 {
        let mut random = Random(seed);
        let left = run(&mut random, 30);
        let (right, _) = renamed(&left, &mut random);
        let [a, b] = [&left, &right].map(|trace| canonical_names(trace, &Rules::default()));
        assert_eq!(a.trace, b.trace, "seed {seed}");
        assert_eq!(
            canonical_names(&a.trace, &Rules::default()).trace,
            a.trace,
            "seed {seed}: canonical already"
        );
        let found = find_renaming(&left, &a.trace, &Rules::default());
        assert_eq!(found.unexplained, None, "seed {seed}: a bijection");
    }
}

/// Names that are all alike: to single them out one by one takes memory with the square of their number.
#[test]
fn names_that_are_too_many_are_not_singled_out() {
    let of = |first: usize| {
        let names = Value::set((first..first + 10_000).map(|n| Value::from(format!("n{n:06}"))));
        Trace::new(["x"], [State::from(Record::from_iter([("x", names)]))])
    };
    let canonical = canonical_names(&of(0), &Rules::default());
    assert!(canonical.gave_up);
    let new: std::collections::HashSet<&String> = canonical.names.iter().map(|(_, new)| new).collect();
    assert_eq!((canonical.names.len(), new.len()), (10_000, 10_000));
    let renaming = find_renaming(&of(0), &of(50_000), &Rules::default());
    assert!(renaming.gave_up && renaming.names.is_empty(), "{} names", renaming.names.len());
    // As many as can be singled out are.
    let few = Trace::new(["x"], [State::from(Record::from_iter([("x", Value::set(["a", "b", "c"]))]))]);
    assert!(!canonical_names(&few, &Rules::default()).gave_up);
}

/// What stands beside a name differs in one bit only, as 0 and 1 do, plan2 and plan3, or tags that end in B and C.
#[test]
fn what_differs_least_tells_names_apart() {
    let sides: [[Value; 2]; 5] = [
        [Value::from(0), Value::from(1)],
        [Value::from(-2), Value::from(-3)],
        [Value::from(false), Value::from(true)],
        [Value::variant("PlanB", Value::unit()), Value::variant("PlanC", Value::unit())],
        [Value::record([("plan2", 7)]), Value::record([("plan3", 7)])],
    ];
    for [one, other] in sides {
        let trace = |is_one: &dyn Fn(usize) -> bool| {
            let beside = |at: usize| if is_one(at) { one.clone() } else { other.clone() };
            let map = Value::map((0..12).map(|at| (Value::from(format!("k{at:02}")), beside(at))));
            // Of a set of pairs, too: there it is no key.
            let set = (0..12).map(|at| Value::tuple([Value::from(format!("k{at:02}")), beside(at)]));
            Trace::new(["m", "s"], [State::from(Record::from_iter([("m", map), ("s", Value::set(set))]))])
        };
        let (left, right) = (trace(&|at| at < 6), trace(&|at| at % 2 == 1));
        let found = find_renaming(&left, &right, &Rules::default());
        assert_eq!((found.unexplained, found.gave_up), (None, false), "{one} {other}");
        assert_eq!(apply(&left, &found.names), right, "{one} {other}");
        let [a, b] = [&left, &right].map(|trace| canonical_names(trace, &Rules::default()).trace);
        assert_eq!(a, b, "{one} {other}");
    }
    // A name is called after the variable that it stands in, and not after its neighbour.
    let trace =
        Trace::new(["b", "c"], [State::from(Record::from_iter([("b", Value::from(0)), ("c", "x".into())]))]);
    let named = canonical_names(&trace, &Rules::default());
    assert_eq!(named.names, [("x".to_owned(), "c1".to_owned())]);
}
