//! `itf convert` and `itf select`, in pipes.

use std::fs;

use crate::common::{ROOT, itf, itf_with, stderr, stdout};

const REPORT: &str = "Parsing file Toy.tla\nError: Invariant Small is violated.\nError: The behavior up to this point is:\n\
                      State 1: <Initial predicate>\n/\\ x = 0\n/\\ s = {}\n\n\
                      State 2: <Add(1) line 3, col 5 to line 4, col 9 of module Toy>\n/\\ x = 1\n/\\ s = {1}\n\n";

#[test]
fn a_report_of_tlc_goes_down_the_pipe() {
    let converted = itf_with(&["convert"], REPORT.as_bytes());
    assert_eq!(converted.status.code(), Some(0), "{}", stderr(&converted));
    let shown = stdout(&itf_with(&["show"], &converted.stdout));
    assert!(shown.contains("Add(_1: 1)") && shown.contains("violation: Small"), "{shown}");
    let module = itf_with(&["convert", "--to", "tla", "--name", "Toy1"], &converted.stdout);
    assert!(stdout(&module).starts_with("---- MODULE Toy1 ----\n"), "{}", stdout(&module));
    let back = itf_with(&["convert"], &module.stdout);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.itf.json");
    fs::write(&file, &converted.stdout).expect("a file");
    let diff = itf_with(&["diff", file.to_str().expect("a path"), "-"], &back.stdout);
    assert_eq!(diff.status.code(), Some(0), "{}", stdout(&diff));
}

#[test]
fn plain_json_comes_back() {
    // In the second, values of one variable have no type together.
    for trace in ["counter", "election"] {
        let trace = format!("fixtures/quint/{trace}.itf.json");
        let plain = itf(["convert", "--to", "json", &trace]);
        let back = itf_with(&["convert", "--from", "json"], &plain.stdout);
        let diff = itf_with(&["diff", &trace, "-"], &back.stdout);
        assert_eq!(diff.status.code(), Some(0), "{}{}", stdout(&diff), stderr(&back));
    }
}

#[test]
fn the_ending_of_the_file_says_what_to_write() {
    let folder = tempfile::tempdir().expect("a folder");
    let trace = "fixtures/quint/counter.itf.json";
    for (command, name, begins) in [
        (&["show"][..], "a.html", "<!DOCTYPE html>"),
        (&["show"], "a.MD", "# "),
        (&["show"], "a.txt", "7 states\n"),
        (&["show", "--format", "steps"], "b.html", "initial state"),
        (&["report"], "r.html", "<!DOCTYPE html>"),
        (&["report"], "r.json", "{"),
        (&["report"], "r.md", "# "),
        (&["diff", trace], "d.html", "<!DOCTYPE html>"),
        (&["diff", trace], "d.json", "{"),
        (&["convert"], "Counter.tla", "---- MODULE Counter ----"),
        (&["convert"], "no-name.qnt", "module trace {"),
        (&["convert", "--name", "other"], "c.qnt", "module other {"),
        (&["convert"], "c.csv", "trace,state,"),
        (&["convert"], "c.dot", "digraph"),
    ] {
        let path = folder.path().join(name);
        let output = itf([command, &["-o", path.to_str().expect("text"), trace]].concat());
        assert_eq!(output.status.code(), Some(0), "{command:?} {name}: {}", stderr(&output));
        let text = fs::read_to_string(&path).expect("a file");
        assert!(text.starts_with(begins), "{command:?} {name}: {}", &text[..60.min(text.len())]);
    }
}

