//! Other notations: what can come back does.

use std::path::{Path, PathBuf};

use itf::export::{from_plain, to_plain};
use itf::{Reader, State, Trace, Value};
use proptest::prelude::*;

use crate::canonical::value;

/// All traces of the fixtures.
pub(crate) fn fixtures() -> Vec<Trace> {
    let mut files: Vec<PathBuf> = Vec::new();
    for tool in ["quint", "wunderspec"] {
        crate::corpus::files(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(tool),
            &mut files,
        );
    }
    assert!(files.len() >= 20, "only {} fixtures", files.len());
    let read = |path: &PathBuf| {
        let bytes = std::fs::read(path).expect("a readable file");
        Reader::new().read(&bytes).unwrap_or_else(|e| panic!("{}:{e}", path.display()))
    };
    files.iter().flat_map(read).collect()
}

fn unified(trace: &Trace) -> Vec<Value> {
    trace.states.iter().map(|state| Value::Record(state.value.clone()).unified()).collect()
}

#[test]
fn every_fixture_is_plain_json_and_comes_back() {
    for trace in fixtures() {
        let plain = to_plain(&trace);
        assert!(!plain.text.contains("#bigint"), "{}", plain.text);
        let back = from_plain(&plain.text).unwrap_or_else(|e| panic!("{e}\n{}", plain.text));
        assert_eq!(unified(&back), unified(&trace), "{}", plain.text);
        assert_eq!(
            (&back.vars, &back.params, back.loop_index),
            (&trace.vars, &trace.params, trace.loop_index)
        );
    }
}

#[test]
fn types_say_what_arrays_and_objects_are() {
    let text = r##"{"vars":["m","t","big","u"],"states":[{"m":{"#map":[[1,{"#set":["a"]}]]},"t":{"#tup":[1,[true]]},
        "big":{"#bigint":"123456789012345678901234567890"},"u":{"tag":"None","value":null}}],"loop":0}"##;
    let trace = itf::read(text.as_bytes()).expect("ITF").swap_remove(0);
    let plain = to_plain(&trace);
    assert_eq!(
        plain.text,
        "{\"vars\":[\"m\",\"t\",\"big\",\"u\"],\"loop\":0,\
         \"types\":{\"big\":\"Int\",\"m\":\"Int -> Set(Str)\",\"t\":\"<<Int, Seq(Bool)>>\",\"u\":\"None(UNIT)\"},\
         \"states\":[{\"big\":\"123456789012345678901234567890\",\"m\":[[1,[\"a\"]]],\"t\":[1,[true]],\
         \"u\":{\"tag\":\"None\",\"value\":null}}]}\n"
    );
    assert_eq!(unified(&from_plain(&plain.text).expect("plain JSON")), unified(&trace));
}

#[test]
fn a_name_that_is_in_a_map_twice_is_not_lost() {
    let json = br##"{"vars":["x"],"states":[{"x":{"#map":[["b",false],["b",true]]}}]}"##;
    let trace = itf::read(json).expect("ITF").remove(0);
    let plain = to_plain(&trace);
    assert!(plain.text.contains(r#"{"x":[["b",false],["b",true]]}"#), "{}", plain.text);
    assert_eq!(from_plain(&plain.text).expect("plain JSON").states, trace.states);
}

#[test]
fn where_no_type_says_it_values_are_as_in_itf() {
    let text = r##"{"vars":["x"],"states":[{"x":{"a":{"#bigint":"9007199254740993"},"b":1}},
        {"x":{"a":{"#set":[1]}}},{"x":{"a":{"#map":[["k",{"#tup":[1,{"#bigint":"2"}]}]]}}},{"x":{"a":[1.50,{"#odd":[1]},-0]}}]}"##;
    let trace = itf::read(text.as_bytes()).expect("ITF").remove(0);
    let plain = to_plain(&trace);
    assert_eq!(
        plain.text,
        "{\"vars\":[\"x\"],\"types\":{\"x\":\"{ a: a, b }\"},\"states\":[{\"x\":{\"a\":{\"#bigint\":\"9007199254740993\"},\"b\":1}},\
         {\"x\":{\"a\":{\"#set\":[1]}}},{\"x\":{\"a\":{\"#map\":[[\"k\",{\"#tup\":[1,2]}]]}}},{\"x\":{\"a\":[1.50,{\"#odd\":[1]},0]}}]}\n"
    );
    assert_eq!(plain.notes, Vec::<String>::new());
    assert_eq!(from_plain(&plain.text).expect("plain JSON").states, trace.states);
}

#[test]
fn what_nests_deep_comes_back_or_is_refused() {
    let deep = |levels: usize, end: &str| {
        format!(
            "{{\"vars\":[\"x\"],\"states\":[{{\"x\":{}{}{}}}]}}",
            "[".repeat(levels),
            end,
            "]".repeat(levels)
        )
    };
    for end in ["7", "1.50", r##"{"#set":[1,"a"]}"##] {
        let trace = itf::read(deep(250, end).as_bytes()).expect("ITF").remove(0);
        let plain = to_plain(&trace);
        assert_eq!(from_plain(&plain.text).expect("plain JSON").states, trace.states, "{}", plain.text);
    }
    for levels in [300, 100_000] {
        let error = from_plain(&deep(levels, "")).expect_err("an error").to_string();
        assert!(error.contains("nests deeper than 256"), "{error}");
    }
}

