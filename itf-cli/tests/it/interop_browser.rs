//! The lab's page in a real browser.

use serde_json::json;

use crate::browser::Browser;
use crate::common::itf;
use crate::lab::lab;

#[test]
fn the_page_shows_what_happens_and_can_be_paused() {
    let Some(mut browser) = Browser::start() else { return };
    let (_folder, served) = lab();
    browser.ask("Page.enable", &json!({}));
    browser.ask("Page.navigate", &json!({"url": served.url}));
    browser.wait("document.readyState == 'complete' && !!document.getElementById('status')");
    // Whatever the page would ask for is counted from here on.
    let status =
        |text: &str| format!("document.getElementById('status').innerText.includes({})", json!(text));
    browser.wait(&status("Nothing is installed yet"));

    // It refreshes itself: the outage comes without anybody touching the page.
    let trace = "fixtures/wunderspec/root-3.ndjson";
    let driven = itf(["lab", "drive", "--url", &served.url, trace]);
    assert_eq!(driven.status.code(), Some(1));
    browser.wait(&status("Outage: clouddb.us-east-1.api.acme resolves to no address"));
    browser.wait("document.getElementById('last-batches').innerText.includes('refused')");
    browser.wait("document.title.includes('✗')");
    // The styles apply: the policy lets them, and red is red.
    let red = browser.value("getComputedStyle(document.querySelector('.broken strong')).color");
    assert_ne!(red, browser.value("getComputedStyle(document.body).color"));
    assert_eq!(browser.value("document.querySelectorAll('[src],link[rel=stylesheet]').length"), 0);

    // Paused, it shows what it showed, while the lab goes on.
    browser.value("document.getElementById('pause').click()");
    assert_eq!(browser.value("document.getElementById('pause').getAttribute('aria-pressed')"), "true");
    assert_eq!(browser.value("document.getElementById('pause').innerText"), "Resume");
    let driven = itf(["lab", "drive", "--url", &served.url, "fixtures/wunderspec/epoch5.ndjson"]);
    assert_eq!(driven.status.code(), Some(0));
    // Longer than two refreshes, by the browser's own clock.
    browser.value("new Promise(done => setTimeout(() => done(true), 2500))");
    assert_eq!(browser.value(&status("Outage")), true, "it went on while it was paused");
    browser.value("document.getElementById('pause').click()");
    browser.wait(&status("Healthy: clouddb.us-east-1.api.acme has"));

    // What is not there any more is said.
    drop(served);
    browser.wait("document.getElementById('gone').classList.contains('shown')");
}
