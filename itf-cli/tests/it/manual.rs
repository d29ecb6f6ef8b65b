//! What is written is true: the sessions of the manual, the examples of the help texts, and the picture of the demo.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use snapbox::{Assert, Data, Redactions};
use tempfile::TempDir;

use crate::common::{ROOT, command, itf, stderr, stdout};

/// A folder with the fixtures in it, and a shell that finds `itf`.
struct Playground {
    folder: TempDir,
}

impl Playground {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let fixtures = fs::canonicalize(Path::new(ROOT).join("fixtures")).expect("the fixtures are there");
        std::os::unix::fs::symlink(fixtures, folder.path().join("fixtures")).expect("a link");
        let playground = Self { folder };
        fs::create_dir(playground.path("bin")).expect("a folder");
        playground
    }

    /// Writes an executable script.
    fn script(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file");
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o755)).expect("its permissions");
    }

    /// Writes the scripts of a page; the page.
    fn scripts_of(&self, page: &str) -> String {
        let text = fs::read_to_string(Path::new(ROOT).join(page)).expect("the page");
        for script in blocks(&text, "sh") {
            let name = script.get(1).and_then(|l| l.strip_prefix("# ")?.split_once(".sh:"));
            if let Some((name, _)) = name {
                self.script(&format!("{name}.sh"), &(script.join("\n") + "\n"));
            }
        }
        text
    }

    /// Asserts that the sessions of a page run as written, with its scripts beside; how many commands there are. With
    /// `SNAPSHOTS=overwrite` what they print is written into the page instead.
    fn is_true(&self, page: &str) -> usize {
        let text = self.scripts_of(page);
        let overwrites = std::env::var_os("SNAPSHOTS").is_some_and(|what| what == "overwrite");
        let (mut told, mut commands, mut in_session) = (String::new(), 0, false);
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            told.extend([line, "\n"]);
            if line.starts_with("```") {
                in_session = line == "```console";
            } else if in_session {
                let command =
                    line.strip_prefix("$ ").unwrap_or_else(|| panic!("`{line}` is after no command"));
                let (mut expected, mut status) = (String::new(), 0);
                while let Some(next) = lines.next_if(|l| !l.starts_with("$ ") && !l.starts_with("```")) {
                    match next.strip_prefix("? ") {
                        Some(code) => status = code.parse().expect("an exit status"),
                        None => expected.extend([next, "\n"]),
                    }
                }
                let (printed, code) = self.run(command);
                told.push_str(&printed);
                if code != 0 {
                    told.extend(["? ", &code.to_string(), "\n"]);
                }
                if !overwrites {
                    assert_eq!(code, status, "{command}\n{printed}");
                    Assert::new().redact_with(Redactions::new()).eq(printed, Data::text(expected));
                }
                commands += 1;
            }
        }
        if overwrites {
            fs::write(Path::new(ROOT).join(page), &told).expect("the page can be written");
        }
        commands
    }

    /// What the command of the page on many machines comes to with a launcher, when it may end early.
    fn launched(&self, launcher: &str) -> Vec<u8> {
        let options = "--stop-at 24 --jobs 2 --retries 2 --fails-when 'output~^judged: 1$' --fails-when output~outage --passes-when 'output~^judged: 0$'";
        let (said, code) = self.run(&format!(
            "itf shrink {options} -o launched.itf.json fixtures/wunderspec/root-3.ndjson -- ./{launcher} {{}}"
        ));
        assert!(code == 0 && said.contains("short enough"), "{said}");
        fs::read(self.path("launched.itf.json")).expect("a result")
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
            .env("PATH", format!("{}:{}:{path}", self.path("bin").display(), program.display()))
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
fn the_sessions_of_the_manual_run_as_written() {
    for (page, at_least) in [("docs/tour.md", 10), ("docs/answers.md", 9), ("docs/tla.md", 4)] {
        let commands = Playground::new().is_true(page);
        assert!(commands >= at_least, "only {commands} commands in {page}");
    }
}

#[test]
fn thirty_pipelines_run_as_written() {
    let commands = Playground::new().is_true("docs/pipelines.md");
    assert!(commands >= 30, "only {commands} pipelines");
}

#[test]
fn the_pages_on_shrinking_are_true() {
    let commands = Playground::new().is_true("docs/shrinking.md");
    assert!(commands >= 11, "only {commands} commands on the page");
    let playground = Playground::new();
    assert_eq!(playground.is_true("docs/shrinking-on-many-machines.md"), 1);
    let alone = playground.launched("judge.sh");
    // Whatever launches the jobs, the result is the same.
    playground.script(
        "bin/srun",
        "#!/bin/sh\nwhile case $1 in --*) ;; *) false;; esac; do shift; done\nexec \"$@\"\n",
    );
    playground
        .script("bin/kubectl", "#!/bin/sh\nwhile [ \"$1\" != -- ]; do shift; done\nshift\nexec \"$@\"\n");
    for launcher in ["slurm.sh", "kubernetes.sh"] {
        assert_eq!(playground.launched(launcher), alone, "{launcher}");
    }
}

/// As `interop`: a missing tool is said loudly, and with `ITF_INTEROP=required` it is a failure.
#[test]
#[expect(clippy::print_stderr, reason = "that nothing was tested must be seen")]
fn interop_gnu_parallel_launches_jobs() {
    let playground = Playground::new();
    let (version, _) = playground.run("parallel --version");
    if !version.starts_with("GNU parallel") {
        let required = std::env::var_os("ITF_INTEROP").is_some_and(|how| how == "required");
        assert!(!required, "there is no GNU parallel");
        eprintln!("NOT RUN: there is no GNU parallel");
        return;
    }
    playground.scripts_of("docs/shrinking-on-many-machines.md");
    let alone = playground.launched("judge.sh");
    fs::write(playground.path("hosts"), ":\n:\n").expect("a file");
    assert_eq!(playground.launched("parallel.sh"), alone);
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
            // What waits for somebody is ended.
            let typed = example
                .replace("| less -R", "| cat")
                .replace("itf lab serve", "timeout --preserve-status 1 itf lab serve --port 0");
            let (printed, code) = playground.run(&typed);
            assert!(code == 0 || code == 1, "{example}: exit {code}\n{printed}");
            tried += 1;
        }
        left.extend(subcommands(&words));
    }
    assert!(tried >= 12, "only {tried} examples");
}

