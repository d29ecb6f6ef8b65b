//! `itf report`: what a campaign found, as documents.

use std::fs;

use serde_json::{Value, json};

use crate::common::{ROOT, itf, stderr, stdout};

const TRACES: [&str; 3] = [
    "fixtures/wunderspec/root-3.ndjson",
    "fixtures/wunderspec/root-1.ndjson",
    "fixtures/wunderspec/epoch5.ndjson",
];

fn report(args: &[&str]) -> (Option<i32>, String) {
    let output = itf([&["report"], args].concat());
    (output.status.code(), stdout(&output))
}

fn json_report(args: &[&str]) -> (Option<i32>, Value) {
    let (code, text) = report(&[args, &["--format", "json"]].concat());
    let json: Value = serde_json::from_str(&text).expect("JSON");
    let schema = fs::read_to_string(format!("{ROOT}/schemas/findings-1.schema.json")).expect("a schema");
    let schema = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator.iter_errors(&json).map(|e| e.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    (code, json)
}

#[test]
fn findings_that_come_to_one_trace_are_one_bug() {
    let spec = ["--with", "dns-spec:n3_5_3", "--on", "dns-lab"];
    let (code, json) = json_report(&[&spec[..], &TRACES].concat());
    assert_eq!(code, Some(0));
    let bugs = json["bugs"].as_array().expect("bugs");
    let [first, second] = &bugs[..] else { panic!("{json}") };
    assert_eq!(first["site"], "no_inconsistent_root");
    let found = first["findings"].as_array().expect("findings");
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|finding| finding["shrunk"] == 12), "{found:?}");
    assert_eq!(first["shortest"]["states"].as_array().map(Vec::len), Some(12));
    // The shortest trace is one: it breaks the system.
    assert!(first["replays"].as_array().expect("replays").iter().any(|r| {
        r["verdict"] == "fails"
            && r["traces"].as_array().is_some_and(|t| t.contains(&json!("the shortest trace")))
    }));
    let points = first["shrink"].as_array().expect("points");
    assert_eq!((&points[0]["runs"], &points[points.len() - 1]["states"]), (&json!(0), &json!(12)));
    assert_eq!(second["site"], "epoch5");
    let checked: Vec<(&Value, &Value)> = json["checked"]
        .as_array()
        .expect("properties")
        .iter()
        .map(|c| (&c["property"], &c["findings"]))
        .collect();
    assert_eq!(checked, [(&json!("no_inconsistent_root"), &json!(2)), (&json!("epoch5"), &json!(1))]);
}

#[test]
fn what_the_report_says_to_run_does_what_it_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("campaign");
    let trace = fs::canonicalize(format!("{ROOT}/{}", TRACES[0])).expect("a fixture").display().to_string();
    let folder_text = out.display().to_string();
    let args =
        ["report", "--with", "dns-spec:n3_5_3", "--on", "dns-lab", "--prove", "--out", &folder_text, &trace];
    let output = itf(args);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let mut files: Vec<_> = fs::read_dir(&out).expect("a folder").flatten().map(|e| e.file_name()).collect();
    files.sort();
    assert_eq!(files, ["bug-1.html", "bug-1.itf.json", "report.html", "report.json", "report.md"]);
    let json: Value =
        serde_json::from_slice(&fs::read(out.join("report.json")).expect("a file")).expect("JSON");
    assert!(json["bugs"][0]["claim"].as_str().expect("words").starts_with("the shortest there is"));
    assert_eq!(json["bugs"][0]["page"], "bug-1.html");
    let page = fs::read_to_string(out.join("bug-1.html")).expect("a page");
    assert!(page.contains("view-document") && page.contains("itfView"), "a spec brings its view along");
    let saved = itf::read(&fs::read(out.join("bug-1.itf.json")).expect("a file")).expect("ITF");
    for line in json["bugs"][0]["reproduce"].as_array().expect("commands") {
        let words: Vec<&str> = line.as_str().expect("text").split(' ').collect();
        let output = crate::common::command()
            .current_dir(folder.path())
            .args(&words[1..])
            .output()
            .expect("it starts");
        let expected = i32::from(words[1] == "replay");
        assert_eq!(output.status.code(), Some(expected), "{line}: {}", stderr(&output));
    }
    let again = itf::read(&fs::read(folder.path().join("bug-1.itf.json")).expect("a file")).expect("ITF");
    assert_eq!(again[0].states, saved[0].states);
}

