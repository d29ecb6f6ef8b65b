//! `itf fmt`, as it was typed.

use std::path::PathBuf;

use clap::Args;

use super::OutOption;

/// Bring traces into canonical form, in which equal traces are equal files.
///
/// Sets, maps, record fields and integers have one spelling, and each set element, map entry and list item has a line of
/// its own. `#meta`, unknown keys and the encodings of unit stay as they are. Several traces in one file are one a line.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf fmt --check traces/*.json\n  itf fmt --write traces/*.json\n\nExit status: 0 done, 1 --check found files that are not canonical, 2 could not tell."
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that somebody types")]
pub(crate) struct Fmt {
    /// The traces.
    pub(crate) files: Vec<PathBuf>,
    /// Write nothing; list the files that are not in this form.
    #[arg(long, conflicts_with = "write")]
    pub(crate) check: bool,
    /// Rewrite the files in place; each is complete at any moment.
    #[arg(long, conflicts_with = "file")]
    pub(crate) write: bool,
    /// Mend integers that leaked out of a tool as records (`{"s":1,"e":20,"c":[…]}`), and fill in `vars` where there are none.
    #[arg(long)]
    pub(crate) repair: bool,
    /// Add types for all variables (`#meta.varTypes`), so that Apalache can read the traces back.
    ///
    /// The types are those that the values have, in all traces of a file together; types that are there stay. Unit
    /// becomes `"U_OF_UNIT"`, as Apalache writes it. What Apalache has no type for is told on standard error.
    #[arg(long)]
    pub(crate) with_types: bool,
    /// Give the strings in states names that only depend on what they stand for (`plan1`, `plan2`), so that traces that
    /// differ in fresh names alone become the same. The names of actions stay, and what --fixed names.
    #[arg(long)]
    pub(crate) rename: bool,
    /// Strings at this path keep their names: '**.kind'.
    #[arg(long, value_name = "PATH", requires = "rename")]
    pub(crate) fixed: Vec<String>,
    /// One trace a line.
    #[arg(long, conflicts_with_all = ["pretty", "compact"])]
    pub(crate) ndjson: bool,
    /// Indented JSON instead of the canonical layout; several traces become an array.
    #[arg(long, conflicts_with = "compact")]
    pub(crate) pretty: bool,
    /// No white space.
    #[arg(long)]
    pub(crate) compact: bool,
    #[command(flatten)]
    pub(crate) out: OutOption,
}
