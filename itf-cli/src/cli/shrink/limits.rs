//! How to work, and when to stop.

use clap::Args;
use itf_shrink::Algorithm;

#[derive(Debug, Args)]
#[command(next_help_heading = "How, and how long")]
pub(crate) struct LimitOptions {
    /// Stop after so many runs of the oracle, with the best so far.
    #[arg(long, value_name = "N")]
    pub(crate) max_calls: Option<usize>,
    /// Stop after so many seconds, with the best so far.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) max_time: Option<f64>,
    /// Stop when there are no more than so many states.
    #[arg(long, value_name = "STATES")]
    pub(crate) stop_at: Option<usize>,
    /// Which algorithm reduces: ours, ddmin, probdd, cdd or backward.
    #[arg(long, value_name = "NAME", default_value = "ours")]
    pub(crate) algorithm: Algorithm,
    /// Spend more on what a one-minimal trace may still hide.
    #[arg(long)]
    pub(crate) thorough: bool,
    /// Leave parameters, names and order as they were found; with a spec they are brought to the simplest form, so that
    /// findings of one bug come to one trace.
    #[arg(long)]
    pub(crate) no_normalize: bool,
    /// The seed of what is random. Equal seeds give equal results.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
}
