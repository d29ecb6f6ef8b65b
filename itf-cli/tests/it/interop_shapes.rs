//! Specs of every shape through the bridges: each recorded state is reached again, by trails, and walks depend on the seed.
//!
//! Needs `ITF_WUNDERSPEC` and `ITF_QUINT`, as `interop_bridges`.

use std::fs;
use std::path::Path;

use itf::{Record, Trace, Value};
use itf_adapters::jsonl::{JsonlProducer, Limits};
use itf_adapters::{Action, FaultKind, Next, Picks, Producer, conventions, execute, schedule_of};

use crate::common::{ROOT, command, stderr, stdout};
use crate::interop_bridges::{Tool, quint, wunderspec};

/// The fixtures of Quint, each with its spec and what the command line says besides.
const QUINT: [(&str, &str, &[&str]); 22] = [
    ("root-1", "adapters/quint/dns_balancer", &["main"]),
    ("values", "fixtures/specs/values", &[]),
    ("counter", "fixtures/specs/counter", &[]),
    ("shelves", "fixtures/specs/shelves", &[]),
    ("relay", "fixtures/specs/relay", &["relay"]),
    ("auction", "fixtures/specs/auction", &[]),
    ("bank", "fixtures/specs/bank", &[]),
    ("clocks", "fixtures/specs/clocks/clocks", &["--init", "wind", "--step", "go"]),
    ("election", "fixtures/specs/election", &[]),
    ("grid", "fixtures/specs/grid", &[]),
    ("herd", "fixtures/specs/herd", &[]),
    ("junction", "fixtures/specs/junction", &[]),
    ("kitchen", "fixtures/specs/kitchen", &[]),
    ("ledger", "fixtures/specs/ledger", &[]),
    ("lift", "fixtures/specs/lift", &["lift", "--init", "tower::init", "--step", "tower::step"]),
    ("loops", "fixtures/specs/loops", &[]),
    ("mailbox", "fixtures/specs/mailbox", &[]),
    ("mixer", "fixtures/specs/mixer", &[]),
    ("orders", "fixtures/specs/orders", &[]),
    ("puzzle", "fixtures/specs/puzzle", &[]),
    ("tokens", "fixtures/specs/tokens", &[]),
    ("turnstile", "fixtures/specs/turnstile", &[]),
];

/// Re-executes a trace; every variable of every state must be as recorded, as far as `is_compared`.
pub(crate) fn re_executes(
    spec: &mut JsonlProducer,
    trace: &Trace,
    name: &str,
    is_compared: &dyn Fn(&str) -> bool,
) {
    let labels = conventions(spec, trace, None);
    let learned = schedule_of(spec, trace, &labels[0]).unwrap_or_else(|e| panic!("{name}: {e:?}"));
    assert_eq!(learned.differs_at, None, "{name}");
    let again = execute(spec, &learned.calls).expect("answers");
    assert!(again.disabled.is_none(), "{name}: {:?}", again.disabled);
    assert_eq!(again.states.len(), trace.states.len(), "{name}");
    for (index, (reached, recorded)) in again.states.iter().zip(&trace.states).enumerate() {
        // Parameters are told once.
        let is_told = |name: &str| index == 0 || !trace.params.iter().any(|param| **param == *name);
        let compared = recorded.value.iter().filter(|(name, _)| is_compared(name) && is_told(name));
        for (variable, value) in compared {
            let reached = reached.get(variable).map(Value::unified);
            assert_eq!(reached, Some(value.unified()), "{name}: `{variable}` in state {index}");
        }
    }
}

/// Re-executes a fixture as it is, and, if so, without what `--mbt` recorded.
fn reaches_every_state(bridge: &[String], name: &str, also_plain: bool) {
    let fixture = format!("fixtures/quint/{name}.itf.json");
    let mut spec = started(bridge);
    let bytes = fs::read(Path::new(ROOT).join(&fixture)).expect("a fixture");
    let mut trace = itf::read(&bytes).expect("ITF").remove(0);
    re_executes(&mut spec, &trace, &fixture, &|_| true);
    if also_plain {
        trace.vars.retain(|name| !name.starts_with("mbt::"));
        for state in &mut trace.states {
            let own = state.value.iter().filter(|(name, _)| !name.starts_with("mbt::"));
            state.value = own.map(|(name, value)| (name.clone(), value.clone())).collect();
        }
        re_executes(&mut spec, &trace, &format!("{fixture}, plain"), &|_| true);
    }
}

