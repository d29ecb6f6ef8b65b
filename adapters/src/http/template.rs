//! Templates: text and JSON with `{placeholders}`.
//!
//! | placeholder | stands for |
//! |---|---|
//! | `{deployer}`, `{plan.id}` | the argument of the label, a field of it; `{plan.tag}` and `{plan.value}` of a variant |
//! | `{.version}`, `{.items.0}` | what is there in the answer |
//! | `{@key}`, `{@value}`, `{@item}` | in an `each`, what it is at |
//! | `{plan_id\|bound}` | the system's value that was bound to this value of the model |
//! | `{ip\|last_number}` | the last number in a text: 3 in `192.0.2.3` |

use std::borrow::Cow;
use std::fmt::Write;

use itf::{Label, Value};
use serde_json::{Map, Number, Value as Json};

use crate::Bindings;

/// What placeholders may refer to.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) label: &'a Label,
    pub(super) bindings: &'a Bindings,
    pub(super) answer: Option<&'a Json>,
    pub(super) at: Option<(&'a Value, &'a Value)>,
}

/// Text with placeholders.
#[derive(Debug, Clone)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Text(String),
    Hole(Hole),
}

#[derive(Debug, Clone)]
struct Hole {
    source: Source,
    path: Vec<String>,
    filters: Vec<Filter>,
    /// As it was written, for messages.
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Argument,
    Answer,
    Key,
    Item,
}

#[derive(Debug, Clone, Copy)]
enum Filter {
    Bound,
    LastNumber,
}

/// Where a template stands: what it may refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a request: arguments.
    Request,
    /// In an `each` of a request: what it is at, too.
    Each,
    /// Where the answer is read.
    Answer,
}

impl Template {
    /// Reads a template, or says what is wrong with it.
    pub(super) fn parse(text: &str, place: Place) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let (brace, after) = rest[at..].split_at(1);
            if let Some(doubled) = after.strip_prefix(brace) {
                plain.push_str(brace);
                rest = doubled;
                continue;
            }
            if brace == "}" {
                return Err("`}` closes nothing; a brace itself is written `}}`".to_owned());
            }
            let Some((inside, after)) = after.split_once('}') else {
                return Err("`{` is not closed; a brace itself is written `{{`".to_owned());
            };
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(Part::Hole(Hole::parse(inside, place)?));
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self { parts })
    }

    /// The value: of one placeholder alone that of what it stands for, otherwise a text.
    pub(super) fn value(&self, scope: Scope<'_>) -> Result<Json, String> {
        match self.parts.as_slice() {
            [Part::Hole(hole)] => hole.json(scope),
            _ => self.text(scope).map(Json::String),
        }
    }

    /// The path: what a placeholder stands for is one segment, after `encode`, and so it is no list.
    pub(super) fn path(
        &self,
        scope: Scope<'_>,
        encode: &dyn Fn(&str) -> Result<String, String>,
    ) -> Result<String, String> {
        let refuse = |hole: &Hole, value: &Json| match value {
            Json::Array(_) => Err(format!("`{{{}}}` is a list, which is no part of a path", hole.text)),
            _ => Ok(()),
        };
        self.filled(scope, encode, &refuse)
    }

    /// The text, with what placeholders stand for.
    pub(super) fn text(&self, scope: Scope<'_>) -> Result<String, String> {
        self.filled(scope, &|text| Ok(text.to_owned()), &|_, _| Ok(()))
    }

    fn filled(
        &self,
        scope: Scope<'_>,
        encode: &dyn Fn(&str) -> Result<String, String>,
        refuse: &dyn Fn(&Hole, &Json) -> Result<(), String>,
    ) -> Result<String, String> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Hole(hole) => {
                    let value = hole.json(scope)?;
                    refuse(hole, &value)?;
                    let said = said(&value).ok_or_else(|| {
                        format!("`{{{}}}` is {}, which is no text", hole.text, kind(&value))
                    })?;
                    text.push_str(&encode(&said).map_err(|why| format!("`{{{}}}`: {why}", hole.text))?);
                }
            }
        }
        Ok(text)
    }

    /// The value of ITF: where nothing is computed, what is there itself.
    pub(super) fn itf(&self, scope: Scope<'_>) -> Result<Value, String> {
        if let [Part::Hole(hole)] = self.parts.as_slice()
            && hole.filters.is_empty()
            && hole.source != Source::Answer
        {
            return hole.value(scope).map(Cow::into_owned);
        }
        self.value(scope).map(|json| of_json(&json))
    }
}

