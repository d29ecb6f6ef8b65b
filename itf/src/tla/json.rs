//! The file of TLC's `-dumpTrace json`.

use serde_json::Value as Json;

use super::ImportError;
use super::build::{Draft, Frame, Head, Importer};
use crate::path::Path;
use crate::value::{Int, Value};

pub(super) fn read(importer: &mut Importer<'_>) -> Result<(), ImportError> {
    let document: Json = serde_json::from_str(importer.text).map_err(|error| {
        let before = importer.text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len);
        let offset = (before.sum::<usize>() + error.column().saturating_sub(1)).min(importer.text.len());
        let offset = (0..=offset).rev().find(|at| importer.text.is_char_boundary(*at)).unwrap_or(0);
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
        importer.error(offset, message)
    })?;
    let wrong = |what: &str| importer.error(0, format!("no dump of TLC: {what}"));
    let trace = &document["counterexample"];
    let Some(states) = trace["state"].as_array() else {
        return Err(wrong("`counterexample.state` is no array"));
    };
    let mut draft = Draft::default();
    // Both are sets in TLC: their order means nothing.
    let mut numbered = Vec::new();
    for state in states {
        match (state[0].as_u64(), state[1].as_object()) {
            (Some(number), Some(values)) => numbered.push((number, values)),
            _ => return Err(wrong("a state is no pair of a number and an object")),
        }
    }
    numbered.sort_by_key(|(number, _)| *number);
    for (at, (number, values)) in (1..).zip(numbered) {
        if number != at {
            return Err(wrong(&format!("there is no state {at}")));
        }
        let assigns = values.iter().map(|(name, value)| (name.clone(), of_json(value))).collect();
        draft.frames.push(Frame { head: Head::default(), assigns, offset: 0 });
    }
    let named = |names: &Json| -> Vec<String> {
        let names = names.as_array().into_iter().flatten();
        names.filter_map(|name| name.as_str().map(str::to_owned)).collect()
    };
    draft.vars = named(&document["vars"]);
    for edge in trace["action"].as_array().into_iter().flatten() {
        let (Some(from), Some(to)) = (edge[0][0].as_u64(), edge[2][0].as_u64()) else {
            return Err(wrong("an action is not between two states"));
        };
        let names = named(&edge[1]["parameters"]);
        let args = names.into_iter().map(|name| {
            let value = of_json(&edge[1]["context"][&name]);
            (Some(name), value)
        });
        let action = edge[1]["name"].as_str().map(str::to_owned);
        let module = edge[1]["location"]["module"].as_str();
        step(&mut draft, from, to, Head { action, args: args.collect() }, module);
    }
    if draft.frames.is_empty() {
        return Err(wrong("there is no state"));
    }
    let message = "JSON of TLC does not tell sets and tuples from sequences, functions from records, nor model values \
                   from strings: -dumpTrace tla loses nothing";
    importer.remark(0, Path::root(), message.into());
    importer.add(draft);
    Ok(())
}

/// Takes note of a step, which may lead back.
pub(super) fn step(draft: &mut Draft, from: u64, to: u64, head: Head, module: Option<&str>) {
    if draft.source.is_none() {
        draft.source = module.filter(|m| !m.starts_with("--")).map(|module| format!("{module}.tla"));
    }
    let Some(at) = usize::try_from(to).ok().and_then(|to| to.checked_sub(1)) else { return };
    if to <= from {
        draft.loop_index = Some(at);
    } else if let Some(frame) = draft.frames.get_mut(at) {
        frame.head = head;
    }
}

/// A value as TLC writes it: what is lost is lost.
fn of_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::Unserializable("null".into()),
        Json::Bool(b) => Value::from(*b),
        Json::Number(number) => {
            let text = number.to_string();
            text.parse::<Int>().map_or_else(|_| Value::Unserializable(text.as_str().into()), Value::Int)
        }
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::list(items.iter().map(of_json)),
        Json::Object(fields) => {
            super::value::made_of(fields.iter().map(|(k, v)| (k.as_str(), of_json(v))).collect())
        }
    }
}
