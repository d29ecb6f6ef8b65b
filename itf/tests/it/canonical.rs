//! Canonical form is a function of the meaning.

use itf::{Layout, Record, State, Trace, Value};
use proptest::prelude::*;

pub(crate) fn value() -> impl Strategy<Value = Value> {
    let text = prop::sample::select(vec!["", "a", "b", "tag", "value", "é\n\"\\", "漢", "\u{1}"]);
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        (-3..3_i64).prop_map(Value::from),
        any::<i128>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
        text.clone().prop_map(|t| Value::Unserializable(t.into())),
        Just(Value::Null),
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        let items = || prop::collection::vec(inner.clone(), 0..5);
        let pairs = prop::collection::vec((inner.clone(), inner.clone()), 0..4);
        let fields = prop::collection::vec((text.clone(), inner.clone()), 0..4);
        prop_oneof![
            items().prop_map(Value::list),
            items().prop_map(Value::tuple),
            items().prop_map(Value::set),
            pairs.prop_map(Value::map),
            // In JSON nothing tells a record of exactly a string `tag` and a `value` from a variant.
            fields.prop_map(Value::record).prop_filter("a variant", |v| {
                v.as_record().is_none_or(|r| r.len() != 2 || r.get("tag").and_then(Value::as_str).is_none())
            }),
            (text.clone(), inner.clone()).prop_map(|(tag, payload)| Value::variant(tag, payload)),
        ]
    })
}

/// JSON for `value` with everything that means nothing decided by `dice`: order, white space, spelling.
fn scribble(value: &Value, dice: &mut impl FnMut(usize) -> usize) -> String {
    let space = |dice: &mut dyn FnMut(usize) -> usize| ["", " ", "\n", "\t \r\n"][dice(4)];
    match value {
        Value::Int(n) => match dice(2) {
            0 => format!("{{{}\"#bigint\" : \"{n}\"}}", space(dice)),
            _ => n.to_string(),
        },
        Value::Str(s) if dice(2) == 0 => {
            let units: Vec<String> = s.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
            format!("\"{}\"", units.concat())
        }
        Value::List(l) => sequence(&l.iter().map(|v| scribble(v, dice)).collect::<Vec<_>>(), dice),
        Value::Tuple(t) => {
            format!(
                "{{\"#tup\":{}}}",
                sequence(&t.iter().map(|v| scribble(v, dice)).collect::<Vec<_>>(), dice)
            )
        }
        Value::Set(s) => {
            let mut items: Vec<String> = s.iter().map(|v| scribble(v, dice)).collect();
            if let Some(again) = s.first() {
                items.push(scribble(again, dice));
            }
            shuffle(&mut items, dice);
            format!("{{\"#set\" :{}}}", sequence(&items, dice))
        }
        Value::Map(m) => {
            let mut pairs: Vec<String> =
                m.iter().map(|(k, v)| format!("[{},{}]", scribble(k, dice), scribble(v, dice))).collect();
            shuffle(&mut pairs, dice);
            format!("{{\"\\u0023map\":{}}}", sequence(&pairs, dice))
        }
        Value::Record(r) => {
            let field = |(name, v): (&itf::Str, &Value)| {
                format!("{}:{}", Value::from(name.clone()).to_json(), scribble(v, dice))
            };
            object(r.iter().map(field).collect(), dice)
        }
        Value::Variant(v) => {
            let tag = format!("\"tag\":{}", Value::from(v.tag().clone()).to_json());
            let payload = format!("\"value\": {}", scribble(v.payload(), dice));
            object(vec![tag, payload], dice)
        }
        other => other.to_json(),
    }
}

fn object(mut fields: Vec<String>, dice: &mut impl FnMut(usize) -> usize) -> String {
    shuffle(&mut fields, dice);
    format!("{{{}}}", fields.join([",", " ,\n"][dice(2)]))
}

fn sequence(items: &[String], dice: &mut impl FnMut(usize) -> usize) -> String {
    format!("[{}]", items.join([",", " , "][dice(2)]))
}

fn shuffle(items: &mut [String], dice: &mut impl FnMut(usize) -> usize) {
    for at in (1..items.len()).rev() {
        items.swap(at, dice(at + 1));
    }
}

