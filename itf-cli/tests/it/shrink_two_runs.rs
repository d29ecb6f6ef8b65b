//! Two runs that want one journal, and several traces of which one has a journal that is not to be written.

use std::fs;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use crate::common::{command, stderr};
use crate::schema::validator;
use crate::shrink_commands::{Bench, values};

/// It says when it is at work, and goes on when it is told to.
const WAITS: &str = r#"touch "$BENCH/at-work"; until [ -e "$BENCH/go" ]; do sleep 0.02; done; has 3"#;

/// Begins the work, and waits until it is at it.
fn begun(bench: &Bench, options: &[&str]) -> Child {
    let child = bench.command(options).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let child = child.expect("it starts");
    let started = Instant::now();
    while !bench.path("at-work").exists() {
        assert!(started.elapsed() < Duration::from_secs(30), "it is not at work");
        std::thread::sleep(Duration::from_millis(10));
    }
    child
}

fn run(bench: &Bench, options: &[&str]) -> (Option<i32>, String) {
    let output = bench.command(options).output().expect("it starts");
    (output.status.code(), stderr(&output))
}

#[test]
fn a_journal_is_written_by_one_run_at_a_time() {
    let bench = Bench::new(9, WAITS);
    let first = begun(&bench, &["-o", "s"]);
    std::os::unix::fs::symlink("s.journal", bench.path("link")).expect("a link");
    let before = fs::read(bench.path("s.journal")).expect("a journal");
    for options in [
        &["-o", "s"][..],
        &["-o", "s", "--resume"],
        &["-o", "s", "--restart"],
        &["-o", "t", "--journal", "./s.journal"],
        &["--journal", "link", "--resume"],
    ] {
        let (status, said) = run(&bench, options);
        assert_eq!(status, Some(2), "{options:?}: {said}");
        assert!(said.contains(": another run is writing it; wait for its end"), "{options:?}: {said}");
        assert!(said.contains("s.journal: ") || said.contains("link: "), "{options:?}: {said}");
    }
    assert_eq!(fs::read(bench.path("s.journal")).expect("a journal"), before);
    assert!(!bench.path("s.journal~").exists() && !bench.path("s").exists() && !bench.path("t").exists());
    // Other work beside it is nobody's business.
    fs::write(bench.path("go"), "").expect("a file");
    assert_eq!(run(&bench, &["-o", "t"]).0, Some(0));
    let first = first.wait_with_output().expect("it ends");
    assert_eq!(first.status.code(), Some(0), "{}", stderr(&first));
    assert_eq!(values(&fs::read_to_string(bench.path("s")).expect("a result")), [0, 3]);
    let schema = validator("shrink-journal-2");
    for line in fs::read_to_string(bench.path("s.journal")).expect("a journal").lines() {
        let json: Json = serde_json::from_str(line).expect("JSON");
        assert!(schema.is_valid(&json), "{line}");
    }
    // It is free again.
    let (status, said) = run(&bench, &["-o", "s", "--resume"]);
    assert!(status == Some(0) && said.contains("verdicts came out of s.journal"), "{said}");
}

#[test]
fn the_lock_of_a_run_that_was_killed_is_gone_with_it() {
    let bench = Bench::new(9, WAITS);
    let mut first = begun(&bench, &["-o", "s"]);
    first.kill().expect("it can be killed");
    fs::write(bench.path("go"), "").expect("a file");
    // At once, before anybody has waited for the other one.
    let (status, said) = run(&bench, &["-o", "s", "--resume"]);
    first.wait().expect("it is gone");
    assert_eq!(status, Some(0), "{said}");
    assert_eq!(values(&fs::read_to_string(bench.path("s")).expect("a result")), [0, 3]);
}

/// Shrinks two traces into one file.
fn both(bench: &Bench, options: &[&str]) -> (Option<i32>, String) {
    let long = fs::read_to_string(bench.path("long.itf.json")).expect("a file");
    fs::write(bench.path("both.ndjson"), [long.as_str(), &long.replace("\"7\"", "\"70\"")].join("\n"))
        .expect("a file");
    let mut command = command();
    command.current_dir(bench.path("")).args(["shrink", "-o", "s", "both.ndjson"]).args(options);
    let output = command
        .args(["--", "sh", "oracle.sh", "{}"])
        .env("BENCH", bench.path(""))
        .output()
        .expect("it starts");
    (output.status.code(), stderr(&output))
}

