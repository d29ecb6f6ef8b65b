use itf::Layout;
use itf::tla::{parse_value, read, to_tla};

/// Whatever TLC, Apalache or somebody else wrote is read or refused; what is read is a trace that can be written, and a
/// value of TLA+ that was written reads as what is written the same.
pub fn law(input: &[u8]) {
    if let Ok(import) = read(input) {
        for trace in &import.traces {
            let written = itf::to_string(trace, Layout::Canonical);
            assert_eq!(itf::read(written.as_bytes()).expect(&written).len(), 1);
        }
    }
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Ok(value) = parse_value(text) {
        let once = to_tla(&value);
        let back = parse_value(&once).unwrap_or_else(|e| panic!("{e}: {once}"));
        assert_eq!(to_tla(&back), once);
    }
}