#[test]
fn a_report_without_a_spec_groups_by_what_fails_and_says_so() {
    let (code, text) = report(&TRACES);
    assert_eq!(code, Some(0));
    assert!(
        text.starts_with("# Findings\n\n**2 findings, 1 failure, 1 example reached, in 3 traces**"),
        "{text}"
    );
    assert!(text.contains("whether it is one bug would show a spec"), "{text}");
    assert!(text.contains("\n## Failure 1: ") && text.contains("itf report --with SPEC"), "{text}");
    // What happened in the end is to be seen without opening anything.
    let last = text
        .split_once("### The last step\n")
        .expect("a last step")
        .1
        .split_once("<details>")
        .expect("details")
        .0;
    assert!(last.contains("step 26") && last.contains("zone_records"), "{last}");
    let (code, json) = json_report(&["fixtures/quint/counter.itf.json"]);
    assert_eq!(code, Some(0));
    assert_eq!(json["traces"], 1);
}

#[test]
fn traces_of_different_specs_are_not_one_bug() {
    let folder = tempfile::tempdir().expect("a folder");
    let save = |name: &str, source: Option<&str>, variable: &str| {
        let mut meta = json!({"predicate_name": "inv", "predicate_kind": "invariant"});
        if let Some(source) = source {
            meta["source"] = json!(source);
        }
        let trace = json!({"#meta": meta, "vars": [variable], "states": [{ variable: 1 }, { variable: 2 }]});
        fs::write(folder.path().join(name), trace.to_string()).expect("a file");
    };
    save("a.itf.json", Some("/home/a/lock.qnt"), "x");
    save("b.itf.json", Some("/srv/ci/lock.qnt"), "x");
    save("c.itf.json", Some("lock_fixed.qnt"), "x");
    save("d.itf.json", Some("wunderspec run"), "y");
    save("e.itf.json", Some("wunderspec check"), "y");
    save("f.itf.json", None, "z");
    let (code, json) = json_report(&[&folder.path().display().to_string()]);
    assert_eq!(code, Some(0));
    let sizes: Vec<usize> = json["bugs"]
        .as_array()
        .expect("bugs")
        .iter()
        .map(|bug| bug["findings"].as_array().map_or(0, Vec::len))
        .collect();
    assert_eq!(sizes, [2, 2, 1, 1], "{json}");
}

/// A trace and what it was shrunk to are findings of one bug, and the second opens where it fails, too.
#[test]
fn what_was_shrunk_says_of_what_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let small = folder.path().join("small.itf.json").display().to_string();
    let shrink = [
        "shrink",
        "--with",
        "dns-spec:n3_5_3",
        "--violates",
        "no_inconsistent_root",
        "-o",
        &small,
        TRACES[0],
    ];
    assert_eq!(itf(shrink).status.code(), Some(0));
    let trace = itf::read(&fs::read(&small).expect("a file")).expect("ITF").remove(0);
    assert_eq!(
        trace.meta.get("predicate_kind").and_then(|kind| kind.as_str().map(str::to_owned)).as_deref(),
        Some("invariant")
    );
    let (_, json) = json_report(&[TRACES[0], &small]);
    assert_eq!(json["bugs"].as_array().map(Vec::len), Some(1), "{json}");
    // One that does not say the kind, as they were written before.
    let mut old = trace.clone();
    old.meta.set("predicate_kind", "property".into());
    fs::write(&small, itf::to_string(&old, itf::Layout::Compact)).expect("written");
    for files in [[TRACES[0], &small], [&small, TRACES[0]]] {
        let (_, json) = json_report(&files);
        let bugs = json["bugs"].as_array().expect("bugs");
        assert_eq!((bugs.len(), &bugs[0]["kind"]), (1, &json!("invariant")), "{json}");
    }
}

