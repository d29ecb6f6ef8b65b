//! SARIF 2.1.0 (OASIS), as code hosts and editors read it.

use std::io::Write;

use itf::check::{Rule, Severity};
use serde_json::{Value, json};

use super::super::found::{FileReport, Spot, Summary};
use super::{Report, sentence};
use crate::trouble::Trouble;

#[derive(Default)]
pub(super) struct Sarif {
    results: Vec<Value>,
    /// What could not be read.
    trouble: Vec<Value>,
}

impl Report for Sarif {
    fn file(&mut self, report: &FileReport, _: &mut dyn Write) -> Result<(), Trouble> {
        let uri = uri(&report.name);
        if let Some(trouble) = &report.trouble {
            self.trouble.push(json!({
                "level": "error",
                "message": { "text": trouble },
                "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri } } }],
            }));
        }
        for found in &report.found {
            let mut result = json!({
                "ruleId": found.what.id(),
                "level": level(found.severity),
                "message": { "text": sentence(found, report.traces > 1) },
                "locations": [location(&uri, &found.place)],
            });
            if let Some(index) = Rule::all().iter().position(|rule| rule.id == found.what.id()) {
                result["ruleIndex"] = json!(index);
            }
            let others = found.more.iter().map(|place| (place, "the same here"));
            let sides = found.related.iter().map(|place| (place, "the other side of the conflict"));
            let related: Vec<_> = sides.chain(others).collect();
            if !related.is_empty() {
                let related = related.into_iter().enumerate().map(|(id, (place, said))| {
                    let file = place.file.as_deref().map_or_else(|| uri.clone(), self::uri);
                    let mut location = location(&file, place);
                    location["id"] = json!(id);
                    location["message"] = json!({ "text": said });
                    location
                });
                result["relatedLocations"] = related.collect();
            }
            self.results.push(result);
        }
        Ok(())
    }

    fn end(&mut self, summary: &Summary, out: &mut dyn Write) -> Result<(), Trouble> {
        let rules: Vec<Value> = Rule::all()
            .iter()
            .map(|rule| {
                json!({
                    "id": rule.id,
                    "name": rule.name,
                    "shortDescription": { "text": rule.text },
                    "fullDescription": { "text": format!("{} {}", rule.what, rule.why) },
                    "help": { "text": rule.fix },
                    "defaultConfiguration": { "level": level(rule.severity) },
                })
            })
            .collect();
        let log = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": { "name": "itf", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
                "columnKind": "unicodeCodePoints",
                "invocations": [{
                    "executionSuccessful": summary.unreadable + summary.undecided + summary.too_much == 0,
                    "toolExecutionNotifications": self.trouble,
                }],
                "results": self.results,
            }],
        });
        writeln!(out, "{}", crate::quiet::json(&format!("{log:#}")))?;
        Ok(())
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn location(uri: &str, spot: &Spot) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": uri } });
    if let Some((line, column)) = spot.line_column() {
        physical["region"] = json!({ "startLine": line, "startColumn": column });
    }
    let mut location = json!({ "physicalLocation": physical });
    if !spot.path.is_empty() {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": spot.path }]);
    }
    location
}

/// The path of a file as a URI reference (RFC 3986): relative where the path is.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(char::from(byte));
            }
            _ => uri.extend(["%", &format!("{byte:02X}")]),
        }
    }
    if path.starts_with('/') { format!("file://{uri}") } else { uri }
}
