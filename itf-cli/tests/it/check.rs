//! `itf check`: findings with their places, and an exit status that scripts can go by.

use std::fs;

use crate::common::{itf, itf_with, stderr, stdout};

const GOOD: &str = r##"{"vars":["x"],"states":[{"x":{"#bigint":"1"}}]}"##;
const PLAIN: &str = r#"{"vars":["x"],"states":[{"x":1},{"x":2}]}"#;
const BROKEN: &str = r##"{"vars":["x"],"states":[{"x":{"#bigint":"1O"}}]}"##;

fn code(output: &std::process::Output) -> Option<i32> {
    output.status.code()
}

#[test]
fn a_valid_trace_is_said_to_be_valid() {
    let output = itf_with(&["check"], GOOD.as_bytes());
    assert_eq!((code(&output), stdout(&output).as_str()), (Some(0), "1 trace in 1 file: valid\n"));
    assert_eq!(stderr(&output), "");
}

#[test]
fn warnings_have_places_and_do_not_make_a_trace_invalid() {
    let output = itf_with(&["check", "-"], PLAIN.as_bytes());
    let expected = "<stdin>:1:30: warning ITF003 plain-integer: an integer as a JSON number, not as \
        {\"#bigint\": \"…\"} (at states[0].x and 1 more place)\n  \
        1 | {\"vars\":[\"x\"],\"states\":[{\"x\":1},{\"x\":2}]}\n    |                              ^\n\n1 trace in 1 file: valid, 1 warning\n";
    assert_eq!((code(&output), stdout(&output).as_str()), (Some(0), expected));
}

#[test]
fn strict_is_the_standard_to_the_letter() {
    let output = itf_with(&["check", "--strict"], PLAIN.as_bytes());
    assert_eq!(code(&output), Some(1));
    assert!(stdout(&output).contains(": error ITF003 "), "{}", stdout(&output));
    assert!(stdout(&output).ends_with("1 trace in 1 file: not valid, 1 error\n"));
}

#[test]
fn a_broken_line_does_not_hide_the_others() {
    let input = format!("{GOOD}\n{BROKEN}\n{PLAIN}\n{{\"vars\":[\n{GOOD}\n");
    let output = itf_with(&["check"], input.as_bytes());
    let text = stdout(&output);
    assert_eq!(code(&output), Some(1));
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("<stdin>:2:41: error ITF001 malformed: "), "{text}");
    assert!(lines[0].ends_with("(trace 2, at states[0].x)"), "{text}");
    assert!(lines[3].starts_with("<stdin>:3:30: warning ITF003 plain-integer: "), "{text}");
    assert!(lines[3].ends_with("(trace 3, at states[0].x and 1 more place)"), "{text}");
    assert!(text.contains("5 traces in 1 file: 2 not valid, 2 errors, 1 warning"), "{text}");
}

#[test]
fn a_missing_file_is_trouble_and_the_rest_is_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let (plain, broken) = (folder.path().join("plain.json"), folder.path().join("broken.json"));
    fs::write(&plain, PLAIN).expect("a file");
    fs::write(&broken, BROKEN).expect("a file");
    let missing = folder.path().join("missing.json");
    let output = itf(["check".as_ref(), broken.as_os_str(), missing.as_os_str(), plain.as_os_str()]);
    assert_eq!(code(&output), Some(2));
    assert!(stderr(&output).contains("missing.json"), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.contains("ITF001") && text.contains("ITF003"), "{text}");
    let summary = "2 traces in 2 files: 1 not valid, 1 error, 1 warning; 1 file could not be read\n";
    assert!(text.ends_with(summary), "{text}");
}

#[test]
fn no_traces_are_no_valid_traces() {
    for input in ["", " \n\t\n", "[]"] {
        let output = itf_with(&["check"], input.as_bytes());
        assert_eq!((code(&output), stdout(&output).as_str()), (Some(2), "no traces in 1 file\n"));
        assert!(stderr(&output).contains("<stdin>: no traces"), "{}", stderr(&output));
    }
}

