//! Checking one file.

mod large;
mod schema;

use std::cell::OnceCell;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use itf::check::{Finding, Severity, check_with, locate};
use itf::{Document, ErrorKind, Place, ReadError, is_packed};

use super::found::{FileReport, Found, Spot, What};
use super::properties::Outcome;
use super::settings::Settings;
use crate::input::{At, Input, Piped, STDIN};
use crate::output::Terminal;
use crate::trouble::Trouble;

/// Files of at least so many bytes are not held in memory unless something in them must be located.
const LARGE: u64 = 8 << 20;

/// Bytes that are read around a place of a large file to show its line.
const WINDOW: usize = 512;

/// Checks the file at `path`, or standard input.
pub(super) fn file(path: &Path, settings: &Settings, terminal: &Terminal) -> FileReport {
    let mut report = FileReport::new(&path.display().to_string());
    let text = match Text::open(path, &mut report.name, terminal) {
        Ok(text) => text,
        Err(trouble) => {
            report.trouble = Some(trouble.to_string());
            return report;
        }
    };
    let mut reader = crate::limits::reader();
    let Some(file) = &text.file else {
        let bytes = text.bytes().unwrap_or_default();
        reader.documents(bytes).for_each(|read| one(&read, &text, settings, &mut report));
        return report;
    };
    if !settings.need_all()
        && let Some(report) = large::file(file, &text, settings, &report.name)
    {
        return report;
    }
    reader.documents_from(At::start(file)).for_each(|read| one(&read, &text, settings, &mut report));
    report
}

/// The text of a file, as far as somebody asks for it.
struct Text {
    /// A file that is large enough not to be held in memory.
    file: Option<File>,
    bytes: OnceCell<Option<Vec<u8>>>,
}

impl Text {
    /// Opens the file at `path`. Of standard input that is large, a file without a name is made; standard input gets the
    /// name that it has in messages.
    fn open(path: &Path, name: &mut String, terminal: &Terminal) -> Result<Self, Trouble> {
        let large = |file| Self { file: Some(file), bytes: OnceCell::new() };
        if path.as_os_str() == STDIN {
            let (known, bytes) = crate::input::stdin_up_to(LARGE, terminal)?;
            known.clone_into(name);
            return match bytes {
                Piped::All(bytes) => Ok(Self { file: None, bytes: OnceCell::from(Some(bytes)) }),
                Piped::File(file) => Ok(large(file)),
            };
        }
        if fs::metadata(path).is_ok_and(|known| known.is_file() && known.len() >= LARGE) {
            return File::open(path)
                .map(large)
                .map_err(|error| Trouble::new(format!("cannot read {}: {error}", path.display())));
        }
        let input = Input::read(path, terminal)?;
        *name = input.name;
        Ok(Self { file: None, bytes: OnceCell::from(Some(input.bytes)) })
    }

    /// All bytes, packed or not.
    fn bytes(&self) -> Option<&[u8]> {
        let whole = || {
            let mut bytes = Vec::new();
            At::start(self.file.as_ref()?).read_to_end(&mut bytes).ok().map(|_| bytes)
        };
        self.bytes.get_or_init(whole).as_deref()
    }

    /// All of the text, if the file is text.
    fn whole(&self) -> Option<&[u8]> {
        self.bytes().filter(|bytes| !is_packed(bytes))
    }

    /// A place in a trace, with its line if that is shown.
    fn spot(&self, path: &itf::Path, place: Option<Place>, settings: &Settings) -> Spot {
        let line = place.as_ref().filter(|_| settings.lines).and_then(|place| self.line(place));
        Spot { path: path.to_string(), place, line, file: None }
    }

    /// The line with carets under a place.
    fn line(&self, place: &Place) -> Option<String> {
        if let Some(known) = self.bytes.get() {
            let bytes = known.as_deref().filter(|bytes| !is_packed(bytes))?;
            return Some(Terminal::source_line(bytes, place.offset, place.line));
        }
        let mut file = At::start(self.file.as_ref()?);
        let mut head = [0; 4];
        file.read_exact(&mut head).ok()?;
        if is_packed(&head) {
            return None;
        }
        let from = place.offset.saturating_sub(WINDOW);
        file.seek(SeekFrom::Start(from as u64)).ok()?;
        let mut window = Vec::new();
        file.take(2 * WINDOW as u64).read_to_end(&mut window).ok()?;
        Some(Terminal::source_line(&window, place.offset - from, place.line))
    }
}

