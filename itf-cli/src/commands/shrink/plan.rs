//! What is found out about all traces before the first candidate is run: a journal that is not to be written is told then, and
//! not after the hours that the traces before it took.

use std::sync::atomic::{AtomicBool, Ordering};

use itf_adapters::{Learned, Producer, fingerprint_of_calls};

use super::{journal, producer, states};
use crate::cli::Shrink;
use crate::input::Source;
use crate::output::Terminal;
use crate::trouble::Trouble;

/// What is known of a trace.
pub(super) struct Planned {
    /// How a spec re-executes it, where it need not be asked again.
    pub(super) learned: Option<Learned>,
    /// Where its journal is and what it is of, if it has one.
    pub(super) journal: Option<journal::Place>,
}

/// What is known of each trace, or what is wrong with it. None if work cannot begin: it was told why.
pub(super) fn plan(
    args: &Shrink,
    mut producer: Option<&mut (dyn Producer + 'static)>,
    sources: &[Source],
    stop: &AtomicBool,
    terminal: &Terminal,
) -> Result<Option<Vec<Result<Planned, Trouble>>>, Trouble> {
    let is_wanted = producer.as_deref().is_none_or(|spec| producer::has_journal(args, spec));
    let base = if args.dry_run || !is_wanted { None } else { journal::base(args)? };
    let Some(base) = base else {
        let nothing = || Ok(Planned { learned: None, journal: None });
        return Ok(Some(sources.iter().map(|_| nothing()).collect()));
    };
    let labels = args.action.labels()?;
    let mut known = Vec::with_capacity(sources.len());
    for source in sources {
        if stop.load(Ordering::Relaxed) {
            terminal.complain("interrupted before the first run");
            return Ok(None);
        }
        let trace = &source.document.trace;
        known.push(match &mut producer {
            Some(spec) => producer::property(args, &**spec, trace)
                .and_then(|_| producer::learned(&mut **spec, trace, labels.as_ref()))
                .map(|learned| (fingerprint_of_calls(&learned.calls), Some(learned))),
            None => Ok((states::original(trace), None)),
        });
    }
    let originals: Vec<Option<&str>> =
        known.iter().map(|known| known.as_ref().ok().map(|(original, _)| original.as_str())).collect();
    let mut places = journal::places(args, &base, &originals).into_iter();
    let mut refused = false;
    for (source, place) in sources.iter().zip(places.as_slice()) {
        if let Some(Err(trouble)) = place.as_ref().map(|place| place.check(args)) {
            terminal.complain(&format!("{}: {trouble}", source.name));
            refused = true;
        }
    }
    if refused {
        if sources.len() > 1 {
            terminal.note("nothing was begun, and nothing was written");
        }
        return Ok(None);
    }
    // A spec begins where the trace began that it has learned last: of several, each is learned again at its turn.
    let is_only = sources.len() == 1;
    let planned = |known: Result<(String, Option<Learned>), Trouble>| {
        let journal = places.next().flatten();
        known.map(|(_, learned)| Planned { learned: learned.filter(|_| is_only), journal })
    };
    Ok(Some(known.into_iter().map(planned).collect()))
}
