//! Code in the style of the crate `itf` 0.4.0, as its users have it, against this library: it compiles and means the same.
#![expect(clippy::unwrap_used, reason = "as its users have it")]
#![expect(clippy::items_after_statements, reason = "as its users have it")]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use dashu_int::{IBig, UBig};
use itf::de::{self, As, Integer, Same};
use itf::{Runner, Trace};
use serde::de::IntoDeserializer;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
enum Side {
    #[serde(rename = "L")]
    Left,
    #[serde(rename = "R")]
    Right,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
enum Animal {
    #[serde(rename = "w_OF_ANIMAL")]
    Wolf,
    #[serde(rename = "g_OF_ANIMAL")]
    Goat,
}

#[derive(Clone, Debug, Deserialize)]
struct River {
    boat: Side,
    banks: BTreeMap<Side, BTreeSet<Animal>>,
}

const RIVER: &str = r##"{
    "#meta": {"source": "River.tla", "varTypes": {"boat": "Str", "banks": "Str -> Set(ANIMAL)"}, "timestamp": 1700000000000},
    "vars": ["boat", "banks"],
    "states": [
        {"#meta": {"index": 0}, "boat": "L",
         "banks": {"#map": [["L", {"#set": ["w_OF_ANIMAL", "g_OF_ANIMAL"]}], ["R", {"#set": []}]]}},
        {"#meta": {"index": 1}, "boat": "R",
         "banks": {"#map": [["R", {"#set": ["g_OF_ANIMAL"]}], ["L", {"#set": ["w_OF_ANIMAL"]}]]}}
    ]
}"##;

#[test]
fn a_trace_of_typed_states() {
    let trace: Trace<River> = itf::trace_from_str(RIVER).unwrap();
    assert_eq!(trace.meta.source.as_deref(), Some("River.tla"));
    assert_eq!(trace.meta.format, None);
    assert_eq!(trace.meta.var_types["boat"], "Str");
    assert_eq!(trace.meta.timestamp, Some(1_700_000_000_000));
    assert_eq!(trace.states[1].meta.index, Some(1));
    assert_eq!(trace.vars, ["boat", "banks"]);
    assert_eq!((trace.params.len(), trace.loop_index), (0, None));
    let last: &River = &trace.states[1].value;
    assert_eq!(last.boat, Side::Right);
    assert_eq!(last.banks[&Side::Right], BTreeSet::from([Animal::Goat]));
    let same = itf::trace_from_value::<River>(serde_json::from_str(RIVER).unwrap()).unwrap();
    assert_eq!(same.states.len(), trace.states.len());
}

#[test]
fn a_trace_of_values_goes_through_serde_json() {
    let trace = itf::trace_from_str::<itf::Value>(RIVER).unwrap();
    let json = serde_json::to_string(&trace).unwrap();
    assert_eq!(itf::trace_from_str::<itf::Value>(&json).unwrap(), trace);
    assert_eq!(serde_json::from_str::<Trace<itf::Value>>(&json).unwrap(), trace);
    let typed: Trace<River> = trace.decode().unwrap();
    assert_eq!(typed.states[0].value.boat, Side::Left);
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "tag", content = "value")]
enum Message {
    Ping,
    Text(String),
    Pair((String, bool)),
    Triple(String, IBig, bool),
    Fields { n: i64 },
}

#[test]
fn sum_types() {
    let read = |json| itf::from_value::<Message>(json).unwrap();
    for unit in [json!({}), json!({"#tup": []}), json!(null)] {
        assert_eq!(read(json!({"tag": "Ping", "value": unit})), Message::Ping);
    }
    assert_eq!(read(json!({"tag": "Text", "value": "hi"})), Message::Text("hi".into()));
    assert_eq!(
        read(json!({"tag": "Pair", "value": {"#tup": ["a", true]}})),
        Message::Pair(("a".into(), true))
    );
    let triple = json!({"tag": "Triple", "value": {"#tup": ["a", {"#bigint": "42"}, true]}});
    assert_eq!(read(triple), Message::Triple("a".into(), 42.into(), true));
    assert_eq!(read(json!({"tag": "Fields", "value": {"n": {"#bigint": "-1"}}})), Message::Fields { n: -1 });
}

