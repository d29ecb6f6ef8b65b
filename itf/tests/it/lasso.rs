//! Lassos are infinite words: compared with as many states as it takes.

use itf::{Record, State, Trace};
use proptest::prelude::*;

fn lasso() -> impl Strategy<Value = Trace> {
    // Few letters, so that words are often the same.
    (prop::collection::vec(0..2_i64, 1..7), any::<prop::sample::Index>(), any::<bool>()).prop_map(
        |(letters, back, is_lasso)| {
            let loop_index = is_lasso.then(|| back.index(letters.len()) as u64);
            let states = letters.iter().map(|n| State::from(Record::from_iter([("x", *n)])));
            Trace { loop_index, ..Trace::new(["x"], states) }
        },
    )
}

fn word(trace: &Trace) -> Vec<i64> {
    trace.unrolled().take(100).filter_map(|s| s.get("x")?.as_i64()).collect()
}

proptest! {
    #[test]
    fn same_words_are_found_and_no_others(a in lasso(), b in lasso()) {
        let both = (a.loop_index.is_some(), b.loop_index.is_some());
        let expected = both.0 == both.1 && word(&a) == word(&b);
        prop_assert_eq!(a.is_same_word(&b), expected);
        // The normal form is one: equal words, equal traces.
        let (a, b) = (a.normalized(), b.normalized());
        prop_assert_eq!(a.states == b.states && a.loop_index == b.loop_index, expected);
    }

    #[test]
    fn the_normal_form_shows_the_same_and_is_no_longer(a in lasso()) {
        let normal = a.clone().normalized();
        prop_assert!(normal.is_same_word(&a));
        prop_assert_eq!(word(&normal), word(&a));
        prop_assert!(normal.states.len() <= a.states.len());
        prop_assert_eq!(normal.clone().normalized(), normal);
    }

    #[test]
    fn the_loop_is_kept(a in lasso()) {
        for layout in [itf::Layout::Compact, itf::Layout::Canonical, itf::Layout::Pretty] {
            let again = itf::read(itf::to_string(&a, layout).as_bytes()).expect("ITF").remove(0);
            prop_assert_eq!(&again, &a);
        }
    }
}
