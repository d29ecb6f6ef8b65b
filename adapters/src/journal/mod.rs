//! What was found out, on disk as soon as it is known: a run that was killed goes on where it was.
//!
//! One JSON document a line. The first says what is being shrunk and by what; each of the others is one run of the oracle.
//! `schemas/shrink-journal-2.schema.json` has the form. Journals of version 1, which do not say of what the oracle was made, are
//! read and gone on with as they are.
//!
//! A journal is locked (`flock`) from its beginning to the end of the run: two runs on one would write what is of neither. The
//! lock of a process that was killed is gone with it.

mod file;
mod fingerprint;
mod journaled;
mod line;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use itf_shrink::{Unresolved, Verdict};

use file::{First, Held, header_at, with_end};
use line::{Header, Key, Known, Line, edited, line};

pub use fingerprint::{fingerprint, fingerprint_of_calls, fingerprint_of_file};
pub use journaled::Journaled;
pub use line::StateId;

/// The version that is written.
const VERSION: u32 = 2;
/// The oldest version that is read.
const OLDEST: u32 = 1;

/// Why there is no journal.
#[derive(Debug)]
pub enum JournalError {
    /// The file cannot be read or written.
    Io(io::Error),
    /// The file is something else: the line and what is wrong with it.
    NotAJournal(usize, String),
    /// The version that was found.
    Version(u32),
    /// It belongs to other work: what differs.
    Other(&'static str),
    /// What decides was edited: each file with what became of it.
    Edited(Vec<String>),
    /// It has so many verdicts of this very work, which was cut off.
    CutOff(usize),
    /// Another run is writing it.
    InUse,
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JournalError::Io(error) => error.fmt(f),
            JournalError::NotAJournal(line, why) => write!(f, "line {line} is not of a journal: {why}"),
            JournalError::Version(found) => {
                write!(f, "it is a journal of version {found}; versions {OLDEST} to {VERSION} can be read")
            }
            JournalError::Other(what) => write!(f, "it is the journal of other work: {what} differs"),
            JournalError::Edited(files) => {
                write!(
                    f,
                    "since the journal was begun, {}: its verdicts may not hold any more",
                    files.join(", ")
                )
            }
            JournalError::CutOff(verdicts) => {
                let verdicts =
                    if *verdicts == 1 { "1 verdict".into() } else { format!("{verdicts} verdicts") };
                write!(f, "it has {verdicts} of this very work, which was cut off")
            }
            JournalError::InUse => f.write_str("another run is writing it"),
        }
    }
}

impl std::error::Error for JournalError {}

impl From<io::Error> for JournalError {
    fn from(error: io::Error) -> Self {
        JournalError::Io(error)
    }
}

/// What a journal is of. Work is gone on with where all of it is the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalHead {
    /// The fingerprint of what is shrunk.
    pub original: String,
    /// What decides, in words.
    pub oracle: String,
    /// What that is made of: files, each with the [fingerprint](fingerprint_of_file) of its content.
    pub files: BTreeMap<String, String>,
}

/// How work with a journal starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// As [`Journal::begin`].
    Begin,
    /// As [`Journal::restart`].
    Restart,
    /// As [`Journal::resume`], with or without `trust`.
    Resume(bool),
}

/// The journal of one piece of work. No other run has it as long as this lives, where the file system knows locks.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    held: Held,
    head: JournalHead,
    /// Where the one is that was there before, if it had anything; and whether its work was cut off.
    kept: Option<(PathBuf, bool)>,
    /// Verdicts that were read, by candidate and run.
    known: HashMap<Key, Known>,
    /// How often each candidate was asked for.
    asked: HashMap<String, u32>,
    recalled: usize,
    /// What could not be written.
    trouble: Option<io::Error>,
}

impl Journal {
    /// The name of the journal that belongs to the file of a result.
    ///
    /// ```
    /// # use std::path::Path;
    /// let name = itf_adapters::Journal::beside(Path::new("small.itf.json"));
    /// assert_eq!(name, Path::new("small.itf.json.journal"));
    /// ```
    pub fn beside(result: &Path) -> PathBuf {
        with_end(result, ".journal")
    }

