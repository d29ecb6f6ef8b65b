//! A command that decides.

use std::ffi::OsString;

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct CommandOptions {
    /// How long a command may take, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    pub(crate) timeout: f64,
    /// The command that decides, with its arguments.
    #[arg(last = true, value_name = "COMMAND", conflicts_with = "with")]
    pub(crate) command: Vec<OsString>,
}
