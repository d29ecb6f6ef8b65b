//! The JSON-lines protocol, version 1: specs and systems in any language, in a process of their own.
//!
//! UTF-8, one JSON object a line, one request in flight; the answer repeats the `id`. Standard output carries answers
//! only; standard error is free text, of which the last 32 lines are quoted when the process dies. Values are ITF. Fields
//! nobody knows are ignored. `schemas/adapter-protocol-1.schema.json` describes every message.
//!
//! ```text
//! → {"id":1,"op":"hello","protocol":1,"role":"consumer","limits":{"reset_ms":10000,"step_ms":5000}}
//! ← {"id":1,"status":"ok","protocol":1,"name":"lab","capabilities":{"observe":true},"actions":{"Deploy":{"args":["deployer"]}}}
//! → {"id":2,"op":"reset","state":{…}}
//! ← {"id":2,"status":"ok","outcome":"reset"}
//! → {"id":3,"op":"execute","action":"Deploy","args":{"deployer":"a"}}
//! ← {"id":3,"status":"ok","outcome":"installed","observed":{…},"binds":[["plan1","plan-001"]]}
//! → {"id":4,"op":"shutdown"}
//! ← {"id":4,"status":"ok"}
//! ```
//!
//! | a child that | is |
//! |---|---|
//! | does not answer in time | a [`Timeout`](FaultKind::Timeout) |
//! | ends | a [`Crash`](FaultKind::Crash), with its status and last lines |
//! | answers what is no answer: not JSON, not UTF-8, another id, another version, a line that never ends, a line that nobody asked for | a [`Protocol`](FaultKind::Protocol) fault that quotes the line |
//! | says `unsupported`, `invalid` or `failed` | a fault of that kind |
//!
//! After the first three nobody knows what the child did: its process group is ended (TERM, then KILL), the run is over,
//! and the next `reset` starts a fresh process.
//!
//! [`JsonlProducer`] and [`JsonlConsumer`] are the harness's side, [`serve_producer`] and [`serve_consumer`] the other,
//! and [`check`] tells the author of an adapter what is wrong with it.

mod child;
mod consumer;
mod keeper;
mod limits;
mod message;
mod peer;
mod producer;
mod serve;
mod tail;
mod wire;

pub mod check;

use std::process::Command;

pub use child::interrupt;
pub use consumer::JsonlConsumer;
pub use limits::{Limits, Tap, Way};
pub use message::{PROTOCOL, Role};
pub use producer::JsonlProducer;
pub use serve::{serve_consumer, serve_producer};

pub(crate) use child::{ended, start_group};
pub(crate) use keeper::{temporary_file, temporary_folder};
pub(crate) use message::Call;
pub(crate) use peer::Launch;
pub(crate) use tail::Tail;
pub(crate) use wire::{Wire, raw_call};

use crate::{Fault, FaultKind};

/// The words of a command line, split as a shell splits them: quotes and backslashes, and nothing else. No shell is ever
/// started.
///
/// # Errors
///
/// A quote that is not closed, or no word at all.
///
/// ```
/// use itf_adapters::jsonl::split;
/// assert_eq!(split(r#"python3 "my adapter.py" --fast"#)?, ["python3", "my adapter.py", "--fast"]);
/// assert!(split("python3 'oops").is_err());
/// # Ok::<(), itf_adapters::Fault>(())
/// ```
pub fn split(line: &str) -> Result<Vec<String>, Fault> {
    match shlex::split(line) {
        Some(words) if !words.is_empty() => Ok(words),
        Some(_) => Err(Fault::new(FaultKind::Invalid, "no command is given")),
        None => Err(Fault::new(FaultKind::Invalid, format!("a quote is not closed in `{line}`"))),
    }
}

/// The name for messages, and what starts the process.
fn launch(command: &[String]) -> Result<(String, Launch), Fault> {
    let Some((program, args)) = command.split_first().map(|(p, a)| (p.clone(), a.to_vec())) else {
        return Err(Fault::new(FaultKind::Invalid, "no command is given"));
    };
    let name = format!("`{}`", command.join(" "));
    let launch = move || {
        let mut command = Command::new(&program);
        command.args(&args);
        command
    };
    Ok((name, Box::new(launch)))
}
