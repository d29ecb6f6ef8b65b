//! `itf adapter`, as it was typed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::ActionOption;

/// For authors of adapters: specs and systems in other languages.
#[derive(Debug, Subcommand)]
#[command(after_help = "Example:\n  itf adapter check -- itf adapter serve dns-lab")]
pub(crate) enum Adapter {
    Check(AdapterCheck),
    Serve(AdapterServe),
}

/// Try an adapter: does it speak the protocol as it must? Each failure is explained.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf adapter check -- itf adapter serve dns-spec\n  itf adapter check --trace found.ndjson -- itf adapter serve dns-lab\n\nExit status: 0 it does, 1 it does not, 2 it cannot be tried."
)]
pub(crate) struct AdapterCheck {
    /// Try it as a producer or as a consumer; found out if not given.
    #[arg(long, value_name = "ROLE", value_enum)]
    pub(crate) role: Option<AdapterRole>,
    /// A trace that it must be able to execute.
    #[arg(long, value_name = "FILE")]
    pub(crate) trace: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) action: ActionOption,
    /// The command that starts it, with its arguments; `--` before it, so that they are not taken for ours.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AdapterRole {
    /// An executable spec.
    Producer,
    /// A driver of a system under test.
    Consumer,
}

/// Speak the protocol on the standard streams, for a spec or a system that is built in.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  itf replay --on \"jsonl:itf adapter serve dns-lab\" found.ndjson\n\nExit status: 0, or 2 if there is nothing of that name."
)]
pub(crate) struct AdapterServe {
    /// The spec or the system, as `--with` and `--on` name it: dns-spec[:INSTANCE], `quint:FILE.qnt`, `wunderspec:FILE.py`,
    /// dns-lab or `http:FILE.toml`.
    pub(crate) name: String,
}
