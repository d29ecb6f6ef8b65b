//! Adapters: the page about them is true, and what is built in speaks the protocol like everybody else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use itf::{Labels, Trace};
use itf_adapters::jsonl::{JsonlConsumer, JsonlProducer, Limits};
use itf_adapters::{Producer, System, execute, schedule_of};
use itf_dns_spec::{DnsSpec, Instance};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::common::{ROOT, itf, stderr, stdout};

/// The fenced blocks of a language on the page.
pub(crate) fn blocks(language: &str) -> Vec<String> {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/write-an-adapter.md")).expect("the page");
    let mut found = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line == format!("```{language}") {
            let block: Vec<&str> = lines.by_ref().take_while(|l| *l != "```").collect();
            found.push(block.join("\n") + "\n");
        }
    }
    found
}

/// A folder with the fixtures, and the adapter of the page in this language.
pub(crate) fn with_ledger(language: &str, file: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let fixtures = fs::canonicalize(Path::new(ROOT).join("fixtures")).expect("the fixtures");
    std::os::unix::fs::symlink(fixtures, folder.path().join("fixtures")).expect("a link");
    let adapters = blocks(language);
    assert!(!adapters.is_empty(), "the page has an adapter in {language}");
    fs::write(folder.path().join(file), &adapters[0]).expect("the adapter");
    // The spec is in shell alone.
    fs::write(folder.path().join("tank.sh"), &blocks("sh")[1]).expect("the spec");
    folder
}

/// Runs the sessions of the page, with `program` and `file` in the place of the shell's.
pub(crate) fn sessions(folder: &TempDir, program: &str, file: &str) {
    let bin = Path::new(env!("CARGO_BIN_EXE_itf")).parent().expect("a folder");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").expect("a path"));
    let mut commands = 0;
    for block in blocks("console") {
        let mut lines = block.lines().peekable();
        while let Some(line) = lines.next() {
            let command = line.strip_prefix("$ ").expect("a command");
            let mut expected = String::new();
            let mut status = 0;
            while let Some(next) = lines.next_if(|l| !l.starts_with("$ ")) {
                match next.strip_prefix("? ") {
                    Some(code) => status = code.parse().expect("an exit status"),
                    None => expected.extend([next, "\n"]),
                }
            }
            if command.starts_with("sed") && program != "sh" {
                // What is broken there is broken in the shell's own way.
                break;
            }
            let command = command.replace("sh ledger.sh", &format!("{program} {file}"));
            let output = Command::new("bash")
                .args(["-c", &format!("exec 2>&1\n{command}")])
                .current_dir(folder.path())
                .env("PATH", &path)
                .env_remove("CLICOLOR_FORCE")
                .output()
                .expect("bash starts");
            let printed = String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(output.status.code(), Some(status), "{command}\n{printed}");
            assert_eq!(printed, expected, "{command}");
            commands += 1;
        }
    }
    assert!(commands >= 2, "only {commands} commands on the page");
}

#[test]
fn the_adapter_in_shell_on_the_page_works_as_the_page_says() {
    sessions(&with_ledger("sh", "ledger.sh"), "sh", "ledger.sh");
}

