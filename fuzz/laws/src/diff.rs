use itf::Trace;
use itf::diff::{Options, diff_traces};

/// A small trace of bytes: values are drawn from few, so that states are often equal or nearly so. The
/// elements of sets and the entries of maps are written in one order or in the other.
fn trace(bytes: &[u8], is_reversed: bool) -> Trace {
    let states: Vec<String> = bytes
        .chunks(3)
        .map(|c| {
            let at = |n: usize| c.get(n).copied().unwrap_or(0);
            let (mut set, list): (Vec<u8>, Vec<u8>) =
                ((0..at(0) % 4).collect(), (0..at(1) % 3).rev().collect());
            let mut map =
                [format!("[1, {}]", at(1) % 4), format!(r#"[2, {{"tag": "T{}", "value": 1}}]"#, at(2) % 3)];
            if is_reversed {
                set.reverse();
                map.reverse();
            }
            format!(
                r##"{{"x": {}, "s": {{"#set": {set:?}}}, "l": {list:?}, "m": {{"#map": [{}]}}}}"##,
                at(0) % 5,
                map.join(", ")
            )
        })
        .collect();
    let text = format!(r#"{{"vars": ["x", "s", "l", "m"], "states": [{}]}}"#, states.join(","));
    itf::read(text.as_bytes()).expect(&text).remove(0)
}

/// A patch makes of one trace the other, and reversed it goes back; the same has no difference; no order matters.
pub fn law(input: &[u8]) {
    let input = crate::halves(input);
    let (left, right) = (&input.0[..input.0.len().min(60)], &input.1[..input.1.len().min(60)]);
    let turned = (trace(left, true), trace(right, true));
    let (left, right) = (trace(left, false), trace(right, false));
    let diff = diff_traces(&left, &right, &Options::default());
    assert_eq!(diff.is_same(), left == right);
    assert_eq!(diff_traces(&turned.0, &turned.1, &Options::default()), diff);
    let patch = itf::diff::Patch::between(&left, &right, &diff.pairs);
    assert_eq!(patch.apply(&left).as_ref(), Ok(&right));
    assert_eq!(patch.reversed().apply(&right).as_ref(), Ok(&left));
    let json = serde_json::to_string(&patch).expect("a patch");
    assert_eq!(serde_json::from_str::<itf::diff::Patch>(&json).expect(&json), patch);
}
