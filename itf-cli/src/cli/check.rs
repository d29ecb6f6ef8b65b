//! `itf check`, as it was typed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Validate traces: is this ITF, and is it consistent?
///
/// What is found is told as `file:line:column: severity code name: what (where)` with the line of the file below it, one
/// for each code and trace, with the first places and how many others there are; a value that is there again unchanged may
/// count once.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf check found.ndjson\n  itf check --deny warnings --allow stuttering found.itf.json\n  itf check --format sarif traces/*.json > check.sarif\n  itf check --explain ITF003\n  itf check --invariant 'planner_updates.length() <= 5' found.itf.json\n\nWhat a project always wants stands in itf.toml, in the current folder or above it:\n\n  [check]\n  strict = true\n  notes = true\n  together = true\n  deny = [\"plain-integer\"]\n  warn = []\n  allow = [\"stuttering\"]\n  schema = \"traces.schema.json\"\n\nWhat is too large is refused, by this and every other command: --input-limit part=2GiB, or ITF_LIMITS=\"part=2GiB\" in the environment, changes bytes (of an input), part (bytes of one state), depth, digits (of an integer), distinct (values).\n\nExit status: 0 valid (perhaps with warnings), 1 not valid or a property fails, 2 unreadable, beyond a limit, no trace at all, or a property that cannot be evaluated."
)]
pub(crate) struct Check {
    /// The traces.
    pub(crate) files: Vec<PathBuf>,
    /// Accept only what the standard (ADR-015) has; what the world writes besides is an error.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Show notes, too: what is harmless, and worth knowing once.
    #[arg(long)]
    pub(crate) notes: bool,
    /// The traces are of one specification: compare the types of all of them, too.
    #[arg(long)]
    pub(crate) together: bool,
    #[command(flatten)]
    pub(crate) levels: LevelOptions,
    /// Validate by this JSON Schema, too: one of your own, or one that `itf schema --infer` made.
    #[arg(long, value_name = "SCHEMA")]
    pub(crate) schema: Option<PathBuf>,
    /// How to report: text for people, json (see `itf schema check-report-1`), sarif 2.1.0, github commands, or junit XML.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text")]
    pub(crate) format: CheckFormat,
    /// Read this file instead of the next `itf.toml`.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Explain a code such as ITF003 or plain-integer, or list them: `all`.
    #[arg(long, value_name = "CODE", conflicts_with_all = ["files", "strict", "notes", "format", "schema"])]
    pub(crate) explain: Option<String>,
    #[command(flatten)]
    pub(crate) properties: PropertyOptions,
}

/// Severities. What names a code counts more than what names a group; options count more than `itf.toml`.
#[derive(Debug, Args)]
pub(crate) struct LevelOptions {
    /// Make a code an error: ITF003, plain-integer, or the groups all, warnings, notes.
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(crate) deny: Vec<String>,
    /// Make a code a warning.
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(crate) warn: Vec<String>,
    /// Say nothing of a code.
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(crate) allow: Vec<String>,
}

/// How to report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    Text,
    Json,
    Sarif,
    Github,
    Junit,
}

/// Properties, in Quint's syntax for expressions.
#[derive(Debug, Args)]
pub(crate) struct PropertyOptions {
    /// A condition that every state must fulfil: `balances.keys().forall(a => balances.get(a) >= 0)`.
    #[arg(long = "invariant", value_name = "EXPR", allow_hyphen_values = true)]
    pub(crate) invariants: Vec<String>,
    /// A condition that every step must fulfil, with primes for the state after it: `round' >= round`.
    #[arg(long = "step", value_name = "EXPR", allow_hyphen_values = true)]
    pub(crate) steps: Vec<String>,
    /// A condition that some state must fulfil, in a lasso perhaps one of its loop.
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true)]
    pub(crate) eventually: Vec<String>,
}
