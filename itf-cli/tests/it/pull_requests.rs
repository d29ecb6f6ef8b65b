//! The page about pull requests is true: its commands are run, and so is its workflow, with a stand-in for GitHub.

use std::fs;
use std::path::Path;

use crate::common::{ROOT, stderr, stdout};
use crate::git::{Repository, edited, fixture};

fn page() -> String {
    fs::read_to_string(Path::new(ROOT).join("docs/traces-in-pull-requests.md")).expect("the page")
}

/// The script of a step of the workflow on the page.
fn script(name: &str) -> String {
    script_in(&page(), name)
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

/// The action does what the page explains, and annotates what is wrong in traces that changed.
#[test]
fn the_action_is_the_workflow_of_the_page() {
    let action = fs::read_to_string(Path::new(ROOT).join("action.yml")).expect("the action");
    for step in ["Compare", "Comment"] {
        assert_eq!(script_in(&action, step), script(step), "{step}");
    }
    let repository = repository();
    let base = repository.git(&["rev-parse", "HEAD~1"]);
    let variables = [("BASE", base.trim()), ("FILES", "*.itf.json"), ("CHECK", "")];
    let (printed, code) = run(&repository, &script_in(&action, "Check"), &variables);
    assert_eq!(code, Some(0), "{printed}");
    let broken = r##"{"vars":["x"],"states":[{"x":{"#set":3}}]}"##;
    fs::write(repository.path("traces/new.itf.json"), broken).expect("written");
    repository.commit("a broken one");
    let (printed, code) = run(&repository, &script_in(&action, "Check"), &variables);
    assert_eq!(code, Some(123), "{printed}");
    assert!(printed.contains("::error file=traces/new.itf.json,line=1,col=38"), "{printed}");
}

/// What pre-commit runs exists: the ends of the commands are options that the command has.
#[test]
fn the_hooks_run() {
    let hooks = fs::read_to_string(Path::new(ROOT).join(".pre-commit-hooks.yaml")).expect("the hooks");
    let entries: Vec<&str> = hooks.lines().filter_map(|l| l.trim().strip_prefix("entry: ")).collect();
    assert_eq!(entries.len(), 2);
    let repository = repository();
    for entry in entries {
        let (printed, code) = run(&repository, &format!("{entry} traces/outage.itf.json"), &[]);
        assert_eq!(code, Some(0), "{entry}\n{printed}");
    }
}

#[test]
fn its_workflow_writes_one_comment_and_replaces_it() {
    let repository = repository();
    let base = repository.git(&["rev-parse", "HEAD~1"]);
    let summary = repository.path(".git/summary.md").display().to_string();
    let variables = [("BASE", base.trim()), ("GITHUB_STEP_SUMMARY", &summary), ("FILES", "*.itf.json")];
    let (printed, code) = run(&repository, &script("Compare"), &variables);
    assert_eq!(code, Some(0), "{printed}");
    let comment = fs::read_to_string(repository.path("comment.md")).expect("the comment");
    assert!(
        comment
            .starts_with("<!-- traces of this pull request -->\n<!-- itf-diff: traces/outage.itf.json -->\n"),
        "{comment}"
    );
    assert!(comment.contains("### `traces/outage.itf.json`: different from step 5 on\n"), "{comment}");
    assert!(comment.contains("` added: `77` (and in all that follow)"), "{comment}");
    assert!(comment.contains("- new: `traces/new.itf.json`\n- gone: `"), "{comment}");
    assert!(!comment.contains("same.itf.json") && comment.len() < 65_536, "{comment}");
    assert_eq!(fs::read_to_string(&summary).expect("the summary"), comment);

    // Stands in for GitHub's command: it says which comments there are, and writes down what else is asked of it.
    let bin = repository.path(".git/bin");
    fs::create_dir(&bin).expect("a folder");
    let gh = "#!/bin/sh\ncase \"$*\" in *--jq*) cat .git/comments ;; *) echo \"$*\" >> .git/asked ;; esac\n";
    fs::write(bin.join("gh"), gh).expect("written");
    let comment = format!("chmod +x .git/bin/gh; PATH=$PWD/.git/bin:$PATH\n{}", script("Comment"));
    let variables = [("GITHUB_REPOSITORY", "o/r"), ("PULL", "7")];
    for ids in ["", "11\n12\n"] {
        fs::write(repository.path(".git/comments"), ids).expect("written");
        let (printed, code) = run(&repository, &comment, &variables);
        assert_eq!(code, Some(0), "{printed}");
    }
    assert_eq!(
        fs::read_to_string(repository.path(".git/asked")).expect("calls"),
        "api --silent repos/o/r/issues/7/comments -F body=@comment.md\n\
         api --silent -X PATCH repos/o/r/issues/comments/11 -F body=@comment.md\n"
    );
}
