//! What survives a kill.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::Trouble;

#[derive(Debug, Args)]
#[command(next_help_heading = "What survives a kill")]
pub(crate) struct JournalOptions {
    /// Write every verdict down at once [default: FILE.journal beside `-o FILE`; none where all is done in this process, which
    /// takes no time].
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Go on where the journal ends: no verdict in it is asked for again, and what it has does not count for --max-calls. Refused
    /// if the command, a file among its arguments, or the spec was edited.
    #[arg(long)]
    pub(crate) resume: bool,
    /// Begin again although this very work was cut off, by a kill or Ctrl-C. The journal is kept as FILE.journal~.
    #[arg(long, conflicts_with = "resume")]
    pub(crate) restart: bool,
    /// Resume although what decides was edited: its verdicts hold still.
    #[arg(long, requires = "resume")]
    pub(crate) trust_journal: bool,
}

impl JournalOptions {
    /// Whether there is to be one, whatever it is good for.
    pub(crate) fn is_asked_for(&self) -> bool {
        self.journal.is_some() || self.resume
    }

    /// Where the journal is, if there is one.
    pub(crate) fn path(&self, result: Option<&Path>) -> Result<Option<PathBuf>, Trouble> {
        Ok(match (&self.journal, result) {
            (Some(path), _) => Some(path.clone()),
            (None, Some(result)) => Some(itf_adapters::Journal::beside(result)),
            (None, None) if self.resume => {
                return Err(Trouble::new("--resume needs --journal FILE, or -o FILE"));
            }
            (None, None) => None,
        })
    }
}
