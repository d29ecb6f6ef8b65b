//! `itf eval`, as it was typed.

use std::ffi::OsString;

use clap::{Args, ValueEnum};

/// The value of expressions in each state, as a table.
///
/// Expressions are in Quint's syntax: sets, maps, lists, records, tuples, tags, integers, `forall`, `exists`, `filter`,
/// `map`, `fold`, `match`, `if`, `val x = e1 e2`. With a prime, `x'`, an expression is about a step; its value is in the
/// row of the state into which the step leads.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf eval 'zone_records.size()' found.itf.json\n  itf eval -e 'planner_updates.length()' -e \"zone_records' == zone_records\" found.itf.json\n  itf eval -e 'planner_updates.length()' --format itf found.itf.json | itf show\n\nExit status: 0, or 2 if something could not be read or evaluated."
)]
pub(crate) struct Eval {
    /// The expression, which may begin with a hyphen; if one is given by -e, a trace.
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    pub(crate) first: Option<OsString>,
    /// The traces.
    pub(crate) files: Vec<OsString>,
    /// An expression; there may be several.
    #[arg(short = 'e', long = "expr", value_name = "EXPR", allow_hyphen_values = true)]
    pub(crate) expressions: Vec<String>,
    /// Show only the states in which a value is another than before.
    #[arg(long)]
    pub(crate) changes: bool,
    /// What to write: a table, or a trace whose variables are the expressions.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = EvalFormat::Text)]
    pub(crate) format: EvalFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EvalFormat {
    /// A table.
    Text,
    /// A trace.
    Itf,
}
