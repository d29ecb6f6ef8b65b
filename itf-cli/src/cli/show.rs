//! `itf show`, as it was typed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ActionOption, OutOption};
use crate::ending;

/// Read a trace: the initial state, then each step with what it changed.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  itf show found.ndjson | less -R\n  itf show --steps 30..36 --hide planner_updates found.ndjson\n  itf show -o found.html found.itf.json\n  itf show -o both.html before.itf.json after.itf.json"
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
    /// The language of values.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) notation: ShowNotation,
    /// What to write; if not given, what the file of `-o` ends in (.html, .md), and else text.
    #[arg(long, value_enum)]
    format: Option<ShowFormat>,
    /// A script that draws each state in the page; see docs/views.md.
    #[arg(long, value_name = "FILE.js")]
    pub(crate) view: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) out: OutOption,
    #[command(flatten)]
    pub(crate) action: ActionOption,
}

impl Show {
    /// What to write.
    pub(crate) fn format(&self) -> ShowFormat {
        let endings = [
            (".html", ShowFormat::Html),
            (".htm", ShowFormat::Html),
            (".md", ShowFormat::Markdown),
            (".markdown", ShowFormat::Markdown),
        ];
        ending::format(self.format, self.out.file.as_deref(), &endings, ShowFormat::Text)
    }
}

/// The language of values.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum ShowNotation {
    /// Quint's: `Set(1, 2)`, `{ name: "lock" }`.
    #[default]
    Quint,
    /// That of TLA+: `{1, 2}`, `[name |-> "lock"]`.
    Tla,
    /// As in the file, each value on its own.
    Json,
}

impl From<ShowNotation> for itf::render::Notation {
    fn from(notation: ShowNotation) -> Self {
        match notation {
            ShowNotation::Quint => Self::Quint,
            ShowNotation::Tla => Self::Tla,
            ShowNotation::Json => Self::Json,
        }
    }
}

/// In which form a trace is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShowFormat {
    /// For a terminal, as wide as that is.
    Text,
    /// For an issue, a comment or a document.
    Markdown,
    /// A page to look around in: one file that loads nothing. Two traces are shown side by side, with what differs.
    Html,
    /// The steps view: what git compares, without positions and `#meta`.
    Steps,
}

/// The first and the last step of a range.
pub(super) fn steps(text: &str) -> Result<(usize, usize), String> {
    let number = |text: &str, open: usize| match text {
        "" => Ok(open),
        digits => digits.parse().map_err(|_| format!("`{digits}` is no number")),
    };
    if let Some((first, last)) = text.split_once('-')
        && let (Ok(first), Ok(last)) = (first.parse::<usize>(), last.parse::<usize>())
    {
        return Err(format!("a range is written {first}..{last}"));
    }
    let range = match text.split_once("..") {
        Some((first, last)) => (number(first, 0)?, number(last.trim_start_matches('='), usize::MAX)?),
        None => (number(text, 0)?, number(text, 0)?),
    };
    if range.0 > range.1 { Err("the range is empty".into()) } else { Ok(range) }
}
