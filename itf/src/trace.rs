//! Traces, states and what is said about them beside their values.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use serde_json::value::RawValue;

use crate::value::{Record, Value};

/// An execution of a state machine: `{"#meta", "params", "vars", "states", "loop"}` of ADR-015.
///
/// `S` is what a state holds: a [`Record`] of values by variable, unless decoded into a type of your own.
///
/// ```
/// let traces = itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":2}]}"#)?;
/// assert_eq!(traces[0].states[1].get("x"), Some(&itf::Value::from(2)));
/// # Ok::<(), itf::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace<S = Record> {
    /// `#meta` of the trace.
    pub meta: Meta,
    /// Names of the parameters: set in the first state and constant.
    pub params: Vec<String>,
    /// Names of the variables.
    pub vars: Vec<String>,
    /// The state, counted from 0, to which the last state returns: the trace is a lasso.
    pub loop_index: Option<u64>,
    /// The states, the initial one first.
    pub states: Vec<State<S>>,
    /// Top-level keys that the standard does not know, in their order.
    pub extra: Vec<(String, Json)>,
}

/// One state of a trace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State<S = Record> {
    /// `#meta` of the state.
    pub meta: Meta,
    /// The values of the variables (and, in the first state, of the parameters).
    pub value: S,
}

impl<S> Default for Trace<S> {
    fn default() -> Self {
        let (meta, params, vars, states, extra) = Default::default();
        Self { meta, params, vars, loop_index: None, states, extra }
    }
}

impl Trace {
    /// A trace of `states` over `vars` with nothing else said.
    ///
    /// ```
    /// use itf::{State, Record, Trace};
    /// let t = Trace::new(["x"], [State::from(Record::from_iter([("x", 1)]))]);
    /// assert_eq!(t.states.len(), 1);
    /// ```
    pub fn new<V: Into<String>>(
        vars: impl IntoIterator<Item = V>,
        states: impl IntoIterator<Item = State>,
    ) -> Self {
        Self {
            meta: Meta::default(),
            params: Vec::new(),
            vars: vars.into_iter().map(Into::into).collect(),
            loop_index: None,
            states: states.into_iter().collect(),
            extra: Vec::new(),
        }
    }

    /// The variables in the order in which people should see them: declared ones first, each once, then the others that
    /// occur in states.
    ///
    /// ```
    /// # use itf::{State, Record, Trace};
    /// let t = Trace::new(["y", "y"], [State::from(Record::from_iter([("x", 1), ("y", 2)]))]);
    /// assert_eq!(t.variables(), ["y", "x"]);
    /// ```
    pub fn variables(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        let mut shapes: Vec<&crate::value::Shape> = Vec::new();
        for name in &self.vars {
            if seen.insert(name.as_str()) {
                names.push(name);
            }
        }
        seen.extend(self.params.iter().map(String::as_str));
        for state in &self.states {
            // Nearly all states have the names of the state before.
            if shapes.last().is_some_and(|last| *last == state.value.shape()) {
                continue;
            }
            shapes.push(state.value.shape());
            for name in state.value.names() {
                if seen.insert(name) {
                    names.push(name);
                }
            }
        }
        names
    }
}

impl State {
    /// The value of a variable or parameter.
    ///
    /// ```
    /// # use itf::{State, Record, Value};
    /// assert_eq!(State::from(Record::from_iter([("x", 1)])).get("x"), Some(&Value::from(1)));
    /// ```
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.value.get(name)
    }
}

impl<S> From<S> for State<S> {
    fn from(value: S) -> Self {
        Self { meta: Meta::default(), value }
    }
}

/// JSON that is kept as it was written, digit for digit, without the white space.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Json(Arc<str>);

impl Json {
    /// `compact` must be valid JSON without white space between its tokens.
    pub(crate) fn from_compact(compact: &str) -> Self {
        Self(compact.into())
    }

    /// The JSON text.
    ///
    /// ```
    /// # use itf::Json;
    /// assert_eq!(Json::from(serde_json::json!([1, 2])).text(), "[1,2]");
    /// ```
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The value; integers and floats beyond what `serde_json` holds lose digits here, but not in [`Json::text`].
    ///
    /// ```
    /// # use itf::Json;
    /// assert_eq!(Json::from(serde_json::json!(true)).parse(), serde_json::json!(true));
    /// ```
    pub fn parse(&self) -> serde_json::Value {
        // Numbers such as 1e999 are JSON and yet refused by serde_json: they have no value to give.
        serde_json::from_str(&self.0).unwrap_or(serde_json::Value::Null)
    }
}

