//! `itf report`: what a campaign found, as a document.

mod bugs;
mod collect;
mod replays;

use std::io::Write;
use std::path::Path;

use itf::render::{ShowOptions, View, Viewer};
use itf::{Label, Labels, Layout, Trace};
use itf_adapters::report::{Bug, Checked, Covered, Report as Findings};

use super::labels;
use crate::cli::{FindingsFormat, Report};
use crate::exit::Answer;
use crate::input::Source;
use crate::markdown::COMMENT;
use crate::output::{Output, Terminal, make_folder, write_anew};
use crate::plugs;
use crate::trouble::Trouble;
use bugs::Group;

pub(crate) use bugs::points;
pub(crate) use replays::ending;

pub(crate) fn run(args: &Report, terminal: &Terminal) -> Result<Answer, Trouble> {
    let mut producer = args.with.as_deref().map(|spec| plugs::producer(spec, None)).transpose()?;
    let mut system = args.on.as_deref().map(plugs::system).transpose()?;
    let collected = collect::collect(&args.files, terminal)?;
    let given = args.action.labels()?;
    let mut report = Findings {
        title: args.title.clone(),
        spec: args.with.clone(),
        system: args.on.clone(),
        traces: collected.sources.len(),
        states: collected.sources.iter().map(|source| source.document.trace.states.len()).sum(),
        ..Findings::default()
    };
    let known = producer.as_ref().map(|producer| producer.actions()).unwrap_or_default();
    report.actions = coverage(&collected.sources, given.as_ref(), known);
    report.unlabelled = unlabelled(&collected.sources, given.as_ref());
    let mut told = collected.troubles.clone();
    let replays = match &mut system {
        Some(system) => replays::all(system, &collected.sources, given.as_ref(), &mut told),
        None => Vec::new(),
    };
    let mut groups =
        bugs::groups(args, producer.as_deref_mut(), &collected.sources, &replays, &mut told, terminal);
    // The bug with the most findings first, goals last; else in the order in which they were met.
    groups.sort_by_key(|group| (group.kind == "example", std::cmp::Reverse(group.findings.len())));
    if let (true, Some(producer)) = (args.prove, producer.as_deref_mut()) {
        for group in &mut groups {
            bugs::prove(producer, group, terminal);
        }
    }
    report.checked = checked(&groups, args.violates.as_deref());
    for (number, group) in (1..).zip(&groups) {
        let mut bug = group.bug(number, args, &collected.sources);
        if let Some(system) = &mut system {
            bug.replays = replays::endings(system, group, &collected.sources, &replays, given.as_ref());
            bug.reproduce.extend(replays::commands(args, &bug.replays));
        }
        bug.rates = collected.rates(&bug.findings, groups.len());
        if bug.shrink.is_empty() {
            bug.shrink = collected.shrink(&bug.findings);
        }
        report.bugs.push(bug);
    }
    if plugs::is_interrupted() {
        // Half of a campaign is none, and the report of the time before is worth more.
        return Err(Trouble::new("interrupted: no report is written"));
    }
    report.troubles = told;
    if let Some(folder) = &args.out {
        for (number, bug) in (1..).zip(&mut report.bugs) {
            bug.page = Some(page(number, bug));
        }
        save(&report, folder, args.max_bytes, terminal)?;
    } else {
        let text = match args.format() {
            FindingsFormat::Markdown => within(&report, args.max_bytes.unwrap_or(COMMENT))?,
            FindingsFormat::Html => report.html(),
            FindingsFormat::Json => crate::quiet::json(&report.json()).into_owned(),
        };
        if let Some(max) = args.max_bytes.filter(|max| text.len() > *max) {
            let len = text.len();
            let message =
                format!("{len} bytes are more than {max}, and a part of this format would be wrong");
            return Err(Trouble::new(message));
        }
        let mut out = Output::open(args.output.file.as_deref())?;
        out.write_all(text.as_bytes())?;
        out.finish()?;
    }
    Ok(if report.troubles.is_empty() { Answer::Yes } else { Answer::Trouble })
}

/// The report in Markdown, in so many bytes.
fn within(report: &Findings, max: usize) -> Result<String, Trouble> {
    let text = report.markdown_within(max);
    if text.is_empty() {
        return Err(Trouble::new(format!("nothing of the report fits into {max} bytes")));
    }
    Ok(text)
}

/// The name of the file of the shortest trace of a bug, or of an example, without what comes after the point.
fn file_name(number: usize, is_goal: bool) -> String {
    if is_goal { format!("reached-{number}") } else { format!("bug-{number}") }
}

/// The name of the page of a bug.
fn page(number: usize, bug: &Bug) -> String {
    format!("{}.html", file_name(number, bug.is_goal()))
}

