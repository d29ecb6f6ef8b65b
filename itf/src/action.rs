//! Actions: what each step of a trace did, by whichever convention the trace says it.
//!
//! There is no standard for this; several conventions are in use. A [`Labels`] names one, [`Labels::candidates`] finds those
//! that fit a trace.

use std::fmt;

use crate::path::{Path, Segment};
use crate::trace::{State, Trace};
use crate::value::{Record, Str, Value};

/// What a step did, as the trace shows it: a name and arguments.
///
/// ```
/// use itf::{Label, Record};
/// let label = Label::new("Deploy", Record::from_iter([("deployer", "a")]));
/// assert_eq!(label.to_string(), r#"Deploy(deployer: "a")"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Label {
    /// The name.
    pub name: Str,
    /// The arguments by name.
    pub args: Record,
}

impl Label {
    /// The label `name(args)`.
    ///
    /// ```
    /// # use itf::{Label, Record};
    /// assert_eq!(Label::new("Init", Record::default()).to_string(), "Init");
    /// ```
    pub fn new(name: &str, args: Record) -> Self {
        Self { name: Str::from(name), args }
    }

    /// The label that an element of a sum type stands for: the tag, with a record as arguments. Another payload than a
    /// record or unit becomes the one argument `value`.
    ///
    /// ```
    /// use itf::{Label, Value, Variant};
    /// let v = Variant::new("Sync", Value::record([("deployer", "a")]));
    /// assert_eq!(Label::from_variant(&v).args.get("deployer"), Some(&Value::from("a")));
    /// ```
    pub fn from_variant(variant: &crate::value::Variant) -> Self {
        let args = match variant.payload() {
            payload if payload.is_unit() => Record::default(),
            Value::Record(fields) => fields.clone(),
            other => Record::from_iter([("value", other)]),
        };
        Self { name: variant.tag().clone(), args }
    }

    /// This label as an element of a sum type, as Wunderspec's ghost variable has it.
    ///
    /// ```
    /// use itf::{Label, Record};
    /// assert_eq!(Label::new("Init", Record::default()).to_variant().to_string(), "Init");
    /// ```
    pub fn to_variant(&self) -> Value {
        let payload = if self.args.is_empty() { Value::unit() } else { Value::Record(self.args.clone()) };
        Value::variant(&self.name, payload)
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::render::write_name(f, &self.name)?;
        if self.args.is_empty() {
            return Ok(());
        }
        for (at, (name, value)) in self.args.iter().enumerate() {
            f.write_str(if at == 0 { "(" } else { ", " })?;
            crate::render::write_name(f, name)?;
            write!(f, ": {value}")?;
        }
        f.write_str(")")
    }
}

/// Where a trace says what its steps did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Labels {
    /// Quint's `--mbt`: the variables `mbt::actionTaken` and `mbt::nondetPicks`.
    QuintMbt,
    /// A variant: the tag is the name, a record as payload the arguments.
    Variant(Path),
    /// A string is the name, and perhaps a record elsewhere the arguments.
    Fields {
        /// Where the name is.
        name: Path,
        /// Where the arguments are.
        args: Option<Path>,
    },
    /// `#meta` of the state: `action` is a string, `params` pairs of a name and a value. So are traces of TLC, as
    /// [`tla::read`](crate::tla::read) makes them.
    Meta,
}

const MBT_ACTION: &str = "mbt::actionTaken";
const MBT_PICKS: &str = "mbt::nondetPicks";

/// Why a state has no label.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct LabelError {
    message: String,
}

impl Labels {
    /// The convention that `text` names: `quint-mbt`, `meta`, `variant:PATH` or `fields:PATH[,PATH]`.
    ///
    /// # Errors
    ///
    /// A text that names no convention, with those there are.
    ///
    /// ```
    /// use itf::Labels;
    /// assert_eq!(Labels::parse("quint-mbt"), Ok(Labels::QuintMbt));
    /// assert_eq!(Labels::parse("variant:s.lastAction").unwrap().to_string(), "variant:s.lastAction");
    /// ```
    pub fn parse(text: &str) -> Result<Self, LabelError> {
        let path = |text: &str| text.split('.').map(|name| Segment::Field(Str::from(name))).collect();
        match text.split_once(':') {
            _ if text == "quint-mbt" => Ok(Self::QuintMbt),
            _ if text == "meta" => Ok(Self::Meta),
            Some(("variant", at)) if !at.is_empty() => Ok(Self::Variant(path(at))),
            Some(("fields", at)) if !at.is_empty() => Ok(match at.split_once(',') {
                Some((name, args)) => Self::Fields { name: path(name), args: Some(path(args)) },
                None => Self::Fields { name: path(at), args: None },
            }),
            _ => Err(LabelError {
                message: format!(
                    "`{text}` is not quint-mbt, meta, variant:PATH or fields:NAME_PATH[,ARGS_PATH]"
                ),
            }),
        }
    }

