//! What survives a kill.

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value as Json;

use crate::common::{ROOT, command, itf, stderr, stdout};
use crate::schema::validator;
use crate::shrink_commands::{Bench, values};

/// It says in `log` what it was asked, at the end of a run, when the verdict is known.
const SCRIPT: &str = r#"has 3 && has 8 && has 13; status=$?; cksum < "$1" >> "$BENCH/log"; exit $status"#;

fn lines(bench: &Bench, name: &str) -> Vec<String> {
    let text = fs::read(bench.path(name)).unwrap_or_default();
    String::from_utf8_lossy(&text).split_inclusive('\n').map(str::to_owned).collect()
}

/// The verdicts of a journal that count: whole lines, without those that came to nothing.
fn verdicts(bench: &Bench) -> Vec<(String, u64)> {
    let lines = lines(bench, "small.itf.json.journal");
    let whole = lines.iter().filter(|line| line.ends_with('\n')).skip(1);
    let json = whole.map(|line| serde_json::from_str::<Json>(line).expect("a line of a journal"));
    let known = json.filter(|line| line["verdict"] != "fault");
    known
        .map(|l| (l["candidate"].as_str().expect("a word").into(), l["run"].as_u64().expect("a number")))
        .collect()
}

/// Kills the command so many times, each at a random moment, and lets it end then.
fn survives(kills: usize, seed: u64, options: &[&str]) {
    let bench = Bench::new(24, SCRIPT);
    let all = [options, &["--resume", "-o", "small.itf.json"]].concat();
    let mut moment = SmallRng::seed_from_u64(seed);
    for _ in 0..kills {
        let mut child =
            bench.command(&all).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        std::thread::sleep(Duration::from_millis(moment.random_range(1..60)));
        child.kill().expect("it can be killed");
        child.wait().expect("it is gone");
        if let Ok(best) = fs::read(bench.path("small.itf.json")) {
            let best = itf::read(&best).expect("the file is whole");
            assert!(best.len() == 1 && best[0].states.len() < 24);
        }
    }
    // The oracles of the last one may be at work still: they are not its verdicts.
    std::thread::sleep(Duration::from_millis(100));
    let before: HashSet<_> = verdicts(&bench).into_iter().collect();
    fs::remove_file(bench.path("log")).ok();
    let output = bench.command(&all).output().expect("it starts");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let whole = verdicts(&bench);
    let distinct: HashSet<_> = whole.iter().cloned().collect();
    assert_eq!(distinct.len(), whole.len(), "a verdict is there twice");
    assert!(before.is_subset(&distinct), "a verdict is lost");
    assert_eq!(lines(&bench, "log").len(), whole.len() - before.len(), "a verdict was asked for again");

    let small = fs::read_to_string(bench.path("small.itf.json")).expect("a result");
    assert_eq!(values(&small), [0, 3, 8, 13]);
    let fresh = bench.command(options).output().expect("it starts");
    assert_eq!(small, stdout(&fresh), "the result is another one");
}

#[test]
fn a_kill_loses_nothing_and_nothing_is_asked_twice() {
    // `ITF_KILLS=100 cargo test -p itf-cli --test it kill` is the long form.
    let kills = std::env::var("ITF_KILLS").ok().map_or(10, |n| n.parse::<u64>().expect("a number"));
    // Five for one piece of work: after more of them it is done, and only its journal is read.
    for round in 0..kills.div_ceil(5) {
        let options: &[&str] = if round % 2 == 0 { &[] } else { &["--jobs", "2"] };
        survives(5, round, options);
    }
}

#[test]
fn a_last_line_that_was_torn_does_not_count() {
    let bench = Bench::new(24, SCRIPT);
    let shrink = ["--resume", "-o", "small.itf.json"];
    let first = bench.command(&shrink).output().expect("it starts");
    let small = fs::read(bench.path("small.itf.json")).expect("a result");
    let journal = fs::read(bench.path("small.itf.json.journal")).expect("a journal");
    let schema = validator("shrink-journal-2");
    for line in String::from_utf8_lossy(&journal).lines() {
        let json: Json = serde_json::from_str(line).expect("JSON");
        assert!(schema.is_valid(&json), "{line}");
    }
    let runs = verdicts(&bench).len();
    // Everything is known: nothing is asked, and the claims are the same.
    fs::remove_file(bench.path("log")).expect("there was a log");
    let again = bench.command(&shrink).output().expect("it starts");
    assert!(!bench.path("log").exists());
    let said = stderr(&again);
    assert!(said.contains(&format!("{runs} verdicts came out of")), "{said}");
    assert!(said.ends_with(stderr(&first).as_str()), "{said}");
    // Cut anywhere in the second half, also in the middle of a line.
    for cut in (journal.len() / 2..journal.len()).step_by(397) {
        fs::write(bench.path("small.itf.json.journal"), &journal[..cut]).expect("a file");
        fs::remove_file(bench.path("log")).ok();
        let resumed = bench.command(&shrink).output().expect("it starts");
        assert_eq!(resumed.status.code(), Some(0), "{}", stderr(&resumed));
        assert_eq!(fs::read(bench.path("small.itf.json")).expect("a result"), small);
        let known = journal[..cut].split(|b| *b == b'\n').count() - 2;
        assert_eq!(lines(&bench, "log").len(), runs - known, "cut at {cut}");
    }
}

