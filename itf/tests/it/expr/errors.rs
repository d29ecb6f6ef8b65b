//! What errors say, and where they point.

use itf::expr::{ErrorKind, Expr};

use super::{eval, state};

/// The whole report, of reading or of evaluating.
fn report(text: &str) -> String {
    let error = Expr::parse(text).and_then(|expr| expr.eval(&state())).expect_err(text);
    error.report(text)
}

#[test]
fn reports_point_at_the_place() {
    let reports: String = [
        "m.get(nonw)",
        "x + p",
        "s.union(l)",
        "m.get(\"zzz\")",
        "r.epohc",
        "r.size",
        "l[3]",
        "t._3",
        "x / (x - 7)",
        "v.epoch",
        "match v { None => 1 }",
        "x == \"7\"",
        "s.forall(x, x > 0)",
        "s.map((a, b) => a)",
        "s.fold(0, x => x)",
        "s.filtr(e => e > 1)",
        "s.oneOf()",
        "x' > 1",
        "p && p",
        "x = 1",
        "x' = 1",
        "val y = 1",
        "not p",
        "1 in s",
        "all { p }",
        "(1, 2",
        "s.map(\n  e =>\n  e + q)",
        "if (x) 1 else 2",
        "size",
        "x.foo()",
        "x(1)",
        "{ a: 1, a: 2 }",
        "\"open",
        "Int",
        "false and (1 + true == 2)",
        "Set(1, \"a\")",
        "if (p) s else l",
        "match v { Some(n) => n | _ => \"a\" }",
        "s.map(e => e.union(s))",
        "s.fold([], (a, e) => a.union(e))",
        "m.put(1, 2)",
        "r.with(\"epoch\", p)",
        "x.name",
        "l._1",
        "val f = (a, b) => a + b f(1, \"a\")",
        "def f(a) = [a] f(1).concat(f(\"a\"))",
        "def f(g) = g(g) f(x => x)",
        "Set((1, \"a\"), (\"a\", 1))",
        "{ a: 1 } == { a: 1, b: 2 }",
        "m.keys().exists(k => m.get(k) == k)",
    ]
    .map(report)
    .join("");
    assert_eq!(reports, include_str!("errors.txt"), "\n{reports}");
}

#[test]
fn long_lines_are_cut_around_the_place() {
    let text = format!(
        "{} + nope + {}",
        "x + ".repeat(40).trim_end_matches(" + "),
        "x + ".repeat(40).trim_end_matches(" + ")
    );
    let report = report(&text);
    let line = report.lines().nth(1).expect("the line");
    let carets = report.lines().nth(2).expect("the carets");
    assert!(line.chars().count() < 110, "{line}");
    let column = carets.chars().position(|c| c == '^').expect("a caret");
    assert_eq!(line.chars().skip(column).take(4).collect::<String>(), "nope");
}

#[test]
fn nothing_in_a_text_acts_on_a_terminal() {
    let text = "\u{1b}[31m\"\u{202e}\" + nope";
    let report = Expr::parse(text).expect_err("no expression").report(text);
    assert!(!report.contains('\u{1b}') && !report.contains('\u{202e}'), "{report:?}");
}

#[test]
fn kinds() {
    for (text, kind) in [
        ("1 +", ErrorKind::Syntax),
        ("nope", ErrorKind::Name),
        ("size(1, 2)", ErrorKind::Arity),
        ("always(p)", ErrorKind::Unsupported),
        ("x'", ErrorKind::Prime),
        ("1'", ErrorKind::Prime),
        ("x''", ErrorKind::Prime),
        ("1 + true", ErrorKind::Type),
        ("0 ^ 0", ErrorKind::Undefined),
        ("l.slice(2, 1)", ErrorKind::Missing),
        ("match v { None => 1 }", ErrorKind::NoMatch),
        ("2 ^ (2 ^ 40)", ErrorKind::Limit),
    ] {
        assert_eq!(eval(text).expect_err(text).kind(), kind, "{text}");
    }
}