#[test]
fn journals_of_all_traces_are_looked_at_before_the_first_run() {
    let bench = Bench::new(9, r#"echo >> "$BENCH/log"; has 3"#);
    assert_eq!(both(&bench, &[]).0, Some(0));
    let read = |name: &str| fs::read(bench.path(name)).expect("a file");
    let cut = String::from_utf8_lossy(&read("s.journal.2")).replacen(r#","ended":true"#, "", 1);
    fs::write(bench.path("s.journal.2"), &cut).expect("a file");
    let (result, first) = (read("s"), read("s.journal.1"));
    fs::remove_file(bench.path("log")).expect("a log");
    let (status, said) = both(&bench, &[]);
    assert_eq!(status, Some(2), "{said}");
    assert!(
        said.contains("both.ndjson#2: s.journal.2: it has ") && said.contains("which was cut off: --resume"),
        "{said}"
    );
    assert!(said.contains("nothing was begun"), "{said}");
    assert!(!bench.path("log").exists() && !bench.path("s.journal.1~").exists());
    assert!(read("s") == result && read("s.journal.1") == first && read("s.journal.2") == cut.as_bytes());
    // What cannot be seen in the first line is seen later: then the results before stay.
    fs::write(bench.path("s.journal.2"), format!("{cut}nonsense\n")).expect("a file");
    fs::remove_file(bench.path("s")).expect("a result");
    let (status, said) = both(&bench, &["--resume"]);
    assert!(
        status == Some(2) && said.contains("s.journal.2: line ") && said.contains("is not of a journal"),
        "{said}"
    );
    let kept = itf::read(&read("s")).expect("whole traces");
    assert_eq!((kept.len(), kept[0].states.len()), (1, 2));
    assert_eq!(read("s.journal.2"), format!("{cut}nonsense\n").as_bytes());
    fs::write(bench.path("s.journal.2"), &cut).expect("a file");
    let (status, said) = both(&bench, &["--resume"]);
    assert_eq!((status, read("s") == result), (Some(0), true), "{said}");
}

#[test]
fn of_several_traces_nobody_begins_the_first_before_the_last_is_done() {
    // The second trace has a 70 in it, and waits.
    let script = r#"has 70 || has 4 || exit 1
has 70 && { touch "$BENCH/at-work"; until [ -e "$BENCH/go" ]; do sleep 0.02; done; }; exit 0"#;
    let bench = Bench::new(9, script);
    std::thread::scope(|scope| {
        let first = scope.spawn(|| both(&bench, &[]));
        let started = Instant::now();
        while !bench.path("at-work").exists() {
            assert!(started.elapsed() < Duration::from_secs(30), "it is not at work");
            std::thread::sleep(Duration::from_millis(10));
        }
        let before = fs::read(bench.path("s.journal.1")).expect("a journal");
        for options in [&[][..], &["--resume"]] {
            let (status, said) = both(&bench, options);
            assert_eq!(status, Some(2), "{said}");
            assert!(said.contains("both.ndjson#1: s.journal.1: another run is writing it"), "{said}");
        }
        assert_eq!(fs::read(bench.path("s.journal.1")).expect("a journal"), before);
        fs::write(bench.path("go"), "").expect("a file");
        let (status, said) = first.join().expect("it ends");
        assert_eq!(status, Some(0), "{said}");
    });
    assert!(!bench.path("s.journal.1~").exists() && bench.path("s.journal.2").exists());
}

/// A spec that begins where the trace did, if it is told, and counts. It is small unless the last digit is 3 or more.
const DIAL: &str = r##"n=0
state() { printf '"state":{"n":{"#bigint":"%s"},"action":{"tag":"%s","value":{}}}' "$n" "$1"; }
while IFS= read -r line; do
    id=${line#*'"id":'} more=
    case $line in
        *'"op":"hello"'*) more=',"protocol":1,"name":"dial","capabilities":{"check":true},"actions":{"Turn":{}},"vars":["n","action"],"properties":[{"name":"small"}]' ;;
        *'"op":"reset"'*)
            case $line in
                *'"picks":["'*) n=${line#*'"picks":["'} ;;
                *'"n":{"#bigint":"'*) n=${line#*'"n":{"#bigint":"'} ;;
                *) n=0 ;;
            esac
            n=${n%%'"'*} more=",$(state Init),\"picks\":[\"${n}\"]" ;;
        *'"op":"execute"'*) n=$((n + 1)) more=",$(state Turn)" ;;
        *'"op":"check"'*) [ $((n % 10)) -lt 3 ] && small=true || small=false; more=",\"holds\":{\"small\":$small}" ;;
    esac
    echo "{\"id\":${id%%[!0-9]*},\"status\":\"ok\"$more}"
done
"##;

/// What is found out about all traces beforehand does not make one begin where another did.
#[test]
fn each_of_several_traces_begins_where_it_began() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = |n: usize, tag: &str| {
        format!(r##"{{"n":{{"#bigint":"{n}"}},"action":{{"tag":"{tag}","value":{{}}}}}}"##)
    };
    let trace = |from: usize| {
        let turns = (from + 1..from + 6).map(|n| state(n, "Turn"));
        let states: Vec<String> = std::iter::once(state(from, "Init")).chain(turns).collect();
        format!(r#"{{"vars":["n","action"],"states":[{}]}}"#, states.join(","))
    };
    fs::write(folder.path().join("dial.sh"), DIAL).expect("a file");
    fs::write(folder.path().join("both.ndjson"), [trace(10), trace(20)].join("\n")).expect("a file");
    let mut itf = command();
    itf.current_dir(folder.path()).args(["shrink", "--with", "jsonl:sh dial.sh", "--violates", "small"]);
    let output = itf.args(["--journal", "j", "both.ndjson"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let traces = itf::read(&output.stdout).expect("ITF");
    let first = |trace: &itf::Trace| trace.states[0].get("n").and_then(itf::Value::as_i64);
    assert_eq!(traces.iter().map(first).collect::<Vec<_>>(), [Some(10), Some(20)], "{}", stderr(&output));
    assert!(!stderr(&output).contains("reaches other states"), "{}", stderr(&output));
}
