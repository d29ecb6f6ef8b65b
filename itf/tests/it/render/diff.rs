//! What a comparison looks like.

use itf::Reader;
use itf::diff::{Options, diff_traces};
use itf::render::{DiffOptions, Page, Palette, show_diff};
use serde_json::Value as Json;

use super::{fixture, read, stripped};
use crate::diff::machine::{Random, run, with};

fn compare(left: &itf::Trace, right: &itf::Trace) -> String {
    show_diff(&diff_traces(left, right, &Options::default()), &DiffOptions::default())
}

#[test]
fn the_same_is_the_same() {
    let trace = fixture("wunderspec/root-3.ndjson");
    assert_eq!(compare(&trace, &trace), "the same\n27 states\n");
}

#[test]
fn the_verdict_comes_first_and_then_only_what_is_new() {
    let states = |states: &str| read(&format!(r#"{{"vars":["action","jobs","n"],"states":[{states}]}}"#));
    let state = |action: &str, jobs: &str, n: i32| {
        format!(r##"{{"action":{{"tag":"{action}","value":null}},"jobs":{{"#set":[{jobs}]}},"n":{n}}}"##)
    };
    let (build, test) = (r#"{"id":"build","cost":3,"by":"ann"}"#, r#"{"id":"test","cost":5,"by":"bob"}"#);
    let slow = r#"{"id":"test","cost":9,"by":"bob"}"#;
    let left = [
        state("Init", "", 0),
        state("Add", build, 1),
        state("Wait", build, 2),
        state("Add", &format!("{build},{test}"), 3),
        state("Done", &format!("{build},{test}"), 5),
    ];
    let right = [
        state("Init", "", 0),
        state("Add", build, 1),
        state("Add", &format!("{slow},{build}"), 3),
        state("Stop", slow, 5),
    ];
    let text = compare(&states(&left.join(",")), &states(&right.join(",")));
    assert_eq!(
        text,
        r#"different: first at step 2, which only left has
5 states against 4: 2 equal, 2 differ, 1 only in left

- step 2  Wait
      n: 1 → 2
  step 3 (step 2 of right)  Add
      jobs{id: "test"}.cost: 5 → 9  (and in all that follow)
  step 4 (step 3 of right)
    - Done
    + Stop
    - jobs{}: { by: "ann", cost: 3, id: "build" }
"#
    );
}

#[test]
fn a_renamed_key_stays_within_the_width() {
    let state = |key: &str| {
        read(&format!(
            r##"{{"vars":["configuration_of_the_server"],"states":[{{"configuration_of_the_server":{{"options":{{"#map":[["{key}",{{"#set":[1,2,3]}}]]}}}}}}]}}"##
        ))
    };
    let text = compare(&state("size_of_each_block_in_bytes"), &state("size_of_each_package_in_bytes"));
    assert!(
        text.ends_with(
            "  step 0
      configuration_of_the_server.options:
        key \"size_of_each_block_in_bytes\" → key \"size_of_each_package_in_bytes\"
"
        ),
        "{text}"
    );
}

#[test]
fn what_is_beside_the_states_is_told() {
    let left = read(r#"{"params":["N"],"vars":["x"],"loop":0,"states":[{"x":1},{"x":2}]}"#);
    let right = read(r#"{"vars":["x","y"],"states":[{"x":1},{"x":2}]}"#);
    assert_eq!(
        compare(&left, &right),
        "different, but not in any state\n2 states\nonly left has the parameter N\nonly right has the variable y\n\
         loop: to state 0 → none\n"
    );
}

#[test]
fn a_long_report_ends_with_what_it_leaves_out() {
    let (left, right) = (fixture("wunderspec/root-3.ndjson"), fixture("wunderspec/root-5.ndjson"));
    let diff = diff_traces(&left, &right, &Options::default());
    let short = show_diff(&diff, &DiffOptions { limit: 30, ..DiffOptions::default() });
    assert!(short.lines().count() < 50, "{short}");
    assert!(short.lines().last().is_some_and(|line| line.starts_with("… ")), "{short}");
    let whole = show_diff(&diff, &DiffOptions { limit: 0, ..DiffOptions::default() });
    assert!(whole.lines().count() > 100 && !whole.contains("more differences"), "{whole}");
}

#[test]
fn colours_add_nothing_but_colours() {
    let (left, right) = (fixture("wunderspec/root-3.ndjson"), fixture("wunderspec/root-5.ndjson"));
    let diff = diff_traces(&left, &right, &Options::default());
    let page = Page { palette: Palette::ansi(), ..Page::default() };
    let coloured = show_diff(&diff, &DiffOptions { page, ..DiffOptions::default() });
    assert_eq!(stripped(&coloured), show_diff(&diff, &DiffOptions::default()));
}

/// The same JSON with sets and maps written backwards and states renumbered.
fn shuffled(json: &mut Json) {
    match json {
        Json::Object(object) => {
            for (key, value) in object.iter_mut() {
                shuffled(value);
                if let (true, Json::Array(items)) = (key == "#set" || key == "#map", value) {
                    items.reverse();
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(shuffled),
        _ => {}
    }
}

#[test]
fn the_order_in_a_file_has_no_influence() {
    let left = run(&mut Random(11), 60);
    let mut right = left.clone();
    right.states.remove(20);
    for state in &mut right.states[30..] {
        *state = with(state, "messages", |messages| {
            let strays = (0..3).map(|n| itf::Value::record([("id", -n), ("hops", 7 * n)]));
            itf::Value::set(messages.as_set().into_iter().flatten().cloned().chain(strays))
        });
    }
    let mut json: Json = serde_json::from_str(&itf::to_string(&right, itf::Layout::Compact)).expect("JSON");
    shuffled(&mut json);
    let mut reader = Reader::new();
    let left =
        reader.read(itf::to_string(&left, itf::Layout::Compact).as_bytes()).expect("a trace").remove(0);
    let again = reader.read(json.to_string().as_bytes()).expect("a trace").remove(0);
    assert!(diff_traces(&right, &again, &Options::default()).is_same());
    assert_eq!(compare(&left, &again), compare(&left, &right));
    assert_eq!(compare(&left, &right).matches("step 20").count(), 2);
}
