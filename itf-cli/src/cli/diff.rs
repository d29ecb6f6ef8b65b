//! `itf diff`, as it was typed.

use std::path::PathBuf;

use clap::Args;

use super::ActionOption;

/// Compare two traces: where do they part, and what is different?
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  itf diff before.itf.json after.itf.json\n\nExit status: 0 same, 1 different, 2 could not tell."
)]
pub(crate) struct Diff {
    /// The first trace; with no second, it is compared with standard input.
    pub(crate) left: PathBuf,
    /// The second trace.
    #[arg(default_value = "-")]
    pub(crate) right: PathBuf,
    /// Show everything, not only the first screen.
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) action: ActionOption,
}
