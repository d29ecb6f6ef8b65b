//! The report of the demo, in Markdown.

use std::fmt::Write;
use std::path::Path;

use itf::render::{DiffOptions, ShowOptions, show, show_diff};
use itf::{Labels, Trace};
use itf_adapters::{Classes, Replay};

use super::{PROPERTY, SEED, SPEC, SYSTEM, Story};
use crate::commands::shrink::claim;
use crate::markdown::{cell, fenced};

/// The story as a document: the verdict first, then how to see it oneself, then the details.
pub(super) fn markdown(story: &Story, folder: &Path) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, story, folder);
    text
}

fn write(out: &mut String, story: &Story, folder: &Path) -> std::fmt::Result {
    let Story { found, replayed, shrunk, again, diff } = story;
    let small = &shrunk.trace;
    let folder = folder.display();
    writeln!(out, "# Outage of the example DNS control plane\n")?;
    writeln!(
        out,
        "`{SPEC}` violates `{PROPERTY}`, and `{SYSTEM}` breaks in the same way: **{}**. The trace that was found has {} \
         states; the shrunk one has **{}**: {}.\n",
        failure(again),
        found.states.len(),
        small.states.len(),
        claim(shrunk),
    )?;
    writeln!(out, "| | found | shrunk |\n|---|---|---|")?;
    writeln!(out, "| file | `{folder}/found.itf.json` | `{folder}/small.itf.json` |")?;
    writeln!(out, "| states | {} | {} |", found.states.len(), small.states.len())?;
    writeln!(out, "| actions | {} | {} |", profile(found), profile(small))?;
    writeln!(out, "| on `{SYSTEM}` | {} | {} |\n", failure(replayed), failure(again))?;
    writeln!(out, "## See it yourself\n\n```sh")?;
    writeln!(out, "itf generate {SPEC} --property {PROPERTY} --seed {SEED} > found.itf.json")?;
    writeln!(out, "itf shrink --with {SPEC} --violates {PROPERTY} --prove found.itf.json > small.itf.json")?;
    writeln!(out, "itf replay --on {SYSTEM} small.itf.json\nitf diff found.itf.json small.itf.json\n```\n")?;
    writeln!(out, "## What the system did\n\n| step | action | answer |\n|---|---|---|")?;
    for step in &again.steps {
        let (action, answer) = (cell(&step.label.to_string()), cell(&step.reply.to_string()));
        writeln!(out, "| {} | {action} | {answer} |", step.index)?;
    }
    writeln!(out, "\n## The shortest trace\n")?;
    fenced(out, &show(small, &ShowOptions::default()))?;
    writeln!(out, "\n## What was left out\n")?;
    let names = ["found".to_owned(), "small".to_owned()];
    fenced(out, &show_diff(diff, &DiffOptions { names, ..DiffOptions::default() }))
}

fn failure(run: &Replay) -> String {
    match run.failure() {
        Some(failure) => format!("step {}: {}", run.steps.len(), failure.message),
        None => "agrees".to_owned(),
    }
}

/// How often each action was taken.
fn profile(trace: &Trace) -> String {
    let Some(labels) = Labels::candidates(trace).into_iter().next() else { return String::new() };
    let taken =
        trace.states.iter().enumerate().skip(1).filter_map(|(at, state)| labels.label(state, at).ok());
    let taken: Vec<itf::Label> = taken.collect();
    let counts: Vec<String> =
        Classes::profile(&taken).into_iter().map(|(name, n)| format!("{n} {name}")).collect();
    counts.join(", ")
}
