//! `itf git`, as it was typed.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Traces in git: `git diff`, `git log -p`, `git show` and `git difftool` show what differs in a trace, not in its JSON.
#[derive(Debug, Subcommand)]
#[command(after_help = "Example:\n  itf git setup")]
pub(crate) enum Git {
    Setup(GitSetup),
    Driver(GitDriver),
    Textconv(GitTextconv),
    Difftool(GitDifftool),
}

/// Show what git needs to be told, and tell it with --write.
///
/// Into the configuration go a driver (`git diff`, and with --ext-diff all others), the steps view as text (`git log -p`,
/// `git show`), and a tool (`git difftool -t itf`); into the attributes, which files are traces.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "these are the flags")]
#[command(
    after_help = "Examples:\n  itf git setup\n  itf git setup --write\n  itf git setup --pattern 'traces/*.json' --write\n  itf git setup --undo\n\nWithout --write it is only shown. Doing it twice changes nothing."
)]
pub(crate) struct GitSetup {
    /// For this repository: its configuration, and .gitattributes, which is there for others to commit. The default.
    #[arg(long)]
    pub(crate) local: bool,
    /// For all repositories of this user.
    #[arg(long, conflicts_with = "local")]
    pub(crate) global: bool,
    /// Write it, rather than show it.
    #[arg(long)]
    pub(crate) write: bool,
    /// Take back what was written.
    #[arg(long, conflicts_with = "write")]
    pub(crate) undo: bool,
    /// Which files are traces; can be given several times.
    #[arg(long, value_name = "PATTERN", default_values = PATTERNS)]
    pub(crate) pattern: Vec<String>,
}

const PATTERNS: [&str; 4] = ["*.itf.json", "*.itf.ndjson", "*.itf.json.gz", "*.itf.json.zst"];

/// What git runs as diff driver: says what differs between two versions of a trace.
///
/// Git gives it seven arguments, nine for a renamed file, one for a file with conflicts. Differences are no failure here:
/// git would stop at the first one.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  itf git driver trace.itf.json before.itf.json 0000000 100644 after.itf.json 0000000 100644"
)]
pub(crate) struct GitDriver {
    /// PATH OLD-FILE OLD-HASH OLD-MODE NEW-FILE NEW-HASH NEW-MODE [NEW-PATH WHAT], or PATH alone.
    #[arg(required = true, value_name = "ARGUMENT", allow_hyphen_values = true, trailing_var_arg = true)]
    pub(crate) arguments: Vec<OsString>,
}

/// What git runs to make text of a trace: the steps view, as `itf show --format steps` writes it.
///
/// A file that is no trace, because there are conflicts in it for example, is written as it is.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  itf git textconv before.itf.json")]
pub(crate) struct GitTextconv {
    /// The file.
    pub(crate) file: PathBuf,
}

/// What git runs as tool: says what differs between two files.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  itf git difftool before.itf.json after.itf.json trace.itf.json")]
pub(crate) struct GitDifftool {
    /// The file as it was.
    pub(crate) old: PathBuf,
    /// The file as it is.
    pub(crate) new: PathBuf,
    /// Its name in the repository.
    pub(crate) name: Option<String>,
}