/// The commands that the help of a command lists, each with the words before it. That of `itf` itself lists them by task.
pub(crate) fn subcommands(path: &[&str]) -> Vec<Vec<String>> {
    let help = stdout(&itf([path, &["--help"]].concat()));
    let first = if path.is_empty() { "Is it right?" } else { "Commands:" };
    let listed = help.lines().skip_while(|l| *l != first).skip(1);
    let listed = listed.take_while(|l| if path.is_empty() { *l != "Options:" } else { !l.is_empty() });
    let names = listed.filter(|l| l.starts_with("  ") && !l.starts_with("   "));
    let names = names.filter_map(|l| l.split_whitespace().next()).filter(|name| *name != "help");
    names.map(|name| path.iter().copied().chain([name]).map(str::to_owned).collect()).collect()
}

/// The names of all commands, as clap knows them: the completions are made of that.
fn known_commands() -> Vec<String> {
    let script = stdout(&itf(["completions", "fish"]));
    let names =
        |l: &&str| l.contains("__fish_itf_needs_command") && l.contains(" -a \"") && !l.contains(" -l ");
    let lines = script.lines().filter(names);
    let names = lines.filter_map(|l| l.split(" -a \"").nth(1)?.split('"').next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn the_help_lists_every_command_once_and_is_one_screen() {
    let help = stdout(&itf(["--help"]));
    let mut listed: Vec<String> = subcommands(&[]).into_iter().flatten().collect();
    let mut known = known_commands();
    assert!(known.len() >= 19, "{known:?}");
    listed.sort();
    known.sort();
    assert_eq!(listed, known);
    assert!(help.lines().count() <= 45 && help.lines().all(|l| l.chars().count() <= 100), "{help}");
}

#[test]
fn a_shell_offers_what_may_stand_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = folder.path().join("itf.bash");
    itf(["completions".as_ref(), "bash".as_ref(), "-o".as_ref(), script.as_os_str()]);
    // As bash does: the words, the number of the one that is typed, and what stands before it.
    let ask = "source \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _itf itf \"${!#}\" \"${@: -2:1}\"; \
               echo \"${COMPREPLY[*]}\"";
    for (typed, offered) in [
        (&["itf", "replay", "--on", ""][..], "dns-lab"),
        (&["itf", "shrink", "--with", "d"], "dns-spec"),
        (&["itf", "generate", "dns-spec", "--instance", "n3_3"], "n3_30_20"),
        (&["itf", "convert", "--action", "q"], "quint-mbt"),
        (&["itf", "convert", "--to", "ml"], ""),
        (&["itf", "convert", "--to", "m"], "mermaid"),
        (&["itf", "show", "--color", "a"], "auto always"),
        (&["itf", "inf"], "info"),
    ] {
        let mut bash = Command::new("bash");
        let output = bash.args(["-c", ask, "bash"]).arg(&script).args(typed).output().expect("bash");
        assert_eq!(stdout(&output).trim_end(), offered, "{typed:?}: {}", stderr(&output));
    }
    // They are offers, and no limits.
    assert!(!stdout(&itf(["replay", "--help"])).contains("possible values: dns-lab"));
}

#[test]
fn there_is_a_manual_page_for_each_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let pages = folder.path().join("man1");
    itf([std::ffi::OsStr::new("man"), "--out".as_ref(), pages.as_os_str()]);
    let mut names: Vec<String> = fs::read_dir(&pages)
        .expect("pages")
        .flatten()
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let mut expected = vec!["itf.1".to_owned()];
    let mut left = subcommands(&[]);
    while let Some(path) = left.pop() {
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        expected.push(format!("itf-{}.1", words.join("-")));
        left.extend(subcommands(&words));
    }
    expected.sort();
    assert_eq!(names, expected);
    let page = fs::read_to_string(pages.join("itf-git-setup.1")).expect("a page");
    assert!(page.contains("itf git setup") || page.contains("itf\\-git\\-setup"), "{page}");
    let page = fs::read_to_string(pages.join("itf-select.1")).expect("a page");
    let synopsis =
        page.split(".SH SYNOPSIS\n").nth(1).and_then(|rest| rest.lines().next()).expect("a synopsis");
    for said in ["[\\-\\-states <RANGE>]", "[\\-\\-unique]", "[\\-o <FILE>]", "[FILES]..."] {
        assert!(synopsis.contains(said), "{said}: {synopsis}");
    }
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

/// What the demo shows of a command is what the command prints, but for the breaks of lines, and what `…` leaves out.
#[test]
fn the_demo_shows_what_its_commands_print() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |command: &str| {
        let bin = Path::new(env!("CARGO_BIN_EXE_itf")).parent().expect("a folder");
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").expect("a path"));
        let output = Command::new("bash")
            .args(["-c", &format!("exec 2>&1\n{command}")])
            .current_dir(folder.path())
            .env("PATH", path)
            .env_remove("CLICOLOR_FORCE")
            .output()
            .expect("bash starts");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let demo = run("itf demo").replace(" \\\n       ", " ");
    let mut tried = 0;
    let mut lines = demo.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(command) = line.strip_prefix("   $ ") else { continue };
        let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let printed = one_line(&run(command));
        let mut block = String::new();
        // A step ends with an empty line, and so does a chapter.
        while let Some(line) = lines.next_if(|line| line.starts_with("   ") || line.is_empty()) {
            block.extend([line, "\n"]);
        }
        let (mut rest, mut shown) = (printed.as_str(), 0);
        for part in block.split("…\n").map(one_line).filter(|part| !part.is_empty()) {
            let (_, after) =
                rest.split_once(&part).unwrap_or_else(|| panic!("{command}\nshows\n{part}\nof\n{printed}"));
            (rest, shown) = (after, shown + 1);
        }
        assert!(shown > 0, "{command} is shown with nothing");
        tried += 1;
    }
    assert_eq!(tried, 8, "{demo}");
}

