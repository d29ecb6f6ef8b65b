use itf::render::{ShowOptions, escape, show_html, show_markdown};
use itf::{Record, State, Trace, Value};

/// No text of a trace acts: not on a terminal, not in a page, not in Markdown's raw HTML.
pub fn law(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let (name, text) = text.split_once('\n').unwrap_or(("", text));
    let quiet = escape(text);
    assert!(!quiet.chars().any(char::is_control), "{quiet:?}");
    assert!(
        !quiet.chars().any(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')),
        "{quiet:?}"
    );
    if name.is_empty() || name.starts_with('#') {
        return;
    }
    let state = |value: &str| State::from(Record::from_iter([(name, Value::from(value))]));
    let trace = Trace::new([name], [state(text), state("other")]);
    let calm = name.replace(|c: char| !c.is_ascii_alphanumeric(), "n");
    let still = Trace::new(
        [calm.as_str()],
        [
            State::from(Record::from_iter([(calm.as_str(), Value::from("text"))])),
            State::from(Record::from_iter([(calm.as_str(), Value::from("other"))])),
        ],
    );
    // A hostile trace has exactly the scripts, styles and frames of a harmless one.
    let (hostile, harmless) = (
        show_html(&trace, text, &ShowOptions::default()),
        show_html(&still, "title", &ShowOptions::default()),
    );
    for tag in ["<script", "<style", "<iframe", "<img", "<svg", "<a ", "<form", "<base", "<link", "<object"] {
        assert_eq!(hostile.matches(tag).count(), harmless.matches(tag).count(), "{tag} of {text:?}");
    }
    let _ = show_markdown(&trace, text, &ShowOptions::default());
}
