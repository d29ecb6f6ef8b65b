//! The reports of `itf check`: for each code a snapshot, and each format as its readers want it.

use std::fs;
use std::path::{Path, PathBuf};

use itf::check::Rule;
use serde_json::Value as Json;
use snapbox::{Assert, Data, data::DataFormat};

use crate::common::{ROOT, itf, itf_with, stderr, stdout};
use crate::schema::validator;

/// A file with one thing of each severity, an odd name, and a file that is not there.
fn folder() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let odd = folder.path().join("a,b:c %.json");
    let trace = r#"{"vars":["x","%\n::"],"states":[{"x":7},{"x":7}]}"#;
    fs::write(&odd, format!("{trace}\n{{\"vars\":[\n")).expect("a file");
    let missing = folder.path().join("missing.json");
    (folder, odd, missing)
}

fn report(format: &str, files: &[&Path]) -> std::process::Output {
    let args = ["check", "--notes", "--format", format].map(std::ffi::OsStr::new);
    itf(args.into_iter().chain(files.iter().map(|file| file.as_os_str())))
}

#[test]
fn each_code_has_a_report() {
    for rule in Rule::all() {
        let name = format!("{}-{}", rule.id, rule.name);
        let file = format!("fixtures/check/{name}.itf.json");
        let schema = format!("fixtures/check/{name}.schema.json");
        let mut args = vec!["check", "--notes", &file];
        if Path::new(ROOT).join(&schema).exists() {
            args.extend(["--schema", &schema]);
        }
        let text = stdout(&itf(args));
        assert_eq!(text.matches(&format!(" {} {}: ", rule.id, rule.name)).count(), 1, "{text}");
        let others = text.matches(": error ").count()
            + text.matches(": warning ").count()
            + text.matches(": note ").count();
        assert_eq!(others, 1, "{text}");
        let snapshot = format!("{}/tests/check/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        let snapshot = Data::read_from(Path::new(&snapshot), Some(DataFormat::Text)).raw();
        Assert::new().action_env("SNAPSHOTS").eq(text, snapshot);
    }
}

#[test]
fn json_is_as_its_schema_says() {
    let (_folder, odd, missing) = folder();
    let conflict = Path::new(ROOT).join("fixtures/check/ITF031-type-conflict.itf.json");
    let output = report("json", &[&odd, &missing, &conflict]);
    assert_eq!(output.status.code(), Some(2));
    let json: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let errors: Vec<String> = validator("check-report-1")
        .iter_errors(&json)
        .map(|e| format!("{e} at {}", e.instance_path()))
        .collect();
    assert_eq!(errors, [""; 0]);
    assert_eq!(json["version"], 1);
    let codes = |file: usize| -> Vec<&str> {
        json["files"][file]["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .filter_map(|f| f["code"].as_str())
            .collect()
    };
    assert_eq!(codes(0), ["ITF003", "ITF015", "ITF026", "ITF001"]);
    assert!(json["files"][1]["trouble"].as_str().is_some_and(|trouble| trouble.contains("missing.json")));
    assert_eq!(codes(2), ["ITF031"]);
    assert_eq!(json["files"][2]["findings"][0]["related"][0]["path"], "states[1].x");
    let first = &json["files"][0]["findings"][0];
    assert_eq!((&first["line"], &first["column"], &first["offset"]), (&1.into(), &38.into(), &37.into()));
    assert_eq!(json["summary"]["errors"], 1);
    assert_eq!(json["summary"]["unreadable"], 1);
    // Nothing at all is a report, too.
    let empty = itf_with(&["check", "--format", "json"], b"");
    let json: Json = serde_json::from_slice(&empty.stdout).expect("JSON");
    assert!(validator("check-report-1").is_valid(&json), "{json}");
}

#[test]
fn json_tells_of_properties() {
    let trace = br#"{"vars":["x"],"states":[{"x":1},{"x":2}]}"#;
    let output = itf_with(&["check", "--format", "json", "--invariant", "x < 2", "--invariant", "y"], trace);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let json: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(validator("check-report-1").is_valid(&json), "{json}");
    let findings = json["files"][0]["findings"].as_array().expect("findings");
    let codes: Vec<&str> = findings.iter().filter_map(|f| f["code"].as_str()).collect();
    assert_eq!(codes, ["ITF003", "invariant", "undecided"]);
    assert_eq!((&findings[1]["path"], &findings[1]["column"]), (&"states[1]".into(), &33.into()));
    assert_eq!(
        (&json["summary"]["property_failures"], &json["summary"]["undecided"]),
        (&1.into(), &1.into())
    );
}

#[test]
fn sarif_has_the_structure_of_2_1_0() {
    let (_folder, odd, missing) = folder();
    let output = report("sarif", &[&odd, &missing]);
    let json: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["version"], "2.1.0");
    let run = &json["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), Rule::all().len());
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), 4);
    for result in results {
        // What section 3.27 of the standard demands of a result, as far as we write it.
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().expect("a level")));
        assert!(result["message"]["text"].as_str().is_some_and(|text| !text.is_empty()));
        let physical = &result["locations"][0]["physicalLocation"];
        let uri = physical["artifactLocation"]["uri"].as_str().expect("a URI");
        assert!(uri.starts_with("file:///") && uri.ends_with("/a%2Cb%3Ac%20%25.json"), "{uri}");
        assert!(physical["region"]["startLine"].as_u64() >= Some(1));
        assert!(physical["region"]["startColumn"].as_u64() >= Some(1));
    }
    for rule in rules {
        for key in ["shortDescription", "fullDescription", "help"] {
            assert!(rule[key]["text"].as_str().is_some_and(|text| !text.is_empty()), "{rule}");
        }
    }
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert_eq!(run["invocations"][0]["toolExecutionNotifications"].as_array().map(Vec::len), Some(1));
}

