//! Specs of somebody's own through the bridges: what is misspelt is told in words that help, whichever command was typed.
//!
//! Needs `ITF_WUNDERSPEC` and `ITF_QUINT`, as `interop_bridges`.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::common::{ROOT, command, stderr, stdout};
use crate::interop_bridges::{quint, wunderspec};

const TWO: &str = "\
module base {
  pure val MOST = 3
}
module ticker {
  import base.*
  var n: int
  action init = n' = 0
  action step = n' = n + 1
  val small = n < MOST
}
";

#[test]
fn the_module_that_is_taken_is_the_same_for_every_command() {
    let Some(tool) = quint() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("two.qnt"), TWO).expect("a spec");
    let run = |args: &[&str]| tool.itf_in(folder.path(), args);
    // The simulator of the tool itself, a search of ours, a walk of ours.
    for more in [&["--property", "small"][..], &["--property", "small", "--shortest"], &[]] {
        let output = run(&[&["generate", "quint:two.qnt"], more].concat());
        assert_eq!(output.status.code(), Some(0), "{more:?}: {}", stderr(&output));
    }
    let found = run(&["generate", "quint:two.qnt", "--property", "small", "-o", "found.itf.json"]);
    assert!(stderr(&found).contains("1 trace that violates small, seed 1"), "{}", stderr(&found));
    let nope = run(&["generate", "quint:two.qnt", "--property", "nope"]);
    assert!(nope.status.code() == Some(2) && stderr(&nope).contains("nope"), "{}", stderr(&nope));
    assert!(!stderr(&nope).contains("quint run"), "{}", stderr(&nope));
    // What is to be reached, in Quint: that its negation is violated.
    let shrink =
        |goal: [&str; 2]| run(&["shrink", "--with", "quint:two.qnt", goal[0], goal[1], "found.itf.json"]);
    let reached = shrink(["--reaches", "n > 2"]);
    assert!(stderr(&reached).contains("--violates 'not(n > 2)'"), "{}", stderr(&reached));
    assert_eq!(shrink(["--violates", "not(n > 2)"]).status.code(), Some(0));
}

#[test]
fn a_folder_without_quint_is_named() {
    let Some(tool) = quint() else { return };
    let mut itf = command();
    let trace = format!("{ROOT}/fixtures/quint/counter.itf.json");
    itf.args(["shrink", "--with", "quint:fixtures/specs/counter.qnt", "--violates", "left < 1", &trace]);
    let output = itf.env(tool.variable, "/nonexistent").output().expect("it starts");
    let said = stderr(&output);
    assert!(output.status.code() == Some(2) && said.contains("ITF_QUINT_DIR is /nonexistent"), "{said}");
}

#[test]
fn mistakes_about_labels_are_told_with_the_file() {
    let Some(tool) = wunderspec() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let specs = Path::new(ROOT).join("fixtures/specs");
    fs::copy(specs.join("shelves.py"), folder.path().join("shelves.py")).expect("a copy");
    let rules = fs::read_to_string(specs.join("shelves.labels.toml")).expect("rules");
    let trace =
        fs::canonicalize(Path::new(ROOT).join("fixtures/wunderspec/shelves.ndjson")).expect("a trace");
    let said = |rules: &str, goal: [&str; 2]| {
        fs::write(folder.path().join("shelves.labels.toml"), rules).expect("rules");
        let mut itf = command();
        itf.args(["shrink", "--with", "wunderspec:shelves.py::small", goal[0], goal[1]]).arg(&trace);
        let output =
            itf.current_dir(folder.path()).env(tool.variable, &tool.value).output().expect("it starts");
        assert_eq!(output.status.code(), Some(2), "{rules}\n{}", stdout(&output));
        stderr(&output)
    };
    let goal = ["--violates", "keeps_promises"];
    for (from, to, word) in [
        (
            "[labels]",
            "[label]",
            "shelves.labels.toml: there is no `label` at the top; there is at, init, step, labels",
        ),
        ("action = \"move\"", "actn = \"move\"", "shelves.labels.toml: there is no `actn` in [labels.Moved]"),
        ("action = \"move\"", "", "shelves.labels.toml: in [labels.Moved]: `action` is missing"),
        ("\"promise\"", "\"promis\"", "in [labels.Promised]: there is no action `promis`; there are"),
        (
            "variant:last_action",
            "variant:nope",
            "at = 'variant:nope': there is no variable `nope`; there are",
        ),
        ("variant:last_action", "last_action", "it is \"variant:VARIABLE\""),
        ("from_shelf =", "from =", "in [labels.Moved], picks: the action has no `from`; it has"),
        ("args = [\"shelf\"]", "args = [\"shef\"]", "in [labels.Delivered], args: the action has no `shef`"),
        ("Opened = ", "Opened ", "shelves.labels.toml: no TOML: "),
    ] {
        let edited = rules.replacen(from, to, 1);
        assert_ne!(edited, rules);
        let said = said(&edited, goal);
        assert!(said.contains(word), "{to}: {said}");
    }
    let without = rules.replacen("Promised = \"promise\"", "", 1);
    let line = said(&without, goal);
    assert!(line.contains("under [labels]: \"Promised\" = \"ACTION\""), "{line}");
    let expression = said(&rules, ["--violates", "stock < 3"]);
    assert!(expression.contains("an expression over states is --invariant"), "{expression}");
    let misspelt = said(&rules, ["--violates", "keeps_promisess"]);
    assert!(misspelt.contains("it has keeps_promises"), "{misspelt}");
}

