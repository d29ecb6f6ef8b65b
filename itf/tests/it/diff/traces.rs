//! What is and what is not a difference of traces.

use itf::diff::{Entry, HeaderDifference, Limits, Mode, Options, Remark, Side, TraceDiff, diff_traces};
use itf::{Reader, Trace};

use super::machine::{Random, run};

fn read(text: &str) -> Trace {
    Reader::new().read(text.as_bytes()).expect("a trace").remove(0)
}

fn diff(left: &str, right: &str) -> TraceDiff {
    diff_traces(&read(left), &read(right), &Options::default())
}

fn numbers(states: &[i64], back: Option<u64>) -> String {
    let states: Vec<String> = states.iter().map(|n| format!(r#"{{"x":{n}}}"#)).collect();
    let back = back.map_or(String::new(), |back| format!(r#""loop":{back},"#));
    format!(r#"{{"vars":["x"],{back}"states":[{}]}}"#, states.join(","))
}

#[test]
fn meta_order_and_the_encoding_of_unit_make_no_difference() {
    let left = r##"{"#meta":{"a":1},"vars":["x","y"],"states":[
        {"#meta":{"index":0},"x":{"#set":[1,2]},"y":{"tag":"None","value":{"#tup":[]}}},
        {"#meta":{"index":1},"x":{"#map":[[1,2],[3,4]]},"y":{"tag":"Some","value":{"a":null,"b":2}}}]}"##;
    let right = r##"{"vars":["y","x"],"states":[
        {"y":{"tag":"None","value":null},"x":{"#set":[2,1,2]}},
        {"y":{"value":{"b":2,"a":{}},"tag":"Some"},"x":{"#map":[[3,4],[1,2]]}}]}"##;
    let diff = diff(left, right);
    assert!(diff.is_same(), "{diff:?}");
}

#[test]
fn what_general_tools_take_for_equal_differs() {
    let value = |text: &str| format!(r#"{{"vars":["x"],"states":[{{"x":{text}}}]}}"#);
    let pairs = [
        ("[1,2]", "[2,1]"),
        (r##"{"#map":[["a","b"]]}"##, r##"{"#map":[["b","a"]]}"##),
        ("9007199254740992", "9007199254740993"),
        (r##"{"#set":[1]}"##, "[1]"),
        (r##"{"#tup":[1]}"##, "[1]"),
        (r##"{"#unserializable":"a"}"##, r#""a""#),
    ];
    for (left, right) in pairs {
        assert!(!diff(&value(left), &value(right)).is_same(), "{left} and {right}");
    }
}

#[test]
fn swapped_states_have_moved() {
    let trace = run(&mut Random(3), 30);
    let mut other = trace.clone();
    other.states.swap(8, 20);
    let diff = diff_traces(&trace, &other, &Options::default());
    let moved: Vec<Option<usize>> = diff
        .entries
        .iter()
        .map(|entry| match entry {
            Entry::Only(only) => only.moved,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(moved, [Some(20), Some(20), Some(8), Some(8)]);
}

#[test]
fn parameters_may_be_repeated_but_not_changed() {
    let once = r#"{"params":["N"],"vars":["x"],"states":[{"N":3,"x":1},{"x":2}]}"#;
    let always = r#"{"params":["N"],"vars":["x"],"states":[{"N":3,"x":1},{"N":3,"x":2}]}"#;
    let other = r#"{"params":["N"],"vars":["x"],"states":[{"N":4,"x":1},{"x":2}]}"#;
    assert!(diff(once, always).is_same());
    let changed = diff(always, other);
    assert_eq!(changed.entries.len(), 1, "told once: {changed:?}");
}

#[test]
fn declared_names_are_compared_as_sets() {
    let left = r#"{"vars":["x","y","y"],"states":[{"x":1,"y":1}]}"#;
    assert!(diff(left, r#"{"vars":["y","x"],"states":[{"x":1,"y":1}]}"#).is_same());
    let without = diff(left, r#"{"vars":["x"],"states":[{"x":1}]}"#);
    assert!(matches!(&without.header[..], [HeaderDifference::Variable { name, .. }] if name == "y"));
    assert!(without.entries.is_empty(), "told once: {without:?}");
}

#[test]
fn lassos_are_compared_as_what_they_stand_for() {
    let rolled = numbers(&[1, 2, 3], Some(1));
    let unrolled = numbers(&[1, 2, 3, 2, 3, 2], Some(4));
    let same = diff(&rolled, &unrolled);
    assert!(same.is_same() && same.remarks == [Remark::SameWord], "{same:?}");
    assert!(!diff(&rolled, &numbers(&[1, 2, 3], Some(2))).is_same());
    assert!(!diff(&rolled, &numbers(&[1, 2, 3], None)).is_same());
    let later = diff(&rolled, &numbers(&[1, 1, 1, 2, 3], Some(3)));
    assert!(later.remarks.contains(&Remark::SameCycle { left: 1, right: 3 }), "{later:?}");
    assert!(later.header.is_empty(), "the loops begin at corresponding states: {later:?}");
}

#[test]
fn readers_need_not_be_shared() {
    let trace = run(&mut Random(5), 25);
    let text = itf::to_string(&trace, itf::Layout::Compact);
    assert!(diff_traces(&read(&text), &read(&text), &Options::default()).is_same());
    assert!(diff_traces(&read(&text), &trace, &Options::default()).is_same());
}

#[test]
fn a_step_that_did_something_else_is_told_once() {
    let trace = |action: &str| {
        format!(
            r#"{{"vars":["action","x"],"states":[{{"action":"init","x":0}},{{"action":"{action}","x":1}},
            {{"action":"stop","x":2}}]}}"#
        )
    };
    let diff = diff(&trace("send"), &trace("receive"));
    let [Entry::Pair(pair)] = &diff.entries[..] else { panic!("{:?}", diff.entries) };
    let labels: Vec<&str> = pair.labels.iter().flatten().map(|label| label.name.as_str()).collect();
    assert_eq!((pair.left, &labels[..]), (1, &["send", "receive"][..]));
}

#[test]
fn empty_traces_are_the_same() {
    assert!(diff(r#"{"states":[]}"#, r#"{"states":[]}"#).is_same());
    assert!(!diff(r#"{"states":[]}"#, r#"{"vars":["x"],"states":[{"x":1}]}"#).is_same());
}

#[test]
fn long_traces_with_nothing_in_common_end_soon() {
    let left: Vec<i64> = (0..1500).collect();
    let right: Vec<i64> = (0..1500).map(|n| -1 - n * n % 1009).collect();
    let diff = diff(&numbers(&left, None), &numbers(&right, None));
    assert!(!diff.is_same());
    assert!(diff.remarks.contains(&Remark::TooManyStates));
}

#[test]
fn what_only_one_trace_recorded_is_told_once_and_is_no_difference_of_states() {
    let traces = itf::read(
        br#"[{"vars":["x"],"states":[{"x":0},{"x":1},{"x":2}]},
             {"vars":["x","seen"],"states":[{"x":0,"seen":5},{"x":1,"seen":6},{"x":3,"seen":7}]}]"#,
    )
    .expect("ITF");
    let diff = diff_traces(&traces[0], &traces[1], &Options::default());
    let name = "seen".to_owned();
    assert_eq!(diff.header, [HeaderDifference::Variable { name, side: Side::Right }]);
    assert_eq!(diff.counts.equal, 2);
    let [Entry::Pair(pair)] = &diff.entries[..] else { panic!("{:?}", diff.entries) };
    assert_eq!((pair.left, pair.new.len()), (2, 1));
}

fn in_mode(left: &str, right: &str, mode: Mode) -> TraceDiff {
    diff_traces(&read(left), &read(right), &Options { mode, ..Options::default() })
}

#[test]
fn modes_decide_which_states_correspond() {
    let (left, right) = (numbers(&[1, 2, 3, 4], None), numbers(&[1, 3, 4], None));
    assert_eq!(in_mode(&left, &right, Mode::Auto).pairs, [(0, 0), (2, 1), (3, 2)]);
    let by_index = in_mode(&left, &right, Mode::Index);
    assert_eq!(by_index.pairs, [(0, 0), (1, 1), (2, 2)]);
    assert_eq!(by_index.counts.equal, 1);
    let prefix = in_mode(&left, &right, Mode::Prefix);
    assert_eq!((prefix.entries.len(), &prefix.remarks[..]), (1, &[Remark::Stopped][..]), "{prefix:?}");
    let beginning = in_mode(&left, &numbers(&[1, 2], None), Mode::Prefix);
    assert!(matches!(&beginning.entries[..], [Entry::Only(only)] if only.at == 2), "{beginning:?}");
}

#[test]
fn by_action_equal_labels_correspond() {
    let trace = |steps: &[(&str, i64)]| {
        let states = steps.iter().map(|(a, x)| format!(r#"{{"action":"{a}","x":{x}}}"#));
        format!(r#"{{"vars":["action","x"],"states":[{}]}}"#, states.collect::<Vec<_>>().join(","))
    };
    let left = trace(&[("init", 0), ("send", 1), ("receive", 2), ("stop", 3)]);
    let right = trace(&[("init", 0), ("receive", 1), ("stop", 2)]);
    let diff = in_mode(&left, &right, Mode::Action);
    assert_eq!(diff.pairs, [(0, 0), (2, 1), (3, 2)]);
    let behaviour = &diff.behaviour;
    assert_eq!((behaviour.removed, behaviour.added, behaviour.replaced), (1, 0, 0));
    assert_eq!(behaviour.actions.len(), 1, "only `send` was not taken equally often: {behaviour:?}");
    assert_eq!(behaviour.differing, ["x"]);
    assert_eq!(behaviour.agreeing, ["action"]);
}

/// What went and what came in one place are no pair, in the default mode neither, unless little else differs.
#[test]
fn steps_of_different_actions_are_no_pair() {
    let trace = |steps: &[(&str, i64)]| {
        let variables = |x: i64| {
            (0..8)
                .map(|v| [r#","v"#, &v.to_string(), "\":", &(100 * v + x).to_string()].concat())
                .collect::<String>()
        };
        let states = steps.iter().map(|(a, x)| format!(r#"{{"action":"{a}"{}}}"#, variables(*x)));
        format!(r#"{{"vars":["action"],"states":[{}]}}"#, states.collect::<Vec<_>>().join(","))
    };
    let left = trace(&[("init", 0), ("a", 11), ("b", 12), ("c", 13), ("d", 14)]);
    let right = trace(&[("init", 0), ("c", 23), ("e", 77)]);
    for (left, right, pairs) in [(&left, &right, [(0, 0), (3, 1)]), (&right, &left, [(0, 0), (1, 3)])] {
        for mode in [Mode::Auto, Mode::Action] {
            let diff = in_mode(left, right, mode);
            assert_eq!(diff.pairs, pairs, "{mode:?}");
            assert_eq!(diff.behaviour.replaced, 0, "{mode:?}");
        }
    }
    // Little else differs: the default mode says that the step does something else, and by action it is another step.
    let (left, right) = (trace(&[("init", 0), ("a", 1)]), trace(&[("init", 0), ("b", 1)]));
    assert_eq!(in_mode(&left, &right, Mode::Auto).pairs, [(0, 0), (1, 1)]);
    assert_eq!(in_mode(&left, &right, Mode::Action).pairs, [(0, 0)]);
    // In a band, where there is no room for another way.
    let limits = Limits { states: 1, ..Limits::default() };
    let options = Options { mode: Mode::Action, limits, ..Options::default() };
    let other = |name: &str| trace(&(0..40).map(|at| (name, at)).collect::<Vec<_>>());
    assert!(diff_traces(&read(&other("a")), &read(&other("b")), &options).pairs.is_empty());
}

#[test]
fn the_unit_of_apalache_is_a_unit() {
    let trace = |unit: &str| {
        format!(r#"{{"vars":["x","y"],"states":[{{"x":{{"tag":"None","value":{unit}}},"y":{unit}}}]}}"#)
    };
    for unit in ["null", "{}", r##"{"#tup":[]}"##] {
        assert!(diff(&trace(unit), &trace(r#""U_OF_UNIT""#)).is_same(), "{unit}");
        assert!(!diff(&trace(unit), &trace(r#""U_OF_OTHER""#)).is_same(), "{unit}");
    }
}

#[test]
fn a_value_that_left_one_place_for_another_has_moved() {
    let trace = |left: &str, right: &str| {
        format!(r##"{{"vars":["a","b"],"states":[{{"a":{{"#set":[{left}]}},"b":{{"#set":[{right}]}}}}]}}"##)
    };
    let message = r#"{"from":"ann","to":"bob"}"#;
    let diff = diff(&trace(message, ""), &trace("", message));
    let [Entry::Pair(pair)] = &diff.entries[..] else { panic!("{:?}", diff.entries) };
    assert_eq!(pair.moved, [(0, 1)]);
}