pub(crate) fn started(bridge: &[String]) -> JsonlProducer {
    JsonlProducer::start(bridge, Limits::default()).expect("it starts")
}

pub(crate) fn bridge(tool: &Tool, spec: &str, args: &[&str]) -> Vec<String> {
    let spec = Path::new(ROOT).join(format!("{spec}.qnt"));
    let script = Path::new(ROOT).join("adapters/quint/bridge.js");
    let quint = format!("{}={}", tool.variable, tool.value.display());
    let words =
        ["env", &quint, "node", &script.to_string_lossy(), &spec.to_string_lossy()].map(str::to_owned);
    words.into_iter().chain(args.iter().map(|&arg| arg.to_owned())).collect()
}

fn all_reach_every_state(fixtures: &[(&str, &str, &[&str])]) {
    let Some(tool) = quint() else { return };
    for (name, spec, args) in fixtures {
        reaches_every_state(&bridge(&tool, spec, args), name, true);
    }
}

#[test]
fn quint_traces_are_re_executed_state_by_state() {
    all_reach_every_state(&QUINT[..QUINT.len() / 2]);
}

#[test]
fn quint_traces_of_other_shapes_too() {
    all_reach_every_state(&QUINT[QUINT.len() / 2..]);
    let Some(tool) = quint() else { return };
    // As the tools wrote them, without `--mbt` and from a test.
    for name in ["root-plain", "shortestOutageTest"] {
        reaches_every_state(&bridge(&tool, "adapters/quint/dns_balancer", &["main"]), name, false);
    }
}

/// Without any label there may be too many choices: then that is said, and what to do, before a deadline says less.
#[test]
fn where_the_choices_cannot_be_found_it_is_said_how_to_record_them() {
    let Some(tool) = quint() else { return };
    let plain = fs::read(Path::new(ROOT).join("fixtures/quint/root-plain.itf.json")).expect("a fixture");
    let mut trace = itf::read(&plain).expect("ITF").remove(0);
    for state in &mut trace.states {
        // No step of the machine makes so many plans of nothing.
        state.value = state.value.without("ghost_action");
        let (name, two) = ("deployer_next_plan", Value::map([("deployer-a", 2)]));
        state.value = state.value.with(name, two);
    }
    let machine = bridge(&tool, "adapters/quint/dns_balancer", &["main"]);
    let mut spec = started(&machine);
    let labels = conventions(&spec, &trace, None);
    let fault = schedule_of(&mut spec, &trace, &labels[0]).expect_err("it is another machine's");
    assert!(fault.message.contains("the recorded state 0"), "{fault}");
    assert!(fault.message.contains("`quint run --mbt` records them"), "{fault}");
}

/// Fresh traces of several instances, by their labels, and by the states alone.
#[test]
fn wunderspec_traces_are_re_executed_state_by_state() {
    let Some(tool) = wunderspec() else { return };
    let there = |path: &str| Path::new(ROOT).join(path).to_string_lossy().into_owned();
    let python = tool.value.to_string_lossy().into_owned();
    for instance in ["two", "three", "wide"] {
        let spec = format!("wunderspec:fixtures/specs/yard.py::{instance}");
        let output =
            tool.itf(["generate", &spec, "--property", "stocked", "--seed", "5", "--max-findings", "3"]);
        assert_eq!(output.status.code(), Some(0), "{spec}: {}", stderr(&output));
        let traces = itf::read(&output.stdout).expect("ITF");
        assert_eq!(traces.len(), 3, "{spec}");
        let bridge =
            [there("adapters/wunderspec/bridge.py"), there("fixtures/specs/yard.py"), instance.into()];
        let command: Vec<String> = std::iter::once(python.clone()).chain(bridge).collect();
        let mut machine = started(&command);
        for mut trace in traces {
            re_executes(&mut machine, &trace, &spec, &|_| true);
            trace.vars.retain(|name| &**name != "did_action");
            for state in &mut trace.states {
                state.value = state.value.without("did_action");
            }
            re_executes(&mut machine, &trace, &spec, &|_| true);
        }
    }
}

