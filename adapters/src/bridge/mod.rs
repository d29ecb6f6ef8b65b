//! Bridges to the tools in which specs are written: each a program in the tool's own language, which is part of this
//! library and speaks the JSON-lines protocol.

mod quint;
mod wunderspec;

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use itf::{Reader, Trace};
use tempfile::NamedTempFile;

use crate::jsonl::{ended, start_group, temporary_file};
use crate::{Fault, FaultKind};

pub use quint::{QUINT, quint};
pub use wunderspec::{WUNDERSPEC, wunderspec};

/// Puts a program of this library into a file, which is there as long as the answer is.
fn written(name: &str, suffix: &str, text: &str) -> Result<NamedTempFile, Fault> {
    let file = temporary_file(name, suffix).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.flush()?;
        Ok(file)
    });
    file.map_err(|e| {
        Fault::new(FaultKind::Failed, format!("cannot write the bridge into a temporary file: {e}"))
    })
}

/// The spec must be there before a tool is asked, which would say so in its own way.
fn spec_exists(spec: &Path) -> Result<(), Fault> {
    if spec.is_file() {
        return Ok(());
    }
    Err(Fault::new(FaultKind::Invalid, format!("there is no spec {}", spec.display())))
}

/// The value of an environment variable that says something.
fn setting(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// What a run of a tool came to: its exit status and all it said.
struct ToolRun {
    status: Option<i32>,
    said: String,
}

/// Runs a tool to its end.
fn run_tool(mut command: Command) -> Result<ToolRun, Fault> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let (process, group) = start_group(&mut command).map_err(|e| {
        let program = command.get_program().to_string_lossy().into_owned();
        Fault::new(FaultKind::Crash, format!("cannot start `{program}`: {e}"))
    })?;
    let output = process.wait_with_output();
    ended(group);
    let output =
        output.map_err(|e| Fault::new(FaultKind::Crash, format!("cannot read what a tool says: {e}")))?;
    let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.push_str(&String::from_utf8_lossy(&output.stderr));
    Ok(ToolRun { status: output.status.code(), said })
}

impl ToolRun {
    /// The tool did not do what it was asked to.
    fn fault(&self, tool: &str) -> Fault {
        let lines: Vec<&str> = self.said.lines().filter(|line| !line.trim().is_empty()).collect();
        let last = lines[lines.len().saturating_sub(12)..].join("\n");
        let status = self.status.map_or_else(|| "a signal".to_owned(), |code| format!("exit {code}"));
        Fault::new(FaultKind::Failed, format!("{tool} ended with {status}:\n{last}"))
    }
}

/// The traces that a tool wrote into a file.
fn traces_in(path: &Path, tool: &str) -> Result<Vec<Trace>, Fault> {
    let fault = |e: String| Fault::new(FaultKind::Protocol, format!("what {tool} wrote cannot be read: {e}"));
    let bytes = std::fs::read(path).map_err(|e| fault(e.to_string()))?;
    Reader::new().read(&bytes).map_err(|e| fault(e.to_string()))
}
