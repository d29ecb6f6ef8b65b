//! Properties over traces: where they fail, and why.

use itf::Trace;
use itf::expr::{ErrorKind, Evaluator, Expr, check_eventually, check_invariant, check_step};

fn trace(json: &str) -> Trace {
    itf::read(json.as_bytes()).expect("ITF").swap_remove(0)
}

fn expr(text: &str) -> Expr {
    Expr::parse(text).expect(text)
}

const VOTES: &str = r##"{"params":["quorum"],"vars":["votes","round"],"states":[
    {"quorum":2,"votes":{"#map":[["a",1],["b",1]]},"round":1},
    {"votes":{"#map":[["a",2],["b",1]]},"round":2},
    {"votes":{"#map":[["a",2],["b",5]]},"round":2}]}"##;

fn failure(property: &str, json: &str) -> String {
    let (expr, trace) = (expr(property), trace(json));
    let failure = if expr.is_step() { check_step(&expr, &trace) } else { check_invariant(&expr, &trace) };
    failure.expect(property).map_or_else(|| "holds".into(), |failure| failure.to_string())
}

#[test]
fn failures_say_what_decided() {
    for (property, expected) in [
        ("round >= 1 and votes.keys().size() == quorum", "holds"),
        (
            "votes.keys().forall(n => votes.get(n) <= round)",
            "fails in state 2\n  n = \"b\" of votes.keys()\n    votes.get(n) = 5\n    round = 2",
        ),
        (
            "not(votes.keys().exists(n => votes.get(n) > round))",
            "fails in state 2\n  n = \"b\" of votes.keys()\n    votes.get(n) = 5\n    round = 2",
        ),
        (
            "votes.keys().exists(n => votes.get(n) == round - 1)",
            "fails in state 0\n  none of the 2 elements of votes.keys()",
        ),
        ("round < 2 or (votes.get(\"b\") == 1)", "fails in state 2\n  round = 2\n  votes.get(\"b\") = 5"),
        ("def ok(n) = votes.get(n) < 5 ok(\"a\") and ok(\"b\")", "fails in state 2\n  votes.get(n) = 5"),
        ("val high = votes.get(\"b\") high < quorum + 3", "fails in state 2\n  high = 5\n  quorum + 3 = 5"),
        (
            "votes.keys().subseteq(Set(\"a\"))",
            "fails in state 0\n  \"b\" is only in votes.keys()\n  votes.keys() = Set(\"a\", \"b\")",
        ),
        ("round' > round", "fails over the step from state 1 to state 2\n  round' = 2\n  round = 2"),
        ("votes.keys() == votes'.keys()", "holds"),
        (
            "if (round == 2) votes.get(\"b\") == 1 else true",
            "fails in state 2\n  round = 2\n  votes.get(\"b\") = 5",
        ),
    ] {
        assert_eq!(failure(property, VOTES), expected, "{property}");
    }
}

#[test]
fn a_lasso_has_a_step_back_unless_its_end_is_its_beginning() {
    let back = r#"{"vars":["x"],"states":[{"x":0},{"x":1},{"x":2}],"loop":1}"#;
    assert_eq!(
        failure("x' > x", back),
        "fails over the step from state 2 back to state 1\n  x' = 1\n  x = 2"
    );
    let closed = r#"{"vars":["x"],"states":[{"x":0},{"x":1},{"x":2},{"x":0}],"loop":0}"#;
    assert_eq!(failure("x' != x", closed), "holds");
}

#[test]
fn what_is_not_reached() {
    let lasso = trace(r#"{"vars":["x"],"states":[{"x":0},{"x":1}],"loop":0}"#);
    let finite = trace(r#"{"vars":["x"],"states":[{"x":0},{"x":1}]}"#);
    let never = expr("x == 2");
    for (trace, for_ever) in [(&lasso, true), (&finite, false)] {
        assert_eq!(check_eventually(&expr("x == 1"), trace), Ok(None));
        let failure = check_eventually(&never, trace).expect("a verdict").expect("not reached");
        assert_eq!(failure.is_for_ever(), for_ever, "{failure}");
    }
    let empty = trace(r#"{"vars":["x"],"states":[]}"#);
    assert_eq!(check_invariant(&expr("x == 2"), &empty), Ok(None));
    assert!(check_eventually(&expr("x == 2"), &empty).is_ok_and(|failure| failure.is_some()));
    // An index beyond the states makes no lasso.
    let broken = trace(r#"{"vars":["x"],"states":[{"x":0}],"loop":7}"#);
    assert!(check_eventually(&never, &broken).is_ok_and(|f| f.is_some_and(|f| !f.is_for_ever())));
    assert_eq!(check_step(&expr("x' == x"), &broken), Ok(None));
}

#[test]
fn errors_say_the_state() {
    let trace = trace(VOTES);
    let error = check_invariant(&expr("1 / (2 - round) > 0"), &trace).expect_err("division by zero");
    assert_eq!((error.state(), error.kind()), (Some(1), ErrorKind::Undefined));
    assert_eq!(error.to_string(), "division by zero (in state 1)");
    let error = check_invariant(&expr("round"), &trace).expect_err("no condition");
    assert_eq!(error.to_string(), "a property is true or false, found the integer 1 (in state 0)");
    assert_eq!(check_invariant(&expr("round' > 0"), &trace).expect_err("a step").kind(), ErrorKind::Prime);
    let gap = r#"{"vars":["x"],"states":[{"x":0},{"y":0}]}"#;
    let error = check_invariant(&expr("x == 0"), &self::trace(gap)).expect_err("no value");
    assert_eq!(error.to_string(), "the state has no variable `x` (in state 1)");
}

#[test]
fn tags_that_never_occur_are_told() {
    let trace = trace(r#"{"vars":["x"],"states":[{"x":{"tag":"Some","value":{"tag":"Leader","value":1}}}]}"#);
    let expr = expr("match x { Some(y) => y != Leadr(1) and y != Leader(2) | None => true }");
    let along = Evaluator::new(&expr, &trace).expect("names");
    let tags: Vec<_> = along.strange_tags().into_iter().map(|(tag, _, near)| (tag, near)).collect();
    assert_eq!(tags, [("Leadr".into(), Some("Leader".into())), ("None".into(), None)]);
}