#[test]
fn github_commands_are_one_line_each_whatever_is_in_them() {
    let (folder, odd, missing) = folder();
    let output = report("github", &[&odd, &missing]);
    let text = stdout(&output);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 5, "{text}");
    let file = format!("{}/a%2Cb%3Ac %25.json", folder.path().display());
    let start = format!(
        "::warning file={file},line=1,col=38,title=ITF003 plain-integer::an integer as a JSON number"
    );
    assert!(lines[0].starts_with(&start), "{text}");
    // The name of the variable has a line break and a percent sign.
    assert!(lines[1].contains("ITF015 missing-variable::") && lines[1].contains("%25\\n::"), "{text}");
    assert!(lines[2].starts_with("::notice "), "{text}");
    assert!(lines[3].starts_with("::error ") && lines[3].contains("line=2,col=10,title=ITF001"), "{text}");
    assert!(lines[4].starts_with("::error file=") && lines[4].contains("::cannot read "), "{text}");
}

#[test]
fn junit_has_a_suite_for_each_file_and_a_case_for_each_trace() {
    let (_folder, odd, missing) = folder();
    let text = stdout(&report("junit", &[&odd, &missing]));
    assert!(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"itf check\" tests=\"3\" skipped=\"0\" failures=\"1\" errors=\"1\""), "{text}");
    assert_eq!(text.matches("<testsuite ").count(), 2, "{text}");
    assert_eq!(text.matches("<testcase ").count(), 3, "{text}");
    assert_eq!(text.matches("<failure ").count(), 1, "{text}");
    assert_eq!(text.matches("<error ").count(), 1, "{text}");
    assert!(text.contains("<system-out>") && text.contains("plain-integer"), "{text}");
    // It is XML, and says the same to who reads it.
    let report = quick_junit::Report::deserialize_from_str(&text).expect("JUnit XML");
    let cases: Vec<usize> = report.test_suites.iter().map(|suite| suite.test_cases.len()).collect();
    assert_eq!((report.tests, report.failures, report.errors, cases), (3, 1, 1, vec![2, 1]));
    assert_eq!(report.test_suites[0].name.as_str(), odd.display().to_string());
}

