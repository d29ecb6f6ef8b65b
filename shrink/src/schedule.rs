//! Which pass when.

use crate::classic::{backward, cdd, ddmin, probdd};
use crate::intern::Id;
use crate::passes::restarts::Restarts;
use crate::passes::{adaptive, cascade, classes, normalise, pairs, singles, windows};
use crate::report::Stop;
use crate::session::Session;
use crate::{Algorithm, Effort, Pass};

/// Runs a pass, if it is wanted.
fn pass(
    s: &mut Session<'_>,
    which: Pass,
    run: impl FnOnce(&mut Session<'_>) -> Result<bool, Stop>,
) -> Result<bool, Stop> {
    s.pass = which;
    if s.options.passes.has(which) { run(s) } else { Ok(false) }
}

/// The passes of this crate. First what takes away much in a few runs; then, until nothing changes any more,
/// runs of items, simpler items, and the proof; what finds a way past the proof starts these again.
///
/// Simpler items come before the proof, so that it is made once.
fn ours(s: &mut Session<'_>) -> Result<(), Stop> {
    let knows_states = s.best.states.is_some();
    let searches = match s.options.effort {
        Effort::Quick => false,
        Effort::Normal => !knows_states,
        Effort::Thorough => true,
    };
    let start = s.best.items.clone();
    let mut restarts = Restarts::new(s);
    let mut roads_left = !knows_states && s.options.effort == Effort::Thorough;

    s.pass = Pass::Shortcut;
    s.shortcut()?;
    pass(s, Pass::Normalise, normalise::at_once)?;
    pass(s, Pass::Restarts, |s| restarts.run(s))?;
    if !knows_states && !s.skips() {
        pass(s, Pass::Chunks, |s| ddmin::run(s, &start).map(|()| false))?;
    }
    pass(s, Pass::Classes, classes::run)?;
    loop {
        pass(s, Pass::Adaptive, adaptive::run)?;
        pass(s, Pass::Normalise, normalise::run)?;
        // A shorter sequence may have simpler items; where nothing is left to do, another round costs no run.
        let escaped = pass(s, Pass::Singles, singles::run)?
            || pass(s, Pass::Cascade, cascade::run)?
            || pass(s, Pass::Restarts, |s| restarts.run(s))?
            || searches && (pass(s, Pass::Windows, windows::run)? || pass(s, Pass::Pairs, pairs::run)?);
        if escaped {
            continue;
        }
        if !std::mem::take(&mut roads_left) || !pass(s, Pass::Restarts, |s| other_roads(s, &start))? {
            return Ok(());
        }
    }
}

/// Begins again with the original, by other roads: where no states are known, nothing else leaves a valley.
fn other_roads(s: &mut Session<'_>, start: &[Id]) -> Result<bool, Stop> {
    let before = s.len();
    ddmin::run(s, start)?;
    probdd::run(s, start)?;
    cdd::run(s, start)?;
    Ok(s.len() < before)
}

/// Reduces with the algorithm that was asked for.
pub(crate) fn run(s: &mut Session<'_>) -> Result<(), Stop> {
    s.pass = Pass::Classic;
    let start = s.best.items.clone();
    match s.options.algorithm {
        Algorithm::Ours => ours(s),
        Algorithm::Ddmin => ddmin::run(s, &start),
        Algorithm::ProbDd => probdd::run(s, &start),
        Algorithm::Cdd => cdd::run(s, &start),
        Algorithm::OneBackwardPass => backward::run(s, &start),
    }
}
