//! The bridges to the real tools: recorded traces are re-executed to the last value, and shrink.
//!
//! Needs `ITF_WUNDERSPEC` and `ITF_QUINT`, the paths of the tools' executables. With `ITF_INTEROP=required` (as in CI) a
//! missing tool is a failure; without, it is said loudly.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use itf_adapters::jsonl::{JsonlProducer, Limits, Way};
use itf_adapters::{Action, Producer, conventions, execute, schedule_of};

use crate::adapter::{sessions, with_ledger};
use crate::common::{ROOT, command, stderr, stdout};
use crate::shrink_traces::assert_one_minimal;

/// A tool, as the bridges find it.
pub(crate) struct Tool {
    pub(crate) variable: &'static str,
    pub(crate) value: PathBuf,
}

#[expect(clippy::print_stderr, reason = "that nothing was tested must be seen")]
/// The tool whose executable is in the environment variable `name`, by the variable that the bridge looks at and how many
/// folders its value is above the executable.
fn tool(name: &str, variable: &'static str, find: fn(&Path) -> Option<PathBuf>) -> Option<Tool> {
    let Some(executable) = std::env::var_os(name).map(PathBuf::from) else {
        assert_ne!(
            std::env::var_os("ITF_INTEROP").as_deref(),
            Some(OsStr::new("required")),
            "{name} is not set"
        );
        eprintln!("NOT RUN: set {name} to the executable to test with the real tool");
        return None;
    };
    let value =
        find(&executable).unwrap_or_else(|| panic!("{name}={}: not where it belongs", executable.display()));
    Some(Tool { variable, value })
}

pub(crate) fn wunderspec() -> Option<Tool> {
    tool("ITF_WUNDERSPEC", "ITF_PYTHON", |executable| Some(executable.parent()?.join("python")))
}

pub(crate) fn quint() -> Option<Tool> {
    tool("ITF_QUINT", "ITF_QUINT_DIR", |executable| Some(executable.parent()?.parent()?.parent()?.to_owned()))
}

impl Tool {
    pub(crate) fn itf_in(&self, folder: &Path, args: &[&str]) -> Output {
        let mut itf = command();
        itf.args(args).current_dir(folder).env(self.variable, &self.value);
        itf.output().expect("the command starts")
    }

    pub(crate) fn itf<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Output {
        command().args(args).env(self.variable, &self.value).output().expect("the command starts")
    }