/// Every page is in the table of contents, and every link between pages leads somewhere.
#[test]
fn the_manual_has_no_loose_ends() {
    let root = fs::canonicalize(ROOT).expect("the project");
    let contents = fs::read_to_string(root.join("docs/SUMMARY.md")).expect("the contents");
    let mut pages = vec![root.join("README.md"), root.join("SECURITY.md")];
    for page in fs::read_dir(root.join("docs")).expect("pages").flatten().map(|entry| entry.path()) {
        let name = page.file_name().expect("a name").to_string_lossy().into_owned();
        if page.extension().is_some_and(|e| e == "md") {
            assert!(
                name == "SUMMARY.md" || contents.contains(&format!("({name})")),
                "{name} is not in the contents"
            );
            pages.push(page);
        }
    }
    assert!(pages.len() > 12, "{pages:?}");
    for page in pages {
        let text = fs::read_to_string(&page).expect("a page");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap_or_default();
            if !file.contains("://") && !file.contains(char::is_whitespace) && !file.is_empty() {
                // The book has its pages only.
                let leaves = file.starts_with("..") && page.starts_with(root.join("docs"));
                assert!(!leaves, "{}: {link} leaves the book", page.display());
                let target = page.parent().expect("a folder").join(file);
                assert!(target.exists(), "{}: {link} leads nowhere", page.display());
            }
        }
    }
}
