//! `itf shrink` with traces and specs: normal forms, findings of one bug, explanations, goals and limits.

use std::fs;

use itf::Trace;
use itf_adapters::{Action, Next, Producer, conventions, schedule_of};
use itf_dns_spec::{DnsSpec, Instance};

use crate::common::{itf, itf_with, stderr, stdout};

const WITH: [&str; 3] = ["shrink", "--with", "dns-spec:n3_5_3"];
const ROOT: &str = "no_inconsistent_root";

fn fixture(number: usize) -> String {
    format!("fixtures/wunderspec/root-{number}.ndjson")
}

fn shrink(args: &[&str]) -> (Vec<Trace>, String, Option<i32>) {
    let output = itf(WITH.iter().chain(args));
    let traces = itf::read(&output.stdout).expect("ITF");
    let said = stderr(&output);
    let is_claimed = said.contains("one-minimal") || said.contains("shortest");
    if is_claimed && !said.contains("not ") && args.contains(&ROOT) && !args.contains(&"--on") {
        let mut spec = DnsSpec::new(Instance::named("n3_5_3").expect("an instance"));
        for trace in &traces {
            assert_one_minimal(&mut spec, trace, ROOT);
        }
    }
    (traces, said, output.status.code())
}

/// Re-executes a trace that is claimed to be one-minimal, and every single deletion from it, without the shrinker: the first
/// violates the invariant, of the others none does, the steps left out that cannot happen then.
pub(crate) fn assert_one_minimal(spec: &mut dyn Producer, trace: &Trace, invariant: &str) {
    let learned = conventions(spec, trace, None).iter().find_map(|l| schedule_of(spec, trace, l).ok());
    let calls = learned.expect("a schedule").calls;
    let mut violates = |calls: &[Action]| {
        spec.reset().expect("an answer");
        let mut holds = spec.holds(invariant).expect("an answer");
        for call in calls {
            if matches!(spec.execute(call).expect("an answer"), Next::State { .. }) {
                holds &= spec.holds(invariant).expect("an answer");
            }
        }
        !holds
    };
    assert!(violates(&calls), "it does not fail: {calls:?}");
    for at in 0..calls.len() {
        assert!(!violates(&[&calls[..at], &calls[at + 1..]].concat()), "step {at} can go");
    }
}

#[test]
fn findings_of_one_bug_are_one_bug() {
    let files: Vec<String> = (1..=5).map(fixture).collect();
    let mut args: Vec<&str> = vec!["--violates", ROOT];
    args.extend(files.iter().map(String::as_str));
    let (traces, said, status) = shrink(&args);
    assert_eq!((traces.len(), status), (5, Some(0)), "{said}");
    assert!(said.contains("5 findings, 1 bug"), "{said}");
    let states: Vec<_> =
        traces.iter().map(|t| t.states.iter().map(|s| s.value.clone()).collect::<Vec<_>>()).collect();
    assert!(states.windows(2).all(|pair| pair[0] == pair[1]));
    args.push("--unique");
    assert_eq!(shrink(&args).0.len(), 1);
    args.push("--no-normalize");
    let (traces, said, _) = shrink(&args);
    assert!(traces.len() > 1 && traces.iter().all(|t| t.states.len() == 12), "{said}");
}

#[test]
fn an_explanation_accounts_for_every_step() {
    let (traces, said, _) = shrink(&["--violates", ROOT, "--explain", &fixture(3)]);
    let kept = said.lines().filter(|line| line.starts_with("  kept ")).count();
    assert_eq!(kept, traces[0].states.len() - 1, "{said}");
    assert_eq!(said.matches("without it").count(), kept, "{said}");
    assert!(said.contains("removed by"), "{said}");
    assert!(said.contains("kept 11: deployer_gc(deployer: \"deployer-a\")"), "{said}");
}

#[test]
fn a_proof_says_shortest_and_nothing_less() {
    let (traces, said, _) = shrink(&["--violates", ROOT, "--prove", &fixture(3)]);
    assert_eq!(traces[0].states.len(), 12);
    assert!(said.contains("the shortest there is"), "{said}");
    let (_, said, _) = shrink(&["--violates", ROOT, &fixture(3)]);
    assert!(said.contains("one-minimal") && !said.contains("shortest"), "{said}");
}

#[test]
fn expressions_and_systems_are_goals_too() {
    let fewer = "planner_updates.length() < 3";
    let (traces, said, status) = shrink(&["--invariant", fewer, &fixture(2)]);
    assert_eq!((traces[0].states.len(), status), (4, Some(0)), "{said}");
    assert!(said.contains("keeps expression at planner_updates.length() < 3"), "{said}");
    let (_, _, status) = shrink(&["--violates-expr", "planner_updates.length() < 30", &fixture(2)]);
    assert_eq!(status, Some(1), "the original does not fail");
    let (_, said, status) = shrink(&["--invariant", "planner_updates +", &fixture(2)]);
    assert_eq!(status, Some(2), "{said}");
    let (_, said, status) = shrink(&["--invariant", "planner_updates.length()", &fixture(2)]);
    assert!(status == Some(2) && said.contains("not true or false"), "{said}");
    let (traces, said, status) = shrink(&["--violates", ROOT, "--on", "dns-lab", &fixture(3)]);
    assert_eq!((traces[0].states.len(), status), (12, Some(0)), "{said}");
    assert!(said.contains("keeps invariant and"), "{said}");
}

