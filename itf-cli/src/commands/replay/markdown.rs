//! Replays as Markdown: the verdict first, details folded.

use std::fmt::Write;

use itf_adapters::{End, Explain, explain};

use super::Told;
use crate::cli::Replay;
use crate::markdown::{cell, fenced};
use crate::output::counted;

/// Bytes of details at most: a comment on GitHub has 65,536.
const BUDGET: usize = 48 << 10;
/// Rows of the table at most.
const ROWS: usize = 100;

pub(super) fn report(args: &Replay, told: &[Told<'_>]) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, args, told);
    text
}

fn write(out: &mut String, args: &Replay, told: &[Told<'_>]) -> std::fmt::Result {
    let fails = told.iter().filter(|t| t.run.as_ref().is_ok_and(|run| run.failure().is_some())).count();
    let agrees = told.iter().filter(|t| t.run.as_ref().is_ok_and(|run| run.end == End::Agreed)).count();
    let trouble = told.len() - fails - agrees;
    let system = cell(&args.on);
    match (fails, trouble) {
        (0, 0) if told.is_empty() => writeln!(out, "### Nothing was replayed on {system}\n")?,
        (0, 0) => writeln!(out, "### {system} agrees with the model\n")?,
        (0, _) => writeln!(out, "### Could not tell whether {system} agrees with the model\n")?,
        // It may agree with the model, and be wrong all the same.
        _ => writeln!(out, "### {system} fails\n")?,
    }
    let mut counts = format!("{}: {agrees} agree, {fails} fail", counted(told.len(), "trace"));
    if trouble > 0 {
        write!(counts, ", {trouble} inconclusive")?;
    }
    writeln!(out, "{counts}.\n\n| trace | verdict | step | what |\n|---|---|---|---|")?;
    // What is wrong comes first.
    let mut sorted: Vec<&Told<'_>> = told.iter().collect();
    sorted.sort_by_key(|told| told.run.as_ref().is_ok_and(|run| run.end == End::Agreed));
    for told in sorted.iter().take(ROWS) {
        let name = cell(told.name);
        let (verdict, step, what) = match &told.run {
            Err(fault) => ("inconclusive", String::new(), cell(&fault.message)),
            Ok(run) => match &run.end {
                End::Agreed => {
                    let left = run.left_out.iter().map(|f| format!("not counted: {}: {}", f.kind, f.message));
                    let left: Vec<String> = left.collect();
                    ("agrees", run.steps.len().to_string(), cell(&left.join("; ")))
                }
                End::Failed(failure) => {
                    let what = format!("{}: {}", failure.kind, failure.message);
                    ("**fails**", run.steps.len().to_string(), cell(&what))
                }
                End::Broken(at, fault) => ("inconclusive", at.to_string(), cell(&fault.to_string())),
            },
        };
        writeln!(out, "| {name} | {verdict} | {step} | {what} |")?;
    }
    if sorted.len() > ROWS {
        writeln!(out, "\n… {} more", sorted.len() - ROWS)?;
    }
    let mut left = BUDGET.saturating_sub(out.len());
    for told in sorted {
        let Ok(run) = &told.run else { continue };
        if run.end == End::Agreed {
            continue;
        }
        let mut details = format!("\n<details><summary>{}</summary>\n\n", html(told.name));
        fenced(&mut details, &explain(told.name, told.trace, run, &Explain::default()))?;
        details += "\n</details>\n";
        if details.len() > left {
            writeln!(out, "\nMore details do not fit here.")?;
            break;
        }
        left -= details.len();
        out.push_str(&details);
    }
    let with = args.with.as_ref().map_or(String::new(), |with| format!(" --with {with}"));
    writeln!(out, "\nSee it yourself: {}", cell(&format!("itf replay --on {}{with} TRACE", args.on)))
}

/// Text within HTML.
fn html(text: &str) -> String {
    itf::render::escape(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
