//! Commands as oracles.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use itf::{Reader, Trace};
use itf_adapters::{CommandOracle, Limits, Rule, candidate_trace};
use itf_shrink::{Oracle, Unresolved, Verdict, shrink};
use tempfile::TempDir;

fn trace() -> Trace {
    let states: Vec<String> =
        (0..12).map(|x| format!(r##"{{"#meta":{{"index":{x},"at":"a{x}"}},"x":{x}}}"##)).collect();
    let text = format!(r#"{{"vars":["x"],"states":[{}]}}"#, states.join(","));
    Reader::new().read(text.as_bytes()).expect("ITF").swap_remove(0)
}

fn oracle(script: &str, timeout: Duration) -> (CommandOracle, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let command: Vec<OsString> = ["sh", "-c", script, "oracle", "{}"].map(OsString::from).into();
    (CommandOracle::new(trace(), command, folder.path(), timeout).expect("sh is there"), folder)
}

fn verdict(script: &str) -> Verdict {
    let (mut oracle, _folder) = oracle(script, Duration::from_secs(20));
    oracle.run(&[1, 2]).verdict
}

/// A number of ITF as it is written.
fn state(x: u32) -> String {
    format!(r##"{{"#bigint":"{x}"}}"##)
}

#[test]
fn exit_status_is_the_verdict() {
    assert!(matches!(verdict("exit 0"), Verdict::Fails(f) if f.kind == "command"));
    assert_eq!(verdict("exit 1"), Verdict::Passes);
    assert_eq!(verdict("exit 77"), Verdict::Passes);
    for (script, word) in [("exit 125", "125"), ("kill -SEGV $$", "signal 11")] {
        match verdict(script) {
            Verdict::Unresolved(Unresolved::Fault(why)) => assert!(why.contains(word), "{why}"),
            other => panic!("{script}: {other:?}"),
        }
    }
}

#[test]
fn the_candidate_comes_as_file_on_standard_input_and_in_the_environment() {
    let script = format!(
        r#"grep -qF '{two}' "$1" && cmp -s "$1" "$ITF_CANDIDATE" && cat | cmp -s - "$1" && ! grep -qF '{three}' "$1""#,
        two = state(2),
        three = state(3),
    );
    assert!(matches!(verdict(&script), Verdict::Fails(_)));
}

#[test]
fn a_trace_shrinks_to_the_states_that_matter_and_the_initial_one() {
    let script = format!("grep -qF '{}' \"$1\" && grep -qF '{}' \"$1\"", state(7), state(3));
    let (mut oracle, _folder) = oracle(&script, Duration::from_secs(20));
    let units = oracle.units();
    let report = shrink(&units, &mut oracle).expect("it fails");
    assert_eq!(report.items, [3, 7]);
    let small = candidate_trace(&trace(), &report.items);
    let meta: Vec<&str> = small.states.iter().filter_map(|s| s.meta.text()).collect();
    assert_eq!(meta, [r#"{"index":0,"at":"a0"}"#, r#"{"index":1,"at":"a3"}"#, r#"{"index":2,"at":"a7"}"#]);
}

#[test]
fn a_command_that_hangs_is_ended_with_everything_it_started() {
    let marker = tempfile::tempdir().expect("a folder");
    let file = marker.path().join("late");
    let script = format!("(sleep 2; touch {}) & sleep 60", file.display());
    let started = Instant::now();
    let (mut oracle, _folder) = oracle(&script, Duration::from_millis(200));
    let verdict = oracle.run(&[1]).verdict;
    assert!(
        matches!(&verdict, Verdict::Unresolved(Unresolved::Fault(why)) if why.contains("longer than")),
        "{verdict:?}"
    );
    assert!(started.elapsed() < Duration::from_secs(30));
    std::thread::sleep(Duration::from_secs(3));
    assert!(!Path::new(&file).exists(), "what the command started is still running");
}

#[test]
fn a_command_that_is_not_there_is_no_verdict() {
    let folder = tempfile::tempdir().expect("a folder");
    for program in ["itf-no-such-command", "./itf-no-such-file"] {
        let command = vec![OsString::from(program)];
        let error = CommandOracle::new(trace(), command, folder.path(), Duration::from_secs(1)).map(drop);
        assert!(error.expect_err("not there").to_string().contains(program));
    }
}

#[test]
fn the_loop_goes_back_to_what_is_left_of_it() {
    let mut lasso = trace();
    lasso.loop_index = Some(4);
    assert_eq!(candidate_trace(&lasso, &[1, 5, 9]).loop_index, Some(2));
    assert_eq!(candidate_trace(&lasso, &[1, 2]).loop_index, None);
}

fn limited(script: &str, limits: Limits) -> (CommandOracle, TempDir) {
    let (oracle, folder) = oracle(script, limits.time);
    (oracle.limits(limits), folder)
}

fn rules(texts: &[&str]) -> Vec<Rule> {
    texts.iter().map(|text| text.parse().expect("a rule")).collect()
}

fn why(verdict: &Verdict) -> &str {
    match verdict {
        Verdict::Unresolved(Unresolved::Fault(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_command_that_was_no_oracle_is_judged_by_rules() {
    // A replay script: exits with 1 for every failure, and says which it is.
    let script = r#"grep -qF '"7"' "$1" && echo "dns.example: resolved to zero IPs" && exit 1; exit 0"#;
    let (oracle, _folder) = oracle(script, Duration::from_secs(20));
    let mut oracle = oracle.fails_when(rules(&["exit=1", "output~resolved to (zero|no) IPs"]));
    match oracle.run(&[7]).verdict {
        Verdict::Fails(failure) => {
            assert_eq!(failure.site, "exit=1, output~resolved to (zero|no) IPs, zero");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(oracle.run(&[6]).verdict, Verdict::Passes);
    assert_eq!(oracle.run(&[7]).verdict, oracle.run(&[7, 8]).verdict);
    assert!(oracle.last_output().contains("zero IPs"));
}

#[test]
fn a_lost_job_is_no_pass_and_is_tried_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let seen = folder.path().join("seen");
    let script = format!("test -e {0} && exit 10; touch {0}; exit 1", seen.display());
    let (oracle, _private) = oracle(&script, Duration::from_secs(20));
    let mut oracle = oracle.fails_when(rules(&["exit=0"])).passes_when(rules(&["exit=10"]));
    assert!(why(&oracle.run(&[1]).verdict).contains("neither a failure nor a pass"));
    assert_eq!(oracle.run(&[1]).verdict, Verdict::Passes);
    std::fs::remove_file(&seen).expect("it is there");
    assert_eq!(oracle.retries(1).run(&[1]).verdict, Verdict::Passes);
}

#[test]
fn megabytes_of_output_cost_nothing() {
    let (oracle, _folder) =
        oracle("yes 'all the same' | head -c 8000000; echo; echo needle; exit 3", Duration::from_secs(20));
    let mut oracle = oracle.fails_when(rules(&["output~^needle$"]));
    assert!(matches!(oracle.run(&[1]).verdict, Verdict::Fails(_)));
    assert!(oracle.last_output().len() <= 4_000);
    // One line without an end.
    let (mut endless, _folder) =
        limited("cat /dev/zero", Limits { time: Duration::from_millis(300), ..Limits::default() });
    assert!(why(&endless.run(&[1]).verdict).contains("longer than"));
}

#[test]
fn a_command_that_fills_the_disk_is_ended() {
    let limits = Limits { disk: 2, time: Duration::from_secs(20), ..Limits::default() };
    let many = r#"i=0; while :; do head -c 500000 /dev/zero > "$TMPDIR/$i"; i=$((i+1)); sleep 0.02; done"#;
    let (mut oracle, folder) = limited(many, limits.clone());
    assert!(why(&oracle.run(&[1]).verdict).contains("more than 2 MiB"));
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 0, "something is left behind");
    let (mut oracle, _folder) = limited(r#"exec head -c 9000000 /dev/zero > "$TMPDIR/one""#, limits);
    // One file is cut at the limit, and what is said of it is no answer.
    assert!(why(&oracle.run(&[1]).verdict).contains("more than 2 MiB"));
}

#[test]
fn every_run_has_a_folder_a_slot_and_a_number_of_its_own() {
    let script = r#"test ! -e "$TMPDIR/mark" && touch "$TMPDIR/mark" && test "$TMPDIR" = "$ITF_FOLDER" && test "$(ulimit -v)" = 65536 \
        && echo "$ITF_SLOT $ITF_ATTEMPT" && test "$(pwd -P)" = "$(cd "$ITF_FOLDER" && pwd -P)""#;
    let limits = Limits { memory: Some(64), ..Limits::default() };
    let (oracle, _folder) = limited(script, limits);
    let oracle = oracle.inside(true);
    let mut said = Vec::new();
    for slot in [0, 3, 3] {
        let mut oracle = oracle.slot(slot);
        assert!(matches!(oracle.run(&[1]).verdict, Verdict::Fails(_)), "{}", oracle.last_output());
        said.push(oracle.last_output());
    }
    assert!(said[0].starts_with("0 ") && said[1].starts_with("3 "), "{said:?}");
    assert_ne!(said[1], said[2]);
}

#[test]
fn a_flag_ends_a_run_under_way() {
    let stop = Arc::new(AtomicBool::new(false));
    let (oracle, _folder) = oracle("sleep 60", Duration::from_secs(60));
    let mut oracle = oracle.stop(Arc::clone(&stop));
    let started = Instant::now();
    let running = std::thread::spawn(move || oracle.run(&[1]).verdict);
    std::thread::sleep(Duration::from_millis(100));
    stop.store(true, Ordering::Relaxed);
    let verdict = running.join().expect("no panic");
    assert!(why(&verdict).contains("stopped") && started.elapsed() < Duration::from_secs(30));
}

/// What is left of a run is ended by the name of the run: two oracles of one process must not have runs of one name.
#[test]
fn the_runs_of_one_oracle_are_not_ended_with_those_of_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    let waits = format!("touch '{}'; until [ -e '{}' ]; do sleep 0.02; done", at("at-work"), at("go"));
    let other = std::thread::spawn(move || verdict(&waits));
    while !folder.path().join("at-work").exists() {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(verdict("exit 1"), Verdict::Passes);
    std::fs::write(at("go"), "").expect("a file");
    let said = other.join().expect("it ends");
    assert!(matches!(said, Verdict::Fails(_)), "{said:?}");
}
