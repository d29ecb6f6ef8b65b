//! What another notation cannot say: other names, notes, and refusals.

use serde_json::{Map, json};

use crate::common::{itf_with, stderr, stdout};

/// Names that Quint has taken: of its grammar, of its operators and types, and of what is written beside the variables.
const TAKEN: &str = "module import export from as const var val def pure action run temporal nondet assume type if else \
    match all any and or iff implies leadsTo true false int str bool Set List not eq neq ite exists forall in contains \
    union intersect exclude subseteq map applyTo filter fold powerset flatten allLists allListsUpTo getOnlyElement \
    chooseSome oneOf isFinite size get keys put mapBy setToMap setOfMaps set setBy fields with tuples append concat head \
    tail length nth indices replaceAt slice range select foldl foldr to always eventually next then expect reps fail \
    assert orKeep mustChange enabled weakFair strongFair Bool Int Nat Map Tup Rec igt ilt igte ilte iadd isub iuminus imul \
    idiv imod ipow actionAll actionAny field fieldNames item assign of cross difference matchVariant variant state0 state1 \
    replayTest Sum1 trace";

/// Traces that use them as variables, as tags and as fields; and one that has no variable.
pub(crate) fn taken_by_quint() -> Vec<String> {
    let names: Vec<&str> = TAKEN.split_whitespace().collect();
    let all: Map<String, serde_json::Value> =
        names.iter().map(|name| ((*name).to_owned(), json!(1))).collect();
    let tags: Vec<_> = names.iter().map(|name| json!({"tag": name, "value": 1})).collect();
    let traces = [
        json!({"vars": names, "states": [all, all]}),
        json!({"vars": ["x"], "states": [{"x": tags}, {"x": tags}]}),
        json!({"vars": ["x"], "states": [{"x": all}, {"x": all}]}),
        json!({"vars": [], "states": [{}, {}]}),
    ];
    traces.iter().map(ToString::to_string).collect()
}

fn convert(args: &[&str], input: &str) -> (Option<i32>, String, String) {
    let output = itf_with(&[&["convert"], args].concat(), input.as_bytes());
    (output.status.code(), stdout(&output), stderr(&output))
}

