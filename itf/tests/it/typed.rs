//! Values and traces to Rust types and back.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[derive(Debug, PartialEq, serde::Deserialize)]
#[serde(untagged)]
enum Either {
    Numbers(Vec<i64>),
    Texts(Vec<String>),
}

/// Equal values whose integers are written in two ways: what each is decoded to was once that of the one read first.
#[test]
fn what_is_decoded_does_not_depend_on_what_was_read_before() {
    let (plain, tagged) = ("[1]", r##"[{"#bigint":"1"}]"##);
    for (first, second) in [(plain, tagged), (tagged, plain)] {
        let text = format!(r#"{{"vars":["x"],"states":[{{"x":{first}}},{{"x":{second}}},{{"x":{first}}}]}}"#);
        let trace = itf::read(text.as_bytes()).expect("a trace").remove(0);
        assert_eq!(trace.states[0].value, trace.states[1].value);
        let decoded: Vec<Either> = trace
            .states
            .iter()
            .map(|s| itf::de::decode_value(s.value.values()[0].clone()).expect("fits"))
            .collect();
        let meant = |text: &str| itf::from_str::<Either>(text).expect("fits");
        assert_eq!(decoded, [meant(first), meant(second), meant(first)]);
    }
    assert_eq!(itf::from_str::<Either>(plain).expect("fits"), Either::Numbers(vec![1]));
    assert_eq!(itf::from_str::<Either>(tagged).expect("fits"), Either::Texts(vec!["1".into()]));
}

/// A stored value is found again, also when a store interns what was built.
#[test]
fn a_store_keeps_the_two_ways_to_write_an_integer_apart() {
    let mut reader = itf::Reader::new();
    let text = format!("[[1, {:?}]]", "long ".repeat(100));
    let plain = reader.value(text.as_bytes()).expect("a value");
    assert_eq!(reader.store().intern(&plain), plain);
    assert_eq!(reader.store().len(), 3, "one text in two lists");
    let other = reader.value(plain.to_json().as_bytes()).expect("a value");
    assert_eq!(other, plain);
    assert_eq!(reader.store().len(), 5, "and the lists, written another way");
}

/// `serde_json` makes floats of them before anybody can see them.
#[test]
fn integers_that_lost_digits_are_refused_and_not_changed() {
    let text =
        r##"{"#meta":{"n":1180591620717411303424},"vars":["x"],"states":[{"x":1180591620717411303424}]}"##;
    let exact: itf::Int = "1180591620717411303424".parse().expect("digits");
    let read = itf::read(text.as_bytes()).expect("a trace").remove(0);
    assert_eq!(read.states[0].get("x"), Some(&itf::Value::from(exact.clone())));
    let typed = itf::trace_from_str::<itf::Value>(text).expect("a trace");
    assert_eq!(typed.states[0].value, itf::Value::record([("x", exact.clone())]));
    // As an expression, too, `#meta` beside it or not.
    let trace: itf::Trace = itf::from_str(text).expect("a trace");
    assert_eq!(trace.states[0].get("x"), Some(&itf::Value::from(exact)));
    assert_eq!(trace.meta.text(), read.meta.text());
    let json: serde_json::Value = serde_json::from_str(text).expect("JSON");
    for error in [
        serde_json::from_str::<itf::Trace>(text).map(drop).unwrap_err().to_string(),
        itf::trace_from_value::<itf::Value>(json.clone()).map(drop).unwrap_err().to_string(),
        itf::from_value::<itf::Value>(json["states"][0].clone()).map(drop).unwrap_err().to_string(),
    ] {
        assert!(error.contains("more than 64 bits"), "{error}");
    }
    // What `#meta` says may be rounded where a library rounds it, but the trace is read.
    let rounded = r##"{"#meta":{"n":1180591620717411303424},"vars":["x"],"states":[{"x":1.5}]}"##;
    assert!(serde_json::from_str::<itf::Trace>(rounded).is_ok());
}

#[test]
fn a_trace_as_an_expression_keeps_the_order_and_the_digits_of_its_meta() {
    let text = r##"{"#meta":{"z":1e400,"a":1.50,"m":{"y":1,"b":2}},"vars":["x"],"states":[{"#meta":{"q":1,"c":2},"x":"a"}]}"##;
    let read = itf::read(text.as_bytes()).expect("a trace").remove(0);
    let trace: itf::Trace = itf::from_str(text).expect("a trace");
    assert_eq!(itf::to_string(&trace, itf::Layout::Canonical), itf::to_string(&read, itf::Layout::Canonical));
    assert_eq!(trace.states[0].meta.text(), Some(r#"{"q":1,"c":2}"#));
}

#[test]
fn a_value_is_its_own_value() {
    let text = r##"[1e2, 1.00, 1E400, {"#foo":1}, {"#foo":{"#set":5}}, {"#b":27916034019218259672}, {"a":1,"#x":[2,{"b":1.50}]}, null, {"#set":[1]}]"##;
    let value = itf::Reader::new().value(text.as_bytes()).expect("a value");
    assert_eq!(itf::to_value(&value).expect("values"), value);
    assert_eq!(itf::de::decode_value::<itf::Value>(value.clone()).expect("a value"), value);
    assert_eq!(itf::to_value(&f64::NAN).unwrap_err().to_string(), "decoding error: NaN is no number of JSON");
}

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Node {
    name: String,
    #[serde(flatten)]
    rest: Rest,
    step: Tagged,
    either: Number,
    seen: itf::Set,
}

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Rest {
    epoch: u64,
}

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    Send { amount: i64 },
}

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
enum Number {
    Number(i64),
    Text(String),
}

#[test]
fn a_typed_trace_is_encoded_and_decoded_again() {
    let node = |epoch| Node {
        name: "n1".into(),
        rest: Rest { epoch },
        step: Tagged::Send { amount: -3 },
        either: Number::Number(7),
        seen: [itf::Value::from(1)].into_iter().collect(),
    };
    let state = |epoch| itf::State { meta: itf::Meta::default(), value: node(epoch) };
    let typed =
        itf::Trace { vars: vec!["name".into()], states: vec![state(1), state(2)], ..itf::Trace::default() };
    let trace = typed.encode().expect("values");
    assert_eq!(trace.states[1].get("epoch"), Some(&itf::Value::from(2)));
    assert_eq!(trace.states[1].get("seen"), Some(&itf::Value::set([1])));
    let text = itf::to_string(&trace, itf::Layout::Canonical);
    assert_eq!(itf::read(text.as_bytes()).expect("a trace"), std::slice::from_ref(&trace));
    assert_eq!(trace.decode::<Node>().expect("fits"), typed);
    let wrong = itf::Trace {
        states: vec![itf::State { meta: itf::Meta::default(), value: 7 }],
        ..itf::Trace::default()
    };
    let error = wrong.encode().unwrap_err().to_string();
    assert_eq!(error, "decoding error: a state is a record of variables, found integer (at states[0])");
}

#[test]
fn errors_of_text_have_their_line() {
    let itf::Error::Json(error) =
        itf::trace_from_str::<itf::Value>("{\"vars\":[],\n \"states\":[{\"x\":\n  {\"#set\":1}}]}")
            .unwrap_err()
    else {
        panic!("the text is wrong");
    };
    assert_eq!((error.line(), error.column()), (3, 11));
    let error = itf::from_str::<std::collections::BTreeMap<(i64, u8), i64>>(
        r##"{"#map":[[{"#tup":[1,2]},3],[{"#tup":[1,999]},4]]}"##,
    );
    assert_eq!(error.unwrap_err().to_string(), "decoding error: 999 does not fit u8 (at <key 1>[1])");
}

/// What is twice as deep as usual is decoded, compared, written and dropped on the stack of any thread.
#[test]
fn a_deep_value_fits_a_small_stack() {
    let work = || {
        let depth = itf::Limits::MAX_DEPTH / 2;
        let text = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let mut reader = itf::Reader::with_limits(itf::Limits { depth, ..itf::Limits::default() });
        let value = reader.value(text.as_bytes()).expect("as deep as may be");
        let decoded: itf::Value = itf::de::decode_value(value.clone()).expect("a value");
        assert_eq!(decoded, value);
        assert_eq!(itf::to_value(&value).expect("a value").to_json(), text);
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(work).expect("a thread");
    thread.join().expect("no overflow");
}
