//! Checking a large file: in one pass, with some states of it in memory.

use std::cell::RefCell;
use std::fs::File;

use itf::check::{Finding, Severity, check_next};
use itf::{ErrorKind, Place};

use super::{Text, tell, too_much};
use crate::commands::check::found::FileReport;
use crate::commands::check::settings::Settings;
use crate::input::At;

/// Checks the file. `None` if it must be read whole, because a trace in it says after its states what they should be.
pub(super) fn file(file: &File, text: &Text, settings: &Settings, name: &str) -> Option<FileReport> {
    let mut report = FileReport::new(name);
    let again = RefCell::new(At::start(file));
    let mut reader = crate::limits::reader();
    let mut events = reader.events(At::start(file));
    while let Some(next) = check_next(&mut events, &settings.levels) {
        match next {
            Ok(checked) => {
                report.traces += 1;
                let findings = checked.findings.as_deref()?.to_vec();
                let is_invalid = findings.iter().any(|finding| finding.severity == Severity::Error);
                report.invalid += usize::from(is_invalid);
                let spot = |path: &itf::Path, place: Option<Place>| {
                    let known = || checked.locate(&mut *again.borrow_mut(), path).ok().flatten();
                    text.spot(path, place.or_else(known), settings)
                };
                tell(findings, &spot, settings, &mut report);
            }
            Err(error) if matches!(error.kind(), ErrorKind::Io { .. }) => {
                report.trouble = Some(format!("{}: {}", report.name, error.kind()));
                break;
            }
            Err(error) if error.kind().is_limit() => too_much(&error, text, settings, &mut report),
            Err(error) => {
                report.traces += 1;
                report.invalid += 1;
                let spot = |path: &itf::Path, place: Option<Place>| text.spot(path, place, settings);
                tell(vec![Finding::from(&error)], &spot, settings, &mut report);
            }
        }
    }
    Some(report)
}
