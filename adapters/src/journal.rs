//! What was found out, on disk as soon as it is known: a run that was killed goes on where it was.
//!
//! One JSON document a line. The first says what is being shrunk and by what; each of the others is one run of the oracle.
//! `schemas/shrink-journal-1.schema.json` has the form.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use itf_shrink::{Oracle, Pool, Run, Unresolved, Verdict};
use serde::{Deserialize, Serialize};

/// The version that is written, and the only one there has been.
const VERSION: u32 = 1;

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
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JournalError::Io(error) => error.fmt(f),
            JournalError::NotAJournal(line, why) => write!(f, "line {line} is not of a journal: {why}"),
            JournalError::Version(found) => {
                write!(f, "it is a journal of version {found}; version {VERSION} can be read")
            }
            JournalError::Other(what) => write!(f, "it is the journal of other work: {what} differs"),
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
    /// How long the run took.
    ms: u64,
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
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013B;
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    let hash = text.iter().fold(BASIS, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME));
    format!("{hash:032x}")
}

/// The journal of one piece of work.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    /// Verdicts that were read, by candidate and run.
    known: HashMap<(String, u32), Verdict>,
    /// How often each candidate was asked for.
    asked: HashMap<String, u32>,
    recalled: usize,
    /// What could not be written.
    trouble: Option<io::Error>,
}

impl Journal {
    /// Begins a journal; what is in the file is gone. `original` is the fingerprint of what is shrunk, `oracle` says what
    /// decides.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn begin(path: &Path, original: &str, oracle: &str) -> Result<Self, JournalError> {
        let mut file = File::create(path)?;
        let header = Header { version: VERSION, original: original.to_owned(), oracle: oracle.to_owned() };
        file.write_all(line(&header)?.as_bytes())?;
        Ok(Journal {
            path: path.to_owned(),
            file,
            known: HashMap::new(),
            asked: HashMap::new(),
            recalled: 0,
            trouble: None,
        })
    }

    /// Goes on with a journal; if there is none, begins one. A last line that was not written to its end is dropped.
    ///
    /// # Errors
    ///
    /// The file cannot be read or written, is no journal, or is that of other work.
    pub fn resume(path: &Path, original: &str, oracle: &str) -> Result<Self, JournalError> {
        let mut file = match OpenOptions::new().read(true).write(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Self::begin(path, original, oracle);
            }
            Err(error) => return Err(error.into()),
        };
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let whole = memchr::memrchr(b'\n', &text).map_or(0, |at| at + 1);
        if whole == 0 {
            return Self::begin(path, original, oracle);
        }
        text.truncate(whole);
        let mut lines = text.split_inclusive(|&b| b == b'\n').enumerate();
        let header = lines.next().map_or(&[][..], |(_, line)| line);
        let found: serde_json::Value =
            serde_json::from_slice(header).map_err(|e| JournalError::NotAJournal(1, e.to_string()))?;
        match found.get("itf-shrink-journal").and_then(serde_json::Value::as_u64) {
            Some(1) => {}
            Some(other) => return Err(JournalError::Version(u32::try_from(other).unwrap_or(u32::MAX))),
            None => return Err(JournalError::NotAJournal(1, "it does not say `itf-shrink-journal`".into())),
        }
        let header: Header =
            serde_json::from_value(found).map_err(|e| JournalError::NotAJournal(1, e.to_string()))?;
        if header.original != original {
            return Err(JournalError::Other("the original"));
        }
        if header.oracle != oracle {
            return Err(JournalError::Other("what decides"));
        }
        let mut known = HashMap::new();
        for (at, text) in lines {
            let line: Line =
                serde_json::from_slice(text).map_err(|e| JournalError::NotAJournal(at + 1, e.to_string()))?;
            let (run, verdict) = line.read();
            // What came to no verdict is asked again.
            if !matches!(verdict, Verdict::Unresolved(Unresolved::Fault(_))) {
                known.insert(run, verdict);
            }
        }
        let end = u64::try_from(whole).map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
        file.set_len(end)?;
        file.seek(SeekFrom::Start(end))?;
        Ok(Journal { path: path.to_owned(), file, known, asked: HashMap::new(), recalled: 0, trouble: None })
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
    fn ask(&mut self, candidate: String) -> ((String, u32), Option<Verdict>) {
        let asked = self.asked.entry(candidate.clone()).or_default();
        *asked += 1;
        let run = (candidate, *asked);
        let verdict = self.known.remove(&run);
        self.recalled += usize::from(verdict.is_some());
        (run, verdict)
    }

    fn record(&mut self, run: (String, u32), verdict: &Verdict, took: Duration) {
        if self.trouble.is_some() {
            return;
        }
        // One write, so that a kill leaves at most the last line incomplete.
        let written =
            line(&Line::of(run, verdict, took)).and_then(|line| self.file.write_all(line.as_bytes()));
        self.trouble = written.err();
    }
}

