use itf::Trace;
use itf::diff::{Options, diff_traces};

/// A small trace of bytes: values are drawn from few, so that states are often equal or nearly so.
fn trace(bytes: &[u8]) -> Trace {
    let states: Vec<String> = bytes
        .chunks(3)
        .map(|c| {
            let at = |n: usize| c.get(n).copied().unwrap_or(0);
            let (set, list): (Vec<u8>, Vec<u8>) = ((0..at(0) % 4).collect(), (0..at(1) % 3).rev().collect());
            format!(
                r##"{{"x": {}, "s": {{"#set": {set:?}}}, "l": {list:?}, "m": {{"#map": [[1, {}], [2, {{"tag": "T{}", "value": 1}}]]}}}}"##,
                at(0) % 5,
                at(1) % 4,
                at(2) % 3
            )
        })
        .collect();
    let text = format!(r#"{{"vars": ["x", "s", "l", "m"], "states": [{}]}}"#, states.join(","));
    itf::read(text.as_bytes()).expect(&text).remove(0)
}

/// A patch makes of one trace the other, and reversed it goes back; the same has no difference; no order matters.
pub fn law(input: &[u8]) {
    let input = crate::halves(input);
    let (left, right) = (trace(&input.0[..input.0.len().min(60)]), trace(&input.1[..input.1.len().min(60)]));
    let diff = diff_traces(&left, &right, &Options::default());
    assert_eq!(diff.is_same(), left == right);
    let patch = itf::diff::Patch::between(&left, &right, &diff.pairs);
    assert_eq!(patch.apply(&left).as_ref(), Ok(&right));
    assert_eq!(patch.reversed().apply(&right).as_ref(), Ok(&left));
    let json = serde_json::to_string(&patch).expect("a patch");
    assert_eq!(serde_json::from_str::<itf::diff::Patch>(&json).expect(&json), patch);
}
