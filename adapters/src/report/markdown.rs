//! The report in Markdown. Text of traces is in code spans and fences.

use std::fmt::{Result, Write};

use itf::render::escape;

use super::{Bug, Covered, Report, action_name};

/// The length of the longest bar.
const BAR: u64 = 30;

/// How much is written: where there is no room for everything, the long texts go first, then the tables, then bugs.
#[derive(Clone, Copy)]
struct Room {
    /// The steps of the shortest traces.
    traces: bool,
    /// How they end, and where model and system part.
    endings: bool,
    /// Which findings there are, how to see them, what was covered.
    tables: bool,
    /// So many bugs.
    bugs: usize,
    /// The bytes in which it has to fit.
    within: Option<usize>,
}

impl Room {
    fn all(report: &Report) -> Self {
        Self { traces: true, endings: true, tables: true, bugs: report.bugs.len(), within: None }
    }
}

pub(super) fn document(report: &Report) -> String {
    written(report, Room::all(report))
}

/// The same in so many bytes, or as much of it as fits, which then says so.
pub(super) fn document_within(report: &Report, max: usize) -> String {
    let whole = document(report);
    if whole.len() <= max {
        return whole;
    }
    let fits = |room: Room| Some(written(report, room)).filter(|text| text.len() <= max);
    let without_traces = Room { traces: false, within: Some(max), ..Room::all(report) };
    let without_endings = Room { endings: false, ..without_traces };
    let without_tables = Room { tables: false, ..without_endings };
    let with = |bugs: usize| fits(Room { bugs, ..without_tables });
    fits(without_traces)
        .or_else(|| fits(without_endings))
        .or_else(|| fits(without_tables))
        .or_else(|| {
            let mut best = with(0)?;
            let (mut low, mut high) = (0, report.bugs.len());
            while high - low > 1 {
                let middle = low + (high - low) / 2;
                match with(middle) {
                    Some(more) => (low, best) = (middle, more),
                    None => high = middle,
                }
            }
            Some(best)
        })
        .unwrap_or_else(|| {
            // Words of ours, without markup that could be cut in two.
            let line = format!("{}.\n", report.verdict());
            if line.len() <= max { line } else { String::new() }
        })
}

fn written(report: &Report, room: Room) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, report, room);
    text
}

fn write(out: &mut String, report: &Report, room: Room) -> Result {
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
    if room.tables && !report.checked.is_empty() {
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
    for (number, bug) in (1..).zip(report.bugs.iter().take(room.bugs)) {
        self::bug(out, report, number, bug, room)?;
    }
    if let Some(max) = room.within {
        let left_out = match report.bugs.len() - room.bugs {
            0 if room.tables && room.endings => "the steps of the shortest traces are left out".to_owned(),
            0 if room.tables => "the shortest traces and where they fail are left out".to_owned(),
            0 => "the shortest traces and all tables are left out".to_owned(),
            count => {
                let what = if report.spec.is_some() { "more bug" } else { "more failure" };
                let more = super::counted(count, what);
                format!("{more}, the shortest traces and all tables are left out")
            }
        };
        writeln!(out, "To fit into {max} bytes, {left_out}.\n")?;
    }
    if room.tables && !report.actions.is_empty() {
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
    if !room.tables && !report.troubles.is_empty() {
        writeln!(out, "What could not be told: {}.\n", super::counted(report.troubles.len(), "trouble"))?;
    } else if !report.troubles.is_empty() {
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

fn bug(out: &mut String, report: &Report, number: usize, bug: &Bug, room: Room) -> Result {
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
    if !room.tables {
        return Ok(());
    }
    writeln!(out, "| finding | states | shrunk |\n|---|---:|---:|")?;
    for finding in &bug.findings {
        let shrunk = finding.shrunk.map_or("–".to_owned(), |states| states.to_string());
        writeln!(out, "| {} | {} | {shrunk} |", cell(&finding.name), finding.states)?;
    }
    writeln!(out)?;
    if let Some(ending) = bug.ending().filter(|_| room.endings) {
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
        for ending in bug.replays.iter().filter(|ending| room.endings && !ending.text.is_empty()) {
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
    if !room.traces {
        return Ok(());
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
