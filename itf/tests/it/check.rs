//! Every code has a document that triggers exactly it; what real tools write is no error.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use itf::check::{Code, Finding, Levels, Rule, Severity, check, check_next, locate};
use itf::{Document, Reader};

/// Each code that a trace alone can trigger, and where its document in `fixtures/check/` triggers it, and nothing else.
const CASES: &[(Code, &str)] = &[
    (Code::ByteOrderMark, ""),
    (Code::PlainInteger, "states[0].x"),
    (Code::PaddedInteger, "states[0].x"),
    (Code::LeakedInteger, "states[0].x[1]"),
    (Code::Float, "states[0].x"),
    (Code::Null, "states[0].x~None"),
    (Code::UnknownHashKey, "states[0].x"),
    (Code::Unserializable, r#"states[0].x["k"]"#),
    (Code::RepeatedElement, r#"states[0].x{"a"}"#),
    (Code::RepeatedKey, "states[0].x<key 1>"),
    (Code::NoVars, ""),
    (Code::EmptyVars, "vars"),
    (Code::RepeatedName, "vars[1]"),
    (Code::MissingVariable, "states[0].y"),
    (Code::UndeclaredVariable, "states[0].y"),
    (Code::MissingParameter, "states[0].P"),
    (Code::ChangingParameter, "states[1].P"),
    (Code::RepeatedParameter, "states[1].P"),
    (Code::NullLoop, "loop"),
    (Code::LoopOutOfRange, "loop"),
    (Code::StateAsMap, "states[0]"),
    (Code::EmptyLastState, "states[1]"),
    (Code::NoStates, "states"),
    (Code::IndexOrder, "states[1].#meta.index"),
    (Code::Stuttering, "states[1]"),
    (Code::UnknownKey, "param"),
    (Code::MetaNoObject, "states[0].#meta"),
    (Code::TypeMismatch, r#"states[0].x{"a"}"#),
    (Code::BadTypeAnnotation, "#meta.varTypes.x"),
    (Code::TypeConflict, "states[0].x"),
    (Code::UndeclaredTag, "states[0].x"),
    (Code::PartlyTyped, "#meta.varTypes.y"),
    (Code::UnevenRecords, "states[0].x[0]"),
    (Code::RepeatedMetaKey, "#meta.tool.name"),
];

fn read(input: &[u8]) -> Vec<Document> {
    Reader::new().documents(input).collect::<Result<_, _>>().expect("ITF")
}

fn found(text: &str, strict: bool) -> Vec<Finding> {
    check(&read(text.as_bytes())[0], strict)
}

#[test]
fn each_code_is_triggered_alone() {
    for (code, path) in CASES {
        let (id, name) = (code.rule().id, code.rule().name);
        let file = format!("{}/../fixtures/check/{id}-{name}.itf.json", env!("CARGO_MANIFEST_DIR"));
        let text = &fs::read_to_string(file).expect("a fixture");
        let findings = found(text, false);
        let codes: Vec<Code> = findings.iter().map(|f| f.code).collect();
        assert_eq!(codes, [*code], "{text}");
        assert_eq!(findings[0].severity, code.rule().severity, "{text}");
        assert_eq!(found(text, true)[0].severity, code.rule().strict, "{text}");
        assert_eq!(findings[0].count, 1, "{text}");
        // How a path says where the document itself is does not matter here.
        if !path.is_empty() {
            assert_eq!(findings[0].path.to_string(), *path, "{text}");
        }
    }
}

/// What is there many times may be counted more often in one pass.
fn uncounted(mut findings: Vec<Finding>) -> Vec<Finding> {
    for finding in &mut findings {
        finding.count = finding.count.min(2);
    }
    findings
}

/// A trace checked while it is read, and where each finding is in the text.
fn streamed(text: &str) -> Option<Vec<Finding>> {
    let mut reader = Reader::new();
    let mut events = reader.events(text.as_bytes());
    let checked = check_next(&mut events, &Levels::new(false)).expect("a trace").expect("ITF");
    assert!(check_next(&mut events, &Levels::new(false)).is_none());
    let document = &read(text.as_bytes())[0];
    assert_eq!(checked.states, document.trace.states.len());
    let findings = checked.findings.clone().map(uncounted);
    for path in findings.iter().flatten().flat_map(|f| f.more.iter().chain(&f.related).chain([&f.path])) {
        let place = checked.locate(&mut Cursor::new(text), path).expect("it reads");
        assert_eq!(place, locate(text.as_bytes(), document, path), "{path} in {text}");
    }
    findings
}

#[test]
fn a_trace_is_checked_while_it_is_read() {
    for (code, _) in CASES {
        let file = format!(
            "{}/../fixtures/check/{}-{}.itf.json",
            env!("CARGO_MANIFEST_DIR"),
            code.rule().id,
            code.rule().name
        );
        let text = &fs::read_to_string(file).expect("a fixture");
        assert_eq!(streamed(text), Some(uncounted(found(text, false))), "{text}");
    }
    // More states than are held at once, and something in the first, at every border and in the last.
    let states: Vec<String> = (0..40_000)
        .map(|at| match at % 4096 {
            0 => format!(r##"{{"x":{{"#set":[{at},{{"#unserializable":"f{at}"}}]}},"p":1}}"##),
            1 => format!(r#"{{"x":{at}}}"#),
            4095 => format!(r#"{{"x":{{"a":{at}}},"y":{{"b":"é"}}}}"#),
            _ => format!("{{\"x\":{},\n \"y\":{{\"a\":{at}}}}}", at / 2),
        })
        .collect();
    for head in [r#""params":["p"],"vars":["x","y"]"#, r##""#meta":{"varTypes":{"x":"Int"}},"vars":["y"]"##] {
        let text = format!("{{{head},\"states\":[{}],\n\"loop\":90000,\"more\":1}}", states.join(","));
        let whole = uncounted(found(&text, false));
        assert!(whole.len() > 5, "{whole:?}");
        assert_eq!(streamed(&text), Some(whole));
    }
    // What is said after the states cannot be held against them in one pass.
    assert_eq!(streamed(r#"{"states":[{"x":1},{"x":2}],"vars":["x"]}"#), None);
    assert!(streamed(r#"{"vars":["x"],"states":[],"loop":0}"#).is_some());
}

#[test]
fn each_rule_has_a_case_and_a_name_of_its_own() {
    for (at, rule) in Rule::all().iter().enumerate() {
        assert_eq!(rule.id, format!("ITF{:03}", at + 1));
        assert_eq!(rule.id.to_lowercase().parse(), Ok(rule.code));
        assert_eq!(rule.name.parse(), Ok(rule.code));
        assert!(rule.strict <= rule.severity, "{} is less severe under strict", rule.id);
        let has_case = CASES.iter().any(|(code, ..)| *code == rule.code);
        // The one is an error of the reader, and the other needs a schema; the command has tests of both.
        let needs_more = matches!(rule.code, Code::Malformed | Code::SchemaViolation);
        assert!(has_case != needs_more, "{} has no case", rule.id);
    }
    assert!("ITF999".parse::<Code>().is_err());
}

#[test]
fn nothing_is_found_in_a_trace_to_the_letter() {
    let text = r##"{"#meta":{"source":"a"},"params":["P"],"vars":["x","y"],"loop":0,"states":[
        {"#meta":{"index":0},"P":{"#bigint":"1"},"x":{"#tup":[]},"y":{"s":"not","e":"an","c":"integer"}},
        {"#meta":{"index":4},"x":{},"y":{"s":"not","e":"an","c":"number"}}]}"##;
    assert_eq!(found(text, true), []);
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let error = itf::read(br##"{"vars":["x"],"states":[{"x":{"#bigint":"1O"}}]}"##).expect_err("a letter O");
    let finding = Finding::from(&error);
    assert_eq!((finding.code, finding.severity), (Code::Malformed, Severity::Error));
    assert_eq!(finding.path.to_string(), "states[0].x");
    assert_eq!(finding.place.map(|p| (p.line, p.column)), Some((1, 41)));
}

#[test]
fn places_are_counted_and_the_first_ones_kept() {
    let states = [r#"{"x":true}"#; 7].join(",");
    let findings = found(&format!(r#"{{"vars":["x","y","z"],"states":[{states}]}}"#), false);
    let missing = &findings[0];
    assert_eq!(missing.message, "a declared variable has no value in a state: y, z");
    assert_eq!((missing.code, missing.count), (Code::MissingVariable, 14));
    let more: Vec<String> = missing.more.iter().map(ToString::to_string).collect();
    assert_eq!(missing.path.to_string(), "states[0].y");
    assert_eq!(more, ["states[0].z", "states[1].y", "states[1].z"]);
    assert_eq!((findings[1].code, findings[1].count), (Code::Stuttering, 6));
}

#[test]
fn the_most_severe_comes_first() {
    let text = r#"{"vars":["x","x"],"loop":9,"states":[{"x":true},{"x":true}]}"#;
    let codes: Vec<Code> = found(text, false).iter().map(|f| f.code).collect();
    assert_eq!(codes, [Code::LoopOutOfRange, Code::RepeatedName, Code::Stuttering]);
}

#[test]
fn many_names_are_not_all_said() {
    let vars = ["a", "b", "c", "d", "e", "f", "x"].map(|name| format!("{name:?}")).join(",");
    let findings = found(&format!(r#"{{"vars":[{vars}],"states":[{{"x":true}}]}}"#), false);
    assert_eq!(findings[0].message, "a declared variable has no value in a state: a, b, c, d and 2 others");
}

#[test]
fn only_integers_that_fit_together_are_taken_for_leaked() {
    let leaked = |s: &str, e: i64, c: &str| {
        let text = format!(r#"{{"vars":["x"],"states":[{{"x":{{"s":{s},"e":{e},"c":{c}}}}}]}}"#);
        found(&text, false).iter().any(|f| f.code == Code::LeakedInteger)
    };
    assert!(leaked("-1", 20, "[1234567]"));
    assert!(leaked("1", 0, "[0]"));
    for (s, e, c) in [("2", 0, "[0]"), ("1", 20, "[12]"), ("1", 0, "[1,2]"), ("1", -1, "[1]"), ("1", 0, "[]")]
    {
        assert!(!leaked(s, e, c), "{s} {e} {c}");
    }
}

#[test]
fn parameters_only_in_the_first_state_do_not_hide_stuttering() {
    let text = r#"{"params":["P"],"vars":["x"],"states":[{"P":"a","x":true},{"x":true}]}"#;
    assert_eq!(found(text, false)[0].code, Code::Stuttering);
}

#[test]
fn a_path_leads_back_to_its_place() {
    let input =
        "{\"vars\":[\"x\"],\"states\":[{}]}\n{\"states\": [ {\"a\\u0062\":{\"tag\":\"é\",\"value\":\n\
        {\"#map\":[[{\"#tup\":[1 ]},\"\\\"]\"],[ 2 ,[ null]]]}}} ] }"
            .as_bytes();
    let documents = read(input);
    let finding = check(&documents[1], false).into_iter().find(|f| f.code == Code::Null).expect("a null");
    assert_eq!(finding.path.to_string(), "states[0].ab~é[2][0]");
    let place = finding.place.expect("the reader knows");
    assert_eq!(locate(input, &documents[1], &finding.path).as_ref(), Some(&place));
    assert_eq!(place.line, 3);
    // What is not there is where it should be.
    let missing = locate(input, &documents[0], &itf::Path::root().field("states").index(0).field("y"));
    let missing = missing.expect("a text");
    assert_eq!((missing.line, missing.column), (1, 25));
}

#[test]
fn a_path_leads_into_a_state_written_as_a_map() {
    let input = br##"{"vars":["x"],"states":[{"#map":[["y",{}],["x",["a"]]]}]}"##;
    let path = itf::Path::root().field("states").index(0).field("x").index(0);
    assert_eq!(locate(input, &read(input)[0], &path).map(|place| place.column), Some(49));
}

#[test]
fn nothing_in_real_traces_is_an_error() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let mut traces = 0;
    for folder in ["wunderspec", "quint"] {
        for entry in fs::read_dir(fixtures.join(folder)).expect("fixtures") {
            let path = entry.expect("a file").path();
            let input = fs::read(&path).expect("a fixture");
            for document in read(&input) {
                traces += 1;
                for finding in check(&document, false) {
                    // One specification of ours gives two picks of different types one name, to see that it replays.
                    let picks = finding.path.to_string().contains(".mbt::nondetPicks.");
                    if finding.code == Code::TypeConflict && picks && path.ends_with("election.itf.json") {
                        continue;
                    }
                    assert_eq!(finding.severity, Severity::Note, "{}: {finding:?}", path.display());
                    // What the reader located is found again by its path, to the byte.
                    if finding.code == Code::Null {
                        assert_eq!(locate(&input, &document, &finding.path), finding.place);
                    }
                }
            }
        }
    }
    assert!(traces >= 22);
}

#[test]
fn what_was_noticed_in_a_broken_trace_is_not_said_of_the_next() {
    let input =
        b"{\"vars\":[\"x\"],\"states\":[{\"x\":1},{\"x\":1O}]}\n{\"vars\":[\"x\"],\"states\":[{\"x\":true}]}";
    let documents: Vec<_> = Reader::new().documents(input).collect();
    assert!(documents[0].is_err());
    assert_eq!(check(documents[1].as_ref().expect("ITF"), false), []);
}

#[test]
fn what_is_wrong_in_a_set_is_told_of_the_element() {
    let text = r##"{"#meta":{"varTypes":{"x":"Set({ id: Int, on: Bool })","y":"Set(Int)","z":"Set(Str) -> Str"}},
 "vars":["x","y","z"],"states":[{
 "y":{"#set":["b",{"#bigint":"1"},true]},
 "x":{"#set":[{"id":{"#bigint":"2"},"on":true},
   {"on":"no","id":{"#bigint":"1"}},
   {"on":true,"id":"x"}]},
 "z":{"#map":[[{"#set":[{"#bigint":"5"},"a"]},"v"]]}}]}"##;
    let finding = found(text, false).remove(0);
    assert_eq!((finding.code, finding.count), (Code::TypeMismatch, 5));
    let document = &read(text.as_bytes())[0];
    let paths = [&finding.path].into_iter().chain(&finding.more);
    let told: Vec<(String, usize, usize)> = paths
        .map(|path| {
            let place = locate(text.as_bytes(), document, path).expect("a place");
            (path.to_string(), place.line, place.column)
        })
        .collect();
    // By the fields that tell an element from the others; the whole of it where it has no fields.
    let expected = [
        ("states[0].x{id: 1}.on", 5, 10),
        ("states[0].x{id: \"x\"}.id", 6, 20),
        ("states[0].y{true}", 3, 35),
        ("states[0].y{\"b\"}", 3, 15),
    ];
    assert_eq!(told, expected.map(|(path, line, column)| (path.to_owned(), line, column)));
    // In the key of a map, too.
    let key = text
        .replace("\"b\",", "")
        .replace(",true]", "]")
        .replace("\"no\"", "true")
        .replace(":\"x\"", ":{\"#bigint\":\"3\"}");
    let finding = found(&key, false).remove(0);
    assert_eq!((finding.path.to_string().as_str(), finding.count), ("states[0].z<key 0>{5}", 1));
    let place = locate(key.as_bytes(), &read(key.as_bytes())[0], &finding.path).expect("a place");
    assert_eq!((place.line, place.column), (7, 25));
}

#[test]
fn a_key_twice_in_meta_is_a_warning_at_the_second() {
    for (text, place) in [
        (r##"{"#meta":{"a":1,"b":{"c":[{"d":1,"d":2}]}},"vars":[],"states":[]}"##, "#meta.b.c[0].d"),
        (
            r##"{"vars":["x"],"states":[{"#meta":{"index":0,"\u0069ndex":1},"x":true}]}"##,
            "states[0].#meta.index",
        ),
        (r#"{"vars":["x"],"states":[],"more":{"a":1,"a":1}}"#, "more.a"),
    ] {
        let finding = found(text, false).into_iter().find(|f| f.code == Code::RepeatedMetaKey).expect(text);
        let place_of = finding.place.expect("the reader knows it");
        assert_eq!(
            (finding.severity, finding.path.to_string().as_str()),
            (Severity::Warning, place),
            "{text}"
        );
        assert!(text[place_of.offset..].starts_with('"'), "{text}");
    }
    // Objects beside each other, and texts that only look like keys, are none.
    let text = r##"{"#meta":{"a":{"x":1},"b":{"x":1},"c":["a","a"],"d":"a"},"vars":[],"states":[]}"##;
    assert!(found(text, false).iter().all(|f| f.code != Code::RepeatedMetaKey));
}

#[test]
fn many_wrong_elements_and_large_ones_are_told_at_once() {
    let long = "a".repeat(5_000);
    let text = |on: &dyn Fn(usize) -> String| {
        let many: Vec<String> = (0..20_000).map(|n| format!("{{\"id\":{n},\"on\":{}}}", on(n))).collect();
        format!(
            r##"{{"#meta":{{"varTypes":{{"x":"Set({{ id: Int, on: Bool }})","y":"Set(Seq(Int))"}}}},"vars":["x","y"],
            "states":[{{"x":{{"#set":[{}]}},"y":{{"#set":[["{long}"]]}}}}]}}"##,
            many.join(",")
        )
    };
    let findings = found(&text(&|n| n.to_string()), false);
    assert_eq!((findings[0].code, findings[0].count), (Code::TypeMismatch, 20_001));
    assert_eq!(findings[0].path.to_string(), "states[0].x{{ id: 0, on: 0 }}.on");
    // Nobody reads a path of five thousand characters: of such an element only the set is told.
    let broken = text(&|_| "true".to_owned());
    let path = found(&broken, false)[0].path.clone();
    assert_eq!(path.to_string(), "states[0].y{}[0]");
    assert!(locate(broken.as_bytes(), &read(broken.as_bytes())[0], &path).is_some());
}
