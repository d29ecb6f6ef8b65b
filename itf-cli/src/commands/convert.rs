//! `itf convert`: traces to and from other notations.

mod csv;
mod read;

use std::io::Write;
use std::path::Path;

use itf::export::{self, Exported};
use itf::{Labels, Trace};
use serde_json::json;

use super::labels;
use crate::cli::{Convert, ConvertTo};
use crate::exit::Answer;
use crate::output::{Output, Terminal, write_traces};
use crate::trouble::Trouble;

pub(crate) fn run(args: &Convert, terminal: &Terminal) -> Result<Answer, Trouble> {
    let (sources, is_itf, mut answer) = read::all(args, terminal);
    let to = match args.to() {
        Some(to) => to,
        None if is_itf && !sources.is_empty() => {
            return Err(Trouble::new(
                "this is ITF already; say with --to, or by the ending of -o, what to convert it to",
            ));
        }
        None => ConvertTo::Itf,
    };
    if !args.columns.is_empty() && to != ConvertTo::Csv {
        return Err(Trouble::new("--column goes with --to csv"));
    }
    let given = args.action.labels()?;
    let shows_actions = matches!(
        to,
        ConvertTo::Jsonl | ConvertTo::Csv | ConvertTo::Tla | ConvertTo::Mermaid | ConvertTo::Dot
    );
    if given.is_some() && !shows_actions {
        return Err(Trouble::new("--action goes with --to jsonl, csv, tla, mermaid or dot"));
    }
    let traces = || sources.iter().map(|source| &source.trace);
    labels::note_if_unused(given.as_ref(), traces(), terminal);
    let mut out = Output::open(args.out.file.as_deref())?;
    match to {
        ConvertTo::Itf => write_traces(&mut out, traces())?,
        ConvertTo::Json => {
            for source in &sources {
                write_exported(&mut out, &export::to_plain(&source.trace), &source.name, terminal)?;
            }
        }
        ConvertTo::Jsonl => {
            for (at, trace) in traces().enumerate() {
                states(&mut out, at, trace, given.as_ref())?;
            }
        }
        ConvertTo::Csv => {
            answer = answer.and(csv::write(&mut out, &sources, &args.columns, given.as_ref(), terminal)?);
        }
        ConvertTo::Tla | ConvertTo::Quint | ConvertTo::Mermaid | ConvertTo::Dot => {
            let [source] = &sources[..] else {
                if answer == Answer::Trouble && sources.is_empty() {
                    return Ok(answer);
                }
                let message = format!("this notation holds one trace, and there are {}", sources.len());
                return Err(Trouble::new(message));
            };
            let name = &args.name();
            possible(to, name, &source.trace)?;
            let file = args.out.file.as_deref().and_then(Path::file_stem);
            if let Some(file) = file.filter(|file| to == ConvertTo::Tla && *file != name.as_str()) {
                let file = file.to_string_lossy();
                terminal.note(&format!(
                    "TLC wants a module called as its file: this one is {name}, in {file}.tla"
                ));
            }
            let found = labels::given_or_found(given.as_ref(), &source.trace);
            let labels = found.as_ref();
            let exported = match to {
                ConvertTo::Tla => export::to_tla_module(&source.trace, name, labels),
                ConvertTo::Quint => export::to_quint(&source.trace, name),
                ConvertTo::Mermaid => export::mermaid(&source.trace, labels),
                _ => export::dot(&source.trace, labels),
            };
            write_exported(&mut out, &exported, &source.name, terminal)?;
        }
    }
    out.finish()?;
    Ok(answer)
}

/// Refuses what the notation has no way to say.
fn possible(to: ConvertTo, name: &str, trace: &Trace) -> Result<(), Trouble> {
    let is_name = match to {
        ConvertTo::Tla => export::is_tla_module_name(name),
        ConvertTo::Quint => export::is_quint_module_name(name),
        _ => true,
    };
    if !is_name {
        return Err(Trouble::new(format!(
            "a module cannot be called {name} in this notation: choose a --name"
        )));
    }
    if to == ConvertTo::Tla && trace.states.is_empty() {
        return Err(Trouble::new("this trace has no states, and TLA+ no behavior without a state"));
    }
    Ok(())
}

fn write_exported(
    out: &mut impl Write,
    exported: &Exported,
    name: &str,
    terminal: &Terminal,
) -> Result<(), Trouble> {
    for note in &exported.notes {
        terminal.note(&format!("{name}: {note}"));
    }
    Ok(out.write_all(exported.text.as_bytes())?)
}

/// The states of a trace, one a line: `{"trace": 0, "state": 3, "action": {"name", "args"} or null, "vars": {…}}`.
fn states(out: &mut impl Write, number: usize, trace: &Trace, given: Option<&Labels>) -> Result<(), Trouble> {
    let labels = labels::given_or_found(given, trace);
    for (at, state) in trace.states.iter().enumerate() {
        let label = labels.as_ref().and_then(|labels| labels.label(state, at).ok());
        let action = label.map(|label| {
            let args = itf::State::from(label.args);
            json!({"name": &*label.name, "args": export::plain_state(&args)})
        });
        let line =
            json!({"trace": number, "state": at, "action": action, "vars": export::plain_state(state)});
        writeln!(out, "{line}")?;
    }
    Ok(())
}
