//! Commands as oracles.

use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, Instant};

use itf::{Reader, Trace};
use itf_adapters::{CommandOracle, candidate_trace};
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
