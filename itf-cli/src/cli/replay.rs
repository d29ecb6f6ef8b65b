//! `itf replay`, as it was typed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ActionOption;

/// Run traces against a system: does it do what the model did?
///
/// Each trace goes up to its first failure, and then the next one. What counts is what the system declares (outcomes, its own
/// properties), and what is asked for here. Where model and system part, both are shown in the model's words.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf replay --on dns-lab found.ndjson\n  itf replay --on dns-lab --compare view --format markdown found.ndjson\n  itf replay --on dns-lab --with dns-spec:n3_5_3 --compare allowed found.ndjson\n  itf replay --on dns-lab --invariant 'root.size() == 1' --only invariant,outage found.ndjson\n\nExit status: 0 the system did everything right, 1 it did something wrong, 2 could not tell."
)]
pub(crate) struct Replay {
    /// The traces.
    pub(crate) files: Vec<PathBuf>,
    /// The system: dns-lab, a service, `http:FILE.toml[@BASE]`, or an adapter, `jsonl:COMMAND LINE`.
    #[arg(long, value_name = "SYSTEM")]
    pub(crate) on: String,
    /// Let this spec go along: it re-executes the trace, so that the model's state is known even where the trace was edited.
    /// Steps that it cannot take are left out.
    #[arg(long, value_name = "SPEC")]
    pub(crate) with: Option<String>,
    /// What to compare besides what the system declares.
    #[arg(long, value_name = "WHAT", value_enum)]
    pub(crate) compare: Option<Compare>,
    /// An expression over the view of the system, in the model's words, that must hold after every step; there may be
    /// several.
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true)]
    pub(crate) invariant: Vec<String>,
    /// Fail where this property of the spec that goes along is violated, or reached, and the system has followed.
    #[arg(long, value_name = "NAME", requires = "with")]
    pub(crate) property: Option<String>,
    /// Only failures of these kinds count: outcome, view, "not allowed", invariant, example, and those that the system has by
    /// its own account, such as the outage of dns-lab.
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// How long the system may take until it is as it should be: it is observed again and again.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0)]
    pub(crate) settle: f64,
    /// Show every step, not only the last ones.
    #[arg(long, short)]
    pub(crate) verbose: bool,
    /// How to tell what happened.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ReplayFormat::Text)]
    pub(crate) format: ReplayFormat,
    #[command(flatten)]
    pub(crate) action: ActionOption,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Compare {
    /// The whole view of model and system after every step.
    View,
    /// What the system looks like with all that the model allows; needs --with, and the model follows the system.
    Allowed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReplayFormat {
    /// For people.
    Text,
    /// For programs: schemas/replay-report-1.schema.json.
    Json,
    /// For CI servers: each trace is a test case.
    Junit,
    /// For a comment or a job summary.
    Markdown,
}
