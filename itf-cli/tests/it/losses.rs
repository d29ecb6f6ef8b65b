//! Nothing that somebody has is lost, nothing is waited for without an end, and nothing takes all of the machine.

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::common::{command, stderr, stdout};
use crate::shrink_commands::{Bench, values};

const TRACE: &str = r#"{"vars":["x"],"states":[{"x":true}]}"#;
const CANONICAL: &str = "{\n  \"vars\": [\n    \"x\"\n  ],";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("t.itf.json"), TRACE).expect("a file");
    folder
}

/// A line of a shell in the folder, in which `$ITF` is the command; nothing may take a minute.
fn sh(folder: &Path, line: &str) -> Output {
    let mut shell = Command::new("timeout");
    shell.args(["-k", "1", "60", "bash", "-c", line]).current_dir(folder).stdin(Stdio::null());
    shell.env("ITF", command().get_program()).env_remove("ITF_LIMITS");
    let output = shell.output().expect("there is a shell");
    assert!(!matches!(output.status.code(), Some(124 | 137)), "`{line}` does not end");
    output
}

fn refused(folder: &Path, line: &str, words: &str) {
    let output = sh(folder, line);
    assert_eq!(output.status.code(), Some(2), "{line}: {}", stderr(&output));
    assert!(stderr(&output).contains(words), "{line}: `{words}` is not in: {}", stderr(&output));
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("it is there")
}

#[test]
fn what_is_written_to_a_descriptor_is_added_to_what_is_there() {
    let folder = folder();
    for out in ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link"] {
        symlink("/dev/stdout", folder.path().join("link")).ok();
        let line = format!("echo precious > log; {{ $ITF fmt -o {out} t.itf.json; echo after; }} >> log");
        assert_eq!(sh(folder.path(), &line).status.code(), Some(0));
        let log = read(folder.path(), "log");
        assert!(log.starts_with("precious\n{") && log.ends_with("}\nafter\n"), "{out}: {log}");
    }
    let line = "echo precious > log; $ITF fmt -o /dev/fd/3 t.itf.json 3>> log";
    assert_eq!(sh(folder.path(), line).status.code(), Some(0));
    assert!(read(folder.path(), "log").starts_with("precious\n{"));
}

#[test]
fn a_link_stays_a_link_and_a_folder_is_no_file() {
    let folder = folder();
    symlink("there.json", folder.path().join("link")).expect("a link");
    assert_eq!(sh(folder.path(), "$ITF fmt -o link t.itf.json").status.code(), Some(0));
    assert!(folder.path().join("link").is_symlink());
    assert!(read(folder.path(), "there.json").starts_with('{'));
    symlink("nowhere/there", folder.path().join("dangling")).expect("a link");
    refused(folder.path(), "$ITF fmt -o dangling t.itf.json", "cannot write into nowhere");
    assert!(folder.path().join("dangling").is_symlink());
    // It is said before the work, which here would have no end.
    fs::create_dir(folder.path().join("out")).expect("a folder");
    refused(
        folder.path(),
        "$ITF generate dns-spec --max-findings 100000000 --max-samples 100000000 -o out",
        "cannot write out: it is a folder",
    );
}

#[test]
fn what_has_no_end_is_not_read_to_it() {
    let folder = folder();
    refused(folder.path(), "$ITF fmt /dev/zero", "/dev/zero: no text");
    refused(folder.path(), "$ITF fmt < /dev/zero", "<stdin>: no text");
    let limit = "$ITF --input-limit bytes=1MiB";
    let words = "more than 1048576 bytes of input, the limit (`bytes`); --input-limit bytes=N allows more";
    refused(folder.path(), &format!("yes > yes.json & {limit} fmt <(yes); kill %1; exit 2"), words);
    refused(folder.path(), &format!("yes | {limit} convert"), words);
    refused(folder.path(), &format!("{limit} patch <(yes) t.itf.json"), words);
    fs::create_dir(folder.path().join("d")).expect("a folder");
    symlink("/dev/zero", folder.path().join("d/zero.itf.json")).expect("a link");
    fs::copy(folder.path().join("t.itf.json"), folder.path().join("d/t.itf.json")).expect("a file");
    for command in ["check", "info", "show", "fmt --check"] {
        let output = sh(folder.path(), &format!("mkfifo -m 600 d/fifo.json; $ITF {command} d"));
        let said = format!("{}{}", stdout(&output), stderr(&output));
        assert!(
            output.status.code().is_some_and(|code| code < 2) && !said.contains("zero"),
            "{command}: {said}"
        );
    }
}

