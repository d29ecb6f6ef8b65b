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

/// The part that is written once has all of its places refer to it, and means the same.
#[test]
fn what_is_there_very_often_or_lies_deep_is_written_once() {
    let all = Options { ranges: true, enums: true };
    // A few of a kind are written where they are.
    let few = schema_of(r#"{"states":[{"x":{"a":1,"b":{"c":2}},"y":{"a":1,"b":{"c":2}}}]}"#, all);
    assert_eq!(few["$defs"].as_object().map(serde_json::Map::len), Some(1), "{few}");
    let many = (0..200).map(|n| format!(r#"{{"f{n}":{{"a":1,"b":[true]}}}}"#)).collect::<Vec<_>>().join(",");
    let many = format!(r##"{{"states":[{{"x":{{"#tup":[{many}]}}}}]}}"##);
    let schema = schema_of(&many, all);
    assert_eq!(schema["$defs"].as_object().map(serde_json::Map::len), Some(2), "{schema}");
    assert_eq!(refuses(&schema, &many), [""; 0]);
    let wrong = many.replacen("\"b\":[true]", "\"b\":[1]", 1);
    assert_eq!(refuses(&schema, &wrong), ["/states/0/x/#tup/0/f0/b/0"]);
    let deep = |leaf: &str| format!(r#"{{"states":[{{"x":{}{leaf}{}}}]}}"#, "[".repeat(250), "]".repeat(250));
    let schema = schema_of(&deep("true"), all);
    let text = serde_json::to_string_pretty(&schema).expect("JSON");
    let indented = text.lines().map(|line| line.len() - line.trim_start().len()).max();
    assert!(indented.is_some_and(|spaces| spaces < 64), "{indented:?} spaces");
    // Validators read JSON with a bound on its depth.
    let again: Json = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        refuses(&again, &deep("true").replace(&"[".repeat(150), "[").replace(&"]".repeat(150), "]")).len(),
        1
    );
}

/// Twice the input is hardly more than twice the schema: it was seven hundred times the input, and a minute.
#[test]
fn a_schema_grows_no_faster_than_what_was_seen() {
    // Each key of a map is a map, twice as many on each level; and far in others.
    let tree = |levels: usize, leaf: &mut dyn FnMut() -> String| {
        let mut values: Vec<String> = (0..1 << levels).map(|_| leaf()).collect();
        while values.len() > 1 {
            values =
                values.chunks(2).map(|two| format!(r##"{{"#map":[[{},{}]]}}"##, two[0], two[1])).collect();
        }
        values.remove(0)
    };
    let around = |levels: usize, value: &str| {
        let (open, close) = (r##"{"#map":[["##.repeat(levels), ",0]]}".repeat(levels));
        format!(r#"{{"vars":["x"],"states":[{{"x":{open}{value}{close}}}]}}"#)
    };
    let alike = |size: usize| around(100, &tree(size, &mut || "7".to_owned()));
    let numbered = |size: usize| {
        let mut number = 0;
        let mut next = || {
            number += 1;
            format!(r#"{{"field{number}":"text{number}"}}"#)
        };
        around(100, &tree(size, &mut next))
    };
    let tuple = |size: usize| {
        let items = (0..1 << size).map(|n| (n * 7919 % 1024).to_string()).collect::<Vec<_>>().join(",");
        around(0, &format!(r##"{{"#tup":[{items}]}}"##))
    };
    let shapes: [&dyn Fn(usize) -> String; 3] = [&alike, &numbered, &tuple];
    for (at, make) in shapes.into_iter().enumerate() {
        for options in [Options::default(), Options { ranges: true, enums: true }] {
            let written = |size: usize| {
                let input = make(size);
                let schema = serde_json::to_string_pretty(&schema_of(&input, options)).expect("JSON");
                (input.len(), schema.len())
            };
            let ((input, small), (_, large)) = (written(9), written(10));
            assert!(large * 2 < small * 5, "{at}: {small} bytes become {large}");
            // A record of one field takes ten lines, a range a page.
            let times = if options.ranges && at == 2 { 600 } else { 60 };
            assert!(small < input * times, "{at}: {small} bytes of {input}");
        }
    }
}
