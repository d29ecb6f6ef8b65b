//! The page with a viewer: what is in it is what the trace is, and nothing of it is markup.

use itf::render::{ShowOptions, View, Viewer};
use itf::{Record, State, Trace, Value};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::documents::base64;
use crate::export::fixtures;

/// The block of data.
fn data(page: &str) -> Json {
    let (_, rest) = page.split_once("<script type=\"application/json\" id=\"trace\">").expect("a block");
    let text = rest.split_once("</script>").expect("an end").0;
    assert!(!text.contains('<'), "what is in the block could end it");
    serde_json::from_str(text).expect("JSON")
}

/// The values of the table, by the documentation of it and not by its code.
fn values(data: &Json) -> Vec<Value> {
    let shapes: Vec<Vec<String>> = serde_json::from_value(data["shapes"].clone()).expect("names");
    let mut values: Vec<Value> = Vec::new();
    for node in data["nodes"].as_array().expect("nodes") {
        let value = match node {
            Json::Null => Value::Null,
            Json::Bool(b) => Value::Bool(*b),
            Json::Number(n) => Value::from(n.as_i64().expect("an integer")),
            Json::String(text) => Value::from(text.as_str()),
            Json::Array(parts) => {
                let text = |at: usize| parts[at].as_str().expect("a string");
                let number =
                    |at: usize| usize::try_from(parts[at].as_u64().expect("a number")).expect("small");
                let known = |from: usize| {
                    (from..parts.len()).map(|at| values[number(at)].clone()).collect::<Vec<_>>()
                };
                match text(0) {
                    "i" => Value::Int(text(1).parse().expect("digits")),
                    "u" => Value::Unserializable(text(1).into()),
                    "o" => Value::Opaque(text(1).into()),
                    "l" => Value::list(known(1)),
                    "t" => Value::tuple(known(1)),
                    "s" => Value::set(known(1)),
                    "m" => Value::map(known(1).chunks(2).map(|kv| (kv[0].clone(), kv[1].clone()))),
                    "r" => Value::record(shapes[number(1)].iter().zip(known(2))),
                    "v" => Value::variant(text(1), values[number(2)].clone()),
                    other => panic!("no value is {other}"),
                }
            }
            Json::Object(_) => panic!("{node}"),
        };
        assert!(!values.contains(&value) || values.len() > 2000, "{value} is there twice");
        values.push(value);
    }
    values
}

#[test]
fn the_data_of_a_page_is_the_trace() {
    for (number, trace) in fixtures().into_iter().enumerate() {
        let name = format!("fixture {number}");
        let page = Viewer::new(&name, &trace, &ShowOptions::default()).page();
        let data = data(&page);
        let values = values(&data);
        let shown = &data["traces"][0];
        assert_eq!(shown["vars"], Json::from(trace.vars.clone()), "{name}");
        assert_eq!(shown["loop"], trace.loop_index.map_or(Json::Null, Json::from), "{name}");
        let states = shown["states"].as_array().expect("states");
        assert_eq!(states.len(), trace.states.len(), "{name}");
        for (at, state) in trace.states.iter().enumerate() {
            let place = usize::try_from(states[at].as_u64().expect("a number")).expect("small");
            assert_eq!(values[place], Value::Record(state.value.clone()), "{name}, state {at}");
            let meta = shown["metas"].get(at).and_then(Json::as_str);
            assert_eq!(meta, state.meta.text(), "{name}, state {at}");
        }
    }
}

#[test]
fn equal_states_are_there_once() {
    let big = Value::set((0..2000).map(|n| format!("element {n}")));
    let states =
        (0..500).map(|n| State::from(Record::from_iter([("big", big.clone()), ("n", Value::from(n))])));
    let trace = Trace::new(["big", "n"], states);
    let page = Viewer::new("t", &trace, &ShowOptions::default()).page();
    assert!(itf::to_string(&trace, itf::Layout::Compact).len() > 50 * page.len(), "{} bytes", page.len());
}