/// Violations as Quint writes them do not say of what: then the spec and the file tell them apart.
#[test]
fn failures_without_a_name_are_told_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let save = |name: &str, source: &str, variables: &[&str]| {
        let state: serde_json::Map<String, Value> =
            variables.iter().map(|v| ((*v).to_owned(), json!(0))).collect();
        let trace = json!({"#meta": {"source": source, "status": "violation"}, "vars": variables, "states": [state, state]});
        fs::write(folder.path().join(name), trace.to_string()).expect("a file");
    };
    save("a.itf.json", "/x/coin.qnt", &["n"]);
    save("b.itf.json", "/y/coin.qnt", &["n", "mbt::actionTaken"]);
    save("c.itf.json", "bank.qnt", &["m"]);
    save("d.itf.json", "unlike", &["o"]);
    let path = folder.path().display().to_string();
    let (code, text) = report(&[&path]);
    assert_eq!(code, Some(0));
    assert!(text.starts_with("# Findings\n\n**4 findings, 3 failures, in 4 traces**"), "{text}");
    assert!(text.contains("\n## Failure 1: invariant `(not named in the trace)` of `coin.qnt`\n"), "{text}");
    assert!(
        text.contains(" of `bank.qnt`\n") && text.contains("/d.itf.json`\n\n1 finding: found with 2 states"),
        "{text}"
    );
    let (_, page) = report(&["--format", "html", &path]);
    assert!(
        page.contains("<code>(not named in the trace)</code> of <code>coin.qnt</code></a>: 2 findings"),
        "{page}"
    );
    assert!(page.contains("--violates NAME"), "{page}");
}

/// Who gets the report and did not see how it was made knows that it is not all.
#[test]
fn what_could_not_be_read_is_in_the_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let save = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    fs::copy(format!("{ROOT}/{}", TRACES[0]), folder.path().join("a.ndjson")).expect("a copy");
    save("broken.itf.json", "{\"vars\": [");
    save("old.journal", "{\"itf-shrink-journal\": 3, \"original\": \"0\"}\n");
    save("new.events", "{\"event\": \"begin\", \"version\": 7, \"trace\": \"a.ndjson\", \"states\": 27}\n");
    let path = folder.path().display().to_string();
    let (code, json) = json_report(&[&path]);
    assert_eq!(code, Some(2));
    let troubles: Vec<String> = json["troubles"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|t| {
            let name = t["name"].as_str().expect("a name").rsplit('/').next().expect("a file").to_owned();
            format!("{name}: {}", t["message"].as_str().expect("text"))
        })
        .collect();
    assert_eq!(
        troubles[..2],
        [
            "new.events: these are events of version 7; version 1 can be read",
            "old.journal: it is a journal of version 3; versions 1 to 2 can be read",
        ]
    );
    assert!(troubles[2].starts_with("broken.itf.json: 1:1"), "{troubles:?}");
    let (_, text) = report(&[&path]);
    assert!(text.contains("## What could not be told\n") && text.contains("broken.itf.json"), "{text}");
}

/// A command that is named runs on the trace that is meant, where a file has several.
#[test]
fn commands_are_of_the_trace_that_is_meant() {
    let folder = tempfile::tempdir().expect("a folder");
    let trace = |n: usize| json!({"#meta": {"predicate_name": format!("inv{n}"), "predicate_kind": "invariant"}, "vars": ["x"], "states": [{"x": n}, {"x": 7}]});
    let path = folder.path().join("two.ndjson");
    fs::write(&path, format!("{}\n{}\n", trace(1), trace(2))).expect("a file");
    let (_, json) = json_report(&[&path.display().to_string()]);
    let line = json["bugs"][1]["reproduce"][0].as_str().expect("a command").to_owned();
    assert_eq!(line, format!("itf select --traces 2 {} | itf show -", path.display()));
    let bin =
        std::path::Path::new(env!("CARGO_BIN_EXE_itf")).parent().expect("a folder").display().to_string();
    let path = format!("{bin}:{}", std::env::var("PATH").unwrap_or_default());
    let output =
        std::process::Command::new("sh").args(["-c", &line]).env("PATH", path).output().expect("a shell");
    assert!(stdout(&output).contains("inv2"), "{}", stdout(&output));
}

