//! The pages of `itf show` in a real browser: real traces, long ones, large ones, hostile ones.

use std::fs;
use std::path::{Path, PathBuf};

use itf::{Record, State, Trace, Value};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::browser::Browser;
use crate::common::{ROOT, itf, stderr};
use crate::pages::{DRAWN, FAINT, in_colours, is_clean, is_reached_by_keys, is_readable};

/// Pages, made as a user makes them.
struct Pages(TempDir);

impl Pages {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn save(&self, name: &str, trace: &Trace) -> String {
        let path = self.file(name);
        fs::write(&path, itf::to_string(trace, itf::Layout::Compact)).expect("a file");
        path.display().to_string()
    }

    /// The address of the page that `itf show --format html ARGS` makes.
    fn page(&self, args: &[&str]) -> String {
        let path = self.file("page.html").display().to_string();
        let output = itf([&["show", "--format", "html", "-o", &path], args].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        format!("file://{path}")
    }
}

/// Opens a page whose script then runs.
fn open(browser: &mut Browser, url: &str) {
    browser.open(url);
    browser.wait("!document.getElementById('app').hidden && !!document.querySelector('.step')");
    browser.value(
        "navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve(); }, null",
    );
}

const STEP: &str = "new URLSearchParams(location.hash.slice(1)).get('step')";

fn fixture(name: &str) -> String {
    Path::new(ROOT).join("fixtures").join(name).display().to_string()
}

#[test]
fn the_page_of_a_real_trace() {
    let Some(mut browser) = Browser::start() else { return };
    let pages = Pages::new();
    let view = Path::new(ROOT).join("adapters/dns-spec/view.js").display().to_string();
    let trace = fixture("wunderspec/root-3.ndjson");
    let page = pages.page(&["--view", &view, &trace]);
    let url = format!("{page}#step=25&vs=3&q=plan2");
    open(&mut browser, &url);
    browser.wait("document.getElementById('where').textContent.startsWith('state 25 ')");
    assert_eq!(browser.value("document.getElementById('number').value"), "3");
    assert_eq!(browser.value("document.getElementById('query').value"), "plan2");
    assert_ne!(browser.value("document.querySelectorAll('mark').length"), 0);

    // What changed is marked: the root points somewhere else.
    browser.value("location.hash = '#step=25'");
    browser.value("document.getElementById('against').value = 'previous', document.getElementById('against').onchange()");
    browser.value(DRAWN);
    let shown = browser.value("document.getElementById('values').innerText");
    let shown = shown.as_str().expect("text").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        shown.contains("value (\"plan0.db.example.com\", 100) → (\"plan2.db.example.com\", 100)"),
        "{shown}"
    );

    // What is copied is the trace, exactly.
    browser.value("document.getElementById('copy-trace').click()");
    let copied = browser.value("window.copied");
    let original = itf::read(&fs::read(&trace).expect("a fixture")).expect("a trace");
    assert_eq!(itf::read(copied.as_str().expect("text").as_bytes()).expect("ITF"), original);

    // The view has drawn, in a frame that cannot reach the page.
    browser.wait("document.querySelector('iframe').clientHeight > 100");
    assert_eq!(browser.value("document.querySelector('iframe').contentDocument"), Json::Null);
    let drawn = framed(&mut browser);
    assert!(drawn.contains("The root resolves by plan2."), "{drawn}");

    // In light and in dark, everything can be read.
    for scheme in ["light", "dark"] {
        in_colours(&mut browser, scheme);
        for full in ["true", "false"] {
            browser.value(&format!(
                "document.getElementById('full').checked = {full}, document.getElementById('full').onchange()"
            ));
            browser.value(DRAWN);
            assert_eq!(browser.value(FAINT), json!([]), "{scheme}");
        }
    }
    is_readable(&mut browser);
    is_clean(&mut browser, &page);

    everything_is_reached_by_keys(&mut browser, &page);
}

fn everything_is_reached_by_keys(browser: &mut Browser, page: &str) {
    open(browser, page);
    is_reached_by_keys(browser);
    // The list is walked by keys, and what is chosen is told.
    // A trace that fails opens where it does.
    assert_eq!(browser.value(STEP), "26");
    browser.value("document.getElementById('steps').focus()");
    browser.press("Home");
    for (key, step) in
        [("ArrowDown", "1"), ("j", "2"), ("k", "1"), ("End", "26"), ("ArrowUp", "25"), ("Home", "0")]
    {
        browser.press(key);
        browser.wait(&format!("{STEP} == '{step}'"));
        let chosen =
            "document.getElementById(document.getElementById('steps').getAttribute('aria-activedescendant'))";
        assert_eq!(browser.value(&format!("{chosen}.getAttribute('aria-selected')")), "true");
    }
    browser.press("/");
    browser.wait("document.activeElement.id == 'query'");
    browser.value(
        "document.getElementById('query').value = 'Cleanup', document.getElementById('query').oninput()",
    );
    browser.wait("document.getElementById('found').textContent == '2 steps'");
    browser.press("Enter");
    browser.wait(&format!("{STEP} == '22'"));
}

