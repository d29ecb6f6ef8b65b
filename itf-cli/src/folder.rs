//! Folders as inputs: the files in them that are traces by their names.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::output::Terminal;
use crate::trouble::Trouble;

/// What the names of traces end in.
const TRACES: [&str; 8] =
    [".json", ".ndjson", ".jsonl", ".itf", ".json.gz", ".ndjson.gz", ".json.zst", ".ndjson.zst"];

/// What is in a folder.
pub(crate) struct Inside {
    /// The traces.
    pub(crate) files: Vec<PathBuf>,
    /// What was left out that looked like one, and why.
    left_out: Vec<(PathBuf, &'static str)>,
}

/// The files in a folder, at any depth and sorted, that are traces by their names, or end in one of `also`. Hidden ones
/// are left out. So are links out of the folder, which whoever sent the folder may have laid to what is not theirs to see,
/// and what is no file (a pipe, a device) and might have no end.
pub(crate) fn inside(folder: &Path, also: &[&str]) -> Result<Inside, Trouble> {
    let root = fs::canonicalize(folder).map_err(|e| unreadable(folder, &e))?;
    let mut found = Inside { files: Vec::new(), left_out: Vec::new() };
    found.collect(&root, folder, also)?;
    Ok(found)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Trouble {
    Trouble::new(format!("cannot read {}: {error}", path.display()))
}

impl Inside {
    fn collect(&mut self, root: &Path, folder: &Path, also: &[&str]) -> Result<(), Trouble> {
        let trouble = |e| unreadable(folder, &e);
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder).map_err(trouble)? {
            entries.push(entry.map_err(trouble)?.path());
        }
        entries.sort();
        for path in entries {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // A report that is in the folder is no trace.
            if name.starts_with('.') || name == "report.json" {
                continue;
            }
            let known = fs::symlink_metadata(&path).map_err(trouble)?;
            if known.is_dir() {
                self.collect(root, &path, also)?;
                continue;
            }
            let is_trace = TRACES.iter().chain(also).any(|end| name.ends_with(end));
            match left_out(root, &path, known.is_symlink(), is_trace) {
                Some(why) => self.left_out.push((path, why)),
                None if is_trace => self.files.push(path),
                None => {}
            }
        }
        Ok(())
    }

    /// Tells what was left out.
    pub(crate) fn tell(&self, folder: &Path, terminal: &Terminal) {
        let Some((first, why)) = self.left_out.first() else { return };
        let first = first.display();
        terminal.note(&match self.left_out.len() {
            1 => format!("{first} is left out: {why}"),
            count => format!("{}: {count} files are left out; the first is {first}: {why}", folder.display()),
        });
    }
}

/// Why something in a folder is not read though it looks as if it should be.
fn left_out(root: &Path, path: &Path, is_link: bool, is_trace: bool) -> Option<&'static str> {
    // A link that leads nowhere is told by whoever reads it.
    let known = fs::metadata(path).ok()?;
    if known.is_dir() {
        // What is in the folder is met without the link.
        return (!leads_inside(root, path)?).then_some("a link to a folder elsewhere");
    }
    if !is_trace {
        return None;
    }
    if is_link && !leads_inside(root, path)? {
        return Some("a link out of the folder, or to what is hidden in it");
    }
    (!known.is_file()).then_some("no file, and it may have no end")
}

/// Whether a link leads to what is in the folder, and not hidden there: `.git` may hold secrets, too.
fn leads_inside(root: &Path, link: &Path) -> Option<bool> {
    let end = fs::canonicalize(link).ok()?;
    let is_shown = |part: Component<'_>| !part.as_os_str().as_encoded_bytes().starts_with(b".");
    Some(end.strip_prefix(root).is_ok_and(|rest| rest.components().all(is_shown)))
}

/// What is said of a folder where a file is needed, or in which there are no traces.
pub(crate) fn refused(folder: &Path) -> Trouble {
    let name = folder.display();
    Trouble::new(match inside(folder, &[]) {
        Err(trouble) => return trouble,
        Ok(found) if found.files.is_empty() => {
            format!(
                "{name} is a folder without traces: files that end in .json, .ndjson, .jsonl or .itf, packed or not"
            )
        }
        Ok(_) => format!("{name} is a folder, and one file is needed"),
    })
}
