//! The report as a page: what Markdown says, with pictures.

use std::fmt::{Result, Write};

use itf::render::{document_page, escape, escape_html};

use super::{Bug, Report, counted, picture};

const STYLE: &str = include_str!("style.css");

pub(super) fn document(report: &Report) -> String {
    let mut body = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut body, report);
    document_page(&report.title, STYLE, &body)
}

/// Text, of ours or of a trace.
fn text(text: &str) -> String {
    escape_html(&escape(text))
}

/// Text of several lines.
fn block(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(self::text).collect();
    format!("<pre>{}\n</pre>", lines.join("\n"))
}

fn write(out: &mut String, report: &Report) -> Result {
    let class = if report.bugs.iter().all(Bug::is_goal) { "good" } else { "bad" };
    writeln!(out, "<header><h1>{}</h1>", text(&report.title))?;
    writeln!(out, "<p class=\"verdict {class}\">{}</p>", text(&report.verdict()))?;
    let mut about = vec![format!("{} in all", counted(report.states, "state"))];
    about.extend(report.spec.iter().map(|spec| format!("re-executed by {spec}")));
    about.extend(report.system.iter().map(|system| format!("replayed on {system}")));
    writeln!(out, "<p class=\"soft\">{}</p></header>", text(&about.join(" · ")))?;
    for advice in report.advice() {
        writeln!(out, "<p class=\"soft\">{}</p>", text(&advice))?;
    }
    if report.bugs.len() > 1 {
        writeln!(out, "<nav aria-label=\"Findings\"><ol>")?;
        for (number, bug) in (1..).zip(&report.bugs) {
            let findings = bug.counted();
            let called = called(report, bug);
            writeln!(out, "<li><a href=\"#bug-{number}\">{called}</a>: {findings}</li>")?;
        }
        writeln!(out, "</ol></nav>")?;
    }
    writeln!(out, "<div class=\"two\">")?;
    if !report.checked.is_empty() {
        writeln!(
            out,
            "<section><h2>What was checked</h2>\n<table><tr><th scope=\"col\">property</th><th scope=\"col\">kind</th><th scope=\"col\" class=\"count\">traces</th></tr>"
        )?;
        for checked in &report.checked {
            let (property, kind) = (text(&checked.property), text(&checked.kind));
            writeln!(
                out,
                "<tr><td><code>{property}</code></td><td>{kind}</td><td class=\"count\">{}</td></tr>",
                checked.findings
            )?;
        }
        writeln!(out, "</table></section>")?;
    }
    if !report.actions.is_empty() {
        writeln!(out, "<section><h2>Coverage of actions</h2>")?;
        if let Some(covered) = report.covered() {
            writeln!(out, "<p class=\"soft\">{}</p>", text(&covered))?;
        }
        for (spec, actions) in report.by_spec() {
            if let Some(spec) = spec {
                writeln!(out, "<h3><code>{}</code></h3>", text(spec))?;
            }
            out.push_str(&picture::coverage(&actions));
        }
        writeln!(out, "</section>")?;
    }
    writeln!(out, "</div>")?;
    for (number, bug) in (1..).zip(&report.bugs) {
        self::bug(out, report, number, bug)?;
    }
    if !report.troubles.is_empty() {
        writeln!(out, "<section><h2>What could not be told</h2>\n<ul>")?;
        for trouble in &report.troubles {
            writeln!(out, "<li><code>{}</code>: {}</li>", text(&trouble.name), text(&trouble.message))?;
        }
        writeln!(out, "</ul></section>")?;
    }
    Ok(())
}

/// What fails, and of what if that does not say it.
fn called(report: &Report, bug: &Bug) -> String {
    let of = report.of(bug).map_or_else(String::new, |of| format!(" of <code>{}</code>", text(&of)));
    format!("{} <code>{}</code>{of}", text(&bug.kind), text(&bug.site))
}

fn bug(out: &mut String, report: &Report, number: usize, bug: &Bug) -> Result {
    writeln!(
        out,
        "<section id=\"bug-{number}\" class=\"bug\"><h2>{}: {}</h2>",
        report.heading(number, bug),
        called(report, bug)
    )?;
    let findings = bug.counted();
    writeln!(
        out,
        "<p>{findings}: {}: <b>{}</b>. {}.</p>",
        text(&bug.lengths()),
        text(&bug.claim),
        text(&bug.grouped_by)
    )?;
    writeln!(out, "<div class=\"two\">")?;
    let is_shrunk = bug.findings.iter().any(|finding| finding.shrunk.is_some());
    if bug.findings.len() > 1 || is_shrunk {
        let caption = if is_shrunk { "States, found and shrunk" } else { "States" };
        writeln!(
            out,
            "<figure><figcaption>{caption}</figcaption>{}</figure>",
            picture::lengths(&bug.findings)
        )?;
    }
    if bug.shrink.len() > 1 {
        writeln!(
            out,
            "<figure><figcaption>How it was shrunk: states by runs</figcaption>{}</figure>",
            picture::shrink(&bug.shrink)
        )?;
    }
    if let Some(rates) = &bug.rates {
        let caption = format!("How often it fails, with 95 % intervals ({})", rates.source);
        writeln!(
            out,
            "<figure><figcaption>{}</figcaption>{}</figure>",
            text(&caption),
            picture::rates(rates)
        )?;
    }
    writeln!(out, "</div>")?;
    if let Some(ending) = bug.ending() {
        writeln!(out, "<h3>The last step</h3>\n{}", block(&ending))?;
    }
    if !bug.replays.is_empty() {
        writeln!(out, "<h3>On the system</h3>\n<ul class=\"endings\">")?;
        for ending in &bug.replays {
            let traces = ending.counted();
            let (verdict, message) = (text(&ending.verdict), text(&ending.message));
            let names = text(&ending.found().collect::<Vec<_>>().join(", "));
            writeln!(
                out,
                "<li>{traces}: <b class=\"{verdict}\">{verdict}</b>: {message} <span class=\"soft\">{names}</span>"
            )?;
            if !ending.text.is_empty() {
                writeln!(out, "{}", block(&ending.text))?;
            }
            writeln!(out, "</li>")?;
        }
        writeln!(out, "</ul>")?;
    }
    if !bug.reproduce.is_empty() {
        writeln!(out, "<h3>See it yourself</h3>\n{}", block(&bug.reproduce.join("\n")))?;
    }
    if let Some(page) = &bug.page {
        writeln!(out, "<p><a href=\"{}\">Look around in the shortest trace</a></p>", escape_html(page))?;
    }
    let (story, whole) = bug.story();
    let more = if whole { "" } else { "<p class=\"soft\">… and more, which the trace itself has.</p>" };
    writeln!(
        out,
        "<details><summary>The shortest trace</summary>\n{}{more}</details></section>",
        block(&story)
    )
}