impl From<serde_json::Value> for Json {
    fn from(value: serde_json::Value) -> Self {
        Self(value.to_string().into())
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `#meta` of a trace or a state: kept exactly, and no part of the meaning of a trace.
///
/// ```
/// # use itf::Meta;
/// let mut meta = Meta::default();
/// meta.set("index", serde_json::json!(3));
/// assert_eq!(meta.get("index"), Some(serde_json::json!(3)));
/// assert_eq!(meta.text(), Some(r#"{"index":3}"#));
/// ```
#[derive(Clone, Default)]
pub struct Meta {
    json: Option<Json>,
    /// The customary keys, looked at when somebody asks.
    known: OnceLock<Box<Known>>,
}

/// The customary keys of `#meta`, reached through [`Meta`] itself: `trace.meta.source`, `state.meta.index`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Known {
    /// `format`: `ITF`.
    pub format: Option<String>,
    /// `format-description`: where the format is described.
    pub format_description: Option<String>,
    /// `source`: the specification.
    pub source: Option<String>,
    /// `description`.
    pub description: Option<String>,
    /// `varTypes`: the type of each variable, in Apalache's notation.
    pub var_types: BTreeMap<String, String>,
    /// `timestamp`, in milliseconds.
    pub timestamp: Option<u64>,
    /// `index` of a state.
    pub index: Option<u64>,
    /// The other keys: strings as they are, anything else as JSON.
    pub other: BTreeMap<String, String>,
}

impl Known {
    fn of(meta: &Meta) -> Self {
        let mut known = Self::default();
        for (key, json) in meta.entries() {
            let value = json.parse();
            let text = value.as_str().map(str::to_owned);
            match (key.as_str(), text) {
                ("format", text @ Some(_)) => known.format = text,
                ("format-description", text @ Some(_)) => known.format_description = text,
                ("source", text @ Some(_)) => known.source = text,
                ("description", text @ Some(_)) => known.description = text,
                ("varTypes", _) if value.is_object() => {
                    let types = value.as_object().into_iter().flatten();
                    let types = types.filter_map(|(name, t)| Some((name.clone(), t.as_str()?.to_owned())));
                    known.var_types = types.collect();
                }
                ("timestamp", _) if value.is_u64() => known.timestamp = value.as_u64(),
                ("index", _) if value.is_u64() => known.index = value.as_u64(),
                (_, text) => {
                    known.other.insert(key, text.unwrap_or_else(|| json.text().to_owned()));
                }
            }
        }
        known
    }
}

impl Deref for Meta {
    type Target = Known;

    fn deref(&self) -> &Known {
        self.known.get_or_init(|| Box::new(Known::of(self)))
    }
}

impl PartialEq for Meta {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json
    }
}

impl Eq for Meta {}

impl fmt::Debug for Meta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().unwrap_or("{}"))
    }
}

impl Meta {
    pub(crate) fn json(&self) -> Option<&Json> {
        self.json.as_ref()
    }

    pub(crate) fn is_missing(&self) -> bool {
        self.json.is_none()
    }

    /// The JSON text of the whole, if there is any.
    ///
    /// ```
    /// assert_eq!(itf::Meta::default().text(), None);
    /// ```
    pub fn text(&self) -> Option<&str> {
        self.json.as_ref().map(Json::text)
    }

    /// The value of `key`; see [`Json::parse`] about large numbers.
    ///
    /// ```
    /// assert_eq!(itf::Meta::default().get("index"), None);
    /// ```
    pub fn get(&self, key: &str) -> Option<serde_json::Value> {
        let (_, json) = self.entries().into_iter().find(|(k, _)| k == key)?;
        Some(json.parse())
    }

    /// The entries in their order; none where `#meta` is missing or no object.
    ///
    /// ```
    /// assert!(itf::Meta::default().entries().is_empty());
    /// ```
    pub fn entries(&self) -> Vec<(String, Json)> {
        self.text().map(object_entries).unwrap_or_default()
    }

    /// Sets `key`, in its place where it was there, else at the end. All else stays as it was written.
    ///
    /// ```
    /// # let mut meta = itf::Meta::default();
    /// meta.set("source", serde_json::json!("a.qnt"));
    /// ```
    pub fn set(&mut self, key: &str, value: serde_json::Value) {
        let mut entries = self.entries();
        let value = Json::from(value);
        match entries.iter_mut().find(|(k, _)| k == key) {
            Some((_, old)) => *old = value,
            None => entries.push((key.to_owned(), value)),
        }
        *self = Self::of(&entries);
    }

    /// Takes `key` away; whether it was there. All else stays as it was written.
    ///
    /// ```
    /// # let mut meta = itf::Meta::default();
    /// meta.set("source", serde_json::json!("a.qnt"));
    /// assert!(meta.remove("source") && !meta.remove("source"));
    /// ```
    pub fn remove(&mut self, key: &str) -> bool {
        let mut entries = self.entries();
        let count = entries.len();
        entries.retain(|(k, _)| k != key);
        let was_there = entries.len() < count;
        if was_there {
            *self = Self::of(&entries);
        }
        was_there
    }

    fn of(entries: &[(String, Json)]) -> Self {
        let body: Vec<String> = entries
            .iter()
            .map(|(k, v)| format!("{}:{}", serde_json::Value::from(k.as_str()), v.text()))
            .collect();
        Self::from(Json::from_compact(&format!("{{{}}}", body.join(","))))
    }
}

impl From<Json> for Meta {
    fn from(json: Json) -> Self {
        Self { json: Some(json), known: OnceLock::new() }
    }
}

/// The entries of a JSON object in their order, each value as it was written.
fn object_entries(text: &str) -> Vec<(String, Json)> {
    struct Entries(Vec<(String, Json)>);
    impl<'de> serde::Deserialize<'de> for Entries {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl<'de> serde::de::Visitor<'de> for Visitor {
                type Value = Entries;
                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                    let mut entries = Vec::new();
                    while let Some((key, value)) = map.next_entry::<String, Box<RawValue>>()? {
                        entries.push((key, Json::from_compact(value.get())));
                    }
                    Ok(Entries(entries))
                }
            }
            deserializer.deserialize_map(Visitor)
        }
    }
    // What is no object has no entries.
    serde_json::from_str(text).map_or_else(|_| Vec::new(), |Entries(entries)| entries)
}
