//! Input: files, or standard input.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use itf::{Document, Documents, ErrorKind, Reader};

use crate::exit::Answer;
use crate::output::Terminal;
use crate::trouble::Trouble;

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
        if path.as_os_str() == STDIN {
            if io::stdin().is_terminal() {
                terminal.note("reading a trace from the terminal; end it with Ctrl-D");
            }
            let mut bytes = Vec::new();
            let read = io::stdin().lock().read_to_end(&mut bytes);
            read.map_err(|e| Trouble::new(format!("cannot read standard input: {e}")))?;
            return Ok(Self { name: "<stdin>".into(), bytes });
        }
        let name = path.display().to_string();
        match fs::read(path) {
            Ok(bytes) => Ok(Self { name, bytes }),
            Err(error) => Ok(Self { bytes: versioned(&name, &error)?, name }),
        }
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
fn documents<'r>(
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
    let name = path.display().to_string();
    match File::open(path) {
        Ok(file) => Ok((name, reader.documents_from(file))),
        Err(error) => {
            let bytes = versioned(&name, &error)?;
            Ok((name, reader.documents_from(io::Cursor::new(bytes))))
        }
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

/// The paths to read: standard input if none was given.
pub(crate) fn or_stdin(files: &[PathBuf]) -> Vec<PathBuf> {
    if files.is_empty() { vec![PathBuf::from(STDIN)] } else { files.to_vec() }
}

/// All traces of all inputs. What cannot be read is told and remembered in the answer; the rest is there.
pub(crate) fn traces(files: &[PathBuf], reader: &mut Reader, terminal: &Terminal) -> (Vec<Source>, Answer) {
    let mut sources = Vec::new();
    let mut answer = Answer::Yes;
    for path in or_stdin(files) {
        let (name, documents) = match documents(&path, reader, terminal) {
            Ok(opened) => opened,
            Err(trouble) => {
                terminal.complain(&trouble.to_string());
                answer = Answer::Trouble;
                continue;
            }
        };
        let first = sources.len();
        for read in documents {
            match read {
                Ok(document) => sources.push(Source { name: name.clone(), document }),
                Err(error) => {
                    match error.kind() {
                        ErrorKind::Io { message, .. } => {
                            terminal.complain(&format!("cannot read {name}: {message}"));
                        }
                        _ => terminal.complain(&format!("{name}:{error}")),
                    }
                    answer = Answer::Trouble;
                }
            }
        }
        match sources.len() - first {
            0 if answer == Answer::Yes => terminal.note(&format!("{name}: no traces")),
            0 | 1 => {}
            _ => {
                for (number, source) in (1..).zip(&mut sources[first..]) {
                    source.name = format!("{name}#{number}");
                }
            }
        }
    }
    (sources, answer)
}