#[test]
fn names_that_quint_has_become_others() {
    let traces = taken_by_quint();
    let (_, variables, notes) = convert(&["--to", "quint"], &traces[0]);
    let (_, tags, _) = convert(&["--to", "quint"], &traces[1]);
    for name in TAKEN.split_whitespace().filter(|name| !["Sum1", "trace"].contains(name)) {
        assert!(!variables.contains(&format!("var {name}:")), "{name}\n{variables}");
        assert!(notes.contains(&format!("the variable {name} is called {name}_2")), "{name}\n{notes}");
        assert!(!tags.contains(&format!(" {name}(")), "{name}\n{tags}");
    }
    let (_, fields, notes) =
        convert(&["--to", "quint"], r#"{"vars":["x"],"states":[{"x":{"type":1,"size":2}}]}"#);
    assert!(fields.contains("x' = { size: 2, type_2: 1 }"), "{fields}");
    assert!(notes.contains("the field type is called type_2") && !notes.contains("size"), "{notes}");
    let (_, nothing, _) = convert(&["--to", "quint"], &traces[3]);
    assert!(nothing.contains("action state0 = all {\n    true,\n  }"), "{nothing}");
}

#[test]
fn names_that_tla_has_become_others() {
    let names = ["EXTENDS", "LET", "TRUE", "BOOLEAN", "Seq", "Int", "SubSeq", "WF_x", "Trace", "trace"];
    let all: Map<String, serde_json::Value> =
        names.iter().map(|name| ((*name).to_owned(), json!(1))).collect();
    let trace = json!({"vars": names, "states": [all]}).to_string();
    let (code, module, notes) = convert(&["--to", "tla"], &trace);
    assert_eq!(code, Some(0));
    for name in names {
        assert!(!module.contains(&format!(" /\\ {name} = ")), "{name}\n{module}");
        assert!(notes.contains(&format!("the variable {name} is called ")), "{name}\n{notes}");
    }
    // As fields, words of the grammar are keys; a record without fields is unit.
    let (_, module, _) = convert(&["--to", "tla"], r#"{"vars":["x"],"states":[{"x":{"IF":1}},{"x":{}}]}"#);
    assert!(module.contains("[x |-> (\"IF\" :> 1)],\n  [x |-> \"U_OF_UNIT\"]"), "{module}");
}

#[test]
fn modules_have_names_that_their_notation_has_not() {
    let trace = r#"{"vars":["x"],"states":[{"x":1}]}"#;
    for (notation, name) in
        [("tla", "IF"), ("tla", "TLC"), ("tla", "SF_a"), ("quint", "match"), ("quint", "Set")]
    {
        let (code, out, error) = convert(&["--to", notation, "--name", name], trace);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{notation} {name}");
        assert!(error.contains("--name"), "{error}");
    }
    assert_eq!(convert(&["--to", "quint", "--name", "IF"], trace).0, Some(0));
}

#[test]
fn no_variables_and_no_states_are_no_other_trace() {
    let none = "{\"vars\":[],\"states\":[{},{}]}\n";
    let (_, module, _) = convert(&["--to", "tla"], none);
    assert!(module.contains("Trace == <<\n  <<>>,\n  <<>>\n>>"), "{module}");
    let (code, back, error) = convert(&[], &module);
    assert_eq!(code, Some(0), "{error}");
    let back: serde_json::Value = serde_json::from_str(&back).expect("JSON");
    assert_eq!(back["states"].as_array().map(Vec::len), Some(2), "{back}");
    let (code, out, error) = convert(&["--to", "tla"], r#"{"vars":["x"],"states":[]}"#);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(error.contains("no states"), "{error}");
}

#[test]
fn a_file_of_the_trace_explorer_says_where_its_lasso_begins() {
    let module = "---- MODULE Lasso_TTrace_1 ----\nEXTENDS Lasso, TLC\n====\n\n---- MODULE Lasso_TETrace ----\nEXTENDS Lasso\n\n\
                  trace == \n    <<\n    ([n |-> 0]),\n    ([n |-> 1]),\n    ([n |-> 2])\n    >>\n----\n\n====\n\n\
                  ---- CONFIG Lasso_TTrace_1 ----\nCONSTANTS\n_TTraceLassoStart = 2\n_TTraceLassoEnd = 3\n\nPROPERTY\n    _prop\n";
    let looped = |text: &str| {
        let (code, out, error) = convert(&[], text);
        assert_eq!(code, Some(0), "{error}");
        serde_json::from_str::<serde_json::Value>(&out).expect("JSON")["loop"].clone()
    };
    assert_eq!(looped(module), json!(1));
    // What is no configuration, and a state that is not there, say nothing.
    assert_eq!(looped(&module.replace("CONFIG", "MODULE")), json!(null));
    assert_eq!(looped(&module.replace("Start = 2", "Start = 4")), json!(null));
    assert_eq!(looped(&module.replace("Start = 2", "Start = 0")), json!(null));
}

#[test]
fn declared_types_that_do_not_fit_are_left_out() {
    let wrong = r##"{"#meta":{"varTypes":{"x":"Int","y":"Set(Int)"}},"vars":["x","y"],
        "states":[{"x":"oops","y":{"#set":[]}}]}"##;
    let (code, plain, notes) = convert(&["--to", "json"], wrong);
    assert_eq!(code, Some(0));
    assert!(plain.contains(r#""types":{"x":"Str","y":"Set(Int)"}"#), "{plain}");
    assert!(notes.contains("x has values that are not of its declared type `Int`"), "{notes}");
    assert!(!notes.contains("y has"), "{notes}");
    let (code, back, error) = convert(&["--from", "json"], &plain);
    assert_eq!(code, Some(0), "{error}");
    assert!(back.contains(r##""x":"oops","y":{"#set":[]}"##), "{back}");
}

#[test]
fn what_gets_lost_is_told() {
    let odd = r##"{"params":["p"],"vars":["a","b","c","d"],"states":[{"#meta":{"index":0,"z":1},"p":1,
        "a":[{"#tup":[]},{"#tup":[]}],"b":{"#tup":[1,{"#tup":[2]}]},"c":{"#unserializable":"Int"},"d":{"#map":[]}},
        {"a":[],"b":{"#set":[1,"a"]},"c":1,"d":{"#map":[]}}]}"##;
    let (_, _, notes) = convert(&["--to", "tla"], odd);
    for lost in [
        "unit becomes",
        "tuples become",
        "(#unserializable) become",
        "without entries become",
        "#meta is left out",
        "different kinds of values, which TLC does not compare",
    ] {
        assert_eq!(notes.matches(lost).count(), 1, "{lost}\n{notes}");
    }
    let (_, _, notes) = convert(&["--to", "json"], odd);
    assert_eq!(notes.matches("#meta is left out").count(), 1, "{notes}");
    let plain = r##"{"vars":["x"],"states":[{"#meta":{"index":0},"x":[1,{"a":true}]}]}"##;
    for notation in ["tla", "json"] {
        let (_, _, notes) =
            convert(&["--to", notation], &plain.replace("[1,{\"a\":true}]", "[{\"a\":true}]"));
        assert_eq!(notes, "", "{notation}");
    }
}

#[test]
fn errors_of_plain_json_have_their_line_and_column() {
    let text = "{\"vars\": [\"x\"], \"types\": {\"x\": \"Int -> Int\"},\n \"states\": [{\"x\": [[1, 2]]},\n  {\"x\": [[1,  \"a\"]]}]}";
    let (code, _, error) = convert(&["--from", "json"], text);
    assert_eq!(code, Some(2));
    assert!(
        error.contains("<stdin>:3:9: this is no integer of at most 100000 digits (at states[1].x[1])"),
        "{error}"
    );
    let (_, _, error) = convert(&["--from", "json"], "{\"states\":[]}\n\n{\"vars\":[],\"states\":[7]}\n");
    assert!(error.contains("<stdin>:3:22: a state is an object (at states[0])"), "{error}");
    let (_, _, error) = convert(&["--from", "json"], "{\"vars\":[]}");
    assert!(error.contains("<stdin>:1:1: there is no array `states`"), "{error}");
}

#[test]
fn a_mark_at_the_beginning_is_no_part_of_the_text() {
    let report = "TLC2 Version 2.18\nError: Invariant Small is violated.\nError: The behavior up to this point is:\n\
                  State 1: <Initial predicate>\n/\\ x = 0\n\n\
                  State 2: <Add line 3, col 5 to line 4, col 9 of module Toy>\n/\\ x = 1\n\n";
    let module = "---- MODULE T ----\nTrace == <<[x |-> 0]>>\n====\n";
    let dump = r#"{"counterexample":{"state":[[1,{"x":0}]],"action":[]},"vars":["x"]}"#;
    for (args, text) in [
        (&[][..], report),
        (&[], module),
        (&[], dump),
        (&["--from", "tlc"], report),
        (&["--from", "json"], r#"{"vars":["x"],"states":[{"x":0}]}"#),
    ] {
        let (code, out, error) = convert(args, &format!("\u{feff}{text}"));
        assert_eq!((code, out), (Some(0), convert(args, text).1), "{error}");
    }
}

#[test]
fn fields_that_tla_cannot_name_are_told() {
    let record = |name: &str| format!(r#"{{"vars":["s"],"states":[{{"s":{{"{name}":1}}}}]}}"#);
    for (name, is_told) in [("a b", true), ("STATE", true), ("1", true), ("ab", false)] {
        let (status, text, notes) = convert(&["--to", "tla"], &record(name));
        assert_eq!(status, Some(0), "{notes}");
        let back = convert(&[], &text).1;
        assert_eq!(back.contains("#map"), is_told, "{back}");
        assert_eq!(
            notes.contains("records with fields that TLA+ cannot name become functions"),
            is_told,
            "{notes}"
        );
    }
    // Both are told: that it is a key now, and how that is written.
    let (_, _, notes) = convert(&["--to", "tla"], &record("a`b"));
    assert!(notes.contains("become functions") && notes.contains("backticks"), "{notes}");
}
