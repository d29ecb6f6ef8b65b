//! A comparison as remarks on lines of the file: annotations on GitHub, and SARIF for everything else.

use std::fmt::Write;

use serde_json::{Value as Json, json};

use super::DiffOptions;
use super::account::Account;
use super::budget::{Room, within};
use super::items::{Item, Kind};
use crate::diff::TraceDiff;

/// Where the states of the right trace are.
#[derive(Clone, Copy)]
pub struct Places<'a> {
    /// The file, as a path from the root of the repository.
    pub file: &'a str,
    /// The line, counted from 1, of a state, if it is known.
    pub line: &'a dyn Fn(usize) -> Option<usize>,
}

impl std::fmt::Debug for Places<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Places").field("file", &self.file).finish_non_exhaustive()
    }
}

/// GitHub shows so many annotations of a step and drops the others.
const ANNOTATIONS: usize = 10;

/// `diff` as commands to a workflow of GitHub, each of which becomes an annotation at the line of a state: at most ten, the
/// last of which counts what there is no room for. Nothing if the traces are the same.
///
/// ```
/// use itf::diff::{Options, diff_traces};
/// use itf::render::{DiffOptions, Places, diff_github};
/// let a = &itf::read(br#"{"vars":["x"],"states":[{"x":1}]}"#)?[0];
/// let b = &itf::read(br#"{"vars":["x"],"states":[{"x":"a,b\n::error::"}]}"#)?[0];
/// let places = Places { file: "b,c.itf.json", line: &|_| Some(1) };
/// assert_eq!(
///     diff_github(&diff_traces(a, b, &Options::default()), &DiffOptions::default(), &places),
///     "::warning file=b%2Cc.itf.json,line=1,title=Trace differs::step 0: x: 1 → \"a,b\\n::error::\"\n"
/// );
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn diff_github(diff: &TraceDiff, options: &DiffOptions, places: &Places<'_>) -> String {
    let account = Account { diff, options };
    let told = told(&account);
    let room = Room { lines: 0, items: told.len().min(ANNOTATIONS), behaviour: true };
    within(options.max_bytes, room, "", |room| {
        let cut = told.len() > room.items;
        let shown = if cut { room.items.saturating_sub(1) } else { told.len() };
        let mut out: String = told[..shown].iter().map(|item| command(item, &item.plain(), places)).collect();
        if let (true, true, Some(next)) = (cut, room.items > 0, told.get(shown)) {
            let text = format!("… and {} more differences", told.len() - shown);
            out.push_str(&command(next, &text, places));
        }
        out
    })
}

fn command(item: &Item, text: &str, places: &Places<'_>) -> String {
    let escape = |text: &str, also: &[char]| -> String {
        let escaped = |c: char| match c {
            '%' | '\r' | '\n' => format!("%{:02X}", u32::from(c)),
            c if also.contains(&c) => format!("%{:02X}", u32::from(c)),
            c => c.to_string(),
        };
        text.chars().map(escaped).collect()
    };
    let line = (places.line)(item.place).map(|line| format!(",line={line}")).unwrap_or_default();
    let title = if item.kind.is_behaviour() { "Trace behaves differently" } else { "Trace differs" };
    let file = escape(&super::super::escape(places.file), &[':', ',']);
    format!("::warning file={file}{line},title={title}::{}\n", escape(text, &[]))
}

/// What is told, what is beside the states included.
fn told(account: &Account<'_>) -> Vec<Item> {
    let beside =
        account.diff.header.iter().map(|difference| Item::beside(&account.header(difference).text()));
    beside.chain(account.items()).collect()
}

/// `diff` as a log of SARIF 2.1.0: a result for each difference, at the line of its state in the right file.
///
/// ```
/// use itf::diff::{Options, diff_traces};
/// use itf::render::{DiffOptions, Places, diff_sarif};
/// let a = &itf::read(br#"{"vars":["x"],"states":[{"x":1}]}"#)?[0];
/// let b = &itf::read(br#"{"vars":["x"],"states":[{"x":2}]}"#)?[0];
/// let places = Places { file: "traces/b.itf.json", line: &|_| Some(1) };
/// let log = diff_sarif(&diff_traces(a, b, &Options::default()), &DiffOptions::default(), &places);
/// let log: serde_json::Value = serde_json::from_str(&log).expect("JSON");
/// assert_eq!(log["runs"][0]["results"][0]["ruleId"], "value-differs");
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn diff_sarif(diff: &TraceDiff, options: &DiffOptions, places: &Places<'_>) -> String {
    let account = Account { diff, options };
    let told = told(&account);
    let room = Room { lines: 0, items: told.len(), behaviour: true };
    within(options.max_bytes, room, "", |room| {
        let results: Vec<Json> = told[..room.items].iter().map(|item| result(item, places)).collect();
        let log = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": {
                    "name": "itf diff",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": RULES.map(|(kind, text)| json!({"id": kind.id(), "shortDescription": {"text": text}})),
                }},
                "columnKind": "unicodeCodePoints",
                "properties": {"leftOut": told.len() - room.items},
                "results": results,
            }],
        });
        format!("{log:#}\n")
    })
}

const RULES: [(Kind, &str); 5] = [
    (Kind::StepRemoved, "A step is gone."),
    (Kind::StepAdded, "A step is new."),
    (Kind::StepReplaced, "A step does something else."),
    (Kind::Value, "A value differs at corresponding steps."),
    (Kind::Beside, "Something beside the states differs."),
];

fn result(item: &Item, places: &Places<'_>) -> Json {
    let mut location = json!({"artifactLocation": {"uri": uri(places.file)}});
    if let Some(line) = (places.line)(item.place) {
        location["region"] = json!({"startLine": line});
    }
    json!({
        "ruleId": item.kind.id(),
        "level": "warning",
        "message": {"text": item.plain()},
        "locations": [{"physicalLocation": location}],
    })
}

/// A path as a relative reference (RFC 3986).
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