#[test]
fn journals_of_other_versions_and_of_other_work_are_refused() {
    let bench = Bench::new(5, "has 3");
    let fixture =
        fs::read_to_string(format!("{ROOT}/fixtures/journal/version-1.journal")).expect("a fixture");
    let refused = |journal: &str, words: &str| {
        fs::write(bench.path("j"), journal).expect("a file");
        let output = bench.command(&["--journal", "j", "--resume"]).output().expect("it starts");
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(words), "`{words}` is not in: {said}");
        assert_eq!(fs::read_to_string(bench.path("j")).expect("it is there"), journal, "it was changed");
    };
    let newer = fixture.replacen(r#""itf-shrink-journal":1"#, r#""itf-shrink-journal":3"#, 1);
    refused(&newer, "journal of version 3; versions 1 to 2 can be read");
    let other = fixture.replacen("sh oracle.sh {}", "sh other.sh {}", 1);
    refused(&other, "journal of other work: what decides differs");
    let trace = fixture.replacen(r#""original":""#, r#""original":"00"#, 1);
    refused(&trace, "journal of other work: the original differs");
    refused("{\"vars\":[]}\n", "line 1 is not of a journal");
    refused("notes of mine", "line 1 is not of a journal");
    refused(&format!("{fixture}nonsense\n"), "is not of a journal");
    // And that of the oldest version is read: nothing is asked.
    fs::write(bench.path("j"), &fixture).expect("a file");
    fs::write(bench.path("oracle.sh"), "exit 125").expect("a file");
    let output = bench.command(&["--journal", "j", "--resume"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(values(&stdout(&output)), [0, 3]);
    let output = bench.command(&["--resume"]).output().expect("it starts");
    assert!(stderr(&output).contains("--resume needs --journal FILE, or -o FILE"));
}

#[test]
fn a_journal_of_version_2_is_gone_on_with() {
    let folder = tempfile::tempdir().expect("a folder");
    let journal = folder.path().join("j");
    fs::copy(format!("{ROOT}/fixtures/journal/version-2.journal"), &journal).expect("a file");
    let journal = journal.to_str().expect("a name");
    let shrink = ["shrink", "--with", "dns-spec:n3_5_3", "--violates", "no_inconsistent_root"];
    let trace = "fixtures/wunderspec/root-3.ndjson";
    let fresh = itf(shrink.iter().copied().chain([trace]));
    let resumed = itf(shrink.iter().copied().chain(["--journal", journal, "--resume", trace]));
    let said = stderr(&resumed);
    assert!(said.contains("6 verdicts came out of") && said.ends_with(stderr(&fresh).as_str()), "{said}");
    assert_eq!(stdout(&resumed), stdout(&fresh));
}

#[test]
fn verdicts_of_an_oracle_that_was_edited_are_not_trusted_unasked() {
    let bench = Bench::new(8, "has 3");
    let resume = |more: &[&str]| {
        let output = bench.command(&[&["--resume", "-o", "small.itf.json"], more].concat()).output();
        let output = output.expect("it starts");
        (output.status.code(), stderr(&output))
    };
    assert_eq!(resume(&["--max-calls", "3"]).0, Some(0));
    let script = fs::read_to_string(bench.path("oracle.sh")).expect("a file");
    let journal = fs::read(bench.path("small.itf.json.journal")).expect("a journal");
    fs::write(bench.path("oracle.sh"), format!("{script}# edited\n")).expect("a file");
    let (status, said) = resume(&[]);
    assert_eq!(status, Some(2), "{said}");
    for words in ["small.itf.json.journal: ", "oracle.sh was edited", "delete it", "--trust-journal"] {
        assert!(said.contains(words), "`{words}` is not in: {said}");
    }
    assert_eq!(fs::read(bench.path("small.itf.json.journal")).expect("a journal"), journal);
    let (status, said) = resume(&["--trust-journal"]);
    assert!(status == Some(0) && said.contains("3 verdicts came out of"), "{said}");
    // From now on it is the journal of what was trusted, with all that was in it, and edited back is edited.
    let (status, said) = resume(&[]);
    assert!(status == Some(0) && said.contains("verdicts came out of"), "{said}");
    let now = fs::read(bench.path("small.itf.json.journal")).expect("a journal");
    let after_the_first = |journal: &[u8]| journal.splitn(2, |b| *b == b'\n').nth(1).map(<[u8]>::to_vec);
    let verdicts = after_the_first(&journal).expect("verdicts");
    assert!(after_the_first(&now).is_some_and(|now| now.starts_with(&verdicts)));
    fs::write(bench.path("oracle.sh"), &script).expect("a file");
    let (status, said) = resume(&[]);
    assert!(status == Some(2) && said.contains("oracle.sh was edited"), "{said}");
    assert_eq!(fs::read(bench.path("small.itf.json.journal")).expect("a journal"), now);
    assert!(!bench.path("small.itf.json.journal.itf-part").exists());
    // A program is looked at, too, wherever it was found.
    let program = bench.path("decides");
    for (content, status) in [("#!/bin/sh\nexit 0\n", 2), ("#!/bin/sh\nexit 1\n", 2)] {
        fs::write(&program, content).expect("a file");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a mode");
        let mut command = command();
        command.current_dir(bench.path("")).args(["shrink", "--journal", "j", "--resume", "long.itf.json"]);
        let path = format!("{}:{}", bench.path("").display(), std::env::var("PATH").unwrap_or_default());
        let output = command.env("PATH", path).args(["--", "decides", "{}"]).output().expect("it starts");
        assert_eq!(output.status.code(), Some(status), "{}", stderr(&output));
        assert_eq!(stderr(&output).contains("decides was edited"), content.contains("exit 1"));
    }
}

#[test]
fn flaky_work_goes_on_as_it_would_have() {
    // The verdict depends on how often the candidate was run: so a run that is made again, or left out, would show.
    let script = r#"has 3 && has 8 || exit 1; name=$(cksum < "$1" | cut -d' ' -f1); echo >> "$BENCH/$name"; n=$(wc -l < "$BENCH/$name"); [ $(( (n * 7919 / 13) % 2 )) = 0 ]"#;
    let bench = Bench::new(10, script);
    let options = ["--flaky", "--resume", "-o", "small.itf.json"];
    let first = bench.command(&options).output().expect("it starts");
    assert_eq!(first.status.code(), Some(0), "{}", stderr(&first));
    let journal = fs::read_to_string(bench.path("small.itf.json.journal")).expect("a journal");
    // As if it had been killed after each third of the verdicts: what was asked later was not asked yet.
    let lines: Vec<&str> = journal.split_inclusive('\n').collect();
    for third in [lines.len() / 3, 2 * lines.len() / 3] {
        let fresh = Bench::new(10, script);
        fs::write(fresh.path("small.itf.json.journal"), lines[..third].concat()).expect("a file");
        let resumed = fresh.command(&options).output().expect("it starts");
        assert_eq!(resumed.status.code(), Some(0), "{}", stderr(&resumed));
        let said = stderr(&resumed);
        assert!(said.contains(&format!("{} verdicts came out of", third - 1)), "{said}");
        let small = fs::read_to_string(fresh.path("small.itf.json")).expect("a result");
        assert_eq!(values(&small), [0, 3, 8], "{said}");
    }
}

/// Whether a process is there and no zombie.
pub(crate) fn is_alive(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with('Z'))
}

#[cfg(target_os = "linux")]
#[test]
fn what_leaves_its_group_does_not_outlive_its_run() {
    let script = r#"setsid sh -c 'echo $$ >> "$BENCH/left"; exec sleep 600' > /dev/null 2>&1 &
until grep -qx $! "$BENCH/left"; do sleep 0.02; done; has 3"#;
    let bench = Bench::new(5, script);
    let output = bench.command(&["--jobs", "2"]).output().expect("it starts");
    assert_eq!(values(&stdout(&output)), [0, 3], "{}", stderr(&output));
    let left = fs::read_to_string(bench.path("left")).expect("a file");
    assert!(left.lines().count() > 4, "{left}");
    for pid in left.lines() {
        assert!(!is_alive(pid), "{pid} is left behind");
    }
}

#[test]
fn a_kill_leaves_neither_the_command_at_work_nor_its_folder() {
    // The command starts two others, one of which leaves its group, and does not end by itself.
    let script = r#"setsid sh -c 'echo $$ > "$BENCH/left"; exec sleep 600' &
sleep 601 & echo "$$ $!" > "$BENCH/pids.new"
until [ -s "$BENCH/left" ]; do sleep 0.02; done
cat "$BENCH/left" >> "$BENCH/pids.new"; mv "$BENCH/pids.new" "$BENCH/pids"; wait"#;
    let bench = Bench::new(6, script);
    let temporary = bench.path("temporary");
    fs::create_dir(&temporary).expect("a folder");
    let mut command = bench.command(&["-o", "small.itf.json"]);
    let mut child = command.env("TMPDIR", &temporary).stderr(Stdio::null()).spawn().expect("it starts");
    let until = |what: &str, holds: &dyn Fn() -> bool| {
        let waits = (0..2_000).any(|_| {
            std::thread::sleep(Duration::from_millis(10));
            holds()
        });
        assert!(waits, "{what}");
    };
    until("the command is at work", &|| bench.path("pids").exists());
    let pids = fs::read_to_string(bench.path("pids")).expect("a file");
    let pids: Vec<&str> = pids.split_whitespace().collect();
    assert!(pids.len() == 3 && pids.iter().all(|pid| is_alive(pid)), "{pids:?}");
    child.kill().expect("it can be killed");
    child.wait().expect("it is gone");
    until("the command is gone, with what it started", &|| !pids.iter().any(|pid| is_alive(pid)));
    until("its folder is gone", &|| fs::read_dir(&temporary).is_ok_and(|left| left.count() == 0));
}
