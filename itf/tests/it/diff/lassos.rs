//! Diffs of lassos, against the infinite words as far as they need to be written down.

use itf::diff::{Options, Remark, diff_traces};
use itf::{Record, State, Trace};
use proptest::prelude::*;

/// No two periodic words of lassos this short agree for so long and differ later.
const LONG: usize = 60;

fn lasso() -> impl Strategy<Value = Trace> {
    // Few letters, so that words are often the same.
    (prop::collection::vec(0..2_i64, 1..7), any::<prop::sample::Index>()).prop_map(|(letters, back)| {
        let states = letters.iter().map(|n| State::from(Record::from_iter([("x", *n)])));
        Trace { loop_index: Some(back.index(letters.len()) as u64), ..Trace::new(["x"], states) }
    })
}

fn word(trace: &Trace) -> Vec<i64> {
    trace.unrolled().take(LONG).filter_map(|s| s.get("x")?.as_i64()).collect()
}

/// Whether two words are the same from some state of each on: entered anywhere in the first turns.
fn same_end(a: &[i64], b: &[i64]) -> bool {
    let ends =
        |word: &[i64]| -> Vec<Vec<i64>> { (6..12).map(|at| word[at..at + LONG / 2].to_vec()).collect() };
    ends(a).iter().any(|end| ends(b).contains(end))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn lassos_are_the_same_exactly_when_their_words_are(a in lasso(), b in lasso()) {
        let diff = diff_traces(&a, &b, &Options::default());
        let (left, right) = (word(&a), word(&b));
        prop_assert_eq!(diff.is_same(), left == right, "{:?}", diff);
        if diff.is_same() {
            // Not by being written alike: then it is told.
            let alike = a.states == b.states && a.loop_index == b.loop_index;
            prop_assert!(alike || diff.remarks.contains(&Remark::SameWord), "{:?}", diff.remarks);
        } else {
            let cycles = diff.remarks.iter().any(|remark| matches!(remark, Remark::SameCycle { .. }));
            prop_assert_eq!(cycles, same_end(&left, &right), "{:?} {:?} {:?}", left, right, diff.remarks);
        }
        // A lasso is no finite trace.
        let finite = Trace { loop_index: None, ..a.clone() };
        prop_assert!(!diff_traces(&a, &finite, &Options::default()).is_same());
    }
}
