//! The journal of what was asked for, and what it depends on.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use itf_adapters::{Journal, JournalError, JournalHead, fingerprint_of_file, jsonl};

use crate::cli::Shrink;
use crate::output::{self, Terminal, with_end};
use crate::trouble::Trouble;

/// The journal that was asked for, or that belongs to the file of the result; `number` is that of the trace, if it is one of
/// several, and `original` the fingerprint of what is shrunk. `taken` are the journals of the traces before.
pub(super) fn open(
    args: &Shrink,
    number: Option<usize>,
    original: String,
    taken: &mut Vec<PathBuf>,
) -> Result<Option<Journal>, Trouble> {
    let result = output::file_of(args.out.file.as_deref());
    let Some(mut path) = args.journal.path(result)? else { return Ok(None) };
    if let Some(number) = number {
        path = of_several(&path, number, &original, (taken, args.journal.resume));
        taken.push(path.clone());
    }
    let head = JournalHead { original, oracle: words(args), files: files(args) };
    let options = &args.journal;
    let journal = match (options.resume, options.restart) {
        (true, _) => Journal::resume(&path, &head, options.trust_journal),
        (_, true) => Journal::restart(&path, &head),
        _ => Journal::begin(&path, &head),
    };
    journal.map(Some).map_err(|error| {
        let hint = match &error {
            JournalError::Edited(_) => {
                "; delete it to begin again, or say --trust-journal if what was edited does not matter"
            }
            JournalError::CutOff(_) => ": --resume goes on with it, --restart begins again",
            JournalError::Other(_) => {
                "; without --resume, work begins, and this journal is kept beside the new one"
            }
            _ => "",
        };
        Trouble::new(format!("{}: {error}{hint}", path.display()))
    })
}

/// The journal of one of several traces: that which was begun for it, wherever it stood then; else one with its number, or
/// with the next that nobody goes on with.
fn of_several(base: &Path, number: usize, original: &str, (taken, resume): (&[PathBuf], bool)) -> PathBuf {
    let at = |number: usize| with_end(base, &format!(".{number}"));
    let free = |path: &PathBuf| !taken.contains(path);
    let begun = (1..).map(at).take_while(|path| path.exists());
    // Those of this run may leave gaps, and the first ones may have been deleted.
    let begun = begun.chain(std::iter::once(at(number))).filter(free);
    let known = begun.map(|path| (Journal::is_of(&path), path));
    let own = known.into_iter().find(|(known, _)| known.as_ref().is_some_and(|(of, _)| of == original));
    if let Some((_, path)) = own {
        return path;
    }
    // Whoever goes on with others may yet go on with that.
    let is_over = |path: &PathBuf| !resume && Journal::is_of(path).is_some_and(|(_, ended)| ended);
    let next = std::iter::once(number)
        .chain(1..=u16::MAX.into())
        .map(at)
        .find(|path| free(path) && (!path.exists() || is_over(path)));
    next.unwrap_or_else(|| at(number))
}

/// That the journal is neither a trace that is shrunk nor the result.
pub(super) fn is_apart(args: &Shrink) -> Result<(), Trouble> {
    let result = output::file_of(args.out.file.as_deref());
    let Some(path) = args.journal.path(result)? else { return Ok(()) };
    let same = |other: &Path| {
        let place = |path: &Path| std::fs::canonicalize(path).or_else(|_| std::path::absolute(path)).ok();
        place(other) == place(&path)
    };
    for (what, mut files) in [
        ("the trace", args.files.iter().map(PathBuf::as_path).collect::<Vec<_>>()),
        ("the result", result.into_iter().collect()),
    ] {
        files.retain(|file| same(file));
        if let Some(file) = files.first() {
            let file = file.display();
            let by = match (args.journal.path(None), result) {
                (Ok(None) | Err(_), Some(result)) => format!("-o {}: its journal, {file},", result.display()),
                _ => format!("--journal {file}: that"),
            };
            return Err(Trouble::new(format!("{by} is {what}, which it would overwrite")));
        }
    }
    Ok(())
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

/// That something else was begun before, and was cut off.
pub(super) fn tell_kept(name: &str, journal: &Journal, terminal: &Terminal) {
    if let Some(kept) = journal.cut_off() {
        let kept = kept.display();
        terminal
            .note(&format!("{name}: work begins; the journal of what was cut off before is kept as {kept}"));
    }
}

/// What came out of it, and what went wrong. `is_over`: whether the work came to the end that was asked for.
pub(super) fn tell(name: &str, journal: &mut Journal, is_over: bool, terminal: &Terminal) {
    let path = journal.path().display().to_string();
    if journal.recalled() > 0 {
        terminal.note(&format!("{name}: {} verdicts came out of {path}", journal.recalled()));
    }
    if let Some(trouble) = journal.trouble() {
        terminal.complain(&format!("{path}: {trouble}; the journal is not complete"));
    } else if is_over && let Err(trouble) = journal.end() {
        terminal.complain(&format!("{path}: {trouble}"));
    }
}

/// After an error about the original there is nothing to go on with.
pub(super) fn leave(args: &Shrink, journal: &Journal) {
    if !args.journal.resume {
        journal.take_back();
    }
}
