//! Text that wants to act: terminal escapes, bidirectional controls, markup, commands of a log, names of files. Whatever the
//! command and the format, it is shown and does nothing.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::process::{Output, Stdio};

use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::common::{command, stderr, stdout};

/// What stands in the traces: as strings, names of variables, fields, tags, actions, keys and `#meta`.
const TEXTS: [&str; 10] = [
    "\u{1b}]0;title\u{7}\u{1b}[2J\u{9b}31m",
    "\u{202e}txt.\u{2066}evil\u{2069}\u{200f}\u{61c}\u{fff9}\u{e0041}",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "``` \n```\n# heading\n~~~\n[a](javascript:alert(1))",
    "x\n::error::pwned\n::stop-commands::x\r::set-output name=a::b",
    "=HYPERLINK(\"http://127.0.0.1\")",
    "../../../../pwned",
    "$(touch pwned)`touch pwned`'; touch pwned; '",
    "error ##[error]pwned \u{7f}##[add-mask]a ##vso[task.setvariable variable=PATH]x",
    "::error::pwned",
];

fn trace(last: usize) -> Json {
    let state = |n: usize| {
        let text = TEXTS[n % TEXTS.len()];
        let mut state = json!({
            "action": {"tag": text, "value": {TEXTS[2]: text}},
            "x": {"#map": [[text, {"#set": TEXTS}], [{"#tup": [text]}, {"tag": TEXTS[0], "value": {TEXTS[1]: text}}]]},
            "y": {"#unserializable": text},
            "z": {"#unknown": [text]},
            "#meta": {"note": text}
        });
        for name in TEXTS {
            state[name] = json!(text);
        }
        state
    };
    let states: Vec<Json> = (0..TEXTS.len()).chain([last]).map(state).collect();
    let vars: Vec<&str> = ["action", "x", "y", "z"].into_iter().chain(TEXTS).collect();
    let meta = json!({"source": TEXTS[0], "predicate_kind": "invariant", "predicate_name": TEXTS[7], "status": TEXTS[3], TEXTS[1]: TEXTS[2]});
    json!({"#meta": meta, "vars": vars, "states": states, TEXTS[4]: TEXTS[3]})
}

/// A folder with two such traces, one that is broken, and names of files that are as bad.
struct Folder(TempDir);

const NAMES: [&str; 4] = [
    "::error::pwned\n::error::pwned.itf.json",
    "::error::pwned\u{1b}[31m\u{202e}.itf.json",
    "<b>`|`.itf.json",
    "=1+1,;.itf.json",
];

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (at, name) in NAMES.iter().enumerate() {
            fs::write(folder.path().join(name), trace(at).to_string()).expect("a file");
        }
        let broken = format!("{{\"vars\":[],\"states\":[{{{}:nope}}]}}", Json::from(TEXTS[0]));
        fs::write(folder.path().join("broken\n::error::x.itf.json"), broken).expect("a file");
        fs::write(folder.path().join(OsStr::from_bytes(b"\xff\x1b[1m.itf.json")), "{").expect("a file");
        Self(folder)
    }

    fn run(&self, line: &[&str]) -> Output {
        let output =
            command().current_dir(self.0.path()).args(line).stdin(Stdio::null()).output().expect("starts");
        assert!(!stderr(&output).contains("panicked"), "{line:?}: {}", stderr(&output));
        output
    }

    fn entries(&self) -> usize {
        fs::read_dir(self.0.path()).expect("a folder").count()
    }
}

