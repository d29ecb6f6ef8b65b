//! Adapters that break the protocol, under the command: one clear message, the right exit status, no process left behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::common::{ROOT, command, stderr, stdout};

/// A trace of the adapter that counts, three steps long, twice.
fn traces(folder: &TempDir) -> PathBuf {
    let state = |n: i32, tag: &str| format!(r#"{{"n":{n},"action":{{"tag":"{tag}","value":{{}}}}}}"#);
    let states = [state(0, "Init"), state(1, "Tick"), state(2, "Tick"), state(3, "Tick")].join(",");
    let trace = format!(r#"{{"vars":["n","action"],"states":[{states}]}}"#);
    let path = folder.path().join("traces.ndjson");
    fs::write(&path, format!("{trace}\n{trace}\n")).expect("traces");
    path
}

/// Runs the command with the adapter in this mode, and waits until all its processes are gone.
fn run(folder: &TempDir, mode: &str, args: &dyn Fn(&str) -> Vec<String>) -> (Output, usize) {
    let pids = folder.path().join(format!("{mode}.pids"));
    let script = Path::new(ROOT).join("adapters/tests/misbehaving.sh");
    let adapter = format!("jsonl:sh '{}' {mode} '{}' lists", script.display(), pids.display());
    let mut itf = command();
    // Who is slow here because the machine is busy must not look like one that hangs.
    let seconds = if mode.starts_with("hangs") || mode == "late" { "1" } else { "30" };
    itf.args(args(&adapter)).env("ITF_STEP_SECONDS", seconds).stdin(Stdio::null());
    let output = itf.output().expect("the command starts");
    let pids = fs::read_to_string(&pids).expect("the adapter started");
    let ended = Instant::now();
    for pid in pids.lines() {
        // Nobody is there, or only what nobody waited for yet.
        let is_there = || {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            !(stat.is_empty() || stat.contains(") Z "))
        };
        while is_there() {
            assert!(ended.elapsed() < Duration::from_secs(20), "{mode}: {pid} is left behind");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    (output, pids.lines().count())
}

/// The ways to break the protocol, and what is said of each.
const MODES: [(&str, &[&str]); 15] = [
    ("hangs", &["no answer to execute within 1 s"]),
    ("hangs-for-good", &["no answer to execute within 1 s"]),
    ("hangs-in-half-a-line", &["half a line"]),
    // It is gone, and what it started holds its standard output open.
    ("hangs-by-its-child", &["no answer to execute within 1 s"]),
    ("dies-in-half-a-line", &["ended before it answered execute; there was half a line"]),
    ("late", &["no answer to execute within 1 s"]),
    ("dies", &["ended before it answered execute", "exit status: 3", "last words"]),
    ("dies-by-signal", &["signal: 9"]),
    ("closes", &["closed its standard output"]),
    ("floods", &["is not JSON", "`y`"]),
    ("wrong-id", &["the answer to execute has id ", " instead of "]),
    ("old-id", &["the answer to execute has id ", " instead of "]),
    ("no-id", &["the answer to execute has no id instead of "]),
    ("not-json", &["is not JSON", "`Traceback (most recent call last):`"]),
    ("talks-before", &["is not JSON", "DEBUG: ticking"]),
];

#[test]
fn a_system_that_breaks_the_protocol_is_inconclusive_and_the_next_trace_gets_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let trace = traces(&folder).to_string_lossy().into_owned();
    let replay = |on: &str| ["replay", "--on", on, &trace].map(str::to_owned).to_vec();
    std::thread::scope(|scope| {
        for (mode, words) in MODES {
            let (folder, replay) = (&folder, &replay);
            scope.spawn(move || {
                let (output, processes) = run(folder, mode, replay);
                let text = format!("{}{}", stdout(&output), stderr(&output));
                assert_eq!(output.status.code(), Some(2), "{mode}: {text}");
                for word in words {
                    assert_eq!(text.matches(word).count(), 2, "{mode}: `{word}` once for each trace: {text}");
                }
                let each = if mode == "hangs-by-its-child" { 2 } else { 1 };
                assert_eq!(processes, 2 * each, "{mode}: one for each trace: {text}");
            });
        }
    });
}

#[test]
fn a_spec_that_breaks_the_protocol_shrinks_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let trace = traces(&folder).to_string_lossy().into_owned();
    let out = folder.path().join("small.itf.json").to_string_lossy().into_owned();
    let shrink = |with: &str| {
        ["shrink", "--with", with, "--violates", "small", &trace, "-o", &out].map(str::to_owned).to_vec()
    };
    std::thread::scope(|scope| {
        for (mode, words) in MODES {
            let (folder, shrink, out) = (&folder, &shrink, &out);
            scope.spawn(move || {
                let (output, _) = run(folder, mode, shrink);
                let text = stderr(&output);
                assert_eq!(output.status.code(), Some(2), "{mode}: {text}");
                assert!(words.iter().all(|word| text.contains(word)), "{mode}: {text}");
                assert!(!Path::new(out).exists(), "{mode}: wrote what nobody knows");
            });
        }
    });
}

#[test]
fn of_a_spec_that_breaks_the_protocol_no_walk_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("walks.ndjson").to_string_lossy().into_owned();
    let generate = |spec: &str| {
        let walks = ["--samples", "2", "--max-steps", "3", "-o", &out].map(str::to_owned);
        ["generate", spec].map(str::to_owned).into_iter().chain(walks).collect()
    };
    std::thread::scope(|scope| {
        for (mode, words) in MODES {
            let (folder, generate, out) = (&folder, &generate, &out);
            scope.spawn(move || {
                let (output, _) = run(folder, mode, generate);
                let text = stderr(&output);
                assert_eq!(output.status.code(), Some(2), "{mode}: {text}");
                assert!(words.iter().all(|word| text.contains(word)), "{mode}: {text}");
                assert!(!Path::new(out).exists(), "{mode}: wrote what nobody knows");
            });
        }
    });
    let (output, _) = run(&folder, "good", &generate);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(itf::read(&fs::read(&out).expect("walks")).expect("ITF").len(), 2);
}

#[test]
fn walks_that_were_made_before_a_spec_broke_are_not_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("walks.ndjson").to_string_lossy().into_owned();
    for to_file in [true, false] {
        let generate = |spec: &str| {
            let walks = ["generate", spec, "--samples", "9", "--max-steps", "3"].map(str::to_owned);
            let file = ["-o".to_owned(), out.clone()];
            walks.into_iter().chain(file.into_iter().filter(|_| to_file)).collect()
        };
        let (output, _) = run(&folder, "dies-later", &generate);
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains("1 trace, ") && text.contains("exit status: 3"), "{text}");
        let walks = if to_file { fs::read(&out).expect("walks") } else { output.stdout };
        assert_eq!(itf::read(&walks).expect("whole traces").len(), 1, "{text}");
        fs::remove_file(folder.path().join("dies-later.pids")).expect("it was there");
    }
}

