use itf::{Layout, Reader};

/// What was read and written reads as the same.
pub fn law(input: &[u8]) {
    let mut reader = Reader::new();
    let Ok(traces) = reader.read(input) else { return };
    for layout in [Layout::Compact, Layout::Canonical] {
        let written: String = traces.iter().map(|t| itf::to_string(t, layout)).collect();
        let again = reader.read(written.as_bytes()).unwrap_or_else(|e| panic!("{e}: {written}"));
        assert_eq!(again, traces, "{written}");
    }
}
