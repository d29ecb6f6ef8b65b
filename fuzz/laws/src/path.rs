use itf::{Path, Pattern};

/// A path that was printed parses as itself, and so does a pattern; an error points into the text.
pub fn law(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match text.parse::<Path>() {
        Ok(path) => assert_eq!(path.to_string().parse::<Path>().as_ref(), Ok(&path), "{path}"),
        Err(error) => {
            assert!(error.offset() <= text.len() && text.is_char_boundary(error.offset()));
            let _ = error.report();
        }
    }
    if let Ok(pattern) = text.parse::<Pattern>() {
        assert!(pattern.to_string().parse::<Pattern>().is_ok(), "{pattern}");
    }
}
