use std::sync::LazyLock;

use itf::Trace;
use itf::expr::Expr;

/// Every kind of value once.
static TRACE: LazyLock<Trace> = LazyLock::new(|| {
    let text = br##"{"vars": ["i", "b", "s", "l", "t", "r", "set", "m", "v"], "states": [
      {"i": 3, "b": true, "s": "a", "l": [1, 2], "t": {"#tup": [1, "x"]}, "r": {"f": 1, "g": "y"},
       "set": {"#set": [1, 2, 3]}, "m": {"#map": [["a", 1], ["b", 2]]}, "v": {"tag": "Some", "value": 4}},
      {"i": 4, "b": false, "s": "b", "l": [], "t": {"#tup": [2, "x"]}, "r": {"f": 2, "g": "y"},
       "set": {"#set": []}, "m": {"#map": []}, "v": {"tag": "None", "value": {"#tup": []}}}]}"##;
    itf::read(text).expect("a trace").remove(0)
});

/// An expression has a value or an error with a place, within limits; the same text has the same value again.
pub fn law(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let expr = match Expr::parse(text) {
        Ok(expr) => expr,
        Err(error) => {
            assert!(error.report(text).contains('^') || text.trim().is_empty(), "{}", error.report(text));
            return;
        }
    };
    let (before, after) = (&TRACE.states[0], &TRACE.states[1]);
    let outcome = if expr.is_step() { expr.eval_step(before, after) } else { expr.eval(before) };
    let again = if expr.is_step() { expr.eval_step(before, after) } else { expr.eval(before) };
    match (outcome, again) {
        (Ok(one), Ok(two)) => assert_eq!(one, two),
        (Err(one), Err(two)) => assert_eq!(one.report(text), two.report(text)),
        (one, two) => panic!("{one:?} {two:?}"),
    }
}
