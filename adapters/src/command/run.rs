//! One run of a command: in a process group of its own, with limits, and nothing left behind.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use regex::bytes::Regex;
use rustix::process::{Pid, Signal, kill_process_group};

use super::strays;
use super::watcher::Watcher;

/// What is kept of the output, to be told to people.
const KEPT: usize = 2_000;
/// A line is matched up to here.
const LINE: usize = 64 * 1024;
/// How long the output of a process is waited for that has ended.
const DRAIN: Duration = Duration::from_millis(500);
/// How long a command has to end that was asked to.
const GRACE: Duration = Duration::from_secs(1);
/// How long is waited before it is asked again whether a command has ended, at first.
const PAUSE: Duration = Duration::from_micros(100);
/// How often the folder is measured.
const MEASURE: Duration = Duration::from_millis(250);

/// What a command may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The longest time, whatever the runs before took.
    pub time: Duration,
    /// As soon as runs are known, ten times what nine of ten of them took; at least this.
    pub least_time: Duration,
    /// Address space of each process, in MiB.
    pub memory: Option<u64>,
    /// What may be written into the private folder altogether, and into any one file, in MiB.
    pub disk: u64,
}

impl Default for Limits {
    /// A minute, adapted from 5 seconds on; a GiB of disk.
    fn default() -> Self {
        Limits { time: Duration::from_secs(60), least_time: Duration::from_secs(5), memory: None, disk: 1024 }
    }
}

/// How a run ended.
#[derive(Debug)]
pub(super) enum Ended {
    Status(ExitStatus),
    TooLong,
    TooMuch,
    Stopped,
}

/// What a run was.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) ended: Ended,
    /// For each pattern what its groups captured in the first line that matched.
    pub(super) matches: Vec<Option<String>>,
    /// The end of the output.
    pub(super) tail: String,
}

/// What to run.
pub(super) struct Job<'a> {
    pub(super) command: &'a [OsString],
    pub(super) candidate: &'a Path,
    /// The private folder.
    pub(super) folder: &'a Path,
    /// Whether it is the working directory.
    pub(super) inside: bool,
    pub(super) slot: usize,
    pub(super) attempt: &'a str,
    pub(super) limits: &'a Limits,
    pub(super) time: Duration,
    pub(super) patterns: Vec<Regex>,
    pub(super) watcher: Option<&'a Watcher>,
}

impl Job<'_> {
    /// Runs the command to its end, or to what ends it.
    pub(super) fn run(self, stop: &dyn Fn() -> bool) -> io::Result<Attempt> {
        let mut child = self.command().stdin(File::open(self.candidate)?).spawn()?;
        let started = Instant::now();
        if let Some(watcher) = self.watcher {
            watcher.begins(child.id());
        }
        let (done, ends) = channel();
        let mut listeners = Vec::new();
        let streams: [Option<Box<dyn Read + Send>>; 2] = [
            child.stdout.take().map(|s| Box::new(s) as Box<dyn Read + Send>),
            child.stderr.take().map(|s| Box::new(s) as Box<dyn Read + Send>),
        ];
        for stream in streams.into_iter().flatten() {
            let listener = Arc::new(Mutex::new(Listener::new(self.patterns.clone())));
            listeners.push(Arc::clone(&listener));
            let done = done.clone();
            thread::spawn(move || {
                listen(&listener, stream);
                done.send(())
            });
        }
        drop(done);
        let ended = self.wait(&mut child, &ends, stop);
        // Whatever the command started is in its process group. An empty group is gone already; that is what is wanted.
        if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            if !matches!(ended, Ok(Ended::Status(_))) {
                let _ = kill_process_group(group, Signal::TERM);
                wait_for(&mut child, GRACE)?;
            }
            let _ = kill_process_group(group, Signal::KILL);
        }
        child.wait()?;
        strays::end(self.attempt, child.id(), started.elapsed());
        if let Some(watcher) = self.watcher {
            watcher.ends(child.id());
        }
        let (matches, tail) = heard(&ends, &listeners, self.patterns.len());
        Ok(Attempt { ended: ended?, matches, tail })
    }

    fn command(&self) -> Command {
        let mut words = self.command.iter().map(|word| match word.to_str() {
            Some(text) if text.contains("{}") => text.replace("{}", &self.candidate.to_string_lossy()).into(),
            _ => word.clone(),
        });
        let program: OsString = words.next().unwrap_or_default();
        // The limits are those of the shell, which then becomes the command: so they hold from the beginning on.
        let mut command = Command::new("/bin/sh");
        let blocks = self.limits.disk.saturating_mul(2048);
        let memory = match self.limits.memory {
            Some(mib) => format!("ulimit -v {} && ", mib.saturating_mul(1024)),
            None => String::new(),
        };
        command.arg("-c").arg(format!("{memory}ulimit -f {blocks} && exec \"$0\" \"$@\""));
        command.arg(self.program(program)).args(words);
        if self.inside {
            command.current_dir(self.folder);
        }
        command
            .env("ITF_CANDIDATE", self.candidate)
            .env("ITF_FOLDER", self.folder)
            .env("ITF_SLOT", self.slot.to_string())
            .env("ITF_ATTEMPT", self.attempt)
            .env("TMPDIR", self.folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        command
    }

    /// A program named by its place stays where it is, wherever the command runs.
    fn program(&self, program: OsString) -> OsString {
        let named = Path::new(&program).components().count() > 1;
        match std::path::absolute(&program) {
            Ok(path) if named && self.inside => path.into_os_string(),
            _ => program,
        }
    }

    /// Whether as much as may be is in the folder: a file that the limit has cut is just as large.
    fn is_full(&self) -> bool {
        size(self.folder) >= self.limits.disk.saturating_mul(1 << 20)
    }

    /// Waits for the end. Its streams tell of it: what has closed them is about to end.
    fn wait(&self, child: &mut Child, ends: &Receiver<()>, stop: &dyn Fn() -> bool) -> io::Result<Ended> {
        let started = Instant::now();
        let mut pause = PAUSE;
        let mut measured = started;
        loop {
            if let Some(status) = child.try_wait()? {
                // What it says with the disk at its limit is no answer, however quickly it was said.
                return Ok(if self.is_full() { Ended::TooMuch } else { Ended::Status(status) });
            }
            if stop() {
                return Ok(Ended::Stopped);
            }
            let left = self.time.saturating_sub(started.elapsed());
            if left.is_zero() {
                return Ok(Ended::TooLong);
            }
            if measured.elapsed() >= MEASURE {
                measured = Instant::now();
                if self.is_full() {
                    return Ok(Ended::TooMuch);
                }
            }
            match ends.recv_timeout(pause.min(left)) {
                Ok(()) => pause = PAUSE,
                Err(RecvTimeoutError::Timeout) => pause = (pause * 2).min(Duration::from_millis(20)),
                Err(RecvTimeoutError::Disconnected) => {
                    thread::sleep(pause.min(left));
                    pause = (pause * 2).min(Duration::from_millis(20));
                }
            }
        }
    }
}

