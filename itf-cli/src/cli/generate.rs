//! `itf generate`, as it was typed.

use std::num::{NonZeroU64, NonZeroUsize};
use std::str::FromStr;

use clap::{Args, ValueEnum};

use super::OutOption;

/// Make traces from an executable spec, by seeded random walks or exhaustive search.
///
/// Traces go to standard output, one a line if there are several; what is said about them to standard error. The same seed
/// gives the same traces, however many workers there are.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf generate dns-spec --instance n3_5_3 --property no_inconsistent_root --max-steps 40 --seed 1\n  itf generate dns-spec --until-violation no_inconsistent_root --weights deployer_gc=8 --profile\n  itf generate dns-spec --property no_inconsistent_root --shortest --labels quint\n\nExit status: 0 when traces were found, 1 when none, 2 could not tell."
)]
pub(crate) struct Generate {
    /// The spec: `dns-spec[:INSTANCE]`, `wunderspec:FILE.py[::INSTANCE]`,
    /// `quint:FILE.qnt[::MODULE[,init=NAME][,step=NAME]]` or an adapter, `jsonl:COMMAND LINE`.
    pub(crate) spec: String,
    /// The instance of the spec; of dns-spec `n3_5_3`, `n3_20_3` or `n3_30_20`.
    #[arg(long, value_name = "NAME")]
    pub(crate) instance: Option<String>,
    /// Keep only walks that violate this invariant or reach this example.
    #[arg(long, value_name = "NAME")]
    pub(crate) property: Option<String>,
    /// Walk until this property is found, however many walks it takes; Ctrl-C ends it.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["property", "max_samples", "shortest"])]
    pub(crate) until_violation: Option<String>,
    /// The longest walk, in steps.
    #[arg(long, value_name = "N", default_value_t = 40)]
    pub(crate) max_steps: usize,
    /// The most walks; 20,000, if nothing is said.
    #[arg(long, visible_alias = "samples", value_name = "N", value_parser = some::<NonZeroU64>)]
    pub(crate) max_samples: Option<NonZeroU64>,
    /// How many traces are enough; 1, if nothing is said. Without a property every walk is one, and then as many as walks.
    #[arg(long, value_name = "N", value_parser = some::<NonZeroUsize>)]
    pub(crate) max_findings: Option<NonZeroUsize>,
    /// The same seed gives the same traces.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Workers, for a spec in process; the traces do not depend on their number.
    #[arg(long, short, value_name = "N", default_value_t = 1)]
    pub(crate) jobs: usize,
    /// Take an action N times as often as one of weight 1, or never with 0; there may be several.
    #[arg(long, value_name = "ACTION=N", value_delimiter = ',', value_parser = weight)]
    pub(crate) weights: Vec<(String, u32)>,
    /// Search exhaustively for a shortest trace instead of walking at random; needs --property.
    #[arg(long, requires = "property", conflicts_with_all = ["weights", "jobs"])]
    pub(crate) shortest: bool,
    /// Write what steps did in the way of this tool.
    #[arg(long, value_name = "TOOL", value_enum)]
    pub(crate) labels: Option<LabelsOf>,
    /// Tell how often each action was taken.
    #[arg(long)]
    pub(crate) profile: bool,
    /// How to tell what was done: as text, or as JSON, which goes to standard output if -o FILE takes the traces.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ReportFormat::Text)]
    pub(crate) format: ReportFormat,
    #[command(flatten)]
    pub(crate) out: OutOption,
}

/// The most walks, if nothing is said.
const MOST_WALKS: u64 = 20_000;

impl Generate {
    /// What is to be found.
    pub(crate) fn wanted(&self) -> Option<&str> {
        self.until_violation.as_deref().or(self.property.as_deref())
    }

    /// The most walks.
    pub(crate) fn samples(&self) -> u64 {
        let most = if self.until_violation.is_some() { u64::MAX } else { MOST_WALKS };
        self.max_samples.map_or(most, NonZeroU64::get)
    }

    /// How many traces are enough.
    pub(crate) fn findings(&self) -> usize {
        let walks = self.max_samples.filter(|_| self.wanted().is_none());
        let walks = walks.map(|walks| usize::try_from(walks.get()).unwrap_or(usize::MAX));
        self.max_findings.map(NonZeroUsize::get).or(walks).unwrap_or(1)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LabelsOf {
    /// The variable `ghost_action`, a variant.
    Wunderspec,
    /// The variables `mbt::actionTaken` and `mbt::nondetPicks`, beside the spec's own.
    Quint,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people.
    Text,
    /// For programs: schemas/generate-report-1.schema.json.
    Json,
}

pub(super) fn some<N: FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| "not a whole number from 1 on".to_owned())
}

fn weight(text: &str) -> Result<(String, u32), String> {
    let (name, number) = text.rsplit_once('=').ok_or("say ACTION=N")?;
    let number = number.parse().map_err(|_| format!("`{number}` is not a whole number from 0 to 2^32-1"))?;
    Ok((name.to_owned(), number))
}
