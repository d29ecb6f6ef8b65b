//! `itf shrink`, as it was typed.

mod command;
mod goal;
mod limits;

use std::path::PathBuf;

use clap::Args;

pub(crate) use command::CommandOptions;
pub(crate) use goal::GoalOptions;
pub(crate) use limits::LimitOptions;

use super::{ActionOption, OutOption};

/// Make a trace as short as it can be and still fail the same way.
///
/// With a spec (`--with`), candidates are re-executed, so that every state of the result is real: say what fails by
/// `--violates`, `--reaches` or `--on`. Without one, states are left out and a command decides: it gets the candidate's file
/// name for `{}`, and says by exit status 0 "still fails", by 125 "cannot tell", by any other "no".
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf shrink --with dns-spec:n3_5_3 --violates no_inconsistent_root found.ndjson > small.ndjson\n  itf shrink --with dns-spec:n3_5_3 --on dns-lab found.ndjson > small.ndjson\n  itf shrink found.itf.json -- ./my-oracle.sh {} > small.itf.json\n\nExit status: 0 done (also when nothing could be removed), 1 the original does not fail, 2 could not tell."
)]
pub(crate) struct Shrink {
    /// The traces.
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) goal: GoalOptions,
    #[command(flatten)]
    pub(crate) limits: LimitOptions,
    #[command(flatten)]
    pub(crate) out: OutOption,
    #[command(flatten)]
    pub(crate) action: ActionOption,
    #[command(flatten)]
    pub(crate) command: CommandOptions,
}
