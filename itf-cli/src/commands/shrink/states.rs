//! Without a producer: states are left out, and a command decides.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use itf::{Record, Trace};
use itf_adapters::{CommandOracle, candidate_trace};
use itf_shrink::{Oracle, Run, Semantics, Verdict};

use super::engine::{self, Knowledge, engine, told};
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
    let oracle = oracle.map_err(|e| Trouble::new(e.to_string()))?;
    let units = oracle.units();
    let mut oracle = StemAndLoop { oracle, trace };
    // States are no calls that can be skipped: a candidate is what it is.
    let options = engine::options(&args.limits, Semantics::Strict)?;
    let watch = Watch::new(terminal, trace.states.len());
    let same = same_states(trace);
    let canonical = |kept: &[usize]| kept.iter().map(|at| same[*at]).collect();
    // In a lasso a state means something else in the stem than in the loop.
    let equal_states = trace.loop_index.is_none().then_some(&canonical as &dyn Fn(&[usize]) -> Vec<usize>);
    let knowledge = Knowledge { canonical: equal_states, ..Knowledge::default() };
    let report = engine(&mut oracle, &units, options, &knowledge, stop, &watch)?;
    let mut also = |kept: &[usize]| Some(candidate_trace(trace, kept));
    let small = candidate_trace(trace, &report.items);
    Ok(told(small, report, trace.states.len(), &|at| format!("state {at}"), &mut also))
}

/// For every state the first one with the same values: candidates that differ in nothing else are one.
fn same_states(trace: &Trace) -> Vec<usize> {
    let mut first: HashMap<&Record, usize> = HashMap::new();
    trace.states.iter().enumerate().map(|(at, state)| *first.entry(&state.value).or_insert(at)).collect()
}

/// A lasso stays one: stem and loop get shorter apart from each other, and something of the loop stays.
struct StemAndLoop<'t, O> {
    oracle: O,
    trace: &'t Trace,
}

impl<O: Oracle<usize>> Oracle<usize> for StemAndLoop<'_, O> {
    type State = O::State;

    fn run(&mut self, candidate: &[usize]) -> Run<usize, O::State> {
        let lasso = self.trace.loop_index;
        // The initial state always stays; a loop that begins with it has it.
        if lasso.is_some_and(|start| start > 0 && !candidate.iter().any(|&at| at as u64 >= start)) {
            return Run::of(candidate, Verdict::invalid("nothing of the loop is left"));
        }
        self.oracle.run(candidate)
    }
}
