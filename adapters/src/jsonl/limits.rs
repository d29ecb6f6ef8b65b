//! How long an adapter may take, and who listens.

use std::time::Duration;

/// How long an adapter may take, and how long its lines may be. The harness holds the deadlines, not the adapter.
///
/// ```
/// use itf_adapters::jsonl::Limits;
/// assert_eq!(Limits::default().step.as_secs(), 5);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// From the start of the process to its answer to `hello`.
    pub start: Duration,
    /// For `reset`.
    pub reset: Duration,
    /// For everything else, and for each state of `trace`.
    pub step: Duration,
    /// For `shutdown` and the end of the process; also between TERM and KILL.
    pub shutdown: Duration,
    /// The longest line an adapter may write, in bytes.
    pub line: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            start: Duration::from_secs(30),
            reset: Duration::from_secs(10),
            step: Duration::from_secs(5),
            shutdown: Duration::from_secs(1),
            line: 64 << 20,
        }
    }
}

/// Sees every line that is exchanged.
pub type Tap = Box<dyn FnMut(Way, &str) + Send>;

/// Which way a line goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To the adapter.
    Asked,
    /// From the adapter.
    Answered,
}
