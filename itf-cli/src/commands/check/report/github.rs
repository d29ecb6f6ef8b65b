//! Workflow commands of GitHub Actions: what was found appears at its line in a pull request.

use std::io::Write;

use itf::check::Severity;
use itf::render::escape;

use super::super::found::{FileReport, Summary};
use super::{Report, sentence};
use crate::trouble::Trouble;

pub(super) struct Github;

impl Report for Github {
    fn file(&mut self, report: &FileReport, out: &mut dyn Write) -> Result<(), Trouble> {
        let file = property(&report.name);
        if let Some(trouble) = &report.trouble {
            writeln!(out, "::error file={file}::{}", data(trouble))?;
        }
        for found in &report.found {
            let command = match found.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "notice",
            };
            write!(out, "::{command} file={file}")?;
            if let Some((line, column)) = found.place.line_column() {
                write!(out, ",line={line},col={column}")?;
            }
            let title = property(&format!("{} {}", found.what.id(), found.what.name()));
            writeln!(out, ",title={title}::{}", data(&sentence(found, report.traces > 1)))?;
        }
        Ok(())
    }

    fn end(&mut self, _: &Summary, _: &mut dyn Write) -> Result<(), Trouble> {
        Ok(())
    }
}

/// The text of a command: it ends at the end of the line.
fn data(text: &str) -> String {
    escape(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property: it ends at a comma or a colon, too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
