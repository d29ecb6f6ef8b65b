//! Output: standard output or a file for the result.

use std::fs;
use std::io::{self, BufWriter, IsTerminal, Seek, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use itf::{Layout, Trace};

use crate::patience::{AT_ONCE, writing};
use crate::quiet::Quiet;
pub(crate) use crate::terminal::Terminal;
use crate::trouble::{Trouble, Unwritten};

/// Where the result goes: to standard output, or into a file that is complete or not there.
pub(crate) enum Output {
    Standard(Quiet<BufWriter<fs::File>>),
    /// A file without a name: whoever is killed leaves nothing.
    File(BufWriter<fs::File>, PathBuf),
    /// What is no file but a device or a pipe stays what it is.
    Device(BufWriter<fs::File>, PathBuf),
}

impl Output {
    /// Opens the result: the file, if one was asked for.
    pub(crate) fn open(file: Option<&Path>) -> Result<Self, Trouble> {
        let path = match file.map(led_to) {
            None => return Self::standard(),
            Some(path) if path.as_os_str() == crate::input::STDIN => return Self::standard(),
            Some(path) => path,
        };
        let path = path.as_path();
        let opened = |opened: io::Result<fs::File>| {
            opened
                .map(|device| Self::Device(BufWriter::new(device), path.to_owned()))
                .map_err(|e| Trouble::new(format!("cannot write {}: {e}", path.display())))
        };
        match descriptor(path) {
            Some(1) => return Self::standard(),
            Some(2) => {
                let same = io::stderr().as_fd().try_clone_to_owned();
                return opened(same.map(fs::File::from));
            }
            // What is in the file stays, and so does what others write there.
            Some(_) => return opened(fs::OpenOptions::new().append(true).open(path)),
            None => {}
        }
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => {
                let message = format!("cannot write {}: it is a folder, and -o takes a file", path.display());
                return Err(Trouble::new(message));
            }
            // A pipe is opened when somebody reads it.
            Ok(found) if !found.is_file() => {
                return opened(crate::input::waiting(|| fs::OpenOptions::new().write(true).open(path)));
            }
            _ => {}
        }
        Self::anew(path)
    }

    /// Opens a file that takes the place of whatever has this name.
    fn anew(path: &Path) -> Result<Self, Trouble> {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        match tempfile::tempfile_in(folder) {
            Ok(nameless) => Ok(Self::File(BufWriter::new(nameless), path.to_owned())),
            Err(error) => Err(Trouble::new(format!("cannot write into {}: {error}", folder.display()))),
        }
    }

    /// The descriptor itself: `io::stdout()` looks for ends of lines in all it is given, and a trace may be one line.
    fn standard() -> Result<Self, Trouble> {
        let out = fs::File::from(io::stdout().as_fd().try_clone_to_owned()?);
        let is_terminal = out.is_terminal();
        Ok(Self::Standard(Quiet::new(BufWriter::new(out), is_terminal)))
    }

    /// Ends the result; a file gets its name now.
    pub(crate) fn finish(mut self) -> Result<(), Trouble> {
        self.flush()?;
        let Self::File(out, path) = self else { return Ok(()) };
        let trouble = |e: io::Error| Trouble::from(Unwritten::at(&path, e));
        let nameless = out.into_inner().map_err(|e| trouble(e.into_error()))?;
        nameless.sync_all().map_err(trouble)?;
        name(nameless, &path).map_err(trouble)
    }
}

/// Where a path leads: a link stays a link, and what it leads to is written, whether it is there or not.
fn led_to(path: &Path) -> PathBuf {
    /// As many links as Linux follows.
    const MOST: usize = 40;
    let mut at = path.to_owned();
    for _ in 0..MOST {
        // The links of descriptors only look as if they led to a path.
        let next = if descriptor(&at).is_some() { None } else { fs::read_link(&at).ok() };
        let Some(next) = next else { break };
        at = at.parent().unwrap_or(Path::new("")).join(next);
    }
    at
}

/// The number, if it is one of our own descriptors: `/dev/stdout`, `/dev/fd/3`, `/proc/self/fd/3`.
fn descriptor(path: &Path) -> Option<u32> {
    match path.to_str() {
        Some("/dev/stdout") => return Some(1),
        Some("/dev/stderr") => return Some(2),
        _ => {}
    }
    let folder = path.parent()?;
    let ours = folder == Path::new("/dev/fd")
        || fs::canonicalize(folder).ok()? == Path::new(&format!("/proc/{}/fd", std::process::id()));
    path.file_name()?.to_str()?.parse().ok().filter(|_| ours)
}

