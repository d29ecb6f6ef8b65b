//! `itf eval`: the values of expressions along traces.

use std::collections::HashSet;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use itf::expr::{Error, Evaluator, Expr};
use itf::render::escape;
use itf::{Record, State, Trace, Value};

use crate::cli::{Eval, EvalFormat};
use crate::exit::Answer;
use crate::input;
use crate::output::{Terminal, write_traces};
use crate::trouble::Trouble;

pub(crate) fn run(args: &Eval, terminal: &Terminal) -> Result<Answer, Trouble> {
    let (texts, files) = expressions_and_files(args)?;
    let mut expressions = Vec::with_capacity(texts.len());
    for text in &texts {
        let Some(expression) = parse(text, terminal) else { return Ok(Answer::Trouble) };
        expressions.push(expression);
    }
    let mut reader = crate::limits::reader();
    let (sources, mut answer) = input::traces(&files, &mut reader, terminal);
    let mut out = terminal.stdout();
    let mut derived = Vec::new();
    for (at, source) in sources.iter().enumerate() {
        let trace = &source.document.trace;
        let Some(columns) = columns(&expressions, trace, &source.name, terminal) else {
            answer = Answer::Trouble;
            continue;
        };
        if columns.iter().any(|column| column.failed) {
            answer = Answer::Trouble;
        }
        match args.format {
            EvalFormat::Itf => match derive(trace, &columns) {
                Ok(trace) => derived.push(trace),
                Err(why) => {
                    terminal.complain(&format!("{}: {why}", source.name));
                    answer = Answer::Trouble;
                }
            },
            EvalFormat::Text => {
                if sources.len() > 1 {
                    writeln!(out, "{}{}", if at > 0 { "\n" } else { "" }, escape(&source.name))?;
                }
                writeln!(out, "{}", table(&columns, trace.states.len(), args.changes))?;
            }
        }
    }
    write_traces(&mut out, &derived)?;
    out.flush()?;
    Ok(answer)
}

/// As with `grep`: the first argument is the expression, unless one was given by `-e`.
fn expressions_and_files(args: &Eval) -> Result<(Vec<String>, Vec<PathBuf>), Trouble> {
    let files = args.files.iter().map(PathBuf::from);
    if !args.expressions.is_empty() {
        return Ok((args.expressions.clone(), args.first.iter().map(PathBuf::from).chain(files).collect()));
    }
    let Some(expression) = &args.first else {
        return Err(Trouble::new("there is no expression: itf eval EXPR FILES"));
    };
    let Some(expression) = expression.to_str() else {
        return Err(Trouble::new("the expression is not UTF-8"));
    };
    Ok((vec![expression.to_owned()], files.collect()))
}

/// An expression, or its errors told.
pub(crate) fn parse(text: &str, terminal: &Terminal) -> Option<Expr> {
    Expr::parse(text).map_err(|error| tell(&error, text, None, terminal)).ok()
}

/// Tells what is wrong with an expression, with its line and carets.
pub(crate) fn tell(error: &Error, text: &str, source: Option<&str>, terminal: &Terminal) {
    let report = Terminal::report(error, text);
    let (message, excerpt) = report.split_once('\n').unwrap_or((&report, ""));
    match source {
        Some(source) => terminal.complain(&format!("{source}: {message}")),
        None => terminal.complain(message),
    }
    // Nobody is left to be told that standard error is closed.
    let _ = write!(terminal.stderr(), "{excerpt}");
}

/// The values of one expression along a trace.
struct Column {
    title: String,
    /// By state; that of a step at the state into which it leads. The step back to the loop is behind the last state.
    values: Vec<Option<Value>>,
    is_step: bool,
    failed: bool,
}

/// The columns; `None` if an expression means nothing for this trace, which was told.
fn columns(expressions: &[Expr], trace: &Trace, source: &str, terminal: &Terminal) -> Option<Vec<Column>> {
    let mut columns = Vec::with_capacity(expressions.len());
    for expression in expressions {
        let mut along = Evaluator::new(expression, trace)
            .map_err(|error| tell(&error, expression.text(), Some(source), terminal))
            .ok()?;
        let mut told = HashSet::new();
        for (tag, _, near) in along.strange_tags() {
            if !told.insert(tag.clone()) {
                continue;
            }
            let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            terminal.note(&format!("{source}: no value in it has the tag `{tag}`{near}"));
        }
        let is_step = along.is_step();
        let range = if is_step { along.steps() } else { 0..along.states() };
        let mut values = vec![None; range.start];
        let mut failed = false;
        for at in range {
            let value = if is_step { along.step(at) } else { along.state(at) };
            // One error is enough: those of the other states are mostly the same.
            if let (Err(error), false) = (&value, failed) {
                tell(error, expression.text(), Some(source), terminal);
                failed = true;
            }
            values.push(value.ok());
        }
        let title = expression.text().split_whitespace().collect::<Vec<_>>().join(" ");
        columns.push(Column { title, values, is_step, failed });
    }
    Some(columns)
}

/// A trace whose variables are the expressions.
fn derive(trace: &Trace, columns: &[Column]) -> Result<Trace, &'static str> {
    if columns.iter().any(|column| column.is_step) {
        return Err("an expression over steps has no value in the initial state, which a trace must have");
    }
    let mut names = HashSet::new();
    if !columns.iter().all(|column| names.insert(&column.title)) {
        return Err("an expression that stands there twice would be two variables of one name");
    }
    let mut states = Vec::with_capacity(trace.states.len());
    for (at, state) in trace.states.iter().enumerate() {
        let mut fields = Vec::with_capacity(columns.len());
        for column in columns {
            let Some(value) = &column.values[at] else {
                return Err("a state without a value makes no trace");
            };
            fields.push((column.title.as_str(), value.clone()));
        }
        states.push(State { meta: state.meta.clone(), value: Record::from_iter(fields) });
    }
    let mut derived = Trace::new(columns.iter().map(|column| column.title.clone()), states);
    derived.loop_index = trace.loop_index;
    Ok(derived)
}

/// One row a state. Only a terminal has a width: elsewhere a state is one line.
fn table(columns: &[Column], states: usize, changes: bool) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if std::io::stdout().is_terminal() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(Terminal::width()).unwrap_or(u16::MAX));
    } else {
        table.set_content_arrangement(ContentArrangement::Disabled);
    }
    table.set_header(["state".to_owned()].into_iter().chain(columns.iter().map(|c| escape(&c.title))));
    let rows = columns.iter().map(|column| column.values.len()).max().unwrap_or(0).max(states);
    let mut before: Option<Vec<Option<&Value>>> = None;
    for at in 0..rows {
        let values: Vec<Option<&Value>> =
            columns.iter().map(|column| column.values.get(at).and_then(Option::as_ref)).collect();
        if changes && before.as_ref() == Some(&values) {
            continue;
        }
        let number = if at < states { at.to_string() } else { "loop".to_owned() };
        let cells = values.iter().zip(columns).map(|(value, column)| match value {
            Some(value) => value.to_string(),
            // A state has no step into it; everything else that has no value was told.
            None if at >= column.values.len() || (column.is_step && at == 0) => "-".to_owned(),
            None => "!".to_owned(),
        });
        table.add_row([number].into_iter().chain(cells).map(Cell::new));
        before = Some(values);
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if at == 0 {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}
