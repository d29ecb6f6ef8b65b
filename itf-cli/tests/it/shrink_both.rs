//! `itf shrink` with a spec: a command that judges what the spec executed, journals, several at work.

use std::collections::HashSet;
use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use itf::Trace;
use itf_adapters::{Action, Producer, conventions, execute, schedule_of, trace_of};
use itf_dns_spec::{DnsSpec, Instance};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value as Json;
use tempfile::TempDir;

use crate::common::{ROOT, command, stderr, stdout};
use crate::schema::validator;
use crate::shrink_journal::is_alive;

const TRACE: &str = "fixtures/wunderspec/root-3.ndjson";
const SPEC: &str = "dns-spec:n3_5_3";

/// Somebody deploys, and later somebody cleans up. Every candidate is kept.
const DEPLOYS: &str = r#"cp "$1" "$BENCH/seen/$ITF_ATTEMPT"
tr -d '\n' < "$1" | grep -q '"Deploy".*"Cleanup"'"#;

pub(crate) struct Bench(TempDir);

impl Bench {
    pub(crate) fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("seen")).expect("a folder");
        fs::write(folder.path().join("oracle.sh"), script).expect("a file");
        fs::copy(format!("{ROOT}/{TRACE}"), folder.path().join("long.itf.json")).expect("a file");
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn with(&self, spec: &str, options: &[&str]) -> Command {
        let mut shrink = command();
        shrink.current_dir(self.0.path()).args(["shrink", "--with", spec]).args(options).arg("long.itf.json");
        shrink.env("BENCH", self.0.path()).stdin(Stdio::null());
        shrink
    }

    fn judged(&self, spec: &str, options: &[&str]) -> Command {
        let mut shrink = self.with(spec, options);
        shrink.args(["--", "sh", "oracle.sh", "{}"]);
        shrink
    }
}

/// Runs it, which has to work: the result and what was said.
#[track_caller]
fn done(mut shrink: Command) -> (String, String) {
    let output = shrink.output().expect("it starts");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    (stdout(&output), stderr(&output))
}

fn served() -> String {
    format!("jsonl:'{}' adapter serve {SPEC}", env!("CARGO_BIN_EXE_itf"))
}

/// The calls of a trace, if it is one that the spec has, to the last value.
fn calls(trace: &Trace) -> Vec<Action> {
    let mut spec = DnsSpec::new(Instance::named("n3_5_3").expect("an instance"));
    let labels = conventions(&spec, trace, None).remove(0);
    let learned = schedule_of(&mut spec, trace, &labels).expect("a schedule");
    assert_eq!(learned.differs_at, None);
    let execution = execute(&mut spec, &learned.calls).expect("an execution");
    assert_eq!(execution.calls.len(), learned.calls.len(), "a call is disabled");
    let values = |states: &[itf::State]| states.iter().map(|state| state.value.clone()).collect::<Vec<_>>();
    assert_eq!(values(&execution.states), values(&trace.states));
    learned.calls
}

pub(crate) fn read(text: &str) -> Trace {
    itf::read(text.as_bytes()).expect("ITF").remove(0)
}

#[test]
fn a_command_judges_what_the_spec_executed() {
    let bench = Bench::new(DEPLOYS);
    let (small, said) = done(bench.judged(SPEC, &[]));
    assert!(said.contains("one-minimal, ") && said.contains("keeps command at sh"), "{said}");
    // Every file that the command ever got is an execution of the spec.
    let seen: Vec<PathBuf> = fs::read_dir(bench.path("seen"))
        .expect("a folder")
        .map(|entry| entry.expect("a file").path())
        .collect();
    assert!(seen.len() > 5);
    for file in seen {
        calls(&read(&fs::read_to_string(file).expect("a file")));
    }
    // One-minimal, as everybody can see.
    let deploys = |states: &[itf::State]| {
        let spec = DnsSpec::new(Instance::named("n3_5_3").expect("an instance"));
        let text = trace_of(&spec.header(), states.to_vec());
        let mut json = Vec::new();
        itf::write(&mut json, &text, itf::Layout::Compact).expect("a text");
        let json = String::from_utf8(json).expect("a text");
        json.find("\"Deploy\"").is_some_and(|at| json[at..].contains("\"Cleanup\""))
    };
    let result = read(&small);
    assert!(deploys(&result.states));
    let kept = calls(&result);
    for at in 0..kept.len() {
        let mut spec = DnsSpec::new(Instance::named("n3_5_3").expect("an instance"));
        let deletion = [&kept[..at], &kept[at + 1..]].concat();
        assert!(!deploys(&execute(&mut spec, &deletion).expect("an execution").states), "step {at} can go");
    }
    // Without the spec, states are left out that the spec does not allow to leave out.
    let mut alone = command();
    alone.current_dir(bench.0.path()).args(["shrink", "long.itf.json", "--", "sh", "oracle.sh", "{}"]);
    let (shorter, _) = done({
        alone.env("BENCH", bench.0.path());
        alone
    });
    assert!(read(&shorter).states.len() < result.states.len());
    // Several at once, in process and over the protocol: the same.
    assert_eq!(done(bench.judged(SPEC, &["--jobs", "3"])).0, small);
    let there = done(bench.judged(&served(), &["--jobs", "2"])).0;
    assert_eq!(calls(&read(&there)), kept);
}

