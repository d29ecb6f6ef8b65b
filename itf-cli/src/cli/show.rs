//! `itf show`, as it was typed.

use std::path::PathBuf;

use clap::Args;

use super::ActionOption;

/// Read a trace: the initial state, then each step with what it changed.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  itf show found.ndjson | less -R\n  itf show --steps 30..36 --hide planner_updates found.ndjson"
)]
pub(crate) struct Show {
    /// The traces.
    pub(crate) files: Vec<PathBuf>,
    /// Show whole states, not only what changed.
    #[arg(long)]
    pub(crate) full: bool,
    /// Show only these variables.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub(crate) vars: Vec<String>,
    /// Do not show these variables.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub(crate) hide: Vec<String>,
    /// Show only these steps: `5..9`, `5..`, `..9`, or `5`. Step 0 makes the initial state.
    #[arg(long, value_name = "RANGE", value_parser = steps)]
    pub(crate) steps: Option<(usize, usize)>,
    #[command(flatten)]
    pub(crate) action: ActionOption,
}

/// The first and the last step of a range.
pub(super) fn steps(text: &str) -> Result<(usize, usize), String> {
    let number = |text: &str, open: usize| match text {
        "" => Ok(open),
        digits => digits.parse().map_err(|_| format!("`{digits}` is no number of a step")),
    };
    let range = match text.split_once("..") {
        Some((first, last)) => (number(first, 0)?, number(last.trim_start_matches('='), usize::MAX)?),
        None => (number(text, 0)?, number(text, 0)?),
    };
    if range.0 > range.1 { Err("the range is empty".into()) } else { Ok(range) }
}
