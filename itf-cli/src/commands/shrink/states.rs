//! Without a producer: states are left out, and a command decides.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use itf_adapters::{CommandOracle, candidate_trace};
use itf_shrink::{Options, Semantics};

use super::engine::{engine, told};
use super::{NotShrunk, Shrunk, Watch};
use crate::cli::Shrink;
use crate::input::Source;
use crate::output::Terminal;
use crate::trouble::Trouble;

pub(super) fn with_command(
    args: &Shrink,
    source: &Source,
    stop: &AtomicBool,
    terminal: &Terminal,
) -> Result<Shrunk, NotShrunk> {
    let trace = &source.document.trace;
    if trace.states.is_empty() {
        return Err(NotShrunk::Trouble(Trouble::new("the trace has no states")));
    }
    let folder = tempfile::Builder::new().prefix("itf-shrink-").tempdir();
    let folder = folder.map_err(|e| Trouble::new(format!("cannot make a folder for candidates: {e}")))?;
    let timeout = Duration::try_from_secs_f64(args.command.timeout)
        .map_err(|_| Trouble::new(format!("--timeout {}: not a time in seconds", args.command.timeout)))?;
    let oracle = CommandOracle::new(trace.clone(), args.command.command.clone(), folder.path(), timeout);
    let mut oracle = oracle.map_err(|e| Trouble::new(e.to_string()))?;
    let units = oracle.units();
    // States are no calls that can be skipped: a candidate is what it is.
    let options =
        Options { semantics: Semantics::Strict, max_calls: args.limits.max_calls, ..Options::default() };
    let watch = Watch::new(terminal, trace.states.len());
    let report = engine(&mut oracle, &units, options, None, stop, &watch)?;
    Ok(told(candidate_trace(trace, &report.items), report, trace.states.len()))
}
