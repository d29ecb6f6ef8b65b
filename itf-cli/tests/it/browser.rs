//! A real browser: headless Chromium, asked over its debugging pipe.
//!
//! Chromium is `chromium`, or what `ITF_CHROMIUM` names. With `ITF_INTEROP=required` (as in CI) a browser that is not there
//! is a failure; without, it is said loudly.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use tempfile::TempDir;

/// A browser with one page.
pub(crate) struct Browser {
    child: Child,
    asks: File,
    answers: BufReader<File>,
    session: Json,
    id: u64,
    /// What went wrong in the page, and what it asked for, as it is told.
    told: Vec<Json>,
    _folder: TempDir,
}

impl Browser {
    #[expect(clippy::print_stderr, reason = "a test that does not run says so")]
    pub(crate) fn start() -> Option<Self> {
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
            --disable-background-networking --disable-component-update --disable-sync --disable-features=IsolateSandboxedIframes --remote-debugging-pipe \
            --user-data-dir="$1/profile" about:blank 3<>"$1/asks" 4<>"$1/answers""#;
        let mut command = Command::new("sh");
        command.args(["-c", script, &program]).arg(folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("the browser starts");
        let open = |path| File::options().read(true).write(true).open(path).expect("a fifo");
        let (asks, answers) = (open(&asks), BufReader::new(open(&answers)));
        let mut browser =
            Self { child, asks, answers, session: Json::Null, id: 0, told: Vec::new(), _folder: folder };
        let page = browser.ask("Target.createTarget", &json!({"url": "about:blank"}));
        let attach = json!({"targetId": page["targetId"], "flatten": true});
        browser.session = browser.ask("Target.attachToTarget", &attach)["sessionId"].clone();
        Some(browser)
    }

    /// Asks for something; what is told besides is kept.
    pub(crate) fn ask(&mut self, method: &str, params: &Json) -> Json {
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
            if !answer["method"].is_null() {
                self.told.push(answer);
            }
        }
    }

    /// The value of an expression in the page.
    pub(crate) fn value(&mut self, expression: &str) -> Json {
        let params = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let answer = self.ask("Runtime.evaluate", &params);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    pub(crate) fn wait(&mut self, expression: &str) {
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

impl Browser {
    /// Opens a page, and listens to what goes wrong in it and what it asks for.
    pub(crate) fn open(&mut self, url: &str) {
        for domain in ["Page", "Runtime", "Log", "Network"] {
            self.ask(&format!("{domain}.enable"), &json!({}));
        }
        self.told.clear();
        // Another address with the same page would not be opened anew.
        self.ask("Page.navigate", &json!({"url": "about:blank"}));
        self.ask("Page.navigate", &json!({"url": url}));
        self.wait("document.readyState == 'complete' && location.href != 'about:blank'");
    }

    /// What was told since the page was opened: errors, refusals, and the addresses that were asked for.
    pub(crate) fn told(&mut self) -> (Vec<Json>, Vec<String>) {
        // What was on its way is there before this answer.
        self.value("1");
        let is = |event: &Json, method: &str| event["method"] == method;
        let wrong = self.told.iter().filter(|event| {
            is(event, "Runtime.exceptionThrown")
                || is(event, "Runtime.consoleAPICalled")
                || is(event, "Log.entryAdded")
        });
        let asked = self.told.iter().filter(|event| is(event, "Network.requestWillBeSent"));
        let address =
            |event: &Json| event["params"]["request"]["url"].as_str().unwrap_or_default().to_owned();
        (wrong.cloned().collect(), asked.map(address).collect())
    }

    /// A key is pressed.
    pub(crate) fn press(&mut self, key: &str) {
        let text = match key {
            "Enter" => "\r",
            key if key.chars().count() == 1 => key,
            _ => "",
        };
        let code = match key {
            "Tab" => 9,
            "Enter" => 13,
            "End" => 35,
            "Home" => 36,
            "ArrowDown" => 40,
            "ArrowUp" => 38,
            _ => 0,
        };
        for kind in ["keyDown", "keyUp"] {
            let mut event = json!({"type": kind, "key": key, "windowsVirtualKeyCode": code});
            if kind == "keyDown" && !text.is_empty() {
                event["text"] = text.into();
            }
            self.ask("Input.dispatchKeyEvent", &event);
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
