//! The two standard streams: what people and programs are told.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::ColorChoice;
use anstream::adapter::StripBytes;

use crate::quiet::{self, Quiet};

/// Text with colours, or without; a stream of `anstream` would write what stands between two colours by itself.
struct Styled {
    inner: BufWriter<io::Stdout>,
    strip: Option<StripBytes>,
}

impl Write for Styled {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.strip {
            None => self.inner.write_all(bytes)?,
            Some(strip) => strip.strip_next(bytes).try_for_each(|plain| self.inner.write_all(plain))?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

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
            let mut out = Quiet::new(io::stderr(), io::stderr().is_terminal());
            // Nobody is left to be told that standard error is closed.
            let _ = out.write_all(format!("{}\n", quiet::json(&text)).as_bytes());
        }
    }

    fn tell(&self, word: &str, color: anstyle::AnsiColor, message: &str) {
        if self.tells_events() {
            self.event(&serde_json::json!({ "event": word, "message": message }));
            return;
        }
        let style = color.on_default().bold();
        // A message may have lines, such as the last words of an adapter; indented, none is taken for a message of ours.
        let lines: Vec<String> = message.lines().map(itf::render::escape).collect();
        // Nobody is left to be told that standard error is closed.
        let _ = writeln!(self.stderr(), "itf: {style}{word}{style:#}: {}", lines.join("\n     "));
    }

    /// Standard error, without colours where they are not wanted.
    pub(crate) fn stderr(&self) -> impl Write {
        anstream::AutoStream::new(io::stderr(), self.color)
    }

    /// Standard output for text, without colours where they are not wanted.
    pub(crate) fn stdout(&self) -> impl Write {
        let color = match self.color {
            ColorChoice::Auto => anstream::AutoStream::choice(&io::stdout()),
            color => color,
        };
        let strip = (color == ColorChoice::Never).then(StripBytes::new);
        let text = Styled { inner: BufWriter::new(io::stdout()), strip };
        Quiet::with_colours(text, io::stdout().is_terminal())
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
