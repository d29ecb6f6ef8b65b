//! `itf info`: one table about many traces.

use std::collections::HashSet;
use std::io::{IsTerminal, Write};

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use itf::render::escape;
use itf::{Labels, Trace, Value};
use serde_json::json;

use super::labels;
use crate::claims;
use crate::cli::{Info, InfoFormat};
use crate::exit::Answer;
use crate::input;
use crate::output::{Terminal, counted};
use crate::trouble::Trouble;

/// The columns, and whether they hold numbers.
const COLUMNS: [(&str, bool); 8] = [
    ("trace", false),
    ("source", false),
    ("states", true),
    ("variables", true),
    ("values", true),
    ("actions", true),
    ("property", false),
    ("loop", true),
];

type Row = [String; COLUMNS.len()];

pub(crate) fn run(args: &Info, terminal: &Terminal) -> Result<Answer, Trouble> {
    let labels = args.action.labels()?;
    let labels = labels.as_ref();
    let mut answer = Answer::Yes;
    let mut rows: Vec<Row> = Vec::new();
    let mut items: Vec<serde_json::Value> = Vec::new();
    let (mut files, mut states) = (0, 0);
    // Of all traces together: they are read through one store, so that what they share is the same.
    let mut reader = crate::limits::reader();
    let mut all: HashSet<Value> = HashSet::new();
    for path in input::or_stdin(&args.files, terminal) {
        let (name, documents) = match input::documents(&path, &mut reader, terminal) {
            Ok(opened) => opened,
            Err(trouble) => {
                terminal.complain(&trouble.to_string());
                answer = Answer::Trouble;
                continue;
            }
        };
        files += 1;
        let first = rows.len();
        let mut numbers = Vec::new();
        let mut found = 0_usize;
        for read in documents {
            found += 1;
            match read {
                Ok(document) => {
                    let distinct = distinct(&document.trace);
                    states += document.trace.states.len();
                    numbers.push(found);
                    rows.push(row(&name, &document.trace, distinct.len(), labels));
                    items.push(item(&name, found, &document.trace, distinct.len(), labels));
                    all.extend(distinct.into_iter().cloned());
                }
                Err(error) => {
                    terminal.complain(&input::told(&name, &error));
                    answer = Answer::Trouble;
                }
            }
        }
        if found == 0 {
            terminal.note(&format!("{name}: no traces"));
        }
        if found > 1 {
            for (row, number) in rows[first..].iter_mut().zip(numbers) {
                row[0] = format!("{}#{number}", row[0]);
            }
        }
    }
    let mut out = terminal.stdout();
    let count = rows.len();
    if args.format == InfoFormat::Json {
        let total = json!({"files": files, "traces": count, "states": states, "values": all.len()});
        let document = json!({"version": 1, "traces": items, "total": total}).to_string();
        writeln!(out, "{}", crate::quiet::json(&document))?;
        out.flush()?;
        return Ok(answer);
    }
    if count > 0 {
        writeln!(out, "{}", fitting(&rows))?;
    }
    if count > 1 {
        writeln!(
            out,
            "{} in {}, {}, {}",
            counted(count, "trace"),
            counted(files, "file"),
            counted(states, "state"),
            counted(all.len(), "value"),
        )?;
    }
    out.flush()?;
    Ok(answer)
}

fn row(name: &str, trace: &Trace, distinct: usize, labels: Option<&Labels>) -> Row {
    [
        name.to_owned(),
        source(trace),
        trace.states.len().to_string(),
        trace.variables().len().to_string(),
        distinct.to_string(),
        actions(trace, labels).map_or(String::new(), |count| count.to_string()),
        property(trace),
        trace.loop_index.map_or(String::new(), |at| at.to_string()),
    ]
    .map(|text| escape(&text))
}

/// The same for programs; `number` counts the traces of the file from 1.
fn item(
    name: &str,
    number: usize,
    trace: &Trace,
    distinct: usize,
    labels: Option<&Labels>,
) -> serde_json::Value {
    let said = |text: String| (!text.is_empty()).then_some(text);
    json!({
        "file": name,
        "number": number,
        "source": said(source(trace)),
        "states": trace.states.len(),
        "variables": trace.variables(),
        "parameters": trace.params,
        "values": distinct,
        "actions": actions(trace, labels),
        "status": said(text(trace, "status")),
        "property": said(property(trace)),
        "loop": trace.loop_index,
    })
}