/// Checks what was read of one trace.
fn one(read: &Result<Document, ReadError>, text: &Text, settings: &Settings, report: &mut FileReport) {
    let findings = match read {
        Ok(document) => check_with(document, &settings.levels),
        Err(error) if matches!(error.kind(), ErrorKind::Io { .. }) => {
            report.trouble = Some(format!("{}: {}", report.name, error.kind()));
            return;
        }
        Err(error) if error.kind().is_limit() => return too_much(error, text, settings, report),
        Err(error) => vec![Finding::from(error)],
    };
    report.traces += 1;
    let trace = report.traces;
    let mut is_invalid = findings.iter().any(|finding| finding.severity == Severity::Error);
    let spot = |path: &itf::Path, place: Option<Place>| {
        let known = || locate(text.whole()?, read.as_ref().ok()?, path);
        text.spot(path, place.or_else(known), settings)
    };
    tell(findings, &spot, settings, report);
    let Ok(document) = read else {
        report.invalid += 1;
        return;
    };
    let by_schema = schema::check(document, text, settings, (&report.name, trace));
    is_invalid |= by_schema.iter().any(Found::is_error);
    report.found.extend(by_schema);
    report.invalid += usize::from(is_invalid);
    if settings.together {
        report.kept.push((trace, document.trace.clone()));
    }
    let last = document.trace.states.last();
    if !settings.properties.is_empty()
        && document.trace.states.len() > 1
        && last.is_some_and(|state| state.value.is_empty())
    {
        let last = document.trace.states.len() - 1;
        report.remarks.push(format!(
            "{}#{trace}: state {last}, the last, holds nothing (ITF023): properties are not asked of it",
            report.name
        ));
    }
    for outcome in settings.properties.check(&document.trace) {
        let (what, message, state) = match outcome {
            Outcome::Fails { kind, text, state, verdict, reasons } => {
                (What::Property { kind, reasons }, format!("{kind} `{text}` {verdict}"), Some(state))
            }
            Outcome::Undecided { message, excerpt } => (What::Undecided { excerpt }, message, None),
        };
        let path = state.map(|state| itf::Path::root().field("states").index(state));
        let place = path.map(|path| spot(&path, None)).unwrap_or_default();
        let (severity, more, related) = (Severity::Error, Vec::new(), Vec::new());
        report.found.push(Found { trace, what, severity, message, place, more, count: 1, related });
    }
}

/// A trace that is beyond a limit of ours: whether it is valid was not found out.
fn too_much(error: &ReadError, text: &Text, settings: &Settings, report: &mut FileReport) {
    report.traces += 1;
    report.found.push(Found {
        trace: report.traces,
        what: What::TooMuch { told: crate::input::told(&report.name, error) },
        severity: Severity::Error,
        message: error.message(),
        place: text.spot(&error.place().path, Some(error.place().clone()), settings),
        more: Vec::new(),
        count: 1,
        related: Vec::new(),
    });
}

/// Puts what was found in the last trace into the report.
fn tell(
    findings: Vec<Finding>,
    spot: &dyn Fn(&itf::Path, Option<Place>) -> Spot,
    settings: &Settings,
    report: &mut FileReport,
) {
    for finding in findings {
        if finding.severity == Severity::Note && !settings.notes {
            report.unseen_notes += 1;
            continue;
        }
        report.found.push(Found {
            trace: report.traces,
            what: What::Rule(finding.code.rule()),
            severity: finding.severity,
            place: spot(&finding.path, finding.place),
            more: finding.more.iter().map(|path| spot(path, None)).collect(),
            count: finding.count,
            related: finding.related.iter().map(|path| spot(path, None)).collect(),
            message: finding.message,
        });
    }
}
