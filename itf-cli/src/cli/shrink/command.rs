//! A command that decides.

use std::ffi::OsString;
use std::num::NonZeroUsize;

use clap::Args;
use itf_adapters::Rule;

#[derive(Debug, Args)]
#[command(next_help_heading = "A command that decides")]
pub(crate) struct CommandOptions {
    /// The command shows the failure when this holds: exit=N, exit!=N or output~REGEX (for a line of its output). Given more
    /// than once, all have to hold. It is also the failure's identity. Without this: exit=0.
    #[arg(long, value_name = "RULE", conflicts_with = "with")]
    pub(crate) fails_when: Vec<Rule>,
    /// The command shows that the failure is gone when this holds; what neither fails nor passes is no verdict. For launchers
    /// of jobs, whose own troubles must not look like a pass.
    #[arg(long, value_name = "RULE", conflicts_with = "with")]
    pub(crate) passes_when: Vec<Rule>,
    /// Have so many commands under way. The result is that of one after the other.
    #[arg(long, value_name = "N", default_value = "1", conflicts_with = "with")]
    pub(crate) jobs: NonZeroUsize,
    /// Run a candidate again, so many times, when it came to no verdict: for jobs that get lost.
    #[arg(long, value_name = "N", default_value_t = 0, conflicts_with = "with")]
    pub(crate) retries: usize,
    /// How long a command may take at most, in seconds. Once it is known how long it takes, the limit is ten times that, and
    /// five seconds at least.
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    pub(crate) timeout: f64,
    /// How much memory each process of the command may have, in MiB.
    #[arg(long, value_name = "MIB", conflicts_with = "with")]
    pub(crate) memory: Option<u64>,
    /// How much a run may write into its folder (`ITF_FOLDER`, `TMPDIR`), in MiB.
    #[arg(long, value_name = "MIB", default_value_t = 1024, conflicts_with = "with")]
    pub(crate) disk: u64,
    /// Run the command in that folder, which is empty but for the candidate, not where you are.
    #[arg(long, conflicts_with = "with")]
    pub(crate) private: bool,
    /// The command that decides, with its arguments.
    #[arg(last = true, value_name = "COMMAND", conflicts_with = "with")]
    pub(crate) command: Vec<OsString>,
}