#[test]
fn only_the_steps_asked_for_are_in_a_page_and_hidden_variables_are_hidden_at_first() {
    let states = (0..10).map(|n| State::from(Record::from_iter([("x", n), ("y", n * 1000)])));
    let trace = Trace::new(["x", "y"], states);
    let options = ShowOptions { steps: Some(4..=6), hide: vec!["y".into()], ..ShowOptions::default() };
    let data = data(&Viewer::new("t", &trace, &options).page());
    assert_eq!(data["hide"], serde_json::json!(["y"]));
    // To see what step 4 changed takes the state before.
    assert_eq!(data["traces"][0]["first"], 3);
    assert_eq!(data["traces"][0]["states"].as_array().map(Vec::len), Some(4));
    assert_eq!(data["traces"][0]["partial"], true);
}

#[test]
fn states_of_two_traces_correspond_as_a_comparison_says() {
    let trace = |numbers: &[i64]| {
        Trace::new(["x"], numbers.iter().map(|n| State::from(Record::from_iter([("x", *n)]))))
    };
    let (left, right) = (trace(&[0, 1, 2, 3, 4]), trace(&[0, 1, 3, 4]));
    let data = data(&Viewer::new("a", &left, &ShowOptions::default()).beside("b", &right).page());
    assert_eq!(data["pairs"], serde_json::json!([[0, 0], [1, 1], [3, 2], [4, 3]]));
    assert_eq!(data["traces"][1]["name"], "b");
}

/// The texts between a tag and its end, as HTML hashes them.
fn elements<'a>(page: &'a str, tag: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    page.split(open.as_str()).skip(1).map(|rest| rest.split_once(close.as_str()).expect("an end").0).collect()
}

#[test]
fn the_policy_of_a_page_has_the_hashes_of_what_is_in_it_and_nothing_else() {
    let hash = |text: &str| format!("'sha256-{}'", base64(&Sha256::digest(text)));
    let trace = Trace::new(["x"], [State::from(Record::from_iter([("x", 1)]))]);
    let page = Viewer::new("t", &trace, &ShowOptions::default()).page();
    let (scripts, styles) = (elements(&page, "script"), elements(&page, "style"));
    assert_eq!((scripts.len(), styles.len()), (1, 1));
    let policy = format!(
        "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
        hash(scripts[0]),
        hash(styles[0])
    );
    assert!(page.contains(&policy), "{policy}");

    let view = View::new("itfView({ draw: () => 'é' });\r\n").expect("a view");
    let page = Viewer::new("t", &trace, &ShowOptions::default()).with_view(&view).page();
    let (_, rest) = page.split_once("id=\"view-document\">").expect("a view");
    let document: String =
        serde_json::from_str(rest.split_once("</script>").expect("an end").0).expect("JSON");
    // A view that does not parse must not take our script along.
    let framed = elements(&document, "script");
    assert_eq!((framed.len(), framed[1]), (2, "itfView({ draw: () => 'é' });\n"));
    let allowed = [scripts[0], framed[0], framed[1]].map(hash).join(" ");
    assert!(page.contains(&format!("script-src {allowed};")), "{allowed}");
    let style = elements(&document, "style")[0];
    assert!(page.contains(&format!("style-src {} {};", hash(styles[0]), hash(style))));
}

#[test]
fn our_scripts_make_no_markup_and_load_nothing() {
    let page = Viewer::new("t", &Trace::default(), &ShowOptions::default()).page();
    let script = elements(&page, "script")[0];
    for bad in [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "fetch(",
        "http:",
        "https:",
        "import(",
    ] {
        assert!(!script.replace("http://www.w3.org/2000/svg", "").contains(bad), "{bad}");
    }
    assert!(
        !page.contains(" style=")
            && !page.contains(" src=")
            && !page.contains("<link")
            && !page.contains(" onclick=")
    );
}

#[test]
fn a_view_that_would_end_its_script_is_refused_with_the_line() {
    for (script, line) in [("// </SCRIPT >", 1), ("\n'<!--'", 2), ("\n\n'<script'", 3)] {
        assert_eq!(View::new(script).expect_err(script).line, line);
    }
}

#[test]
fn without_a_script_there_is_the_beginning_of_the_trace() {
    let states = (0..500).map(|n| State::from(Record::from_iter([("x", n)])));
    let page = Viewer::new("t", &Trace::new(["x"], states), &ShowOptions::default()).page();
    let without = elements(&page, "noscript")[0];
    assert!(without.contains("step 99") && !without.contains("step 100"), "{without}");
    assert!(without.contains("and 400 steps more"));
}
