//! `JUnit` XML: a suite for each file, a case for each trace.

use std::io::Write;

use itf::check::Severity;
use itf::render::escape;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::super::found::{FileReport, Found, Summary};
use super::{Report, sentence};
use crate::trouble::Trouble;

pub(super) struct Junit(quick_junit::Report);

impl Default for Junit {
    fn default() -> Self {
        Self(quick_junit::Report::new("itf check"))
    }
}

impl Report for Junit {
    fn file(&mut self, report: &FileReport, _: &mut dyn Write) -> Result<(), Trouble> {
        let mut suite = TestSuite::new(escape(&report.name));
        for trace in 1..=report.traces {
            let here = || report.found.iter().filter(move |found| found.trace == trace);
            let mut errors = here().filter(|found| found.severity == Severity::Error);
            let status = match errors.next() {
                None => TestCaseStatus::success(),
                Some(first) => {
                    // A failure is a trace that is not right; where that was not found out, JUnit has errors.
                    let is_decided = here().any(|f| f.severity == Severity::Error && !f.is_undecided());
                    let kind = if is_decided { NonSuccessKind::Failure } else { NonSuccessKind::Error };
                    let mut status = TestCaseStatus::non_success(kind);
                    status.set_type(format!("{} {}", first.what.id(), first.what.name()));
                    status.set_message(escape(&sentence(first, false)));
                    let all: Vec<String> =
                        [first].into_iter().chain(errors).map(|f| told(f, report)).collect();
                    status.set_description(all.join("\n"));
                    status
                }
            };
            let mut case = TestCase::new(format!("trace {trace}"), status);
            case.set_classname(escape(&report.name));
            let others: Vec<String> =
                here().filter(|found| found.severity != Severity::Error).map(|f| told(f, report)).collect();
            if !others.is_empty() {
                case.set_system_out(others.join("\n"));
            }
            suite.add_test_case(case);
        }
        if let Some(trouble) = &report.trouble {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(escape(trouble));
            suite.add_test_case(TestCase::new("read", status));
        }
        self.0.add_test_suite(suite);
        Ok(())
    }

    fn end(&mut self, _: &Summary, out: &mut dyn Write) -> Result<(), Trouble> {
        let xml = self.0.to_string().map_err(|e| Trouble::new(format!("cannot write the report: {e}")))?;
        out.write_all(xml.as_bytes())?;
        Ok(())
    }
}

/// One line, which begins with no word of a runner: where this is printed on GitHub, `::error::` at the start of a line would act.
fn told(found: &Found, report: &FileReport) -> String {
    let place =
        found.place.line_column().map(|(line, column)| format!("{line}:{column}:")).unwrap_or_default();
    let (id, name) = (found.what.id(), found.what.name());
    let sentence = sentence(found, report.traces > 1);
    escape(&format!("- {}:{place} {} {id} {name}: {sentence}", report.name, found.severity))
}
