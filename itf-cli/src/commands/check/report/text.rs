//! For people: what was found, with the line it is in.

use std::collections::BTreeMap;
use std::io::Write;

use anstyle::{AnsiColor, Style};
use itf::check::Severity;
use itf::render::escape;

use super::super::found::{FileReport, Found, Summary, What};
use super::{Report, places, style};
use crate::output::counted;
use crate::trouble::Trouble;

/// With so many files that something was found in, a table says what it was in all of them together.
const TABLE: usize = 3;

pub(super) struct Text {
    /// Whether notes are shown.
    notes: bool,
    /// What was found: in how many files, and in how many places.
    totals: BTreeMap<(Severity, &'static str, &'static str), (usize, usize)>,
    files: usize,
}

impl Text {
    pub(super) fn new(notes: bool) -> Self {
        Self { notes, totals: BTreeMap::new(), files: 0 }
    }

    fn add(&mut self, report: &FileReport) {
        let mut here: BTreeMap<_, usize> = BTreeMap::new();
        for found in &report.found {
            *here.entry((found.severity, found.what.id(), found.what.name())).or_default() += found.count;
        }
        self.files += usize::from(!here.is_empty());
        for (key, count) in here {
            let (files, places) = self.totals.entry(key).or_default();
            *files += 1;
            *places += count;
        }
    }

    fn table(&self, out: &mut dyn Write) -> Result<(), Trouble> {
        let width = self.totals.keys().map(|(_, _, name)| name.len()).max().unwrap_or(0);
        let bold = Style::new().bold();
        let id = self.totals.keys().map(|(_, id, _)| id.len()).max().unwrap_or(0);
        let head =
            format!("{:8}  {:id$}  {:width$}  {:>6}  {:>7}", "severity", "code", "name", "files", "places");
        writeln!(out, "{bold}{head}{bold:#}")?;
        for ((severity, code, name), (files, places)) in &self.totals {
            let style = style(*severity);
            writeln!(out, "{style}{severity:8}{style:#}  {code:id$}  {name:width$}  {files:6}  {places:7}")?;
        }
        writeln!(out)?;
        Ok(())
    }
}

impl Report for Text {
    fn file(&mut self, report: &FileReport, out: &mut dyn Write) -> Result<(), Trouble> {
        self.add(report);
        let told = |found: &&Found| !found.is_undecided();
        let mut any = false;
        for found in report.found.iter().filter(told) {
            any = true;
            match &found.what {
                What::Property { reasons, .. } => property(found, reasons, report, out)?,
                _ => finding(found, report, out)?,
            }
        }
        if any {
            writeln!(out)?;
        }
        Ok(())
    }

    fn end(&mut self, summary: &Summary, out: &mut dyn Write) -> Result<(), Trouble> {
        if self.files >= TABLE {
            self.table(out)?;
        }
        writeln!(out, "{}", line(summary, self.notes))?;
        Ok(())
    }
}

/// `file:line:column: severity code name: message (trace 3, at path, path and 7 more places)`, and the line.
fn finding(found: &Found, report: &FileReport, out: &mut dyn Write) -> Result<(), Trouble> {
    let colour = style(found.severity);
    let dim = Style::new().dimmed();
    write!(out, "{}:", escape(&report.name))?;
    if let Some((line, column)) = found.place.line_column() {
        write!(out, "{line}:{column}:")?;
    }
    let (severity, id, name) = (found.severity, found.what.id(), found.what.name());
    write!(out, " {colour}{severity}{colour:#} {id} {name}: {}", escape(&found.message))?;
    match places(found, report.traces > 1) {
        places if places.is_empty() => writeln!(out)?,
        places => writeln!(out, " {dim}({}){dim:#}", escape(&places))?,
    }
    excerpt(found.place.line.as_deref(), colour, out)?;
    // What must be mended is shown wherever it is known to be.
    let others = found.more.iter().filter(|_| found.severity == Severity::Error);
    for other in found.related.iter().chain(others) {
        write!(out, "{}:", escape(other.file.as_deref().unwrap_or(&report.name)))?;
        if let Some((line, column)) = other.line_column() {
            write!(out, "{line}:{column}:")?;
        }
        let and = AnsiColor::Cyan.on_default().bold();
        writeln!(out, " {and}and{and:#} at {}", escape(&other.short()))?;
        excerpt(other.line.as_deref(), and, out)?;
    }
    Ok(())
}

/// The line of the file, and the carets in the colour of the severity.
fn excerpt(text: Option<&str>, colour: Style, out: &mut dyn Write) -> Result<(), Trouble> {
    let dim = Style::new().dimmed();
    for (at, line) in text.unwrap_or_default().lines().enumerate() {
        let (margin, rest) = line.split_once('|').unwrap_or(("", line));
        let colour = if at == 0 { Style::new() } else { colour };
        writeln!(out, "{dim}{margin}|{dim:#}{colour}{rest}{colour:#}")?;
    }
    Ok(())
}

/// `file:line:column: error: invariant … fails in state 4`, why, and the line of the state.
fn property(
    found: &Found,
    reasons: &[String],
    report: &FileReport,
    out: &mut dyn Write,
) -> Result<(), Trouble> {
    let (colour, dim) = (style(found.severity), Style::new().dimmed());
    let message = escape(&found.message);
    if let Some((line, column)) = found.place.line_column() {
        let (name, number) = (escape(&report.name), found.trace);
        write!(out, "{name}:{line}:{column}: {colour}error{colour:#}: {message}")?;
        let trace = if report.traces > 1 { format!(" {dim}(trace {number}){dim:#}") } else { String::new() };
        writeln!(out, "{trace}")?;
    } else {
        let source = report.source(found.trace);
        writeln!(out, "{}: {colour}error{colour:#}: {message}", escape(&source))?;
    }
    for reason in reasons {
        writeln!(out, "  {dim}{}{dim:#}", escape(reason))?;
    }
    excerpt(found.place.line.as_deref(), colour, out)
}

fn counted_as(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// `5 traces in 5 files: valid, 2 warnings; 3 notes, shown with --notes`.
fn line(summary: &Summary, with_notes: bool) -> String {
    let traces = format!("{} in {}", counted(summary.traces, "trace"), counted(summary.files, "file"));
    let verdict = match (summary.traces, summary.invalid) {
        (0, _) => String::new(),
        (_, 0) if summary.too_much > 0 => ": undecided".to_owned(),
        // What was not found out must not read as if it were.
        (_, 0) if summary.undecided > 0 => {
            let count = counted_as(summary.undecided, "property", "properties");
            format!(": undecided, {count} could not be evaluated")
        }
        (_, 0) if summary.properties > 0 && summary.failures == 0 => {
            let hold = counted_as(summary.properties, "property holds", "properties hold");
            format!(": valid, {hold}")
        }
        (_, 0) => ": valid".to_owned(),
        (1, _) => ": not valid".to_owned(),
        (_, invalid) => format!(": {invalid} not valid"),
    };
    let mut line = traces + &verdict;
    let mut add = |separator: &str, count, word, rest: &str| {
        if count > 0 {
            line.extend([separator, &counted(count, word), rest]);
        }
    };
    add(", ", summary.errors, "error", "");
    add(", ", summary.warnings, "warning", "");
    add(", ", summary.failures, "property failure", "");
    if with_notes {
        add(", ", summary.notes, "note", "");
    } else {
        add("; ", summary.notes, "note", ", shown with --notes");
    }
    add("; ", summary.too_much, "trace", " beyond a limit");
    add("; ", summary.unreadable, "file", " could not be read");
    line
}
