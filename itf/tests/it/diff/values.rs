//! Laws of the diff of values.

use itf::Value;
use itf::diff::{Difference, ValueDiff, diff_values};
use proptest::collection::vec;
use proptest::prelude::*;

/// Values of few different leaves, so that two of them often have something in common.
pub(crate) fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        (0..4).prop_map(Value::from),
        "[ab]".prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::unit()),
        Just(Value::Null),
        Just(Value::from(itf::Int::from(i128::from(u64::MAX) * 3))),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::list),
            vec(inner.clone(), 0..5).prop_map(Value::set),
            vec(inner.clone(), 0..3).prop_map(Value::tuple),
            vec((inner.clone(), inner.clone()), 0..4).prop_map(Value::map),
            vec(("[xyz]", inner.clone()), 0..4).prop_map(Value::record),
            ("[ST]", inner).prop_map(|(tag, payload)| Value::variant(tag, payload)),
        ]
    })
}

/// A value and one made of it by changes at random places.
fn edited() -> impl Strategy<Value = (Value, Value)> {
    (any_value(), vec((any::<u8>(), any_value()), 1..4)).prop_map(|(value, edits)| {
        let edited = edits.iter().fold(value.clone(), |v, (at, new)| edit(&v, *at, new));
        (value, edited)
    })
}

fn edit(value: &Value, at: u8, new: &Value) -> Value {
    let pick = |len: usize| usize::from(at) % len;
    match value {
        Value::List(l) if !l.is_empty() => {
            let mut items = l.to_vec();
            match at % 3 {
                0 => items[pick(l.len())] = edit(&l[pick(l.len())], at / 3, new),
                1 => items.insert(pick(l.len()), new.clone()),
                _ => drop(items.remove(pick(l.len()))),
            }
            Value::list(items)
        }
        Value::Set(s) if !s.is_empty() => {
            let mut items = s.to_vec();
            items[pick(s.len())] = edit(&s[pick(s.len())], at / 3, new);
            Value::set(items)
        }
        Value::Map(m) if !m.is_empty() => {
            let at_key = pick(m.len());
            Value::map(
                m.iter().enumerate().map(|(i, (k, v))| {
                    (k.clone(), if i == at_key { edit(v, at / 3, new) } else { v.clone() })
                }),
            )
        }
        Value::Record(r) if !r.is_empty() => {
            let name = r.names()[pick(r.len())].clone();
            Value::Record(r.map_values(|n, v| if *n == name { edit(v, at / 3, new) } else { v.clone() }))
        }
        Value::Variant(v) if !at.is_multiple_of(4) => Value::variant(v.tag(), edit(v.payload(), at / 3, new)),
        _ => new.clone(),
    }
}

fn sorted(diff: &ValueDiff) -> Vec<Difference> {
    let mut all = diff.differences.clone();
    all.sort();
    all
}

fn laws(a: &Value, b: &Value) -> Result<(), TestCaseError> {
    let diff = diff_values(a, b);
    prop_assert_eq!(diff.is_empty(), a == b);
    prop_assert_eq!(&diff.apply(a).expect("it was made from a"), b, "{:?}", diff);
    prop_assert_eq!(&diff.reversed().apply(b).expect("it leads to b"), a, "{:?}", diff);
    let back = diff_values(b, a);
    prop_assert_eq!(sorted(&back), sorted(&diff.reversed()));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn any_two_values(a in any_value(), b in any_value()) {
        laws(&a, &b)?;
    }

    #[test]
    fn a_value_and_an_edit_of_it((a, b) in edited()) {
        laws(&a, &b)?;
    }

    #[test]
    fn a_diff_applies_to_nothing_else(a in any_value(), b in any_value(), c in any_value()) {
        // Either the place is missing, or what differs elsewhere does not matter: then it leads somewhere, and back.
        let diff = diff_values(&a, &b);
        if let Ok(d) = diff.apply(&c) {
            prop_assert_eq!(diff.reversed().apply(&d), Ok(c));
        }
    }
}

fn lines(a: &Value, b: &Value) -> Vec<String> {
    diff_values(a, b).differences.iter().map(ToString::to_string).collect()
}

fn record(name: &str, kind: &str, value: i32) -> Value {
    Value::record([("name", Value::from(name)), ("kind", kind.into()), ("value", value.into())])
}

#[test]
fn scalars_are_never_paired() {
    assert_eq!(lines(&Value::set([1, 2]), &Value::set([1, 3])), ["- {}: 2", "+ {}: 3"]);
    let some = |n: i32| Value::variant("Some", n);
    assert_eq!(lines(&Value::set([some(2)]), &Value::set([some(3)])), ["- {}: Some(2)", "+ {}: Some(3)"]);
}