/// JSON whose digits and order a careless reader would lose.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "9007199254740993",
        "123456789012345678901234567890",
        "-0",
        "-0.0",
        "1e999",
        "1.10",
        "1E+2",
        "null",
        "\"\\u00e9\\/\"",
        "\" \"",
        "{}",
        "[]",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(2, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{{\"z\":{a},\"#b\":{b}}}")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("[{a},{b}]")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_means_the_same_is_written_the_same(values in prop::collection::vec(value(), 1..4), seed in any::<u64>()) {
        let mut random = seed | 1;
        let mut dice = move |n: usize| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            usize::try_from(random % n as u64).unwrap_or(0)
        };
        let states = values.iter().map(|v| State::from(Record::from_iter([("x", v), ("y", &values[0])])));
        let trace = Trace::new(["x", "y"], states);
        let scribbled: Vec<String> = values
            .iter()
            .map(|v| {
                let fields = vec![
                    format!("\"x\":{}", scribble(v, &mut dice)),
                    format!("\"y\" : {}", scribble(&values[0], &mut dice)),
                ];
                object(fields, &mut dice)
            })
            .collect();
        let text = format!("{{ \"states\" : {}, \"vars\":[\"x\",\"y\"] }}", sequence(&scribbled, &mut dice));
        let read = itf::read(text.as_bytes()).expect("ITF");
        prop_assert_eq!(&read[0].states, &trace.states, "{}", text);
        for layout in [Layout::Compact, Layout::Canonical] {
            let written = itf::to_string(&trace, layout);
            prop_assert_eq!(&itf::to_string(&read[0], layout), &written);
            // Idempotent.
            let again = itf::read(written.as_bytes()).expect("ITF");
            prop_assert_eq!(&itf::to_string(&again[0], layout), &written);
        }
    }

    #[test]
    fn all_that_is_said_beside_the_values_is_kept(
        jsons in prop::collection::vec(json(), 4),
        names in prop::collection::vec(prop::sample::select(vec!["x", "y", "a::b", "é", ""]), 0..5),
        loop_index in prop::option::of(0..9_u64),
    ) {
        let names = format!("[{}]", names.iter().map(|n| format!("\"{n}\"")).collect::<Vec<_>>().join(","));
        let back = loop_index.map_or("null".to_owned(), |n| n.to_string());
        let [a, b, c, d] = <[String; 4]>::try_from(jsons).expect("four");
        let text = format!(
            "{{\"zz\":{a},\"#meta\":{{\"k\":{b},\"a\":{a}}},\"vars\":{names},\"params\":{names},\"loop\":{back},\
             \"states\":[{{\"#meta\":{c},\"x\":1}},{{\"x\":1}}],\"#more\":{d}}}"
        );
        let trace = itf::read(text.as_bytes()).expect("ITF").remove(0);
        prop_assert_eq!(trace.meta.text(), Some(&*format!("{{\"k\":{b},\"a\":{a}}}")));
        prop_assert_eq!(trace.states[0].meta.text(), Some(&*c));
        for layout in [Layout::Compact, Layout::Canonical, Layout::Pretty] {
            let written = itf::to_string(&trace, layout);
            let again = itf::read(written.as_bytes()).expect("ITF").remove(0);
            prop_assert_eq!(&again, &trace, "{}", written);
        }
    }

    #[test]
    fn values_go_through_serde_json(value in value()) {
        let json = serde_json::to_string(&value).expect("JSON");
        prop_assert_eq!(&json, &value.to_json());
        prop_assert_eq!(&serde_json::from_str::<Value>(&json).expect("a value"), &value);
        prop_assert_eq!(itf::to_value(&value).expect("a value"), value);
    }
}

#[test]
fn what_has_no_meaning_goes_through_serde_json_as_it_is() {
    for text in [
        // Found by the fuzzer: what stands below an unknown key is no value, and cannot be a wrong one.
        r##"{"#ma?":[[{"#bigint":["bob"]}]]}"##,
        r##"{"#other":[{"#set":[2,1,2]},{"#map":3}],"a":{"#tup":null}}"##,
        r##"{"#b":1,"#a":-2,"#b":{"tag":"A","value":{}}}"##,
        r##"{"a":1,"#set":[]}"##,
        r##"[{"#x":18446744073709551615},{"#y":[[],{},"\n"]}]"##,
    ] {
        let value = itf::Reader::new().value(text.as_bytes()).expect("a value");
        let json = serde_json::to_string(&value).expect("JSON");
        assert_eq!(json, text);
        assert_eq!(serde_json::from_str::<Value>(&json).expect("a value"), value);
    }
    // Where it is a value, it is still wrong.
    for text in [
        r##"{"#bigint":["bob"]}"##,
        r##"[{"#map":3}]"##,
        r##"{"a":{"#tup":{}}}"##,
        r##"{"#set":[{"#bigint":1}]}"##,
    ] {
        assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        assert!(itf::Reader::new().value(text.as_bytes()).is_err(), "{text}");
    }
}
