//! Replays in the XML that CI servers read: each trace is a test case.

use std::fmt::Write;

use itf::render::escape;
use itf_adapters::{End, Explain, explain};

use super::Told;
use crate::cli::Replay;

pub(super) fn report(args: &Replay, told: &[Told<'_>]) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, args, told);
    text
}

fn write(out: &mut String, args: &Replay, told: &[Told<'_>]) -> std::fmt::Result {
    let failures = told.iter().filter(|t| t.run.as_ref().is_ok_and(|run| run.failure().is_some())).count();
    let agrees = told.iter().filter(|t| t.run.as_ref().is_ok_and(|run| run.end == End::Agreed)).count();
    let (tests, errors) = (told.len(), told.len() - failures - agrees);
    let system = xml(&args.on);
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<testsuites tests="{tests}" failures="{failures}" errors="{errors}">"#)?;
    writeln!(
        out,
        r#"  <testsuite name="itf replay on {system}" tests="{tests}" failures="{failures}" errors="{errors}">"#
    )?;
    for told in told {
        let name = xml(told.name);
        write!(out, r#"    <testcase classname="{system}" name="{name}""#)?;
        let (element, kind, message, body) = match &told.run {
            Ok(run) => {
                let body = explain(told.name, told.trace, run, &Explain::default());
                match &run.end {
                    End::Agreed if run.left_out.is_empty() => {
                        writeln!(out, "/>")?;
                        continue;
                    }
                    End::Agreed => {
                        writeln!(out, "><system-out>{}</system-out></testcase>", xml_lines(&body))?;
                        continue;
                    }
                    End::Failed(failure) => ("failure", failure.kind.clone(), failure.message.clone(), body),
                    End::Broken(_, fault) => ("error", fault.kind.word().into(), fault.message.clone(), body),
                }
            }
            Err(fault) => ("error", fault.kind.word().into(), fault.message.clone(), String::new()),
        };
        writeln!(out, ">")?;
        writeln!(
            out,
            r#"      <{element} type="{}" message="{}">{}</{element}>"#,
            xml(&kind),
            xml(&message),
            xml_lines(&body)
        )?;
        writeln!(out, "    </testcase>")?;
    }
    writeln!(out, "  </testsuite>\n</testsuites>")
}

/// The same of text in lines.
fn xml_lines(text: &str) -> String {
    text.lines().map(xml).collect::<Vec<_>>().join("\n")
}

/// Text in XML: control characters, which XML does not have, are escaped as for a terminal.
fn xml(text: &str) -> String {
    let text = escape(text);
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
