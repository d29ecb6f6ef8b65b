use itf::{Layout, Reader};

/// Canonical form is a function of the meaning: writing what was written changes nothing, neither do the spelling
/// it was read from and the store.
pub fn law(input: &[u8]) {
    let Ok(traces) = itf::read(input) else { return };
    let mut reader = Reader::new();
    for trace in &traces {
        let written = itf::to_string(trace, Layout::Canonical);
        let again = reader.read(written.as_bytes()).unwrap_or_else(|e| panic!("{e}: {written}"));
        assert_eq!(itf::to_string(&again[0], Layout::Canonical), written);
        for other in [Layout::Compact, Layout::Pretty] {
            let spelled = itf::to_string(trace, other);
            let read = itf::read(spelled.as_bytes()).unwrap_or_else(|e| panic!("{e}: {spelled}"));
            assert_eq!(itf::to_string(&read[0], Layout::Canonical), written, "{spelled}");
        }
        for (a, b) in trace.states.iter().zip(&again[0].states) {
            for (x, y) in a.value.values().iter().zip(b.value.values()) {
                // Values of two stores: equality and order are by content.
                assert!(x == y && x.cmp(y).is_eq());
            }
        }
    }
}
