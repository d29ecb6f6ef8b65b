//! `itf fmt`: the canonical form.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use itf::diff::{Rules, canonical_names};
use itf::{Document, Layout, Trace, TraceWriter, WarningKind};

use crate::cli::Fmt;
use crate::exit::Answer;
use crate::input::{self, Input, STDIN};
use crate::output::{Output, Terminal, counted, write_file};
use crate::trouble::Trouble;

pub(crate) fn run(args: &Fmt, terminal: &Terminal) -> Result<Answer, Trouble> {
    let mut answer = Answer::Yes;
    let mut out = Output::open(args.out.file.as_deref())?;
    for path in input::or_stdin(&args.files, terminal) {
        match one(args, &path, &mut out, terminal) {
            Ok(one) => answer = answer.and(one),
            Err(Trouble::ReaderGone) => return Err(Trouble::ReaderGone),
            Err(trouble) => {
                terminal.complain(&trouble.to_string());
                answer = Answer::Trouble;
            }
        }
    }
    if answer != Answer::Trouble || args.out.file.is_none() {
        out.finish()?;
    }
    Ok(answer)
}

fn one(args: &Fmt, path: &Path, out: &mut Output, terminal: &Terminal) -> Result<Answer, Trouble> {
    let input = Input::read(path, terminal)?;
    // A file is read as a whole before anything is written: half of it is no result.
    let mut reader = crate::limits::reader();
    let documents: Result<Vec<Document>, _> = reader.documents(&input.bytes).collect();
    let documents = documents.map_err(|error| Trouble::new(input::told(&input.name, &error)))?;
    let has_none = |document: &Document| document.warnings.iter().any(|w| w.kind == WarningKind::NoVars);
    // What was not there is not made up, unless that is asked for.
    let no_vars: Vec<bool> = documents.iter().map(|document| has_none(document) && !args.repair).collect();
    let mut traces: Vec<Trace> = documents.into_iter().map(|document| document.trace).collect();
    if traces.is_empty() {
        terminal.note(&format!("{}: no traces", input.name));
    }
    let rules = fixed(args)?;
    for trace in &mut traces {
        if args.repair {
            if trace.vars.is_empty() && trace.states.iter().any(|state| !state.value.is_empty()) {
                trace.vars = trace.variables().into_iter().map(str::to_owned).collect();
                terminal.note(&format!("{}: `vars` was filled in", input.name));
            }
            match trace.repair() {
                0 => {}
                count => terminal.note(&format!(
                    "{}: leaked integers were mended in {}",
                    input.name,
                    counted(count, "value")
                )),
            }
        }
        if args.rename {
            let named = canonical_names(trace, &rules);
            if named.gave_up {
                terminal.note(&format!(
                    "{}: too many names are alike to try all ways; a trace that is the same but for names may get others",
                    input.name
                ));
            }
            *trace = named.trace;
        }
        trace.canonicalize();
    }
    if args.with_types {
        with_types(&mut traces, &input.name, terminal);
    }
    let text = format(args, &traces, &no_vars)?;
    if args.check {
        if text.as_bytes() == input.bytes {
            return Ok(Answer::Yes);
        }
        writeln!(out, "{}", itf::render::escape(&input.name))?;
        return Ok(Answer::No);
    }
    if args.write {
        if path.as_os_str() == STDIN {
            return Err(Trouble::new("--write needs files: standard input cannot be written"));
        }
        if itf::is_packed(&input.bytes) {
            return Err(Trouble::new(format!(
                "{}: it is packed, and --write would leave it unpacked: write the output of `itf fmt` into a file",
                input.name
            )));
        }
        if text.as_bytes() != input.bytes {
            if is_led_elsewhere(path, &args.files) {
                let name = path.display();
                terminal.note(&format!(
                    "{name}: left as it is: a link of a folder; name it to rewrite what it leads to"
                ));
                return Ok(Answer::Yes);
            }
            write_file(path, text.as_bytes())?;
        }
        return Ok(Answer::Yes);
    }
    out.write_all(text.as_bytes())?;
    Ok(Answer::Yes)
}

/// Whether it is a link that nobody named but a folder has: what it leads to is in the folder itself, or is none of ours.
fn is_led_elsewhere(path: &Path, named: &[PathBuf]) -> bool {
    let is_link = fs::symlink_metadata(path).is_ok_and(|known| known.is_symlink());
    is_link && !named.iter().any(|name| name == path)
}

/// What no renaming touches.
fn fixed(args: &Fmt) -> Result<Rules, Trouble> {
    let parse = |text: &String| text.parse().map_err(|e| Trouble::new(format!("--fixed: {e}")));
    Ok(Rules { fixed: args.fixed.iter().map(parse).collect::<Result<_, _>>()?, ..Rules::default() })
}

/// Gives each trace the types of its variables, and tells what Apalache will not take.
fn with_types(traces: &mut [Trace], file: &str, terminal: &Terminal) {
    let inferred = itf::types::infer(&*traces);
    for conflict in &inferred.conflicts {
        let told = format!("{file}: Apalache has no type for {}: {conflict}", conflict.variable);
        terminal.note(&itf::render::escape(&told));
    }
    for (name, t) in inferred.types.iter() {
        let is_told = inferred.conflicts.iter().any(|conflict| conflict.variable == name);
        if let Some(obstacle) = t.closed().obstacle().filter(|_| !is_told) {
            let told = format!("{file}: Apalache does not take the type of {name}: {obstacle}");
            terminal.note(&itf::render::escape(&told));
        }
    }
    for trace in traces {
        *trace = trace.with_types(&inferred.types);
    }
}

/// One trace is one document; several are one a line, or an array if they are to be pretty.
fn format(args: &Fmt, traces: &[Trace], no_vars: &[bool]) -> Result<String, Trouble> {
    let layout = match traces {
        _ if args.ndjson || args.compact => Layout::Compact,
        _ if args.pretty => Layout::Pretty,
        [_] => Layout::Canonical,
        _ => Layout::Compact,
    };
    let mut writer = match traces {
        [_, _, ..] if layout == Layout::Pretty => TraceWriter::array(Vec::new(), layout),
        _ => TraceWriter::new(Vec::new(), layout),
    };
    for (trace, no_vars) in traces.iter().zip(no_vars) {
        writer.no_vars(*no_vars);
        writer.trace(trace)?;
    }
    String::from_utf8(writer.finish()?).map_err(|e| Trouble::new(e.to_string()))
}
