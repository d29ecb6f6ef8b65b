//! For programs: `schemas/check-report-1.schema.json`. Keys may be added; those that are there keep their meaning.

use std::io::Write;

use serde_json::{Value, json};

use super::super::found::{FileReport, Spot, Summary, What};
use super::Report;
use crate::trouble::Trouble;

/// The version of the format.
const VERSION: u32 = 1;

#[derive(Default)]
pub(super) struct Json {
    /// Whether a file was written.
    any: bool,
}

impl Json {
    fn open(&mut self, out: &mut dyn Write) -> Result<(), Trouble> {
        let before = if self.any { "," } else { "" };
        if !self.any {
            write!(out, "{{\"version\":{VERSION},\"files\":[")?;
        }
        self.any = true;
        write!(out, "{before}\n  ")?;
        Ok(())
    }
}

impl Report for Json {
    fn file(&mut self, report: &FileReport, out: &mut dyn Write) -> Result<(), Trouble> {
        self.open(out)?;
        let findings: Vec<Value> = report
            .found
            .iter()
            .map(|found| {
                let mut value = spot(&found.place);
                value["code"] = json!(found.what.id());
                value["name"] = json!(found.what.name());
                value["severity"] = json!(found.severity.to_string());
                value["message"] = json!(found.message);
                value["trace"] = json!(found.trace);
                value["count"] = json!(found.count);
                value["more"] = found.more.iter().map(|spot| json!(spot.path)).collect();
                value["places"] = found.more.iter().map(spot).collect();
                value["related"] = found.related.iter().map(spot).collect();
                if let What::Property { reasons, .. } = &found.what {
                    value["reasons"] = json!(reasons);
                }
                value
            })
            .collect();
        let file = json!({
            "file": report.name,
            "traces": report.traces,
            "invalid": report.invalid,
            "trouble": report.trouble,
            "findings": findings,
        });
        write!(out, "{}", crate::quiet::json(&file.to_string()))?;
        Ok(())
    }

    fn end(&mut self, summary: &Summary, out: &mut dyn Write) -> Result<(), Trouble> {
        let summary = json!({
            "files": summary.files,
            "unreadable": summary.unreadable,
            "traces": summary.traces,
            "invalid": summary.invalid,
            "errors": summary.errors,
            "warnings": summary.warnings,
            "notes": summary.notes,
            "property_failures": summary.failures,
            "undecided": summary.undecided,
            "too_much": summary.too_much,
        });
        writeln!(out, "\n],\"summary\":{summary}}}")?;
        Ok(())
    }
}

fn spot(spot: &Spot) -> Value {
    let place = spot.place.as_ref();
    json!({
        "file": spot.file,
        "path": spot.path,
        "line": place.map(|place| place.line),
        "column": place.map(|place| place.column),
        "offset": place.map(|place| place.offset),
    })
}
