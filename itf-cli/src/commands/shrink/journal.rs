//! The journal of what was asked for, and what it depends on.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use itf_adapters::{Journal, JournalError, JournalHead, Start, fingerprint_of_file, jsonl};

use crate::cli::Shrink;
use crate::output::{self, Terminal};
use crate::trouble::Trouble;

/// Where the journal is that was asked for, or that belongs to the file of the result.
pub(super) fn base(args: &Shrink) -> Result<Option<PathBuf>, Trouble> {
    args.journal.path(output::file_of(args.out.file.as_deref()))
}

/// Where the journal of a trace is, and what it is of.
pub(super) struct Place {
    path: PathBuf,
    head: JournalHead,
}

/// Where the journals of traces are that have these fingerprints; of one trace it is `base` itself.
pub(super) fn places(args: &Shrink, base: &Path, originals: &[Option<&str>]) -> Vec<Option<Place>> {
    let head = JournalHead { oracle: words(args), files: files(args), ..JournalHead::default() };
    let paths = match originals {
        [_] => vec![base.to_owned()],
        _ => of_several(base, originals, args.journal.resume),
    };
    let place = |(path, original): (PathBuf, Option<&str>)| {
        let original = original?.to_owned();
        Some(Place { path, head: JournalHead { original, ..head.clone() } })
    };
    paths.into_iter().zip(originals.iter().copied()).map(place).collect()
}

impl Place {
    /// Whether it can be written, as far as that is seen without reading all of it.
    pub(super) fn check(&self, args: &Shrink) -> Result<(), Trouble> {
        Journal::check(&self.path, &self.head, start(args)).map_err(|error| self.trouble(&error))
    }

    /// The journal, begun or gone on with; and what is to be known of it.
    pub(super) fn open(&self, args: &Shrink, name: &str, terminal: &Terminal) -> Result<Journal, Trouble> {
        let journal =
            Journal::start(&self.path, &self.head, start(args)).map_err(|error| self.trouble(&error))?;
        if let Some(kept) = journal.cut_off() {
            let kept = kept.display();
            terminal.note(&format!(
                "{name}: work begins; the journal of what was cut off before is kept as {kept}"
            ));
        }
        if !journal.is_locked() {
            terminal.note(&format!(
                "{}: this file system knows no locks; see that no other run writes it meanwhile",
                self.path.display()
            ));
        }
        Ok(journal)
    }

    fn trouble(&self, error: &JournalError) -> Trouble {
        let hint = match error {
            JournalError::Edited(_) => {
                "; delete it to begin again, or say --trust-journal if what was edited does not matter"
            }
            JournalError::CutOff(_) => ": --resume goes on with it, --restart begins again",
            JournalError::Other(_) => {
                "; without --resume, work begins, and this journal is kept beside the new one"
            }
            JournalError::InUse => "; wait for its end, or give this run files of its own (--journal, -o)",
            _ => "",
        };
        Trouble::new(format!("{}: {error}{hint}", self.path.display()))
    }
}

fn start(args: &Shrink) -> Start {
    let options = &args.journal;
    match (options.resume, options.restart) {
        (true, _) => Start::Resume(options.trust_journal),
        (_, true) => Start::Restart,
        _ => Start::Begin,
    }
}

/// The journals of several traces: for each that which was begun for it, wherever it stood then; else one with its number, or
/// the next that nobody goes on with.
fn of_several(base: &Path, originals: &[Option<&str>], resume: bool) -> Vec<PathBuf> {
    let at = |number: usize| Journal::numbered(base, number);
    // The first ones may have been deleted.
    let begun = (1..).take_while(|number| *number <= originals.len() || at(*number).exists());
    let begun: Vec<Option<(String, bool)>> = begun.map(|number| Journal::is_of(&at(number))).collect();
    let mut of: HashMap<String, VecDeque<usize>> = HashMap::new();
    for (number, known) in (1..).zip(&begun) {
        if let Some((original, _)) = known {
            of.entry(original.clone()).or_default().push_back(number);
        }
    }
    let mut own: Vec<Option<usize>> =
        originals.iter().map(|original| of.get_mut((*original)?)?.pop_front()).collect();
    let taken: HashSet<usize> = own.iter().flatten().copied().collect();
    // Whoever goes on with others may yet go on with one that ended.
    let is_free = |number: &usize| {
        let ended = || begun.get(number - 1).is_some_and(|known| matches!(known, Some((_, true))));
        !taken.contains(number) && (!at(*number).exists() || !resume && ended())
    };
    let mut given = HashSet::new();
    for (number, own) in (1..).zip(&mut own) {
        if own.is_none() && is_free(&number) {
            given.insert(number);
            *own = Some(number);
        }
    }
    let mut next = (1..).filter(|number| !given.contains(number) && is_free(number));
    own.into_iter().zip(1..).map(|(own, number)| at(own.or_else(|| next.next()).unwrap_or(number))).collect()
}

/// That the trace, the result and the journal are different files.
pub(super) fn is_apart(args: &Shrink) -> Result<(), Trouble> {
    let result = output::file_of(args.out.file.as_deref());
    let place = |path: &Path| std::fs::canonicalize(path).or_else(|_| std::path::absolute(path)).ok();
    if let Some(file) = args.files.iter().find(|file| result.is_some_and(|it| place(it) == place(file))) {
        let file = file.display();
        return Err(Trouble::new(format!(
            "-o {file}: that is the trace itself; whoever is interrupted needs it to go on"
        )));
    }
    let Some(path) = base(args)? else { return Ok(()) };
    let same = |other: &Path| place(other) == place(&path);
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
    add("only", (!goal.only.is_empty()).then(|| goal.only.join(",")).as_ref());
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
