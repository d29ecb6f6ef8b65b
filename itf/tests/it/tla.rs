//! The notation of TLA+: what TLC and Apalache write is read, and what we write reads back.

use itf::tla::{Import, parse_value, read, to_tla};
use itf::{State, Trace, Value};

fn value(text: &str) -> Value {
    parse_value(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// The values of a variable, one a state.
fn along(trace: &Trace, name: &str) -> Vec<String> {
    trace.states.iter().map(|state| state.get(name).map_or_else(|| "-".into(), Value::to_string)).collect()
}

fn actions(trace: &Trace) -> Vec<Option<String>> {
    let name = |state: &State| state.meta.get("action").and_then(|a| a.as_str().map(str::to_owned));
    trace.states.iter().map(name).collect()
}

fn report(states: &str) -> Import {
    let lead = "Parsing file Toy.tla\nError: Invariant Safe is violated.\nError: The behavior up to this point is:\n";
    read(format!("{lead}{states}\n12 states generated.\n").as_bytes()).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn values_have_the_spellings_of_both_tools() {
    for (text, quint) in [
        ("-2147483648", "-2147483648"),
        (r#"<<1, "a">>"#, r#"[1, "a"]"#),
        ("<< >>", "[]"),
        ("<< 1,\n   2 >>", "[1, 2]"),
        ("{3, 1, 2, 1}", "Set(1, 2, 3)"),
        ("-1..1", "Set(-1, 0, 1)"),
        ("3..1", "Set()"),
        ("[TRUE |-> FALSE]", "{ TRUE: false }"),
        (r#"(0 :> "x" @@ 1 :> <<>>)"#, r#"Map(0 -> "x", 1 -> [])"#),
        ("1 :> 2 @@ 3 :> 4", "Map(1 -> 2, 3 -> 4)"),
        ("(1 :> 2 @@ 3 :> 4) @@ 5 :> 6", "Map(1 -> 2, 3 -> 4, 5 -> 6)"),
        ("((5 :> 6) :> 7)", "Map(Map(5 -> 6) -> 7)"),
        (r#"SetAsFun({<<"a", 1>>, <<"b", 2>>})"#, r#"Map("a" -> 1, "b" -> 2)"#),
        (r#"Variant("Some", 3)"#, "Some(3)"),
        (r#"[tag |-> "Some", value |-> 3]"#, "Some(3)"),
        ("null", r#"unserializable("null")"#),
        ("n_1", r#""n_1""#),
        (r#""a\"b\\c\td\ne""#, r#""a\"b\\c\td\ne""#),
        (r#""}>>])(<<[{ /\\ y = 3""#, r#""}>>])(<<[{ /\\ y = 3""#),
        ("SUBSET {1}", "Set(Set(), Set(1))"),
        (r#"({1} \X {"a", "b"})"#, r#"Set([1, "a"], [1, "b"])"#),
        ("[{1, 2} -> {0}]", "Set([0, 0])"),
        ("[a: {1}, b: {2, 3}]", "Set({ a: 1, b: 2 }, { a: 1, b: 3 })"),
    ] {
        assert_eq!(value(text).to_string(), quint, "{text}");
    }
}

#[test]
fn what_is_no_value_is_told_with_its_place() {
    for (text, message) in [
        ("", "1:1: expected a value, found the end"),
        ("{1, 2", "1:6: expected `,` or `}`, found the end"),
        ("<<1,\n  ]>>", "2:3: expected a value, found `]`"),
        ("[a |-> 1, a |-> 2]", "1:10: the field `a` is there twice"),
        ("\"abc", "1:1: this string does not end on its line"),
        (r#""a\q""#, "1:3: TLA+ knows no such escape in a string"),
        ("1..100000000000", "1:1: an interval of more than 1048576 integers"),
        ("SUBSET 1..40", "1:1: a power set of more than 1048576 sets"),
        ("1 2", "1:3: expected the end, found `2`"),
        ("(1 @@ 2)", "1:2: `@@` joins functions, and this is of kind integer"),
    ] {
        assert_eq!(parse_value(text).expect_err("an error").to_string(), message, "{text}");
    }
    let deep = "<<".repeat(100_000);
    assert!(
        parse_value(&deep).expect_err("an error").to_string().contains("nested deeper than the limit of 256")
    );
}

#[test]
fn a_few_bytes_are_not_gigabytes() {
    // Found beside a finding of the fuzzer: 10^12 choices were made before they were counted, and many sets of a million each
    // were nowhere counted together.
    let functions = parse_value("[1..1000000 -> 1..1000000]").expect_err("an error");
    assert_eq!(functions.to_string(), "1:1: a set of more than 1048576 functions");
    let many: Vec<String> = (0..40).map(|n| format!("{n}..1000000")).collect();
    let many = parse_value(&format!("<<{}>>", many.join(", "))).expect_err("an error");
    assert!(
        many.to_string().ends_with("an interval: with those before it more than 16777216 integers"),
        "{many}"
    );
    // What was made for one text does not count for the next.
    assert!(parse_value("1..1000").is_ok());
    // An interval without anything in it, and the ends of what there is.
    assert_eq!(value("3..2").to_string(), "Set()");
    let all = format!("{}..{}", i64::MIN, i64::MAX);
    assert!(parse_value(&all).is_err());
}

#[test]
fn a_report_is_a_trace_with_its_actions() {
    let import = report(
        "State 1: <Initial predicate>\n/\\ x = {}\n/\\ s = \"/\\\\ x = 1\"\n\n\
         State 2: <Add(n1,[k |-> \"(x)>, line 1\"]) line 3, col 5 to line 4, col 9 of module Toy>\n\
         /\\ x = { 1,\n  2 }\n/\\ s = \"State 3: <Next>\"\n",
    );
    let trace = &import.traces[0];
    assert_eq!(along(trace, "x"), ["Set()", "Set(1, 2)"]);
    assert_eq!(along(trace, "s"), [r#""/\\ x = 1""#, r#""State 3: <Next>""#]);
    assert_eq!(actions(trace), [None, Some("Add".into())]);
    assert_eq!(trace.meta.text(), Some(r#"{"format":"ITF","source":"Toy.tla","violation":"Safe"}"#));
    let label = itf::Labels::candidates(trace)[0].label(&trace.states[1], 1).expect("a label");
    assert_eq!(label.to_string(), r#"Add(_1: "n1", _2: { k: "(x)>, line 1" })"#);
    assert!(import.remarks.is_empty());
}

#[test]
fn a_lasso_says_where_it_returns_to_and_stuttering_is_one() {
    let states = "State 1: <Initial predicate>\nx = 0\n\nState 2: <Up line 1, col 1 to line 1, col 2 of module T>\nx = 1\n\n";
    let back =
        report(&format!("{states}Back to state 1: <Down line 2, col 1 to line 2, col 2 of module T>\n"));
    assert_eq!(back.traces[0].loop_index, Some(0));
    let stutters = report(&format!("{states}State 3: Stuttering\n"));
    assert_eq!((stutters.traces[0].loop_index, stutters.traces[0].states.len()), (Some(1), 2));
}

#[test]
fn several_traces_of_one_report_are_told_apart() {
    let text = "Error: Invariant A is violated by the initial state:\n/\\ x = 1\n/\\ y = 2\n\n\
                Error: Deadlock reached.\nError: The behavior up to this point is:\n\
                State 1: <Initial predicate>\nx = 3\n\n\
                Error: Overflow when computing 1*1\nError: The behavior up to this point is:\n\
                State 1: <Initial predicate>\nx = 4\n\n";
    let import = read(text.as_bytes()).expect("a report");
    let violations: Vec<_> =
        import.traces.iter().map(|t| t.meta.get("violation").expect("a violation")).collect();
    assert_eq!(violations, ["A", "deadlock", "error"]);
    assert_eq!(import.traces[2].meta.get("description").expect("a text"), "Overflow when computing 1*1");
    assert_eq!(along(&import.traces[0], "y"), ["2"]);
}

#[test]
fn differences_are_carried_over_and_said_to_be_doubtful() {
    let import = report(
        "State 1: <Initial predicate>\n/\\ x = 0\n/\\ y = 0\n\n\
         State 2: <Up line 1, col 1 to line 1, col 2 of module T>\n/\\ x = 1\n",
    );
    assert_eq!(along(&import.traces[0], "y"), ["0", "0"]);
    assert!(import.remarks[0].to_string().contains("-difftrace"), "{}", import.remarks[0]);
    let lost = "Error: Invariant A is violated.\nError: The behavior up to this point is:\n\
                State 1: <Initial predicate>\n/\\ x = 0\n/\\ y = 0\n\n";
    assert!(read(lost.as_bytes()).expect_err("an error").to_string().contains("run TLC without it"));
}

#[test]
fn messages_between_marks_say_the_same() {
    let message =
        |code: &str, text: &str| format!("@!@!@STARTMSG {code}:1 @!@!@\n{text}\n@!@!@ENDMSG {code} @!@!@\n");
    let text = [
        message("2110", "Invariant Safe is violated."),
        message("2121", "The behavior up to this point is:"),
        message("2217", "1: <Initial predicate>\nx = 0\n"),
        message("2217", "2: <Up line 1, col 1 to line 1, col 2 of module T>\nx = 1\n"),
        message("2122", "1: Back to state: <Down line 2, col 1 to line 2, col 2 of module T>\n"),
    ];
    let import = read(text.concat().as_bytes()).expect("a report");
    let trace = &import.traces[0];
    assert_eq!((along(trace, "x"), trace.loop_index), (vec!["0".into(), "1".into()], Some(0)));
    assert_eq!(trace.meta.get("violation").expect("a violation"), "Safe");
}

#[test]
fn a_dump_of_the_graph_has_the_names_of_parameters() {
    let module = r#"---- MODULE Toy_ce ----
CounterExample ==
  [action |-> {<<<<1, [x |-> 0]>>, [name |-> "Add", location |-> [module |-> "Toy"], context |-> [n |-> 2], parameters |-> <<"n">>], <<2, [x |-> 2]>>>>,
               <<<<2, [x |-> 2]>>, [name |-> "Back", location |-> [module |-> "Toy"]], <<1, [x |-> 0]>>>>},
   state |-> {<<2, [x |-> 2]>>, <<1, [x |-> 0]>>}]
===="#;
    let trace = &read(module.as_bytes()).expect("a module").traces[0];
    assert_eq!((along(trace, "x"), trace.loop_index), (vec!["0".into(), "2".into()], Some(0)));
    let json = r#"{"counterexample":{"action":[[[1,{"x":0}],{"name":"Add","location":{"module":"Toy"},"context":{"n":2},"parameters":["n"]},[2,{"x":2}]],
        [[2,{"x":2}],{"name":"Back","location":{"module":"Toy"}},[1,{"x":0}]]],"state":[[1,{"x":0}],[2,{"x":2}]]},"vars":["x"]}"#;
    let same = &read(json.as_bytes()).expect("a dump").traces[0];
    assert_eq!(trace, same);
    let label = itf::Labels::parse("meta").expect("a rule").label(&trace.states[1], 1).expect("a label");
    assert_eq!(label.to_string(), "Add(n: 2)");
}

#[test]
fn a_counterexample_of_apalache_has_constants_as_parameters() {
    let module = r#"---------------------------- MODULE counterexample ----------------------------
EXTENDS toy

(* Constant initialization state *)
ConstInit == N = { 1, 2 }

(* Initial state *)
State0 == N = { 1, 2 }/\ f = SetAsFun({ <<"a", 0>>, <<"b", 0>> })/\ s = <<>>

(* Transition 0 to State1
   State1 == *)
State1 ==
  N = { 1, 2 }
    /\ f
      = SetAsFun({ <<"a", 1>>, <<"b", 0>> })
    /\ s = <<
        [to |-> "a", tag |-> "UNIT"]
      >>

(* The following formula holds true in the last state and violates the invariant *)
InvariantViolation == Skolem((\E n$1 \in N: f["a"] = n$1))
================================================================================
"#;
    let trace = &read(module.as_bytes()).expect("a module").traces[0];
    assert_eq!((&trace.params, &trace.vars), (&vec!["N".to_owned()], &vec!["f".to_owned(), "s".to_owned()]));
    assert_eq!(along(trace, "f"), [r#"Map("a" -> 0, "b" -> 0)"#, r#"Map("a" -> 1, "b" -> 0)"#]);
    assert_eq!(along(trace, "N"), ["Set(1, 2)", "-"]);
}

#[test]
fn errors_name_the_state_and_the_variable() {
    let broken =
        "Error: The behavior up to this point is:\nState 1: <Initial predicate>\n/\\ x = 0\n/\\ y = {1, )\n";
    let error = read(broken.as_bytes()).expect_err("an error");
    assert_eq!(error.to_string(), "4:12: expected a value, found `)` (at states[0].y)");
    let skipped = "State 1: <Initial predicate>\nx = 0\n\nState 3: <Up line 1, col 1 to line 1, col 2 of module T>\nx = 1\n";
    assert!(
        read(skipped.as_bytes())
            .expect_err("an error")
            .to_string()
            .contains("state 3 where state 2 should be")
    );
    assert!(read(b"hello").expect_err("an error").to_string().contains("neither a report of TLC"));
    assert!(read(b"State 1: <\xff").expect_err("an error").to_string().starts_with("1:11: not UTF-8 text"));
}

#[test]
fn no_prefix_of_a_report_does_harm() {
    let text = "Error: Invariant A is violated.\nError: The behavior up to this point is:\nState 1: <Initial predicate>\n\
                /\\ x = [a |-> <<1, \"é\">>]\n/\\ y = (1 :> 2)\n\nState 2: <Up(1,{}) line 1, col 1 of module T>\n/\\ x = 1\n/\\ y = 2\n";
    for end in 0..text.len() {
        // Whatever it says of a part, it says something.
        let _ = read(&text.as_bytes()[..end]);
    }
}

#[test]
fn every_fixture_becomes_a_module_and_comes_back() {
    for trace in crate::export::fixtures() {
        let module = itf::export::to_tla_module(&trace, "Trace1", itf::Labels::candidates(&trace).first());
        let back = read(module.text.as_bytes()).unwrap_or_else(|e| panic!("{e}")).traces.swap_remove(0);
        let seen = |trace: &Trace| -> Vec<Vec<String>> {
            let state = |s: &State| s.value.values().iter().map(to_tla).collect();
            trace.states.iter().map(state).collect()
        };
        assert_eq!(back.loop_index, trace.loop_index);
        assert_eq!(back.states.len(), trace.states.len());
        assert_eq!(back.params.len(), trace.params.len());
        for name in &trace.params {
            let value = |trace: &Trace| trace.states[0].get(name).map(to_tla);
            assert!(back.params.contains(name) && value(&trace).is_some(), "{name}");
            assert_eq!(value(&back), value(&trace), "{name}");
        }
        let names = |trace: &Trace| trace.states[0].value.len();
        if names(&back) == names(&trace) && module.notes.is_empty() {
            assert_eq!(seen(&back), seen(&trace));
        }
    }
}

#[test]
fn an_error_of_tlc_without_a_trace_is_told() {
    let said =
        "The next state action Nxt specified in the configuration file\nis not defined in the specification.";
    let plain = format!("Starting... (now)\nError: {said}\nFinished in 01s\n");
    let marked = format!(
        "@!@!@STARTMSG 2185:0 @!@!@\nStarting... (now)\n@!@!@ENDMSG 2185 @!@!@\n@!@!@STARTMSG 2229:1 @!@!@\n{said}\n@!@!@ENDMSG 2229 @!@!@\n"
    );
    for (text, place) in [(format!("TLC2 Version 2.15\n{plain}"), "3:1"), (marked, "5:1")] {
        let error = read(text.as_bytes()).expect_err("there is no trace").to_string();
        assert_eq!(
            error,
            format!(
                "{place}: TLC printed no trace; it says: The next state action Nxt specified in the configuration file"
            )
        );
    }
    let fine = "@!@!@STARTMSG 2193:0 @!@!@\nModel checking completed. No error has been found.\n@!@!@ENDMSG 2193 @!@!@\n";
    assert_eq!(read(fine.as_bytes()).expect("it is none").traces, []);
}
