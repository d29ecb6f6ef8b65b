//! The command that decides: how it is started, and what its errors mean.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use itf::Trace;
use itf_adapters::{CommandOracle, Limits};
use itf_shrink::{ShrinkError, Unresolved};

use super::NotShrunk;
use crate::cli::{Runs, Shrink};
use crate::trouble::Trouble;

/// How many characters of its last line are told.
const LAST_WORDS: usize = 160;
/// Seconds a command may take, if nothing else was said.
const TIME: f64 = 60.0;

/// A folder for candidates, which is gone in the end.
pub(super) fn folder() -> Result<tempfile::TempDir, Trouble> {
    let folder = tempfile::Builder::new().prefix("itf-shrink-").tempdir();
    folder.map_err(|e| Trouble::new(format!("cannot make a folder for candidates: {e}")))
}

/// The command, as it was asked for.
pub(super) fn oracle(
    args: &Shrink,
    trace: &Trace,
    folder: &Path,
    stop: &Arc<AtomicBool>,
) -> Result<CommandOracle, Trouble> {
    let options = &args.command;
    let seconds = options.timeout.unwrap_or(TIME);
    let timeout = Duration::try_from_secs_f64(seconds)
        .map_err(|_| Trouble::new(format!("--timeout {seconds}: not a time in seconds")))?;
    let oracle = CommandOracle::new(trace.clone(), options.command.clone(), folder, timeout);
    Ok(oracle
        .map_err(|e| Trouble::new(e.to_string()))?
        .stop(Arc::clone(stop))
        .fails_when(options.fails_when.clone())
        .passes_when(options.passes_when.clone())
        .retries(options.retries)
        .inside(options.private)
        .limits({
            let plain = Limits::default();
            Limits {
                time: timeout,
                // A limit that was given is the limit; only the usual one adapts.
                least_time: if options.timeout.is_some() { timeout } else { plain.least_time },
                memory: options.memory,
                disk: options.disk.unwrap_or(plain.disk),
            }
        }))
}

/// What an error means where a command decides.
pub(super) fn explained(error: ShrinkError, output: &str, runs: &Runs) -> NotShrunk {
    let last = output.lines().last().unwrap_or_default();
    // A line may be as long as a command likes.
    let cut = last.char_indices().nth(LAST_WORDS).map_or(last.len(), |(at, _)| at);
    let rest = if cut < last.len() { "…" } else { "" };
    let last = &last[..cut];
    let last = if last.is_empty() { String::new() } else { format!("; its last words were: {last}{rest}") };
    match error {
        ShrinkError::DoesNotFail => NotShrunk::Passes(match runs {
            Runs::Many(options) => {
                format!(": {} runs, and the command said of none that it fails{last}", options.patience)
            }
            _ => format!(": the command says so{last}; if it fails in some runs only, say --flaky"),
        }),
        ShrinkError::InitialFails(_) => NotShrunk::Trouble(Trouble::new(
            "the initial state alone fails: the command says \"still fails\" of a trace without a step, so it would of any. \
             Exit status 0 has to mean that the failure is there; for other commands see --fails-when",
        )),
        ShrinkError::Unresolved(Unresolved::Fault(why)) => {
            NotShrunk::Trouble(Trouble::new(format!("the original has no verdict: {why}{last}")))
        }
        other => other.into(),
    }
}

/// What a dry run came to, where a command decides.
pub(super) fn dry(came_to: NotShrunk, output: &str, runs: &Runs) -> NotShrunk {
    match came_to {
        NotShrunk::Passes(words) if words.is_empty() => explained(ShrinkError::DoesNotFail, output, runs),
        other => other,
    }
}
