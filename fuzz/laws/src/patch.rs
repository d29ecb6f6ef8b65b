use itf::diff::{DiffDocument, Patch, Rules};

/// Texts that claim to be patches, reports or rules are read or refused, and applied or refused: never more.
pub fn law(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let trace =
        itf::read(br#"{"vars": ["x"], "states": [{"x": 1}, {"x": [1, 2]}]}"#).expect("a trace").remove(0);
    if let Ok(patch) = serde_json::from_str::<Patch>(text)
        && let Ok(right) = patch.apply(&trace)
    {
        let _ = patch.reversed().apply(&right);
    }
    if let Ok(document) = DiffDocument::parse(text) {
        let _ = document.to_json();
    }
    match Rules::parse(text) {
        Ok(rules) => drop(rules.project(&trace)),
        Err(error) => assert!(error.line() >= 1 && error.column() >= 1, "{error}"),
    }
    let _ = itf::export::from_plain(text);
}