/// What is in the frame of the view.
fn framed(browser: &mut Browser) -> String {
    let tree = browser.ask("Page.getFrameTree", &json!({}));
    let frame = &tree["frameTree"]["childFrames"][0]["frame"]["id"];
    let world = browser.ask("Page.createIsolatedWorld", &json!({"frameId": frame}));
    let asked = json!({"expression": "document.body.innerText", "contextId": world["executionContextId"], "returnByValue": true});
    browser.ask("Runtime.evaluate", &asked)["result"]["value"].as_str().expect("text").to_owned()
}

#[test]
fn the_example_of_a_view_shows_something_and_a_broken_one_says_why() {
    let Some(mut browser) = Browser::start() else { return };
    let pages = Pages::new();
    let page = fs::read_to_string(Path::new(ROOT).join("docs/views.md")).expect("the page");
    let example = page.split("```js\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a script");
    let throws = "itfView({ draw() { throw new Error('no such thing'); } });";
    for (script, said) in [
        (example, "init: 0"),
        ("itfView({\n  draw() {\n", "line 3: Uncaught SyntaxError"),
        (throws, "line 1: no such thing"),
        ("// one\nitfView({\n  draw: ({ state }) => state.nope.more,\n});", "line 3: Cannot read"),
        ("itfView({ draw: async () => 'x' });", "draw returns a Promise"),
        ("itfView({ draw: () => 'one' });\nitfView({ draw: () => 'two' });", "it calls itfView twice"),
        ("let a = 1;", "does not call itfView"),
    ] {
        let view = pages.file("view.js");
        fs::write(&view, script).expect("a view");
        let page = pages.page(&["--view", &view.display().to_string(), &fixture("quint/counter.itf.json")]);
        open(&mut browser, &page);
        browser.wait("document.querySelector('iframe').clientHeight !== 40");
        let shown = framed(&mut browser);
        assert!(shown.contains(said), "{script}: {shown}");
    }
}

/// The frame is as high as what is drawn, margins included.
#[test]
fn the_simplest_view_is_not_cut_off() {
    let Some(mut browser) = Browser::start() else { return };
    let pages = Pages::new();
    let view = pages.file("view.js");
    fs::write(&view, "itfView({ draw: ({ el }) => el('p', {}, 'hello') });").expect("a view");
    let page = pages.page(&["--view", &view.display().to_string(), &fixture("quint/counter.itf.json")]);
    open(&mut browser, &page);
    browser.wait("document.querySelector('iframe').clientHeight !== 40");
    let height = browser.value("document.querySelector('iframe').clientHeight").as_u64().expect("a number");
    // A line of text with a margin of its own size above and below.
    assert!((40..60).contains(&height), "{height}");
}

/// The timeline of a trace without labels: what changes most first, and nothing that never does.
#[test]
fn lanes_are_of_what_changes() {
    let Some(mut browser) = Browser::start() else { return };
    let pages = Pages::new();
    let states =
        (0..12_i64).map(|n| State::from(Record::from_iter([("never", 1), ("rarely", n / 6), ("often", n)])));
    let page = pages.page(&[&pages.save("plain.json", &Trace::new(["never", "rarely", "often"], states))]);
    open(&mut browser, &page);
    assert_eq!(
        browser.value("document.getElementById('lanes').innerText.split(/\\s+/).filter(Boolean).join(' ')"),
        "Actions to list often 11 rarely 1"
    );
}

/// One action of many is hidden by its name, and the marks of what was found are in sight beside any number of lanes.
#[test]
fn many_lanes_have_a_short_address_and_marks_in_sight() {
    let Some(mut browser) = Browser::start() else { return };
    let pages = Pages::new();
    let state = |n: i64| {
        let long = "\u{1f600}".repeat(1500) + &n.to_string();
        let label = format!("act{}", n % 30);
        State::from(Record::from_iter([("action", Value::from(label)), ("s", Value::from(long))]))
    };
    let page = pages.page(&[&pages.save("many.json", &Trace::new(["action", "s"], (0..90).map(state)))]);
    open(&mut browser, &format!("{page}#step=7&q=act7"));
    browser.wait("document.getElementById('found').textContent == '3 steps'");
    browser.value(DRAWN);
    let below = "document.querySelector('.marks').getBoundingClientRect().bottom <= document.getElementById('timeline').getBoundingClientRect().bottom";
    assert_eq!(browser.value(below), true);
    browser.value("document.querySelectorAll('.lane input')[3].click()");
    browser.wait("location.hash.includes('without=act3')");
    assert_eq!(browser.value("location.hash.length < 60"), true);
    browser.value("location.hash = '#step=7&without=act4'");
    browser.wait("!document.querySelectorAll('.lane input')[4].checked && document.querySelectorAll('.lane input')[3].checked");
    // A text is cut between characters, and the rest of it is there when it is asked for.
    let shown = "document.querySelector('#values ins').innerText";
    assert_eq!(
        browser.value(&format!(
            "{shown}.includes('\\ufffd') || /[\\ud800-\\udbff](?![\\udc00-\\udfff])/.test({shown})"
        )),
        false
    );
    assert_eq!(browser.value(&format!("{shown}.length < 2100")), true);
    browser.value("document.querySelector('#values ins .rest').click()");
    assert_eq!(browser.value(&format!("{shown}.length > 3000")), true);
}