#[test]
fn what_is_no_trace_is_not_valid() {
    for input in ["{", "{}", "7", "not JSON", "{\"vars\":[\"x\"],\"states\":[{\"x\":\"\u{0}\"}]}"] {
        let output = itf_with(&["check"], input.as_bytes());
        assert_eq!(code(&output), Some(1), "{input}");
        assert!(stdout(&output).starts_with("<stdin>:1:"), "{}", stdout(&output));
    }
    let output = itf_with(&["check"], b"{\"vars\":[\"\xff\"],\"states\":[]}");
    assert_eq!(code(&output), Some(1));
    assert!(stdout(&output).contains("not UTF-8"), "{}", stdout(&output));
}

#[test]
fn notes_are_counted_and_shown_when_asked_for() {
    let file = "fixtures/wunderspec/root-many.ndjson";
    let output = itf(["check", file]);
    assert_eq!(
        (code(&output), stdout(&output).as_str()),
        (Some(0), "5 traces in 1 file: valid; 20 notes, shown with --notes\n")
    );
    let output = itf(["check", "--notes", file]);
    let text = stdout(&output);
    let stuttering =
        format!("{file}:2:95371: note ITF026 stuttering: a state equals the one before (trace 2, at ");
    assert!(text.contains(&stuttering), "{text}");
    assert!(text.ends_with("5 traces in 1 file: valid, 20 notes\n"), "{text}");
    // Traces to the letter but for null: an error there, and nothing else.
    let output = itf(["check", "--strict", file]);
    assert_eq!((code(&output), stdout(&output).matches(": error ITF007 null: ").count()), (Some(1), 5));
}

#[test]
fn text_of_a_trace_cannot_act_on_the_terminal() {
    let input = r#"{"vars":["x","\u001b[31m\u202e"],"\u001b]0;title\u0007":1,"states":[{"x":true,"\u001b[2J":true}]}"#;
    for color in ["never", "auto"] {
        let output = itf_with(&["check", "--notes", "--color", color], input.as_bytes());
        let text = stdout(&output);
        assert_eq!(text.matches("ITF0").count(), 3, "{text}");
        assert!(!text.contains(|c: char| c.is_control() && c != '\n' || c == '\u{202e}'), "{text:?}");
    }
}

#[test]
fn a_code_is_explained() {
    for name in ["ITF015", "itf015", "missing-variable"] {
        let output = itf(["check", "--explain", name]);
        let text = stdout(&output);
        assert_eq!(code(&output), Some(0));
        assert!(text.starts_with("ITF015 missing-variable: "), "{text}");
        for part in ["warning, with --strict error", "\nWhy it matters\n", "\nWhat to do\n"] {
            assert!(text.contains(part), "{text}");
        }
    }
    let output = itf(["check", "--explain", "all"]);
    assert_eq!(code(&output), Some(0));
    assert_eq!(stdout(&output).lines().count(), 1 + itf::check::Rule::all().len());
}

#[test]
fn an_unknown_code_lists_those_there_are() {
    let output = itf(["check", "--explain", "ITF999"]);
    assert_eq!((code(&output), stdout(&output).as_str()), (Some(2), ""));
    let text = stderr(&output);
    assert!(text.contains("there is no code `ITF999`") && text.contains("\nITF001  malformed "), "{text}");
}

#[test]
fn what_cannot_be_unpacked_cannot_be_read() {
    let output = itf_with(&["check"], b"\x1f\x8b\x08 and then nothing of that kind");
    assert_eq!(code(&output), Some(2), "{}", stdout(&output));
    assert!(stderr(&output).contains("<stdin>: cannot read: "), "{}", stderr(&output));
    assert_eq!(stdout(&output), "no traces in no files; 1 file could not be read\n");
}