#[test]
fn another_failure_is_saved_beside_the_result() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("small.itf.json");
    let out = out.to_str().expect("a name");
    // This road from the outage passes by the deployer that answers `idle`.
    let (_, said, status) = shrink(&["--on", "dns-lab", "--algorithm", "ddmin", &fixture(2), "-o", out]);
    assert_eq!(status, Some(0), "{said}");
    let files =
        fs::read_dir(folder.path()).expect("a folder").map(|file| file.expect("an entry").file_name());
    let mut names: Vec<String> = files.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names[0].starts_with("also-outcome-") && names[0].ends_with(".itf.json"), "{names:?}");
    assert!(said.contains(&names[0]), "{said}");
    // It fails in that way, and the result in its own.
    let replay = |name: &str| {
        let file = folder.path().join(name);
        let output = itf(["replay", "--on", "dns-lab"].into_iter().chain(file.to_str()));
        (output.status.code(), format!("{}{}", stdout(&output), stderr(&output)))
    };
    let (status, told) = replay(&names[0]);
    assert!(status == Some(1) && told.contains("idle"), "{told}");
    let (status, told) = replay("small.itf.json");
    assert!(status == Some(1) && told.contains("outage"), "{told}");
}

#[test]
fn of_what_a_system_does_wrong_only_what_was_asked_for_counts() {
    // Without it, the road to the outage passes by the deployer that answers `idle`; see the test above.
    let by = ["--on", "dns-lab", "--algorithm", "ddmin"];
    let (traces, said, status) = shrink(&[&by[..], &["--only", "outage", &fixture(2)]].concat());
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("keeps outage at") && !said.contains("there was another failure"), "{said}");
    let folder = tempfile::tempdir().expect("a folder");
    let small = folder.path().join("small.itf.json");
    let mut text = Vec::new();
    itf::write(&mut text, &traces[0], itf::Layout::Compact).expect("a text");
    fs::write(&small, text).expect("a file");
    let output = itf(["replay", "--on", "dns-lab", "--only", "outage", small.to_str().expect("a name")]);
    assert_eq!(output.status.code(), Some(1), "{}{}", stdout(&output), stderr(&output));
    // What counts alone does not come; there is no such thing; nobody is there to do it.
    let (_, said, status) = shrink(&["--on", "dns-lab", "--only", "view", &fixture(2)]);
    assert!(
        status == Some(1) && said.contains("no failure of the kind that counts alone (--only view)"),
        "{said}"
    );
    let (_, said, status) = shrink(&["--on", "dns-lab", "--only", "outge", &fixture(2)]);
    assert!(status == Some(2) && said.contains("dns-lab has no failure of that kind; there are"), "{said}");
    let (_, said, status) = shrink(&["--violates", ROOT, "--only", "outage", &fixture(2)]);
    assert!(status == Some(2) && said.contains("--on"), "{said}");
}

#[test]
fn limits_end_the_work_and_say_so() {
    for (limit, says) in [
        (&["--max-calls", "5"][..], "stopped by --max-calls"),
        (&["--max-time", "0"], "stopped by --max-time"),
        (&["--stop-at", "30"], "short enough for --stop-at"),
    ] {
        let file = fixture(4);
        let args = [&["--violates", ROOT, &file][..], limit].concat();
        let (traces, said, status) = shrink(&args);
        assert!(status == Some(0) && said.contains(says), "{limit:?}: {said}");
        assert!((12..=37).contains(&traces[0].states.len()));
    }
    let (_, said, status) = shrink(&["--violates", ROOT, "--max-time", "-1", &fixture(4)]);
    assert_eq!(status, Some(2), "{said}");
}

#[test]
fn every_algorithm_can_be_asked_for() {
    for algorithm in ["ours", "ddmin", "probdd", "cdd", "backward"] {
        let (traces, said, _) = shrink(&["--violates", ROOT, "--algorithm", algorithm, &fixture(5)]);
        assert!((12..=16).contains(&traces[0].states.len()), "{algorithm}: {said}");
    }
    let output = itf(["shrink", "--algorithm", "magic", "--", "true"]);
    assert!(
        output.status.code() == Some(2) && stderr(&output).contains("ours, ddmin, probdd, cdd, backward")
    );
}

#[test]
fn a_lasso_stays_one() {
    let states: Vec<String> = (0..12).map(|x| format!("{{\"x\":{x}}}")).collect();
    let lasso = format!("{{\"vars\":[\"x\"],\"loop\":6,\"states\":[{}]}}", states.join(","));
    // It needs 3 in the stem and 9 in the loop.
    let oracle = r#"grep -q '"3"' "$ITF_CANDIDATE" && grep -q '"9"' "$ITF_CANDIDATE""#;
    let output = itf_with(&["shrink", "--", "sh", "-c", oracle], lasso.as_bytes());
    let small = itf::read(&output.stdout).expect("ITF").remove(0);
    let xs: Vec<_> = small.states.iter().map(|s| s.get("x").and_then(itf::Value::as_i64)).collect();
    assert_eq!((xs, small.loop_index), (vec![Some(0), Some(3), Some(9)], Some(2)), "{}", stderr(&output));
    // Whatever is asked for, something of the loop is left.
    let output = itf_with(&["shrink", "--", "sh", "-c", "grep -q '\"3\"'"], lasso.as_bytes());
    let small = itf::read(&output.stdout).expect("ITF").remove(0);
    assert_eq!((small.states.len(), small.loop_index), (3, Some(2)), "{}", stdout(&output));
}
