//! Processes: a fresh one after anything indefinite, and none left behind.

use std::path::Path;
use std::time::{Duration, Instant};

use itf::State;
use itf_adapters::jsonl::JsonlConsumer;
use itf_adapters::{Consumer, FaultKind};

use super::{consumer, hasty, label, limits, misbehaving};

/// Whether the process runs; one that ended and was not waited for by its parent does not.
fn runs(pid: &str) -> bool {
    if Path::new("/proc/self/stat").exists() {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        return stat.rsplit(')').next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with(" Z"));
    }
    let output = std::process::Command::new("ps").args(["-o", "stat=", "-p", pid]).output().expect("ps");
    let state = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}

/// The processes that the adapter wrote down, none of which may run any more.
fn all_gone(file: &Path, at_least: usize) {
    let text = std::fs::read_to_string(file).expect("it wrote them down");
    let pids: Vec<&str> = text.lines().collect();
    assert!(pids.len() >= at_least, "{pids:?}");
    let patience = Instant::now() + Duration::from_secs(5);
    while pids.iter().any(|pid| runs(pid)) {
        assert!(
            Instant::now() < patience,
            "still there: {:?}",
            pids.iter().filter(|pid| runs(pid)).collect::<Vec<_>>()
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn no_process_is_left_behind() {
    for (mode, processes) in [
        ("good", 1),
        ("background", 2),
        ("background-term", 2),
        ("hangs", 1),
        ("hangs-for-good", 1),
        ("floods", 1),
        ("floods-errors", 2),
        ("endless", 1),
        ("not-json", 1),
        ("closes", 1),
        ("outlives", 1),
        ("shutdown-hangs", 1),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("pids");
        let mut command = misbehaving(mode);
        command.push(file.to_string_lossy().into_owned());
        let mut consumer = JsonlConsumer::start(&command, hasty()).expect("it answers hello");
        consumer.reset(&State::default()).expect("it resets");
        // Whatever comes of it.
        let _ = consumer.execute(&label("Tick"));
        drop(consumer);
        all_gone(&file, processes);
    }
}

#[test]
fn a_run_that_broke_stays_broken_until_the_next_reset_which_has_a_fresh_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("pids");
    for mode in ["dies", "hangs", "wrong-id"] {
        let mut command = misbehaving(mode);
        command.push(file.to_string_lossy().into_owned());
        let mut consumer = JsonlConsumer::start(&command, hasty()).expect("it answers hello");
        for _ in 0..2 {
            consumer.reset(&State::default()).expect("a fresh process resets");
            let fault = consumer.execute(&label("Tick")).map(drop).expect_err(mode);
            let again = consumer.execute(&label("Back")).map(drop).expect_err("the run is over");
            assert_eq!(again, fault, "it is told what broke");
            assert_eq!(consumer.observe().map(drop).expect_err("the run is over"), fault);
        }
    }
    let pids = std::fs::read_to_string(&file).expect("it wrote them down");
    let pids: Vec<&str> = pids.lines().collect();
    // Two runs each; the process of the first run is the one that was greeted.
    assert_eq!(pids.len(), 6, "{pids:?}");
    all_gone(&file, 6);
}

#[test]
fn nothing_can_be_asked_before_the_first_reset_of_a_fresh_process() {
    let mut consumer = consumer("good", limits());
    // The process is there, and has its own say about it.
    assert!(consumer.execute(&label("Jump")).is_err_and(|fault| fault.kind == FaultKind::Unsupported));
}

#[test]
fn a_healthy_child_ends_at_once() {
    let started = Instant::now();
    for _ in 0..10 {
        let mut consumer = consumer("good", limits());
        consumer.reset(&State::default()).expect("it resets");
    }
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}
