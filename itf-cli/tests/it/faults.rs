//! Faults: no room, no right, no reader. Nothing is lost, nothing is half written, and the exit status says so. Signals are in
//! `fault_signals`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Output;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::common::{stderr, stdout};
use crate::writers::{BEFORE, Place, To, WRITERS, Writer, each, told};

/// Trouble is one message, and never a panic.
fn assert_trouble(line: &str, output: &Output, words: &str) {
    let text = stderr(output);
    assert_eq!(output.status.code(), Some(2), "{line}\n{text}");
    assert!(text.contains("itf: error: ") && !text.contains("panicked"), "{line}\n{text}");
    assert!(text.contains(words), "{line}: `{words}` is not in\n{text}");
}

fn of(to: To) -> Vec<&'static Writer> {
    WRITERS.iter().filter(|writer| writer.to == to).collect()
}

#[test]
fn a_full_disk_behind_standard_output_is_trouble() {
    let count = AtomicUsize::new(0);
    each(WRITERS, |writer| {
        if !writer.tells() {
            return;
        }
        let place = Place::new();
        let line = format!("exec {} > /dev/full", writer.typed());
        assert_trouble(&line, &place.run(&line), "standard output");
        assert!(place.files().iter().all(|name| ["DIR", "BESIDE"].contains(&&**name)), "{:?}", place.files());
        count.fetch_add(1, Ordering::Relaxed);
    });
    told(count, "standard output on a full disk");
}

#[test]
fn a_reader_that_is_gone_is_no_trouble() {
    let count = AtomicUsize::new(0);
    each(WRITERS, |writer| {
        // The lab need not be listened to.
        if !writer.ends() {
            return;
        }
        // The reader is gone before the first byte, and `itf` must not be told by a signal that kills it.
        let line = writer.typed();
        let output = Place::new().run(&format!("{line} | true; exit ${{PIPESTATUS[0]}}"));
        let text = stderr(&output);
        let code = output.status.code();
        assert!(matches!(code, Some(0 | 1 | 141)), "{line}: {code:?} {text}");
        assert!(!text.contains("panicked") && !text.contains("error: "), "{line}\n{text}");
        count.fetch_add(1, Ordering::Relaxed);
    });
    told(count, "a reader that is gone");
}

/// No file may grow beyond nothing: the system says so instead of sending a signal, or it sends that.
const NO_ROOM: [&str; 2] = ["trap '' XFSZ; ulimit -f 0; exec", "ulimit -f 0; exec"];

