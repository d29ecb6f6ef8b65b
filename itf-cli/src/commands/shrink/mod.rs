//! `itf shrink`: the shortest trace that still fails the same way.

mod also;
mod best;
mod bounded;
mod command;
mod dry;
mod engine;
mod explain;
mod groups;
mod journal;
mod judge;
mod once;
mod plan;
mod producer;
mod rates;
mod report;
mod states;
mod watch;

use std::cell::RefCell;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use itf::Trace;
use itf_shrink::{Claim, Failure, ShrinkError};

use crate::cli::Shrink;
use crate::exit::Answer;
use crate::input;
use crate::output::{Output, Terminal, write_traces};
use crate::plugs;
use crate::trouble::Trouble;
use groups::Groups;

pub(crate) use best::BestFile;
pub(crate) use explain::Explanation;
pub(crate) use judge::Goal;
pub(crate) use producer::{How, prove, schedule, shrink};
pub(crate) use report::claim;
pub(crate) use watch::Watch;

/// A trace that was shrunk, and what can be said of it.
pub(crate) struct Shrunk {
    pub(crate) trace: Trace,
    pub(crate) failure: Failure,
    pub(crate) calls: usize,
    pub(crate) claim: Claim,
    /// Other failures that were met, each with a trace that shows it.
    pub(crate) also: Vec<(Failure, Option<Trace>)>,
    /// States before.
    pub(crate) original: usize,
    /// The states visited by an exhaustive search that found nothing shorter.
    pub(crate) proved: Option<usize>,
    /// Why such a search showed nothing.
    pub(crate) unproved: Option<String>,
    pub(crate) explanation: Explanation,
    /// How often it fails, if that was measured.
    pub(crate) rates: Option<rates::Rates>,
}

pub(crate) fn run(args: &Shrink, terminal: &Terminal) -> Result<Answer, Trouble> {
    contradictions(args)?;
    if args.tell.events {
        terminal.tell_events();
    }
    args.rates.runs()?;
    journal::is_apart(args)?;
    let stop = interrupted()?;
    let mut producer = args.goal.with.as_deref().map(|spec| plugs::producer(spec, None)).transpose()?;
    let mut reader = crate::limits::reader();
    let (sources, mut answer) = input::traces(&args.files, &mut reader, terminal);
    if sources.is_empty() {
        // What is in the file that was asked for stays.
        return Ok(Answer::Trouble);
    }
    let planned = plan::plan(args, producer.as_deref_mut(), &sources, &stop, terminal)?;
    let Some(planned) = planned else { return Ok(Answer::Trouble) };
    let mut out = Output::open(args.out.file.as_deref())?;
    let best = RefCell::new(BestFile::new(args.out.file.as_deref()));
    let mut groups = Groups::default();
    for (source, planned) in sources.iter().zip(planned) {
        best.borrow_mut().begin();
        let shrunk = planned.map_err(NotShrunk::Trouble).and_then(|planned| match &mut producer {
            Some(spec) => {
                producer::with_producer(args, spec.as_mut(), (source, planned), &stop, &best, terminal)
            }
            None => states::with_command(args, source, planned.journal.as_ref(), &stop, &best, terminal),
        });
        best.borrow_mut().tell(&source.name, terminal);
        match shrunk {
            Ok(shrunk) => {
                let new = groups.add(&source.name, &shrunk.failure, &shrunk.trace);
                if new || !args.unique {
                    best.borrow_mut().keep(&shrunk.trace);
                    write_traces(&mut out, [&shrunk.trace])?;
                    out.flush()?;
                }
                report::report(&source.name, &shrunk, terminal);
                // What was found is no less worth for it.
                if let Err(trouble) = also::save(&source.name, &shrunk, args.out.file.as_deref(), terminal) {
                    terminal.complain(&format!("{}: {trouble}", source.name));
                    answer = Answer::Trouble;
                }
                if args.tell.explain {
                    explain::tell(&source.name, &shrunk, terminal);
                }
            }
            Err(NotShrunk::DryRun(words)) => terminal.note(&format!("{}: {words}", source.name)),
            Err(NotShrunk::Passes(hint)) => {
                terminal.complain(&format!("{}: the original does not fail{hint}", source.name));
                answer = answer.and(Answer::No);
            }
            Err(NotShrunk::Trouble(Trouble::ReaderGone)) => return Err(Trouble::ReaderGone),
            Err(NotShrunk::Trouble(trouble)) => {
                terminal.complain(&format!("{}: {trouble}", source.name));
                answer = Answer::Trouble;
            }
        }
        if stop.load(Ordering::Relaxed) {
            // What was asked for was not done, whatever there is of it.
            answer = Answer::Trouble;
            break;
        }
    }
    if args.dry_run {
        return Ok(answer);
    }
    groups.tell(terminal);
    // A file with nothing in it would look like a result.
    if answer == Answer::Yes || args.out.file.is_none() || best.borrow().has_some() {
        out.finish()?;
    }
    Ok(answer)
}