impl Hole {
    fn parse(text: &str, place: Place) -> Result<Self, String> {
        let mut words = text.split('|').map(str::trim);
        let path = words.next().unwrap_or_default();
        let mut filters = Vec::new();
        for word in words {
            filters.push(match word {
                "bound" => Filter::Bound,
                "last_number" => Filter::LastNumber,
                _ => {
                    return Err(format!(
                        "`{{{text}}}`: there is no `{word}`; there is bound and last_number"
                    ));
                }
            });
        }
        if filters.iter().skip(1).any(|f| matches!(f, Filter::Bound)) {
            return Err(format!("`{{{text}}}`: `bound` comes first"));
        }
        let (source, path) = match (path.strip_prefix('.'), path.strip_prefix('@')) {
            (Some(path), _) => (Source::Answer, path),
            (_, Some(path)) => {
                let (word, rest) = path.split_once('.').unwrap_or((path, ""));
                match word {
                    "key" => (Source::Key, rest),
                    "value" | "item" => (Source::Item, rest),
                    _ => return Err(format!("`{{{text}}}`: there is @key, @value and @item")),
                }
            }
            _ if path.is_empty() => return Err("`{}` names nothing".to_owned()),
            _ => (Source::Argument, path),
        };
        if source == Source::Answer && place != Place::Answer {
            return Err(format!("`{{{text}}}`: there is no answer yet where a request is made"));
        }
        if matches!(source, Source::Key | Source::Item) && place != Place::Each {
            return Err(format!("`{{{text}}}` stands for something only in the `item` of an `each`"));
        }
        let path: Vec<String> =
            if path.is_empty() { Vec::new() } else { path.split('.').map(str::to_owned).collect() };
        if path.iter().any(String::is_empty) {
            return Err(format!("`{{{text}}}`: a name in it is empty"));
        }
        Ok(Self { source, path, filters, text: text.to_owned() })
    }

    fn json(&self, scope: Scope<'_>) -> Result<Json, String> {
        let mut filters = self.filters.as_slice();
        let mut json = if self.source == Source::Answer {
            let mut found = scope.answer.unwrap_or(&Json::Null);
            for name in &self.path {
                let next = match found {
                    Json::Array(items) => name.parse::<usize>().ok().and_then(|at| items.get(at)),
                    other => other.get(name),
                };
                found = next.ok_or_else(|| format!("the answer has no `.{}`", self.path.join(".")))?;
            }
            found.clone()
        } else {
            let value = &*self.value(scope)?;
            match filters.split_first() {
                Some((Filter::Bound, rest)) => {
                    filters = rest;
                    let bound = scope.bindings.system(value);
                    to_json(bound.ok_or_else(|| format!("nothing is bound to {value}"))?)?
                }
                _ => to_json(value).map_err(|why| format!("`{{{}}}`: {why}", self.text))?,
            }
        };
        for filter in filters {
            match filter {
                Filter::LastNumber => {
                    let number = said(&json).and_then(|text| last_number(&text));
                    json =
                        number.ok_or_else(|| format!("`{{{}}}`: there is no number in {json}", self.text))?;
                }
                Filter::Bound => {
                    return Err(format!("`{{{}}}`: only values of the model are bound", self.text));
                }
            }
        }
        Ok(json)
    }

    /// The value of the model; the tag of a variant is a text that is nowhere yet.
    fn value<'a>(&self, scope: Scope<'a>) -> Result<Cow<'a, Value>, String> {
        let mut path = self.path.iter();
        let mut found = match (self.source, scope.at) {
            (Source::Key, Some((key, _))) => key,
            (Source::Item, Some((_, item))) => item,
            _ => {
                let name = path.next().map_or("", String::as_str);
                scope.label.args.get(name).ok_or_else(|| {
                    let known: Vec<&str> = scope.label.args.names().iter().map(itf::Str::as_str).collect();
                    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                    format!("{} has no argument `{name}`; it has {known}", scope.label.name)
                })?
            }
        };
        while let Some(name) = path.next() {
            let next = match found {
                Value::Variant(variant) if name == "tag" && path.len() == 0 => {
                    return Ok(Cow::Owned(Value::from(variant.tag().as_str())));
                }
                Value::Record(record) => record.get(name),
                Value::Variant(variant) if name == "value" => Some(variant.payload()),
                other => name.parse::<usize>().ok().and_then(|at| other.items()?.get(at)),
            };
            found = next.ok_or_else(|| format!("`{{{}}}`: {} has no `{name}`", self.text, found.kind()))?;
        }
        Ok(Cow::Borrowed(found))
    }
}