#[test]
fn walks_over_bridges_depend_on_the_seed() {
    let tries = [
        (wunderspec(), "wunderspec:fixtures/specs/shelves.py"),
        (wunderspec(), "wunderspec:fixtures/specs/relay.py"),
        (quint(), "quint:fixtures/specs/ledger.qnt"),
        (quint(), "quint:fixtures/specs/lift.qnt::lift,init=tower::init,step=tower::step"),
    ];
    for (tool, spec) in tries {
        let Some(tool) = tool else { continue };
        let walk = |seed: &str| {
            let args = ["generate", spec, "--max-findings", "2", "--max-steps", "8", "--seed", seed];
            let output = tool.itf(args);
            assert_eq!(output.status.code(), Some(0), "{spec}: {}", stderr(&output));
            let traces = itf::read(&output.stdout).expect("ITF");
            assert_eq!(traces.len(), 2, "{spec}");
            assert!(traces.iter().all(|trace| trace.states.len() > 4), "{spec}");
            traces.into_iter().map(|trace| trace.states).collect::<Vec<_>>()
        };
        let once = walk("5");
        assert_eq!(once, walk("5"), "{spec}");
        assert_ne!(once, walk("6"), "{spec}");
        assert_ne!(once[0], once[1], "{spec}");
    }
}

#[test]
fn picks_from_all_integers_are_drawn_and_a_search_says_that_it_proves_nothing() {
    let Some(tool) = wunderspec() else { return };
    let till = "wunderspec:fixtures/specs/till.py";
    let script = Path::new(ROOT).join("adapters/wunderspec/bridge.py");
    let spec = Path::new(ROOT).join("fixtures/specs/till.py");
    let command = [tool.value.as_path(), &script, &spec].map(|path| path.to_string_lossy().into_owned());
    let mut producer = JsonlProducer::start(&command, Limits::default()).expect("it starts");
    producer.reset().expect("a state");
    let names = |calls: Vec<Action>| calls.iter().map(|call| call.name.to_string()).collect::<Vec<_>>();
    assert_eq!(names(producer.sample(1).expect("calls")), ["post"]);
    let fault = producer.enabled().expect_err("there is no end of them");
    assert_eq!(fault.kind, FaultKind::Unsupported);
    assert!(fault.message.contains("there are too many ways through post"), "{fault}");
    let amount = Record::from_iter([("amount", 5)]);
    let next = producer.execute(&Action::new("post").picks(Picks::ByName(amount))).expect("an answer");
    assert!(matches!(next, Next::State { state, .. } if state.get("total") == Some(&5.into())));
    assert_eq!(names(producer.sample(1).expect("calls")), ["post", "close"]);

    let found = tool.itf(["generate", till, "--property", "small", "--weights", "close=1"]);
    assert_eq!(found.status.code(), Some(0), "{}", stderr(&found));
    let proof = tool.itf(["generate", till, "--property", "small", "--shortest"]);
    assert_eq!(proof.status.code(), Some(2), "{}", stderr(&proof));
    assert!(stderr(&proof).contains("does not list all that is enabled here"), "{}", stderr(&proof));
}