/// With five initial states, of which the last is nearest to what is looked for, and a step that goes wrong.
const SEVERAL: &str = "\
module several {
  var x: int
  var y: int
  action init = { nondet s = 0.to(4).oneOf() all { x' = s, y' = 0 } }
  action step = all { x' = x + 1, y' = y + 1 }
  action broken = all { x' = x + Map(0 -> 1).get(x), y' = y }
  val low = x < 5
}
";

const SEVERAL_PY: &str = "\
from wunderspec import BoolExpr, Context, Interval, MachineStateBase, StateVar, Val, action, invariant, state


@state
class Several(MachineStateBase):
    x: StateVar[int]
    y: StateVar[int]


@action(init=True)
def init(c: Context[Several]):
    with c.one_of(Interval(Val(0), Val(4)), 'at') as at:
        c.state.x = at
        c.state.y = Val(0)


@action
def step(c: Context[Several]):
    c.state.x = c.state.x + 1
    c.state.y = c.state.y + 1


@invariant
def low(s: Several) -> BoolExpr:
    return s.x < 5
";

#[test]
fn no_initial_state_is_left_out_of_a_search() {
    for (spec, tool) in [("quint:several.qnt", quint()), ("wunderspec:several.py", wunderspec())] {
        let Some(tool) = tool else { return };
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("several.qnt"), SEVERAL).expect("a spec");
        fs::write(folder.path().join("several.py"), SEVERAL_PY).expect("a spec");
        let run = |args: &[&str]| tool.itf_in(folder.path(), args);
        begins_everywhere(spec, &run);
    }
}

fn begins_everywhere(spec: &str, run: &dyn Fn(&[&str]) -> Output) {
    let shortest = run(&["generate", spec, "--property", "low", "--shortest"]);
    assert!(stderr(&shortest).contains("the shortest trace has 2 states"), "{}", stderr(&shortest));
    assert!(stdout(&shortest).contains("\"predicate_kind\":\"invariant\""), "{}", stdout(&shortest));
    let walks = run(&["generate", spec, "--max-samples", "40", "--max-steps", "1", "--weights", "step=1"]);
    let first = |x: usize| format!("\"x\":{{\"#bigint\":\"{x}\"}},\"y\":{{\"#bigint\":\"0\"}}");
    let begun = |x: usize| stdout(&walks).contains(&first(x));
    assert!((0..5).all(begun), "{}", stdout(&walks));
    // A trace that begins elsewhere: what is shown is of all of them, and the trace names its property.
    for seed in ["1", "2", "3"] {
        let found = ["generate", spec, "--property", "low", "--seed", seed, "-o", "found.itf.json"];
        assert_eq!(run(&found).status.code(), Some(0));
        let small = run(&["shrink", "--with", spec, "--prove", "found.itf.json"]);
        assert_eq!(small.status.code(), Some(0), "{}", stderr(&small));
        assert!(stderr(&small).contains("2 states, the shortest there is"), "{}", stderr(&small));
    }
}

#[test]
fn what_goes_wrong_in_a_step_is_no_step_that_is_not_enabled() {
    let Some(tool) = quint() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("several.qnt"), SEVERAL).expect("a spec");
    let run = |args: &[&str]| tool.itf_in(folder.path(), args);
    for more in [&["--shortest"][..], &["--weights", "broken=1"]] {
        let output =
            run(&[&["generate", "quint:several.qnt::several,step=broken", "--property", "x < 9"], more]
                .concat());
        let told = stderr(&output);
        assert!(output.status.code() == Some(2) && told.contains("QNT507"), "{more:?}: {told}");
    }
}