#[test]
fn a_folder_is_the_traces_in_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("text").to_owned();
    fs::create_dir_all(path("in/deep")).expect("a folder");
    fs::create_dir_all(path("in/.hidden")).expect("a folder");
    fs::create_dir(path("none")).expect("a folder");
    for name in ["in/b.itf.json", "in/deep/a.ndjson", "in/.hidden/c.json", "in/notes.txt", "in/report.json"] {
        fs::copy(format!("{ROOT}/fixtures/quint/counter.itf.json"), path(name)).expect("a copy");
    }
    let (all, none) = (path("in"), path("none"));
    for command in
        [&["info"][..], &["check"], &["show"], &["select"], &["eval", "0"], &["fmt", "--check"], &["report"]]
    {
        let output = itf([command, &[&all]].concat());
        let named = itf([command, &[&path("in/b.itf.json"), &path("in/deep/a.ndjson")]].concat());
        assert_eq!(output.status.code(), named.status.code(), "{command:?}: {}", stderr(&output));
        assert_eq!(stdout(&output), stdout(&named), "{command:?}");
        let output = itf([command, &[&none]].concat());
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        let told = stderr(&output);
        assert!(told.contains("folder without traces") || told.contains("there are no traces"), "{told}");
    }
    let output = itf(["patch", &all, &all]);
    assert!(stderr(&output).contains("is a folder, and one file is needed"), "{}", stderr(&output));
}

#[test]
fn no_cell_of_a_table_is_a_formula() {
    let input = br#"{"vars":["=x","y"],"states":[{"=x":"=1+1","y":-3},{"=x":"@a","y":"a,\"b\""}]}"#;
    let output = itf_with(&["convert", "--to", "csv"], input);
    let expected = "trace,state,action,'=x,y\n<stdin>,0,,'=1+1,-3\n<stdin>,1,,'@a,\"a,\"\"b\"\"\"\n";
    assert_eq!(stdout(&output), expected);
    // What has no value in one state has one in others; that is told once.
    let columns = itf_with(&["convert", "--to", "csv", "--column", "y + 1"], input);
    assert_eq!(stdout(&columns), "trace,state,action,y + 1\n<stdin>,0,,-2\n<stdin>,1,,\n");
    assert_eq!(columns.status.code(), Some(2));
}

#[test]
fn a_line_a_state_is_what_jq_wants() {
    let output = itf_with(&["convert", "--to", "jsonl"], &itf_with(&["convert"], REPORT.as_bytes()).stdout);
    let lines: Vec<serde_json::Value> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(
        lines[1],
        serde_json::json!({"trace": 0, "state": 1, "action": {"name": "Add", "args": {"_1": 1}}, "vars": {"x": 1, "s": [1]}})
    );
}

#[test]
fn what_cannot_be_converted_is_refused_with_its_place() {
    let broken = itf_with(&["convert"], REPORT.replace("{1}", "{1").as_bytes());
    assert_eq!(broken.status.code(), Some(2));
    assert!(stderr(&broken).contains("<stdin>:12:1: expected `,` or `}`"), "{}", stderr(&broken));
    let several = itf(["convert", "--to", "quint", "fixtures/wunderspec/root-many.ndjson"]);
    assert_eq!((several.status.code(), several.stdout.len()), (Some(2), 0));
    let already = itf(["convert", "fixtures/quint/counter.itf.json"]);
    assert_eq!(already.status.code(), Some(2));
    assert!(stderr(&already).contains("--to"), "{}", stderr(&already));
}