fn line(value: &impl Serialize) -> io::Result<String> {
    let mut text = serde_json::to_string(value)?;
    text.push('\n');
    Ok(text)
}

impl Line {
    fn of((candidate, run): (String, u32), verdict: &Verdict, took: Duration) -> Self {
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let mut line =
            Line { candidate, run, verdict: Word::Passes, kind: None, site: None, message: None, ms };
        match verdict {
            Verdict::Passes => {}
            Verdict::Fails(failure) => {
                line.verdict = Word::Fails;
                line.kind = Some(failure.kind.clone());
                line.site = Some(failure.site.clone());
                line.message = Some(failure.message.clone());
            }
            Verdict::Unresolved(Unresolved::Invalid(why)) => {
                line.verdict = Word::Invalid;
                line.message = Some(why.clone());
            }
            Verdict::Unresolved(Unresolved::Fault(why)) => {
                line.verdict = Word::Fault;
                line.message = Some(why.clone());
            }
        }
        line
    }

    fn read(self) -> ((String, u32), Verdict) {
        let message = self.message.unwrap_or_default();
        let verdict = match self.verdict {
            Word::Fails => {
                Verdict::fails(self.kind.unwrap_or_default(), self.site.unwrap_or_default(), message)
            }
            Word::Passes => Verdict::Passes,
            Word::Invalid => Verdict::invalid(message),
            Word::Fault => Verdict::fault(message),
        };
        ((self.candidate, self.run), verdict)
    }
}

/// An oracle with a memory: what the journal has is not asked again, and what is asked is written down. If the oracle can
/// make several runs at once, so can this.
///
/// It is for oracles that know no more than a verdict; what executed is taken to be the candidate.
pub struct Journaled<'a, T, O: Oracle<T>> {
    oracle: O,
    journal: &'a mut Journal,
    fingerprint: &'a dyn Fn(&[T]) -> String,
    width: usize,
    /// Answers out of the journal, by ticket, that were not waited for yet.
    recalled: VecDeque<(u64, Run<T, O::State>)>,
    /// Runs under way, by ticket.
    flying: HashMap<u64, ((String, u32), Instant)>,
}

impl<'a, T, O: Oracle<T>> Journaled<'a, T, O> {
    /// Puts the journal before the oracle. `fingerprint` tells candidates apart by their content.
    pub fn new(mut oracle: O, journal: &'a mut Journal, fingerprint: &'a dyn Fn(&[T]) -> String) -> Self {
        let width = oracle.pool().map_or(1, |pool| pool.width());
        let (recalled, flying) = (VecDeque::new(), HashMap::new());
        Journaled { oracle, journal, fingerprint, width, recalled, flying }
    }
}

impl<T: Clone, O: Oracle<T>> Oracle<T> for Journaled<'_, T, O> {
    type State = O::State;

    fn run(&mut self, candidate: &[T]) -> Run<T, O::State> {
        let (key, known) = self.journal.ask((self.fingerprint)(candidate));
        if let Some(verdict) = known {
            return Run::of(candidate, verdict);
        }
        let started = Instant::now();
        let run = self.oracle.run(candidate);
        self.journal.record(key, &run.verdict, started.elapsed());
        run
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
        let (key, known) = self.journal.ask((self.fingerprint)(&candidate));
        if let Some(verdict) = known {
            self.recalled.push_back((ticket, Run::of(&candidate, verdict)));
        } else if let Some(pool) = self.oracle.pool() {
            self.flying.insert(ticket, (key, Instant::now()));
            pool.submit(ticket, candidate);
        }
    }

    fn wait(&mut self) -> (u64, Run<T, O::State>) {
        if let Some(recalled) = self.recalled.pop_front() {
            return recalled;
        }
        let Some(pool) = self.oracle.pool() else {
            let verdict = Verdict::fault("the workers are gone");
            return (u64::MAX, Run { verdict, executed: Vec::new(), states: None });
        };
        let (ticket, run) = pool.wait();
        if let Some((key, started)) = self.flying.remove(&ticket) {
            self.journal.record(key, &run.verdict, started.elapsed());
        }
        (ticket, run)
    }
}
