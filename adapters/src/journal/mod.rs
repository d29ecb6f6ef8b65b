//! What was found out, on disk as soon as it is known: a run that was killed goes on where it was.
//!
//! One JSON document a line. The first says what is being shrunk and by what; each of the others is one run of the oracle.
//! `schemas/shrink-journal-2.schema.json` has the form. Journals of version 1, which do not say of what the oracle was made, are
//! read and gone on with as they are.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use itf::{Record, Value};
use itf_shrink::{Oracle, Pool, Run, Unresolved, Verdict};
use serde::{Deserialize, Serialize};

use crate::Action;
use crate::jsonl::{Call, Wire, raw_call};

/// The version that is written.
const VERSION: u32 = 2;
/// The oldest version that is read.
const OLDEST: u32 = 1;

/// How every journal begins.
const BEGINNING: &[u8] = br#"{"itf-shrink-journal""#;

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
        }
    }
}

impl std::error::Error for JournalError {}

impl From<io::Error> for JournalError {
    fn from(error: io::Error) -> Self {
        JournalError::Io(error)
    }
}

#[derive(Debug, Serialize, Deserialize, PartialEq)]
struct Header {
    #[serde(rename = "itf-shrink-journal")]
    version: u32,
    /// The fingerprint of the original.
    original: String,
    /// What decides, in words.
    oracle: String,
    /// What it is made of: files, each with the fingerprint of its content. Version 1 has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    files: Option<BTreeMap<String, String>>,
    /// Whether the work came to the end that was asked for, and was not cut off.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    ended: bool,
}

