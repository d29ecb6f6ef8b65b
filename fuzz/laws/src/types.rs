use itf::types::Type;

/// A type that was printed parses as itself, and an error points into the text.
pub fn law(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match text.parse::<Type>() {
        Ok(t) => {
            let printed = t.to_string();
            assert_eq!(printed.parse::<Type>().as_ref(), Ok(&t), "{printed}");
        }
        Err(error) => {
            assert!(error.span().end <= text.len() && text.is_char_boundary(error.span().start));
            assert!(error.report().contains('^'));
        }
    }
}
