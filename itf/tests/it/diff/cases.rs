//! Pairs of traces of which it is known what is different: made here of a fixture, in the forms in which real traces
//! differ, and those of a folder if there is one.
//!
//! `ITF_DIFF_CASES=DIR cargo test -p itf-toolkit --test it diff::cases`
#![expect(clippy::print_stderr, reason = "says what was not run")]

use std::path::Path;

use itf::diff::{Entry, Options, Side, TraceDiff, diff_traces};
use itf::render::{DiffOptions, show_diff};
use itf::{Reader, Trace, Value};
use serde_json::Value as Json;

use super::machine::{Random, with};

/// The text of a trace with all sets, maps and objects in another order.
pub(crate) fn shuffled(trace: &Trace, random: &mut Random) -> String {
    let text = itf::to_string(trace, itf::Layout::Compact);
    let mut out = String::new();
    write(&serde_json::from_str(&text).expect("JSON"), random, &mut out);
    out
}

fn order(length: usize, random: &mut Random) -> Vec<usize> {
    let mut order: Vec<usize> = (0..length).collect();
    for at in (1..length).rev() {
        order.swap(at, random.below(at + 1));
    }
    order
}

fn write(json: &Json, random: &mut Random, out: &mut String) {
    match json {
        Json::Object(fields) => {
            let fields: Vec<(&String, &Json)> = fields.iter().collect();
            out.push('{');
            for (count, at) in order(fields.len(), random).into_iter().enumerate() {
                let (name, value) = fields[at];
                out.push_str(if count > 0 { "," } else { "" });
                out.push_str(&Json::from(name.as_str()).to_string());
                out.push(':');
                let unordered = matches!(name.as_str(), "#set" | "#map");
                match value {
                    Json::Array(items) if unordered => array(items, &order(items.len(), random), random, out),
                    other => write(other, random, out),
                }
            }
            out.push('}');
        }
        Json::Array(items) => array(items, &(0..items.len()).collect::<Vec<_>>(), random, out),
        scalar => out.push_str(&scalar.to_string()),
    }
}

fn array(items: &[Json], order: &[usize], random: &mut Random, out: &mut String) {
    out.push('[');
    for (count, at) in order.iter().enumerate() {
        out.push_str(if count > 0 { "," } else { "" });
        write(&items[*at], random, out);
    }
    out.push(']');
}

/// `#meta.index` counted anew.
fn renumbered(mut trace: Trace) -> Trace {
    for (at, state) in trace.states.iter_mut().enumerate() {
        state.meta.set("index", at.into());
    }
    trace
}

const DELETED: usize = 12;
const ALTERED: usize = 20;
const REMOVED: usize = 26;

fn original() -> Trace {
    renumbered(crate::render::fixture("wunderspec/root-4.ndjson"))
}

fn records(trace: &Trace, at: usize) -> Vec<Value> {
    trace.states[at].get("zone_records").and_then(Value::as_set).expect("a set").to_vec()
}

/// Two records that are in all states from that of the first edit on.
fn staying(trace: &Trace) -> [Value; 2] {
    let stays = |record: &Value| (ALTERED..trace.states.len()).all(|at| records(trace, at).contains(record));
    let mut found = records(trace, ALTERED).into_iter().filter(stays);
    [found.next().expect("a record that stays"), found.next().expect("another one")]
}

/// The trace with one record altered, one removed and one state deleted; the edits last to the end, or for one state.
fn edited(lasting: bool) -> Trace {
    let mut trace = original();
    let [altered, removed] = staying(&trace);
    let end = |from: usize| if lasting { trace.states.len() } else { from + 1 };
    for at in ALTERED..end(ALTERED) {
        trace.states[at] = with(&trace.states[at], "zone_records", |set| {
            let alter = |v: &Value| {
                let is_it = *v == altered;
                let other = || v.as_record().expect("a record").with("kind", Value::from("TXT")).into();
                if is_it { other() } else { v.clone() }
            };
            Value::set(set.as_set().expect("a set").iter().map(alter))
        });
    }
    let end = if lasting { trace.states.len() } else { REMOVED + 1 };
    for at in REMOVED..end {
        trace.states[at] = with(&trace.states[at], "zone_records", |set| {
            Value::set(set.as_set().expect("a set").iter().filter(|v| **v != removed))
        });
    }
    for (state, before) in trace.states.iter_mut().zip(original().states) {
        state.meta = before.meta;
    }
    trace.states.remove(DELETED);
    trace
}

fn compare(left: &str, right: &str, options: &Options) -> TraceDiff {
    let mut reader = Reader::new();
    let mut read = |text: &str| reader.read(text.as_bytes()).expect("ITF").remove(0);
    diff_traces(&read(left), &read(right), options)
}

fn text(trace: &Trace) -> String {
    itf::to_string(trace, itf::Layout::Compact)
}