    /// Shrinks a fixture; the number of states that are left.
    pub(crate) fn shrinks(&self, with: &str, property: &str, trace: &str) -> usize {
        let output = self.itf(["shrink", "--with", with, "--violates", property, trace]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{trace}: {said}");
        assert!(!said.contains("reaches other states"), "the bridge drifts: {said}");
        assert!(said.contains("one-minimal") && !said.contains("not shown"), "{said}");
        let traces = itf::read(&output.stdout).expect("ITF");
        assert_eq!(traces.len(), 1);
        // What is claimed is looked at in another process of the spec, by every single deletion.
        assert_one_minimal(&mut self.started(with), &traces[0], property);
        traces[0].states.len()
    }

    /// The bridge for a spec as `--with` names it, without `itf` between.
    fn started(&self, with: &str) -> JsonlProducer {
        let (kind, rest) = with.split_once(':').expect("a kind");
        let (spec, options) = rest.split_once("::").unwrap_or((rest, ""));
        let bridge =
            if kind == "quint" { "adapters/quint/bridge.js" } else { "adapters/wunderspec/bridge.py" };
        let program =
            if kind == "quint" { "node".to_owned() } else { self.value.to_string_lossy().into_owned() };
        let mut words =
            vec!["env".to_owned(), format!("{}={}", self.variable, self.value.display()), program];
        words.extend([bridge, spec].map(|file| format!("{ROOT}/{file}")));
        for option in options.split(',').filter(|option| !option.is_empty()) {
            match option.split_once('=') {
                Some((which, name)) => words.extend([format!("--{which}"), name.to_owned()]),
                None => words.push(option.to_owned()),
            }
        }
        JsonlProducer::start(&words, Limits::default()).expect("it starts")
    }

    /// The conformance list, with a trace that is re-executed.
    fn conforms(&self, bridge: &[&str], trace: &str) {
        let args = ["adapter", "check", "--trace", trace, "--"];
        let output = self.itf(args.iter().chain(bridge));
        assert_eq!(output.status.code(), Some(0), "{bridge:?}\n{}{}", stdout(&output), stderr(&output));
        assert!(stdout(&output).contains("ok    re-executes the trace"), "{}", stdout(&output));
    }
}

#[test]
fn wunderspec_traces_shrink() {
    let Some(tool) = wunderspec() else { return };
    for number in 1..=5 {
        let trace = format!("fixtures/wunderspec/root-{number}.ndjson");
        let spec = "wunderspec:adapters/wunderspec/dns_balancer.py::n3_5_3";
        assert_eq!(tool.shrinks(spec, "no_inconsistent_root", &trace), 12, "{trace}");
    }
    // The least there is: a promise of all, in twos, and one move of too many; and nine passes, or eleven by the long way.
    let shelves = tool.shrinks(
        "wunderspec:fixtures/specs/shelves.py::small",
        "keeps_promises",
        "fixtures/wunderspec/shelves.ndjson",
    );
    assert!((5..=6).contains(&shelves), "{shelves}");
    let relay =
        tool.shrinks("wunderspec:fixtures/specs/relay.py", "one_token", "fixtures/wunderspec/relay.ndjson");
    assert!((10..=12).contains(&relay), "{relay}");
}

#[test]
fn quint_traces_shrink() {
    let Some(tool) = quint() else { return };
    for number in [1, 3] {
        let trace = format!("fixtures/quint/root-{number}.itf.json");
        let spec = "quint:adapters/quint/dns_balancer.qnt::main";
        assert_eq!(tool.shrinks(spec, "no_inconsistent_root", &trace), 12, "{trace}");
    }
    let shelves =
        tool.shrinks("quint:fixtures/specs/shelves.qnt", "keeps_promises", "fixtures/quint/shelves.itf.json");
    assert!((5..=12).contains(&shelves), "{shelves}");
    let relay =
        tool.shrinks("quint:fixtures/specs/relay.qnt::relay", "one_token", "fixtures/quint/relay.itf.json");
    assert!((10..=12).contains(&relay), "{relay}");
    // Any expression is a property; what the record of a step loses is found by the states.
    let counter = tool.shrinks(
        "quint:fixtures/specs/counter.qnt",
        "left + right < 20",
        "fixtures/quint/counter.itf.json",
    );
    assert!((2..=3).contains(&counter), "{counter}");
}

#[test]
fn bridges_conform() {
    if let Some(tool) = wunderspec() {
        let python = tool.value.to_string_lossy().into_owned();
        let bridge = "adapters/wunderspec/bridge.py";
        for (spec, instance, trace) in [
            ("adapters/wunderspec/dns_balancer.py", "n3_5_3", "root-1"),
            ("fixtures/specs/shelves.py", "small", "shelves"),
            ("fixtures/specs/relay.py", "ring", "relay"),
        ] {
            let trace = format!("fixtures/wunderspec/{trace}.ndjson");
            tool.conforms(&[&python, bridge, spec, instance], &trace);
        }
    }
    if let Some(tool) = quint() {
        for (spec, module, trace) in [
            ("adapters/quint/dns_balancer.qnt", "main", "root-2"),
            ("fixtures/specs/shelves.qnt", "shelves", "shelves"),
            ("fixtures/specs/relay.qnt", "relay", "relay"),
            ("fixtures/specs/counter.qnt", "counter", "counter"),
            ("fixtures/specs/values.qnt", "values", "values"),
        ] {
            let bridge = ["node", "adapters/quint/bridge.js", spec, module];
            tool.conforms(&bridge, &format!("fixtures/quint/{trace}.itf.json"));
        }
    }
}

#[test]
fn bridges_generate() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("found.ndjson");
    let out = out.to_str().expect("a path");
    let tries = [
        (wunderspec(), "wunderspec:fixtures/specs/shelves.py", "keeps_promises"),
        (quint(), "quint:fixtures/specs/shelves.qnt", "keeps_promises"),
    ];
    for (tool, spec, property) in tries {
        let Some(tool) = tool else { continue };
        let found =
            ["generate", spec, "--property", property, "--max-steps", "60", "--max-findings", "2", "-o", out];
        let output = tool.itf(found);
        assert_eq!(output.status.code(), Some(0), "{spec}: {}", stderr(&output));
        assert_eq!(itf::read(&fs::read(out).expect("traces")).expect("ITF").len(), 2);
        let shrunk = tool.itf(["shrink", "--with", spec, "--violates", property, out]);
        assert_eq!(shrunk.status.code(), Some(0), "{spec}: {}", stderr(&shrunk));
        let none = ["generate", spec, "--property", property, "--max-steps", "2", "--max-samples", "20"];
        let output = tool.itf(none);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{spec}: {}", stderr(&output));
        let output = tool.itf(["generate", spec, "--property", "no_such_property"]);
        assert_eq!(output.status.code(), Some(2), "{spec}: {}", stderr(&output));
    }
}

