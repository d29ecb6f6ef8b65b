//! `itf diff` and `itf patch`, as somebody types them.

use std::fs;
use std::path::PathBuf;

use serde_json::json;

use crate::common::{ROOT, itf, itf_with, stderr, stdout};

fn files(left: &str, right: &str) -> (tempfile::TempDir, [PathBuf; 2]) {
    let folder = tempfile::tempdir().expect("a folder");
    let paths = ["left.itf.json", "right.itf.json"].map(|name| folder.path().join(name));
    for (path, text) in paths.iter().zip([left, right]) {
        fs::write(path, text).expect("a file");
    }
    (folder, paths)
}

const LEFT: &str = r##"{"#meta":{"seed":1},"vars":["clock","zone"],"states":[
    {"clock":0,"zone":{"#set":[]}},{"clock":1,"zone":{"#set":[{"name":"a","ip":1}]}},
    {"clock":2,"zone":{"#set":[{"name":"a","ip":1},{"name":"b","ip":2}]}}]}"##;
const RIGHT: &str = r##"{"#meta":{"seed":2},"vars":["clock","zone"],"states":[
    {"clock":0,"zone":{"#set":[]}},{"clock":5,"zone":{"#set":[{"name":"a","ip":1}]}},
    {"clock":6,"zone":{"#set":[{"ip":9,"name":"b"},{"name":"a","ip":1}]}}]}"##;

fn run(options: &[&str], paths: &[PathBuf; 2]) -> (String, Option<i32>) {
    let paths = paths.iter().map(|path| path.to_str().expect("UTF-8"));
    let output = itf(["diff"].into_iter().chain(options.iter().copied()).chain(paths));
    (stdout(&output) + &stderr(&output), output.status.code())
}

#[test]
fn a_diff_can_be_applied_and_reversed() {
    let (folder, paths) = files(LEFT, RIGHT);
    let (json, code) = run(&["--format", "json"], &paths);
    assert_eq!(code, Some(1), "{json}");
    let diff = folder.path().join("diff.json");
    fs::write(&diff, &json).expect("a file");
    let canonical = |bytes: &[u8]| stdout(&itf_with(&["fmt"], bytes));
    for (from, to, reverse) in [(0, RIGHT, false), (1, LEFT, true)] {
        let mut args = vec!["patch", paths[from].to_str().expect("UTF-8"), diff.to_str().expect("UTF-8")];
        args.extend(reverse.then_some("--reverse"));
        let patched = itf(&args);
        assert_eq!(patched.status.code(), Some(0), "{}", stderr(&patched));
        assert_eq!(canonical(&patched.stdout), canonical(to.as_bytes()));
    }
    let [_, right] = paths.each_ref().map(|path| path.to_str().expect("UTF-8"));
    let misfit = itf(["patch", right, diff.to_str().expect("UTF-8")]);
    assert_eq!(misfit.status.code(), Some(1));
    assert!(stderr(&misfit).contains("does not fit"), "{}", stderr(&misfit));
    let broken = itf_with(&["patch", paths[0].to_str().expect("UTF-8"), "-"], b"{}");
    assert_eq!(broken.status.code(), Some(2));
}

#[test]
fn the_json_document_is_what_its_schema_says() {
    let schema = fs::read_to_string(format!("{ROOT}/schemas/diff-1.schema.json")).expect("the schema");
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let check = |json: &str| {
        let document: serde_json::Value = serde_json::from_str(json).expect("JSON");
        let errors: Vec<String> =
            validator.iter_errors(&document).map(|e| format!("{} at {}", e, e.instance_path())).collect();
        assert!(errors.is_empty(), "{json}\n{errors:#?}");
    };
    let (_folder, paths) = files(LEFT, RIGHT);
    for options in [
        &["--format", "json"][..],
        &["--format", "json", "--meta"],
        &["--format", "json", "--mode", "prefix"],
        &["--format", "json", "--ignore", "clock", "--rename", "--limit", "states=1"],
        &["--format", "json", "--tolerance", "clock=9", "--stutter", "--partial"],
    ] {
        check(&run(options, &paths).0);
    }
    let real = ["fixtures/quint/root-1.itf.json", "fixtures/quint/root-2.itf.json"]
        .map(|f| PathBuf::from(ROOT).join(f));
    check(&run(&["--format", "json"], &real).0);
    let other = json!({"format": "itf-diff", "version": 1});
    assert!(!validator.is_valid(&other), "the schema asks for something");
}

