//! `itf generate`: traces from an executable spec.

mod report;
mod writer;

use std::io::Write;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use itf::Trace;
use itf_adapters::engine::Profile;
use itf_adapters::{Producer, Search, SearchReport, Shortest, Watch, execute, trace_of};

use self::report::Generated;
use self::writer::Writer;
use crate::cli::Generate;
use crate::exit::Answer;
use crate::output::Terminal;
use crate::plugs;
use crate::trouble::Trouble;

pub(crate) fn run(args: &Generate, terminal: &Terminal) -> Result<Answer, Trouble> {
    // A search for a shortest trace has nothing to tell before its end: Ctrl-C ends it as it ends anything.
    let stop = if args.shortest { Arc::default() } else { plugs::stop_flag() };
    let open = || {
        let producer = plugs::producer(&args.spec, args.instance.as_deref())?;
        let out = Writer::open(args, producer.as_ref())?;
        Ok::<_, Trouble>((producer, out))
    };
    let (mut producer, mut out) =
        open().map_err(
            |trouble| {
                if stop.load(Ordering::Relaxed) { Trouble::new("interrupted") } else { trouble }
            },
        )?;
    let generated = if args.shortest {
        shortest(args, producer.as_mut(), &mut out)?
    } else {
        walks(args, producer.as_mut(), &mut out, &stop, terminal)?
    };
    // Who breaks off before anything is found keeps the file of the time before.
    if generated.found > 0 || !generated.stopped {
        out.finish()?;
    }
    report::tell(args, &generated, terminal)?;
    if let Some(fault) = &generated.broken {
        terminal.complain(&format!("{}; what was found before is written", fault.message));
        return Ok(Answer::Trouble);
    }
    Ok(match &generated {
        Generated { found: 1.., .. } => Answer::Yes,
        // It may be there, where nobody has looked.
        Generated { stopped: true, .. } => Answer::Trouble,
        Generated { property: Some(_), .. } => Answer::No,
        Generated { property: None, .. } => Answer::Yes,
    })
}

fn walks(
    args: &Generate,
    producer: &mut dyn Producer,
    out: &mut Writer,
    stop: &Arc<AtomicBool>,
    terminal: &Terminal,
) -> Result<Generated, Trouble> {
    let property = args.wanted().map(str::to_owned);
    let kind = property.as_deref().and_then(|name| producer.property(name)).map(|property| property.kind);
    let progress = progress(terminal, stop);
    let search = Search {
        property: property.clone(),
        max_steps: args.max_steps,
        max_samples: args.samples(),
        max_findings: args.findings(),
        seed: args.seed,
        jobs: args.jobs,
        weights: args.weights.clone(),
        watch: progress,
    };
    let mut taken = Profile::default();
    let (mut found, mut steps) = (0, 0);
    let mut written: Result<(), Trouble> = Ok(());
    let report = producer.search(&search, &mut |trace: Trace| {
        found += 1;
        steps += trace.states.len().saturating_sub(1) as u64;
        out.count(&mut taken, &trace);
        written = out.write(&trace);
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    clear(terminal);
    written?;
    let stopped = stop.load(Ordering::Relaxed);
    let SearchReport { found, walks, steps, stuck, profile } = match report {
        // An adapter that was ended says that it crashed; and that was us.
        Err(_) if stopped => SearchReport { found, steps, ..SearchReport::default() },
        // Traces are whole, and took their time.
        Err(fault) if found > 0 => {
            let (profile, broken) = (taken, Some(fault));
            return Ok(Generated { property, kind, found, steps, profile, broken, ..Generated::default() });
        }
        report => report?,
    };
    Ok(Generated {
        found,
        walks: (walks > 0).then_some(walks),
        steps,
        stuck,
        // Another tool made the traces, and does not say what else it tried.
        profile: if profile.actions().is_empty() { taken } else { profile },
        property,
        kind,
        stopped,
        ..Generated::default()
    })
}

fn shortest(args: &Generate, producer: &mut dyn Producer, out: &mut Writer) -> Result<Generated, Trouble> {
    let property = args.property.clone().unwrap_or_default();
    let answer = producer.shortest(&property, args.max_steps.saturating_add(1))?;
    let mut generated = Generated { property: Some(property.clone()), ..Generated::default() };
    match answer {
        Shortest::Found { calls, states, profile } => {
            let execution = execute(producer, &calls)?;
            let mut header = producer.header();
            if let Some(known) = producer.property(&property) {
                known.kind.record(&property, &mut header.meta);
            }
            let trace = trace_of(&header, execution.states);
            (generated.found, generated.steps) = (1, calls.len() as u64);
            generated.length = Some(trace.states.len());
            (generated.visited, generated.profile) = (Some(states), profile);
            out.write(&trace)?;
        }
        Shortest::NoneUpTo { len, states, profile } => {
            generated.none_up_to = Some(len);
            (generated.visited, generated.profile) = (Some(states), profile);
        }
    }
    Ok(generated)
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