#[test]
fn a_large_file_has_the_report_of_a_small_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("large.itf.json");
    // More than 8 MB, of which not all is held; something is wrong at its beginning, in its middle and at its end.
    let states: Vec<String> = (0..90_000)
        .map(|at| match at {
            40_000 => r##"{"x":{"#bigint":"1"}}"##.to_owned(),
            _ => format!("{{\"x\":{{\"#bigint\":\"{at}\"}},\n\"text\":\"{}{at}\"}}", "é".repeat(30)),
        })
        .collect();
    let head = r##""#meta":{"varTypes":{"x":"Int","text":"Int"}},"vars":["x","text","x"]"##;
    let good = format!("{{{head},\"states\":[{}],\"loop\":100000}}\n", states.join(","));
    let late = format!("{{\"states\":[{}],{head}}}\n", states.join(","));
    for text in [good.clone(), format!("{good}{{\"vars\":[]}}\n"), late] {
        assert!(text.len() > 8 << 20);
        fs::write(&file, &text).expect("a file");
        let args = ["check", "--format", "json", "--notes"];
        let of_file: Json = serde_json::from_slice(&report("json", &[&file]).stdout).expect("JSON");
        let whole: Json = serde_json::from_slice(&itf_with(&args, text.as_bytes()).stdout).expect("JSON");
        assert_eq!(of_file["summary"], whole["summary"]);
        // What is there many times may be counted more often in one pass.
        let uncounted = |report: &Json| -> Vec<Json> {
            let mut findings = report["files"][0]["findings"].as_array().cloned().expect("findings");
            for finding in &mut findings {
                finding["count"] = Json::Null;
            }
            findings
        };
        assert!(uncounted(&whole).len() >= 3, "{whole}");
        assert_eq!(uncounted(&of_file), uncounted(&whole));
        let shown = stdout(&itf(["check".as_ref(), file.as_os_str()]));
        assert!(
            shown.contains("ITF015 missing-variable: ") && shown.contains("at states[40000].text)"),
            "{shown}"
        );
    }
}

#[test]
fn many_files_keep_their_order_and_have_a_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut args = vec!["check".to_owned()];
    for n in 0..300 {
        let file = folder.path().join(format!("{n:03}.json"));
        let text = match n % 3 {
            0 => r#"{"vars":["x"],"states":[{"x":true}]}"#,
            1 => r#"{"vars":["x"],"states":[{"x":[1,2]}]}"#,
            _ => r#"{"vars":["x"],"states":[{"x":}]}"#,
        };
        fs::write(&file, text).expect("a file");
        args.push(file.display().to_string());
    }
    let output = itf(&args);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    let files: Vec<&str> =
        text.lines().filter_map(|line| line.split_once(".json:")).map(|(file, _)| file).collect();
    assert_eq!(files.len(), 200);
    assert!(files.is_sorted());
    let table = "severity  code    name            files   places\n\
                 error     ITF001  malformed         100      100\n\
                 warning   ITF003  plain-integer     100      200\n\n\
                 300 traces in 300 files: 100 not valid, 100 errors, 100 warnings\n";
    assert!(text.ends_with(table), "{}", &text[text.len().saturating_sub(600)..]);
}

#[test]
fn what_is_missing_at_the_end_is_missing_after_the_last_thing() {
    let output =
        itf_with(&["check"], b"{\"vars\":[\"x\"],\n\"states\":[{\"x\":{\"#set\":[\n{\"#tup\":[true,\n\n");
    let expected = "<stdin>:3:15: error ITF001 malformed: the input ends in the middle of a trace: \
        the `[` at 3:9 is not closed (at states[0].x{}[1])\n  3 | {\"#tup\":[true,\n    |               ^\n";
    assert!(stdout(&output).starts_with(expected), "{}", stdout(&output));
    // Between states, in the header, and before anything.
    for (input, said) in [
        (
            "{\"vars\":[\"x\"],\"states\":[\n{\"x\":1},\n",
            "<stdin>:2:9: error ITF001 malformed: the input ends in the middle of a trace: the `[` at 1:24 is not closed",
        ),
        (
            "[{\"vars\":[],\"states\":[]\n",
            "<stdin>:1:24: error ITF001 malformed: the input ends in the middle of a trace: the `{` at 1:2 is not closed",
        ),
        (
            "{\"vars\":[\"x\"",
            "<stdin>:1:13: error ITF001 malformed: the input ends in the middle of a trace: the `[` at 1:9 is not closed",
        ),
    ] {
        let text = stdout(&itf_with(&["check"], input.as_bytes()));
        assert!(text.starts_with(said), "{text}");
    }
}