#[test]
fn rules_by_option_and_by_file_are_the_same() {
    let (folder, paths) = files(LEFT, RIGHT);
    assert_eq!(run(&[], &paths).1, Some(1));
    let options = ["--ignore", "clock", "--tolerance", "zone{}.ip=7"];
    let by_option = run(&options, &paths);
    assert_eq!(by_option.1, Some(0), "{}", by_option.0);
    assert!(by_option.0.contains("--ignore clock"), "what was tolerated is said: {}", by_option.0);
    let map = folder.path().join("rules.toml");
    fs::write(&map, "ignore = ['clock']\n[tolerance]\n'zone{}.ip' = 7\n").expect("a file");
    let by_file = run(&["--map", map.to_str().expect("UTF-8")], &paths);
    assert_eq!(by_file, by_option);
    fs::write(&map, "ignore = ['clock']\nignored = 1\n").expect("a file");
    let (told, code) = run(&["--map", map.to_str().expect("UTF-8")], &paths);
    assert_eq!(code, Some(2));
    assert!(told.contains("rules.toml:2:1: "), "{told}");
    let (told, code) = run(&["--ignore", "a{"], &paths);
    assert_eq!(code, Some(2));
    assert!(told.contains("column 2"), "{told}");
}

#[test]
fn names_are_found_written_and_used_again() {
    let left = r##"{"vars":["at"],"states":[{"at":{"#map":[["ann",1],["bob",2]]}},{"at":{"#map":[["ann",3],["bob",2]]}}]}"##;
    let right = r##"{"vars":["at"],"states":[{"at":{"#map":[["x \"1\"",2],["y",1]]}},{"at":{"#map":[["x \"1\"",2],["y",3]]}}]}"##;
    let (folder, paths) = files(left, right);
    let map = folder.path().join("names.toml");
    let map = map.to_str().expect("UTF-8");
    let (text, code) = run(&["--rename", "--rename-map", map], &paths);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("ann is y"), "the map is reported: {text}");
    assert_eq!(run(&["--map", map], &paths).1, Some(0));
    assert_eq!(run(&[], &paths).1, Some(1));
    let canonical = |path: &PathBuf| stdout(&itf(["fmt", "--rename", path.to_str().expect("UTF-8")]));
    assert_eq!(canonical(&paths[0]), canonical(&paths[1]));
    assert!(canonical(&paths[0]).contains("at1"));
}

