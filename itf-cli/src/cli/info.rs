//! `itf info`, as it was typed.

use std::path::PathBuf;

use clap::Args;

/// One table about many traces.
///
/// The column `values` says how many different values occur in a trace, at any depth; equal ones count once. Traces
/// share most of theirs, so the number under a table of several is that of all together, not the sum.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  itf info traces/*.json\n\nExit status: 0, or 2 if something could not be read."
)]
pub(crate) struct Info {
    /// The traces.
    pub(crate) files: Vec<PathBuf>,
}