impl Header {
    fn of(head: &JournalHead) -> Self {
        let JournalHead { original, oracle, files } = head.clone();
        Self { version: VERSION, original, oracle, files: Some(files), ended: false }
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

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    /// The fingerprint of the candidate.
    candidate: String,
    /// Which run of this candidate it was, from 1.
    run: u32,
    verdict: Word,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// The calls that executed, where a spec re-executes candidates and they are not the candidate.
    #[serde(skip_serializing_if = "Option::is_none")]
    executed: Option<Vec<Call>>,
    /// Names of the states that were reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    states: Option<Vec<StateId>>,
    /// How long the run took.
    ms: u64,
}

/// The name of a state: two states with the same are taken to be the same.
///
/// ```
/// use itf::Record;
/// use itf_adapters::StateId;
/// let state = |x: i64| Record::from_iter([("x", x)]);
/// assert_eq!(StateId::from(state(1)), StateId::from(state(1)));
/// assert_ne!(StateId::from(state(1)), StateId::from(state(2)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StateId(String);

impl From<Record> for StateId {
    fn from(state: Record) -> Self {
        // A shrinker that takes two states for one is told so by the next run, so half of the digits will do.
        let mut print = fingerprint(Value::Record(state).to_json().as_bytes());
        print.truncate(16);
        Self(print)
    }
}

/// The fingerprint of a candidate, and which of its runs it is, from 1.
type Key = (String, u32);

/// A run as it was read.
#[derive(Debug)]
struct Known {
    verdict: Verdict,
    executed: Option<Vec<Call>>,
    states: Option<Vec<StateId>>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Word {
    Fails,
    Passes,
    Invalid,
    Fault,
}

/// A number for a text that no other text has: FNV-1a with 128 bits (G. Fowler, L. C. Noll, K.-P. Vo, D. Eastlake, *The FNV
/// Non-Cryptographic Hash Algorithm*). It is the same on every machine and in every version.
///
/// ```
/// assert_eq!(itf_adapters::fingerprint(b""), "6c62272e07bb014262b821756295c58d");
/// assert_ne!(itf_adapters::fingerprint(b"a"), itf_adapters::fingerprint(b"b"));
/// ```
pub fn fingerprint(text: &[u8]) -> String {
    format!("{:032x}", goes_on(BASIS, text))
}

/// What FNV-1a begins with.
const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;

fn goes_on(hash: u128, text: &[u8]) -> u128 {
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013B;
    text.iter().fold(hash, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME))
}

/// The [`fingerprint`] of what is in a file, however large it is.
///
/// # Errors
///
/// The file cannot be read.
///
/// ```
/// let file = tempfile::NamedTempFile::new()?;
/// std::fs::write(file.path(), "a")?;
/// assert_eq!(itf_adapters::fingerprint_of_file(file.path())?, itf_adapters::fingerprint(b"a"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn fingerprint_of_file(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut part = vec![0; 1 << 16];
    let mut hash = BASIS;
    loop {
        match file.read(&mut part) {
            Ok(0) => return Ok(format!("{hash:032x}")),
            Ok(read) => hash = goes_on(hash, &part[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The journal of one piece of work.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
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
    /// Begins a journal. One that is there already is kept beside it, as `FILE~`, or `FILE~2` and so on where that is taken by
    /// work that was cut off, or by something else.
    ///
    /// # Errors
    ///
    /// The file cannot be written, is something else, or has verdicts of this very work that was cut off.
    pub fn begin(path: &Path, head: &JournalHead) -> Result<Self, JournalError> {
        match found(path)? {
            Some(Found { verdicts, header: Some(header), .. })
                if verdicts > 0 && !header.ended && header == Header::of(head) =>
            {
                Err(JournalError::CutOff(verdicts))
            }
            _ => Self::restart(path, head),
        }
    }

    /// The same, also where this very work was cut off.
    ///
    /// # Errors
    ///
    /// The file cannot be written, or is something else.
    pub fn restart(path: &Path, head: &JournalHead) -> Result<Self, JournalError> {
        let mut kept = None;
        if let Some(before) = found(path)?.filter(|found| found.verdicts > 0) {
            let beside = beside(path)?;
            std::fs::rename(path, &beside)?;
            kept = Some((beside, !before.header.is_some_and(|header| header.ended)));
        }
        Self::new(path, head, kept)
    }

    fn new(path: &Path, head: &JournalHead, kept: Option<(PathBuf, bool)>) -> Result<Self, JournalError> {
        let mut file = File::create(path)?;
        file.write_all(line(&Header::of(head))?.as_bytes())?;
        Ok(Journal {
            path: path.to_owned(),
            file,
            head: head.clone(),
            kept,
            known: HashMap::new(),
            asked: HashMap::new(),
            recalled: 0,
            trouble: None,
        })
    }

    /// The fingerprint of what a journal is of, and whether its work came to its end; none if there is no journal there.
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
        let header = found(path).ok()??.header?;
        Some((header.original, header.ended))
    }

    /// The work came to the end that was asked for: whoever begins it again has not forgotten to go on with it.
    ///
    /// # Errors
    ///
    /// The file cannot be written. Nothing is lost then.
    pub fn end(&mut self) -> io::Result<()> {
        let text = std::fs::read(&self.path)?;
        let header = Header { ended: true, ..Header::of(&self.head) };
        self.file = replaced(&self.path, &header, after_first_line(&text))?;
        Ok(())
    }

    /// Takes it back, as if it had not been begun: there is nothing to go on with.
    pub fn take_back(&self) {
        // It is in nobody's way if it stays.
        let _ = match &self.kept {
            Some((kept, _)) => std::fs::rename(kept, &self.path),
            None => std::fs::remove_file(&self.path),
        };
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
    /// The file cannot be read or written, is no journal, is that of other work, or what decides was edited.
    pub fn resume(path: &Path, head: &JournalHead, trust: bool) -> Result<Self, JournalError> {
        looked_at(path)?;
        let mut file = match OpenOptions::new().read(true).write(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Self::new(path, head, None);
            }
            Err(error) => return Err(error.into()),
        };
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let whole = memchr::memrchr(b'\n', &text).map_or(0, |at| at + 1);
        if whole == 0 {
            // A first line that was cut off is ours; anything else is somebody's file, and stays.
            let known = BEGINNING.len().min(text.len());
            if text[..known] != BEGINNING[..known] {
                return Err(JournalError::NotAJournal(1, "it does not say `itf-shrink-journal`".into()));
            }
            return Self::new(path, head, None);
        }
        text.truncate(whole);
        let mut lines = text.split_inclusive(|&b| b == b'\n').enumerate();
        let header = lines.next().map_or(&[][..], |(_, line)| line);
        let found: serde_json::Value =
            serde_json::from_slice(header).map_err(|e| JournalError::NotAJournal(1, e.to_string()))?;
        match found.get("itf-shrink-journal").and_then(serde_json::Value::as_u64) {
            Some(1 | 2) => {}
            Some(other) => return Err(JournalError::Version(u32::try_from(other).unwrap_or(u32::MAX))),
            None => return Err(JournalError::NotAJournal(1, "it does not say `itf-shrink-journal`".into())),
        }
        let header: Header =
            serde_json::from_value(found).map_err(|e| JournalError::NotAJournal(1, e.to_string()))?;
        if header.original != head.original {
            return Err(JournalError::Other("the original"));
        }
        if header.oracle != head.oracle {
            return Err(JournalError::Other("what decides"));
        }
        let ended = header.ended;
        let edited = header.files.map(|known| edited(&known, &head.files)).unwrap_or_default();
        if !edited.is_empty() && !trust {
            return Err(JournalError::Edited(edited));
        }
        let mut known = HashMap::new();
        for (at, text) in lines {
            let line: Line =
                serde_json::from_slice(text).map_err(|e| JournalError::NotAJournal(at + 1, e.to_string()))?;
            let (run, read) = line.read();
            // What came to no verdict is asked again.
            if !matches!(read.verdict, Verdict::Unresolved(Unresolved::Fault(_))) {
                known.insert(run, read);
            }
        }
        if edited.is_empty() && !ended {
            let end = u64::try_from(whole).map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
            file.set_len(end)?;
            file.seek(SeekFrom::Start(end))?;
        } else {
            file = replaced(path, &Header::of(head), after_first_line(&text))?;
        }
        Ok(Journal {
            path: path.to_owned(),
            file,
            head: head.clone(),
            kept: None,
            known,
            asked: HashMap::new(),
            recalled: 0,
            trouble: None,
        })
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
        let written = line(&Line::of(run, known, took)).and_then(|line| self.file.write_all(line.as_bytes()));
        self.trouble = written.err();
    }
}

/// What is written before it takes the place of a journal.
const NEW: &str = ".new";

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// What is after the first line.
fn after_first_line(text: &[u8]) -> &[u8] {
    memchr::memchr(b'\n', text).map_or(&[], |at| &text[at + 1..])
}

/// That what is there, if anything, is a file: a pipe would be waited for without an end.
fn is_file(path: &Path) -> io::Result<()> {
    match std::fs::metadata(path) {
        Ok(known) if !known.is_file() => {
            Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file but a folder, a pipe or a device"))
        }
        // It comes to be, or opening it says what is wrong.
        _ => Ok(()),
    }
}

/// A journal that is there.
struct Found {
    /// None if it is not one that this version reads.
    header: Option<Header>,
    verdicts: usize,
}

/// Looks at what is there before it is opened. What a kill left there while a first line was replaced goes.
fn looked_at(path: &Path) -> io::Result<()> {
    is_file(path)?;
    let left = with_end(path, NEW);
    if is_file(&left).is_ok() && begins_as_journal(&left).is_ok_and(|is| is) {
        let _ = std::fs::remove_file(left);
    }
    Ok(())
}

/// The journal at this place.
fn found(path: &Path) -> Result<Option<Found>, JournalError> {
    looked_at(path)?;
    let is_journal = match begins_as_journal(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    if !is_journal {
        return Err(JournalError::NotAJournal(1, "it does not say `itf-shrink-journal`".into()));
    }
    let text = std::fs::read(path)?;
    let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let verdicts = memchr::memchr_iter(b'\n', &text).count().saturating_sub(1);
    Ok(Some(Found { header: serde_json::from_slice(first).ok(), verdicts }))
}

/// Where a journal is kept: what is there already goes only if it is a journal of work that came to its end.
fn beside(path: &Path) -> Result<PathBuf, JournalError> {
    const MOST: usize = 1_000;
    let places = (1..MOST).map(|n| with_end(path, &if n == 1 { "~".to_owned() } else { format!("~{n}") }));
    for place in places {
        match found(&place) {
            Ok(None) => return Ok(place),
            Ok(Some(Found { header: Some(header), .. })) if header.ended => return Ok(place),
            Ok(Some(_)) | Err(_) => {}
        }
    }
    let message = format!("there are {MOST} older journals beside it");
    Err(io::Error::new(io::ErrorKind::AlreadyExists, message).into())
}

/// Whether a file begins as journals do, or is empty.
fn begins_as_journal(path: &Path) -> io::Result<bool> {
    let mut beginning = Vec::new();
    File::open(path)?.take(BEGINNING.len() as u64).read_to_end(&mut beginning)?;
    Ok(beginning.is_empty() || beginning == BEGINNING)
}

/// Puts another first line before these verdicts. The file is the old one or the new one, whatever happens.
fn replaced(path: &Path, header: &Header, verdicts: &[u8]) -> io::Result<File> {
    let name = with_end(path, NEW);
    let mut file = File::create(&name)?;
    let written = line(header).and_then(|line| file.write_all(&[line.as_bytes(), verdicts].concat()));
    written.and_then(|()| std::fs::rename(&name, path)).inspect_err(|_| {
        // What is in the way next time is written over.
        let _ = std::fs::remove_file(&name);
    })?;
    Ok(file)
}

/// What became of the files, in words.
fn edited(known: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Vec<String> {
    let mut all: Vec<&String> = known.keys().chain(now.keys()).collect();
    all.sort();
    all.dedup();
    let words = |file: &String| match (known.get(file), now.get(file)) {
        (Some(before), Some(after)) if before == after => None,
        (Some(_), Some(_)) => Some(format!("{file} was edited")),
        (Some(_), None) => Some(format!("{file} went away")),
        (None, _) => Some(format!("{file} came to be")),
    };
    all.into_iter().filter_map(words).collect()
}

fn line(value: &impl Serialize) -> io::Result<String> {
    let mut text = serde_json::to_string(value)?;
    text.push('\n');
    Ok(text)
}

impl Line {
    fn of((candidate, run): Key, known: Known, took: Duration) -> Self {
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let Known { verdict, executed, states } = known;
        let verdict_is = Word::Passes;
        let (kind, site, message) = (None, None, None);
        let mut line =
            Line { candidate, run, verdict: verdict_is, kind, site, message, executed, states, ms };
        match verdict {
            Verdict::Passes => {}
            Verdict::Fails(failure) => {
                line.verdict = Word::Fails;
                line.kind = Some(failure.kind);
                line.site = Some(failure.site);
                line.message = Some(failure.message);
            }
            Verdict::Unresolved(Unresolved::Invalid(why)) => {
                line.verdict = Word::Invalid;
                line.message = Some(why);
            }
            Verdict::Unresolved(Unresolved::Fault(why)) => {
                line.verdict = Word::Fault;
                line.message = Some(why);
            }
        }
        line
    }

    fn read(self) -> (Key, Known) {
        let message = self.message.unwrap_or_default();
        let verdict = match self.verdict {
            Word::Fails => {
                Verdict::fails(self.kind.unwrap_or_default(), self.site.unwrap_or_default(), message)
            }
            Word::Passes => Verdict::Passes,
            Word::Invalid => Verdict::invalid(message),
            Word::Fault => Verdict::fault(message),
        };
        ((self.candidate, self.run), Known { verdict, executed: self.executed, states: self.states })
    }
}

/// How runs are told apart and written down.
trait Notes<T, S> {
    fn fingerprint(&self, candidate: &[T]) -> String;
    fn note(&self, candidate: &[T], run: &Run<T, S>) -> Known;
    /// None if what was written cannot be read: then it is asked again.
    fn recall(&self, candidate: &[T], known: Known) -> Option<Run<T, S>>;
}

/// Of oracles that know no more than a verdict: what executed is taken to be the candidate.
struct Plain<'a, T>(&'a dyn Fn(&[T]) -> String);

impl<T: Clone, S> Notes<T, S> for Plain<'_, T> {
    fn fingerprint(&self, candidate: &[T]) -> String {
        (self.0)(candidate)
    }

    fn note(&self, _: &[T], run: &Run<T, S>) -> Known {
        Known { verdict: run.verdict.clone(), executed: None, states: None }
    }

    fn recall(&self, candidate: &[T], known: Known) -> Option<Run<T, S>> {
        Some(Run::of(candidate, known.verdict))
    }
}

/// Of calls that a producer re-executes.
#[derive(Default)]
struct Calls(RefCell<Wire>);

impl Notes<Action, StateId> for Calls {
    fn fingerprint(&self, candidate: &[Action]) -> String {
        fingerprint_of_calls(candidate)
    }

    fn note(&self, candidate: &[Action], run: &Run<Action, StateId>) -> Known {
        let executed = (run.executed != candidate).then(|| run.executed.iter().map(raw_call).collect());
        Known { verdict: run.verdict.clone(), executed, states: run.states.clone() }
    }

    fn recall(&self, candidate: &[Action], known: Known) -> Option<Run<Action, StateId>> {
        let mut wire = self.0.borrow_mut();
        let executed = match known.executed {
            None => candidate.to_vec(),
            Some(calls) => calls.iter().map(|call| wire.call(call).ok()).collect::<Option<_>>()?,
        };
        Some(Run { verdict: known.verdict, executed, states: known.states })
    }
}

/// The [`fingerprint`] of a schedule.
///
/// ```
/// use itf_adapters::{Action, fingerprint_of_calls};
/// assert_ne!(fingerprint_of_calls(&[Action::new("a")]), fingerprint_of_calls(&[Action::new("b")]));
/// ```
pub fn fingerprint_of_calls(calls: &[Action]) -> String {
    let calls: Vec<Call> = calls.iter().map(raw_call).collect();
    // Calls are names and JSON: they can be written.
    fingerprint(serde_json::to_string(&calls).unwrap_or_default().as_bytes())
}

/// An oracle with a memory: what the journal has is not asked again, and what is asked is written down. If the oracle can
/// make several runs at once, so can this.
pub struct Journaled<'a, T, O: Oracle<T>> {
    oracle: O,
    journal: &'a mut Journal,
    notes: Box<dyn Notes<T, O::State> + 'a>,
    width: usize,
    /// Answers out of the journal, by ticket, that were not waited for yet.
    recalled: VecDeque<(u64, Run<T, O::State>)>,
    /// Runs under way, by ticket, with what was asked.
    flying: HashMap<u64, (Key, Vec<T>, Instant)>,
    /// Answers out of the journal that were given.
    told: usize,
}

impl<'a, T: Clone, O: Oracle<T>> Journaled<'a, T, O> {
    /// Puts the journal before an oracle that knows no more than a verdict; what executed is taken to be the candidate.
    /// `fingerprint` tells candidates apart by their content.
    pub fn new(oracle: O, journal: &'a mut Journal, fingerprint: &'a dyn Fn(&[T]) -> String) -> Self
    where
        T: 'a,
    {
        Self::with(oracle, journal, Box::new(Plain(fingerprint)))
    }

    fn with(mut oracle: O, journal: &'a mut Journal, notes: Box<dyn Notes<T, O::State> + 'a>) -> Self {
        let width = oracle.pool().map_or(1, |pool| pool.width());
        let (recalled, flying) = (VecDeque::new(), HashMap::new());
        Journaled { oracle, journal, notes, width, recalled, flying, told: 0 }
    }
}

impl<'a, O: Oracle<Action, State = StateId>> Journaled<'a, Action, O> {
    /// Puts the journal before an oracle whose candidates are re-executed: what executed is written down, too, and which states
    /// were reached, so that work goes on as it would have.
    pub fn of_calls(oracle: O, journal: &'a mut Journal) -> Self {
        Self::with(oracle, journal, Box::new(Calls::default()))
    }
}

impl<T: Clone, O: Oracle<T>> Journaled<'_, T, O> {
    fn ask(&mut self, candidate: &[T]) -> (Key, Option<Run<T, O::State>>) {
        let (key, known) = self.journal.ask(self.notes.fingerprint(candidate));
        (key, known.and_then(|known| self.notes.recall(candidate, known)))
    }
}

impl<T: Clone, O: Oracle<T>> Oracle<T> for Journaled<'_, T, O> {
    type State = O::State;

