//! The declaration of a service: what a TOML file says, checked, with the place of everything that is wrong.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use serde::Deserialize;
use toml::{Spanned, Value as Toml};

use super::template::{Place, Template, Tree};
use crate::{Fault, FaultKind};

/// The version of the format.
const VERSION: u32 = 1;

/// A service, as it was declared.
#[derive(Debug)]
pub(super) struct Declaration {
    pub(super) name: String,
    pub(super) base: String,
    pub(super) limits: Limits,
    pub(super) reset: Action,
    pub(super) actions: BTreeMap<String, Action>,
    pub(super) observe: Option<Observe>,
    pub(super) properties: Vec<Property>,
}

/// How long a service may take, and how much it may say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) connect: Duration,
    pub(super) reset: Duration,
    pub(super) step: Duration,
    pub(super) body: u64,
}

#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: http::Method,
    /// The method and path as they were written, for messages.
    pub(super) text: String,
    pub(super) path: Template,
    pub(super) body: Option<Tree>,
}

#[derive(Debug)]
pub(super) struct Action {
    pub(super) request: Request,
    pub(super) expect: Vec<String>,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) binds: Vec<(Template, Template)>,
    pub(super) then: Vec<FollowUp>,
}

/// What an answer may mean.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) word: String,
    /// The statuses it may have; any 2xx if none is named.
    pub(super) status: Vec<u16>,
    pub(super) when: Option<Tree>,
    pub(super) detail: Option<Template>,
}

#[derive(Debug)]
pub(super) struct FollowUp {
    pub(super) after: Vec<String>,
    pub(super) request: Request,
}

#[derive(Debug)]
pub(super) struct Observe {
    pub(super) request: Request,
    /// Outcomes before the first of which there is nothing to see; always if none is named.
    pub(super) after: Vec<String>,
    pub(super) see: Option<Tree>,
}

