//! Laws: for any values and texts.

use std::collections::BTreeSet;

use proptest::prelude::*;

use itf::expr::Expr;
use itf::{Record, State, Value};

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<i128>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        "[a-z ]{0,6}".prop_map(Value::from),
        Just(Value::unit()),
        Just(Value::Null),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::list),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::tuple),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::set),
            prop::collection::btree_map(inner.clone(), inner.clone(), 0..3).prop_map(Value::map),
            prop::collection::btree_map("[a-z][a-z0-9_]{0,4}", inner.clone(), 0..3).prop_map(Value::record),
            ("[A-Z][a-z]{0,4}", inner).prop_map(|(tag, payload)| Value::variant(tag, payload)),
        ]
    })
}

/// Words that mean something else in a text than a tag.
const TAKEN: [&str; 8] = ["Set", "Map", "List", "Tup", "Rec", "Int", "Nat", "Bool"];

/// Whether a text can say the value: null has none, a map in whose keys units differ has fewer keys with one unit, and a
/// variant `Set(0)` looks like a set.
fn has_a_text(value: &Value) -> bool {
    match value {
        Value::List(items) => items.iter().all(has_a_text),
        Value::Tuple(items) => items.iter().all(has_a_text),
        Value::Set(items) => items.iter().all(has_a_text),
        Value::Map(map) => {
            let keys: BTreeSet<Value> = map.iter().map(|(key, _)| key.unified()).collect();
            keys.len() == map.len() && map.iter().all(|(key, value)| has_a_text(key) && has_a_text(value))
        }
        Value::Record(fields) => fields.values().iter().all(has_a_text),
        Value::Variant(variant) => !TAKEN.contains(&variant.tag().as_str()) && has_a_text(variant.payload()),
        Value::Null => false,
        _ => true,
    }
}

fn in_state(text: &str, a: &Value, b: &Value) -> Value {
    super::untyped(text, &[("a", a), ("b", b)]).unwrap_or_else(|e| panic!("{}", e.report(text)))
}

/// Whether the value has a type: a set, say, holds values of one type.
fn has_a_type(value: &Value) -> bool {
    let state = State::from(Record::from_iter([("a", value.clone())]));
    itf::types::infer(&[itf::Trace::new(["a"], [state])]).conflicts.is_empty()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_a_value_is_written_as_evaluates_to_it(v in value().prop_filter("no text says it", has_a_text)) {
        let text = v.to_string();
        let evaluated = Expr::parse(&text).and_then(|e| e.eval(&State::default()));
        if has_a_type(&v) {
            prop_assert_eq!(evaluated, Ok(v.unified()), "{}", text);
        } else {
            prop_assert!(evaluated.is_err_and(|e| e.kind() == itf::expr::ErrorKind::Type), "{}", text);
        }
    }

    #[test]
    fn a_variable_has_its_value_with_one_unit(v in value()) {
        prop_assert_eq!(in_state("a", &v, &v), v.unified());
        prop_assert_eq!(in_state("a == b", &v, &v.unified()), Value::from(true));
    }

    #[test]
    fn sets_are_an_algebra(x in prop::collection::vec(value(), 0..5), y in prop::collection::vec(value(), 0..5)) {
        let (a, b) = (Value::set(x), Value::set(y));
        for law in [
            "a.union(b) == b.union(a)",
            "a.intersect(b) == a.exclude(a.exclude(b))",
            "a.subseteq(b) iff a.union(b) == b",
            "a.subseteq(b) iff a.in(powerset(b))",
            "a.forall(x => x.in(b)) iff a.subseteq(b)",
            "a.exists(x => x.in(b)) iff a.intersect(b) != Set()",
            "a.filter(x => x.in(b)) == a.intersect(b)",
            "tuples(a, b).size() == a.size() * b.size()",
            "tuples(a, b).forall(((x, y)) => x.in(a) and y.in(b))",
            "a.mapBy(x => 1).keys() == a",
            "powerset(a).flatten() == a",
            "a.fold(0, (n, x) => n + 1) == a.size()",
        ] {
            prop_assert_eq!(in_state(law, &a, &b), Value::from(true), "{} for {} and {}", law, a, b);
        }
    }

    #[test]
    fn integers_are_those_of_the_machine_where_they_fit(x in any::<i32>(), y in any::<i32>()) {
        let (i, j) = (i64::from(x), i64::from(y));
        let (a, b) = (Value::from(x), Value::from(y));
        prop_assert_eq!(in_state("a * b + a - b", &a, &b), Value::from(i * j + i - j));
        if j != 0 {
            prop_assert_eq!(in_state("(a / b, a % b)", &a, &b), Value::tuple([i / j, i % j]));
            prop_assert_eq!(in_state("a / b * b + a % b == a", &a, &b), Value::from(true));
        }
    }

    #[test]
    fn no_text_panics(text in "[a-zA-Z0-9_ (){}\\[\\],.:;'\"|=<>!+*/^%&-]{0,60}") {
        if let Ok(expr) = Expr::parse(&text) {
            let _ = expr.eval(&super::state());
        }
    }

    #[test]
    fn no_row_of_tokens_panics(tokens in prop::collection::vec(prop::sample::select(TOKENS), 0..24)) {
        let text = tokens.join(" ");
        match Expr::parse(&text).and_then(|expr| expr.eval(&super::state())) {
            Ok(_) => {}
            Err(error) => {
                prop_assert!(error.span().start <= text.len() && error.span().end <= text.len());
                let _ = error.report(&text);
            }
        }
    }
}

const TOKENS: &[&str] = &[
    "x",
    "s",
    "m",
    "l",
    "r",
    "t",
    "v",
    "p",
    "1",
    "0",
    "\"a\"",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ".",
    "_",
    "_1",
    "=>",
    "->",
    "==",
    "<",
    "+",
    "-",
    "*",
    "^",
    "'",
    "|",
    ":",
    "...",
    "and",
    "or",
    "not",
    "implies",
    "if",
    "else",
    "match",
    "val",
    "def",
    "=",
    "Some",
    "None",
    "Set",
    "Map",
    "size()",
    "map",
    "forall",
    "filter",
    "get",
    "fold",
    "union",
    "in",
    "powerset()",
    "to",
    "name",
    "::",
    "next",
];