#[test]
fn no_room_for_the_file_leaves_no_file() {
    let count = AtomicUsize::new(0);
    each(&of(To::File), |writer| {
        let (place, line) = (Place::new(), writer.typed());
        // The options of the command end before the oracle.
        let into = |file: &str| match line.split_once(" -- ") {
            Some((options, oracle)) => format!("{options} -o {file} -- {oracle}"),
            None => format!("{line} -o {file}"),
        };
        let there = place.path("there");
        fs::write(&there, BEFORE).expect("a file");
        for file in ["out", "there"] {
            for no_room in NO_ROOM {
                let line = format!("{no_room} {}", into(file));
                let output = place.run(&line);
                if no_room == NO_ROOM[0] {
                    // The journal beside it comes first, where there is one.
                    assert_trouble(&line, &output, file);
                    assert!(!stderr(&output).contains("standard output"), "{line}\n{}", stderr(&output));
                }
                assert!(!output.status.success(), "{line}");
                // A journal in which nothing is says nothing.
                for name in place.files() {
                    let is_empty = fs::metadata(place.path(&name)).expect("a file").len() == 0;
                    assert!(name == "there" || name.contains(".journal") && is_empty, "{line}: {name}");
                }
                assert_eq!(fs::read_to_string(&there).expect("a file"), BEFORE, "{line}");
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    told(count, "no room for the file of -o");
}

#[test]
fn no_room_in_a_folder_or_over_a_file_loses_nothing() {
    let count = AtomicUsize::new(0);
    let writers: Vec<&Writer> = WRITERS.iter().filter(|w| !matches!(w.to, To::Stdout | To::File)).collect();
    each(&writers, |writer| {
        for no_room in NO_ROOM {
            let place = Place::new();
            let typed = writer.typed();
            // What is told before must not be what has no room.
            let line = format!("{no_room} {} > /dev/null", typed.replace(" > /dev/null", ""));
            // The lab lives, and refuses what it cannot write (`served`).
            if !writer.ends() {
                continue;
            }
            let output = place.run(&line);
            if no_room == NO_ROOM[0] {
                let named = match writer.to {
                    To::Folder => "DIR",
                    To::Beside => "BESIDE",
                    _ if typed.contains("git") => "git",
                    _ => "mine.itf.json",
                };
                assert_trouble(&line, &output, named);
            }
            assert!(!output.status.success(), "{line}");
            assert!(place.is_untouched(), "{line}");
            let made = fs::read_dir(place.path("DIR")).into_iter().flatten().flatten();
            let made: Vec<_> = made.map(|entry| entry.file_name()).collect();
            assert!(made.is_empty(), "{line}: {made:?}");
            let left = place.files();
            let is_empty = |name: &String| fs::metadata(place.path(name)).is_ok_and(|found| found.len() == 0);
            assert!(left.iter().all(|name| name == "DIR" || name == "BESIDE" && is_empty(name)), "{left:?}");
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    told(count, "no room for other files");
}

/// What is written for others on the way is named, too.
#[test]
fn no_room_for_what_is_in_between_is_told() {
    let place = Place::new();
    fs::create_dir(place.path("tmp")).expect("a folder");
    let no_room = "trap '' XFSZ; ulimit -f 0; export TMPDIR=$PWD/tmp;";
    for (line, words) in [
        ("itf shrink fixtures/quint/counter.itf.json -- sh oracle.sh {}", "candidate.itf.json: "),
        ("cat fixtures/quint/counter.itf.json | itf shrink - -- sh oracle.sh {}", "candidate.itf.json: "),
        ("yes '[' | head -c 9000000 | itf check", "cannot keep standard input in "),
    ] {
        let line = format!("{no_room} {line}");
        assert_trouble(&line, &place.run(&line), words);
    }
    assert_eq!(fs::read_dir(place.path("tmp")).expect("a folder").count(), 0);
}

#[test]
fn a_place_that_cannot_be_written_is_trouble() {
    let count = AtomicUsize::new(0);
    let writers: Vec<&Writer> =
        WRITERS.iter().filter(|w| matches!(w.to, To::File | To::Folder | To::Beside)).collect();
    each(&writers, |writer| {
        let place = Place::new();
        let locked = place.path("locked");
        fs::create_dir(&locked).expect("a folder");
        fs::write(place.path("file"), BEFORE).expect("a file");
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).expect("locked");
        // Who may do anything is not kept out by permissions.
        let is_kept_out = fs::write(locked.join("probe"), "").is_err();
        let _ = fs::remove_file(locked.join("probe"));
        // A folder for results is made.
        let nowhere = if writer.to == To::Folder { "file" } else { "nowhere" };
        for target in [&*format!("{nowhere}/out"), "/proc/out", "locked/out"] {
            if target == "locked/out" && !is_kept_out {
                continue;
            }
            let line = writer.typed();
            let line = match (writer.to, line.split_once(" -- ")) {
                (To::File, Some((options, oracle))) => format!("exec {options} -o {target} -- {oracle}"),
                (To::File, None) => format!("exec {line} -o {target}"),
                _ => format!("exec {}", line.replace("DIR", target).replace("BESIDE", target)),
            };
            let folder = target.strip_suffix("/out").expect("it ends so");
            assert_trouble(&line, &place.run(&line), folder);
            count.fetch_add(1, Ordering::Relaxed);
        }
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).expect("unlocked");
        assert_eq!(place.files(), ["file", "locked"], "{}", writer.line);
        assert_eq!(fs::read_to_string(place.path("file")).expect("a file"), BEFORE);
    });
    told(count, "places that cannot be written");
}

#[test]
fn what_is_replaced_stays_what_it_was() {
    let place = Place::new();
    let path = |name: &str| place.path(name);
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
    let full = place.run("itf fmt -o /dev/full real.itf.json");
    assert_trouble("-o /dev/full", &full, "cannot write /dev/full: ");
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
    fs::create_dir(place.path("folder.itf.json")).expect("a folder");
    for reader in ["itf check", "itf info", "itf fmt", "itf show", "itf select"] {
        for broken in ["folder.itf.json", "no-such-file", "fixtures/no-such-file"] {
            let line = format!("exec {reader} {broken} fixtures/wunderspec/root-3.ndjson");
            let output = place.run(&line);
            assert_trouble(&line, &output, broken);
            assert!(!stdout(&output).is_empty(), "{line}: the file that can be read is left out");
        }
    }
}
