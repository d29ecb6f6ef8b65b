//! `itf check`, as it was typed.

use std::path::PathBuf;

use clap::Args;

/// Validate traces: is this ITF, and is it consistent?
///
/// What is found is told in lines of `file:line:column: severity code name: what (where)`, one for each code and trace,
/// with the first places and how many others there are; a value that is there again unchanged may count once.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf check found.ndjson\n  itf check --explain ITF003\n  itf check --invariant 'planner_updates.length() <= 5' found.itf.json\n\nExit status: 0 valid (perhaps with warnings), 1 not valid or a property fails, 2 unreadable or a property that cannot be evaluated."
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
    /// Explain a code such as ITF003 or plain-integer, or list them: `all`.
    #[arg(long, value_name = "CODE", conflicts_with_all = ["files", "strict", "notes"])]
    pub(crate) explain: Option<String>,
    #[command(flatten)]
    pub(crate) properties: PropertyOptions,
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