#[test]
fn a_trace_without_states_has_nothing_to_press() {
    let Some(mut browser) = Browser::start() else { return };
    let pages = Pages::new();
    let page = pages.page(&[&pages.save("none.json", &Trace::new(["x"], []))]);
    browser.open(&page);
    browser.wait("document.getElementById('where').textContent == 'This trace has no states.'");
    let seen = "['none', 'steps-group', 'options'].some(id => document.getElementById(id).checkVisibility())";
    assert_eq!(browser.value(seen), false);
    browser.press("c");
    is_clean(&mut browser, &page);
}

#[test]
fn constants_come_last_and_are_folded() {
    let Some(mut browser) = Browser::start() else { return };
    let pages = Pages::new();
    let page = pages.page(&[&fixture("wunderspec/root-3.ndjson")]);
    open(&mut browser, &format!("{page}#step=0"));
    browser.wait("document.getElementById('where').textContent.startsWith('state 0 ')");
    let fold = "document.querySelector('#values details')";
    assert_eq!(browser.value(&format!("{fold}.open")), false);
    assert_eq!(browser.value("document.getElementById('values').lastChild.className"), "constants");
    // Opened by hand, they stay open.
    browser.value(&format!("{fold}.querySelector('summary').click()"));
    browser.wait(&format!("{fold}.querySelectorAll('li').length > 3"));
    browser.value("location.hash = '#step=1'");
    browser.wait("document.getElementById('where').textContent.startsWith('state 1 ')");
    assert_eq!(browser.value(&format!("{fold}?.open ?? true")), true);
}

#[test]
fn the_page_of_ten_thousand_states_holds_only_what_is_in_sight() {
    let Some(mut browser) = Browser::start() else { return };
    let pages = Pages::new();
    let state = |n: i64| {
        let label =
            if n == 0 { "Init" } else { ["Send", "Receive", "Tick"][usize::try_from(n % 3).unwrap_or(0)] };
        State::from(Record::from_iter([
            ("action", Value::variant(label, Value::record([("node", format!("n{}", n % 7))]))),
            ("clock", Value::from(n / 3)),
            ("up", Value::set((0..5).filter(|k| (n / 50 + k) % 7 > 0))),
        ]))
    };
    let mut trace = Trace::new(["action", "clock", "up"], (0..10_000).map(state));
    trace.loop_index = Some(4000);
    let page = pages.page(&[&pages.save("long.itf.json", &trace)]);
    open(&mut browser, &format!("{page}#step=9999"));
    browser.wait("document.getElementById('where').textContent.startsWith('state 9999 ')");
    browser.value(DRAWN);
    let steps = browser.value("document.querySelectorAll('.step').length").as_u64().expect("a number");
    assert!((5..150).contains(&steps), "{steps} rows");
    // The lasso is drawn, and leads back.
    assert_ne!(browser.value("document.querySelector('.lasso').getAttribute('d')"), "");
    browser.value("document.querySelector('.step.back').click()");
    browser.wait(&format!("{STEP} == '4000'"));
    assert_eq!(
        browser.value("document.querySelector('.step[aria-selected=true] .number').textContent"),
        "4000"
    );
    // Without an action, its steps are not in the list.
    browser.value("[...document.querySelectorAll('.lane')].find(l => l.innerText.includes('Tick')).querySelector('input').click()");
    browser.value(DRAWN);
    assert_eq!(
        browser.value("[...document.querySelectorAll('.step b')].some(b => b.textContent == 'Tick')"),
        false
    );
    assert_eq!(browser.value("document.querySelector('.step').getAttribute('aria-setsize')"), "6667");
    is_clean(&mut browser, &page);
}

