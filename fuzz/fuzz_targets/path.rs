//! A path that was printed parses as itself, and so does a pattern; an error points into the text.
#![no_main]

use itf::{Path, Pattern};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
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
});
