//! The report in Markdown. Text of traces is in code spans and fences.

use std::fmt::{Result, Write};

use itf::render::escape;

use super::{Bug, Covered, Report, action_name};

/// The length of the longest bar.
const BAR: u64 = 30;

pub(super) fn document(report: &Report) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, report);
    text
}

fn write(out: &mut String, report: &Report) -> Result {
    write!(out, "# {}\n\n**{}**", plain(&report.title), report.verdict())?;
    if let Some(spec) = &report.spec {
        write!(out, ", re-executed by {}", code(spec))?;
    }
    if let Some(system) = &report.system {
        write!(out, ", replayed on {}", code(system))?;
    }
    writeln!(out, ".\n")?;
    for advice in report.advice() {
        writeln!(out, "{}.\n", plain(&advice))?;
    }
    if !report.checked.is_empty() {
        writeln!(out, "| checked | kind | traces |\n|---|---|---:|")?;
        for checked in &report.checked {
            writeln!(
                out,
                "| {} | {} | {} |",
                cell(&checked.property),
                plain(&checked.kind),
                checked.findings
            )?;
        }
        writeln!(out)?;
    }
    for (number, bug) in (1..).zip(&report.bugs) {
        self::bug(out, report, number, bug)?;
    }
    if !report.actions.is_empty() {
        writeln!(out, "## Coverage of actions\n")?;
        if let Some(covered) = report.covered() {
            writeln!(out, "{covered}\n")?;
        }
        let most = report.actions.iter().map(|action| action.taken).max().unwrap_or(0).max(1);
        for (spec, actions) in report.by_spec() {
            if let Some(spec) = spec {
                writeln!(out, "### {}\n", code(spec))?;
            }
            coverage(out, &actions, most)?;
        }
    }
    if !report.troubles.is_empty() {
        writeln!(out, "## What could not be told\n")?;
        for trouble in &report.troubles {
            writeln!(out, "- {}: {}", code(&trouble.name), code(&trouble.message))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn coverage(out: &mut String, actions: &[&Covered], most: u64) -> Result {
    writeln!(out, "| action | steps | traces | |\n|---|---:|---:|---|")?;
    for action in actions {
        let bar = usize::try_from((action.taken * BAR).div_ceil(most)).unwrap_or(0);
        let bar = if action.taken == 0 { "**never taken**".to_owned() } else { "█".repeat(bar) };
        let name = cell(action_name(&action.name));
        writeln!(out, "| {name} | {} | {} | {bar} |", action.taken, action.traces)?;
    }
    writeln!(out)
}

fn bug(out: &mut String, report: &Report, number: usize, bug: &Bug) -> Result {
    let of = report.of(bug).map_or_else(String::new, |of| format!(" of {}", code(&of)));
    writeln!(out, "## {}: {} {}{of}\n", report.heading(number, bug), plain(&bug.kind), code(&bug.site))?;
    writeln!(
        out,
        "{}: {}: {}. {}.\n",
        bug.counted(),
        bug.lengths(),
        plain(&bug.claim),
        plain(&bug.grouped_by)
    )?;
    if let Some(rates) = &bug.rates {
        let after = rates.after.map_or(String::new(), |after| format!("; the shortest: {}", after.words()));
        writeln!(out, "How often it fails: {}{after} ({}).\n", rates.before.words(), code(&rates.source))?;
    }
    writeln!(out, "| finding | states | shrunk |\n|---|---:|---:|")?;
    for finding in &bug.findings {
        let shrunk = finding.shrunk.map_or("–".to_owned(), |states| states.to_string());
        writeln!(out, "| {} | {} | {shrunk} |", cell(&finding.name), finding.states)?;
    }
    writeln!(out)?;
    if let Some(ending) = bug.ending() {
        writeln!(out, "### The last step\n")?;
        fenced(out, "text", &ending)?;
        writeln!(out)?;
    }
    if !bug.replays.is_empty() {
        writeln!(out, "### On the system\n")?;
        for ending in &bug.replays {
            let traces = ending.counted();
            let names: Vec<String> = ending.found().map(code).collect();
            let names = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
            writeln!(out, "- {traces}{names}: **{}**: {}", ending.verdict, code(&ending.message))?;
        }
        writeln!(out)?;
        for ending in bug.replays.iter().filter(|ending| !ending.text.is_empty()) {
            fenced(out, "text", &ending.text)?;
            writeln!(out)?;
        }
    }
    if !bug.reproduce.is_empty() {
        writeln!(out, "### See it yourself\n")?;
        fenced(out, "sh", &bug.reproduce.join("\n"))?;
        writeln!(out)?;
    }
    if let Some(page) = &bug.page {
        writeln!(out, "To look around in the shortest trace: {}.\n", code(page))?;
    }
    let (story, whole) = bug.story();
    writeln!(out, "<details><summary>The shortest trace</summary>\n")?;
    fenced(out, "text", &story)?;
    if !whole {
        writeln!(out, "\n… and more, which the trace itself has.")?;
    }
    writeln!(out, "\n</details>\n")
}

/// Words of ours, or of a spec: nothing of them is markup.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in escape(text).chars() {
        if "\\`*_[]<>&#|~@$!".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn code(text: &str) -> String {
    let text = escape(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    let pad =
        if text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// Code in a cell of a table, which a bar would end.
fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

fn fenced(out: &mut String, language: &str, text: &str) -> Result {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let end = if text.ends_with('\n') { "" } else { "\n" };
    writeln!(out, "{fence}{language}\n{text}{end}{fence}")
}
