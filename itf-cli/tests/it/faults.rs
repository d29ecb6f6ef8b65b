//! Faults: no room, no right, no reader, and signals. Nothing is lost, nothing is half written, and the exit status says so.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::common::{ROOT, stderr, stdout};

/// Every command that writes a result, as one would type it, and whether it takes `-o`.
const WRITERS: [(&str, bool); 19] = [
    ("itf check fixtures/check/ITF001-malformed.itf.json", false),
    ("itf check --format json fixtures/wunderspec/root-3.ndjson", false),
    ("itf check --format sarif fixtures/wunderspec/root-3.ndjson", false),
    ("itf schema itf", true),
    ("itf schema --infer fixtures/wunderspec/root-3.ndjson", true),
    ("itf info fixtures/wunderspec/root-3.ndjson", false),
    ("itf eval 'zone_records.size()' fixtures/wunderspec/root-3.ndjson", false),
    ("itf fmt fixtures/wunderspec/root-3.ndjson", false),
    ("itf select --head 5 fixtures/wunderspec/root-3.ndjson", true),
    ("itf convert --to tla fixtures/wunderspec/root-3.ndjson", true),
    ("itf show --full fixtures/wunderspec/root-3.ndjson", true),
    ("itf show --format html fixtures/wunderspec/root-3.ndjson", true),
    ("itf diff fixtures/quint/root-1.itf.json fixtures/quint/root-2.itf.json", true),
    ("itf diff --format json fixtures/quint/root-1.itf.json fixtures/quint/root-2.itf.json", true),
    ("itf generate dns-spec --property no_inconsistent_root --seed 1", true),
    ("itf replay --on dns-lab fixtures/wunderspec/root-3.ndjson", false),
    (
        "itf shrink --with dns-spec:n3_5_3 --violates no_inconsistent_root fixtures/wunderspec/root-3.ndjson",
        true,
    ),
    ("itf completions bash", true),
    ("itf man shrink", true),
];

/// A folder with the fixtures in it.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let fixtures = fs::canonicalize(Path::new(ROOT).join("fixtures")).expect("the fixtures are there");
        std::os::unix::fs::symlink(fixtures, folder.path().join("fixtures")).expect("a link");
        Self(folder)
    }

    fn command(&self, line: &str) -> Command {
        let program = Path::new(env!("CARGO_BIN_EXE_itf")).parent().expect("a folder");
        let path = std::env::var("PATH").expect("a path");
        let mut command = Command::new("bash");
        command.args(["-c", line]).current_dir(self.0.path()).stdin(Stdio::null());
        command.env("PATH", format!("{}:{path}", program.display())).env("LC_ALL", "C.UTF-8");
        command
    }

    fn run(&self, line: &str) -> Output {
        self.command(line).output().expect("bash starts")
    }

    /// What is in the folder besides the fixtures.
    fn files(&self) -> Vec<String> {
        let names = fs::read_dir(self.0.path()).expect("a folder").flatten();
        let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter(|name| name != "fixtures").collect()
    }
}

/// Trouble is one message, and never a panic.
fn assert_trouble(line: &str, output: &Output) {
    let text = stderr(output);
    assert_eq!(output.status.code(), Some(2), "{line}\n{text}");
    assert!(text.contains("itf: error: ") && !text.contains("panicked"), "{line}\n{text}");
}

#[test]
fn a_full_disk_behind_standard_output_is_trouble() {
    let place = Place::new();
    for (writer, _) in WRITERS {
        let line = format!("exec {writer} > /dev/full");
        assert_trouble(&line, &place.run(&line));
    }
    assert_eq!(place.files(), Vec::<String>::new());
}

#[test]
fn a_reader_that_is_gone_is_no_trouble() {
    let place = Place::new();
    for (writer, _) in WRITERS {
        // The reader is gone before the first byte, and `itf` must not be told by a signal that kills it.
        let output = place.run(&format!("{writer} | true; exit ${{PIPESTATUS[0]}}"));
        let text = stderr(&output);
        let code = output.status.code();
        assert!(matches!(code, Some(0 | 1 | 141)), "{writer}: {code:?} {text}");
        assert!(!text.contains("panicked") && !text.contains("error: "), "{writer}\n{text}");
    }
}

