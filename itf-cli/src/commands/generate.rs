//! `itf generate`: traces from an executable spec.

use std::ops::ControlFlow;

use itf::Trace;
use itf_adapters::{Search, Shortest, execute, trace_of};

use crate::cli::Generate;
use crate::exit::Answer;
use crate::output::{Output, Terminal, write_traces};
use crate::plugs;
use crate::trouble::Trouble;

pub(crate) fn run(args: &Generate, terminal: &Terminal) -> Result<Answer, Trouble> {
    let mut producer = plugs::producer(&args.spec, args.instance.as_deref())?;
    let mut out = Output::open(args.out.file.as_deref())?;
    if let (true, Some(property)) = (args.shortest, &args.property) {
        return shortest(args, property, producer.as_mut(), out, terminal);
    }
    let search = Search {
        property: args.property.clone(),
        max_steps: args.max_steps,
        max_samples: args.max_samples,
        max_findings: args.max_findings,
        seed: args.seed,
    };
    let mut written: Result<(), Trouble> = Ok(());
    let report = producer.search(&search, &mut |trace: Trace| {
        written = write_traces(&mut out, [&trace]);
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    written?;
    out.finish()?;
    let what = args.property.as_ref().map_or(String::new(), |p| format!(" with {p}"));
    terminal.note(&match report.walks {
        // Another tool made them, and does not say how many it tried.
        0 => format!("{} traces{what}, seed {}", report.found, args.seed),
        walks => {
            format!("{} of {walks} walks{what}, {} steps, seed {}", report.found, report.steps, args.seed)
        }
    });
    let none = report.found == 0 && args.property.is_some();
    Ok(if none { Answer::No } else { Answer::Yes })
}

fn shortest(
    args: &Generate,
    property: &str,
    producer: &mut dyn itf_adapters::Producer,
    mut out: Output,
    terminal: &Terminal,
) -> Result<Answer, Trouble> {
    match producer.shortest(property, args.max_steps.saturating_add(1))? {
        Shortest::Found { calls, states: visited } => {
            let execution = execute(producer, &calls)?;
            let mut header = producer.header();
            header.meta.set("predicate_name", property.into());
            let trace = trace_of(&header, execution.states);
            write_traces(&mut out, [&trace])?;
            out.finish()?;
            terminal.note(&format!(
                "the shortest trace has {} states; {visited} different states were visited",
                trace.states.len()
            ));
            Ok(Answer::Yes)
        }
        Shortest::NoneUpTo { len, states } => {
            terminal.note(&format!("no trace of up to {len} states; {states} different states were visited"));
            Ok(Answer::No)
        }
    }
}
