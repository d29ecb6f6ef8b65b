//! The journal of what was asked for, and what it depends on.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use itf_adapters::{Journal, JournalError, JournalHead, fingerprint_of_file, jsonl};

use crate::cli::Shrink;
use crate::output::Terminal;
use crate::trouble::Trouble;

/// The journal that was asked for, or that belongs to the file of the result; `number` is that of the trace, if it is one of
/// several, and `original` the fingerprint of what is shrunk.
pub(super) fn open(
    args: &Shrink,
    number: Option<usize>,
    original: String,
) -> Result<Option<Journal>, Trouble> {
    let result = args.out.file.as_deref().filter(|file| file.as_os_str() != crate::input::STDIN);
    let Some(path) = args.journal.path(result, number)? else { return Ok(None) };
    let head = JournalHead { original, oracle: words(args), files: files(args) };
    let journal = if args.journal.resume {
        Journal::resume(&path, &head, args.journal.trust_journal)
    } else {
        Journal::begin(&path, &head)
    };
    journal.map(Some).map_err(|error| {
        let hint = match &error {
            JournalError::Edited(_) => {
                "; delete it to begin again, or say --trust-journal if what was edited does not matter"
            }
            _ => "",
        };
        Trouble::new(format!("{}: {error}{hint}", path.display()))
    })
}

/// What decides, in words.
fn words(args: &Shrink) -> String {
    let (goal, command) = (&args.goal, &args.command);
    let command_line: Vec<_> = command.command.iter().map(|word| word.to_string_lossy()).collect();
    let mut words = command_line.join(" ");
    let mut add = |name: &str, value: Option<&String>| {
        if let Some(value) = value {
            words.extend(["; ", name, " ", value]);
        }
    };
    let texts = |rules: &[itf_adapters::Rule]| rules.iter().map(ToString::to_string).collect::<Vec<_>>();
    for rule in texts(&command.fails_when) {
        add("fails when", Some(&rule));
    }
    for rule in texts(&command.passes_when) {
        add("passes when", Some(&rule));
    }
    add("with", goal.with.as_ref());
    add("violates", goal.violates.as_ref());
    add("reaches", goal.reaches.as_ref());
    add("invariant", goal.invariant.as_ref());
    add("on", goal.on.as_ref());
    add("strict", goal.strict.then(String::new).as_ref());
    words
}

/// The files that what decides is made of, as far as the command line shows: programs, arguments that are files, specs,
/// declarations; each with its fingerprint.
fn files(args: &Shrink) -> BTreeMap<String, String> {
    let mut paths: Vec<PathBuf> = of_command(args.command.command.iter().map(AsRef::as_ref)).collect();
    for plug in [&args.goal.with, &args.goal.on].into_iter().flatten() {
        paths.extend(of_plug(plug));
    }
    let print = |path: PathBuf| Some((path.display().to_string(), fingerprint_of_file(&path).ok()?));
    paths.into_iter().filter_map(print).collect()
}

fn of_command<'a>(words: impl IntoIterator<Item = &'a OsStr>) -> impl Iterator<Item = PathBuf> {
    let mut words = words.into_iter();
    let program = words.next().and_then(program);
    program.into_iter().chain(words.map(PathBuf::from).filter(|path| path.is_file()))
}

/// Where a program is.
fn program(name: &OsStr) -> Option<PathBuf> {
    let path = Path::new(name);
    if path.components().count() > 1 {
        return Some(path.to_owned());
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).map(|folder| folder.join(path)).find(|path| path.is_file())
}

/// The files of a producer or a system, by its name.
fn of_plug(name: &str) -> Vec<PathBuf> {
    match name.split_once(':') {
        Some(("wunderspec" | "quint", rest)) => {
            let spec = rest.split_once("::").map_or(rest, |(spec, _)| spec);
            let labels = Path::new(spec).with_extension("labels.toml");
            [PathBuf::from(spec), labels].into_iter().filter(|path| path.is_file()).collect()
        }
        Some(("http", rest)) => vec![rest.rfind("@http").map_or(rest, |at| &rest[..at]).into()],
        Some(("jsonl", line)) => {
            let words = jsonl::split(line).unwrap_or_default();
            of_command(words.iter().map(AsRef::as_ref)).collect()
        }
        _ => Vec::new(),
    }
}

/// What came out of it, and what went wrong.
pub(super) fn tell(name: &str, journal: &Journal, terminal: &Terminal) {
    let path = journal.path().display();
    if journal.recalled() > 0 {
        terminal.note(&format!("{name}: {} verdicts came out of {path}", journal.recalled()));
    }
    if let Some(trouble) = journal.trouble() {
        terminal.complain(&format!("{path}: {trouble}; the journal is not complete"));
    }
}

/// After an error about the original there is nothing to go on with.
pub(super) fn leave(args: &Shrink, journal: &Journal) {
    if !args.journal.resume {
        // It is in nobody's way if it stays.
        let _ = std::fs::remove_file(journal.path());
    }
}