#[test]
fn a_model_and_a_system_are_compared_in_their_words() {
    let (_folder, paths) = files(LEFT, RIGHT);
    let (text, code) = run(&["--words", "model", "--ignore", "clock"], &paths);
    assert_eq!(code, Some(1));
    assert_eq!(
        text,
        "the system is not as expected, first at step 2

  step 2
    wrong value   zone{name: \"b\"}.ip
                    expected  2
                    observed  9
  not counted   clock in 2 states (--ignore clock)
"
    );
}

#[test]
fn what_was_observed_is_followed_through_all_that_is_allowed() {
    let allowed = r#"{"vars":["last","x"],"states":[{"last":"init","x":0},{"last":"incr","x":1},{"last":"incr","x":2}]}
        {"vars":["last","x"],"states":[{"last":"init","x":0},{"last":"incr","x":1},{"last":"reset","x":0}]}
        {"vars":["last","x"],"states":[{"last":"init","x":0},{"last":"stop","x":9}]}"#;
    let observed = |x: i32| format!(r#"{{"vars":["x"],"states":[{{"x":0}},{{"x":1}},{{"x":{x}}}]}}"#);
    for (x, code) in [(0, 0), (2, 0), (3, 1)] {
        let (_folder, paths) = files(allowed, &observed(x));
        let (text, status) = run(&["--allowed", "--partial", "--action", "fields:last"], &paths);
        assert_eq!(status, Some(code), "{text}");
        if code == 1 {
            assert_eq!(
                text,
                "the system is not as expected, first at step 2

  step 2  nearest of 2 that are allowed: action incr, differs in one place
    wrong value   x
                    expected  2
                    observed  3
  allowed, too: action reset, differs in one place
"
            );
        } else {
            assert_eq!(text, "the system is as expected\n");
        }
    }
    let (_folder, paths) = files(allowed, &observed(0));
    assert_eq!(run(&["--allowed", "--format", "sarif"], &paths).1, Some(2));

    let (folder, paths) = files(allowed, &observed(3));
    let file = folder.path().join("told.json").display().to_string();
    let json = ["--allowed", "--partial", "--action", "fields:last", "--format", "json", "-o", &file];
    assert_eq!(run(&json, &paths), (String::new(), Some(1)));
    let told: serde_json::Value = serde_json::from_slice(&fs::read(&file).expect("a file")).expect("JSON");
    let schema = fs::read(format!("{ROOT}/schemas/allowed-1.schema.json")).expect("a schema");
    let schema = serde_json::from_slice(&schema).expect("JSON");
    assert!(jsonschema::is_valid(&schema, &told), "{told}");
    let observed = &told["observed"][0];
    assert_eq!((&observed["allowed"], &observed["states"]), (&json!(false), &json!(2)));
    assert_eq!(
        observed["nearest"][0],
        json!({"action": {"name": "incr", "args": {}}, "differences": [
            {"path": "x", "kind": "wrong value", "expected": {"#bigint": "2"},
            "observed": {"#bigint": "3"}}]})
    );
    assert_eq!(observed["nearest"][1]["action"]["name"], "reset");
}

#[test]
fn a_rule_that_keeps_nothing_is_no_answer() {
    let (_folder, paths) = files(LEFT, RIGHT);
    for options in
        [&["--keep", "clok"][..], &["--only", "zone{}.nam"], &["--keep", "clok", "--mode", "prefix"]]
    {
        let (text, code) = run(options, &paths);
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains("no state of the traces has such a place"), "{text}");
    }
    let (_same, equal) = files(LEFT, LEFT);
    let (text, code) = run(&["--keep", "clok", "--mode", "prefix"], &equal);
    assert_eq!(code, Some(2), "{text}");
    let (text, code) = run(&["--ignore", "clok", "--keep", "clock"], &paths);
    assert!(code == Some(1) && text.contains("--ignore clok did nothing"), "{text}");
    assert!(text.contains("kept by --keep clock"), "{text}");
}

#[test]
fn states_between_are_looked_for_in_the_words_of_model_and_system_too() {
    let states = |xs: &[i32]| {
        let states: Vec<String> = xs.iter().map(|x| format!(r#"{{"x":{x}}}"#)).collect();
        format!(r#"{{"vars":["x"],"states":[{}]}}"#, states.join(","))
    };
    let (_folder, paths) = files(&states(&[0, 10, 20]), &states(&[0, 5, 10, 15, 20]));
    let (text, code) = run(&["--intermediate", "--words", "model"], &paths);
    assert_eq!(code, Some(0), "{text}");
    let (text, code) = run(&["--intermediate", "--mode", "index"], &paths);
    assert_eq!(code, Some(2), "{text}");
}

#[test]
fn a_budget_in_which_there_is_no_document_is_refused() {
    let (_folder, paths) = files(LEFT, RIGHT);
    for format in ["sarif", "html", "github"] {
        let (text, code) = run(&["--format", format, "--max-bytes", "30"], &paths);
        assert_eq!(code, Some(2), "{format}: {text}");
        assert!(text.contains("nothing of this format fits into 30 bytes"), "{format}: {text}");
    }
}

#[test]
fn a_trace_that_only_one_file_has_is_told() {
    let line = LEFT.replace('\n', "");
    let (_folder, paths) = files(&format!("{line}\n{line}\n"), &line);
    let options = |format: &'static str| ["--format", format];
    for format in ["text", "github", "unified", "markdown"] {
        let path = paths.iter().map(|path| path.to_str().expect("UTF-8"));
        let output = itf(["diff"].into_iter().chain(options(format)).chain(path));
        assert_eq!(output.status.code(), Some(1));
        assert!(stdout(&output).contains("only one file has "), "{format}: {}", stdout(&output));
    }
    for format in ["sarif", "html", "rfc6902"] {
        assert_eq!(run(&options(format), &paths).1, Some(2), "{format}");
    }
}

#[test]
fn traces_without_a_common_variable_are_told_as_such() {
    let folder = tempfile::tempdir().expect("a folder");
    let (left, right) = (folder.path().join("left.json"), folder.path().join("right.json"));
    fs::write(&left, r#"{"vars":["a","b"],"states":[{"a":1,"b":1}]}"#).expect("a file");
    fs::write(&right, r#"{"vars":["c"],"states":[{"c":1}]}"#).expect("a file");
    let output = itf(["diff".as_ref(), left.as_os_str(), right.as_os_str()]);
    assert_eq!(output.status.code(), Some(1));
    let said = stdout(&output);
    assert!(said.starts_with("different: no variable in common\n"), "{said}");
    assert!(
        said.contains("only left.json has the variable b\nonly right.json has the variable c\n"),
        "{said}"
    );
}

#[test]
fn a_part_of_a_comparison_makes_no_file_of_another() {
    let one = "{\"vars\":[\"x\"],\"states\":[{\"x\":\"a\"}]}\n";
    let (folder, paths) = files(one, &format!("{one}{}", one.replace("\"a\"", "\"b\"")));
    let diff = folder.path().join("d.json");
    let json = ["--format", "json", "-o", diff.to_str().expect("text")];
    assert_eq!(run(&json, &paths).1, Some(1));
    let document: serde_json::Value =
        serde_json::from_slice(&fs::read(&diff).expect("a file")).expect("JSON");
    assert_eq!((&document["same"], &document["traces"]), (&true.into(), &serde_json::json!([1, 2])));
    let patched = itf(["patch".as_ref(), paths[0].as_os_str(), diff.as_os_str()]);
    assert_eq!((patched.status.code(), stdout(&patched).as_str()), (Some(2), ""));
    assert!(stderr(&patched).contains("of a comparison of 1 with 2 traces"), "{}", stderr(&patched));
}

#[test]
fn nothing_is_compared_with_nothing() {
    for (left, right) in [("", ""), (LEFT, ""), ("", LEFT)] {
        let (_folder, paths) = files(left, right);
        if left == right {
            assert_eq!(run(&["--mode", "prefix"], &paths).1, Some(2));
        }
        for format in ["text", "json", "markdown", "unified"] {
            let (said, status) = run(&["--format", format], &paths);
            assert_eq!(status, Some(2), "{format}: {said}");
            assert!(said.contains("there is no trace in "), "{format}: {said}");
        }
    }
}

#[test]
fn a_renaming_that_was_neither_found_nor_excluded_is_no_answer() {
    let set = |first: usize, lone: &str| {
        let names: Vec<String> = (first..first + 10_000).map(|n| format!("\"n{n:06}\"")).collect();
        format!(
            "{{\"vars\":[\"x\",\"y\"],\"states\":[{{\"x\":{{\"#set\":[{}]}},\"y\":{lone}}}]}}",
            names.join(",")
        )
    };
    let (_folder, paths) = files(&set(0, "true"), &set(50_000, "true"));
    let (text, status) = run(&["--rename"], &paths);
    assert_eq!(status, Some(2), "{text}");
    assert!(
        text.contains("no renaming was found that explains state 0") && text.contains("too many names"),
        "{text}"
    );
    assert!(!text.contains("0 names"), "{text}");
    // What differs under every renaming differs.
    let (_folder, paths) = files(&set(0, "true"), &set(50_000, "false"));
    assert_eq!(run(&["--rename"], &paths).1, Some(1));
}
