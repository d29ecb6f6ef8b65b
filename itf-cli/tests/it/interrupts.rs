//! Ctrl-C: what was done is kept and told, and what is slow may be waited for.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::common::{command, itf, stderr, stdout};

fn interrupt(child: &Child) {
    signal(child, Signal::INT);
}

fn signal(child: &Child, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(child.id()).expect("a pid")).expect("a pid");
    kill_process(pid, signal).expect("it is there");
}

/// Waits for something that takes moments.
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn piped(command: &mut Command) -> Child {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the command starts")
}

#[test]
fn walks_that_are_interrupted_are_whole_and_the_file_has_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("walks.ndjson");
    let endless = ["generate", "dns-spec", "--max-findings", "100000000", "--max-samples", "100000000"];
    let mut child = piped(command().args(endless));
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut text = String::new();
    lines.read_line(&mut text).expect("a line");
    interrupt(&child);
    std::io::Read::read_to_string(&mut lines, &mut text).expect("the rest");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert!(text.ends_with('\n') && !itf::read(text.as_bytes()).expect("whole traces").is_empty());

    let child = piped(command().args(endless).arg("-o").arg(&out));
    // The file has no name before it is whole: who knows where open files are told of sees it.
    let started = Instant::now();
    let held = Path::new("/proc").join(child.id().to_string()).join("fd");
    let has_begun = || {
        let open = fs::read_dir(&held).into_iter().flatten().flatten();
        let ours =
            open.filter(|fd| fs::read_link(fd.path()).is_ok_and(|file| file.starts_with(folder.path())));
        ours.filter_map(|fd| fs::metadata(fd.path()).ok()).any(|file| file.len() > 0)
    };
    while if held.exists() { !has_begun() } else { started.elapsed() < Duration::from_secs(1) } {
        assert!(started.elapsed() < Duration::from_secs(30), "nothing is written");
        std::thread::sleep(Duration::from_millis(10));
    }
    interrupt(&child);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(!itf::read(&fs::read(&out).expect("a file")).expect("whole traces").is_empty());
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "something is left over");
}

/// An adapter that is right only when it is observed for the third time, and that takes its time if it is told to.
const SLOW: &str = r##"n=0 seen=0
while IFS= read -r line; do
    id=${line#*'"id":'} more='"status":"ok"'
    case $line in
        *'"op":"hello"'*) more='"status":"ok","protocol":1,"name":"slow","capabilities":{"observe":true},"view":["n"],"actions":{"Tick":{}}' ;;
        *'"op":"reset"'*) n=0; [ -z "$1" ] || echo $$ >"$1.pid" ;;
        *'"op":"execute"'*) n=$((n + 1)) seen=0; [ -z "$1" ] || { echo $n >>"$1"; sleep 0.2; } ;;
        *'"op":"observe"'*) seen=$((seen + 1)) ;;
    esac
    shown=$n
    [ $seen -ge ${2-2} ] || shown=-1
    echo "{\"id\":${id%%[!0-9]*},$more,\"outcome\":\"ok\",\"observed\":{\"n\":{\"#bigint\":\"$shown\"}}}"
done
"##;