#[test]
fn coverage_is_of_all_actions_and_says_of_which_traces() {
    let folder = tempfile::tempdir().expect("a folder");
    let states: Vec<Value> = (0..=60).map(|n| json!({"action": format!("act{n}"), "x": n})).collect();
    let trace = json!({"#meta": {"labels": "string:action"}, "vars": ["action", "x"], "states": states});
    fs::write(folder.path().join("a.itf.json"), trace.to_string()).expect("a file");
    fs::write(folder.path().join("b.itf.json"), r#"{"vars":["y"],"states":[{"y":1},{"y":2}]}"#)
        .expect("a file");
    let (_, page) = report(&["--format", "html", &folder.path().display().to_string()]);
    assert!(page.contains("1 of 2 traces say what their steps did."), "{page}");
    for n in 1..=60 {
        assert!(page.contains(&format!("act{n}<")) || page.contains(&format!("act{n},")), "act{n}: {page}");
    }
    assert!(page.contains("… and 20 more: "), "{page}");
    // Of several specs, by spec.
    let of = |source: &str, action: &str| json!({"#meta": {"source": source}, "vars": ["action"], "states": [{"action": "init"}, {"action": action}]});
    for (name, trace) in [("a.itf.json", of("/x/a.qnt", "send")), ("b.itf.json", of("/x/b.qnt", "send"))] {
        fs::write(folder.path().join(name), trace.to_string()).expect("a file");
    }
    let (_, text) = report(&[&folder.path().display().to_string()]);
    let table = "\n\n| action | steps | traces | |\n|---|---:|---:|---|\n| `send` | 1 | 1 | ";
    assert!(
        text.contains(&format!("### `a.qnt`{table}")) && text.contains(&format!("### `b.qnt`{table}")),
        "{text}"
    );
}

#[test]
fn where_nothing_can_be_read_there_is_no_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("broken.itf.json");
    fs::write(&path, "{\"vars\": [").expect("a file");
    let output = itf(["report", &path.display().to_string()]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""));
    assert!(stderr(&output).contains("none of the traces could be read"), "{}", stderr(&output));
}

#[test]
fn folders_rates_and_the_way_down_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let inside = folder.path().join("runs");
    fs::create_dir(&inside).expect("a folder");
    fs::copy(format!("{ROOT}/{}", TRACES[0]), inside.join("flaky.ndjson")).expect("a copy");
    let rates = json!({"every_time": false, "before": {"hits": 9, "runs": 50, "low": 0.09, "high": 0.31},
        "after": {"hits": 40, "runs": 200, "at_least": 0.15, "confidence": 0.95}, "one_minimal_at": 0.1, "words": "…"});
    let events = [
        json!({"event": "begin", "version": 1, "trace": "elsewhere/flaky.ndjson", "states": 27}),
        json!({"event": "success", "trace": "elsewhere/flaky.ndjson", "states": 14, "runs": 8, "pass": "x", "seconds": 1.0}),
        json!({"event": "end", "trace": "elsewhere/flaky.ndjson", "original": 27, "states": 12, "runs": 30, "claim": "",
            "one_minimal": true, "kind": "k", "site": "s", "rates": rates}),
    ];
    let lines: Vec<String> = events.iter().map(Value::to_string).collect();
    fs::write(folder.path().join("shrink.events"), lines.join("\n")).expect("a file");
    let path = folder.path().display().to_string();
    let (code, json) = json_report(&[&path]);
    assert_eq!(code, Some(0));
    let bug = &json["bugs"][0];
    assert_eq!(bug["rates"]["before"], json!({"hits": 9, "runs": 50, "low": 0.09, "high": 0.31}));
    assert_eq!(bug["rates"]["after"]["low"], 0.15);
    let way = json!([{"runs": 0, "states": 27}, {"runs": 8, "states": 14}, {"runs": 30, "states": 12}]);
    assert_eq!(bug["shrink"], way);
    let (_, page) = report(&[&path, "--format", "html"]);
    assert!(page.contains("9 of 50 runs, 18 % (9.0 % to 31 %)"), "{page}");
    assert!(page.contains("aria-label=\"From 27 to 12 states in 30 runs\""), "{page}");

    // A journal beside a result: the runs of the original.
    fs::remove_file(folder.path().join("shrink.events")).expect("a file");
    fs::copy(format!("{ROOT}/fixtures/journal/version-1.journal"), inside.join("flaky.ndjson.journal"))
        .expect("a copy");
    let (_, json) = json_report(&[&path]);
    assert!(json["bugs"][0].get("rates").is_none(), "one run is no rate");
    let runs = |word: &str| json!({"candidate": "0", "run": 1, "verdict": word, "ms": 1}).to_string();
    let head = json!({"itf-shrink-journal": 1, "original": "0", "oracle": "x"}).to_string();
    let text = [head, runs("fails"), runs("passes"), runs("passes"), runs("fault")].join("\n");
    fs::write(inside.join("flaky.ndjson.journal"), text).expect("a file");
    let (_, json) = json_report(&[&path]);
    assert_eq!(json["bugs"][0]["rates"]["before"]["hits"], 1);
    assert_eq!(json["bugs"][0]["rates"]["before"]["runs"], 3);
}

