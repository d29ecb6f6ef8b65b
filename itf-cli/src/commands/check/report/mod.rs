//! Reports: the same findings for people and for machines.

mod github;
mod json;
mod junit;
mod sarif;
mod text;

use std::io::Write;

use anstyle::{AnsiColor, Style};
use itf::check::Severity;

use super::found::{FileReport, Found, Spot, Summary, What};
use crate::cli::CheckFormat;
use crate::trouble::Trouble;

/// A way to report. Files come one by one, in their order.
pub(super) trait Report {
    fn file(&mut self, report: &FileReport, out: &mut dyn Write) -> Result<(), Trouble>;

    fn end(&mut self, summary: &Summary, out: &mut dyn Write) -> Result<(), Trouble>;
}

pub(super) fn new(format: CheckFormat, notes: bool) -> Box<dyn Report> {
    match format {
        CheckFormat::Text => Box::new(text::Text::new(notes)),
        CheckFormat::Json => Box::new(json::Json::default()),
        CheckFormat::Sarif => Box::new(sarif::Sarif::default()),
        CheckFormat::Github => Box::new(github::Github),
        CheckFormat::Junit => Box::new(junit::Junit::default()),
    }
}

/// The colour of a severity.
pub(super) fn style(severity: Severity) -> Style {
    let color = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Note => AnsiColor::Cyan,
    };
    color.on_default().bold()
}

/// What was found and where in the trace, on one line: `message (trace 3, at states[0].x and 7 more places)`.
fn sentence(found: &Found, of_many: bool) -> String {
    match places(found, of_many) {
        places if places.is_empty() => found.message.clone(),
        places => format!("{} ({places})", found.message),
    }
}

/// `trace 3, at path, path and 7 more places`.
fn places(found: &Found, of_many: bool) -> String {
    let mut places = Vec::new();
    if of_many {
        places.push(format!("trace {}", found.trace));
    }
    let spots = [&found.place].into_iter().chain(&found.more);
    let paths: Vec<String> = spots.map(Spot::short).filter(|path| !path.is_empty()).collect();
    // Properties and conflicts say in their messages where they are.
    let is_said = matches!(found.what, What::Property { .. }) || !found.related.is_empty();
    if !paths.is_empty() && !is_said {
        let others = match found.count.saturating_sub(1 + found.more.len()) {
            0 => String::new(),
            1 => " and 1 more place".to_owned(),
            others => format!(" and {others} more places"),
        };
        places.push(format!("at {}{others}", paths.join(", ")));
    }
    places.join(", ")
}
