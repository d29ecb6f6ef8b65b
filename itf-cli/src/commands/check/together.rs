//! Types across traces: in those of one specification a variable has one type.

use std::fs;
use std::path::{Path, PathBuf};

use itf::check::{Code, Severity, locate};
use itf::types::{Conflict, ConflictKind, Inference, Side};

use super::found::{FileReport, Found, Spot, What};
use super::settings::Settings;
use crate::input::{STDIN, numbered};
use crate::output::Terminal;

/// What is known of the types of all traces so far, and where these traces are.
#[derive(Default)]
pub(super) struct Together {
    inference: Inference,
    sources: Vec<Source>,
    files: usize,
}

/// Where a trace is.
struct Source {
    path: PathBuf,
    /// Which of the files it is in.
    at: usize,
    /// The name of the file in messages.
    file: String,
    /// Which of how many traces of the file.
    number: usize,
    of: usize,
}

impl Together {
    /// Adds the traces of a file.
    pub(super) fn add(&mut self, path: &Path, report: &mut FileReport) {
        for (number, trace) in std::mem::take(&mut report.kept) {
            self.inference.add(&trace);
            let (path, file) = (path.to_owned(), report.name.clone());
            self.sources.push(Source { path, at: self.files, file, number, of: report.traces });
        }
        self.files += 1;
    }

    /// Puts the conflicts between traces into the reports of all files, each into that of its first side. Those within a
    /// trace were found in that trace.
    pub(super) fn finish(&self, settings: &Settings, reports: &mut [FileReport]) {
        let conflicts = self.inference.finish().conflicts;
        for conflict in conflicts.iter().filter(|c| c.sides.iter().any(|side| side.trace != c.sides[0].trace))
        {
            self.report(conflict, settings, reports);
        }
    }

    fn report(&self, conflict: &Conflict, settings: &Settings, reports: &mut [FileReport]) -> Option<()> {
        let are_fields = conflict.kind == ConflictKind::Fields;
        let code = if are_fields { Code::UnevenRecords } else { Code::TypeConflict };
        let severity = settings.levels.get(code)?;
        let source = self.sources.get(conflict.sides.first()?.trace)?;
        let report = reports.get_mut(source.at)?;
        if severity == Severity::Note && !settings.notes {
            report.unseen_notes += 1;
            return None;
        }
        let said = conflict.sides.iter().filter_map(|side| {
            let Source { file, number, of, .. } = self.sources.get(side.trace)?;
            Some(format!("{} at {} of {}", side.what, side.path, numbered(file, *number, *of > 1)))
        });
        let said: Vec<String> = said.collect();
        let mut spots = conflict.sides.iter().filter_map(|side| self.spot(side, settings));
        let found = Found {
            trace: source.number,
            what: What::Rule(code.rule()),
            severity,
            message: format!("{}: {}", code.rule().text, said.join(" and ")),
            place: spots.next()?,
            more: Vec::new(),
            count: 1,
            related: spots.collect(),
        };
        let was_valid = !report.found.iter().any(|known| known.trace == found.trace && known.is_error());
        report.invalid += usize::from(was_valid && found.is_error());
        report.found.push(found);
        Some(())
    }

    /// The place of a side; in what came through a pipe, and is gone, only the path is known.
    fn spot(&self, side: &Side, settings: &Settings) -> Option<Spot> {
        let source = self.sources.get(side.trace)?;
        let mut spot =
            Spot { file: Some(source.file.clone()), path: side.path.to_string(), ..Spot::default() };
        if source.path.as_os_str() != STDIN
            && let Ok(bytes) = fs::read(&source.path)
            && let Some(Ok(document)) = crate::limits::reader().documents(&bytes).nth(source.number - 1)
        {
            spot.place = locate(&bytes, &document, &side.path);
            let line = spot.place.as_ref().filter(|_| settings.lines);
            spot.line = line.map(|place| Terminal::source_line(&bytes, place.offset, place.line));
        }
        Some(spot)
    }
}