/// Writes all forms, and the traces.
fn save(
    report: &Findings,
    folder: &Path,
    max_bytes: Option<usize>,
    terminal: &Terminal,
) -> Result<(), Trouble> {
    make_folder(folder)?;
    let view = report.spec.as_deref().and_then(plugs::view).map(View::new).transpose();
    let view = view.map_err(|e| Trouble::new(format!("the view of the spec: {e}")))?;
    for (number, bug) in (1..).zip(&report.bugs) {
        let base = file_name(number, bug.is_goal());
        let name = format!("{base}.itf.json");
        write_anew(&folder.join(&name), itf::to_string(&bug.shortest, Layout::Compact).as_bytes())?;
        let options = ShowOptions::default();
        let viewer = Viewer::new(&name, &bug.shortest, &options);
        let viewer = match &view {
            Some(view) => viewer.with_view(view),
            None => viewer,
        };
        write_anew(&folder.join(page(number, bug)), viewer.page().as_bytes())?;
    }
    for (name, text) in [
        ("report.md", within(report, max_bytes.unwrap_or(usize::MAX))?),
        ("report.html", report.html()),
        ("report.json", crate::quiet::json(&report.json()).into_owned()),
    ] {
        write_anew(&folder.join(name), text.as_bytes())?;
    }
    terminal.note(&format!("{}: {}", report.verdict(), folder.join("report.html").display()));
    Ok(())
}

/// What was checked: the properties that the traces show, and the one that was asked for even if none does.
fn checked(groups: &[Group], asked: Option<&str>) -> Vec<Checked> {
    let mut checked: Vec<Checked> = Vec::new();
    for group in groups {
        match checked.iter_mut().find(|c| c.property == group.property && c.kind == group.kind) {
            Some(known) => known.findings += group.findings.len(),
            None => checked.push(Checked {
                property: group.property.clone(),
                kind: group.kind.clone(),
                findings: group.findings.len(),
            }),
        }
    }
    if let Some(asked) = asked.filter(|asked| !checked.iter().any(|c| c.property == *asked)) {
        checked.push(Checked { property: asked.to_owned(), kind: "property".to_owned(), findings: 0 });
    }
    checked
}

/// How many traces do not say what their steps did.
fn unlabelled(sources: &[Source], given: Option<&Labels>) -> usize {
    let says = |trace: &Trace| {
        let labels = labels::given_or_found(given, trace);
        let mut steps = trace.states.iter().enumerate().skip(1);
        trace.states.len() < 2
            || labels.is_some_and(|labels| steps.any(|(at, state)| labels.label(state, at).is_ok()))
    };
    sources.iter().filter(|source| !says(&source.document.trace)).count()
}

/// How often each action was taken, those that never were (as far as the spec says which there are) last.
pub(crate) fn coverage(sources: &[Source], given: Option<&Labels>, known: Vec<String>) -> Vec<Covered> {
    covered(sources.iter().map(|source| &source.document.trace), given, known)
}

pub(crate) fn covered<'a>(
    traces: impl Iterator<Item = &'a Trace>,
    given: Option<&Labels>,
    known: Vec<String>,
) -> Vec<Covered> {
    let traces: Vec<&Trace> = traces.collect();
    let specs: Vec<Option<String>> = traces.iter().map(|trace| bugs::spec(trace)).collect();
    // Where all are of one spec, that goes without saying.
    let of_one = specs.iter().all(|spec| *spec == specs[0]);
    let mut found: Vec<Covered> = Vec::new();
    for (trace, spec) in traces.into_iter().zip(specs) {
        let spec = spec.filter(|_| !of_one);
        let labels = labels::given_or_found(given, trace);
        let Some(labels) = labels else { continue };
        let steps = trace.states.iter().enumerate().skip(1);
        let taken: Vec<Label> = steps.filter_map(|(at, state)| labels.label(state, at).ok()).collect();
        for (name, count) in itf_adapters::Classes::profile(&taken) {
            let count = count as u64;
            match found.iter_mut().find(|action| action.name == name && action.spec == spec) {
                Some(action) => {
                    action.taken += count;
                    action.traces += 1;
                }
                None => found.push(Covered { name, spec: spec.clone(), taken: count, traces: 1 }),
            }
        }
    }
    found.sort_by(|a, b| a.spec.cmp(&b.spec).then(b.taken.cmp(&a.taken)).then_with(|| a.name.cmp(&b.name)));
    let names: Vec<String> = found.iter().map(|action| action.name.clone()).collect();
    // A spec that calls its actions otherwise than its traces do says nothing about what is missing.
    if names.iter().all(|name| known.contains(name)) {
        let never = known.into_iter().filter(|name| !names.contains(name));
        found.extend(never.map(|name| Covered { name, spec: None, taken: 0, traces: 0 }));
    }
    found
}
