//! The comparison of what was observed with all that is allowed.

use std::slice;

use itf::Labels;
use itf::diff::{Candidate, Change, Finding, Followed, Options, follow};
use itf::render::{Page, Palette, escape, show_followed};
use serde_json::{Value, json};

use super::output;
use crate::cli::{Diff, DiffFormat};
use crate::commands::observed::{action, difference};
use crate::exit::Answer;
use crate::input;
use crate::output::Terminal;
use crate::trouble::Trouble;

pub(super) fn run(args: &Diff, options: &Options, terminal: &Terminal) -> Result<Answer, Trouble> {
    let json = match args.output.format() {
        DiffFormat::Text => false,
        DiffFormat::Json => true,
        _ => return Err(Trouble::new("--allowed writes text or JSON")),
    };
    // One reader for both: what is equal is the same node, and costs nothing to compare.
    let mut reader = crate::limits::reader();
    let (allowed, first) = input::traces(slice::from_ref(&args.left), &mut reader, terminal);
    let (observed, second) = input::traces(slice::from_ref(&args.right), &mut reader, terminal);
    if first.and(second) == Answer::Trouble {
        return Ok(Answer::Trouble);
    }
    let allowed: Vec<_> = allowed.into_iter().map(|source| source.document.trace).collect();
    let known = || allowed.iter().find_map(|trace| Labels::candidates(trace).into_iter().next());
    let labels = options.labels.clone().or_else(known);
    let place = output::place(args)?;
    let palette = if place.is_none() { Palette::ansi() } else { Palette::plain() };
    let page = Page { width: Terminal::width(), palette, ..Page::default() };
    let mut text = String::new();
    let mut accounts = Vec::new();
    let mut same = true;
    for source in &observed {
        let followed = follow(&allowed, &source.document.trace, labels.as_ref(), &options.rules);
        same &= followed.is_allowed;
        if json {
            accounts.push(account(&source.name, &followed));
            continue;
        }
        if observed.len() > 1 {
            text.push_str(&escape(&source.name));
            text.push_str(": ");
        }
        text.push_str(&show_followed(&followed, &page));
    }
    if json {
        let executions = allowed.len();
        let document =
            json!({"format": "itf-allowed", "version": 1, "executions": executions, "observed": accounts});
        text = format!("{}\n", crate::quiet::json(&document.to_string()));
    }
    output::tell(&text, place, terminal)?;
    Ok(if same { Answer::Yes } else { Answer::No })
}

/// One observed execution, as schemas/allowed-1.schema.json has it.
fn account(name: &str, followed: &Followed) -> Value {
    let nearest = |candidate: &Candidate| {
        let action = candidate.label.as_ref().map(action);
        let differences: Vec<Value> = candidate.observation.findings.iter().map(told).collect();
        json!({"action": action, "differences": differences})
    };
    json!({
        "name": name,
        "allowed": followed.is_allowed,
        "states": followed.states,
        "nearest": followed.allowed.iter().map(nearest).collect::<Vec<_>>(),
    })
}

fn told(finding: &Finding) -> Value {
    let sides = match &finding.difference.change {
        Change::Removed { old } => [Some(old), None],
        Change::Added { new } => [None, Some(new)],
        Change::Replaced { old, new } | Change::Renamed { old, new } => [Some(old), Some(new)],
        _ => [None, None],
    };
    difference(&finding.difference.path, &finding.word.to_string(), sides)
}
