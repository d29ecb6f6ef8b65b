//! `itf select`, as it was typed.

use std::path::PathBuf;

use clap::Args;

use super::OutOption;
use super::show::steps;

/// Choose among traces, states and variables.
///
/// What is chosen goes to standard output: one trace as a document, several one a line. So this joins files, too. The
/// options are applied in the order below: traces, then states, then variables, then again traces.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf select --states 5..9 found.itf.json | itf show\n  itf select --until 'planner_updates.length() == 3' found.ndjson | itf info\n  itf select --vars zone_records --rename zone_records=zone found.itf.json | itf check\n  itf select --unique traces/*.json > all.ndjson\n  itf select --split parts found.ndjson\n\nExit status: 0 something was chosen, 1 nothing, 2 could not tell."
)]
pub(crate) struct Select {
    /// The traces.
    pub(crate) files: Vec<PathBuf>,
    /// Only these traces of all inputs together, counted from 1: `3`, `2..5`.
    #[arg(long, value_name = "RANGE", value_parser = steps)]
    pub(crate) traces: Option<(usize, usize)>,
    /// Only so many traces, chosen at random.
    #[arg(long, value_name = "N")]
    pub(crate) sample: Option<usize>,
    /// The same seed chooses the same traces.
    #[arg(long, value_name = "N", default_value_t = 1, requires = "sample")]
    pub(crate) seed: u64,
    /// Only these states, counted from 0: `5..9`, `5..`, `..9`, `5`.
    #[arg(long, value_name = "RANGE", value_parser = steps)]
    pub(crate) states: Option<(usize, usize)>,
    /// Only the first states.
    #[arg(long, value_name = "N", conflicts_with_all = ["tail", "states"])]
    pub(crate) head: Option<usize>,
    /// Only the last states.
    #[arg(long, value_name = "N", conflicts_with = "states")]
    pub(crate) tail: Option<usize>,
    /// Only states up to the first for which this is true; traces without one are left out.
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true)]
    pub(crate) until: Option<String>,
    /// Only states up to the first that violates this; traces without one are left out.
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true, conflicts_with = "until")]
    pub(crate) until_violated: Option<String>,
    /// Only states for which this is true; traces without one are left out.
    #[arg(long = "where", value_name = "EXPR", allow_hyphen_values = true)]
    pub(crate) condition: Option<String>,
    /// Only these variables.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub(crate) vars: Vec<String>,
    /// Not these variables.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub(crate) drop: Vec<String>,
    /// Another name for a variable.
    #[arg(long, value_name = "OLD=NEW", value_parser = renaming)]
    pub(crate) rename: Vec<(String, String)>,
    /// Of traces that show the same states in the same order, only the first.
    #[arg(long)]
    pub(crate) unique: bool,
    /// Write each trace into a file of this folder, `1.itf.json` and so on; it is made if it is not there, and has to be
    /// empty.
    #[arg(long, value_name = "DIR", conflicts_with = "file")]
    pub(crate) split: Option<PathBuf>,
    /// With --split: write into a folder that is not empty, and in place of files that have the same names.
    #[arg(long, requires = "split")]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) out: OutOption,
}

fn renaming(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((_, new)) if new.starts_with('#') => Err("no variable has a name that begins with `#`".into()),
        Some((old, new)) if !old.is_empty() && !new.is_empty() => Ok((old.to_owned(), new.to_owned())),
        _ => Err("expected OLD=NEW".into()),
    }
}