    /// The conventions that give every state of `trace` a label (the first state may have none, nor a step to which Quint
    /// gave no name), likeliest first. Besides what Quint and `itf convert` write, these are variables, and fields of records
    /// that are variables, with `action` in their name: a variant; a string without white space, with the record `args`,
    /// `arguments`, `params`, `NAME_args` or `NAMEArgs` beside it, if there is one; a record with a string `name`, `action`,
    /// `type` or `tag`.
    ///
    /// ```
    /// let t = &itf::read(br#"{"vars":["action"],"states":[{"action":"init"},{"action":"send"}]}"#)?[0];
    /// let found = itf::Labels::candidates(t);
    /// assert_eq!(found[0].label(&t.states[1], 1).unwrap().name, "send");
    /// # Ok::<(), itf::ReadError>(())
    /// ```
    pub fn candidates(trace: &Trace) -> Vec<Self> {
        let Some(first) = trace.states.last() else { return Vec::new() };
        let mut found = Vec::new();
        if first.get(MBT_ACTION).is_some() {
            found.push(Self::QuintMbt);
        }
        if first.meta.get("action").is_some_and(|action| action.is_string()) {
            found.push(Self::Meta);
        }
        let is_action = |name: &str| name.to_lowercase().contains("action") && !name.starts_with("mbt::");
        let mut places: Vec<(Path, &Value)> = Vec::new();
        for (name, value) in first.value.iter() {
            let path = Path::root().field(name);
            if is_action(name) {
                places.push((path, value));
            } else if let Value::Record(fields) = value {
                let inner = fields.iter().filter(|(field, _)| is_action(field));
                places.extend(inner.map(|(field, value)| (path.clone().field(field), value)));
            }
        }
        for (path, value) in places {
            match value {
                Value::Variant(_) => found.push(Self::Variant(path)),
                Value::Str(_) => {
                    let args = beside(first, &path);
                    found.push(Self::Fields { name: path, args });
                }
                Value::Record(fields) => {
                    let name = ["name", "action", "type", "tag"]
                        .into_iter()
                        .find(|field| fields.get(field).is_some_and(|v| v.as_str().is_some()));
                    if let Some(name) = name {
                        found.push(Self::Fields { name: path.clone().field(name), args: Some(path) });
                    }
                }
                _ => {}
            }
        }
        // What is empty now and then, or a sentence, tells something else of an action than its name.
        let is_name = |labels: &Self, state: &State| match labels {
            Self::Fields { name, .. } => look(state, name)
                .and_then(Value::as_str)
                .is_none_or(|text| !text.is_empty() && !text.contains(char::is_whitespace)),
            _ => true,
        };
        // Quint leaves the name of a branch without one empty: such a step has no label, and the others have theirs.
        let is_nameless = |labels: &Self, state: &State| {
            *labels == Self::QuintMbt && state.get(MBT_ACTION).and_then(Value::as_str) == Some("")
        };
        found.retain(|labels| {
            let mut steps = trace.states.iter().enumerate().skip(1);
            let all = steps.all(|(at, state)| {
                (labels.label(state, at).is_ok() && is_name(labels, state)) || is_nameless(labels, state)
            });
            all && (trace.states.len() == 1
                || trace.states.iter().skip(1).any(|state| !is_nameless(labels, state)))
        });
        found
    }

    /// What was done to reach `state`, the state with index `at`.
    ///
    /// # Errors
    ///
    /// What is missing, and how to mend it.
    ///
    /// ```
    /// use itf::{Labels, Record, State, Value};
    /// let state = State::from(Record::from_iter([("last", Value::variant("Tick", Value::Null))]));
    /// assert_eq!(Labels::parse("variant:last").unwrap().label(&state, 0).unwrap().name, "Tick");
    /// ```
    pub fn label(&self, state: &State, at: usize) -> Result<Label, LabelError> {
        let missing = |path: &Path, wanted: &str| LabelError {
            message: match look(state, path) {
                Some(value) => format!("state {at}: {path} is of kind {}, not {wanted}", value.kind()),
                None => format!("state {at} has no {path}"),
            },
        };
        match self {
            Self::QuintMbt => Self::quint_mbt(state, at),
            Self::Meta => Self::of_meta(state, at),
            Self::Variant(path) => match look(state, path) {
                Some(Value::Variant(variant)) => Ok(Label::from_variant(variant)),
                _ => Err(missing(path, "a variant")),
            },
            Self::Fields { name, args } => {
                let Some(Value::Str(text)) = look(state, name) else { return Err(missing(name, "a string")) };
                let args = match args.as_ref().map(|path| (path, look(state, path))) {
                    // The record that also holds the name: the rest of it.
                    Some((path, Some(Value::Record(fields)))) => {
                        match name.segments().strip_prefix(path.segments()) {
                            Some([Segment::Field(own)]) => fields.without(own),
                            _ => fields.clone(),
                        }
                    }
                    Some((_, Some(unit))) if unit.is_unit() => Record::default(),
                    Some((path, _)) => return Err(missing(path, "a record")),
                    None => Record::default(),
                };
                Ok(Label { name: text.clone(), args })
            }
        }
    }

