//! `itf schema`, as it was typed.

use std::path::PathBuf;

use clap::Args;

use super::OutOption;

/// Print a JSON Schema: of ITF, of what this command writes, or of the states of your own traces.
///
/// Without a name the schemas are listed. All are of draft 2020-12; any validator can use them.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf schema\n  itf schema itf-strict\n  itf schema --infer --enums found.itf.json > counter.schema.json\n  itf schema --infer found.itf.json | itf check --schema - found.itf.json\n\nExit status: 0 done, 2 unreadable input or no such schema."
)]
pub(crate) struct Schema {
    /// The schema to print.
    #[arg(conflicts_with = "infer")]
    pub(crate) name: Option<String>,
    /// Infer a schema from the states of these traces: variables, fields of records, tags and payloads of variants,
    /// types of keys and elements. Standard input if no file is named.
    #[arg(long, value_name = "FILES", num_args = 0..)]
    pub(crate) infer: Option<Vec<PathBuf>>,
    /// With --infer: integers must lie between the smallest and the largest that were seen.
    #[arg(long, requires = "infer")]
    pub(crate) ranges: bool,
    /// With --infer: strings must be among those that were seen, where these are at most 64.
    #[arg(long, requires = "infer")]
    pub(crate) enums: bool,
    #[command(flatten)]
    pub(crate) out: OutOption,
}
