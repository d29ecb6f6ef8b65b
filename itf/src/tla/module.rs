//! Traces as TLA+ modules: the dumps of TLC, the files of its simulation, the counterexamples of Apalache, and our own.

use nom::Parser;

use super::ImportError;
use super::build::{Draft, Frame, Head, Importer, states};
use super::json::step;
use super::lex::{Parsed, blank, block_end, expected, failure, name, need, plain, sign};
use super::report;
use super::value::value;
use crate::value::Value;

/// A definition at the beginning of a line.
struct Definition<'a> {
    name: &'a str,
    /// Where its line begins.
    start: usize,
    /// Where what it stands for begins.
    body: usize,
    /// The last comment before it.
    comment: Option<&'a str>,
}

/// Whether this is a module of TLA+ with a trace.
pub(super) fn is_module(text: &str) -> bool {
    let is_head = |line: &str| line.trim_start().starts_with("----") && line.contains(" MODULE ");
    text.lines().any(is_head) && definitions(text).iter().any(|d| kind(d.name).is_some())
}

/// What a definition of this name has to say.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// The whole: states and actions.
    Graph,
    /// The states alone.
    Sequence,
    /// One state, by its number.
    State,
    /// Apalache: the constants, as a state.
    Constants,
    /// Ours: the parameters, as a record.
    Params,
    /// Ours: the number of the state to which the last one leads back, from 1.
    Loop,
}

fn kind(name: &str) -> Option<Kind> {
    let number = |prefix: &str| name.strip_prefix(prefix).is_some_and(|n| n.parse::<u32>().is_ok());
    match name {
        "CounterExample" => Some(Kind::Graph),
        "Trace" | "trace" => Some(Kind::Sequence),
        "ConstInit" => Some(Kind::Constants),
        "TraceParams" => Some(Kind::Params),
        "_TTraceLassoStart" | "TraceLoop" => Some(Kind::Loop),
        _ if number("STATE_") || number("State") => Some(Kind::State),
        _ => None,
    }
}

pub(super) fn read(importer: &mut Importer<'_>) -> Result<(), ImportError> {
    let text = importer.text;
    let mut draft = Draft { source: source(text), ..Draft::default() };
    for definition in definitions(text) {
        let (body, offset) = (&text[definition.body..], definition.start);
        let failed = |fail, importer: &Importer<'_>| importer.failed(plain(fail), text.len());
        match kind(definition.name) {
            None => {
                if definition.name == "InvariantViolation" && !draft.frames.is_empty() {
                    draft.violation = Some("InvariantViolation".into());
                }
            }
            Some(Kind::Constants) => {
                // What is more than a list of values says nothing to us.
                if let Ok((_, assigns)) = conjunction(body) {
                    draft.params = assigns.into_iter().map(|(name, _)| name).collect();
                }
            }
            Some(Kind::Params) => {
                let (_, record) = value(body).map_err(|fail| failed(fail, importer))?;
                draft.constants = assigns(&record).unwrap_or_default();
            }
            Some(Kind::Loop) => {
                let number = value(body).ok().and_then(|(_, value)| value.as_i64());
                draft.loop_index = number.and_then(|n| usize::try_from(n - 1).ok());
            }
            Some(Kind::State) => {
                let at = draft.frames.len();
                let (_, assigns) =
                    conjunction(body).map_err(|fail| failed(fail, importer).about(states(at)))?;
                // The oldest Apalache begins with a state about nothing.
                if assigns.is_empty() && at == 0 {
                    continue;
                }
                let head = match definition.comment {
                    Some(comment) if at > 0 && comment.starts_with('<') => {
                        report::head(comment).map_or_else(|_| Head::default(), |(_, head)| head)
                    }
                    _ => Head::default(),
                };
                draft.frames.push(Frame { head, assigns, offset });
            }
            Some(Kind::Sequence) => {
                let (_, sequence) = value(body).map_err(|fail| failed(fail, importer))?;
                let Value::List(all) = &sequence else {
                    return Err(importer.error(definition.body, "a trace is a sequence of records"));
                };
                for state in all {
                    let at = draft.frames.len();
                    let Some(assigns) = assigns(state) else {
                        return Err(importer
                            .error(definition.body, "this state is no record")
                            .about(states(at)));
                    };
                    draft.frames.push(Frame { head: Head::default(), assigns, offset });
                }
            }
            Some(Kind::Graph) => {
                let (_, whole) = value(body).map_err(|fail| failed(fail, importer))?;
                graph(&mut draft, &whole, offset)
                    .ok_or_else(|| importer.error(definition.body, "no counterexample as TLC writes it"))?;
            }
        }
    }
    if draft.frames.is_empty() {
        return Err(importer.error(0, "there is no state in this module"));
    }
    if draft.loop_index.is_none() {
        draft.loop_index = configured_loop(text).filter(|index| *index < draft.frames.len());
    }
    importer.add(draft);
    Ok(())
}

/// The lasso of a file of TLC's trace explorer (`*_TTrace_*.tla`), which has it among the constants of its configuration:
/// `_TTraceLassoStart = 4`, from 1.
fn configured_loop(text: &str) -> Option<usize> {
    let mut lines = text.lines();
    lines.by_ref().find(|line| line.starts_with("----") && line.contains(" CONFIG "))?;
    let start =
        lines.find_map(|line| line.trim().strip_prefix("_TTraceLassoStart")?.trim().strip_prefix('='))?;
    start.trim().parse::<usize>().ok()?.checked_sub(1)
}

