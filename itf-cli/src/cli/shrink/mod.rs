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
/// `--violates`, `--reaches`, `--invariant` or `--on`. Parameters, names and order are brought to the simplest form, too. Without
/// a spec, states are left out and a command decides: it gets the candidate's file name for `{}`, and says by exit status 0
/// "still fails", by 125 "cannot tell", by any other "no".
///
/// A candidate that fails in another way is not followed; with `-o`, it is saved beside the result as `also-*.itf.json`. Of
/// several traces each is shrunk, and told apart by what they come to.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf shrink --with dns-spec:n3_5_3 --violates no_inconsistent_root found.ndjson > small.ndjson\n  itf shrink --with dns-spec:n3_5_3 --on dns-lab --explain found.ndjson > small.ndjson\n  itf shrink found.itf.json -- ./my-oracle.sh {} > small.itf.json\n\nExit status: 0 done (also when nothing could be removed), 1 the original does not fail, 2 could not tell."
)]
pub(crate) struct Shrink {
    /// The traces.
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) out: OutOption,
    /// Tell which steps went by what, and why each that is left is needed.
    #[arg(long)]
    pub(crate) explain: bool,
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
}