#[test]
fn of_a_reason_no_more_is_told_than_somebody_reads() {
    let folder = tempfile::tempdir().expect("a folder");
    let trace = traces(&folder).to_string_lossy().into_owned();
    let replay = |on: &str| ["replay", "--on", on, &trace].map(str::to_owned).to_vec();
    let (output, _) = run(&folder, "long-reason", &replay);
    let text = format!("{}{}", stdout(&output), stderr(&output));
    assert_eq!(output.status.code(), Some(2));
    assert!(text.contains("xxx…") && text.len() < 20_000, "{} bytes", text.len());
}

#[test]
fn what_an_adapter_starts_ends_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let trace = traces(&folder).to_string_lossy().into_owned();
    let replay = |on: &str| ["replay", "--on", on, &trace].map(str::to_owned).to_vec();
    for mode in ["background", "background-term", "floods-errors"] {
        let (output, processes) = run(&folder, mode, &replay);
        assert_eq!(output.status.code(), Some(0), "{mode}: {}{}", stdout(&output), stderr(&output));
        assert!(processes >= 2, "{mode}");
    }
}

#[test]
fn deadlines_are_numbers_of_seconds() {
    for value in ["soon", "0", "-1", "NaN", ""] {
        let mut itf = command();
        itf.args(["replay", "--on", "jsonl:true", "fixtures/wunderspec/root-3.ndjson"]);
        let output = itf.env("ITF_STEP_SECONDS", value).output().expect("the command starts");
        assert_eq!(output.status.code(), Some(2), "{value}");
        let said = format!("ITF_STEP_SECONDS={value}: is no number of seconds");
        assert!(stderr(&output).contains(&said), "{}", stderr(&output));
    }
    // As long as there is no clock for it.
    let folder = tempfile::tempdir().expect("a folder");
    let trace = traces(&folder);
    let script = Path::new(ROOT).join("adapters/tests/misbehaving.sh");
    let mut itf = command();
    itf.args(["replay", "--on", &format!("jsonl:sh '{}' good", script.display())]).arg(trace);
    let output = itf.env("ITF_START_SECONDS", "1e19").env("ITF_STEP_SECONDS", "1e19").output();
    let output = output.expect("the command starts");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}