#[test]
fn a_file_that_looks_like_an_option_is_a_file_in_what_to_run() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::copy(format!("{ROOT}/{}", TRACES[0]), folder.path().join("-x.ndjson")).expect("copied");
    let report = crate::common::command()
        .current_dir(folder.path())
        .args(["report", "--", "-x.ndjson"])
        .output()
        .expect("it starts");
    let text = stdout(&report);
    let shown = text.lines().find(|line| line.starts_with("itf show ")).expect("a command");
    let args: Vec<&str> = shown.split(' ').skip(1).collect();
    let output = crate::common::command().current_dir(folder.path()).args(&args).output().expect("it starts");
    assert_eq!(output.status.code(), Some(0), "{shown}: {}", stderr(&output));
}

/// What is no rate makes no picture of one; and events are found by their trace, however many have begun.
#[test]
fn what_is_no_rate_is_not_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let trace = format!("{ROOT}/fixtures/wunderspec/root-3.ndjson");
    let events = folder.path().join("small.events");
    let told = |before: Value| {
        let begun = (0..20_000)
            .map(|n| json!({"event": "begin", "version": 1, "trace": format!("t{n}"), "states": 5}));
        let done = (0..20_000).map(|n| json!({"event": "success", "trace": "t0", "states": 4, "runs": n}));
        let begin = json!({"event": "begin", "version": 1, "trace": "root-3.ndjson", "states": 27});
        let end = json!({"event": "end", "trace": "root-3.ndjson", "states": 11, "runs": 30, "rates": {"before": before}});
        let lines: Vec<String> = begun.chain(done).chain([begin, end]).map(|line| line.to_string()).collect();
        fs::write(&events, lines.join("\n")).expect("a file");
        let (code, report) = json_report(&[events.to_str().expect("a path"), &trace]);
        assert_eq!(code, Some(0), "{report}");
        report["bugs"][0].get("rates").cloned()
    };
    assert!(told(json!({"hits": 9, "runs": 50, "low": 0.09, "high": 0.31})).is_some());
    for (hits, runs, low, high) in [
        (9, 0, 0.1, 0.2),
        (u64::MAX, 50, 0.1, 0.2),
        (9, 50, 1e308, 0.2),
        (9, 50, -1.0, 0.2),
        (9, 50, 0.3, 0.2),
    ] {
        assert_eq!(told(json!({"hits": hits, "runs": runs, "low": low, "high": high})), None);
    }
}