#[test]
fn what_is_not_of_its_type_is_told_with_its_path() {
    let error =
        from_plain(r#"{"vars":["x"],"types":{"x":"Set(<<Int, Str>>)"},"states":[{"x":[[1,"a"],[1]]}]}"#);
    assert_eq!(
        error.expect_err("an error").to_string(),
        "1:73: this is not of type `<<Int, Str>>` (at states[0].x[1])"
    );
    let error = from_plain("{\"vars\": [\"x\"],\n \"states\": [}").expect_err("an error").to_string();
    assert!(error.starts_with("2:13: "), "{error}");
    assert!(from_plain(r#"{"vars":["x"]}"#).expect_err("an error").to_string().contains("no array `states`"));
}

/// Whether the value, or a part of it, is something that TLA+ writes like something else.
fn has_other_notation(value: &Value) -> bool {
    match value {
        Value::Tuple(_) | Value::Unserializable(_) => true,
        Value::Record(fields) if fields.is_empty() => true,
        Value::Str(text) => text.chars().any(|c| c == '`' || c > '\u{ff}' || (c.is_control() && c != '\n')),
        Value::List(items) => items.iter().any(has_other_notation),
        Value::Set(items) => items.iter().any(has_other_notation),
        Value::Map(map) => {
            map.is_empty() || map.iter().any(|(k, v)| has_other_notation(k) || has_other_notation(v))
        }
        Value::Record(fields) => {
            fields
                .names()
                .iter()
                .any(|name| !name.chars().all(|c| c.is_ascii_alphanumeric()) || name.is_empty())
                || fields.values().iter().any(has_other_notation)
        }
        Value::Variant(v) => {
            has_other_notation(&Value::Str(v.tag().clone())) || has_other_notation(v.payload())
        }
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Plain JSON keeps every value, whether it has a type or not.
    #[test]
    fn plain_json_keeps_every_value(values in prop::collection::vec(value(), 1..4)) {
        let states = values.into_iter().map(|v| State::from(itf::Record::from_iter([("x", v)])));
        let trace = Trace::new(["x"], states);
        let plain = to_plain(&trace);
        let back = from_plain(&plain.text);
        prop_assert!(back.is_ok(), "{} {:?}", plain.text, back);
        if plain.notes.is_empty() {
            prop_assert_eq!(unified(&back.expect("plain JSON")), unified(&trace), "{}", plain.text);
        }
    }

    /// A value in the notation of TLA+ reads as a value that is written the same.
    #[test]
    fn tla_reads_what_tla_writes(value in value()) {
        let text = itf::tla::to_tla(&value);
        let back = itf::tla::parse_value(&text);
        prop_assert!(back.is_ok(), "{text} {back:?}");
        let back = back.expect("a value");
        prop_assert_eq!(itf::tla::parse_value(&itf::tla::to_tla(&back)), Ok(back.clone()));
        // What TLA+ tells apart stays apart: only tuples, units and strings of no meaning become something else.
        if !text.contains("U_OF_UNIT") && !has_other_notation(&value) {
            prop_assert_eq!(back, value);
        }
    }

    /// No text makes the readers fall over.
    #[test]
    fn readers_of_tla_do_no_harm(text in "(State 1: <|[{}<>,|\\-\\[\\]()@:=/\\\\\" \n]|x|[0-9]|TRUE|->){0,60}") {
        let _ = itf::tla::parse_value(&text);
        let _ = itf::tla::read(text.as_bytes());
    }
}

#[test]
fn a_parameter_that_only_the_first_state_has_is_a_variable_of_quint() {
    let text = br#"{"params":["N"],"vars":["x"],"states":[{"N":3,"x":1},{"x":2}]}"#;
    let trace = &itf::read(text).expect("ITF")[0];
    let module = itf::export::to_quint(trace, "counter");
    assert!(module.text.contains("var N: int"), "{}", module.text);
    assert_eq!(module.text.matches("N' = 3").count(), 2, "{}", module.text);
    assert!(
        !module.notes.iter().any(|note| note.contains("left out: it has no value")),
        "{:?}",
        module.notes
    );
}

#[test]
fn what_quint_cannot_write_is_told() {
    let text =
        br##"{"vars":["same","odd"],"states":[{"same":"it's","odd":{"#tup":[{"#set":["a\"b","\n"]}]}}]}"##;
    let module = itf::export::to_quint(&itf::read(text).expect("ITF")[0], "odd");
    assert!(module.text.contains(r#"odd' = (Set("?", "a'b"))"#), "{}", module.text);
    assert_eq!(
        module.notes,
        [
            "strings of odd are changed: Quint cannot write quotation marks and control characters",
            "tuples of one in odd become what they hold",
        ]
    );
}