#[test]
fn only_what_was_named_is_rewritten() {
    let folder = folder();
    fs::create_dir(folder.path().join("d")).expect("a folder");
    symlink("../t.itf.json", folder.path().join("d/x.itf.json")).expect("a link");
    fs::write(folder.path().join("d/z.itf.json"), TRACE).expect("a file");
    symlink("z.itf.json", folder.path().join("d/a.itf.json")).expect("a link");
    let output = sh(folder.path(), "$ITF fmt --write d");
    assert!(stderr(&output).contains("d/x.itf.json is left out"), "{}", stderr(&output));
    assert!(stderr(&output).contains("d/a.itf.json: left as it is"), "{}", stderr(&output));
    assert!(folder.path().join("d/a.itf.json").is_symlink() && read(folder.path(), "d/z.itf.json") != TRACE);
    assert_eq!(read(folder.path(), "t.itf.json"), TRACE);
    assert_eq!(sh(folder.path(), "$ITF fmt --write d/x.itf.json").status.code(), Some(0));
    assert!(
        read(folder.path(), "t.itf.json").starts_with(CANONICAL)
            || read(folder.path(), "t.itf.json") != TRACE
    );
    assert!(folder.path().join("d/x.itf.json").is_symlink());
}

#[test]
fn who_waits_can_be_ended() {
    let folder = folder();
    sh(folder.path(), "mkfifo pipe");
    let ends = |signal: Signal, args: &[&str], stdin: Stdio| {
        let mut child: Child = command()
            .args(args)
            .current_dir(folder.path())
            .stdin(stdin)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        // It has to be waiting: before that, it would end by itself.
        std::thread::sleep(Duration::from_millis(500));
        let pid = Pid::from_raw(i32::try_from(child.id()).expect("a pid")).expect("a pid");
        kill_process(pid, signal).expect("it is there");
        let started = Instant::now();
        while child.try_wait().expect("it can be asked").is_none() {
            if started.elapsed() > Duration::from_secs(20) {
                child.kill().expect("it can be killed");
                panic!("{args:?} does not end");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    let shrink = ["shrink", "--with", "dns-spec", "--violates", "x"];
    for signal in [Signal::INT, Signal::TERM] {
        ends(signal, &["replay", "--on", "dns-lab"], Stdio::piped());
        ends(signal, &shrink, Stdio::piped());
        ends(signal, &[&shrink[..], &["pipe"]].concat(), Stdio::null());
        ends(signal, &[&shrink[..], &["-o", "pipe", "t.itf.json"]].concat(), Stdio::null());
    }
}

/// Its status and what it said.
fn run(bench: &Bench, options: &[&str]) -> (Option<i32>, String) {
    let output = bench.command(options).output().expect("it starts");
    (output.status.code(), stderr(&output))
}

#[test]
fn a_journal_is_written_over_nothing_else() {
    let bench = Bench::new(6, "has 3");
    let is = |options: &[&str], words: &str| {
        let (status, said) = run(&bench, options);
        assert!(status == Some(2) && said.contains(words), "{options:?}: {said}");
    };
    let trace = fs::read(bench.path("long.itf.json")).expect("a file");
    is(&["--journal", "long.itf.json", "-o", "s"], "that is the trace, which it would overwrite");
    is(&["--journal", "./s", "-o", "s"], "--journal s: that is the result, which it would overwrite");
    // Who did not type --journal is told of what was typed.
    fs::copy(bench.path("long.itf.json"), bench.path("s.journal")).expect("a copy");
    let mut beside = command();
    beside.current_dir(bench.path("")).args(["shrink", "-o", "s", "s.journal", "--", "true"]);
    let said = stderr(&beside.output().expect("it starts"));
    let words = "-o s: its journal, s.journal, is the trace, which it would overwrite";
    assert!(said.contains(words) && !said.contains("--journal"), "{said}");
    fs::remove_file(bench.path("s.journal")).expect("removed");
    fs::write(bench.path("precious"), "notes").expect("a file");
    is(&["--journal", "precious", "-o", "s"], "line 1 is not of a journal");
    sh(&bench.path(""), "mkfifo pipe");
    is(&["--journal", "pipe", "-o", "s"], "it is no file");
    is(&["--journal", "pipe", "--resume", "-o", "s"], "it is no file");
    assert_eq!(fs::read(bench.path("long.itf.json")).expect("a file"), trace);
    assert_eq!(fs::read(bench.path("precious")).expect("a file"), b"notes");
    assert!(!bench.path("s").exists());
    // What goes to a stream has no journal beside it.
    let (status, said) = run(&bench, &["-o", "/dev/stdout"]);
    assert_eq!(status, Some(0), "{said}");
}

#[test]
fn a_journal_that_was_forgotten_is_kept() {
    let bench = Bench::new(12, "has 3 && has 8");
    let journal = || fs::read_to_string(bench.path("s.journal")).expect("a journal");
    let lines = |text: &str| text.lines().count();
    assert_eq!(run(&bench, &["-o", "s", "--max-calls", "4"]).0, Some(0));
    let first = journal();
    assert_eq!((lines(&first), first.contains(r#""ended":true"#)), (5, true));
    // It ended as it was asked to: the same once more is no mistake, and nothing is lost by it.
    let (status, said) = run(&bench, &["-o", "s", "--max-calls", "4"]);
    assert!(status == Some(0) && !said.contains("is kept as"), "{said}");
    let kept = || fs::read_to_string(bench.path("s.journal~")).expect("it is kept");
    assert_eq!(kept(), first);
    // An oracle by mistake takes nothing away.
    let mut by_mistake = command();
    by_mistake.current_dir(bench.path("")).args(["shrink", "-o", "s", "long.itf.json", "--", "false"]);
    assert_eq!(by_mistake.output().expect("it starts").status.code(), Some(1));
    assert_eq!(lines(&journal()), 5);
    // What was cut off does not begin again unasked.
    let cut = journal().replacen(r#","ended":true"#, "", 1);
    fs::write(bench.path("s.journal"), &cut).expect("a file");
    fs::write(bench.path("s.journal.itf-part"), &cut).expect("a file");
    fs::write(bench.path("s.journal.new"), &cut).expect("a file");
    let (status, said) = run(&bench, &["-o", "s"]);
    assert_eq!(status, Some(2), "{said}");
    let words = "it has 4 verdicts of this very work, which was cut off: --resume goes on with it, --restart begins again";
    assert!(said.contains(words), "{said}");
    assert_eq!(journal(), cut);
    let (status, said) = run(&bench, &["-o", "s", "--restart"]);
    assert!(!bench.path("s.journal.itf-part").exists(), "what a kill left is still there");
    assert!(bench.path("s.journal.new").exists(), "somebody else's journal is gone");
    assert!(status == Some(0) && said.contains("is kept as s.journal~"), "{said}");
    assert_eq!(kept(), cut);
    // It stays, however often the work is begun after that.
    for _ in 0..2 {
        assert_eq!(run(&bench, &["-o", "s"]).0, Some(0));
        assert_eq!(kept(), cut);
    }
    assert!(bench.path("s.journal~2").exists() && !bench.path("s.journal~3").exists());
    // A short file of somebody else's is no journal that was just begun.
    fs::write(bench.path("mine"), "{").expect("a file");
    let (status, said) = run(&bench, &["-o", "s2", "--journal", "mine"]);
    assert_eq!(
        (status, fs::read_to_string(bench.path("mine")).expect("a file").as_str()),
        (Some(2), "{"),
        "{said}"
    );
    let schema = crate::schema::validator("shrink-journal-2");
    for line in journal().lines() {
        assert!(schema.is_valid(&serde_json::from_str(line).expect("JSON")), "{line}");
    }
}

#[test]
fn what_is_known_does_not_count_for_the_calls() {
    // A limit below what it takes to measure the original has no result.
    for more in [&["--jobs", "1"][..], &["--jobs", "2"], &["--flaky"]] {
        let bench = Bench::new(20, "has 3 && has 8 && has 13");
        let limited =
            |calls: &str| run(&bench, &[more, &["--resume", "-o", "s", "--max-calls", calls]].concat());
        let length = || values(&fs::read_to_string(bench.path("s")).expect("a result")).len();
        let (status, said) = limited("9");
        assert_eq!(status, Some(0), "{said}");
        let mut before = length();
        for round in 0..40 {
            let (status, said) = limited("9");
            assert_eq!(status, Some(0), "{said}");
            assert!(length() <= before, "{more:?}: {said}");
            before = length();
            if !said.contains("--max-calls") {
                break;
            }
            assert!(round < 39, "{more:?}: no end in sight: {said}");
        }
        assert_eq!(before, 4, "{more:?}");
    }
}

#[test]
fn a_journal_belongs_to_its_trace_and_not_to_a_place() {
    let bench = Bench::new(9, "has 3");
    let long = fs::read_to_string(bench.path("long.itf.json")).expect("a file");
    let other = long.replace(r#""vars":["x"]"#, r#""vars":["x"],"source":"other""#);
    let shrink = |traces: &[&str], options: &[&str]| {
        fs::write(bench.path("many.ndjson"), traces.join("\n")).expect("a file");
        let mut command = command();
        command.current_dir(bench.path("")).args(["shrink", "-o", "s", "many.ndjson"]).args(options);
        stderr(&command.args(["--", "sh", "oracle.sh", "{}"]).output().expect("it starts"))
    };
    let second = long.replace("\"7\"", "\"70\"");
    let third = other.replace("\"6\"", "\"60\"");
    shrink(&[&long, &second], &[]);
    let said = shrink(&[&third, &long, &second], &["--resume"]);
    assert!(said.contains("many.ndjson#2: ") && said.contains("verdicts came out of s.journal.1"), "{said}");
    assert!(said.contains("verdicts came out of s.journal.2") && !said.contains("error"), "{said}");
    assert!(bench.path("s.journal.3").exists());
}

#[test]
fn a_limit_that_was_given_is_the_limit() {
    // The tenth run takes a hundred times as long as those before.
    let script = r#"echo >> "$BENCH/runs"; [ $(wc -l < "$BENCH/runs") = 10 ] && sleep 6; has 3"#;
    let bench = Bench::new(9, script);
    let (status, said) = run(&bench, &["--timeout", "60", "-o", "s"]);
    assert!(status == Some(0) && said.contains("one-minimal,"), "{said}");
    let journal = fs::read_to_string(bench.path("s.journal")).expect("a journal");
    assert!(!journal.contains("took longer"), "{journal}");
}

#[test]
fn logs_of_the_runner_are_not_told_what_to_do() {
    let folder = folder();
    let trace = r###"{"vars":["x"],"states":[{"x":"##[error]pwned ###[add-mask]b"},{"x":"##[debug]"}]}"###;
    let mut file = fs::File::create(folder.path().join("##[warning]t.itf.json")).expect("a file");
    file.write_all(trace.as_bytes()).expect("a file");
    for command in ["show", "show --format steps", "info", "eval x", "check --notes", "diff t.itf.json"] {
        let output = sh(folder.path(), &format!("$ITF {command} '##[warning]t.itf.json'"));
        let said = format!("{}{}", stdout(&output), stderr(&output));
        assert!(!said.contains("##["), "{command}: {said}");
    }
}

#[test]
fn a_line_of_a_hundred_megabytes_is_no_event() {
    let folder = folder();
    let make = "(printf '{\"event\":\"begin\",\"a\":['; yes 0, | head -c 30000000 | tr -d '\\n'; echo '0]}') > ev.ndjson";
    let begin = r#"{"event":"begin","version":1,"trace":"t","states":1}"#;
    let line = format!(
        "echo '{begin}' > head; {make}; cat head ev.ndjson > all.events; ulimit -v 400000; $ITF report -o r.md t.itf.json all.events"
    );
    let output = sh(folder.path(), &line);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}