#[test]
fn another_version_is_named_with_the_one_that_is_needed() {
    let folder = tempfile::tempdir().expect("a folder");
    if let Some(tool) = wunderspec() {
        let info = folder.path().join("wunderspec-9.9.9.dist-info");
        fs::create_dir(&info).expect("a folder");
        fs::write(info.join("METADATA"), "Metadata-Version: 2.1\nName: wunderspec\nVersion: 9.9.9\n")
            .expect("a file");
        let mut itf = command();
        itf.args(["generate", "wunderspec:fixtures/specs/relay.py", "--property", "one_token"]);
        let output =
            itf.env(tool.variable, &tool.value).env("PYTHONPATH", folder.path()).output().expect("it starts");
        assert_eq!(output.status.code(), Some(2));
        assert!(
            stderr(&output).contains("Wunderspec 9.9.9 was found")
                && stderr(&output).contains("0.141.1 is needed")
        );
    }
    if quint().is_some() {
        let package = folder.path().join("node_modules/@informalsystems/quint");
        fs::create_dir_all(&package).expect("a folder");
        fs::write(package.join("package.json"), r#"{"version":"9.9.9"}"#).expect("a file");
        let tool = Tool { variable: "ITF_QUINT_DIR", value: folder.path().to_owned() };
        let output = tool.itf(["generate", "quint:fixtures/specs/relay.qnt", "--property", "one_token"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(
            stderr(&output).contains("Quint 9.9.9 was found") && stderr(&output).contains("0.33.0 is needed")
        );
    }
}

#[test]
fn what_a_bridge_cannot_do_is_said() {
    if let Some(tool) = wunderspec() {
        for (with, word) in [
            ("wunderspec:fixtures/specs/shelves.py::large", "has no instance `large`; it has small"),
            ("wunderspec:adapters/wunderspec/dns_balancer.py", "several instances; name one"),
            ("wunderspec:fixtures/specs/shelves.py::small", "has no property `p`; it has "),
        ] {
            let output =
                tool.itf(["shrink", "--with", with, "--violates", "p", "fixtures/wunderspec/shelves.ndjson"]);
            assert_eq!(output.status.code(), Some(2));
            assert!(stderr(&output).contains(word), "{}", stderr(&output));
        }
    }
    if let Some(tool) = quint() {
        for (with, violates, trace, word) in [
            (
                "quint:fixtures/specs/relay.qnt::race",
                "p",
                "relay",
                "has no module `race`; it has ring, relay",
            ),
            (
                "quint:fixtures/specs/relay.qnt",
                "no_such",
                "relay",
                "json: quint:fixtures/specs/relay.qnt: `no_such`: Name 'no_such' not found; relay has one_token",
            ),
            (
                "quint:fixtures/specs/shelves.qnt",
                "keeps_promises",
                "relay",
                "the trace has no variable of shelves",
            ),
        ] {
            let trace = format!("fixtures/quint/{trace}.itf.json");
            let output = tool.itf(["shrink", "--with", with, "--violates", violates, &trace]);
            assert_eq!(output.status.code(), Some(2), "{with} {trace}");
            assert!(stderr(&output).contains(word), "{with} {trace}: {}", stderr(&output));
        }
    }
}

/// As a compiler says it: file, line and column.
#[test]
fn what_is_wrong_in_a_spec_is_told_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let tries = [
        (
            quint(),
            "quint",
            "broken.qnt",
            "module broken {\n  var x: int\n  action init = y' = 1\n}\n",
            ":3:17: ",
        ),
        (quint(), "quint", "torn.qnt", "module torn {\n  var x: int\n", ":3:"),
        (
            wunderspec(),
            "wunderspec",
            "broken.py",
            "import wunderspec\n\nx = 1 / 0\n",
            ":3: ZeroDivisionError: ",
        ),
        (wunderspec(), "wunderspec", "torn.py", "import wunderspec\ndef f(:\n", ":2:7: SyntaxError: "),
    ];
    for (tool, kind, name, text, place) in tries {
        let Some(tool) = tool else { continue };
        let file = folder.path().join(name);
        fs::write(&file, text).expect("a file");
        let output = tool.itf(["generate".to_owned(), format!("{kind}:{}", file.display())]);
        assert_eq!(output.status.code(), Some(2), "{name}: {}", stderr(&output));
        assert!(stderr(&output).contains(&format!("{name}{place}")), "{name}: {}", stderr(&output));
    }
}

/// A bridge, the tool it runs and their files end with the command, however that ends.
#[test]
fn nothing_is_left_of_a_bridge_whose_command_was_killed() {
    let tries = [
        (wunderspec(), "wunderspec:fixtures/specs/relay.py"),
        (quint(), "quint:fixtures/specs/relay.qnt::relay"),
    ];
    for (tool, spec) in tries {
        let Some(tool) = tool else { continue };
        let folder = tempfile::tempdir().expect("a folder");
        let mut itf = command();
        itf.args(["generate", spec, "--samples", "1000000"]).env(tool.variable, &tool.value);
        let mut child = itf.env("TMPDIR", folder.path()).stdout(Stdio::piped()).spawn().expect("it starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("a pipe");
        std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).expect("a trace");
        assert!(fs::read_dir(folder.path()).expect("a folder").count() > 0, "the bridge is no file");
        child.kill().expect("it is there");
        child.wait().expect("it ends");
        let started = Instant::now();
        while fs::read_dir(folder.path()).expect("a folder").count() > 0 {
            assert!(started.elapsed() < Duration::from_secs(30), "{spec}: a file is left");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

#[test]
fn the_adapters_in_python_and_javascript_on_the_page_work_as_the_page_says() {
    if let Some(tool) = wunderspec() {
        let python = tool.value.to_string_lossy().into_owned();
        sessions(&with_ledger("python", "ledger.py"), &python, "ledger.py");
    }
    if quint().is_some() {
        let node = Command::new("node").arg("--version").output();
        assert!(node.is_ok_and(|output| output.status.success()), "there is no node");
        sessions(&with_ledger("javascript", "ledger.js"), "node", "ledger.js");
    }
}

/// A conversation with a bridge, each answer held against the schema; how many there were.
fn valid_answers(command: &[String], fixture: &str) -> usize {
    let schema =
        fs::read_to_string(Path::new(ROOT).join("schemas/adapter-protocol-1.schema.json")).expect("a schema");
    let mut schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    schema.as_object_mut().expect("an object").remove("anyOf");
    schema["$ref"] = "#/$defs/answer".into();
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let lines = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&lines);
    let tap = move |way: Way, line: &str| {
        if way == Way::Answered {
            heard.lock().expect("no panic").push(line.to_owned());
        }
    };
    {
        let mut spec =
            JsonlProducer::start_tapped(command, Limits::default(), Box::new(tap)).expect("it starts");
        let trace = &itf::read(&fs::read(Path::new(ROOT).join(fixture)).expect("a fixture")).expect("ITF")[0];
        let labels = conventions(&spec, trace, None);
        let learned = schedule_of(&mut spec, trace, &labels[0]).expect("a schedule");
        assert_eq!(learned.differs_at, None);
        let kept = spec.snapshot().expect("a snapshot");
        let calls = spec.enabled().expect("calls");
        spec.execute(calls.first().expect("it goes on")).expect("an answer");
        spec.restore(kept).expect("back");
        let property = spec.properties().pop().map_or_else(|| "true".to_owned(), |p| p.name);
        spec.holds(&property).expect("an answer");
        spec.execute(&Action::new("no_such_action")).expect_err("unknown");
        let mut edited = learned.calls;
        edited.remove(1);
        execute(&mut spec, &edited).expect("answers");
    }
    let lines = lines.lock().expect("no panic");
    for line in lines.iter() {
        let value = serde_json::from_str(line).expect("JSON");
        let errors: Vec<String> = schema.iter_errors(&value).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{line}\n{errors:#?}");
    }
    lines.len()
}

#[test]
fn what_bridges_say_is_what_the_schema_says() {
    let spec = |name: &str| Path::new(ROOT).join(name).to_string_lossy().into_owned();
    if let Some(tool) = wunderspec() {
        let python = tool.value.to_string_lossy().into_owned();
        let bridge = spec("adapters/wunderspec/bridge.py");
        let command = [python, bridge, spec("fixtures/specs/shelves.py"), "small".into()];
        assert!(valid_answers(&command, "fixtures/wunderspec/shelves.ndjson") > 60);
    }
    if let Some(tool) = quint() {
        let quint = format!("ITF_QUINT_DIR={}", tool.value.display());
        let bridge = spec("adapters/quint/bridge.js");
        let command = ["env".into(), quint, "node".into(), bridge, spec("fixtures/specs/shelves.qnt")];
        assert!(valid_answers(&command, "fixtures/quint/shelves.itf.json") > 60);
    }
}