    /// The name of the journal of one of several traces.
    ///
    /// ```
    /// # use std::path::Path;
    /// let name = itf_adapters::Journal::numbered(Path::new("small.itf.json.journal"), 2);
    /// assert_eq!(name, Path::new("small.itf.json.journal.2"));
    /// ```
    pub fn numbered(base: &Path, number: usize) -> PathBuf {
        with_end(base, &format!(".{number}"))
    }

    /// Begins a journal or goes on with one.
    ///
    /// # Errors
    ///
    /// Those of [`begin`](Self::begin), [`restart`](Self::restart) or [`resume`](Self::resume).
    pub fn start(path: &Path, head: &JournalHead, start: Start) -> Result<Self, JournalError> {
        match start {
            Start::Begin => Self::begin(path, head),
            Start::Restart => Self::restart(path, head),
            Start::Resume(trust) => Self::resume(path, head, trust),
        }
    }

    /// Whether work could start so, as far as the first line and the length of the file tell. Nothing is written.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    ///
    /// ```
    /// use itf_adapters::{Journal, JournalError, JournalHead, Start};
    /// let folder = tempfile::tempdir()?;
    /// let (path, head) = (folder.path().join("j"), JournalHead::default());
    /// assert!(Journal::check(&path, &head, Start::Begin).is_ok() && !path.exists());
    /// let journal = Journal::begin(&path, &head)?;
    /// assert!(matches!(Journal::check(&path, &head, Start::Restart), Err(JournalError::InUse)));
    /// drop(journal);
    /// assert!(Journal::check(&path, &head, Start::Restart).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check(path: &Path, head: &JournalHead, start: Start) -> Result<(), JournalError> {
        let Some(mut held) = Held::found(path)? else { return Ok(()) };
        match start {
            Start::Begin => begins(&mut held, head).map(drop),
            Start::Restart => held.first().map(drop),
            Start::Resume(trust) => goes_on(&held.first()?, head, trust).map(drop),
        }
    }

    /// Begins a journal. One that is there already is kept beside it, as `FILE~`, or `FILE~2` and so on where that is taken by
    /// work that was cut off, or by something else.
    ///
    /// # Errors
    ///
    /// The file cannot be written, is something else, is in use, or has verdicts of this very work that was cut off.
    pub fn begin(path: &Path, head: &JournalHead) -> Result<Self, JournalError> {
        let mut held = Held::made(path)?;
        let before = begins(&mut held, head)?;
        Self::new(path, held, head, &before)
    }

    /// The same, also where this very work was cut off.
    ///
    /// # Errors
    ///
    /// The file cannot be written, is something else, or is in use.
    pub fn restart(path: &Path, head: &JournalHead) -> Result<Self, JournalError> {
        let mut held = Held::made(path)?;
        let before = Before::of(&mut held)?;
        Self::new(path, held, head, &before)
    }

    fn new(path: &Path, mut held: Held, head: &JournalHead, before: &Before) -> Result<Self, JournalError> {
        held.clear()?;
        let mut kept = None;
        if before.verdicts > 0 {
            let (new, beside) = held.keep(&Header::of(head))?;
            held = new;
            kept = Some((beside, !before.ended));
        } else {
            held.begin(&Header::of(head))?;
        }
        Ok(Self { kept, ..Self::of(path, held, head) })
    }

    fn of(path: &Path, held: Held, head: &JournalHead) -> Self {
        Journal {
            path: path.to_owned(),
            held,
            head: head.clone(),
            kept: None,
            known: HashMap::new(),
            asked: HashMap::new(),
            recalled: 0,
            trouble: None,
        }
    }

    /// The fingerprint of what a journal is of, and whether its work came to its end; none if there is no journal there. Of
    /// the file no more is read than the first line.
    ///
    /// ```
    /// use itf_adapters::{Journal, JournalHead};
    /// let folder = tempfile::tempdir()?;
    /// let (path, head) = (folder.path().join("j"), JournalHead { original: "a".into(), ..JournalHead::default() });
    /// assert_eq!(Journal::is_of(&path), None);
    /// Journal::begin(&path, &head)?.end()?;
    /// assert_eq!(Journal::is_of(&path), Some(("a".into(), true)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_of(path: &Path) -> Option<(String, bool)> {
        let header = header_at(path)?;
        Some((header.original, header.ended))
    }

    /// The work came to the end that was asked for: whoever begins it again has not forgotten to go on with it.
    ///
    /// # Errors
    ///
    /// The file cannot be written. Nothing is lost then.
    pub fn end(&mut self) -> io::Result<()> {
        let end = self.held.file.seek(SeekFrom::End(0))?;
        let first = self.held.first().map_err(|error| io::Error::other(error.to_string()))?;
        let header = Header { ended: true, ..Header::of(&self.head) };
        self.held.with_first(&header, first.length().unwrap_or(end)..end)
    }

    /// Takes it back, as if it had not been begun: there is nothing to go on with.
    pub fn take_back(&self) {
        self.held.take_back(self.kept.as_ref().map(|(kept, _)| kept.as_path()));
    }

    /// Where the journal is that was there before, if its work was cut off: somebody may want to go on with it.
    pub fn cut_off(&self) -> Option<&Path> {
        self.kept.as_ref().filter(|(_, cut_off)| *cut_off).map(|(path, _)| path.as_path())
    }

    /// Goes on with a journal; if there is none, begins one. A last line that was not written to its end is dropped. With
    /// `trust`, verdicts hold although what decides was edited; the journal is then that of what decides now.
    ///
    /// # Errors
    ///
    /// The file cannot be read or written, is no journal, is in use, is that of other work, or what decides was edited.
    pub fn resume(path: &Path, head: &JournalHead, trust: bool) -> Result<Self, JournalError> {
        let mut held = Held::made(path)?;
        let first = held.first()?;
        let Some(how) = goes_on(&first, head, trust)? else {
            held.clear()?;
            held.begin(&Header::of(head))?;
            return Ok(Self::of(path, held, head));
        };
        let start = first.length().unwrap_or_default();
        held.file.seek(SeekFrom::Start(start))?;
        let (known, length) = verdicts(BufReader::new(&held.file))?;
        held.clear()?;
        match how {
            GoesOn::AsItIs => held.cut(start + length)?,
            GoesOn::Anew => {
                held.with_first(&Header::of(head), start..start + length)?;
            }
        }
        Ok(Self { known, ..Self::of(path, held, head) })
    }

    /// Forgets what was read and asked: what is left keeps others from writing it, as long as it lives.
    ///
    /// ```
    /// use itf_adapters::{Journal, JournalError, JournalHead};
    /// let folder = tempfile::tempdir()?;
    /// let (path, head) = (folder.path().join("j"), JournalHead::default());
    /// let mut journal = Journal::begin(&path, &head)?;
    /// journal.forget();
    /// assert!(matches!(Journal::begin(&path, &head), Err(JournalError::InUse)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn forget(&mut self) {
        (self.known, self.asked) = (HashMap::new(), HashMap::new());
    }

    /// Whether no other run can write it; false where the file system knows no locks.
    ///
    /// ```
    /// # fn told(journal: &itf_adapters::Journal) -> &'static str {
    /// if journal.is_locked() { "nobody else writes it" } else { "see that nobody else does" }
    /// # }
    /// ```
    pub fn is_locked(&self) -> bool {
        self.held.is_locked
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many verdicts were taken out of it instead of being asked for.
    pub fn recalled(&self) -> usize {
        self.recalled
    }

    /// What went wrong while it was written, if anything: from there on it is not complete.
    pub fn trouble(&self) -> Option<&io::Error> {
        self.trouble.as_ref()
    }

    /// Counts a run of the candidate, and has its verdict, if it was made before. Runs are told apart by their number, and not
    /// by the order in which they ended, which differs from time to time where several are under way.
    fn ask(&mut self, candidate: String) -> (Key, Option<Known>) {
        let asked = self.asked.entry(candidate.clone()).or_default();
        *asked += 1;
        let run = (candidate, *asked);
        let known = self.known.remove(&run);
        self.recalled += usize::from(known.is_some());
        (run, known)
    }

    fn record(&mut self, run: Key, known: Known, took: Duration) {
        if self.trouble.is_some() {
            return;
        }
        // One write, so that a kill leaves at most the last line incomplete.
        let written =
            line(&Line::of(run, known, took)).and_then(|line| self.held.file.write_all(line.as_bytes()));
        self.trouble = written.err();
    }
}