/// Whether the diff is the three edits at these states and nothing else.
fn is_the_edits(diff: &TraceDiff, [deleted, altered, removed]: [usize; 3], lasting: bool) -> bool {
    let mut seen = Vec::new();
    for entry in &diff.entries {
        match entry {
            Entry::Only(only) => seen.push((only.side == Side::Left, only.at, 0)),
            Entry::Pair(pair) if !pair.new.is_empty() => {
                let lasts = pair.new.iter().all(|new| new.lasts.until.is_none() == lasting);
                seen.push((lasts, pair.left, pair.new.len()));
            }
            Entry::Pair(_) => {}
            _ => return false,
        }
    }
    seen == [(true, deleted, 0), (true, altered, 1), (true, removed, 1)]
}

#[test]
fn three_edits_are_found_in_six_forms() {
    let mut random = Random(1);
    let left = text(&original());
    let known = [DELETED, ALTERED, REMOVED];
    for lasting in [false, true] {
        let plain = edited(lasting);
        let renumbered = renumbered(plain.clone());
        let forms = [
            text(&plain),
            shuffled(&plain, &mut random),
            text(&renumbered),
            shuffled(&renumbered, &mut random),
        ];
        let diffs = forms.map(|right| compare(&left, &right, &Options::default()));
        for (form, diff) in diffs.iter().enumerate() {
            assert!(
                is_the_edits(diff, known, lasting),
                "form {form}, lasting {lasting}: {:#?}",
                diff.entries
            );
        }
        let shown = diffs.map(|diff| show_diff(&diff, &DiffOptions::default()));
        assert!(shown.iter().all(|text| *text == shown[0]), "the reports are the same byte for byte");
    }
}

#[test]
fn what_is_the_same_and_what_is_swapped() {
    let mut random = Random(2);
    let trace = original();
    let same = compare(&text(&trace), &shuffled(&trace, &mut random), &Options::default());
    assert!(same.is_same(), "{same:?}");
    let mut swapped = trace.clone();
    swapped.states.swap(10, 25);
    assert!(!compare(&text(&trace), &text(&swapped), &Options::default()).is_same());
    let other = crate::render::fixture("wunderspec/root-5.ndjson");
    let parts = diff_traces(&trace, &other, &Options::default()).first_divergence().expect("two findings");
    let common = trace.states.iter().zip(&other.states).take_while(|(a, b)| a.value == b.value).count();
    assert_eq!(parts.left.or(parts.right), Some(common));
}

/// The text with every plan called otherwise.
fn other_names(trace: &Trace) -> String {
    (0..5).fold(text(trace), |text, plan| {
        text.replace(&format!("plan{plan}.db"), &format!("zz-{}.acme", 7 - plan))
    })
}

#[test]
fn names_that_are_called_otherwise() {
    let trace = original();
    let rename = Options { rename: true, ..Options::default() };
    let renamed = other_names(&trace);
    assert_ne!(renamed, text(&trace), "there is something to rename");
    let diff = compare(&text(&trace), &renamed, &rename);
    assert!(diff.is_same(), "{diff:?}");
    assert!(diff.renaming.expect("a renaming").names.len() >= 5);
    let mut edited = trace.clone();
    let gone = staying(&trace)[0].clone();
    edited.states[ALTERED] = with(&edited.states[ALTERED], "zone_records", |set| {
        Value::set(set.as_set().expect("a set").iter().filter(|v| **v != gone))
    });
    let diff = compare(&text(&trace), &other_names(&edited), &rename);
    assert_eq!(diff.renaming.as_ref().expect("a renaming").unexplained, Some(ALTERED));
    assert_eq!(diff.first_divergence().and_then(|at| at.left), Some(ALTERED), "{diff:?}");
}

#[test]
fn the_cases_of_a_folder() {
    let Some(folder) = std::env::var_os("ITF_DIFF_CASES") else {
        eprintln!("NOT RUN: set ITF_DIFF_CASES to the folder of known pairs to compare them");
        return;
    };
    let read = |name: &str| {
        let path = Path::new(&folder).join(format!("{name}.itf.json"));
        std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    };
    let diff = |left: &str, right: &str, rename: bool| {
        compare(&read(left), &read(right), &Options { rename, ..Options::default() })
    };
    for (right, lasting) in
        [("b", false), ("bs", false), ("br", false), ("bsr", false), ("p", true), ("ps", true)]
    {
        let found = diff("tftp_a", &format!("tftp_{right}"), false);
        assert!(is_the_edits(&found, [40, 50, 70], lasting), "{right}: {:#?}", found.entries);
    }
    let shown =
        ["tftp_p", "tftp_ps"].map(|right| show_diff(&diff("tftp_a", right, false), &DiffOptions::default()));
    assert_eq!(shown[0], shown[1]);
    assert!(!diff("tftp_a", "tftp_swap", false).is_same());
    assert!(diff("w0_a", "w0_b", false).is_same());
    assert_eq!(diff("w0_a", "w1_a", false).first_divergence().and_then(|at| at.left), Some(1));
    let renamed = diff("w0_a", "w0_ren", true);
    assert!(renamed.is_same(), "{renamed:?}");
    let edited = diff("w0_a", "w0_ren_edit", true);
    assert_eq!(edited.renaming.expect("a renaming").unexplained, Some(20));
    eprintln!("the cases of the folder hold");
}
