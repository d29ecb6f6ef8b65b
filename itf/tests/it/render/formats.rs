//! Formats that other programs read.

use itf::diff::{Options, diff_traces};
use itf::render::{
    DiffOptions, Page, Palette, diff_side_by_side, json_patch, show_diff, steps_view, unified_steps,
};
use itf::{Layout, Trace, to_string};
use serde_json::Value as Json;

use super::{fixture, read, stripped};
use crate::diff::machine::{Random, run, with};

fn pairs() -> Vec<[Trace; 2]> {
    let base = run(&mut Random(5), 40);
    let mut cut = base.clone();
    cut.states.remove(20);
    for state in &mut cut.states[25..] {
        *state = with(state, "messages", |messages| {
            let stray = itf::Value::record([("id", -1), ("hops", 7)]);
            itf::Value::set(messages.as_set().into_iter().flatten().cloned().chain([stray]))
        });
    }
    let mut swapped = base.clone();
    swapped.states.swap(10, 30);
    let roots = ["root-1", "root-2", "root-3"].map(|name| fixture(&format!("wunderspec/{name}.ndjson")));
    let [a, b, c] = roots;
    let meta = read(r##"{"#meta":{"x/y":1,"a~b":[1]},"vars":["x"],"loop":1,"states":[{"x":1},{"x":2}]}"##);
    let other = read(
        r##"{"#meta":{"a~b":[2,1]},"params":["N"],"vars":["x"],"states":[{"N":1,"x":2},{"x":2},{"x":{"#set":[]}}]}"##,
    );
    let empty = read(r#"{"vars":["x"],"states":[]}"#);
    vec![
        [base.clone(), cut.clone()],
        [cut, base.clone()],
        [base.clone(), swapped],
        [base.clone(), base],
        [a.clone(), b.clone()],
        [b, c],
        [meta.clone(), other.clone()],
        [other, meta.clone()],
        [meta, empty.clone()],
        [empty, a],
    ]
}

#[test]
fn a_json_patch_makes_one_canonical_document_of_the_other() {
    for (at, [left, right]) in pairs().into_iter().enumerate() {
        let json = |trace: &Trace| -> Json {
            serde_json::from_str(&to_string(trace, Layout::Canonical)).expect("JSON")
        };
        let diff = diff_traces(&left, &right, &Options::default());
        let patch = json_patch(&left, &right, &diff).expect("a patch");
        let mut document = json(&left);
        let operations: json_patch::Patch = serde_json::from_str(&patch).expect("RFC 6902");
        json_patch::patch(&mut document, &operations).unwrap_or_else(|e| panic!("pair {at}: {e}"));
        assert_eq!(document, json(&right), "pair {at}");
        assert_eq!(patch == "[]", json(&left) == json(&right), "pair {at}");
    }
}

#[test]
fn a_json_patch_is_small_where_the_difference_is() {
    let [left, right] = &pairs()[0];
    let diff = diff_traces(left, right, &Options::default());
    let patch = json_patch(left, right, &diff).expect("a patch");
    let operations: Vec<Json> = serde_json::from_str(&patch).expect("operations");
    assert_eq!(operations[0], serde_json::json!({"op": "remove", "path": "/states/20"}));
    // One stray in each of the 14 states from 25 on.
    assert_eq!(operations.len(), 15, "{patch}");
}

#[test]
fn a_unified_diff_is_one_that_patch_applies() {
    let folder = std::env::temp_dir().join(format!("itf-unified-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    for (at, [left, right]) in pairs().into_iter().enumerate() {
        let text = unified_steps(&left, &right, ["t", "t"]);
        let (old, new) = (steps_view(&left), steps_view(&right));
        assert_eq!(text.is_empty(), old == new, "pair {at}");
        if text.is_empty() || old.is_empty() {
            continue;
        }
        assert_eq!(apply(&old, &text), new, "pair {at}");
        std::fs::write(folder.join("t"), &old).expect("written");
        std::fs::write(folder.join("patch"), &text).expect("written");
        let args = ["--dry-run", "--fuzz=0", "-p1", "-i", "patch"];
        match std::process::Command::new("patch").args(args).current_dir(&folder).output() {
            Ok(output) => {
                let said = String::from_utf8_lossy(&output.stdout).into_owned();
                assert!(output.status.success() && !said.contains("offset"), "pair {at}: {said}");
            }
            Err(_) => missing_patch(),
        }
    }
    std::fs::remove_dir_all(&folder).expect("removed");
}

#[expect(clippy::print_stderr, reason = "a test that does not run says so")]
fn missing_patch() {
    eprintln!("NOT RUN: there is no `patch` on this machine; only our own reading of the diff was tested");
}

/// What a unified diff makes of a text: every line of it is checked.
fn apply(old: &str, diff: &str) -> String {
    let old: Vec<&str> = old.lines().collect();
    let (mut at, mut new) = (0, String::new());
    for line in diff.lines().skip(2) {
        if let Some(range) = line.strip_prefix("@@ -") {
            let start =
                range.split([',', ' ']).next().expect("a number").parse::<usize>().expect("a number") - 1;
            old[at..start].iter().for_each(|line| new.extend([line, "\n"]));
            at = start;
            continue;
        }
        let (mark, text) = line.split_at(1);
        if mark != "+" {
            assert_eq!(old[at], text);
            at += 1;
        }
        if mark != "-" {
            new.extend([text, "\n"]);
        }
    }
    old[at..].iter().for_each(|line| new.extend([line, "\n"]));
    new
}

#[test]
fn what_lasts_is_there_once_in_the_steps_view() {
    let [left, right] = &pairs()[0];
    let text = unified_steps(left, right, ["t", "t"]);
    let count = |mark: char| text.lines().skip(2).filter(|line| line.starts_with(mark)).count();
    // 14 states have the stray; one step is missing, and what it changed is changed by the next one.
    assert!(count('+') <= 3 && text.matches("id: -1").count() == 1, "{text}");
    assert!(!steps_view(left).contains("step 1"), "no line says its position");
}

#[test]
fn columns_are_as_wide_as_they_may_be() {
    for (at, [left, right]) in pairs().into_iter().enumerate() {
        let diff = diff_traces(&left, &right, &Options::default());
        for width in [60, 101, 160] {
            let page = Page { width, ..Page::default() };
            let options = DiffOptions { page, limit: 0, ..DiffOptions::default() };
            let text = diff_side_by_side(&diff, &options);
            let mut lines = text.lines().skip(2);
            assert!(lines.all(|line| line.chars().count() <= width), "pair {at}, width {width}:\n{text}");
            let colours = Page { palette: Palette::ansi(), ..options.page.clone() };
            let coloured = diff_side_by_side(&diff, &DiffOptions { page: colours, ..options });
            assert_eq!(stripped(&coloured), text);
        }
    }
}

#[test]
fn words_that_changed_are_found_in_long_strings() {
    let text = |word: &str| {
        let long =
            "Once upon a time there was a trace of a protocol that nobody had read to its end, ".repeat(3);
        read(&serde_json::json!({"vars": ["log"], "states": [{"log": format!("{long}and it {word} ever after")}]}).to_string())
    };
    let diff = diff_traces(&text("lived"), &text("loops"), &Options::default());
    let shown = show_diff(&diff, &DiffOptions::default());
    let expected = "      log:\n        \"…read to its end, and it [-lived-]{+loops+} ever after\"\n";
    assert!(shown.ends_with(expected), "{shown}");
}
