//! `itf shrink`, as it was typed.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::{ActionOption, OutOption};

/// Make a trace as short as it can be and still fail the same way.
///
/// With a spec (`--with`), candidates are re-executed, so that every state of the result is real: say what fails by
/// `--violates`, `--reaches` or `--on`. Without one, states are left out and a command decides: it gets the candidate's file
/// name for `{}`, and says by exit status 0 "still fails", by 125 "cannot tell", by any other "no".
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf shrink --with dns-spec:n3_5_3 --violates no_inconsistent_root found.ndjson > small.ndjson\n  itf shrink --with dns-spec:n3_5_3 --on dns-lab found.ndjson > small.ndjson\n  itf shrink found.itf.json -- ./my-oracle.sh {} > small.itf.json\n\nExit status: 0 done (also when nothing could be removed), 1 the original does not fail, 2 could not tell."
)]
pub(crate) struct Shrink {
    /// The traces.
    pub(crate) files: Vec<PathBuf>,
    /// The spec that re-executes candidates: `dns-spec[:INSTANCE]`, `wunderspec:FILE.py[::INSTANCE]`,
    /// `quint:FILE.qnt[::MODULE]` or an adapter, `jsonl:COMMAND LINE`.
    #[arg(long, value_name = "SPEC")]
    pub(crate) with: Option<String>,
    /// Keep a violation of this invariant of the spec.
    #[arg(long, value_name = "INVARIANT", requires = "with", conflicts_with_all = ["reaches", "on"])]
    pub(crate) violates: Option<String>,
    /// Keep reaching this example of the spec.
    #[arg(long, value_name = "EXAMPLE", requires = "with", conflicts_with = "on")]
    pub(crate) reaches: Option<String>,
    /// Keep what fails on this system: dns-lab, or an adapter, `jsonl:COMMAND LINE`.
    #[arg(long, value_name = "SYSTEM", requires = "with")]
    pub(crate) on: Option<String>,
    /// A disabled call makes a candidate unresolved; without this it is skipped.
    #[arg(long, requires = "with")]
    pub(crate) strict: bool,
    /// Search exhaustively below the length found, and say "shortest" if nothing is there.
    #[arg(long, requires = "with", conflicts_with = "on")]
    pub(crate) prove: bool,
    /// Stop after so many runs of the oracle, with the best so far.
    #[arg(long, value_name = "N")]
    pub(crate) max_calls: Option<usize>,
    /// How long a command may take, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    pub(crate) timeout: f64,
    #[command(flatten)]
    pub(crate) out: OutOption,
    #[command(flatten)]
    pub(crate) action: ActionOption,
    /// The command that decides, with its arguments.
    #[arg(last = true, value_name = "COMMAND", conflicts_with = "with")]
    pub(crate) command: Vec<OsString>,
}
