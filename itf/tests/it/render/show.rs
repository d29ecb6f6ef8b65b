//! What a trace looks like.

use itf::render::{Page, Palette, ShowOptions, show};

use super::{fixture, read, stripped};

#[test]
fn a_real_counterexample() {
    let text = show(&fixture("wunderspec/root-3.ndjson"), &ShowOptions::default());
    assert!(
        text.starts_with("27 states\n  source: wunderspec run\n  trace_seed: 3537054308274871603\n"),
        "{text}"
    );
    let expected = r#"
step 7  Deploy(deployer: "deployer-c", new_epoch: 2, new_root: "plan1.db.example.com",
               plan_id: "plan1.db.example.com", previous_root: "plan2.db.example.com",
               rollback: "plan2.db.example.com")
    zone_records
      {name: "db.us-east-1.example.com"}.value[0]: "plan2.db.example.com" → "plan1.db.example.com"
      {name: "rollback.db.example.com"}.value[0]:
        "plan-init.db.example.com" → "plan2.db.example.com"
      {name: "lock.example.com"}.value[1]: 1 → 2
    + { kind: "A", name: "plan1.db.example.com", value: ("192.0.2.2", 1) }
    + { kind: "CNAME", name: "plan1.db.example.com", value: ("lb-2-1.db.example.com", 114) }
    deployer_next_plan["deployer-c"]: 1 → 2
    deployer_view["deployer-c"]
      lock.value[1]: 1 → 2
      rollback: "plan-init.db.example.com" → "plan2.db.example.com"
      root: "plan2.db.example.com" → "plan1.db.example.com"

step 8  Backoff(deployer: "deployer-b",
                lock: { kind: "TXT", name: "lock.example.com", value: ("genesis", 0) })
  (no change)
"#;
    assert!(text.contains(expected), "{text}");
    assert!(!text.contains("ghost_action"), "the label is shown instead");
}

#[test]
fn lines_keep_to_the_width_where_there_is_something_to_break() {
    for width in [60, 80, 120] {
        let options = ShowOptions { page: Page { width, ..Page::default() }, ..ShowOptions::default() };
        for name in ["wunderspec/root-3.ndjson", "wunderspec/rollback.ndjson"] {
            let text = show(&fixture(name), &options);
            let long = text.lines().find(|line| line.chars().count() > width.max(80));
            assert_eq!(long, None, "at width {width}");
        }
    }
}

#[test]
fn colours_add_nothing_but_colours() {
    let trace = fixture("wunderspec/root-3.ndjson");
    let plain = show(&trace, &ShowOptions::default());
    let page = Page { palette: Palette::ansi(), ..Page::default() };
    let coloured = show(&trace, &ShowOptions { page, ..ShowOptions::default() });
    assert_ne!(coloured, plain);
    assert_eq!(stripped(&coloured), plain);
}

#[test]
fn nothing_of_a_trace_acts_on_a_terminal() {
    let trace = read(
        r##"{"#meta":{"source":"\u001b[31m","\u001b]0;x\u0007":1},"vars":["\u001b[2J"],
        "states":[{"\u001b[2J":"a\u001b[0m"},{"\u001b[2J":{"\u202e":"\u0007"}}]}"##,
    );
    let text = show(&trace, &ShowOptions::default());
    assert!(text.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'), "{text:?}");
}

const LASSO: &str = r##"{"#meta":{"status":"violation"},"params":["N"],"vars":["pc","x"],"loop":1,"states":[
    {"N":2,"pc":"start","x":0},{"pc":"work","x":1},{"pc":"work","x":2}]}"##;

#[test]
fn a_lasso_says_where_it_goes_on() {
    assert_eq!(
        show(&read(LASSO), &ShowOptions::default()),
        r#"3 states, those from 1 on repeat for ever
  status: violation

parameters
  N = 2

state 0
  pc = "start"
  x = 0

step 1
  (the loop begins here)
    pc: "start" → "work"
    x: 0 → 1

step 2
    x: 1 → 2

loop: on to state 1
    x: 2 → 1
"#
    );
}

#[test]
fn what_is_shown_can_be_chosen() {
    let trace = read(LASSO);
    let options = ShowOptions { only: vec!["pc".into()], steps: Some(1..=2), ..ShowOptions::default() };
    let text = show(&trace, &options);
    assert!(
        text.contains("step 1\n  (the loop begins here)\n    pc:") && !text.contains("state 0"),
        "{text}"
    );
    assert!(text.contains("step 2\n  (no change in what is shown)\n") && !text.contains("N ="), "{text}");
    let full = show(&trace, &ShowOptions { full: true, hide: vec!["pc".into()], ..ShowOptions::default() });
    assert!(full.contains("step 2\n  x = 2\n") && !full.contains("pc"), "{full}");
}

#[test]
fn a_variable_that_comes_or_goes_is_told() {
    let trace = read(r#"{"vars":["x","y"],"states":[{"x":1},{"y":2}]}"#);
    let text = show(&trace, &ShowOptions::default());
    assert!(text.ends_with("step 1\n  - x: 1\n  + y: 2\n"), "{text}");
}
