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
    #[arg(long, value_name = "RULE")]
    pub(crate) fails_when: Vec<Rule>,
    /// The command shows that the failure is gone when this holds; what neither fails nor passes is no verdict. For launchers
    /// of jobs, whose own troubles must not look like a pass.
    #[arg(long, value_name = "RULE")]
    pub(crate) passes_when: Vec<Rule>,
    /// Have so many runs under way; of a spec or a system in another process there are so many then. The result is that of one
    /// after the other.
    #[arg(long, value_name = "N", default_value = "1", value_parser = crate::cli::generate::some::<NonZeroUsize>)]
    pub(crate) jobs: NonZeroUsize,
    /// Run a candidate again, so many times, when it came to no verdict: for jobs that get lost.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) retries: usize,
    /// How long a command may take, in seconds [default: 60, and once it is known how long it takes, ten times that, five
    /// seconds at least]. For the steps of a spec or a system it is `ITF_STEP_SECONDS`.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) timeout: Option<f64>,
    /// How much memory each process of the command may have, in MiB. What a program does that gets no more decides: let it
    /// exit with 125 then.
    #[arg(long, value_name = "MIB")]
    pub(crate) memory: Option<u64>,
    /// How much a run may write into its folder (`ITF_FOLDER`, `TMPDIR`), in MiB [default: 1024].
    #[arg(long, value_name = "MIB")]
    pub(crate) disk: Option<u64>,
    /// Run the command in that folder, which is empty but for the candidate, not where you are.
    #[arg(long)]
    pub(crate) private: bool,
    /// The command that decides, with its arguments. With a spec it gets what the spec re-executed.
    #[arg(last = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}
