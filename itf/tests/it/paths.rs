//! Paths are written and read.

use itf::{Path, Segment, Value};
use proptest::prelude::*;

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "states",
            "x",
            "mbt::actionTaken",
            "a:",
            "",
            "a b",
            "\"",
            "é",
            "→",
            "7",
            "$a.b"
        ])
        .prop_map(str::to_owned),
        ".{0,6}",
    ]
}

/// Values whose notation means nothing else: not of a variant that looks like a set, or whose unit could be another.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i128>().prop_map(Value::from),
        name().prop_map(Value::from),
        name().prop_map(|text| Value::Unserializable(text.into())),
        Just(Value::Null),
        Just(Value::variant("None", Value::unit())),
        Just(Value::tuple([1])),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        let items = || prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            items().prop_map(Value::list),
            items().prop_map(Value::tuple),
            items().prop_map(Value::set),
            prop::collection::vec((inner.clone(), inner.clone()), 0..3).prop_map(Value::map),
            prop::collection::vec((name(), inner.clone()), 0..3).prop_map(Value::record),
            inner.clone().prop_filter_map("unit", |v| (!v.is_unit()).then(|| Value::variant("Some", v))),
        ]
    })
}

/// Steps that are told from each other by how they are written.
fn segment() -> impl Strategy<Value = Segment> {
    let key = value().prop_filter("an index", |v| v.as_i64().is_none_or(|n| n < 0));
    prop_oneof![
        name().prop_map(|name| Segment::Field(name.into())),
        name().prop_map(|name| Segment::Payload(name.into())),
        any::<usize>().prop_map(Segment::Index),
        any::<usize>().prop_map(Segment::MapKey),
        key.prop_map(Segment::Key),
        (0..9_usize, 10..20_usize).prop_map(|(old, new)| Segment::Item { old, new }),
        Just(Segment::Element),
        value().prop_map(|v| Segment::Member { old: v.clone(), new: v, by: None }),
        prop::collection::vec((name(), value()), 1..3).prop_map(|fields| {
            let element = Value::record(fields);
            let by = element.as_record().cloned();
            Segment::Member { old: element.clone(), new: element, by }
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn what_is_written_is_read(segments in prop::collection::vec(segment(), 0..6)) {
        let path: Path = segments.into_iter().collect();
        let text = path.to_string();
        let read: Path = match text.parse() {
            Ok(path) => path,
            Err(error) => return Err(TestCaseError::fail(format!("{text}: {error}"))),
        };
        prop_assert_eq!(read.to_string(), text.clone());
        prop_assert_eq!(read, path, "{}", text);
    }

    #[test]
    fn any_text_gets_an_answer_that_points_into_it(text in "[a-z\\[\\]{}~.:\"\\\\0-9→<> (),-]{0,24}") {
        match text.parse::<Path>() {
            // What was read is written so that it means the same.
            Ok(path) => prop_assert_eq!(path.to_string().parse::<Path>(), Ok(path.clone()), "{}", text),
            Err(error) => prop_assert!(text.is_char_boundary(error.offset()), "{}: {}", text, error),
        }
    }
}

#[test]
fn a_pattern_that_was_printed_parses_as_itself() {
    // Found by the fuzzer: a tuple of one is printed with a comma, which did not parse.
    for text in
        ["m[(2)]", "m[(2,)]", "m[(1, 2)]", "m[(\"a\", (1,), true)].x", "s{a: (1,)}", "x[\"\u{7f}\"]", "m[()]"]
    {
        let Ok(pattern) = text.parse::<itf::Pattern>() else {
            assert_eq!(text, "m[()]", "it is no pattern");
            continue;
        };
        let printed = pattern.to_string();
        let again = printed.parse::<itf::Pattern>().unwrap_or_else(|e| panic!("{printed}: {e}"));
        assert_eq!(again.to_string(), printed);
    }
    // And what is nested too deep is refused before it takes the stack.
    assert!(format!("m[{}1{}]", "(".repeat(100_000), ")".repeat(100_000)).parse::<itf::Pattern>().is_err());
}

#[test]
fn errors_point_into_the_text() {
    let at = |text: &str| text.parse::<Path>().expect_err("no path").to_string();
    assert_eq!(at("states[3"), "expected `]`, found the end (character 9)");
    assert_eq!(at("states[x y]"), "expected `]`, found ` ` (character 9)");
    assert_eq!(at("é..x"), "expected a name, found `.` (character 3)");
    assert_eq!(at("x{name \"lock\"}"), "expected `}`, found ` ` (character 7)");
    assert_eq!(
        at("x[\"a\\q\"]"),
        "expected an escape: `\\\"`, `\\\\`, `\\n`, `\\r`, `\\t` or `\\u{…}`, found `\\` (character 5)"
    );
    assert_eq!(at("x["), "expected a value, found the end (character 3)");
    assert_eq!(at("x]"), "expected `.`, `[`, `{`, `~` or the end, found `]` (character 2)");
    let deep = format!("x[{}", "[".repeat(100_000));
    assert!(at(&deep).starts_with("expected a value that nests less deep"), "{}", at(&deep));
}

#[test]
fn every_leaf_of_a_real_trace_is_found_by_its_path() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/quint/root-4.itf.json");
    let trace = itf::read(&std::fs::read(root).expect("a fixture")).expect("ITF").remove(0);
    let mut found = 0;
    for (at, state) in trace.states.iter().enumerate() {
        for (name, value) in state.value.iter() {
            let mut leaves = Vec::new();
            walk(value, Path::root().field("states").index(at).field(name), &mut leaves);
            for (path, leaf) in leaves {
                let read: Path = path.to_string().parse().expect("a path");
                assert_eq!(trace.get(&read), Some(leaf), "{path}");
                found += 1;
            }
        }
    }
    assert!(found > 1_000, "{found} leaves");
    let names: Path = "states[0].zone_records{}.name".parse().expect("a path");
    let records = trace.states[0].get("zone_records").and_then(Value::as_set).expect("a set");
    assert_eq!(trace.get_all(&names).len(), records.len());
    assert_eq!(trace.get(&names), None, "which element is not said");
}

fn walk<'a>(value: &'a Value, path: Path, found: &mut Vec<(Path, &'a Value)>) {
    match value {
        Value::List(l) => l.iter().enumerate().for_each(|(at, v)| walk(v, path.clone().index(at), found)),
        Value::Tuple(t) => t.iter().enumerate().for_each(|(at, v)| walk(v, path.clone().index(at), found)),
        Value::Record(r) => r.iter().for_each(|(name, v)| walk(v, path.clone().field(name), found)),
        Value::Map(m) => m.iter().for_each(|(k, v)| walk(v, path.clone().key(k.clone()), found)),
        Value::Set(s) => s.iter().for_each(|v| {
            walk(v, path.clone().join(Segment::Member { old: v.clone(), new: v.clone(), by: None }), found);
        }),
        Value::Variant(v) => walk(v.payload(), path.join(Segment::Payload(v.tag().clone())), found),
        leaf => found.push((path, leaf)),
    }
}

#[test]
fn an_item_at_one_place_on_both_sides_is_an_index() {
    let path: Path = "x[0000→00][3→4]".parse().expect("a path");
    assert_eq!(path.to_string(), "x[0][3→4]");
    assert_eq!(path.to_string().parse(), Ok(path));
}
