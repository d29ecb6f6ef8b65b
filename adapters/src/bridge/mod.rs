//! Bridges to the tools in which specs are written: each a program in the tool's own language, which is part of this
//! library and speaks the JSON-lines protocol.

mod quint;
mod wunderspec;

use std::ffi::OsString;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use itf::{Reader, Trace};
use rustix::io::Errno;
use rustix::process::{Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use tempfile::NamedTempFile;

use crate::jsonl::{Tail, ended, start_group, temporary_file};
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

/// What a run of a tool came to: its exit status and the last of what it said.
struct ToolRun {
    status: Option<i32>,
    said: String,
}

/// How long what a tool said is waited for after its end: what it started may hold its pipes open.
const DRAIN: Duration = Duration::from_millis(500);

/// Runs a tool to its end, and ends with it what it has started.
fn run_tool(mut command: Command) -> Result<ToolRun, Fault> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let (mut process, group) = start_group(&mut command).map_err(|e| {
        let program = command.get_program().to_string_lossy().into_owned();
        Fault::new(FaultKind::Crash, format!("cannot start `{program}`: {e}"))
    })?;
    let (done, ends) = channel();
    let streams: [Option<Box<dyn Read + Send>>; 2] = [
        process.stdout.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>),
        process.stderr.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>),
    ];
    let listen = |stream: Box<dyn Read + Send>| {
        let (tail, done) = (Arc::new(Mutex::new(Tail::default())), done.clone());
        let heard = Arc::clone(&tail);
        std::thread::spawn(move || {
            hear(stream, &heard);
            done.send(())
        });
        tail
    };
    let tails: Vec<_> = streams.into_iter().flatten().map(listen).collect();
    drop(done);
    // It is not reaped before its group is ended, or the number could be somebody else's. An error means that it is gone.
    while matches!(
        waitid(WaitId::Pid(group), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT),
        Err(Errno::INTR)
    ) {}
    let _ = kill_process_group(group, Signal::KILL);
    ended(group);
    let status = process.wait();
    let status = status.map_err(|e| Fault::new(FaultKind::Crash, format!("cannot wait for a tool: {e}")))?;
    let until = Instant::now() + DRAIN;
    while ends.recv_timeout(until.saturating_duration_since(Instant::now())).is_ok() {}
    let said = |tail: &Arc<Mutex<Tail>>| tail.lock().unwrap_or_else(PoisonError::into_inner).text();
    let said: Vec<String> = tails.iter().map(said).filter(|said| !said.is_empty()).collect();
    let said = said.join("\n");
    Ok(ToolRun { status: status.code(), said })
}

/// Hears a stream to its end, and keeps little of it.
fn hear(mut stream: impl Read, tail: &Mutex<Tail>) {
    let mut part = [0; 8192];
    loop {
        match stream.read(&mut part) {
            Ok(0) => return,
            Ok(read) => tail.lock().unwrap_or_else(PoisonError::into_inner).push(&part[..read]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn run(script: &str) -> (Option<i32>, String, Duration) {
        let started = Instant::now();
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let ToolRun { status, said } = run_tool(command).expect("it starts");
        (status, said, started.elapsed())
    }

    #[test]
    fn what_a_tool_starts_ends_with_it_and_is_not_waited_for() {
        let (status, said, took) = run("echo out; echo err >&2; sleep 60 & exit 3");
        assert_eq!((status, said.as_str()), (Some(3), "out\nerr"));
        assert!(took < Duration::from_secs(30), "{took:?}");
    }

    #[test]
    fn of_a_flood_little_is_kept() {
        let (status, said, _) =
            run("yes 'a line of forty characters or so, more' | head -c 30000000; echo the end");
        assert_eq!(status, Some(0));
        assert!(said.len() < 100_000 && said.contains("the end"), "{} bytes", said.len());
    }
}
