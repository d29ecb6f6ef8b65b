//! Tools of others on the same calls, as processes. A call is its number in the schedule.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// The numbers in a file of lines, or of statements.
pub(crate) fn kept(file: &str) -> Option<Vec<usize>> {
    let text = fs::read_to_string(file).ok()?;
    let words = text.split(|c: char| c.is_whitespace() || ",;".contains(c)).filter(|word| !word.is_empty());
    words.map(|word| word.parse().ok()).collect()
}

/// The name of a tool, if it starts.
fn installed(name: &str, variable: &str, how: &str) -> Option<OsString> {
    let tool = std::env::var_os(variable).unwrap_or_else(|| OsString::from(name));
    let starts = Command::new(&tool).arg("--help").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if starts.is_err() {
        println!("NOT RUN: {name} is not installed ({how}; {variable} names it elsewhere)");
        return None;
    }
    Some(tool)
}

/// Reduces each fixture by one tool. `run` makes the command of the folder, the input and the script that decides, and says
/// where the result is.
fn reduce(
    name: &str,
    input: &dyn Fn(usize) -> (String, String),
    run: &dyn Fn(&Path, &Path, &Path) -> (Command, PathBuf),
    rows: &mut Vec<String>,
) {
    let folder = std::env::temp_dir().join(format!("itf-peers-{}", std::process::id()));
    let (mut steps, mut runs) = (0, 0);
    let start = Instant::now();
    for number in 1..=5 {
        let folder = folder.join(number.to_string());
        fs::create_dir_all(&folder).expect("a folder for the peers");
        let (script, count) = (folder.join("oracle.sh"), folder.join("count"));
        let program = std::env::current_exe().expect("this program has a path");
        let oracle = format!(
            "#!/bin/sh\nprintf . >> '{}'\nexec '{}' --oracle {number} \"$1\"\n",
            count.display(),
            program.display()
        );
        fs::write(&script, oracle).expect("a script");
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("an executable script");
        let (file, text) = input(super::fixture(number).states.len() - 1);
        let file = folder.join(file);
        fs::write(&file, text).expect("an input");
        let (mut command, result) = run(&folder, &file, &script);
        let done = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(done.is_ok_and(|status| status.success()), "{name} ends well");
        let kept = kept(&result.to_string_lossy()).expect("its result is one");
        assert!(super::fails(number, &kept), "its result still fails");
        steps += kept.len();
        runs += fs::read(&count).expect("a counter").len();
    }
    let seconds = start.elapsed().as_secs_f64();
    let (steps, runs) = (super::tenths(steps, 5), super::tenths(runs, 5));
    println!("{name:12}{steps:>8}{runs:>8}{seconds:>8.1} s");
    rows.push(format!(
        "{{\"input\":\"five fixtures\",\"algorithm\":\"{name}\",\"semantics\":\"Skip\",\"after\":{steps},\"calls\":{runs}}}"
    ));
    let _ = fs::remove_dir_all(&folder);
}

/// `ddmin`, one call a line.
pub(crate) fn picire(rows: &mut Vec<String>) {
    let Some(tool) = installed("picire", "ITF_PICIRE", "pip install picire") else { return };
    let lines = |calls: usize| {
        let numbers: Vec<String> = (0..calls).map(|at| at.to_string()).collect();
        ("walk.txt".to_owned(), numbers.join("\n") + "\n")
    };
    let run = |folder: &Path, input: &Path, script: &Path| {
        let out = folder.join("out");
        let mut command = Command::new(&tool);
        command.arg(format!("--input={}", input.display())).arg(format!("--test={}", script.display()));
        command.arg(format!("--out={}", out.display()));
        (command, out.join("walk.txt"))
    };
    reduce("picire", &lines, &run, rows);
}

/// Trees. There is no `treereduce-json` on crates.io, only one crate for each of some programming languages: so a call is a
/// statement of JavaScript here. (Of an array, with its commas, it leaves 18 elements instead of 11.)
pub(crate) fn treereduce(rows: &mut Vec<String>) {
    let how = "cargo install treereduce-javascript";
    let Some(tool) = installed("treereduce-javascript", "ITF_TREEREDUCE", how) else {
        return;
    };
    let statements = |calls: usize| {
        let numbers: Vec<String> = (0..calls).map(|at| format!("{at};\n")).collect();
        ("walk.js".to_owned(), numbers.concat())
    };
    let run = |folder: &Path, input: &Path, script: &Path| {
        let out = folder.join("out.js");
        let mut command = Command::new(&tool);
        command.arg("--source").arg(input).arg("--output").arg(&out).args(["--jobs", "1", "--slow", "--"]);
        command.arg(script).arg("@@.js");
        (command, out)
    };
    reduce("treereduce", &statements, &run, rows);
}