/// The tool and the spec, as far as the trace tells.
fn source(trace: &Trace) -> String {
    let created = text(trace, "description");
    // "Created by Quint on Sat Nov 21 2026 …"
    let tool = created.strip_prefix("Created by ").map(|rest| rest.split(" on ").next().unwrap_or(rest));
    let source = text(trace, "source");
    let file = source.rsplit(['/', '\\']).next().unwrap_or_default();
    [tool.unwrap_or_default().trim(), file].join(" ").trim().to_owned()
}

/// The property for which the trace was kept, and else how its run ended.
fn property(trace: &Trace) -> String {
    if claims::are_stale(trace) {
        return String::new();
    }
    let name = text(trace, "predicate_name");
    let violation = text(trace, "violation");
    match text(trace, "predicate_kind").as_str() {
        _ if name.is_empty() && !violation.is_empty() => format!("violates {violation}"),
        _ if name.is_empty() => text(trace, "status"),
        "invariant" => format!("violates {name}"),
        "example" => format!("reaches {name}"),
        kind => format!("{kind} {name}").trim_start().to_owned(),
    }
}

/// A text in the meta of the trace; empty if it is not there.
fn text(trace: &Trace, key: &str) -> String {
    trace.meta.get(key).and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// How many different actions there are, by name, if the trace says what its steps did.
fn actions(trace: &Trace, given: Option<&Labels>) -> Option<usize> {
    let labels = labels::given_or_found(given, trace)?;
    let label = |(at, state)| labels.label(state, at).ok();
    let names: HashSet<_> =
        trace.states.iter().enumerate().filter_map(label).map(|label| label.name).collect();
    Some(names.len())
}

/// The different values of a trace, at any depth.
fn distinct(trace: &Trace) -> HashSet<&Value> {
    let mut seen = HashSet::new();
    let mut todo: Vec<&Value> = Vec::new();
    for state in &trace.states {
        todo.extend(state.value.values());
        while let Some(value) = todo.pop() {
            if !seen.insert(value) {
                continue;
            }
            match value {
                Value::List(items) => todo.extend(items.iter()),
                Value::Tuple(items) => todo.extend(items.iter()),
                Value::Set(elements) => todo.extend(elements.iter()),
                Value::Map(map) => todo.extend(map.iter().flat_map(|(key, value)| [key, value])),
                Value::Record(record) => todo.extend(record.values()),
                Value::Variant(variant) => todo.push(variant.payload()),
                _ => {}
            }
        }
    }
    seen
}

/// The fewest characters of a text that are kept where the table is too wide.
const SHORTEST: usize = 16;
const NAME: usize = 0;
const SOURCE: usize = 1;
const PROPERTY: usize = 6;

/// The table, in the width of the terminal if names can be cut so far; where that is too little, without the sources.
/// Elsewhere there is no width.
fn fitting(rows: &[Row]) -> String {
    let most = if std::io::stdout().is_terminal() { Terminal::width() } else { usize::MAX };
    let width = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    let mut text = table(rows);
    let narrower = [&[NAME][..], &[SOURCE, NAME], &[SOURCE, NAME, PROPERTY]];
    for columns in narrower {
        if width(&text) <= most {
            break;
        }
        let mut rows = rows.to_vec();
        for &column in columns {
            if column == SOURCE {
                for row in &mut rows {
                    row[SOURCE].clear();
                }
                continue;
            }
            let excess = width(&table(&rows)).saturating_sub(most);
            let longest = rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
            let room = longest.saturating_sub(excess).max(SHORTEST);
            for row in &mut rows {
                row[column] = cut(&row[column], room);
            }
        }
        text = table(&rows);
    }
    text
}

/// The end of a text: of a path, and of the name of a property, it says more than the beginning.
fn cut(text: &str, room: usize) -> String {
    let length = text.chars().count();
    if length <= room {
        return text.to_owned();
    }
    let end: String = text.chars().skip(length + 1 - room).collect();
    format!("…{end}")
}

/// The table without lines, so that it reads well in a terminal and splits well in a pipe. Columns that hold nothing are
/// left out.
fn table(rows: &[Row]) -> String {
    let kept: Vec<usize> =
        (0..COLUMNS.len()).filter(|&at| rows.iter().any(|row| !row[at].is_empty())).collect();
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(kept.iter().map(|&at| COLUMNS[at].0));
    for row in rows {
        table.add_row(kept.iter().map(|&at| Cell::new(if row[at].is_empty() { "-" } else { &row[at] })));
    }
    for (column, &at) in table.column_iter_mut().zip(&kept) {
        column.set_padding((0, 2));
        if COLUMNS[at].1 {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}