/// The file that a result is in, if there is one: not standard output, no pipe and no device.
pub(crate) fn file_of(result: Option<&Path>) -> Option<&Path> {
    let path = result.filter(|path| path.as_os_str() != crate::input::STDIN)?;
    let is_stream = || fs::metadata(path).is_ok_and(|found| !found.is_file());
    (descriptor(&led_to(path)).is_none() && !is_stream()).then_some(path)
}

/// What goes wrong says where: an error of a file has its name.
impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(bytes),
            // A disk is waited for, however slow it is.
            Self::File(out, path) => out.write(bytes).map_err(|e| Unwritten::at(path, e)),
            Self::Device(out, path) => {
                let bytes = &bytes[..bytes.len().min(AT_ONCE)];
                writing(|| out.write(bytes)).map_err(|e| Unwritten::at(path, e))
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::File(out, path) => out.flush().map_err(|e| Unwritten::at(path, e)),
            Self::Device(out, path) => writing(|| out.flush()).map_err(|e| Unwritten::at(path, e)),
        }
    }
}

/// Gives a file without a name that of `path`. Where something is there already it gets one beside it, for the moment before it
/// takes its place: only who is killed in that moment leaves a file, and that is whole.
fn name(mut nameless: fs::File, path: &Path) -> io::Result<()> {
    use std::os::fd::AsRawFd;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let held = format!("/proc/self/fd/{}", nameless.as_raw_fd());
    let link = |name: &Path| {
        let (from, flags) = (rustix::fs::CWD, rustix::fs::AtFlags::SYMLINK_FOLLOW);
        Ok(rustix::fs::linkat(from, &held, from, name, flags)?)
    };
    readable_as_before(&nameless, path)?;
    if link(path).is_ok() {
        return Ok(());
    }
    if let Ok(linked) = tempfile::Builder::new().make_in(folder, link) {
        return Ok(linked.into_temp_path().persist(path)?);
    }
    // Not every file system knows files without names, and not every system can give them one later.
    let mut copy = tempfile::NamedTempFile::new_in(folder)?;
    nameless.seek(io::SeekFrom::Start(0))?;
    io::copy(&mut nameless, copy.as_file_mut())?;
    readable_as_before(copy.as_file(), path)?;
    copy.as_file().sync_all()?;
    Ok(copy.into_temp_path().persist(path)?)
}

/// A temporary file is its owner's only. What takes the place of a file is whose that was, and as readable; what is new is
/// everybody's to read, as far as the umask allows.
fn readable_as_before(file: &fs::File, before: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    // Of a link nothing is taken: what it leads to is not replaced.
    if let Some(before) = fs::symlink_metadata(before).ok().filter(fs::Metadata::is_file) {
        // Only root may give files away; for others it is theirs already, or cannot be helped.
        let _ = std::os::unix::fs::fchown(file, Some(before.uid()), Some(before.gid()));
        return file.set_permissions(before.permissions());
    }
    let umask = rustix::process::umask(rustix::fs::Mode::empty());
    rustix::process::umask(umask);
    file.set_permissions(fs::Permissions::from_mode(0o666 & !umask.bits()))
}

/// Writes a file that somebody named, by temporary file and rename: a link stays a link.
pub(crate) fn write_file(path: &Path, content: &[u8]) -> Result<(), Trouble> {
    written(Output::open(Some(path))?, content)
}

/// Writes a file under a name that we made, in a folder that somebody named. It takes the place of what was there: a link,
/// which somebody else may have put there, is not followed out of the folder, nor is a pipe waited for.
pub(crate) fn write_anew(path: &Path, content: &[u8]) -> Result<(), Trouble> {
    written(Output::anew(path)?, content)
}

fn written(mut out: Output, content: &[u8]) -> Result<(), Trouble> {
    out.write_all(content)?;
    out.finish()
}

/// Writes traces as one document, or as NDJSON if there are several.
pub(crate) fn write_traces<'a>(
    out: &mut impl Write,
    traces: impl IntoIterator<Item = &'a Trace>,
) -> Result<(), Trouble> {
    for trace in traces {
        itf::write(out, trace, Layout::Compact)?;
    }
    Ok(())
}

/// Makes a folder for results, if it is not there.
pub(crate) fn make_folder(path: &Path) -> Result<(), Trouble> {
    fs::create_dir_all(path)
        .map_err(|e| Trouble::new(format!("cannot make the folder {}: {e}", path.display())))
}

/// `no traces`, `1 trace`, `2 traces`.
pub(crate) fn counted(count: usize, word: &str) -> String {
    match count {
        0 => format!("no {word}s"),
        1 => format!("1 {word}"),
        _ => format!("{count} {word}s"),
    }
}
