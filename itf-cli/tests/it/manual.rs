//! What is written is true: the sessions of the README, the examples of the help texts, and the picture of the demo.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use snapbox::{Assert, Data, Redactions};
use tempfile::TempDir;

use crate::common::{ROOT, command, itf, stdout};

/// A folder with the fixtures in it, and a shell that finds `itf`.
struct Playground {
    folder: TempDir,
}

impl Playground {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let fixtures = fs::canonicalize(Path::new(ROOT).join("fixtures")).expect("the fixtures are there");
        std::os::unix::fs::symlink(fixtures, folder.path().join("fixtures")).expect("a link");
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a line of shell; what it prints, on both streams, and its exit status.
    fn run(&self, line: &str) -> (String, i32) {
        let program = Path::new(env!("CARGO_BIN_EXE_itf")).parent().expect("a folder");
        let path = std::env::var("PATH").expect("a path");
        let output = Command::new("bash")
            .args(["-c", &format!("exec 2>&1\n{line}")])
            .current_dir(self.folder.path())
            .env("PATH", format!("{}:{path}", program.display()))
            .env_remove("CLICOLOR_FORCE")
            .env("LC_ALL", "C.UTF-8")
            .output()
            .expect("bash starts");
        (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code().unwrap_or(-1))
    }
}

/// The lines of the fenced blocks of a language in a Markdown text.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<Vec<&'a str>> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim() == format!("```{language}") {
            found.push(lines.by_ref().take_while(|l| l.trim() != "```").collect());
        }
    }
    found
}

#[test]
fn the_sessions_of_the_readme_run_as_written() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).expect("a README");
    let playground = Playground::new();
    let mut commands = 0;
    for block in blocks(&readme, "console") {
        let mut lines = block.into_iter().peekable();
        while let Some(line) = lines.next() {
            let command = line.strip_prefix("$ ").unwrap_or_else(|| panic!("`{line}` is after no command"));
            let mut expected = String::new();
            let mut status = 0;
            while let Some(next) = lines.next_if(|l| !l.starts_with("$ ")) {
                match next.strip_prefix("? ") {
                    Some(code) => status = code.parse().expect("an exit status"),
                    None => expected.extend([next, "\n"]),
                }
            }
            let (printed, code) = playground.run(command);
            assert_eq!(code, status, "{command}\n{printed}");
            Assert::new().redact_with(Redactions::new()).eq(printed, Data::text(expected));
            commands += 1;
        }
    }
    assert!(commands >= 9, "only {commands} commands in the README");
}

#[test]
fn the_examples_of_the_help_texts_run() {
    let playground = Playground::new();
    fs::copy(Path::new(ROOT).join("fixtures/wunderspec/root-3.ndjson"), playground.path("found.ndjson"))
        .expect("a copy");
    for (from, to) in [("root-1", "before"), ("root-plain", "after"), ("root-2", "found")] {
        let from = Path::new(ROOT).join(format!("fixtures/quint/{from}.itf.json"));
        fs::copy(from, playground.path(&format!("{to}.itf.json"))).expect("a copy");
    }
    let report = "Error: Deadlock reached.\nError: The behavior up to this point is:\nState 1: <Initial predicate>\nx = 0\n";
    fs::write(playground.path("tlc-output.txt"), report).expect("a file");
    fs::create_dir(playground.path("traces")).expect("a folder");
    fs::copy(playground.path("found.itf.json"), playground.path("traces/a.json")).expect("a copy");
    let (_, code) = playground
        .run("git init -q && printf '#!/bin/sh\\ngrep -q Cleanup \"$1\"\\n' > my-oracle.sh && chmod +x my-oracle.sh");
    assert_eq!(code, 0);
    let replay = "#!/bin/sh\\ngrep -q Cleanup \"$1\" && echo resolved to zero IPs && exit 1\\n";
    let (_, code) = playground.run(&format!("printf '{replay}' > replay.sh && chmod +x replay.sh"));
    assert_eq!(code, 0);

    let mut tried = 0;
    let mut left = subcommands(&[]);
    while let Some(path) = left.pop() {
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        let help = stdout(&itf([&words[..], &["--help"]].concat()));
        let examples: Vec<&str> = help
            .lines()
            .skip_while(|l| !l.starts_with("Example"))
            .skip(1)
            .take_while(|l| !l.is_empty())
            .map(str::trim)
            .collect();
        assert!(!examples.is_empty(), "the help of {path:?} has no example");
        for example in examples {
            let (printed, code) = playground.run(&example.replace("| less -R", "| cat"));
            assert!(code == 0 || code == 1, "{example}: exit {code}\n{printed}");
            tried += 1;
        }
        left.extend(subcommands(&words));
    }
    assert!(tried >= 12, "only {tried} examples");
}

/// The commands that the help of a command lists, each with the words before it.
fn subcommands(path: &[&str]) -> Vec<Vec<String>> {
    let help = stdout(&itf([path, &["--help"]].concat()));
    let listed = help.lines().skip_while(|l| *l != "Commands:").skip(1).take_while(|l| !l.is_empty());
    let names = listed.filter(|l| l.starts_with("  ") && !l.starts_with("   "));
    let names = names.filter_map(|l| l.split_whitespace().next()).filter(|name| *name != "help");
    names.map(|name| path.iter().copied().chain([name]).map(str::to_owned).collect()).collect()
}

#[test]
fn the_picture_in_the_readme_is_what_the_demo_prints() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = command()
        .current_dir(folder.path())
        .args(["--color", "always", "demo"])
        .output()
        .expect("the command starts");
    assert_eq!(output.status.code(), Some(0));
    let mut files: Vec<_> = fs::read_dir(folder.path().join("itf-demo"))
        .expect("a folder")
        .flatten()
        .map(|e| e.file_name())
        .collect();
    files.sort();
    assert_eq!(files, ["found.itf.json", "report.html", "report.md", "small.html", "small.itf.json"]);
    let small = fs::read(folder.path().join("itf-demo/small.itf.json")).expect("a trace");
    assert_eq!(itf::read(&small).expect("ITF")[0].states.len(), 12);

    let text = format!("$ itf demo\n{}", stdout(&output));
    assert!(!text.contains(&folder.path().display().to_string()));
    let svg = anstyle_svg::Term::new().render_svg(&text);
    let picture = Path::new(ROOT).join("docs/demo.svg");
    Assert::new()
        .action_env("SNAPSHOTS")
        .eq(svg, Data::read_from(&picture, Some(snapbox::data::DataFormat::Text)).raw());
}
