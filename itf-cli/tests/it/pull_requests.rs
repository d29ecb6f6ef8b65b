//! The page about pull requests is true: its commands are run, and so is its workflow, with a stand-in for GitHub.

use std::fs;
use std::path::Path;

use crate::common::{ROOT, stderr, stdout};
use crate::git::{Repository, edited, fixture};

fn page() -> String {
    fs::read_to_string(Path::new(ROOT).join("docs/traces-in-pull-requests.md")).expect("the page")
}

/// The script of a step, without its indentation.
fn script_in(text: &str, name: &str) -> String {
    let step = text.split_once(&format!("- name: {name}\n")).expect("the step").1;
    let mut lines = step.lines().skip_while(|line| line.trim() != "run: |").skip(1).peekable();
    let first = lines.peek().expect("a script");
    let indentation = &first[..first.len() - first.trim_start().len()];
    let lines: Vec<&str> = lines.map_while(|line| line.strip_prefix(indentation)).collect();
    assert!(lines.len() > 3, "{lines:?}");
    lines.join("\n")
}

fn repository() -> Repository {
    let repository = Repository::new();
    fs::create_dir(repository.path("traces")).expect("a folder");
    for name in ["outage", "gone`@all`", "same"] {
        repository.write(&format!("traces/{name}.itf.json"), &fixture());
    }
    repository.commit("traces");
    repository.write("traces/outage.itf.json", &edited(&fixture(), 77));
    repository.write("traces/new.itf.json", &fixture());
    fs::remove_file(repository.path("traces/gone`@all`.itf.json")).expect("removed");
    repository.commit("another plan");
    repository
}

fn run(repository: &Repository, script: &str, variables: &[(&str, &str)]) -> (String, Option<i32>) {
    // As GitHub runs what says `shell: bash`.
    let mut command = repository.command("bash");
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]).envs(variables.iter().copied());
    let output = command.output().expect("bash starts");
    (stdout(&output) + &stderr(&output), output.status.code())
}

/// The action on a repository, as a runner runs it, with a stand-in for GitHub's command.
struct Runner {
    repository: Repository,
    base: String,
    head: String,
    files: String,
}

/// What a run of the action left behind.
struct Job {
    /// What the steps printed.
    printed: String,
    /// The steps that failed.
    failed: Vec<&'static str>,
    /// What would be the comment.
    comment: String,
    /// What was asked of GitHub.
    asked: String,
}

impl Runner {
    /// A pull request that makes what is in the repository now of what the commit before the last was.
    fn new(repository: Repository) -> Self {
        let base = repository.git(&["rev-parse", "HEAD~1"]).trim().to_owned();
        fs::create_dir_all(repository.path(".git/temp/bin")).expect("a folder");
        // It says which comments there are, and writes down what else is asked of it.
        let gh = "#!/bin/sh\ncase \"$*\" in\n*--jq*'request -->'*) cat .git/temp/old-comments ;;\n\
                  *--jq*) echo \"$*\" > .git/temp/query; cat .git/temp/comments; [ ! -e .git/temp/breaks ] ;;\n\
                  *) [ ! -e .git/temp/refuses ] || { echo 'HTTP 403' >&2; exit 1; }; echo \"$*\" >> .git/temp/asked ;;\nesac\n";
        repository.text(".git/temp/bin/gh", gh);
        repository.text(".git/temp/comments", "");
        repository.text(".git/temp/old-comments", "");
        let action = action();
        let files = action.split_once("default: |\n").expect("a default").1.lines().take(4);
        let files: String = files.map(str::trim).flat_map(|line| [line, "\n"]).collect();
        Self { repository, base, head: "o/r".to_owned(), files }
    }

    /// A step that failed keeps those from being run that do not say otherwise.
    fn run(&self) -> Job {
        let at = |name: &str| self.repository.path(name).display().to_string();
        let (temp, summary) = (at(".git/temp"), at(".git/temp/summary.md"));
        for left in ["asked", "summary.md", "traces.md"] {
            let _ = fs::remove_file(self.repository.path(&format!(".git/temp/{left}")));
        }
        let variables = [
            ("BASE", self.base.as_str()),
            ("FILES", &self.files),
            ("CHECK", ""),
            ("PULL", "7"),
            ("HEAD", &self.head),
            ("GITHUB_REPOSITORY", "o/r"),
            ("RUNNER_TEMP", &temp),
            ("GITHUB_STEP_SUMMARY", &summary),
        ];
        let mut job =
            Job { printed: String::new(), failed: Vec::new(), comment: String::new(), asked: String::new() };
        for step in ["Compare", "Comment", "Check"] {
            let goes_on = step == "Check" && !job.failed.contains(&"Compare");
            if !job.failed.is_empty() && !goes_on {
                continue;
            }
            let script = script_in(&action(), step);
            let script = format!("chmod +x .git/temp/bin/gh; PATH=$PWD/.git/temp/bin:$PATH\n{script}");
            let (printed, code) = run(&self.repository, &script, &variables);
            job.printed += &printed;
            if code != Some(0) {
                job.failed.push(step);
            }
        }
        let read = |name: &str| fs::read_to_string(self.repository.path(name)).unwrap_or_default();
        job.comment = read(".git/temp/traces.md");
        job.asked = read(".git/temp/asked").replace(&temp, "TEMP");
        assert_eq!(job.comment, read(".git/temp/summary.md"), "the summary says the same");
        job
    }
}

