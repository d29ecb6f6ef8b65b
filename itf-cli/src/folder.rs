//! Folders as inputs: the files in them that are traces by their names.

use std::fs;
use std::path::{Path, PathBuf};

use crate::trouble::Trouble;

/// What the names of traces end in.
const TRACES: [&str; 8] =
    [".json", ".ndjson", ".jsonl", ".itf", ".json.gz", ".ndjson.gz", ".json.zst", ".ndjson.zst"];

/// The files in a folder, at any depth and sorted, that are traces by their names, or end in one of `also`. Hidden ones
/// are left out, and so are links to folders, and what is no file (a pipe, a device) and might have no end.
pub(crate) fn inside(folder: &Path, also: &[&str]) -> Result<Vec<PathBuf>, Trouble> {
    let trouble = |e: std::io::Error| Trouble::new(format!("cannot read {}: {e}", folder.display()));
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(trouble)? {
        entries.push(entry.map_err(trouble)?.path());
    }
    entries.sort();
    let mut found = Vec::new();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // A report that is in the folder is no trace.
        if name.starts_with('.') || name == "report.json" {
            continue;
        }
        let is_folder = fs::symlink_metadata(&path).map_err(trouble)?.is_dir();
        if is_folder {
            found.extend(inside(&path, also)?);
        } else if TRACES.iter().chain(also).any(|end| name.ends_with(end)) {
            // A link that leads nowhere is told by whoever reads it.
            if fs::metadata(&path).map_or(true, |known| known.is_file()) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// What is said of a folder where a file is needed, or in which there are no traces.
pub(crate) fn refused(folder: &Path) -> Trouble {
    let name = folder.display();
    Trouble::new(match inside(folder, &[]) {
        Err(trouble) => return trouble,
        Ok(found) if found.is_empty() => {
            format!(
                "{name} is a folder without traces: files that end in .json, .ndjson, .jsonl or .itf, packed or not"
            )
        }
        Ok(_) => format!("{name} is a folder, and one file is needed"),
    })
}