#[test]
fn a_page_of_hostile_strings_shows_them() {
    let Some(mut browser) = Browser::start() else { return };
    let pages = Pages::new();
    let hostile = [
        "</script><script>document.title='PWNED'</script>",
        "<img src=http://example.com/x onerror=\"document.title='PWNED'\">",
        "\u{202e}\u{1b}[31m",
        "<!--<script>",
        "__proto__",
        "]]>&lt;\\\"'`${1}",
    ];
    let state = |n: usize| {
        let value = Value::map((0..=n).map(|at| (hostile[at], Value::record([(hostile[4], hostile[n])]))));
        let label = Value::variant(hostile[n], Value::record([(hostile[1], hostile[0])]));
        State::from(Record::from_iter([
            (hostile[1], value),
            (hostile[4], label),
            ("constructor", Value::list(hostile)),
        ]))
    };
    let mut trace = Trace::new([hostile[1], hostile[4], "constructor"], (0..hostile.len()).map(state));
    trace.meta.set("source", json!(hostile[0]));
    trace.states[0].meta.set(hostile[0], json!(hostile[1]));
    let view = pages.file("view.js");
    let drawn = "itfView({ draw: ({ state, label, el }) => [el('p', { title: JSON.stringify(state) }, [...Object.keys(state)], JSON.stringify(label))] });";
    fs::write(&view, drawn).expect("a view");
    let page = pages.page(&["--view", &view.display().to_string(), &pages.save("hostile.itf.json", &trace)]);
    open(&mut browser, &format!("{page}#step=5"));
    browser.wait("document.getElementById('where').textContent.startsWith('state 5 ')");
    browser.value(DRAWN);
    for text in &hostile[..2] {
        let shown = browser.value("document.body.innerText");
        let text = text.replace('"', "\\\"");
        assert!(shown.as_str().expect("text").contains(&text), "{text}");
    }
    assert_eq!(browser.value("document.querySelectorAll('img, #app script').length"), 0);
    assert_eq!(browser.value("document.title.includes('hostile.itf.json')"), true);
    browser.value("document.getElementById('copy-trace').click()");
    let copied = browser.value("window.copied");
    assert_eq!(itf::read(copied.as_str().expect("text").as_bytes()).expect("ITF"), [trace]);
    is_clean(&mut browser, &page);
}

#[test]
fn fifty_megabytes_are_a_small_page() {
    let Some(mut browser) = Browser::start() else { return };
    let pages = Pages::new();
    // A table of which one entry changes at a time: every state is large, and nearly the same.
    let entry = |at: usize, epoch: usize| {
        (
            format!("node-{at}"),
            Value::record([
                ("epoch", Value::from(i64::try_from(epoch).unwrap_or(0))),
                ("peer", Value::from("some other node")),
            ]),
        )
    };
    let states = (0..1000).map(|n| {
        let table = Value::map((0..900).map(|at| entry(at, n / 900 + usize::from(at < n % 900))));
        State::from(Record::from_iter([("table", table)]))
    });
    let trace = Trace::new(["table"], states);
    let file = pages.save("large.itf.json", &trace);
    let (large, page) = (fs::metadata(&file).expect("a file").len(), pages.page(&[&file]));
    assert!(large > 50 << 20, "{large} bytes");
    let small = fs::metadata(pages.file("page.html")).expect("a page").len();
    assert!(small < large / 5, "{small} of {large} bytes");
    open(&mut browser, &format!("{page}#step=500"));
    browser.wait("document.getElementById('where').textContent.startsWith('state 500 ')");
    let shown = browser.value("document.getElementById('values').innerText");
    let shown = shown.as_str().expect("text").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        shown.contains("\"node-499\" { epoch: 0,")
            && shown.contains("→ { epoch: 1,")
            && shown.contains("899 unchanged"),
        "{shown}"
    );
    is_clean(&mut browser, &page);
}

#[test]
fn two_traces_are_side_by_side() {
    let Some(mut browser) = Browser::start() else { return };
    let pages = Pages::new();
    let trace = |numbers: &[i64]| {
        Trace::new(["x"], numbers.iter().map(|n| State::from(Record::from_iter([("x", *n)]))))
    };
    let (expected, observed) = (trace(&[0, 1, 2, 3]), trace(&[0, 1, 7, 3]));
    let files = [pages.save("expected.json", &expected), pages.save("observed.json", &observed)];
    let page = pages.page(&[&files[0], &files[1]]);
    // It begins where they part.
    open(&mut browser, &page);
    browser.wait(&format!("{STEP} == '2'"));
    assert_eq!(
        browser.value("document.getElementById('where').textContent"),
        "first: state 2 · second: state 2"
    );
    assert_eq!(browser.value("document.querySelector('#values del').textContent"), "2");
    assert_eq!(browser.value("document.querySelector('#values ins').textContent"), "7");
    assert_eq!(browser.value("document.querySelectorAll('.step.differs').length"), 1);
    is_clean(&mut browser, &page);
}