#[test]
fn no_room_for_the_file_leaves_no_file() {
    let place = Place::new();
    for (writer, _) in WRITERS.iter().filter(|(_, has_output)| *has_output) {
        for file in ["out", "there"] {
            fs::write(place.0.path().join("there"), "as it was").expect("a file");
            // No file may grow beyond nothing: the system says so instead of sending a signal.
            let line = format!("trap '' XFSZ; ulimit -f 0; exec {writer} -o {file}");
            assert_trouble(&line, &place.run(&line));
            assert_eq!(place.files(), ["there"], "{line}");
            assert_eq!(
                fs::read_to_string(place.0.path().join("there")).expect("a file"),
                "as it was",
                "{line}"
            );
        }
        // With the signal, which ends the command as it ends any other, there is no half of a file either.
        let output = place.run(&format!("ulimit -f 0; exec {writer} -o there"));
        assert!(!output.status.success(), "{writer}");
        assert_eq!(
            fs::read_to_string(place.0.path().join("there")).expect("a file"),
            "as it was",
            "{writer}"
        );
        for left in place.files() {
            fs::remove_file(place.0.path().join(left)).expect("removed");
        }
    }
}

#[test]
fn a_place_that_cannot_be_written_is_trouble() {
    let place = Place::new();
    let locked = place.0.path().join("locked");
    fs::create_dir(&locked).expect("a folder");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).expect("locked");
    // Who may do anything is not kept out by permissions.
    let is_kept_out = fs::write(locked.join("probe"), "").is_err();
    for (writer, _) in WRITERS.iter().filter(|(_, has_output)| *has_output) {
        for target in ["nowhere/out", "/proc/out", "locked/out"] {
            if target != "locked/out" || is_kept_out {
                let line = format!("exec {writer} -o {target}");
                assert_trouble(&line, &place.run(&line));
            }
        }
    }
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).expect("unlocked");
    assert_eq!(place.files(), ["locked"]);
}

#[test]
fn what_is_replaced_stays_what_it_was() {
    let place = Place::new();
    let path = |name: &str| place.0.path().join(name);
    let mode = |name: &str| fs::metadata(path(name)).expect("a file").permissions().mode() & 0o777;
    let trace = r##"{"vars":["x"],"states":[{"x":{"#bigint":"1"}}]}"##;
    // A private file stays private, and a link a link.
    fs::write(path("real.itf.json"), trace).expect("a file");
    fs::set_permissions(path("real.itf.json"), fs::Permissions::from_mode(0o640)).expect("set");
    std::os::unix::fs::symlink("real.itf.json", path("link.itf.json")).expect("a link");
    for line in ["itf fmt --write link.itf.json", "itf fmt -o link.itf.json real.itf.json"] {
        let unusual = trace.replace(":[", ":  [");
        fs::write(path("real.itf.json"), unusual).expect("a file");
        assert_eq!(place.run(line).status.code(), Some(0), "{line}");
        assert!(fs::symlink_metadata(path("link.itf.json")).expect("a link").is_symlink(), "{line}");
        assert_eq!(mode("real.itf.json"), 0o640, "{line}");
        let text = fs::read_to_string(path("real.itf.json")).expect("a file");
        assert!(!text.contains(":  ["), "{line}: {text}");
    }
    // A pipe is written into.
    let piped = place
        .run("mkfifo pipe && { cat pipe > got & itf fmt -o pipe real.itf.json && wait; } && test -p pipe");
    assert_eq!(piped.status.code(), Some(0), "{}", stderr(&piped));
    assert!(fs::read_to_string(path("got")).expect("a file").contains("states"));
    assert_eq!(place.run("itf fmt -o /dev/null real.itf.json && test -c /dev/null").status.code(), Some(0));
    // What is packed is not replaced by what is not.
    let packed = place.run("gzip -k real.itf.json && itf fmt --write --pretty real.itf.json.gz; echo $?; gzip -t real.itf.json.gz && echo whole");
    assert_eq!(stdout(&packed), "2\nwhole\n", "{}", stderr(&packed));
    for name in ["real.itf.json", "link.itf.json", "pipe", "got", "real.itf.json.gz"] {
        fs::remove_file(path(name)).expect("removed");
    }
    assert_eq!(place.files(), Vec::<String>::new());
}

