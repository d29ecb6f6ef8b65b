//! Severities: options, and `itf.toml`.

use std::fs;
use std::process::Output;

use crate::common::{command, itf_with, stderr, stdout};

const PLAIN: &[u8] = br#"{"vars":["x"],"states":[{"x":7},{"x":7}]}"#;

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

#[test]
fn a_code_is_denied_warned_of_and_allowed() {
    for (args, status, summary) in [
        (&["--deny", "plain-integer"][..], 1, "not valid, 1 error; 1 note, shown with --notes"),
        (&["--deny", "itf003,stuttering"], 1, "not valid, 2 errors"),
        (&["--warn", "stuttering"], 0, "valid, 2 warnings"),
        (&["--allow", "ITF003", "--allow", "ITF026"], 0, "valid"),
        (&["--allow", "all"], 0, "valid"),
        (&["--allow", "all", "--warn", "ITF026"], 0, "valid, 1 warning"),
        (&["--deny", "warnings"], 1, "not valid, 1 error; 1 note, shown with --notes"),
        (&["--strict", "--warn", "all"], 0, "valid, 2 warnings"),
        (&["--allow", "notes"], 0, "valid, 1 warning"),
    ] {
        let output = itf_with(&[&["check"], args].concat(), PLAIN);
        let last = stdout(&output).lines().last().unwrap_or_default().to_owned();
        assert_eq!(
            (code(&output), last),
            (Some(status), format!("1 trace in 1 file: {summary}")),
            "{args:?}"
        );
    }
}

#[test]
fn what_cannot_be_meant_is_usage() {
    for (args, message) in [
        (&["--deny", "ITF999"][..], "there is no code `ITF999`"),
        (&["--allow", "malformed"], "ITF001 is always an error"),
        (&["--deny", "ITF003", "--allow", "plain-integer"], "ITF003 is given two severities"),
    ] {
        let output = itf_with(&[&["check"], args].concat(), PLAIN);
        assert_eq!((code(&output), stdout(&output).as_str()), (Some(2), ""));
        assert!(stderr(&output).contains(message), "{}", stderr(&output));
    }
    // What cannot be read stays an error, whatever is allowed.
    let output = itf_with(&["check", "--allow", "all"], b"{");
    assert_eq!(code(&output), Some(1));
}

#[test]
fn the_file_of_the_project_is_found_above_and_options_count_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let below = folder.path().join("traces/today");
    fs::create_dir_all(&below).expect("folders");
    fs::write(below.join("a.json"), PLAIN).expect("a file");
    let toml = |text: &str| fs::write(folder.path().join("itf.toml"), text).expect("a file");
    let check = |args: &[&str]| {
        let output = command().current_dir(&below).args(["check", "a.json"]).args(args).output();
        output.expect("the command starts")
    };
    toml("[check]\ndeny = [\"plain-integer\"]\nallow = [\"stuttering\"]\n");
    assert!(stdout(&check(&[])).ends_with("1 trace in 1 file: not valid, 1 error\n"));
    assert!(stdout(&check(&["--warn", "plain-integer"])).ends_with("valid, 1 warning\n"));
    toml("[check]\nstrict = true\nnotes = true\n");
    assert!(stdout(&check(&[])).ends_with("not valid, 1 error, 1 note\n"));
    toml("[check]\nschema = \"x.schema.json\"\n");
    fs::write(folder.path().join("x.schema.json"), r#"{"required":["loop"]}"#).expect("a file");
    assert!(stdout(&check(&[])).contains(": error ITF035 schema-violation: "), "{}", stdout(&check(&[])));
    // Another file is read instead.
    fs::write(below.join("other.toml"), "[check]\nallow = [\"all\"]\n").expect("a file");
    assert_eq!(stdout(&check(&["--config", "other.toml"])), "1 trace in 1 file: valid\n");
}

#[test]
fn a_slip_in_the_file_is_told_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    for (text, place) in [
        ("[check]\nstrict = true\ndenny = [\"all\"]\n", "itf.toml:3:1: unknown field `denny`"),
        ("[check]\nstrict = \"yes\"\n", "itf.toml:2:10: invalid type"),
        ("[chekc]\n", "itf.toml:1:2: unknown field `chekc`"),
        ("[check\n", "itf.toml:1:"),
        ("[check]\nallow = [\"ITF9\"]\n", "itf.toml: there is no code `ITF9`"),
    ] {
        fs::write(folder.path().join("itf.toml"), text).expect("a file");
        let output =
            command().current_dir(folder.path()).args(["check", "-"]).output().expect("the command starts");
        assert_eq!(code(&output), Some(2), "{text}");
        assert!(stderr(&output).contains(place), "{text}: {}", stderr(&output));
    }
    let output = itf_with(&["check", "--config", "is-not-there.toml"], PLAIN);
    assert_eq!(code(&output), Some(2));
}
