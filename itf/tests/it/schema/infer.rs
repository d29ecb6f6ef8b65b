//! Inferred schemas accept what they were inferred from, whatever the order, and little else.

use itf::schema::{Options, Summary, infer};
use itf::{Layout, Record, State, Trace, Value};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value as Json;

use crate::canonical::value;

fn json(trace: &Trace) -> Json {
    serde_json::from_str(&itf::to_string(trace, Layout::Compact)).expect("JSON")
}

fn trace(states: Vec<Vec<(&'static str, Value)>>) -> Trace {
    let states = states.into_iter().map(|fields| State::from(fields.into_iter().collect::<Record>()));
    Trace::new(["x", "y"], states.collect::<Vec<_>>())
}

fn traces() -> impl Strategy<Value = Vec<Trace>> {
    let state = vec((prop::sample::select(vec!["x", "y", "z"]), value()), 0..3);
    vec(vec(state, 0..3).prop_map(trace), 0..5)
}

fn summary<'a>(traces: impl IntoIterator<Item = &'a Trace>) -> Summary {
    let mut summary = Summary::default();
    traces.into_iter().for_each(|trace| summary.add(trace));
    summary
}

fn refuses(schema: &Json, text: &str) -> Vec<String> {
    let validator = jsonschema::validator_for(schema).expect("a JSON Schema");
    let json: Json = serde_json::from_str(text).expect("JSON");
    validator.iter_errors(&json).map(|error| error.instance_path().to_string()).collect()
}

fn schema_of(text: &str, options: Options) -> Json {
    infer(&itf::read(text.as_bytes()).expect("ITF"), options)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn order_and_grouping_do_not_matter(traces in traces(), at in 0..5_usize) {
        let whole = summary(&traces);
        prop_assert_eq!(&summary(traces.iter().rev()), &whole);
        let (before, after) = traces.split_at(at.min(traces.len()));
        let mut merged = summary(after);
        merged.merge(summary(before));
        prop_assert_eq!(&merged, &whole);
        // Merging again what is there changes nothing but the number of traces.
        merged.merge(summary(before));
        let all = Options { ranges: true, enums: true };
        prop_assert_eq!(&merged.schema(all)["$defs"], &whole.schema(all)["$defs"]);
    }

    #[test]
    fn what_was_seen_is_valid(traces in traces(), ranges: bool, enums: bool) {
        let schema = infer(&traces, Options { ranges, enums });
        let validator = jsonschema::validator_for(&schema).expect("a JSON Schema");
        for trace in &traces {
            let json = json(trace);
            let errors: Vec<String> = validator.iter_errors(&json).map(|e| format!("{e}")).collect();
            prop_assert!(errors.is_empty(), "{errors:?} in {json}");
        }
    }

    #[test]
    fn ranges_are_exact(a in -2500..2500_i64, b in -2500..2500_i64, others in vec(-3000..3000_i64, 60)) {
        let (low, high) = (a.min(b), a.max(b));
        let of = |n: i64| trace(vec![vec![("x", Value::from(n))]]);
        let schema = infer(&[of(low), of(high)], Options { ranges: true, enums: false });
        let validator = jsonschema::validator_for(&schema).expect("a JSON Schema");
        for n in others.into_iter().chain([low - 1, low, high, high + 1, 0, 9, 10, -9, -10, 99, 100]) {
            let plain = serde_json::json!({ "states": [{ "x": n }] });
            let wanted = (low..=high).contains(&n);
            prop_assert!(validator.is_valid(&json(&of(n))) == wanted, "{n} in {low}..{high}");
            prop_assert_eq!(validator.is_valid(&plain), wanted);
        }
    }
}

