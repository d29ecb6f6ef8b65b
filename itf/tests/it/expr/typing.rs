//! What is known of the types of variables, and how expressions are refused for it before anything is evaluated.

use itf::expr::{ErrorKind, Evaluator, Expr, check_invariant};

/// The message of the first error, if the expression has no type in this trace.
fn refused(expression: &str, trace: &str) -> Option<String> {
    let trace = itf::read(trace.as_bytes()).expect("ITF").remove(0);
    let expr = Expr::parse(expression).expect(expression);
    Evaluator::new(&expr, &trace).err().map(|error| {
        assert_eq!(error.state(), None, "{expression}");
        error.to_string()
    })
}

#[test]
fn an_error_does_not_wait_for_a_value() {
    // No state is there in which it could happen.
    let none = r#"{"vars":["x"],"states":[]}"#;
    assert_eq!(
        refused("x + 1 > 0 and x == \"a\"", none).as_deref(),
        Some("values of different types are compared: an integer and a string")
    );
    assert_eq!(refused("x.forall(e => e > 0)", none), None);
    // Without variables not even a trace is needed.
    let error = Expr::parse("true or Set(1, \"a\") == Set()").expect_err("two types");
    assert_eq!((error.kind(), error.span()), (ErrorKind::Type, 15..18));
    // A branch that no state takes is looked at.
    let trace = r#"{"vars":["x"],"states":[{"x":1},{"x":2}]}"#;
    assert_eq!(refused("x < 9 or x.size() > 0", trace).as_deref(), Some("expected a set, found an integer"));
    assert_eq!(refused("x < 9 or y > 0", trace).as_deref(), Some("unknown name `y`"));
}

#[test]
fn variables_are_of_the_type_of_their_values() {
    let trace = r##"{"vars":["o","e","m","u"],"states":[
        {"o":{"tag":"None","value":{"#tup":[]}},"e":{"#set":[]},"m":{"#map":[]},"u":{}},
        {"o":{"tag":"Some","value":1},"e":{"#set":[]},"m":{"#map":[["a",{"f":true}]]},"u":null}]}"##;
    for good in [
        "match o { Some(n) => n + 1 | None => 0 }",
        // That there are more tags than were seen is no error.
        "match o { Many(s) => s.size() | _ => 0 }",
        "o == Many(\"a\")",
        "e.exists(x => x > 1)",
        "e.exists(x => x == \"a\")",
        "m.get(\"a\").f",
        "u == () and u == {} and match o { None(x) => x == u | _ => true }",
    ] {
        assert_eq!(refused(good, trace), None, "{good}");
    }
    for (bad, message) in [
        ("match o { Some(n) => n.size() | _ => 0 }", "expected a set, found an integer"),
        ("e.exists(x => x > 1) and e.contains(\"a\")", "expected an integer, found a string"),
        ("m.get(1)", "expected a string, found an integer"),
        ("m.get(\"a\").g", "the record has no field `g`"),
        ("u == 1", "values of different types are compared: the unit and an integer"),
    ] {
        assert_eq!(refused(bad, trace).as_deref(), Some(message), "{bad}");
    }
}

#[test]
fn what_a_trace_declares_counts_if_its_values_keep_to_it() {
    let trace = |t: &str, value: &str| {
        format!(r##"{{"#meta":{{"varTypes":{{"x":"{t}"}}}},"vars":["x"],"states":[{{"x":{value}}}]}}"##)
    };
    let empty = r##"{"#set":[]}"##;
    assert_eq!(
        refused("x.contains(1)", &trace("Set(Str)", empty)).as_deref(),
        Some("expected a string, found an integer")
    );
    assert_eq!(refused("x.contains(\"c_OF_P\")", &trace("Set(P)", empty)), None);
    assert_eq!(refused("x.contains(1)", &trace("Seq(Int)", empty)), None);
    assert_eq!(refused("x.contains(1)", &trace("Set($alias)", empty)), None);
    assert_eq!(refused("x.contains(1)", &trace("no type (", empty)), None);
    let record = r##"{"#tup":[1,"a"]}"##;
    assert_eq!(refused("x._2 == \"b\"", &trace("<<Int, Str>>", record)), None);
    assert_eq!(
        refused("x._3 == \"b\"", &trace("<<Int, Str>>", record)).as_deref(),
        Some("no item _3 in a tuple of 2")
    );
}

#[test]
fn values_without_a_type_together_refuse_nothing() {
    let trace = itf::read(
        br##"{"vars":["x","s","r"],"states":[
            {"x":1,"s":{"#set":[1,"a"]},"r":[{"a":1},{"b":2}]},
            {"x":"one","s":{"#set":[true]},"r":[]}]}"##,
    )
    .expect("ITF")
    .remove(0);
    for expression in [
        "if (s.contains(true)) x == \"one\" else x == 1",
        "if (s.contains(true)) true else r[0].a == 1 and r[1].b == 2",
        "s.map(e => (e, x)).size() > 0",
    ] {
        let expr = Expr::parse(expression).expect(expression);
        assert_eq!(check_invariant(&expr, &trace), Ok(None), "{expression}");
    }
    // That what is asked of them has a type is asked all the same.
    assert!(Expr::parse("x == 1 or s.size() == true").is_err_and(|e| e.kind() == ErrorKind::Type));
}

#[test]
fn types_that_are_too_large_are_not_looked_at() {
    let mut doubling = "def f0(a) = (a, a) ".to_owned();
    for n in 1..60 {
        doubling.extend([format!("def f{n}(a) = f{}(f{}(a)) ", n - 1, n - 1)]);
    }
    // It is an error when it is evaluated, and not before, and not never.
    let expr = Expr::parse(&(doubling + "f59(0) == 1")).expect("an expression");
    assert_eq!(expr.eval(&super::state()).expect_err("large").kind(), ErrorKind::Limit);
    let wide = format!("Set({})", vec!["1"; 50_000].join(", "));
    assert!(Expr::parse(&wide).is_ok());
}
