//! `itf fmt`.

use std::fs;
use std::path::Path;

use crate::common::{ROOT, itf, itf_with, stderr, stdout};

const SCRAMBLED: &[u8] = br##"{"states":[{"y":{"#set":[{"#bigint":"2"},1,2]},"x":{"b":1,"a":[]}}],
    "vars":["y","x","y"],"#meta":{"seed":9007199254740993,"at":1e2}}"##;

const CANONICAL: &str = r##"{
 "#meta": {"seed":9007199254740993,"at":1e2},
 "vars": ["y","x"],
 "states": [
  {
   "x": {"a":[],"b":{"#bigint":"1"}},
   "y": {"#set":[
    {"#bigint":"1"},
    {"#bigint":"2"}
   ]}
  }
 ]
}
"##;

#[test]
fn the_canonical_form_has_one_spelling() {
    let once = itf_with(&["fmt"], SCRAMBLED);
    assert_eq!(stdout(&once), CANONICAL);
    let twice = itf_with(&["fmt", "-"], CANONICAL.as_bytes());
    assert_eq!(stdout(&twice), CANONICAL);
    let back = itf_with(&["fmt", "--compact"], CANONICAL.as_bytes());
    assert_eq!(stdout(&itf_with(&["fmt"], &back.stdout)), CANONICAL);
    let pretty = itf_with(&["fmt", "--pretty"], SCRAMBLED);
    assert!(stdout(&pretty).contains("\n      \"x\": {\n        \"a\": [],\n"), "{}", stdout(&pretty));
    assert_eq!(stdout(&itf_with(&["fmt"], &pretty.stdout)), CANONICAL);
}

#[test]
fn check_lists_what_is_not_canonical_and_write_mends_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (good, bad) = (folder.path().join("good.json"), folder.path().join("bad.json"));
    fs::write(&good, CANONICAL).expect("a file");
    fs::write(&bad, SCRAMBLED).expect("a file");
    let files = [good.to_str().expect("a path"), bad.to_str().expect("a path")];
    let checked = itf([&["fmt", "--check"][..], &files].concat());
    assert_eq!((checked.status.code(), stdout(&checked)), (Some(1), format!("{}\n", files[1])));
    let written = itf([&["fmt", "--write"][..], &files].concat());
    assert_eq!((written.status.code(), stdout(&written).as_str()), (Some(0), ""));
    assert_eq!(fs::read_to_string(&bad).expect("a file"), CANONICAL);
    assert_eq!(itf([&["fmt", "--check"][..], &files].concat()).status.code(), Some(0));
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);
}

#[test]
fn several_traces_stay_one_a_line() {
    let output = itf(["fmt", "fixtures/wunderspec/root-many.ndjson"]);
    assert_eq!(stdout(&output).lines().count(), 5);
    let before = fs::read(Path::new(ROOT).join("fixtures/wunderspec/root-many.ndjson")).expect("a fixture");
    assert_eq!(itf::read(&output.stdout).expect("ITF"), itf::read(&before).expect("ITF"));
}

#[test]
fn leaked_integers_are_mended_when_asked_for() {
    let leaked = br#"{"vars":["x"],"states":[{"x":{"s":-1,"e":20,"c":[1234567,89]}}]}"#;
    let mended = itf_with(&["fmt", "--repair", "--compact"], leaked);
    assert_eq!(
        stdout(&mended),
        "{\"vars\":[\"x\"],\"states\":[{\"x\":{\"#bigint\":\"-123456700000000000089\"}}]}\n"
    );
    assert!(stderr(&mended).contains("mended in 1 value"), "{}", stderr(&mended));
    assert!(stdout(&itf_with(&["fmt", "--compact"], leaked)).contains("\"c\":["));
}

#[test]
fn a_file_that_does_not_read_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("broken.ndjson");
    let text = "{\"vars\":[],\"states\":[]}\n{\"vars\":[],\"states\":[\n";
    fs::write(&file, text).expect("a file");
    let output = itf(["fmt", "--write", file.to_str().expect("a path")]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_to_string(&file).expect("a file"), text);
}

#[test]
fn types_are_added_for_apalache() {
    let output = itf(["fmt", "--with-types", "fixtures/quint/counter.itf.json"]);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    let text = stdout(&output);
    assert!(text.contains(r#""varTypes":{"counter::dial::left":"Int","#), "{text}");
    assert!(text.contains(r#""mbt::nondetPicks":"{ by: None(UNIT) | Some(Int) }""#), "{text}");
    assert!(text.contains(r#"{"tag":"None","value":"U_OF_UNIT"}"#), "{text}");
    let checked = itf_with(&["check"], text.as_bytes());
    assert_eq!(checked.status.code(), Some(0), "{}", stdout(&checked));
    let twice = itf_with(&["fmt", "--with-types"], text.as_bytes());
    assert_eq!(stdout(&twice), text);
}

#[test]
fn what_has_no_type_is_told() {
    let uneven = br#"{"vars":["x"],"states":[{"x":{"a":true}},{"x":{"b":true}}]}"#;
    let output = itf_with(&["fmt", "--with-types"], uneven);
    let told =
        "Apalache has no type for x: a record with `a` at states[0].x and a record with `b` at states[1].x";
    assert!(stderr(&output).contains(told), "{}", stderr(&output));
    assert_eq!(output.status.code(), Some(0));
    let checked = itf_with(&["check"], &output.stdout);
    assert_eq!(checked.status.code(), Some(0), "{}", stdout(&checked));
}

#[test]
fn vars_that_are_missing_stay_missing_unless_they_are_to_be_mended() {
    let text = b"{\"states\":[{\"x\":true,\"y\":false}]}\n{\"vars\":[],\"states\":[{\"x\":true}]}\n";
    let output = itf_with(&["fmt"], text);
    assert_eq!(stdout(&output).as_bytes(), text, "{}", stderr(&output));
    for layout in [&["fmt"][..], &["fmt", "--pretty"]] {
        let output = itf_with(layout, b"{\"states\":[{\"x\":true}]}");
        assert!(!stdout(&output).contains("vars"), "{}", stdout(&output));
        assert_eq!(stdout(&itf_with(layout, &output.stdout)), stdout(&output));
    }
    let output = itf_with(&["fmt", "--repair"], text);
    let mended = "{\"vars\":[\"x\",\"y\"],\"states\":[{\"x\":true,\"y\":false}]}\n{\"vars\":[\"x\"],\"states\":[{\"x\":true}]}\n";
    assert_eq!(stdout(&output), mended);
    assert!(stderr(&output).contains("`vars` was filled in"), "{}", stderr(&output));
}

#[test]
fn several_traces_are_pretty_as_an_array() {
    let lines =
        "{\"vars\":[\"x\"],\"states\":[{\"x\":\"a\"}]}\n{\"vars\":[\"x\"],\"states\":[{\"x\":\"b\"}]}\n";
    let pretty = itf_with(&["fmt", "--pretty"], lines.as_bytes());
    assert_eq!(pretty.status.code(), Some(0));
    let text = String::from_utf8(pretty.stdout).expect("UTF-8");
    assert!(text.starts_with("[\n  {"), "{text}");
    let again = itf_with(&["fmt", "--ndjson"], text.as_bytes());
    assert_eq!(String::from_utf8(again.stdout).expect("UTF-8"), lines);
    assert_eq!(itf_with(&["fmt", "--pretty", "--check"], text.as_bytes()).status.code(), Some(0));
}
