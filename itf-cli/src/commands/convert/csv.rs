//! A table of states, as CSV.

use std::collections::HashSet;
use std::io::Write;

use itf::expr::{Evaluator, Expr};
use itf::{Labels, Value};

use super::read::Source;
use crate::commands::{eval, labels};
use crate::exit::Answer;
use crate::output::Terminal;
use crate::trouble::Trouble;

/// Writes a line a state: the trace, the state, its action, and the columns; all variables, if none is asked for.
pub(super) fn write(
    out: &mut impl Write,
    sources: &[Source],
    columns: &[String],
    given: Option<&Labels>,
    terminal: &Terminal,
) -> Result<Answer, Trouble> {
    let mut expressions = Vec::new();
    for text in columns {
        match eval::parse(text, terminal) {
            Some(expression) => expressions.push(expression),
            None => return Ok(Answer::Trouble),
        }
    }
    let mut variables: Vec<&str> = Vec::new();
    if columns.is_empty() {
        let mut seen = HashSet::new();
        variables = sources.iter().flat_map(|source| source.trace.variables()).collect();
        variables.retain(|name| seen.insert(*name));
    }
    let mut table = csv::Writer::from_writer(out);
    let failed = |error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(error) => Trouble::from(error),
        other => Trouble::new(format!("cannot write the table: {other:?}")),
    };
    let heads = columns.iter().map(String::as_str).chain(variables.iter().copied());
    table
        .write_record(["trace", "state", "action"].into_iter().chain(heads).map(harmless))
        .map_err(failed)?;
    let mut answer = Answer::Yes;
    for source in sources {
        let trace = &source.trace;
        let labels = labels::given_or_found(given, trace);
        let (cells, is_whole) = evaluated(&expressions, source, terminal);
        if !is_whole {
            answer = Answer::Trouble;
        }
        for (at, state) in trace.states.iter().enumerate() {
            let label = labels.as_ref().and_then(|labels| labels.label(state, at).ok());
            let mut row = vec![
                harmless(&source.name),
                at.to_string(),
                harmless(&label.map_or_else(String::new, |label| label.to_string())),
            ];
            row.extend(cells.iter().map(|column| column[at].as_ref().map_or_else(String::new, cell)));
            row.extend(variables.iter().map(|name| state.get(name).map_or_else(String::new, cell)));
            table.write_record(&row).map_err(failed)?;
        }
    }
    table.flush()?;
    Ok(answer)
}

/// The values of the expressions, by column and state; and whether all have one. The first error of each is told.
fn evaluated(expressions: &[Expr], source: &Source, terminal: &Terminal) -> (Vec<Vec<Option<Value>>>, bool) {
    let mut is_whole = true;
    let count = source.trace.states.len();
    let mut columns = Vec::new();
    for expression in expressions {
        let mut told = false;
        let mut tell = |error: &itf::expr::Error| {
            if !told {
                eval::tell(error, expression.text(), Some(&source.name), terminal);
            }
            (told, is_whole) = (true, false);
        };
        let mut values = vec![None; count];
        match Evaluator::new(expression, &source.trace) {
            Ok(mut along) => {
                let is_step = along.is_step();
                let range = if is_step { along.steps() } else { 0..along.states() };
                for (at, cell) in values.iter_mut().enumerate().take(range.end).skip(range.start) {
                    let value = if is_step { along.step(at) } else { along.state(at) };
                    *cell = value.map_err(|e| tell(&e)).ok();
                }
            }
            Err(error) => tell(&error),
        }
        columns.push(values);
    }
    (columns, is_whole)
}

/// A value: strings as they are, all else in Quint's notation.
fn cell(value: &Value) -> String {
    match value {
        Value::Str(text) => harmless(text),
        Value::Int(_) => value.to_string(),
        other => harmless(&other.to_string()),
    }
}

/// A text that no spreadsheet takes for a formula, in one line and without what acts on a terminal or in a log: what would is
/// written as the text forms write it, `\n` and `\u{1b}`.
fn harmless(text: &str) -> String {
    let acts = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = itf::render::escape(text);
    if acts { format!("'{text}") } else { text }
}
