//! Types of values: the smallest for all of them, whatever their order, and what has none.

use itf::types::{Inference, Inferred, infer};
use itf::{Record, State, Trace, Value};
use proptest::collection::vec;
use proptest::prelude::*;

use super::trace;

fn inferred(values: &str) -> Inferred {
    infer([&trace(values)])
}

/// The type of these values, without conflicts.
fn type_of(values: &str) -> String {
    let found = inferred(values);
    assert_eq!(found.conflicts, [], "{values}");
    found.types.get("x").expect("a type").to_string()
}

#[test]
fn values_have_their_smallest_type() {
    for (values, t) in [
        ("1;2", "Int"),
        (r#""a""#, "Str"),
        (r#""c1_OF_PERSON";"c2_OF_PERSON""#, "PERSON"),
        (r##"{"#tup":[]};{};null;"U_OF_UNIT""##, "UNIT"),
        ("[];[[]];[[],[1]]", "Seq(Seq(Int))"),
        (r##"{"#set":[]}"##, "Set(a)"),
        (r##"{"#tup":[[],{"#map":[]}]}"##, "<<Seq(a), b -> c>>"),
        (r##"{"#map":[]};{"#map":[[{"#tup":[1,true]},{"#set":["a"]}]]}"##, "<<Int, Bool>> -> Set(Str)"),
        (r#"{"f":1,"g":[]};{"f":2,"g":["a"]}"#, "{ f: Int, g: Seq(Str) }"),
        (r#"{"tag":"B","value":{}};{"tag":"A","value":{"f":1}}"#, "A({ f: Int }) | B(UNIT)"),
        (r#"{"tag":"A"};{"tag":"B"}"#, "{ tag: Str }"),
        (r#"{"tag":"Set","value":1}"#, r#""Set"(Int)"#),
        (r##"{"#unserializable":"Int"}"##, "a"),
        (r##"1;{"#unserializable":"Int"}"##, "Int"),
        (r#"{"s":1,"e":20,"c":[1234567,0]};1"#, "Int"),
    ] {
        assert_eq!(type_of(values), t, "{values}");
    }
}

#[test]
fn a_conflict_shows_both_places() {
    for (values, t, told) in [
        (r#"1;2;"a""#, "a", "`Int` at states[0].x and `Str` at states[2].x"),
        (
            r##"[{"#tup":[1]}];[{"#tup":[1,2]}]"##,
            "Seq(a)",
            "`<<Int, Int>>` at states[1].x[0] and `<<Int>>` at states[0].x[0]",
        ),
        (
            r#"[{"a":1},{"a":2,"b":[]}]"#,
            "Seq({ a: Int, a })",
            "a record without `b` at states[0].x[0] and a record with `b` at states[0].x[1]",
        ),
        (
            r#"{"a":1,"b":1};{"a":1,"c":1}"#,
            "{ a: Int, a }",
            "a record with `b` at states[0].x and a record with `c` at states[1].x",
        ),
        (
            r#"{"tag":"A","value":1};{"tag":"A","value":true}"#,
            "A(a)",
            "`Bool` at states[1].x~A and `Int` at states[0].x~A",
        ),
        (r#""IN_STOCK";"OUT_OF_STOCK""#, "Str", "`STOCK` at states[1].x and `Str` at states[0].x"),
        (r#"[];{"a":1}"#, "a", "`Seq(a)` at states[0].x and `{ a: Int }` at states[1].x"),
    ] {
        let found = inferred(values);
        assert_eq!(found.types.get("x").expect("a type").to_string(), t, "{values}");
        let conflicts: Vec<String> = found.conflicts.iter().map(ToString::to_string).collect();
        assert_eq!(conflicts, [told], "{values}");
    }
}

#[test]
fn traces_are_looked_at_together() {
    let (first, second) = (trace(r##"{"#set":[]}"##), trace(r##"{"#set":[7]};{"#set":["a"]}"##));
    let found = infer([&first, &second]);
    assert_eq!(found.types.get("x").expect("a type").to_string(), "Set(a)");
    let conflict = &found.conflicts[0];
    assert_eq!((conflict.sides[0].trace, conflict.sides[1].trace), (1, 1));
    assert_eq!(conflict.to_string(), "`Int` at states[0].x{7} and `Str` at states[1].x{\"a\"}");
    let third = trace(r##"{"#set":[true]}"##);
    let told = infer([&third, &trace("1")]).conflicts[0].to_string();
    assert_eq!(told, "`Int` at states[0].x of trace 2 and `Set(Bool)` at states[0].x of trace 1");
}

#[test]
fn the_types_of_real_traces() {
    let fixture = |name: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(name);
        let traces = itf::read(&std::fs::read(path).expect("a fixture")).expect("ITF");
        let found = infer(&traces);
        assert_eq!(found.conflicts, [], "{name}");
        let types: Vec<String> = found.types.iter().map(|(name, t)| format!("{name}: {t}")).collect();
        types.join("\n")
    };
    assert_eq!(fixture("quint/counter.itf.json"), COUNTER);
    assert_eq!(fixture("quint/values.itf.json"), VALUES);
    let root = fixture("wunderspec/root-1.ndjson");
    for line in ROOT.lines() {
        assert!(root.lines().any(|found| found == line), "{line}\n{root}");
    }
    for name in ["quint/root-1.itf.json", "quint/root-plain.itf.json", "wunderspec/root-many.ndjson"] {
        assert!(!fixture(name).is_empty());
    }
}

const COUNTER: &str = "\
counter::dial::left: Int
counter::dial::right: Int
mbt::actionTaken: Str
mbt::nondetPicks: { by: None(UNIT) | Some(Int) }";

const VALUES: &str = "\
at: Int
by_pair: <<Int, Str>> -> Bool
by_point: { x: Int, y: Int } -> Set(Int)
by_set: Set(Int) -> Seq(Int)
mbt::actionTaken: Str
mbt::nondetPicks: { drawn: None(UNIT) | Some(Dot(UNIT) | Group(<<Named(Str), Plain(UNIT)>>)), \
place: None(UNIT) | Some(<<Int, Str>>), seen: None(UNIT) | Some(Set(Int)) }
number: Int
points: Set({ x: Int, y: Int })
route: Seq(<<Int, Str>>)
shape: Box({ height: Int, width: Int }) | Circle(Int) | Dot(UNIT) | Group(<<Plain(UNIT), Named(Str)>>)
shapes: Set(Box({ height: Int, width: Int }) | Circle(Int) | Dot(UNIT) | Group(<<Plain(UNIT), Named(Str)>>))
text: Str";

/// Some of the variables of the DNS machine.
const ROOT: &str = "\
BALANCER_NAMES: <<Str, Str>> -> Str
PLAN_IDS: Set(Str)
deployer_view: Str -> { lock: { kind: Str, name: Str, value: <<Str, Int>> }, rollback: Str, root: Str }
planner_updates: Seq({ creates: Set({ kind: Str, name: Str, value: <<Str, Int>> }), plan_id: Str })
zone_records: Set({ kind: Str, name: Str, value: <<Str, Int>> })";

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        (0..3_i64).prop_map(Value::from),
        "[ab]|c_OF_[XY]".prop_map(Value::from),
        Just(Value::unit()),
        Just(Value::Null),
    ];
    leaf.prop_recursive(3, 16, 3, |v| {
        prop_oneof![
            vec(v.clone(), 0..3).prop_map(Value::set),
            vec(v.clone(), 0..3).prop_map(Value::list),
            vec(v.clone(), 1..3).prop_map(Value::tuple),
            vec((v.clone(), v.clone()), 0..3).prop_map(Value::map),
            vec(("[fgh]", v.clone()), 1..3).prop_map(Value::record),
            ("[AB]", v).prop_map(|(tag, payload)| Value::variant(tag, payload)),
        ]
    })
}

fn trace_of(values: &[Value]) -> Trace {
    Trace::new(["x"], values.iter().map(|v| State::from(Record::from_iter([("x", v.clone())]))))
}

/// What conflicts, without the places.
fn sides(found: &Inferred) -> Vec<Vec<String>> {
    let sides = |c: &itf::types::Conflict| {
        let mut sides: Vec<String> = c.sides.iter().map(|side| side.what.clone()).collect();
        sides.sort();
        sides
    };
    found.conflicts.iter().map(sides).filter(|sides| sides[0].starts_with('`')).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn order_does_not_matter(values in vec(any_value(), 1..6), seed in any::<u64>(), cut in 0..6_usize) {
        let found = infer([&trace_of(&values)]);
        let mut shuffled: Vec<(u64, Value)> = values
            .iter()
            .enumerate()
            .map(|(at, v)| ((at as u64 + 1).wrapping_mul(seed | 1).rotate_left(29), v.clone()))
            .collect();
        shuffled.sort();
        let shuffled: Vec<Value> = shuffled.into_iter().map(|(_, v)| v).collect();
        // In another order, and as two traces.
        let (first, second) = shuffled.split_at(cut.min(shuffled.len()));
        let mut inference = Inference::default();
        inference.add(&trace_of(first));
        inference.add(&trace_of(second));
        let other = inference.finish();
        prop_assert_eq!(&found.types, &other.types);
        prop_assert_eq!(sides(&found), sides(&other));
        prop_assert_eq!(found.conflicts.len(), other.conflicts.len());
    }

    #[test]
    fn values_are_of_the_type_that_is_inferred(values in vec(any_value(), 1..6)) {
        let trace = trace_of(&values);
        let found = infer([&trace]);
        let again = found.types.get("x").expect("a type").to_string().parse();
        prop_assert_eq!(again.as_ref(), Ok(found.types.get("x").expect("a type")));
        if found.conflicts.is_empty() {
            prop_assert_eq!(found.types.check(&trace), vec![]);
            let typed = trace.with_types(&found.types);
            let (declared, bad) = itf::types::Types::declared(&typed);
            prop_assert!(bad.is_empty());
            prop_assert_eq!(declared.check(&typed), vec![]);
        }
    }
}
