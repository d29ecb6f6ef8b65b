//! Traces in git, with the real git: every developer's machine and CI have it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use itf::{Trace, Value};
use tempfile::TempDir;

use crate::common::{ROOT, stderr, stdout};

/// A repository of its own, which sees no configuration but its own.
pub(crate) struct Repository {
    folder: TempDir,
}

impl Repository {
    pub(crate) fn new() -> Self {
        let repository = Self { folder: tempfile::tempdir().expect("a folder") };
        repository.git(&["init", "-q", "-b", "main"]);
        repository.git(&["config", "user.name", "Ann"]);
        repository.git(&["config", "user.email", "ann@example.com"]);
        repository
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A command that finds `itf`, run in the repository.
    pub(crate) fn command(&self, program: &str) -> Command {
        let bin = Path::new(env!("CARGO_BIN_EXE_itf")).parent().expect("a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).env("PATH", format!("{}:{path}", bin.display()));
        command.env("HOME", self.folder.path().join(".git")).env("GIT_CONFIG_NOSYSTEM", "1");
        command.env("LC_ALL", "C.UTF-8").env("GIT_PAGER", "cat");
        for name in [
            "GIT_DIR",
            "GIT_CONFIG_GLOBAL",
            "XDG_CONFIG_HOME",
            "NO_COLOR",
            "CLICOLOR_FORCE",
            "GIT_PAGER_IN_USE",
        ] {
            command.env_remove(name);
        }
        command
    }

    fn output(&self, args: &[&str]) -> Output {
        self.command("git").args(args).output().expect("git is not on this machine, and these tests need it")
    }

    pub(crate) fn git(&self, args: &[&str]) -> String {
        let output = self.output(args);
        assert!(output.status.success(), "git {args:?}: {}", stderr(&output));
        assert_eq!(stderr(&output), "", "git {args:?}");
        stdout(&output)
    }

    fn itf(&self, args: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_itf")).args(args).output().expect("the command starts")
    }

    pub(crate) fn write(&self, name: &str, trace: &Trace) {
        self.text(name, &itf::to_string(trace, itf::Layout::Canonical));
    }

    pub(crate) fn text(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("written");
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
    }
}

pub(crate) fn fixture() -> Trace {
    let bytes = fs::read(Path::new(ROOT).join("fixtures/wunderspec/root-3.ndjson")).expect("a fixture");
    itf::read(&bytes).expect("ITF").remove(0)
}

/// The trace, of which all states from 5 on have one entry more.
pub(crate) fn edited(trace: &Trace, number: i32) -> Trace {
    let mut edited = trace.clone();
    for state in &mut edited.states[5..] {
        let more = |plans: &Value| {
            let plans = plans.as_map().expect("a map").iter().map(|(k, v)| (k.clone(), v.clone()));
            Value::map(plans.chain([(Value::from("stray"), Value::from(number))]))
        };
        let fields = state.value.iter().map(|(name, value)| {
            (name.to_owned(), if name == "deployer_next_plan" { more(value) } else { value.clone() })
        });
        state.value = fields.collect();
    }
    edited
}

/// A repository that knows of traces, with `a.itf.json` in it.
fn prepared() -> Repository {
    let repository = Repository::new();
    let output = repository.itf(&["git", "setup", "--write"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    repository.write("a.itf.json", &fixture());
    repository.commit("a trace");
    repository
}

/// Whoever has seen enough is not told of a driver that died.
#[test]
fn a_pipe_that_is_closed_early_is_no_failure() {
    let repository = prepared();
    repository.git(&["rm", "-q", "a.itf.json"]);
    let script = "git diff --cached | head -n 3";
    let output = repository.command("bash").args(["-c", script]).output().expect("bash starts");
    assert_eq!(stderr(&output), "");
    assert_eq!(stdout(&output).lines().count(), 3);
}

#[test]
fn outside_of_a_repository_there_is_global() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_itf"));
    command.args(["git", "setup"]).current_dir(folder.path()).env("GIT_CEILING_DIRECTORIES", "/");
    let output = command.output().expect("it starts");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("; --global is for all repositories"), "{}", stderr(&output));
}

#[test]
fn annotations_are_of_the_file_and_not_of_a_revision() {
    let repository = prepared();
    repository.write("a.itf.json", &edited(&fixture(), 77));
    repository.commit("another plan");
    let output = repository.itf(&["diff", "--format", "github", "HEAD~1:a.itf.json", "HEAD:a.itf.json"]);
    assert!(stdout(&output).starts_with("::warning file=a.itf.json,line="), "{}", stdout(&output));
}

#[test]
fn a_modified_trace() {
    let repository = prepared();
    repository.write("a.itf.json", &edited(&fixture(), 77));
    let diff = repository.git(&["diff"]);
    assert!(
        diff.starts_with(
            "diff itf a/a.itf.json b/a.itf.json\ndifferent: first at step 5\n27 states each: 5 equal"
        ),
        "{diff}"
    );
    assert!(diff.contains("+ deployer_next_plan[\"stray\"]: 77  (and in all that follow)"), "{diff}");
    assert!(diff.lines().count() < 15, "{diff}");
    // In colours where git wants them.
    let output = repository
        .command("git")
        .args(["-c", "color.ui=always", "diff"])
        .env("GIT_PAGER_IN_USE", "1")
        .output();
    assert!(stdout(&output.expect("git")).contains("\u{1b}[1mdifferent"));
    // The steps view: what lasts is there once.
    repository.commit("another plan");
    for args in [&["log", "-p", "-1"][..], &["show"]] {
        let text = repository.git(args);
        assert!(text.contains("another plan") && text.contains("[\"stray\"]: 77\n"), "{text}");
        let changed = |mark: &str| {
            text.lines().filter(|l| l.starts_with(mark) && !l.starts_with(&mark.repeat(3))).count()
        };
        assert!((1..12).contains(&changed("+")), "{text}");
        assert!(text.contains("@@ step  "), "hunks say their step:\n{text}");
    }
    let show = repository.git(&["show", "--ext-diff"]);
    assert!(show.contains("different: first at step 5"), "{show}");
    let tool = repository.git(&["difftool", "-y", "-t", "itf", "HEAD~1", "HEAD"]);
    assert!(tool.contains("diff itf a/a.itf.json b/a.itf.json\ndifferent: first at step 5"), "{tool}");
}

#[test]
fn an_added_and_a_deleted_trace() {
    let repository = prepared();
    repository.write("b.itf.json", &edited(&fixture(), 3));
    fs::remove_file(repository.path("a.itf.json")).expect("removed");
    repository.git(&["add", "-A"]);
    let diff = repository.git(&["diff", "--cached", "--no-renames"]);
    let (deleted, added) = diff.split_once("diff itf a/b.itf.json b/b.itf.json\n").expect("two files");
    assert!(
        deleted.starts_with("diff itf a/a.itf.json b/a.itf.json\ndeleted file mode 100644\n27 states\n-"),
        "{deleted}"
    );
    assert!(added.starts_with("new file mode 100644\n27 states\n+parameters\n"), "{added}");
    let tool = repository.git(&["difftool", "-y", "-t", "itf", "--cached", "--no-renames"]);
    assert!(tool.contains("\n+initial state") && tool.contains("\n-initial state"), "{tool}");
    // The same once it is history.
    repository.commit("one for another");
    for args in [&["log", "-p", "-1", "--no-renames"][..], &["show", "--no-renames"]] {
        let text = repository.git(args);
        assert!(text.contains("new file mode 100644") && text.contains("deleted file mode 100644"), "{text}");
        assert!(text.contains("\n+initial state") && text.contains("\n-initial state"), "{text}");
        let text = repository.git(&[args, &["--ext-diff"]].concat());
        assert!(text.contains("deleted file mode 100644\n27 states\n-"), "{text}");
        assert!(text.contains("new file mode 100644\n27 states\n+"), "{text}");
    }
}

#[test]
fn a_renamed_trace() {
    let repository = prepared();
    repository.git(&["mv", "a.itf.json", "c.itf.json"]);
    let moved = repository.git(&["diff", "--cached", "-M"]);
    assert!(!moved.contains("different"), "{moved}");
    let mut trace = edited(&fixture(), 2);
    trace.states[6..].iter_mut().zip(&fixture().states[6..]).for_each(|(state, old)| *state = old.clone());
    repository.write("c.itf.json", &trace);
    repository.git(&["add", "-A"]);
    let diff = repository.git(&["diff", "--cached", "-M"]);
    assert!(diff.starts_with("diff itf a/a.itf.json b/c.itf.json\n"), "{diff}");
    assert!(diff.contains("rename from a.itf.json\nrename to c.itf.json\n"), "{diff}");
    assert!(diff.contains("different: first at step 5") && diff.contains("(only here)"), "{diff}");
    let tool = repository.git(&["difftool", "-y", "-t", "itf", "--cached", "-M"]);
    assert!(tool.contains("different: first at step 5"), "{tool}");
    repository.commit("another name");
    for args in [&["log", "-p", "-1", "-M"][..], &["show", "-M"]] {
        let text = repository.git(args);
        assert!(text.contains("rename from a.itf.json\nrename to c.itf.json\n"), "{text}");
        assert!(text.contains("@@ step  ") && text.contains("[\"stray\"]: 2\n"), "{text}");
        let text = repository.git(&[args, &["--ext-diff"]].concat());
        assert!(text.contains("different: first at step 5"), "{text}");
    }
}

#[test]
fn a_trace_with_conflicts() {
    let repository = prepared();
    repository.git(&["checkout", "-q", "-b", "theirs"]);
    repository.write("a.itf.json", &edited(&fixture(), 7));
    repository.commit("theirs");
    repository.git(&["checkout", "-q", "main"]);
    repository.write("a.itf.json", &edited(&fixture(), 8));
    repository.commit("ours");
    let merge = repository.output(&["merge", "theirs"]);
    assert_eq!(merge.status.code(), Some(1), "{}", stdout(&merge));
    // The file is no JSON now, and yet git shows it.
    assert!(repository.git(&["diff"]).contains("<<<<<<<"));
    let ours = repository.git(&["diff", "--ours"]);
    assert!(
        ours.starts_with(
            "* Unmerged path a.itf.json\ndiff itf a/a.itf.json b/a.itf.json\nold: ours, new: theirs\n"
        ),
        "{ours}"
    );
    assert!(ours.contains("deployer_next_plan[\"stray\"]: 8 → 7"), "{ours}");
    assert!(ours.contains("the new version is no trace"), "{ours}");
    // As a tool, git runs us for one side at a time; without a side it shows its own text.
    let tool = repository.git(&["difftool", "-y", "-t", "itf", "--ours"]);
    assert!(tool.contains("deployer_next_plan[\"stray\"]: 8 → 7"), "{tool}");
    // What the merge came to is compared with both sides by its steps.
    repository.write("a.itf.json", &edited(&fixture(), 9));
    repository.commit("both");
    for args in [&["log", "-p", "-1", "--cc"][..], &["show"]] {
        let text = repository.git(args);
        assert!(text.contains("diff --cc a.itf.json") && text.contains("++"), "{text}");
        assert!(text.contains("[\"stray\"]: 9\n") && text.lines().count() < 60, "{text}");
    }
}

#[test]
fn a_revision_is_an_input() {
    let repository = prepared();
    repository.write("a.itf.json", &edited(&fixture(), 77));
    let output = repository.itf(&["diff", "HEAD:a.itf.json", "a.itf.json"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stdout(&output).contains("[\"stray\"]: 77"), "{}", stdout(&output));
    let output = repository.itf(&["diff", "--mode", "prefix", "HEAD:a.itf.json", "a.itf.json"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!(repository.itf(&["show", "HEAD:a.itf.json"]).status.code(), Some(0));
    let output = repository.itf(&["diff", "HEAD:b.itf.json", "a.itf.json"]);
    assert_eq!(output.status.code(), Some(2));
    let expected =
        "itf: error: cannot read HEAD:b.itf.json: git: path 'b.itf.json' does not exist in 'HEAD'\n";
    assert_eq!(stderr(&output), expected);
    // Nothing that git would take for an option.
    let output = repository.itf(&["diff", "--", "--output=x:y", "a.itf.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("no revision begins with `-`"), "{}", stderr(&output));
    assert!(!repository.path("x:y").exists());
}

#[test]
fn setup_shows_writes_and_takes_back() {
    for scope in ["--local", "--global"] {
        let repository = Repository::new();
        let (config, attributes) = match scope {
            "--local" => (".git/config", ".gitattributes"),
            _ => (".git/.gitconfig", ".git/.config/git/attributes"),
        };
        if scope == "--local" {
            fs::write(repository.path(attributes), "*.png binary\n").expect("written");
        }
        let state =
            || [config, attributes].map(|name| fs::read_to_string(repository.path(name)).unwrap_or_default());
        let setup = |args: &[&str]| {
            let output = repository.itf(&[&["git", "setup", scope][..], args].concat());
            assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
            stdout(&output)
        };
        let before = state();
        let shown = setup(&[]);
        assert!(
            shown.contains("diff.itf.command = itf git driver  (to write)")
                && shown.contains("*.itf.json diff=itf"),
            "{shown}"
        );
        assert_eq!(state(), before, "nothing is written unasked");
        let written = setup(&["--write"]);
        assert!(written.contains("(written)"), "{written}");
        let after = state();
        assert!(after[0].contains("itf git driver") && after[1].contains("*.itf.json diff=itf"), "{after:?}");
        let again = setup(&["--write"]);
        assert!(!again.contains("(written)") && again.contains("(there)"), "{again}");
        assert_eq!(state(), after);
        assert_eq!(repository.git(&["check-attr", "diff", "x/y.itf.json"]), "x/y.itf.json: diff: itf\n");
        assert!(setup(&["--undo"]).contains("(taken back)"));
        assert_eq!(state().map(|text| text.trim().to_owned()), before.map(|text| text.trim().to_owned()));
        assert!(setup(&["--undo"]).contains("(not there)"));
    }
}

#[test]
fn a_wrong_call_is_told() {
    let repository = Repository::new();
    let output = repository.itf(&["git", "driver", "a", "b"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("1, 7 or 9 arguments, and these are 2"), "{}", stderr(&output));
    let folder = tempfile::tempdir().expect("a folder");
    let mut outside = repository.command(env!("CARGO_BIN_EXE_itf"));
    outside.current_dir(folder.path()).env("GIT_CEILING_DIRECTORIES", folder.path());
    let output = outside.args(["git", "setup"]).output().expect("the command starts");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("not a git repository"), "{}", stderr(&output));
}