/// What does not go together, or leads nowhere.
fn contradictions(args: &Shrink) -> Result<(), Trouble> {
    let (goal, command) = (&args.goal, &args.command);
    if goal.with.is_none() && command.command.is_empty() {
        return Err(Trouble::new(
            "say what decides: --with SPEC and --violates, --reaches, --invariant or --on; or a command after `--`; or a spec \
             and a command",
        ));
    }
    if goal.with.is_none() {
        let given = [
            ("--violates", goal.violates.is_some()),
            ("--reaches", goal.reaches.is_some()),
            ("--invariant", goal.invariant.is_some()),
            ("--on", goal.on.is_some()),
            ("--strict", goal.strict),
            ("--prove", goal.prove),
            ("--no-normalize", args.limits.no_normalize),
        ];
        if let Some((name, _)) = given.iter().find(|(_, given)| *given) {
            return Err(Trouble::new(format!("{name} needs a spec: --with SPEC; here a command decides")));
        }
    }
    if command.command.is_empty() {
        let given = [
            ("--fails-when", !command.fails_when.is_empty()),
            ("--passes-when", !command.passes_when.is_empty()),
            ("--retries", command.retries > 0),
            ("--timeout", command.timeout.is_some()),
            ("--memory", command.memory.is_some()),
            ("--disk", command.disk.is_some()),
            ("--private", command.private),
        ];
        if let Some((name, _)) = given.iter().find(|(_, given)| *given) {
            let adapters = if *name == "--timeout" {
                "; how long a step of an adapter may take is ITF_STEP_SECONDS"
            } else {
                ""
            };
            return Err(Trouble::new(format!(
                "{name} is about a command, and there is none after `--`{adapters}"
            )));
        }
    } else if goal.prove {
        return Err(Trouble::new("--prove searches for a property of the spec, and cannot ask a command"));
    }
    if command.fails_when.is_empty() && command.passes_when.iter().any(itf_adapters::Rule::holds_for_exit_0) {
        return Err(Trouble::new(
            "--passes-when holds for exit status 0, which means \"still fails\" if nothing else is said: say --fails-when, too",
        ));
    }
    Ok(())
}

/// Why there is no result for a trace.
pub(crate) enum NotShrunk {
    /// It does not fail; more about that.
    Passes(String),
    /// It fails, and nothing else was asked.
    DryRun(String),
    /// Nobody could tell.
    Trouble(Trouble),
}

impl<T: Into<Trouble>> From<T> for NotShrunk {
    fn from(trouble: T) -> Self {
        Self::Trouble(trouble.into())
    }
}

impl From<ShrinkError> for NotShrunk {
    fn from(error: ShrinkError) -> Self {
        match error {
            ShrinkError::DoesNotFail => Self::Passes(String::new()),
            rare @ ShrinkError::TooRare { .. } => Self::Trouble(Trouble::new(format!(
                "{rare}; without --min-rate a quarter of its own rate is kept"
            ))),
            other => Self::Trouble(Trouble::new(other.to_string())),
        }
    }
}

/// A flag that Ctrl-C sets: the run under way is finished, the best so far is written, and that is the end. Who asks twice
/// does not wait for adapters any more, and who asks again for nothing.
#[expect(clippy::exit, reason = "what is under way may hang where nobody looks at the flag")]
fn interrupted() -> Result<Arc<AtomicBool>, Trouble> {
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    let asked = AtomicU8::new(0);
    let on_signal = move || match asked.fetch_add(1, Ordering::Relaxed) {
        _ if input::is_waiting() => std::process::exit(i32::from(crate::exit::TROUBLE)),
        0 => {
            set.store(true, Ordering::Relaxed);
            crate::patience::lose();
        }
        1 => itf_adapters::jsonl::interrupt(),
        _ => std::process::exit(i32::from(crate::exit::TROUBLE)),
    };
    ctrlc::set_handler(on_signal).map_err(|e| Trouble::new(format!("cannot watch for Ctrl-C: {e}")))?;
    Ok(flag)
}