/// Characters that do something instead of being something.
fn acts(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn is_quiet(line: &[&str], text: &str) {
    if let Some((at, c)) = text.char_indices().find(|(_, c)| acts(*c)) {
        let around: String =
            text[..at].chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
        panic!("{line:?}: U+{:04X} after {around:?}", u32::from(c));
    }
    assert!(
        // A runner looks for commands behind white space, too.
        !text.lines().any(|line| {
            ["::error::pwned", "::stop-commands::x"]
                .iter()
                .any(|command| line.trim_start().starts_with(command))
        }),
        "{line:?}: a command of GitHub's log: {text}"
    );
    // These are obeyed wherever in a line they are.
    assert!(!text.contains("##[") && !text.contains("##vso["), "{line:?}: a command of a log: {text}");
}

#[test]
fn nothing_acts_on_a_terminal_whatever_the_command() {
    let folder = Folder::new();
    let before = folder.entries();
    let (a, b) = (NAMES[0], NAMES[1]);
    for line in [
        &["check", "--notes", a, b, NAMES[2], "broken\n::error::x.itf.json", "no\n::error::pwned"][..],
        &["check", "--notes", "--format", "github", a, b, "broken\n::error::x.itf.json"],
        &["check", "--notes", "--format", "junit", a, b, "broken\n::error::x.itf.json"],
        &["check", "--together", "--invariant", "x == 1", a, b],
        &["info", a, b, NAMES[2], NAMES[3]],
        &["eval", "x", a],
        &["eval", "y", "broken\n::error::x.itf.json", a],
        &["fmt", "--check", a],
        &["show", "--full", a],
        &["show", "--format", "steps", a],
        &["show", "--format", "markdown", a],
        &["diff", a, b],
        &["diff", "--format", "side-by-side", a, b],
        &["diff", "--format", "unified", a, b],
        &["diff", "--format", "markdown", a, b],
        &["diff", "--format", "github", a, b],
        &["diff", "--rename", a, b],
        &["convert", "--to", "mermaid", a],
        &["convert", "--to", "dot", a],
        &["schema", "--infer", "broken\n::error::x.itf.json"],
        &["select", "--where", "x == 1", a],
        &["replay", "--on", "dns-lab", a],
        &["replay", "--on", "dns-lab", "--format", "markdown", a],
        &["lab", "drive", a],
        &["shrink", "--with", "dns-spec", "--violates", TEXTS[0], a],
        &["shrink", "--with", TEXTS[4], a],
        &["report", a, b, NAMES[2]],
        &["report", "--title", TEXTS[3], a],
        &["patch", a, b],
        &["generate", TEXTS[1]],
        &["check", "--explain", TEXTS[0]],
        &["check", "--config", a, a],
        // Documents for programs are printed into logs as well.
        &["check", "--notes", "--format", "json", a, "broken\n::error::x.itf.json"],
        &["check", "--notes", "--format", "sarif", a, "broken\n::error::x.itf.json"],
        &["info", "--format", "json", a, b],
        &["diff", "--format", "json", a, b],
        &["diff", "--format", "json", "--mode", "prefix", a, b],
        &["diff", "--format", "json", "--allowed", a, b],
        &["diff", "--format", "sarif", a, b],
        &["diff", "--format", "rfc6902", a, b],
        &["schema", "--infer", a],
        &["replay", "--on", "dns-lab", "--format", "json", a],
        &["lab", "drive", "--json", a],
        &["report", "--format", "json", a, b],
        &["shrink", "--events", "--with", "dns-spec", "--violates", TEXTS[8], a],
        // A line a state, whatever is in it.
        &["convert", "--to", "csv", a, b],
        &["convert", "--to", "csv", "--column", "y", a],
    ] {
        let output = folder.run(line);
        assert!(output.status.code().is_some_and(|code| code <= 2), "{line:?}");
        is_quiet(line, &stderr(&output));
        is_quiet(line, &stdout(&output));
    }
    assert_eq!(folder.entries(), before, "something wrote a file");
}

/// Modules are data, with the texts as they are; but no line of them is a command of a log.
#[test]
fn modules_have_no_control_characters() {
    let folder = Folder::new();
    for notation in ["tla", "quint"] {
        let line = ["convert", "--to", notation, NAMES[0]];
        let output = folder.run(&line);
        assert!(output.status.code().is_some_and(|code| code <= 2), "{line:?}");
        let text = stdout(&output);
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{line:?}: {text:?}");
        assert!(!text.lines().any(|line| line.starts_with("::")), "{line:?}: {text}");
        is_quiet(&line, &stderr(&output));
    }
}

#[test]
fn names_of_files_that_are_no_text_are_named_without_acting() {
    let folder = Folder::new();
    let name = OsStr::from_bytes(b"\xff\x1b[1m.itf.json");
    for words in [&["check"][..], &["info"], &["show"], &["fmt"], &["diff", NAMES[0]]] {
        let mut itf = command();
        let output = itf.current_dir(folder.0.path()).args(words).arg(name).output().expect("starts");
        assert!(output.status.code().is_some_and(|code| code == 1 || code == 2), "{words:?}");
        is_quiet(words, &(stdout(&output) + &stderr(&output)));
        assert!((stdout(&output) + &stderr(&output)).contains(".itf.json"), "{words:?}");
    }
}

#[test]
fn no_page_has_an_element_of_a_trace() {
    let folder = Folder::new();
    let (a, b) = (NAMES[0], NAMES[2]);
    for line in [
        &["show", "--format", "html", a][..],
        &["show", "--format", "html", a, b],
        &["diff", "--format", "html", a, b],
        &["report", "--format", "html", "--title", TEXTS[2], a, b],
    ] {
        let output = folder.run(line);
        let page = stdout(&output);
        assert!(
            page.starts_with("<!doctype html>") || page.starts_with("<!DOCTYPE html>"),
            "{line:?}: {}",
            stderr(&output)
        );
        for part in ["<script>alert", "<img", "<b>`", "</script><", "href=\"javascript:"] {
            assert!(!page.contains(part), "{line:?}: {part}");
        }
        assert!(page.contains("alert(1)"), "{line:?}: the text is not there at all");
        assert!(page.contains("Content-Security-Policy"), "{line:?}");
    }
}

#[test]
fn what_is_written_into_a_folder_stays_there() {
    let folder = Folder::new();
    let before = folder.entries();
    let output = folder.run(&["report", "--out", "out/report", NAMES[0], NAMES[1]]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let output = folder.run(&["select", "--split", "out/parts", NAMES[0], NAMES[1]]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(folder.entries(), before + 1, "more than the folder `out` was made");
    for inside in ["out/report", "out/parts"] {
        let made = fs::read_dir(folder.0.path().join(inside)).expect("a folder");
        let names: Vec<String> =
            made.map(|e| e.expect("a file").file_name().to_string_lossy().into_owned()).collect();
        assert!(names.len() >= 2, "{names:?}");
        for name in &names {
            assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)), "{name:?}");
        }
    }
    let report = fs::read_to_string(folder.0.path().join("out/report/report.md")).expect("a report");
    is_quiet(&["report.md"], &report);
}