fn action() -> String {
    fs::read_to_string(Path::new(ROOT).join("action.yml")).expect("the action")
}

const BROKEN: &str = "{\"vars\":[\"x\"],\"states\":[{\"x\":{\"#set\":3}}]}";

#[test]
fn its_commands_run() {
    let repository = repository();
    let page = page();
    let commands: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("$ ")).collect();
    assert_eq!(commands.len(), 7);
    for command in commands {
        let (printed, code) = run(&repository, command, &[]);
        assert!(matches!(code, Some(0 | 1)) && !printed.contains("error"), "{command}: {code:?}\n{printed}");
        let is_about = !command.contains("HEAD~1") || printed.contains("[\"stray\"]: 77");
        assert!(is_about, "{command}\n{printed}");
    }
}

/// What is said of the inputs on the page is what there is.
#[test]
fn the_inputs_of_the_action_are_on_the_page() {
    let (action, page) = (action(), page());
    let inputs = action.split_once("inputs:\n").expect("inputs").1.split_once("runs:\n").expect("runs").0;
    let names = inputs.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names: Vec<&str> = names.map(|line| line.trim().trim_end_matches(':')).collect();
    assert_eq!(names, ["files", "check", "comment", "itf"]);
    let rows =
        page.split_once("| input | |").expect("a table").1.lines().filter_map(|row| row.strip_prefix("| `"));
    let rows: Vec<&str> = rows.filter_map(|row| Some(row.split_once('`')?.0)).collect();
    assert_eq!(rows, names);
}

/// What pre-commit runs exists: the ends of the commands are options that the command has.
#[test]
fn the_hooks_run() {
    let hooks = fs::read_to_string(Path::new(ROOT).join(".pre-commit-hooks.yaml")).expect("the hooks");
    let entries: Vec<&str> = hooks.lines().filter_map(|l| l.trim().strip_prefix("entry: ")).collect();
    assert_eq!((entries.len(), hooks.matches("args: [--]").count()), (2, 2));
    let repository = repository();
    repository.write("-o.itf.json", &fixture());
    for entry in entries {
        let (printed, code) =
            run(&repository, &format!("{entry} -- traces/outage.itf.json -o.itf.json"), &[]);
        assert_eq!(code, Some(0), "{entry}\n{printed}");
    }
}

