//! Reading traces in any notation.

use itf::Trace;
use itf::tla::{self, Notation};

use crate::cli::{Convert, ConvertFrom};
use crate::exit::Answer;
use crate::input::{self, Input};
use crate::output::Terminal;

/// A trace and what it is called in messages.
pub(super) struct Source {
    pub(super) name: String,
    pub(super) trace: Trace,
}

/// All traces of all inputs; whether all of them were ITF; and whether something could not be read, which was told.
pub(super) fn all(args: &Convert, terminal: &Terminal) -> (Vec<Source>, bool, Answer) {
    let mut sources = Vec::new();
    let mut answer = Answer::Yes;
    let mut is_itf = true;
    let mut reader = crate::limits::reader();
    for path in input::or_stdin(&args.files, terminal) {
        let input = match Input::read(&path, terminal) {
            Ok(input) => input,
            Err(trouble) => {
                terminal.complain(&trouble.to_string());
                answer = Answer::Trouble;
                continue;
            }
        };
        let mut complain = |error: String| {
            terminal.complain(&format!("{}:{error}", input.name));
            answer = Answer::Trouble;
        };
        let mut traces = Vec::new();
        let from = match args.from {
            ConvertFrom::Auto => detect(&input.bytes),
            from => from,
        };
        is_itf &= from == ConvertFrom::Itf;
        let notation = match from {
            ConvertFrom::Tlc => Some(Notation::Report),
            ConvertFrom::TlcJson => Some(Notation::Json),
            ConvertFrom::Tla => Some(Notation::Module),
            _ => None,
        };
        match (notation, std::str::from_utf8(&input.bytes)) {
            (Some(notation), Ok(text)) => match tla::read_as(text, notation) {
                Ok(import) => {
                    for remark in &import.remarks {
                        terminal.note(&format!("{}:{remark}", input.name));
                    }
                    traces = import.traces;
                }
                Err(error) => complain(error.to_string()),
            },
            (None, Ok(text)) if from == ConvertFrom::Json => {
                for (before, line) in documents(text) {
                    match itf::export::from_plain(line) {
                        Ok(trace) => traces.push(trace),
                        Err(error) => complain(error.after_lines(before).to_string()),
                    }
                }
            }
            (Some(_), Err(_)) => complain(" not UTF-8 text".into()),
            _ => {
                for read in reader.documents(&input.bytes) {
                    match read {
                        Ok(document) => traces.push(document.trace),
                        Err(error) => complain(error.to_string()),
                    }
                }
            }
        }
        let of_many = traces.len() > 1;
        if traces.is_empty() && answer == Answer::Yes {
            terminal.note(&format!("{}: no traces", input.name));
        }
        let named = (1..).zip(traces).map(|(number, trace)| {
            let name = input::numbered(&input.name, number, of_many);
            Source { name, trace }
        });
        sources.extend(named);
    }
    (sources, is_itf, answer)
}

fn detect(bytes: &[u8]) -> ConvertFrom {
    match std::str::from_utf8(bytes).ok().and_then(Notation::of) {
        Some(Notation::Report) => ConvertFrom::Tlc,
        Some(Notation::Json) => ConvertFrom::TlcJson,
        Some(Notation::Module) => ConvertFrom::Tla,
        _ => ConvertFrom::Itf,
    }
}

/// The documents of a text, one, or one a line, with how many lines are before each.
fn documents(text: &str) -> Vec<(usize, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: Vec<(usize, &str)> =
        text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).collect();
    let is_whole =
        |(_, line): &(usize, &str)| line.trim_start().starts_with('{') && line.trim_end().ends_with('}');
    if lines.len() > 1 && lines.iter().all(is_whole) {
        lines
    } else if lines.is_empty() {
        Vec::new()
    } else {
        vec![(0, text)]
    }
}