/// The module that is extended, or else its own name.
fn source(text: &str) -> Option<String> {
    let standard =
        ["Integers", "Naturals", "Sequences", "FiniteSets", "TLC", "TLCExt", "Toolbox", "Apalache", "Reals"];
    let extended = text.lines().find_map(|line| line.strip_prefix("EXTENDS "))?;
    let module = extended.split(',').map(str::trim).find(|module| !standard.contains(module))?;
    Some(format!("{module}.tla"))
}

/// The definitions of a module, as far as they begin a line.
fn definitions(text: &str) -> Vec<Definition<'_>> {
    let mut found = Vec::new();
    let mut comment = None;
    let mut at = 0;
    while at < text.len() {
        let line_end = text[at..].find('\n').map_or(text.len(), |n| at + n + 1);
        let line = text[at..line_end].trim_start();
        let start = line_end - line.len();
        if let Some(said) = line.strip_prefix("\\*") {
            comment = Some(said.trim());
        } else if line.starts_with("(*") {
            let inside = start + 2;
            let end = block_end(&text[inside..]).map_or(text.len(), |n| inside + n);
            comment = Some(text[inside..end].trim_end_matches("*)").trim());
            at = end.max(line_end.min(text.len()));
            if end < line_end {
                // The rest of the line may be a definition.
                at = end;
            }
            continue;
        } else if let Ok((rest, name)) = name(line)
            && let Ok((rest, _)) = sign("==").parse(rest)
        {
            let body = line_end - rest.len();
            found.push(Definition { name, start, body, comment: comment.take() });
        }
        at = line_end;
    }
    found
}

/// `x = 1 /\ y = {}`, with or without a sign before the first; `TRUE` is none.
fn conjunction(text: &str) -> Parsed<'_, Vec<(String, Value)>> {
    let (mut rest, ()) = blank(text)?;
    let mut found: Vec<(String, Value)> = Vec::new();
    if let Ok((after, _)) = sign("/\\").parse(rest) {
        rest = after;
    }
    loop {
        let (start, ()) = blank(rest)?;
        let (after, variable) = match name(start) {
            Ok((after, "TRUE")) if found.is_empty() => return Ok((after, found)),
            Ok(parsed) => parsed,
            Err(_) => return failure(start, expected("a variable", start)),
        };
        let (after, ()) = need("=").parse(after)?;
        let (after, value) = value(after)?;
        if found.iter().any(|(known, _)| known == variable) {
            return failure(start, format!("the variable `{variable}` is there twice"));
        }
        found.push((variable.to_owned(), value));
        let next: Parsed<'_, &str> = sign("/\\").parse(after);
        match next {
            Ok((after, _)) => rest = after,
            Err(_) => return Ok((after, found)),
        }
    }
}

/// The variables of a state that is written as a record.
fn assigns(state: &Value) -> Option<Vec<(String, Value)>> {
    match state {
        Value::Record(fields) => Some(fields.iter().map(|(name, v)| (name.to_string(), v.clone())).collect()),
        // A record without fields: a spec without variables.
        Value::List(items) if items.is_empty() => Some(Vec::new()),
        // A spec whose variables are `tag` and `value`.
        Value::Variant(variant) => Some(vec![
            ("tag".into(), Value::Str(variant.tag().clone())),
            ("value".into(), variant.payload().clone()),
        ]),
        _ => None,
    }
}

/// `[action |-> {…}, state |-> {<<1, […]>>, …}]`.
fn graph(draft: &mut Draft, whole: &Value, offset: usize) -> Option<()> {
    let whole = whole.as_record()?;
    let number = |pair: &Value| -> Option<u64> { u64::try_from(pair.items()?.first()?.as_i64()?).ok() };
    let mut all =
        whole.get("state")?.as_set()?.iter().map(|pair| Some((number(pair)?, pair.items()?.get(1)?)));
    let mut all: Vec<(u64, &Value)> = all.by_ref().collect::<Option<_>>()?;
    all.sort_by_key(|(number, _)| *number);
    for (at, (number, state)) in (1..).zip(all) {
        if at != number {
            return None;
        }
        draft.frames.push(Frame { head: Head::default(), assigns: assigns(state)?, offset });
    }
    for edge in whole.get("action").and_then(Value::as_set)? {
        let [from, action, to] = edge.items()? else { return None };
        let action = action.as_record()?;
        let names = action.get("parameters").and_then(Value::items).unwrap_or_default();
        let context = action.get("context");
        let args = names.iter().map(|name| {
            let name = name.as_str()?;
            // One parameter named `1` and the like cannot be; but a context may be any function.
            let value = match context? {
                Value::Record(fields) => fields.get(name)?.clone(),
                Value::Map(map) => map.get(&Value::from(name))?.clone(),
                Value::Variant(v) if name == "tag" => Value::Str(v.tag().clone()),
                Value::Variant(v) if name == "value" => v.payload().clone(),
                _ => return None,
            };
            Some((Some(name.to_owned()), value))
        });
        let head = Head {
            action: action.get("name").and_then(Value::as_str).map(str::to_owned),
            args: args.collect::<Option<_>>()?,
        };
        let location = action.get("location").and_then(Value::as_record);
        let module = location.and_then(|place| place.get("module")).and_then(Value::as_str);
        step(draft, number(from)?, number(to)?, head, module);
    }
    Some(())
}
