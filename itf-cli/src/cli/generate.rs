//! `itf generate`, as it was typed.

use clap::Args;

use super::OutOption;

/// Make traces from an executable spec, by seeded random walks.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  itf generate dns-spec --instance n3_5_3 --property no_inconsistent_root --max-steps 40 --seed 1\n\nExit status: 0 when traces were found, 1 when none, 2 could not tell."
)]
pub(crate) struct Generate {
    /// The spec: `dns-spec[:INSTANCE]`, `wunderspec:FILE.py[::INSTANCE]` or `quint:FILE.qnt[::MODULE]`.
    pub(crate) spec: String,
    /// The instance of the spec; of dns-spec `n3_5_3`, `n3_20_3` or `n3_30_20`.
    #[arg(long, value_name = "NAME")]
    pub(crate) instance: Option<String>,
    /// Keep only walks that violate this invariant or reach this example.
    #[arg(long, value_name = "NAME")]
    pub(crate) property: Option<String>,
    /// The longest walk, in steps.
    #[arg(long, value_name = "N", default_value_t = 40)]
    pub(crate) max_steps: usize,
    /// The most walks.
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    pub(crate) max_samples: u64,
    /// How many traces are enough.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) max_findings: usize,
    /// The same seed gives the same traces.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Search exhaustively for a shortest trace instead of walking at random; needs --property.
    #[arg(long, requires = "property")]
    pub(crate) shortest: bool,
    #[command(flatten)]
    pub(crate) out: OutOption,
}