/// The number that the last digits of a text are.
fn last_number(text: &str) -> Option<Json> {
    let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let start = text[..end]
        .rfind(|c: char| !c.is_ascii_digit())
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    text[start..end].parse::<u64>().ok().map(Json::from)
}

/// A value in a text: a list is its items, and without any it is `nothing`.
pub(super) fn said(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(truth) => Some(truth.to_string()),
        Json::Array(items) if items.is_empty() => Some("nothing".to_owned()),
        Json::Array(items) => {
            items.iter().map(said).collect::<Option<Vec<_>>>().map(|items| items.join(", "))
        }
        Json::Null | Json::Object(_) => None,
    }
}

fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Object(_) => "an object",
        _ => "a list with something else than texts and numbers in it",
    }
}

/// A value of the model as plain JSON: sets, lists and tuples as arrays, records and maps with texts as keys as objects.
fn to_json(value: &Value) -> Result<Json, String> {
    match value {
        Value::Null => Ok(Json::Null),
        Value::Bool(truth) => Ok(Json::Bool(*truth)),
        Value::Int(_) => {
            let plain = value.as_i64().map(Number::from);
            let plain = plain.or_else(|| value.to_string().parse::<u64>().ok().map(Number::from));
            plain.map(Json::Number).ok_or_else(|| format!("{value} is too great for a number of JSON"))
        }
        Value::Str(text) => Ok(Json::String(text.to_string())),
        Value::Record(record) => record
            .iter()
            .map(|(name, value)| Ok((name.to_string(), to_json(value)?)))
            .collect::<Result<_, _>>()
            .map(Json::Object),
        Value::Map(map) => {
            let pair = |(key, value): (&Value, &Value)| match key.as_str() {
                Some(key) => Ok((key.to_owned(), to_json(value)?)),
                None => Err(format!("a map with {} as keys is no object; use `each`", key.kind())),
            };
            map.iter().map(pair).collect::<Result<Map<_, _>, _>>().map(Json::Object)
        }
        Value::Set(elements) => elements.iter().map(to_json).collect::<Result<_, _>>().map(Json::Array),
        Value::Variant(_) => {
            Err("a variant has no form in plain JSON; it has `.tag` and `.value`".to_owned())
        }
        Value::Unserializable(_) | Value::Opaque(_) => {
            Err(format!("{} has no form in plain JSON", value.kind()))
        }
        other => match other.items() {
            Some(items) => items.iter().map(to_json).collect::<Result<_, _>>().map(Json::Array),
            None => Err(format!("{} has no form in plain JSON", other.kind())),
        },
    }
}

/// What the system said as a value of ITF.
pub(super) fn of_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::from(*truth),
        Json::Number(number) => match number.as_i64() {
            Some(small) => Value::from(small),
            None => Value::Opaque(number.to_string().as_str().into()),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::list(items.iter().map(of_json)),
        Json::Object(fields) => {
            Value::Record(fields.iter().map(|(name, value)| (name.as_str(), of_json(value))).collect())
        }
    }
}

/// JSON with templates in the place of its texts.
#[derive(Debug, Clone)]
pub(super) enum Tree {
    Plain(Json),
    Template(Template),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
    /// One item for each pair of a map, or each item of a list or set.
    Each {
        of: Template,
        item: Box<Tree>,
    },
}

