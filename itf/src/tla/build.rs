//! From what a tool says of states to traces.

use super::error::Remark;
use super::lex::Fail;
use super::{Import, ImportError, place};
use crate::path::Path;
use crate::trace::{Json, Meta, State, Trace};
use crate::value::{Record, Value};

/// What a step did.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Head {
    /// The name; none of the initial step.
    pub(super) action: Option<String>,
    /// The arguments, with their names where the tool gives them.
    pub(super) args: Vec<(Option<String>, Value)>,
}

/// A state as a tool writes it.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) head: Head,
    /// The values of the variables in the order of the text.
    pub(super) assigns: Vec<(String, Value)>,
    /// Where the text of the state begins.
    pub(super) offset: usize,
}

/// A trace as a tool writes it.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) source: Option<String>,
    /// What is violated: the name of a property, `deadlock`, or `error`.
    pub(super) violation: Option<String>,
    /// What the tool says of it, where that is more than the name.
    pub(super) description: Option<String>,
    /// The names of constants among the variables.
    pub(super) params: Vec<String>,
    /// Constants that stand beside the states.
    pub(super) constants: Vec<(String, Value)>,
    /// The variables in their order, if the tool gives it; else that of the first state.
    pub(super) vars: Vec<String>,
    pub(super) frames: Vec<Frame>,
    pub(super) loop_index: Option<usize>,
}

/// The text, and what was made of it so far.
#[derive(Debug)]
pub(super) struct Importer<'a> {
    pub(super) text: &'a str,
    import: Import,
}

impl<'a> Importer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, import: Import::default() }
    }

    /// Whether there is no trace yet.
    pub(super) fn is_empty(&self) -> bool {
        self.import.traces.is_empty()
    }

    pub(super) fn finish(self) -> Import {
        self.import
    }

    pub(super) fn error(&self, offset: usize, message: impl Into<String>) -> ImportError {
        ImportError::at(self.text, offset, message.into())
    }

    /// The error of a parser that was given the text from `offset` to `end`.
    pub(super) fn failed(&self, fail: Fail<'_>, end: usize) -> ImportError {
        fail.explain(self.text, self.text.len() - end)
    }

    pub(super) fn remark(&mut self, offset: usize, path: Path, message: String) {
        let mut place = place(self.text, offset);
        place.path = path;
        self.import.remarks.push(Remark::new(place, message));
    }

    /// Makes a trace of a draft.
    pub(super) fn add(&mut self, mut draft: Draft) {
        self.carry_over(&mut draft);
        if let Some(first) = draft.frames.first_mut() {
            draft.params.extend(draft.constants.iter().map(|(name, _)| name.clone()));
            first.assigns.append(&mut draft.constants);
        }
        for (at, frame) in draft.frames.iter().enumerate() {
            for (name, value) in &frame.assigns {
                if repeats_a_key(value) {
                    let path = states(at).field(name);
                    let message = "a function with two values for one key: TLC wrote two different keys in the same way";
                    self.remark(frame.offset, path, message.into());
                }
            }
        }
        let first = draft.frames.first().map(|frame| frame.assigns.iter().map(|(name, _)| name.clone()));
        let mut vars: Vec<String> =
            if draft.vars.is_empty() { first.into_iter().flatten().collect() } else { draft.vars };
        vars.retain(|name| !draft.params.contains(name));
        let mut meta = Meta::default();
        meta.set("format", "ITF".into());
        let said =
            [("source", draft.source), ("violation", draft.violation), ("description", draft.description)];
        for (key, value) in said.into_iter().filter_map(|(key, value)| Some((key, value?))) {
            meta.set(key, value.into());
        }
        let (params, count) = (draft.params, draft.frames.len());
        let state = |(at, frame): (usize, Frame)| {
            let keep = |name: &String| at == 0 || !params.contains(name);
            let assigns = frame.assigns.into_iter().filter(|(name, _)| keep(name));
            State { meta: state_meta(at, &frame.head), value: assigns.collect::<Record>() }
        };
        let states: Vec<State> = draft.frames.into_iter().enumerate().map(state).collect();
        let loop_index = draft.loop_index.filter(|at| *at < count).and_then(|at| u64::try_from(at).ok());
        self.import.traces.push(Trace { meta, params, vars, loop_index, states, extra: Vec::new() });
    }

    /// `-difftrace` writes only what changed, and not always rightly.
    fn carry_over(&mut self, draft: &mut Draft) {
        let mut known: Vec<(String, Value)> = Vec::new();
        let mut suspect = None;
        for (at, frame) in draft.frames.iter_mut().enumerate() {
            for (name, value) in &known {
                if !frame.assigns.iter().any(|(own, _)| own == name) {
                    frame.assigns.push((name.clone(), value.clone()));
                    suspect.get_or_insert((at, frame.offset));
                }
            }
            known.clone_from(&frame.assigns);
        }
        if let Some((at, offset)) = suspect {
            let message = "not all variables are there: this is of -difftrace, whose states are wrong now and then; \
                           values were taken from the state before";
            self.remark(offset, states(at), message.into());
        }
    }
}

/// The path of a state.
pub(super) fn states(at: usize) -> Path {
    Path::root().field("states").index(at)
}

fn state_meta(at: usize, head: &Head) -> Meta {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let params = head.args.iter().map(|(name, value)| {
        format!("[{},{}]", name.as_deref().map_or_else(|| "null".into(), text), value.to_json())
    });
    let params: Vec<String> = params.collect();
    let action = head.action.as_deref().map_or_else(|| "null".into(), text);
    Meta::from(Json::from_compact(&format!(
        "{{\"index\":{at},\"action\":{action},\"params\":[{}]}}",
        params.join(",")
    )))
}

/// Whether some map in the value has a key twice.
fn repeats_a_key(value: &Value) -> bool {
    match value {
        Value::Map(map) => {
            let keys = || map.iter().map(|(key, _)| key);
            keys().zip(keys().skip(1)).any(|(a, b)| a == b)
                || map.iter().any(|(key, value)| repeats_a_key(key) || repeats_a_key(value))
        }
        Value::List(items) => items.iter().any(repeats_a_key),
        Value::Set(items) => items.iter().any(repeats_a_key),
        Value::Record(fields) => fields.values().iter().any(repeats_a_key),
        Value::Variant(variant) => repeats_a_key(variant.payload()),
        _ => false,
    }
}
