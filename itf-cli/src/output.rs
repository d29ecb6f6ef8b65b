//! Output: standard output or a file for the result, standard error for people.

use std::fs;
use std::io::{self, BufWriter, IsTerminal, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::ColorChoice;
use itf::{Layout, Trace};

use crate::quiet::Quiet;
use crate::trouble::Trouble;

/// What is known of the two standard streams.
pub(crate) struct Terminal {
    color: ColorChoice,
    /// Whether what is told is told to a program.
    events: AtomicBool,
}

impl Terminal {
    pub(crate) fn new(color: ColorChoice) -> Self {
        Self { color, events: AtomicBool::new(false) }
    }

    /// When colours are wanted.
    pub(crate) fn color(&self) -> ColorChoice {
        self.color
    }

    /// Tells the user of trouble.
    pub(crate) fn complain(&self, message: &str) {
        self.tell("error", anstyle::AnsiColor::Red, message);
    }

    /// Tells the user something that is no result.
    pub(crate) fn note(&self, message: &str) {
        self.tell("note", anstyle::AnsiColor::Cyan, message);
    }

    /// From here on everything is told to a program: one JSON document a line.
    pub(crate) fn tell_events(&self) {
        self.events.store(true, Ordering::Relaxed);
    }

    /// Whether it is.
    pub(crate) fn tells_events(&self) -> bool {
        self.events.load(Ordering::Relaxed)
    }

    /// Tells a program, if there is one.
    pub(crate) fn event(&self, event: &impl serde::Serialize) {
        if self.tells_events()
            && let Ok(text) = serde_json::to_string(event)
        {
            let mut quiet = Quiet::new(io::stderr(), io::stderr().is_terminal());
            // Nobody is left to be told that standard error is closed.
            let _ = quiet.write_all(format!("{text}\n").as_bytes());
        }
    }

    fn tell(&self, word: &str, color: anstyle::AnsiColor, message: &str) {
        if self.tells_events() {
            self.event(&serde_json::json!({ "event": word, "message": message }));
            return;
        }
        let style = color.on_default().bold();
        // A message may have lines, such as the last words of an adapter; indented, none is taken for a message of ours.
        // Nor for a command of GitHub's runner, which looks for them behind white space, too.
        let quiet = |line: &str| match line.trim_start().strip_prefix("::") {
            Some(rest) => format!("\\u{{3a}}:{}", itf::render::escape(rest)),
            None => itf::render::escape(line),
        };
        let lines: Vec<String> = message.lines().map(quiet).collect();
        // Nobody is left to be told that standard error is closed.
        let _ = writeln!(self.stderr(), "itf: {style}{word}{style:#}: {}", lines.join("\n     "));
    }

    /// Standard error, without colours where they are not wanted.
    pub(crate) fn stderr(&self) -> impl Write {
        anstream::AutoStream::new(io::stderr(), self.color)
    }

    /// Standard output for text, without colours where they are not wanted.
    pub(crate) fn stdout(&self) -> impl Write {
        let is_terminal = io::stdout().is_terminal();
        Quiet::with_colours(BufWriter::new(anstream::AutoStream::new(io::stdout(), self.color)), is_terminal)
    }

    /// The width for text: that of the terminal, or 100 where there is none.
    pub(crate) fn width() -> usize {
        terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0).max(40))
    }

    /// The columns of the terminal that standard output is, or standard error; none where it is no terminal.
    pub(crate) fn columns(is_stderr: bool) -> Option<usize> {
        let is_terminal = if is_stderr { io::stderr().is_terminal() } else { io::stdout().is_terminal() };
        is_terminal.then(Self::width)
    }

    /// The line of `text` around a place, for standard output.
    pub(crate) fn source_line(text: &[u8], at: usize, line: usize) -> String {
        match Self::columns(false) {
            Some(columns) => itf::render::source_line_within(text, at, line, columns),
            None => itf::render::source_line(text, at, line),
        }
    }

    /// The report of an error in an expression, for standard error.
    pub(crate) fn report(error: &itf::expr::Error, text: &str) -> String {
        match Self::columns(true) {
            Some(columns) => error.report_within(text, columns),
            None => error.report(text),
        }
    }

    /// The lines of a screen, without one for the prompt; 60 where there is no terminal.
    pub(crate) fn lines() -> usize {
        terminal_size::terminal_size().map_or(60, |(_, height)| usize::from(height.0).saturating_sub(1))
    }

    /// Whether progress can be shown.
    pub(crate) fn shows_progress() -> bool {
        io::stderr().is_terminal()
    }
}