impl Tree {
    /// Reads a value of TOML.
    pub(super) fn parse(value: &toml::Value, place: Place) -> Result<Self, String> {
        match value {
            toml::Value::String(text) => Template::parse(text, place).map(Self::Template),
            toml::Value::Integer(number) => Ok(Self::Plain(Json::from(*number))),
            toml::Value::Float(number) => Ok(Self::Plain(Json::from(*number))),
            toml::Value::Boolean(truth) => Ok(Self::Plain(Json::Bool(*truth))),
            toml::Value::Datetime(time) => Ok(Self::Plain(Json::String(time.to_string()))),
            toml::Value::Array(items) => {
                items.iter().map(|item| Self::parse(item, place)).collect::<Result<_, _>>().map(Self::List)
            }
            toml::Value::Table(table) => match (table.get("each"), table.get("item"), table.len()) {
                (Some(toml::Value::String(of)), Some(item), 2) if place == Place::Request => Ok(Self::Each {
                    of: Template::parse(of, place)?,
                    item: Box::new(Self::parse(item, Place::Each)?),
                }),
                _ => {
                    let field = |(name, value): (&String, &toml::Value)| {
                        Ok((name.clone(), Self::parse(value, place)?))
                    };
                    table.iter().map(field).collect::<Result<_, _>>().map(Self::Object)
                }
            },
        }
    }

    pub(super) fn value(&self, scope: Scope<'_>) -> Result<Json, String> {
        match self {
            Self::Plain(json) => Ok(json.clone()),
            Self::Template(template) => template.value(scope),
            Self::List(items) => {
                items.iter().map(|i| i.value(scope)).collect::<Result<_, _>>().map(Json::Array)
            }
            Self::Object(fields) => {
                let field = |(name, tree): &(String, Self)| Ok((name.clone(), tree.value(scope)?));
                fields.iter().map(field).collect::<Result<_, String>>().map(Json::Object)
            }
            Self::Each { of, item } => {
                let of = of.itf(scope)?;
                let at = |key: &Value, value: &Value| item.value(Scope { at: Some((key, value)), ..scope });
                let items: Result<Vec<Json>, String> = match &of {
                    Value::Map(map) => map.iter().map(|(key, value)| at(key, value)).collect(),
                    Value::Set(elements) => elements.iter().map(|element| at(element, element)).collect(),
                    other => match other.items() {
                        Some(items) => items.iter().map(|item| at(item, item)).collect(),
                        None => Err(format!("`each` needs a map, a list or a set, not {}", other.kind())),
                    },
                };
                items.map(Json::Array)
            }
        }
    }

    /// As [`Tree::matches`], of an answer that must be able to say it: an error, if it lacks a field that is looked at, or
    /// if what is expected of one cannot be computed. `at` is the way to here, for the message.
    pub(super) fn holds(&self, found: &Json, scope: Scope<'_>, at: &str) -> Result<bool, String> {
        match (self, found) {
            (Self::Object(fields), Json::Object(found)) => {
                let mut all = true;
                for (name, tree) in fields {
                    let path = format!("{at}.{name}");
                    let Some(field) = found.get(name) else {
                        return Err(format!("the answer has no `{path}`"));
                    };
                    all &= tree.holds(field, scope, &path)?;
                }
                Ok(all)
            }
            (Self::List(items), Json::Array(found)) if items.len() == found.len() => {
                let mut all = true;
                for (number, (item, found)) in items.iter().zip(found).enumerate() {
                    all &= item.holds(found, scope, &format!("{at}.{number}"))?;
                }
                Ok(all)
            }
            (Self::Template(template), found) => template.value(scope).map(|json| json == *found),
            _ => Ok(self.matches(found, scope)),
        }
    }

    /// Whether an answer is like this: objects may have more fields. What cannot be computed matches nothing.
    pub(super) fn matches(&self, found: &Json, scope: Scope<'_>) -> bool {
        match (self, found) {
            (Self::Object(fields), Json::Object(found)) => {
                fields.iter().all(|(name, tree)| found.get(name).is_some_and(|f| tree.matches(f, scope)))
            }
            (Self::List(items), Json::Array(found)) => {
                items.len() == found.len() && items.iter().zip(found).all(|(i, f)| i.matches(f, scope))
            }
            (Self::Plain(json), found) => json == found,
            (Self::Template(template), found) => template.value(scope).is_ok_and(|json| json == *found),
            _ => false,
        }
    }
}

/// A short quotation of what a system said, for messages.
pub(super) fn quote(text: &str) -> String {
    const LONGEST: usize = 200;
    let mut quoted: String = text.chars().take(LONGEST).collect();
    if quoted.len() < text.len() {
        let _ = write!(quoted, " … ({} bytes)", text.len());
    }
    quoted
}
