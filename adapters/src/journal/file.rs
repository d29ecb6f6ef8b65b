//! The file of a journal: one run at a time has it, and it is the old one or the new one, whatever happens.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::JournalError;
use super::line::{Header, line};

/// How every journal begins.
const BEGINNING: &[u8] = br#"{"itf-shrink-journal""#;
/// A first line has a command line in it, and names of files; what is longer is none.
const FIRST_LINE: u64 = 16 << 20;
/// What is written before it takes the place of a journal. Nobody else gives a file this name.
const PART: &str = ".itf-part";
/// How long a lock is waited for: who was killed has it for a moment more, while the system takes its memory away.
const PATIENCE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(20);

/// The file of a journal. As long as it is held, no other run has it.
#[derive(Debug)]
pub(super) struct Held {
    /// Where it is, links followed.
    place: PathBuf,
    pub(super) file: File,
    /// False where the file system knows no locks.
    pub(super) is_locked: bool,
}

/// What the first line says.
pub(super) struct First {
    /// As it was read; without a newline if it was cut off, and empty if the file is.
    pub(super) text: Vec<u8>,
    /// None if it is of no version that can be read.
    pub(super) header: Option<Header>,
}

impl First {
    /// How many bytes are before the verdicts, if the line is whole.
    pub(super) fn length(&self) -> Option<u64> {
        self.text.ends_with(b"\n").then_some(self.text.len() as u64)
    }

    fn read(file: &File) -> Result<Self, JournalError> {
        let mut text = Vec::new();
        let mut from_start = file;
        from_start.seek(SeekFrom::Start(0))?;
        BufReader::new(file.take(FIRST_LINE)).read_until(b'\n', &mut text)?;
        if !text.is_empty() && !text.starts_with(BEGINNING) {
            return Err(JournalError::NotAJournal(1, "it does not say `itf-shrink-journal`".into()));
        }
        if text.len() as u64 == FIRST_LINE && !text.ends_with(b"\n") {
            return Err(JournalError::NotAJournal(1, format!("it is longer than {} MiB", FIRST_LINE >> 20)));
        }
        let header = serde_json::from_slice(&text).ok();
        Ok(Self { text, header })
    }
}

enum Lock {
    Ours,
    Theirs,
    /// The file system knows none: some shares, and what some containers mount.
    Unknown,
}

fn lock(file: &File) -> Lock {
    loop {
        match flock(file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Lock::Ours,
            Err(Errno::INTR) => {}
            Err(error) if error == Errno::WOULDBLOCK => return Lock::Theirs,
            Err(_) => return Lock::Unknown,
        }
    }
}

