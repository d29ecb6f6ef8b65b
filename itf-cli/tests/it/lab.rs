//! The lab as a process: served, driven, killed, and begun again.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::common::{ROOT, command, itf, itf_with, stderr, stdout};

/// A lab in a process of its own.
pub(crate) struct Served {
    child: Child,
    pub(crate) url: String,
}

impl Served {
    pub(crate) fn start(folder: &Path) -> Self {
        let mut command = command();
        command.args(["lab", "serve", "--port", "0", "--no-background", "--dir"]).arg(folder);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
        let mut url = String::new();
        let out = child.stdout.take().expect("a pipe");
        BufReader::new(out).read_line(&mut url).expect("a line");
        Self { child, url: url.trim().to_owned() }
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).expect("a pid")).expect("a pid");
        kill_process(pid, signal).expect("it is there");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn lab() -> (TempDir, Served) {
    let folder = tempfile::tempdir().expect("a folder");
    let served = Served::start(folder.path());
    (folder, served)
}

fn on(served: &Served) -> String {
    format!("http:adapters/dns-lab/lab.http.toml@{}", served.url)
}

const VIOLATIONS: [&str; 5] = [
    "fixtures/wunderspec/root-1.ndjson",
    "fixtures/wunderspec/root-2.ndjson",
    "fixtures/wunderspec/root-3.ndjson",
    "fixtures/wunderspec/root-4.ndjson",
    "fixtures/wunderspec/root-5.ndjson",
];

fn replay(on: &str) -> Output {
    itf(["replay", "--on", on].iter().chain(&VIOLATIONS))
}

#[test]
fn traces_replay_over_http_as_in_process() {
    let (_folder, served) = lab();
    let (here, there) = (replay("dns-lab"), replay(&on(&served)));
    assert_eq!(there.status.code(), Some(1), "{}", stderr(&there));
    // In process a lab begins with a lock; a stale one then mismatches, and over HTTP there is none to begin with.
    let plain = |output: &Output| stdout(output).replace("mismatch", "…").replace("already exists", "…");
    assert_eq!(plain(&there), plain(&here));
    assert!(stdout(&there).contains("3 × outage (root); 2 × outcome (Backoff: refused -> idle)"));
}

#[test]
fn traces_shrink_over_http() {
    let (_folder, served) = lab();
    let args =
        ["shrink", "--with", "dns-spec:n3_5_3", "--on", &on(&served), "fixtures/wunderspec/root-3.ndjson"];
    let shrunk = itf(args);
    assert_eq!(shrunk.status.code(), Some(0), "{}", stderr(&shrunk));
    assert_eq!(itf::read(&shrunk.stdout).expect("ITF")[0].states.len(), 12);
    assert!(stderr(&shrunk).contains("keeps outage at root"), "{}", stderr(&shrunk));
}

#[test]
fn a_schedule_drives_a_lab_through_either_door() {
    let (_folder, served) = lab();
    let trace = "fixtures/wunderspec/root-3.ndjson";
    let here = itf(["lab", "drive", trace]);
    let there = itf(["lab", "drive", "--url", &served.url, trace]);
    for driven in [&here, &there] {
        assert_eq!(driven.status.code(), Some(1), "{}", stderr(driven));
        assert!(stdout(driven).contains("fails at step 26 of 26"), "{}", stdout(driven));
    }
    let schedule =
        br##"{"action": "GeneratePlan", "args": {"plan_id": "p", "weights": {"#map": [["192.0.2.1", 7]]}}}
{"tag": "Deploy", "value": {"deployer": "deployer-b", "plan_id": "p"}}

{"action": "Backoff", "args": {"deployer": "deployer-b"}}
"##;
    let schema = fs::read(Path::new(ROOT).join("schemas/lab-drive-1.schema.json")).expect("a schema");
    let schema =
        jsonschema::validator_for(&serde_json::from_slice(&schema).expect("JSON")).expect("a schema");
    for door in [&["lab", "drive", "--json", "-"][..], &["lab", "drive", "--json", "--url", &served.url]] {
        let driven = itf_with(door, schedule);
        assert_eq!(driven.status.code(), Some(1), "{}", stderr(&driven));
        let lines: Vec<serde_json::Value> =
            stdout(&driven).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert!(lines.iter().all(|line| schema.is_valid(line)), "{lines:#?}");
        let outcomes: Vec<&str> = lines.iter().filter_map(|line| line["outcome"].as_str()).collect();
        assert_eq!(outcomes, ["generated", "installed", "idle"]);
        assert_eq!(lines[2]["failure"]["site"], "Backoff: refused -> idle");
    }
    for (input, word) in [
        (&b""[..], "the schedule is empty"),
        (b"{\"action\": \"Sync\", \"args\": {}}\n{\"a\": 1}\n", "<stdin>:2: no label"),
        (b"{\"action\": \"Explode\"}\n", "the lab knows no action `Explode`"),
    ] {
        let driven = itf_with(&["lab", "drive"], input);
        let said = stderr(&driven) + &stdout(&driven);
        assert!(driven.status.code() == Some(2) && said.contains(word), "{said}");
    }
    let nobody = itf(["lab", "drive", "--url", "http://127.0.0.1:1", trace]);
    assert_eq!(nobody.status.code(), Some(2), "{}", stdout(&nobody));
}