fn slow(folder: &Path) -> [String; 2] {
    let (script, trace) = (folder.join("slow.sh"), folder.join("trace.itf.json"));
    fs::write(&script, SLOW).expect("an adapter");
    let state = |n: i32, tag: &str| format!(r#"{{"n":{n},"action":{{"tag":"{tag}","value":{{}}}}}}"#);
    let states = [state(0, "Init"), state(1, "Tick"), state(2, "Tick")].join(",");
    fs::write(&trace, format!(r#"{{"vars":["n","action"],"states":[{states}]}}"#)).expect("a trace");
    [format!("jsonl:sh '{}'", script.display()), trace.to_string_lossy().into_owned()]
}

#[test]
fn a_system_may_take_its_time_to_settle() {
    let folder = tempfile::tempdir().expect("a folder");
    let [on, trace] = slow(folder.path());
    let at_once = itf(["replay", "--on", &on, &trace]);
    assert_eq!(at_once.status.code(), Some(1), "{}", stdout(&at_once));
    assert!(stdout(&at_once).contains("n: expected 1, observed -1"), "{}", stdout(&at_once));
    let later = itf(["replay", "--on", &on, "--settle", "20", &trace]);
    assert_eq!(later.status.code(), Some(0), "{}{}", stdout(&later), stderr(&later));
    // What never comes right is found when the time is over.
    let never = itf(["replay", "--on", &format!("{on} '' 1000000"), "--settle", "0.3", &trace]);
    assert_eq!(never.status.code(), Some(1), "{}", stdout(&never));
    let wrong = itf(["replay", "--on", &on, "--settle", "-1", &trace]);
    assert_eq!(wrong.status.code(), Some(2), "{}", stdout(&wrong));
}

#[test]
fn a_replay_that_is_interrupted_says_how_far_it_came() {
    let folder = tempfile::tempdir().expect("a folder");
    let [on, trace] = slow(folder.path());
    let ticks = folder.path().join("ticks");
    let one = piped(command().args(["replay", "--on", &format!("{on} '{}.one' 0", ticks.display()), &trace]));
    wait_until("nothing is done", || folder.path().join("ticks.one").exists());
    interrupt(&one);
    let output = one.wait_with_output().expect("it ends");
    assert!(stderr(&output).contains("interrupted: 0 of 1 traces"), "{}{}", stdout(&output), stderr(&output));
    let args = ["replay", "--format", "json", "--on", &format!("{on} '{}' 0", ticks.display())];
    let child = piped(command().args(args).args(std::iter::repeat_n(&trace, 100)));
    let started = Instant::now();
    // Four ticks: the first trace is through.
    while fs::read_to_string(&ticks).map_or(0, |text| text.lines().count()) < 4 {
        assert!(started.elapsed() < Duration::from_secs(30), "nothing is done");
        std::thread::sleep(Duration::from_millis(10));
    }
    interrupt(&child);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("of 100 traces were replayed"), "{}", stderr(&output));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a whole report");
    assert!(stdout(&output).contains("agrees") || report.to_string().contains("agreed"), "{report}");
}

/// Each step is told when it is done, not when all are: whoever reads along sees where it hangs.
#[test]
fn steps_of_a_drive_are_told_as_they_come() {
    let mut child = piped(command().args(["lab", "drive", "--json"]));
    let mut stdin = child.stdin.take().expect("a pipe");
    let sync = r#"{"action": "Sync", "args": {"deployer": "deployer-a"}}"#;
    for _ in 0..3 {
        writeln!(stdin, "{sync}").expect("it reads");
    }
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    let lines: Vec<serde_json::Value> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let steps: Vec<_> = lines.iter().map(|line| (line["step"].as_u64(), line["failure"].is_null())).collect();
    assert_eq!(steps, [(Some(1), true), (Some(2), true), (Some(3), true)]);
}

/// A spec in another process is ended by Ctrl-C, which is no crash: what was found is there.
#[test]
fn walks_over_an_adapter_that_are_interrupted_are_told_as_that() {
    let spec = format!("jsonl:'{}' adapter serve dns-spec:n3_5_3", env!("CARGO_BIN_EXE_itf"));
    let mut child = piped(command().args(["generate", &spec, "--samples", "1000000"]));
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut text = String::new();
    lines.read_line(&mut text).expect("a line");
    interrupt(&child);
    std::io::Read::read_to_string(&mut lines, &mut text).expect("the rest");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("interrupted"), "{}", stderr(&output));
    assert!(!stderr(&output).contains("ended before it answered"), "{}", stderr(&output));
    assert!(!itf::read(text.as_bytes()).expect("whole traces").is_empty());

    // Nothing was found, and nobody knows whether there is something.
    let folder = tempfile::tempdir().expect("a folder");
    let never = ["generate", &spec, "--property", "no_inconsistent_root", "--max-steps", "3"];
    let child = piped(command().args(never).args(["--samples", "1000000"]).env("TMPDIR", folder.path()));
    wait_until("no adapter is started", || fs::read_dir(folder.path()).expect("a folder").count() > 0);
    interrupt(&child);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("interrupted"), "{}", stderr(&output));
}

