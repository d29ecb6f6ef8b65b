//! What the system does on findings.

use itf::{Labels, Trace};
use itf_adapters::report::{Ending, Trouble as Told};
use itf_adapters::{End, Explain, Fault, Replay, System, explain};

use super::bugs::{Group, given, word};
use crate::cli::Report;
use crate::input::Source;

/// Every trace on the system, each to its first failure; what could not be replayed is told.
pub(super) fn all(
    system: &mut System,
    sources: &[Source],
    given: Option<&Labels>,
    told: &mut Vec<Told>,
) -> Vec<Option<Result<Replay, Fault>>> {
    let mut replays = Vec::with_capacity(sources.len());
    for source in sources {
        let replay = one(system, &source.document.trace, given);
        if let Err(fault) = &replay {
            told.push(Told { name: source.name.clone(), message: fault.message.clone() });
        }
        replays.push(Some(replay));
    }
    replays
}

fn one(system: &mut System, trace: &Trace, given: Option<&Labels>) -> Result<Replay, Fault> {
    let labels = system.labels(trace, given)?;
    system.replay(trace, &labels, &mut |_| {})
}

/// The different ends of the replays of a bug's findings, and of its shortest trace.
pub(super) fn endings(
    system: &mut System,
    group: &Group,
    sources: &[Source],
    replays: &[Option<Result<Replay, Fault>>],
    given: Option<&Labels>,
) -> Vec<Ending> {
    let shortest = group.shortest(sources);
    let again = one(system, shortest, given);
    let mut all: Vec<(&str, &Trace, &Replay)> = Vec::new();
    if let Ok(again) = &again {
        all.push((Ending::SHORTEST, shortest, again));
    }
    for (at, _) in &group.findings {
        let source = &sources[*at];
        // What was found is not told twice.
        if let Some(Some(Ok(replay))) = replays.get(*at)
            && !std::ptr::eq(&raw const source.document.trace, shortest)
        {
            all.push((&source.name, &source.document.trace, replay));
        }
    }
    let mut endings: Vec<(String, usize, Ending)> = Vec::new();
    for (name, trace, replay) in all {
        let identity = crate::commands::replay::end_words(replay);
        let length = replay.steps.len();
        match endings.iter_mut().find(|(known, ..)| *known == identity) {
            Some((_, shortest, ending)) => {
                let traces = std::mem::take(&mut ending.traces);
                if length < *shortest {
                    *shortest = length;
                    *ending = self::ending(name, trace, replay);
                    ending.traces.clear();
                }
                ending.traces.splice(0..0, traces);
                ending.traces.push(name.to_owned());
            }
            None => endings.push((identity, length, ending(name, trace, replay))),
        }
    }
    endings.into_iter().map(|(.., ending)| ending).collect()
}

/// The commands that show the ends which the shortest trace does not come to.
pub(super) fn commands(args: &Report, endings: &[Ending]) -> Vec<String> {
    let Some(system) = &args.on else { return Vec::new() };
    let others = endings.iter().filter(|ending| !ending.traces.iter().any(|name| name == Ending::SHORTEST));
    others
        .filter_map(|ending| ending.traces.first())
        .map(|name| {
            let (begin, file) = given(name);
            format!("{begin}itf replay --on {} {file}", word(system))
        })
        .collect()
}

/// The end of one replay.
pub(crate) fn ending(name: &str, trace: &Trace, replay: &Replay) -> Ending {
    let (verdict, message) = match &replay.end {
        End::Agreed => {
            ("agrees", format!("the system does all {} steps as the model does", replay.steps.len()))
        }
        End::Failed(failure) => {
            ("fails", format!("at step {}, {}: {}", replay.steps.len(), failure.kind, failure.message))
        }
        End::Broken(at, fault) => ("inconclusive", format!("at step {at}: {}", fault.message)),
    };
    let how = Explain { context: Some(3), ..Explain::default() };
    let text = if replay.failure().is_some() { explain(name, trace, replay, &how) } else { String::new() };
    Ending { verdict: verdict.to_owned(), message, traces: vec![name.to_owned()], text }
}