#[test]
fn what_cannot_be_told_is_told_and_the_rest_is_there() {
    let (code, json) = json_report(&[
        "--with",
        "dns-spec:n3_5_3",
        "fixtures/quint/counter.itf.json",
        TRACES[0],
        "--violates",
        "no_inconsistent_root",
    ]);
    assert_eq!(code, Some(2));
    assert_eq!(json["troubles"][0]["name"], "fixtures/quint/counter.itf.json");
    assert_eq!(json["bugs"].as_array().map(Vec::len), Some(1));
    let output = itf(["report", "fixtures/journal"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("there are no traces"), "{}", stderr(&output));
}

#[test]
fn text_of_traces_is_never_markup_in_a_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let nasty = "<script>alert(1)</script>`|](javascript:x)\u{1b}[31m";
    let trace = json!({"#meta": {"predicate_name": nasty, "predicate_kind": nasty}, "vars": ["action", "x"], "states": [
        {"action": {"tag": nasty, "value": {}}, "x": nasty}, {"action": {"tag": nasty, "value": {}}, "x": 1}]});
    let path = folder.path().join("nasty.itf.json");
    fs::write(&path, trace.to_string()).expect("a file");
    let path = path.display().to_string();
    let (code, page) = report(&["--format", "html", "--title", nasty, &path]);
    assert_eq!(code, Some(0));
    assert!(page.contains("alert(1)") && !page.contains("<script") && !page.contains('\u{1b}'), "{page}");
    let (_, text) = report(&["--title", nasty, &path]);
    assert!(!text.contains('\u{1b}'), "{text}");
    assert!(text.starts_with("# \\<script\\>alert(1)\\</script\\>\\`\\|\\](javascript:x)"), "{text}");
}

/// A comment takes so many bytes, and a part of a fence or of a table would spoil what comes after it.
#[test]
fn a_report_fits_into_a_comment() {
    let traces = ["fixtures/wunderspec/root-1.ndjson", "fixtures/wunderspec/root-3.ndjson", "fixtures/quint"];
    let report = |more: &[&str]| itf([&["report", "--on", "dns-lab"], &traces[..], more].concat());
    let whole = stdout(&report(&["--max-bytes", "100MiB"]));
    assert!(whole.len() > 65_536, "{} bytes are no test", whole.len());
    assert!(whole.contains("<summary>The shortest trace") && !whole.contains("To fit into"), "{whole}");
    let by_default = stdout(&report(&[]));
    assert!(by_default.len() <= 65_536 && by_default.contains("To fit into 65536 bytes, "), "{by_default}");
    let verdict = whole.split("**").nth(1).expect("a verdict").to_owned();
    let (mut sizes, mut last) = (0, usize::MAX);
    for max in [100_000, 60_000, 40_000, 20_000, 10_000, 5_000, 3_000, 2_000, 1_000, 500, 300, 150] {
        let output = report(&["--max-bytes", &max.to_string()]);
        let text = stdout(&output);
        assert!(!text.is_empty() && text.len() <= max && text.contains(&verdict), "{max}: {text}");
        assert!(text.len() <= last, "less room, and more text");
        sizes += usize::from(text.len() < last);
        last = text.len();
        let fences = text.lines().filter(|line| line.starts_with("```")).count();
        assert!(fences.is_multiple_of(2), "{max}: {text}");
        assert_eq!(text.matches("<details>").count(), text.matches("</details>").count(), "{max}: {text}");
    }
    assert!(sizes >= 6, "only {sizes} different lengths");
    for (more, words) in [
        (&["--max-bytes", "5"][..], "nothing of the report fits into 5 bytes"),
        (&["--max-bytes", "1KiB", "--format", "json"], "a part of this format would be wrong"),
        (&["--max-bytes", "1KiB", "--format", "html"], "a part of this format would be wrong"),
    ] {
        let output = report(more);
        assert_eq!(output.status.code(), Some(2), "{more:?}");
        assert!(stderr(&output).contains(words) && stdout(&output).is_empty(), "{}", stderr(&output));
    }
    // Of a folder it is the part that goes into a comment; without the option all is there.
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().to_string_lossy().into_owned();
    let markdown = || fs::read_to_string(folder.path().join("report.md")).expect("a report");
    report(&["--out", &out]);
    assert!(markdown().len() >= whole.len());
    report(&["--out", &out, "--max-bytes", "4KiB"]);
    assert!(markdown().len() <= 4096 && markdown().contains(&verdict));
}
