//! Services that are declared: what is asked, how answers are read, and every way in which one can be wrong.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use itf::{Label, Record, State, Value};
use itf_adapters::http::HttpConsumer;
use itf_adapters::{Consumer, Fault, FaultKind, Reply};

/// A service that gives these answers, one a connection, and hands on what it was asked. An empty answer is none: the
/// connection breaks. One of `…` is never given.
fn service(answers: Vec<String>) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let (asked, requests) = channel();
    std::thread::spawn(move || {
        let mut held = Vec::new();
        let count = answers.len();
        for (number, answer) in (1..).zip(answers) {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            loop {
                let text = String::from_utf8_lossy(&request).into_owned();
                if let Some((head, body)) = text.split_once("\r\n\r\n") {
                    let length = head
                        .to_lowercase()
                        .lines()
                        .find_map(|l| l.strip_prefix("content-length: ")?.parse().ok());
                    if body.len() >= length.unwrap_or(0) {
                        break;
                    }
                }
                match stream.read(&mut buffer) {
                    Ok(0) | Err(_) => break,
                    Ok(count) => request.extend_from_slice(&buffer[..count]),
                }
            }
            let text = String::from_utf8_lossy(&request);
            let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
            let line = head.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned();
            let _ = asked.send(if body.is_empty() { line } else { format!("{line} {body}") });
            if answer == "…" {
                held.push(stream);
                // With this thread the connection would end, and that is another fault.
                if number == count {
                    std::thread::sleep(Duration::from_secs(5));
                }
            } else {
                let _ = stream.write_all(answer.as_bytes());
            }
        }
    });
    (base, requests)
}