#[test]
fn elements_are_paired_at_least_cost_and_named_by_what_tells_them_apart() {
    let a = Value::set([record("lock", "TXT", 1), record("root", "A", 1), record("root", "AAAA", 1)]);
    let b = Value::set([record("lock", "TXT", 1), record("root", "A", 2), record("root", "AAAA", 7)]);
    assert_eq!(lines(&a, &b), [r#"{kind: "A"}.value: 1 → 2"#, r#"{kind: "AAAA"}.value: 1 → 7"#]);
}

#[test]
fn unlike_elements_are_not_paired() {
    let a = Value::set([record("lock", "TXT", 1)]);
    let b = Value::set([record("root", "A", 1)]);
    assert_eq!(diff_values(&a, &b).differences.len(), 2);
}

#[test]
fn list_items_are_aligned() {
    let list = |names: &[&str]| Value::list(names.iter().map(|n| record(n, "A", 1)));
    let (a, b) = (list(&["a", "b", "c", "d"]), list(&["b", "c", "x", "d"]));
    assert_eq!(
        lines(&a, &b),
        [r#"- [0]: { kind: "A", name: "a", value: 1 }"#, r#"+ [2]: { kind: "A", name: "x", value: 1 }"#]
    );
    let c = Value::list([record("b", "A", 1), record("c", "A", 5), record("d", "A", 1)]);
    assert_eq!(lines(&a, &c), [r#"- [0]: { kind: "A", name: "a", value: 1 }"#, "[2→1].value: 1 → 5"]);
    assert_eq!(lines(&Value::list([1, 2, 3]), &Value::list([1, 5, 3])), ["[1]: 2 → 5"]);
    assert_eq!(lines(&Value::list([1, 2]), &Value::list([2, 1])).len(), 2);
}

#[test]
fn maps_are_compared_by_key_and_a_renamed_key_is_seen() {
    let node = |term: i32| Value::record([("term", term)]);
    let a = Value::map([("a", node(1)), ("b", node(2)), ("c", node(3))]);
    let b = Value::map([("a", node(9)), ("b", node(2)), ("d", node(3))]);
    assert_eq!(lines(&a, &b), [r#"["a"].term: 1 → 9"#, r#": key "c" → key "d""#]);
    assert_eq!(lines(&Value::map([("a", 0)]), &Value::map([("b", 0)])), [r#": key "a" → key "b""#]);
    assert!(!lines(&Value::map([("a", "b")]), &Value::map([("b", "a")])).is_empty());
}

#[test]
fn a_map_that_repeats_a_key_is_compared_as_a_whole() {
    let twice =
        itf::Reader::new().value(br##"{"#map": [[1, 2], [1, 3]]}"##).expect("it reads with a warning");
    let once = Value::map([(1, 2)]);
    let diff = diff_values(&twice, &once);
    assert_eq!(diff.apply(&twice), Ok(once));
}

#[test]
fn no_digit_is_lost() {
    let (a, b) = (Value::from(1_i64 << 53), Value::from((1_i64 << 53) + 1));
    assert_eq!(lines(&a, &b).len(), 1);
}

#[test]
fn a_thousand_changed_elements_find_their_partners() {
    let set = |offset: i32| {
        Value::set((0..1000).map(|n| {
            Value::record([
                ("id", Value::from(n)),
                ("group", (n % 7).into()),
                ("value", (n * 3 + offset).into()),
            ])
        }))
    };
    let diff = diff_values(&set(0), &set(1));
    assert_eq!(diff.differences.len(), 1000);
    assert!(diff.approximate.is_empty());
}

#[test]
fn larger_sets_say_that_they_were_not_compared_each_with_each() {
    let set = |offset: i32| {
        Value::set((0..3000).map(|n| {
            Value::record([
                ("id", Value::from(n)),
                ("group", (n % 7).into()),
                ("value", (n * 3 + offset).into()),
            ])
        }))
    };
    let (a, b) = (set(0), set(1));
    let diff = diff_values(&a, &b);
    assert_eq!(diff.approximate.len(), 1);
    assert_eq!(diff.apply(&a), Ok(b));
    assert_eq!(diff.differences.len(), 3000);
}

#[test]
fn deep_values_do_not_exhaust_the_stack() {
    let deep = |leaf: i32| {
        (0..999).fold(Value::from(leaf), |v, n| if n % 2 == 0 { Value::list([v]) } else { Value::set([v]) })
    };
    let (a, b) = (deep(1), deep(2));
    let diff = diff_values(&a, &b);
    assert_eq!(diff.apply(&a), Ok(b));
}