/// The farmer needs seven crossings, and a search over what the bridge lists proves it.
#[test]
fn a_shortest_trace_is_found_through_a_bridge() {
    let Some(tool) = quint() else { return };
    let puzzle = "quint:fixtures/specs/puzzle.qnt";
    let output = tool.itf(["generate", puzzle, "--property", "not_over", "--shortest"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(itf::read(&output.stdout).expect("ITF")[0].states.len(), 8);
    let output = tool.itf(["generate", puzzle, "--property", "not_over", "--shortest", "--max-steps", "6"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
}

/// The least trace of each is known: by the rules of the spec, or by a search for a shorter one.
#[test]
fn quint_violations_of_other_shapes_shrink() {
    let Some(tool) = quint() else { return };
    // A farmer needs seven crossings.
    let puzzle =
        tool.shrinks("quint:fixtures/specs/puzzle.qnt", "not_over", "fixtures/quint/puzzle.itf.json");
    assert_eq!(puzzle, 8);
    let with = "quint:fixtures/specs/lift.qnt::lift,init=tower::init,step=tower::step";
    // Three floors up; two people get in there, whom a call brought.
    let lift = tool.shrinks(with, "idle_is_empty", "fixtures/quint/lift.itf.json");
    assert!((8..=10).contains(&lift), "{lift}");
}

#[test]
fn another_name_for_init_is_asked_for() {
    let Some(tool) = quint() else { return };
    let trace = "fixtures/quint/lift.itf.json";
    for (with, word) in [
        ("quint:fixtures/specs/lift.qnt", "init=NAME"),
        ("quint:fixtures/specs/lift.qnt::lift,start=go", "`start=go` is no option"),
    ] {
        let output = tool.itf(["shrink", "--with", with, "--violates", "idle_is_empty", trace]);
        assert_eq!(output.status.code(), Some(2), "{with}");
        assert!(stderr(&output).contains(word), "{with}: {}", stderr(&output));
    }
}

/// The lines of the page that are commands, by their first word.
fn commands_of_the_page(program: &str) -> Vec<String> {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/my-spec.md")).expect("the page");
    let lines = page.lines().filter_map(|line| line.strip_prefix("    "));
    lines.filter(|line| line.split(' ').next() == Some(program)).map(str::to_owned).collect()
}

#[test]
fn the_page_on_specs_works_as_it_says() {
    let (python, node) = (wunderspec(), quint());
    let page = fs::read_to_string(Path::new(ROOT).join("docs/my-spec.md")).expect("the page");
    let folder = tempfile::tempdir().expect("a folder");
    let fixtures = fs::canonicalize(Path::new(ROOT).join("fixtures")).expect("the fixtures");
    std::os::unix::fs::symlink(fixtures, folder.path().join("fixtures")).expect("a link");
    let mut shown = 0;
    for (program, variable) in [("quint", "ITF_QUINT"), ("wunderspec", "ITF_WUNDERSPEC")] {
        let Some(tool) = crate::interop::tool(variable) else { continue };
        let [line] = commands_of_the_page(program).try_into().expect("one command");
        let words = itf_adapters::jsonl::split(&line).expect("a command line");
        let mut command = std::process::Command::new(tool);
        let output = command.args(&words[1..]).current_dir(folder.path()).output().expect("the tool starts");
        let file = fs::read(folder.path().join(words.last().expect("a word"))).expect(&line);
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &stderr(&output);
        assert!(!itf::read(&file).expect("ITF").is_empty(), "{line}\n{said}");
    }
    for line in commands_of_the_page("itf") {
        let Some(tool) = (if line.contains("wunderspec:") { &python } else { &node }) else { continue };
        let words = itf_adapters::jsonl::split(&line).expect("a command line");
        let mut command = command();
        let command = command.args(&words[1..]).current_dir(folder.path()).env(tool.variable, &tool.value);
        let output = command.output().expect("the command starts");
        assert_eq!(output.status.code(), Some(0), "{line}\n{}", stderr(&output));
        let file = folder.path().join(words.last().expect("a word"));
        assert!(!itf::read(&fs::read(file).expect("a trace")).expect("ITF").is_empty(), "{line}");
        // What is printed after a command is what it prints.
        let (_, rest) = page.split_once(&line).expect("it is there");
        let said = rest.strip_prefix("\n\n").unwrap_or_default();
        let said = said.strip_prefix("says what it did,\n\n").unwrap_or(said);
        if let Some(expected) = said.strip_prefix("```text\n").and_then(|rest| rest.split_once("```")) {
            assert_eq!(stdout(&output) + &stderr(&output), expected.0, "{line}");
            shown += 1;
        }
    }
    assert_eq!(commands_of_the_page("itf").len(), 7);
    assert!(node.is_none() || shown == 2, "{shown}");
}

/// The labels of the page are those of the spec that it names.
#[test]
fn the_labels_on_the_page_are_those_of_the_spec() {
    let read = |path: &str| fs::read_to_string(Path::new(ROOT).join(path)).expect("a file");
    let page = read("docs/my-spec.md");
    let (_, rest) = page.split_once("```toml\n").expect("a sample");
    let (sample, _) = rest.split_once("```").expect("its end");
    assert_eq!(sample, read("fixtures/specs/shelves.labels.toml"));
}

/// What the page has people install is what the tests run with, and what the bridges ask for.
#[test]
fn the_page_installs_what_is_needed() {
    let read = |path: &str| fs::read_to_string(Path::new(ROOT).join(path)).expect("a file");
    let pip = format!("pip install {}", read("adapters/wunderspec/requirements.txt").trim());
    assert_eq!(commands_of_the_page("pip"), [pip.as_str()]);
    assert_eq!(pip, format!("pip install wunderspec=={}", itf_adapters::bridge::WUNDERSPEC));
    let package: serde_json::Value =
        serde_json::from_str(&read("adapters/quint/package.json")).expect("JSON");
    let wanted =
        |name: &str| format!("{name}@{}", package["dependencies"][name].as_str().expect("a version"));
    let npm = format!("npm install {} {}", wanted("@informalsystems/quint"), wanted("antlr4ts"));
    assert_eq!(commands_of_the_page("npm"), [npm]);
    assert!(
        read("adapters/quint/bridge.js").contains(&format!("WANTED = '{}'", itf_adapters::bridge::QUINT))
    );
}
