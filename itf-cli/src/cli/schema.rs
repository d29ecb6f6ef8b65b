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
    /// The name of a schema; with --infer the traces to infer one from, standard input if there are none.
    #[arg(value_name = "NAME|FILES")]
    pub(crate) what: Vec<PathBuf>,
    /// Infer a schema from the states of traces: variables, fields of records, tags and payloads of variants, types of
    /// keys and elements.
    #[arg(long)]
    pub(crate) infer: bool,
    /// With --infer: integers must lie between the smallest and the largest that were seen.
    #[arg(long, requires = "infer")]
    pub(crate) ranges: bool,
    /// With --infer: strings must be among those that were seen, where these are at most 64.
    #[arg(long, requires = "infer")]
    pub(crate) enums: bool,
    #[command(flatten)]
    pub(crate) out: OutOption,
}
