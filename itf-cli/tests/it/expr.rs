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
        "<stdin>: error: invariant `s.forall(n => n < 5)` fails in state 2\n    n = 5 of s\n",
        "error: step `s.subseteq(s')` fails over the step from state 2 back to state 1\n    5 is only in s\n",
        "error: eventually `x == 3` is never reached: not before the loop, and not in it\n    x = 2\n",
        "3 property failures",
    ] {
        assert!(text.contains(line), "{line}\nis not in\n{text}");
    }
    let output = itf_with(&["check", "--invariant", "x + 1"], LASSO);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("a property is true or false, found the integer 2 (in state 0)"));
    assert_eq!(itf_with(&["check", "--invariant", "x +"], LASSO).status.code(), Some(2));
}