    fn run(&mut self, candidate: &[T]) -> Run<T, O::State> {
        let (key, known) = self.ask(candidate);
        if let Some(run) = known {
            self.told += 1;
            return run;
        }
        let started = Instant::now();
        let run = self.oracle.run(candidate);
        self.journal.record(key, self.notes.note(candidate, &run), started.elapsed());
        run
    }

    fn recalled(&self) -> usize {
        self.told
    }

    fn pool(&mut self) -> Option<&mut dyn Pool<T, O::State>> {
        self.oracle.pool()?;
        Some(self)
    }
}

impl<T: Clone, O: Oracle<T>> Pool<T, O::State> for Journaled<'_, T, O> {
    fn width(&self) -> usize {
        self.width
    }

    fn submit(&mut self, ticket: u64, candidate: Vec<T>) {
        let (key, known) = self.ask(&candidate);
        if let Some(run) = known {
            self.recalled.push_back((ticket, run));
        } else if let Some(pool) = self.oracle.pool() {
            self.flying.insert(ticket, (key, candidate.clone(), Instant::now()));
            pool.submit(ticket, candidate);
        }
    }

    fn wait(&mut self) -> (u64, Run<T, O::State>) {
        if let Some(recalled) = self.recalled.pop_front() {
            self.told += 1;
            return recalled;
        }
        let Some(pool) = self.oracle.pool() else {
            let verdict = Verdict::fault("the workers are gone");
            return (u64::MAX, Run { verdict, executed: Vec::new(), states: None });
        };
        let (ticket, run) = pool.wait();
        if let Some((key, candidate, started)) = self.flying.remove(&ticket) {
            self.journal.record(key, self.notes.note(&candidate, &run), started.elapsed());
        }
        (ticket, run)
    }
}
