//! What the formats of `itf show` and `itf diff` look like: pictures of their output, made again with
//! `SNAPSHOTS=overwrite cargo test -p itf-cli --test it shown`.

use std::path::Path;

use snapbox::{Assert, Data};

use crate::common::{itf, stderr, stdout};

fn is_pictured(name: &str, args: &[&str], code: i32) {
    let output = itf(args);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {}", stderr(&output));
    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/shown").join(name);
    let picture = Data::read_from(&picture, Some(snapbox::data::DataFormat::Text)).raw();
    Assert::new().action_env("SNAPSHOTS").eq(stdout(&output), picture);
}

const TRACE: &str = "fixtures/wunderspec/root-3.ndjson";

#[test]
fn a_trace() {
    let steps = ["show", TRACE, "--steps", "5..9", "--hide", "planner_updates"];
    for (name, more) in [
        ("steps.txt", &[][..]),
        ("full.txt", &["--full", "--steps", "5"]),
        ("tla.txt", &["--notation", "tla"]),
        ("json.txt", &["--notation", "json"]),
        ("show.md", &["--format", "markdown"]),
        ("steps-view.txt", &["--format", "steps"]),
    ] {
        let is_whole = ["full.txt", "steps-view.txt"].contains(&name);
        let args = [if is_whole { &steps[..2] } else { &steps[..] }, more].concat();
        is_pictured(name, &args, 0);
    }
}

#[test]
fn a_short_name_means_what_it_means_in_expressions() {
    let trace = "fixtures/quint/counter.itf.json";
    let [short, long] = ["left", "counter::dial::left"].map(|name| itf(["show", "--vars", name, trace]));
    assert_eq!((stdout(&short), stderr(&short).as_str()), (stdout(&long), ""));
    assert!(stdout(&short).contains("counter::dial::left: 0 → 2"), "{}", stdout(&short));
    let output = itf(["show", "--action", "fields:nope", trace]);
    assert_eq!(stderr(&output), "itf: note: no step has a label by `fields:nope`\n");
}

#[test]
fn what_is_asked_for_and_is_not_there_is_said() {
    let output =
        itf(["show", TRACE, "--vars", "planner_updates", "--hide", "zone_record", "--steps", "99.."]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        stderr(&output),
        "itf: note: no state has a variable `zone_record`\nitf: note: the last step is 26\n"
    );
}

#[test]
fn a_comparison() {
    let pair = ["diff", "fixtures/quint/counter.itf.json", "fixtures/quint/ok.itf.json"];
    for (name, format) in [
        ("diff.txt", "text"),
        ("side-by-side.txt", "side-by-side"),
        ("diff.patch", "unified"),
        ("diff.md", "markdown"),
        ("diff.html", "html"),
        ("annotations.txt", "github"),
        ("diff.sarif", "sarif"),
    ] {
        is_pictured(name, &[&pair[..], &["--format", format]].concat(), 1);
    }
}

#[test]
fn a_part_of_a_patch_is_none() {
    for format in ["unified", "rfc6902"] {
        let args = ["diff", "fixtures/quint/counter.itf.json", "fixtures/quint/ok.itf.json"];
        let output = itf([&args[..], &["--format", format, "--max-bytes", "100"]].concat());
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(stdout(&output), "");
        assert!(stderr(&output).contains("bytes are more than 100,"), "{}", stderr(&output));
    }
}
