//! The conversation: questions with ids and deadlines, and what is made of everything that may go wrong.

use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::child::{Broken, Child, is_interrupted};
use super::limits::{Limits, Tap, Way};
use super::message::{Answer, Hello, LimitsMs, PROTOCOL, Request, Role, Status};
use super::wire::quote;
use crate::{Fault, FaultKind};

/// Makes the process anew; it is asked again after everything indefinite.
pub(crate) type Launch = Box<dyn FnMut() -> Command + Send>;

/// The other end: a process that is started when it is needed, and started anew after anything indefinite.
pub(crate) struct Peer {
    name: String,
    role: Role,
    launch: Launch,
    limits: Limits,
    tap: Option<Tap>,
    child: Option<Child>,
    /// Why there is no child, if there was one.
    lost: Option<Fault>,
    next_id: u64,
    line: Vec<u8>,
}

impl Peer {
    pub(crate) fn new(name: String, role: Role, launch: Launch, limits: Limits, tap: Option<Tap>) -> Self {
        Self { name, role, launch, limits, tap, child: None, lost: None, next_id: 1, line: Vec::new() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Lets the ids go on from here.
    pub(crate) fn jump_to(&mut self, id: u64) {
        self.next_id = id;
    }

    /// Starts a process, if there is none, and greets it: what it says of itself, if it was started now.
    pub(crate) fn ready(&mut self) -> Result<Option<Hello>, Fault> {
        if self.child.is_some() {
            return Ok(None);
        }
        let command = (self.launch)();
        let program = command.get_program().to_string_lossy().into_owned();
        let child = Child::start(command, self.limits.line).map_err(|e| {
            Fault::new(FaultKind::Crash, format!("{}: cannot start `{program}`: {e}", self.name))
        })?;
        self.child = Some(child);
        self.lost = None;
        let mut request = Request::new("hello");
        request.protocol = Some(PROTOCOL);
        request.role = Some(self.role);
        request.limits = Some(LimitsMs {
            reset_ms: u64::try_from(self.limits.reset.as_millis()).unwrap_or(u64::MAX),
            step_ms: u64::try_from(self.limits.step.as_millis()).unwrap_or(u64::MAX),
        });
        let text = self.exchange(&mut request, self.limits.start)?;
        let hello: Hello = self.parse(&text, request.id, "hello")?;
        if hello.status != Status::Ok {
            // Its reason was read by `parse` already; what is left is an answer that makes no sense.
            return Err(self.lose(FaultKind::Protocol, &format!("`disabled` is no answer to hello: {text}")));
        }
        match hello.protocol {
            Some(PROTOCOL) => Ok(Some(hello)),
            Some(other) => {
                let message = format!("speaks protocol {other}, and {PROTOCOL} is what is readable here");
                Err(self.lose(FaultKind::Protocol, &message))
            }
            None => {
                let message = format!("does not say which protocol it speaks: `{}`", quote(text.as_bytes()));
                Err(self.lose(FaultKind::Protocol, &message))
            }
        }
    }

    /// Asks in the run that is going on.
    pub(crate) fn ask(&mut self, mut request: Request, within: Duration) -> Result<Answer, Fault> {
        if self.child.is_none() {
            return Err(self.lost.clone().unwrap_or_else(|| {
                Fault::new(FaultKind::Invalid, format!("{}: no run was begun", self.name))
            }));
        }
        let text = self.exchange(&mut request, within)?;
        let answer: Answer = self.parse(&text, request.id, &request.op)?;
        if answer.status == Status::Disabled && request.op != "execute" {
            let message = format!("`disabled` is no answer to {}: `{}`", request.op, quote(text.as_bytes()));
            return Err(self.lose(FaultKind::Protocol, &message));
        }
        Ok(answer)
    }

    fn exchange(&mut self, request: &mut Request, within: Duration) -> Result<String, Fault> {
        request.id = self.next_id;
        self.next_id += 1;
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        // Requests are made of strings, numbers and JSON: they can be written.
        let _ = serde_json::to_writer(&mut line, request);
        if let Some(tap) = &mut self.tap {
            tap(Way::Asked, &String::from_utf8_lossy(&line));
        }
        line.push(b'\n');
        let deadline = deadline(within);
        let outcome = match &mut self.child {
            Some(child) => child.exchange(&line, deadline),
            None => Err(Broken::Closed(Vec::new())),
        };
        self.line = line;
        match outcome {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => {
                    if let Some(tap) = &mut self.tap {
                        tap(Way::Answered, &text);
                    }
                    Ok(text)
                }
                Err(e) => {
                    let message =
                        format!("the answer to {} is not UTF-8: `{}`", request.op, quote(e.as_bytes()));
                    Err(self.lose(FaultKind::Protocol, &message))
                }
            },
            Err(broken) => Err(self.broken(broken, &request.op, within)),
        }
    }

    fn broken(&mut self, broken: Broken, op: &str, within: Duration) -> Fault {
        let half = |partial: &[u8]| match partial {
            [] => String::new(),
            some => format!("; there was half a line: `{}`", quote(some)),
        };
        match broken {
            Broken::Timeout(partial) => {
                let message =
                    format!("no answer to {op} within {} s{}", within.as_secs_f64(), half(&partial));
                self.lose(FaultKind::Timeout, &message)
            }
            Broken::Closed(partial) => {
                let message = format!("ended before it answered {op}{}", half(&partial));
                self.lose(FaultKind::Crash, &message)
            }
            Broken::TooLong(beginning) => {
                let message = format!(
                    "the answer to {op} is longer than {} bytes; it begins `{}`",
                    self.limits.line,
                    quote(&beginning)
                );
                self.lose(FaultKind::Protocol, &message)
            }
            Broken::Unasked(line) => {
                let message = format!(
                    "wrote a line that is no answer to anything before {op}: `{}`; standard output carries answers only",
                    quote(&line)
                );
                self.lose(FaultKind::Protocol, &message)
            }
        }
    }

    /// Reads an answer; what is none is a fault that quotes it.
    fn parse<T: for<'a> Deserialize<'a> + Head>(
        &mut self,
        text: &str,
        id: u64,
        op: &str,
    ) -> Result<T, Fault> {
        let answer: T = match serde_json::from_str(text) {
            Ok(answer) => answer,
            Err(error) => {
                let what = match serde_json::from_str::<IgnoredAny>(text) {
                    Ok(_) => format!("is no answer of the protocol ({error})"),
                    Err(_) => format!("is not JSON ({error})"),
                };
                let message = format!("the answer to {op} {what}: `{}`", quote(text.as_bytes()));
                return Err(self.lose(FaultKind::Protocol, &message));
            }
        };
        if answer.id() != Some(id) {
            let said = answer.id().map_or_else(|| "no id".to_owned(), |id| format!("id {id}"));
            let message =
                format!("the answer to {op} has {said} instead of {id}: `{}`", quote(text.as_bytes()));
            return Err(self.lose(FaultKind::Protocol, &message));
        }
        let kind = match answer.status() {
            Status::Ok | Status::Disabled => return Ok(answer),
            Status::Unsupported => FaultKind::Unsupported,
            Status::Invalid => FaultKind::Invalid,
            Status::Failed => FaultKind::Failed,
        };
        let reason: Reason = serde_json::from_str(text).unwrap_or_default();
        let reason = reason.reason.unwrap_or_else(|| format!("{op}, without a reason"));
        let reason = shortened(reason);
        Err(Fault::new(kind, format!("{}: {reason}", self.name)))
    }

    /// An answer that is well formed and yet makes no sense: the run is over.
    pub(crate) fn nonsense(&mut self, message: &str) -> Fault {
        self.lose(FaultKind::Protocol, message)
    }

    /// Ends the process after something indefinite, and says what there is to say.
    fn lose(&mut self, kind: FaultKind, message: &str) -> Fault {
        let mut text = format!("{}: {message}", self.name);
        if is_interrupted() {
            // It was we who ended it: what it left half done says nothing about it.
            self.child = None;
            text = format!("{}: interrupted", self.name);
        } else if let Some(child) = self.child.take() {
            // A process that is closing gets a moment, so that its status can be told.
            let moment = if kind == FaultKind::Crash { self.limits.shutdown } else { Duration::ZERO };
            let ended = child.end(deadline(moment), self.limits.shutdown);
            if kind == FaultKind::Crash {
                match ended.status {
                    Some(status) => write!(text, " ({status})").unwrap_or_default(),
                    None => text.push_str(" (it closed its standard output and went on)"),
                }
            }
            if !ended.tail.is_empty() && kind != FaultKind::Protocol {
                write!(text, "\nits standard error ended:\n{}", ended.tail).unwrap_or_default();
            }
        }
        let fault = Fault::new(kind, text);
        self.lost = Some(fault.clone());
        fault
    }

    /// Ends the process as the protocol has it; what it did wrong, if anything.
    pub(crate) fn shutdown(&mut self) -> Result<(), String> {
        if self.child.is_none() {
            return Ok(());
        }
        let within = self.limits.shutdown;
        let deadline = deadline(within);
        self.ask(Request::new("shutdown"), within).map_err(|fault| fault.message)?;
        let Some(mut child) = self.child.take() else { return Ok(()) };
        let unasked = child.unasked();
        let ended = child.end(deadline, within);
        match (unasked, ended.status) {
            (Some(line), _) => Err(format!("wrote a line after its last answer: `{}`", quote(&line))),
            (None, None) => Err(format!("did not end within {} s after shutdown", within.as_secs_f64())),
            (None, Some(status)) if !status.success() => Err(format!("ended with {status} after shutdown")),
            (None, Some(_)) => Ok(()),
        }
    }

    /// Closes the standard input of the process; whether it ends by itself.
    pub(crate) fn hang_up(&mut self) -> bool {
        let Some(child) = self.child.take() else { return true };
        child.end(deadline(self.limits.shutdown), self.limits.shutdown).status.is_some()
    }

    /// What the process wrote though nothing was asked.
    pub(crate) fn unasked(&mut self) -> Option<String> {
        self.child.as_mut().and_then(Child::unasked).map(|line| quote(&line))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Whatever it does wrong now is nobody's concern; it is gone afterwards.
        let _ = self.shutdown();
    }
}

/// How many characters of a reason are told.
const REASON: usize = 4_000;

/// A reason that somebody can read: a line may have megabytes.
fn shortened(mut reason: String) -> String {
    if let Some((at, _)) = reason.char_indices().nth(REASON) {
        reason.truncate(at);
        reason.push('…');
    }
    reason
}

/// When this time will have passed. One that is beyond what the clock can tell does not pass.
pub(super) fn deadline(within: Duration) -> Instant {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);
    let now = Instant::now();
    now.checked_add(within).unwrap_or_else(|| now + CENTURY)
}

/// What every answer has.
pub(crate) trait Head {
    fn id(&self) -> Option<u64>;
    fn status(&self) -> Status;
}

impl Head for Answer {
    fn id(&self) -> Option<u64> {
        self.id
    }
    fn status(&self) -> Status {
        self.status
    }
}

impl Head for Hello {
    fn id(&self) -> Option<u64> {
        self.id
    }
    fn status(&self) -> Status {
        self.status
    }
}

#[derive(Default, Deserialize)]
struct Reason {
    #[serde(default)]
    reason: Option<String>,
}
