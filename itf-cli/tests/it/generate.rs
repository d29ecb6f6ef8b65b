//! `itf generate`: seeds, workers, weights, profiles, and labels that other tools read.

use serde_json::Value;

use crate::common::{ROOT, itf, itf_with, stderr, stdout};

const ROOT_BUG: [&str; 4] = ["generate", "dns-spec:n3_5_3", "--property", "no_inconsistent_root"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&ROOT_BUG[..], more].concat()
}

#[test]
fn the_number_of_workers_and_the_format_change_no_trace() {
    let alone = itf(with(&["--max-findings", "12", "--seed", "9"]));
    let many = itf(with(&["--max-findings", "12", "--seed", "9", "--jobs", "4", "--format", "json"]));
    assert_eq!((alone.status.code(), many.status.code()), (Some(0), Some(0)));
    assert_eq!(itf::read(&alone.stdout).expect("ITF").len(), 12);
    assert!(alone.stdout == many.stdout, "four workers found other traces than one");
    let other = itf(with(&["--max-findings", "12", "--seed", "10"]));
    assert!(alone.stdout != other.stdout, "another seed found the same traces");
}

#[test]
fn the_report_is_as_its_schema_has_it() {
    let schema = std::fs::read_to_string(format!("{ROOT}/schemas/generate-report-1.schema.json"));
    let schema: Value = serde_json::from_str(&schema.expect("a schema")).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("found.json");
    let file = file.to_str().expect("a path");
    let report = |args: &[&str]| {
        let output = itf(args);
        let text = if args.contains(&"-o") { stdout(&output) } else { stderr(&output) };
        let json: Value = serde_json::from_str(&text).expect(&text);
        assert!(schema.is_valid(&json), "{json}");
        (output.status.code(), json)
    };
    let (code, walks) = report(&with(&["--format", "json", "-o", file]));
    assert_eq!((code, &walks["found"]), (Some(0), &1.into()));
    let taken = walks["actions"].as_array().expect("a list").iter().filter_map(|a| a["taken"].as_u64());
    assert_eq!(Some(taken.sum()), walks["steps"].as_u64());
    assert_eq!(itf::read(&std::fs::read(file).expect("a file")).expect("ITF").len(), 1);

    let (code, shortest) = report(&with(&["--format", "json", "--shortest"]));
    assert_eq!((code, &shortest["shortest"]), (Some(0), &12.into()));
    let (code, none) = report(&with(&["--format", "json", "--shortest", "--max-steps", "10"]));
    assert_eq!((code, &none["none_up_to"]), (Some(1), &11.into()));
}

#[test]
fn weights_are_obeyed_and_unknown_actions_told() {
    let walk = ["generate", "dns-spec", "--max-findings", "200", "--profile"];
    let usual = itf(walk);
    assert!(stderr(&usual).contains("deployer_gc") && !stderr(&usual).contains("never taken"));
    let never = itf([&walk[..], &["--weights", "deployer_gc=0"]].concat());
    assert!(stderr(&never).contains("; never taken: deployer_gc"), "{}", stderr(&never));
    let unknown = itf([&walk[..], &["--weights", "Cleanup=3"]].concat());
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("no action `Cleanup`"), "{}", stderr(&unknown));
    let wrong = itf([&walk[..], &["--weights", "deployer_gc=many"]].concat());
    assert!(wrong.status.code() == Some(2) && stderr(&wrong).contains("whole number"), "{}", stderr(&wrong));
}