    fn of_meta(state: &State, at: usize) -> Result<Label, LabelError> {
        let Some(serde_json::Value::String(name)) = state.meta.get("action") else {
            return Err(LabelError { message: format!("state {at} has no string #meta.action") });
        };
        let params = state.meta.get("params").unwrap_or_default();
        let args = (1..).zip(params.as_array().into_iter().flatten()).map(|(number, pair)| {
            let name = pair[0].as_str().map_or_else(|| format!("_{number}"), str::to_owned);
            let value = crate::from_value::<Value>(pair[1].clone()).map_err(|error| LabelError {
                message: format!("state {at}: #meta.params is no list of pairs: {error}"),
            });
            value.map(|value| (name, value))
        });
        Ok(Label { name: name.as_str().into(), args: args.collect::<Result<_, _>>()? })
    }

    fn quint_mbt(state: &State, at: usize) -> Result<Label, LabelError> {
        let Some(Value::Str(name)) = state.get(MBT_ACTION) else {
            return Err(LabelError { message: format!("state {at} has no string {MBT_ACTION}") });
        };
        if name.is_empty() {
            let message = format!(
                "state {at}: the step has no name ({MBT_ACTION} is empty): name the branch of the action in the spec"
            );
            return Err(LabelError { message });
        }
        let picks = match state.get(MBT_PICKS) {
            Some(Value::Record(picks)) => picks.iter().filter_map(|(name, pick)| match pick.as_variant() {
                Some(some) if some.tag() == "Some" => Some((name, some.payload().clone())),
                Some(none) if none.tag() == "None" => None,
                _ => Some((name, pick.clone())),
            }),
            _ => return Ok(Label { name: name.clone(), args: Record::default() }),
        };
        Ok(Label { name: name.clone(), args: picks.collect() })
    }

    /// The variables that carry labels: no part of what a state *is*, and left out when states are compared.
    ///
    /// ```
    /// assert_eq!(itf::Labels::parse("variant:ghost_action").unwrap().variables(), ["ghost_action"]);
    /// ```
    pub fn variables(&self) -> Vec<&str> {
        match self {
            Self::QuintMbt => vec![MBT_ACTION, MBT_PICKS],
            Self::Meta => Vec::new(),
            Self::Variant(path) => whole(path).into_iter().collect(),
            Self::Fields { name, args } => {
                [Some(name), args.as_ref()].into_iter().flatten().filter_map(whole).collect()
            }
        }
    }

    /// Whether what is at `path`, a path within a state, is part of the label.
    pub(crate) fn covers(&self, path: &Path) -> bool {
        let below = |place: &Path| path.segments().starts_with(place.segments());
        match self {
            Self::QuintMbt => [MBT_ACTION, MBT_PICKS].iter().any(|name| below(&Path::root().field(name))),
            Self::Meta => false,
            Self::Variant(path) => below(path),
            Self::Fields { name, args } => below(name) || args.as_ref().is_some_and(below),
        }
    }
}

/// The record beside the name of an action that has its arguments, if there is one under a name that specs use.
fn beside(state: &State, name: &Path) -> Option<Path> {
    let (last, above) = name.segments().split_last()?;
    let Segment::Field(own) = last else { return None };
    ["args", "arguments", "params", &format!("{own}_args"), &format!("{own}Args")].into_iter().find_map(
        |args| {
            let path = above.iter().cloned().collect::<Path>().field(args);
            matches!(look(state, &path), Some(Value::Record(_))).then_some(path)
        },
    )
}

/// The variable, if the path is nothing more than that.
fn whole(path: &Path) -> Option<&str> {
    match path.segments() {
        [Segment::Field(name)] => Some(name),
        _ => None,
    }
}

/// The value at `path` in a state.
fn look<'a>(state: &'a State, path: &Path) -> Option<&'a Value> {
    let (first, rest) = path.segments().split_first()?;
    let Segment::Field(variable) = first else { return None };
    rest.iter().cloned().collect::<Path>().get(state.get(variable)?)
}

impl fmt::Display for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::QuintMbt => f.write_str("quint-mbt"),
            Self::Meta => f.write_str("meta"),
            Self::Variant(path) => write!(f, "variant:{path}"),
            Self::Fields { name, args: None } => write!(f, "fields:{name}"),
            Self::Fields { name, args: Some(args) } => write!(f, "fields:{name},{args}"),
        }
    }
}