/// Where the result goes: to standard output, or into a file that is complete or not there.
pub(crate) enum Output {
    Standard(Quiet<BufWriter<io::Stdout>>),
    /// A file without a name: whoever is killed leaves nothing.
    File(BufWriter<fs::File>, PathBuf),
    /// What is no file but a device or a pipe stays what it is.
    Device(BufWriter<fs::File>),
}

impl Output {
    /// Opens the result: the file, if one was asked for.
    pub(crate) fn open(file: Option<&Path>) -> Result<Self, Trouble> {
        let path = match file.map(led_to) {
            None => return Ok(Self::standard()),
            Some(path) if path.as_os_str() == crate::input::STDIN => return Ok(Self::standard()),
            Some(path) => path,
        };
        let path = path.as_path();
        let opened = |opened: io::Result<fs::File>| {
            opened
                .map(|device| Self::Device(BufWriter::new(device)))
                .map_err(|e| Trouble::new(format!("cannot write {}: {e}", path.display())))
        };
        match descriptor(path) {
            Some(1) => return Ok(Self::standard()),
            Some(2) => {
                let same = std::os::fd::AsFd::as_fd(&io::stderr()).try_clone_to_owned();
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
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        match tempfile::tempfile_in(folder) {
            Ok(nameless) => Ok(Self::File(BufWriter::new(nameless), path.to_owned())),
            Err(error) => Err(Trouble::new(format!("cannot write into {}: {error}", folder.display()))),
        }
    }

    fn standard() -> Self {
        let is_terminal = io::stdout().is_terminal();
        Self::Standard(Quiet::new(BufWriter::new(io::stdout()), is_terminal))
    }

    /// Ends the result; a file gets its name now.
    pub(crate) fn finish(self) -> Result<(), Trouble> {
        match self {
            Self::Standard(mut out) => Ok(out.flush()?),
            Self::Device(mut out) => Ok(out.flush()?),
            Self::File(out, path) => {
                let trouble = |e: String| Trouble::new(format!("cannot write {}: {e}", path.display()));
                let nameless = out.into_inner().map_err(|e| trouble(e.to_string()))?;
                nameless.sync_all().map_err(|e| trouble(e.to_string()))?;
                let named = named(nameless, &path).map_err(|e| trouble(e.to_string()))?;
                readable_as_before(&named, &path).map_err(|e| trouble(e.to_string()))?;
                named.persist(&path).map_err(|e| trouble(e.to_string()))
            }
        }
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

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(bytes),
            Self::File(out, _) | Self::Device(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::File(out, _) | Self::Device(out) => out.flush(),
        }
    }
}

/// Gives a file without a name one beside `path`, for the moment before it takes the place of `path`.
fn named(mut nameless: fs::File, path: &Path) -> io::Result<tempfile::TempPath> {
    use std::os::fd::AsRawFd;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let held = format!("/proc/self/fd/{}", nameless.as_raw_fd());
    let linked = tempfile::Builder::new().make_in(folder, |name| {
        let (from, flags) = (rustix::fs::CWD, rustix::fs::AtFlags::SYMLINK_FOLLOW);
        Ok(rustix::fs::linkat(from, &held, from, name, flags)?)
    });
    if let Ok(linked) = linked {
        return Ok(linked.into_temp_path());
    }
    // Not every file system knows files without names, and not every system can give them one later.
    let mut copy = tempfile::NamedTempFile::new_in(folder)?;
    nameless.seek(io::SeekFrom::Start(0))?;
    io::copy(&mut nameless, copy.as_file_mut())?;
    copy.as_file().sync_all()?;
    Ok(copy.into_temp_path())
}

/// A temporary file is its owner's only. What takes the place of a file is whose that was, and as readable; what is new is
/// everybody's to read, as far as the umask allows.
fn readable_as_before(path: &Path, before: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    if let Ok(before) = fs::metadata(before) {
        // Only root may give files away; for others it is theirs already, or cannot be helped.
        let _ = std::os::unix::fs::chown(path, Some(before.uid()), Some(before.gid()));
        return fs::set_permissions(path, before.permissions());
    }
    let umask = rustix::process::umask(rustix::fs::Mode::empty());
    rustix::process::umask(umask);
    fs::set_permissions(path, fs::Permissions::from_mode(0o666 & !umask.bits()))
}

/// Writes a trace as the only one of its file, by temporary file and rename.
pub(crate) fn write_file(path: &Path, content: &[u8]) -> Result<(), Trouble> {
    let mut out = Output::open(Some(path))?;
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
