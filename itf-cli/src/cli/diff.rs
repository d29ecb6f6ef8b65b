//! `itf diff`, as it was typed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ActionOption, DiffOutput};

/// Compare two traces: where do they part, and what is different?
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  itf diff before.itf.json after.itf.json\n  itf diff --format markdown -o comment.md before.itf.json after.itf.json\n\nExit status: 0 same, 1 different, 2 could not tell."
)]
pub(crate) struct Diff {
    /// The first trace; with no second, it is compared with standard input.
    pub(crate) left: PathBuf,
    /// The second trace.
    #[arg(default_value = "-")]
    pub(crate) right: PathBuf,
    #[command(flatten)]
    pub(crate) output: DiffOutput,
    /// How to find the states that correspond.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) mode: DiffMode,
    #[command(flatten)]
    pub(crate) action: ActionOption,
}

/// How to find the states that correspond.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum DiffMode {
    /// By what they have in common: a state that came or went does not make all that follow differ.
    #[default]
    Auto,
    /// State 5 with state 5.
    Index,
    /// State 5 with state 5, up to the first that differ.
    Prefix,
    /// By what the steps did: steps with equal labels, in their order.
    Action,
}

impl From<DiffMode> for itf::diff::Mode {
    fn from(mode: DiffMode) -> Self {
        match mode {
            DiffMode::Auto => Self::Auto,
            DiffMode::Index => Self::Index,
            DiffMode::Prefix => Self::Prefix,
            DiffMode::Action => Self::Action,
        }
    }
}
