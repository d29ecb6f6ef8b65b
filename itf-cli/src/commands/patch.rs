//! `itf patch`: one trace made of another.

use itf::diff::DiffDocument;

use crate::cli::Patch;
use crate::exit::Answer;
use crate::input::{Input, STDIN};
use crate::output::{Output, Terminal, write_traces};
use crate::trouble::Trouble;

pub(crate) fn run(args: &Patch, terminal: &Terminal) -> Result<Answer, Trouble> {
    if args.trace.as_os_str() == STDIN && args.diff.as_os_str() == STDIN {
        return Err(Trouble::new("the trace and the diff cannot both come from standard input"));
    }
    let input = Input::read(&args.trace, terminal)?;
    let traces = crate::limits::reader().read(&input.bytes);
    let traces = traces.map_err(|error| Trouble::new(format!("{}:{error}", input.name)))?;
    let diff = Input::read(&args.diff, terminal)?;
    let text =
        String::from_utf8(diff.bytes).map_err(|_| Trouble::new(format!("{}: not UTF-8", diff.name)))?;
    let documents: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    // One document may be laid out over many lines; several are one a line, as there are pairs of traces.
    let documents = if traces.len() == 1 { vec![text.as_str()] } else { documents };
    if documents.len() != traces.len() {
        return Err(Trouble::new(format!(
            "{} holds {} traces, {} holds {} diffs",
            input.name,
            traces.len(),
            diff.name,
            documents.len()
        )));
    }
    let mut patched = Vec::new();
    for (trace, text) in traces.iter().zip(documents) {
        let document = DiffDocument::parse(text).map_err(|e| Trouble::new(format!("{}: {e}", diff.name)))?;
        if let Some([left, right]) = document.traces
            && left != right
        {
            return Err(Trouble::new(format!(
                "{}: it is a part of a comparison of {left} with {right} traces, and says nothing of those that only one side has",
                diff.name
            )));
        }
        let Some(patch) = document.patch else {
            return Err(Trouble::new(format!(
                "{}: this diff was made under rules or is not complete; it does not say how to make one trace of the other",
                diff.name
            )));
        };
        let patch = if args.reverse { patch.reversed() } else { patch };
        match patch.apply(trace) {
            Ok(trace) => patched.push(trace),
            Err(error) => {
                terminal.complain(&format!("{}: the diff does not fit: {error}", input.name));
                return Ok(Answer::No);
            }
        }
    }
    let mut out = Output::open(args.out.file.as_deref())?;
    write_traces(&mut out, &patched)?;
    out.finish()?;
    Ok(Answer::Yes)
}
