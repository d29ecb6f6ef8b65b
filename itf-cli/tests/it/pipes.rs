//! Commands that compose, and what they do when something is wrong.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::common::{command, itf, itf_with, stderr, stdout};

const FIND: [&str; 8] =
    ["generate", "dns-spec", "--instance", "n3_5_3", "--property", "no_inconsistent_root", "--seed", "1"];
const SHRINK: [&str; 5] = ["shrink", "--with", "dns-spec:n3_5_3", "--violates", "no_inconsistent_root"];

#[test]
fn find_shrink_replay() {
    let found = itf(FIND);
    assert_eq!(found.status.code(), Some(0));
    let long = &itf::read(&found.stdout).expect("ITF")[0];
    assert!((20..=41).contains(&long.states.len()), "{} states", long.states.len());

    let small = itf_with(&[&SHRINK[..], &["--prove", "-"]].concat(), &found.stdout);
    assert_eq!(small.status.code(), Some(0), "{}", stderr(&small));
    assert!(stderr(&small).contains("→ 12 states, the shortest there is"), "{}", stderr(&small));
    assert_eq!(itf::read(&small.stdout).expect("ITF")[0].states.len(), 12);

    let replayed = itf_with(&["replay", "--on", "dns-lab", "-"], &small.stdout);
    assert_eq!(replayed.status.code(), Some(1));
    assert!(stdout(&replayed).contains("fails at step 11 of 11"), "{}", stdout(&replayed));
    assert!(stdout(&replayed).contains("resolves to no address"), "{}", stdout(&replayed));
}

#[test]
fn every_wunderspec_violation_shrinks_to_twelve_states_of_the_same_failure() {
    let files: Vec<String> = (1..=5).map(|n| format!("fixtures/wunderspec/root-{n}.ndjson")).collect();
    let mut args = SHRINK.map(str::to_owned).to_vec();
    args.extend(files);
    args.push("fixtures/wunderspec/root-many.ndjson".into());
    let small = itf(&args);
    assert_eq!(small.status.code(), Some(0), "{}", stderr(&small));
    let traces = itf::read(&small.stdout).expect("ITF");
    assert_eq!(traces.iter().map(|t| t.states.len()).collect::<Vec<_>>(), [12; 10]);
    assert_eq!(stderr(&small).matches("keeps invariant at no_inconsistent_root").count(), 10);
    // The result violates the invariant in its last state and in no state before.
    let checked = itf_with(&SHRINK, &small.stdout);
    assert_eq!(stderr(&checked).matches(": 12 → 12 states").count(), 10, "{}", stderr(&checked));
}

#[test]
fn what_fails_on_the_system_is_kept_by_its_identity() {
    // Both diverge: one ends in the outage, the other where an idle deployer does not back off.
    for (file, failure) in [("root-3", "outage at root"), ("root-4", "outcome at Backoff: refused -> idle")] {
        let file = format!("fixtures/wunderspec/{file}.ndjson");
        let small = itf(["shrink", "--with", "dns-spec:n3_5_3", "--on", "dns-lab", &file]);
        assert_eq!(small.status.code(), Some(0), "{}", stderr(&small));
        assert!(stderr(&small).contains(&format!("keeps {failure}")), "{}", stderr(&small));
        let replayed = itf_with(&["replay", "--on", "dns-lab"], &small.stdout);
        let text = stdout(&replayed);
        let word = if failure.starts_with("outage") { "outage: " } else { "the system answered idle" };
        assert!(text.contains(word), "{text}");
    }
}

#[test]
fn a_command_decides_by_its_exit_status() {
    // Still fails as long as somebody has seen epoch 2 and somebody has backed off.
    let oracle = r##"grep -q '"deployer-[abc]",{"#bigint":"2"}' "$1" && grep -q '"tag":"Backoff"' "$1""##;
    let args = ["shrink", "fixtures/wunderspec/root-1.ndjson", "--", "sh", "-c", oracle, "oracle", "{}"];
    let small = itf(args);
    assert_eq!(small.status.code(), Some(0), "{}", stderr(&small));
    let trace = &itf::read(&small.stdout).expect("ITF")[0];
    assert!(trace.states.len() <= 3, "{} states", trace.states.len());
    assert!(stderr(&small).contains("one-minimal"), "{}", stderr(&small));
}

#[test]
fn a_reader_that_has_seen_enough_ends_the_command_quietly() {
    let mut child = command();
    child.args(["show", "--full", "fixtures/wunderspec/root-many.ndjson"]);
    let mut child =
        child.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    let mut first = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut first).expect("a line");
    assert!(!first.is_empty());
    let output = child.wait_with_output().expect("ends");
    // As a program that SIGPIPE ends, which a shell calls 141: whoever did not hear the answer must not take it for a yes.
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(141), ""));
}

