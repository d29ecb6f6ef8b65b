use itf::render::{ShowOptions, escape, show, show_html, show_markdown};
use itf::{Record, State, Trace, Value};

/// Text for people and logs: no control character, no mark of direction, and no command of a runner.
fn is_calm(text: &str) {
    let acts = |c: char| {
        (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!text.chars().any(acts), "{text:?}");
    assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text:?}");
    assert!(!text.contains("##["), "{text:?}");
}

/// No text of a trace acts: not on a terminal, not in a page, not in Markdown, not in a picture's source or a module.
pub fn law(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let (name, text) = text.split_once('\n').unwrap_or(("", text));
    let quiet = escape(text);
    assert!(!quiet.contains('\n'), "{quiet:?}");
    is_calm(&quiet);
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
    is_calm(&show_markdown(&trace, text, &ShowOptions::default()));
    is_calm(&show(&trace, &ShowOptions::default()));
    let labels = itf::Labels::candidates(&trace);
    for picture in [itf::export::dot(&trace, labels.first()), itf::export::mermaid(&trace, labels.first())] {
        is_calm(&picture.text);
    }
    // Modules have the texts as they are, but no line more for one that wants to break out of its string.
    let lines = |text: &str| {
        let state = |text: &str| State::from(Record::from_iter([("x", Value::from(text))]));
        let trace = Trace::new(["x"], [state(text), state("other")]);
        let modules = [
            itf::export::to_tla_module(&trace, "m", itf::Labels::candidates(&trace).first()),
            itf::export::to_quint(&trace, "m"),
        ];
        modules.map(|module| module.text.lines().count())
    };
    assert_eq!(lines(text), lines("text"), "{text:?}");
}
