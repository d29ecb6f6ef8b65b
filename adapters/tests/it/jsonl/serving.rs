//! Serving: what is asked for badly is answered, and the conversation goes on.

use itf_adapters::jsonl::{serve_consumer, serve_producer};
use serde_json::Value;

use crate::toy::{Tank, real_tank};

fn lines(answers: Vec<u8>) -> Vec<Value> {
    let text = String::from_utf8(answers).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn producer(requests: &str) -> Vec<Value> {
    let mut answers = Vec::new();
    serve_producer(&mut Tank::default(), &mut requests.as_bytes(), &mut answers).expect("no trouble");
    lines(answers)
}

fn consumer(requests: &str) -> Vec<Value> {
    let mut answers = Vec::new();
    serve_consumer(&mut real_tank(), &mut requests.as_bytes(), &mut answers).expect("no trouble");
    lines(answers)
}

#[test]
fn bad_requests_are_answered() {
    let answers = producer(concat!(
        "oops\n",
        "\n",
        r#"{"id":2,"op":"execute","action":"fill"}"#,
        "\n",
        r#"{"id":3,"op":"fly"}"#,
        "\n",
        r#"{"id":4,"op":"hello","protocol":1,"role":"consumer"}"#,
        "\n",
        r#"{"id":5,"op":"reset","unknown":[1]}"#,
        "\n",
        r#"{"id":6,"op":"execute"}"#,
        "\n",
        r##"{"id":7,"op":"execute","action":"fill","picks":[{"#bigint":"x"}]}"##,
        "\n",
        r#"{"id":8,"op":"execute","action":"leak"}"#,
        "\n",
        r#"{"id":9,"op":"check","properties":["nope"]}"#,
        "\n",
    ));
    let said: Vec<(Option<u64>, &str)> =
        answers.iter().map(|a| (a["id"].as_u64(), a["status"].as_str().unwrap_or_default())).collect();
    assert_eq!(
        said,
        [
            (None, "invalid"),
            (Some(2), "invalid"),
            (Some(3), "unsupported"),
            (Some(4), "unsupported"),
            (Some(5), "ok"),
            (Some(6), "invalid"),
            (Some(7), "invalid"),
            (Some(8), "unsupported"),
            (Some(9), "unsupported"),
        ]
    );
    assert!(answers[0]["reason"].as_str().is_some_and(|r| r.contains("`oops`")), "{}", answers[0]);
    assert!(answers[1]["reason"].as_str().is_some_and(|r| r.contains("before the first reset")));
}

#[test]
fn what_is_enabled_is_listed_and_what_cannot_be_done_not_offered() {
    let answers = producer(concat!(
        r#"{"id":1,"op":"hello","protocol":1,"role":"producer"}"#,
        "\n",
        r#"{"id":2,"op":"enabled"}"#,
        "\n",
        r#"{"id":3,"op":"reset"}"#,
        "\n",
        r#"{"id":4,"op":"execute","action":"fill","picks":[3]}"#,
        "\n",
        r#"{"id":5,"op":"enabled"}"#,
        "\n",
        r#"{"id":6,"op":"enabled","seed":4294967296}"#,
        "\n",
        r#"{"id":7,"op":"snapshot"}"#,
        "\n",
        r#"{"id":8,"op":"restore"}"#,
        "\n",
    ));
    let can = &answers[0]["capabilities"];
    assert_eq!(
        (&can["enabled"], &can["check"], &can["snapshot"], &can["successors"]),
        (&true.into(), &true.into(), &Value::Null, &Value::Null)
    );
    assert_eq!(answers[1]["status"], "invalid", "hello begins anew");
    let calls = answers[4]["calls"].as_array().expect("calls");
    let names: Vec<_> = calls.iter().map(|call| call["action"].as_str().expect("a name")).collect();
    assert_eq!(names, ["fill", "fill", "empty"]);
    assert_eq!((&calls[1]["picks"][0]["#bigint"], &answers[4]["partial"]), (&"2".into(), &Value::Null));
    let said: Vec<_> = answers[5..].iter().map(|a| a["status"].as_str().expect("a status")).collect();
    assert_eq!(said, ["invalid", "unsupported", "invalid"]);
}

#[test]
fn picks_that_were_replaced_are_told() {
    let fill = |id: u64, amount: u64| {
        format!("{{\"id\":{id},\"op\":\"execute\",\"action\":\"fill\",\"picks\":[{amount}]}}\n")
    };
    let answers = producer(&format!("{{\"id\":1,\"op\":\"reset\"}}\n{}{}", fill(2, 4), fill(3, 3)));
    assert!(answers[1].get("picks").is_none());
    assert_eq!(answers[2]["picks"][0]["#bigint"], "1");
}

#[test]
fn what_the_system_alone_shows_is_judged_where_it_is() {
    let fill = |id: u64, amount: u64| {
        format!("{{\"id\":{id},\"op\":\"execute\",\"action\":\"Fill\",\"args\":{{\"amount\":{amount}}}}}\n")
    };
    let reset = "{\"id\":1,\"op\":\"reset\",\"state\":{}}\n";
    let answers = consumer(&format!("{reset}{}{}", fill(2, 3), fill(3, 1)));
    assert_eq!(answers[1]["outcome"], "filled");
    assert!(answers[1].get("failure").is_none());
    assert_eq!(
        (&answers[2]["outcome"], &answers[2]["failure"]["kind"]),
        (&"leaks".into(), &"outcome".into())
    );
    let empty = "{\"id\":4,\"op\":\"execute\",\"action\":\"Empty\"}\n";
    let broken = consumer(&format!("{reset}{}{empty}", fill(2, 3)));
    assert_eq!((&broken[2]["status"], &broken[2]["reason"]), (&"failed".into(), &"the pump broke".into()));
}

#[test]
fn after_shutdown_nothing_is_read() {
    assert_eq!(producer("{\"id\":1,\"op\":\"shutdown\"}\n{\"id\":2,\"op\":\"reset\"}\n").len(), 1);
}
