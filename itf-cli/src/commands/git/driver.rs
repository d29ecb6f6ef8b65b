//! The diff driver.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;

use anstream::ColorChoice;
use itf::render::escape;

use super::versions::{Version, Versions};
use crate::cli::GitDriver;
use crate::exit::Answer;
use crate::git;
use crate::output::Terminal;
use crate::trouble::Trouble;

pub(super) fn run(args: &GitDriver, terminal: &Terminal) -> Result<Answer, Trouble> {
    match write(args, terminal) {
        // Git would take our status for a failure, and say so to whoever has seen enough.
        Err(Trouble::ReaderGone) => Ok(Answer::Yes),
        answer => answer,
    }
}

fn write(args: &GitDriver, terminal: &Terminal) -> Result<Answer, Trouble> {
    let paged = paged(terminal);
    let terminal = paged.as_ref().unwrap_or(terminal);
    let text: Vec<String> = args.arguments.iter().map(|a| a.to_string_lossy().into_owned()).collect();
    let mut out = terminal.stdout();
    match &text[..] {
        [path] => unmerged(&mut out, path)?,
        [path, _, old_hash, old_mode, _, new_hash, new_mode, rest @ ..] if matches!(rest.len(), 0 | 2) => {
            let file = |at: usize| Version::read(Path::new::<OsString>(&args.arguments[at]), terminal);
            let (old, new) = (file(1)?, file(4)?);
            let mut notes = Vec::new();
            match (&old.0, &new.0) {
                (None, _) => notes.push(format!("new file mode {new_mode}")),
                (_, None) => notes.push(format!("deleted file mode {old_mode}")),
                _ if old_mode != new_mode => {
                    notes.extend([format!("old mode {old_mode}"), format!("new mode {new_mode}")]);
                }
                _ => {}
            }
            let name = match rest {
                [new_path, what] => {
                    // What git says is several lines; it ends with the hashes, which say nothing about a trace.
                    let what = what.lines().filter(|line| !line.is_empty() && !line.starts_with("index "));
                    notes.extend(what.map(str::to_owned));
                    new_path
                }
                _ => path,
            };
            let is_same = old_hash == new_hash && old_hash != "." && !old_hash.bytes().all(|b| b == b'0');
            if is_same {
                // Only the name or the mode is another.
                let heading = itf::render::Palette::ansi().heading;
                writeln!(out, "{heading}diff itf a/{} b/{}{heading:#}", escape(path), escape(name))?;
                notes.iter().try_for_each(|note| writeln!(out, "{}", escape(note)))?;
            } else {
                Versions { names: [path, name], old, new, notes }.write(&mut out)?;
            }
        }
        _ => {
            let count = text.len();
            return Err(Trouble::new(format!(
                "git gives a driver 1, 7 or 9 arguments, and these are {count}"
            )));
        }
    }
    out.flush()?;
    Ok(Answer::Yes)
}

/// A file with conflicts: what they have against what we have, as git keeps them.
fn unmerged(out: &mut impl Write, path: &str) -> Result<(), Trouble> {
    writeln!(out, "* Unmerged path {}", escape(path))?;
    let stage = |number: u8| Version(git::content(&format!(":{number}:{path}")).ok());
    let (ours, theirs) = (stage(2), stage(3));
    let notes = match (&ours.0, &theirs.0) {
        (None, None) => return Ok(()),
        (None, _) => vec!["deleted by us".to_owned()],
        (_, None) => vec!["deleted by them".to_owned()],
        _ => vec!["old: ours, new: theirs".to_owned()],
    };
    Versions { names: [path, path], old: ours, new: theirs, notes }.write(out)
}

/// Behind a pager there is a terminal that we do not see: git knows whether it wants colours.
fn paged(terminal: &Terminal) -> Option<Terminal> {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let asked = terminal.color() == ColorChoice::Auto && set("GIT_PAGER_IN_USE") && !set("NO_COLOR");
    let wanted = asked && git::line(&["config", "--get-colorbool", "color.diff", "true"])? == "true";
    wanted.then(|| Terminal::new(ColorChoice::Always))
}
