//! The line of a file with carets under a place.

use itf::render::source_line;
use proptest::collection::vec;
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

fn lines(text: &str) -> (&str, &str) {
    let (first, rest) = text.split_once('\n').expect("two lines");
    (first, rest.strip_suffix('\n').expect("an end"))
}

/// The window may begin in the middle of a wide character: the caret stays where it belongs.
#[test]
fn a_wide_character_at_the_edge_keeps_its_room() {
    for blanks in 0..3 {
        let before = format!("{}{}", " ".repeat(blanks), "漢".repeat(60));
        let shown = source_line(format!("{before}@{}", "a".repeat(60)).as_bytes(), before.len(), 7);
        let (line, carets) = lines(&shown);
        let column = carets[..carets.find('^').expect("a caret")].width();
        assert_eq!(line[..line.find('@').expect("the place")].width(), column, "{shown}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_bytes_make_two_lines_that_fit(
        bytes in vec(prop_oneof![any::<u8>(), Just(b'\n'), 32..127_u8, Just(0xe2), Just(0x80), Just(0xae)], 0..1500),
        at in 0..1600_usize,
        line in 1..100_000_usize,
    ) {
        let shown = source_line(&bytes, at, line);
        let (text, carets) = lines(&shown);
        prop_assert!(!carets.contains('\n') && carets.contains('^'), "{shown}");
        prop_assert!(text.width() <= 115 && carets.width() <= 115, "{shown}");
        let acts = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        prop_assert!(!text.contains(acts), "{shown:?}");
    }

    #[test]
    fn the_caret_is_under_the_place(
        before in "[ -?A-~漢é\n]{0,600}",
        after in "[ -?A-~漢é\n]{0,600}",
    ) {
        let text = format!("{before}@{after}");
        let shown = source_line(text.as_bytes(), before.len(), 7);
        let (line, carets) = lines(&shown);
        let column = carets[..carets.find('^').expect("a caret")].width();
        let mut width = 0;
        let under = line.chars().find(|c| {
            let here = width;
            width += c.to_string().width();
            here == column
        });
        prop_assert_eq!(under, Some('@'), "{}", shown);
    }
}
