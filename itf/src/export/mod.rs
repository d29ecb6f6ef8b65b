//! Traces in other notations, for tools that do not know ITF: plain JSON for `jq`, Quint, TLA+, graphs of states.

mod from_plain;
mod graph;
mod plain;
mod quint;
mod tla;
mod words;

pub use from_plain::{PlainError, from_plain};
pub use graph::{dot, mermaid};
pub use plain::{plain_state, to_plain};
pub use quint::to_quint;
pub use tla::to_tla_module;
pub use words::{is_quint_module_name, is_tla_module_name};

use std::collections::HashSet;

use crate::trace::{Meta, Trace};

/// A trace in another notation.
///
/// ```
/// let trace = &itf::read(br#"{"vars":["x"],"states":[{"x":1}]}"#)?[0];
/// let exported = itf::export::to_tla_module(trace, "Trace1", None);
/// assert!(exported.text.contains("VARIABLES itf_step, x") && exported.notes.is_empty());
/// # Ok::<(), itf::ReadError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exported {
    /// The text, with a newline at its end.
    pub text: String,
    /// What the other notation cannot say, for people.
    pub notes: Vec<String>,
}

/// What stands beside the values, and has no place in another notation.
fn left_out(trace: &Trace) -> Vec<String> {
    let mut notes = Vec::new();
    // Types and the numbers of states do not count: they are written in another way, and known.
    let has_more = |meta: &Meta, known: &str| meta.entries().iter().any(|(key, _)| key != known);
    if has_more(&trace.meta, "varTypes") || trace.states.iter().any(|state| has_more(&state.meta, "index")) {
        notes.push("what stands in #meta is left out".to_owned());
    }
    if !trace.extra.is_empty() {
        let keys: Vec<&str> = trace.extra.iter().map(|(key, _)| key.as_str()).collect();
        notes.push(format!("what stands in {} is left out", keys.join(", ")));
    }
    notes
}

/// Names that the other notation can use, each for one of ours.
struct Names(HashSet<String>);

impl Names {
    fn new<'a>(taken: impl IntoIterator<Item = &'a str>) -> Self {
        Self(taken.into_iter().map(str::to_owned).collect())
    }

    /// A name of letters, digits and `_` that is like `name` and of its own.
    fn identifier(&mut self, name: &str) -> String {
        let mut plain = String::new();
        for c in name.replace("::", "_").chars() {
            plain.push(if c.is_ascii_alphanumeric() { c } else { '_' });
        }
        if !plain.starts_with(|c: char| c.is_ascii_alphabetic()) {
            plain.insert_str(0, "v_");
        }
        let mut candidate = plain.clone();
        let mut number = 1;
        while !self.0.insert(candidate.clone()) {
            number += 1;
            candidate = format!("{plain}_{number}");
        }
        candidate
    }
}
