//! `itf patch`, as it was typed.

use std::path::PathBuf;

use clap::Args;

use super::OutOption;

/// Make one trace of another, by what `itf diff --format json` found.
///
/// The result is the other trace exactly, `#meta` included, in compact form.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf diff --format json before.itf.json after.itf.json > diff.json || true\n  itf patch before.itf.json diff.json | itf diff - after.itf.json\n  itf patch --reverse after.itf.json diff.json | itf diff before.itf.json -\n\nExit status: 0 done, 1 the diff does not fit the trace, 2 could not tell."
)]
pub(crate) struct Patch {
    /// The trace.
    pub(crate) trace: PathBuf,
    /// The diff, as JSON.
    pub(crate) diff: PathBuf,
    /// Make the first trace of the second one.
    #[arg(short = 'R', long)]
    pub(crate) reverse: bool,
    #[command(flatten)]
    pub(crate) out: OutOption,
}