fn answer(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

const HEAD: &str = r#"
version = 1
name = "shop"
base = "http://127.0.0.1:1"
limits = { step_ms = 400, body_bytes = 1000 }
reset.call = "POST /reset"
"#;

/// The consumer of a declaration, `HEAD` and this, of a service that gives these answers.
fn shop(rest: &str, answers: &[String]) -> (HttpConsumer, Receiver<String>) {
    let (base, requests) = service(answers.to_vec());
    let consumer = HttpConsumer::parse("shop.toml", &format!("{HEAD}{rest}"), Some(&base));
    (consumer.expect("a declaration"), requests)
}

fn label(name: &str, args: &[(&str, Value)]) -> Label {
    Label::new(name, args.iter().map(|(name, value)| (*name, value.clone())).collect::<Record>())
}

#[test]
fn labels_become_the_declared_requests() {
    let rest = r#"
[actions.Order]
call = "PUT /carts/{cart}/items/{item.name}?count={item.count}"
body = { what = "{item}", note = "for {who}, {{as is}}", tags = "{tags}", lines = { each = "{prices}", item = ["{@key}", "{@value}", "{@key|last_number}"] }, fixed = [1, true] }
"#;
    let (mut shop, requests) = shop(rest, &[answer("200 OK", "")]);
    let item = Value::record([("name", Value::from("a/b ?é")), ("count", Value::from(2))]);
    let prices = Value::map([(Value::from("sku-07"), Value::from(5))]);
    let tags = Value::set([Value::from("x"), Value::from("y")]);
    let args =
        [("cart", Value::from(3)), ("item", item), ("who", "you".into()), ("prices", prices), ("tags", tags)];
    let reply = shop.execute(&label("Order", &args)).expect("an answer");
    assert_eq!(reply, Reply::new("Order"));
    let request = requests.recv().expect("a request");
    let (line, body) = request.split_once(" {").expect("a body");
    assert_eq!(line, "PUT /carts/3/items/a%2Fb%20%3F%C3%A9?count=2");
    let body: serde_json::Value = serde_json::from_str(&format!("{{{body}")).expect("JSON");
    let expected = serde_json::json!({
        "what": {"name": "a/b ?é", "count": 2}, "note": "for you, {as is}", "tags": ["x", "y"],
        "lines": [["sku-07", 5, 7]], "fixed": [1, true],
    });
    assert_eq!(body, expected);
}

#[test]
fn sets_and_variants_have_a_form_in_requests() {
    let rest = r#"
[actions.Ask]
call = "POST /{kind.tag}"
body = { all = { each = "{names}", item = { name = "{@item}", key = "{@key}" } }, of = "{kind.value.x}" }
"#;
    let (mut asking, requests) = shop(rest, &[answer("200 OK", "")]);
    let names = Value::set([Value::from("q"), Value::from("r")]);
    let kind = Value::variant("Some", Value::record([("x", Value::from(1))]));
    asking.execute(&label("Ask", &[("names", names.clone()), ("kind", kind.clone())])).expect("an answer");
    let request = requests.recv().expect("a request");
    let (line, body) = request.split_once(" {").expect("a body");
    assert_eq!(line, "POST /Some");
    let body: serde_json::Value = serde_json::from_str(&format!("{{{body}")).expect("JSON");
    let all = serde_json::json!([{"name": "q", "key": "q"}, {"name": "r", "key": "r"}]);
    assert_eq!(body, serde_json::json!({"all": all, "of": 1}));
    // What is no text does not get into a path, and a variant is no JSON.
    let path =
        "[actions.Ask]\ncall = \"POST /{names}\"\n[actions.Tell]\ncall = \"POST /x\"\nbody = \"{kind}\"\n";
    let (mut shop, requests) = shop(path, &[]);
    for (name, arg, word) in
        [("Ask", ("names", names), "is a list"), ("Tell", ("kind", kind), "has `.tag` and `.value`")]
    {
        let fault = shop.execute(&label(name, &[arg])).expect_err("a fault");
        assert!(fault.kind == FaultKind::Invalid && fault.message.contains(word), "{fault}");
    }
    assert!(requests.recv_timeout(Duration::from_millis(50)).is_err(), "something was asked");
}

#[test]
fn a_property_of_a_field_that_is_not_there_says_nothing() {
    let health = r#"{"ok": true, "held": {"by": "me"}, "list": [{"a": 1}]}"#;
    for (holds, missing) in [
        ("{ okay = true }", "the answer has no `.okay`"),
        ("{ ok = false, held = { b = 1 } }", "the answer has no `.held.b`"),
        (r#"{ "held.by" = "me" }"#, "the answer has no `.held.by`"),
        ("{ list = [{ b = 1 }] }", "the answer has no `.list.0.b`"),
        (r#"{ ok = "{.okay}" }"#, "the answer has no `.okay`"),
    ] {
        let rest = format!(
            "[actions.Wait]\ncall = \"POST /wait\"\n[observe]\ncall = \"GET /health\"\n[[property]]\nkind = \"down\"\n\
             site = \"shop\"\nholds = {holds}\nmessage = \"\"\n"
        );
        let (mut shop, _requests) = shop(&rest, &[answer("200 OK", ""), answer("200 OK", health)]);
        let fault = shop.execute(&label("Wait", &[])).expect_err(holds);
        assert!(fault.kind == FaultKind::Protocol && fault.message.contains(missing), "{holds}: {fault}");
        assert!(fault.message.contains("it answered `{"), "{fault}");
    }
}

const ORDER: &str = r#"
[actions.Order]
call = "POST /orders/{id}"
outcomes = [
    { outcome = "full", status = [409] },
    { outcome = "taken", when = { ok = true, at = { shelf = "{id|bound}" } }, detail = "{.items}" },
    { outcome = "made", when = { ok = true }, detail = "number {.number} of {.items.0}" },
]
binds = [{ model = "{id}", system = "{.number}" }]
then = [{ after = ["made"], call = "POST /orders/{id|bound}/confirm", body = { by = "{who}" } }]
"#;

#[test]
fn answers_are_read_as_declared() {
    let made = r#"{"ok": true, "number": 70, "items": ["bolt", "nut"], "more": {}}"#;
    let (mut shop, requests) = shop(
        ORDER,
        &[
            answer("201 Created", made),
            answer("204 No Content", ""),
            answer("200 OK", r#"{"ok": true, "number": 71, "items": [], "at": {"shelf": 70}}"#),
        ],
    );
    let args = [("id", Value::from("order1")), ("who", Value::from("me"))];
    let reply = shop.execute(&label("Order", &args)).expect("an answer");
    assert_eq!(reply.to_string(), "made: number 70 of bolt");
    assert_eq!(reply.binds, [("order1".into(), 70.into())]);
    assert_eq!(requests.recv().expect("a request"), "POST /orders/order1");
    assert_eq!(requests.recv().expect("a request"), r#"POST /orders/70/confirm {"by":"me"}"#);
    let reply = shop.execute(&label("Order", &args)).expect("an answer");
    assert_eq!(reply.to_string(), "taken: nothing");
}

#[test]
fn a_status_that_an_outcome_names_is_no_fault() {
    let outcomes = "[actions.Order]\ncall = \"POST /orders\"\noutcomes = [{ outcome = \"full\", status = [409] }, { outcome = \"made\" }]\n";
    let (mut shop, _) = shop(outcomes, &[answer("409 Conflict", "{}"), answer("200 OK", "{}")]);
    assert_eq!(shop.execute(&label("Order", &[])).expect("an answer").outcome, "full");
    assert_eq!(shop.execute(&label("Order", &[])).expect("an answer").outcome, "made");
}

/// The fault with which an order ends that is answered like this.
fn fault(answers: &[String]) -> Fault {
    let (mut shop, _requests) = shop(
        "[actions.Order]\ncall = \"POST /orders\"\noutcomes = [{ outcome = \"made\", when = { ok = true } }]\n",
        answers,
    );
    shop.execute(&label("Order", &[])).expect_err("a fault")
}

#[test]
fn every_other_answer_is_a_fault_of_its_kind() {
    let long = answer("200 OK", &format!("\"{}\"", "x".repeat(2000)));
    let cases = [
        (answer("404 Not Found", ""), FaultKind::Unsupported, "404 Not Found"),
        (answer("405 Method Not Allowed", ""), FaultKind::Unsupported, "405"),
        (answer("400 Bad Request", r#"{"detail": "why"}"#), FaultKind::Invalid, r#"{"detail": "why"}"#),
        (answer("422 Unprocessable Entity", ""), FaultKind::Invalid, "422"),
        (answer("500 Internal Server Error", "oops"), FaultKind::Failed, "oops"),
        (answer("503 Service Unavailable", ""), FaultKind::Failed, "503"),
        (answer("418 I'm a teapot", ""), FaultKind::Protocol, "418"),
        (
            answer("302 Found\r\nlocation: http://127.0.0.1:1/", ""),
            FaultKind::Protocol,
            "redirects are not followed",
        ),
        (answer("200 OK", "<html>"), FaultKind::Protocol, "the answer is no JSON"),
        (answer("200 OK", r#"{"ok": false}"#), FaultKind::Protocol, "none of the declared outcomes of Order"),
        (long, FaultKind::Protocol, "longer than 1000 bytes"),
        ("HTTP/1.1 banana\r\n\r\n".to_owned(), FaultKind::Protocol, "does not speak HTTP"),
        (String::new(), FaultKind::Crash, "broke"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}".to_owned(), FaultKind::Crash, "broke"),
        ("…".to_owned(), FaultKind::Timeout, "in 400 ms"),
    ];
    for (answer, kind, word) in cases {
        let fault = fault(std::slice::from_ref(&answer));
        assert_eq!(fault.kind, kind, "{answer}: {fault}");
        assert!(fault.message.contains(word) && fault.message.contains("POST /orders"), "{answer}: {fault}");
    }
    let mut nobody = HttpConsumer::parse("shop.toml", HEAD, None).expect("a declaration");
    let fault = nobody.reset(&State::default()).expect_err("nobody is there");
    assert!(fault.kind == FaultKind::Crash && fault.message.contains("is the service running?"), "{fault}");
}

/// The fault with which an order ends that is answered by `head`, and then by one `piece` after the other without an end, with
/// a pause between them.
fn endless(head: &str, piece: &str, pause: Duration) -> Fault {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let (head, piece) = (head.to_owned(), piece.to_owned());
    std::thread::spawn(move || {
        let Ok((mut stream, _)) = listener.accept() else { return };
        let _ = stream.read(&mut [0; 4096]);
        let mut said = stream.write_all(head.as_bytes());
        while said.is_ok() {
            said = stream.write_all(piece.as_bytes());
            std::thread::sleep(pause);
        }
    });
    let declared = format!("{HEAD}[actions.Order]\ncall = \"POST /orders\"\n");
    let mut shop = HttpConsumer::parse("shop.toml", &declared, Some(&base)).expect("a declaration");
    shop.execute(&label("Order", &[])).expect_err("a fault")
}

#[test]
fn an_answer_that_does_not_end_is_a_fault_in_time() {
    let (slowly, at_once) = (Duration::from_millis(20), Duration::ZERO);
    let ok = "HTTP/1.1 200 OK\r\n";
    let late = "in 400 ms";
    let cases = [
        ("a head that comes byte by byte", ok.to_owned(), "x", slowly, late),
        ("fields that come slowly", ok.to_owned(), "x: y\r\n", slowly, late),
        (
            "fields without an end",
            ok.to_owned(),
            "x: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n",
            at_once,
            "does not speak HTTP",
        ),
        (
            "a status line without an end",
            "HTTP/1.1 200 ".to_owned(),
            "OKOKOKOKOKOKOKOKOKOK",
            at_once,
            "does not speak HTTP",
        ),
        ("heads without an end", String::new(), "HTTP/1.1 103 Early Hints\r\n\r\n", at_once, ""),
        ("a body that comes slowly", format!("{ok}content-length: 900\r\n\r\n"), " ", slowly, late),
        (
            "a body without an end",
            format!("{ok}connection: close\r\n\r\n"),
            "[[[[[[[[[[",
            at_once,
            "longer than 1000 bytes",
        ),
        (
            "chunks without an end",
            format!("{ok}transfer-encoding: chunked\r\n\r\n"),
            "5\r\n     \r\n",
            at_once,
            "longer than 1000 bytes",
        ),
        (
            "chunks that come slowly",
            format!("{ok}transfer-encoding: chunked\r\n\r\n"),
            "1\r\n \r\n",
            slowly,
            late,
        ),
        ("chunks that are none", format!("{ok}transfer-encoding: chunked\r\n\r\n"), "banana\r\n", slowly, ""),
        (
            "the length of a chunk without an end",
            format!("{ok}transfer-encoding: chunked\r\n\r\n"),
            "00000000000000000000",
            at_once,
            "",
        ),
        (
            "a chunk of more than there is",
            format!("{ok}transfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n"),
            "xxxxxxxxxx",
            at_once,
            "",
        ),
        (
            "a length of more than there is",
            format!("{ok}content-length: 18446744073709551615\r\n\r\n"),
            "xxxxxxxxxx",
            at_once,
            "",
        ),
    ];
    for (what, head, piece, pause, word) in cases {
        let started = std::time::Instant::now();
        let fault = endless(&head, piece, pause);
        assert!(started.elapsed() < Duration::from_secs(20), "{what}: {:?}", started.elapsed());
        assert!(fault.message.contains(word) && fault.message.contains("POST /orders"), "{what}: {fault}");
        assert!(
            matches!(fault.kind, FaultKind::Timeout | FaultKind::Protocol | FaultKind::Crash),
            "{what}: {fault}"
        );
        assert!(fault.message.len() < 2_000, "{what}: {} bytes", fault.message.len());
    }
}

#[test]
fn nobody_is_asked_to_whom_a_service_redirects() {
    let other = TcpListener::bind("127.0.0.1:0").expect("a port");
    other.set_nonblocking(true).expect("it does not wait");
    let place = other.local_addr().expect("an address");
    for status in ["301 Moved Permanently", "307 Temporary Redirect"] {
        let fault = fault(&[answer(&format!("{status}\r\nlocation: http://{place}/orders"), "")]);
        assert!(fault.message.contains("redirects are not followed"), "{fault}");
    }
    assert!(other.accept().is_err(), "somebody else was asked");
}

#[test]
fn nothing_is_asked_that_was_not_declared() {
    let (mut shop, requests) = shop(ORDER, &[]);
    let text = |text: &str| label("Order", &[("id", Value::from(text))]);
    let cases = [
        (label("Explode", &[]), FaultKind::Unsupported, "declares no action `Explode`; it has Order"),
        (
            label("Order", &[("who", "me".into())]),
            FaultKind::Invalid,
            "Order has no argument `id`; it has who",
        ),
        (
            label("Order", &[("id", Value::record([("a", Value::from(1))]))]),
            FaultKind::Invalid,
            "which is no text",
        ),
        (text(".."), FaultKind::Invalid, "cannot be a part of a path"),
        (text("."), FaultKind::Invalid, "cannot be a part of a path"),
        (text(""), FaultKind::Invalid, "cannot be a part of a path"),
    ];
    for (label, kind, word) in cases {
        let fault = shop.execute(&label).expect_err("a fault");
        assert!(fault.kind == kind && fault.message.contains(word), "{label}: {fault}");
    }
    assert!(requests.recv_timeout(Duration::from_millis(50)).is_err(), "something was asked");
}

#[test]
fn what_is_observed_is_judged_by_the_properties() {
    let rest = r#"
[actions.Open]
call = "POST /open"
outcomes = [{ outcome = "opened" }]
[actions.Wait]
call = "POST /wait"
[observe]
call = "GET /health"
after = ["opened"]
see = { up = "{.ok}" }
[[property]]
kind = "down"
site = "shop"
holds = { ok = true }
message = "{.name} is down"
"#;
    let ok = |text: &str| answer("200 OK", text);
    let health = |up: bool| ok(&format!(r#"{{"ok": {up}, "name": "shop"}}"#));
    let (mut shop, requests) =
        shop(rest, &[ok(""), ok(""), ok(""), health(true), ok(""), health(false), ok("")]);
    shop.reset(&State::default()).expect("a reset");
    let mut step = |name: &str| {
        let reply = shop.execute(&label(name, &[])).expect("an answer");
        (
            reply.failure.map(|f| format!("{} {} {}", f.kind, f.site, f.message)),
            shop.observe().expect("no fault"),
        )
    };
    let up = |up: bool| Some(Value::record([("up", Value::from(up))]));
    assert_eq!(step("Wait"), (None, None), "there is nothing to see yet");
    assert_eq!(step("Open"), (None, up(true)));
    assert_eq!(step("Wait"), (Some("down shop shop is down".into()), up(false)));
    shop.reset(&State::default()).expect("a reset");
    assert_eq!(shop.observe().expect("no fault"), up(false), "what was seen last");
    let asked: Vec<String> = requests.try_iter().collect();
    assert_eq!(
        asked,
        [
            "POST /reset",
            "POST /wait",
            "POST /open",
            "GET /health",
            "POST /wait",
            "GET /health",
            "POST /reset"
        ]
    );
}

#[test]
fn what_is_wrong_with_a_declaration_has_a_place() {
    let order = "[actions.Order]\ncall = ";
    let cases = [
        ("x = 1\n".to_owned(), "7:1: unknown field `x`"),
        ("[actions.Order]\n".to_owned(), "7:1: missing field `call`"),
        (format!("{order}7\n"), "8:8: "),
        (format!("{order}\"/orders\"\n"), "8:8: a call is a method and a path"),
        (format!("{order}\"BREW /orders\"\n"), "8:8: `BREW` is none of"),
        (format!("{order}\"GET orders\"\n"), "8:8: the path begins with one `/`"),
        (format!("{order}\"GET //evil.example\"\n"), "8:8: the path begins with one `/`"),
        (format!("{order}\"GET /{{id\"\n"), "8:8: `{` is not closed"),
        (format!("{order}\"GET /id}}\"\n"), "8:8: `}` closes nothing"),
        (format!("{order}\"GET /{{}}\"\n"), "8:8: `{}` names nothing"),
        (format!("{order}\"GET /{{id|upper}}\"\n"), "8:8: `{id|upper}`: there is no `upper`"),
        (format!("{order}\"GET /{{.id}}\"\n"), "8:8: `{.id}`: there is no answer yet"),
        (format!("{order}\"GET /{{@key}}\"\n"), "8:8: `{@key}` stands for something only in"),
        (format!("{order}\"GET /x\"\nbody = {{}}\n"), "8:8: a GET has no body"),
        (
            format!("{order}\"GET /x\"\nexpect = [\"made\"]\n"),
            "9:11: `made` is none of the outcomes of Order",
        ),
        (
            format!("{order}\"GET /x\"\nthen = [{{ after = [\"made\"], call = \"GET /\" }}]\n"),
            "9:20: `made` is none",
        ),
        (
            "[observe]\ncall = \"GET /\"\nafter = [\"made\"]\n".to_owned(),
            "9:10: no action has the outcome `made`",
        ),
        (
            "[[property]]\nkind = \"a\"\nsite = \"b\"\nholds = {}\nmessage = \"\"\n".to_owned(),
            "10:9: a property is about what is observed",
        ),
        ("[actions\n".to_owned(), "7:9: "),
    ];
    for (rest, expected) in cases {
        let fault = HttpConsumer::parse("shop.toml", &format!("{HEAD}{rest}"), None).expect_err(&rest);
        assert_eq!(fault.kind, FaultKind::Invalid);
        assert!(fault.message.starts_with(&format!("shop.toml:{expected}")), "{rest}: {fault}");
        assert_eq!(fault.message.lines().count(), 1, "{fault}");
    }
    for (from, to, expected) in [
        ("version = 1", "version = 2", "2:11: this is version 2; 1 is the version that is read"),
        ("http://127.0.0.1:1", "https://example.com", "4:8: base `https://example.com`: https is not spoken"),
        ("http://127.0.0.1:1", "http://u:p@localhost", "4:8: base `http://u:p@localhost`: must have no user"),
        ("http://127.0.0.1:1", "localhost:80", "4:8: base `localhost:80`: is no address"),
        ("http://127.0.0.1:1", "http://a/?q", "4:8: base `http://a/?q`: must have no query"),
    ] {
        let fault = HttpConsumer::parse("shop.toml", &HEAD.replace(from, to), None).expect_err(to);
        assert!(fault.message.starts_with(&format!("shop.toml:{expected}")), "{fault}");
    }
    assert!(HttpConsumer::parse("shop.toml", HEAD, Some("ftp://x")).is_err());
}
