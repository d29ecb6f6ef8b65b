//! `itf.toml`: what a project says once, so that nobody has to type it.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::trouble::Trouble;

/// The name of the file that is looked for in the current folder and in those above it.
const NAME: &str = "itf.toml";

/// All that can be said. A key that nobody knows is an error: it would be a slip that nobody notices.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    pub(crate) check: Check,
}

/// `[check]`: the options of `itf check` of the same names.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Check {
    pub(crate) strict: bool,
    pub(crate) notes: bool,
    pub(crate) together: bool,
    pub(crate) deny: Vec<String>,
    pub(crate) warn: Vec<String>,
    pub(crate) allow: Vec<String>,
    /// Relative to the folder of the file.
    pub(crate) schema: Option<PathBuf>,
}

impl Config {
    /// What the file says that was asked for, or the next one above; with its name, for messages.
    pub(crate) fn find(asked: Option<&Path>) -> Result<(Self, String), Trouble> {
        let found = match asked {
            Some(path) => Some(path.to_owned()),
            None => std::env::current_dir().ok().and_then(|folder| {
                // What is there and is no file is told, not passed over: its settings would not be in force.
                folder
                    .ancestors()
                    .map(|folder| folder.join(NAME))
                    .find(|path| path.symlink_metadata().is_ok())
            }),
        };
        let Some(path) = found else { return Ok((Self::default(), NAME.to_owned())) };
        let name = path.display().to_string();
        if asked.is_none() && !path.is_file() {
            return Err(Trouble::new(format!("cannot read {name}: it is no file")));
        }
        let text = fs::read_to_string(&path).map_err(|e| Trouble::new(format!("cannot read {name}: {e}")))?;
        let mut config: Self = toml::from_str(&text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start.min(text.len()));
            let before = &text[..at];
            let line = 1 + before.matches('\n').count();
            let column = 1 + before.rsplit('\n').next().unwrap_or_default().chars().count();
            Trouble::new(format!("{name}:{line}:{column}: {}", error.message()))
        })?;
        if let (Some(schema), Some(folder)) = (&mut config.check.schema, path.parent()) {
            *schema = folder.join(&*schema);
        }
        Ok((config, name))
    }
}
