//! The real tools: fresh traces of our specs, made here and now, and everything the command does with them.
//!
//! Needs `ITF_WUNDERSPEC` and `ITF_QUINT`, the paths of the tools' executables. With `ITF_INTEROP=required` (as in CI) a
//! missing tool is a failure; without, it is said loudly.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::{ROOT, itf, itf_with, stdout};

/// The tool in the environment variable `name`.
#[expect(clippy::print_stderr, reason = "a test that does not run says so")]
pub(crate) fn tool(name: &str) -> Option<PathBuf> {
    let found = std::env::var_os(name).map(PathBuf::from);
    if found.is_none() {
        assert_ne!(
            std::env::var_os("ITF_INTEROP").as_deref(),
            Some(OsStr::new("required")),
            "{name} is not set"
        );
        eprintln!("NOT RUN: set {name} to the executable to test with the real tool");
    }
    found
}

fn run(mut command: Command, allowed: &[i32]) {
    let output = command.current_dir(ROOT).output().expect("the tool starts");
    let code = output.status.code().unwrap_or(-1);
    assert!(
        allowed.contains(&code),
        "{command:?} exits with {code}:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// What must hold of every violation of the root invariant, whoever found it.
fn shrinks_to_the_outage(file: &Path) {
    let checked = itf(["check".as_ref(), file.as_os_str()]);
    assert_eq!(checked.status.code(), Some(0), "{}", stdout(&checked));
    let shown = itf(["show".as_ref(), file.as_os_str()]);
    assert!(stdout(&shown).contains("Cleanup"), "{}", stdout(&shown));
    let replayed = itf(["replay", "--on", "dns-lab", "--action", "variant:ghost_action"]
        .map(OsStr::new)
        .into_iter()
        .chain([file.as_os_str()]));
    let text = stdout(&replayed);
    assert_eq!(replayed.status.code(), Some(1), "{text}");
    assert!(
        text.contains("resolves to no address")
            || text.contains("expected refused, the system answered idle"),
        "{text}"
    );
    let shrunk = itf([
        "shrink",
        "--with",
        "dns-spec:n3_5_3",
        "--violates",
        "no_inconsistent_root",
        "--action",
        "variant:ghost_action",
    ]
    .map(OsStr::new)
    .into_iter()
    .chain([file.as_os_str()]));
    assert_eq!(shrunk.status.code(), Some(0), "{}", String::from_utf8_lossy(&shrunk.stderr));
    assert!(!String::from_utf8_lossy(&shrunk.stderr).contains("reaches other states"), "the specs differ");
    for trace in itf::read(&shrunk.stdout).expect("ITF") {
        assert_eq!(trace.states.len(), 12);
    }
}

#[test]
fn wunderspec() {
    let Some(wunderspec) = tool("ITF_WUNDERSPEC") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let found = folder.path().join("found.ndjson");
    let mut command = Command::new(wunderspec);
    command.args(["run", "adapters/wunderspec/dns_balancer.py", "--instance", "n3_5_3"]);
    command.args([
        "--property",
        "no_inconsistent_root",
        "--max-steps",
        "40",
        "--max-samples",
        "20000",
        "--seed",
        "77",
    ]);
    command.args(["--max-findings", "3", "--no-print-trace", "--no-progress", "--out-itf"]).arg(&found);
    run(command, &[1]);
    assert_eq!(itf::read(&std::fs::read(&found).expect("traces")).expect("ITF").len(), 3);
    shrinks_to_the_outage(&found);
}

#[test]
fn quint() {
    let Some(quint) = tool("ITF_QUINT") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let found = folder.path().join("found.itf.json");
    let mut command = Command::new(&quint);
    command.args([
        "run",
        "adapters/quint/dns_balancer.qnt",
        "--main",
        "main",
        "--backend",
        "typescript",
        "--mbt",
    ]);
    command.args(["--invariant", "no_inconsistent_root", "--max-steps", "40", "--max-samples", "500"]);
    command.args(["--seed", "987654321", "--verbosity", "0", "--out-itf"]).arg(&found);
    run(command, &[1]);
    shrinks_to_the_outage(&found);

    let mut command = Command::new(&quint);
    command.args([
        "test",
        "adapters/quint/dns_balancer_test.qnt",
        "--backend",
        "typescript",
        "--verbosity",
        "0",
    ]);
    run(command, &[0]);
}

/// Quint takes no name that it has itself, for variables, tags, or fields, and no action without anything in it.
#[test]
fn quint_reads_what_has_names_of_its_own() {
    let Some(quint) = tool("ITF_QUINT") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("names.qnt");
    for trace in crate::convert_losses::taken_by_quint() {
        let converted = itf_with(&["convert", "--to", "quint"], trace.as_bytes());
        assert_eq!(converted.status.code(), Some(0));
        std::fs::write(&file, &converted.stdout).expect("a file");
        let mut test = Command::new(&quint);
        let output = test.args(["test", "--backend", "typescript", "--main", "trace"]).arg(&file).output();
        let output = output.expect("Quint starts");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("1 passing"), "{text}\n{}", stdout(&converted));
    }
}

/// What `itf convert --to quint` writes is a test that passes.
#[test]
fn quint_replays_what_was_converted_to_its_notation() {
    let Some(quint) = tool("ITF_QUINT") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    for (name, fixture) in [
        ("relay", "fixtures/quint/relay.itf.json"),
        ("root", "fixtures/quint/root-1.itf.json"),
        ("values", "fixtures/quint/values.itf.json"),
        ("wunderspec", "fixtures/wunderspec/root-1.ndjson"),
    ] {
        let file = folder.path().join(format!("{name}.qnt"));
        let converted = itf([
            "convert".as_ref(),
            "--to".as_ref(),
            "quint".as_ref(),
            "--name".as_ref(),
            name.as_ref(),
            fixture.as_ref(),
            "-o".as_ref(),
            file.as_os_str(),
        ]);
        assert_eq!(converted.status.code(), Some(0), "{fixture}");
        let mut test = Command::new(&quint);
        test.args(["test", "--backend", "typescript", "--main", name]).arg(&file);
        let output = test.output().expect("Quint starts");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("1 passing"), "{fixture}\n{text}");
    }
}