#[test]
fn what_may_not_be_read_is_trouble_and_the_rest_is_done() {
    let place = Place::new();
    fs::create_dir(place.0.path().join("folder.itf.json")).expect("a folder");
    for reader in ["itf check", "itf info", "itf fmt", "itf show", "itf select"] {
        for broken in ["folder.itf.json", "no-such-file", "fixtures/no-such-file"] {
            let line = format!("exec {reader} {broken} fixtures/wunderspec/root-3.ndjson");
            let output = place.run(&line);
            assert_trouble(&line, &output);
            assert!(!stdout(&output).is_empty(), "{line}: the file that can be read is left out");
        }
    }
}

/// Signals that end a command: what it had is kept, nothing is left running, and the status is not one of success.
#[test]
fn signals_end_long_work_cleanly() {
    let place = Place::new();
    let oracle = "#!/bin/sh\nsleep 0.05\ngrep -q Cleanup \"$1\"\n";
    fs::write(place.0.path().join("oracle.sh"), oracle).expect("a script");
    let long = [
        ("itf shrink -o out.itf.json fixtures/wunderspec/root-1.ndjson -- sh oracle.sh {}", "out.itf.json"),
        (
            "itf generate dns-spec --until-violation no_inconsistent_root --weights planner_generate=0 -o out.ndjson",
            "",
        ),
    ];
    for (line, best) in long {
        for signal in ["INT", "TERM"] {
            let mut command = place.command(&format!("exec {line}"));
            let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
            let file = place.0.path().join(best);
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_secs(20) && (best.is_empty() || !file.exists()) {
                std::thread::sleep(Duration::from_millis(20));
                if best.is_empty() && begun.elapsed() > Duration::from_millis(500) {
                    break;
                }
            }
            let killed = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
            assert!(killed.expect("kill runs").success(), "{line}: it was over before the signal came");
            let output = child.wait_with_output().expect("ends");
            let text = stderr(&output);
            assert!(!text.contains("panicked"), "{line} {signal}\n{text}");
            if best.is_empty() {
                assert_ne!(output.status.code(), Some(0), "{line} {signal}\n{text}");
                // Whole, with what was found: nothing.
                assert_eq!(
                    fs::read(place.0.path().join("out.ndjson")).expect("a file"),
                    b"",
                    "{line} {signal}"
                );
                fs::remove_file(place.0.path().join("out.ndjson")).expect("removed");
            } else {
                let trace = fs::read(&file).expect("the best so far");
                assert_eq!(itf::read(&trace).expect("a whole trace").len(), 1, "{line} {signal}");
                fs::remove_file(&file).expect("removed");
            }
            let left: Vec<String> = place.files();
            assert!(
                left.iter().all(|name| name == "oracle.sh" || name.contains("journal")),
                "{line}: {left:?}"
            );
            for name in left.iter().filter(|name| *name != "oracle.sh") {
                fs::remove_file(place.0.path().join(name)).expect("removed");
            }
        }
    }
}

/// A command that is killed while it has a result open leaves no file, whole or not: until it ends, the file has no name.
#[test]
fn a_kill_leaves_no_file() {
    let place = Place::new();
    let line = "exec itf generate dns-spec --until-violation no_inconsistent_root --weights planner_generate=0 -o out.ndjson";
    let mut child = place.command(line).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
    let held = Path::new("/proc").join(child.id().to_string()).join("fd");
    let is_open = || {
        let open = fs::read_dir(&held).into_iter().flatten().flatten();
        open.filter_map(|fd| fs::read_link(fd.path()).ok()).any(|file| file.starts_with(place.0.path()))
    };
    let begun = Instant::now();
    while cfg!(target_os = "linux") && !is_open() {
        assert!(begun.elapsed() < Duration::from_secs(60), "no result is open");
        std::thread::sleep(Duration::from_millis(5));
    }
    let killed = Command::new("kill").args(["-KILL", &child.id().to_string()]).status();
    assert!(killed.expect("kill runs").success(), "it was over before the signal came");
    assert!(!child.wait().expect("it ends").success());
    assert_eq!(place.files(), Vec::<String>::new());
}