/// Waits until it ends, or for so long.
fn wait_for(child: &mut Child, time: Duration) -> io::Result<()> {
    let until = Instant::now() + time;
    while child.try_wait()?.is_none() && Instant::now() < until {
        thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

/// The bytes in a folder and those below.
fn size(folder: &Path) -> u64 {
    let mut left: Vec<PathBuf> = vec![folder.to_owned()];
    let mut bytes = 0;
    while let Some(folder) = left.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(data) if data.is_dir() => left.push(entry.path()),
                Ok(data) => bytes += data.len(),
                // It went away meanwhile.
                Err(_) => {}
            }
        }
    }
    bytes
}

/// What both streams said. A process that left its group may hold them open for ever: it is not waited for, and what was said
/// until then counts.
fn heard(
    ends: &Receiver<()>,
    listeners: &[Arc<Mutex<Listener>>],
    patterns: usize,
) -> (Vec<Option<String>>, String) {
    let until = Instant::now() + DRAIN;
    while ends.recv_timeout(until.saturating_duration_since(Instant::now())).is_ok() {}
    let mut matches = vec![None; patterns];
    let mut tail = Vec::new();
    for listener in listeners {
        let mut listener = listener.lock().unwrap_or_else(PoisonError::into_inner);
        listener.line_ends();
        for (known, found) in matches.iter_mut().zip(&listener.matches) {
            *known = known.take().or_else(|| found.clone());
        }
        tail.extend_from_slice(&listener.tail);
    }
    (matches, String::from_utf8_lossy(&tail).trim().to_owned())
}

/// Reads a stream to its end.
fn listen(listener: &Mutex<Listener>, mut stream: Box<dyn Read + Send>) {
    let mut buffer = [0; 8192];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return,
            Ok(read) => listener.lock().unwrap_or_else(PoisonError::into_inner).hear(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

/// Hears a stream and keeps little of it.
struct Listener {
    patterns: Vec<Regex>,
    matches: Vec<Option<String>>,
    line: Vec<u8>,
    tail: Vec<u8>,
}

impl Listener {
    fn new(patterns: Vec<Regex>) -> Self {
        let matches = vec![None; patterns.len()];
        Listener { patterns, matches, line: Vec::new(), tail: Vec::new() }
    }

    fn hear(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(bytes);
        let over = self.tail.len().saturating_sub(KEPT);
        self.tail.drain(..over);
        if self.patterns.is_empty() {
            return;
        }
        for part in bytes.split_inclusive(|&b| b == b'\n') {
            let room = LINE.saturating_sub(self.line.len());
            self.line.extend_from_slice(&part[..part.len().min(room)]);
            if part.ends_with(b"\n") {
                self.line_ends();
            }
        }
    }

    fn line_ends(&mut self) {
        let line = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        for (pattern, found) in self.patterns.iter().zip(&mut self.matches) {
            if found.is_none()
                && let Some(captures) = pattern.captures(line)
            {
                let groups = captures.iter().skip(1).flatten();
                let texts: Vec<_> = groups.map(|group| String::from_utf8_lossy(group.as_bytes())).collect();
                *found = Some(texts.join(", "));
            }
        }
        self.line.clear();
    }
}
