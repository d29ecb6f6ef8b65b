//! What expressions mean. That Quint means the same is tested where the real Quint is.

use itf::Value;

use super::{eval, shown};

fn all(cases: &[(&str, &str)]) {
    for (text, value) in cases {
        assert_eq!(shown(text), *value, "{text}");
    }
}

#[test]
fn operators_bind_as_in_quint() {
    all(&[
        ("1 + 2 * 3 ^ 2", "19"),
        ("2 ^ 3 ^ 2", "512"),
        ("-2 ^ 2", "-4"),
        ("10 - 4 - 3", "3"),
        ("-l[0] + 1", "-3"),
        ("1 < 2 == true", "true"),
        ("false implies false implies false", "false"),
        ("true or false and false", "true"),
        ("true iff false or true", "true"),
        ("false implies true iff false", "true"),
        ("1 -> 2 -> 3", "((1, 2), 3)"),
        ("1 -> 2 + 3", "(1, 5)"),
        ("2 * if (p) 1 else 2 + 3", "2"),
        ("(if (p) 1 else 2) + 3", "4"),
        ("s.map(e => e + 1).size() + 1", "4"),
    ]);
}

#[test]
fn what_is_not_needed_is_not_evaluated() {
    all(&[
        ("true or 1 / 0 == 1", "true"),
        ("false and 1 / 0 == 1", "false"),
        ("false implies 1 / 0 == 1", "true"),
        ("if (p) 1 else 1 / 0", "1"),
        ("val z = 1 / 0 true", "true"),
        ("s.exists(e => 1 / (e - 2) == -1)", "error: division by zero"),
    ]);
}

#[test]
fn definitions_and_lambdas() {
    all(&[
        ("val z = x + 1 z * z", "64"),
        ("def f(a, b) = a - b 1.f(2)", "-1"),
        ("def twice(f, a) = f(f(a)) twice(a => a * 3, 2)", "18"),
        ("val double = a => 2 * a s.map(double)", "Set(2, 4, 6)"),
        ("val (a, _) = t a", "1"),
        ("val { name, epoch } = r epoch", "2"),
        ("pure def f(a: int, b: Set[(int, str)]): int -> bool = a f(1, Set())", "1"),
        ("Set((1, 2)).map(((a, b)) => a + b)", "Set(3)"),
        ("val x = 1 val x = x + 1 x", "2"),
        ("s.map(e => s.map(f => e * f)).flatten().size()", "6"),
    ]);
}

#[test]
fn integers_have_any_size() {
    all(&[
        ("9223372036854775807 + 1", "9223372036854775808"),
        ("2 ^ 100 / 2 ^ 99", "2"),
        ("-7 / 2", "-3"),
        ("-7 % 3", "-1"),
        ("-9223372036854775808 / -1", "9223372036854775808"),
        ("0xff + 1_000", "1255"),
        ("x.in(Int) and not((-1).in(Nat))", "true"),
        ("(-1) ^ (2 ^ 80)", "1"),
    ]);
}

#[test]
fn sets_by_their_rule_are_asked_and_not_listed() {
    all(&[
        ("1.to(2 ^ 90).contains(2 ^ 80)", "true"),
        ("m.in(setOfMaps(Set(\"a\", \"b\"), Int))", "true"),
        ("m.in(setOfMaps(Set(\"a\"), Int))", "false"),
        ("s.in(powerset(1.to(2 ^ 70)))", "true"),
        ("(1, s).in(tuples(Nat, powerset(Int)))", "true"),
        ("powerset(1.to(100)).size()", "1267650600228229401496703205376"),
        ("s.subseteq(Int) and not(Int.subseteq(Nat))", "true"),
        ("s.exclude(Int)", "Set()"),
        ("Int.isFinite() or not(s.isFinite())", "false"),
        ("setOfMaps(Set(), Int)", "Set(Map())"),
        ("1.to(3) == s and 5.to(1) == Set()", "true"),
    ]);
}

