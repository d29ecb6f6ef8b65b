//! `itf replay`: what counts, where model and system part, and how it is told.

use serde_json::Value;

use crate::common::{ROOT, itf, itf_with, stderr, stdout};

const OUTAGE: &str = "fixtures/wunderspec/root-3.ndjson";
const STALE: &str = "fixtures/wunderspec/root-4.ndjson";

fn replay(args: &[&str]) -> (Option<i32>, String) {
    let output = itf([&["replay", "--on", "dns-lab"], args].concat());
    (output.status.code(), stdout(&output) + &stderr(&output))
}

fn report(args: &[&str]) -> (Option<i32>, Value) {
    let schema = std::fs::read_to_string(format!("{ROOT}/schemas/replay-report-1.schema.json"));
    let schema: Value = serde_json::from_str(&schema.expect("a schema")).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let (code, text) = replay(&[args, &["--format", "json"]].concat());
    let json: Value = serde_json::from_str(&text).expect(&text);
    let errors: Vec<String> = schema.iter_errors(&json).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{json}");
    (code, json)
}

#[test]
fn only_the_kinds_that_count_end_a_run() {
    let (code, text) = replay(&[STALE]);
    assert!(code == Some(1) && text.contains("the system answered idle"), "{text}");
    // Past the stale lock the same trace goes on, and the outage is there, too.
    let (code, text) = replay(&["--only", "outage", STALE]);
    assert!(!text.contains("\n  outcome:"), "{text}");
    assert_eq!(code, Some(i32::from(text.contains("outage:"))), "{text}");
    assert_eq!(replay(&["--only", "view", OUTAGE]).0, Some(0));
}