#[test]
fn a_view_that_is_never_compared_is_no_agreement() {
    let folder = with_ledger("sh", "ledger.sh");
    let ledger = fs::read_to_string(folder.path().join("ledger.sh")).expect("the adapter");
    let run = |from: &str, to: &str| {
        let edited = ledger.replacen(from, to, 1);
        assert_ne!(edited, ledger);
        fs::write(folder.path().join("edited.sh"), edited).expect("the adapter");
        let trace = format!("{ROOT}/fixtures/wunderspec/shelves.ndjson");
        let trace = fs::canonicalize(trace).expect("a fixture").display().to_string();
        let args: [&[&str]; 2] = [
            &["replay", "--on", "jsonl:sh edited.sh", &trace],
            &["adapter", "check", "--trace", &trace, "--", "sh", "edited.sh"],
        ];
        args.map(|args| {
            let mut command = crate::common::command();
            let output = command.current_dir(folder.path()).args(args).output().expect("it starts");
            (output.status.code(), stdout(&output) + &stderr(&output))
        })
    };
    // A name that the model does not have; a name that is not in what is observed.
    let [replayed, checked] = run(r#""view":["promised"]"#, r#""view":["promised","stok"]"#);
    assert!(replayed.0 == Some(2) && replayed.1.contains("the model has no `stok`"), "{}", replayed.1);
    assert!(checked.0 == Some(1) && checked.1.contains("`stok` is in the view"), "{}", checked.1);
    let [replayed, checked] = run(r#"\"promised\":"#, r#"\"promise\":"#);
    assert!(replayed.0 == Some(2) && replayed.1.contains("never compared: not observed"), "{}", replayed.1);
    assert!(checked.0 == Some(1) && checked.1.contains("not in `observed`"), "{}", checked.1);
}

fn serve(name: &str) -> Vec<String> {
    vec![env!("CARGO_BIN_EXE_itf").into(), "adapter".into(), "serve".into(), name.into()]
}

fn traces() -> Vec<Trace> {
    let mut files: Vec<PathBuf> = (1..=5).map(|n| format!("root-{n}.ndjson").into()).collect();
    files.extend(["root-many.ndjson", "rollback.ndjson", "epoch5.ndjson"].map(PathBuf::from));
    let folder = Path::new(ROOT).join("fixtures/wunderspec");
    let read = |file| itf::read(&fs::read(folder.join(file)).expect("a fixture")).expect("ITF");
    files.iter().flat_map(read).collect()
}

fn labels() -> Labels {
    Labels::parse("variant:ghost_action").expect("a convention")
}

#[test]
fn a_spec_is_the_same_in_process_and_over_the_protocol() {
    let mut here = DnsSpec::new(Instance::named("n3_5_3").expect("an instance"));
    let mut there = JsonlProducer::start(&serve("dns-spec:n3_5_3"), Limits::default()).expect("it starts");
    assert_eq!(there.header().vars, here.header().vars);
    assert_eq!((there.labels(), there.properties()), (here.labels(), here.properties()));
    for trace in traces() {
        let (ours, theirs) =
            (schedule_of(&mut here, &trace, &labels()), schedule_of(&mut there, &trace, &labels()));
        let (ours, theirs) = (ours.expect("a schedule"), theirs.expect("a schedule"));
        assert_eq!((&ours.calls, ours.differs_at), (&theirs.calls, theirs.differs_at));
        // Without the third call some later ones are disabled, or have other picks.
        let mut edited = ours.calls;
        edited.remove(2);
        let (ours, theirs) = (execute(&mut here, &edited), execute(&mut there, &edited));
        let (ours, theirs) = (ours.expect("no trouble"), theirs.expect("no trouble"));
        assert_eq!((&ours.calls, &ours.states), (&theirs.calls, &theirs.states));
        assert_eq!(ours.disabled, theirs.disabled);
        for property in here.properties() {
            assert_eq!(here.holds(&property.name), there.holds(&property.name), "{property:?}");
        }
    }
}

#[test]
fn a_system_is_the_same_in_process_and_over_the_protocol() {
    let mut here: System = itf_dns_lab::system();
    let there = JsonlConsumer::start(&serve("dns-lab"), Limits::default()).expect("it starts");
    let mut there = there.into_system();
    let mut failures = 0;
    for trace in traces() {
        let ours = here.replay(&trace, &labels(), &mut |_| {}).expect("a replay");
        let theirs = there.replay(&trace, &labels(), &mut |_| {}).expect("a replay");
        assert_eq!((&ours.end, &ours.bindings), (&theirs.end, &theirs.bindings));
        let said = |steps: &[itf_adapters::ReplayedStep]| -> Vec<String> {
            steps.iter().map(|s| format!("{} {} {:?}", s.label, s.reply, s.reply.binds)).collect()
        };
        assert_eq!(said(&ours.steps), said(&theirs.steps));
        failures += usize::from(ours.failure().is_some());
    }
    assert!(failures >= 8, "only {failures} failures");
}

#[test]
fn the_command_takes_adapters_wherever_it_takes_specs_and_systems() {
    let bin = env!("CARGO_BIN_EXE_itf");
    let spec = format!("jsonl:'{bin}' adapter serve dns-spec:n3_5_3");
    let lab = format!("jsonl:'{bin}' adapter serve dns-lab");
    let shrunk = itf([
        "shrink",
        "--with",
        &spec,
        "--violates",
        "no_inconsistent_root",
        "fixtures/wunderspec/root-3.ndjson",
    ]);
    assert_eq!(shrunk.status.code(), Some(0), "{}", stderr(&shrunk));
    assert_eq!(itf::read(&shrunk.stdout).expect("ITF")[0].states.len(), 12);
    let shrunk = itf(["shrink", "--with", &spec, "--on", &lab, "fixtures/wunderspec/root-3.ndjson"]);
    assert_eq!(shrunk.status.code(), Some(0), "{}", stderr(&shrunk));
    assert!(stderr(&shrunk).contains("keeps outage at root"), "{}", stderr(&shrunk));
    let replayed = itf(["replay", "--on", &lab, "fixtures/wunderspec/root-3.ndjson"]);
    assert_eq!(replayed.status.code(), Some(1), "{}", stderr(&replayed));
    assert!(stdout(&replayed).contains("resolves to no address"), "{}", stdout(&replayed));
}

#[test]
fn a_spec_that_is_served_is_explored_and_no_more_is_claimed_than_was_listed() {
    let bin = env!("CARGO_BIN_EXE_itf");
    let served = |name: &str| format!("jsonl:'{bin}' adapter serve {name}");
    let spec = served("dns-spec:n3_5_3");
    let walks = ["generate", &spec, "--until-violation", "no_inconsistent_root", "--seed", "2"];
    let output = itf(walks);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let trace = &itf::read(&output.stdout).expect("ITF")[0];
    let mut here = DnsSpec::new(Instance::named("n3_5_3").expect("an instance"));
    let learned = schedule_of(&mut here, trace, &labels()).expect("a schedule");
    assert_eq!(learned.differs_at, None);
    assert_eq!(itf(walks).stdout, output.stdout, "the seed decides");
    let proof = itf(["generate", &spec, "--property", "plans3", "--shortest"]);
    assert_eq!(proof.status.code(), Some(2), "{}", stderr(&proof));
    assert!(stderr(&proof).contains("does not list all that is enabled here"), "{}", stderr(&proof));
    let mut there = JsonlProducer::start(&serve("dns-spec:n3_5_3"), Limits::default()).expect("it starts");
    there.reset().expect("a state");
    let call = &there.sample(7).expect("calls")[0];
    assert_eq!(there.sample(7).expect("calls")[0], *call);
    assert_ne!(there.sample(8).expect("calls")[0], *call);
    let kept = there.snapshot().expect("a snapshot");
    there.execute(call).expect("an answer");
    there.restore(kept).expect("it goes back");
    assert_eq!(there.sample(7).expect("calls")[0], *call);
}

#[test]
fn a_spec_says_itself_where_its_traces_have_their_labels() {
    let folder = with_ledger("sh", "ledger.sh");
    let tank = blocks("sh")[1].replace(r#""action":{"tag""#, r#""did":{"tag""#);
    let tank = tank.replace("variant:action", "variant:did").replace(r#"["n","action"]"#, r#"["n","did"]"#);
    let (script, trace) = (folder.path().join("tank.sh"), folder.path().join("found.itf.json"));
    fs::write(&script, tank).expect("a spec");
    let (spec, trace) = (format!("jsonl:sh '{}'", script.display()), trace.to_string_lossy().into_owned());
    let found = itf(["generate", &spec, "--until-violation", "low", "--max-steps", "100", "-o", &trace]);
    assert_eq!(found.status.code(), Some(0), "{}", stderr(&found));
    let shrunk = itf(["shrink", "--with", &spec, "--violates", "low", &trace]);
    assert_eq!(shrunk.status.code(), Some(0), "{}", stderr(&shrunk));
    assert_eq!(itf::read(&shrunk.stdout).expect("ITF")[0].states.len(), 5);
}

#[test]
fn a_broken_adapter_is_trouble_and_no_verdict() {
    let script = Path::new(ROOT).join("adapters/tests/misbehaving.sh");
    let trace = "fixtures/wunderspec/root-3.ndjson";
    for (mode, word) in [("hello-dies", "no such spec"), ("hello-version", "speaks protocol 2")] {
        let on = format!("jsonl:sh '{}' {mode}", script.display());
        let output = itf(["replay", "--on", &on, trace]);
        assert_eq!(output.status.code(), Some(2), "{mode}: {}", stderr(&output));
        assert!(stderr(&output).contains(word), "{mode}: {}", stderr(&output));
    }
    for (on, word) in [
        ("jsonl:", "no command is given"),
        ("jsonl:'oops", "a quote is not closed"),
        ("jsonl:no-such-adapter", "cannot start `no-such-adapter`"),
        ("nothing", "there is no system `nothing`"),
    ] {
        let output = itf(["replay", "--on", on, trace]);
        assert_eq!(output.status.code(), Some(2), "{on}");
        assert!(stderr(&output).contains(word), "{on}: {}", stderr(&output));
    }
    for (with, word) in [
        ("wunderspec:no/such.py::a", "there is no spec no/such.py"),
        ("quint:no/such.qnt", "there is no spec no/such.qnt"),
        ("wunderspec:", "there is no spec `wunderspec:`"),
        ("jsonl:no-such-adapter", "cannot start `no-such-adapter`"),
    ] {
        let output = itf(["shrink", "--with", with, "--violates", "p", trace]);
        assert_eq!(output.status.code(), Some(2), "{with}");
        assert!(stderr(&output).contains(word), "{with}: {}", stderr(&output));
    }
}

#[test]
fn what_was_meant_is_said() {
    let folder = with_ledger("sh", "ledger.sh");
    let tank = fs::read_to_string(folder.path().join("tank.sh")).expect("the spec");
    let tank = tank.replace(r#"[{"name":"low"}]"#, r#"[{"name":"low"},{"name":"full","kind":"example"}]"#);
    fs::write(folder.path().join("two.sh"), tank).expect("the spec");
    fs::write(folder.path().join("e.toml"), "").expect("a file");
    let did =
        r#"{"vars":["did"],"states":[{"did":{"tag":"Empty","value":{}}},{"did":{"tag":"Fill","value":{}}}]}"#;
    fs::write(folder.path().join("did.itf.json"), did).expect("a trace");
    let shelves = "fixtures/wunderspec/shelves.ndjson";
    for (args, words) in [
        (&["shrink", "--with", "my.qnt", "--violates", "p", shelves][..], "did you mean quint:my.qnt?"),
        (&["generate", "my.py::small"], "did you mean wunderspec:my.py::small?"),
        (&["shrink", "--with", "jsonl:sh ledger.sh", "--violates", "p", shelves], "is a system, not a spec"),
        (&["replay", "--on", "http:e.toml@127.0.0.1:1", shelves], "http:e.toml@http://127.0.0.1:1"),
        (
            &["shrink", "--with", "jsonl:sh two.sh", "--violates", "full", shelves],
            "that is an example; say --reaches",
        ),
        (
            &["shrink", "--with", "jsonl:sh two.sh", "--reaches", "low", shelves],
            "that is an invariant; say --violates",
        ),
        (
            &[
                "shrink",
                "--with",
                "jsonl:sh two.sh",
                "--violates",
                "low",
                "--action",
                "fields:did",
                "did.itf.json",
            ],
            "",
        ),
        (
            &["replay", "--on", "jsonl:sh ledger.sh", "did.itf.json"],
            "`did` looks like it: --action variant:did",
        ),
    ] {
        let output =
            crate::common::command().current_dir(folder.path()).args(args).output().expect("it starts");
        let said = stderr(&output) + &stdout(&output);
        assert!(output.status.code() == Some(2) && said.contains(words), "{args:?}: {said}");
    }
    // Kinds that a system may have are not known, unless it says them; a note is the least.
    let only = |ledger: &str| {
        let on = format!("jsonl:sh {ledger}");
        let args = ["replay", "--on", &on, "--only", "outge", shelves];
        let output =
            crate::common::command().current_dir(folder.path()).args(args).output().expect("it starts");
        (output.status.code(), stderr(&output))
    };
    let (code, said) = only("ledger.sh");
    assert!(code == Some(0) && said.contains("--only outge: no such failure came"), "{said}");
    let ledger = fs::read_to_string(folder.path().join("ledger.sh")).expect("the adapter");
    let says = ledger.replace(r#""view":["promised"]"#, r#""view":["promised"],"failures":["outage"]"#);
    fs::write(folder.path().join("says.sh"), says).expect("the adapter");
    let (code, said) = only("says.sh");
    assert!(
        code == Some(2) && said.contains("no failure of that kind; there are") && said.contains("outage"),
        "{said}"
    );
}

/// A spec whose one action takes `by`, and whose answer to hello does not say so: the state after it is another one.
#[test]
fn arguments_that_were_forgotten_are_told_where_they_are_missed() {
    let folder = tempfile::tempdir().expect("a folder");
    let spec = r#"n=0
while IFS= read -r line; do
    id=${line#*'"id":'} answer='"status":"ok"'
    case $line in
        *'"op":"hello"'*) answer='"status":"ok","protocol":1,"name":"c","vars":["n","action"],"labels":"variant:action","capabilities":{"check":true},"properties":[{"name":"low"}],"actions":{"tick":{}}' ;;
        *'"op":"reset"'*) n=0 && answer='"status":"ok","state":{"n":0,"action":{"tag":"init","value":{}}}' ;;
        *'"op":"execute"'*) case $line in *'"by"'*) n=5 ;; *) n=FORGOTTEN ;; esac
            [ $n != bad ] && answer='"status":"ok","state":{"n":'$n',"action":{"tag":"tick","value":{"by":5}}}' || answer='"status":"invalid","reason":"no by"' ;;
        *'"op":"check"'*) answer='"status":"ok","holds":{"low":'$([ $n -lt 1 ] && echo true || echo false)'}' ;;
    esac
    echo "{\"id\":${id%%[!0-9]*},$answer}"
    case $line in *'"op":"shutdown"'*) exit 0 ;; esac
done
"#;
    let trace = r#"{"vars":["n","action"],"states":[{"n":0,"action":{"tag":"init","value":{}}},{"n":5,"action":{"tag":"tick","value":{"by":5}}}]}"#;
    fs::write(folder.path().join("t.itf.json"), trace).expect("a trace");
    for (does, code, words) in [
        (
            "1",
            0,
            "than were recorded; its label has by, which `actions` in the answer to hello does not name",
        ),
        ("bad", 2, "no by; its label has by, which the spec names neither as arguments nor as picks of tick"),
    ] {
        fs::write(folder.path().join("spec.sh"), spec.replace("FORGOTTEN", does)).expect("a spec");
        let args = ["shrink", "--with", "jsonl:sh spec.sh", "--violates", "low", "t.itf.json"];
        let output =
            crate::common::command().current_dir(folder.path()).args(args).output().expect("it starts");
        let said = stderr(&output);
        assert!(output.status.code() == Some(code) && said.contains(words), "{said}");
    }
}

