//! `itf info`, as it was typed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ActionOption;

/// One table about many traces.
///
/// The column `values` says how many different values occur in a trace, at any depth; equal ones count once. Traces
/// share most of theirs, so the number under a table of several is that of all together, not the sum.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf info traces/*.json\n  itf info --format json found.ndjson\n\nExit status: 0, or 2 if something could not be read."
)]
pub(crate) struct Info {
    /// The traces.
    pub(crate) files: Vec<PathBuf>,
    /// What to write: a table for people, or a document for programs.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = InfoFormat::Text)]
    pub(crate) format: InfoFormat,
    #[command(flatten)]
    pub(crate) action: ActionOption,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum InfoFormat {
    /// A table.
    Text,
    /// JSON, as `schemas/info-1.schema.json` describes it.
    Json,
}