#[test]
fn maps_lists_records_tags() {
    all(&[
        ("m.setBy(\"a\", o => o + 10).get(\"a\")", "11"),
        ("m.put(\"c\", 3).keys()", "Set(\"a\", \"b\", \"c\")"),
        ("s.mapBy(e => e * e)", "Map(1 -> 1, 2 -> 4, 3 -> 9)"),
        ("Map(1 -> 2, 1 -> 3)", "Map(1 -> 3)"),
        ("l.foldr([], (e, acc) => acc.append(e))", "[6, 5, 4]"),
        ("l.foldl(0, (acc, e) => 10 * acc + e)", "456"),
        ("l.slice(1, 3).concat(range(0, 2))", "[5, 6, 0, 1]"),
        ("range(3, 1)", "[3, 2]"),
        ("{ ...r, epoch: 3 } == r.with(\"epoch\", 3)", "true"),
        ("r.fieldNames()", "Set(\"epoch\", \"name\")"),
        ("match v { Some(n) => n | None => 0 }", "5"),
        ("match none { | Some(n) => n | _ => 0 }", "0"),
        ("lib::Some(1) == Some(1)", "true"),
        ("(1,)", "(1,)"),
        ("allListsUpTo(Set(1, 2), 2).size()", "7"),
    ]);
}

#[test]
fn every_encoding_of_unit_is_one() {
    all(&[
        ("none == None", "true"),
        ("() == {} and Rec() == Tup()", "true"),
        ("match none { None => true | _ => false }", "true"),
        ("Set(none, None).size()", "1"),
    ]);
    let null =
        itf::State::from(itf::Record::from_iter([("a", Value::Null), ("b", Value::record::<&str, i64>([]))]));
    assert_eq!(itf::expr::Expr::parse("a == b").and_then(|e| e.eval(&null)), Ok(true.into()));
}

#[test]
fn words_of_the_grammar_may_be_names_where_nothing_else_is_meant() {
    let state = itf::State::from(itf::Record::from_iter([
        ("action", Value::from("Init")),
        ("size", Value::from(1)),
        ("val", Value::record([("type", 3)])),
        ("Capital", Value::from(4)),
    ]));
    for text in [
        "action == \"Init\" and size == 1",
        "val.type == 3 and { type: 3 } == val",
        "if (true) size == 1 else action == \"\"",
        "Capital + size == 5",
    ] {
        assert_eq!(itf::expr::Expr::parse(text).and_then(|e| e.eval(&state)), Ok(true.into()), "{text}");
    }
}

#[test]
fn modules_before_a_name_may_be_left_out() {
    let names = [("node::round", 1), ("node::a::x", 2), ("node::b::x", 3)];
    let state = itf::State::from(itf::Record::from_iter(names));
    let value = |text: &str| itf::expr::Expr::parse(text).and_then(|e| e.eval(&state)).map(|v| v.to_string());
    assert_eq!(value("round + a::x + node::b::x").as_deref(), Ok("6"));
    let error = value("x").expect_err("two of them");
    assert_eq!(error.hint_text(), Some("write node::a::x or node::b::x"));
}

#[test]
fn a_prime_is_the_value_after_the_step() {
    let [a, b] = [1, 5].map(|x| itf::State::from(itf::Record::from_iter([("x", x)])));
    for (text, value) in [
        ("x' - x", "4"),
        ("(x * x)' - x * x", "24"),
        ("next(x) == x + 4", "true"),
        ("val y = x + 1 y' - y", "4"),
        ("def f(a) = a + x f(0)' - f(0)", "4"),
        ("Set(0).map(d => x' + d)", "Set(5)"),
    ] {
        let value_of = itf::expr::Expr::parse(text).and_then(|e| e.eval_step(&a, &b));
        assert_eq!(value_of.map(|v| v.to_string()).as_deref(), Ok(value), "{text}");
    }
}

#[test]
fn opaque_values_compare() {
    assert_eq!(eval("s == s and not(s != s)"), Ok(true.into()));
}
