//! `itf replay`, as it was typed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ActionOption;

/// Run traces against a system: does it do what the model did?
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  itf replay --on dns-lab found.ndjson\n\nExit status: 0 the system did everything right, 1 it did something wrong, 2 could not tell."
)]
pub(crate) struct Replay {
    /// The traces.
    pub(crate) files: Vec<PathBuf>,
    /// The system: dns-lab, a service, `http:FILE.toml[@BASE]`, or an adapter, `jsonl:COMMAND LINE`.
    #[arg(long, value_name = "SYSTEM")]
    pub(crate) on: String,
    /// What to compare besides outcomes and the property of the system.
    #[arg(long, value_name = "WHAT", value_enum)]
    pub(crate) compare: Option<Compare>,
    /// Show every step, not only the last ones.
    #[arg(long, short)]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) action: ActionOption,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Compare {
    /// The whole view of model and system after every step.
    View,
}
