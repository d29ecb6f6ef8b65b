//! The lab's page in a real browser: headless Chromium, asked over its debugging pipe.
//!
//! Chromium is `chromium`, or what `ITF_CHROMIUM` names. With `ITF_INTEROP=required` (as in CI) a browser that is not there
//! is a failure; without, it is said loudly.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::common::itf;
use crate::lab::lab;

/// A browser with one page.
struct Browser {
    child: Child,
    asks: File,
    answers: BufReader<File>,
    session: Json,
    id: u64,
    _folder: TempDir,
}

impl Browser {
    #[expect(clippy::print_stderr, reason = "a test that does not run says so")]
    fn start() -> Option<Self> {
        let program = std::env::var("ITF_CHROMIUM").unwrap_or_else(|_| "chromium".to_owned());
        let found =
            Command::new(&program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !found.is_ok_and(|status| status.success()) {
            let required = std::env::var_os("ITF_INTEROP").is_some_and(|value| value == "required");
            assert!(!required, "there is no {program}");
            eprintln!("NOT RUN: install chromium, or set ITF_CHROMIUM, to test the page in a real browser");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let (asks, answers) = (folder.path().join("asks"), folder.path().join("answers"));
        let made = Command::new("mkfifo").args([&asks, &answers]).status().expect("mkfifo starts");
        assert!(made.success());
        // The browser reads what it is asked from descriptor 3, and answers on 4. Opened for both directions, a fifo does
        // not wait for its other end.
        let script = r#"exec "$0" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
            --disable-background-networking --disable-component-update --disable-sync --remote-debugging-pipe \
            --user-data-dir="$1/profile" about:blank 3<>"$1/asks" 4<>"$1/answers""#;
        let mut command = Command::new("sh");
        command.args(["-c", script, &program]).arg(folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("the browser starts");
        let open = |path| File::options().read(true).write(true).open(path).expect("a fifo");
        let (asks, answers) = (open(&asks), BufReader::new(open(&answers)));
        let mut browser = Self { child, asks, answers, session: Json::Null, id: 0, _folder: folder };
        let page = browser.ask("Target.createTarget", &json!({"url": "about:blank"}));
        let attach = json!({"targetId": page["targetId"], "flatten": true});
        browser.session = browser.ask("Target.attachToTarget", &attach)["sessionId"].clone();
        Some(browser)
    }

    /// Asks for something; what is told besides is not listened to.
    fn ask(&mut self, method: &str, params: &Json) -> Json {
        self.id += 1;
        let mut message = json!({"id": self.id, "method": method, "params": params});
        if !self.session.is_null() {
            message["sessionId"] = self.session.clone();
        }
        self.asks.write_all(format!("{message}\0").as_bytes()).expect("the browser listens");
        loop {
            let mut answer = Vec::new();
            self.answers.read_until(0, &mut answer).expect("the browser answers");
            answer.pop();
            let answer: Json = serde_json::from_slice(&answer).expect("JSON");
            if answer["id"] == self.id {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
        }
    }

    /// The value of an expression in the page.
    fn value(&mut self, expression: &str) -> Json {
        let params = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let answer = self.ask("Runtime.evaluate", &params);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    fn wait(&mut self, expression: &str) {
        let started = Instant::now();
        while self.value(expression) != true {
            if started.elapsed() > Duration::from_secs(60) {
                let shown = self.value("document.body.innerText");
                panic!("never: {expression}\n{}", shown.as_str().unwrap_or_default());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.asks.write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0");
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(5) {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

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