#[test]
fn a_property_and_a_command_have_to_fail_together() {
    // The command sees the trace up to the violation.
    let bench = Bench::new("grep -q '\"Cleanup\"' \"$1\" || exit 1; echo 'root is gone'; exit 3");
    let rules = ["--fails-when", "exit=3", "--fails-when", "output~root is (.*)"];
    let both = [&["--violates", "no_inconsistent_root"][..], &rules].concat();
    let (small, said) = done(bench.judged(SPEC, &both));
    let identity =
        "keeps invariant and command at no_inconsistent_root and exit=3, output~root is (.*), gone";
    assert!(said.contains("27 → 12 states, one-minimal") && said.contains(identity), "{said}");
    assert_eq!(calls(&read(&small)).len(), 11);
    // Rates and a dry run, too.
    let flaky = "[ $((${ITF_ATTEMPT##*-} % 3)) != 0 ] && grep -q '\"Cleanup\"' \"$1\"";
    let bench = Bench::new(flaky);
    let options = ["--flaky", "--seed", "1", "--violates", "no_inconsistent_root"];
    let (small, said) = done(bench.judged(SPEC, &options));
    assert!(said.contains("one-minimal at rate") && said.contains("confidence"), "{said}");
    assert_eq!(read(&small).states.len(), 12);
    let output = bench.judged(SPEC, &["--violates", "no_inconsistent_root"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("--flaky"), "{}", stderr(&output));
    let (nothing, said) = done(bench.judged(SPEC, &["--dry-run", "--flaky"]));
    assert!(nothing.is_empty() && said.contains("steps may be left out"), "{said}");
}

#[test]
fn a_command_that_misbehaves_leads_to_no_claim_with_a_spec_either() {
    for (script, options, words) in [
        ("sleep 60", &["--timeout", "0.3"][..], "longer than 0.3 s"),
        ("kill -SEGV $$", &[], "signal 11"),
        ("exit 125", &[], "cannot tell"),
        ("exit 0", &[], "the initial state alone fails"),
        (
            "while :; do head -c 300000 /dev/zero > \"$ITF_FOLDER/$((n = n + 1))\"; done",
            &["--disk", "1"],
            "1 MiB",
        ),
        ("head -c 30000000 /dev/zero; exit 1", &[], "the original does not fail"),
        ("setsid sleep 60 & sleep 60 & wait", &["--timeout", "0.3"], "longer than 0.3 s"),
        ("setsid sleep 60 & sleep 60 & exit 1", &[], "the original does not fail"),
        ("echo >> \"$BENCH/n\"; [ $(wc -l < \"$BENCH/n\") = 1 ]", &[], "changes its mind"),
    ] {
        for jobs in ["1", "4"] {
            let bench = Bench::new(script);
            let options = [&["--jobs", jobs, "-o", "small.itf.json"], options].concat();
            let output = bench.judged(SPEC, &options).output().expect("it starts");
            let said = stderr(&output);
            assert_ne!(output.status.code(), Some(0), "{script}: {said}");
            let errors: Vec<&str> = said.lines().filter(|line| line.starts_with("itf: error: ")).collect();
            assert!(errors.len() == 1 && errors[0].contains(words), "{script}: {said}");
            assert!(!said.contains("one-minimal"), "{script}: {said}");
        }
    }
}

fn lines(bench: &Bench) -> Vec<Json> {
    let text = fs::read_to_string(bench.path("small.itf.json.journal")).unwrap_or_default();
    let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    whole.map(|line| serde_json::from_str(line).expect("a line of a journal")).collect()
}

/// Whose verdicts are in the journal.
fn runs(bench: &Bench) -> Vec<(String, u64)> {
    let known = lines(bench).into_iter().skip(1).filter(|line| line["verdict"] != "fault");
    known.map(|l| (l["candidate"].to_string(), l["run"].as_u64().expect("a number"))).collect()
}

/// Kills what `shrink` makes of options so many times, each at a random moment of these (in milliseconds), and lets it end then.
/// What was asked for before is not asked for again, and the result is that of work that was not killed.
pub(crate) fn survives(
    bench: &Bench,
    shrink: &dyn Fn(&[&str]) -> Command,
    kills: u64,
    moments: Range<u64>,
    (seed, jobs): (u64, &str),
) {
    let plain = ["--violates", "no_inconsistent_root"];
    let options = [&plain[..], &["--jobs", jobs, "--resume", "-o", "small.itf.json"]].concat();
    let mut moment = SmallRng::seed_from_u64(seed);
    for _ in 0..kills {
        let mut killed = shrink(&options);
        let mut child = killed.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        std::thread::sleep(Duration::from_millis(moment.random_range(moments.clone())));
        child.kill().expect("it can be killed");
        child.wait().expect("it is gone");
        if let Ok(best) = fs::read(bench.path("small.itf.json")) {
            assert!(itf::read(&best).expect("the file is whole")[0].states.len() <= 27);
        }
    }
    let before: HashSet<_> = runs(bench).into_iter().collect();
    done(shrink(&options));
    let after = runs(bench);
    let distinct: HashSet<_> = after.iter().cloned().collect();
    assert_eq!(distinct.len(), after.len(), "a verdict is there twice");
    assert!(before.is_subset(&distinct), "a verdict is lost");
    let small = fs::read_to_string(bench.path("small.itf.json")).expect("a result");
    let fresh = done(shrink(&plain)).0;
    assert_eq!(small, fresh, "the result is another one");
    // And once more: everything is known, nothing is asked.
    let (asked, journal) = (fs::read(bench.path("asked")).ok(), lines(bench));
    let (_, said) = done(shrink(&options));
    assert!(said.contains("verdicts came out of small.itf.json.journal"), "{said}");
    if jobs == "1" {
        assert_eq!((fs::read(bench.path("asked")).ok(), lines(bench)), (asked, journal));
    }
    let schema = validator("shrink-journal-2");
    for line in lines(bench) {
        assert!(schema.is_valid(&line), "{line}");
    }
}

#[test]
fn a_kill_loses_nothing_with_a_spec_in_another_process() {
    let kills = std::env::var("ITF_KILLS").ok().map_or(6, |n| n.parse::<u64>().expect("a number"));
    for round in 0..kills.div_ceil(6) {
        let script = "grep -q '\"Cleanup\"' \"$1\" && echo >> \"$BENCH/asked\"";
        let bench = Bench::new(script);
        // With a command, and without.
        let shrink = |options: &[&str]| match round % 3 {
            0 | 1 => bench.judged(&served(), options),
            _ => bench.with(&served(), options),
        };
        let jobs = if round % 2 == 0 { "1" } else { "2" };
        survives(&bench, &shrink, 6, 20..250, (round, jobs));
    }
}

#[test]
fn several_specs_at_work_come_to_what_one_comes_to() {
    let bench = Bench::new("");
    // Each process of the spec says that it is there.
    let bin = env!("CARGO_BIN_EXE_itf");
    let spec = format!("jsonl:sh -c 'echo $$ >> \"$BENCH/started\"; exec {bin} adapter serve {SPEC}'");
    let violates = ["--violates", "no_inconsistent_root"];
    let started = || {
        let pids = fs::read_to_string(bench.path("started")).expect("a file");
        fs::remove_file(bench.path("started")).expect("it is there");
        assert!(pids.lines().all(|pid| !is_alive(pid)), "a spec is left behind");
        pids.lines().count()
    };
    let one = done(bench.with(&spec, &violates));
    assert_eq!(started(), 1);
    let several = done(bench.with(&spec, &[&violates[..], &["--jobs", "3"]].concat()));
    assert_eq!(started(), 4);
    assert_eq!(one, several);
    // In this process there is nothing to be won, and that is said.
    let (_, said) = done(bench.with(SPEC, &[&violates[..], &["--jobs", "3"]].concat()));
    assert!(said.contains("--jobs 3: dns-spec:n3_5_3 runs in this process"), "{said}");
    // One service cannot be in two runs at once.
    let http = format!("http:{ROOT}/adapters/dns-lab/lab.http.toml");
    let output = bench.with(SPEC, &["--on", &http, "--jobs", "2"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("is one service"), "{}", stderr(&output));
}
