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
            Err(_) if is_revision(path) => {
                let bytes = revision(&name)?;
                Ok(Self { name, bytes })
            }
            Err(error) => Err(Trouble::new(format!("cannot read {name}: {error}"))),
        }
    }
}

/// Whether this may be what git has for `REVISION:PATH`: a file comes first, should one have such a name.
fn is_revision(path: &Path) -> bool {
    path.to_string_lossy().contains(':') && !path.exists()
}

fn revision(name: &str) -> Result<Vec<u8>, Trouble> {
    crate::git::content(name).map_err(|trouble| Trouble::new(format!("cannot read {name}: {trouble}")))
}

/// The traces of a file, or of standard input for `-`, and its name. Of the text no more is held than some megabytes: that
/// is less than a mapped file would ask for, and nobody who shortens the file meanwhile can end the process.
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
        Err(_) if is_revision(path) => {
            let bytes = revision(&name)?;
            Ok((name, reader.documents_from(io::Cursor::new(bytes))))
        }
        Err(error) => Err(Trouble::new(format!("cannot read {name}: {error}"))),
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