#[test]
fn trouble_is_one_message_exit_two_and_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let broken = folder.path().join("broken.itf.json");
    fs::write(&broken, r##"{"vars":["x"],"states":[{"x":{"#set":3}}]}"##).expect("a file");
    let broken = broken.to_str().expect("a path");
    let out = folder.path().join("out.json");
    let out = out.to_str().expect("a path");
    let root3 = "fixtures/wunderspec/root-3.ndjson";
    let cases: &[(&[&str], &str)] = &[
        (&["show", "no-such-file"], "cannot read no-such-file"),
        (&["show", broken], "broken.itf.json:1:38: `#set` must be an array of values (at states[0].x)"),
        (&["replay", "--on", "dns-lab", broken], "broken.itf.json:1:38"),
        (&["replay", "--on", "nothing", root3], "there is no system `nothing`; there is dns-lab"),
        (&["replay", "--on", "dns-lab", "fixtures/quint/values.itf.json"], "does not know every action"),
        (&["generate", "nothing", "-o", out], "there is no spec `nothing`"),
        (&["generate", "dns-spec:n9", "-o", out], "no instance `n9`; it has n3_5_3"),
        (
            &["generate", "dns-spec", "--property", "nope", "-o", out],
            "no property `nope`; it has no_inconsistent_root",
        ),
        (&["generate", "dns-spec", "-o", "no-such-folder/x"], "cannot write into no-such-folder"),
        (&["shrink", "--with", "dns-spec", "--violates", "nope", root3, "-o", out], "no property `nope`"),
        (&["shrink", "--with", "dns-spec", "--violates", "no_inconsistent_root", broken, "-o", out], "1:38"),
        (&["shrink", root3, "-o", out], "say what decides"),
        (&["shrink", root3, "-o", out, "--", "no-such-command"], "there is no command `no-such-command`\n"),
        (
            &["shrink", root3, "-o", out, "--", "README.md"],
            "there is no command `README.md`; the file here is `./README.md`",
        ),
        (&["shrink", root3, "-o", out, "--", "sh", "-c", "exit 125"], "it cannot tell"),
        (&["diff", root3, "no-such-file"], "cannot read no-such-file"),
        (&["diff", root3, broken], "1:38"),
    ];
    for (args, message) in cases {
        let output = itf(*args);
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {text}");
        assert!(text.contains(message), "{args:?}: {text}");
        assert_eq!(text.lines().filter(|l| l.starts_with("itf: error")).count(), 1, "{args:?}: {text}");
        assert_eq!(stdout(&output), "", "{args:?}");
    }
    let left: Vec<_> =
        fs::read_dir(folder.path()).expect("a folder").flatten().map(|e| e.file_name()).collect();
    assert_eq!(left, ["broken.itf.json"]);
}

#[test]
fn usage_is_exit_two_and_help_is_exit_zero() {
    assert_eq!(itf(["no-such-command"]).status.code(), Some(2));
    assert_eq!(itf::<&str>([]).status.code(), Some(2));
    for name in ["check", "info", "fmt", "show", "diff", "generate", "replay", "shrink", "demo"] {
        let help = itf([name, "--help"]);
        assert_eq!(help.status.code(), Some(0));
        assert!(stdout(&help).contains(&format!("\n  itf {name} ")), "the help of {name} has no example");
    }
}

#[test]
fn the_original_must_fail() {
    let out = itf([
        "shrink",
        "--with",
        "dns-spec",
        "--violates",
        "no_inconsistent_root",
        "fixtures/wunderspec/epoch5.ndjson",
    ]);
    assert_eq!((out.status.code(), stdout(&out).as_str()), (Some(1), ""));
    assert!(stderr(&out).contains("the original does not fail"), "{}", stderr(&out));
    let reached = itf([
        "shrink",
        "--with",
        "dns-spec",
        "--reaches",
        "epoch5",
        "--prove",
        "fixtures/wunderspec/epoch5.ndjson",
    ]);
    assert_eq!(reached.status.code(), Some(0), "{}", stderr(&reached));
    assert!(stderr(&reached).contains("the shortest there is"), "{}", stderr(&reached));
}

#[test]
fn a_search_that_finds_nothing_says_so() {
    let none = itf([
        "generate",
        "dns-spec",
        "--property",
        "no_inconsistent_root",
        "--max-steps",
        "9",
        "--max-samples",
        "50",
    ]);
    assert_eq!((none.status.code(), stdout(&none).as_str()), (Some(1), ""));
    let shortest = itf(["generate", "dns-spec", "--property", "no_inconsistent_root", "--shortest"]);
    assert_eq!(shortest.status.code(), Some(0));
    assert_eq!(itf::read(&shortest.stdout).expect("ITF")[0].states.len(), 12);
    let bounded = itf([
        "generate",
        "dns-spec",
        "--property",
        "no_inconsistent_root",
        "--shortest",
        "--max-steps",
        "10",
    ]);
    assert_eq!(bounded.status.code(), Some(1));
    assert!(stderr(&bounded).contains("no trace of up to 11 states"), "{}", stderr(&bounded));
}

#[test]
fn of_no_traces_nothing_is_said_to_be_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("small.itf.json");
    fs::write(&out, "as it was").expect("a file");
    let small = out.to_str().expect("a path");
    for args in [
        &["replay", "--on", "dns-lab"][..],
        &["replay", "--on", "dns-lab", "--format", "markdown"],
        &["shrink", "--with", "dns-spec", "-o", small],
    ] {
        let output = itf_with(args, b"");
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", stdout(&output));
        assert!(!stdout(&output).contains("agrees"), "{args:?}: {}", stdout(&output));
        assert!(stderr(&output).contains("no traces"), "{args:?}: {}", stderr(&output));
    }
    assert_eq!(fs::read_to_string(&out).expect("it is there"), "as it was");
}

#[test]
fn two_variables_never_get_one_name() {
    let trace = br#"{"vars": ["a", "b"], "states": [{"a": 1, "b": 2}]}"#;
    for args in [&["select", "--rename", "a=b"][..], &["select", "--rename", "a=z", "--rename", "b=z"]] {
        let output = itf_with(args, trace);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stderr(&output).contains("two variables would be called"), "{}", stderr(&output));
    }
    let swapped = itf_with(&["select", "--rename", "a=b", "--rename", "b=a"], trace);
    assert_eq!(itf::read(&swapped.stdout).expect("ITF")[0].states[0].get("a"), Some(&2.into()));
}