#[derive(Debug)]
pub(super) struct Property {
    pub(super) kind: String,
    pub(super) site: String,
    pub(super) holds: Tree,
    pub(super) message: Template,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: Spanned<u32>,
    name: String,
    base: Spanned<String>,
    #[serde(default)]
    limits: LimitsTable,
    reset: ActionTable,
    #[serde(default)]
    actions: BTreeMap<String, ActionTable>,
    observe: Option<ObserveTable>,
    #[serde(default)]
    property: Vec<PropertyTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LimitsTable {
    connect_ms: u64,
    reset_ms: u64,
    step_ms: u64,
    body_bytes: u64,
}

impl Default for LimitsTable {
    fn default() -> Self {
        Self { connect_ms: 2_000, reset_ms: 10_000, step_ms: 5_000, body_bytes: 8 << 20 }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActionTable {
    call: Spanned<String>,
    body: Option<Spanned<Toml>>,
    #[serde(default)]
    expect: Vec<Spanned<String>>,
    #[serde(default)]
    outcomes: Vec<OutcomeTable>,
    #[serde(default)]
    binds: Vec<BindTable>,
    #[serde(default)]
    then: Vec<FollowUpTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutcomeTable {
    outcome: String,
    #[serde(default)]
    status: Vec<u16>,
    when: Option<Spanned<Toml>>,
    detail: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BindTable {
    model: Spanned<String>,
    system: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FollowUpTable {
    after: Vec<Spanned<String>>,
    call: Spanned<String>,
    body: Option<Spanned<Toml>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ObserveTable {
    call: Spanned<String>,
    #[serde(default)]
    after: Vec<Spanned<String>>,
    see: Option<Spanned<Toml>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PropertyTable {
    kind: String,
    site: String,
    holds: Spanned<Toml>,
    message: Spanned<String>,
}

/// What is wrong, and where in the text.
struct Wrong {
    at: Range<usize>,
    why: String,
}

fn wrong<T>(at: &Range<usize>, why: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong { at: at.clone(), why: why.into() })
}

impl Declaration {
    /// Reads a declaration; `file` is its name for messages.
    pub(super) fn parse(file: &str, text: &str) -> Result<Self, Fault> {
        let parsed = toml::from_str::<File>(text).map_err(|error| {
            let why = error.message().lines().collect::<Vec<_>>().join(": ");
            Wrong { at: error.span().unwrap_or(0..0), why }
        });
        parsed.and_then(File::checked).map_err(|wrong| {
            let before = text.get(..wrong.at.start).unwrap_or(text);
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
            Fault::new(FaultKind::Invalid, format!("{file}:{line}:{column}: {}", wrong.why))
        })
    }
}

impl File {
    fn checked(self) -> Result<Declaration, Wrong> {
        if *self.version.get_ref() != VERSION {
            let why =
                format!("this is version {}; {VERSION} is the version that is read", self.version.get_ref());
            return wrong(&self.version.span(), why);
        }
        let base = check_base(self.base.get_ref()).map_err(|why| Wrong { at: self.base.span(), why })?;
        let limits = Limits {
            connect: Duration::from_millis(self.limits.connect_ms),
            reset: Duration::from_millis(self.limits.reset_ms),
            step: Duration::from_millis(self.limits.step_ms),
            body: self.limits.body_bytes,
        };
        let reset = self.reset.checked("reset")?;
        let actions: BTreeMap<String, Action> = self
            .actions
            .into_iter()
            .map(|(name, table)| Ok((name.clone(), table.checked(&name)?)))
            .collect::<Result<_, Wrong>>()?;
        let observe = self.observe.map(|table| {
            let known: Vec<&str> =
                actions.values().flat_map(|a| a.outcomes.iter().map(|o| o.word.as_str())).collect();
            for word in &table.after {
                if !known.contains(&word.get_ref().as_str()) {
                    return wrong(&word.span(), format!("no action has the outcome `{}`", word.get_ref()));
                }
            }
            Ok(Observe {
                request: request(&table.call, None)?,
                after: table.after.into_iter().map(Spanned::into_inner).collect(),
                see: table.see.as_ref().map(|see| tree(see, Place::Answer)).transpose()?,
            })
        });
        let observe = observe.transpose()?;
        let mut properties = Vec::new();
        for table in self.property {
            if observe.is_none() {
                return wrong(
                    &table.holds.span(),
                    "a property is about what is observed: `[observe]` is missing",
                );
            }
            properties.push(Property {
                kind: table.kind,
                site: table.site,
                holds: tree(&table.holds, Place::Answer)?,
                message: template(&table.message, Place::Answer)?,
            });
        }
        Ok(Declaration { name: self.name, base, limits, reset, actions, observe, properties })
    }
}

impl ActionTable {
    fn checked(self, name: &str) -> Result<Action, Wrong> {
        let outcomes: Vec<Outcome> = if self.outcomes.is_empty() {
            // Any answer is one, by the name of the action.
            vec![Outcome { word: name.to_owned(), status: Vec::new(), when: None, detail: None }]
        } else {
            let outcome = |table: OutcomeTable| {
                Ok(Outcome {
                    word: table.outcome,
                    status: table.status,
                    when: table.when.as_ref().map(|when| tree(when, Place::Answer)).transpose()?,
                    detail: table.detail.as_ref().map(|text| template(text, Place::Answer)).transpose()?,
                })
            };
            self.outcomes.into_iter().map(outcome).collect::<Result<_, Wrong>>()?
        };
        let known = |words: &[Spanned<String>]| {
            for word in words {
                if !outcomes.iter().any(|o| o.word == *word.get_ref()) {
                    let why = format!("`{}` is none of the outcomes of {name}", word.get_ref());
                    return wrong(&word.span(), why);
                }
            }
            Ok(words.iter().map(|word| word.get_ref().clone()).collect::<Vec<_>>())
        };
        let then = self.then.iter().map(|table| {
            let request = request(&table.call, table.body.as_ref())?;
            Ok(FollowUp { after: known(&table.after)?, request })
        });
        let binds = self.binds.iter().map(|table| {
            Ok((template(&table.model, Place::Request)?, template(&table.system, Place::Answer)?))
        });
        Ok(Action {
            request: request(&self.call, self.body.as_ref())?,
            expect: known(&self.expect)?,
            then: then.collect::<Result<_, _>>()?,
            binds: binds.collect::<Result<_, _>>()?,
            outcomes,
        })
    }
}

fn template(text: &Spanned<String>, place: Place) -> Result<Template, Wrong> {
    Template::parse(text.get_ref(), place).map_err(|why| Wrong { at: text.span(), why })
}

fn tree(value: &Spanned<Toml>, place: Place) -> Result<Tree, Wrong> {
    Tree::parse(value.get_ref(), place).map_err(|why| Wrong { at: value.span(), why })
}

/// `POST /path/{argument}`
fn request(call: &Spanned<String>, body: Option<&Spanned<Toml>>) -> Result<Request, Wrong> {
    let text = call.get_ref();
    let Some((method, path)) = text.split_once(' ') else {
        return wrong(&call.span(), "a call is a method and a path: `POST /items/{id}`");
    };
    let method = match method {
        "GET" => http::Method::GET,
        "POST" => http::Method::POST,
        "PUT" => http::Method::PUT,
        "PATCH" => http::Method::PATCH,
        "DELETE" => http::Method::DELETE,
        _ => return wrong(&call.span(), format!("`{method}` is none of GET, POST, PUT, PATCH and DELETE")),
    };
    let path = path.trim_start();
    if !path.starts_with('/') || path.starts_with("//") || path.contains(['#', ' ']) || !path.is_ascii() {
        return wrong(&call.span(), "the path begins with one `/`, and has no space, no `#` and only ASCII");
    }
    if body.is_some() && method == http::Method::GET {
        return wrong(&call.span(), "a GET has no body");
    }
    let template = Template::parse(path, Place::Request).map_err(|why| Wrong { at: call.span(), why })?;
    let body = body.map(|body| tree(body, Place::Request)).transpose()?;
    Ok(Request { method, text: text.clone(), path: template, body })
}

/// `http://host:port`, with a prefix of all paths if there is one; without the slash at its end.
pub(super) fn check_base(base: &str) -> Result<String, String> {
    let bad = |why: &str| Err(format!("base `{base}`: {why}"));
    if base.starts_with("https://") {
        return bad("https is not spoken; put something that does in front, or use http");
    }
    let Ok(uri) = base.parse::<http::Uri>() else { return bad("is no address like `http://127.0.0.1:8000`") };
    let Some(authority) = uri.authority().filter(|_| uri.scheme_str() == Some("http")) else {
        return bad("is no address like `http://127.0.0.1:8000`");
    };
    if authority.as_str().contains('@') {
        return bad("must have no user and no password");
    }
    if uri.query().is_some() || base.contains('#') {
        return bad("must have no query and no fragment");
    }
    Ok(base.trim_end_matches('/').to_owned())
}
