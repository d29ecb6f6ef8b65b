//! What was read and written reads as the same.
#![no_main]

use itf::{Layout, Reader};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut reader = Reader::new();
    let Ok(traces) = reader.read(input) else { return };
    for layout in [Layout::Compact, Layout::Canonical] {
        let written: String = traces.iter().map(|t| itf::to_string(t, layout)).collect();
        let again = reader.read(written.as_bytes()).unwrap_or_else(|e| panic!("{e}: {written}"));
        assert_eq!(again, traces, "{written}");
    }
});
