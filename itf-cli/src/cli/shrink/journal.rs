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
    /// Go on where the journal ends: no verdict in it is asked for again. Refused if the command, a file among its arguments, or
    /// the spec was edited.
    #[arg(long)]
    pub(crate) resume: bool,
    /// Resume although what decides was edited: its verdicts hold still.
    #[arg(long, requires = "resume")]
    pub(crate) trust_journal: bool,
}

impl JournalOptions {
    /// Whether there is to be one, whatever it is good for.
    pub(crate) fn is_asked_for(&self) -> bool {
        self.journal.is_some() || self.resume
    }

    /// Where the journal of a trace is, if there is one; of several traces each has its own.
    pub(crate) fn path(
        &self,
        result: Option<&Path>,
        number: Option<usize>,
    ) -> Result<Option<PathBuf>, Trouble> {
        let with = |path: &Path, end: &str| {
            let mut name = path.to_owned().into_os_string();
            name.push(end);
            PathBuf::from(name)
        };
        let path = match (&self.journal, result) {
            (Some(path), _) => path.clone(),
            (None, Some(result)) => with(result, ".journal"),
            (None, None) if self.resume => {
                return Err(Trouble::new("--resume needs --journal FILE, or -o FILE"));
            }
            (None, None) => return Ok(None),
        };
        Ok(Some(number.map_or(path.clone(), |number| with(&path, &format!(".{number}")))))
    }
}
