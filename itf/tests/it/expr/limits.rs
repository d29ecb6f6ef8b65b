//! No expression exhausts the machine, and none panics.

use itf::expr::{ErrorKind, Expr};

use super::{eval, shown};

fn is_refused(text: &str) {
    let error = eval(text).expect_err(text);
    assert_eq!(error.kind(), ErrorKind::Limit, "{text}: {error}");
}

#[test]
fn large_sets_are_refused() {
    is_refused("powerset(1.to(40))");
    is_refused("1.to(10 ^ 12).filter(e => true)");
    is_refused("tuples(1.to(2000), 1.to(2000)).map(e => 1)");
    is_refused("setOfMaps(1.to(30), 1.to(30)).exists(f => true)");
    is_refused("range(0, 10 ^ 9)");
    is_refused("allListsUpTo(1.to(10), 20)");
    is_refused("Int.map(e => e)");
    is_refused("powerset(powerset(powerset(1.to(10)))).size()");
}

#[test]
fn long_work_is_refused() {
    is_refused("1.to(3000).forall(a => 1.to(3000).forall(b => a + b > 0))");
    is_refused(
        "def a(x) = x + x def b(x) = 1.to(1000).fold(x, (p, q) => p + q) 1.to(1000).map(i => 1.to(100).map(j => b(i)))",
    );
}

#[test]
fn large_integers_are_refused() {
    is_refused("10 ^ 10 ^ 10");
    is_refused("1.to(100).fold(2, (acc, i) => acc * acc)");
}

#[test]
fn values_that_share_too_much_are_refused() {
    let one = itf::Value::from(1);
    let untyped = |text: &str| super::untyped(text, &[("u", &one)]);
    for text in ["1.to(100).fold(u, (acc, i) => (acc, acc))", "1.to(100000).fold(u, (acc, i) => [acc])"] {
        assert_eq!(untyped(text).expect_err(text).kind(), ErrorKind::Limit, "{text}");
    }
    let same = "1.to(20).fold(u, (acc, i) => (acc, acc)) == 1.to(20).fold(u, (acc, i) => (acc, acc))";
    assert_eq!(untyped(same), Ok(true.into()));
}

#[test]
fn deep_texts_are_refused() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("-", ""),
        ("not(", ")"),
        ("{", "}"),
        ("s.map(e => ", ")"),
        ("if (p) 1 else ", ""),
    ] {
        let text = format!("{}1{}", open.repeat(100_000 / open.len()), close.repeat(100_000 / open.len()));
        assert_eq!(Expr::parse(&text).expect_err(open).kind(), ErrorKind::Limit, "{open}");
    }
    assert_eq!(Expr::parse(&"1 + ".repeat(10_000)).expect_err("deep").kind(), ErrorKind::Limit);
    assert_eq!(Expr::parse(&" ".repeat(1 << 20)).expect_err("long").kind(), ErrorKind::Limit);
    // Chains of one connective are as wide as they like.
    assert_eq!(shown(&vec!["p"; 5_000].join(" and ")), "true");
}

#[test]
fn as_deep_as_allowed_is_safe_on_the_stack_of_a_test() {
    let text = format!("{}1{}", "s.map(e => ".repeat(60), ")".repeat(60));
    assert!(eval(&text).is_err_and(|e| e.kind() == ErrorKind::Limit) || eval(&text).is_ok());
    let mut calls = "def f0(a) = a + 1 ".to_owned();
    for n in 1..100 {
        calls.extend([format!("def f{n}(a) = f{}(a) + 1 ", n - 1)]);
    }
    assert_eq!(shown(&(calls + "f99(0)")), "100");
    let mut calls = "def f0(a) = a ".to_owned();
    for n in 1..190 {
        calls.extend([format!("def f{n}(a) = Set(a).map(e => f{}(e)).fold(0, (x, y) => y) ", n - 1)]);
    }
    is_refused(&(calls + "f189(0)"));
}
