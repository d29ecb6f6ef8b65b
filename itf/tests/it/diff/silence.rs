//! What must not pass in silence: rules that find nothing, places that shift, digits that get lost, loops that go on.

use itf::diff::{
    DiffDocument, Difference, Entry, Limits, Mode, Options, Patch, Remark, Rules, Side, TraceDiff,
    diff_prefix, diff_traces,
};
use itf::render::{DiffOptions, diff_markdown, json_patch, show_diff};
use itf::{Reader, Trace};

fn read(text: &str) -> Trace {
    itf::read(text.as_bytes()).expect("ITF").remove(0)
}

fn state(text: &str) -> Trace {
    read(&format!(r#"{{"vars":["x"],"states":[{{"x":{text}}}]}}"#))
}

fn under(rules: &str, left: &Trace, right: &Trace) -> TraceDiff {
    let rules = Rules::parse(rules).unwrap_or_else(|e| panic!("{rules}: {e}"));
    diff_traces(left, right, &Options { rules, ..Options::default() })
}

fn told(diff: &TraceDiff) -> Vec<String> {
    let all = |differences: &mut dyn Iterator<Item = &Difference>| -> Vec<String> {
        differences.map(ToString::to_string).collect()
    };
    let lines = diff.entries.iter().flat_map(|entry| match entry {
        Entry::Pair(pair) => all(&mut pair.new.iter().map(|new| &new.difference)),
        Entry::Only(only) => vec![format!("only {:?} {}", only.side, only.at)],
        _ => Vec::new(),
    });
    lines.collect()
}

#[test]
fn a_rule_that_finds_nothing_is_told() {
    let (left, right) = (
        state(r##"{"a":1,"l":[1],"s":{"#set":[{"k":1}]}}"##),
        state(r##"{"a":1,"l":[1],"s":{"#set":[{"k":2}]}}"##),
    );
    for (rules, selects) in [
        ("keep = ['y']", true),
        ("only = ['x.b']", true),
        ("keep = ['x', 'y']", true),
        ("ignore = ['y']", false),
        ("drop = ['x.s{}.n']", false),
        ("redact = ['x.l[3]']", false),
        ("list-as-set = ['x.a']", false),
        ("rename = { 'x.b' = 'c' }", false),
        ("tolerance = { 'y' = 1 }", false),
        ("key = { 'x.s' = ['nosuch'] }", false),
    ] {
        let diff = under(rules, &left, &right);
        let unmet: Vec<_> = diff.remarks.iter().filter(|r| matches!(r, Remark::Unmet { .. })).collect();
        let [Remark::Unmet { selects: found, .. }] = unmet[..] else { panic!("{rules}: {:?}", diff.remarks) };
        assert_eq!((*found, diff.unmet().len()), (selects, usize::from(selects)), "{rules}");
        assert!(show_diff(&diff, &DiffOptions::default()).contains(" did nothing: "), "{rules}");
    }
    for rules in [
        "keep = ['x.s']",
        "ignore = ['**.a']",
        "key = { 'x.s' = ['k'] }",
        "list-as-set = ['x.l']",
        "tolerance = { 'z' = 1 }\nrename = { 'x' = 'z' }",
    ] {
        let diff = under(rules, &left, &right);
        assert!(
            !diff.remarks.iter().any(|r| matches!(r, Remark::Unmet { .. })),
            "{rules}: {:?}",
            diff.remarks
        );
    }
}

#[test]
fn what_is_not_looked_at_is_told() {
    let trace = state(r#"{"a":1,"b":2}"#);
    let diff = under("keep = ['x.a']\ndrop = ['x.b']", &trace, &trace);
    assert!(diff.is_same());
    for text in [show_diff(&diff, &DiffOptions::default()), diff_markdown(&diff, &DiffOptions::default())] {
        assert!(text.contains("kept by --keep x.a") && text.contains("dropped by --drop x.b"), "{text}");
    }
}

#[test]
fn an_item_that_is_left_out_leaves_the_others_where_they_are() {
    let (left, right) = (state(r##"[{"#tup":[1,2,3]},[1,2,3]]"##), state(r##"[{"#tup":[9,2,4]},[9,2,4]]"##));
    let expected = ["x[0][2]: 3 → 4", "x[1][2]: 3 → 4"];
    assert_eq!(told(&under("ignore = ['x[*][0]']", &left, &right)), expected);
    assert_eq!(told(&under("drop = ['**[0]']\nignore = ['x[1][0]']", &left, &right)), expected[1..]);
    assert_eq!(told(&under("keep = ['x[*][2]']", &left, &right)), expected);
    // Whether there is such an item makes no difference either.
    assert!(under("ignore = ['x[1]']\ndrop = ['x[2]']", &state("[1]"), &state("[1,2,3]")).is_same());
}

#[test]
fn a_limit_on_depth_is_told_only_where_it_matters() {
    let depth = |depth: usize, left: &str, right: &str| {
        let limits = Limits { depth, ..Limits::default() };
        let diff = diff_traces(&state(left), &state(right), &Options { limits, ..Options::default() });
        (told(&diff), diff.remarks.iter().any(|r| matches!(r, Remark::TooDeep { .. })))
    };
    let (left, right) = (r#"{"a":{"b":{"c":1,"d":2}}}"#, r#"{"a":{"b":{"c":9,"d":2}}}"#);
    assert!(depth(1, left, right).1);
    assert_eq!(depth(2, left, right), (vec!["x.a.b.c: 1 → 9".to_owned()], false));
    // In a set it makes elements unlike.
    let set = |v: i32| format!(r##"{{"#set":[{{"a":{{"b":{{"c":{v},"d":2,"e":3}}}}}}]}}"##);
    assert!(depth(1, &set(1), &set(2)).1);
}

#[test]
fn a_part_of_a_tuple_goes_on_differing() {
    let trace = |parts: [(i32, i32); 6]| {
        let states: Vec<String> =
            parts.iter().map(|(a, b)| format!(r##"{{"t":{{"#tup":[{a},{b}]}}}}"##)).collect();
        read(&format!(r#"{{"vars":["t"],"states":[{}]}}"#, states.join(",")))
    };
    let left = trace([(1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (1, 6)]);
    let right = trace([(1, 1), (9, 2), (9, 3), (9, 44), (9, 5), (9, 6)]);
    let diff = diff_traces(&left, &right, &Options::default());
    assert_eq!(told(&diff), ["t[0]: 1 → 9", "t[1]: 4 → 44"]);
    let Entry::Pair(first) = &diff.entries[0] else { panic!("{diff:?}") };
    assert_eq!(first.new[0].lasts.until, None);
}

#[test]
fn an_entry_under_another_key_is_told_as_that() {
    let map = |entries: &str| state(&format!(r##"{{"#map":[{entries}]}}"##));
    let diff = |a: &str, b: &str| told(&diff_traces(&map(a), &map(b), &Options::default()));
    assert_eq!(diff(r#"["a",1],["c",3]"#, r#"["b",1],["c",3]"#), [r#"x: key "a" → key "b""#]);
    // Which of two it is, nobody knows.
    assert_eq!(diff(r#"["a",1],["c",1]"#, r#"["b",1],["d",1]"#).len(), 4);
}

/// The diff as a document and back, and what it makes of the traces.
fn is_patched(left: &str, right: &str) {
    let (left, right) = (read(left), read(right));
    let diff = diff_traces(&left, &right, &Options { meta: true, ..Options::default() });
    let patch = Patch::between(&left, &right, &diff.pairs);
    let document =
        DiffDocument { names: ["a".into(), "b".into()], diff, patch: Some(patch), traces: Some([1, 1]) };
    let again = DiffDocument::parse(&document.to_json()).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(again.diff, document.diff);
    assert_eq!(again.patch, document.patch);
    let patch = again.patch.expect("a patch");
    let compact = |trace: &Trace| itf::to_string(trace, itf::Layout::Compact);
    assert_eq!(compact(&patch.apply(&left).expect("it fits")), compact(&right));
    assert_eq!(compact(&patch.reversed().apply(&right).expect("it fits")), compact(&left));
}

#[test]
fn a_diff_document_keeps_every_digit() {
    is_patched(
        r##"{"#meta":{"a":1},"vars":["x"],"states":[{"#meta":{"v":1.50},"x":1.50},{"x":2}]}"##,
        r##"{"#meta":{"zz":12345678901234567890123,"y":[1.10,-0,1e2,1E400]},"vars":["x"],"more":-0.0,"states":[
            {"#meta":{"v":1.5},"x":1.5},
            {"#meta":{"w":1e2},"x":{"f":1e3,"g":{"#foo":1.10,"a":12345678901234567890123}}},{"x":-0}]}"##,
    );
}

#[test]
fn a_diff_document_nests_as_deep_as_values_do() {
    let deep = |n: usize, leaf: &str| format!("{}{leaf}{}", r##"{"#set":["##.repeat(n), "]}".repeat(n));
    let trace = |leaf: &str| format!(r#"{{"vars":["x"],"states":[{{"x":{}}}]}}"#, deep(100, leaf));
    is_patched(&trace("1"), &trace("2"));
}

#[test]
fn rfc_6902_keeps_every_digit() {
    let (left, right) = (state("1"), state("[1e3,1.10]"));
    let patch = json_patch(&left, &right, &diff_traces(&left, &right, &Options::default())).expect("a patch");
    assert!(patch.contains("1e3") && patch.contains("1.10") && !patch.contains("itf::"), "{patch}");
}

#[test]
fn keys_of_a_trace_are_compared_with_its_meta() {
    let trace = |extra: &str| read(&format!(r#"{{"vars":["x"],{extra}"states":[{{"x":1}}]}}"#));
    let (left, right) = (trace(r#""vendor":{"v":1},"#), trace(r#""vendor":{"v":2},"other":1,"#));
    assert!(diff_traces(&left, &right, &Options::default()).is_same());
    let diff = diff_traces(&left, &right, &Options { meta: true, ..Options::default() });
    let text = show_diff(&diff, &DiffOptions::default());
    assert!(text.contains("vendor.v: 1 → 2") && text.contains("+ other: 1"), "{text}");
}

fn lasso(back: usize, states: &[i32]) -> String {
    let states: Vec<String> = states.iter().map(|x| format!(r#"{{"x":{x}}}"#)).collect();
    format!(r#"{{"vars":["x"],"loop":{back},"states":[{}]}}"#, states.join(","))
}

fn in_step(left: &str, right: &str) -> TraceDiff {
    let (mut a, mut b) = (Reader::new(), Reader::new());
    let diff =
        diff_prefix(&mut a.events(left.as_bytes()), &mut b.events(right.as_bytes()), &Options::default());
    diff.expect("ITF").expect("a trace")
}

#[test]
fn lassos_part_where_their_words_do() {
    let short = lasso(1, &[0, 1, 2]);
    let longer = lasso(1, &[0, 1, 2, 1, 3]);
    let all = [
        diff_traces(&read(&short), &read(&longer), &Options::default()),
        diff_traces(&read(&short), &read(&longer), &Options { mode: Mode::Prefix, ..Options::default() }),
        diff_traces(&read(&short), &read(&longer), &Options { mode: Mode::Index, ..Options::default() }),
        in_step(&short, &longer),
    ];
    for diff in &all {
        assert_eq!(told(diff), ["x: 2 → 3"], "{diff:?}");
        assert_eq!(diff.first_divergence().and_then(|at| at.left), Some(4));
        assert!(
            diff.remarks.contains(&Remark::Unrolled { side: Side::Left, states: 3 }),
            "{:?}",
            diff.remarks
        );
    }
    let patch = Patch::between(&read(&short), &read(&longer), &all[0].pairs);
    assert_eq!(patch.apply(&read(&short)), Ok(read(&longer)));
}

#[test]
fn lassos_that_are_read_in_step_are_compared_as_words() {
    let short = lasso(1, &[0, 1, 2]);
    for same in [lasso(1, &[0, 1, 2, 1, 2]), lasso(2, &[0, 1, 2, 1]), lasso(3, &[0, 1, 2, 1, 2])] {
        for diff in [in_step(&short, &same), in_step(&same, &short)] {
            assert!(diff.is_same() && diff.remarks == [Remark::SameWord], "{diff:?}");
        }
    }
    let alike = in_step(&short, &short);
    assert!(alike.is_same() && alike.remarks.is_empty() && alike.counts.left == 3, "{alike:?}");
    // A lasso is no finite trace, however long that is.
    let finite = r#"{"vars":["x"],"states":[{"x":0},{"x":1},{"x":2},{"x":1}]}"#;
    assert!(!in_step(&short, finite).is_same() && !in_step(finite, &short).is_same());
}

#[test]
fn loops_that_return_to_other_states_of_the_same_number() {
    let (left, right) = (read(&lasso(1, &[0, 1, 2])), read(&lasso(1, &[0, 2, 1])));
    let text = show_diff(&diff_traces(&left, &right, &Options::default()), &DiffOptions::default());
    assert!(!text.contains("to state 1 → to state 1"), "{text}");
}

#[test]
fn a_step_that_only_one_trace_takes_says_what_it_changed() {
    let trace = |steps: &[(&str, i32)]| {
        let states: Vec<String> =
            steps.iter().map(|(a, y)| format!(r#"{{"action_taken":"{a}","y":{y}}}"#)).collect();
        read(&format!(r#"{{"vars":["action_taken","y"],"states":[{}]}}"#, states.join(",")))
    };
    let left = trace(&[("init", 0), ("a", 1), ("b", 2), ("a", 3), ("b", 4)]);
    let right = trace(&[("init", 0), ("a", 1), ("b", 2), ("c", 222), ("a", 3), ("b", 4)]);
    let options = Options { labels: itf::Labels::parse("fields:action_taken").ok(), ..Options::default() };
    let diff = diff_traces(&left, &right, &options);
    assert!(diff.labels.is_some(), "the steps have labels");
    let text = show_diff(&diff, &DiffOptions::default());
    assert!(text.contains("+ step 3 of right  c") && text.contains("y: 2 → 222"), "{text}");
}
