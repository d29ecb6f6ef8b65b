//! Folders: what is read from them stays within them, and so does what is written into them.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Output;

use crate::common::{ROOT, command, stderr, stdout};

const TRACE: &str = r#"{"vars":["x"],"states":[{"x":true}]}"#;
const SECRET: &str = "root:x:0:0";

fn run(folder: &Path, line: &str) -> Output {
    let mut itf = command();
    itf.current_dir(folder).args(line.split(' ')).stdin(std::process::Stdio::null());
    itf.output().expect("it starts")
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").file_name());
    let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Whatever somebody has laid under the names of our files, only these files change.
#[test]
fn nothing_in_a_folder_is_written_through_a_link() {
    let place = tempfile::tempdir().expect("a folder");
    let place = place.path();
    let traces = fs::canonicalize(Path::new(ROOT).join("fixtures/wunderspec/root-3.ndjson")).expect("there");
    let traces = traces.display();
    fs::write(place.join("precious"), "as it was").expect("a file");
    for (number, line) in [
        format!("report --out DIR {traces}"),
        "demo --out DIR".to_owned(),
        format!("select --force --split DIR {traces}"),
        "man --out DIR".to_owned(),
    ]
    .into_iter()
    .enumerate()
    {
        let fresh = place.join(format!("fresh{number}"));
        let output = run(place, &line.replace("DIR", &fresh.to_string_lossy()));
        assert_eq!(output.status.code(), Some(0), "{line}: {}", stderr(&output));
        let made = names(&fresh);
        assert!(!made.is_empty(), "{line}");
        let laid = place.join(format!("laid{number}"));
        fs::create_dir(&laid).expect("a folder");
        for (at, name) in made.iter().enumerate() {
            let to = ["../precious", "../new", "/dev/full", "nowhere/at/all"][at % 4];
            symlink(to, laid.join(name)).expect("a link");
        }
        let output = run(place, &line.replace("DIR", &laid.to_string_lossy()));
        assert_eq!(output.status.code(), Some(0), "{line}: {}", stderr(&output));
        assert_eq!(names(&laid), made, "{line}");
        for name in &made {
            let (old, new) = (fresh.join(name), laid.join(name));
            assert!(fs::symlink_metadata(&new).expect("a file").is_file(), "{line}: {name}");
            let same = |path: &Path| fs::metadata(path).expect("a file").permissions();
            assert_eq!(same(&old), same(&new), "{line}: {name}");
        }
        assert_eq!(fs::read_to_string(place.join("precious")).expect("a file"), "as it was", "{line}");
        assert!(!place.join("new").exists(), "{line}");
    }
}

/// A repository may hold links, and its pull requests come from anybody: nothing outside is read, and so shown in a log.
#[test]
fn links_out_of_a_folder_are_told_and_not_followed() {
    let place = tempfile::tempdir().expect("a folder");
    let place = place.path();
    let path = |name: &str| place.join(name);
    for folder in ["d/inner", "d/.git", "elsewhere"] {
        fs::create_dir_all(path(folder)).expect("a folder");
    }
    for file in ["secret", "elsewhere/s.itf.json", "d/.git/config"] {
        fs::write(path(file), format!("{SECRET}:{file}")).expect("a file");
    }
    fs::write(path("d/inner/t.itf.json"), TRACE).expect("a file");
    // Links within the folder are nobody's harm: to a file, to the folder itself (round and round), to one in it.
    symlink("inner/t.itf.json", path("d/same.itf.json")).expect("a link");
    symlink(".", path("d/self")).expect("a link");
    symlink("inner", path("d/latest")).expect("a link");
    let laid = [
        ("../secret", "d/a.itf.json"),
        (".git/config", "d/b.itf.json"),
        ("../../elsewhere", "d/inner/c"),
        ("../../elsewhere/s.itf.json", "d/inner/d.itf.json"),
        ("/dev/zero", "d/zero.json"),
    ];
    for (to, link) in laid {
        symlink(to, path(link)).expect("a link");
    }
    let fifo = std::process::Command::new("mkfifo").arg(path("d/fifo.itf.json")).status();
    assert!(fifo.expect("mkfifo").success());
    for line in [
        "check",
        "check --together",
        "info",
        "info --format json",
        "show",
        "fmt",
        "fmt --check",
        "select",
        "convert --to csv",
        "schema --infer",
        "eval x",
        "replay --on dns-lab",
        "report",
    ] {
        let output = run(place, &format!("{line} d"));
        let said = stdout(&output) + &stderr(&output);
        assert!(!said.contains(SECRET), "{line}: {said}");
        let told = "note: d: 6 files are left out; the first is d/a.itf.json: a link out of the folder";
        assert_eq!(said.matches(told).count(), 1, "{line}: {said}");
        assert!(
            output.status.code().is_some_and(|code| code <= 2) && stdout(&output).len() > 4,
            "{line}: {said}"
        );
    }
    // A link to the folder is as good as its name, and a link that is named is followed.
    symlink("d", path("link")).expect("a link");
    let output = run(place, "info --format json link");
    let info: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(info["total"]["files"], 2, "{info}");
    assert!(stdout(&run(place, "check d/a.itf.json")).contains(SECRET));
    // One alone is told by its name; what leads nowhere is trouble, as before.
    for (_, link) in &laid[1..] {
        fs::remove_file(path(link)).expect("removed");
    }
    fs::remove_file(path("d/fifo.itf.json")).expect("removed");
    let output = run(place, "check d");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("note: d/a.itf.json is left out: a link out of"), "{}", stderr(&output));
    symlink("round.itf.json", path("d/round.itf.json")).expect("a link");
    let output = run(place, "check d");
    assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
    assert!((stdout(&output) + &stderr(&output)).contains("round.itf.json"), "{}", stderr(&output));
    // A folder of nothing else is a folder without traces.
    fs::create_dir(path("only")).expect("a folder");
    symlink("../secret", path("only/a.itf.json")).expect("a link");
    let output = run(place, "show only");
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(said.contains("only/a.itf.json is left out") && said.contains("without traces"), "{said}");
}

#[test]
fn attributes_that_are_a_link_are_left_alone() {
    let place = tempfile::tempdir().expect("a folder");
    let place = place.path();
    let git = std::process::Command::new("git").args(["init", "-q"]).current_dir(place).status();
    assert!(git.expect("git").success());
    fs::write(place.join("precious"), "as it was").expect("a file");
    symlink("precious", place.join(".gitattributes")).expect("a link");
    for line in ["git setup --write", "git setup --undo", "git setup"] {
        let output = run(place, line);
        assert_eq!(output.status.code(), Some(2), "{line}: {}", stdout(&output));
        assert!(stderr(&output).contains("is a link"), "{line}: {}", stderr(&output));
    }
    assert_eq!(fs::read_to_string(place.join("precious")).expect("a file"), "as it was");
    let config = fs::read_to_string(place.join(".git/config")).expect("a file");
    assert!(!config.contains("itf"), "{config}");
}