#[test]
fn a_long_line_is_shown_around_the_place() {
    let states = vec![r#"{"x":"漢字"}"#; 2_000].join(",");
    let input = format!(r#"{{"vars":["x"],"states":[{states},{{"x":12}},{states}]}}"#);
    let text = stdout(&itf_with(&["check"], input.as_bytes()));
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[1].starts_with("  1 | … ") && lines[1].ends_with(" …"), "{text}");
    let width =
        |text: &str| text.chars().map(|c| if c.is_ascii() || c == '…' { 1 } else { 2 }).sum::<usize>();
    assert!(width(lines[1]) < 110, "{text}");
    let at = lines[2].find('^').expect("carets");
    assert_eq!(lines[2].matches('^').count(), 2);
    // Wide characters take two columns each.
    let caret = width(&lines[2][..at]);
    let mut column = 0;
    let under: String = lines[1]
        .chars()
        .skip_while(|c| {
            let here = column;
            column += width(&c.to_string());
            here < caret
        })
        .take(2)
        .collect();
    assert_eq!(under, "12", "{text}");
}

#[test]
fn a_large_file_is_checked_as_a_small_one_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("large.json");
    let states = vec![format!(r#"{{"x":"{}"}}"#, "a".repeat(1_000)); 9_000].join(",\n");
    let input = format!("{{\"vars\":[\"x\",\"y\"],\n\"states\":[{states},\n{{\"x\":12,\"y\":true}}]}}");
    fs::write(&file, &input).expect("a file");
    let args = ["check".as_ref(), file.as_os_str()];
    let (large, piped) = (stdout(&itf(args)), stdout(&itf_with(&["check"], input.as_bytes())));
    assert!(large.contains("ITF003") && large.contains("ITF015") && large.contains(":9002:6: "), "{large}");
    assert_eq!(large.replace(&file.display().to_string(), "<stdin>"), piped);
}

#[test]
fn types_of_traces_of_one_specification_are_compared() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        fs::write(&file, text).expect("a file");
        file.display().to_string()
    };
    let a = write("a.json", "{\"vars\":[\"x\"],\n\"states\":[{\"x\":[{\"#bigint\":\"1\"}]}]}");
    let b = write(
        "b.ndjson",
        "{\"vars\":[\"x\"],\"states\":[{\"x\":[]}]}\n{\"vars\":[\"x\"],\"states\":[{\"x\":[\"s\"]}]}\n",
    );
    let alone = itf(["check", &a, &b]);
    assert_eq!(stdout(&alone), "3 traces in 2 files: valid\n");
    let together = itf(["check", "--together", &a, &b]);
    let text = stdout(&together);
    let said = format!(
        "{a}:2:17: warning ITF031 type-conflict: values of one variable have no type together: \
         `Int` at states[0].x[0] of {a} and `Str` at states[0].x[0] of {b}#2"
    );
    assert!(text.starts_with(&said), "{text}");
    assert!(text.contains(&format!("\n{b}:2:31: and at states[0].x[0]\n")), "{text}");
    assert!(text.ends_with("3 traces in 2 files: valid, 1 warning\n"), "{text}");
    assert_eq!(itf(["check", "--together", "--deny", "type-conflict", &a, &b]).status.code(), Some(1));
    let json = itf(["check", "--together", "--format", "json", &a, &b]);
    let json: Json = serde_json::from_slice(&json.stdout).expect("JSON");
    assert!(validator("check-report-1").is_valid(&json), "{json}");
    // Each file is there once.
    assert_eq!(json["files"].as_array().map(Vec::len), Some(2));
    assert_eq!(json["files"][0]["findings"][0]["related"][0]["file"], b);
    let denied = itf(["check", "--together", "--deny", "type-conflict", &a, &b]);
    assert!(stdout(&denied).ends_with("3 traces in 2 files: 1 not valid, 1 error\n"), "{}", stdout(&denied));
    // Through a pipe the text is gone, and the paths are told.
    let piped = itf_with(
        &["check", "--together"],
        b"{\"vars\":[\"x\"],\"states\":[{\"x\":true}]}\n{\"vars\":[\"x\"],\"states\":[{\"x\":\"s\"}]}",
    );
    assert!(
        stdout(&piped).contains("`Bool` at states[0].x of <stdin>#1 and `Str` at states[0].x of <stdin>#2")
    );
}