#[test]
fn a_misspelt_kind_is_no_pass() {
    let (code, text) = replay(&["--only", "outcome,outge", OUTAGE]);
    assert!(code == Some(2) && text.contains("dns-lab has no failure of that kind"), "{text}");
    assert!(text.contains("outcome, view, not allowed, invariant, example, outage"), "{text}");
    // Over the protocol the lab says which it has, too.
    let served = format!("jsonl:'{}' adapter serve dns-lab", env!("CARGO_BIN_EXE_itf"));
    let output = itf(["replay", "--on", &served, "--only", "outge", OUTAGE]);
    assert!(
        output.status.code() == Some(2) && stderr(&output).contains("--only outge"),
        "{}",
        stderr(&output)
    );
    let file = format!("{ROOT}/adapters/dns-lab/lab.http.toml");
    let output = itf(["replay", "--on", &format!("http:{file}"), "--only", "outge", OUTAGE]);
    assert!(
        output.status.code() == Some(2) && stderr(&output).contains("--only outge"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn that_the_views_agree_is_said_where_something_else_is_wrong() {
    let line = "the views of model and system agree after each of 26 steps";
    assert!(!replay(&[OUTAGE]).1.contains("the views"));
    let (code, text) = replay(&["--compare", "view", OUTAGE]);
    assert!(code == Some(1) && text.contains(line), "{text}");
    let (_, json) = report(&["--compare", "view", OUTAGE]);
    assert_eq!(json["traces"][0]["same_views"], 26);
    assert!(report(&[OUTAGE]).1["traces"][0].get("same_views").is_none());
}

#[test]
fn all_arguments_are_there_to_do_the_steps_by_hand() {
    let (_, text) = replay(&["--verbose", OUTAGE]);
    assert!(text.contains("old_indices: Set(") && text.contains(r#"deployer: "deployer-a", "#), "{text}");
    assert!(!replay(&[OUTAGE]).1.contains("old_indices"));
}

#[test]
fn what_cannot_be_judged_at_all_is_said_once() {
    let service = format!("http:{ROOT}/adapters/dns-lab/lab.http.toml");
    let many = "fixtures/wunderspec/root-many.ndjson";
    let output = itf(["replay", "--on", &service, "--compare", "view", many]);
    let said = stderr(&output) + &stdout(&output);
    assert!(output.status.code() == Some(2) && said.contains("a service has none"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    // Traces that could not be replayed are counted, too.
    let output = itf([
        "replay",
        "--on",
        &service,
        "fixtures/quint/values.itf.json",
        "fixtures/quint/counter.itf.json",
    ]);
    assert!(stdout(&output).contains("2 traces: 2 × not replayed"), "{}", stdout(&output));
}

#[test]
fn agreement_is_worth_something_only_if_somebody_looked() {
    // An expression without a value judges nothing.
    for (expression, why) in [("nope == 7", "nope"), ("root.size()", "root.size()")] {
        let (code, text) = replay(&["--only", "invariant", "--invariant", expression, OUTAGE]);
        assert!(code == Some(2) && text.contains("inconclusive") && text.contains(why), "{text}");
    }
    // What does not count is told, in every form.
    let (code, text) = replay(&["--only", "view", OUTAGE]);
    assert!(code == Some(0) && text.contains("not counted: outage"), "{text}");
    let (_, json) = report(&["--only", "view", OUTAGE]);
    assert_eq!(json["traces"][0]["not_counted"][0]["kind"], "outage");
    for format in ["markdown", "junit"] {
        let (_, text) = replay(&["--only", "view", "--format", format, OUTAGE]);
        assert!(text.contains("not counted: outage") && !text.contains("\\n"), "{text}");
        assert!(!text.contains("1 traces"), "{text}");
    }
}

#[test]
fn an_invariant_of_the_system_is_in_the_words_of_the_model() {
    let broken = "root.forall(r => plans.keys().contains(r))";
    let (code, json) = report(&["--invariant", broken, "--only", "invariant", OUTAGE]);
    assert_eq!((code, &json["traces"][0]["failure"]["kind"]), (Some(1), &"invariant".into()));
    assert_eq!(json["traces"][0]["failure"]["site"], broken);
    let (code, _) = report(&["--invariant", "root.size() == 1", "--only", "invariant", OUTAGE]);
    assert_eq!(code, Some(0));
    let (code, text) = replay(&["--invariant", "root.size() ==", OUTAGE]);
    assert!(code == Some(2) && text.contains("root.size()"), "{text}");
}

/// A trace in which somebody took a record out of the model's last state by hand: the system has it.
#[test]
fn where_they_part_only_what_differs_is_shown_in_the_words_of_the_model() {
    let small = itf(["generate", "dns-spec", "--property", "plans3", "--shortest"]);
    let mut trace = itf::read(&small.stdout).expect("ITF").remove(0);
    let last = trace.states.last_mut().expect("states");
    let zone = last.get("zone_records").and_then(itf::Value::as_set).expect("a set");
    let kept = zone.iter().filter(|r| !r.to_string().contains(r#"name: "plan-init"#));
    last.value = last.value.with("zone_records", itf::Value::set(kept.cloned()));
    let edited = itf::to_string(&trace, itf::Layout::Compact);
    let args = ["replay", "--on", "dns-lab", "--compare", "view"];
    let output = itf_with(&args, edited.as_bytes());
    let said = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("fails at step 3 of 3"), "{said}");
    assert!(said.contains("view: ") && said.contains("unexpected") && said.contains("plan-init"), "{said}");
    assert!(!said.contains("rollback"), "what is the same is no difference: {said}");
    // A spec that goes along knows better than the edited trace: the system is right.
    let output = itf_with(&[&args[..], &["--with", "dns-spec:n3_5_3"]].concat(), edited.as_bytes());
    let said = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("the model does not reach state 3 as it was recorded"), "{said}");
}

#[test]
fn steps_that_the_model_cannot_take_are_left_out_on_both_sides() {
    let mut trace =
        itf::read(&std::fs::read(format!("{ROOT}/{OUTAGE}")).expect("a file")).expect("ITF").remove(0);
    let labels = itf::Labels::candidates(&trace).remove(0);
    let first = (1..trace.states.len())
        .find(|&at| &*labels.label(&trace.states[at], at).expect("a label").name == "GeneratePlan")
        .expect("a plan is made");
    trace.states.remove(first);
    let edited = itf::to_string(&trace, itf::Layout::Compact);
    let args = ["replay", "--on", "dns-lab", "--with", "dns-spec:n3_5_3", "--format", "json"];
    let output = itf_with(&args, edited.as_bytes());
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let run = json["traces"][0]["run"].as_array().expect("steps");
    assert!(run.iter().any(|step| step["left_out"].is_string()), "{json}");
    assert!(json["traces"][0]["edited_at"].is_u64());
}

#[test]
fn what_the_model_allows_is_followed_and_its_property_judged() {
    let along = ["--with", "dns-spec:n3_5_3", OUTAGE];
    let (code, text) = replay(&[&["--compare", "allowed", "--only", "not allowed"], &along[..]].concat());
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = replay(&[&["--property", "no_inconsistent_root"], &along[..]].concat());
    assert!(code == Some(1) && text.contains("outage"), "{text}");
    let both = ["--property", "no_inconsistent_root", "--only", "invariant"];
    let (code, text) = replay(&[&both[..], &along[..]].concat());
    assert!(code == Some(1) && text.contains("no_inconsistent_root is violated in the model"), "{text}");
    let (code, text) = replay(&["--compare", "allowed", OUTAGE]);
    assert!(code == Some(2) && text.contains("--with"), "{text}");
    let (code, text) = replay(&[&["--property", "nope"], &along[..]].concat());
    assert!(code == Some(2) && text.contains("no property `nope`"), "{text}");
}

#[test]
fn reports_for_programs_servers_and_comments() {
    let files = ["fixtures/wunderspec/root-3.ndjson", "fixtures/wunderspec/epoch5.ndjson", STALE];
    let (code, json) = report(&files);
    assert_eq!(code, Some(1));
    let verdicts: Vec<&Value> =
        json["traces"].as_array().expect("a list").iter().map(|t| &t["verdict"]).collect();
    assert!(verdicts.contains(&&"fails".into()), "{verdicts:?}");
    assert_eq!(json["traces"][0]["failure"]["kind"], "outage");
    assert!(json["traces"][0]["bindings"].as_array().is_some_and(|pairs| pairs.len() > 1));

    let (code, xml) = replay(&[&["--format", "junit"], &files[..]].concat());
    assert_eq!(code, Some(1));
    assert!(xml.starts_with("<?xml"), "{xml}");
    assert_eq!(xml.matches("<testcase ").count(), verdicts.len());
    assert!(xml.contains(r#"<failure type="outage" message="clouddb.us-east-1.api.acme resolves"#), "{xml}");
    assert_eq!(xml.matches("<failure ").count(), xml.matches("</failure>").count());

    let (code, markdown) = replay(&[&["--format", "markdown"], &files[..]].concat());
    assert_eq!(code, Some(1));
    assert!(markdown.starts_with("### `dns-lab` fails\n"), "{markdown}");
    assert_eq!(markdown.matches("```text").count() * 2, markdown.matches("```").count());
    assert!(markdown.contains("| `fixtures/wunderspec/root-3.ndjson` | **fails** |"), "{markdown}");
}

#[test]
fn a_trace_that_cannot_be_replayed_is_inconclusive_in_every_format() {
    let plain = "fixtures/quint/values.itf.json";
    let (code, json) = report(&[plain]);
    assert_eq!((code, &json["traces"][0]["verdict"]), (Some(2), &"inconclusive".into()));
    let (code, xml) = replay(&["--format", "junit", plain]);
    assert!(code == Some(2) && xml.contains("<error "), "{xml}");
    let (code, markdown) = replay(&["--format", "markdown", plain]);
    assert!(code == Some(2) && markdown.starts_with("### Could not tell"), "{markdown}");
}
