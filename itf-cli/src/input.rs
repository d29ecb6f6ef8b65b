//! Input: files, or standard input.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use itf::{Document, Documents, ErrorKind, ReadError, Reader};

use crate::exit::Answer;
use crate::output::Terminal;
use crate::trouble::Trouble;

/// How many threads wait for somebody else who may never come: a writer of a pipe, or its reader.
static WAITS: AtomicUsize = AtomicUsize::new(0);

/// Whether there are such. Who is asked to end then has nothing to finish.
pub(crate) fn is_waiting() -> bool {
    WAITS.load(Ordering::Relaxed) > 0
}

/// One of them, however it ends.
struct Waits;

impl Waits {
    fn begin() -> Self {
        WAITS.fetch_add(1, Ordering::Relaxed);
        Self
    }
}

impl Drop for Waits {
    fn drop(&mut self) {
        WAITS.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Does what may wait so.
pub(crate) fn waiting<T>(what: impl FnOnce() -> T) -> T {
    let _waits = Waits::begin();
    what()
}

/// One input, read.
pub(crate) struct Input {
    /// Its name for messages: the path as it was given, or `<stdin>`.
    pub(crate) name: String,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

/// Standard input, by the name that stands for it.
pub(crate) const STDIN: &str = "-";

impl Input {
    /// Reads a file, or standard input for `-`, or what git has for `REVISION:PATH`.
    pub(crate) fn read(path: &Path, terminal: &Terminal) -> Result<Self, Trouble> {
        waiting(|| Self::wait_for(path, terminal))
    }

    fn wait_for(path: &Path, terminal: &Terminal) -> Result<Self, Trouble> {
        if path.as_os_str() == STDIN {
            if io::stdin().is_terminal() {
                terminal.note("reading a trace from the terminal; end it with Ctrl-D");
            }
            let bytes = held("<stdin>", io::stdin().lock(), "cannot read standard input")?;
            return Ok(Self { name: "<stdin>".into(), bytes });
        }
        if path.is_dir() {
            return Err(crate::folder::refused(path));
        }
        let name = path.display().to_string();
        match File::open(path) {
            Ok(file) => Ok(Self { bytes: held(&name, file, &format!("cannot read {name}"))?, name }),
            Err(error) => Ok(Self { bytes: versioned(&name, &error)?, name }),
        }
    }
}

/// What an input holds that is in memory as a whole, up to the limit; a device without an end may be behind any name.
fn held(name: &str, mut input: impl Read, cannot: &str) -> Result<Vec<u8>, Trouble> {
    /// So much of nothing is no text, and will not become one.
    const BEGINNING: u64 = 4096;
    let trouble = |e: io::Error| Trouble::new(format!("{cannot}: {e}"));
    let most = crate::limits::held();
    let mut bytes = Vec::new();
    input.by_ref().take(BEGINNING).read_to_end(&mut bytes).map_err(trouble)?;
    if bytes.len() as u64 == BEGINNING && bytes.iter().all(|byte| *byte == 0) {
        return Err(Trouble::new(format!("{name}: no text: it begins with {BEGINNING} zeros")));
    }
    // One more than is allowed tells that there is more.
    let rest = most.saturating_add(1).saturating_sub(bytes.len() as u64);
    input.take(rest).read_to_end(&mut bytes).map_err(trouble)?;
    if bytes.len() as u64 > most {
        let error = ErrorKind::TooManyBytes(most);
        return Err(Trouble::new(format!("{name}: {error}{}", crate::limits::option(&error))));
    }
    Ok(bytes)
}

/// Standard input that is read to its end.
pub(crate) enum Piped {
    /// All of it, as it is small.
    All(Vec<u8>),
    /// A file without a name, which is gone with the process: it can be read again where memory would not do.
    File(File),
}

/// Standard input, and its name in messages: in memory if it is smaller than `most`, or else in a file.
pub(crate) fn stdin_up_to(most: u64, terminal: &Terminal) -> Result<(&'static str, Piped), Trouble> {
    if io::stdin().is_terminal() {
        terminal.note("reading a trace from the terminal; end it with Ctrl-D");
    }
    let trouble = |e: io::Error| Trouble::new(format!("cannot read standard input: {e}"));
    // At once, what may come to it: grown step by step it is there twice.
    let mut bytes = Vec::with_capacity(usize::try_from(most.min(16 << 20)).unwrap_or_default() + 64);
    io::stdin().lock().take(most).read_to_end(&mut bytes).map_err(trouble)?;
    if (bytes.len() as u64) < most {
        return Ok(("<stdin>", Piped::All(bytes)));
    }
    let folder = std::env::temp_dir();
    let trouble = |e: io::Error| {
        Trouble::new(format!("cannot keep standard input in {} to read it again: {e}", folder.display()))
    };
    let mut file = tempfile::tempfile().map_err(trouble)?;
    file.write_all(&bytes).map_err(trouble)?;
    drop(bytes);
    let most = crate::limits::limits().bytes.saturating_add(1);
    io::copy(&mut io::stdin().lock().take(most), &mut file).map_err(trouble)?;
    Ok(("<stdin>", Piped::File(file)))
}

/// A position of its own in a file that others read as well.
pub(crate) struct At<'a> {
    file: &'a File,
    at: u64,
}

impl<'a> At<'a> {
    /// The start of the file.
    pub(crate) fn start(file: &'a File) -> Self {
        Self { file, at: 0 }
    }
}

impl Read for At<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read_at(buffer, self.at)?;
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for At<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.file.metadata()?.len().checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

/// What git has for `REVISION:PATH`, where no file of this name could be read. A file comes first, should one have it.
pub(crate) fn versioned(name: &str, error: &io::Error) -> Result<Vec<u8>, Trouble> {
    if error.kind() == io::ErrorKind::NotFound && name.contains(':') {
        let trouble = |trouble: Trouble| Trouble::new(format!("cannot read {name}: {trouble}"));
        return crate::git::content(name).map_err(trouble);
    }
    Err(Trouble::new(format!("cannot read {name}: {error}")))
}

/// The traces of a file, of standard input for `-`, or of `REVISION:PATH`, and its name. Of the text of a file no more is
/// held than some megabytes: that is less than a mapped file would ask for, and nobody who shortens the file meanwhile can
/// end the process.
pub(crate) fn documents<'r>(
    path: &Path,
    reader: &'r mut Reader,
    terminal: &Terminal,
) -> Result<(String, Documents<'r>), Trouble> {
    if path.as_os_str() == STDIN {
        if io::stdin().is_terminal() {
            terminal.note("reading a trace from the terminal; end it with Ctrl-D");
        }
        return Ok(("<stdin>".into(), reader.documents_from(io::stdin().lock())));
    }
    if path.is_dir() {
        return Err(crate::folder::refused(path));
    }
    let name = path.display().to_string();
    match File::open(path) {
        Ok(file) => Ok((name, reader.documents_from(file))),
        Err(error) => {
            let bytes = versioned(&name, &error)?;
            Ok((name, reader.documents_from(io::Cursor::new(bytes))))
        }
    }
}

/// What is said of an error in the input `name`.
pub(crate) fn told(name: &str, error: &ReadError) -> String {
    match error.kind() {
        ErrorKind::Io { message, .. } => format!("cannot read {name}: {message}"),
        ErrorKind::NotATrace(said) if said.contains("does not begin") => {
            format!("{name}:{error}; `itf convert` reads what TLC and Apalache print")
        }
        kind => format!("{name}:{error}{}", crate::limits::option(kind)),
    }
}

/// A trace and where it is from.
pub(crate) struct Source {
    /// `file`, or `file#3` for the third of several traces.
    pub(crate) name: String,
    /// The trace as read.
    pub(crate) document: Document,
}

/// The name of a trace: the file's, with a number if it is one of several.
pub(crate) fn numbered(name: &str, number: usize, of_many: bool) -> String {
    if of_many { format!("{name}#{number}") } else { name.to_owned() }
}

/// Whether standard input is among what is read.
pub(crate) fn reads_stdin(files: &[PathBuf]) -> bool {
    files.is_empty() || files.iter().any(|path| path.as_os_str() == STDIN)
}

/// The paths to read: standard input if none was given, and for a folder the traces in it.
pub(crate) fn or_stdin(files: &[PathBuf], terminal: &Terminal) -> Vec<PathBuf> {
    if files.is_empty() {
        return vec![PathBuf::from(STDIN)];
    }
    let mut all: Vec<PathBuf> = Vec::with_capacity(files.len());
    for path in files {
        if path.as_os_str() == STDIN && all.contains(path) {
            terminal.note("standard input is named more than once, and read once");
            continue;
        }
        // Whoever reads a folder without traces will say what is wrong with it.
        let mut found = Vec::new();
        if path.is_dir()
            && let Ok(inside) = crate::folder::inside(path, &[])
        {
            inside.tell(path, terminal);
            found = inside.files;
        }
        if found.is_empty() {
            found.push(path.clone());
        }
        all.append(&mut found);
    }
    all
}

/// All traces of all inputs. What cannot be read is told and remembered in the answer; the rest is there.
pub(crate) fn traces(files: &[PathBuf], reader: &mut Reader, terminal: &Terminal) -> (Vec<Source>, Answer) {
    waiting(|| all_traces(files, reader, terminal))
}

fn all_traces(files: &[PathBuf], reader: &mut Reader, terminal: &Terminal) -> (Vec<Source>, Answer) {
    let mut sources = Vec::new();
    let mut answer = Answer::Yes;
    for path in or_stdin(files, terminal) {
        let (name, documents) = match documents(&path, reader, terminal) {
            Ok(opened) => opened,
            Err(trouble) => {
                terminal.complain(&trouble.to_string());
                answer = Answer::Trouble;
                continue;
            }
        };
        // What cannot be read is a trace that counts: a number means the same trace whoever is asked.
        let (first, mut numbers, mut found) = (sources.len(), Vec::new(), 0_usize);
        for read in documents {
            found += 1;
            match read {
                Ok(document) => {
                    numbers.push(found);
                    sources.push(Source { name: name.clone(), document });
                }
                Err(error) => {
                    terminal.complain(&told(&name, &error));
                    answer = Answer::Trouble;
                }
            }
        }
        if found == 0 {
            terminal.note(&format!("{name}: no traces"));
        }
        for (number, source) in numbers.into_iter().zip(&mut sources[first..]) {
            source.name = numbered(&name, number, found > 1);
        }
    }
    (sources, answer)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::{is_waiting, waiting};

    #[test]
    fn one_that_has_come_does_not_end_the_waiting_of_another() {
        let (come, wait) = mpsc::channel::<()>();
        let (begun, has_begun) = mpsc::channel::<()>();
        let other = std::thread::spawn(move || {
            waiting(|| {
                begun.send(()).expect("somebody listens");
                wait.recv().expect("it comes");
            });
        });
        waiting(|| has_begun.recv().expect("it begins"));
        assert!(is_waiting());
        assert!(std::panic::catch_unwind(|| waiting(|| panic!("on purpose"))).is_err());
        come.send(()).expect("it waits");
        other.join().expect("it ends");
        assert!(!is_waiting());
    }
}
