//! Values on the wire: from JSON text to ITF, and back.

use itf::{Label, Reader, Record, State, Value};
use serde_json::value::RawValue;

use super::message::{Call, Raw, raw};
use crate::{Action, Picks};

/// How many characters of a bad line are quoted.
const QUOTED: usize = 200;

/// How many values the reader keeps before those that nobody holds any more are forgotten.
const KEPT: usize = 100_000;

/// Reads values of one conversation, so that a value that comes again is the same.
#[derive(Default)]
pub(crate) struct Wire {
    reader: Reader,
    sweep_at: usize,
}

impl Wire {
    /// The value that `json` is, or why it is none.
    pub(crate) fn value(&mut self, json: &RawValue) -> Result<Value, String> {
        self.tidy();
        let text = json.get();
        self.reader.value(text.as_bytes()).map_err(|e| format!("{e}: `{}`", quote(text.as_bytes())))
    }

    /// The record that `json` is.
    pub(crate) fn record(&mut self, json: &RawValue) -> Result<Record, String> {
        match self.value(json)? {
            Value::Record(record) => Ok(record),
            // Arguments may well be called `tag` and `value`.
            Value::Variant(variant) => {
                let tag = Value::Str(variant.tag().clone());
                Ok(Record::from_iter([("tag", tag), ("value", variant.payload().clone())]))
            }
            other => Err(format!("is a {}, not an object: `{}`", other.kind(), quote(json.get().as_bytes()))),
        }
    }

    /// The state that `json` is.
    pub(crate) fn state(&mut self, json: &RawValue) -> Result<State, String> {
        self.tidy();
        let text = format!(r#"{{"states":[{}]}}"#, json.get());
        let read = self.reader.read(text.as_bytes());
        let mut traces = read.map_err(|e| format!("{e}: `{}`", quote(json.get().as_bytes())))?;
        let state = traces.pop().and_then(|mut trace| trace.states.pop());
        state.ok_or_else(|| format!("is no state: `{}`", quote(json.get().as_bytes())))
    }

    /// The picks that are there, in either form.
    pub(crate) fn picks(
        &mut self,
        picks: Option<&Raw>,
        trail: Option<&Raw>,
    ) -> Result<Option<Picks>, String> {
        if let Some(trail) = trail {
            return self.value(trail).map(|trail| Some(Picks::Trail(trail)));
        }
        let Some(json) = picks else { return Ok(None) };
        if json.get().starts_with('{') {
            return self.record(json).map(|record| Some(Picks::ByName(record)));
        }
        match self.value(json)? {
            Value::List(items) => Ok(Some(Picks::InOrder(items.iter().cloned().collect()))),
            other => Err(format!("picks are a list or an object, not a {}", other.kind())),
        }
    }

    /// The call that is there.
    pub(crate) fn call(&mut self, call: &Call) -> Result<Action, String> {
        self.action(&call.action, call.args.as_ref(), call.picks.as_ref(), call.trail.as_ref())
    }

    /// The call of an action.
    pub(crate) fn action(
        &mut self,
        name: &str,
        args: Option<&Raw>,
        picks: Option<&Raw>,
        trail: Option<&Raw>,
    ) -> Result<Action, String> {
        let mut action = Action::new(name);
        if let Some(args) = args {
            action.args = self.record(args)?;
        }
        if let Some(picks) = self.picks(picks, trail)? {
            action.picks = picks;
        }
        Ok(action)
    }

    /// The label that is there.
    pub(crate) fn label(&mut self, name: &str, args: Option<&Raw>) -> Result<Label, String> {
        let args = args.map(|args| self.record(args)).transpose()?;
        Ok(Label::new(name, args.unwrap_or_default()))
    }

    fn tidy(&mut self) {
        let store = self.reader.store();
        if store.len() > self.sweep_at.max(KEPT) {
            store.sweep();
            self.sweep_at = 2 * store.len();
        }
    }
}

/// A state as JSON.
pub(crate) fn raw_state(state: &State) -> Raw {
    raw(&Value::Record(state.value.clone()))
}

/// Picks as JSON: the fields `picks` and `trail`, of which one is there at most.
pub(crate) fn raw_picks(picks: &Picks) -> (Option<Raw>, Option<Raw>) {
    match picks {
        Picks::InOrder(values) if values.is_empty() => (None, None),
        Picks::ByName(values) if values.is_empty() => (None, None),
        Picks::InOrder(values) => (Some(raw(&Value::list(values.iter()))), None),
        Picks::ByName(values) => (Some(raw_record(values)), None),
        Picks::Trail(trail) => (None, Some(raw(trail))),
    }
}

/// A record as JSON.
pub(crate) fn raw_record(record: &Record) -> Raw {
    raw(&Value::Record(record.clone()))
}

/// A call as JSON.
pub(crate) fn raw_call(action: &Action) -> Call {
    let (picks, trail) = raw_picks(&action.picks);
    let args = (!action.args.is_empty()).then(|| raw_record(&action.args));
    Call { action: action.name.to_string(), args, picks, trail, state: None }
}

/// The beginning of a line, for a message.
pub(crate) fn quote(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * QUOTED)]);
    let cut: String = text.chars().take(QUOTED).collect();
    if cut.len() < bytes.len() && String::from_utf8_lossy(bytes).len() > cut.len() {
        format!("{cut}… ({} bytes)", bytes.len())
    } else {
        cut
    }
}
