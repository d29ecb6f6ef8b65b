//! `itf eval`, and the properties of `itf check`.

use crate::common::{itf, itf_with, stderr, stdout};

const COUNTER: &str = "fixtures/quint/counter.itf.json";

const LASSO: &[u8] = br##"{"vars":["x","s"],"loop":1,"states":[
    {"x":{"#bigint":"1"},"s":{"#set":[]}},
    {"x":{"#bigint":"2"},"s":{"#set":[1]}},
    {"x":{"#bigint":"2"},"s":{"#set":[1,5]}}]}"##;

#[test]
fn a_table_of_values() {
    let output = itf_with(&["eval", "-e", "x + s.size()", "-e", "x' - x", "-"], LASSO);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let expected = "state  x + s.size()  x' - x
    0  1             -
    1  3             1
    2  4             0
 loop  -             0
";
    assert_eq!(stdout(&output), expected);
    let changes = itf_with(&["eval", "--changes", "x"], LASSO);
    assert_eq!(stdout(&changes), "state  x\n    0  1\n    1  2\n");
}

#[test]
fn the_values_as_a_trace() {
    let output = itf(["eval", "--format", "itf", "left + right", COUNTER]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let traces = itf::read(&output.stdout).expect("ITF");
    assert_eq!(traces[0].vars, ["left + right"]);
    assert_eq!(traces[0].states[1].get("left + right"), Some(&itf::Value::from(22)));
}

#[test]
fn errors_point_into_the_expression() {
    for (expression, expected) in [
        ("x +", "itf: error: expected an expression, found the end\n 1 | x +\n   |    ^\n"),
        ("y", "itf: error: <stdin>: unknown name `y`\n 1 | y\n   | ^ the variables are x, s\n"),
        (
            "1 / (x - 2)",
            "itf: error: <stdin>: division by zero (in state 1)\n 1 | 1 / (x - 2)\n   |     ^^^^^^^\n",
        ),
    ] {
        let output = itf_with(&["eval", expression], LASSO);
        assert_eq!(output.status.code(), Some(2), "{expression}");
        assert_eq!(stderr(&output), expected, "{expression}");
    }
    assert_eq!(itf(["eval"]).status.code(), Some(2));
}

#[test]
fn properties_of_check() {
    let holds = ["check", "--invariant", "x > 0", "--step", "x' >= x", "--eventually", "5.in(s)"];
    let output = itf_with(&holds, LASSO);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let fails = [
        "check",
        "--invariant",
        "s.forall(n => n < 5)",
        "--step",
        "s.subseteq(s')",
        "--eventually",
        "x == 3",
    ];
    let output = itf_with(&fails, LASSO);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    for line in [
        " error: invariant `s.forall(n => n < 5)` fails in state 2\n    n = 5 of s\n  4 | ",
        "error: step `s.subseteq(s')` fails over the step from state 2 back to state 1\n    5 is only in s\n",
        "error: eventually `x == 3` is never reached: not before the loop, and not in it\n    x = 2\n  4 | ",
        "3 property failures",
    ] {
        assert!(text.contains(line), "{line}\nis not in\n{text}");
    }
    let output = itf_with(&["check", "--invariant", "x + 1"], LASSO);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("a property is true or false, found the integer 2 (in state 0)"));
    assert_eq!(itf_with(&["check", "--invariant", "x +"], LASSO).status.code(), Some(2));
}

#[test]
fn a_property_that_fails_is_shown_where_the_state_is_written() {
    let input = b"{\"vars\":[\"x\"],\n \"states\":[{\"x\":1},\n  {\"x\":7}]}";
    let text = stdout(&itf_with(&["check", "--allow", "warnings", "--invariant", "x < 5"], input));
    let expected = "<stdin>:3:3: error: invariant `x < 5` fails in state 1\n    x = 7\n  3 |   {\"x\":7}]}\n    |   ^\n\n\
        1 trace in 1 file: valid, 1 property failure\n";
    assert_eq!(text, expected);
}

#[test]
fn what_was_not_found_out_is_not_called_valid() {
    let input = br##"{"vars":["x"],"states":[{"x":{"#bigint":"0"}}]}"##;
    let output = itf_with(&["check", "--invariant", "1 / x > 0"], input);
    let said = "1 trace in 1 file: undecided, 1 property could not be evaluated\n";
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), said));
}

#[test]
fn a_last_state_that_holds_nothing_is_left_out() {
    let input =
        br##"{"vars":["x"],"states":[{"x":{"#bigint":"1"}},{"x":{"#bigint":"2"}},{"#meta":{"index":2}}]}"##;
    let checks = ["check", "--invariant", "x > 0", "--step", "x' > x", "--eventually", "x == 2"];
    let output = itf_with(&checks, input);
    assert_eq!(output.status.code(), Some(0), "{}{}", stdout(&output), stderr(&output));
    assert!(stdout(&output).contains("ITF023"), "{}", stdout(&output));
    let said = "<stdin>#1: state 2, the last, holds nothing (ITF023): properties are not asked of it";
    assert!(stderr(&output).contains(said), "{}", stderr(&output));
    let output = itf_with(&["eval", "x"], input);
    let expected = "state  x\n    0  1\n    1  2\n    2  -\n";
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), expected), "{}", stderr(&output));
}

#[test]
fn an_expression_may_begin_with_a_hyphen() {
    let input = br##"{"vars":["x"],"states":[{"x":{"#bigint":"1"}}]}"##;
    for args in [
        &["eval", "-x"][..],
        &["eval", "-x", "-"],
        &["eval", "-1 * x", "-"],
        &["eval", "-x", "--changes"],
        &["eval", "--changes", "-x", "--format", "text", "-"],
        &["eval", "--", "-x", "-"],
        &["eval", "-e", "-x", "-"],
    ] {
        let output = itf_with(args, input);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", stderr(&output));
        assert!(stdout(&output).contains("    0  -1"), "{args:?}: {}", stdout(&output));
    }
    assert_eq!(itf_with(&["eval", "--help"], b"").status.code(), Some(0));
    let output = itf_with(&["check", "--invariant", "-x < 0", "--step", "-x < 0"], input);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn a_trace_has_one_number_whoever_is_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("t.ndjson");
    let text = "{\"vars\":[\"x\"],\"states\":[{\"x\":true}]}\n{\"vars\":[\n{\"vars\":[\"x\"],\"states\":[{\"x\":false}]}\n";
    std::fs::write(&file, text).expect("a file");
    let name = format!("{}#3", file.display());
    for command in [&["eval", "x"][..], &["show"], &["info"]] {
        let args = command.iter().map(std::ffi::OsStr::new).chain([file.as_os_str()]);
        let output = itf(args.collect::<Vec<_>>());
        assert!(stdout(&output).contains(&name), "{command:?}: {}", stdout(&output));
    }
}
