//! Values against declared types.

use itf::types::{Mismatch, MismatchKind, Types, infer};
use itf::{Layout, Value};

use super::{parsed, trace};

fn mismatches(t: &str, values: &str) -> Vec<Mismatch> {
    Types::from_iter([("x", parsed(t))]).check(&trace(values))
}

fn told(t: &str, values: &str) -> String {
    let all: Vec<String> = mismatches(t, values).iter().map(|m| format!("{}: {m}", m.path)).collect();
    all.join("\n")
}

/// A type, values of it, and values that are not of it.
const CASES: &[(&str, &str, &str)] = &[
    ("Bool", "true", r#"0;"true""#),
    ("Int", r##"1;{"#bigint":"-99999999999999999999"}"##, r#""1";true;[]"#),
    ("Str", r#""a";"""#, r#""c1_OF_PERSON";1"#),
    (
        "PERSON",
        r#""c1_OF_PERSON";"a_OF_B_OF_PERSON""#,
        r##""c1";"_OF_PERSON";"c1_OF_PERSONS";1;{"#tup":[]}"##,
    ),
    ("UNIT", r##""U_OF_UNIT";{"#tup":[]};{}"##, r#""unit";[]"#),
    ("Set(Int)", r##"{"#set":[]};{"#set":[1,2]}"##, r##"[1];{"#set":["a"]}"##),
    ("Seq(Int)", "[];[1,2]", r##"{"#tup":[1,2]};["a"]"##),
    ("<<Int, Str>>", r##"{"#tup":[1,"a"]}"##, r##"[1,"a"];{"#tup":[1]};{"#tup":["a",1]};{"#tup":[]}"##),
    (
        "Str -> Int",
        r##"{"#map":[]};{"#map":[["a",1]]}"##,
        r##"{"#map":[[1,1]]};{"#map":[["a","b"]]};{"a":1}"##,
    ),
    ("{ f: Int }", r#"{"f":1}"#, r#"{"f":"a"};{"g":1};{"f":1,"g":1};{}"#),
    ("{ f: Int, r }", r#"{"f":1};{"f":1,"g":1}"#, r#"{"f":"a"};{"g":1}"#),
    ("{ }", r##"{};{"#tup":[]}"##, r#"{"f":1}"#),
    ("{ tag: Str, value: Int }", r#"{"tag":"a","value":1}"#, r#"{"tag":"a","value":"b"};{"tag":"a"}"#),
    ("[f: Int, g: Int]", r#"{"f":1};{"f":1,"g":1}"#, r#"{"h":1};{"f":"a"}"#),
    (
        "A(Int) | B(UNIT)",
        r#"{"tag":"A","value":1};{"tag":"B","value":null}"#,
        r#"{"tag":"C","value":1};{"A":1}"#,
    ),
    ("A(Int) | r", r#"{"tag":"A","value":1};{"tag":"C","value":"a"}"#, r#"{"tag":"A","value":"a"}"#),
    (
        "{ tag: \"A\", f: Int } | { tag: \"B\" } | { tag: \"C\", value: Int }",
        r#"{"tag":"A","f":1};{"tag":"B"};{"tag":"C","value":1}"#,
        r#"{"tag":"A"};{"tag":"B","f":1};{"tag":"D"};{"tag":1};{"tag":"C","value":"a"}"#,
    ),
    ("Int => Int", r##"{"#unserializable":"Int"}"##, r##"1;{"#map":[]}"##),
    ("a -> a", r##"{"#map":[[1,2]]};{"#map":[["a","b"]]}"##, r##"{"#map":[[1,"a"]]}"##),
];

#[test]
fn values_are_of_a_type_or_not() {
    for (t, good, bad) in CASES {
        let t = parsed(t);
        for (values, is_of) in [(good, true), (bad, false)] {
            for state in &trace(values).states {
                let value: &Value = state.get("x").expect("a value");
                assert_eq!(t.has(value), is_of, "{t}: {value}");
            }
        }
    }
}

#[test]
fn a_mismatch_says_where_what_was_expected_and_found() {
    let t = "Str -> Set(A({ n: Int }) | B(<<Int, Bool>>))";
    let values = r##"{"#map":[["k",{"#set":[{"tag":"A","value":{"n":true}},{"tag":"B","value":{"#tup":[1]}}]}]]};
        {"#map":[[1,{"#set":[{"tag":"C","value":1},{"tag":"A","value":{"m":1}}]}]]}"##;
    let expected = "\
states[0].x[\"k\"]{A({ n: true })}~A.n: expected `Int`, found a boolean
states[0].x[\"k\"]{B((1,))}~B: expected `<<Int, Bool>>`, found a tuple of 1
states[1].x<key 0>: expected `Str`, found an integer
states[1].x[1]{A({ m: 1 })}~A: expected `{ n: Int }`, found a record without `n`
states[1].x[1]{C(1)}: expected `A` or `B`, found `C`";
    assert_eq!(told(t, values), expected);
    let kinds: Vec<MismatchKind> = mismatches(t, values).iter().map(|m| m.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == MismatchKind::Tag).count(), 1);
}

#[test]
fn a_value_that_is_there_again_is_told_once() {
    let values = ["[1,\"a\"]"; 50].join(";");
    assert_eq!(told("Seq(Int)", &values), "states[0].x[1]: expected `Int`, found a string");
    let values = ["[1,\"a\"];[]"; 50].join(";");
    assert_eq!(told("Seq(Int)", &values), "states[0].x[1]: expected `Int`, found a string");
}

#[test]
fn type_variables_mean_one_type_in_all_states() {
    assert_eq!(told("<<a, Seq(a), b>>", r##"{"#tup":[1,[2,3],"c"]}"##), "");
    let text = r##"{"#meta":{"varTypes":{"x":"Seq(a)"}},"vars":["x"],"states":[{"x":[]},{"x":[{"#bigint":"1"}]},{"x":["b"]}]}"##;
    let document = itf::Reader::new().documents(text.as_bytes()).next().expect("a trace").expect("ITF");
    let findings = itf::check::check(&document, false);
    let messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
    let expected =
        "values of one variable have no type together: `Int` at states[1].x[0] and `Str` at states[2].x[0]";
    assert_eq!(messages, [expected]);
}

#[test]
fn declared_types_that_are_none_are_told() {
    let text =
        r##"{"#meta":{"varTypes":{"x":"Set(Int","y":7,"z":"$t","ok":"Int"}},"vars":["x"],"states":[]}"##;
    let (types, bad) = Types::declared(&itf::read(text.as_bytes()).expect("ITF")[0]);
    assert_eq!(types.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["ok"]);
    let told: Vec<String> = bad.iter().map(|bad| format!("{}: {}", bad.path, bad.message)).collect();
    let expected = [
        "#meta.varTypes.x: expected `)`, found the end, at column 8 of `Set(Int`",
        "#meta.varTypes.y: a type is a string",
        "#meta.varTypes.z: there is no alias `$t`",
    ];
    assert_eq!(told, expected);
    let text = r##"{"#meta":{"varTypes":"Int"},"vars":["x"],"states":[]}"##;
    let (_, bad) = Types::declared(&itf::read(text.as_bytes()).expect("ITF")[0]);
    assert_eq!(bad[0].message, "`varTypes` is no object from variables to types");
}

#[test]
fn a_trace_with_types_is_one_that_apalache_reads() {
    let text = r##"{"#meta":{"source":"a.qnt","varTypes":{"x":"Int"}},"vars":["x","y","empty"],"states":[
        {"x":1,"y":{"#set":[{"tag":"None","value":{"#tup":[]}}]},"empty":[]},
        {"x":2,"y":{"#set":[{"tag":"Some","value":{"f":{},"g":7}}]},"empty":[]}]}"##;
    let trace = &itf::read(text.as_bytes()).expect("ITF")[0];
    let typed = trace.with_types(&infer([trace]).types);
    let expected = r##"{"#meta":{"source":"a.qnt","varTypes":{"empty":"Seq(UNKNOWN)","x":"Int","y":"Set(None(UNIT) | Some({ f: UNIT, g: Int }))"}},"vars":["x","y","empty"],"states":["##;
    let written = itf::to_string(&typed, Layout::Compact);
    assert!(written.starts_with(expected), "{written}");
    assert!(written.contains(r#"{"tag":"None","value":"U_OF_UNIT"}"#), "{written}");
    assert!(written.contains(r#""f":"U_OF_UNIT""#), "{written}");
    let (types, bad) = Types::declared(&typed);
    assert_eq!((types.check(&typed), bad), (vec![], vec![]));
    // Types that are there stay.
    assert_eq!(typed.with_types(&infer([&typed]).types), typed);
}
