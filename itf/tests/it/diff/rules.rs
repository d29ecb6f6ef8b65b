//! Equality that people state, and what is said about it.

use itf::diff::{
    DiffDocument, Entry, HeaderDifference, Mode, Options, Patch, Remark, Rules, TraceDiff, Word, diff_prefix,
    diff_traces, nearest, observe,
};
use itf::{Label, Reader, Record, Trace, Value};

use super::machine::{Random, run, with};

fn read(text: &str) -> Vec<Trace> {
    itf::read(text.as_bytes()).expect("ITF")
}

fn under(rules: &str, left: &Trace, right: &Trace) -> TraceDiff {
    let rules = Rules::parse(rules).unwrap_or_else(|e| panic!("{rules}: {e}"));
    diff_traces(left, right, &Options { rules, ..Options::default() })
}

fn one(text: &str) -> Trace {
    read(&format!(r#"{{"vars":["s"],"states":[{{"s":{text}}}]}}"#)).remove(0)
}

#[test]
fn each_rule_makes_equal_what_it_says_and_nothing_else() {
    // The rule, two values that it makes equal, and a third that stays different.
    let cases = [
        ("ignore = ['s.x']", r#"{"x":1,"y":2}"#, r#"{"x":3,"y":2}"#, r#"{"x":1,"y":9}"#),
        ("only = ['s.y']", r#"{"x":1,"y":2}"#, r#"{"x":3,"y":2}"#, r#"{"x":1,"y":9}"#),
        ("keep = ['s.y']", r#"{"x":1,"y":2}"#, r#"{"x":3,"y":2}"#, r#"{"x":1,"y":9}"#),
        ("drop = ['**.x']", r#"[{"x":1,"y":2}]"#, r#"[{"x":3,"y":2}]"#, r#"[{"x":1,"y":9}]"#),
        ("rename = { 's.a' = 'b' }", r#"{"a":1}"#, r#"{"b":1}"#, r#"{"c":1}"#),
        ("tolerance = { 's[*]' = 2 }", "[1,5]", "[3,4]", "[4,5]"),
        ("tolerance = { 's' = 2 }", r##"{"#tup":[1,5]}"##, r##"{"#tup":[3,4]}"##, r##"{"#tup":[4,4]}"##),
        ("list-as-set = ['s.l']", r#"{"l":[1,2]}"#, r#"{"l":[2,1,1]}"#, r#"{"l":[1]}"#),
        ("redact = ['s.k']", r#"{"k":"a","v":1}"#, r#"{"k":"b","v":1}"#, r#"{"k":"a","v":2}"#),
        ("partial = true", r#"{"x":1,"y":2}"#, r#"{"x":1}"#, r#"{"x":2}"#),
        ("[names]\na = 'b'", r##"{"#map":[["a",1]]}"##, r##"{"#map":[["b",1]]}"##, r##"{"#map":[["c",1]]}"##),
        (
            "ignore = ['s{}~RRQ.n']",
            r##"{"#set":[{"tag":"RRQ","value":{"n":1,"m":1}}]}"##,
            r##"{"#set":[{"tag":"RRQ","value":{"n":2,"m":1}}]}"##,
            r##"{"#set":[{"tag":"ACK","value":{"n":2,"m":1}}]}"##,
        ),
        (
            "ignore = ['s{kind: \"A\"}.n']",
            r##"{"#set":[{"kind":"A","n":1},{"kind":"B","n":1}]}"##,
            r##"{"#set":[{"kind":"A","n":2},{"kind":"B","n":1}]}"##,
            r##"{"#set":[{"kind":"A","n":1},{"kind":"B","n":2}]}"##,
        ),
    ];
    for (rules, left, right, other) in cases {
        let (left, right, other) = (one(left), one(right), one(other));
        assert!(
            !diff_traces(&left, &right, &Options::default()).is_same(),
            "{rules}: they differ without it"
        );
        let same = under(rules, &left, &right);
        assert!(same.is_same(), "{rules}: {same:?}");
        assert!(!under(rules, &left, &other).is_same(), "{rules}");
    }
}

#[test]
fn what_was_tolerated_is_said() {
    let t = read(
        r#"[{"vars":["clock","x"],"states":[{"clock":1,"x":1},{"clock":2,"x":2},{"clock":3,"x":3}]},
            {"vars":["clock","x"],"states":[{"clock":1,"x":1},{"clock":7,"x":2},{"clock":8,"x":4}]}]"#,
    );
    let ignored = under("ignore = ['clock']", &t[0], &t[1]);
    assert_eq!(ignored.tolerated[0].rule, "--ignore clock");
    assert_eq!(ignored.tolerated[0].states, 2);
    assert_eq!(ignored.tolerated[0].example.as_ref().expect("an example").path.to_string(), "clock");
    let near = under("[tolerance]\nclock = 5", &t[0], &t[1]);
    assert_eq!((near.tolerated[0].rule.as_str(), near.tolerated[0].states), ("--tolerance clock=5", 2));
    let [Entry::Pair(pair)] = &near.entries[..] else { panic!("{near:?}") };
    assert_eq!(pair.new[0].difference.to_string(), "x: 3 → 4");
    let dropped = under("drop = ['clock']", &t[0], &t[1]);
    assert!(dropped.tolerated.is_empty(), "what is not looked at is not counted");
}

#[test]
fn a_broken_rules_file_is_told_with_line_and_column() {
    let cases = [
        ("ignore = [\"ok\", \"a{\"]", 1, 17),
        ("\n[tolerance]\nx = \"two\"", 3, 5),
        ("[tolerance]\n\"x\" = -1", 2, 1),
        ("unknown = 1", 1, 1),
        ("[rename]\n\"a{}\" = \"b\"", 2, 1),
        ("ignore = [", 1, 11),
    ];
    for (text, line, column) in cases {
        let error = Rules::parse(text).expect_err(text);
        assert_eq!((error.line(), error.column()), (line, column), "{text}: {error}");
    }
}

#[test]
fn a_key_decides_which_elements_are_the_same() {
    let element = |name: &str, a: i32, b: i32| format!(r#"{{"name":"{name}","a":{a},"b":{b},"c":{b}}}"#);
    let set = |elements: [String; 2]| one(&format!(r##"{{"#set":[{}]}}"##, elements.join(",")));
    // Without the key `p` looks like what `q` was.
    let left = set([element("p", 1, 1), element("q", 2, 2)]);
    let right = set([element("p", 2, 2), element("q", 1, 1)]);
    let keyed = under("[key]\ns = ['name']", &left, &right);
    let [Entry::Pair(pair)] = &keyed.entries[..] else { panic!("{keyed:?}") };
    let paths: Vec<String> = pair.new.iter().map(|new| new.difference.path.to_string()).collect();
    assert_eq!(paths.len(), 6, "{paths:?}");
    assert!(paths.iter().all(|path| path.starts_with("s{name: ")), "{paths:?}");
    let free = diff_traces(&left, &right, &Options::default());
    let [Entry::Pair(pair)] = &free.entries[..] else { panic!("{free:?}") };
    assert_eq!(pair.new.len(), 2, "only the names differ");
}

#[test]
fn meta_is_compared_only_when_asked() {
    let t = read(
        r##"[{"#meta":{"seed":1},"vars":["x"],"states":[{"#meta":{"index":0},"x":1}]},
            {"#meta":{"seed":2},"vars":["x"],"states":[{"#meta":{"index":5},"x":1}]}]"##,
    );
    assert!(diff_traces(&t[0], &t[1], &Options::default()).is_same());
    let diff = diff_traces(&t[0], &t[1], &Options { meta: true, ..Options::default() });
    let [HeaderDifference::Meta(difference)] = &diff.header[..] else { panic!("{diff:?}") };
    assert!(difference.to_string().ends_with("seed: 1 → 2"), "{difference}");
    let [Entry::Pair(pair)] = &diff.entries[..] else { panic!("{diff:?}") };
    assert!(pair.new[0].difference.to_string().ends_with("index: 0 → 5"));
}

fn numbers(states: &[i64]) -> Trace {
    let states: Vec<String> = states.iter().map(|n| format!(r#"{{"x":{n}}}"#)).collect();
    read(&format!(r#"{{"vars":["x"],"states":[{}]}}"#, states.join(","))).remove(0)
}

#[test]
fn repeated_and_intermediate_states_can_be_left_out() {
    let (left, right) = (numbers(&[1, 2, 3]), numbers(&[1, 1, 2, 2, 2, 3]));
    assert!(!diff_traces(&left, &right, &Options::default()).is_same());
    let stutter = diff_traces(&left, &right, &Options { stutter: true, ..Options::default() });
    assert!(stutter.is_same(), "{stutter:?}");
    assert_eq!(stutter.pairs, [(0, 0), (1, 2), (2, 5)], "the indices are those of the files");
    assert!(stutter.remarks.iter().any(|r| matches!(r, Remark::Stuttering { states: 3, .. })));

    let between = numbers(&[1, 7, 8, 2, 9, 3]);
    let diff = diff_traces(&left, &between, &Options { intermediate: true, ..Options::default() });
    assert!(diff.is_same(), "{diff:?}");
    assert_eq!((diff.tolerated[0].rule.as_str(), diff.tolerated[0].states), ("--intermediate", 3));
    let back = diff_traces(&between, &left, &Options { intermediate: true, ..Options::default() });
    assert!(!back.is_same(), "only the observed side may have more");
}

#[test]
fn a_patch_makes_the_other_trace_exactly() {
    for seed in 0..60 {
        let mut random = Random(seed);
        let left = run(&mut random, 25);
        let mut right = left.clone();
        right.meta.set("seed", 7.into());
        for _ in 0..random.below(4) {
            let at = random.below(right.states.len());
            right.states.remove(at);
        }
        let from = random.below(right.states.len());
        for state in &mut right.states[from..] {
            *state = with(state, "clock", |_| Value::variant("None", Value::Null));
            state.meta.set("index", from.into());
        }
        right.states.insert(random.below(right.states.len()), numbers(&[1]).states.remove(0));
        let diff = diff_traces(&left, &right, &Options::default());
        let patch = Patch::between(&left, &right, &diff.pairs);
        let document =
            DiffDocument { names: ["l".into(), "r".into()], diff, patch: Some(patch), traces: Some([1, 1]) };
        let again = DiffDocument::parse(&document.to_json()).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        assert_eq!(again, document, "seed {seed}");
        let patch = again.patch.expect("a patch");
        assert_eq!(patch.apply(&left).as_ref(), Ok(&right), "seed {seed}");
        assert_eq!(patch.reversed().apply(&right).as_ref(), Ok(&left), "seed {seed}");
        assert!(patch.apply(&right).is_err(), "seed {seed}: it fits nothing else");
    }
}

#[test]
fn reading_in_step_stops_at_the_first_difference() {
    let text = |trace: &Trace| itf::to_string(trace, itf::Layout::Compact);
    let in_step = |left: &[u8], right: &[u8]| {
        let (mut a, mut b) = (Reader::new(), Reader::new());
        let diff = diff_prefix(&mut a.events(left), &mut b.events(right), &Options::default());
        diff.expect("ITF").expect("a trace")
    };
    let left = run(&mut Random(11), 30);
    let same = in_step(text(&left).as_bytes(), text(&left).as_bytes());
    assert!(same.is_same() && same.remarks.is_empty(), "{same:?}");
    let mut right = left.clone();
    right.states[17] = with(&right.states[17], "clock", |_| Value::from(-1));
    // What follows the difference need not even be ITF.
    let whole = text(&right);
    let edit = whole.find(r#""-1""#).expect("the edit");
    let next = edit + whole[edit..].find(r#"{"clock""#).expect("the next state");
    let broken = format!("{}oops", &whole[..next]);
    let stopped = in_step(text(&left).as_bytes(), broken.as_bytes());
    let whole = diff_traces(&left, &right, &Options { mode: Mode::Prefix, ..Options::default() });
    assert_eq!(stopped.entries, whole.entries);
    assert_eq!(stopped.pairs, whole.pairs);
    assert!(stopped.remarks.contains(&Remark::Stopped));
    let mut shorter = left.clone();
    shorter.states.truncate(20);
    let ended = in_step(text(&left).as_bytes(), text(&shorter).as_bytes());
    assert!(matches!(&ended.entries[..], [Entry::Only(only)] if only.at == 20), "{ended:?}");
}

#[test]
fn observations_speak_of_missing_unexpected_and_wrong() {
    let state = |text: &str| one(text).states.remove(0).value;
    let expected = state(r##"{"zone":{"#set":["a","b"]},"root":1,"epoch":3,"clock":10}"##);
    let observed = state(r##"{"zone":{"#set":["b","c"]},"root":2,"clock":11}"##);
    let rules = Rules::parse("partial = true\n[tolerance]\n's.clock' = 1").expect("rules");
    let observation = observe(&expected, &observed, &rules);
    let words: Vec<(Word, String)> =
        observation.findings.iter().map(|f| (f.word, f.difference.path.to_string())).collect();
    let at = |word, path: &str| (word, path.to_owned());
    assert_eq!(
        words,
        [at(Word::WrongValue, "s.root"), at(Word::Missing, "s.zone{}"), at(Word::Unexpected, "s.zone{}")]
    );
    assert_eq!(observation.not_observed[0].difference.path.to_string(), "s.epoch");
    assert_eq!(observation.tolerated[0].0, "--tolerance s.clock=1");
    assert_eq!(observation.summary(), "differs in 3 places");
}

#[test]
fn the_nearest_successor_comes_first() {
    let state = |x: i64, y: &str| Record::from_iter([("x", Value::from(x)), ("y", Value::from(y))]);
    let label = |name: &str| Some(Label::new(name, Record::default()));
    let allowed = [
        (label("Reset"), state(0, "none")),
        (label("Incr"), state(2, "one")),
        (label("Skip"), state(1, "one")),
    ];
    let ranked = nearest(&allowed, &state(5, "one"), &Rules::default());
    let order: Vec<usize> = ranked.iter().map(|candidate| candidate.index).collect();
    assert_eq!(order, [1, 2, 0]);
    assert_eq!(ranked[0].to_string(), "action Incr, differs in one place");
}

#[test]
fn limits_are_options_and_reaching_one_is_told() {
    let many = |seed: i64| {
        let items: Vec<String> =
            (0..40).map(|n| format!(r#"{{"a":{},"b":{n},"c":{n}}}"#, n * seed)).collect();
        one(&format!(r##"{{"#set":[{}]}}"##, items.join(",")))
    };
    let limited = |limits: itf::diff::Limits| {
        diff_traces(&many(2), &many(3), &Options { limits, ..Options::default() })
    };
    let free = itf::diff::Limits::default();
    assert!(limited(free).remarks.is_empty());
    let few = limited(itf::diff::Limits { elements: 10, ..free });
    assert!(matches!(&few.remarks[..], [Remark::TooManyElements { .. }]), "{:?}", few.remarks);
    let shallow = limited(itf::diff::Limits { depth: 0, ..free });
    assert!(shallow.remarks.iter().any(|r| matches!(r, Remark::TooDeep { .. })) || shallow.is_same());
}