/// What a report says to type is one command of a shell, and nothing in it runs anything else.
#[test]
fn commands_to_reproduce_run_nothing_of_a_trace() {
    let folder = Folder::new();
    let name = "$(touch pwned);\n'`touch pwned`\u{202e}%s.itf.json";
    fs::write(folder.0.path().join(name), trace(1).to_string()).expect("a file");
    let before = folder.entries();
    let output = folder.run(&["report", "--format", "json", name]);
    let report: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let commands: Vec<&str> = report["bugs"][0]["reproduce"]
        .as_array()
        .expect("commands")
        .iter()
        .filter_map(Json::as_str)
        .collect();
    assert!(!commands.is_empty(), "{report}");
    for line in commands {
        let mut shell = std::process::Command::new("sh");
        let path = std::path::Path::new(env!("CARGO_BIN_EXE_itf")).parent().expect("a folder");
        shell.args(["-c", line]).current_dir(folder.0.path()).stdin(Stdio::null());
        let output =
            shell.env("PATH", format!("{}:/usr/bin:/bin", path.display())).output().expect("sh starts");
        assert_eq!(output.status.code(), Some(0), "{line}: {}", stderr(&output));
    }
    assert_eq!(folder.entries(), before, "something ran");
}

/// Events are for programs; where a person reads them all the same, nothing in them acts.
#[cfg(target_os = "linux")]
#[test]
#[expect(clippy::print_stderr, reason = "a test that does not run says so")]
fn events_on_a_terminal_do_not_act() {
    let folder = tempfile::tempdir().expect("a folder");
    let name = "f\u{9b}31m\u{202e}.itf.json";
    fs::write(folder.path().join(name), r#"{"vars":["x"],"states":[{"x":1},{"x":2},{"x":3}]}"#)
        .expect("a file");
    // `script` of util-linux gives it a terminal.
    let itf = env!("CARGO_BIN_EXE_itf");
    let line = format!("'{itf}' shrink --events '{name}' -o small.json -- grep -q x {{}}");
    let mut script = std::process::Command::new("script");
    script.args(["-qec", &line, "/dev/null"]).current_dir(folder.path()).env("SHELL", "/bin/sh");
    let output = match script.stdin(Stdio::null()).output() {
        Ok(output) => output,
        Err(error) => {
            assert!(std::env::var_os("ITF_INTEROP").is_none_or(|what| what != "required"), "script: {error}");
            eprintln!("NOT RUN: without `script` there is no terminal");
            return;
        }
    };
    let said = stdout(&output);
    assert!(said.contains(r#""trace":"f\u009b31m\u202e.itf.json""#), "{said:?}");
    assert!(!said.contains(['\u{9b}', '\u{202e}', '\u{1b}']), "{said:?}");
}
