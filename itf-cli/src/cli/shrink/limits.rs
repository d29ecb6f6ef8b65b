//! When to stop.

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct LimitOptions {
    /// Stop after so many runs of the oracle, with the best so far.
    #[arg(long, value_name = "N")]
    pub(crate) max_calls: Option<usize>,
}