#[test]
fn a_lab_that_is_told_to_end_ends_well_and_one_that_is_killed_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    for signal in [Signal::INT, Signal::TERM] {
        let mut served = Served::start(folder.path());
        served.signal(signal);
        assert_eq!(served.child.wait().expect("it ends").code(), Some(0));
    }
    let served = Served::start(folder.path());
    let driven = itf(["lab", "drive", "--url", &served.url, "fixtures/wunderspec/epoch5.ndjson"]);
    assert_eq!(driven.status.code(), Some(0), "{}", stdout(&driven));
    let zone = fs::read_to_string(folder.path().join("current_dns_zone.json")).expect("a zone");
    // Another lab may not have the folder meanwhile.
    let args = ["lab", "serve", "--port", "0", "--dir"].map(PathBuf::from);
    let second = itf(args.into_iter().chain([folder.path().to_owned()]));
    assert_eq!(second.status.code(), Some(2));
    assert!(stderr(&second).contains("another lab uses it"), "{}", stderr(&second));
    served.signal(Signal::KILL);
    drop(served);
    let _again = Served::start(folder.path());
    assert_eq!(fs::read_to_string(folder.path().join("current_dns_zone.json")).expect("a zone"), zone);
}

#[test]
fn what_is_wrong_with_a_service_is_said() {
    let trace = "fixtures/wunderspec/root-3.ndjson";
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bad.toml");
    fs::write(&file, "version = 1\nname = \"x\"\nbase = \"http://localhost\"\nreset.call = \"POST\"\n")
        .expect("a file");
    for (on, word) in [
        ("http:".to_owned(), "there is no system `http:`"),
        ("http:no/such.toml".to_owned(), "cannot read no/such.toml"),
        (format!("http:{}", file.display()), "bad.toml:4:14: a call is a method and a path"),
        ("http:adapters/dns-lab/lab.http.toml@https://localhost".to_owned(), "https is not spoken"),
        ("http:adapters/dns-lab/lab.http.toml@http://127.0.0.1:1".to_owned(), "is the service running?"),
    ] {
        let output = itf(["replay", "--on", &on, trace]);
        let said = stderr(&output) + &stdout(&output);
        assert!(output.status.code() == Some(2) && said.contains(word), "{on}: {said}");
    }
}

/// The page for people whose system is a service: its sessions run as written, against a lab on another port.
#[test]
fn the_page_on_services_is_true() {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/service.md")).expect("the page");
    let (_state, served) = lab();
    let folder = tempfile::tempdir().expect("a folder");
    let root = fs::canonicalize(ROOT).expect("the project");
    std::os::unix::fs::symlink(root.join("fixtures"), folder.path().join("fixtures")).expect("a link");
    let declaration = fs::read_to_string(root.join("adapters/dns-lab/lab.http.toml")).expect("a declaration");
    let here = |text: &str| text.replace("http://127.0.0.1:8000", &served.url);
    fs::write(folder.path().join("lab.http.toml"), here(&declaration)).expect("a file");
    let bin = Path::new(env!("CARGO_BIN_EXE_itf")).parent().expect("a folder");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").expect("a path"));
    let mut commands = 0;
    let mut lines = page.lines().peekable();
    let mut language = "";
    while let Some(line) = lines.next() {
        if let Some(fence) = line.strip_prefix("```") {
            language = if language.is_empty() { fence } else { "" };
            continue;
        }
        let Some(command) = line.strip_prefix("$ ").filter(|_| language == "console") else { continue };
        let (mut expected, mut status) = (String::new(), 0);
        while let Some(next) = lines.next_if(|l| !l.starts_with("$ ") && !l.starts_with("```")) {
            match next.strip_prefix("? ") {
                Some(code) => status = code.parse().expect("an exit status"),
                None => expected.extend([next, "\n"]),
            }
        }
        let output = std::process::Command::new("bash")
            .args(["-c", &format!("exec 2>&1\n{}", here(command))])
            .current_dir(folder.path())
            .env("PATH", &path)
            .env_remove("CLICOLOR_FORCE")
            .env("LC_ALL", "C.UTF-8")
            .output()
            .expect("bash starts");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!((output.status.code(), printed.as_str()), (Some(status), expected.as_str()), "{command}");
        commands += 1;
    }
    assert!(commands >= 6, "only {commands} commands on the page");
    // The declaration on the page is one.
    let (_, toml) = page.split_once("```toml\n").expect("a declaration");
    let (toml, _) = toml.split_once("```").expect("its end");
    fs::write(folder.path().join("short.toml"), here(toml)).expect("a file");
    let on = format!("http:{}", folder.path().join("short.toml").display());
    let replayed = itf(["replay", "--on", &on, "fixtures/wunderspec/root-3.ndjson"]);
    assert!(stderr(&replayed).contains("dns-lab does not know every action"), "{}", stderr(&replayed));
}

#[test]
fn a_port_that_is_taken_is_said_and_another_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let folder = tempfile::tempdir().expect("a folder");
    let mut serve = command();
    serve.current_dir(folder.path()).args(["lab", "serve", "--no-background", "--port", &port.to_string()]);
    let output = serve.output().expect("it starts");
    let said = stderr(&output);
    assert!(output.status.code() == Some(2) && said.contains("; another port: --port "), "{said}");
}