impl Held {
    /// The file at this place, which is made if it is not there.
    pub(super) fn made(path: &Path) -> Result<Self, JournalError> {
        let held = Self::open(path, true, PATIENCE)?;
        // It was asked to be made.
        held.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound).into())
    }

    /// The file at this place, if there is one.
    pub(super) fn found(path: &Path) -> Result<Option<Self>, JournalError> {
        Self::open(path, false, PATIENCE)
    }

    fn open(path: &Path, make: bool, patience: Duration) -> Result<Option<Self>, JournalError> {
        let started = Instant::now();
        loop {
            is_file(path)?;
            let how = OpenOptions::new().read(true).write(true).create(make).truncate(false).open(path);
            let file = match how {
                Err(error) if error.kind() == io::ErrorKind::NotFound && !make => return Ok(None),
                other => other?,
            };
            let is_locked = match lock(&file) {
                // Whoever had it before may have put another one in its place.
                Lock::Ours if is_at(&file, path) => Some(true),
                Lock::Unknown => Some(false),
                Lock::Ours | Lock::Theirs => None,
            };
            if let Some(is_locked) = is_locked {
                let is_link = fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
                let place = if is_link { fs::canonicalize(path)? } else { path.to_owned() };
                return Ok(Some(Self { place, file, is_locked }));
            }
            if started.elapsed() >= patience {
                return Err(JournalError::InUse);
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// The first line.
    pub(super) fn first(&self) -> Result<First, JournalError> {
        First::read(&self.file)
    }

    /// How many whole lines follow the first.
    pub(super) fn verdicts(&mut self) -> io::Result<usize> {
        self.file.seek(SeekFrom::Start(0))?;
        let (mut part, mut lines) = (vec![0; 1 << 16], 0_usize);
        loop {
            match self.file.read(&mut part) {
                Ok(0) => return Ok(lines.saturating_sub(1)),
                Ok(read) => lines += memchr::memchr_iter(b'\n', &part[..read]).count(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Makes it a journal without a verdict.
    pub(super) fn begin(&mut self, header: &Header) -> io::Result<()> {
        self.cut(0)?;
        self.file.write_all(line(header)?.as_bytes())
    }

    /// Ends it here; what is written next follows.
    pub(super) fn cut(&mut self, end: u64) -> io::Result<()> {
        self.file.set_len(end)?;
        self.file.seek(SeekFrom::Start(end)).map(drop)
    }

    /// Puts another first line before these bytes of it.
    pub(super) fn with_first(&mut self, header: &Header, verdicts: Range<u64>) -> io::Result<()> {
        let name = with_end(&self.place, PART);
        self.clear()?;
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(&name)?;
        self.written_again(file, &name, header, verdicts).inspect_err(|_| {
            // It is told what went wrong; what is left of this is cleared away next time.
            let _ = fs::remove_file(&name);
            let _ = self.file.seek(SeekFrom::End(0));
        })
    }

    fn written_again(
        &mut self,
        mut file: File,
        name: &Path,
        header: &Header,
        Range { start, end }: Range<u64>,
    ) -> io::Result<()> {
        // Nobody else can have it yet. It is ours before it is at its place, which is never anybody's.
        let is_locked = matches!(lock(&file), Lock::Ours);
        // Whoever could read the one before can read this one; if that cannot be said, it is its owner's.
        let _ = self.file.metadata().and_then(|before| file.set_permissions(before.permissions()));
        file.write_all(line(header)?.as_bytes())?;
        self.file.seek(SeekFrom::Start(start))?;
        io::copy(&mut (&self.file).take(end.saturating_sub(start)), &mut file)?;
        fs::rename(name, &self.place)?;
        (self.file, self.is_locked) = (file, is_locked);
        Ok(())
    }

    /// Takes away what a kill left while a first line was replaced. It is ours, for it is made only by who holds this file.
    pub(super) fn clear(&self) -> io::Result<()> {
        let name = with_end(&self.place, PART);
        let is_ours = fs::symlink_metadata(&name).is_ok_and(|found| found.is_file())
            && File::open(&name).is_ok_and(|file| First::read(&file).is_ok());
        if is_ours { fs::remove_file(name) } else { Ok(()) }
    }

    /// Moves it beside its place, where another one is begun.
    pub(super) fn keep(self, header: &Header) -> Result<(Self, PathBuf), JournalError> {
        let beside = beside(&self.place)?;
        fs::rename(&self.place, &beside)?;
        let begun =
            Self::made(&self.place).and_then(|mut new| new.begin(header).map(|()| new).map_err(Into::into));
        match begun {
            Ok(new) => Ok((new, beside)),
            Err(error) => {
                if !matches!(error, JournalError::InUse) {
                    // It is not lost, wherever it is.
                    let _ = fs::rename(&beside, &self.place);
                }
                Err(error)
            }
        }
    }

    /// Takes it away; `kept` takes its place again, if nobody goes on with that meanwhile.
    pub(super) fn take_back(&self, kept: Option<&Path>) {
        if self.is_locked && !is_at(&self.file, &self.place) {
            return;
        }
        let kept =
            kept.filter(|kept| Self::open(kept, false, Duration::ZERO).is_ok_and(|kept| kept.is_some()));
        // It is in nobody's way if it stays.
        let _ = match kept {
            Some(kept) => fs::rename(kept, &self.place),
            None => fs::remove_file(&self.place),
        };
    }
}

/// The first line of a journal that somebody else may be writing.
pub(super) fn header_at(path: &Path) -> Option<Header> {
    is_file(path).ok()?;
    First::read(&File::open(path).ok()?).ok()?.header
}

/// A path with more at its end.
pub(super) fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name: OsString = path.into();
    name.push(end);
    name.into()
}

/// That what is there, if anything, is a file: a pipe would be waited for without an end.
fn is_file(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(known) if !known.is_file() => {
            Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file but a folder, a pipe or a device"))
        }
        // It comes to be, or opening it says what is wrong.
        _ => Ok(()),
    }
}

/// Whether the path leads to this very file.
fn is_at(file: &File, path: &Path) -> bool {
    let (Ok(ours), Ok(there)) = (file.metadata(), fs::metadata(path)) else { return false };
    (ours.dev(), ours.ino()) == (there.dev(), there.ino())
}

/// Where a journal is kept: what is there already goes only if it is a journal of work that came to its end.
fn beside(path: &Path) -> Result<PathBuf, JournalError> {
    const MOST: usize = 1_000;
    let places = (1..MOST).map(|n| with_end(path, &if n == 1 { "~".to_owned() } else { format!("~{n}") }));
    for place in places {
        match Held::open(&place, false, Duration::ZERO) {
            Ok(None) => return Ok(place),
            Ok(Some(held)) => {
                if held.first().is_ok_and(|first| first.header.is_some_and(|header| header.ended)) {
                    return Ok(place);
                }
            }
            // It is somebody else's, or in use.
            Err(_) => {}
        }
    }
    let message = format!("there are {MOST} older journals beside it");
    Err(io::Error::new(io::ErrorKind::AlreadyExists, message).into())
}
