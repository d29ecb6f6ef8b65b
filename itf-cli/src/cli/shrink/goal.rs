//! What re-executes candidates, and what fails.

use clap::Args;

#[derive(Debug, Args)]
#[command(next_help_heading = "What fails")]
pub(crate) struct GoalOptions {
    /// The spec that re-executes candidates, so that each is a valid execution, also where a command decides: `dns-spec[:INSTANCE]`, `wunderspec:FILE.py[::INSTANCE]`,
    /// `quint:FILE.qnt[::MODULE]` or an adapter, `jsonl:COMMAND LINE`.
    #[arg(long, value_name = "SPEC")]
    pub(crate) with: Option<String>,
    /// Keep a violation of this invariant of the spec.
    #[arg(long, value_name = "INVARIANT", conflicts_with = "reaches")]
    pub(crate) violates: Option<String>,
    /// Keep reaching this example of the spec.
    #[arg(long, value_name = "EXAMPLE")]
    pub(crate) reaches: Option<String>,
    /// Keep a state (or, with primes, a step) in which this is false: an expression as `itf check --invariant` takes it.
    #[arg(long, visible_alias = "violates-expr", value_name = "EXPR", allow_hyphen_values = true)]
    pub(crate) invariant: Option<String>,
    /// Keep what fails on this system: dns-lab, a service, `http:FILE.toml[@BASE]`, or an adapter, `jsonl:COMMAND LINE`.
    /// Together with a property, both have to fail.
    #[arg(long, value_name = "SYSTEM")]
    pub(crate) on: Option<String>,
    /// On a system, only failures of these kinds count, as `itf replay --only` has them: outcome, view, and those that the
    /// system has by its own account. What else it does wrong on the way is passed over.
    #[arg(long, value_name = "KIND", value_delimiter = ',', requires = "on")]
    pub(crate) only: Vec<String>,
    /// A disabled call makes a candidate unresolved; without this it is skipped.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Search exhaustively below the length found, and say "shortest" if nothing is there.
    #[arg(long, conflicts_with_all = ["on", "invariant"])]
    pub(crate) prove: bool,
}
