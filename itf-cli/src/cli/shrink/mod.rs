//! `itf shrink`, as it was typed.

mod command;
mod goal;
mod journal;
mod limits;
mod rates;

use std::path::PathBuf;

use clap::Args;

pub(crate) use command::CommandOptions;
pub(crate) use goal::GoalOptions;
pub(crate) use journal::JournalOptions;
pub(crate) use limits::LimitOptions;
pub(crate) use rates::{RateOptions, Runs};

use super::{ActionOption, OutOption};

/// Make a trace as short as it can be and still fail the same way.
///
/// With a spec (`--with`), candidates are re-executed, so that every state of the result is real: say what fails by
/// `--violates`, `--reaches`, `--invariant` or `--on`. Parameters, names and order are brought to the simplest form, too. Without
/// a spec, states are left out and a command decides: it gets the candidate's file name for `{}`, and says by exit status 0
/// "still fails", by 125 and above "cannot tell", by any other "no"; `--fails-when` says it for commands that were not written
/// for this. With both, a command judges what the spec re-executed. The best so far is in the file of `-o` at any time, and `--resume` goes on after a kill.
///
/// A candidate that fails in another way is not followed; with `-o`, it is saved beside the result as `also-*.itf.json`. Of
/// several traces each is shrunk, and told apart by what they come to.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf shrink --with dns-spec:n3_5_3 --violates no_inconsistent_root found.ndjson > small.ndjson\n  itf shrink --with dns-spec:n3_5_3 --on dns-lab --explain found.ndjson > small.ndjson\n  itf shrink found.itf.json -- ./my-oracle.sh {} > small.itf.json\n  itf shrink --fails-when exit=1 --fails-when 'output~zero IPs' found.itf.json -- ./replay.sh {}\n  itf shrink --with dns-spec:n3_5_3 found.itf.json -- ./my-oracle.sh {} > small.itf.json\n  itf shrink --flaky --min-rate 0.2 --jobs 2 -o small.itf.json found.itf.json -- ./my-oracle.sh {}\n  itf shrink --dry-run found.itf.json -- ./my-oracle.sh {}\n\nExit status: 0 done (also when nothing could be removed), 1 the original does not fail, 2 could not tell, or interrupted by Ctrl-C (the best so far is written)."
)]
pub(crate) struct Shrink {
    /// The traces.
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) out: OutOption,
    #[command(flatten)]
    pub(crate) tell: TellOptions,
    /// Run the original, say what would happen, and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Of several traces that come to the same one, write it once.
    #[arg(long)]
    pub(crate) unique: bool,
    #[command(flatten)]
    pub(crate) action: ActionOption,
    #[command(flatten)]
    pub(crate) goal: GoalOptions,
    #[command(flatten)]
    pub(crate) limits: LimitOptions,
    #[command(flatten)]
    pub(crate) command: CommandOptions,
    #[command(flatten)]
    pub(crate) rates: RateOptions,
    #[command(flatten)]
    pub(crate) journal: JournalOptions,
}

#[derive(Debug, Args)]
pub(crate) struct TellOptions {
    /// Tell which steps went by what, and why each that is left is needed.
    #[arg(long)]
    pub(crate) explain: bool,
    /// On standard error, one JSON document a line for everything that happens (`itf schema shrink-events-1`).
    #[arg(long, conflicts_with = "explain")]
    pub(crate) events: bool,
}
