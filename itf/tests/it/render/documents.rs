//! Documents: that they fit, that text of a trace is never markup, and that a page executes nothing.

use itf::Trace;
use itf::diff::{Options, diff_traces};
use itf::render::{
    DiffOptions, Places, ShowOptions, diff_github, diff_html, diff_markdown, diff_sarif, diff_side_by_side,
    show_diff, show_html, show_markdown,
};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::{fixture, read};

/// Text that wants to be something else.
const NASTY: [&str; 8] = [
    "</code></pre><script>alert(1)</script>",
    "```\n# heading\n@octocat #123 <!-- -->",
    "````` ` ``",
    "](javascript:x) ![x](http://example.com/x.png)",
    "::error::x%0A\r\n::stop-commands::x",
    "<details><summary>&amp;",
    "\u{1b}]0;title\u{7}\u{202e}",
    "--> *a* _b_ | c ~~d~~ $e$",
];

fn nasty_pair() -> [Trace; 2] {
    let state = |shift: usize| {
        let fields: Vec<String> = (0..NASTY.len())
            .map(|at| {
                let json = |text: &str| serde_json::Value::from(text).to_string();
                format!("{}:{}", json(NASTY[at]), json(NASTY[(at + shift) % NASTY.len()]))
            })
            .collect();
        format!("{{{}}}", fields.join(","))
    };
    let trace =
        |shifts: [usize; 3]| read(&format!(r#"{{"vars":[],"states":[{}]}}"#, shifts.map(state).join(",")));
    [trace([0, 1, 2]), trace([0, 3, 4])]
}

fn options(max_bytes: Option<usize>) -> DiffOptions {
    let names = [NASTY[1].to_owned(), NASTY[0].to_owned()];
    DiffOptions { names, max_bytes, command: Some(NASTY[1].to_owned()), ..DiffOptions::default() }
}

/// What of a text in Markdown is no code: outside of fences and spans. Panics if a fence is open at the end.
fn prose(text: &str) -> String {
    let mut prose = String::new();
    let mut fence: Option<String> = None;
    for line in text.lines() {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        match &fence {
            Some(open) if ticks.len() >= open.len() && line == ticks => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 && !line[ticks.len()..].contains('`') => fence = Some(ticks),
            None => {
                let mut rest = line;
                while let Some(start) = rest.find('`') {
                    prose.push_str(&rest[..start]);
                    let run: String = rest[start..].chars().take_while(|c| *c == '`').collect();
                    let inside = &rest[start + run.len()..];
                    let end = closing(inside, run.len()).unwrap_or_else(|| panic!("an open span in {line}"));
                    rest = &inside[end + run.len()..];
                }
                prose.push_str(rest);
                prose.push('\n');
            }
        }
    }
    assert_eq!(fence, None, "a fence is open");
    prose
}

/// Where the next run of exactly so many backticks is.
fn closing(text: &str, len: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find('`') {
        let start = at + found;
        let run = text[start..].len() - text[start..].trim_start_matches('`').len();
        if run == len {
            return Some(start);
        }
        at = start + run;
    }
    None
}

fn is_harmless(prose: &str) {
    for bad in ["script", "octocat", "#123", "javascript", "example.com", "*a*", "::error", "heading"] {
        assert!(!prose.contains(bad), "{bad} in {prose}");
    }
}

#[test]
fn text_of_a_trace_is_never_markup_in_markdown() {
    let [left, right] = nasty_pair();
    let diff = diff_traces(&left, &right, &Options::default());
    let text = diff_markdown(&diff, &options(None));
    assert!(text.contains("octocat") && text.contains("<details>"), "{text}");
    // The comment that is not shown has the name of the file, made harmless.
    let (marker, rest) = text.split_once('\n').expect("lines");
    assert_eq!(marker, "<!-- itf-diff: _/code__/pre__script_alert_1__/script_ -->");
    is_harmless(&prose(rest));
    let shown = show_markdown(&right, NASTY[1], &ShowOptions::default());
    assert!(shown.contains("octocat"));
    is_harmless(&prose(&shown));
}

#[test]
fn text_of_a_trace_is_never_markup_in_a_page() {
    let [left, right] = nasty_pair();
    let diff = diff_traces(&left, &right, &Options::default());
    let shown = show_html(&right, NASTY[0], &ShowOptions::default());
    // With a script, text is data: in a block that it cannot end.
    let (without, rest) =
        shown.split_once("<noscript>").and_then(|(_, rest)| rest.split_once("</noscript>")).expect("both");
    let data =
        rest.split_once("id=\"trace\">").and_then(|(_, rest)| rest.split_once("</script>")).expect("data").0;
    assert!(data.contains("alert(1)") && !data.contains('<'), "{data}");
    for page in [diff_html(&diff, &options(None)), without.to_owned()] {
        assert!(page.contains("alert(1)"), "{page}");
        for bad in
            ["<script", "</code></pre>", "<details>", "http-equiv=\"refresh", "src=", "\u{1b}", "\u{202e}"]
        {
            assert!(!page.contains(bad), "{bad}");
        }
        // Every element that is opened is one of ours.
        for tag in page.split('<').skip(1) {
            let name: String =
                tag.chars().take_while(|c| c.is_ascii_alphanumeric() || "/!".contains(*c)).collect();
            let known =
                "!DOCTYPE html head meta title style body h1 h2 p pre span section code ul li a small";
            assert!(known.split(' ').any(|k| k == name.trim_start_matches('/')), "<{name}");
        }
    }
}

#[test]
fn a_page_allows_its_own_style_and_nothing_else() {
    let trace = fixture("wunderspec/root-3.ndjson");
    let page = diff_html(&diff_traces(&trace, &trace, &Options::default()), &options(None));
    let style =
        page.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).expect("a style").0;
    let hash = base64(&Sha256::digest(style));
    let policy =
        format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'");
    assert!(page.contains(&policy), "the hash of the style is {hash}");
    assert!(!page.contains("style=") && !page.contains("<script") && !page.contains("http:"));
}

pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = bytes.chunks(3).flat_map(|chunk| {
        let number = chunk.iter().fold(0, |n, byte| n << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        (0..4).map(move |at| {
            if at > chunk.len() { '=' } else { char::from(DIGITS[(number >> (18 - 6 * at)) as usize % 64]) }
        })
    });
    digits.collect()
}

#[test]
fn annotations_are_ten_at_most_and_one_line_each() {
    let [left, right] = nasty_pair();
    let diff = diff_traces(&left, &right, &Options::default());
    let places = Places { file: "a:b,c\n.json", line: &|at| Some(at + 1) };
    let text = diff_github(&diff, &options(None), &places);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 10, "{text}");
    assert!(lines.iter().all(|l| l.starts_with("::warning file=a%3Ab%2Cc\\n.json,line=")), "{text}");
    assert!(lines[9].contains("more differences"), "{text}");
}