#[test]
fn states_are_chosen_by_number_and_by_what_they_are() {
    let trace = br#"{"vars":["x","y"],"states":[{"x":0,"y":"a"},{"x":1,"y":"b"},{"x":2,"y":"c"}],"loop":1}"#;
    let select = |args: &[&str]| {
        let output = itf_with(&[&["select"], args].concat(), trace);
        (output.status.code().unwrap_or(-1), stdout(&output))
    };
    let (code, text) = select(&["--until", "x == 1", "--vars", "x"]);
    assert_eq!(
        (code, text.as_str()),
        (0, "{\"vars\":[\"x\"],\"states\":[{\"x\":{\"#bigint\":\"0\"}},{\"x\":{\"#bigint\":\"1\"}}]}\n")
    );
    let (_, text) = select(&["--tail", "2", "--drop", "x", "--rename", "y=z"]);
    assert_eq!(text, "{\"vars\":[\"z\"],\"loop\":0,\"states\":[{\"z\":\"b\"},{\"z\":\"c\"}]}\n");
    assert_eq!(select(&["--until-violated", "x < 9"]), (1, String::new()));
    assert_eq!(select(&["--where", "x > 0", "--head", "2"]).1.matches("\"x\":").count(), 1);
    for (range, number) in [("0", "0"), ("2", "2"), ("2..5", "2")] {
        let output = itf_with(&["select", "--traces", range], trace);
        assert_eq!((output.status.code(), stdout(&output)), (Some(1), String::new()));
        let said = format!("there is no trace {number}: they are counted from 1, to 1");
        assert!(stderr(&output).contains(&said), "{range}: {}", stderr(&output));
    }
    let unknown = itf_with(&["select", "--vars", "nope"], trace);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("no variable nope"), "{}", stderr(&unknown));
}

