//! `itf demo`, as it was typed.

use std::path::PathBuf;

use clap::Args;

/// The whole job on an example: find an outage, replay, compare, shrink, prove, report.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  itf demo --out itf-demo")]
pub(crate) struct Demo {
    /// The folder for the traces and the report; made if it is not there.
    #[arg(long, value_name = "DIR", default_value = "itf-demo")]
    pub(crate) out: PathBuf,
}