#[test]
fn what_an_adapter_wrote_before_it_ended_has_lines() {
    let folder = with_ledger("sh", "ledger.sh");
    let ledger = fs::read_to_string(folder.path().join("ledger.sh")).expect("the adapter");
    let dies = ledger.replace("book + &&", "{ echo one >&2; echo two >&2; exit 3; } &&");
    fs::write(folder.path().join("dies.sh"), dies).expect("the adapter");
    let args = ["replay", "--on", "jsonl:sh dies.sh", "fixtures/wunderspec/shelves.ndjson"];
    let output = crate::common::command().current_dir(folder.path()).args(args).output().expect("it starts");
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).contains("its standard error ended:\n  one\n  two\n"), "{}", stdout(&output));
}

/// What the page shows of conversations is what the schema says.
#[test]
fn the_conversations_on_the_page_are_valid() {
    let root = Path::new(ROOT);
    let schema = fs::read_to_string(root.join("schemas/adapter-protocol-1.schema.json")).expect("the schema");
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    let part = |name: &str| {
        let mut part = schema.clone();
        part.as_object_mut().expect("an object").remove("anyOf");
        part["$ref"] = format!("#/$defs/{name}").into();
        jsonschema::validator_for(&part).expect("a schema")
    };
    let (request, answer) = (part("request"), part("answer"));
    let page = fs::read_to_string(root.join("docs/write-an-adapter.md")).expect("the page");
    let mut seen = 0;
    for line in page.lines() {
        let (schema, text) = match line.trim_start().split_once(' ') {
            Some(("→", text)) => (&request, text),
            Some(("←", text)) => (&answer, text),
            _ => continue,
        };
        let value: serde_json::Value = serde_json::from_str(text).expect(line);
        let errors: Vec<String> = schema.iter_errors(&value).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{line}\n{errors:#?}");
        if value["op"] == "hello" {
            assert!(matches!(value["role"].as_str(), Some("consumer" | "producer")), "{line}");
        }
        seen += 1;
    }
    assert!(seen >= 20, "only {seen} lines");
    // All capabilities are explained.
    let known = schema["$defs"]["greeting"]["properties"]["capabilities"]["properties"].as_object();
    for name in known.expect("capabilities").keys() {
        assert!(page.contains(&format!("| `{name}` |")), "{name}");
    }
}

#[test]
fn check_says_what_is_wrong_by_its_exit_status_too() {
    let script = Path::new(ROOT).join("adapters/tests/misbehaving.sh");
    let script = script.to_string_lossy();
    let tried = |mode: &str| itf(["adapter", "check", "--role", "consumer", "sh", &script, mode]);
    let good = tried("good");
    assert_eq!(good.status.code(), Some(0), "{}", stdout(&good));
    let bad = tried("shutdown-fails");
    assert_eq!(bad.status.code(), Some(1), "{}", stdout(&bad));
    assert!(
        stdout(&bad).contains("FAILS ends after shutdown\n      ended with exit status: 9"),
        "{}",
        stdout(&bad)
    );
    let none = itf(["adapter", "check", "no-such-adapter"]);
    assert_eq!(none.status.code(), Some(2), "{}", stdout(&none));
    let unknown = itf(["adapter", "serve", "nothing"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(
        stderr(&unknown).contains("dns-spec") && stderr(&unknown).contains("dns-lab"),
        "{}",
        stderr(&unknown)
    );
}

#[test]
fn ctrl_c_ends_an_adapter_that_hangs() {
    let folder = tempfile::tempdir().expect("a folder");
    let (trace, pids) = (folder.path().join("trace.itf.json"), folder.path().join("pids"));
    let state = |n: i32, tag: &str| format!(r#"{{"n":{n},"action":{{"tag":"{tag}","value":{{}}}}}}"#);
    let states = [state(0, "Init"), state(1, "Tick"), state(2, "Tick")].join(",");
    fs::write(&trace, format!(r#"{{"vars":["n","action"],"states":[{states}]}}"#)).expect("a trace");
    let script = fs::canonicalize(Path::new(ROOT).join("adapters/tests/misbehaving.sh")).expect("a script");
    let on = format!("jsonl:sh '{}' hangs-for-good '{}'", script.display(), pids.display());
    let trace = trace.to_string_lossy().into_owned();
    let mut child = crate::common::command();
    child.args(["replay", "--on", &on, &trace, &trace]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = child.spawn().expect("the command starts");
    let started = Instant::now();
    let is_there = |path: &Path| fs::read_to_string(path).is_ok_and(|text| text.ends_with('\n'));
    while !is_there(&pids) {
        assert!(started.elapsed() < Duration::from_secs(20), "the adapter does not start");
        std::thread::sleep(Duration::from_millis(10));
    }
    // Now it is greeted, and hangs.
    std::thread::sleep(Duration::from_millis(500));
    let interrupted = Instant::now();
    let pid = Pid::from_raw(i32::try_from(child.id()).expect("a pid")).expect("a pid");
    kill_process(pid, Signal::INT).expect("it is there");
    let output = child.wait_with_output().expect("it ends");
    assert!(interrupted.elapsed() < Duration::from_secs(4), "{:?}", interrupted.elapsed());
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let pids = fs::read_to_string(&pids).expect("pids");
    assert_eq!(pids.lines().count(), 1, "another was begun: {pids}");
    for pid in pids.lines() {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        assert!(stat.is_empty() || stat.contains(") Z "), "still there: {stat}");
    }
}