/// The same trace in the words of both tools: other commands read the labels, and shrink it to the same twelve states.
#[test]
fn traces_say_what_steps_did_as_wunderspec_or_quint_do() {
    for (style, rule) in [("wunderspec", "variant:ghost_action"), ("quint", "quint-mbt")] {
        let found = itf(with(&["--labels", style]));
        assert_eq!(found.status.code(), Some(0), "{}", stderr(&found));
        let checked = itf_with(&["check", "--notes"], &found.stdout);
        assert_eq!(checked.status.code(), Some(0), "{}", stdout(&checked));
        let trace = &itf::read(&found.stdout).expect("ITF")[0];
        assert_eq!(itf::Labels::candidates(trace)[0].to_string(), rule);
        let shrink = ["shrink", "--with", "dns-spec:n3_5_3", "--violates", "no_inconsistent_root"];
        let small = itf_with(&shrink, &found.stdout);
        assert!(stderr(&small).contains("→ 12 states"), "{style}: {}", stderr(&small));
        let replayed = itf_with(&["replay", "--on", "dns-lab"], &found.stdout);
        assert!(matches!(replayed.status.code(), Some(0 | 1)), "{style}: {}", stderr(&replayed));
    }
}

#[test]
fn until_violation_needs_no_number_of_walks() {
    let found = itf(["generate", "dns-spec", "--until-violation", "no_inconsistent_rollback", "--jobs", "2"]);
    assert_eq!(found.status.code(), Some(0), "{}", stderr(&found));
    assert!(stderr(&found).contains("1 of "), "{}", stderr(&found));
    let both = itf(["generate", "dns-spec", "--until-violation", "epoch5", "--samples", "3"]);
    assert_eq!(both.status.code(), Some(2));
}

/// Beside the spec's own variables, by the names of its actions and choices; unit as Quint writes it.
#[test]
fn labels_of_quint_are_what_quint_records() {
    let found = itf(with(&["--labels", "quint", "--weights", "deployer_backoff=4"]));
    assert_eq!(found.status.code(), Some(0), "{}", stderr(&found));
    let trace = &itf::read(&found.stdout).expect("ITF")[0];
    assert!(trace.vars.iter().any(|name| &**name == "ghost_action"));
    let unit = itf::Value::variant("Init", itf::Value::unit());
    assert_eq!(trace.states[0].get("ghost_action"), Some(&unit));
    let recorded = |at: usize| itf::Labels::QuintMbt.label(&trace.states[at], at).expect("a label");
    assert_eq!(recorded(0).to_string(), "init");
    let ghost = itf::Labels::parse("variant:ghost_action").expect("a rule");
    for at in 1..trace.states.len() {
        let (theirs, ours) = (recorded(at), ghost.label(&trace.states[at], at).expect("a label"));
        let (action, choices): (_, &[&str]) = match &*ours.name {
            "GeneratePlan" => ("planner_generate", &["ips", "plan_id", "weights"]),
            "Sync" => ("deployer_query", &["d", "lock", "rollback", "root"]),
            "Backoff" => ("deployer_backoff", &["d"]),
            "Deploy" => ("deployer_apply", &["d"]),
            _ => ("deployer_gc", &["d"]),
        };
        assert_eq!(&*theirs.name, action);
        assert!(theirs.args.names().iter().map(|name| &**name).eq(choices.iter().copied()), "{theirs}");
        assert_eq!(theirs.args.get("d"), ours.args.get("deployer"));
    }
}

#[test]
fn there_are_as_many_walks_as_samples_and_none_is_a_mistake() {
    let three = itf(["generate", "dns-spec", "--samples", "3", "--max-steps", "4"]);
    assert_eq!(itf::read(&three.stdout).expect("ITF").len(), 3, "{}", stderr(&three));
    let two = itf(["generate", "dns-spec", "--samples", "3", "--max-findings", "2"]);
    assert_eq!(itf::read(&two.stdout).expect("ITF").len(), 2, "{}", stderr(&two));
    for option in ["--samples", "--max-findings"] {
        let none = itf(["generate", "dns-spec", option, "0"]);
        assert_eq!((none.status.code(), none.stdout.len()), (Some(2), 0));
        assert!(stderr(&none).contains("whole number from 1 on"), "{}", stderr(&none));
    }
}
