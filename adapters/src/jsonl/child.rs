//! The process at the other end: lines go in and out, each with a deadline, and its process group ends with it.
//!
//! One thread does it all with non-blocking pipes and `poll`: a child that floods standard error, does not read, or
//! writes half a line cannot block the harness, and nothing waits for a pipe that a grandchild keeps open.

use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::process::{ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::keeper::keeper;
use super::tail::Tail;

/// How much is read at once.
const CHUNK: usize = 64 * 1024;

/// The process groups that run, for [`interrupt`]; `None` after it.
static RUNNING: Mutex<Option<Vec<Pid>>> = Mutex::new(Some(Vec::new()));

fn running() -> MutexGuard<'static, Option<Vec<Pid>>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends the processes of all adapters at once, and lets no other begin: for a program that is asked to stop. Whoever waits
/// for an answer gets a fault.
///
/// An adapter is in a process group of its own, so that Ctrl-C on the terminal does not reach it.
///
/// ```no_run
/// // In the handler of Ctrl-C:
/// itf_adapters::jsonl::interrupt();
/// ```
pub fn interrupt() {
    for group in running().take().into_iter().flatten() {
        // Who is gone already need not be ended.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// Whether that has happened.
pub(crate) fn is_interrupted() -> bool {
    running().is_none()
}

/// Starts a process in a group of its own, which is ended when we are interrupted, or killed, until [`ended`] is told.
pub(crate) fn start_group(command: &mut Command) -> io::Result<(std::process::Child, Pid)> {
    let mut running = running();
    let Some(groups) = running.as_mut() else {
        return Err(io::Error::new(io::ErrorKind::Interrupted, "interrupted"));
    };
    let process = command.process_group(0).spawn()?;
    let group = i32::try_from(process.id()).ok().and_then(Pid::from_raw);
    let Some(group) = group else { return Err(io::Error::other("the process has no id")) };
    groups.push(group);
    if let Some(keeper) = keeper() {
        keeper.begins(process.id());
    }
    Ok((process, group))
}

/// There is nobody in this group any more.
pub(crate) fn ended(group: Pid) {
    if let Some(groups) = running().as_mut() {
        groups.retain(|known| *known != group);
    }
    if let (Some(keeper), Ok(group)) = (keeper(), u32::try_from(group.as_raw_nonzero().get())) {
        keeper.ends(group);
    }
}

/// Why there is no line.
#[derive(Debug)]
pub(crate) enum Broken {
    /// The deadline passed; what there was of a line.
    Timeout(Vec<u8>),
    /// Standard output was closed; what there was of a line.
    Closed(Vec<u8>),
    /// More than the limit without a newline; how it begins.
    TooLong(Vec<u8>),
    /// Something was written though nothing was asked.
    Unasked(Vec<u8>),
}

/// How a process ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Its status; `None` if it had to be killed.
    pub(crate) status: Option<ExitStatus>,
    /// The last lines of its standard error.
    pub(crate) tail: String,
}

/// A running process, the leader of its process group.
pub(crate) struct Child {
    process: std::process::Child,
    group: Pid,
    input: Option<ChildStdin>,
    output: ChildStdout,
    errors: Option<ChildStderr>,
    buffer: Vec<u8>,
    /// How much of the buffer is known to hold no newline.
    scanned: usize,
    chunk: Box<[u8]>,
    tail: Tail,
    max_line: usize,
    reaped: bool,
}

impl Child {
    /// Starts `command` in a process group of its own.
    pub(crate) fn start(mut command: Command, max_line: usize) -> io::Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let (mut process, group) = start_group(&mut command)?;
        let taken = (process.stdin.take(), process.stdout.take(), process.stderr.take());
        let (Some(input), Some(output), Some(errors)) = taken else {
            return Err(io::Error::other("the process has no pipes"));
        };
        let child = Self {
            process,
            group,
            input: Some(input),
            output,
            errors: Some(errors),
            buffer: Vec::new(),
            scanned: 0,
            chunk: vec![0; CHUNK].into(),
            tail: Tail::default(),
            max_line,
            reaped: false,
        };
        // Only our ends of the pipes: the child's are descriptions of their own.
        for fd in [child.input.as_ref().map(AsFd::as_fd), Some(child.output.as_fd())].into_iter().flatten() {
            unblock(fd)?;
        }
        child.errors.as_ref().map(|errors| unblock(errors.as_fd())).transpose()?;
        Ok(child)
    }

    /// Writes a line, which has its newline, and reads one, which has none.
    pub(crate) fn exchange(&mut self, line: &[u8], deadline: Instant) -> Result<Vec<u8>, Broken> {
        let open = self.read_output();
        if !self.buffer.is_empty() {
            return Err(Broken::Unasked(self.first_line()));
        }
        if !open {
            return Err(Broken::Closed(Vec::new()));
        }
        self.write(line, deadline)?;
        loop {
            if let Some(end) = memchr::memchr(b'\n', &self.buffer[self.scanned..]) {
                let rest = self.buffer.split_off(self.scanned + end + 1);
                let mut line = std::mem::replace(&mut self.buffer, rest);
                line.pop();
                self.scanned = 0;
                return Ok(line);
            }
            self.scanned = self.buffer.len();
            if self.buffer.len() > self.max_line {
                return Err(Broken::TooLong(std::mem::take(&mut self.buffer)));
            }
            self.wait(false, deadline)?;
            if !self.read_output() {
                return Err(Broken::Closed(std::mem::take(&mut self.buffer)));
            }
        }
    }

    fn write(&mut self, line: &[u8], deadline: Instant) -> Result<(), Broken> {
        let mut rest = line;
        while !rest.is_empty() {
            let Some(input) = &mut self.input else { return Err(Broken::Closed(Vec::new())) };
            match input.write(rest) {
                Ok(written) => rest = &rest[written..],
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                    self.wait(true, deadline)?;
                    let open = self.read_output();
                    // Whoever talks before the whole question is there, answers something else.
                    if !self.buffer.is_empty() {
                        return Err(Broken::Unasked(self.first_line()));
                    }
                    if !open {
                        return Err(Broken::Closed(Vec::new()));
                    }
                }
                // The reader is gone.
                Err(_) => return Err(Broken::Closed(Vec::new())),
            }
        }
        Ok(())
    }

    /// Waits until something can be read (or written), and takes what came on standard error.
    fn wait(&mut self, writing: bool, deadline: Instant) -> Result<(), Broken> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Broken::Timeout(self.first_line()));
            }
            let mut fds = Vec::with_capacity(3);
            fds.push(PollFd::new(&self.output, PollFlags::IN));
            let errors_at = self.errors.as_ref().map(|errors| {
                fds.push(PollFd::new(errors, PollFlags::IN));
                fds.len() - 1
            });
            if let (true, Some(input)) = (writing, &self.input) {
                fds.push(PollFd::new(input, PollFlags::OUT));
            }
            let left = Timespec::try_from(left).unwrap_or(Timespec { tv_sec: i64::MAX, tv_nsec: 0 });
            match poll(&mut fds, Some(&left)) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(_) => return Err(Broken::Closed(Vec::new())),
            }
            let said_errors = errors_at.is_some_and(|at| !fds[at].revents().is_empty());
            let rest =
                fds.iter().enumerate().any(|(at, fd)| Some(at) != errors_at && !fd.revents().is_empty());
            if said_errors {
                self.read_errors();
            }
            if rest {
                return Ok(());
            }
        }
    }

    /// Takes some of what there is of standard output, a little more than the limit at most; false at its end.
    fn read_output(&mut self) -> bool {
        for _ in 0..16 {
            if self.buffer.len() > self.max_line {
                break;
            }
            match self.output.read(&mut self.chunk) {
                Ok(0) => return false,
                Ok(count) => {
                    self.buffer.extend_from_slice(&self.chunk[..count]);
                    if count < CHUNK {
                        return true;
                    }
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return e.kind() == io::ErrorKind::WouldBlock,
            }
        }
        true
    }

    /// Takes some of what there is of standard error: not all, for a flood has no end.
    fn read_errors(&mut self) {
        let Some(errors) = &mut self.errors else { return };
        for _ in 0..16 {
            match errors.read(&mut self.chunk) {
                Ok(0) => {
                    self.errors = None;
                    return;
                }
                Ok(count) => self.tail.push(&self.chunk[..count]),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return,
            }
        }
    }

    fn first_line(&self) -> Vec<u8> {
        let end = memchr::memchr(b'\n', &self.buffer).unwrap_or(self.buffer.len());
        self.buffer[..end].to_vec()
    }

    /// What the process wrote though nothing was asked, if anything.
    pub(crate) fn unasked(&mut self) -> Option<Vec<u8>> {
        self.read_output();
        (!self.buffer.is_empty()).then(|| self.first_line())
    }

    /// Closes the standard input of the process.
    pub(crate) fn close_input(&mut self) {
        self.input = None;
    }

    /// Waits until the process ends by itself. Then, or at the deadline, ends its whole group: TERM, and KILL for what
    /// does not listen within `grace`.
    pub(crate) fn end(mut self, deadline: Instant, grace: Duration) -> Ended {
        self.close_input();
        let status = self.end_group(deadline, grace);
        self.read_errors();
        Ended { status, tail: self.tail.text() }
    }

    fn end_group(&mut self, deadline: Instant, grace: Duration) -> Option<ExitStatus> {
        let by_itself = self.wait_for_exit(deadline);
        if !by_itself {
            // Errors mean that nobody is left, here and below.
            let _ = kill_process_group(self.group, Signal::TERM);
            self.wait_for_exit(super::peer::deadline(grace));
        }
        // The leader is not reaped yet, so the group is still this one and no other.
        let _ = kill_process_group(self.group, Signal::KILL);
        ended(self.group);
        let status = self.process.wait().ok();
        self.reaped = true;
        status.filter(|_| by_itself)
    }

    /// Whether the process ends before the deadline; it stays there to be reaped.
    fn wait_for_exit(&mut self, deadline: Instant) -> bool {
        let mut pause = Duration::from_micros(200);
        loop {
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
            match waitid(WaitId::Pid(self.group), options) {
                Ok(None) | Err(rustix::io::Errno::INTR) => {}
                // An error can only mean that there is no such process any more.
                Ok(Some(_)) | Err(_) => return true,
            }
            if Instant::now() >= deadline {
                return false;
            }
            // A process that still writes errors must not wait for us to read them.
            self.read_errors();
            self.read_output();
            self.buffer.clear();
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.reaped {
            let now = Instant::now();
            self.end_group(now, Duration::ZERO);
        }
    }
}

fn unblock(fd: std::os::fd::BorrowedFd<'_>) -> io::Result<()> {
    let flags = fcntl_getfl(fd)?;
    Ok(fcntl_setfl(fd, flags | OFlags::NONBLOCK)?)
}
