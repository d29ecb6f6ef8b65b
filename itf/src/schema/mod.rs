//! JSON Schemas that are made from traces: what the states of these traces look like, for any validator of draft 2020-12.
//!
//! What is seen is gathered in a [`Summary`], which only ever grows: the order in which values, states and traces are added
//! cannot matter, and two summaries are merged as if all had been added to one.

mod emit;
mod parts;
mod pointer;
mod range;
mod shape;

use std::collections::{HashMap, HashSet};

use serde_json::Value as Json;

use crate::trace::Trace;
use crate::value::Value;
use shape::Fields;

pub use pointer::place;

/// What an inferred schema says beside the kinds of values.
///
/// ```
/// let options = itf::schema::Options { ranges: true, ..Default::default() };
/// assert!(!options.enums);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// That integers lie between the smallest and the largest that were seen, and have no zeros in front.
    pub ranges: bool,
    /// That strings are among those that were seen, where these are at most [`Options::MAX_ENUM`].
    pub enums: bool,
}

impl Options {
    /// The most strings that are an enumeration; where there are more, any string is allowed.
    pub const MAX_ENUM: usize = 64;
}

/// What was seen in traces.
///
/// ```
/// use itf::schema::{Options, Summary};
/// let mut summary = Summary::default();
/// for trace in &itf::read(br#"{"vars":["x"],"states":[{"x":true}]}"#)? {
///     summary.add(trace);
/// }
/// let schema = summary.schema(Options::default());
/// assert_eq!(schema["$defs"]["state"]["properties"]["x"]["type"], "boolean");
/// # Ok::<(), itf::ReadError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    traces: usize,
    states: Option<Fields>,
}

impl Summary {
    /// Adds all states of a trace.
    ///
    /// ```
    /// let mut summary = itf::schema::Summary::default();
    /// summary.add(&itf::Trace::default());
    /// assert_eq!(summary.traces(), 1);
    /// ```
    pub fn add(&mut self, trace: &Trace) {
        self.traces += 1;
        // A value that a variable had before says nothing new, and most variables keep theirs.
        let mut seen: HashMap<&str, HashSet<&Value>> = HashMap::new();
        for state in &trace.states {
            let fields = self.states.get_or_insert_default();
            fields.has(&state.value);
            for (name, value) in state.value.iter() {
                if seen.entry(name.as_str()).or_default().insert(value) {
                    fields.all.entry(name.to_string()).or_default().add(value);
                }
            }
        }
    }

    /// Adds all that another summary has.
    ///
    /// ```
    /// # use itf::schema::Summary;
    /// let (mut one, two) = (Summary::default(), Summary::default());
    /// one.merge(two.clone());
    /// assert_eq!(one, two);
    /// ```
    pub fn merge(&mut self, other: Self) {
        self.traces += other.traces;
        match (&mut self.states, other.states) {
            (Some(mine), Some(others)) => mine.merge(others),
            (mine @ None, others) => *mine = others,
            (Some(_), None) => {}
        }
    }

    /// How many traces were added.
    ///
    /// ```
    /// assert_eq!(itf::schema::Summary::default().traces(), 0);
    /// ```
    pub fn traces(&self) -> usize {
        self.traces
    }

    /// The JSON Schema (draft 2020-12) of traces whose states look like those that were seen: all of those are valid.
    ///
    /// A variable or field is required if every state, or every record at its place, has it; names that were not seen are
    /// refused. What empty sets, lists and maps would hold is left open. Shapes that are there very often, or lie deep in
    /// others, are under `$defs`, so that the schema grows no faster than what was seen.
    ///
    /// ```
    /// # use itf::schema::{Options, Summary};
    /// let schema = Summary::default().schema(Options::default());
    /// assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    /// ```
    pub fn schema(&self, options: Options) -> Json {
        emit::document(self, options)
    }
}

/// The schema of the states of these traces: [`Summary::schema`] of all of them.
///
/// ```
/// use itf::schema::{Options, infer};
/// let traces = itf::read(br##"{"vars":["n"],"states":[{"n":{"#bigint":"8"}},{"n":{"#bigint":"12"}}]}"##)?;
/// let schema = infer(&traces, Options { ranges: true, enums: false });
/// let n = &schema["$defs"]["state"]["properties"]["n"];
/// assert_eq!(n["properties"]["#bigint"]["description"], "8 to 12");
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn infer<'a>(traces: impl IntoIterator<Item = &'a Trace>, options: Options) -> Json {
    let mut summary = Summary::default();
    for trace in traces {
        summary.add(trace);
    }
    summary.schema(options)
}
