//! Asking git, by its command and without a shell.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use crate::trouble::Trouble;

/// What `git ARGUMENTS` prints.
pub(crate) fn git<A: AsRef<OsStr>>(arguments: &[A]) -> Result<Vec<u8>, Trouble> {
    let mut command = Command::new("git");
    command.args(arguments).stdin(Stdio::null());
    let output = command.output().map_err(|e| Trouble::new(format!("cannot run git: {e}")))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.trim().strip_prefix("fatal: ").unwrap_or(said.trim()).to_owned();
    Err(Trouble::new(format!("git: {said}")))
}

/// The one line that `git ARGUMENTS` prints; nothing if it fails or prints nothing.
pub(crate) fn line<A: AsRef<OsStr>>(arguments: &[A]) -> Option<String> {
    let text = String::from_utf8(git(arguments).ok()?).ok()?;
    Some(text.trim_end_matches('\n').to_owned()).filter(|line| !line.is_empty())
}

/// The content of `REVISION:PATH`, for example `HEAD~3:traces/a.itf.json`, or `:2:a.itf.json` for a version in a conflict.
pub(crate) fn content(object: &str) -> Result<Vec<u8>, Trouble> {
    if object.starts_with('-') {
        return Err(Trouble::new(format!("{object}: no revision begins with `-`")));
    }
    git(&["show", "--no-textconv", object])
}
