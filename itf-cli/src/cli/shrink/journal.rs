//! What survives a kill.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::Trouble;

#[derive(Debug, Args)]
#[command(next_help_heading = "What survives a kill (with a command)")]
pub(crate) struct JournalOptions {
    /// Write every verdict down at once [default: FILE.journal beside `-o FILE`].
    #[arg(long, value_name = "FILE", conflicts_with = "with")]
    journal: Option<PathBuf>,
    /// Go on where the journal ends: no verdict in it is asked for again.
    #[arg(long, conflicts_with = "with")]
    pub(crate) resume: bool,
}

impl JournalOptions {
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
