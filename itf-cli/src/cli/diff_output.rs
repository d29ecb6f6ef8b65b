//! What `itf diff` writes, as it was typed.

use clap::{Args, ValueEnum};

use super::OutOption;
use crate::ending;

/// What to write, and how much of it.
#[derive(Debug, Args)]
pub(crate) struct DiffOutput {
    /// What to write; if not given, what the file of `-o` ends in (.html, .md, .json, .sarif, .diff, .patch), and else text.
    #[arg(long, value_enum)]
    format: Option<DiffFormat>,
    /// Show everything, not only the first screen.
    #[arg(long)]
    pub(crate) all: bool,
    /// Write at most so many bytes (`65536`, `64KiB`, `1MiB`): what is longer tells less, and says so. A comment on GitHub
    /// may have 64 KiB, which is the default for Markdown, a job summary 1 MiB.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) max_bytes: Option<usize>,
    #[command(flatten)]
    pub(crate) out: OutOption,
}

impl DiffOutput {
    /// What to write.
    pub(crate) fn format(&self) -> DiffFormat {
        let endings = [
            (".html", DiffFormat::Html),
            (".htm", DiffFormat::Html),
            (".md", DiffFormat::Markdown),
            (".markdown", DiffFormat::Markdown),
            (".json", DiffFormat::Json),
            (".sarif", DiffFormat::Sarif),
            (".diff", DiffFormat::Unified),
            (".patch", DiffFormat::Unified),
        ];
        ending::format(self.format, self.out.file.as_deref(), &endings, DiffFormat::Text)
    }
}

/// In which form differences are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For a terminal, as wide as that is.
    Text,
    /// For a terminal, in two columns.
    SideBySide,
    /// A unified diff of the steps views (`itf show --format steps`).
    Unified,
    /// JSON (schemas/diff-1.schema.json), which `itf patch` applies; a line for each pair of traces.
    Json,
    /// A JSON patch (RFC 6902) for the canonical document (`itf fmt`).
    Rfc6902,
    /// For a comment on a pull request, or a job summary.
    Markdown,
    /// A page of its own: one file, nothing loaded, nothing executed.
    Html,
    /// Annotations in a workflow of GitHub, at most ten.
    Github,
    /// SARIF 2.1.0.
    Sarif,
}

/// A number of bytes.
pub(super) fn size(text: &str) -> Result<usize, String> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = match &text[digits.len()..] {
        "" | "B" => 1,
        "KiB" | "K" | "k" => 1 << 10,
        "MiB" | "M" => 1 << 20,
        _ => return Err("expected a size such as 65536, 64KiB or 1MiB".into()),
    };
    let number: usize =
        digits.parse().map_err(|_| "expected a size such as 65536, 64KiB or 1MiB".to_owned())?;
    number.checked_mul(unit).ok_or_else(|| "this is larger than memory".into())
}