/// What is there before a journal is begun.
struct Before {
    verdicts: usize,
    header: Option<Header>,
    ended: bool,
}

impl Before {
    fn of(held: &mut Held) -> Result<Self, JournalError> {
        let header = held.first()?.header;
        let ended = header.as_ref().is_some_and(|header| header.ended);
        Ok(Self { verdicts: held.verdicts()?, header, ended })
    }
}

/// What is there, if it is not this very work that was cut off.
fn begins(held: &mut Held, head: &JournalHead) -> Result<Before, JournalError> {
    let before = Before::of(held)?;
    match &before.header {
        Some(header) if before.verdicts > 0 && !before.ended && *header == Header::of(head) => {
            Err(JournalError::CutOff(before.verdicts))
        }
        _ => Ok(before),
    }
}

/// How a journal is gone on with.
enum GoesOn {
    AsItIs,
    /// With another first line.
    Anew,
}

/// How the journal with this first line is gone on with; none if there is nothing in it yet.
fn goes_on(first: &First, head: &JournalHead, trust: bool) -> Result<Option<GoesOn>, JournalError> {
    // A first line that was cut off is ours.
    if first.length().is_none() {
        return Ok(None);
    }
    let not = |error: serde_json::Error| JournalError::NotAJournal(1, error.to_string());
    let found: serde_json::Value = serde_json::from_slice(&first.text).map_err(not)?;
    match found.get("itf-shrink-journal").and_then(serde_json::Value::as_u64) {
        Some(1 | 2) => {}
        Some(other) => return Err(JournalError::Version(u32::try_from(other).unwrap_or(u32::MAX))),
        None => return Err(JournalError::NotAJournal(1, "it does not say `itf-shrink-journal`".into())),
    }
    let header: Header = serde_json::from_value(found).map_err(not)?;
    if header.original != head.original {
        return Err(JournalError::Other("the original"));
    }
    if header.oracle != head.oracle {
        return Err(JournalError::Other("what decides"));
    }
    let edited = header.files.map(|known| edited(&known, &head.files)).unwrap_or_default();
    match (edited.is_empty(), trust) {
        (false, false) => Err(JournalError::Edited(edited)),
        (true, _) if !header.ended => Ok(Some(GoesOn::AsItIs)),
        _ => Ok(Some(GoesOn::Anew)),
    }
}

/// The verdicts, and how many bytes of whole lines they are.
fn verdicts(mut lines: impl BufRead) -> Result<(HashMap<Key, Known>, u64), JournalError> {
    let (mut known, mut length, mut text) = (HashMap::new(), 0, Vec::new());
    for number in 2.. {
        text.clear();
        lines.read_until(b'\n', &mut text)?;
        if !text.ends_with(b"\n") {
            break;
        }
        length += text.len() as u64;
        let line: Line =
            serde_json::from_slice(&text).map_err(|e| JournalError::NotAJournal(number, e.to_string()))?;
        let (run, read) = line.read();
        // What came to no verdict is asked again.
        if !matches!(read.verdict, Verdict::Unresolved(Unresolved::Fault(_))) {
            known.insert(run, read);
        }
    }
    Ok((known, length))
}
