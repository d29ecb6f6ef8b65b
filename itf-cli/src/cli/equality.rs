//! What makes no difference, as it was typed.

use std::path::PathBuf;

use clap::Args;

/// Paths are typed and may have wildcards: packets{}.payload~RRQ.*, log[*], **.clock.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "What makes no difference")]
pub(crate) struct EqualityOptions {
    /// What is there makes no difference; how often it differed is told.
    #[arg(long, value_name = "PATH")]
    pub(crate) ignore: Vec<String>,
    /// Nothing else makes a difference; how often something else differed is told.
    #[arg(long, value_name = "PATH")]
    pub(crate) only: Vec<String>,
    /// Look at nothing else.
    #[arg(long, value_name = "PATH")]
    pub(crate) keep: Vec<String>,
    /// Do not look at what is there.
    #[arg(long, value_name = "PATH")]
    pub(crate) drop: Vec<String>,
    /// Compare a variable or field under another name: zones{}.ip=address.
    #[arg(long, value_name = "PATH=NAME")]
    pub(crate) rename_path: Vec<String>,
    /// Integers there may be so far apart: jobs[*].cost=2.
    #[arg(long, value_name = "PATH=N")]
    pub(crate) tolerance: Vec<String>,
    /// Compare lists there as sets.
    #[arg(long, value_name = "PATH")]
    pub(crate) list_as_set: Vec<String>,
    /// Compare, and show, what is there as one and the same text.
    #[arg(long, value_name = "PATH")]
    pub(crate) redact: Vec<String>,
    /// Elements of the set there are the same if these fields are: zones=name,kind.
    #[arg(long, value_name = "PATH=FIELDS")]
    pub(crate) key: Vec<String>,
    /// What the second trace does not have was not observed.
    #[arg(long)]
    pub(crate) partial: bool,
    /// Strings there are names in their own right, which no renaming touches.
    #[arg(long, value_name = "PATH")]
    pub(crate) fixed: Vec<String>,
    /// Rules in a file, in TOML: the lists are called like the options, rename, tolerance, key and names are tables.
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Vec<PathBuf>,
}
