//! The pages that are no viewer, in a real browser: a report, a comparison, the lab, and a trace where no script may run.

use std::fs;

use serde_json::json;

use crate::browser::Browser;
use crate::common::{itf, stderr};
use crate::lab::lab;
use crate::pages::{in_colours, is_clean, is_reached_by_keys, is_readable};

const ROOT_3: &str = "fixtures/wunderspec/root-3.ndjson";

#[test]
fn reports_and_comparisons_are_for_everybody() {
    let Some(mut browser) = Browser::start() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let campaign = folder.path().join("campaign").display().to_string();
    let compared = folder.path().join("diff.html").display().to_string();
    let made = itf([
        "report",
        "--with",
        "dns-spec:n3_5_3",
        "--on",
        "dns-lab",
        "--out",
        &campaign,
        ROOT_3,
        "fixtures/wunderspec/root-1.ndjson",
    ]);
    assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
    let (before, after) = ("fixtures/quint/root-1.itf.json", "fixtures/quint/root-2.itf.json");
    assert_eq!(itf(["diff", "--format", "html", "-o", &compared, before, after]).status.code(), Some(1));
    let pages = [(format!("{campaign}/report.html"), "one-minimal"), (compared, "different from step 1 on")];
    for (page, says) in pages {
        let url = format!("file://{page}");
        browser.open(&url);
        let shown = browser.value("document.body.innerText");
        assert!(shown.as_str().expect("text").contains(says), "{page}: {shown}");
        browser
            .value("document.querySelectorAll('details').forEach(details => { details.open = true; }), null");
        is_readable(&mut browser);
        is_reached_by_keys(&mut browser);
        is_clean(&mut browser, &url);
        // A page that is sent around has no script at all.
        assert!(!fs::read_to_string(&page).expect("a page").contains("<script"), "{page}");
    }
}

#[test]
fn the_page_of_a_trace_tells_it_without_its_script() {
    let Some(mut browser) = Browser::start() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("page.html").display().to_string();
    assert_eq!(itf(["show", "--format", "html", "-o", &page, ROOT_3]).status.code(), Some(0));
    browser.ask("Emulation.setScriptExecutionDisabled", &json!({"value": true}));
    let url = format!("file://{page}");
    browser.open(&url);
    let shown = browser.value("document.body.innerText");
    let shown = shown.as_str().expect("text");
    assert!(shown.contains("step 26") && shown.contains("next_plan: 4"), "{shown}");
    assert_eq!(browser.value("document.getElementById('app').checkVisibility()"), false);
    is_readable(&mut browser);
    is_clean(&mut browser, &url);
}

#[test]
fn the_page_of_the_lab_is_for_everybody() {
    let Some(mut browser) = Browser::start() else { return };
    let (_folder, served) = lab();
    for (trace, says) in [(ROOT_3, "Outage: "), ("fixtures/wunderspec/epoch5.ndjson", "Healthy: ")] {
        itf(["lab", "drive", "--url", &served.url, trace]);
        browser.open(&served.url);
        browser.wait(&format!("document.getElementById('status').innerText.includes({})", json!(says)));
        // What it shows stays while it is looked at.
        browser.value("document.getElementById('pause').click()");
        is_readable(&mut browser);
        is_reached_by_keys(&mut browser);
        in_colours(&mut browser, "light");
        is_clean(&mut browser, &served.url);
    }
}