#[test]
fn what_a_trace_says_of_a_violation_stays_true() {
    let states = r#""vars":["x"],"states":[{"x":0},{"x":1},{"x":2}]}"#;
    let numbered = r##"{"#meta":{"source":"s","predicate_kind":"invariant","predicate_name":"small","violation_step":2},"##;
    let last = r##"{"#meta":{"violation":"Inv","status":"violation"},"##;
    let ok = r##"{"#meta":{"status":"ok"},"##;
    for (meta, options, kept, is_told) in [
        (numbered, &["--head", "3"][..], r#""violation_step":2}"#, false),
        (numbered, &["--tail", "2"], r#""violation_step":1}"#, false),
        (numbered, &["--where", "x != 1"], r#""violation_step":1}"#, false),
        (numbered, &["--head", "2"], r##"{"#meta":{"source":"s"},"vars""##, true),
        (last, &["--tail", "1"], r#""violation":"Inv","status":"violation""#, false),
        (last, &["--head", "1"], r##"{"#meta":{},"vars""##, true),
        (ok, &["--head", "1"], r#""status":"ok""#, false),
    ] {
        let output = itf_with(&[&["select"], options].concat(), format!("{meta}{states}").as_bytes());
        assert!(stdout(&output).contains(kept), "{options:?} of {meta}: {}", stdout(&output));
        let told = stderr(&output);
        assert_eq!(told.contains("#meta no longer says so"), is_told, "{told}");
    }
    // Somebody else took states away: nobody believes it any more.
    let cut = format!("{numbered}{}", states.replace(",{\"x\":2}", ""));
    let info = stdout(&itf_with(&["info"], cut.as_bytes()));
    assert!(!info.contains("violates"), "{info}");
    let report = stdout(&itf_with(&["report"], cut.as_bytes()));
    assert!(!report.contains("small"), "{report}");
    assert!(
        stdout(&itf_with(&["info"], format!("{numbered}{states}").as_bytes())).contains("violates small")
    );
}

#[test]
fn no_variable_gets_a_name_that_is_none() {
    for name in ["#meta", "#map", "#x"] {
        let output = itf_with(
            &["select", "--rename", &format!("x={name}")],
            b"{\"vars\":[\"x\"],\"states\":[{\"x\":1}]}",
        );
        assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""), "{name}");
    }
}

#[test]
fn standard_input_is_one_input() {
    let trace = br#"{"vars":["x"],"states":[{"x":1}]}"#;
    let output = itf_with(&["check", "-", "-"], trace);
    assert!(stdout(&output).ends_with("1 trace in 1 file: valid, 1 warning\n"), "{}", stdout(&output));
    assert_eq!(stderr(&output), "itf: note: standard input is named more than once, and read once\n");
}

#[test]
fn traces_are_split_and_joined_and_told_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let parts = folder.path().join("parts");
    let many = "fixtures/wunderspec/root-many.ndjson";
    let split = itf(["select".as_ref(), "--split".as_ref(), parts.as_os_str(), many.as_ref()]);
    assert_eq!(split.status.code(), Some(0), "{}", stderr(&split));
    let mut files: Vec<_> =
        fs::read_dir(&parts).expect("a folder").map(|e| e.expect("a file").path()).collect();
    files.sort();
    let joined = itf(["select".as_ref()].into_iter().chain(files.iter().map(|f| f.as_os_str())));
    let lines = |text: String| text.lines().count();
    assert_eq!(lines(stdout(&joined)), files.len());
    assert_eq!(joined.stdout, itf(["select", many]).stdout);
    // What is there is not mixed with what comes, nor replaced.
    fs::write(&files[0], "mine").expect("a file");
    let again = itf(["select".as_ref(), "--split".as_ref(), parts.as_os_str(), many.as_ref()]);
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("is not empty"), "{}", stderr(&again));
    assert_eq!(fs::read(&files[0]).expect("a file"), b"mine");
    let forced =
        itf(["select".as_ref(), "--force".as_ref(), "--split".as_ref(), parts.as_os_str(), many.as_ref()]);
    assert_eq!(forced.status.code(), Some(0), "{}", stderr(&forced));
    assert_ne!(fs::read(&files[0]).expect("a file"), b"mine");
    let twice = itf(["select", "--unique", many, many]);
    assert_eq!(lines(stdout(&twice)), files.len());
    let sample = || itf(["select", "--sample", "2", "--seed", "7", many]).stdout;
    assert_eq!((sample(), lines(String::from_utf8_lossy(&sample()).into_owned())), (sample(), 2));
}

#[test]
fn info_for_programs_is_what_its_schema_says() {
    let output = itf(["info", "--format", "json", "fixtures/wunderspec/root-many.ndjson"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let schema = fs::read_to_string(format!("{ROOT}/schemas/info-1.schema.json")).expect("a schema");
    let schema = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    assert!(validator.is_valid(&document), "{document}");
    assert_eq!(document["total"]["traces"], document["traces"].as_array().expect("an array").len());
    assert_eq!(document["traces"][0]["property"], "violates no_inconsistent_root");
}

#[test]
fn what_steps_did_is_told_as_is_said() {
    let trace =
        br#"{"vars":["did","x"],"states":[{"did":"go","x":1},{"did":"stop","x":2},{"did":"go","x":3}]}"#;
    let convert = |to: &str, more: &[&str]| itf_with(&[&["convert", "--to", to][..], more].concat(), trace);
    for (to, with) in [
        ("jsonl", r#""action":{"args":{},"name":"stop"}"#),
        ("csv", "<stdin>,1,stop,"),
        ("tla", "\nstop ==\n  /\\ itf_step \\in {1}\n"),
        ("mermaid", "s0 -->|\"1: stop\"| s1"),
        ("dot", "s0 -> s1 [label=\"1: stop\"]"),
    ] {
        let said = convert(to, &["--action", "fields:did"]);
        assert_eq!((said.status.code(), stderr(&said).as_str()), (Some(0), ""), "{to}");
        assert!(stdout(&said).contains(with), "{to}: {}", stdout(&said));
        // Nobody would guess that `did` is what a step did.
        let guessed = stdout(&convert(to, &[]));
        assert!(!guessed.contains(with), "{to}: {guessed}");
        let misspelt = convert(to, &["--action", "fields:nope"]);
        assert_eq!(stdout(&misspelt), guessed, "{to}");
        assert_eq!(stderr(&misspelt), "itf: note: no step has a label by `fields:nope`\n", "{to}");
    }
    // These have no place for it.
    for to in ["itf", "json", "quint"] {
        let refused = convert(to, &["--action", "fields:did"]);
        assert_eq!((refused.status.code(), stdout(&refused).as_str()), (Some(2), ""), "{to}");
        assert!(stderr(&refused).contains("--action goes with"), "{to}: {}", stderr(&refused));
    }
}