#[test]
fn a_log_says_how_much_it_leaves_out() {
    let [left, right] = nasty_pair();
    let diff = diff_traces(&left, &right, &Options::default());
    let places = Places { file: "a b.json", line: &|at| Some(at + 1) };
    let count = |max_bytes| {
        let log: serde_json::Value =
            serde_json::from_str(&diff_sarif(&diff, &options(max_bytes), &places)).expect("JSON");
        let run = &log["runs"][0];
        let result = &run["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(result["artifactLocation"]["uri"], "a%20b.json");
        let results = run["results"].as_array().expect("results").len() as u64;
        (results, run["properties"]["leftOut"].as_u64().expect("a number"))
    };
    let (all, none) = count(None);
    assert_eq!(none, 0);
    let (some, left_out) = count(Some(6000));
    assert!(some > 0 && some < all && some + left_out == all, "{some} and {left_out} of {all}");
}

/// The smallest forms are lines that say of what they are.
#[test]
fn where_there_is_hardly_room_there_is_a_line() {
    let left = read(r#"{"vars":["x"],"states":[{"x":0},{"x":1}]}"#);
    let right = read(r#"{"vars":["x"],"states":[{"x":0},{"x":2}]}"#);
    let diff = diff_traces(&left, &right, &Options::default());
    let name = format!("{}/c.itf.json", "b".repeat(100));
    let options = |bytes| DiffOptions {
        names: ["a".to_owned(), name.clone()],
        max_bytes: Some(bytes),
        ..DiffOptions::default()
    };
    let text = diff_markdown(&diff, &options(500));
    assert!(
        text.contains(": different from step 1 on\n") && text.ends_with("\nThe details do not fit here.\n"),
        "{text}"
    );
    let short = format!("…{}/c.itf.json", "b".repeat(49));
    assert_eq!(diff_markdown(&diff, &options(200)), format!("- `{short}`: different from step 1 on\n"));
    assert_eq!(show_diff(&diff, &options(40)), "different: first at step 1\n");
    assert_eq!(show_diff(&diff, &options(12)), "different\n");
    assert_eq!(
        (diff_markdown(&diff, &options(10)), show_diff(&diff, &options(0))),
        (String::new(), String::new())
    );
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        (0..5i32).prop_map(serde_json::Value::from),
        proptest::sample::select(NASTY.to_vec()).prop_map(serde_json::Value::from),
        "`{0,9}[a-z\n]{0,3}`{0,9}".prop_map(serde_json::Value::from),
        "[a-z ]{30,90}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            proptest::collection::vec(inner, 0..4).prop_map(|items| serde_json::json!({"#set": items})),
        ]
    })
}

fn trace() -> impl Strategy<Value = Trace> {
    let state = (value(), value()).prop_map(|(a, b)| serde_json::json!({"a": a, "`b`": b}));
    proptest::collection::vec(state, 1..7)
        .prop_map(|states| read(&serde_json::json!({"vars": ["a", "`b`"], "states": states}).to_string()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn documents_fit_and_are_whole(left in trace(), right in trace(), budget in 0usize..6000) {
        let diff = diff_traces(&left, &right, &Options::default());
        let options = options(Some(budget));
        let text = diff_markdown(&diff, &options);
        prop_assert!(text.len() <= budget, "{} > {budget}", text.len());
        let own = prose(text.split_once('\n').map_or(&text, |(_, rest)| rest));
        is_harmless(&own);
        prop_assert_eq!(own.matches("<details>").count(), own.matches("</details>").count());
        let page = diff_html(&diff, &options);
        prop_assert!(page.len() <= budget);
        prop_assert!(!page.contains('<') || page.ends_with("</html>\n"));
        let places = Places { file: "x", line: &|_| None };
        for text in [
            show_diff(&diff, &options),
            diff_side_by_side(&diff, &options),
            diff_github(&diff, &options, &places),
            diff_sarif(&diff, &options, &places),
        ] {
            prop_assert!(text.len() <= budget);
        }
        // With room for it, all is there.
        let whole = diff_markdown(&diff, &DiffOptions { max_bytes: None, ..options });
        let own = prose(whole.split_once('\n').expect("lines").1);
        prop_assert_eq!(diff.entries.is_empty(), !own.contains("<details>"));
    }
}