#[test]
fn options_and_results() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Holder {
        #[serde(with = "As::<de::Option::<_>>")]
        option: Option<u64>,
        #[serde(with = "As::<de::Result::<_, _>>")]
        result: Result<u64, u64>,
        /// Without help: more than 0.4.0 does.
        plain: Option<u64>,
    }
    let json = json!({
        "option": {"tag": "Some", "value": 42}, "result": {"tag": "Err", "value": {"#bigint": "7"}},
        "plain": {"tag": "Some", "value": {"#bigint": "1"}}
    });
    let holder: Holder = itf::from_value(json).unwrap();
    assert_eq!(holder, Holder { option: Some(42), result: Err(7), plain: Some(1) });
    let json = json!({
        "option": {"tag": "None", "value": {}}, "result": {"tag": "Ok", "value": 1},
        "plain": {"tag": "None", "value": {"#tup": []}}
    });
    let holder: Holder = itf::from_value(json).unwrap();
    assert_eq!(holder, Holder { option: None, result: Ok(1), plain: None });
}

#[test]
fn sequences_of_all_kinds() {
    for json in [json!([1, 2, 3]), json!({"#tup": [1, 2, 3]}), json!({"#set": [1, 2, 3]})] {
        assert_eq!(itf::from_value::<[u8; 3]>(json.clone()).unwrap(), [1, 2, 3]);
        assert_eq!(itf::from_value::<(u8, u8, u8)>(json.clone()).unwrap(), (1, 2, 3));
        assert_eq!(itf::from_value::<Vec<u8>>(json.clone()).unwrap(), [1, 2, 3]);
        assert_eq!(itf::from_value::<HashSet<u8>>(json.clone()).unwrap().len(), 3);
        assert_eq!(itf::from_value::<BTreeSet<u8>>(json.clone()).unwrap().len(), 3);
        itf::from_value::<serde_json::Value>(json).unwrap();
    }
}

#[test]
fn integers_of_all_sizes() {
    let read = |digits: &str| json!({ "#bigint": digits });
    assert_eq!(itf::from_value::<IBig>(read("-99")).unwrap(), IBig::from(-99));
    assert_eq!(itf::from_value::<UBig>(read("99")).unwrap(), UBig::from(99_u8));
    assert_eq!(itf::from_value::<i64>(read("-99")).unwrap(), -99);
    assert!(itf::from_value::<u64>(read("-99")).is_err());
    assert!(itf::from_value::<i64>(read("-9223372036854775809")).is_err());
    assert_eq!(itf::from_value::<i128>(read("-9223372036854775809")).unwrap(), -9_223_372_036_854_775_809);
    assert!(itf::from_value::<IBig>(read("-9223372036854775809")).is_ok());
    // More than 0.4.0 does.
    assert_eq!(itf::from_value::<IBig>(json!(-999)).unwrap(), IBig::from(-999));
}

#[test]
fn integers_where_the_type_is_not_known_beforehand() {
    let json = json!([
        {"typ": "Foo", "foo": {"#map": [[{"#bigint": "1"}, {"#bigint": "2"}]]}},
        {"typ": "Bar", "bar": [[[{"#bigint": "1"}, {"#bigint": "2"}]]]}
    ]);
    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(tag = "typ")]
    enum Big {
        Foo { foo: HashMap<IBig, IBig> },
        Bar { bar: Vec<Vec<(IBig, IBig)>> },
    }
    assert_eq!(itf::from_value::<Vec<Big>>(json.clone()).unwrap().len(), 2);
    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(tag = "typ")]
    enum Mixed {
        Foo {
            #[serde(with = "As::<HashMap<Integer, Integer>>")]
            foo: HashMap<i64, IBig>,
        },
        Bar {
            #[serde(with = "As::<Vec<Vec<(Same, Integer)>>>")]
            bar: Vec<Vec<(IBig, u64)>>,
        },
    }
    let mixed = itf::from_value::<Vec<Mixed>>(json).unwrap();
    assert_eq!(mixed[1], Mixed::Bar { bar: vec![vec![(1.into(), 2)]] });
    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(untagged)]
    enum Either {
        One(i64, String),
        Two { foo: String, bar: i64 },
    }
    let json = json!([{"#tup": [1, "hello"]}, {"foo": "hello", "bar": 1}]);
    let either = itf::from_value::<Vec<Either>>(json).unwrap();
    assert_eq!(either, [Either::One(1, "hello".into()), Either::Two { foo: "hello".into(), bar: 1 }]);
}