#[test]
fn what_was_not_seen_is_refused_where_it_is() {
    let seen = r##"{"vars":["x","y"],"states":[
        {"x":{"#map":[["a",{"#set":[{"#bigint":"1"}]}]]},"y":{"tag":"Some","value":{"n":true,"m":"p"}}},
        {"x":{"#map":[]},"y":{"tag":"None","value":{"#tup":[]}}},
        {"x":{"#map":[]},"y":{"tag":"Some","value":{"n":false}}}]}"##;
    let schema = schema_of(seen, Options::default());
    assert_eq!(refuses(&schema, seen), [""; 0]);
    for (state, place) in [
        // A variable that is missing, and one too many.
        (r##"{"x":{"#map":[]}}"##, "/states/0"),
        (r##"{"x":{"#map":[]},"y":{"tag":"None","value":{"#tup":[]}},"z":true}"##, "/states/0"),
        // Types of keys, of elements, of tuples by length, of payloads; tags; fields.
        (
            r##"{"x":{"#map":[[true,{"#set":[]}]]},"y":{"tag":"None","value":{"#tup":[]}}}"##,
            "/states/0/x/#map/0/0",
        ),
        (
            r##"{"x":{"#map":[["b",{"#set":["1"]}]]},"y":{"tag":"None","value":{"#tup":[]}}}"##,
            "/states/0/x/#map/0/1/#set/0",
        ),
        (r##"{"x":{"#map":[]},"y":{"tag":"None","value":{"#tup":[true]}}}"##, "/states/0/y/value"),
        (r##"{"x":{"#map":[]},"y":{"tag":"Other","value":{"#tup":[]}}}"##, "/states/0/y/tag"),
        (r##"{"x":{"#map":[]},"y":{"tag":"Some","value":{"m":"p"}}}"##, "/states/0/y/value"),
        (r##"{"x":{"#map":[]},"y":{"tag":"Some","value":{"n":true,"k":true}}}"##, "/states/0/y/value"),
        (r##"{"x":{"#map":[]},"y":{"tag":"Some","value":{"n":"true"}}}"##, "/states/0/y/value/n"),
    ] {
        assert_eq!(refuses(&schema, &format!(r#"{{"states":[{state}]}}"#)), [place], "{state}");
    }
}

#[test]
fn strings_are_an_enumeration_as_long_as_they_are_few() {
    let of = |count: usize| {
        let states: Vec<String> = (0..count).map(|n| format!(r#"{{"x":"s{n}"}}"#)).collect();
        schema_of(&format!(r#"{{"states":[{}]}}"#, states.join(",")), Options { ranges: false, enums: true })
    };
    let other = r#"{"states":[{"x":"other"}]}"#;
    assert_eq!(refuses(&of(64), other), ["/states/0/x"]);
    assert_eq!(refuses(&of(65), other), [""; 0]);
}

#[test]
fn integers_of_any_size_have_a_range() {
    let big = "340282366920938463463374607431768211456";
    let text = |n: &str| format!(r##"{{"states":[{{"x":{{"#bigint":"{n}"}}}}]}}"##);
    let schema = schema_of(&format!("{}\n{}", text("-7"), text(big)), Options { ranges: true, enums: false });
    for (n, is_valid) in
        [("-8", false), ("-7", true), (big, true), ("340282366920938463463374607431768211457", false)]
    {
        assert_eq!(refuses(&schema, &text(n)).is_empty(), is_valid, "{n}");
    }
}

/// An expression over digits grows with the square of their number: it took gigabytes, and then the stack.
#[test]
fn a_range_of_very_long_integers_is_any_integer() {
    let (low, high) = ("1".repeat(90_000), "2".repeat(90_001));
    let text = |n: &str| format!(r##"{{"vars":["x"],"states":[{{"x":{{"#bigint":"{n}"}}}}]}}"##);
    let [one, other] = [low, high].map(|n| text(&n));
    let traces = [one, other].map(|t| itf::read(t.as_bytes()).expect("ITF").remove(0));
    let schema = infer(&traces, Options { ranges: true, enums: false });
    // The bounds are told once, as numbers.
    assert!(schema.to_string().len() < 200_000, "{} bytes", schema.to_string().len());
    for n in ["0", "-7", "12"] {
        assert_eq!(refuses(&schema, &text(n)), [""; 0], "{n}");
    }
    assert!(!refuses(&schema, &text("007")).is_empty());
}
