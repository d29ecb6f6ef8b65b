//! `itf completions` and `itf man`, as they were typed.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

use super::OutOption;

/// Print completions for a shell.
///
/// Put the text where your shell looks for completions: for bash in ~/.local/share/bash-completion/completions/itf, for
/// zsh as _itf in a folder of $fpath, for fish in ~/.config/fish/completions/itf.fish.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf completions bash > itf.bash\n  itf completions zsh -o _itf\n\nExit status: 0 done, 2 not a shell we know."
)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
    #[command(flatten)]
    pub(crate) out: OutOption,
}

/// Print the manual page of a command, or write all of them.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf man shrink > itf-shrink.1\n  itf man --out share/man/man1\n\nExit status: 0 done, 2 no such command."
)]
pub(crate) struct Man {
    /// The words of a command, `git setup` or `git-setup`; without one the page of itf itself.
    #[arg(value_name = "COMMAND", conflicts_with = "folder")]
    pub(crate) command: Vec<String>,
    /// Write all pages into this folder, itf.1, itf-check.1 and so on.
    #[arg(long = "out", value_name = "DIR", conflicts_with = "file")]
    pub(crate) folder: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) out: OutOption,
}