#[test]
fn keys_of_maps_are_any_value() {
    let json = json!({"#map": [[{"#set": [{"#bigint": "1"}, {"#bigint": "2"}]}, {"#bigint": "3"}]]});
    let map: HashMap<BTreeSet<IBig>, IBig> = itf::from_value(json).unwrap();
    assert_eq!(map[&BTreeSet::from([1.into(), 2.into()])], IBig::from(3));
}

fn minus_one_as_none<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    match Option::<i64>::deserialize(deserializer)? {
        None | Some(-1) => Ok(None),
        Some(n) => T::deserialize(n.into_deserializer()).map(Some),
    }
}

#[test]
fn fields_with_functions_of_their_own() {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Round {
        #[serde(deserialize_with = "minus_one_as_none")]
        locked_round: Option<i64>,
        #[serde(deserialize_with = "minus_one_as_none")]
        valid_round: Option<i64>,
    }
    let round: Round = itf::from_value(json!({"lockedRound": {"#bigint": "-1"}, "validRound": 2})).unwrap();
    assert_eq!((round.locked_round, round.valid_round), (None, Some(2)));
}

#[test]
fn values_are_deserializers() {
    let value: itf::Value = serde_json::from_value(json!({"#bigint": "12"})).unwrap();
    assert_eq!(i64::deserialize(value.clone()).unwrap(), 12);
    let record: itf::Value =
        serde_json::from_value(json!({"a": {"#set": [1]}, "b": {"#map": [[1, 2]]}})).unwrap();
    // 0.4.0 loses here what is a set, a map or a big integer.
    assert_eq!(itf::Value::deserialize(record.clone()).unwrap(), record);
}

struct Crossing;

impl Runner for Crossing {
    type ActualState = Side;
    type Result = bool;
    type ExpectedState = River;
    type Error = itf::Error;

    fn init(&mut self, expected: &River) -> Result<Side, itf::Error> {
        Ok(expected.boat)
    }

    fn step(&mut self, actual: &mut Side, _: &River) -> Result<bool, itf::Error> {
        *actual = if *actual == Side::Left { Side::Right } else { Side::Left };
        Ok(true)
    }

    fn result_invariant(&self, result: &bool, _: &River) -> Result<bool, itf::Error> {
        Ok(*result)
    }

    fn state_invariant(&self, actual: &Side, expected: &River) -> Result<bool, itf::Error> {
        Ok(*actual == expected.boat)
    }
}

#[test]
fn runners_run() {
    itf::trace_from_str::<River>(RIVER).unwrap().run_on(Crossing).unwrap();
}

#[test]
fn errors_are_told_apart() {
    assert!(matches!(itf::from_str::<u8>("{"), Err(itf::Error::Json(_))));
    assert!(matches!(itf::from_str::<u8>("\"a\""), Err(itf::error::Error::Decode(de::Error::Custom(_)))));
}

#[test]
fn types_to_values_and_back() {
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    enum Shape {
        Empty,
        Line(i64),
        Corner(i64, i64),
        Named { name: String, at: Option<(u8, u8)> },
    }
    let shapes = BTreeMap::from([
        ((1_i128 << 80, true), vec![Shape::Empty, Shape::Line(-1)]),
        ((0, false), vec![Shape::Corner(1, 2), Shape::Named { name: "x\n".into(), at: None }]),
    ]);
    let value = itf::to_value(&shapes).unwrap();
    assert_eq!(BTreeMap::deserialize(&value).unwrap(), shapes);
    assert_eq!(itf::from_str::<BTreeMap<(i128, bool), Vec<Shape>>>(&value.to_json()).unwrap(), shapes);
    let nested = itf::Value::map([(itf::Value::set([1]), itf::Value::variant("Some", itf::Value::Null))]);
    assert_eq!(itf::to_value(&vec![nested.clone()]).unwrap(), itf::Value::list([nested]));
}
