//! `itf info`: one row a trace.

use std::fs;

use crate::common::{itf, itf_with, stderr, stdout};

#[test]
fn a_trace_is_one_row() {
    let output = itf(["info", "fixtures/quint/root-3.itf.json"]);
    let expected = "\
trace                           source                  states  variables  values  actions  property
fixtures/quint/root-3.itf.json  Quint dns_balancer.qnt      18          7     234        6  violation
";
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), expected));
}

#[test]
fn several_traces_have_numbers_and_a_total() {
    let output = itf(["info", "fixtures/wunderspec/root-many.ndjson", "fixtures/wunderspec/epoch5.ndjson"]);
    let text = stdout(&output);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[2].starts_with("fixtures/wunderspec/root-many.ndjson#2  wunderspec run "), "{text}");
    assert!(lines[2].ends_with("  violates no_inconsistent_root"), "{text}");
    assert!(lines[6].ends_with("  reaches epoch5"), "{text}");
    assert!(lines[7].starts_with("6 traces in 2 files, 186 states, "), "{text}");
}

#[test]
fn equal_values_count_once_in_any_order() {
    let input = r##"{"vars":["x"],"states":[{"x":{"#set":["a","b"]}},{"x":{"#set":["b","a"]}}]}"##;
    let output = itf_with(&["info"], format!("{input}\n{input}\n").as_bytes());
    // The set and its two elements.
    let expected = "\
trace      states  variables  values
<stdin>#1       2          1       3
<stdin>#2       2          1       3
2 traces in 1 file, 4 states, 3 values
";
    assert_eq!(stdout(&output), expected);
}

#[test]
fn a_loop_has_a_column() {
    let output = itf_with(&["info"], br#"{"vars":["x"],"loop":0,"states":[{"x":"a"}]}"#);
    assert!(stdout(&output).starts_with("trace    states  variables  values  loop\n"), "{}", stdout(&output));
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("traces.ndjson");
    fs::write(&file, "{\"vars\":[],\"states\":[]}\n{oops}\n{\"vars\":[],\"states\":[{}]}\n").expect("a file");
    let output = itf(["info".as_ref(), folder.path().join("missing").as_os_str(), file.as_os_str()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("missing") && stderr(&output).contains("traces.ndjson:2:2: "));
    let text = stdout(&output);
    assert!(text.contains("traces.ndjson#1 ") && text.contains("traces.ndjson#3 "), "{text}");
    assert!(text.ends_with("2 traces in 1 file, 1 state, no values\n"), "{text}");
}

#[test]
fn an_empty_input_is_no_trouble() {
    let output = itf_with(&["info", "-"], b"");
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), ""));
    assert!(stderr(&output).contains("<stdin>: no traces"), "{}", stderr(&output));
}

#[test]
fn text_of_a_trace_cannot_act_on_the_terminal() {
    let input =
        r##"{"#meta":{"source":"\u001b[31mred\n","status":"\u001b]0;x\u0007"},"vars":["x"],"states":[]}"##;
    let output = itf_with(&["info"], input.as_bytes());
    let text = stdout(&output);
    assert!(text.contains("\\u{1b}[31mred"), "{text}");
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
}

#[test]
fn actions_are_counted_by_what_is_said_to_name_them() {
    let trace =
        br#"{"vars":["did","x"],"states":[{"did":"go","x":1},{"did":"stop","x":2},{"did":"go","x":3}]}"#;
    let count = |args: &[&str]| {
        let output = itf_with(args, trace);
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        json["traces"][0]["actions"].clone()
    };
    assert_eq!(count(&["info", "--format", "json", "--action", "fields:did"]), 2);
    assert_eq!(count(&["info", "--format", "json", "--action", "fields:x"]), serde_json::Value::from(0));
    assert_eq!(itf_with(&["info", "--action", "nonsense"], trace).status.code(), Some(2));
}
