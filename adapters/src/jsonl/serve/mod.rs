//! The other side of the protocol: what is in process answers for those who are not.

mod consumer;
mod producer;

use std::io::{self, BufRead, Write};

pub use consumer::serve_consumer;
pub use producer::serve_producer;

use super::message::{Answer, Hello, Request, Role, Status};
use super::wire::{Wire, quote};
use crate::{Fault, FaultKind};

/// What is answered.
enum Said {
    Answer(Box<Answer>),
    Hello(Box<Hello>),
}

impl From<Answer> for Said {
    fn from(answer: Answer) -> Self {
        Self::Answer(Box::new(answer))
    }
}

/// Answers one request after another, until `shutdown` or the end of the input.
fn serve(
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    answer: &mut dyn FnMut(&Request, &mut Wire) -> Result<Said, Fault>,
) -> io::Result<()> {
    let mut wire = Wire::default();
    let (mut line, mut text) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let read: Result<Request, _> = serde_json::from_slice(&line);
        let (id, op) = read.as_ref().map_or((None, ""), |request| (Some(request.id), request.op.as_str()));
        let over = op == "shutdown";
        let said = match &read {
            Ok(_) if over => Ok(Answer::default().into()),
            Ok(request) => answer(request, &mut wire),
            Err(error) => {
                let message = format!("this is no request ({error}): `{}`", quote(line.trim_ascii_end()));
                Err(Fault::new(FaultKind::Invalid, message))
            }
        };
        text.clear();
        match said.unwrap_or_else(|fault| refusal(fault).into()) {
            Said::Answer(mut answer) => {
                answer.id = id;
                serde_json::to_writer(&mut text, &answer)?;
            }
            Said::Hello(mut hello) => {
                hello.id = id;
                serde_json::to_writer(&mut text, &hello)?;
            }
        }
        text.push(b'\n');
        output.write_all(&text)?;
        output.flush()?;
        if over {
            return Ok(());
        }
    }
}

/// The answer that a fault is.
fn refusal(fault: Fault) -> Answer {
    let status = match fault.kind {
        FaultKind::Unsupported => Status::Unsupported,
        FaultKind::Invalid => Status::Invalid,
        _ => Status::Failed,
    };
    Answer { status, reason: Some(fault.message), ..Answer::default() }
}

/// Refuses to be what it is not.
fn expect_role(request: &Request, ours: Role) -> Result<(), Fault> {
    match request.role {
        Some(role) if role != ours => {
            let message = format!("this is a {}, not a {}", ours.word(), role.word());
            Err(Fault::new(FaultKind::Unsupported, message))
        }
        _ => Ok(()),
    }
}

fn unsupported(op: &str) -> Fault {
    Fault::new(FaultKind::Unsupported, format!("there is no operation `{op}` here"))
}

fn invalid(message: String) -> Fault {
    Fault::new(FaultKind::Invalid, message)
}

/// The name of the action, which must be there.
fn action_name(request: &Request) -> Result<&str, Fault> {
    request.action.as_deref().ok_or_else(|| invalid(format!("{} without an action", request.op)))
}