#[test]
fn there_is_one_comment_and_it_is_replaced() {
    let runner = Runner::new(repository());
    let Job { comment, asked, failed, printed } = runner.run();
    assert_eq!((failed.len(), printed.as_str()), (0, ""));
    let (mark, rest) = comment.split_once('\n').expect("lines");
    assert!(mark.starts_with("<!-- traces of this pull request: ") && mark.ends_with(" -->"), "{mark}");
    assert!(rest.starts_with("<!-- itf-diff: traces/outage.itf.json -->\n"), "{comment}");
    assert!(comment.contains("### `traces/outage.itf.json`: different from step 5 on\n"), "{comment}");
    assert!(comment.contains("` added: `77` (and in all that follow)"), "{comment}");
    assert!(
        comment.ends_with("\n\n- new: `traces/new.itf.json`\n- gone: `traces/gone@all.itf.json`\n"),
        "{comment}"
    );
    assert!(!comment.contains("same.itf.json") && comment.len() < 65_536, "{comment}");
    let create = "api --silent repos/o/r/issues/7/comments -F body=@TEMP/traces.md\n";
    assert_eq!(asked, create);
    // It is found by its author and its mark, which says of which files it is.
    let query = fs::read_to_string(runner.repository.path(".git/temp/query")).expect("a query");
    let mine = format!(r#".user.login == "github-actions[bot]" and (.body | startswith("{mark}"))"#);
    assert!(query.contains(&mine), "{query}");
    runner.repository.text(".git/temp/comments", "11\n12\n");
    assert_eq!(
        runner.run().asked,
        "api --silent -X PATCH repos/o/r/issues/comments/11 -F body=@TEMP/traces.md\n"
    );
    // One that was written before the mark said of which files it is, is taken over; one with our own mark comes first.
    runner.repository.text(".git/temp/old-comments", "5\n");
    assert!(runner.run().asked.contains("-X PATCH repos/o/r/issues/comments/11 "));
    runner.repository.text(".git/temp/comments", "");
    assert!(runner.run().asked.contains("-X PATCH repos/o/r/issues/comments/5 "));
    // Where it cannot be asked which there are, there is no second one.
    runner.repository.text(".git/temp/breaks", "");
    let job = runner.run();
    assert!(job.asked.is_empty() && job.printed.contains("::warning::cannot comment"), "{}", job.printed);
    fs::remove_file(runner.repository.path(".git/temp/breaks")).expect("removed");
    let other = Runner { files: "*.ndjson".to_owned(), ..runner };
    assert_ne!(other.run().comment.lines().next(), Some(mark));
}

/// What cannot be read is said to be so, annotated at its line, and keeps nothing else from being told.
#[test]
fn a_broken_trace_is_told_and_the_others_are_too() {
    let repository = repository();
    repository.text("traces/same.itf.json", BROKEN);
    repository.commit("one that is broken");
    let base = repository.git(&["rev-parse", "HEAD~2"]).trim().to_owned();
    let runner = Runner { base, ..Runner::new(repository) };
    let job = runner.run();
    assert_eq!(job.failed, ["Check"], "{}", job.printed);
    assert!(
        job.comment.contains("### `traces/outage.itf.json`: different from step 5 on\n"),
        "{}",
        job.comment
    );
    let why = "\n- `traces/same.itf.json`: cannot be compared: `traces/same.itf.json:1:38: ";
    assert!(job.comment.contains(why), "{}", job.comment);
    assert!(job.asked.contains("/issues/7/comments"), "{}", job.asked);
    assert!(job.printed.contains("::error file=traces/same.itf.json,line=1,col="), "{}", job.printed);
    // What was broken before may be mended.
    let head = runner.repository.git(&["rev-parse", "HEAD"]).trim().to_owned();
    runner.repository.write("traces/same.itf.json", &fixture());
    runner.repository.commit("mended");
    let job = Runner { base: head, ..runner }.run();
    assert_eq!(job.failed.len(), 0, "{}", job.printed);
    assert!(job.comment.contains("\n- `traces/same.itf.json`: cannot be compared"), "{}", job.comment);
}

/// Of a fork, and where the workflow may not comment, the comparison is in the summary, and traces are checked.
#[test]
fn who_may_not_comment_is_checked_all_the_same() {
    let repository = repository();
    repository.text("traces/new.itf.json", BROKEN);
    repository.commit("a broken one");
    let base = repository.git(&["rev-parse", "HEAD~2"]).trim().to_owned();
    let runner = Runner { base, head: "stranger/r".to_owned(), ..Runner::new(repository) };
    let job = runner.run();
    assert_eq!((job.asked.as_str(), job.failed), ("", vec!["Check"]));
    assert!(job.printed.contains("::error file=traces/new.itf.json,line=1,col=38"), "{}", job.printed);
    let runner = Runner { head: "o/r".to_owned(), ..runner };
    runner.repository.text(".git/temp/refuses", "");
    let job = runner.run();
    assert_eq!(job.failed, ["Check"]);
    assert!(job.printed.contains("::warning::cannot comment: "), "{}", job.printed);
    assert!(job.printed.contains("::error file=traces/new.itf.json"), "{}", job.printed);
}

#[test]
fn a_comment_has_room_for_hundreds_of_traces_and_a_lot_of_new_ones() {
    let repository = Repository::new();
    let long = "a".repeat(45);
    let trace = |x: usize| format!("{{\"vars\":[\"x\"],\"states\":[{{\"x\":{x}}}]}}\n");
    for number in 0..430 {
        repository.text(&format!("old-{long}-{number}.itf.json"), &trace(number));
    }
    repository.commit("traces");
    for number in 0..430 {
        repository.text(&format!("old-{long}-{number}.itf.json"), &trace(number + 1));
    }
    for number in 0..1500 {
        repository.text(&format!("new-{long}-{number}.itf.json"), &trace(number));
    }
    repository.commit("many");
    let job = Runner::new(repository).run();
    assert_eq!(job.failed.len(), 0, "{}", job.printed);
    let Job { comment, .. } = job;
    assert!(comment.len() < 65_536, "{}", comment.len());
    let told = comment.matches(": different from step 0 on").count();
    assert!(
        told > 300 && comment.contains(&format!("- … and {} more that changed\n", 430 - told)),
        "{told}\n{comment}"
    );
    assert!(comment.ends_with("- … and 1450 more that are new\n"), "{comment}");
    assert!(comment.lines().all(|line| line.is_empty() || line.starts_with(['-', '<', '#'])), "{comment}");
}

/// Names that look like options, have bytes beyond ASCII, or are very long.
#[test]
fn names_of_strangers_are_names() {
    let repository = Repository::new();
    let (umlaut, long) = ("h/ne\u{fc} 1.itf.json", format!("{}.itf.json", "n".repeat(240)));
    fs::create_dir(repository.path("h")).expect("a folder");
    repository.write("-o.itf.json", &fixture());
    repository.write(&long, &fixture());
    repository.commit("traces");
    repository.write("-o.itf.json", &edited(&fixture(), 77));
    repository.write(&long, &edited(&fixture(), 77));
    repository.write(umlaut, &fixture());
    repository.commit("others");
    let runner = Runner::new(repository);
    let job = runner.run();
    assert_eq!(job.failed.len(), 0, "{}", job.printed);
    assert!(job.comment.contains("### `-o.itf.json`: different from step 5 on\n"), "{}", job.comment);
    assert!(job.comment.contains(&format!("\n- new: `{umlaut}`\n")), "{}", job.comment);
    assert!(!runner.repository.path(".itf.json").exists(), "no file is written");
}

/// Who makes a pull request says where its links lead.
#[test]
fn a_link_shows_nothing_of_the_machine() {
    let repository = repository();
    let secret = tempfile::NamedTempFile::new().expect("a file");
    fs::write(secret.path(), "a secret of the runner").expect("written");
    for name in ["outage", "another"] {
        let link = repository.path(&format!("traces/{name}.itf.json"));
        let _ = fs::remove_file(&link);
        std::os::unix::fs::symlink("nowhere", &link).expect("a link");
    }
    repository.commit("links");
    let link = repository.path("traces/outage.itf.json");
    fs::remove_file(&link).expect("removed");
    std::os::unix::fs::symlink(secret.path(), &link).expect("a link");
    std::os::unix::fs::symlink(secret.path(), repository.path("traces/third.itf.json")).expect("a link");
    repository.commit("links to elsewhere");
    let job = Runner::new(repository).run();
    assert_eq!(job.failed, [""; 0], "{}", job.printed);
    assert!(job.comment.contains("outage.itf.json`: a link, which is not followed"), "{}", job.comment);
    for text in [&job.printed, &job.comment] {
        assert!(!text.contains("secret of"), "{text}");
    }
}

#[test]
fn where_nothing_changed_nobody_is_bothered() {
    let repository = repository();
    repository.text("readme", "other");
    repository.commit("no trace");
    let runner = Runner::new(repository);
    let job = runner.run();
    assert_eq!((job.failed.len(), job.asked.as_str()), (0, ""), "{}", job.printed);
    assert!(job.comment.ends_with(" -->\n\nNo trace changed.\n"), "{}", job.comment);
    // A comment that is there already is no longer true.
    runner.repository.text(".git/temp/comments", "11\n");
    assert!(runner.run().asked.contains("PATCH"));
}

/// What is no trouble of a trace is told as what it is.
#[test]
fn what_the_command_said_is_told() {
    let runner = Runner::new(repository());
    let stub = |way: &str| {
        let itf = env!("CARGO_BIN_EXE_itf");
        let script = format!("#!/bin/sh\n[ \"$1\" = diff ] || exec '{itf}' \"$@\"\n{way}\n");
        runner.repository.text(".git/temp/bin/itf", &script);
        run(&runner.repository, "chmod +x .git/temp/bin/itf; PATH=/usr/bin:/bin", &[]);
        runner.run()
    };
    let job = stub("echo 'itf: error: no `room` is left' >&2; echo more >&2; exit 2");
    let told = "\n- `traces/outage.itf.json`: cannot be compared: `no room is left`\n";
    assert!(job.comment.contains(told), "{}", job.comment);
    assert!(job.printed.contains("itf: error: no `room` is left\nmore\n"), "{}", job.printed);
    let job = stub("kill -KILL $$");
    let told = "\n- `traces/outage.itf.json`: cannot be compared (itf ended with status 137)\n";
    assert!(job.comment.contains(told), "{}", job.comment);
}

/// What git cannot tell is not taken for "no change".
#[test]
fn a_comparison_that_git_cannot_make_fails_loudly() {
    let runner = Runner::new(repository());
    let runner = Runner { files: "*.itf.json\n\n  \n*.itf.ndjson\n".to_owned(), ..runner };
    let job = runner.run();
    assert!(job.failed.is_empty() && job.comment.contains("outage.itf.json"), "{}", job.printed);
    for (files, words) in [(":(nonsense)*.itf.json\n", "nonsense"), ("\n \n", "no pathspec is in it")] {
        let runner = Runner { files: files.to_owned(), ..Runner::new(repository()) };
        let job = runner.run();
        assert_eq!(job.failed, ["Compare"], "{}", job.printed);
        assert!(job.printed.contains("::error::") && job.printed.contains(words), "{}", job.printed);
        assert!(job.asked.is_empty() && job.comment.is_empty());
    }
    // A clone that has the commits and not all that is in them.
    let repository = repository();
    let tree = repository.git(&["rev-parse", "HEAD~1:traces"]);
    let tree = tree.trim();
    fs::remove_file(repository.path(&format!(".git/objects/{}/{}", &tree[..2], &tree[2..])))
        .expect("removed");
    let job = Runner::new(repository).run();
    assert_eq!(job.failed, ["Compare"], "{}", job.printed);
    assert!(job.printed.contains("::error::git cannot tell which traces changed"), "{}", job.printed);
}

/// The two mistakes that everybody makes, and that of a command that is not there.
#[test]
fn mistakes_in_a_workflow_are_told_what_to_do() {
    let runner = Runner::new(repository());
    let push = Runner { base: String::new(), ..runner };
    let job = push.run();
    assert_eq!(job.failed, ["Compare"]);
    assert!(job.printed.contains("::error::") && job.printed.contains("on: pull_request"), "{}", job.printed);
    let shallow = Runner { base: "0123456789012345678901234567890123456789".to_owned(), ..push };
    let job = shallow.run();
    assert_eq!(job.failed, ["Compare"]);
    assert!(job.printed.contains("::error::") && job.printed.contains("fetch-depth: 0"), "{}", job.printed);

    let install = script_in(&action(), "Install");
    let at = |name: &str| shallow.repository.path(name).display().to_string();
    let (temp, path) = (at(".git/temp"), at(".git/path"));
    let with = |given: &str| {
        let variables =
            [("GIVEN", given), ("RUNNER_TEMP", &temp), ("GITHUB_PATH", &path), ("SOURCES", "nowhere")];
        run(&shallow.repository, &install, &variables)
    };
    let (printed, code) = with("nosuch");
    assert_eq!(code, Some(1));
    assert!(printed.contains("::error::") && printed.contains("nosuch"), "{printed}");
    // One that is in PATH is taken as it is.
    assert_eq!(with(""), (String::new(), Some(0)));
    fs::create_dir(shallow.repository.path("bin")).expect("a folder");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_itf"), shallow.repository.path("bin/mine"))
        .expect("a link");
    assert_eq!(with("./bin/mine"), (String::new(), Some(0)));
    assert_eq!(fs::read_to_string(&path).expect("a path"), format!("{temp}/itf\n"));
    let (printed, code) =
        run(&shallow.repository, "\"$RUNNER_TEMP/itf/itf\" --version", &[("RUNNER_TEMP", &temp)]);
    assert_eq!(code, Some(0), "{printed}");
}

#[test]
fn the_job_for_gitlab_runs() {
    let repository = repository();
    let base = repository.git(&["rev-parse", "HEAD~1"]);
    let page = page();
    let script =
        page.split_once("  script:\n").expect("a script").1.split_once("  artifacts:").expect("an end").0;
    // An item of the list is a line, or two; one is in quotes.
    let script = script.replace("\n      ", " ");
    let lines = script.lines().filter_map(|line| line.trim().strip_prefix("- "));
    let lines = lines.filter(|line| !line.starts_with("cargo"));
    let lines: Vec<&str> =
        lines.map(|line| line.strip_prefix('\'').map_or(line, |l| l.trim_end_matches('\''))).collect();
    assert_eq!(lines.len(), 4);
    let variables = [("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.trim())];
    let (printed, code) = run(&repository, &lines.join("\n"), &variables);
    assert_eq!(code, Some(0), "{printed}");
    let read = |name: &str| fs::read_to_string(repository.path(name)).expect("a file");
    assert!(read("traces.md").contains("### `traces/outage.itf.json`: different"), "{}", read("traces.md"));
    assert_eq!(read("traces.xml").matches("<?xml").count(), 1);
    assert_eq!(read("traces.xml").matches("<testsuite ").count().max(1), 3, "{}", read("traces.xml"));
}
