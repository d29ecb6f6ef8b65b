//! Telling git about traces: shown, written, taken back.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use itf::render::escape;

use crate::cli::GitSetup;
use crate::exit::Answer;
use crate::git;
use crate::output::{Terminal, make_folder, write_file};
use crate::trouble::Trouble;

/// What goes into the configuration.
const CONFIG: [(&str, &str); 4] = [
    ("diff.itf.command", "itf git driver"),
    ("diff.itf.textconv", "itf git textconv"),
    ("diff.itf.xfuncname", "^((initial state|state|step|loop|parameters|trace).*)$"),
    ("difftool.itf.cmd", "itf git difftool \"$LOCAL\" \"$REMOTE\" \"$MERGED\""),
];

/// The lines around ours in a file of attributes.
const BEGIN: &str = "# itf git setup: begin";
const END: &str = "# itf git setup: end";

pub(super) fn run(args: &GitSetup, terminal: &Terminal) -> Result<Answer, Trouble> {
    let scope = if args.global { "--global" } else { "--local" };
    let path = attributes_file(args.global)?;
    // Git itself reads no such link in a repository, which may lead anywhere; that of a user is the user's.
    if !args.global && path.is_symlink() {
        let message = format!("{} is a link, and git reads no attributes through it", path.display());
        return Err(Trouble::new(message));
    }
    let before = read(&path)?;
    let wanted = if args.undo { without(&before) } else { with(&before, &args.pattern) };
    let value = |key: &str| git::line(&["config", scope, "--get", key]);
    let mut out = terminal.stdout();
    let (done, undone) = if args.write { ("written", "") } else { ("to write", "taken back") };
    writeln!(out, "configuration of git ({})", scope.trim_start_matches('-'))?;
    for (key, text) in CONFIG {
        let now = value(key);
        let is_ours = now.as_deref() == Some(text);
        let word = match (args.undo, &now) {
            (true, Some(_)) if is_ours => {
                git::git(&["config", scope, "--unset-all", key])?;
                undone
            }
            // What somebody else has set is not ours to remove.
            (true, Some(_)) => "left, it is another",
            (true, None) => "not there",
            (false, _) if is_ours => "there",
            (false, _) => {
                if args.write {
                    git::git(&["config", scope, "--replace-all", key, text])?;
                }
                done
            }
        };
        writeln!(out, "  {key} = {text}  ({word})")?;
        if let (false, false, Some(now)) = (args.undo, is_ours, now) {
            writeln!(out, "    in place of: {}", escape(&now))?;
        }
    }
    let changes = wanted != before;
    let word = match (args.undo, changes) {
        (true, true) => undone,
        (true, false) => "not there",
        (false, false) => "there",
        (false, true) => done,
    };
    writeln!(out, "{}  ({word})", escape(&path.display().to_string()))?;
    if !args.undo {
        args.pattern.iter().try_for_each(|pattern| writeln!(out, "  {}", attribute(pattern)))?;
    }
    if changes && (args.write || args.undo) {
        store(&path, &wanted)?;
    }
    if !args.write && !args.undo {
        writeln!(out, "nothing is written; --write writes it, and then --undo takes it back")?;
    }
    out.flush()?;
    Ok(Answer::Yes)
}

/// The file in which attributes are for the repository, or for the user.
fn attributes_file(global: bool) -> Result<PathBuf, Trouble> {
    if !global {
        let top = git::git(&["rev-parse", "--show-toplevel"])
            .map_err(|trouble| Trouble::new(format!("{trouble}; --global is for all repositories")))?;
        let top = String::from_utf8_lossy(&top).into_owned();
        return Ok(Path::new(top.trim_end_matches('\n')).join(".gitattributes"));
    }
    if let Some(path) = git::line(&["config", "--global", "--type=path", "--get", "core.attributesFile"]) {
        return Ok(path.into());
    }
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = set("XDG_CONFIG_HOME").or_else(|| Some(set("HOME")?.join(".config")));
    let folder = folder.ok_or_else(|| Trouble::new("there is no HOME, and so no configuration of a user"))?;
    Ok(folder.join("git/attributes"))
}

fn read(path: &Path) -> Result<String, Trouble> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(Trouble::new(format!("cannot read {}: {error}", path.display()))),
    }
}

/// Writes the file; one in which nothing is left goes.
fn store(path: &Path, text: &str) -> Result<(), Trouble> {
    if text.is_empty() {
        let failed = |error| Trouble::new(format!("cannot remove {}: {error}", path.display()));
        return fs::remove_file(path).map_err(failed);
    }
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    write_file(path, text.as_bytes())
}

fn attribute(pattern: &str) -> String {
    // A pattern with white space has to be in quotes.
    let is_plain = !pattern.chars().any(|c| c.is_whitespace() || c == '"' || c == '\\');
    if is_plain { format!("{pattern} diff=itf") } else { format!("{pattern:?} diff=itf") }
}

/// `text` with our lines, in their place or at its end.
fn with(text: &str, patterns: &[String]) -> String {
    let lines: String = patterns.iter().map(|pattern| attribute(pattern) + "\n").collect();
    let block = format!("{BEGIN}\n{lines}{END}\n");
    if let Some((start, end)) = ours(text) {
        return format!("{}{block}{}", &text[..start], &text[end..]);
    }
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    format!("{text}{gap}{block}")
}

/// `text` without our lines.
fn without(text: &str) -> String {
    ours(text).map_or_else(|| text.to_owned(), |(start, end)| format!("{}{}", &text[..start], &text[end..]))
}

/// Where our lines begin and end.
fn ours(text: &str) -> Option<(usize, usize)> {
    let start = text.find(&format!("{BEGIN}\n"))?;
    let end = start + text[start..].find(END)? + END.len();
    Some((start, end + usize::from(text[end..].starts_with('\n'))))
}

#[cfg(test)]
mod tests {
    use super::{with, without};

    #[test]
    fn what_was_there_stays() {
        for before in ["", "*.png binary\n", "*.png binary"] {
            let patterns = ["*.itf.json".to_owned(), "my traces/*".to_owned()];
            let once = with(before, &patterns);
            assert!(once.contains("\n*.itf.json diff=itf\n\"my traces/*\" diff=itf\n"), "{once}");
            assert_eq!(with(&once, &patterns), once);
            assert_eq!(without(&once).trim_end(), before.trim_end());
            let followed = once + "*.txt text\n";
            assert!(with(&followed, &patterns[..1]).ends_with("end\n*.txt text\n"));
        }
    }
}
