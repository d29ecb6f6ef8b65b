//! `itf check`: what is wrong with traces, and where.

mod explain;
mod file;
mod found;
mod properties;
mod report;
mod settings;
mod together;

use std::io::Write;
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use crate::cli::Check;
use crate::exit::Answer;
use crate::input;
use crate::output::Terminal;
use crate::trouble::Trouble;

use file::file;
use found::{FileReport, Summary, What};
use report::Report;
use settings::Settings;
use together::Together;

/// Files that are checked before what was found in them is told, for each thread.
const BATCH: usize = 32;

/// Fewer files are done before anybody looks at a bar.
const MANY: usize = 100;

pub(crate) fn run(args: &Check, terminal: &Terminal) -> Result<Answer, Trouble> {
    let mut out = terminal.stdout();
    if let Some(code) = &args.explain {
        let answer = explain::explain(code, &mut out, terminal)?;
        out.flush()?;
        return Ok(answer);
    }
    let Some(settings) = Settings::new(args, terminal)? else { return Ok(Answer::Trouble) };
    let files = input::or_stdin(&args.files, terminal);
    let bar = bar(files.len());
    let mut report = report::new(args.format, settings.notes);
    let mut summary = Summary { properties: settings.properties.len(), ..Summary::default() };
    let mut together = Together::default();
    // What traces say of each other is known at the end, and belongs to the files they are in.
    let mut held: Vec<FileReport> = Vec::new();
    // In batches, so that the order is that of the files and no more is held than what was found in a batch.
    for batch in files.chunks(BATCH * rayon::current_num_threads()) {
        for (path, mut checked) in batch.iter().zip(check(batch, &settings, terminal)) {
            bar.inc(1);
            if settings.together {
                together.add(path, &mut checked);
                held.push(checked);
                continue;
            }
            summary.count(&checked);
            if checked.trouble.is_some() || !checked.found.is_empty() {
                // What is written must not run into the bar.
                bar.suspend(|| tell(&checked, report.as_mut(), &mut out, terminal))?;
            } else {
                tell(&checked, report.as_mut(), &mut out, terminal)?;
            }
        }
    }
    bar.finish_and_clear();
    together.finish(&settings, &mut held);
    for checked in &held {
        summary.count(checked);
        tell(checked, report.as_mut(), &mut out, terminal)?;
    }
    report.end(&summary, &mut out)?;
    out.flush()?;
    Ok(answer(&summary))
}

/// What came of these files, in their order.
fn check(files: &[PathBuf], settings: &Settings, terminal: &Terminal) -> Vec<FileReport> {
    match files {
        [path] => vec![file(path, settings, terminal)],
        _ => files.par_iter().map(|path| file(path, settings, terminal)).collect(),
    }
}

/// Tells of a file: the report what was found, the user why nothing could be.
fn tell(
    checked: &FileReport,
    report: &mut dyn Report,
    out: &mut dyn Write,
    terminal: &Terminal,
) -> Result<(), Trouble> {
    if let Some(trouble) = &checked.trouble {
        out.flush()?;
        terminal.complain(trouble);
    }
    for remark in &checked.remarks {
        terminal.note(remark);
    }
    for found in &checked.found {
        match &found.what {
            What::Undecided { excerpt } => {
                terminal.complain(&format!("{}: {}", checked.source(found.trace), found.message));
                // Nobody is left to be told that standard error is closed.
                let _ = write!(terminal.stderr(), "{excerpt}");
            }
            What::TooMuch { told } => terminal.complain(told),
            What::Rule(_) | What::Property { .. } => {}
        }
    }
    if checked.traces == 0 && checked.trouble.is_none() {
        terminal.note(&format!("{}: no traces", checked.name));
    }
    report.file(checked, out)
}

fn bar(files: usize) -> ProgressBar {
    if files < MANY || !Terminal::shows_progress() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} files, {eta} left");
    let bar = ProgressBar::new(files as u64);
    style.map(|style| bar.clone().with_style(style)).unwrap_or(bar)
}

fn answer(summary: &Summary) -> Answer {
    let is_wrong = summary.errors + summary.failures > 0;
    // Of no traces nothing is known to be right: perhaps they got lost on the way here.
    let is_unknown = summary.unreadable + summary.undecided + summary.too_much > 0 || summary.traces == 0;
    let found = if is_wrong { Answer::No } else { Answer::Yes };
    found.and(if is_unknown { Answer::Trouble } else { Answer::Yes })
}
