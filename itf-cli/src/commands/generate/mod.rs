//! `itf generate`: traces from an executable spec.

mod report;

use std::io::Write;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use itf::{Label, Labels, Trace};
use itf_adapters::engine::Profile;
use itf_adapters::{
    Action, LabelStyle, Producer, Search, SearchReport, Shortest, Watch, execute, relabel, trace_of,
};

use self::report::Generated;
use crate::cli::{Generate, LabelsOf};
use crate::exit::Answer;
use crate::output::{Output, Terminal, write_traces};
use crate::plugs;
use crate::trouble::Trouble;

pub(crate) fn run(args: &Generate, terminal: &Terminal) -> Result<Answer, Trouble> {
    // A search for a shortest trace has nothing to tell before its end: Ctrl-C ends it as it ends anything.
    let stop = if args.shortest { Arc::default() } else { plugs::stop_flag() };
    let mut producer = plugs::producer(&args.spec, args.instance.as_deref())?;
    let mut out = Output::open(args.out.file.as_deref())?;
    let generated = if args.shortest {
        shortest(args, producer.as_mut(), &mut out)?
    } else {
        walks(args, producer.as_mut(), &mut out, &stop, terminal)?
    };
    out.finish()?;
    report::tell(args, &generated, terminal)?;
    let none = generated.found == 0 && generated.property.is_some();
    Ok(if none { Answer::No } else { Answer::Yes })
}

fn walks(
    args: &Generate,
    producer: &mut dyn Producer,
    out: &mut Output,
    stop: &Arc<AtomicBool>,
    terminal: &Terminal,
) -> Result<Generated, Trouble> {
    let property = args.until_violation.clone().or_else(|| args.property.clone());
    let progress = progress(terminal, stop);
    let search = Search {
        property: property.clone(),
        max_steps: args.max_steps,
        max_samples: if args.until_violation.is_some() { u64::MAX } else { args.max_samples },
        max_findings: args.max_findings,
        seed: args.seed,
        jobs: args.jobs,
        weights: args.weights.clone(),
        watch: progress,
    };
    let labels = producer.labels();
    // The one that searches has no time to say what it calls what it did.
    let other = match args.labels {
        Some(LabelsOf::Quint) => Some(plugs::producer(&args.spec, args.instance.as_deref())?),
        _ => None,
    };
    let call = |label: &Label| other.as_ref().and_then(|producer| producer.call(label).ok());
    let mut taken = Profile::default();
    let mut written: Result<(), Trouble> = Ok(());
    let report = producer.search(&search, &mut |trace: Trace| {
        count(&mut taken, &trace, &labels);
        written = write(args, out, &trace, &labels, &call);
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    clear(terminal);
    written?;
    let SearchReport { found, walks, steps, stuck, profile } = report?;
    Ok(Generated {
        found,
        walks: (walks > 0).then_some(walks),
        steps,
        stuck,
        // Another tool made the traces, and does not say what else it tried.
        profile: if profile.actions().is_empty() { taken } else { profile },
        property,
        stopped: stop.load(Ordering::Relaxed),
        ..Generated::default()
    })
}

fn shortest(args: &Generate, producer: &mut dyn Producer, out: &mut Output) -> Result<Generated, Trouble> {
    let property = args.property.clone().unwrap_or_default();
    let answer = producer.shortest(&property, args.max_steps.saturating_add(1))?;
    let mut generated = Generated { property: Some(property.clone()), ..Generated::default() };
    match answer {
        Shortest::Found { calls, states, profile } => {
            let execution = execute(producer, &calls)?;
            let mut header = producer.header();
            header.meta.set("predicate_name", property.as_str().into());
            let trace = trace_of(&header, execution.states);
            (generated.found, generated.steps) = (1, calls.len() as u64);
            generated.length = Some(trace.states.len());
            (generated.visited, generated.profile) = (Some(states), profile);
            write(args, out, &trace, &producer.labels(), &|label| producer.call(label).ok())?;
        }
        Shortest::NoneUpTo { len, states, profile } => {
            generated.none_up_to = Some(len);
            (generated.visited, generated.profile) = (Some(states), profile);
        }
    }
    Ok(generated)
}

/// Writes a trace, with its labels as they are wanted.
fn write(
    args: &Generate,
    out: &mut Output,
    trace: &Trace,
    labels: &Labels,
    call: &dyn Fn(&Label) -> Option<Action>,
) -> Result<(), Trouble> {
    let style = match args.labels {
        None => return write_traces(out, [trace]),
        Some(LabelsOf::Wunderspec) => LabelStyle::Wunderspec,
        Some(LabelsOf::Quint) => LabelStyle::Quint,
    };
    let trace = relabel(trace, labels, style, call).map_err(|e| Trouble::new(format!("--labels: {e}")))?;
    write_traces(out, [&trace])
}

fn count(profile: &mut Profile, trace: &Trace, labels: &Labels) {
    for (at, state) in trace.states.iter().enumerate().skip(1) {
        if let Ok(label) = labels.label(state, at) {
            profile.add(&label.name, 1, 0);
        }
    }
}

/// How often progress is shown.
const EVERY: Duration = Duration::from_millis(200);

/// Shows progress on a terminal, and breaks off when asked to.
fn progress(terminal: &Terminal, stop: &Arc<AtomicBool>) -> Watch {
    let (stop, started) = (Arc::clone(stop), Instant::now());
    let (shown, color) = (Mutex::new(started), terminal.color());
    Watch::new(move |report| {
        if stop.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        if Terminal::shows_progress()
            && let Ok(mut shown) = shown.try_lock()
            && shown.elapsed() >= EVERY
        {
            *shown = Instant::now();
            let millis = started.elapsed().as_millis().max(1);
            let _ = write!(
                Terminal::new(color).stderr(),
                "\r\x1b[K{} walks, {} steps, {} steps/s, {} found",
                report.walks,
                report.steps,
                u128::from(report.steps) * 1000 / millis,
                report.found
            );
        }
        ControlFlow::Continue(())
    })
}

/// Takes the line away.
fn clear(terminal: &Terminal) {
    if Terminal::shows_progress() {
        let _ = write!(terminal.stderr(), "\r\x1b[K");
    }
}
