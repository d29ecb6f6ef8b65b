//! `itf report`, as it was typed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ActionOption, OutOption};
use crate::ending;

/// What a campaign found, as a document: bugs, shortest traces, coverage, how to reproduce.
///
/// Takes traces, and folders of them. With a spec, every finding is re-executed and shrunk to its simplest form, so that
/// findings of one bug are one bug. With a system, findings are replayed on it. Files with what `itf shrink --events` told,
/// and its journals, are read for how often something fails.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf report traces\n  itf report --with dns-spec:n3_5_3 --on dns-lab --out campaign fixtures/wunderspec/root-3.ndjson\n  itf report --format json fixtures/quint/root-1.itf.json\n\nExit status: 0 the report is made, whatever it says; 2 something in it could not be told."
)]
pub(crate) struct Report {
    /// Traces, folders of traces, events and journals of `itf shrink`.
    pub(crate) files: Vec<PathBuf>,
    /// The spec that re-executes findings and makes them short; see `itf shrink --help`.
    #[arg(long, value_name = "SPEC")]
    pub(crate) with: Option<String>,
    /// The property that the traces show, where they do not say it themselves.
    #[arg(long, value_name = "PROPERTY")]
    pub(crate) violates: Option<String>,
    /// Search exhaustively below the shortest trace of each bug, and say "shortest" if nothing is there.
    #[arg(long, requires = "with")]
    pub(crate) prove: bool,
    /// Spend no more than so many seconds on shrinking a trace.
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    pub(crate) max_time: f64,
    /// The system to replay findings on; see `itf replay --help`.
    #[arg(long, value_name = "SYSTEM")]
    pub(crate) on: Option<String>,
    /// What to write; if not given, what the file of `-o` ends in (.html, .json), and else Markdown.
    #[arg(long, value_enum)]
    format: Option<FindingsFormat>,
    /// The heading.
    #[arg(long, value_name = "TEXT", default_value = "Findings")]
    pub(crate) title: String,
    /// Write at most so many bytes of Markdown (`65536`, `64KiB`, `1MiB`): what is longer tells less, and says so. A comment
    /// on GitHub may have 64 KiB, which is the default without --out, a job summary 1 MiB.
    #[arg(long, value_name = "SIZE", value_parser = super::diff_output::size)]
    pub(crate) max_bytes: Option<usize>,
    /// Write report.md, report.html and report.json into this folder, and of each bug the shortest trace, as ITF and as a
    /// page; made if it is not there.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["file", "format"])]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: OutOption,
    #[command(flatten)]
    pub(crate) action: ActionOption,
}

impl Report {
    /// What to write.
    pub(crate) fn format(&self) -> FindingsFormat {
        let endings = [
            (".html", FindingsFormat::Html),
            (".htm", FindingsFormat::Html),
            (".json", FindingsFormat::Json),
        ];
        ending::format(self.format, self.output.file.as_deref(), &endings, FindingsFormat::Markdown)
    }
}

/// In which form findings are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FindingsFormat {
    /// For an issue, a pull request or a wiki.
    Markdown,
    /// A page of its own with pictures: one file, nothing loaded, nothing executed.
    Html,
    /// For programs: schemas/findings-1.schema.json.
    Json,
}