#[test]
fn a_replay_that_is_killed_leaves_no_adapter_and_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let [on, trace] = slow(folder.path());
    let (ticks, temporary) = (folder.path().join("ticks"), folder.path().join("tmp"));
    fs::create_dir(&temporary).expect("a folder");
    let on = format!("{on} '{}' 0", ticks.display());
    let args = ["replay", "--on", &on];
    let mut itf = command();
    itf.args(args).args(std::iter::repeat_n(&trace, 100)).env("TMPDIR", &temporary);
    let mut child = piped(&mut itf);
    wait_until("nothing is done", || fs::read_to_string(&ticks).is_ok_and(|text| text.lines().count() > 1));
    let pid = fs::read_to_string(folder.path().join("ticks.pid")).expect("it wrote it down");
    signal(&child, Signal::KILL);
    child.wait().expect("it ends");
    let pid = Pid::from_raw(pid.trim().parse().expect("a number")).expect("a pid");
    wait_until("the adapter is still there", || rustix::process::test_kill_process(pid).is_err());
    wait_until("a file is left", || fs::read_dir(&temporary).expect("a folder").count() == 0);
}

/// Half of a campaign is none: the report of the time before is worth more.
#[test]
fn a_report_that_is_interrupted_replaces_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let [on, trace] = slow(folder.path());
    let (ticks, out) = (folder.path().join("ticks"), folder.path().join("report.md"));
    fs::write(&out, "as it was").expect("a file");
    let on = format!("{on} '{}' 0", ticks.display());
    let mut itf = command();
    itf.args(["report", "--on", &on, "-o"]).arg(&out).args(std::iter::repeat_n(&trace, 100));
    let child = piped(&mut itf);
    wait_until("nothing is done", || ticks.exists());
    interrupt(&child);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("interrupted: no report is written"), "{}", stderr(&output));
    assert_eq!(fs::read_to_string(&out).expect("a file"), "as it was");
}

/// Whoever is ended by us has not broken anything.
#[test]
fn an_adapter_that_is_interrupted_while_it_starts_has_not_crashed() {
    let folder = tempfile::tempdir().expect("a folder");
    let begun = folder.path().join("begun");
    let never = format!("jsonl:sh -c 'echo > \"{}\"; exec sleep 600'", begun.display());
    let trace = "fixtures/wunderspec/root-3.ndjson";
    for args in [["replay", "--on", &never, trace], ["generate", &never, "--samples", "1"]] {
        let child = piped(command().args(args));
        wait_until("it does not start", || begun.exists());
        interrupt(&child);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains("interrupted"), "{}", stderr(&output));
        assert!(!stderr(&output).contains("ended before it answered"), "{}", stderr(&output));
        fs::remove_file(&begun).expect("it was there");
    }
}

/// The same of all that a search and a shrinker have at work.
#[test]
fn what_a_search_or_a_shrinker_that_is_killed_had_started_is_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    let served = |what: &str, pids: &str| {
        let itf = env!("CARGO_BIN_EXE_itf");
        format!("jsonl:sh -c 'echo $$ >> \"{}\"; exec \"{itf}\" adapter serve {what}'", at(pids))
    };
    let waits = format!("echo $$ >> \"{}\"; exec sleep 600", at("shrink.pids"));
    let trace = "fixtures/wunderspec/root-3.ndjson";
    let cases: [(&str, usize, Vec<String>); 2] = [
        (
            "generate",
            1,
            ["generate", &served("dns-spec:n3_5_3", "generate.pids"), "--samples", "100000000"]
                .map(str::to_owned)
                .to_vec(),
        ),
        (
            "shrink",
            3,
            [
                "shrink",
                "--with",
                &served("dns-spec:n3_5_3", "shrink.pids"),
                "--on",
                &served("dns-lab", "shrink.pids"),
                trace,
                "--",
                "sh",
                "-c",
                &waits,
            ]
            .map(str::to_owned)
            .to_vec(),
        ),
    ];
    for (name, processes, args) in cases {
        let (pids, temporary) = (folder.path().join(format!("{name}.pids")), folder.path().join(name));
        fs::create_dir(&temporary).expect("a folder");
        let mut itf = command();
        itf.args(args).env("TMPDIR", &temporary);
        let itf = itf.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = itf.spawn().expect("the command starts");
        let numbers = || fs::read_to_string(&pids).unwrap_or_default();
        wait_until("not all are at work", || numbers().lines().count() >= processes);
        signal(&child, Signal::KILL);
        child.wait().expect("it ends");
        for pid in numbers().lines() {
            wait_until(&format!("{name}: {pid} is still there"), || !crate::shrink_journal::is_alive(pid));
        }
        wait_until("a file is left", || fs::read_dir(&temporary).expect("a folder").count() == 0);
    }
}
